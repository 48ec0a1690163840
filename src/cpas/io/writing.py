"""Tables to files: CSV, Excel and Parquet, such that reading them gives the same table back."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cpas.columns import Column
from cpas.errors import FileError, MissingExtraError, did_you_mean
from cpas.io.excel import load_openpyxl
from cpas.io.files import write_bytes
from cpas.io.workbooks import new_workbook, put, save_workbook
from cpas.tables.readings import is_end_of_day

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["write_table", "written_time"]

#: Rows of a sheet, the header among them.
_MOST_ROWS: Final = 1_048_576


def write_table(frame: pd.DataFrame, columns: Sequence[Column], path: str | os.PathLike[str], *, sheet: str) -> None:
    """Write a table to a file of the sort that the suffix of its name says.

    Raises
    ------
    FileError
        If the suffix is none of ``.csv``, ``.xlsx``, ``.parquet``, the table does not fit into a sheet of Excel, or
        the file cannot be written.
    """
    target = Path(path)
    what = f"File {target.name!r}"
    write = _WRITERS.get(target.suffix.casefold())
    if write is None:
        near = did_you_mean(target.suffix, _WRITERS)
        raise FileError(f"{what} is of a sort that is not written.{near} Use {', '.join(_WRITERS)}.", path=str(path))
    write(frame, columns, target, what, sheet)


def written_time(value: Any) -> str | None:
    """Return a time as text, and the end of a day as the day alone, which reads back as its end.

    Examples
    --------
    >>> import pandas as pd
    >>> written_time(pd.Timestamp("2025-07-01T23:59:59.999999")), written_time(pd.Timestamp("2025-07-01T14:30"))
    ('2025-07-01', '2025-07-01T14:30:00')
    """
    if value is None or value != value:  # a time that is missing is not itself
        return None
    return str(value.date().isoformat() if is_end_of_day(value) else value.isoformat())


def written_number(value: float) -> str:
    """Return a number as the shortest text that reads back as the same, a whole one without a point.

    Examples
    --------
    >>> written_number(3.0), written_number(0.1), written_number(1e300), written_number(float("nan"))
    ('3', '0.1', '1e+300', '')
    """
    if np.isnan(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))


def _as_text(column: Column, values: pd.Series[Any]) -> Any:
    if column.type == "number":
        return [written_number(value) for value in values.tolist()]
    if column.type == "time":
        return [written_time(value) for value in values.tolist()]
    return values


def _write_csv(frame: pd.DataFrame, columns: Sequence[Column], path: Path, what: str, sheet: str) -> None:
    import pandas as pd

    texts = pd.DataFrame({c.name: pd.Series(_as_text(c, frame[c.name]), dtype=object) for c in columns})
    stream = io.StringIO(newline="")
    texts.to_csv(stream, index=False, lineterminator="\n")
    write_bytes(stream.getvalue().encode("utf-8"), path, what=what)


def _write_excel(frame: pd.DataFrame, columns: Sequence[Column], path: Path, what: str, sheet: str) -> None:
    if len(frame) >= _MOST_ROWS:
        raise FileError(f"{len(frame):,} rows do not fit into a sheet of Excel. Write CSV or Parquet instead.")
    book = new_workbook(load_openpyxl("Writing Excel"), sheet)
    for number, column in enumerate(columns, start=1):
        put(book.active, 1, number, column.name)
        for row, value in enumerate(frame[column.name].tolist(), start=2):
            shown = written_time(value) if column.type == "time" else value
            if shown is not None and shown == shown:
                put(book.active, row, number, shown)
    save_workbook(book, path, what=what)


def _write_parquet(frame: pd.DataFrame, columns: Sequence[Column], path: Path, what: str, sheet: str) -> None:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError.named("pyarrow", extra="parquet", why="Writing Parquet") from None
    types = {"number": pyarrow.float64(), "time": pyarrow.timestamp("us")}
    schema = pyarrow.schema([(c.name, types.get(c.type, pyarrow.string())) for c in columns])
    stream = io.BytesIO()
    table = pyarrow.Table.from_pandas(frame, schema=schema, preserve_index=False)
    pyarrow.parquet.write_table(table.replace_schema_metadata(None), stream)
    write_bytes(stream.getvalue(), path, what=what)


_WRITERS: Final[dict[str, Callable[[pd.DataFrame, Sequence[Column], Path, str, str], None]]] = {
    ".csv": _write_csv,
    ".xlsx": _write_excel,
    ".parquet": _write_parquet,
}
