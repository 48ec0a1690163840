"""Tables from anywhere: CSV, Excel, Parquet, data frames and plain rows, as columns with known names.

Nothing is guessed and nothing is repaired: a file in another encoding, with another number of columns in a line or
with a formula that was never computed is refused, with its place.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from cpas.errors import FileError, MissingExtraError, did_you_mean
from cpas.io.csv import read_csv
from cpas.io.excel import read_excel
from cpas.io.headers import HELPERS, match_headers
from cpas.tables.given import Given, Sheet
from cpas.tables.given_arrow import arrow_column
from cpas.tables.given_columns import ListColumn

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_table"]

_TEXT: Final = frozenset({".csv", ".tsv", ".txt", ".tab"})
_EXCEL: Final = frozenset({".xlsx", ".xlsm"})
_PARQUET: Final = frozenset({".parquet", ".pq"})


# The first two are also what a stranger would catch.
class _MissingFileError(FileError, FileNotFoundError):
    pass


class _FolderError(FileError, IsADirectoryError):
    pass


def read_table(
    source: Any,
    known: Sequence[str],
    *,
    required: Sequence[str],
    sheet: str | None = None,
    default_sheet: str,
    columns: Mapping[str, str | None] | None = None,
) -> Given:
    """Return a file, a data frame or a list of dicts as a table with known names.

    Parameters
    ----------
    source : path, data frame, or list of dicts
        What to read: CSV (comma, semicolon or tab, UTF-8), Excel, Parquet by the suffix of its name; or any data
        frame that narwhals knows.
    known, required : sequence of str
        Names of columns that may, and that must, occur.
    sheet : str, optional
        The sheet of a workbook; without it `default_sheet`, or the only one with the columns required.
    columns : mapping, optional
        Their header to our name, or to nothing for a column that is not to be read.

    Raises
    ------
    FileError
        If the file is not there, cannot be read as what its name says, or has other columns.

    Examples
    --------
    >>> given = read_table([{"Indicator": "I01", "period": 2025}], ["indicator", "period"], required=["period"],
    ...                    default_sheet="Observations")
    >>> list(given.columns), given.row_word
    (['indicator', 'period'], 'row')
    """
    if isinstance(source, str | os.PathLike):
        opened = _read_file(Path(source), known, sheet=sheet, default_sheet=default_sheet, required=required)
    elif isinstance(source, Sequence) and not len(source):
        # A list without rows has no header that could lack anything.
        opened = Sheet(headers=list(required), columns=[ListColumn(()) for _ in required], length=0)
    else:
        opened = _open_table(source)
    found = match_headers(opened.headers, known, what=opened.what, required=required, columns=columns)
    is_form = HELPERS[0] in {str(header).strip().casefold() for header in opened.headers}
    return opened.named(found, is_form=is_form)


def _read_file(path: Path, known: Sequence[str], *, sheet: str | None, default_sheet: str,
               required: Sequence[str]) -> Sheet:  # fmt: skip
    what = f"File {path.name!r}"
    _refuse_what_is_no_file(path, what)
    suffix = path.suffix.casefold()
    if suffix in _TEXT:
        return read_csv(path, known, what=what)
    if suffix in _EXCEL:
        return read_excel(path, known, what=what, sheet=sheet, default_sheet=default_sheet, required=required)
    if suffix in _PARQUET:
        return _read_parquet(path, what)
    hint = "Save it as .xlsx." if suffix in {".xls", ".xlsb", ".ods"} else "Use .csv, .xlsx or .parquet."
    raise FileError(f"{what} is of a sort that is not read ({suffix or 'no suffix'}). {hint}", path=str(path))


def _refuse_what_is_no_file(path: Path, what: str) -> None:
    try:
        if path.is_dir():
            raise _FolderError(f"{what} is a folder. Give a file in it.", path=str(path))
        with path.open("rb") as file:
            if not file.read(1):
                raise FileError(f"{what} is empty.", path=str(path))
    except FileNotFoundError:
        raise _MissingFileError(f"{what} is not there. Check the name and the folder.", path=str(path)) from None
    except (OSError, ValueError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{what} cannot be opened: {error}.", path=str(path)) from None


def _read_parquet(path: Path, what: str) -> Sheet:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError.named("pyarrow", extra="parquet", why="Reading Parquet") from None
    try:
        names = [field.name for field in pyarrow.parquet.read_schema(path) if _is_text(field.type)]
        return _arrow_sheet(pyarrow.parquet.ParquetFile(path, read_dictionary=names).read(), what)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FileError(f"{what} is not a Parquet file that can be read: {_short(error)}") from None


def _is_text(kind: Any) -> bool:
    """Whether a column holds texts, which are read as codes: most occur many times."""
    import pyarrow.types as types

    return bool(types.is_string(kind) or types.is_large_string(kind))


def _arrow_sheet(table: Any, what: str = "The table") -> Sheet:
    """Return an Arrow table column by column: names may repeat."""
    columns = [arrow_column(column) for column in table.columns]
    return Sheet(headers=table.column_names, columns=columns, length=table.num_rows, what=what)


def _open_table(source: Any) -> Sheet:
    if isinstance(source, Sequence) and all(isinstance(row, Mapping) for row in source):
        return _rows_sheet(source)
    if isinstance(source, Mapping):
        import pandas as pd

        return Sheet.of_frame(pd.DataFrame(source, dtype=object))
    if _is_pandas(source):
        return Sheet.of_frame(source)
    import narwhals as nw

    try:
        frame = nw.from_native(source)
    except TypeError:
        raise FileError(
            f"A table is a path, a data frame or a list of dicts, not {type(source).__name__}."
            f"{did_you_mean(type(source).__name__, ['DataFrame'])}"
        ) from None
    collected = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    try:
        return _arrow_sheet(collected.to_arrow())
    except ModuleNotFoundError:
        raise MissingExtraError.named("pyarrow", extra="engines", why=f"Reading {type(source).__name__}") from None


def _rows_sheet(rows: Sequence[Mapping[Any, Any]]) -> Sheet:
    """Return a list of dicts: a name that a row does not have is a blank cell of it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return Sheet(
        headers=names, columns=[ListColumn([row.get(name) for row in rows]) for name in names], length=len(rows)
    )


def _is_pandas(source: Any) -> TypeGuard[pd.DataFrame]:
    """Whether a table is a pandas frame, without loading pandas: who has one has loaded it."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(source, pandas.DataFrame)


def _short(error: Exception) -> str:
    text = str(error).strip().split("\n")[0]
    return text if len(text) <= 200 else text[:200] + "…"
