"""Writing Excel workbooks: text stays text, and the same content gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cpas.errors import FileError
from cpas.io.files import write_bytes

__all__ = ["new_workbook", "put", "save_workbook"]

#: Excel and openpyxl cut longer texts off without a word.
_LONGEST_TEXT: Final = 32_767
#: A day for every workbook: the same content gives the same bytes.
_DAY: Final = datetime(2000, 1, 1)
_MODIFIED: Final = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")


def new_workbook(openpyxl: Any, title: str) -> Any:
    """Return an empty workbook with one sheet, made by the library on no day in particular."""
    book = openpyxl.Workbook()
    book.active.title = title
    book.properties.creator = "cpas"
    book.properties.created = book.properties.modified = _DAY
    return book


def put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write a value into a cell and return the cell; a text is never a formula, a date or a number.

    Raises
    ------
    FileError
        If a text is longer than a cell of Excel can hold.
    """
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, float) and float(f"{value:.16g}") != value:
        # openpyxl writes sixteen digits of a number; told the digits itself, it writes them all.
        cell.value = repr(float(value))
        cell.data_type = "n"
        return cell
    if not isinstance(value, str):
        cell.value = value
        return cell
    if len(value) > _LONGEST_TEXT:
        raise FileError(
            f"A text of {len(value):,} characters does not fit into a cell of Excel ({_LONGEST_TEXT:,}): "
            f"{value[:40]!r}… Write CSV or Parquet instead."
        )
    # "=1+1" would be computed and "2025-06" made a date, were the cell not told that it holds text.
    cell.number_format = "@"
    cell.value = value
    cell.data_type = "s"
    if value[:1] in "=+-@":
        cell.quotePrefix = True
    return cell


def save_workbook(book: Any, path: Path, *, what: str) -> None:
    """Save a workbook whole or not at all, with fixed times inside."""
    packed = io.BytesIO()
    book.save(packed)
    fixed = io.BytesIO()
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", content)
            plain = zipfile.ZipInfo(entry.filename, date_time=(2000, 1, 1, 0, 0, 0))
            plain.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(plain, content)
    write_bytes(fixed.getvalue(), path, what=what)
