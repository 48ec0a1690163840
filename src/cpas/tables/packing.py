"""Rows packed into blocks: each column goes to its place once, block by block, and is then given back.

So there is never room for all columns twice, and what is asked of a series is asked once, not in each of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.periods import Period
from cpas.tables.blocks import POINTS, SERIES, Block, Packed
from cpas.tables.keys import in_order, new_segments
from cpas.tables.pieces import looked_up, pieces
from cpas.tables.rows import ARRAYS, CELL, NO_CODE, WITHDRAWN, Rows, is_blank, narrowed, pick_rows, says_only, shared

__all__ = ["Unpacked", "block_from", "has_one_vintage", "latest", "pack", "pack_columns", "says_something"]

Codes = NDArray[np.int64]
Column = NDArray[Any]
Truths = NDArray[np.bool_]
Columns = dict[str, Any]


@attrs.define(eq=False, kw_only=True)
class Unpacked:
    """Checked columns on their way into blocks."""

    #: The columns of `Rows`, in any order of rows; each is taken out once it was packed.
    columns: dict[str, Column]
    #: Numbers of the rows that are packed, in canonical order; nothing where the columns stand in it.
    order: Column | None
    #: Where in that order a new series begins.
    series: Codes
    #: Which rows, in that order, are the latest of their cell and not taken back; nothing where all are.
    is_latest: Truths | None
    #: What the periods in the columns stand for, sorted.
    periods: tuple[Period, ...]
    #: What the cells in the columns stand for, sorted.
    cells: tuple[tuple[str, ...], ...]
    #: By name: texts, by the number of their row in canonical order.
    texts: Mapping[str, Mapping[int, str]]

    def __len__(self) -> int:
        return len(self.columns["value"]) if self.order is None else len(self.order)

    def at(self, positions: Codes) -> Column:
        """Return the numbers of rows, from where they stand in canonical order."""
        small = np.min_scalar_type(-max(len(self.columns["value"]), 1))
        return positions.astype(small) if self.order is None else self.order[positions]


def says_something(columns: Any) -> Truths:
    """Return which rows have a value, both parts of a share, or bounds."""
    there: Truths = ~np.isnan(columns.value)
    if not (is_blank(columns.numerator) or is_blank(columns.denominator)):
        for piece in pieces(len(there)):
            there[piece] |= ~np.isnan(columns.numerator[piece]) & ~np.isnan(columns.denominator[piece])
    for bound in (columns.low, columns.high):
        if not is_blank(bound):
            there |= ~np.isnan(bound)
    return there


def pack(rows: Rows, block_of: NDArray[np.int16]) -> Packed:
    """Return rows packed.

    Parameters
    ----------
    rows : Rows
        In canonical order.
    block_of : array of int
        Number of the block of each indicator, from `blocks_of`.

    Examples
    --------
    >>> import cpas
    >>> from cpas.tables.blocks import blocks_of
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> packed = pack(observed.store, blocks_of(plan.indicators))
    >>> len(packed) == len(observed), len(packed.missing), len(packed.history)
    (True, 16, 1)
    """
    columns = {name: getattr(rows, name) for name in ARRAYS}
    is_latest = None
    if not has_one_vintage(columns):
        is_latest = latest(new_segments(*(columns[name] for name in CELL)), rows.is_withdrawn)
    series = new_segments(*(columns[name] for name in SERIES))
    return pack_columns(
        Unpacked(columns=columns, order=None, series=series, is_latest=is_latest, periods=rows.periods,
                 cells=rows.cells, texts=rows.texts),
        block_of,
    )  # fmt: skip


def has_one_vintage(columns: Mapping[str, Column]) -> bool:
    """Whether it can be told without looking at the rows that each is the latest of its cell, and not taken back."""
    recorded_at, status = columns["recorded_at"], columns["status"]
    return recorded_at.strides == (0,) and status.strides == (0,) and not (status[:1] == WITHDRAWN).any()


def latest(cells: Codes, is_withdrawn: Truths) -> Truths:
    """Return which rows are the latest of their cell, and not taken back.

    Parameters
    ----------
    cells : array
        Where a new cell begins, in canonical order.
    is_withdrawn : array
        In that order.
    """
    is_last = np.zeros(len(is_withdrawn), dtype=bool)
    is_last[np.append(cells[1:], len(is_last))[: len(cells)] - 1] = True
    return is_last & ~is_withdrawn


def pack_columns(unpacked: Unpacked, block_of: NDArray[np.int16]) -> Packed:
    """Return columns packed, and take them out one by one.

    Parameters
    ----------
    unpacked : Unpacked
        Its columns are gone afterwards.
    block_of : array of int
        Number of the block of each indicator, from `blocks_of`.
    """
    current = _is_current(unpacked)
    made = [(rows, dict(series)) for rows, series in _blocks(unpacked, block_of, current)]
    apart = _apart(unpacked, current)
    for name in ARRAYS:
        column = unpacked.columns.pop(name)
        for rows, columns in [*(made if name in POINTS else []), *apart]:
            columns[name] = _taken(column, rows)
        del column
    missing, history = (
        Rows(periods=unpacked.periods, cells=unpacked.cells, texts={}, **columns) for _, columns in apart
    )
    return Packed(
        blocks=tuple(Block(**columns) for _, columns in made),
        missing=missing,
        history=history,
        texts={name: dict(some) for name, some in unpacked.texts.items()},
    )


def _is_current(unpacked: Unpacked) -> Truths:
    """Return which rows, in canonical order, say something that adds up, and are the latest of their cell."""
    columns = unpacked.columns
    # A value that is withheld may have bounds, and a reason: it is missing.
    current: Truths = says_something(SimpleNamespace(**columns)) & (columns["reason"] == NO_CODE)
    if unpacked.order is not None:
        current = looked_up(current, unpacked.order)
    if unpacked.is_latest is not None:
        current &= unpacked.is_latest
    return current


def _blocks(unpacked: Unpacked, block_of: NDArray[np.int16], current: Truths) -> Iterator[tuple[Column, Columns]]:
    """Yield the rows of each block that has any, and the columns that tell of its series."""
    if not len(current):
        return
    starts = unpacked.series
    lengths = np.diff(np.append(starts, len(current)))
    many = np.add.reduceat(current, starts, dtype=np.int64)
    first = unpacked.at(starts)
    series = {name: unpacked.columns[name][first] for name in SERIES}
    block = block_of[series["indicator"]].astype(np.min_scalar_type(-int(block_of.max(initial=0)) - 2))
    of_row = np.repeat(block, lengths)
    np.putmask(of_row, ~current, -1)
    for number in np.flatnonzero(np.bincount(block[many > 0])).tolist():
        mine = np.flatnonzero((block == number) & (many > 0))
        codes = {name: narrowed(column[mine]) for name, column in series.items()}
        starts = np.append(0, np.cumsum(many[mine]))
        yield _rows_of(unpacked, of_row, number, int(starts[-1])), {**codes, "starts": starts}


def _rows_of(unpacked: Unpacked, of_row: Column, number: int, count: int) -> Column:
    """Return the rows of a block, in canonical order; they are counted already."""
    rows = np.empty(count, dtype=np.min_scalar_type(-max(len(unpacked.columns["value"]), 1)))
    filled = 0
    for piece in pieces(len(of_row)):
        mine = np.flatnonzero(of_row[piece] == number)
        mine += piece.start
        rows[filled : filled + len(mine)] = mine if unpacked.order is None else unpacked.order[mine]
        filled += len(mine)
    return rows


def _apart(unpacked: Unpacked, current: Truths) -> list[tuple[Column, Columns]]:
    """Return the rows that are missing, and those that were superseded or taken back."""
    rest = np.flatnonzero(~current)
    is_missing = np.ones(len(rest), dtype=bool) if unpacked.is_latest is None else unpacked.is_latest[rest]
    return [(unpacked.at(rest[is_missing]), {}), (unpacked.at(rest[~is_missing]), {})]


def _taken(column: Column, rows: Column) -> Column:
    """Return some rows of a column in a copy of its own, or in the room of one; none of them is minus zero."""
    if not len(rows):
        return column[:0].copy()
    first = column[rows[0]] + column.dtype.type(0)
    found: Column | None = None
    for piece in pieces(0 if column.strides == (0,) else len(rows)):
        some = column.take(rows[piece], mode="wrap")
        if found is None and not says_only(some, first):
            found = np.empty(len(rows), dtype=column.dtype)
            found[: piece.start] = first
        if found is not None:
            np.add(some, 0, out=found[piece])
    return np.broadcast_to(first, len(rows)) if found is None else found


def block_from(columns: Columns) -> Block:
    """Return a block of current values in any order.

    Parameters
    ----------
    columns : dict of array
        As the columns of `Rows`.
    """
    order = in_order([columns[name] for name in CELL])
    if order is not None:
        columns = {name: pick_rows(column, order) for name, column in columns.items()}
    starts = new_segments(*(columns[name] for name in SERIES))
    codes = {name: narrowed(columns[name][starts]) for name in SERIES}
    points = {name: shared(columns[name]) for name in POINTS}
    return Block(**codes, **points, starts=np.append(starts, len(points["value"])))
