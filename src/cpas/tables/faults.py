"""Faults of a table: collected by sort, shown as one error, or handed back as the rows that were dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import attrs
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpas.errors import Fault, ObservationError
from cpas.tables.given import Coded, Given

__all__ = ["SHOWN", "FaultLog"]

Rows = NDArray[np.int64]

#: How many faults of each sort an error shows.
SHOWN: Final = 20
#: How many faults of each sort are told in words among the rows that were dropped.
_TOLD: Final = 1000


@attrs.frozen(eq=False)
class _Entry:
    """Rows with one sort of fault in one column."""

    code: str
    column: str
    rows: Rows
    message: Callable[[int], str]


class FaultLog:
    """The faults found in one table so far.

    Examples
    --------
    >>> given = Given(frame=pd.DataFrame({"value": ["x", "1"]}), what="File 'a.csv'")
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
        rows = np.flatnonzero(where)
        if column in self._spoilt:
            rows = rows[~np.isin(rows, list(self._spoilt[column]))]
        if not len(rows):
            return
        self.is_bad[rows] = True
        self._entries.append(_Entry(code, column, rows, message if callable(message) else lambda _: message))

    def add_spoilt(self) -> None:
        """Note the cells that could not be used when the file was opened; no other fault is found in them."""
        for code, column, row, message in self.given.spoilt:
            where = np.zeros(len(self.given), dtype=bool)
            where[row] = True
            self.add(code, column, where, message)
        for _, column, row, _ in self.given.spoilt:
            self._spoilt.setdefault(column, set()).add(row)

    def add_values(
        self,
        code: str,
        column: str,
        coded: Coded,
        problems: Mapping[int, str],
        only: NDArray[np.bool_] | None = None,
    ) -> None:
        """Note a fault in every row that holds one of some values, by the number of the value."""
        if not problems:
            return
        is_wrong = coded.spread(np.isin(np.arange(len(coded.values)), list(problems)), blank=False).astype(bool)
        where = is_wrong if only is None else is_wrong & only
        self.add(code, column, where, lambda row: problems[int(coded.codes[row])])

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
        return ObservationError("\n".join(lines), faults=every, counts=counts, frame=self.frame)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per fault: ``row column code``."""
        numbers = self.given.row_numbers
        rows = [numbers[entry.rows] for entry in self._entries]
        lengths = [len(entry.rows) for entry in self._entries]
        frame = pd.DataFrame(
            {
                "row": np.concatenate(rows) if rows else np.empty(0, dtype=np.int64),
                "column": np.repeat(np.array([entry.column for entry in self._entries], dtype=object), lengths),
                "code": np.repeat(np.array([entry.code for entry in self._entries], dtype=object), lengths),
            }
        )
        return frame.sort_values(["row", "column", "code"], kind="stable", ignore_index=True)

    def dropped(self) -> pd.DataFrame:
        """Return the rows with a fault, as given, with the column ``fault`` beside; the index is their number.

        Each fault has its column and code; the first thousand of each sort have their sentence too.
        """
        rows = np.flatnonzero(self.is_bad)
        frame = self.given.frame.iloc[rows].astype(object)
        said: dict[int, list[str]] = {int(row): [] for row in rows}
        for entry in self._entries:
            for n, row in enumerate(entry.rows.tolist()):
                sentence = f" {entry.message(row)}" if n < _TOLD else ""
                said[row].append(f"{entry.column}:{sentence} [{entry.code}]")
        frame["fault"] = pd.Series([" ".join(said[row]) for row in rows.tolist()], index=frame.index, dtype=object)
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
