"""Columns of Arrow tables: codes and numbers are taken as they are, and no object is made of a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.coded import Coded, code_numbers, without_blanks
from cpas.tables.given_columns import Column, FrameColumn, finite

__all__ = ["ArrowColumn", "arrow_column"]

Index = NDArray[np.int64]
Floats = NDArray[np.float64]


def arrow_column(column: Any) -> Column:
    """Return a column of an Arrow table: text, truths and numbers as they are, days and times through pandas.

    Examples
    --------
    >>> import pyarrow
    >>> arrow_column(pyarrow.chunked_array([["a", None], ["a "]])).coded()
    Coded(values=('a',), codes=array([ 0, -1,  0], dtype=int8))
    """
    import pyarrow.types as types

    content = column.type.value_type if types.is_dictionary(column.type) else column.type
    if any(ask(content) for ask in (types.is_string, types.is_large_string, types.is_boolean, types.is_integer)):
        return ArrowColumn(column)
    if types.is_floating(column.type) or types.is_null(column.type):
        return ArrowColumn(column)
    return FrameColumn(column.to_pandas(integer_object_nulls=True, date_as_object=True))


@attrs.frozen(eq=False)
class ArrowColumn:
    """A column of an Arrow table."""

    #: Chunked, of text, truths or numbers, or of codes for them.
    column: Any

    def coded(self) -> Coded:
        """Return its distinct values; codes keep their type."""
        import pyarrow as pa

        if pa.types.is_floating(self.column.type):
            return code_numbers(self._floats())
        if pa.types.is_null(self.column.type):
            return Coded((), np.broadcast_to(np.int8(-1), len(self.column)))
        coded = self.column if pa.types.is_dictionary(self.column.type) else self.column.dictionary_encode()
        one = coded.unify_dictionaries().combine_chunks()
        one = one.chunk(0) if isinstance(one, pa.ChunkedArray) else one
        codes = one.indices
        if codes.null_count or codes.type == pa.uint64():
            codes = codes.cast(_signed(codes.type), safe=False).fill_null(-1)
        # A dictionary may name what is missing too.
        values = ["" if value is None else value for value in one.dictionary.to_pylist()]
        # To find out which words occur costs a pass: that is worth it only where most cannot.
        few = len(values) <= len(codes)
        return without_blanks(codes.to_numpy(zero_copy_only=False), values, all_used=few)

    def numbers(self) -> Floats | None:
        """Return its numbers, if it is of a type of numbers, and none is infinite."""
        import pyarrow.types as types

        is_number = types.is_floating(self.column.type) or types.is_integer(self.column.type)
        return finite(self._floats()) if is_number else None

    def _floats(self) -> Floats:
        import pyarrow as pa

        numbers = self.column if pa.types.is_floating(self.column.type) else self.column.cast(pa.float64(), safe=False)
        floats: Floats = numbers.to_numpy().astype(np.float64, copy=False)
        return floats

    def take(self, rows: Index) -> ArrowColumn:
        """Return some rows."""
        return ArrowColumn(self.column.take(rows))

    def cells(self, rows: Index) -> Sequence[Any]:
        """Return some cells."""
        found: Sequence[Any] = self.column.take(rows).to_pylist()
        return found


def _signed(kind: Any) -> Any:
    """Return a signed type for codes of a type, so that −1 can stand for no code."""
    import pyarrow as pa

    larger = {pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.int64()}
    return larger.get(kind, kind)
