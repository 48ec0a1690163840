"""Observations that stay where they are until they are asked for.  Methodology §3.

Nothing is read when they are bound to their plan but the names of the columns. What is asked of them is asked of the
engine that holds the rows, or is read a piece at a time through the ordinary reader: a piece has all rows of some
indicators, so that every check and every rule sees what it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.choices import SENSITIVITIES
from cpas.errors import CpasError, ObservationError
from cpas.periods import Period
from cpas.tables.blocks import Packed
from cpas.tables.given import Given
from cpas.tables.given_arrow import arrow_column
from cpas.tables.intake import take_in
from cpas.tables.lazy_faults import LazyFaults
from cpas.tables.lazy_sources import Query, Source, joined_table, together
from cpas.tables.observations import Observations
from cpas.tables.readings import as_id, read_period
from cpas.tables.rows import Rows

__all__ = ["Census", "LazyObservations", "Piece"]

#: Rows that are read together, unless one indicator has more.
AT_ONCE: Final = 2_000_000
#: Rows without a known indicator that are looked at to say what is wrong with them.
_SAMPLE: Final = 20


@attrs.frozen(eq=False)
class Census:
    """What occurs in a table, and how often, before any row is read."""

    #: Number of rows by what stands for the indicator.
    rows: Mapping[Any, int]
    #: Number of the indicator in the plan by what stands for it, where there is one.
    numbers: Mapping[Any, int]
    #: The period by what stands for it, where it can be read.
    words: Mapping[Any, Period]
    #: Numbers of the indicators of each part of the table, rising.
    parts: tuple[NDArray[np.int64], ...]

    @property
    def is_parted(self) -> bool:
        """Whether no indicator has rows in two parts of the table."""
        seen = np.concatenate([np.zeros(0, dtype=np.int64), *self.parts])
        return len(seen) == len(np.unique(seen))

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods that occur and can be read, sorted."""
        return tuple(sorted(set(self.words.values())))

    def rows_of(self, count: int) -> NDArray[np.int64]:
        """Return how many rows each of so many indicators of the plan has."""
        found = np.zeros(count, dtype=np.int64)
        for word, number in self.numbers.items():
            found[number] += self.rows[word]
        return found

    @property
    def unknown(self) -> dict[Any, int]:
        """Rows whose indicator is blank or not in the plan, by what stands there."""
        return {word: count for word, count in self.rows.items() if word not in self.numbers}


@attrs.frozen(eq=False)
class Piece:
    """All rows of some indicators."""

    #: Numbers of the indicators in the plan, rising.
    numbers: NDArray[np.int64]
    #: Their rows, checked.
    observations: Observations


