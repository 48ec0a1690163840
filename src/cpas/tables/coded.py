"""A column as its distinct values and a number for each row: what is asked of a column is asked once of each value."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.pieces import looked_up
from cpas.tables.rows import is_blank, pick_rows

__all__ = ["Coded", "code_numbers", "code_values", "without_blanks"]

#: Codes of any signed type.
Codes = NDArray[Any]
Floats = NDArray[np.float64]


@attrs.frozen(eq=False)
class Coded:
    """A column as its distinct values and the number of one for each row; −1 where the cell is blank."""

    #: Distinct values: trimmed text, or whatever the file or frame holds.
    values: tuple[Any, ...]
    #: Number of the value of each row, or −1.
    codes: Codes

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Which rows hold anything."""
        if not self.values:
            return np.broadcast_to(np.False_, len(self.codes))
        found: NDArray[np.bool_] = self.codes >= 0
        return found

    def at(self, row: int) -> Any:
        """Return the value of one row, or nothing."""
        code = self.codes[row]
        return self.values[code] if code >= 0 else None

    def take(self, rows: NDArray[np.int64]) -> Coded:
        """Return some rows."""
        return Coded(self.values, pick_rows(self.codes, rows))

    def spread(self, of_value: Any, *, blank: Any) -> NDArray[Any]:
        """Return one number per row from one number per value; codes that stand for themselves are not copied.

        Examples
        --------
        >>> coded = Coded(("a", "b"), np.array([1, -1, 0]))
        >>> coded.spread([5.0, 7.0], blank=0.0).tolist(), coded.spread(np.arange(2), blank=-1) is coded.codes
        ([7.0, 0.0, 5.0], True)
        """
        table = np.append(np.asarray(of_value), blank) if self.values else np.asarray([blank])
        if (table == table[0]).all():
            return np.broadcast_to(table[0], len(self.codes))
        if table.dtype.kind == "i" and table[-1] == -1 and np.array_equal(table[:-1], np.arange(len(table) - 1)):
            return self.codes.astype(table.dtype, copy=False)
        return looked_up(table, self.codes)

    def map(self, read: Callable[[Any], Any], *, blank: Any = None) -> NDArray[np.object_]:
        """Return what `read` makes of each row's value, asking once per distinct value."""
        table = np.empty(len(self.values) + 1, dtype=object)
        table[:-1] = [read(value) for value in self.values]
        table[-1] = blank
        return table[self.codes]


def code_values(values: Iterable[Any]) -> Coded:
    """Return any values as codes; blank text and whatever says that it is missing are blank.

    Examples
    --------
    >>> coded = code_values(["NA", " NA ", "", None, 1, True])
    >>> coded.values, coded.codes.tolist()
    (('NA', 1, True), [0, 0, -1, -1, 1, 2])
    """
    # Told apart by type too: in a table of hashes True would pass for 1.
    known: dict[tuple[type, Hashable], int] = {}
    codes = []
    for value in values:
        key = value if isinstance(value, Hashable) else repr(value)
        codes.append(-1 if _is_missing(value) else known.setdefault((type(key), key), len(known)))
    return without_blanks(np.array(codes, dtype=np.int64), [value for _, value in known])


def _is_missing(value: Any) -> bool:
    """Whether a value stands for none: None, not a number, and what pandas and numpy have for a time or a thing."""
    if value is None or isinstance(value, float | np.floating):
        return value is None or math.isnan(value)
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return type(value).__name__ in ("NAType", "NaTType")


def code_numbers(numbers: Floats) -> Coded:
    """Return numbers as codes, NaN as blank.

    Examples
    --------
    >>> code_numbers(np.array([2.5, np.nan, 2.5])).codes.tolist()
    [0, -1, 0]
    """
    if is_blank(numbers):
        return Coded((), np.broadcast_to(np.int64(-1), len(numbers)))
    given = np.flatnonzero(~np.isnan(numbers))
    codes = np.full(len(numbers), -1, dtype=np.int64)
    found, codes[given] = np.unique(numbers[given], return_inverse=True)
    return Coded(tuple(found.tolist()), codes)


def without_blanks(codes: Codes, values: Sequence[Any], *, all_used: bool = False) -> Coded:
    """Return a column with its texts trimmed, blank ones missing, and without values that no row has.

    Parameters
    ----------
    codes : array
        Number of the value of each row, or −1.
    values : sequence
        Distinct.
    all_used : bool
        Whether every value is known to occur.

    Examples
    --------
    >>> coded = without_blanks(np.array([0, 1, 2, 3]), ["x", " ", "x ", "y"])
    >>> coded.values, coded.codes.tolist()
    (('x', 'y'), [0, -1, 0, 1])
    """
    if set(map(type, values)) == {str}:
        trimmed = list(map(str.strip, values))
    else:
        trimmed = [value.strip() if isinstance(value, str) else value for value in values]
    if all_used and "" not in trimmed and trimmed == list(values):
        return Coded(tuple(values), codes)
    kept = np.full(len(values) + 1, all_used)
    if not all_used:
        kept[codes] = True
    kept[:-1] &= np.array([value != "" for value in trimmed], dtype=bool)
    table = np.where(kept, np.cumsum(kept) - 1, -1)
    table[-1] = -1
    if trimmed != list(values):
        # Texts that differ only by space are one value.
        known: dict[tuple[type, Hashable], int] = {}
        for number in np.flatnonzero(kept[:-1]).tolist():
            kept[number] = (type(trimmed[number]), trimmed[number]) not in known
            table[number] = known.setdefault((type(trimmed[number]), trimmed[number]), len(known))
    found = tuple(value for value, keep in zip(trimmed, kept.tolist(), strict=False) if keep)
    if len(found) == len(values):
        return Coded(found, codes)
    table = table.astype(np.min_scalar_type(-len(values) - 1))
    return Coded(found, looked_up(table, codes) if found else np.broadcast_to(table.dtype.type(-1), len(codes)))
