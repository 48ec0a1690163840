"""Columns of a table as it was given: text of a file, objects, or a column of a data frame, each read in its own way.

Each can say its distinct values with codes, its numbers where it holds nothing else, and the cells of some rows as
they were given. Which library a column comes from is known here and in ``given_arrow``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.coded import Coded, code_values, without_blanks
from cpas.tables.pieces import pieces

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Column", "FrameColumn", "ListColumn", "TextColumn"]

Index = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Kinds of content whose values are told apart by their hash alone; in others ``True`` would pass for ``1``.
_PLAIN = frozenset({"string", "integer", "floating", "mixed-integer-float", "datetime64", "datetime", "date", "empty"})


class Column(Protocol):
    """A column of any table."""

    def coded(self) -> Coded:
        """Return its distinct values, and the number of one for each row."""
        ...

    def numbers(self) -> Floats | None:
        """Return its numbers, NaN where blank, if it holds nothing but finite numbers; else nothing."""
        ...

    def take(self, rows: Index) -> Column:
        """Return some rows."""
        ...

    def cells(self, rows: Index) -> Sequence[Any]:
        """Return the cells of some rows, as they were given."""
        ...


@attrs.frozen(eq=False)
class TextColumn:
    """Texts of a file by number: each distinct one is kept once."""

    #: Distinct texts, as they stand in the file; each occurs.
    texts: Sequence[str]
    #: Number of the text of each row.
    codes: NDArray[np.int32]

    def coded(self) -> Coded:
        """Return its distinct texts, trimmed."""
        return without_blanks(self.codes, self.texts, all_used=True)

    def numbers(self) -> None:
        """Return nothing: what a text says is for the checks to find out."""

    def take(self, rows: Index) -> ListColumn:
        """Return some rows."""
        return ListColumn(self.cells(rows))

    def cells(self, rows: Index) -> Sequence[str]:
        """Return some texts."""
        return [self.texts[code] for code in self.codes[rows].tolist()]


@attrs.frozen(eq=False)
class ListColumn:
    """Objects of any type."""

    #: One a row.
    values: Sequence[Any]

    def coded(self) -> Coded:
        """Return its distinct values."""
        return code_values(self.values)

    def numbers(self) -> None:
        """Return nothing: the type of each value must be looked at."""

    def take(self, rows: Index) -> ListColumn:
        """Return some rows."""
        return ListColumn(self.cells(rows))

    def cells(self, rows: Index) -> Sequence[Any]:
        """Return some values."""
        return [self.values[row] for row in rows.tolist()]


@attrs.frozen(eq=False)
class FrameColumn:
    """A column of a pandas frame."""

    #: Of any type.
    series: pd.Series[Any]

    def coded(self) -> Coded:
        """Return its distinct values; codes of a categorical keep their small type."""
        import pandas as pd

        dtype = self.series.dtype
        if isinstance(dtype, pd.CategoricalDtype):
            # To find out which categories occur costs a pass: that is worth it only where most cannot.
            few = len(dtype.categories) <= len(self.series)
            return without_blanks(_codes_of(self.series.array), dtype.categories.tolist(), all_used=few)
        if (
            isinstance(dtype, np.dtype)
            and dtype.kind == "O"
            and pd.api.types.infer_dtype(self.series, skipna=True) not in _PLAIN
        ):
            return code_values(self.series)
        codes, values = pd.factorize(self.series)
        return without_blanks(codes, values.tolist(), all_used=True)

    def numbers(self) -> Floats | None:
        """Return its numbers, if it is of a type of numbers, and none is infinite."""
        dtype = self.series.dtype
        if not isinstance(dtype, np.dtype) or dtype.kind not in "fiu":
            return None
        return finite(np.ascontiguousarray(self.series.to_numpy(dtype=np.float64)))

    def take(self, rows: Index) -> FrameColumn:
        """Return some rows."""
        return FrameColumn(self.series.iloc[rows])

    def cells(self, rows: Index) -> Sequence[Any]:
        """Return some cells."""
        found: Sequence[Any] = self.series.iloc[rows].astype(object).tolist()
        return found


def _codes_of(values: Any) -> NDArray[Any]:
    """Return the codes of a categorical as it holds them; `Series.cat.codes` is a copy."""
    codes: NDArray[Any] = values.codes
    return codes


def finite(numbers: Floats) -> Floats | None:
    """Return numbers to read and not to write, if none is infinite; in the room of one if all are missing.

    Examples
    --------
    >>> finite(np.array([0.5, np.nan])).tolist(), finite(np.array([np.inf])), finite(np.full(9, np.nan)).strides
    ([0.5, nan], None, (0,))
    """
    if any(np.isinf(numbers[piece]).any() for piece in pieces(len(numbers))):
        return None
    if len(numbers) and all(np.isnan(numbers[piece]).all() for piece in pieces(len(numbers))):
        return np.broadcast_to(np.float64(np.nan), len(numbers))
    seen = numbers.view()
    seen.flags.writeable = False
    return seen
