"""Fold the leaves of indicators that raise no question.  Methodology §3.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.folding import Folded
from cpas.methods.aggregation.layouts import Lot
from cpas.methods.aggregation.leaf_traits import LeafTraits
from cpas.methods.aggregation.parts import EXCUSED
from cpas.methods.aggregation.plain import OF_VALUES
from cpas.methods.aggregation.reduction import shares_of, total
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.timing import Timing
from cpas.tables.keys import new_segments
from cpas.tables.leaves import Leaves, bits_in, highest_bit
from cpas.tables.rows import pick_rows

__all__ = ["fold_leaves"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def fold_leaves(
    leaves: Leaves, points: Codes, timing: Timing, traits: LeafTraits, rules: IndicatorRules
) -> list[Folded]:
    """Return what leaves make over time and groups, by place and period asked for: one record per rules.

    Parameters
    ----------
    leaves : Leaves
        Sorted by indicator, place, span and cell; none of them raises a question.
    points : array of int
        Bits of the periods in which each has a value.
    timing : Timing
        Their periods.
    traits, rules
        What the plan says of its indicators.

    Notes
    -----
    Methodology §3.2.
    """
    asked = timing.target >= 0
    ways, way_of = rules.ways
    lot = np.where(asked.take(leaves.span), (2 * way_of + traits.is_pair).take(leaves.indicator), -1)
    made = []
    for number in np.flatnonzero(np.bincount(lot + 1)[1:]).tolist():
        way, is_share = divmod(number, 2)
        mine = _Some(leaves, points, np.flatnonzero(lot == number))
        made.append(_fold(mine, timing, rules, ways[way], bool(is_share)))
    return made


class _Some:
    """The leaves of one lot: columns are fetched when they are asked for, since no rule asks for all."""

    def __init__(self, leaves: Leaves, points: Codes, rows: Codes) -> None:
        self._leaves, self._rows = leaves, rows
        keys = (self.column(name) for name in ("indicator", "place", "span"))
        #: Where a new indicator, place and span begins.
        self.starts = new_segments(*keys)
        #: The first leaf of each of them.
        self.first = rows[self.starts]
        #: Bits of the periods in which each of them has a value.
        self.bits = points[self.first]

    def column(self, name: str) -> NDArray[Any]:
        """Return a column of the leaves."""
        return pick_rows(getattr(self._leaves, name), self._rows)

    def at_first(self, name: str) -> NDArray[Any]:
        """Return a column of the first leaf of each indicator, place and span."""
        return pick_rows(getattr(self._leaves, name), self.first)

    @property
    def silent(self) -> dict[int, Codes]:
        """Bits of the periods with a reason, of the first leaf of each indicator, place and span."""
        return {reason: pick_rows(bits, self.first) for reason, bits in self._leaves.silent.items()}


def _fold(some: _Some, timing: Timing, rules: IndicatorRules, rule: tuple[str, ...], is_share: bool) -> Folded:
    """Return what leaves of the same rules make by place and period asked for."""
    once, bits, there = rule[0] == "last", some.bits, some.bits > 0
    columns = _numbers(some, rule, there, is_share)
    indicator, span = some.at_first("indicator"), some.at_first("span")
    if is_share:
        columns["value"] = shares_of(rules.factor[indicator], columns["numerator"], columns["denominator"])
    end = np.where(there, timing.end[timing.period_at(span, bits)], 0)
    received = np.where(there, 1, 0) if once else bits_in(bits)
    missing = some.at_first("said") & ~bits
    silenced = ~there
    if once:
        # A later gap ends a value that holds.
        ends = there & (missing > bits)
        columns["value"] = np.where(ends, np.nan, columns["value"])
        received[ends], end[ends] = 0, 0
        silenced |= ends
    excused, reason = _gaps(some.silent, missing, silenced, once=once)
    lot = Lot(
        rules=rule, is_share=is_share, indicator=indicator, place=some.at_first("place"),
        cell=np.zeros(len(indicator), dtype=np.int64), target=timing.target[span],
        received=received, excused=excused, end=end, reason=reason,
    )  # fmt: skip
    return Folded(lot=lot, **columns)


def _numbers(some: _Some, rule: tuple[str, ...], there: Truths, is_share: bool) -> dict[str, Floats]:
    """Return value, numerator and denominator over time and groups; missing where there is no point."""
    blank = np.broadcast_to(np.nan, len(there))
    if is_share:
        above = np.where(some.column("above") > 0, some.column("numerator"), some.column("product"))
        sums = {"numerator": above, "denominator": some.column("denominator")}
        folded = {name: np.add.reduceat(column, some.starts) for name, column in sums.items()}
        return {"value": blank, **{name: np.where(there, column, np.nan) for name, column in folded.items()}}
    over_time = {"sum": "value", "max": "greatest", "last": "last"}.get(rule[0], "least")
    # A rule over groups that does not fold was refused where there are several.
    value = OF_VALUES.get(rule[1], total)(some.column(over_time), some.starts)
    return {"value": np.where(there, value, np.nan), "numerator": blank, "denominator": blank}


def _gaps(
    silent: Mapping[int, Codes], missing: Codes, silenced: Truths, *, once: bool
) -> tuple[Codes, NDArray[np.int8]]:
    """Return how many returns were not due, and why there is no value; only where something is missing."""
    excused, reason = np.zeros(len(missing), dtype=np.int64), np.full(len(missing), -1, dtype=np.int8)
    rows = np.flatnonzero((missing != 0) & silenced) if once else np.flatnonzero(missing)
    mine = {number: bits[rows] for number, bits in silent.items()}
    excused[rows] = _excused(mine, missing[rows], once=once)
    reason[rows] = np.where(silenced[rows], _reason(mine, missing[rows]), -1)
    return excused, reason


def _excused(silent: Mapping[int, Codes], missing: Codes, *, once: bool) -> Codes:
    """Count the returns that were not due; of values that hold, say whether none was due that is missing."""
    excused = np.zeros(len(missing), dtype=np.int64)
    for reason, bits in silent.items():
        if reason in EXCUSED:
            excused |= bits
    excused &= missing
    return ((excused > 0) & (excused == missing)).astype(np.int64) if once else bits_in(excused)


def _reason(silent: Mapping[int, Codes], missing: Codes) -> Codes:
    """Return the reason of the latest return that was due and is missing, else of the latest that is missing."""
    owed, latest = np.zeros(len(missing), dtype=np.int64), np.zeros(len(missing), dtype=np.int64)
    found = np.full(len(missing), -1, dtype=np.int64)
    of_owed = found.copy()
    for reason, bits in silent.items():
        at = highest_bit(bits & missing)
        later = at >= highest_bit(latest)
        later &= at >= 0
        found, latest = np.where(later, reason, found), np.where(later, bits & missing, latest)
        if reason not in EXCUSED:
            later = (at >= highest_bit(owed)) & (at >= 0)
            of_owed, owed = np.where(later, reason, of_owed), np.where(later, bits & missing, owed)
    return np.where(of_owed >= 0, of_owed, found)
