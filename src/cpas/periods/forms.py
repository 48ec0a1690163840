"""How periods are written: the library's own codes, those of DHIS2, and ISO 8601.

What could mean two things is not read: the sense of ``06/05/2025`` differs by
country, and ``June 2025`` is written in one language only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from cpas.errors import PeriodError
from cpas.periods.days import Days, add_days, add_months, last_of_month, whole_months
from cpas.periods.frequencies import Frequency, unit_days, unit_number

__all__ = ["FORMS", "read_days", "write_code", "write_dhis2", "write_duration"]

#: One example of each form, as errors show them.
FORMS: Final[tuple[str, ...]] = (
    "2025-06-13",
    "2025-W07",
    "2025-06",
    "2025-Q2",
    "2025-H1",
    "2025",
    "2025/26",
    "2025-06-13/2025-12-12",
    "2025-06-13/P6M",
)
# The longest form is 21 characters; what is far longer is not looked at, and not repeated in full.
_LONGEST: Final = 40


def read_days(text: str) -> Days:
    """Return the first and the last day of the period written as `text`.

    Parameters
    ----------
    text : str
        A form of :data:`FORMS`, or one of DHIS2's (``20250613 2025W7 202506 2025Q2 2025S1 2025 2025July``),
        or ``2025/2026``, ``Q2 2025``, ``H1 2025``. Spaces around it do not matter.

    Raises
    ------
    PeriodError
        If it is none of these, or names a day, week or part of the year that does not exist.

    Examples
    --------
    >>> [str(day) for day in read_days("2025W7")]
    ['2025-02-10', '2025-02-16']
    """
    trimmed = text.strip(" ")
    if len(trimmed) > _LONGEST:
        raise _unreadable(text, f"it is {len(trimmed)} characters long")
    for pattern, read in _READERS:
        match = pattern.fullmatch(trimmed)
        if match:
            try:
                return read(match)
            except ValueError as error:
                raise _unreadable(text, str(error).rstrip(".")) from None
    raise _unreadable(text, "")


def write_code(start: date, end: date, frequency: Frequency) -> str:
    """Return the library's own code, one for each period.

    Examples
    --------
    >>> write_code(date(2025, 7, 1), date(2026, 6, 30), "year-jul")
    '2025/26'
    """
    year = f"{start.year:04d}"
    if frequency == "week":
        monday = start.isocalendar()
        return f"{monday.year:04d}-W{monday.week:02d}"
    if frequency == "year-jul":
        return f"{year}/{end.year % 100:02d}"
    if frequency == "dates":
        return f"{start.isoformat()}/{end.isoformat()}"
    return {
        "day": start.isoformat(),
        "month": f"{year}-{start.month:02d}",
        "quarter": f"{year}-Q{(start.month + 2) // 3}",
        "half": f"{year}-H{(start.month + 5) // 6}",
        "year": year,
    }[frequency]


def write_dhis2(start: date, end: date, frequency: Frequency) -> str:
    """Return the code DHIS2 uses.

    Raises
    ------
    PeriodError
        For any two dates, which DHIS2 cannot write.

    Examples
    --------
    >>> write_dhis2(date(2025, 1, 1), date(2025, 6, 30), "half")
    '2025S1'
    """
    code = write_code(start, end, frequency)
    if frequency == "dates":
        raise PeriodError(
            f"DHIS2 has no code for any two dates ({code}). Split the period into months or days first, "
            "for example period.split('day').",
            value=code,
        )
    if frequency == "week":
        return code.replace("-W0", "W").replace("-W", "W")
    if frequency == "year-jul":
        return f"{start.year:04d}July"
    return code.replace("-", "").replace("H", "S")


def write_duration(start: date, end: date) -> str:
    """Return the length as an ISO 8601 duration, in whole months where both ends say so, else in days.

    Examples
    --------
    >>> write_duration(date(2025, 6, 13), date(2025, 12, 12))
    'P6M'
    >>> write_duration(date(2025, 2, 10), date(2025, 2, 16))
    'P7D'
    """
    months = whole_months(start, end)
    if not months:
        return f"P{end.toordinal() - start.toordinal() + 1}D"
    return f"P{months}M" if months % 12 else f"P{months // 12}Y"


def _read_unit(match: re.Match[str]) -> Days:
    letter, number = match["letter"], int(match["number"])
    frequency: Frequency = "quarter" if letter == "Q" else "half"
    count = 4 if letter == "Q" else 2
    if not 1 <= number <= count:
        raise ValueError(f"a year has {'quarters' if letter == 'Q' else 'halves'} 1 to {count}")
    return unit_days(unit_number(date(int(match["year"]), (number - 1) * 12 // count + 1, 1), frequency), frequency)


def _read_year(match: re.Match[str]) -> Days:
    year = int(match["year"])
    return date(year, 1, 1), date(year, 12, 31)


def _read_month(match: re.Match[str]) -> Days:
    first = date(int(match["year"]), int(match["month"]), 1)
    return first, last_of_month(first)


def _read_day(match: re.Match[str]) -> Days:
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    return day, day


def _read_week(match: re.Match[str]) -> Days:
    monday = date.fromisocalendar(int(match["year"]), int(match["number"]), 1)
    return monday, add_days(monday, 6)


def _read_budget_year(match: re.Match[str]) -> Days:
    year, following = int(match["year"]), match["following"]
    if following is not None and int(following) != (year + 1) % 10 ** len(following):
        raise ValueError(f"a budget year begins on 1 July and ends in the next year, {year + 1}")
    return unit_days(year, "year-jul")


def _read_interval(match: re.Match[str]) -> Days:
    left, right = match["left"], match["right"]
    if left[0] != "P":
        start = _one_day(left)
        end = _one_day(right) if right[0] != "P" else _end_after(start, *_duration(right))
    else:
        end = _one_day(right)
        start = _start_before(end, *_duration(left))
    if end < start:
        raise ValueError(f"it ends on {end.isoformat()}, before it starts")
    return start, end


def _one_day(text: str) -> date:
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a day written as 2025-06-13")
    return _read_day(match)[0]


def _duration(text: str) -> tuple[int, int]:
    """Return months and days of an ISO 8601 duration without a time of day."""
    match = _DURATION.fullmatch(text)
    years, months, weeks, days = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    if not years + months + weeks + days:
        raise ValueError(f"{text!r} is not a length such as P3M, P1Y, P2W or P10D")
    return years * 12 + months, weeks * 7 + days


def _end_after(start: date, months: int, days: int) -> date:
    # Through the last day inside, never the first day after: 31 December 9999 has no day after it.
    if months and start.day == 1:
        return add_days(last_of_month(add_months(start, months - 1)), days)
    if months:
        return add_days(add_months(add_days(start, -1), months), days)
    return add_days(start, days - 1)


def _start_before(end: date, months: int, days: int) -> date:
    if months and end == last_of_month(end):
        return add_days(add_months(end.replace(day=1), 1 - months), -days)
    if months:
        return add_days(add_months(add_days(end, 1), -months), -days)
    return add_days(end, 1 - days)


def _unreadable(text: str, why: str) -> PeriodError:
    shown = repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
    return PeriodError(
        f"{shown} is not a period{': ' + why if why else ''}. Write it as one of {', '.join(FORMS)}; "
        "for example 2025-Q2 for April to June 2025.",
        value=text,
        forms=FORMS,
    )


def _pattern(text: str) -> re.Pattern[str]:
    two = "[0-9]{2}"
    return re.compile(text.format(year="(?P<year>[0-9]{4})", month=f"(?P<month>{two})", day=f"(?P<day>{two})"))


_DAY: Final = _pattern("{year}(?P<dash>-?){month}(?P=dash){day}")
_DURATION: Final = re.compile("P(?:([0-9]{1,5})Y)?(?:([0-9]{1,6})M)?(?:([0-9]{1,6})W)?(?:([0-9]{1,7})D)?")
_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Days]], ...]] = (
    (_pattern("{year}-?{month}"), _read_month),
    (_pattern("{year}-?(?P<letter>[QHS])(?P<number>[0-9])"), _read_unit),
    (_pattern("{year}"), _read_year),
    (_DAY, _read_day),
    (_pattern("{year}-?W(?P<number>[0-9]{{1,2}})"), _read_week),
    (_pattern("{year}(?:July|/(?P<following>[0-9]{{2}}|[0-9]{{4}}))"), _read_budget_year),
    (_pattern("(?P<letter>[QHS])(?P<number>[0-9]) {year}"), _read_unit),
    (re.compile("(?P<left>[-0-9A-Z]+)/(?P<right>[-0-9A-Z]+)"), _read_interval),
)
