"""Leaves of Parquet files by plain arithmetic: every leaf that could be has a slot, and rows are counted into slots.

Texts come out of Parquet as numbers of words. With each word looked up once, the slot of a row is a sum of looked-up
numbers, and whatever a leaf knows is one weighted count over the slots. Rows that have no slot, because a word of
theirs is unknown, are left out here: who counts the rows of an indicator notices, and reads them one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.model import Plan
from cpas.tables.lazy_query import NUMBERS, ODD, Asked, read_words
from cpas.tables.lazy_sources import FolderSource
from cpas.tables.leaves import BITS, Leaves, joined_leaves
from cpas.tables.rows import REASONS, only_used

__all__ = ["dense_leaves", "is_dense"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Rows that are counted together: what is kept of them takes some twenty bytes each.
_TOGETHER: Final = 12_000_000
#: Row groups that are looked up at once: as many as most machines have cores for, and memory.
_THREADS: Final = 2
#: The bit of each position, as a float: so few that their sums are exact.
_BIT: Final = 2.0 ** np.arange(BITS)


def is_dense(asked: Asked) -> bool:
    """Return whether a table is a folder of Parquet files with nothing that only an engine or the reader can judge."""
    kinds = asked.observations.kinds
    return (
        isinstance(asked.observations.source, FolderSource)
        and not {*ODD, "status"} & set(asked.headers)
        and all(kinds[name] == "text" for name in ("indicator", "period"))
    )


def dense_leaves(asked: Asked) -> Iterator[Leaves]:
    """Yield the leaves of each file."""
    source = asked.observations.source
    files = source.files if isinstance(source, FolderSource) else ()
    for path, indicators in zip(files, asked.observations.census.parts, strict=True):
        grid = _Grid.of(indicators, asked)
        whole: Leaves | None = None
        for events in _read(path, grid, asked):
            leaves = _counted(events, grid, asked)
            whole = leaves if whole is None else joined_leaves([whole, leaves])
        if whole is not None:
            yield whole


# -- slots -----------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False, kw_only=True)
class _Grid:
    """Where the slots of each indicator stand: by place, then span, then cell of the dimensions it has."""

    #: The indicators that have slots, rising.
    indicators: Codes
    #: How many places have slots.
    places: int
    #: First slot of each of them, and after the last their number.
    first: Codes
    #: How many cells each has.
    cells: Codes
    #: What a member of each dimension of the table counts: dimensions × indicators; 0 where it has none of it.
    strides: Codes
    #: How many spans there are.
    spans: int

    @classmethod
    def of(cls, indicators: Codes, asked: Asked) -> _Grid:
        """Return the slots of some indicators."""
        plan = asked.observations.plan
        mine = [set(plan.indicators[number].dimensions) for number in indicators.tolist()]
        cells, strides = np.ones(len(mine), dtype=np.int64), np.zeros((len(asked.dimensions), len(mine)), np.int64)
        for row, name in reversed(list(enumerate(asked.dimensions))):
            has = np.array([name in some for some in mine], dtype=bool)
            strides[row] = np.where(has, cells, 0)
            cells = np.where(has, cells * (len(plan.dimension(name).vocabulary) + 1), cells)
        spans, places = asked.calendar.spans, len(asked.observations.tree.ids) if "place" in asked.headers else 1
        first = np.append(0, np.cumsum(cells * places * spans))
        # Half as much to move, wherever the slots can be told so.
        kind = np.int32 if first[-1] < np.iinfo(np.int32).max else np.int64
        first, cells, strides = first.astype(kind), cells.astype(kind), strides.astype(kind)
        return cls(indicators=indicators, places=places, first=first, cells=cells, strides=strides, spans=spans)

    def slots_of(self, codes: Mapping[str, NDArray[Any]], dimensions: tuple[str, ...]) -> tuple[Codes, Codes]:
        """Return the rows that have a slot, and their slots: none has one that names a dimension of others."""
        number = np.full(int(self.indicators.max(initial=0)) + 1, -1, dtype=np.int32)
        number[self.indicators] = np.arange(len(self.indicators))
        mine = number[codes["indicator"]]
        slot = codes["span"].astype(self.first.dtype)
        if "place" in codes:
            slot += codes["place"] * slot.dtype.type(self.spans)
        slot *= self.cells[mine]
        slot += self.first[mine]
        has = (mine >= 0) & np.logical_and.reduce([codes[n] >= 0 for n in ("indicator", "span", "place") if n in codes])
        for row, name in enumerate(dimensions):
            member = codes[name]
            if member.any():
                stride = self.strides[row][mine]
                slot += stride * member.astype(stride.dtype)
                has &= (member == 0) | ((stride > 0) & (member > 0))
        rows = np.flatnonzero(has)
        return rows, slot if len(rows) == len(slot) else slot[rows]

    def keys_of(self, slots: Codes, plan: Plan, dimensions: tuple[str, ...], root: int) -> dict[str, Codes]:
        """Return indicator, place, span and cell of some slots."""
        slots = slots.astype(np.int64)
        mine = np.searchsorted(self.first, slots, side="right") - 1
        spot, inside = np.divmod(slots - self.first[mine], self.cells[mine])
        place, span = np.divmod(spot, self.spans)
        cell = np.zeros(len(slots), dtype=np.int64)
        for dimension in plan.dimensions:
            member = np.zeros(len(slots), dtype=np.int64)
            if dimension.id in dimensions:
                stride = self.strides[dimensions.index(dimension.id)][mine]
                member, inside = np.divmod(inside, np.maximum(stride, 1))
                member, inside = np.where(stride > 0, member, 0), np.where(stride > 0, inside, member)
            cell = cell * (len(dimension.vocabulary) + 1) + member
        where = place if self.places > 1 else np.full(len(slots), root)
        return {"indicator": self.indicators[mine], "place": where, "span": span, "cell": cell}


# -- reading ---------------------------------------------------------------------------------------------------


class _Events:
    """What the rows say, sort by sort: the slot, the position of the period's bit, and perhaps a number, of each."""

    def __init__(self) -> None:
        self.rows = 0
        self._kept: dict[str, list[tuple[NDArray[Any], ...]]] = {}

    def add(self, sort: str, *columns: NDArray[Any]) -> None:
        """Keep what some rows say."""
        if len(columns[0]):
            self._kept.setdefault(sort, []).append(columns)

    def join(self, others: _Events) -> None:
        """Keep what others say too."""
        self.rows += others.rows
        for sort, columns in others._kept.items():
            self._kept.setdefault(sort, []).extend(columns)

    def take(self, sort: str) -> tuple[NDArray[Any], ...]:
        """Return what was kept of one sort, once: slots, positions, numbers."""
        kept = self._kept.pop(sort, [])
        empty = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int8), np.zeros(0))
        return tuple(np.concatenate(column) for column in zip(*kept, strict=True)) if kept else empty

    def slots(self) -> Codes:
        """Return the slot of every row."""
        kept = [columns[0] for sort in ("value", "no value") for columns in self._kept.get(sort, [])]
        return np.concatenate(kept) if kept else np.zeros(0, dtype=np.int64)


