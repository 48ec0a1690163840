"""Hypothesis strategy for periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import strategies as st

from cpas.errors import PeriodError
from cpas.periods.days import add_days, add_months
from cpas.periods.frequencies import FREQUENCIES, Frequency, to_frequency, unit_days, unit_number
from cpas.periods.period import Period

__all__ = ["periods"]

#: The longest of "any two dates" drawn by number of days, and by number of months.
_LONGEST_DAYS, _LONGEST_MONTHS = 800, 30


def periods(
    frequencies: Sequence[Frequency] = FREQUENCIES,
    *,
    first: date = date(1995, 1, 1),
    last: date = date(2045, 12, 31),
) -> st.SearchStrategy[Period]:
    """Return a strategy for periods of `frequencies` that lie wholly between `first` and `last`.

    Any two dates are drawn both ways: of whole months, as reports of missions have them, and of any length.

    Parameters
    ----------
    frequencies : sequence of Frequency
        At least one; all by default.
    first, last : date
        Between them there must be room for a period of each of `frequencies`; for any two dates three years.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(periods(["quarter"], first=date(2025, 2, 1)), lambda period: True)
    Period.parse('2025-Q2')
    """
    return st.sampled_from([to_frequency(word) for word in frequencies]).flatmap(
        lambda frequency: _two_dates(first, last) if frequency == "dates" else _units(frequency, first, last)
    )


def _units(frequency: Frequency, first: date, last: date) -> st.SearchStrategy[Period]:
    """Return a strategy for units of the calendar that fit wholly between two days."""
    low, high = unit_number(first, frequency), unit_number(last, frequency)
    low += 0 if _fits(low, frequency, first, last) else 1
    high -= 0 if _fits(high, frequency, first, last) else 1
    return st.integers(low, high).map(lambda number: Period(*unit_days(number, frequency)))


def _fits(number: int, frequency: Frequency, first: date, last: date) -> bool:
    try:
        start, end = unit_days(number, frequency)
    except PeriodError:  # the unit runs over an end of the calendar
        return False
    return first <= start and end <= last


def _two_dates(first: date, last: date) -> st.SearchStrategy[Period]:
    by_days = st.builds(
        lambda start, days: Period(start, add_days(start, days)),
        st.dates(first, add_days(last, -_LONGEST_DAYS)),
        st.integers(1, _LONGEST_DAYS),
    )
    by_months = st.builds(
        lambda start, months: Period(start, add_days(add_months(start, months), -1)),
        st.dates(first, add_days(last, -31 * _LONGEST_MONTHS)).filter(lambda day: day.day <= 28),
        st.integers(1, _LONGEST_MONTHS),
    )
    return st.one_of(by_months, by_days).filter(lambda period: period.frequency == "dates")
