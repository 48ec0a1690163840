"""The units of the calendar: their names, how they nest, and where each begins and ends.

Every unit has a whole number, one more than that of the unit before it, so that stepping, counting and
grouping are arithmetic on whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, get_args

from cpas.errors import PeriodError, did_you_mean
from cpas.periods.days import Days, beyond, last_of_month

__all__ = [
    "FINER",
    "FREQUENCIES",
    "MONTHS",
    "Frequency",
    "frequency_of",
    "nests",
    "to_frequency",
    "unit_days",
    "unit_number",
]

Frequency = Literal["day", "week", "month", "quarter", "half", "year", "year-jul", "dates"]
#: ``week`` is the ISO 8601 week, ``year-jul`` the UN budget year from 1 July, ``dates`` any two dates.
FREQUENCIES: Final[tuple[Frequency, ...]] = get_args(Frequency)

#: Units that are whole months, and how many.
MONTHS: Final[Mapping[Frequency, int]] = MappingProxyType(
    {"month": 1, "quarter": 3, "half": 6, "year": 12, "year-jul": 12}
)
#: Frequency to the finer ones that nest in it: each of their units lies wholly inside one of its units.
FINER: Final[Mapping[Frequency, tuple[Frequency, ...]]] = MappingProxyType(
    {
        "day": (),
        "week": ("day",),
        "month": ("day",),
        "quarter": ("day", "month"),
        "half": ("day", "month", "quarter"),
        "year": ("day", "month", "quarter", "half"),
        "year-jul": ("day", "month", "quarter", "half"),
        "dates": (),
    }
)


def to_frequency(word: str) -> Frequency:
    """Return `word` as a frequency.

    Raises
    ------
    PeriodError
        If it is none of :data:`FREQUENCIES`.

    Examples
    --------
    >>> to_frequency("quarter")
    'quarter'
    >>> to_frequency("quaterly")
    Traceback (most recent call last):
    ...
    cpas.errors.PeriodError: 'quaterly' is not a frequency. Did you mean 'quarter'? Write one of: \
day, week, month, quarter, half, year, year-jul, dates.
    """
    if isinstance(word, str) and word in FREQUENCIES:
        return word
    shown = repr(word)[:60]
    raise PeriodError(
        f"{shown} is not a frequency.{did_you_mean(shown, FREQUENCIES)} Write one of: {', '.join(FREQUENCIES)}.",
        value=word,
    )


def nests(finer: Frequency, coarser: Frequency) -> bool:
    """Whether every unit of `finer` lies wholly inside one unit of `coarser`.

    A frequency nests in itself. Weeks nest in nothing longer, and nothing can be said of any two dates.

    Examples
    --------
    >>> nests("month", "year-jul"), nests("week", "month"), nests("dates", "dates")
    (True, False, False)
    """
    finer, coarser = to_frequency(finer), to_frequency(coarser)
    return finer in FINER[coarser] or (finer == coarser and finer != "dates")


def unit_number(day: date, frequency: Frequency) -> int:
    """Return the whole number of the unit of `frequency` that holds `day`.

    Only differences between numbers of one frequency have a meaning.

    Examples
    --------
    >>> unit_number(date(2025, 4, 1), "quarter") - unit_number(date(2024, 12, 31), "quarter")
    2
    """
    if frequency == "day":
        return day.toordinal()
    if frequency == "week":
        return (day.toordinal() - 1) // 7  # 1 January of the year 1 was a Monday
    months = day.year * 12 + day.month - 1
    return (months - _offset(frequency)) // _unit_months(frequency)


def unit_days(number: int, frequency: Frequency) -> Days:
    """Return the first and the last day of the unit with that number; see :func:`unit_number`.

    Examples
    --------
    >>> first, last = unit_days(unit_number(date(2025, 5, 9), "year-jul"), "year-jul")
    >>> str(first), str(last)
    ('2024-07-01', '2025-06-30')
    """
    if frequency in ("day", "week"):
        days = 1 if frequency == "day" else 7
        first = number if frequency == "day" else number * 7 + 1
        if not date.min.toordinal() <= first <= date.max.toordinal() - days + 1:
            raise beyond(None)
        return date.fromordinal(first), date.fromordinal(first + days - 1)
    months = _unit_months(frequency)
    first = number * months + _offset(frequency)
    if not 12 <= first <= 9999 * 12 + 12 - months:
        raise beyond(None)
    last = first + months - 1
    return date(first // 12, first % 12 + 1, 1), last_of_month(date(last // 12, last % 12 + 1, 1))


def frequency_of(start: date, end: date) -> Frequency:
    """Return the unit that the days from `start` to `end` are exactly, else ``dates``.

    Examples
    --------
    >>> frequency_of(date(2025, 4, 1), date(2025, 6, 30)), frequency_of(date(2025, 2, 1), date(2025, 4, 30))
    ('quarter', 'dates')
    """
    days = end.toordinal() - start.toordinal() + 1
    if days == 1:
        return "day"
    if days == 7:
        return "week" if start.weekday() == 0 else "dates"
    if start.day != 1 or end != last_of_month(end):
        return "dates"
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    for frequency, length in MONTHS.items():
        if months == length and (start.month - 1 - _offset(frequency)) % length == 0:
            return frequency
    return "dates"


def _offset(frequency: Frequency) -> int:
    """Return the months from 1 January to where units of this frequency begin."""
    return 6 if frequency == "year-jul" else 0


def _unit_months(frequency: Frequency) -> int:
    if frequency not in MONTHS:
        raise PeriodError(
            "Any two dates are no unit of the calendar, so that time cannot be cut into them. "
            "Name a unit: day, week, month, quarter, half, year or year-jul.",
            value=frequency,
        )
    return MONTHS[frequency]
