"""Rows put in the order of their keys: sorted once, and what the sorted keys tell read from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.keys import KeyNumbers, in_order, is_rising, key_numbers, new_segments, sort_with_rows
from cpas.tables.pieces import pieces
from cpas.tables.rows import joined_rows, picked

__all__ = ["Ordered", "pack_alike", "put_in_order"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


@attrs.define(eq=False, kw_only=True)
class Ordered:
    """Rows in the order of their keys."""

    #: Row numbers in that order, of the smaller type that holds them; nothing where the rows were in order already.
    order: NDArray[Any] | None
    #: How many rows there are.
    length: int
    #: Which rows, in that order, have the keys of the row before; nothing where none has.
    is_repeated: Truths | None
    #: Keys in that order: as one number each, or one by one where they do not fit.
    _keys: KeyNumbers | Sequence[NDArray[Any]]

    def rows(self) -> NDArray[Any]:
        """Return row numbers in the order of the keys."""
        return np.arange(self.length) if self.order is None else self.order

    def at(self, positions: Codes) -> NDArray[Any]:
        """Return the numbers of rows, from where they stand in that order."""
        return positions if self.order is None else self.order[positions]

    def of(self, rows: Codes) -> Ordered:
        """Return the same for a table of which only some rows were put in order."""
        return attrs.evolve(self, order=rows[self.rows()])

    def only(self, keep: Truths) -> Ordered:
        """Return some of the rows, told in their order."""
        keys = self._keys
        kept = (
            attrs.evolve(keys, numbers=keys.numbers[keep]) if isinstance(keys, KeyNumbers) else [k[keep] for k in keys]
        )
        return attrs.evolve(self, order=self.rows()[keep], length=int(keep.sum()), is_repeated=None, keys=kept)

    def pick(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return a column in the order of the keys."""
        return column if self.order is None else picked(column, self.order)

    def starts(self, count: int) -> Codes:
        """Return where, in that order, a new combination of the first keys begins."""
        if not isinstance(self._keys, KeyNumbers):
            return new_segments(*self._keys[:count])
        numbers, shift = self._keys.numbers, self._keys.shift(count)
        is_new = np.ones(self.length, dtype=bool)
        for piece in pieces(self.length - 1):
            known = numbers[piece.start : piece.stop + 1] >> shift
            np.not_equal(known[1:], known[:-1], out=is_new[piece.start + 1 : piece.stop + 1])
        return np.flatnonzero(is_new)


def put_in_order(keys: Sequence[NDArray[Any]]) -> Ordered:
    """Return rows in the order of keys, the first key first, rows that are alike in their own order.

    Examples
    --------
    >>> ordered = put_in_order([np.array([1, 0, 1]), np.array([0, 5, 0])])
    >>> ordered.rows().tolist(), ordered.is_repeated.tolist(), ordered.starts(1).tolist()
    ([1, 0, 2], [False, False, True], [0, 1])
    >>> put_in_order([np.array([0, 1, 1])]).order is None
    True
    """
    packed = key_numbers(keys, by_bits=True)
    if packed is None:
        return _without_packing(keys)
    numbers = packed.numbers
    order = None if is_rising(numbers) else _sorted(packed)
    repeated = np.zeros(len(numbers), dtype=bool)
    np.equal(numbers[1:], numbers[:-1], out=repeated[1:])
    return Ordered(order=order, length=len(numbers), is_repeated=repeated if repeated.any() else None, keys=packed)


def _sorted(packed: KeyNumbers) -> NDArray[Any]:
    """Sort packed keys in place, and return the order that did it."""
    numbers = packed.numbers
    bits = sort_with_rows(numbers, packed.room)
    if not bits:
        order = np.argsort(numbers, kind="stable")
        numbers[:] = numbers[order]
        return order
    rows = np.empty(len(numbers), dtype=np.min_scalar_type(-len(numbers)))
    for piece in pieces(len(numbers)):
        number = numbers[piece]
        rows[piece] = number & ((1 << bits) - 1)
        number >>= bits
    return rows


def _without_packing(keys: Sequence[NDArray[Any]]) -> Ordered:
    order = in_order(keys)
    sorted_keys = [key if order is None else picked(key, order) for key in keys]
    repeated = np.ones(len(keys[0]), dtype=bool)
    repeated[new_segments(*sorted_keys)] = False
    return Ordered(order=order, length=len(keys[0]), is_repeated=repeated if repeated.any() else None, keys=sorted_keys)


def pack_alike(tables: Sequence[Sequence[NDArray[Any]]]) -> list[Codes]:
    """Return the keys of several tables as numbers that sort and compare among one another as the keys do.

    Parameters
    ----------
    tables : sequence
        The same keys of each.

    Examples
    --------
    >>> one, other = [np.array([0, 2]), np.array([3, 3])], [np.array([1]), np.array([4])]
    >>> [packed.tolist() for packed in pack_alike([one, other])]
    [[0, 4], [3]]
    """
    lengths = [len(keys[0]) for keys in tables]
    keys = [joined_rows(columns) for columns in zip(*tables, strict=True)]
    packed = key_numbers(keys)
    return np.split(_ranked(keys) if packed is None else packed.numbers, np.cumsum(lengths)[:-1])


def _ranked(keys: Sequence[NDArray[Any]]) -> Codes:
    """Return for each row how many combinations of keys come before its own."""
    order = np.lexsort(keys[::-1])
    starts = np.zeros(len(order), dtype=bool)
    starts[new_segments(*(key[order] for key in keys))] = True
    ranked = np.empty(len(order), dtype=np.int64)
    ranked[order] = np.cumsum(starts)
    return ranked
