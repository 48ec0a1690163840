"""The record of a period, and its relations to other periods."""

from __future__ import annotations

from datetime import date
from typing import Self

import attrs
from attrs import field

from cpas.errors import PeriodError
from cpas.periods.days import to_day
from cpas.periods.forms import read_days, write_code, write_dhis2, write_duration
from cpas.periods.frequencies import Frequency, frequency_of, to_frequency, unit_days, unit_number
from cpas.periods.seasons import season_days, season_year, shift_days

__all__ = ["Period"]


@attrs.frozen(order=True, repr=False)
class Period:
    """A stretch of whole days, both ends inside it.

    Two periods with the same days are the same period. They are ordered by their first day, then their last.

    Raises
    ------
    PeriodError
        If it ends before it starts.

    Examples
    --------
    >>> quarter = Period.parse("2025-Q2")
    >>> quarter.start, quarter.end, quarter.frequency
    (datetime.date(2025, 4, 1), datetime.date(2025, 6, 30), 'quarter')
    >>> Period(date(2025, 4, 1), date(2025, 6, 30)) == quarter
    True
    """

    #: First day.
    start: date = field(converter=to_day)
    #: Last day, still inside.
    end: date = field(converter=to_day)
    #: The unit of the calendar these days are exactly, or ``dates``; follows from the two days.
    frequency: Frequency = field(init=False, eq=False, order=False)

    @frequency.default
    def _frequency_of_days(self) -> Frequency:
        return frequency_of(self.start, self.end)

    def __attrs_post_init__(self) -> None:
        if self.end < self.start:
            raise PeriodError(
                f"A period cannot end ({self.end}) before it starts ({self.start}). Swap the two days.",
                start=self.start,
                end=self.end,
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the period written as `text`, in any form of :func:`~cpas.periods.forms.read_days`.

        Raises
        ------
        PeriodError
            If it cannot be read, or could mean two things.

        Examples
        --------
        >>> Period.parse("2025July") == Period.parse("2025/26") == Period.parse("2025-07-01/P1Y")
        True
        """
        if not isinstance(text, str):
            raise PeriodError(f"Period.parse reads a text, not {type(text).__name__}. Use to_period.", value=text)
        return cls(*read_days(text))

    @classmethod
    def of(cls, day: date, frequency: Frequency) -> Self:
        """Return the unit of `frequency` that holds `day`.

        Examples
        --------
        >>> str(Period.of(date(2025, 2, 3), "year-jul"))
        '2024/25'
        """
        frequency = to_frequency(frequency)
        return cls(*unit_days(unit_number(to_day(day), frequency), frequency))

    @classmethod
    def between(cls, start: date, end: date) -> Self:
        """Return the period from `start` to `end`, both inside it.

        Examples
        --------
        >>> str(Period.between(date(2025, 6, 13), date(2025, 12, 12)))
        '2025-06-13/2025-12-12'
        """
        return cls(start, end)

    @classmethod
    def spanning(cls, first: Period, last: Period, frequency: Frequency) -> tuple[Self, ...]:
        """Return the units of `frequency` from the start of `first` to the end of `last`, in order.

        The first holds the first day of `first`, the last holds the last day of `last`.

        Examples
        --------
        >>> december, quarter = Period.parse("2024-12"), Period.parse("2025-Q1")
        >>> [str(month) for month in Period.spanning(december, quarter, "month")]
        ['2024-12', '2025-01', '2025-02', '2025-03']
        """
        frequency = to_frequency(frequency)
        if last.end < first.start:
            raise PeriodError(f"{last} ends before {first} starts. Give the earlier period first.", value=last)
        numbers = range(unit_number(first.start, frequency), unit_number(last.end, frequency) + 1)
        return tuple(cls(*unit_days(number, frequency)) for number in numbers)

    @property
    def code(self) -> str:
        """The library's own way of writing it, one for each period.

        Examples
        --------
        >>> [Period.parse(text).code for text in ("20250613", "2025W7", "202506", "2025S1", "2025July")]
        ['2025-06-13', '2025-W07', '2025-06', '2025-H1', '2025/26']
        """
        return write_code(self.start, self.end, self.frequency)

    @property
    def dhis2(self) -> str:
        """DHIS2's way of writing it; PeriodError for any two dates, which DHIS2 cannot write.

        Examples
        --------
        >>> [Period.parse(text).dhis2 for text in ("2025-W07", "2025-H1", "2025/26")]
        ['2025W7', '2025S1', '2025July']
        """
        return write_dhis2(self.start, self.end, self.frequency)

    @property
    def iso(self) -> str:
        """The ISO 8601 interval, from the first day to the last.

        Examples
        --------
        >>> Period.parse("2025-Q2").iso
        '2025-04-01/2025-06-30'
        """
        return f"{self.start.isoformat()}/{self.end.isoformat()}"

    @property
    def iso_duration(self) -> str:
        """The length as an ISO 8601 duration; see :func:`~cpas.periods.forms.write_duration`.

        Examples
        --------
        >>> Period.parse("2025-Q2").iso_duration, Period.parse("2025-W07").iso_duration
        ('P3M', 'P7D')
        """
        return write_duration(self.start, self.end)

    @property
    def days(self) -> int:
        """Number of days, both ends counted.

        Examples
        --------
        >>> Period.parse("2024-02").days
        29
        """
        return self.end.toordinal() - self.start.toordinal() + 1

    def __str__(self) -> str:
        return self.code

    def __repr__(self) -> str:
        return f"Period.parse({self.code!r})"

    def contains(self, other: Period) -> bool:
        """Whether every day of `other` is inside; a period contains itself.

        Examples
        --------
        >>> Period.parse("2025").contains(Period.parse("2025-Q2"))
        True
        """
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Period) -> bool:
        """Whether the two have a day in common.

        Examples
        --------
        >>> Period.parse("2025").overlaps(Period.parse("2025/26"))
        True
        """
        return self.start <= other.end and other.start <= self.end

    def straddles(self, other: Period) -> bool:
        """Whether the two overlap and neither contains the other.

        Examples
        --------
        >>> Period.parse("2025").straddles(Period.parse("2025/26"))
        True
        >>> Period.parse("2025").straddles(Period.parse("2025-Q2"))
        False
        """
        return self.overlaps(other) and not self.contains(other) and not other.contains(self)

    def overlap_days(self, other: Period) -> int:
        """Return the number of days the two have in common.

        Examples
        --------
        >>> Period.parse("2025").overlap_days(Period.parse("2025/26"))
        184
        """
        common = min(self.end, other.end).toordinal() - max(self.start, other.start).toordinal() + 1
        return max(common, 0)

    def next(self, n: int = 1) -> Self:
        """Return the period `n` lengths later; the next one begins the day after this ends.

        Any two dates keep their length in whole months where both ends say so, else in days; see
        :func:`~cpas.periods.seasons.shift_days`.

        Raises
        ------
        PeriodError
            If it would lie beyond the year 9999.

        Examples
        --------
        >>> str(Period.parse("2025-06-13/2025-12-12").next()), str(Period.parse("2025-Q4").next())
        ('2025-12-13/2026-06-12', '2026-Q1')
        """
        return type(self)(*shift_days(self.start, self.end, self.frequency, n))

    def previous(self, n: int = 1) -> Self:
        """Return the period `n` lengths earlier; the previous one ends the day before this begins.

        Examples
        --------
        >>> str(Period.parse("2025-W01").previous())
        '2024-W52'
        """
        return self.next(-n)

    def season_before(self, years: int = 1) -> Self:
        """Return the same season `years` before: the same quarter, month, week or days of the year.

        Week 53 becomes week 52 of a year that has no week 53, and 29 February becomes 28 February; see
        :func:`~cpas.periods.seasons.season_days`.

        Examples
        --------
        >>> str(Period.parse("2025-Q2").season_before()), str(Period.parse("2020-W53").season_before())
        ('2024-Q2', '2019-W52')
        """
        return type(self)(*season_days(self.start, self.end, self.frequency, years))

    def same_season(self, other: Period) -> bool:
        """Whether the two have one frequency and one place in the year; a period has its own season.

        That is so when the earlier is the :meth:`season_before` of the later, so that week 53 has week 52 for
        its season in a year without week 53, but not in its own.

        Examples
        --------
        >>> Period.parse("2025-Q2").same_season(Period.parse("2022-Q2"))
        True
        >>> Period.parse("2025-Q2").same_season(Period.parse("2025-Q1"))
        False
        """
        if self.frequency != other.frequency:
            return False
        earlier, later = sorted((self, other))
        years = season_year(later.start, later.frequency) - season_year(earlier.start, earlier.frequency)
        return later.season_before(years) == earlier

    def split(self, frequency: Frequency) -> tuple[Self, ...]:
        """Return its units of `frequency`, in order.

        Raises
        ------
        PeriodError
            If its ends are not ends of such units.

        Examples
        --------
        >>> [str(quarter) for quarter in Period.parse("2025/26").split("quarter")]
        ['2025-Q3', '2025-Q4', '2026-Q1', '2026-Q2']
        """
        first, last = self.of(self.start, frequency), self.of(self.end, frequency)
        if first.start != self.start or last.end != self.end:
            raise PeriodError(
                f"{self} cannot be split by {frequency}: its ends fall inside {first} and {last}. "
                "Split it by a unit that ends where it ends, such as day.",
                value=self,
                frequency=frequency,
            )
        return self.spanning(self, self, frequency)
