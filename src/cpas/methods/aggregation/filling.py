"""Fill gaps on request: by a name in the methodology, marked on every number it touches.  Methodology §3.6.5.

A gap is a period in which a series (indicator × place × cell) was due and has no value, between its first value and
the latest period observed. Only measured quantities are filled; never in a period of which it is said that nothing was
due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.ground import Additions, Ground
from cpas.methods.aggregation.parts import EXCUSED
from cpas.periods import Period, to_frequency
from cpas.tables.keys import new_segments
from cpas.tables.observations import Observations

__all__ = ["FILLERS", "Filled", "fill_gaps"]

Codes = NDArray[np.int64]
#: Kinds whose values are quantities of their own; shares are filled through what they are made of.
_FILLED: Final = frozenset({"flow", "stock", "cumulative", "index"})
Series = Mapping[Period, float]


@attrs.frozen(kw_only=True)
class Filled:
    """A gap that was filled."""

    #: Number of the indicator.
    indicator: int
    #: Number of the place.
    place: int
    #: The period.
    period: Period
    #: The cell, one member per dimension of the plan.
    cell: tuple[str, ...]
    #: The value put there.
    value: float


def carry_last(period: Period, known: Series) -> float | None:
    """Return the value before.  Methodology §3.6.5.

    Examples
    --------
    >>> carry_last(Period.parse("2025-Q2"), {Period.parse("2025-Q1"): 3.0, Period.parse("2025-Q3"): 9.0})
    3.0
    """
    before = [one for one in known if one < period]
    return known[max(before)] if before else None


def interpolate(period: Period, known: Series) -> float | None:
    """Return the value on the straight line between those before and after, by their middles.  Methodology §3.6.5.

    Examples
    --------
    >>> interpolate(Period.parse("2025-02"), {Period.parse("2025-01"): 3.0, Period.parse("2025-03"): 9.0})
    6.0
    """
    before, after = [one for one in known if one < period], [one for one in known if one > period]
    if not before or not after:
        return None
    first, last = max(before), min(after)
    share = (_middle(period) - _middle(first)) / (_middle(last) - _middle(first))
    return known[first] + share * (known[last] - known[first])


def same_season(period: Period, known: Series) -> float | None:
    """Return the value of the same season a year before.  Methodology §3.6.5.

    Examples
    --------
    >>> same_season(Period.parse("2025-Q2"), {Period.parse("2024-Q2"): 3.0})
    3.0
    """
    return known.get(period.season_before())


def _middle(period: Period) -> float:
    return (period.start.toordinal() + period.end.toordinal()) / 2


#: How a gap is filled, by the name a methodology gives.
FILLERS: Final[dict[str, Callable[[Period, Series], float | None]]] = {
    "carry last": carry_last,
    "interpolate": interpolate,
    "same season": same_season,
}


def fill_gaps(observations: Observations, ground: Ground, method: str | None) -> tuple[Ground, tuple[Filled, ...]]:
    """Return what adding up starts from with its gaps filled, and the gaps.

    Parameters
    ----------
    observations : Observations
        The values.
    ground : Ground
        The observations of one vintage.
    method : str, optional
        Name of one of `FILLERS`; nothing fills none.

    Notes
    -----
    Methodology §3.6.5. A value that was filled in is never filled in from.
    """
    if method is None:
        return ground, ()
    filled = tuple(_filled(observations, ground, FILLERS[method]))
    more = Additions(ground.rows)
    for one in filled:
        more.add(one.indicator, one.place, more.period(one.period), more.cell(one.cell), one.value)
    rows, added = more.joined()
    # The row that says that a value is missing gives way to the value put there.
    taken = {(one.indicator, one.place, one.period, one.cell) for one in filled}
    kept = [row for row in ground.picked.tolist() if _key(ground, row) not in taken]
    picked = np.concatenate([np.array(kept, dtype=np.int64), added])
    return attrs.evolve(ground, rows=rows, picked=picked, filled_from=len(ground.rows)), filled


def _key(ground: Ground, row: int) -> tuple[int, int, Period, tuple[str, ...]]:
    r = ground.rows
    return int(r.indicator[row]), int(r.place[row]), r.periods[r.period[row]], r.cells[r.cell[row]]


def _filled(
    observations: Observations, ground: Ground, filler: Callable[[Period, Series], float | None]
) -> Iterator[Filled]:
    rows, indicators = ground.rows, observations.plan.indicators
    can = np.array([i.kind in _FILLED for i in indicators] or [False])
    picked = ground.picked[can[rows.indicator[ground.picked]]]
    picked = picked[np.lexsort((rows.cell[picked], rows.place[picked], rows.indicator[picked]))]
    starts = new_segments(rows.indicator[picked], rows.place[picked], rows.cell[picked])
    last: dict[int, int] = {}
    for row in picked.tolist():
        number = int(rows.indicator[row])
        last[number] = max(last.get(number, 0), rows.periods[rows.period[row]].end.toordinal())
    for some in np.split(picked, starts[1:]) if len(picked) else ():
        first = int(some[0])
        number = int(rows.indicator[first])
        frequency = indicators[number].frequency or rows.periods[rows.period[first]].frequency
        for period, value in _series_gaps(ground, some, frequency, last[number], filler):
            yield Filled(
                indicator=number,
                place=int(rows.place[first]),
                period=period,
                cell=rows.cells[rows.cell[first]],
                value=value,
            )


def _series_gaps(
    ground: Ground, some: Codes, frequency: str, last: int, filler: Callable[[Period, Series], float | None]
) -> Iterator[tuple[Period, float]]:
    """Yield the gaps of one series with what fills them."""
    rows = ground.rows
    said = {rows.periods[rows.period[row]]: row for row in some.tolist()}
    known = {
        period: float(rows.value[row])
        for period, row in said.items()
        if not np.isnan(rows.value[row]) and period.frequency == frequency
    }
    if not known or frequency == "dates":
        return
    whole = Period.between(min(known).start, date.fromordinal(last))
    for period in Period.spanning(whole, whole, to_frequency(frequency)):
        excused = period in said and int(rows.reason[said[period]]) in EXCUSED
        if period in known or excused or period.end.toordinal() > last:
            continue
        value = filler(period, known)
        if value is not None:
            yield period, value
