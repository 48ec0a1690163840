"""Scores of indicators: how far each value is on its way.  Methodology §9.2.

Goalposts hold everywhere and win over baseline and target. Scores are clipped to 0–100; the raw progress beside them
is not, so that regress and overshoot stay visible.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import ADDITIVE
from cpas.methods import normalise
from cpas.methods.aggregation.parts import reason_code
from cpas.methods.scoring.bases import basis_of_row, find_bases
from cpas.methods.scoring.normalising import by_cut_points, normalisation_of
from cpas.methods.scoring.towards import progress_of
from cpas.model import Methodology
from cpas.tables.aggregates import Aggregates

__all__ = ["IndicatorScores", "basis_of_row", "score_indicators"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
_NOT_OWED: Final = ("not_due", "not_applicable")


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
    is_due: NDArray[np.bool_]
    #: Whether it can be scored, was due and has a value.
    is_answered: NDArray[np.bool_]
    #: Rows whose baseline or target was scaled per day.
    rebased: NDArray[np.bool_]


def score_indicators(aggregates: Aggregates, methodology: Methodology) -> IndicatorScores:
    """Return the score of every row of the aggregates, or the reason why it has none.

    Notes
    -----
    Methodology §9.2.
    """
    cells, indicators = aggregates.cells, aggregates.plan.indicators
    n = len(cells)
    raw, path = np.full(n, np.nan), np.full(n, np.nan)
    reason = cells.reason.copy()
    rebased = np.zeros(n, dtype=bool)
    scorable = np.array([i.is_scorable for i in indicators] or [False])[cells.indicator]
    ways = [normalisation_of(i, methodology) if i.is_scorable else "" for i in indicators]
    posts = np.array([way == "goalposts" for way in ways] or [False])[cells.indicator]
    steps = np.array([way in ("thresholds", "categories") for way in ways] or [False])[cells.indicator]
    there = ~np.isnan(cells.value)
    adds = np.array([i.kind in ADDITIVE for i in indicators] or [False])[cells.indicator]
    short = there & adds & ~cells.complete
    reason[short] = reason_code("incomplete")
    reason[~scorable] = reason_code("not_scored")
    open_ = scorable & there
    _score_by_goalposts(aggregates, np.flatnonzero(open_ & posts & ~short), raw)
    _score_by_cut_points(aggregates, np.flatnonzero(open_ & steps & ~short), ways, raw)
    rows = np.flatnonzero(open_ & ~posts & ~steps)
    bases = find_bases(aggregates, rows, methodology)
    raw[rows], why = progress_of(aggregates, rows, bases, short[rows])
    path[rows], reason[rows], rebased[rows] = bases.path, np.where(why >= 0, why, reason[rows]), bases.is_rebased
    owed = ~np.isin(cells.reason, [reason_code(word) for word in _NOT_OWED])
    return IndicatorScores(
        score=np.clip(raw, 0, 100),
        raw=raw,
        path=np.where(np.isnan(raw), np.nan, path),
        reason=np.where(np.isnan(raw), reason, np.int8(-1)).astype(np.int8),
        is_due=scorable & owed,
        is_answered=scorable & owed & there,
        rebased=rebased & ~np.isnan(raw),
    )


def _score_by_cut_points(aggregates: Aggregates, rows: Codes, ways: list[str], raw: Floats) -> None:
    """Fill in scores by the indicators' own cut points."""
    number = aggregates.cells.indicator[rows]
    for one in np.unique(number):
        some = rows[number == one]
        raw[some] = by_cut_points(aggregates.cells.value[some], aggregates.plan.indicators[one], ways[one])


def _score_by_goalposts(aggregates: Aggregates, rows: Codes, raw: Floats) -> None:
    """Fill in scores on a fixed scale, all indicators of one transform at once."""
    if not len(rows):
        return
    indicators = aggregates.plan.indicators
    worst, best = (np.array([i.goalposts[n] if i.goalposts else np.nan for i in indicators]) for n in (0, 1))
    is_log = np.array([i.transform == "log" for i in indicators])
    code = aggregates.cells.indicator[rows]
    for transform in (None, "log"):
        some = rows[is_log[code] == (transform == "log")]
        if len(some):
            number = aggregates.cells.indicator[some]
            raw[some] = normalise.goalposts(
                aggregates.cells.value[some], worst=worst[number], best=best[number], transform=transform
            )
