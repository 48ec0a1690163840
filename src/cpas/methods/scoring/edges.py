"""Edges of the results chain, sorted by parent, and what of a layer of parents is known before any value.

Methodology §9.3. Weights belong to edges: an indicator's to what it measures, a link's to its target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.ranks import Ranks
from cpas.methods.scoring.upstream import take_ranges

__all__ = ["Edges", "Layer", "Way"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


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
