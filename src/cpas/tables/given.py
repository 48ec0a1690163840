"""A table as it was given: columns by known names, rows by the number its reader sees."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import Any

import attrs
import numpy as np
import pandas as pd
from attrs import field
from numpy.typing import NDArray

__all__ = ["Coded", "Given", "code_column"]

Codes = NDArray[np.int64]

#: Kinds of content whose values are told apart by their hash alone; in others ``True`` would pass for ``1``.
_PLAIN = frozenset({"string", "integer", "floating", "mixed-integer-float", "datetime64", "datetime", "date", "empty"})


@attrs.frozen(eq=False)
class Coded:
    """A column as its distinct values and the number of one for each row; −1 where the cell is blank.

    What is asked of a column is asked once of each distinct value, never row by row.
    """

    #: Distinct values: trimmed text, or whatever the file or frame holds.
    values: tuple[Any, ...]
    #: Number of the value of each row, or −1.
    codes: Codes

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Which rows hold anything."""
        return self.codes >= 0

    def at(self, row: int) -> Any:
        """Return the value of one row, or nothing."""
        code = self.codes[row]
        return self.values[code] if code >= 0 else None

    def take(self, rows: Codes) -> Coded:
        """Return some rows."""
        return Coded(self.values, self.codes[rows])

    def spread(self, of_value: Any, *, blank: Any) -> NDArray[Any]:
        """Return one number per row from one number per value."""
        if not self.values:
            return np.broadcast_to(np.asarray(blank), len(self.codes))
        return np.append(np.asarray(of_value), blank)[self.codes]

    def map(self, read: Callable[[Any], Any], *, blank: Any = None) -> NDArray[np.object_]:
        """Return what `read` makes of each row's value, asking once per distinct value."""
        table = np.empty(len(self.values) + 1, dtype=object)
        table[:-1] = [read(value) for value in self.values]
        table[-1] = blank
        return table[self.codes]


def code_column(column: pd.Series[Any]) -> Coded:
    """Return a column as codes; blank text and whatever pandas takes for missing are blank.

    Examples
    --------
    >>> coded = code_column(pd.Series(["NA", " NA ", "", None], dtype=object))
    >>> coded.values, coded.codes.tolist()
    (('NA',), [0, 0, -1, -1])
    """
    codes: Any
    if isinstance(column.dtype, pd.CategoricalDtype):
        # Codes keep the small type of the column: eleven million of them need not take eight bytes each.
        codes, values = column.cat.codes.to_numpy(), column.cat.categories.tolist()
    elif column.dtype == object and pd.api.types.infer_dtype(column, skipna=True) not in _PLAIN:
        codes, values = _code_mixed(column)
    else:
        codes, found = pd.factorize(column)
        values = list(found.tolist())
    return _without_blanks(np.asarray(codes), values)


def _code_mixed(values: Iterable[Any]) -> tuple[list[int], list[Any]]:
    """Number values of several types one by one, so that ``True``, ``1`` and ``1.0`` stay apart."""
    known: dict[Hashable, int] = {}
    kept: list[Any] = []
    codes = []
    for value in values:
        if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
            codes.append(-1)
            continue
        value = value if isinstance(value, Hashable) else repr(value)
        code = known.setdefault((type(value), value), len(kept))
        if code == len(kept):
            kept.append(value)
        codes.append(code)
    return codes, kept


def _without_blanks(codes: Codes, values: list[Any]) -> Coded:
    """Trim texts, make blank ones missing, and leave out values that no row has."""
    kept = np.zeros(len(values) + 1, dtype=bool)
    kept[codes] = True
    trimmed = [value.strip() if isinstance(value, str) else value for value in values]
    kept[:-1] &= np.array([value != "" for value in trimmed], dtype=bool)
    table = np.where(kept, np.cumsum(kept) - 1, -1)
    table[-1] = -1
    if any(one is not other for one, other in zip(trimmed, values, strict=True)):
        # Texts that differ only by space are one value.
        known: dict[tuple[type, Hashable], int] = {}
        for number in np.flatnonzero(kept[:-1]).tolist():
            kept[number] = (type(trimmed[number]), trimmed[number]) not in known
            table[number] = known.setdefault((type(trimmed[number]), trimmed[number]), len(known))
    found = tuple(value for value, keep in zip(trimmed, kept.tolist(), strict=False) if keep)
    if len(found) == len(values):
        return Coded(found, codes)
    return Coded(found, table.astype(np.min_scalar_type(-len(values) - 1))[codes])


