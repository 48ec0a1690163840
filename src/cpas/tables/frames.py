"""Data frames made on asking: the caller's own copy, with text as text and a missing number as missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cpas.columns import Column

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Result", "make_frame", "plain_rows", "put_after_place", "words_of"]

_DTYPES = {"number": "float64", "count": "int64", "truth": "bool", "time": "datetime64[us]"}


def words_of(codes: NDArray[Any], vocabulary: Sequence[str], *, empty: str | None = None) -> NDArray[np.object_]:
    """Return the words that codes stand for; a negative code gives `empty`.

    Examples
    --------
    >>> words_of(np.array([1, -1, 0]), ("late", "nil")).tolist()
    ['nil', None, 'late']
    """
    table = np.empty(len(vocabulary) + 1, dtype=object)
    table[:-1] = vocabulary
    table[-1] = empty
    return table[np.where(np.asarray(codes) < 0, len(vocabulary), codes)]


def put_after_place(columns: Sequence[Column], dimensions: Iterable[str]) -> tuple[Column, ...]:
    """Return the columns of a table with one for each dimension after `place`."""
    place = next(i for i, column in enumerate(columns) if column.name == "place")
    groups = [Column(name, "text", "Member; empty for all.") for name in dimensions]
    return (*columns[: place + 1], *groups, *columns[place + 1 :])


def make_frame(columns: Sequence[Column], data: Mapping[str, Any]) -> pd.DataFrame:
    """Return a data frame of declared columns, each of its declared type."""
    import pandas as pd

    made = {}
    for column in columns:
        values = data[column.name]
        if column.type == "text":
            made[column.name] = pd.Series(values, dtype="object")
        elif column.type == "time":
            made[column.name] = pd.Series(values).astype("datetime64[us]")
        else:
            made[column.name] = pd.Series(values, dtype=_DTYPES[column.type])
    return pd.DataFrame(made)


def plain_rows(columns: Sequence[Column], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return rows as plain data: a missing number is None, a whole number is an int."""
    names = [column.name for column in columns]
    lists = [[_plain(value) for value in np.asarray(data[name]).tolist()] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*lists, strict=True)]


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


class Result:
    """What every table of the library offers: `frame`, `to_dict`, and how it looks in a notebook."""

    __slots__ = ()

    def _columns(self) -> tuple[Column, ...]:
        raise TypeError(f"{type(self).__name__} declares no columns")

    def _data(self) -> Mapping[str, Any]:
        raise TypeError(f"{type(self).__name__} holds no data")

    @property
    def frame(self) -> pd.DataFrame:
        """A data frame, made on asking: the caller's own copy."""
        return make_frame(self._columns(), self._data())

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows as plain data."""
        return plain_rows(self._columns(), self._data())
