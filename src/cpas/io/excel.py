"""Excel workbooks: the sheet with the data, cells as they are typed; what Excel has made of a cell is told.

A blank cell inside merged cells, or a formula that was never computed, would pass for an answer that nobody gave:
both are refused.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from cpas.errors import FileError, MissingExtraError, did_you_mean
from cpas.io.headers import header_score
from cpas.tables.given import Sheet
from cpas.tables.given_columns import ListColumn

__all__ = ["load_openpyxl", "read_excel"]

#: A workbook that unpacks to more is refused before it is opened.
_MOST_UNPACKED: Final = 2_000_000_000
_MOST_COLUMNS: Final = 2_000


def load_openpyxl(why: str) -> Any:
    """Return openpyxl, or say how to install it."""
    try:
        import openpyxl
    except ImportError:
        raise MissingExtraError.named("openpyxl", extra="excel", why=why) from None
    return openpyxl


def read_excel(
    path: Path, known: Sequence[str], *, what: str, sheet: str | None, default_sheet: str, required: Sequence[str]
) -> Sheet:
    """Return the data sheet of a workbook as a table.

    Raises
    ------
    FileError
        If it is no workbook, has no such sheet, no header, or merged cells in its data.
    """
    openpyxl = load_openpyxl("Reading Excel")
    book = _open(openpyxl, path, what)
    chosen = _choose(book, known, what=what, sheet=sheet, default_sheet=default_sheet, required=required)
    cells = [list(row) for row in chosen.iter_rows()]
    top = next((n for n, row in enumerate(cells) if any(_is_there(cell.value) for cell in row)), None)
    if top is None:
        raise FileError(f"{what} has nothing in sheet {chosen.title!r}.", sheet=chosen.title)
    width = _width(cells, what)
    _refuse_merged(chosen, top, width, what)
    headers = ["" if cell.value is None else str(cell.value).strip() for cell in cells[top][:width]]
    computed = _computed(openpyxl, path, chosen.title, cells[top + 1 :], what)
    return _as_given(cells[top + 1 :], headers, computed, first=top + 2, what=what)


def _open(openpyxl: Any, path: Path, what: str, *, data_only: bool = False) -> Any:
    import zipfile

    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(entry.file_size for entry in packed.infolist())
        if size > _MOST_UNPACKED:
            raise FileError(f"{what} unpacks to {size / 1e9:.1f} GB: it is too large. Save it as CSV or Parquet.")
        with warnings.catch_warnings():
            # openpyxl warns of what it does not keep (slicers, styles), which nobody reads here.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, data_only=data_only)
    except FileError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part of the file runs into
        raise FileError(
            f"{what} is not an Excel workbook that can be read ({type(error).__name__}). "
            "Open it in Excel and save it as .xlsx, or save the sheet as 'CSV UTF-8'."
        ) from None


def _choose(
    book: Any, known: Sequence[str], *, what: str, sheet: str | None, default_sheet: str, required: Sequence[str]
) -> Any:
    """Return the sheet asked for, else the one with the usual name, else the only one with the right header."""
    by_name = {one.title.casefold(): one for one in book.worksheets}
    names = [one.title for one in book.worksheets]
    if sheet is not None:
        if sheet.casefold() in by_name:
            return by_name[sheet.casefold()]
        raise FileError(
            f"{what} has no sheet {sheet!r}.{did_you_mean(sheet, names)} It has: {', '.join(names)}.", sheet=sheet
        )
    if default_sheet.casefold() in by_name:
        return by_name[default_sheet.casefold()]
    if len(book.worksheets) == 1:
        return book.worksheets[0]
    fit = [one for one in book.worksheets if header_score(_first_row(one), required) == len(required)]
    if len(fit) == 1:
        return fit[0]
    raise FileError(
        f"{what} has {len(names)} sheets, and which holds the data cannot be told: {', '.join(names)}. "
        f"Give sheet=, or call the sheet {default_sheet!r}.",
        sheets=tuple(names),
    )


def _first_row(sheet: Any) -> list[str]:
    for row in sheet.iter_rows(max_row=50, values_only=True):
        if any(_is_there(value) for value in row):
            return [str(value) for value in row if value is not None]
    return []


def _is_there(value: Any) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


def _width(cells: list[list[Any]], what: str) -> int:
    width = max((n + 1 for row in cells for n, cell in enumerate(row) if _is_there(cell.value)), default=0)
    if width > _MOST_COLUMNS:
        raise FileError(f"{what} has {width:,} columns: it is no table of observations.")
    return width


def _refuse_merged(sheet: Any, top: int, width: int, what: str) -> None:
    merged = [str(area) for area in sheet.merged_cells.ranges if area.max_row > top and area.min_col <= width]
    if merged:
        raise FileError(
            f"{what} has merged cells in sheet {sheet.title!r}: {', '.join(sorted(merged)[:10])}"
            f"{' …' if len(merged) > 10 else ''}. All but one cell of each are blank: unmerge them, fill in each row.",
            merged=tuple(merged),
        )


def _computed(openpyxl: Any, path: Path, title: str, rows: list[list[Any]], what: str) -> Any:
    """Return the sheet with the values that Excel computed, where it has formulas at all."""
    if any(cell.data_type == "f" for row in rows for cell in row):
        return _open(openpyxl, path, what, data_only=True)[title]
    return None


def _as_given(rows: list[list[Any]], headers: list[str], computed: Any, *, first: int, what: str) -> Sheet:
    spoilt: list[tuple[str, str, int, str]] = []
    columns: list[list[Any]] = [[] for _ in headers]
    for number, row in enumerate(rows):
        for column, header in enumerate(headers):
            cell = row[column] if column < len(row) else None
            value, problem = _value(cell, header, computed) if cell is not None else (None, None)
            columns[column].append(value)
            if problem:
                spoilt.append((*problem[:1], header, number, problem[1]))
    return Sheet(
        headers=headers,
        columns=[ListColumn(values) for values in columns],
        length=len(rows),
        what=what,
        row_word="line",
        numbers=lambda length: np.arange(length, dtype=np.int64) + first,
        spoilt=tuple(spoilt),
    )


def _value(cell: Any, header: str, computed: Any) -> tuple[Any, tuple[str, str] | None]:
    """Return what a cell holds, and what is wrong with that."""
    value, kind = cell.value, cell.data_type
    if kind == "f":
        cell = computed[cell.coordinate]
        value, kind = cell.value, cell.data_type
        if value is None:
            return None, ("formula_not_computed", f"Cell {cell.coordinate} is a formula that was never computed. "
                          "Open the file in Excel and save it, or put the value in its place.")  # fmt: skip
    if kind == "e":
        return None, ("error_in_cell", f"Cell {cell.coordinate} shows the error {value}. Mend it, or leave it empty.")
    if header.casefold() == "period" and isinstance(value, date | datetime) and not _shows_a_day(cell):
        return None, (
            "period_made_a_date",
            f"Excel has made a date of cell {cell.coordinate} ({value:%Y-%m-%d}, shown as {cell.number_format!r}). "
            f"Format the cell as text and write the period again: {value:%Y-%m}.",
        )
    return value, None


def _shows_a_day(cell: Any) -> bool:
    return "d" in str(cell.number_format).casefold()
