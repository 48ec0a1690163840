"""From values and their bases to progress: the way from baseline to target, or back into a band.  Methodology §9.2."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpas.methods import bands, normalise
from cpas.methods.aggregation.parts import reason_code
from cpas.methods.scoring.bases import Bases
from cpas.periods import ordinals
from cpas.tables.aggregates import Aggregates

__all__ = ["progress_of"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def progress_of(aggregates: Aggregates, rows: Codes, bases: Bases, short: Truths) -> tuple[Floats, NDArray[np.int8]]:
    """Return the progress of rows, not clipped, and the reason of those that have none; −1 where nothing is said.

    Parameters
    ----------
    aggregates : Aggregates
        With a value in each of the rows.
    rows : array of int
        Numbers of rows.
    bases : Bases
        What they are compared with.
    short : array of bool
        Sums that lack a part: they have no progress, since silence would look like success.

    Notes
    -----
    Methodology §9.2. A value that has no basis at all is told so first, even where it is incomplete too.
    """
    indicators = aggregates.plan.indicators
    number, value = aggregates.cells.indicator[rows], aggregates.cells.value[rows]
    is_band = np.array([i.better == "inside" and i.band is not None for i in indicators] or [False])[number]
    raw, why = np.full(len(rows), np.nan), bases.reason.copy()
    # A band needs no baseline as long as the value is inside.
    why[is_band & (why == reason_code("no_baseline"))] = -1
    why[is_band & (why == reason_code("no_target"))] = -1
    why[(why < 0) & short] = reason_code("incomplete")
    open_ = why < 0
    _into_bands(aggregates, number, value, bases, open_ & is_band, raw, why)
    open_ &= ~is_band
    total = open_ & bases.is_total
    if total.any():
        value = np.where(total, _running_totals(aggregates, rows, bases, total), value)
        why[total & np.isnan(value)] = reason_code("incomplete")
    lacking = open_ & (np.isnan(bases.baseline) | np.isnan(bases.target))
    why[lacking] = reason_code("no_target")
    open_ &= why < 0
    kept = open_ & _is_maintained(aggregates, number, bases)
    why[kept] = np.where(_is_met(aggregates, number, value, bases), reason_code("met"), reason_code("not_met"))[kept]
    some = np.flatnonzero(open_ & ~kept)
    raw[some] = normalise.linear_progress(value[some], baseline=bases.baseline[some], target=bases.target[some])
    return raw, why


def _is_maintained(aggregates: Aggregates, number: Codes, bases: Bases) -> Truths:
    """Whether the baseline has reached the target: then it is met or not, never a percentage.  Methodology §7.10."""
    lower = np.array([i.better == "lower" for i in aggregates.plan.indicators])[number]
    reached: Truths = np.where(lower, bases.baseline <= bases.target, bases.baseline >= bases.target)
    return reached


def _is_met(aggregates: Aggregates, number: Codes, value: Floats, bases: Bases) -> Truths:
    """Whether a level is kept, within the smallest change that counts as one."""
    indicators = aggregates.plan.indicators
    lower = np.array([i.better == "lower" for i in indicators])[number]
    tolerance = np.array([i.min_change or 0.0 for i in indicators])[number]
    good: Truths = np.where(lower, value <= bases.target + tolerance, value >= bases.target - tolerance)
    return good


def _into_bands(
    aggregates: Aggregates,
    number: Codes,
    value: Floats,
    bases: Bases,
    chosen: Truths,
    raw: Floats,
    why: NDArray[np.int8],
) -> None:
    """100 inside the band; outside, the way back from where the baseline stood.  Methodology §4.4."""
    bounds = [i.band or (np.nan, np.nan) for i in aggregates.plan.indicators]
    low, high = (np.array([band[n] for band in bounds] or [np.nan])[number] for n in (0, 1))
    inside = chosen & (value >= low) & (value <= high)
    raw[inside] = 100.0
    outside = chosen & ~inside
    unknown = outside & np.isnan(bases.baseline)
    # It has left the band it started in: that is not met, and there is no way to measure how far.
    left = outside & (bases.baseline >= low) & (bases.baseline <= high)
    why[unknown], why[left] = reason_code("no_baseline"), reason_code("not_met")
    some = np.flatnonzero(outside & ~unknown & ~left)
    raw[some] = bands.band(value[some], low=low[some], high=high[some], baseline=bases.baseline[some])


def _running_totals(aggregates: Aggregates, rows: Codes, bases: Bases, chosen: Truths) -> Floats:
    """Sums of flows from the baseline's end; missing where a period on the way is missing, incomplete or not there."""
    cells = aggregates.cells
    start, end = ordinals(aggregates.request.spans)
    found = np.full(len(rows), np.nan)
    by_series: dict[tuple[int, int, int, int], list[int]] = {}
    for n in np.flatnonzero(chosen).tolist():
        row = rows[n]
        series = int(cells.indicator[row]), int(cells.place[row]), int(cells.cell[row]), int(bases.since[n])
        by_series.setdefault(series, []).append(n)
    for (number, place, cell, since), some in by_series.items():
        mine = np.flatnonzero((cells.indicator == number) & (cells.place == place) & (cells.cell == cell))
        mine = mine[np.argsort(end[cells.period[mine]], kind="stable")]
        totals: dict[int, float] = {}
        total, day = 0.0, since
        for row in mine.tolist():
            period = cells.period[row]
            if start[period] != day:
                continue
            total += float(cells.value[row]) if cells.complete[row] else np.nan
            totals[row], day = total, int(end[period]) + 1
        for n in some:
            found[n] = totals.get(int(rows[n]), np.nan)
    return found
