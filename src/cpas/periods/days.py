"""Arithmetic on single days.

Dates beyond the years 1 to 9999 do not exist in Python; asking for one is a PeriodError.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime
from typing import Any

from cpas.errors import PeriodError

__all__ = ["Days", "add_days", "add_months", "beyond", "last_of_month", "to_day", "whole_months"]

#: First and last day, both inside.
Days = tuple[date, date]


def to_day(value: Any) -> date:
    """Return `value` as a plain day; of a moment, the day that holds it on its own clock."""
    # A data frame's missing moment calls itself a datetime; it is the only one that does not equal itself.
    if isinstance(value, datetime) and value == value:
        return value.date()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise PeriodError(
        f"{repr(value)[:60]} is not a day. Give a date such as date(2025, 6, 13), or read a text with Period.parse.",
        value=value,
    )


def add_days(day: date, days: int) -> date:
    """Return the day `days` later, or earlier where it is negative.

    Examples
    --------
    >>> add_days(date(2024, 2, 28), 2)
    datetime.date(2024, 3, 1)
    """
    try:
        return date.fromordinal(day.toordinal() + days)
    except (ValueError, OverflowError):
        raise beyond(day) from None


def add_months(day: date, months: int) -> date:
    """Return the same day of the month `months` later, or earlier where it is negative.

    Raises
    ------
    PeriodError
        If that month has no such day: 31 January has no day one month later.

    Examples
    --------
    >>> add_months(date(2025, 6, 13), -6)
    datetime.date(2024, 12, 13)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise beyond(day)
    if day.day > calendar.monthrange(year, month + 1)[1]:
        raise PeriodError(f"{year:04d}-{month + 1:02d} has no day {day.day}", value=day)
    return date(year, month + 1, day.day)


def last_of_month(day: date) -> date:
    """Return the last day of the month that holds `day`.

    Examples
    --------
    >>> last_of_month(date(2024, 2, 10))
    datetime.date(2024, 2, 29)
    """
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def whole_months(start: date, end: date) -> int:
    """Return the number of months from `start` to `end` if they are whole, else 0.

    They are whole from the first of a month to the last of one, and from any other day up to the 28th to the
    day before it. Later days do not exist in every month, so that no rule holds for them all the year round.

    Examples
    --------
    >>> whole_months(date(2025, 6, 13), date(2025, 12, 12))
    6
    >>> whole_months(date(2025, 6, 13), date(2025, 12, 13))
    0
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if start.day == 1:
        return months + 1 if end == last_of_month(end) else 0
    return months if end.day == start.day - 1 and start.day <= 28 else 0


def beyond(day: date | None) -> PeriodError:
    """Return the error for a day before the year 1 or after 9999, asked for from `day`.

    Examples
    --------
    >>> raise beyond(date(9999, 12, 31))
    Traceback (most recent call last):
    ...
    cpas.errors.PeriodError: The calendar ends: no day is before 0001-01-01 or after 9999-12-31. \
Ask for fewer steps from 9999-12-31.
    """
    near = f" from {day.isoformat()}" if day else ""
    return PeriodError(
        f"The calendar ends: no day is before 0001-01-01 or after 9999-12-31. Ask for fewer steps{near}.",
        value=day,
    )
