"""Scores of indicators: how far each value is on its way.  Methodology §9.2.

Goalposts hold everywhere and win over baseline and target. Scores are clipped to 0–100; the raw progress beside them
is not, so that regress and overshoot stay visible.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods import normalise
from cpas.methods.aggregation.parts import EXCUSED, reason_code
from cpas.methods.scoring.bases import bases_of_lines, basis_of_row
from cpas.methods.scoring.facts import Facts, facts_of
from cpas.methods.scoring.grid import Grid, grid_of
from cpas.methods.scoring.normalising import by_cut_points
from cpas.methods.scoring.towards import progress_of
from cpas.model import Methodology
from cpas.tables.aggregates import Aggregates

__all__ = ["IndicatorScores", "basis_of_row", "score_indicators"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class IndicatorScores:
    """One row per row of the aggregates, in their order."""

    #: Progress, 0 to 100.
    score: Floats
    #: Progress, not clipped.
    raw: Floats
    #: The score due by then.
    path: Floats
    #: Why there is no score; −1 where there is one.
    reason: NDArray[np.int8]
    #: Whether the indicator can be scored and a value was due.
    is_due: Truths
    #: Whether it can be scored, was due and has a value.
    is_answered: Truths
    #: Rows whose baseline or target was scaled per day.
    rebased: Truths


def score_indicators(aggregates: Aggregates, methodology: Methodology, grid: Grid | None = None) -> IndicatorScores:
    """Return the score of every row of the aggregates, or the reason why it has none.

    Parameters
    ----------
    aggregates : Aggregates
        From :func:`cpas.aggregate`.
    methodology : Methodology
        By which methods.
    grid : Grid, optional
        Where the rows stand, if that is known.

    Notes
    -----
    Methodology §9.2.
    """
    cells, facts = aggregates.cells, facts_of(aggregates.plan, methodology)
    grid = grid or grid_of(aggregates)
    value, given = grid.lines(cells.value), grid.lines(cells.reason)
    scorable, there = grid.beside(facts.is_scorable), ~np.isnan(value)
    short = there & grid.beside(facts.adds) & ~grid.lines(cells.complete)
    reason = np.where(scorable, np.where(short, np.int8(reason_code("incomplete")), given), reason_code("not_scored"))
    raw, path, rebased = np.full(value.shape, np.nan), np.full(value.shape, np.nan), np.zeros(value.shape, dtype=bool)
    usable = np.where(there & ~short, value, np.nan)
    _score_by_goalposts(grid, facts, usable, raw)
    _score_by_cut_points(aggregates, grid, facts, usable, raw)
    some = np.flatnonzero(grid.beside(facts.by_basis))
    if len(some):
        bases = bases_of_lines(aggregates, grid, some, methodology)
        raw[some], why = progress_of(aggregates, grid, some, bases, facts, short[some])
        path[some], rebased[some] = bases.path, bases.is_rebased
        reason[some] = np.where(why >= 0, why, reason[some])
    owed = scorable & (given != EXCUSED[0]) & (given != EXCUSED[1])
    missing = np.isnan(raw)
    path[missing] = np.nan
    return IndicatorScores(
        score=np.clip(raw, 0, 100).ravel(),
        raw=raw.ravel(),
        path=path.ravel(),
        reason=np.where(missing, reason, -1).astype(np.int8).ravel(),
        is_due=owed.ravel(),
        is_answered=(owed & there).ravel(),
        rebased=(rebased & ~missing).ravel(),
    )


def _score_by_goalposts(grid: Grid, facts: Facts, usable: Floats, raw: Floats) -> None:
    """Fill in scores on a fixed scale, all indicators of one transform at once."""
    for transform in (None, "log"):
        chosen = facts.by_goalposts & (facts.is_log == (transform == "log"))
        some = np.flatnonzero(grid.beside(chosen))
        if len(some):
            number = grid.indicator[some]
            worst, best = facts.worst[number, None], facts.best[number, None]
            raw[some] = normalise.goalposts(usable[some], worst=worst, best=best, transform=transform)


def _score_by_cut_points(aggregates: Aggregates, grid: Grid, facts: Facts, usable: Floats, raw: Floats) -> None:
    """Fill in scores by the indicators' own cut points."""
    some = np.flatnonzero(grid.beside(facts.by_steps))
    number = grid.indicator[some]
    for one in np.unique(number):
        mine = some[number == one]
        raw[mine] = by_cut_points(usable[mine], aggregates.plan.indicators[one], facts.ways[one])
