"""Whatever a user or a file hands over for a period, as a Period: converters for the fields of records."""

from __future__ import annotations

from datetime import date
from numbers import Integral

from cpas.errors import PeriodError
from cpas.periods.days import to_day
from cpas.periods.period import Period

__all__ = ["to_optional_period", "to_period"]


def to_period(value: Period | str | int | date) -> Period:
    """Return `value` as a Period.

    Parameters
    ----------
    value : Period, str, int or date
        A text is read (:meth:`Period.parse`), and a number by its digits, for YAML and tables hand over the
        year 2025 and DHIS2's month 202506 as numbers. A date is that day; of a moment, the day that holds it.

    Raises
    ------
    PeriodError
        For anything else, also for true, false and 2025.0.

    Examples
    --------
    >>> str(to_period(2025)), str(to_period("2025Q2")), str(to_period(date(2025, 6, 13)))
    ('2025', '2025-Q2', '2025-06-13')
    """
    if isinstance(value, Period):
        return value
    if isinstance(value, str):
        return Period.parse(value)
    if isinstance(value, date):
        day = to_day(value)
        return Period(day, day)
    if isinstance(value, Integral) and not isinstance(value, bool) and 0 <= value < 10**8:
        return Period.parse(str(int(value)))
    raise PeriodError(
        f"{repr(value)[:60]} ({type(value).__name__}) is not a period. Write it as a text such as '2025-Q2', "
        "or give a Period, a year or a date.",
        value=value,
    )


def to_optional_period(value: Period | str | int | date | None) -> Period | None:
    """Return `value` as a Period, and None as None.

    Examples
    --------
    >>> to_optional_period(None) is None, to_optional_period("2025")
    (True, Period.parse('2025'))
    """
    return None if value is None else to_period(value)
