"""What the cells of a table say: numbers, words, ids, periods and times, each distinct value read once.

What could mean two things is refused with a hint, never guessed: ``12,5`` is twelve and a half in one country and
two numbers in another.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from numbers import Real
from typing import Any, Final, Generic, TypeVar, cast

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import CpasError, PeriodError, did_you_mean
from cpas.periods import Period, to_period
from cpas.tables.coded import Coded
from cpas.tables.rows import ALWAYS, moment

__all__ = [
    "Finder",
    "Reading",
    "Unreadable",
    "as_id",
    "find_id",
    "find_word",
    "folded",
    "is_end_of_day",
    "read_each",
    "read_moment",
    "read_moments",
    "read_number",
    "read_numbers",
    "read_period",
    "read_words",
    "show",
]

T = TypeVar("T")

#: A longer cell is not repeated in full in a message.
_LONGEST: Final = 40
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NUMBER_LETTERS: Final = frozenset("0123456789.+-eE")
_SPACE: Final = re.compile(r"[\s_-]+")
_ABSENT: Final = frozenset(
    [
        *("n/a", "na", "n.a.", "n.a", "nan", "null", "none", "nil", "nd", "n.d.", "missing", "unknown"),
        *("-", "--", "–", "—", ".", "..", "...", "?"),
    ]
)
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?\s?(Z|[+-]\d\d:?\d\d)?)?", flags=re.ASCII | re.IGNORECASE
)


@attrs.frozen(eq=False)
class Reading:
    """What the distinct values of a column were read as, and which could not be."""

    #: One result per distinct value; where it could not be read, the default.
    results: list[Any]
    #: What is wrong, by the number of the value.
    problems: Mapping[int, str]


class Problems(Mapping[int, str]):
    """What is wrong with some of the values of a column, said when it is asked for.

    Of a million unreadable cells twenty are shown: the number of each is kept, and its value read again to say why.
    """

    def __init__(self, coded: Coded, read: Callable[[Any], object], numbers: list[int]) -> None:
        self._coded, self._read, self._numbers = coded, read, dict.fromkeys(numbers)

    def __getitem__(self, number: int) -> str:
        if number not in self._numbers:
            raise KeyError(number)
        try:
            self._read(self._coded.values[number])
        except CpasError as error:
            return str(error)
        raise KeyError(number)

    def __iter__(self) -> Iterator[int]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


class Unreadable(CpasError, ValueError):
    """A cell that does not say what its column should; caught where cells are read.

    What it says may be a function, asked only when the text is needed: to find the nearest word costs more than all
    the rest of reading.
    """

    def __init__(self, says: str | Callable[[], str]) -> None:
        super().__init__()
        self.says = says

    def __str__(self) -> str:
        return self.says if isinstance(self.says, str) else self.says()


@attrs.frozen(eq=False)
class Finder(Generic[T]):
    """A reader of cells that can be asked without an answer that costs more than the question: an error raised."""

    #: Gives nothing for a cell that cannot be read.
    find: Callable[[Any], T | None]
    #: What is wrong with such a cell.
    says: Callable[[Any], str]
    #: The same for many texts, where that is quicker than one by one.
    find_texts: Callable[[Sequence[str]], Iterable[T | None]] | None = None

    @classmethod
    def of(cls, read: Callable[[Any], T], pattern: re.Pattern[str] | None = None) -> Finder[T]:
        """Return a reader that raises, as one that need not; a text without the form of the pattern is not tried."""

        def find(value: Any) -> T | None:
            try:
                return read(value)
            except CpasError:
                return None

        def says(value: Any) -> str:
            try:
                return f"{read(value)} can be read."
            except CpasError as error:
                return str(error)

        if pattern is None:
            return cls(find, says)
        forms_of = pattern.fullmatch
        return cls(find, says, lambda texts: (None if not form else find(form[0]) for form in map(forms_of, texts)))

    def find_all(self, values: Sequence[Any]) -> list[T | None]:
        """Return what each cell says."""
        if self.find_texts is not None and set(map(type, values)) == {str}:
            return list(self.find_texts(values))
        return list(map(self.find, values))

    def __call__(self, value: Any) -> T:
        """Return what a cell says, or refuse it."""
        found = self.find(value)
        if found is None:
            raise Unreadable(lambda: self.says(value))
        return found


def read_each(coded: Coded, read: Callable[[Any], T] | Finder[T], *, default: T) -> Reading:
    """Return what `read` makes of each distinct value; a refusal becomes a problem.

    Examples
    --------
    >>> reading = read_each(Coded(("1", "x"), np.array([0, 1])), read_number, default=math.nan)
    >>> reading.results, list(reading.problems)
    ([1.0, nan], [1])
    """
    finder = read if isinstance(read, Finder) else Finder.of(read)
    found = finder.find_all(coded.values)
    problems = [number for number, result in enumerate(found) if result is None] if None in found else []
    for number in problems:
        found[number] = default
    return Reading(found, Problems(coded, read, problems))


def show(value: object) -> str:
    """Return a value as a message repeats it: short, in quotes where it is text."""
    shown = repr(value if isinstance(value, str | int | float) else str(value))
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…" + shown[0] * isinstance(value, str)


def folded(word: str) -> str:
    """Return a word as it is compared: no capitals, one sign for space, hyphen and underscore.

    Examples
    --------
    >>> folded(" Not-collected ")
    'not_collected'
    """
    return word.casefold() if word.isalnum() else _SPACE.sub("_", word.strip().casefold())


def as_id(value: Any) -> str:
    """Return a cell as the id it stands for: 101 and 101.0 are ``"101"``.

    Examples
    --------
    >>> as_id(101.0), as_id("NA"), as_id(True)
    ('101', 'NA', 'TRUE')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool | np.bool_):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _nearest(value: Any, known: Iterable[str]) -> str:
    return did_you_mean(as_id(value)[:_LONGEST], known)


