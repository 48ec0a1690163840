"""Tables from anywhere: CSV, Excel, Parquet, data frames and plain rows, as one pandas frame with known names.

Nothing is guessed and nothing is repaired: a file in another encoding, with another number of columns in a line or
with a formula that was never computed is refused, with its place.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from cpas.errors import FileError, MissingExtraError, did_you_mean
from cpas.io.csv import read_csv
from cpas.io.excel import read_excel
from cpas.io.headers import HELPERS, match_headers
from cpas.tables.given import Given

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
    >>> given.frame.columns.tolist(), given.row_word
    (['indicator', 'period'], 'row')
    """
    if isinstance(source, str | os.PathLike):
        given = _read_file(Path(source), known, sheet=sheet, default_sheet=default_sheet, required=required)
    else:
        # A list without rows has no header that could lack anything.
        nothing = isinstance(source, Sequence) and not len(source)
        frame = pd.DataFrame(columns=list(required)) if nothing else _to_pandas(source)
        given = Given(frame=frame, what="The table")
    found = match_headers(list(given.frame.columns), known, what=given.what, required=required, columns=columns)
    headers = [str(header).strip().casefold() for header in given.frame.columns]
    frame = given.frame.iloc[:, list(found)]
    frame.columns = pd.Index(list(found.values()), dtype=object)
    by_header = {str(given.frame.columns[position]): name for position, name in found.items()}
    return Given(
        frame=frame,
        what=given.what,
        row_word=given.row_word,
        numbers=given.numbers,
        is_form=HELPERS[0] in headers,
        spoilt=tuple((code, by_header[column], row, why) for code, column, row, why in given.spoilt
                     if column in by_header),
    )  # fmt: skip


def _read_file(path: Path, known: Sequence[str], *, sheet: str | None, default_sheet: str,
               required: Sequence[str]) -> Given:  # fmt: skip
    what = f"File {path.name!r}"
    _refuse_what_is_no_file(path, what)
    suffix = path.suffix.casefold()
    if suffix in _TEXT:
        return read_csv(path, known, what=what)
    if suffix in _EXCEL:
        return read_excel(path, known, what=what, sheet=sheet, default_sheet=default_sheet, required=required)
    if suffix in _PARQUET:
        return Given(frame=_read_parquet(path, what), what=what)
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


def _read_parquet(path: Path, what: str) -> pd.DataFrame:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError.named("pyarrow", extra="parquet", why="Reading Parquet") from None
    try:
        table = pyarrow.parquet.ParquetFile(path).read()
        return _arrow_to_pandas(table)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FileError(f"{what} is not a Parquet file that can be read: {_short(error)}") from None


def _arrow_to_pandas(table: Any) -> pd.DataFrame:
    """Return an Arrow table column by column: names may repeat, and whole numbers stay whole beside missing ones."""
    frame = pd.DataFrame(
        {n: column.to_pandas(integer_object_nulls=True, date_as_object=True) for n, column in enumerate(table.columns)}
    )
    frame.columns = pd.Index(table.column_names, dtype=object)
    return frame


def _to_pandas(source: Any) -> pd.DataFrame:
    if isinstance(source, pd.DataFrame):
        return source
    if isinstance(source, Mapping) or (
        isinstance(source, Sequence) and all(isinstance(row, Mapping) for row in source)
    ):
        return pd.DataFrame(source, dtype=object)
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
        return _arrow_to_pandas(collected.to_arrow())
    except ModuleNotFoundError:
        raise MissingExtraError.named("pyarrow", extra="engines", why=f"Reading {type(source).__name__}") from None


def _short(error: Exception) -> str:
    text = str(error).strip().split("\n")[0]
    return text if len(text) <= 200 else text[:200] + "…"
