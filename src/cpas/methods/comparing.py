"""Both comparisons: the period before, and the same season a year before.  Methodology §8.1.

They often disagree, and both are true. What was counted otherwise (a break in definition) or not wholly (a flow with
returns missing) is not compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import ADDITIVE
from cpas.errors import PeriodError
from cpas.methods import trend
from cpas.methods._elementwise import INSUFFICIENT
from cpas.methods.scoring.basis import break_factor
from cpas.model import Indicator
from cpas.periods import Period
from cpas.tables.aggregates import Aggregates

__all__ = ["Comparisons", "compare_with_before", "earlier_period", "words_of_steps"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Kinds whose change is a difference in their own unit: a percentage of a percentage misleads.
_POINTS: Final = frozenset({"ratio", "ordinal", "index"})
#: Directions in which a change is an improvement or not.
DIRECTIONS: Final[tuple[Literal["higher", "lower"], ...]] = ("higher", "lower")


@attrs.frozen(eq=False, kw_only=True)
class Comparisons:
    """Values of all indicators beside the period before and the same season a year before; NaN where there is none.

    One entry per indicator of the plan, in its order.
    """

    #: Row of the aggregates; −1 where there is none.
    row: Codes
    #: The value.
    value: Floats
    #: Value of the period before.
    previous: Floats
    #: Change since then.
    change_previous: Floats
    #: Value of the same season a year before.
    season: Floats
    #: Change since then.
    change_season: Floats
    #: ``percent``, ``percent per day``, or ``points``.
    basis: NDArray[np.object_]
    #: Whether the change since the period before is an improvement, in a word.
    word_previous: NDArray[np.object_]
    #: Whether the change since the same season is an improvement, in a word.
    word_season: NDArray[np.object_]


def compare_with_before(aggregates: Aggregates, period: int, place: int, cell: int) -> Comparisons:
    """Return every indicator's value beside the two it is compared with.

    Parameters
    ----------
    aggregates : Aggregates
        With the periods compared.
    period, place, cell : int
        Numbers of the period, place and cell of groups.

    Notes
    -----
    Methodology §8.1. Shares, levels and indices change by points, all else by per cent; periods of irregular length
    are compared per day.
    """
    indicators, now = aggregates.plan.indicators, aggregates.periods[period]
    row = _rows(aggregates, period, place, cell)
    value = _comparable(aggregates, row)
    in_points = np.array([one.kind in _POINTS for one in indicators], dtype=bool)
    per_day = np.zeros(len(indicators), dtype=bool)
    before, changes, words = [], [], []
    for other in (_before(aggregates, period), _season(aggregates, period)):
        then = aggregates.periods[other] if other is not None else None
        earlier = _earlier(aggregates, other, place, cell, now)
        by_day = np.zeros(len(indicators), dtype=bool)
        if then is not None and _are_unequal(now, then):
            by_day = np.array([one.kind == "flow" for one in indicators], dtype=bool)
        before.append(earlier)
        changes.append(_changes(value, earlier, in_points, by_day, now, then))
        words.append(words_of_steps(indicators, value - earlier))
        per_day |= by_day
    return Comparisons(
        row=row,
        value=_values(aggregates, row),
        previous=before[0],
        change_previous=changes[0],
        season=before[1],
        change_season=changes[1],
        basis=np.where(in_points, "points", np.where(per_day, "percent per day", "percent")).astype(object),
        word_previous=words[0],
        word_season=words[1],
    )


def _rows(aggregates: Aggregates, period: int | None, place: int, cell: int) -> Codes:
    """Return the row of each indicator in a period, at a place, of a cell; −1 where it has none."""
    cells = aggregates.cells
    found = np.full(len(aggregates.plan.indicators), -1, dtype=np.int64)
    if period is not None:
        rows = np.flatnonzero((cells.period == period) & (cells.place == place) & (cells.cell == cell))
        found[cells.indicator[rows]] = rows
    return found


def _values(aggregates: Aggregates, row: Codes) -> Floats:
    return np.append(aggregates.cells.value, np.nan)[row]


def _comparable(aggregates: Aggregates, row: Codes) -> Floats:
    """Return the values that may be compared: a sum with returns missing may not."""
    adds = np.array([one.kind in ADDITIVE for one in aggregates.plan.indicators], dtype=bool)
    short = adds & ~np.append(aggregates.cells.complete, True)[row]
    return np.where(short, np.nan, _values(aggregates, row))


def _earlier(aggregates: Aggregates, period: int | None, place: int, cell: int, now: Period) -> Floats:
    """Return the values of an earlier period as they compare with those of `now`, across breaks in definition."""
    values = _comparable(aggregates, _rows(aggregates, period, place, cell))
    if period is None:
        return values
    for number, one in enumerate(aggregates.plan.indicators):
        if one.breaks:
            factor = break_factor(one, aggregates.periods[period], now)
            values[number] *= np.nan if isinstance(factor, str) else factor
    return values


def _are_unequal(now: Period, then: Period) -> bool:
    """Whether what was counted in two periods is compared per day."""
    return not (now.frequency == then.frequency != "dates" or now.days == then.days)


def _changes(
    value: Floats, before: Floats, in_points: Truths, by_day: Truths, now: Period, then: Period | None
) -> Floats:
    """Return each change by its own measure."""
    found = np.full(len(value), np.nan)
    measures: tuple[tuple[Literal["percent", "points"], Truths], ...] = (("percent", ~in_points), ("points", in_points))
    for measure, mine in measures:
        for some, days in ((mine & ~by_day, None), (mine & by_day, (now.days, then.days) if then else None)):
            found[some] = trend.change(value[some], before[some], measure=measure, days=days)
    return found


def _before(aggregates: Aggregates, period: int) -> int | None:
    """Return the number of the period before; of irregular periods the one that ended last before this one began."""
    periods = aggregates.periods
    now = periods[period]
    wanted = earlier_period(now, "previous")
    if wanted in periods:
        return periods.index(wanted)
    if now.frequency != "dates":
        return None
    earlier = [n for n, one in enumerate(periods) if one.end < now.start and one.frequency == "dates"]
    return max(earlier, key=lambda n: periods[n].end, default=None)


def _season(aggregates: Aggregates, period: int) -> int | None:
    wanted = earlier_period(aggregates.periods[period], "season_before")
    return aggregates.periods.index(wanted) if wanted in aggregates.periods else None


def earlier_period(period: Period, how: Literal["previous", "season_before"]) -> Period | None:
    """Return the period before, or the same season a year before; nothing where the calendar begins.

    Notes
    -----
    Methodology §8.1.

    Examples
    --------
    >>> str(earlier_period(Period.parse("2025-Q2"), "season_before"))
    '2024-Q2'
    >>> earlier_period(Period.parse("0001-Q1"), "previous") is None
    True
    """
    try:
        found: Period = getattr(period, how)()
    except PeriodError:
        return None
    return found


def words_of_steps(indicators: Sequence[Indicator], steps: Floats) -> NDArray[np.object_]:
    """Return whether changes are improvements, each in a word; "insufficient data" where none can be said.

    Parameters
    ----------
    indicators : sequence of Indicator
        One per change.
    steps : array
        Changes in the indicators' own units.

    Notes
    -----
    Methodology §8.2.

    Examples
    --------
    >>> harm = Indicator("I", "Civilians harmed", measures=(), unit="person", kind="flow", better="lower", min_change=5)
    >>> words_of_steps([harm, harm], np.array([-10.0, -1.0])).tolist()
    ['improving', 'stable']
    """
    words = np.full(len(indicators), INSUFFICIENT, dtype=object)
    least = np.array([np.nan if one.min_change is None else one.min_change for one in indicators], dtype=np.float64)
    for better in DIRECTIONS:
        mine = np.array([one.better == better for one in indicators], dtype=bool)
        words[mine] = trend.direction(steps[mine], better=better, min_change=least[mine])
    return words
