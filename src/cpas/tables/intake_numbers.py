"""The numbers of a table while it is read, and of which kind of indicator each row is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.model import Plan
from cpas.tables.coded import Coded
from cpas.tables.once import once_per_plan
from cpas.tables.pieces import rows_where

__all__ = ["TEXTS", "Kinds", "Numbers"]

Codes = NDArray[Any]
Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Columns of text that most rows leave empty.
TEXTS: Final = ("text", "source", "note")


@attrs.define(eq=False, kw_only=True)
class Numbers:
    """The numbers of the rows, NaN where there is none, and their texts; changed step by step while read."""

    value: Floats
    numerator: Floats
    denominator: Floats
    low: Floats
    high: Floats
    #: By column: text, source, note.
    texts: Mapping[str, Coded]
    #: What was noticed and is no fault: ``{code: {indicator: count}}`` by number of the indicator.
    noticed: dict[str, dict[tuple[int, str], int]] = attrs.field(factory=dict)

    def put(self, name: str, rows: NDArray[Any], values: Floats | float) -> None:
        """Put numbers into some rows of a column, which may be shared with the table until then."""
        column: Floats = getattr(self, name)
        if not column.flags.writeable:
            column = column.copy()
            setattr(self, name, column)
        column[rows] = values

    def notice(self, code: str, indicator: Codes, detail: str = "") -> None:
        """Count some rows by their indicator."""
        counts = np.bincount(indicator)
        found = {(int(n), detail): int(counts[n]) for n in np.flatnonzero(counts)}
        if found:
            self.noticed.setdefault(code, {}).update(found)


class Kinds:
    """Which rows are of which kind of indicator."""

    def __init__(self, plan: Plan, indicator: Codes) -> None:
        self._numbers, self._codes = _kinds(plan)
        self._indicator = indicator

    def occur(self, *kinds: str) -> bool:
        """Return whether the plan has an indicator of one of some kinds."""
        return not self._numbers.keys().isdisjoint(kinds)

    def are(self, indicator: Codes, *kinds: str) -> Truths:
        """Return which of some indicators are of one of some kinds; an unknown one is of none."""
        if not self.occur(*kinds):
            return np.zeros(len(indicator), dtype=bool)
        return np.asarray(self._is_one(*kinds).take(indicator, mode="wrap"))

    def of(self, rows: Index, *kinds: str) -> Truths:
        """Return which of some rows are of one of some kinds."""
        return self.are(self._indicator[rows], *kinds)

    def rows(self, *kinds: str) -> Index:
        """Return all rows of some kinds."""
        if not self.occur(*kinds):
            return np.empty(0, dtype=np.int64)
        is_one = self._is_one(*kinds)
        return rows_where(lambda indicator: np.asarray(is_one.take(indicator, mode="wrap")), self._indicator)

    def _is_one(self, *kinds: str) -> Truths:
        wanted: Truths = np.array([*(kind in kinds for kind in self._numbers), False])
        is_one: Truths = wanted[self._codes]
        return is_one


@once_per_plan
def _kinds(plan: Plan) -> tuple[dict[str, int], NDArray[np.int8]]:
    """Return the kinds that occur, numbered, and that of each indicator; −1 for an unknown one, the last."""
    kinds: list[str] = [i.kind for i in plan.indicators]
    number = {kind: code for code, kind in enumerate(sorted(set(kinds)))}
    return number, np.array([*map(number.__getitem__, kinds), -1], dtype=np.int8)
