"""From values and their bases to progress: the way from baseline to target, or back into a band.  Methodology §9.2."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpas.methods import bands, normalise
from cpas.methods.aggregation.parts import number_keys, reason_code
from cpas.methods.scoring.bases import Bases
from cpas.methods.scoring.facts import Facts
from cpas.methods.scoring.grid import Grid
from cpas.periods import ordinals
from cpas.tables.aggregates import Aggregates

__all__ = ["progress_of"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def progress_of(
    aggregates: Aggregates, grid: Grid, lines: Codes, bases: Bases, facts: Facts, short: Truths
) -> tuple[Floats, NDArray[np.int8]]:
    """Return the progress of lines, not clipped, and the reason of what has none; −1 where nothing is said.

    Parameters
    ----------
    aggregates : Aggregates
        What the lines are of.
    grid : Grid
        Where their rows stand.
    lines : array of int
        Numbers of lines.
    bases : Bases
        What they are compared with, lines × columns (or × 1).
    facts : Facts
        What is known of the indicators.
    short : array of bool, lines × columns
        Sums that lack a part: they have no progress, since silence would look like success.

    Returns
    -------
    progress, reason : array, lines × columns
        Both say nothing where there is no value.

    Notes
    -----
    Methodology §9.2. A value that has no basis at all is told so first, even where it is incomplete too.
    """
    value, number = grid.lines(aggregates.cells.value)[lines], grid.indicator[lines]
    there, is_band = ~np.isnan(value), facts.is_band[number, None]
    why = np.where(there, bases.reason, np.int8(-1))
    # A band needs no baseline as long as the value is inside.
    why[is_band & ((why == reason_code("no_baseline")) | (why == reason_code("no_target")))] = -1
    why[(why < 0) & short] = reason_code("incomplete")
    open_ = there & (why < 0)
    raw = np.full(value.shape, np.nan)
    if is_band.any():
        _into_bands(facts, number, value, bases, open_ & is_band, raw, why)
        open_ &= ~is_band
    total = open_ & bases.is_total
    if total.any():
        value = np.where(total, _running_totals(aggregates, grid, lines, bases, total), value)
        why[total & np.isnan(value)] = reason_code("incomplete")
    why[open_ & (np.isnan(bases.baseline) | np.isnan(bases.target))] = reason_code("no_target")
    open_ &= why < 0
    kept = open_ & _is_maintained(facts, number, bases)
    if kept.any():
        met = _is_met(facts, number, value, bases)
        why[kept] = np.where(met, np.int8(reason_code("met")), np.int8(reason_code("not_met")))[kept]
    there = open_ & ~kept
    moved = normalise.linear_progress(
        np.where(there, value, np.nan), baseline=bases.baseline, target=bases.target
    )  # where there is no way to travel, there is no value left
    return np.where(there, moved, raw), why


def _is_maintained(facts: Facts, number: Codes, bases: Bases) -> Truths:
    """Whether the baseline has reached the target: then it is met or not, never a percentage.  Methodology §7.10."""
    reached: Truths = np.where(
        facts.is_lower[number, None], bases.baseline <= bases.target, bases.baseline >= bases.target
    )
    return reached


def _is_met(facts: Facts, number: Codes, value: Floats, bases: Bases) -> Truths:
    """Whether a level is kept, within the smallest change that counts as one."""
    tolerance = facts.tolerance[number, None]
    good: Truths = np.where(
        facts.is_lower[number, None], value <= bases.target + tolerance, value >= bases.target - tolerance
    )
    return good


def _into_bands(
    facts: Facts, number: Codes, value: Floats, bases: Bases, chosen: Truths, raw: Floats, why: NDArray[np.int8]
) -> None:
    """100 inside the band; outside, the way back from where the baseline stood.  Methodology §4.4."""
    low, high, before = np.broadcast_arrays(facts.low[number, None], facts.high[number, None], bases.baseline, value)[
        :3
    ]
    inside = chosen & (value >= low) & (value <= high)
    raw[inside] = 100.0
    outside = chosen & ~inside
    unknown = outside & np.isnan(before)
    # It has left the band it started in: that is not met, and there is no way to measure how far.
    left = outside & (before >= low) & (before <= high)
    why[unknown], why[left] = reason_code("no_baseline"), reason_code("not_met")
    some = outside & ~unknown & ~left
    raw[some] = bands.band(value[some], low=low[some], high=high[some], baseline=before[some])


def _running_totals(aggregates: Aggregates, grid: Grid, lines: Codes, bases: Bases, chosen: Truths) -> Floats:
    """Sums of flows from the baseline's end; missing where a period on the way is missing, incomplete or not there."""
    cells = aggregates.cells
    rows = grid.rows(lines).reshape(chosen.shape)[chosen]
    since = np.broadcast_to(bases.since, chosen.shape)[chosen]
    mine = np.flatnonzero(np.isin(cells.indicator, np.unique(cells.indicator[rows])))
    series = np.unique(number_keys(cells.indicator[mine], cells.place[mine], cells.cell[mine]), return_inverse=True)[1]
    of_row = np.zeros(len(cells), dtype=np.int64)
    of_row[mine] = series
    # One line for each series of periods, as far as it has rows.
    shape = (int(series.max()) + 1, len(aggregates.request.spans))
    amount, is_row = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    amount[series, cells.period[mine]] = np.where(cells.complete[mine], cells.value[mine], np.nan)
    is_row[series, cells.period[mine]] = True
    total = np.full(len(rows), np.nan)
    # Series that begin on one day and have the same periods are added up at once.
    kinds = np.column_stack([since, is_row[of_row[rows]]])
    for kind in np.unique(kinds, axis=0):
        some = np.flatnonzero((kinds == kind).all(axis=1))
        chain = _chain(aggregates, np.flatnonzero(kind[1:]), int(kind[0]))
        sums = np.full((len(some), shape[1]), np.nan)
        sums[:, chain] = np.cumsum(amount[of_row[rows[some]]][:, chain], axis=1)
        total[some] = sums[np.arange(len(some)), cells.period[rows[some]]]
    found = np.full(chosen.shape, np.nan)
    found[chosen] = total
    return found


def _chain(aggregates: Aggregates, periods: Codes, day: int) -> list[int]:
    """Return the periods that follow on one another without a gap, from a day on."""
    start, end = ordinals(aggregates.request.spans)
    found = []
    for period in periods[np.argsort(end[periods], kind="stable")].tolist():
        if start[period] == day:
            found.append(period)
            day = int(end[period]) + 1
    return found
