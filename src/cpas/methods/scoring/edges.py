"""Edges of the results chain, sorted by parent, and what of a layer of parents is known before any value.

Methodology §9.3. Weights belong to edges: an indicator's to what it measures, a link's to its target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.ranks import Ranks, share_of, take
from cpas.methods.scoring.upstream import take_ranges

__all__ = ["Edges", "Layer", "Rows", "Way", "edges_of", "sorted_edges"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
#: Rows of a block: a range where they lie side by side, which is read and written many times quicker.
Rows: TypeAlias = slice | Codes


def _rows(numbers: Codes) -> Rows:
    """Return rising numbers as rows."""
    first, end = (int(numbers[0]), int(numbers[-1]) + 1) if len(numbers) else (0, 0)
    return slice(first, end) if end - first == len(numbers) else numbers


@attrs.frozen(eq=False, kw_only=True)
class Edges:
    """Edges sorted by parent: for each parent its children and their weights."""

    #: Number of each parent that has children, rising.
    parents: Codes
    #: Where the edges of each parent begin.
    starts: Codes
    #: Number of the child of each edge.
    child: Codes
    #: Weight of each edge.
    weight: Floats

    @property
    def lengths(self) -> Codes:
        """How many children each parent has."""
        return np.diff(np.append(self.starts, len(self.child)))

    @cached_property
    def rows(self) -> Rows:
        """Where the parents stand in a block of elements."""
        return _rows(self.parents)

    @cached_property
    def _span(self) -> slice:
        """The rows among which all children are."""
        return slice(int(self.child.min()), int(self.child.max()) + 1) if len(self.child) else slice(0)

    def is_whole(self, block: NDArray[Any]) -> bool:
        """Whether no part of any parent is missing in a block of numbers, or lacks a flag in one of truths."""
        # What is nowhere in the span is in no part; only else is the gap looked for where the parts are.
        return _is_full(block[self._span]) or _is_full(take(block, self.child))

    def children(self) -> Iterator[tuple[int, Codes]]:
        """Yield each parent with its children."""
        ends = np.append(self.starts[1:], len(self.child))
        for parent, start, end in zip(self.parents.tolist(), self.starts.tolist(), ends.tolist(), strict=False):
            yield parent, self.child[start:end]

    @cached_property
    def parent(self) -> Codes:
        """Number of the parent of each edge."""
        return np.repeat(self.parents, self.lengths)

    def of(self, parents: Iterable[int]) -> Edges:
        """Return the edges of some parents only."""
        return self.at(np.flatnonzero(np.isin(self.parents, list(parents))))[0]

    def at(self, positions: Codes) -> tuple[Edges, Codes]:
        """Return the edges of the parents at some positions, rising, and the rows they stood in."""
        lengths = self.lengths[positions]
        rows = take_ranges(self.starts[positions], lengths)
        starts = np.cumsum(lengths) - lengths
        return Edges(
            parents=self.parents[positions], starts=starts, child=self.child[rows], weight=self.weight[rows]
        ), rows


def edges_of(parent: Codes, child: Codes, weight: Floats, equal: NDArray[np.bool_]) -> Edges:
    """Return edges sorted by parent and child; those without weight are no part of a score, of its coverage, or due.

    Parameters
    ----------
    parent, child, weight : array
        Of each edge, in any order.
    equal : array of bool
        Whether all parts of an element weigh the same, whatever is said, by the number of the element.

    Examples
    --------
    >>> edges = edges_of(np.array([1, 0]), np.array([2, 3]), np.array([5.0, 7.0]), np.array([True, False]))
    >>> edges.parents.tolist(), edges.child.tolist(), edges.weight.tolist()
    ([0, 1], [3, 2], [1.0, 5.0])
    """
    kept = weight > 0
    if not kept.all():
        parent, child, weight = parent[kept], child[kept], weight[kept]
    beside = np.where(equal[parent], 1.0, weight)
    key = parent * (int(child.max(initial=0)) + 1) + child
    order = np.argsort(key, kind="stable")
    if (np.diff(key[order]) == 0).any():
        # What is measured twice stands by its weights, in whatever order it was given.
        order = np.lexsort((beside, key))
    return sorted_edges(parent[order], child[order], beside[order])


def sorted_edges(parent: Codes, child: Codes, weight: Floats) -> Edges:
    """Return edges that are sorted by parent."""
    starts = np.flatnonzero(np.append(True, parent[1:] != parent[:-1])) if len(parent) else np.zeros(0, dtype=np.int64)
    return Edges(parents=parent[starts], starts=starts, child=child, weight=weight)


def _is_full(block: NDArray[Any]) -> bool:
    return bool(block.all() if block.dtype == bool else not np.isnan(block).any())


@attrs.frozen(eq=False, kw_only=True)
class Way:
    """Parents of one layer that combine their parts by one method."""

    #: Name of the method.
    method: str
    #: The number that it needs; NaN where it needs none.
    parameter: float
    #: Where they stand among the parents of the layer.
    positions: Codes
    #: Their edges.
    edges: Edges
    #: The same by rank.
    ranks: Ranks
    #: Sum of the weights of each parent, parents × 1.
    total: Floats


@attrs.frozen(eq=False, kw_only=True)
class Layer:
    """Parents that can be worked out together, their edges, and what is known of them before any value."""

    #: All edges of the layer.
    edges: Edges
    #: The same by rank.
    ranks: Ranks
    #: Sum of the weights of each parent, parents × 1.
    total: Floats
    #: The parents by their method.
    ways: tuple[Way, ...]
    #: Positions of the parents that take their score from these parts; nothing where all do.
    takes: Codes | None

    @property
    def taking(self) -> Rows:
        """Those parents, by position."""
        return slice(None) if self.takes is None else self.takes

    @cached_property
    def takers(self) -> Rows:
        """Those parents, by their rows in a block of elements."""
        return _rows(self.edges.parents[self.taking])

    def mean(self, block: Floats, beside: NDArray[Any]) -> Floats:
        """Weighted mean over the parts that are there and have something beside them; one product where all do."""
        if self.edges.is_whole(block) and self.edges.is_whole(beside):
            return self.ranks.add(block) / self.total
        return share_of(*self.ranks.add_present(block, beside))
