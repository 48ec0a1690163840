"""Scores of indicators: how far each value is on its way.  Methodology §9.2.

Goalposts hold everywhere and win over baseline and target. Scores are clipped to 0–100; the raw progress beside them
is not, so that regress and overshoot stay visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import ADDITIVE
from cpas.methods import bands, normalise
from cpas.methods.aggregation.parts import reason_code
from cpas.methods.scoring.basis import Basis, find_basis
from cpas.methods.scoring.normalising import by_cut_points, normalisation_of
from cpas.model import Indicator, Methodology
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
    for rows, basis in _by_basis(aggregates, np.flatnonzero(open_ & ~posts & ~steps), methodology):
        # A value that has no basis at all is told so first, even where it is incomplete too.
        _score_by_basis(aggregates, rows, basis, raw, path, reason, short)
        rebased[rows] = basis.is_rebased
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


def _by_basis(aggregates: Aggregates, rows: Codes, methodology: Methodology) -> Iterator[tuple[Codes, Basis]]:
    """Yield rows that share a basis, and the basis: it is looked up once per indicator, period, place and group."""
    if not len(rows):
        return
    cells = aggregates.cells
    keys = np.stack([cells.indicator[rows], cells.period[rows], cells.place[rows], cells.cell[rows]], axis=1)
    order = np.lexsort(keys.T[::-1])
    starts = np.flatnonzero(np.append(True, (keys[order][1:] != keys[order][:-1]).any(axis=1)))
    for group in np.split(rows[order], starts[1:]):
        yield group, basis_of_row(aggregates, int(group[0]), methodology)


def basis_of_row(aggregates: Aggregates, row: int, methodology: Methodology) -> Basis:
    """Return what the value of a row is compared with."""
    cells, tree = aggregates.cells, aggregates.tree
    root = tree.ids[tree.root]
    place = tree.ids[cells.place[row]]
    members = zip(aggregates.request.groups, aggregates.groups[cells.cell[row]], strict=True)
    where = [(name, member) for name, member in members if member]
    if place != root:
        where.append(("place", place))
    as_of = aggregates.as_of
    return find_basis(
        aggregates.plan.indicators[cells.indicator[row]],
        aggregates.request.spans[cells.period[row]],
        where=tuple(sorted(where)),
        root=root,
        plan_period=aggregates.plan.period,
        as_of=None if as_of is None else as_of.date(),
        methodology=methodology,
    )


def _score_by_basis(
    aggregates: Aggregates,
    rows: Codes,
    basis: Basis,
    raw: Floats,
    path: Floats,
    reason: NDArray[np.int8],
    short: NDArray[np.bool_],
) -> None:
    """Fill in scores of rows that share a basis."""
    indicator = aggregates.plan.indicators[aggregates.cells.indicator[rows[0]]]
    if basis.reason and not (indicator.better == "inside" and basis.reason == "no_baseline"):
        reason[rows] = reason_code(basis.reason)
        return
    rows = rows[~short[rows]]
    if not len(rows):
        return
    value = aggregates.cells.value[rows]
    if indicator.better == "inside" and indicator.band is not None:
        _score_in_band(indicator.band, rows, value, basis, raw, reason)
        return
    if basis.is_total:
        value = _running_total(aggregates, rows, basis)
        reason[rows] = reason_code("incomplete")
    if basis.baseline is None or basis.target is None:
        reason[rows] = reason_code("no_target")
        return
    if _is_maintained(indicator, basis):
        tolerance = indicator.min_change or 0.0
        good = value >= basis.target - tolerance if indicator.better == "higher" else value <= basis.target + tolerance
        reason[rows] = np.where(good, reason_code("met"), reason_code("not_met"))
        return
    raw[rows] = normalise.linear_progress(value, baseline=basis.baseline, target=basis.target)
    if basis.path is not None:
        path[rows] = basis.path


def _is_maintained(indicator: Indicator, basis: Basis) -> bool:
    """Whether the baseline has reached the target: then it is met or not, never a percentage.  Methodology §7.10."""
    if basis.baseline is None or basis.target is None:
        return False
    if indicator.better == "lower":
        return basis.baseline <= basis.target
    return basis.baseline >= basis.target


def _score_in_band(
    band: tuple[float, float], rows: Codes, value: Floats, basis: Basis, raw: Floats, reason: NDArray[np.int8]
) -> None:
    """100 inside the band; outside, the way back from where the baseline stood.  Methodology §4.4."""
    low, high = band
    inside = (value >= low) & (value <= high)
    raw[rows[inside]] = 100.0
    outside = rows[~inside]
    if not len(outside):
        return
    if basis.baseline is None or low <= basis.baseline <= high:
        # It has left the band it started in: that is not met, and there is no way to measure how far.
        reason[outside] = reason_code("no_baseline" if basis.baseline is None else "not_met")
        return
    raw[outside] = bands.band(value[~inside], low=low, high=high, baseline=basis.baseline)


def _running_total(aggregates: Aggregates, rows: Codes, basis: Basis) -> Floats:
    """Sum of a flow from the baseline's end, missing where a period on the way is missing or incomplete."""
    cells, spans = aggregates.cells, aggregates.request.spans
    totals = []
    for row in rows:
        mine = (
            (cells.indicator == cells.indicator[row])
            & (cells.place == cells.place[row])
            & (cells.cell == cells.cell[row])
        )
        end = spans[cells.period[row]].end
        start = basis.of_baseline.period.end if basis.of_baseline is not None else None
        some = [r for r in np.flatnonzero(mine) if spans[cells.period[r]].end <= end]
        some = [r for r in some if start is None or spans[cells.period[r]].start > start]
        whole = all(cells.complete[r] for r in some)
        totals.append(float(cells.value[some].sum()) if whole and some else np.nan)
    return np.array(totals)
