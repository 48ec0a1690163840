"""Keys of rows packed into one number each: sorted once, compared once, and read out of it again.

Sorting numbers is several times faster than finding the order that would sort them. So the number of the row rides
along in the lowest bits where there is room, and the order is read from the sorted numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.pieces import pieces
from cpas.tables.rows import in_order, joined_rows, new_segments, pick_rows

__all__ = ["Ordered", "pack_alike", "put_in_order"]

Codes = NDArray[np.int64]

#: Bits of a signed number that may be used.
_ROOM: Final = 62
#: Numbers further apart are ranked first: times are far apart and few.
_FAR: Final = 2**40


@attrs.frozen(eq=False)
class _Field:
    """Where a key stands in the packed number."""

    #: Bits to its right.
    shift: int
    #: Bits it takes.
    bits: int
    #: Its least value.
    low: int
    #: Whether its rank stands for it.
    is_ranked: bool = False


@attrs.define(eq=False, kw_only=True)
class Ordered:
    """Rows in the order of their keys."""

    #: Row numbers in that order; nothing where the rows were in order already.
    order: Codes | None
    #: How many rows there are.
    length: int
    #: Which rows, in that order, have the keys of the row before.
    is_repeated: NDArray[np.bool_] | None
    #: Packed keys in that order, and where in them each key is; none where they did not fit.
    packed: Codes | None = None
    #: By number of the key; none for one that says the same in every row.
    fields: Sequence[_Field | None] = ()

    def rows(self) -> Codes:
        """Return row numbers in the order of the keys."""
        return np.arange(self.length) if self.order is None else self.order

    def of(self, rows: Codes) -> Ordered:
        """Return the same for a table of which only some rows were put in order."""
        return attrs.evolve(self, order=rows[self.rows()])

    def only(self, keep: NDArray[np.bool_]) -> Ordered:
        """Return some of the rows, told in their order."""
        packed = None if self.packed is None else self.packed[keep]
        return attrs.evolve(self, order=self.rows()[keep], packed=packed, length=int(keep.sum()), is_repeated=None)

    def pick(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return a column in the order of the keys."""
        return column if self.order is None else pick_rows(column, self.order)

    def forget_keys(self) -> None:
        """Give the room of the packed keys back once they were read."""
        self.packed = None

    def key(self, number: int, column: NDArray[Any]) -> NDArray[Any]:
        """Return a key in the order of all keys: read from the packed ones rather than fetched from far apart."""
        field = self.fields[number] if self.fields else None
        if self.order is None or self.packed is None or field is None or field.is_ranked:
            return self.pick(column)
        found = np.empty(self.length, dtype=column.dtype)
        for piece in pieces(self.length):
            found[piece] = ((self.packed[piece] >> field.shift) & ((1 << field.bits) - 1)) + field.low
        return found


def put_in_order(keys: Sequence[NDArray[Any]]) -> Ordered:
    """Return rows in the order of keys, the first key first, rows that are alike in their own order.

    Examples
    --------
    >>> ordered = put_in_order([np.array([1, 0, 1]), np.array([0, 5, 0])])
    >>> ordered.rows().tolist(), ordered.is_repeated.tolist(), ordered.key(1, np.array([0, 5, 0])).tolist()
    ([1, 0, 2], [False, False, True], [5, 0, 0])
    >>> put_in_order([np.array([0, 1, 1])]).order is None
    True
    """
    length = len(keys[0])
    ranked, fields = _fields(keys)
    bits = sum(field.bits for field in fields if field is not None)
    if bits > _ROOM:
        return _without_packing(keys)
    packed = _packed(ranked, fields, length)
    order = None if _is_rising(packed) else _sort(packed, bits)
    return Ordered(order=order, length=length, is_repeated=_repeated(packed), packed=packed, fields=fields)


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
    ranked, fields = _fields(keys)
    if sum(field.bits for field in fields if field is not None) > _ROOM:
        order = np.lexsort(keys[::-1])
        packed = np.empty(len(order), dtype=np.int64)
        starts = np.zeros(len(order), dtype=bool)
        starts[new_segments(*(key[order] for key in keys))] = True
        packed[order] = np.cumsum(starts)
    else:
        packed = _packed(ranked, fields, len(keys[0]))
    return np.split(packed, np.cumsum(lengths)[:-1])


def _fields(keys: Sequence[NDArray[Any]]) -> tuple[list[NDArray[Any]], list[_Field | None]]:
    """Return keys whose numbers are near one another, and the place of each in the packed number."""
    ranked: list[NDArray[Any]] = []
    fields: list[_Field | None] = []
    shift = 0
    for key in reversed(keys):
        if not len(key) or key.strides == (0,):
            ranked.append(key)
            fields.append(None)
            continue
        low, high = int(key.min()), int(key.max())
        is_far = high - low > _FAR
        if is_far:
            known, key = np.unique(key, return_inverse=True)
            low, high = 0, len(known) - 1
        ranked.append(key)
        bits = (high - low).bit_length()
        fields.append(_Field(shift, bits, low, is_far) if bits else None)
        shift += bits
    return ranked[::-1], fields[::-1]


def _packed(keys: Sequence[NDArray[Any]], fields: Sequence[_Field | None], length: int) -> Codes:
    packed = np.empty(length, dtype=np.int64)
    for piece in pieces(length):
        number = np.zeros(piece.stop - piece.start, dtype=np.int64)
        for key, field in zip(keys, fields, strict=True):
            if field is not None:
                number <<= field.bits
                number |= key[piece].astype(np.int64) - field.low
        packed[piece] = number
    return packed


def _is_rising(packed: Codes) -> bool:
    return all(bool((packed[p.start + 1 : p.stop + 1] >= packed[p][: len(packed) - p.start - 1]).all())
               for p in pieces(len(packed)))  # fmt: skip


def _repeated(packed: Codes) -> NDArray[np.bool_] | None:
    """Return which numbers are the one before, or nothing where all differ."""
    repeated = np.zeros(len(packed), dtype=bool)
    np.equal(packed[1:], packed[:-1], out=repeated[1:])
    return repeated if repeated.any() else None


def _sort(packed: Codes, bits: int) -> Codes:
    """Sort packed keys in place, and return the order that did it."""
    own = max(len(packed) - 1, 1).bit_length()
    if bits + own > _ROOM:
        order = np.argsort(packed, kind="stable")
        packed[:] = packed[order]
        return order
    packed <<= own
    for piece in pieces(len(packed)):
        packed[piece] |= np.arange(piece.start, piece.stop)
    packed.sort()
    order = packed & ((1 << own) - 1)
    packed >>= own
    return order


def _without_packing(keys: Sequence[NDArray[Any]]) -> Ordered:
    order = in_order(keys)
    length = len(keys[0])
    repeated = np.ones(length, dtype=bool)
    repeated[new_segments(*(key if order is None else pick_rows(key, order) for key in keys))] = False
    return Ordered(order=order, length=length, is_repeated=repeated if repeated.any() else None)
