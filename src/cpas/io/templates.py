"""The workbook that a section's focal point fills in, and that reads back as observations."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from cpas.choices import MissingReason, ObservationStatus, Sensitivity, words
from cpas.columns import OBSERVATIONS, Column, names
from cpas.errors import FileError, RequestError, did_you_mean
from cpas.io.due_rows import DueRow, due_rows
from cpas.io.excel import load_openpyxl
from cpas.io.headers import HELPERS
from cpas.io.observations import OBSERVATIONS_SHEET
from cpas.io.workbooks import new_workbook, put, save_workbook
from cpas.model import Plan
from cpas.periods import Period, to_period
from cpas.tables.frames import put_after_place
from cpas.tables.observations import Observations
from cpas.tables.trees import place_tree
from cpas.waiting import watched

__all__ = ["template"]

#: Empty rows below the last, for places or groups that the plan does not foresee.
_SPARE: Final = 50
_KEYS: Final = ("indicator", "period", "place")
_GREY: Final = "FFE7E6E6"
_WIDTHS: Final = {"[name]": 40, "note": 30, "text": 30, "source": 20, "indicator": 12}
_READ_ME: Final = """
How to fill in this form

Fill in the sheet Observations: one row for each value. Do not change the grey cells: the library reads them.
value: the number, with a point for decimals (12.5) and nothing else in the cell: no spaces, no % sign.
0: there was none, and that is confirmed.
Status nil: the same as 0, said in words.
Blank: there is no value. Choose a reason: an empty cell is never read as zero.
A row in which nothing was entered is not answered yet: it is counted as such, not as zero and not as missing.
numerator and denominator: for a share or a mean give these two; the value is computed.
text: a description; for a scale choose the name of the level.
unit: the indicator's own. Change it only where the number is in another unit; it is converted where that can be done.
recorded_at: the day on which this was known (2025-07-01). A correction is a new row with a later day.
sensitivity: leave it empty for the indicator's own.
Names of sections and roles only: no names of persons.
The columns in square brackets are there for you to read; they are not read back.
"""


def template(
    plan: Plan,
    period: Period | str,
    *,
    section: str | None = None,
    path: str | os.PathLike[str] | None = None,
    observations: Observations | None = None,
    ceiling: Sensitivity = "internal",
    progress_bar: bool | None = None,
) -> Path:
    """Write the workbook in which a section enters what is due for a period; return its path.

    Parameters
    ----------
    plan : Plan
        Its indicators, places and dimensions make the rows: one per indicator × period of its own frequency × place
        that reports it × group, the member ``unknown`` included.
    period : Period or str
        Values are asked for the periods that end inside it.
    section : str, optional
        Only the indicators with this ``owner``.
    path : path, optional
        Where to write. Without it ``<plan>-<period>-<section>.xlsx`` in the current folder, and a file that is there
        already is not overwritten: somebody may have filled it in.
    observations : Observations, optional
        Shows the value last known beside each row.
    ceiling : str
        The highest sensitivity of a value that is shown.
    progress_bar : bool, optional
        Whether to show how far it is, once it takes a second; at a terminal and in a notebook where not said.

    Raises
    ------
    RequestError
        If the section is not known, or nothing is due.
    FileError
        If the file cannot be written.
    MissingExtraError
        If openpyxl is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from cpas.io.observations import read_observations
    >>> from cpas.model import Indicator
    >>> plan = Plan("p", "t", indicators=[Indicator("I01", "Killed", measures=(), unit="person", kind="flow",
    ...                                             better="lower", owner="Human Rights")])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     form = template(plan, "2025-Q2", section="Human Rights", path=f"{folder}/form.xlsx")
    ...     print(read_observations(form, plan).remarks[0])
    I01: 1 row not answered yet. Enter a value, 0 for none, or a reason such as not_collected. [not_answered]
    """
    openpyxl = load_openpyxl("Making a form")
    when = to_period(period)
    if ceiling not in words(Sensitivity):
        raise RequestError(f"There is no sensitivity {ceiling!r}.{did_you_mean(ceiling, words(Sensitivity))}")
    rows = due_rows(plan, when, section=section, observations=observations, ceiling=ceiling)
    target = _target(plan, when, section, path)
    book = new_workbook(openpyxl, OBSERVATIONS_SHEET)
    form = _Form(openpyxl, plan, rows, book, progress_bar)
    form.write()
    save_workbook(book, target, what=f"File {target.name!r}")
    return target


def _target(plan: Plan, period: Period, section: str | None, path: str | os.PathLike[str] | None) -> Path:
    if path is not None:
        return Path(path)
    # A period such as 2025/26, or a section such as "Civil Affairs / Bor", makes no folder.
    name = re.sub(r"[^\w.-]+", "-", f"{plan.id}-{period}-{section or 'all'}")
    target = Path(f"{name}.xlsx")
    if target.exists():
        raise FileError(
            f"File {target.name!r} is already there, and may have been filled in. Move it, or give path=.",
            path=str(target),
        )
    return target


@attrs.frozen(eq=False)
class _Form:
    """The sheets of one workbook while they are written."""

    openpyxl: Any
    plan: Plan
    rows: Sequence[DueRow]
    book: Any
    progress_bar: bool | None

    @property
    def headers(self) -> tuple[str, ...]:
        """Columns in their order: what is asked, what was last known, and what is to be entered."""
        columns: tuple[Column, ...] = put_after_place(OBSERVATIONS, [d.id for d in self.plan.dimensions])
        known = names(columns)
        entered = known.index("value")
        return (known[0], HELPERS[0], *known[1:entered], *HELPERS[1:], *known[entered:])

    def write(self) -> None:
        """Write the three sheets."""
        lists = self._write_lists()
        self._write_rows()
        self._style()
        self._write_drop_downs(lists)
        self._write_read_me()

    def _write_rows(self) -> None:
        sheet = self.book.active
        for column, header in enumerate(self.headers, start=1):
            put(sheet, 1, column, header)
        for number, row in enumerate(watched(self.rows, "Writing", progress_bar=self.progress_bar), start=2):
            cells = self._cells(row)
            for column, header in enumerate(self.headers, start=1):
                if cells.get(header) not in (None, ""):
                    put(sheet, number, column, cells[header])

    def _cells(self, row: DueRow) -> dict[str, Any]:
        return {
            "indicator": row.indicator.id,
            "[name]": row.indicator.name,
            "period": str(row.period),
            "place": row.place,
            **{d.id: member for d, member in zip(self.plan.dimensions, row.members, strict=True)},
            "[last value]": row.last_value,
            "[last period]": str(row.last_period) if row.last_period else None,
            "unit": row.indicator.unit,
        }

    def _style(self) -> None:
        """Grey and lock what is not to be changed; keep as text what Excel would make a date or a number."""
        styles, sheet = self.openpyxl.styles, self.book.active
        grey = styles.PatternFill("solid", start_color=_GREY, end_color=_GREY)
        bold, unlocked = styles.Font(bold=True), styles.Protection(locked=False)
        types = {column.name: column.type for column in OBSERVATIONS}
        keys = {*_KEYS, *HELPERS, *(d.id for d in self.plan.dimensions)}
        last = len(self.rows) + 1
        for column, header in enumerate(watched(self.headers, "Styling", progress_bar=self.progress_bar), start=1):
            letter = self.openpyxl.utils.get_column_letter(column)
            sheet.column_dimensions[letter].width = _WIDTHS.get(header, 14)
            head = sheet.cell(row=1, column=column)
            head.font, head.fill = bold, grey
            for number in range(2, last + _SPARE + 1):
                cell = sheet.cell(row=number, column=column)
                if header in keys and number <= last:
                    cell.fill = grey
                else:
                    cell.protection = unlocked
                if types.get(header, "text") != "number" and header != "[last value]":
                    cell.number_format = "@"
        sheet.freeze_panes = sheet.cell(row=2, column=3)
        # Against slips, not against people: there is no password.
        sheet.protection.sheet = True
        for allowed in ("formatColumns", "formatRows", "autoFilter", "sort"):
            setattr(sheet.protection, allowed, False)

    # -- drop-downs --------------------------------------------------------------------------------------------

    def _write_lists(self) -> dict[str, str]:
        """Write the words that may be chosen; return the range of each list."""
        sheet = self.book.create_sheet("Lists")
        lists = {
            "status": words(ObservationStatus),
            "reason": words(MissingReason),
            "sensitivity": words(Sensitivity),
            "place": place_tree(self.plan).ids,
            **{d.id: d.vocabulary for d in self.plan.dimensions},
            **{f"levels of {i.id}": i.levels for i in self._ordinals()},
        }
        ranges = {}
        for column, (name, options) in enumerate(lists.items(), start=1):
            for number, word in enumerate((name, *options), start=1):
                put(sheet, number, column, word)
            letter = self.openpyxl.utils.get_column_letter(column)
            ranges[name] = f"Lists!${letter}$2:${letter}${len(options) + 1}"
        return ranges

    def _ordinals(self) -> list[Any]:
        return list(dict.fromkeys(row.indicator for row in self.rows if row.indicator.kind == "ordinal"))

    def _write_drop_downs(self, lists: dict[str, str]) -> None:
        last = len(self.rows) + 1
        for header in ("status", "reason", "sensitivity", "place", *(d.id for d in self.plan.dimensions)):
            self._add_drop_down(lists[header], header, [(2, last + _SPARE)])
        for indicator in self._ordinals():
            here = [(n, n) for n, row in enumerate(self.rows, start=2) if row.indicator == indicator]
            self._add_drop_down(lists[f"levels of {indicator.id}"], "text", here)

    def _add_drop_down(self, area: str, header: str, spans: Sequence[tuple[int, int]]) -> None:
        validation = self.openpyxl.worksheet.datavalidation.DataValidation(
            type="list",
            formula1=f"={area}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=header,
            error="Choose one of the list, or leave the cell empty.",
        )
        letter = self.openpyxl.utils.get_column_letter(self.headers.index(header) + 1)
        for first, last in spans:
            validation.add(f"{letter}{first}:{letter}{last}")
        self.book.active.add_data_validation(validation)

    def _write_read_me(self) -> None:
        sheet = self.book.create_sheet("Read me")
        sheet.column_dimensions["A"].width = 110
        for number, line in enumerate(_READ_ME.strip().split("\n"), start=1):
            put(sheet, number, 1, line)
        sheet.cell(row=1, column=1).font = self.openpyxl.styles.Font(bold=True)
