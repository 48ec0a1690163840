"""Which values of a series are points of it, and when.  Methodology §8.2.

A gap is missing, not zero; nor is an incomplete sum, a filled gap, or a value that only still holds a point, nor what
lies before a break in the definition that nothing bridges (cpas extension).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cpas.choices import ADDITIVE
from cpas.methods.scoring.basis import alike, break_factor
from cpas.model import Indicator
from cpas.periods import Period
from cpas.periods.frequencies import MONTHS, unit_number
from cpas.tables.aggregates import Aggregates

__all__ = ["gaps_between", "points_of", "years_between", "years_of"]

_DAYS_A_YEAR: Final = 365.25


def points_of(aggregates: Aggregates, indicator: Indicator, rows: Sequence[int], last: Period) -> dict[Period, float]:
    """Return the whole values of its own of each period up to the last, in order of time.

    Parameters
    ----------
    aggregates : Aggregates
        With the values.
    indicator : Indicator
        Whose they are.
    rows : sequence of int
        Numbers of the rows of one place and group.
    last : Period
        Periods of another frequency are left out.

    Notes
    -----
    Methodology §8.2. Values before a break with a factor are converted by it.

    Examples
    --------
    >>> from cpas.cycle.performing import aggregate
    >>> from cpas.testing.small import observe, small_indicator
    >>> rows = [{"period": "2025-01", "value": 4}, {"period": "2025-03", "value": 6}]
    >>> months = aggregate(observe(small_indicator(), rows), by="month")
    >>> found = points_of(months, months.plan.indicators[0], range(len(months)), Period.parse("2025-03"))
    >>> [(str(period), value) for period, value in found.items()]
    [('2025-01', 4.0), ('2025-03', 6.0)]
    """
    found = {}
    for row in rows:
        period = aggregates.periods[aggregates.cells.period[row]]
        if period.end > last.end or not alike(period, last) or not _is_point(aggregates, indicator, row, period):
            continue
        factor = break_factor(indicator, period, last) if period != last else 1.0
        if not isinstance(factor, str):
            found[period] = float(aggregates.cells.value[row]) * factor
    return dict(sorted(found.items()))


def _is_point(aggregates: Aggregates, indicator: Indicator, row: int, period: Period) -> bool:
    c = aggregates.cells
    value = c.value[row]
    whole = indicator.kind not in ADDITIVE or bool(c.complete[row])
    # A value that only still holds was observed before this period began.
    still_holds = c.age_days[row] >= period.days
    return bool(whole and value == value and not c.is_estimated[row] and not still_holds)


def gaps_between(periods: Sequence[Period]) -> int:
    """Return how many periods are missing between the first and the last; of any two dates nobody can say, so 0.

    Methodology §8.2.

    Examples
    --------
    >>> gaps_between([Period.parse("2024-Q1"), Period.parse("2024-Q4")])
    2
    """
    if not periods or not _is_regular(periods[-1]):
        return 0
    steps = _steps(periods)
    return round(steps[-1] - steps[0]) + 1 - len(periods)


def years_of(periods: Sequence[Period]) -> list[float]:
    """Return when periods are, in years: whole units of the calendar, so that a quarter is a quarter of a year.

    Methodology §8.3. Only differences have a meaning.

    Examples
    --------
    >>> first, last = years_of([Period.parse("2024-Q1"), Period.parse("2024-Q4")])
    >>> last - first
    0.75
    """
    if not periods:
        return []
    frequency = periods[-1].frequency
    unit = 12 / MONTHS[frequency] if frequency in MONTHS else _DAYS_A_YEAR / (7 if frequency == "week" else 1)
    return [step / unit for step in _steps(periods)]


def years_between(one: Period, other: Period) -> float:
    """Return the years from the end of one period to the end of another.

    Methodology §7.3.

    Examples
    --------
    >>> round(years_between(Period.parse("2020"), Period.parse("2024-Q4")), 3)
    4.0
    """
    return (other.end - one.end).days / _DAYS_A_YEAR


def _is_regular(period: Period) -> bool:
    return period.frequency in MONTHS or period.frequency in ("week", "day")


def _steps(periods: Sequence[Period]) -> list[float]:
    """Return when periods are: their number in the calendar, or the middle day of any two dates."""
    if _is_regular(periods[-1]):
        return [float(unit_number(period.start, periods[-1].frequency)) for period in periods]
    return [(period.start.toordinal() + period.end.toordinal()) / 2 for period in periods]
