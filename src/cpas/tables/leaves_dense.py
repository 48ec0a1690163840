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
from cpas.tables.leaves import Leaves, joined_leaves
from cpas.tables.rows import REASONS, only_used

__all__ = ["dense_leaves", "is_dense"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Rows that are counted together: what is kept of them takes about fifty bytes each.
_TOGETHER: Final = 12_000_000


def is_dense(asked: Asked) -> bool:
    """Return whether a table is a folder of Parquet files with nothing that only an engine or the reader can judge."""
    there = asked.observations.headers
    kinds = asked.observations.kinds
    return (
        isinstance(asked.observations.source, FolderSource)
        and not {*ODD, "status"} & set(there)
        and all(kinds[name] == "text" for name in ("indicator", "period"))
    )


def dense_leaves(asked: Asked) -> Iterator[Leaves]:
    """Yield the leaves of each file."""
    source = asked.observations.source
    for path in source.files if isinstance(source, FolderSource) else ():
        whole: Leaves | None = None
        for lot in _lots(path, asked):
            leaves = _counted(lot, _Grid.of(lot.indicators, lot.places, asked), asked)
            whole = leaves if whole is None else joined_leaves([whole, leaves])
        if whole is not None:
            yield whole


# -- reading ---------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class _Lot:
    """Rows as numbers: what is looked up of each word, by row."""

    #: Numbers by row: indicator, place, span, position of the bit, reason, and member of each dimension.
    codes: Mapping[str, NDArray[Any]]
    #: Value, numerator and denominator by row; NaN where missing.
    numbers: Mapping[str, Floats]
    #: The indicators that occur, rising.
    indicators: Codes
    #: The places that occur, rising.
    places: Codes


def _lots(path: Path, asked: Asked) -> Iterator[_Lot]:
    """Yield the rows of a file, a few row groups together; the next is read while one is looked up."""
    import pyarrow.parquet as pq

    headers = asked.observations.headers
    texts = [headers[name] for name in _texts(asked)]
    columns = texts + [headers[name] for name in asked.numbers]
    with pq.ParquetFile(path, read_dictionary=texts) as file, ThreadPoolExecutor(1) as reader:
        groups = range(file.num_row_groups)
        waiting = reader.submit(file.read_row_group, 0, columns) if groups else None
        kept: list[tuple[dict[str, NDArray[Any]], dict[str, Floats]]] = []
        for group in groups:
            table = waiting.result() if waiting is not None else None
            waiting = reader.submit(file.read_row_group, group + 1, columns) if group + 1 < len(groups) else None
            kept.append(_looked_up(table, asked))
            if waiting is None or sum(len(codes["span"]) for codes, _ in kept) >= _TOGETHER:
                yield _joined(kept)
                kept = []


def _texts(asked: Asked) -> list[str]:
    there = asked.observations.headers
    return [name for name in ("indicator", "period", "place", "reason", *asked.dimensions) if name in there]


def _looked_up(table: Any, asked: Asked) -> tuple[dict[str, NDArray[Any]], dict[str, Floats]]:
    """Return the rows of a table that have a slot, as numbers."""
    headers, readers = asked.observations.headers, _readers(asked)
    codes = {name: read_words(table[headers[header]], read, kind) for name, (header, read, kind) in readers.items()}
    numbers = {name: _floats(table[headers[name]]) for name in asked.numbers}
    known = np.ones(table.num_rows, dtype=bool)
    for name, column in codes.items():
        # A row without a reason has the number −1 too, and is known.
        known &= (column >= 0) if name != "reason" else (column >= -1)
    if known.all():
        return codes, numbers
    some = np.flatnonzero(known)
    return {n: column[some] for n, column in codes.items()}, {n: column[some] for n, column in numbers.items()}


def _readers(asked: Asked) -> dict[str, tuple[str, Callable[[Any], int], Any]]:
    """Return how each number of a row is read: from which column, from its words how, and of which type."""
    observations, calendar = asked.observations, asked.calendar
    span = dict(zip(calendar.words, calendar.span.tolist(), strict=True))
    position = {word: bit.bit_length() - 1 for word, bit in zip(calendar.words, calendar.bit.tolist(), strict=True)}
    found: dict[str, tuple[str, Callable[[Any], int], Any]] = {
        "indicator": ("indicator", lambda word: observations.census.numbers.get(word, -1), np.int32),
        "span": ("period", lambda word: span.get(word, -1), np.int32),
        "position": ("period", lambda word: position.get(word, -1), np.int8),
    }
    if "place" in observations.headers:
        found["place"] = ("place", asked.read_place, np.int32)
    if "reason" in observations.headers:
        reasons = {word: number for number, word in enumerate(REASONS)}
        found["reason"] = ("reason", lambda word: -1 if word is None else reasons.get(word, -2), np.int8)
    for name in asked.dimensions:
        found[name] = (name, asked.member_reader(name), np.int16)
    return found


def _floats(column: Any) -> Floats:
    import pyarrow as pa

    floats: Floats = column.cast(pa.float64(), safe=False).to_numpy()
    return floats


def _joined(kept: list[tuple[dict[str, NDArray[Any]], dict[str, Floats]]]) -> _Lot:
    codes = {name: np.concatenate([codes[name] for codes, _ in kept]) for name in kept[0][0]}
    numbers = {name: np.concatenate([numbers[name] for _, numbers in kept]) for name in kept[0][1]}
    kept.clear()
    return _Lot(codes, numbers, _occurring(codes["indicator"]), _occurring(codes.get("place", codes["span"][:0])))


def _occurring(codes: NDArray[Any]) -> Codes:
    return np.flatnonzero(np.bincount(codes))


# -- slots -----------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False, kw_only=True)
class _Grid:
    """Where the slots of each indicator stand: by place, then span, then cell of the dimensions it has."""

    #: The indicators that have slots, rising.
    indicators: Codes
    #: The places that have slots, rising.
    places: Codes
    #: First slot of each of them, and after the last their number.
    first: Codes
    #: How many cells each has.
    cells: Codes
    #: What a member of each dimension of the table counts: dimensions × indicators; 0 where it has none of it.
    strides: Codes
    #: How many spans there are.
    spans: int

    @classmethod
    def of(cls, indicators: Codes, places: Codes, asked: Asked) -> _Grid:
        """Return the slots of some indicators and places."""
        plan = asked.observations.plan
        mine = [set(plan.indicators[number].dimensions) for number in indicators.tolist()]
        cells, strides = np.ones(len(mine), dtype=np.int64), np.zeros((len(asked.dimensions), len(mine)), np.int64)
        for row, name in reversed(list(enumerate(asked.dimensions))):
            has = np.array([name in some for some in mine], dtype=bool)
            strides[row] = np.where(has, cells, 0)
            cells = np.where(has, cells * (len(plan.dimension(name).vocabulary) + 1), cells)
        spans, spots = asked.calendar.spans, max(len(places), 1)
        first = np.append(0, np.cumsum(cells * spots * spans))
        return cls(indicators=indicators, places=places, first=first, cells=cells, strides=strides, spans=spans)

    def slots_of(self, lot: _Lot, dimensions: tuple[str, ...]) -> tuple[Codes, NDArray[np.bool_]]:
        """Return the slot of each row, and whether it has one: not where it names a dimension of others."""
        number = np.zeros(int(self.indicators.max(initial=0)) + 1, dtype=np.int32)
        number[self.indicators] = np.arange(len(self.indicators))
        mine = number[lot.codes["indicator"]]
        spot = lot.codes["span"].astype(np.int64)
        if "place" in lot.codes:
            nth = np.zeros(int(self.places.max(initial=0)) + 1, dtype=np.int64)
            nth[self.places] = np.arange(len(self.places)) * self.spans
            spot += nth[lot.codes["place"]]
        slot = spot * self.cells[mine] + self.first[mine]
        has = np.ones(len(slot), dtype=bool)
        for row, name in enumerate(dimensions):
            member = lot.codes[name]
            if not member.any():
                continue
            stride = self.strides[row][mine]
            slot += stride * member
            has &= (stride > 0) | (member == 0)
        return slot, has

    def keys_of(self, slots: Codes, plan: Plan, dimensions: tuple[str, ...], root: int) -> dict[str, Codes]:
        """Return indicator, place, span and cell of some slots."""
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
        places = self.places[place] if len(self.places) else np.full(len(slots), root)
        return {"indicator": self.indicators[mine], "place": places, "span": span, "cell": cell}


# -- counting --------------------------------------------------------------------------------------------------


def _counted(lot: _Lot, grid: _Grid, asked: Asked) -> Leaves:
    """Return the leaves of some rows."""
    slot, has = grid.slots_of(lot, asked.dimensions)
    chosen = None if has.all() else np.flatnonzero(has)
    slot = slot if chosen is None else slot[chosen]

    def column(of_row: NDArray[Any]) -> NDArray[Any]:
        return of_row if chosen is None else of_row[chosen]

    # From here on slots are leaves: the others are empty.
    there, leaf = only_used(slot)
    count = _Counter(leaf, len(there))
    position = column(lot.codes["position"])
    bit = (1 << np.arange(64, dtype=np.uint64)).astype(np.float64)[position]
    numbers = {name: column(lot.numbers[name]) for name in asked.numbers}
    indicator = column(lot.codes["indicator"])
    columns: dict[str, Any] = _sums(count, bit, numbers) | _extremes(count, numbers, indicator, position, asked)
    reason = column(lot.codes["reason"]) if "reason" in lot.codes else np.empty(0, dtype=np.int8)
    silent = {number: count.bits(np.flatnonzero(reason == number), bit) for number in range(len(REASONS))}
    root = asked.observations.tree.root
    columns |= grid.keys_of(there, asked.observations.plan, asked.dimensions, root)
    return Leaves(
        rows=np.bincount(leaf, minlength=len(there)),
        odd=np.zeros(len(there), dtype=np.int64),
        silent={number: bits for number, bits in silent.items() if bits.any()},
        **columns,
    )


@attrs.frozen(eq=False)
class _Counter:
    """Rows, each with its leaf."""

    #: Number of the leaf of each row.
    leaf: Codes
    #: How many leaves there are.
    many: int

    def sums(self, rows: Codes | None, weights: Floats) -> Floats:
        """Return the sum of the weights of some rows of each leaf."""
        if rows is not None and not len(rows):
            return np.zeros(self.many)
        leaf, mine = (self.leaf, weights) if rows is None else (self.leaf[rows], weights[rows])
        return np.bincount(leaf, mine, self.many).astype(np.float64, copy=False)

    def bits(self, rows: Codes | None, bit: Floats) -> Codes:
        """Return the sum of the bits of some rows of each leaf."""
        return self.sums(rows, bit).astype(np.int64)


def _sums(count: _Counter, bit: Floats, numbers: Mapping[str, Floats]) -> dict[str, NDArray[Any]]:
    is_given = {name: ~np.isnan(column) for name, column in numbers.items()}
    rows = {name: np.flatnonzero(given) for name, given in is_given.items()}
    nothing = np.zeros(0, dtype=np.int64)
    value, above, below = (rows.get(name, nothing) for name in NUMBERS)
    said = count.bits(None, bit)
    # Most rows have a value: those that have none are fewer.
    without = np.flatnonzero(~is_given["value"])
    both = np.flatnonzero(is_given["value"] & is_given["denominator"]) if len(below) else nothing
    over = nothing
    if len(above) and len(below):
        over = above[numbers["numerator"][above] > numbers["denominator"][above]]
    blank = np.zeros(count.many)
    product = np.zeros(len(bit))
    product[both] = numbers["value"][both] * numbers["denominator"][both] if len(both) else 0.0
    return {
        "said": said,
        "valued": said - count.bits(without, bit),
        "above": count.bits(above, bit),
        "below": count.bits(below, bit),
        "value": count.sums(value, numbers["value"]),
        "numerator": count.sums(above, numbers["numerator"]) if len(above) else blank,
        "denominator": count.sums(below, numbers["denominator"]) if len(below) else blank,
        "product": count.sums(both, product),
        "over": count.sums(over, np.ones(len(bit))).astype(np.int64),
    }


def _extremes(
    count: _Counter, numbers: Mapping[str, Floats], indicator: NDArray[Any], position: NDArray[Any], asked: Asked
) -> dict[str, NDArray[Any]]:
    """Return the smallest and the largest, and the latest value, where they are asked for; below zero always."""
    value = numbers["value"]
    nothing = np.full(count.many, np.nan)
    found = {name: nothing.copy() for name in ("least", "greatest", "least_below", "last")}
    below_zero = np.flatnonzero(value < 0)
    np.fmin.at(found["least"], count.leaf[below_zero], value[below_zero])
    for name, combine, mine in (("least", np.fmin, asked.want_least), ("greatest", np.fmax, asked.want_greatest)):
        if mine.any():
            rows = np.flatnonzero(mine[indicator] & ~np.isnan(value))
            combine.at(found[name], count.leaf[rows], value[rows])
    if "denominator" in numbers:
        rows = np.flatnonzero(numbers["denominator"] <= 0)
        np.fmin.at(found["least_below"], count.leaf[rows], numbers["denominator"][rows])
    if asked.want_last.any():
        rows = np.flatnonzero(asked.want_last[indicator] & ~np.isnan(value))
        # Of several that are put in one place the last stays there.
        rows = rows[np.argsort(position[rows], kind="stable")]
        found["last"][count.leaf[rows]] = value[rows]
    return found
