"""Rows of a table by the numbers that they are of, found by halving rather than kept in a dictionary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["FoundRows"]


class FoundRows(Mapping[tuple[int, ...], int]):
    """The number of each row of a table that is sorted by some columns of codes, by those codes.

    Parameters
    ----------
    *columns : array of int
        Not negative; their rows rise, the first column first, and no two are the same.

    Examples
    --------
    >>> rows = FoundRows(np.array([0, 0, 2]), np.array([1, 5, 0]))
    >>> rows[0, 5], rows.get((1, 1)), (2, 0) in rows
    (1, None, True)
    """

    def __init__(self, *columns: NDArray[Any]) -> None:
        self._columns = columns
        self._sizes = [int(column.max(initial=-1)) + 1 for column in columns]
        self._packed = np.zeros(len(columns[0]), dtype=np.int64)
        for column, size in zip(columns, self._sizes, strict=True):
            self._packed = self._packed * size + column

    def __getitem__(self, key: tuple[int, ...]) -> int:
        packed = 0
        for code, size in zip(key, self._sizes, strict=True):
            if not 0 <= code < size:
                raise KeyError(key)
            packed = packed * size + code
        row = int(np.searchsorted(self._packed, packed))
        if row == len(self._packed) or self._packed[row] != packed:
            raise KeyError(key)
        return row

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return zip(*(column.tolist() for column in self._columns), strict=True)

    def __len__(self) -> int:
        return len(self._packed)
