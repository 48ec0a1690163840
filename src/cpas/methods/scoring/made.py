"""Scores of a whole plan as they are worked out, and the columns that a table makes of them on asking.

A column holds elements × slots first, then a row for each row of the aggregates.  Methodology §9.3.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import reason_code
from cpas.methods.scoring.blocks import Blocks
from cpas.methods.scoring.grid import Grid, grid_of
from cpas.methods.scoring.indicators import IndicatorScores, score_indicators
from cpas.methods.scoring.ranks import take
from cpas.methods.scoring.roll_up import deliver_up, roll_up
from cpas.methods.scoring.structure import Structure
from cpas.model import Methodology
from cpas.tables.aggregates import Aggregates, Cells
from cpas.tables.keys import in_order

__all__ = ["Made", "counts_of", "made_of", "rolled"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
#: Columns that only elements have.
_OF_ELEMENTS: Final = ("own", "below", "delivery", "worst", "dispersion", "trend_base")
_KEYS: Final = ("period", "place", "cell")


class Made:
    """Scores of indicators and elements, and whatever a table asks of them.

    Parameters
    ----------
    cells : Cells
        The rows of the aggregates.
    grid : Grid
        Where they stand.
    structure : Structure
        The results chain.
    mine : IndicatorScores
        Scores of the rows.
    blocks : Blocks
        Scores of elements.
    least : float
        Share below which a score is flagged.
    """

    def __init__(
        self, cells: Cells, grid: Grid, structure: Structure, mine: IndicatorScores, blocks: Blocks, least: float
    ) -> None:
        self.cells, self.grid, self.structure = cells, grid, structure
        self.mine, self.blocks, self.least = mine, blocks, least

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return self.blocks.score.size + len(self.cells)

    def __call__(self, name: str) -> NDArray[Any]:
        """Return a column of the table."""
        if name == "pace":
            score, path = self("score"), self("path")
            with np.errstate(invalid="ignore", divide="ignore"):
                return np.asarray(np.where(path == 0, np.nan, score / path))
        rows = self.of_indicators(name)
        return np.concatenate([self.of_elements(name).ravel(), rows if self.order is None else rows[self.order]])

    @cached_property
    def order(self) -> Codes | None:
        """Order of the rows; nothing where they are in order."""
        cells = self.cells
        return in_order([cells.indicator, cells.period, cells.place, cells.cell])

    def of_elements(self, name: str) -> NDArray[Any]:
        """Return a column of elements × slots."""
        shape = self.blocks.score.shape
        if name == "node":
            return np.broadcast_to(np.arange(shape[0])[:, None], shape)
        if name in _KEYS:
            return np.broadcast_to(self.grid.slots[:, _KEYS.index(name)], shape)
        if name == "raw":
            return np.broadcast_to(np.nan, shape)
        if name == "delivery":
            return deliver_up(self.structure, self.blocks.own)[0]
        if name == "reason":
            return self._reasons()
        block: NDArray[Any] = getattr(self.blocks, "raw" if name == "trend_base" else name)
        return block

    def of_indicators(self, name: str) -> NDArray[Any]:
        """Return a column of the rows of the aggregates, in their order."""
        if name in _OF_ELEMENTS:
            return np.broadcast_to(np.nan, len(self.cells))
        if name == "node":
            return self.cells.indicator + len(self.structure.levels)
        if name == "coverage":
            return np.where(self.mine.is_due, (~np.isnan(self.mine.score)).astype(float), np.nan)
        if name in ("answered", "indicators"):
            return (self.mine.is_answered if name == "answered" else self.mine.is_due).astype(np.int64)
        column: NDArray[Any] = getattr(self.cells if name in _KEYS else self.mine, name)
        return column

    @cached_property
    def flagged(self) -> Truths:
        """Elements × slots: whether a score rests on less than the methodology asks for."""
        blocks = self.blocks
        if not self.least:
            return np.broadcast_to(np.bool_(False), blocks.score.shape)
        return ~np.isnan(blocks.score) & (blocks.available < self.least - 1e-12)

    def _reasons(self) -> NDArray[np.int8]:
        """Why an element has no score; or, beside a score, that too little is behind it."""
        blocks, structure = self.blocks, self.structure
        reason = np.full(blocks.score.shape, reason_code("not_available"), dtype=np.int8)
        reason[~structure.can_have] = reason_code("no_own_indicators")
        edges = structure.indicators
        if len(edges.starts):
            # Where all its indicators say the same, the element says so too.
            said = take(self.grid.spread(self.mine.reason, reason_code("no_return")), edges.child)
            low, high = np.minimum.reduceat(said, edges.starts), np.maximum.reduceat(said, edges.starts)
            reason[edges.parents] = np.where((low == high) & (low >= 0), low, reason_code("not_available"))
        reason[blocks.withheld] = reason_code("below_coverage")
        reason[~np.isnan(blocks.score)] = -1
        reason[self.flagged] = reason_code("below_coverage")
        return reason


def made_of(aggregates: Aggregates, structure: Structure, methodology: Methodology) -> Made:
    """Return the scores of aggregates."""
    grid = grid_of(aggregates)
    mine = score_indicators(aggregates, methodology, grid)
    return Made(aggregates.cells, grid, structure, mine, rolled(structure, grid, mine), least=methodology.min_coverage)


def rolled(structure: Structure, grid: Grid, mine: IndicatorScores) -> Blocks:
    """Spread the indicators' scores into blocks indicators × slots, and roll them up."""
    return roll_up(
        structure,
        score=grid.spread(mine.score, np.nan),
        raw=grid.spread(mine.raw, np.nan),
        path=grid.spread(mine.path, np.nan),
        counts=grid.spread(counts_of(mine), False),
        due=grid.spread(mine.is_due, False),
        answered=grid.spread(mine.is_answered, False),
    )


def counts_of(mine: IndicatorScores) -> Truths:
    """Return which rows belong in the weight behind a score: due, and not only met or not."""
    only_met = (mine.reason == reason_code("met")) | (mine.reason == reason_code("not_met"))
    counts: Truths = mine.is_due & ~only_met
    return counts
