"""The neighbours of a period, and the same season of another year."""

from __future__ import annotations

import calendar
from datetime import date

from cpas.errors import PeriodError
from cpas.periods.days import Days, add_days, add_months, last_of_month, whole_months
from cpas.periods.frequencies import MONTHS, Frequency, unit_days, unit_number

__all__ = ["season_days", "season_year", "shift_days"]


def shift_days(start: date, end: date, frequency: Frequency, steps: int) -> Days:
    """Return the period of equal length `steps` later, adjoining for one step; earlier where it is negative.

    A unit of the calendar moves by whole units. Any two dates move by whole months where both ends say so
    (:func:`~cpas.periods.days.whole_months`), else by their number of days. A step forth and a step back meet
    again, but for one case: days moved by their number may come to be whole months (2 February to 4 March
    2025, then 5 March to 4 April), and those move back by months.

    Examples
    --------
    >>> [str(day) for day in shift_days(date(2025, 6, 13), date(2025, 12, 12), "dates", 1)]
    ['2025-12-13', '2026-06-12']
    """
    if frequency != "dates":
        return unit_days(unit_number(start, frequency) + steps, frequency)
    months = whole_months(start, end)
    if months:
        first_month, last_month = add_months(start, steps * months), end.replace(day=1)
        last = add_months(last_month, steps * months)
        return first_month, last_of_month(last) if start.day == 1 else last.replace(day=end.day)
    days = steps * (end.toordinal() - start.toordinal() + 1)
    return add_days(start, days), add_days(end, days)


def season_days(start: date, end: date, frequency: Frequency, years: int) -> Days:
    """Return the same season `years` before; after, where it is negative.

    Week 53 becomes the last week, 52, of a year that has no week 53. 29 February becomes 28 February in a
    year that has none; a range that ends with February ends with it in every year, be that the 28th or the
    29th. Where the days moved are exactly a unit of the calendar, they are that unit: 1 to 28 February 2024,
    any two dates, has February 2023 for its season.

    Examples
    --------
    >>> [str(day) for day in season_days(date(2023, 12, 1), date(2024, 2, 29), "dates", 1)]
    ['2022-12-01', '2023-02-28']
    """
    if frequency == "week":
        return _week_before(start, years)
    if frequency in MONTHS:
        return shift_days(start, end, frequency, -years * 12 // MONTHS[frequency])
    first = _same_day(start, years)
    return first, first if frequency == "day" else _same_end(end, years)


def season_year(start: date, frequency: Frequency) -> int:
    """Return the year a season is counted in: that of the ISO calendar for weeks, else of the first day.

    Examples
    --------
    >>> season_year(date(2024, 12, 30), "week"), season_year(date(2024, 12, 30), "day")
    (2025, 2024)
    """
    return start.isocalendar().year if frequency == "week" else start.year


def _week_before(monday: date, years: int) -> Days:
    year, week, _ = monday.isocalendar()
    year -= years
    last_week = date(_within(year), 12, 28).isocalendar().week  # 28 December is always in the last ISO week
    first = date.fromisocalendar(year, min(week, last_week), 1)
    return first, add_days(first, 6)


def _same_day(day: date, years: int) -> date:
    year = _within(day.year - years)
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def _same_end(end: date, years: int) -> date:
    moved = _same_day(end, years)
    return last_of_month(moved) if end == last_of_month(end) else moved


def _within(year: int) -> int:
    if not 1 <= year <= 9999:
        raise PeriodError(f"The calendar ends: there is no year {year}, only 1 to 9999.", value=year)
    return year
