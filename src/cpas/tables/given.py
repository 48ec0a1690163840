"""A table as it was given: columns by known names, rows by the number its reader sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.tables.coded import Coded
from cpas.tables.given_columns import Column, FrameColumn

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Given", "Sheet"]

Codes = NDArray[np.int64]


def _counted_from_zero(length: int) -> Codes:
    return np.arange(length, dtype=np.int64)


@attrs.frozen(eq=False, kw_only=True)
class Given:
    """A table whose columns have known names and whose content has not been looked at yet."""

    #: Columns by name, all of one length.
    columns: Mapping[str, Column]
    #: How many rows there are.
    length: int
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

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, *, what: str = "The table") -> Given:
        """Return a pandas frame whose columns have known names already."""
        columns = {str(name): FrameColumn(frame.iloc[:, n]) for n, name in enumerate(frame.columns)}
        return cls(columns=columns, length=len(frame), what=what)

    def __len__(self) -> int:
        return self.length

    @cached_property
    def _coded(self) -> dict[str, Coded]:
        """Columns that were asked for, as codes."""
        return {}

    @cached_property
    def _numbers(self) -> dict[str, NDArray[np.float64] | None]:
        """Columns that were asked for, as numbers."""
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
            columns={name: column.take(rows) for name, column in self.columns.items()},
            length=len(rows),
            numbers=lambda _: self.row_numbers[rows],
            spoilt=tuple((code, column, position[row], why) for code, column, row, why in self.spoilt),
        )

    def frame(self, rows: Codes) -> pd.DataFrame:
        """Return some rows as they were given, every cell an object."""
        import pandas as pd

        cells = {name: pd.Series(column.cells(rows), dtype=object) for name, column in self.columns.items()}
        return pd.DataFrame(cells, index=range(len(rows)), columns=pd.Index(list(self.columns), dtype=object))

    @property
    def is_filled(self) -> NDArray[np.bool_]:
        """Which rows have anything in them."""
        filled = np.zeros(len(self), dtype=bool)
        filled[[row for _, _, row, _ in self.spoilt]] = True
        for name in self.columns:
            filled |= self.is_given(name)
            if filled.all():
                break
        return filled

    def without_blank_rows(self) -> Given:
        """Return the rows that have anything in them."""
        filled = self.is_filled
        return self if filled.all() else self.take(np.flatnonzero(filled))

    def column(self, name: str) -> Coded:
        """Return a column; one that is not there is blank throughout."""
        if name not in self._coded:
            blank = Coded((), np.broadcast_to(np.int8(-1), len(self)))
            self._coded[name] = self.columns[name].coded() if name in self.columns else blank
        return self._coded[name]

    def plain_numbers(self, name: str) -> NDArray[np.float64] | None:
        """Return a column that holds nothing but finite numbers and blanks, NaN where blank; else nothing.

        It may be in the room of one number, or shared: read it, never write.
        """
        if name not in self._numbers:
            self._numbers[name] = self.columns[name].numbers() if name in self.columns else None
        return self._numbers[name]

    def is_given(self, name: str) -> NDArray[np.bool_]:
        """Return which rows hold anything in a column."""
        numbers = self.plain_numbers(name)
        found: NDArray[np.bool_] = self.column(name).is_given if numbers is None else ~np.isnan(numbers)
        return found


@attrs.frozen(eq=False, kw_only=True)
class Sheet:
    """A table as it was opened: columns by position, under headers as they stand."""

    #: Names as they stand in the table: any of them may be nobody's, or be there twice.
    headers: Sequence[Any]
    #: One a header.
    columns: Sequence[Column]
    #: How many rows there are.
    length: int
    #: As in `Given`.
    what: str = "The table"
    #: As in `Given`.
    row_word: str = "row"
    #: As in `Given`.
    numbers: Callable[[int], Codes] = field(default=_counted_from_zero, repr=False)
    #: As in `Given`, under the header.
    spoilt: tuple[tuple[str, str, int, str], ...] = ()

    @classmethod
    def of_frame(cls, frame: pd.DataFrame, *, what: str = "The table") -> Sheet:
        """Return a pandas frame."""
        columns = [FrameColumn(frame.iloc[:, n]) for n in range(frame.shape[1])]
        return cls(headers=list(frame.columns), columns=columns, length=len(frame), what=what)

    def named(self, names: Mapping[int, str], *, is_form: bool = False) -> Given:
        """Return the columns that have a known name, by it.

        Parameters
        ----------
        names : mapping
            From the position of a column to its name.
        is_form : bool
            As in `Given`.
        """
        by_header = {str(self.headers[position]): name for position, name in names.items()}
        return Given(
            columns={name: self.columns[position] for position, name in names.items()},
            length=self.length,
            what=self.what,
            row_word=self.row_word,
            numbers=self.numbers,
            is_form=is_form,
            spoilt=tuple(
                (code, by_header[column], row, why) for code, column, row, why in self.spoilt if column in by_header
            ),
        )
