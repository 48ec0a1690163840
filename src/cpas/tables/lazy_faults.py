"""Faults of a table that is read a piece at a time: counts by sort, and the first few with what their row is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from cpas.errors import Fault, ObservationError
from cpas.tables.faults import SHOWN
from cpas.tables.given import Given

__all__ = ["LazyFaults"]

#: What a message says of the number of another row.
_ROW: Final = re.compile(r" \(the first is row \d+\)|(?<=the same as) row \d+")

#: Columns that are not what a row is about.
_SAYS: Final = frozenset(
    [
        *("value", "numerator", "denominator", "low", "high", "text", "unit", "status"),
        *("reason", "sensitivity", "source", "recorded_at", "note"),
    ]
)


class LazyFaults:
    """The faults found so far; rows have no numbers where they lie, so each is named by its keys.

    Examples
    --------
    >>> faults = LazyFaults("The table")
    >>> bool(faults)
    False
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self._counts: dict[str, int] = {}
        self._shown: dict[str, list[Fault]] = {}
        self._samples: list[dict[str, Any]] = []

    def __bool__(self) -> bool:
        return bool(self._counts)

    def knows(self, *codes: str) -> bool:
        """Whether there are faults of some sort."""
        return any(code in self._counts for code in codes)

    def add(self, error: ObservationError, given: Given) -> None:
        """Note what was wrong with a piece of the table."""
        for code, count in error.counts.items():
            self._counts[code] = self._counts.get(code, 0) + count
        for code in error.counts:
            mine = error.frame[error.frame["code"] == code]
            told = [fault for fault in error.faults if fault.code == code]
            shown = self._shown.setdefault(code, [])
            for (row, column), fault in zip(mine[["row", "column"]].to_numpy().tolist(), told, strict=False):
                if len(shown) < SHOWN:
                    keys = dict(_keys(given, row))
                    where = ", ".join(f"{name} {value}" for name, value in keys.items())
                    message = _ROW.sub(lambda found: " another" if found[0].startswith(" row") else "", fault.message)
                    shown.append(Fault(f"{where or 'a row'}, column {column}", message, code))
                    self._samples.append({**keys, "column": column, "code": code})

    def set_count(self, code: str, count: int) -> None:
        """Say how many there are of a sort of which only samples were looked at."""
        self._counts[code] = count

    def error(self) -> ObservationError:
        """Return all faults as one error.

        Its fields: ``faults`` (those shown), ``counts`` (by sort), ``frame`` (those shown: what the row is about,
        ``column code``).
        """
        import pandas as pd

        total = sum(self._counts.values())
        lines = [f"{self.what} has {total} fault{'' if total == 1 else 's'}. Rows are named by what they are about."]
        for code, count in sorted(self._counts.items()):
            shown = self._shown.get(code, [])
            more = count - len(shown)
            lines.append(f"{code} ({count}{f'; the first {len(shown)} found' if more else ''}):")
            lines += [f"  - {fault}" for fault in shown]
            lines += [f"  … and {more} more."] if more else []
        lines.append("Mend the rows where they lie, and read again.")
        every = tuple(fault for code in sorted(self._shown) for fault in self._shown[code])
        counts = dict(sorted(self._counts.items()))
        return ObservationError("\n".join(lines), faults=every, counts=counts, frame=pd.DataFrame(self._samples))


def _keys(given: Given, row: int) -> Iterator[tuple[str, Any]]:
    """Yield what a row is about: its keys that are not blank."""
    for name in given.columns:
        value = given.column(name).at(row) if name not in _SAYS else None
        if value is not None:
            yield name, value
