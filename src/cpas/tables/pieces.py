"""Long columns asked piece by piece: what is made on the way stays in the processor's cache, and takes no room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["looked_up", "occurring", "pieces", "rows_where"]

#: Rows at a time: some columns of so many numbers fit into the cache of a core.
_LENGTH: Final = 2**15


def pieces(length: int) -> Iterator[slice]:
    """Yield the pieces of a column.

    Examples
    --------
    >>> list(pieces(40_000))
    [slice(0, 32768, None), slice(32768, 40000, None)]
    """
    for start in range(0, length, _LENGTH):
        yield slice(start, min(start + _LENGTH, length))


def rows_where(ask: Callable[..., NDArray[np.bool_]], *columns: NDArray[Any]) -> NDArray[np.int64]:
    """Return the rows in which something is true of the values of some columns.

    Examples
    --------
    >>> rows_where(lambda done, planned: done > planned, np.array([3, 5]), np.array([4, 4])).tolist()
    [1]
    """
    length = len(columns[0])
    if length and all(column.strides == (0,) for column in columns):
        return np.arange(length if ask(*(column[:1] for column in columns))[0] else 0)
    found = [np.empty(0, dtype=np.int64)]
    for piece in pieces(length):
        rows = np.flatnonzero(ask(*(column[piece] for column in columns)))
        if len(rows):
            found.append(rows + piece.start)
    return np.concatenate(found)


def looked_up(table: NDArray[Any], codes: NDArray[Any]) -> NDArray[Any]:
    """Return what stands in a table for each code; −1 is the last. One code throughout takes the room of one.

    Examples
    --------
    >>> looked_up(np.array([5.0, 7.0]), np.array([1, 0, -1], dtype=np.int8)).tolist()
    [7.0, 5.0, 7.0]
    """
    if len(codes) and codes.strides == (0,):
        return np.broadcast_to(table[codes[0]], len(codes))
    found = np.empty(len(codes), dtype=table.dtype)
    for piece in pieces(len(codes)):
        table.take(codes[piece], out=found[piece], mode="wrap")
    return found


def occurring(codes: NDArray[Any], most: int) -> NDArray[np.bool_]:
    """Return which of so many codes occur; none is negative.

    Examples
    --------
    >>> occurring(np.array([2, 0, 2]), 4).tolist()
    [True, False, True, False]
    """
    occurs = np.zeros(most, dtype=bool)
    for piece in pieces(len(codes)):
        occurs[codes[piece]] = True
        if occurs.all():
            break
    return occurs
