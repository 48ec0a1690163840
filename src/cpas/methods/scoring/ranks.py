"""Sums and extremes over the parts of each parent, rank by rank: first parts together, then second parts, and so on.

The parts of one rank are as many rows as parents have one, so every step is one operation on a block, however few parts
each parent has. Parents stand with those that have most parts first: the parents of a rank are the first so many.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.upstream import take_ranges

__all__ = ["Folded", "Ranks", "Step", "lay_ranks", "share_of", "take"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)
#: Parts of one parent that are taken one by one; those of a parent that has more follow in one segment.
_DEEP: Final = 48


@attrs.frozen(eq=False, kw_only=True)
class Step:
    """One part of each of the first so many parents; or all that is left of theirs."""

    #: The parts.
    child: Codes
    #: Weights of their edges, rows × 1.
    weight: Floats
    #: Where those of each parent begin; nothing where each has one.
    starts: Codes | None = None

    def folded(self, rule: np.ufunc, parts: NDArray[Any]) -> NDArray[Any]:
        """Return one row for each parent."""
        return parts if self.starts is None else np.asarray(rule.reduceat(parts, self.starts, axis=0))


@attrs.frozen(eq=False, kw_only=True)
class Folded:
    """What the parts of each parent come to; parents stand as ranks know them, those with most parts first."""

    #: Weighted sum of the parts that are there, or of a function of them.
    total: Floats
    #: Sum of their weights; nothing where no part of any parent is missing.
    weight: Floats | None
    #: The least part.
    low: Floats
    #: The greatest part.
    high: Floats


@attrs.frozen(eq=False, kw_only=True)
class Ranks:
    """Edges of some parents, rank by rank."""

    #: Where each parent stands among those sorted by how many parts they have.
    place: Codes
    #: The ranks, the first one last.
    steps: tuple[Step, ...]

    @cached_property
    def total(self) -> Floats:
        """Sum of the weights of each parent as ranks know them, parents × 1, added up as a score is."""
        made = np.zeros((len(self.place), 1))
        for step in self.steps:
            _meet(step, np.add, step.weight, made)
        return made

    def reduce(self, rule: np.ufunc, block: NDArray[Any]) -> NDArray[Any]:
        """Return the least or greatest part of each parent."""
        made = block.take(self.steps[-1].child, axis=0)
        for step, parts in self._parts(block, self.steps[:-1]):
            _meet(step, rule, parts, made)
        return made.take(self.place, axis=0)

    def fold(self, block: Floats, *, has_gaps: bool, through: np.ufunc | None = None) -> Folded:
        """Return sums and extremes together: each part is fetched once."""
        shape = len(self.place), block.shape[1]
        total, weight = np.zeros(shape), np.zeros(shape) if has_gaps else None
        least, most = (np.fmin, np.fmax) if has_gaps else (np.minimum, np.maximum)
        low, high = np.full(shape, np.nan if has_gaps else np.inf), np.full(shape, np.nan if has_gaps else -np.inf)
        for step, parts in self._parts(block, self.steps):
            _meet(step, least, parts, low)
            _meet(step, most, parts, high)
            here = step.weight
            if weight is not None:
                here = step.weight * ~np.isnan(parts)
                _meet(step, np.add, here, weight)
            if through is not None:
                through(parts, out=parts)
            if has_gaps:
                _fill(parts)
            parts *= here
            _meet(step, np.add, parts, total)
        return Folded(total=total, weight=weight, low=low, high=high)

    def add(self, block: NDArray[Any], through: np.ufunc | None = None) -> NDArray[Any]:
        """Return the weighted sum of the parts of each parent (or of a function of them), none of which is missing."""
        made = np.zeros((len(self.place), block.shape[1]), dtype=block.dtype)
        for step, parts in self._parts(block, self.steps):
            if through is not None:
                through(parts, out=parts)
            parts *= step.weight
            _meet(step, np.add, parts, made)
        return made.take(self.place, axis=0)

    def add_present(self, block: Floats, *also: NDArray[Any]) -> tuple[Floats, Floats]:
        """Return the weighted sum of the parts that are there, and of their weights.

        A part is there where it has a number here and in the other blocks, which may be of truths too.
        """
        shape = (len(self.place), block.shape[1])
        made, weights = np.zeros(shape), np.zeros(shape)
        for step, parts in self._parts(block, self.steps):
            there = ~np.isnan(parts)
            for other in also:
                beside = other.take(step.child, axis=0)
                there &= beside if beside.dtype == bool else ~np.isnan(beside)
            here = step.weight * there
            _fill(parts)
            parts *= here
            _meet(step, np.add, here, weights)
            _meet(step, np.add, parts, made)
        return made.take(self.place, axis=0), weights.take(self.place, axis=0)

    def add_weights(self, flags: Truths) -> Floats:
        """Return the sum of the weights of each parent's parts that have a flag."""
        made = np.zeros((len(self.place), flags.shape[1]))
        for step in self.steps:
            _meet(step, np.add, step.weight * flags.take(step.child, axis=0), made)
        return made.take(self.place, axis=0)

    def _parts(self, block: NDArray[Any], steps: tuple[Step, ...]) -> Iterator[tuple[Step, NDArray[Any]]]:
        """Yield the parts of each rank, in memory that the next rank uses again."""
        room = np.empty((max((len(step.child) for step in steps), default=0), block.shape[1]), dtype=block.dtype)
        for step in steps:
            # Numbers of children are in range; clipping lets numpy write where it is told to.
            yield step, block.take(step.child, axis=0, out=room[: len(step.child)], mode="clip")


