"""Leaves by plain arithmetic: every leaf that could be has a slot, and rows are counted into slots.

Rows come from Parquet files, or as an engine hands them over, some at a time; their texts come as numbers of words.
With each word looked up once, the slot of a row is a sum of looked-up numbers, and whatever a leaf knows is added up
where its slot says. Rows that have no slot, because a word of theirs is unknown, are left out here: who counts the
rows of an indicator notices, and reads them one by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from numpy.typing import NDArray

from cpas.tables.arrow_arrays import coded_array, contents, is_there, one_array, word_numbers
from cpas.tables.lazy_asked import ODD, Asked
from cpas.tables.lazy_frames import FrameSource
from cpas.tables.lazy_query import leaves_of
from cpas.tables.lazy_sources import THREADS, FolderSource
from cpas.tables.leaf_counts import Counts, Lines
from cpas.tables.leaf_slots import Slots
from cpas.tables.leaf_words import Lookup, keys_of
from cpas.tables.leaves import Leaves

__all__ = ["dense_leaves", "is_dense"]

#: Rows whose words are looked up, and which are counted, together: few enough to stay in the cache meanwhile.
_BLOCK: Final = 1 << 17
#: More slots than this are not made of one table: its engine groups the rows.
_MOST_SLOTS: Final = 1 << 28

_Given = TypeVar("_Given")
_Made = TypeVar("_Made")


def is_dense(asked: Asked) -> bool:
    """Return whether rows come some at a time, with nothing that only an engine or the reader can judge."""
    source, kinds = asked.observations.source, asked.observations.kinds
    return (
        (isinstance(source, FolderSource) or (isinstance(source, FrameSource) and source.hands_over))
        and not {*ODD, "status"} & set(asked.headers)
        and all(kinds[name] == "text" for name in ("indicator", "period"))
    )


def dense_leaves(asked: Asked) -> Iterator[Leaves]:
    """Yield the leaves of each part; while something is made of them, the next is counted."""
    source, parts = asked.observations.source, asked.observations.census.parts
    if isinstance(source, FrameSource):
        slots = Slots.of(parts[0], asked)
        if len(slots) <= _MOST_SLOTS:
            yield _handed_over(source, slots).leaves()
        else:
            yield from leaves_of(asked)
        return
    files = source.files if isinstance(source, FolderSource) else ()
    some = zip(files, parts, strict=True)
    with ThreadPoolExecutor(1) as counter:
        for counts in _ahead(counter, lambda part: _counted(part[0], Slots.of(part[1], asked)), some, 1):
            yield counts.leaves()


def _ahead(
    pool: ThreadPoolExecutor, make: Callable[[_Given], _Made], given: Iterable[_Given], many: int
) -> Iterator[_Made]:
    """Yield what is made of each thing in turn, while so many after it are made already."""
    coming = deque[Future[_Made]]()
    for one in given:
        coming.append(pool.submit(make, one))
        if len(coming) > many:
            yield coming.popleft().result()
    while coming:
        yield coming.popleft().result()


def _counted(path: Path, slots: Slots) -> Counts:
    """Count the rows of a file. Row groups are counted in turn, so that sums are the same whenever they are made."""
    import pyarrow.parquet as pq

    reader = _Reader(slots)
    groups = range(pq.read_metadata(path).num_row_groups)
    return _added_up(slots, lambda group: reader.lines(reader.row_group(path, group)), groups, THREADS)


def _handed_over(source: FrameSource, slots: Slots) -> Counts:
    """Count rows that an engine hands over; while some are looked up, it makes the next."""
    reader = _Reader(slots)
    return _added_up(slots, reader.lines, source.batches([*reader.headers.values()]), 1)


def _added_up(slots: Slots, read: Callable[[_Given], list[Lines]], given: Iterable[_Given], many: int) -> Counts:
    """Count what is read of each thing in turn; so many are read at once."""
    counts = Counts(slots)
    with ThreadPoolExecutor(many) as readers:
        for some in _ahead(readers, read, given, many):
            for lines in some:
                counts.add(lines)
    return counts


class _Reader:
    """Reads rows some at a time; words that are those of the rows before are not looked up again."""

    def __init__(self, slots: Slots) -> None:
        self._slots, self._asked = slots, slots.asked
        self._texts = [n for n in (*keys_of(self._asked), "reason") if n in self._asked.headers]
        self._lookup: Lookup | None = None

    @property
    def headers(self) -> dict[str, str]:
        """Header of each column that is needed, by our own name."""
        return {name: self._asked.headers[name] for name in (*self._texts, *self._asked.numbers)}

    def row_group(self, path: Path, group: int) -> Any:
        """Return a row group of a file as an Arrow table."""
        import pyarrow.parquet as pq

        headers = self.headers
        with pq.ParquetFile(path, read_dictionary=[headers[name] for name in self._texts]) as file:
            return file.read_row_group(group, list(headers.values()), use_threads=False)

    def lines(self, table: Any) -> list[Lines]:
        """Return the rows of an Arrow table, some together."""
        import pyarrow as pa

        headers = self.headers
        coded = {name: coded_array(table[headers[name]]) for name in self._texts}
        lookup = self._looked_up({name: one.dictionary for name, one in coded.items()})
        numbers = {name: one_array(table[headers[name]].cast(pa.float64(), safe=False)) for name in self._asked.numbers}
        columns = {
            **{name: word_numbers(one) for name, one in coded.items()},
            **{name: contents(one) for name, one in numbers.items()},
            **{f"{name} is there": is_there(one) for name, one in numbers.items()},
        }
        starts = range(0, table.num_rows, _BLOCK)
        return [self._block(lookup, {n: some[at : at + _BLOCK] for n, some in columns.items()}) for at in starts]

    def _looked_up(self, words: Mapping[str, Any]) -> Lookup:
        lookup = self._lookup
        if lookup is None or not lookup.is_of(words):
            self._lookup = lookup = Lookup.of(words, self._slots)
        return lookup

    def _block(self, lookup: Lookup, columns: Mapping[str, NDArray[Any]]) -> Lines:
        return Lines(
            slot=lookup.slots(columns),
            bit=lookup.bit.take(columns["period"]),
            numbers={name: (columns[name], columns[f"{name} is there"]) for name in self._asked.numbers},
            reason=lookup.reason.take(columns["reason"]) if "reason" in columns else None,
            wanted={name: of_word.take(columns["indicator"]) for name, of_word in lookup.wanted.items()},
        )
