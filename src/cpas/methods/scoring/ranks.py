"""Sums and extremes over the parts of each parent, rank by rank: first parts together, then second parts, and so on.

The parts of one rank are as many rows as parents have one, so every step is one operation on a block, however few parts
each parent has. Parents stand with those that have most parts first: the parents of a rank are the first so many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.upstream import take_ranges

__all__ = ["Ranks", "Step", "lay_ranks"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
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
class Ranks:
    """Edges of some parents, rank by rank."""

    #: Where each parent stands among those sorted by how many parts they have.
    place: Codes
    #: The ranks, the first one last.
    steps: tuple[Step, ...]

    def reduce(self, rule: np.ufunc, block: NDArray[Any]) -> NDArray[Any]:
        """Return the least or greatest part of each parent."""
        made = block.take(self.steps[-1].child, axis=0)
        for step, parts in self._parts(block, self.steps[:-1]):
            folded = step.folded(rule, parts)
            rule(made[: len(folded)], folded, out=made[: len(folded)])
        return made.take(self.place, axis=0)

    def add(self, block: NDArray[Any], through: np.ufunc | None = None) -> NDArray[Any]:
        """Return the weighted sum of the parts of each parent (or of a function of them), none of which is missing."""
        made = np.zeros((len(self.place), block.shape[1]), dtype=block.dtype)
        for step, parts in self._parts(block, self.steps):
            if through is not None:
                through(parts, out=parts)
            parts *= step.weight
            _add(step, parts, made)
        return made.take(self.place, axis=0)

    def add_present(self, block: Floats, *also: NDArray[Any], through: np.ufunc | None = None) -> tuple[Floats, Floats]:
        """Return the weighted sum of the parts that are there (or of a function of them), and of their weights.

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
            if through is not None:
                through(parts, out=parts)
            _fill(parts)
            parts *= here
            _add(step, here, weights)
            _add(step, parts, made)
        return made.take(self.place, axis=0), weights.take(self.place, axis=0)

    def add_weights(self, flags: Truths) -> Floats:
        """Return the sum of the weights of each parent's parts that have a flag."""
        made = np.zeros((len(self.place), flags.shape[1]))
        for step in self.steps:
            _add(step, step.weight * flags.take(step.child, axis=0), made)
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


def _add(step: Step, parts: NDArray[Any], made: NDArray[Any]) -> None:
    folded = step.folded(np.add, parts)
    made[: len(folded)] += folded


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