def find_word(known: Mapping[str, int], *, what: str) -> Finder[int]:
    """Return a reader that gives the number of a folded word, or refuses it with the nearest."""
    by_fold = {folded(word): number for word, number in known.items()}
    return Finder(
        lambda value: by_fold.get(folded(as_id(value))),
        lambda value: f"{show(value)} is no {what}.{_nearest(value, known)} Use one of {', '.join(known)}.",
        lambda texts: map(by_fold.get, map(folded, texts)),
    )


def find_id(known: Mapping[str, int], *, what: str) -> Finder[int]:
    """Return a reader that gives the number of an id, or refuses it with the nearest."""
    return Finder(
        lambda value: known.get(as_id(value)),
        lambda value: f"There is no {what} {show(value)}.{_nearest(value, known)}",
        lambda texts: map(known.get, texts),
    )


# -- numbers ---------------------------------------------------------------------------------------------------


def read_number(value: Any) -> float:
    """Return a cell as a number.

    Raises
    ------
    Unreadable
        If it is not one, or could be read in two ways; the message says how to write it.

    Examples
    --------
    >>> read_number("-1.5e3"), read_number(Decimal("0.1"))
    (-1500.0, 0.1)
    >>> read_number("5%")
    Traceback (most recent call last):
    ...
    cpas.tables.readings.Unreadable: '5%' is not a number. Write 5, and % in the column unit.
    """
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            raise Unreadable(lambda: f"{show(value)} is not a number{_hint(value)}")
        result = float(value)
    elif isinstance(value, bool | np.bool_) or not isinstance(value, Real | Decimal):
        raise Unreadable(lambda: f"{show(value)} ({type(value).__name__}) is not a number.")
    else:
        result = _to_float(value)
    if not math.isfinite(result):
        raise Unreadable(f"{show(value)} is not a finite number. Leave the cell empty and give a reason.")
    return result + 0.0  # no minus zero


def _to_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _hint(text: str) -> str:
    """Return what to write in place of a text that is nearly a number."""
    bare = re.sub(r"\s", "", text)
    if text.casefold() in _ABSENT:
        return ". Leave the cell empty and give a reason, such as not_collected."
    if "," in text:
        return ": a comma may divide thousands or decimals. Write 12.5 with a point, and 1000 without a comma."
    if bare != text and _NUMBER.fullmatch(bare):
        return f". Write it without spaces: {bare}."
    if bare.endswith(("%", "‰")) and _NUMBER.fullmatch(bare[:-1]):
        return f". Write {bare[:-1]}, and {bare[-1]} in the column unit."
    if bare[:1] in "<>≤≥~≈" and bare:
        return ". Leave the cell empty and give low or high, or the reason suppressed."
    return ". Write it as 12.5."


def read_numbers(coded: Coded) -> tuple[NDArray[np.float64], Mapping[int, str]]:
    """Return a column as numbers, NaN where blank or unreadable, and the problems by value.

    Examples
    --------
    >>> numbers, problems = read_numbers(Coded(("5", "n/a"), np.array([1, 0, -1])))
    >>> numbers.tolist(), problems[1]
    ([nan, 5.0, nan], "'n/a' is not a number. Leave the cell empty and give a reason, such as not_collected.")
    """
    results = _fast_numbers(coded.values)
    if results is not None:
        return coded.spread(results, blank=math.nan).astype(np.float64, copy=False), {}
    reading = read_each(coded, Finder.of(read_number, _NUMBER), default=math.nan)
    return coded.spread(np.array(reading.results, dtype=np.float64), blank=math.nan), reading.problems