def _read(path: Path, grid: _Grid, asked: Asked) -> Iterator[_Events]:
    """Yield what the rows of a file say, some row groups together, each looked up by a thread of its own."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        groups = range(file.num_row_groups)
    with ThreadPoolExecutor(_THREADS) as readers:
        events = _Events()
        for first in groups[::_THREADS]:
            some = groups[first : first + _THREADS]
            for found in readers.map(lambda group: _look_up(path, group, grid, asked), some):
                events.join(found)
            if events.rows >= _TOGETHER:
                yield events
                events = _Events()
    yield events


def _texts(asked: Asked) -> list[str]:
    return [n for n in ("indicator", "period", "place", "reason", *asked.dimensions) if n in asked.headers]


def _look_up(path: Path, group: int, grid: _Grid, asked: Asked) -> _Events:
    """Return what the rows of a row group say that have a slot."""
    import pyarrow.parquet as pq

    texts = [asked.headers[name] for name in _texts(asked)]
    columns = texts + [asked.headers[name] for name in asked.numbers]
    with pq.ParquetFile(path, read_dictionary=texts) as file:
        table = file.read_row_group(group, columns, use_threads=False)
    events, codes = _Events(), dict[str, NDArray[Any]]()
    for name in _texts(asked):
        codes |= read_words(table[asked.headers[name]], _readers(name, asked))
    rows, slot = grid.slots_of(codes, asked.dimensions)
    is_whole = len(rows) == table.num_rows

    def of_rows(column: NDArray[Any]) -> NDArray[Any]:
        return column if is_whole else column[rows]

    numbers = {name: of_rows(_floats(table[asked.headers[name]])) for name in asked.numbers}
    position = of_rows(codes["position"])
    events.rows += len(rows)
    reason = of_rows(codes["reason"]) if "reason" in codes else None
    if reason is not None:
        for number in np.flatnonzero(np.bincount(reason[reason >= 0])).tolist():
            some = np.flatnonzero(reason == number)
            events.add(f"silent {number}", slot[some], position[some])
        # A reason that nobody knows is left for the reader to refuse: the row says too little for a leaf.
        some = np.flatnonzero(reason < -1)
        events.add("odd", slot[some], position[some])
    _keep_numbers(events, slot, position, numbers, of_rows(codes["indicator"]), asked)
    return events


def _keep_numbers(
    events: _Events,
    slot: NDArray[Any],
    position: NDArray[Any],
    numbers: Mapping[str, Floats],
    indicator: NDArray[Any],
    asked: Asked,
) -> None:
    value = numbers["value"]
    is_there = ~np.isnan(value)
    some, others = np.flatnonzero(is_there), np.flatnonzero(~is_there)
    events.add("value", slot[some], position[some], value[some])
    events.add("no value", slot[others], position[others])
    for sort, wanted in (("last", asked.want_last), ("least", asked.want_least), ("greatest", asked.want_greatest)):
        if wanted.any():
            mine = np.flatnonzero(wanted[indicator] & is_there)
            events.add(sort, slot[mine], position[mine], value[mine])
    mine = np.flatnonzero(value < 0)
    events.add("least", slot[mine], position[mine], value[mine])
    above, below = (numbers.get(name) for name in NUMBERS[1:])
    if above is not None:
        mine = np.flatnonzero(~np.isnan(above))
        events.add("numerator", slot[mine], position[mine], above[mine])
    if below is not None:
        mine = np.flatnonzero(~np.isnan(below))
        events.add("denominator", slot[mine], position[mine], below[mine])
        both = mine[is_there[mine]]
        events.add("product", slot[both], position[both], value[both] * below[both])
        none = np.flatnonzero(below <= 0)
        events.add("least_below", slot[none], position[none], below[none])
    if above is not None and below is not None:
        mine = np.flatnonzero(above > below)
        events.add("over", slot[mine], position[mine])


def _readers(name: str, asked: Asked) -> dict[str, tuple[Callable[[Any], int], Any]]:
    """Return what numbers are read from a column: from its words how, and of which type."""
    if name == "indicator":
        numbers = asked.observations.census.numbers
        return {"indicator": (lambda word: numbers.get(word, -1), np.int32)}
    if name == "period":
        calendar = asked.calendar
        span = dict(zip(calendar.words, calendar.span.tolist(), strict=True))
        position = {word: bit.bit_length() - 1 for word, bit in zip(calendar.words, calendar.bit.tolist(), strict=True)}
        return {
            "span": (lambda word: span.get(word, -1), np.int32),
            "position": (lambda word: position.get(word, -1), np.int8),
        }
    if name == "place":
        return {"place": (asked.read_place, np.int32)}
    if name == "reason":
        reasons = {word: number for number, word in enumerate(REASONS)}
        return {"reason": (lambda word: -1 if word is None else reasons.get(word, -2), np.int8)}
    return {name: (asked.member_reader(name), np.int16)}


def _floats(column: Any) -> Floats:
    import pyarrow as pa

    floats: Floats = column.cast(pa.float64(), safe=False).to_numpy()
    return floats


# -- counting --------------------------------------------------------------------------------------------------


def _counted(events: _Events, grid: _Grid, asked: Asked) -> Leaves:
    """Return the leaves of some rows."""
    there, leaf = only_used(events.slots())
    many = len(there)
    rows = np.bincount(leaf, minlength=many)
    del leaf
    number = np.zeros(int(there.max(initial=-1)) + 1, dtype=np.int64)
    number[there] = np.arange(many)

    def bits(sort: str) -> Codes:
        slot, position, *_ = events.take(sort)
        return np.bincount(number[slot], _BIT[position], many).astype(np.int64)

    def sums(sort: str) -> tuple[Codes, Floats]:
        slot, position, numbers = events.take(sort)
        mine = number[slot]
        said = np.bincount(mine, _BIT[position], many).astype(np.int64)
        return said, np.bincount(mine, numbers, many).astype(np.float64, copy=False)

    silent = {reason: bits(f"silent {reason}") for reason in range(len(REASONS))}
    valued, value = sums("value")
    above, numerator = sums("numerator")
    below, denominator = sums("denominator")
    root = asked.observations.tree.root
    columns: dict[str, Any] = grid.keys_of(there, asked.observations.plan, asked.dimensions, root)
    columns |= {name: _extreme(events, number, many, name) for name in ("least", "greatest", "least_below", "last")}
    return Leaves(
        rows=rows, odd=bits("odd"), said=valued + bits("no value"), valued=valued, above=above, below=below,
        silent={reason: mask for reason, mask in silent.items() if mask.any()},
        value=value, numerator=numerator, denominator=denominator, product=sums("product")[1], over=bits("over"),
        **columns,
    )  # fmt: skip


def _extreme(events: _Events, number: Codes, many: int, sort: str) -> Floats:
    """Return the smallest, the largest or the latest number of each leaf; NaN where none is asked for."""
    slot, position, numbers = events.take(sort)
    found = np.full(many, np.nan)
    if sort == "last":
        # Of several numbers put in one place the last stays there.
        order = np.argsort(position, kind="stable")
        found[number[slot[order]]] = numbers[order]
    else:
        (np.fmax if sort == "greatest" else np.fmin).at(found, number[slot], numbers)
    return found
