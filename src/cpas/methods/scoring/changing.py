"""Score again what a change reaches: the rows of the indicators changed, and of the elements above them.

The rows are worked out by the same code as all others, on the part of the chain they stand in; every other row, and
every array nobody asks for, stays that of the scores before.  Methodology §9.9.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.blocks import Blocks, Standing, blank_blocks, counted
from cpas.methods.scoring.edges import Edges
from cpas.methods.scoring.grid import Grid
from cpas.methods.scoring.indicators import IndicatorScores, score_indicators
from cpas.methods.scoring.made import Made, counts_of
from cpas.methods.scoring.roll_up import roll
from cpas.methods.scoring.shares import Given
from cpas.methods.scoring.structure import Structure
from cpas.model import Methodology
from cpas.tables.aggregates import Aggregates, Cells
from cpas.tables.asked import AskedColumns

__all__ = ["Change", "change_made", "lines_of"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
#: What stands in a row of elements; counts are made of the whole, on asking.
_BLOCKS: Final = (
    "score", "own", "below", "path", "coverage", "worst", "best", "withheld", "behind", "belongs", "raw", "dispersion"
)  # fmt: skip


@attrs.frozen(eq=False, kw_only=True)
class Change:
    """What is otherwise than in the scores before."""

    #: Numbers of the indicators that are to be scored again, rising.
    indicators: Codes
    #: Their rows alone, bound to a plan of those indicators as they are now.
    aggregates: Aggregates
    #: New weights of edges from indicators, by position.
    own: Mapping[int, float]
    #: New weights of edges from outcomes, by position.
    outcomes: Mapping[int, float]
    #: New weights of edges from outputs, by position.
    outputs: Mapping[int, float]
    #: Values that changed, by row of the aggregates; NaN where missing.
    values: Mapping[int, float]

    def assumed(self, cells: Cells) -> Cells:
        """Return all cells with the values that changed."""
        return cells.assuming(self.values) if self.values else cells


class _Patched:
    """A record of arrays in which some rows are others; an array is put together when it is asked for."""

    def __init__(self, base: Any, rows: Codes, patch: Mapping[str, NDArray[Any]]) -> None:
        self.base, self.rows, self.patch = base, rows, patch

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("base", "rows", "patch"):
            raise AttributeError(name)
        if name not in self.patch:
            return getattr(self.base, name)
        made = getattr(self.base, name).copy()
        made[self.rows] = self.patch[name]
        self.__dict__[name] = made
        return made


class _PatchedBlocks(_Patched):
    """Scores of elements with some rows changed; what is counted upstream is counted again, on asking."""

    def __init__(self, base: Any, rows: Codes, patch: Mapping[str, NDArray[Any]], given: Any) -> None:
        super().__init__(base, rows, patch)
        self.given = given

    @cached_property
    def answered(self) -> Codes:
        """Scorable indicators with a value, here and upstream."""
        return counted(self.base.structure, self.given.answered)

    @cached_property
    def indicators(self) -> Codes:
        """Scorable indicators due, here and upstream."""
        return counted(self.base.structure, self.given.due)

    @property
    def available(self) -> Floats:
        """Share that the least coverage is held against."""
        coverage: Floats = self.coverage
        return coverage


class _Changed(Made):
    """Scores of which some rows are others than in those before."""

    def __init__(self, base: Made, change: Change, mine: Any, blocks: Any) -> None:
        self.base, self.change = base, change
        self.grid, self.least, self.mine, self.blocks = base.grid, base.least, mine, blocks

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return self.base.rows

    @cached_property
    def cells(self) -> Cells:  # type: ignore[override]  # made on asking, where the others are given
        """The rows of the aggregates as they are now."""
        return self.change.assumed(self.base.cells)

    @cached_property
    def structure(self) -> Structure:  # type: ignore[override]  # made on asking, where the others are given
        """The results chain with its weights as they are now."""
        base = self.base.structure
        if not (self.change.own or self.change.outcomes or self.change.outputs):
            return base
        return attrs.evolve(
            base,
            indicators=_weighed(base.indicators, self.change.own),
            outcomes=_weighed(base.outcomes, self.change.outcomes),
            outputs=_weighed(base.outputs, self.change.outputs),
        )


def change_made(base: Made, change: Change, methodology: Methodology) -> Made:
    """Return scores with a change, of which only the rows that it reaches are worked out.

    Parameters
    ----------
    base : Made
        The scores before.
    change : Change
        What is otherwise. Weights stay above zero, and elements measured stay the same.
    methodology : Methodology
        The one of the scores before.

    Notes
    -----
    Methodology §9.9.
    """
    numbers, grid = change.indicators, base.grid
    mine = score_indicators(change.aggregates, methodology)
    rows = grid.rows(lines_of(grid, numbers))
    names = [field.name for field in attrs.fields(IndicatorScores)]
    scores = _Patched(base.mine, rows, {name: getattr(mine, name) for name in names})
    given = _given_rows(base.blocks.given, grid, numbers, mine)
    all_given = _Patched(base.blocks.given, numbers, given)
    nodes = _above(base.structure, change)
    patch = _rolled_again(base, change, given, nodes) if len(nodes) else {}
    return _Changed(base, change, scores, _PatchedBlocks(base.blocks, nodes, patch, all_given))


def lines_of(grid: Grid, numbers: Codes) -> Codes:
    """Return the lines of some indicators."""
    return numbers if grid.slot is None else np.flatnonzero(np.isin(grid.indicator, numbers))


def _given_rows(base: Any, grid: Grid, numbers: Codes, mine: IndicatorScores) -> dict[str, NDArray[Any]]:
    """Return what is rolled up of some indicators: indicators × slots."""
    columns = {
        "score": mine.score, "raw": mine.raw, "path": mine.path, "counts": counts_of(mine),
        "due": mine.is_due, "answered": mine.is_answered,
    }  # fmt: skip
    if grid.slot is None:
        return {name: column.reshape(len(numbers), len(grid.slots)) for name, column in columns.items()}
    lines = lines_of(grid, numbers)
    at = np.searchsorted(numbers, grid.indicator[lines]), grid.slot[lines]
    found = {name: getattr(base, name).take(numbers, axis=0) for name in columns}
    for name, column in columns.items():
        found[name][at] = column
    return found


def _above(structure: Structure, change: Change) -> Codes:
    """Return the elements whose score a change may reach, rising."""
    reached = np.zeros(len(structure.levels), dtype=bool)
    own, outcomes = structure.indicators, structure.outcomes
    reached[own.parent[np.isin(own.child, change.indicators)]] = True
    reached[outcomes.parent[list(change.outcomes)]] = True
    for layer in structure.layers_below:
        reached[layer.edges.parent[reached[layer.edges.child]]] = True
    return np.flatnonzero(reached)


def _rolled_again(
    base: Made, change: Change, given: Mapping[str, NDArray[Any]], nodes: Codes
) -> Mapping[str, NDArray[Any]]:
    """Return the rows of some elements, worked out on their part of the chain."""
    structure = base.structure
    own, below = (
        _edges_of(structure.indicators, nodes, change.own),
        _edges_of(structure.outcomes, nodes, change.outcomes),
    )
    elements, indicators = np.union1d(nodes, below.child), np.unique(own.child)
    part = _part_of(structure, elements, indicators, own, below)
    beside = np.flatnonzero(~np.isin(elements, nodes))
    state = blank_blocks(
        part,
        _given_of(base.blocks.given, indicators, change.indicators, given),
        Standing(rows=beside, of=elements[beside], blocks=base.blocks),
    )
    roll(state)
    at = np.searchsorted(elements, nodes)
    return AskedColumns(_BLOCKS, partial(_rows_of, state, at))


def _rows_of(blocks: Blocks, rows: Codes, name: str) -> NDArray[Any]:
    found: NDArray[Any] = getattr(blocks, name)[rows]
    return found


def _edges_of(edges: Edges, nodes: Codes, weights: Mapping[int, float]) -> Edges:
    """Return the edges of some parents, with new weights by their position among all edges."""
    some, rows = edges.at(np.flatnonzero(np.isin(edges.parents, nodes)))
    positions = np.array(sorted(weights), dtype=np.int64)
    some.weight[np.searchsorted(rows, positions)] = [weights[position] for position in positions.tolist()]
    return some


def _weighed(edges: Edges, weights: Mapping[int, float]) -> Edges:
    """Return edges with new weights by position."""
    weight = edges.weight.copy()
    weight[list(weights)] = list(weights.values())
    return attrs.evolve(edges, weight=weight)


def _part_of(structure: Structure, elements: Codes, indicators: Codes, own: Edges, below: Edges) -> Structure:
    """Return a part of the chain, numbered anew."""
    number = np.full(len(structure.levels), -1, dtype=np.int64)
    number[elements] = np.arange(len(elements))
    parents = set(below.parents.tolist())
    layers = (number[[node for node in layer if node in parents]] for layer in structure.layers)
    nothing = np.zeros(0, dtype=np.int64)
    some = elements.tolist()
    return attrs.evolve(
        structure,
        levels=tuple(structure.levels[n] for n in some),
        indicators=attrs.evolve(own, parents=number[own.parents], child=np.searchsorted(indicators, own.child)),
        outcomes=attrs.evolve(below, parents=number[below.parents], child=number[below.child]),
        outputs=Edges(parents=nothing, starts=nothing, child=nothing, weight=nothing.astype(np.float64)),
        links=nothing.reshape(0, 2),
        layers=tuple(tuple(layer.tolist()) for layer in layers if len(layer)),
        way=structure.way[elements],
        takes_below=structure.takes_below[elements],
        floor=structure.floor[elements],
        by_count=structure.by_count[elements],
        equal=structure.equal[elements],
    )


def _given_of(base: Any, indicators: Codes, changed: Codes, rows: Mapping[str, NDArray[Any]]) -> Given:
    """Return what is rolled up of some indicators, those that changed as they are now."""
    found = {field.name: getattr(base, field.name).take(indicators, axis=0) for field in attrs.fields(Given)}
    here = np.flatnonzero(np.isin(changed, indicators))
    at = np.searchsorted(indicators, changed[here])
    for name, block in found.items():
        block[at] = rows[name][here]
    return Given(**found)