@attrs.frozen(eq=False, kw_only=True, repr=False)
class LazyObservations(Observations):
    """Values of a plan's indicators that stay in their files, or in the engine that holds them.

    Made by :func:`cpas.read_observations` of a folder of Parquet files or of a lazy frame. :func:`cpas.aggregate`
    reads them at once where they are few, else a piece at a time; ``observed.of("I01")`` gives the rows of one
    indicator. Whatever else is asked of them first reads all rows, which then must fit into memory.
    """

    #: Where the rows are.
    source: Source
    #: Header in the source by our own name of the column.
    headers: Mapping[str, str]
    #: Whether it is a form that somebody fills in.
    is_form: bool = False
    #: Some rows of another, where only those are looked at; nothing leaves them where they are.
    _held: Rows | Packed | None = field(default=None, alias="store")

    @cached_property
    def _table(self) -> Rows | Packed:
        """The values: reads all of them."""
        return self._collected.store if self._held is None else self._held

    # -- what is asked of the source ---------------------------------------------------------------------------

    def ask(self, query: Query) -> Iterator[Any]:
        """Yield what a query makes of each part of the table, whose columns have our own names."""
        import narwhals as nw

        columns = [nw.col(header).alias(name) for name, header in self.headers.items()]
        return self.source.ask(lambda frame: query(frame.select(*columns)))

    def counts_of(self, column: str) -> dict[Any, int]:
        """Return how many rows have each content of a column; what is blank is None."""
        return together(pair for part in self._counts_by_part(column) for pair in part.items())

    def _counts_by_part(self, column: str) -> list[dict[Any, int]]:
        return list(self.source.counts(self.headers[column]))

    @cached_property
    def is_few(self) -> bool:
        """Whether all rows are read as soon as anything is asked of many: to ask for less would take longer."""
        return self.source.count() <= self.source.few

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The sort of content of each column: ``number``, ``text``, ``time`` or ``other``."""
        of_header = self.source.kinds()
        return {name: of_header[header] for name, header in self.headers.items()}

    @cached_property
    def census(self) -> Census:
        """What occurs in the table."""
        known = {indicator.id: number for number, indicator in enumerate(self.plan.indicators)}
        parts = self._counts_by_part("indicator")
        rows = together(pair for part in parts for pair in part.items())
        ids = {word: word if word in known else _id_of(word) for word in rows}
        numbers = {word: known[id] for word, id in ids.items() if id in known}
        seen = tuple(np.unique([numbers[word] for word in part if word in numbers]).astype(np.int64) for part in parts)
        return Census(rows=rows, numbers=numbers, words=_periods(self.counts_of("period")), parts=seen)

    @cached_property
    def sensitivity(self) -> str:
        """The highest sensitivity of any row."""
        if self.is_few:
            return self._collected.sensitivity
        own = [SENSITIVITIES.index(self.plan.indicators[n].sensitivity) for n in set(self.census.numbers.values())]
        said = self.counts_of("sensitivity") if "sensitivity" in self.headers else {}
        own += [SENSITIVITIES.index(str(word).strip()) for word in said if str(word).strip() in SENSITIVITIES]
        return SENSITIVITIES[max(own, default=0)]

    # -- rows --------------------------------------------------------------------------------------------------

    def of(self, *ids: str) -> Observations:
        """Return the observations of some indicators, read and checked.

        Raises
        ------
        UnknownIdError
            If the plan has no such indicator.
        ObservationError
            If rows of them cannot be used.
        """
        wanted = {self.plan.indicator(id).id for id in ids}
        words = [word for word in self.census.numbers if _id_of(word) in wanted]
        faults = LazyFaults(self.source.what)
        found = self._read(_among(words), faults)
        return self._or_refused(found, faults)

    def collect(self) -> Observations:
        """Return all observations, read and checked: they must fit into memory.

        Raises
        ------
        ObservationError
            If rows cannot be used.
        """
        return self._collected

    @cached_property
    def _collected(self) -> Observations:
        faults = LazyFaults(self.source.what)
        return self._or_refused(self._read(_everything, faults), faults)

    def _or_refused(self, found: Observations | None, faults: LazyFaults) -> Observations:
        if found is None:
            raise faults.error()
        return found

    def pieces(self, numbers: NDArray[np.int64] | None = None) -> Iterator[Piece]:
        """Yield the rows a piece at a time, each indicator of the plan in one of them.

        Parameters
        ----------
        numbers : array of int, optional
            Numbers of the indicators whose rows are read; all where none are given.

        Raises
        ------
        ObservationError
            After the last piece, if rows cannot be used: of each sort the count, and the first twenty found.
        """
        asked = np.arange(len(self.plan.indicators)) if numbers is None else numbers
        faults = LazyFaults(self.source.what)
        found = self._cut(asked)
        silent = np.setdiff1d(asked, np.array([n for some, _ in found for n in some], dtype=np.int64))
        if len(silent) or not found:
            found.append((silent.tolist(), _nothing))
        for mine, query in found:
            observations = self._read(query, faults)
            if observations is not None and not faults:
                yield Piece(np.sort(np.array(mine, dtype=np.int64)), observations)
        self._note_unknown(faults)
        if faults:
            raise faults.error()

    def _cut(self, asked: NDArray[np.int64]) -> list[tuple[list[int], Query]]:
        """Return numbers of indicators, and the query for their rows, of which no more than some millions are."""
        wanted = set(asked.tolist())
        mine = {word: number for word, number in self.census.numbers.items() if number in wanted}
        if not mine:
            return []
        if len(mine) == len(self.census.rows) and sum(self.census.rows.values()) <= AT_ONCE:
            return [(sorted(set(mine.values())), _everything)]
        by_number: dict[int, list[Any]] = {}
        for word, number in mine.items():
            by_number.setdefault(number, []).append(word)
        is_plain = len(by_number) == len(mine) and len({type(word) for word in mine}) == 1
        order = sorted(by_number, key=lambda number: by_number[number][0] if is_plain else number)
        weights = [sum(self.census.rows[word] for word in by_number[number]) for number in order]
        every = len(mine) == len(self.census.rows)
        cut = []
        for run in _runs(weights):
            some = order[run]
            words = [word for number in some for word in by_number[number]]
            # Ranges of words are told an engine in two; they hold nothing else where all words are asked for.
            query = _between(words[0], words[-1]) if is_plain and every else _among(words)
            cut.append((some, query))
        return cut

    def _note_unknown(self, faults: LazyFaults) -> None:
        """Say which rows have no indicator of the plan, with the first few of them."""
        unknown = self.census.unknown
        if not unknown or faults.knows("unknown_indicator", "missing_key"):
            return
        blank = [word for word in unknown if _id_of(word) == ""]
        others = [word for word in unknown if _id_of(word) != ""]
        for code, words in (("missing_key", blank), ("unknown_indicator", others)):
            if words:
                self._read(_some(words), faults)
                faults.set_count(code, sum(unknown[word] for word in words))

    def _read(self, query: Query, faults: LazyFaults) -> Observations | None:
        """Return the rows of a query through the ordinary reader, or note what is wrong with them."""
        table = joined_table(list(self.ask(query)))
        columns = {name: arrow_column(table[name]) for name in table.column_names}
        given = Given(columns=columns, length=table.num_rows, what=self.source.what, is_form=self.is_form)
        try:
            return take_in(given, self.plan, coverage=self.coverage)
        except ObservationError as error:
            faults.add(error, given)
            return None

    # -- how it looks ------------------------------------------------------------------------------------------

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods that occur, sorted."""
        if self._held is not None:
            return self._held.periods
        return self._collected.periods if self.is_few else self.census.periods

    def __repr__(self) -> str:
        return f"<LazyObservations of plan {self.plan.id!r}: {self.source.what}, not read yet>"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p>{escape(repr(self)[1:-1])}</p>"


