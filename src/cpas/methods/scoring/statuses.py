"""Progress scores of indicators by growth, as Statistics Canada makes them, through baselines and targets of a plan."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cpas.methods import growth, statcan
from cpas.methods.scoring.bases import basis_of_row, where_of_row
from cpas.methods.scoring.basis import Basis, find_baseline, find_target
from cpas.model import Indicator
from cpas.periods import Period
from cpas.tables.scores import Scores

__all__ = ["progress_scores"]

_DAYS_A_YEAR: Final = 365.25
_NONE: Final = float("nan")
#: A share cannot rise above this.
_WHOLE: Final = 100.0


def progress_scores(scores: Scores) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the progress score of every row of the aggregates, from −5 to 5, and whether its target is met.

    With a target, by the ratio of observed to required growth; a target met counts 5, also where no baseline is known.
    Without any target, by the growth rate alone. Missing where growth has no meaning: a zero, or a change of sign,
    between baseline, value and target; and for targets of a running total.

    Notes
    -----
    Methodology §7.5. Years are counted from the end of the baseline's period, in days. The natural limit of a growth
    rate is known to the library for shares in per cent that should rise (cpas extension).
    """
    cells = scores.aggregates.cells
    found, met = np.full(len(cells), np.nan), np.zeros(len(cells), dtype=bool)
    for row in np.flatnonzero(~np.isnan(cells.value)).tolist():
        indicator = scores.plan.indicators[cells.indicator[row]]
        if indicator.better in ("higher", "lower") and indicator.is_scorable:
            found[row], met[row] = _score(scores, row, indicator)
    return found, met


def _score(scores: Scores, row: int, indicator: Indicator) -> tuple[float, bool]:
    """Return the score of one row, and whether its target is met."""
    value, better = float(scores.aggregates.cells.value[row]), _way(indicator)
    basis = basis_of_row(scores.aggregates, row, scores.methodology)
    if basis.is_total:
        return _NONE, False
    end = _target(scores, row, indicator) if basis.target is None else basis.target
    if end is not None and bool(statcan.achieved(value, target=end, better=better)):
        return float(statcan.ratio_score(_NONE, achieved=True)), True
    period = scores.aggregates.request.spans[scores.aggregates.cells.period[row]]
    if indicator.targets:
        return _by_ratio(value, basis, period, better), False
    return _by_growth(scores, row, indicator, period), False


def _way(indicator: Indicator) -> Literal["higher", "lower"]:
    return "higher" if indicator.better == "higher" else "lower"


def _target(scores: Scores, row: int, indicator: Indicator) -> float | None:
    """Return the level to reach where the basis lacks a baseline: met is met, wherever it began."""
    aggregates = scores.aggregates
    as_of = aggregates.as_of
    return find_target(
        indicator,
        aggregates.request.spans[aggregates.cells.period[row]],
        where=where_of_row(aggregates, row),
        root=aggregates.tree.ids[aggregates.tree.root],
        as_of=None if as_of is None else as_of.date(),
        methodology=scores.methodology,
    )


def _by_ratio(value: float, basis: Basis, period: Period, better: Literal["higher", "lower"]) -> float:
    """Return the score of the growth observed against the growth that reaches the target in time."""
    start, end, before, after = basis.baseline, basis.target, basis.of_baseline, basis.of_target
    if start is None or end is None or before is None or after is None or start == end:
        return _NONE
    elapsed, total = (_years(before.period, day) for day in (period, after.period))
    if elapsed <= 0 or total <= 0 or not bool(growth.growth_applies(value, start, end)):
        return _NONE
    ratio = growth.growth_ratio(value, baseline=start, target=end, elapsed=elapsed, total=total, better=better)
    return float(statcan.ratio_score(ratio))


def _by_growth(scores: Scores, row: int, indicator: Indicator, period: Period) -> float:
    """Return the score of a growth rate where nobody has set a target."""
    aggregates, value = scores.aggregates, float(scores.aggregates.cells.value[row])
    root = aggregates.tree.ids[aggregates.tree.root]
    known = find_baseline(
        indicator, period, where=where_of_row(aggregates, row), root=root, methodology=scores.methodology
    )
    if known is None:
        return _NONE
    before, start = known
    elapsed = _years(before.period, period)
    if elapsed <= 0 or not bool(growth.growth_applies(value, start)):
        return _NONE
    rises = indicator.kind == "ratio" and indicator.unit == "%" and indicator.better == "higher"
    limit = float(statcan.limit_factor(start, limit=_WHOLE)) if rises and 0 < start < _WHOLE else 1.0
    rate = growth.growth_rate(value, baseline=start, years=elapsed)
    # Where all values are negative their size grows as they fall.
    return float(statcan.growth_score(np.sign(start) * rate, better=_way(indicator), limit=limit))


def _years(one: Period, other: Period) -> float:
    return (other.end - one.end).days / _DAYS_A_YEAR
