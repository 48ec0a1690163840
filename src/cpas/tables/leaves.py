"""Partial aggregates at the leaves: what an engine makes of many rows, in columns that merge.  Methodology §3.2.

A leaf is an indicator × place × cell of groups × span of time, as the rows name them. Besides sums and extremes it
knows, as one bit each, in which periods of its span there was a row, a value, a numerator, a denominator, a reason:
a sum of different powers of two says exactly which they were, and that no two rows were for the same. So whoever has
the leaves can tell returns, gaps, the latest value and doubled rows without having seen a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.keys import in_order, new_segments
from cpas.tables.rows import joined_rows, pick_rows

__all__ = ["BITS", "Calendar", "Leaves", "bits_in", "highest_bit", "joined_leaves"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Periods of one span: so many that sums of their bits stay exact as floats even where many rows are doubled.
BITS: Final = 40


@attrs.frozen(eq=False, kw_only=True)
class Calendar:
    """The periods of a table, dealt out to spans of time in each of which every period has its own bit."""

    #: What stands for a period in the table.
    words: tuple[Any, ...]
    #: Number of the span of each word.
    span: Codes
    #: Bit of each word in its span: of two in one span, the later is the larger.
    bit: Codes

    @property
    def spans(self) -> int:
        """How many spans there are."""
        return int(self.span.max(initial=-1)) + 1


@attrs.frozen(eq=False, kw_only=True)
class Leaves:
    """Leaves as columns; one that says the same of every leaf takes the room of one number: never write into them."""

    #: Number of the indicator in the plan.
    indicator: Codes
    #: Number of the place in the tree, or −1 where there is no such place.
    place: Codes
    #: Number of the cell of groups, or −1 where there is no such member: its members' numbers, packed.
    cell: Codes
    #: Number of the span of time.
    span: Codes
    #: How many rows; where some are doubled perhaps fewer, so that the rows of the indicator are not all there.
    rows: Codes
    #: Rows with something in a column whose meaning only the row can say.
    odd: Codes
    #: Bits of the periods that have a row.
    said: Codes
    #: Bits of the periods that have a value.
    valued: Codes
    #: Bits of the periods that have a numerator.
    above: Codes
    #: Bits of the periods that have a denominator.
    below: Codes
    #: Bits of the periods that have a reason, by its number.
    silent: Mapping[int, Codes]
    #: Sum of the values.
    value: Floats
    #: Sum of the numerators.
    numerator: Floats
    #: Sum of the denominators.
    denominator: Floats
    #: Sum of value × denominator.
    product: Floats
    #: Smallest value.
    least: Floats
    #: Largest value.
    greatest: Floats
    #: Smallest denominator.
    least_below: Floats
    #: Rows whose numerator is above their denominator.
    over: Codes
    #: The value of the latest period that has one.
    last: Floats
    #: Whether they stand by indicator, place, span and cell, no two alike; where nobody knows, not.
    is_sorted: bool = False

    def __len__(self) -> int:
        return len(self.indicator)

    def take(self, index: NDArray[Any]) -> Leaves:
        """Return some leaves."""
        columns: dict[str, Any] = {name: pick_rows(getattr(self, name), index) for name in _COLUMNS}
        return Leaves(**columns, silent={reason: pick_rows(bits, index) for reason, bits in self.silent.items()})


KEYS: Final = ("indicator", "place", "span", "cell")
_ADDED: Final = (
    *("rows", "odd", "said", "valued", "above", "below", "over"),
    *("value", "numerator", "denominator", "product"),
)
_OTHERS: Final = ("silent", "is_sorted")
_COLUMNS: Final = tuple(attribute.name for attribute in attrs.fields(Leaves) if attribute.name not in _OTHERS)


def joined_leaves(some: Sequence[Leaves]) -> Leaves:
    """Return the leaves of several tables as those of one, sorted by indicator, place, span and cell."""
    if len(some) == 1 and some[0].is_sorted:
        return some[0]
    reasons = sorted({reason for one in some for reason in one.silent})
    columns: dict[str, Any] = {n: joined_rows([getattr(one, n) for one in some]) for n in _COLUMNS}
    silent = {r: np.concatenate([one.silent.get(r, np.zeros(len(one), np.int64)) for one in some]) for r in reasons}
    order = in_order([columns[name] for name in KEYS])
    if order is not None:
        columns = {name: pick_rows(column, order) for name, column in columns.items()}
        silent = {reason: bits[order] for reason, bits in silent.items()}
    starts = new_segments(*(columns[name] for name in KEYS))
    if len(starts) == len(columns["rows"]):
        return Leaves(**columns, silent=silent, is_sorted=True)
    return _merged(columns, silent, starts)


def _merged(columns: Mapping[str, NDArray[Any]], silent: Mapping[int, Codes], starts: Codes) -> Leaves:
    """Combine leaves of the same keys, which stand together."""
    made: dict[str, Any] = {name: columns[name][starts] for name in KEYS}
    made |= {name: np.add.reduceat(columns[name], starts) for name in _ADDED}
    for name, combine in (("least", np.fmin), ("greatest", np.fmax), ("least_below", np.fmin)):
        made[name] = combine.reduceat(columns[name], starts)
    lengths = np.diff(np.append(starts, len(columns["rows"])))
    # The later of two periods has the larger bit.
    latest = np.repeat(np.maximum.reduceat(columns["valued"], starts), lengths) == columns["valued"]
    row = np.maximum.reduceat(np.where(latest, np.arange(len(latest)), -1), starts)
    made["last"] = columns["last"][row]
    silent = {reason: np.add.reduceat(bits, starts) for reason, bits in silent.items()}
    return Leaves(**made, silent=silent, is_sorted=True)


def bits_in(bits: Codes) -> Codes:
    """Return how many bits each number has.

    Examples
    --------
    >>> bits_in(np.array([0, 5, 2**40 - 1])).tolist()
    [0, 2, 40]
    """
    if hasattr(np, "bitwise_count"):
        return np.bitwise_count(bits).astype(np.int64)
    # Before numpy 2, sixteen bits at a time.
    parts = np.ascontiguousarray(bits).view(np.uint16).reshape(len(bits), 4)
    count: Codes = _IN_SIXTEEN[parts].sum(axis=1)
    return count


def highest_bit(bits: Codes) -> Codes:
    """Return the position of the highest bit of each number, or −1.

    Examples
    --------
    >>> highest_bit(np.array([0, 1, 5, 2**39])).tolist()
    [-1, 0, 2, 39]
    """
    # Exact: there are fewer bits than a float has.
    position: Codes = np.frexp(bits.astype(np.float64))[1].astype(np.int64) - 1
    return position


_IN_SIXTEEN: Final = np.array([number.bit_count() for number in range(1 << 16)], dtype=np.int64)
