"""Progress scores of indicators by growth, as Statistics Canada makes them, through baselines and targets of a plan."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cpas.methods import growth, statcan
from cpas.methods.scoring.bases import basis_of_row
from cpas.methods.scoring.basis import Basis
from cpas.tables.scores import Scores

__all__ = ["progress_scores"]

_DAYS_A_YEAR: Final = 365.25


def progress_scores(scores: Scores) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the progress score of every row of the aggregates, from −5 to 5, and whether its target is met.

    With a target, by the ratio of observed to required growth; a target met counts 5. Missing where growth has no
    meaning: a zero, or a change of sign, between baseline, value and target.

    Notes
    -----
    Methodology §7.5. Years are counted from the end of the baseline's period, in days.
    """
    cells = scores.aggregates.cells
    found, met = np.full(len(cells), np.nan), np.zeros(len(cells), dtype=bool)
    indicators = scores.plan.indicators
    for row in np.flatnonzero(~np.isnan(cells.value)):
        better = indicators[cells.indicator[row]].better
        if better not in ("higher", "lower") or not indicators[cells.indicator[row]].is_scorable:
            continue
        basis = basis_of_row(scores.aggregates, int(row), scores.methodology)
        if basis.target is not None:
            met[row] = statcan.achieved(cells.value[row], target=basis.target, better=better)
        found[row] = _score(scores, int(row), basis, better, is_met=bool(met[row]))
    return found, met


def _score(scores: Scores, row: int, basis: Basis, better: Literal["higher", "lower"], *, is_met: bool) -> float:
    value, start, end = float(scores.aggregates.cells.value[row]), basis.baseline, basis.target
    before, after = basis.of_baseline, basis.of_target
    if is_met:
        return float(statcan.ratio_score(np.nan, achieved=True))
    if start is None or end is None or before is None or after is None or start == end:
        return float("nan")
    if not bool(growth.growth_applies(value, start, end)):
        return float("nan")
    at = scores.aggregates.request.spans[scores.aggregates.cells.period[row]].end
    elapsed, total = ((day - before.period.end).days / _DAYS_A_YEAR for day in (at, after.period.end))
    if elapsed <= 0 or total <= 0:
        return float("nan")
    ratio = growth.growth_ratio(value, baseline=start, target=end, elapsed=elapsed, total=total, better=better)
    return float(statcan.ratio_score(ratio))