# -- queries ---------------------------------------------------------------------------------------------------


def _everything(frame: Any) -> Any:
    return frame


def _nothing(frame: Any) -> Any:
    return frame.head(0)


def _key(frame: Any) -> Any:
    """Return the column of the indicator as something that can be compared."""
    import narwhals as nw

    key = nw.col("indicator")
    dtype = frame.collect_schema()["indicator"]
    return key.cast(nw.String) if dtype == nw.Categorical or isinstance(dtype, nw.Enum) else key


def _between(first: Any, last: Any) -> Query:
    return lambda frame: frame.filter((_key(frame) >= first) & (_key(frame) <= last))


def _among(words: Sequence[Any]) -> Query:
    given = [word for word in words if word is not None]

    def query(frame: Any) -> Any:
        is_one = _key(frame).is_in(given)
        return frame.filter(is_one | _key(frame).is_null() if len(given) < len(words) else is_one)

    return query if words else _nothing


def _some(words: Sequence[Any]) -> Query:
    return lambda frame: _among(words)(frame).head(_SAMPLE)


# -- words -----------------------------------------------------------------------------------------------------


def _id_of(word: Any) -> str:
    """Return what stands for an indicator as its id; blank where nothing stands there."""
    return "" if word is None else as_id(word.strip() if isinstance(word, str) else word)


def _periods(words: Mapping[Any, int]) -> dict[Any, Period]:
    found = {}
    for word in words:
        try:
            found[word] = read_period(word.strip() if isinstance(word, str) else word)
        except CpasError:
            # A row of it is refused when it is read.
            continue
    return found


def _runs(weights: Sequence[int]) -> Iterator[slice]:
    """Yield runs that together weigh no more than is read at once, or are one."""
    start, weight = 0, 0
    for position, mine in enumerate(weights):
        if position > start and weight + mine > AT_ONCE:
            yield slice(start, position)
            start, weight = position, 0
        weight += mine
    yield slice(start, len(weights))
