"""Rows counted into leaves, some at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.keys import new_segments
from cpas.tables.leaf_slots import Slots
from cpas.tables.leaf_words import UNKNOWN_REASON
from cpas.tables.leaves import Leaves, bits_in
from cpas.tables.rows import REASONS

__all__ = ["Counts", "Lines"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Lines:
    """Some rows as their leaves need them."""

    #: Slot of each; not positive where it has none.
    slot: Codes
    #: Bit of the period, as a number that can be added up.
    bit: Floats
    #: Columns of numbers, and whether one is there: where none is, any number may stand.
    numbers: Mapping[str, tuple[Floats, Truths]]
    #: Number of the reason, or −1; nothing where there is no such column.
    reason: NDArray[np.int8] | None
    #: Rows of whose indicator the latest, least or greatest value is wanted, where it is of any.
    wanted: Mapping[str, Truths]


class Counts:
    """What the rows say that were counted so far, by leaf.

    Leaf 0 is nobody's: rows that have no slot are counted there, and left out in the end. Whoever knows how many rows
    an indicator has will notice.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        #: Leaf of each slot, numbered from 1 when its first row comes: so the leaves of one time stand together.
        self._leaf = np.zeros(len(slots), dtype=np.int32)
        #: The number of the next leaf.
        self._next = 1
        #: What is known of each leaf. Sums of numbers have sums of the bits of their rows as imaginary parts: for both
        #: a leaf is looked at once.
        self._columns: dict[str, NDArray[Any]] = {}

    # -- counting --------------------------------------------------------------------------------------------------

    # What is too large for a float becomes infinite, and is read row by row.
    @np.errstate(over="ignore", invalid="ignore")
    def add(self, lines: Lines) -> None:
        """Count some rows."""
        leaf, bit = self._leaves(lines.slot), lines.bit
        numbers = {name: (column, there & ~np.isnan(column)) for name, (column, there) in lines.numbers.items()}
        for name, (column, there) in numbers.items():
            self._add_both(name, np.flatnonzero(there), leaf, bit, column)
        value, is_value = numbers["value"]
        self._add("no value", np.flatnonzero(~is_value), leaf, bit)
        self._add_reasons(lines.reason, leaf, bit)
        self._find_values(lines.wanted, is_value, leaf, bit, value)
        if "denominator" in numbers:
            below, is_below = numbers["denominator"]
            self._find("least_below", np.flatnonzero(is_below & (below <= 0)), leaf, below)
            self._add("product", np.flatnonzero(is_below & is_value), leaf, value * below)
            above, is_above = numbers.get("numerator", (below, is_below))
            self._add("over", np.flatnonzero(is_above & is_below & (above > below)), leaf, np.ones(len(leaf)))

    def _leaves(self, slot: Codes) -> Codes:
        """Return the leaf of each row, numbering those of which no row came before."""
        leaf = self._leaf.take(slot, mode="clip")
        rows = np.flatnonzero(leaf == 0)
        rows = rows[slot[rows] > 0]
        if len(rows):
            # In the order of their slots, so that those that stand together in the end do so here.
            fresh = np.sort(slot[rows])
            fresh = fresh[new_segments(fresh)]
            self._leaf[fresh] = np.arange(self._next, self._next + len(fresh))
            self._next += len(fresh)
            leaf[rows] = self._leaf[slot[rows]]
        return leaf.astype(np.int64)

    def _column(self, name: str, blank: complex, kind: type = np.float64) -> NDArray[Any]:
        """Return a column with room for every leaf."""
        column: NDArray[Any] = self._columns.get(name, np.zeros(0, dtype=kind))
        if len(column) < self._next:
            # Memory that is zero by itself is not touched before a leaf is.
            longer: NDArray[Any] = np.zeros(2 * self._next, dtype=column.dtype)
            if blank != 0:
                longer[len(column) :] = blank
            longer[: len(column)] = column
            self._columns[name] = column = longer
        return column

    def _add_both(self, name: str, rows: Codes, leaf: Codes, bit: Floats, numbers: Floats) -> None:
        """Add numbers and bits of some rows to their leaves."""
        if len(rows):
            weights = np.empty(len(rows), dtype=np.complex128)
            weights.real, weights.imag = numbers[rows], bit[rows]
            np.add.at(self._column(name, 0, np.complex128), leaf[rows], weights)

    def _add(self, name: str, rows: Codes, leaf: Codes, numbers: Floats) -> None:
        """Add numbers of some rows to their leaves."""
        if len(rows):
            np.add.at(self._column(name, 0.0), leaf[rows], numbers[rows])

    def _add_reasons(self, reason: NDArray[np.int8] | None, leaf: Codes, bit: Floats) -> None:
        """Add the bits of rows with a reason; where nobody knows it, the row says too little for a leaf."""
        if reason is None:
            return
        said = np.flatnonzero(reason != -1)
        for number in np.unique(reason[said]).tolist():
            name = "odd" if number == UNKNOWN_REASON else f"silent {number}"
            self._add(name, said[reason[said] == number], leaf, bit)

    def _find_values(
        self, wanted: Mapping[str, Truths], there: Truths, leaf: Codes, bit: Floats, value: Floats
    ) -> None:
        """Find smallest, largest and latest values where they are wanted, and what is below zero in any case."""
        least = there & (value < 0)
        if "least" in wanted:
            least |= wanted["least"] & there
        self._find("least", np.flatnonzero(least), leaf, value)
        if "greatest" in wanted:
            self._find("greatest", np.flatnonzero(wanted["greatest"] & there), leaf, value)
        if "last" in wanted and len(rows := np.flatnonzero(wanted["last"] & there)):
            # The latest has the highest bit of all that were added up, which is more than half of their sum.
            rows = rows[2 * bit[rows] > self._columns["value"].imag[leaf[rows]]]
            self._column("last", np.nan)[leaf[rows]] = value[rows]

    def _find(self, name: str, rows: Codes, leaf: Codes, numbers: Floats) -> None:
        """Keep the smallest number of each leaf, or the largest."""
        if len(rows):
            keep = np.fmax if name == "greatest" else np.fmin
            keep.at(self._column(name, np.nan), leaf[rows], numbers[rows])

    # -- what came of it -------------------------------------------------------------------------------------------

    def leaves(self) -> Leaves:
        """Return the leaves that have rows, sorted by indicator, place, span and cell; the counts are gone then."""
        slots = np.flatnonzero(self._leaf)
        order, keys = self._leaf[slots].astype(np.int64), self._slots.keys_of(slots)
        value, valued = self._taken_both("value", order)
        numerator, above = self._taken_both("numerator", order)
        denominator, below = self._taken_both("denominator", order)
        said = valued + self._taken("no value", order).astype(np.int64)
        reasons = [number for number in range(len(REASONS)) if f"silent {number}" in self._columns]
        return Leaves(
            # Doubled rows spill over into other bits, so that there are fewer of these than rows.
            rows=bits_in(said), said=said, valued=valued, above=above, below=below,
            value=value, numerator=numerator, denominator=denominator, product=self._taken("product", order),
            odd=self._taken("odd", order, np.int64), over=self._taken("over", order, np.int64),
            silent={number: self._taken(f"silent {number}", order, np.int64) for number in reasons},
            least=self._taken("least", order, blank=np.nan), greatest=self._taken("greatest", order, blank=np.nan),
            least_below=self._taken("least_below", order, blank=np.nan), last=self._taken("last", order, blank=np.nan),
            **keys,
            is_sorted=True,
        )  # fmt: skip

    def _taken(self, name: str, order: Codes, kind: type = np.float64, blank: float = 0.0) -> NDArray[Any]:
        """Take a column out, by leaf; one for which no row said anything takes the room of one number."""
        if name not in self._columns:
            return np.broadcast_to(np.array(blank, dtype=kind), len(order))
        found: NDArray[Any] = self._column(name, blank)[order].astype(kind, copy=False)
        del self._columns[name]
        return found

    def _taken_both(self, name: str, order: Codes) -> tuple[Floats, Codes]:
        """Take sums of numbers and of bits out, by leaf."""
        if name not in self._columns:
            return self._taken(name, order), self._taken(name, order, np.int64)
        both = self._taken(name, order, np.complex128)
        return both.real.copy(), both.imag.astype(np.int64)