def _fill(parts: Floats) -> None:
    """Put a zero in the place of what is missing; without a branch, which on gaps at random is several times slower."""
    below = np.fmin(parts, 0.0)
    np.fmax(parts, 0.0, out=parts)
    parts += below


def _meet(step: Step, rule: np.ufunc, parts: NDArray[Any], made: NDArray[Any]) -> None:
    """Let the parts of one rank meet what was made of those before."""
    folded = step.folded(rule, parts)
    some = made[: len(folded)]
    rule(some, folded, out=some)


def take(block: NDArray[T], rows: Codes) -> NDArray[T]:
    """Return rows of a block; several times quicker than by an index in brackets."""
    return np.take(block, rows, axis=0)


def share_of(part: NDArray[Any], whole: NDArray[Any]) -> Floats:
    """Share of a whole; NaN where there is no whole, and so no part of it either."""
    with np.errstate(invalid="ignore"):
        return np.asarray(part / whole, dtype=np.float64)


def lay_ranks(starts: Codes, child: Codes, weight: Floats) -> Ranks:
    """Return the edges of parents, sorted by parent, rank by rank.

    Parameters
    ----------
    starts : array of int
        Where the edges of each parent begin.
    child, weight : array
        Of each edge.

    Examples
    --------
    Two parents, one with two parts and one with one.

    >>> ranks = lay_ranks(np.array([0, 2]), np.array([0, 1, 1]), np.array([1.0, 3.0, 2.0]))
    >>> ranks.add(np.array([[10.0], [20.0]])).tolist(), ranks.reduce(np.minimum, np.array([[10.0], [20.0]])).tolist()
    ([[70.0], [40.0]], [[10.0], [20.0]])
    """
    lengths = np.diff(np.append(starts, len(child)))
    order = np.argsort(-lengths, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    first, long = starts[order], lengths[order]
    deep = min(int(long.max(initial=1)), _DEEP)
    ranks = [first[: _count(long, rank)] + rank for rank in range(deep)]
    steps = [Step(child=child[rows], weight=weight[rows, None]) for rows in ranks]
    more = long[: _count(long, deep)] - deep
    if len(more):
        rows = take_ranges(first[: len(more)] + deep, more)
        steps.append(Step(child=child[rows], weight=weight[rows, None], starts=np.cumsum(more) - more))
    # As numpy adds segments: the first part to the sum of the others.
    return Ranks(place=place, steps=(*steps[1:], steps[0]))


def _count(long: Codes, rank: int) -> int:
    """Return how many parents have more parts than `rank`; those with most stand first."""
    return int(np.searchsorted(-long, -rank, side="left"))
