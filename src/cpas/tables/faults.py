"""Faults of a table: collected by sort, shown as one error, or handed back as the rows that were dropped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import Fault, ObservationError
from cpas.tables.coded import Coded
from cpas.tables.given import Given
from cpas.tables.pieces import rows_where

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SHOWN", "FaultLog"]

Rows = NDArray[np.int64]

#: How many faults of each sort an error shows.
SHOWN: Final = 20
#: How many faults of each sort are told in words among the rows that were dropped.
_TOLD: Final = 1000


class Problems(Collection[int], Protocol):
    """What is wrong with some of the values of a column, by the number of the value."""

    def __getitem__(self, number: int, /) -> str:
        """Return what is wrong with one value."""
        ...


@attrs.frozen(eq=False)
class _Entry:
    """Rows with one sort of fault in one column."""

    code: str
    column: str
    rows: Rows
    message: Callable[[int], str]


@attrs.frozen(eq=False)
class FaultPlaces:
    """Where the faults of a table are: every one of them, for `ObservationError.frame`."""

    #: Column, code, and numbers of the rows as their reader sees them, of each sort of fault in a column.
    entries: Sequence[tuple[str, str, Rows]]

    @property
    def frame(self) -> pd.DataFrame:
        """One row per fault: ``row column code``, by row, then column and code; made on asking."""
        import pandas as pd

        entries = sorted(self.entries, key=lambda entry: entry[:2])
        lengths = [len(rows) for _, _, rows in entries]
        row = np.concatenate([np.empty(0, dtype=np.int64), *(rows for _, _, rows in entries)])
        order = np.argsort(row, kind="stable")
        words = (np.repeat(np.array([entry[n] for entry in entries], dtype=object), lengths)[order] for n in (0, 1))
        return pd.DataFrame({"row": row[order], **dict(zip(("column", "code"), words, strict=True))})


class FaultLog:
    """The faults found in one table so far.

    Examples
    --------
    >>> import pandas as pd
    >>> given = Given.of_frame(pd.DataFrame({"value": ["x", "1"]}), what="File 'a.csv'")
    >>> log = FaultLog(given)
    >>> log.add("unreadable_number", "value", np.array([True, False]), "'x' is not a number.")
    >>> print(log.error())
    File 'a.csv' has 1 fault in 1 of 2 rows. Rows are counted from 0.
    unreadable_number (1):
      - row 0, column value: 'x' is not a number.
    Mend the row, or read with on_fault='drop' to go on without it.
    """

    def __init__(self, given: Given) -> None:
        self.given = given
        self.is_bad: NDArray[np.bool_] = np.zeros(len(given), dtype=bool)
        self._entries: list[_Entry] = []
        self._spoilt: dict[str, set[int]] = {}

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, code: str, column: str, where: NDArray[np.bool_], message: str | Callable[[int], str]) -> None:
        """Note a fault in the rows where `where` is true; a message may be made from the row's position."""
        self.add_rows(code, column, np.flatnonzero(where), message)

    def add_rows(self, code: str, column: str, rows: Rows, message: str | Callable[[int], str]) -> None:
        """Note a fault in some rows, rising; a message may be made from the row's position."""
        if column in self._spoilt:
            rows = rows[~np.isin(rows, list(self._spoilt[column]))]
        if not len(rows):
            return
        self.is_bad[rows] = True
        self._entries.append(_Entry(code, column, rows, message if callable(message) else lambda _: message))

    def usable(self, rows: Rows) -> Rows:
        """Return the rows in which no fault was found so far."""
        return rows[~self.is_bad[rows]] if self else rows

    def add_spoilt(self) -> None:
        """Note the cells that could not be used when the file was opened; no other fault is found in them."""
        for code, column, row, message in self.given.spoilt:
            self.add_rows(code, column, np.array([row]), message)
        for _, column, row, _ in self.given.spoilt:
            self._spoilt.setdefault(column, set()).add(row)

    def add_values(
        self,
        code: str,
        column: str,
        coded: Coded,
        problems: Problems,
        only: Callable[[Rows], NDArray[np.bool_]] | None = None,
    ) -> None:
        """Note a fault in every row that holds one of some values, by the number of the value.

        `only` is asked which of the rows matter.
        """
        if not problems:
            return
        wrong = np.zeros(len(coded.values) + 1, dtype=bool)
        wrong[list(problems)] = True
        rows = rows_where(lambda codes: wrong.take(codes, mode="wrap"), coded.codes)
        self.add_rows(code, column, rows if only is None else rows[only(rows)],
                      lambda row: problems[int(coded.codes[row])])  # fmt: skip

    @property
    def counts(self) -> dict[str, int]:
        """How many faults there are of each sort, in the order of the alphabet."""
        counts: dict[str, int] = {}
        for entry in self._entries:
            counts[entry.code] = counts.get(entry.code, 0) + len(entry.rows)
        return dict(sorted(counts.items()))

    def error(self) -> ObservationError:
        """Return all faults as one error: the first twenty of each sort are shown, all are in its ``frame``.

        Its fields: ``faults`` (those shown), ``counts`` (by sort), ``frame`` (one row per fault: ``row column
        code``).
        """
        counts = self.counts
        shown = {code: tuple(self._first(code)) for code in counts}
        lines = [self._headline(sum(counts.values()))]
        for code, faults in shown.items():
            more = counts[code] - len(faults)
            lines.append(f"{code} ({counts[code]}{f'; the first {len(faults)}' if more else ''}):")
            lines += [f"  - {fault}" for fault in faults]
            lines += [f"  … and {more} more."] if more else []
        one = int(self.is_bad.sum()) == 1
        lines.append(
            f"Mend the {self.given.row_word}{'' if one else 's'}, or read with on_fault='drop' to go on without "
            f"{'it' if one else 'them'}."
        )
        every = tuple(fault for faults in shown.values() for fault in faults)
        return ObservationError("\n".join(lines), faults=every, counts=counts, places=self._places())

    def _places(self) -> FaultPlaces:
        numbers = self.given.row_numbers
        return FaultPlaces([(entry.column, entry.code, numbers[entry.rows]) for entry in self._entries])

    def dropped(self) -> pd.DataFrame:
        """Return the rows with a fault, as given, with the column ``fault`` beside; the index is their number.

        Each fault has its column and code; the first thousand of each sort have their sentence too.
        """
        import pandas as pd

        rows = np.flatnonzero(self.is_bad)
        frame = self.given.frame(rows)
        said = np.full(len(rows), "", dtype=object)
        for entry in self._entries:
            here = np.searchsorted(rows, entry.rows)
            says = np.full(len(here), f" {entry.column}: [{entry.code}]", dtype=object)
            says[:_TOLD] = [
                f" {entry.column}: {entry.message(row)} [{entry.code}]" for row in entry.rows[:_TOLD].tolist()
            ]
            said[here] += says
        frame["fault"] = pd.Series([one[1:] for one in said.tolist()], index=frame.index, dtype=object)
        frame.index = pd.Index(self.given.row_numbers[rows], name=self.given.row_word)
        return frame

    def _headline(self, count: int) -> str:
        faults = "1 fault" if count == 1 else f"{count} faults"
        return (
            f"{self.given.what} has {faults} in {int(self.is_bad.sum())} of {len(self.given)} "
            f"{self.given.row_word}s. {self.given.how_counted}"
        )

    def _first(self, code: str) -> Iterator[Fault]:
        """Yield the first faults of one sort, by row."""
        entries = [entry for entry in self._entries if entry.code == code]
        heads = [(int(row), entry.column, entry) for entry in entries for row in entry.rows[:SHOWN]]
        for row, column, entry in sorted(heads, key=lambda head: head[:2])[:SHOWN]:
            number = int(self.given.row_numbers[row])
            if self.given.row_word == "line":
                yield Fault(f"column {column}", entry.message(row), code, number)
            else:
                yield Fault(f"{self.given.row_word} {number}, column {column}", entry.message(row), code)