def _counted_from_zero(length: int) -> Codes:
    return np.arange(length, dtype=np.int64)


@attrs.frozen(eq=False, kw_only=True)
class Given:
    """A table whose columns have known names and whose content has not been looked at yet."""

    #: One column per known name, of any type.
    frame: pd.DataFrame
    #: What an error calls it: ``"File 'observed.csv'"``.
    what: str = "The table"
    #: What an error calls a row: ``line`` of a file, ``row`` of a frame.
    row_word: str = "row"
    #: The number of each row as its reader sees it, from the number of rows; called only when one is needed.
    numbers: Callable[[int], Codes] = field(default=_counted_from_zero, repr=False)
    #: Whether it is a form that somebody fills in: a row in which nothing was entered is not answered yet.
    is_form: bool = False
    #: Cells that cannot be used, found while the file was opened: ``(code, column, row, message)``.
    spoilt: tuple[tuple[str, str, int, str], ...] = ()

    def __len__(self) -> int:
        return len(self.frame)

    @cached_property
    def _known(self) -> dict[str, Coded]:
        """Columns that were asked for, as codes."""
        return {}

    @cached_property
    def row_numbers(self) -> Codes:
        """The number of each row as its reader sees it."""
        return self.numbers(len(self))

    @property
    def how_counted(self) -> str:
        """How rows are counted, for the reader of an error."""
        if self.row_word == "line":
            return "Lines are counted as in the file, the header included."
        return "Rows are counted from 0."

    def take(self, rows: Codes) -> Given:
        """Return some rows, which keep their numbers."""
        if len(rows) == len(self):
            return self
        position = {int(row): new for new, row in enumerate(rows)} if self.spoilt else {}
        return attrs.evolve(
            self,
            frame=self.frame.iloc[rows],
            numbers=lambda _: self.row_numbers[rows],
            spoilt=tuple((code, column, position[row], why) for code, column, row, why in self.spoilt),
        )

    @property
    def is_filled(self) -> NDArray[np.bool_]:
        """Which rows have anything in them."""
        filled = np.zeros(len(self), dtype=bool)
        filled[[row for _, _, row, _ in self.spoilt]] = True
        for name in self.frame.columns:
            if not filled.all():
                filled |= self.is_given(str(name))
        return filled

    def without_blank_rows(self) -> Given:
        """Return the rows that have anything in them."""
        return self.take(np.flatnonzero(self.is_filled))

    def column(self, name: str) -> Coded:
        """Return a column; one that is not there is blank throughout."""
        if name not in self._known:
            there = name in self.frame.columns
            blank = Coded((), np.broadcast_to(np.int64(-1), len(self)))
            self._known[name] = code_column(self.frame[name]) if there else blank
        return self._known[name]

    def plain_numbers(self, name: str) -> NDArray[np.float64] | None:
        """Return a column that holds nothing but finite numbers and blanks, NaN where blank; else nothing."""
        if name not in self.frame.columns:
            return None
        column = self.frame[name]
        if not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "fiu":
            return None
        numbers = column.to_numpy(dtype=np.float64)
        return None if np.isinf(numbers).any() else numbers + 0.0  # no minus zero

    def is_given(self, name: str) -> NDArray[np.bool_]:
        """Return which rows hold anything in a column."""
        numbers = self.plain_numbers(name)
        found: NDArray[np.bool_] = self.column(name).is_given if numbers is None else ~np.isnan(numbers)
        return found