def _fast_numbers(values: tuple[Any, ...]) -> NDArray[np.float64] | None:
    """Return all values as floats at once where nothing about them is in doubt."""
    kinds = {type(value) for value in values}
    try:
        if kinds == {str} and not set("".join(values)) <= _NUMBER_LETTERS:
            return None
        if not kinds <= {str} and not kinds <= {int, float}:
            return None
        found = np.fromiter(map(float, values), dtype=np.float64, count=len(values))
    except (ValueError, OverflowError):
        return None
    return found + 0.0 if np.isfinite(found).all() else None


# -- periods and times -----------------------------------------------------------------------------------------


def read_period(value: Any) -> Period:
    """Return a cell as a period: text, a year, a day, or a period of pandas.

    Examples
    --------
    >>> import pandas as pd
    >>> str(read_period(2025.0)), str(read_period(pd.Period("2025Q2")))
    ('2025', '2025-Q2')
    """
    # Told by what it has: to ask pandas for its type would load pandas.
    if hasattr(value, "start_time") and hasattr(value, "end_time"):
        return Period(value.start_time.date(), value.end_time.date())
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str):
        return to_period(value)
    if len(value) > 2 * _LONGEST:
        raise PeriodError(f"{show(value)} is not a period.")
    return _period_of(value)


@lru_cache(maxsize=4096)
def _period_of(text: str) -> Period:
    """Return the period of a text: tables say the same few again and again."""
    return to_period(text)


def read_moment(value: Any) -> int:
    """Return a cell as microseconds since 1970, in UTC where it says a zone; a day alone is its end.

    A time of exactly midnight is taken for the day alone, because files and frames write a day so.

    Examples
    --------
    >>> read_moment("2025-07-01") == read_moment(datetime(2025, 7, 1)) == moment(date(2025, 7, 1))
    True
    >>> read_moment("01/07/2025")
    Traceback (most recent call last):
    ...
    cpas.tables.readings.Unreadable: '01/07/2025' is not a day. Write 2025-07-01, or 2025-07-01T14:30.
    """
    when = _to_datetime(value)
    if when is None:
        raise Unreadable(lambda: f"{show(value)} is not a day. Write 2025-07-01, or 2025-07-01T14:30.")
    try:
        return end_of_bare_day(moment(when))
    except OverflowError:
        raise Unreadable(f"{show(value)} is before or after all days that can be told.") from None


def end_of_bare_day(microseconds: int) -> int:
    """Return the end of the day for a time that is exactly its beginning; others as they are."""
    return microseconds if microseconds % _DAY else microseconds + _DAY - 1


def read_moments(coded: Coded) -> Reading:
    """Return the distinct values of a column as :func:`read_moment` does, all at once where they are of one form.

    Examples
    --------
    >>> reading = read_moments(Coded(("2025-07-01", "2025-07-01T14:30"), np.array([0, 1])))
    >>> reading.results == [read_moment("2025-07-01"), read_moment("2025-07-01T14:30")]
    True
    """
    times = _fast_times(coded.values)
    if times is None:
        return read_each(coded, Finder.of(read_moment, _TIME), default=int(ALWAYS))
    microseconds = times.astype("datetime64[us]").astype(np.int64)
    return Reading(np.where(microseconds % _DAY, microseconds, microseconds + _DAY - 1).tolist(), {})


def _fast_times(values: tuple[Any, ...]) -> NDArray[np.datetime64] | None:
    """Return all values as times where they are texts without a zone, or timestamps of a frame without one."""
    kinds = {type(value) for value in values}
    if kinds == {str} and all(map(_TIME_WITHOUT_ZONE.fullmatch, values)):
        try:
            return np.array(values).astype("datetime64[us]")
        except ValueError:
            return None
    if len(kinds) == 1 and hasattr(values[0], "to_datetime64") and not any(value.tzinfo for value in values):
        return np.array([value.to_datetime64() for value in values])
    return None


def is_end_of_day(when: datetime) -> bool:
    """Return whether a time is the last that a day alone stands for.

    Examples
    --------
    >>> is_end_of_day(datetime(2025, 7, 1, 23, 59, 59, 999999)), is_end_of_day(datetime(2025, 7, 1, 12))
    (True, False)
    """
    return when.time() == time.max


_DAY: Final = 24 * 3600 * 1_000_000

_TIME_WITHOUT_ZONE: Final = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.]\d{1,6})?)?)?", flags=re.ASCII)


def _to_datetime(value: Any) -> date | datetime | None:
    if isinstance(value, datetime) and hasattr(value, "to_pydatetime"):
        return cast(datetime, value.to_pydatetime(warn=False))
    if isinstance(value, np.datetime64):
        when = value.astype("datetime64[us]").item()
        return when if isinstance(when, datetime) else None
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _TIME.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper().replace(" ", "T", 1).replace(" ", ""))
        except ValueError:
            return None
    return None


def read_words(values: Iterable[str]) -> dict[str, int]:
    """Return the number of each word, in the order given."""
    known = tuple(values)
    return dict(zip(known, range(len(known)), strict=True))
