"""Fold the leaves of indicators that raise no question.  Methodology §3.2."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.folding import Folded
from cpas.methods.aggregation.layouts import Lot
from cpas.methods.aggregation.parts import EXCUSED
from cpas.methods.aggregation.plain import OF_VALUES
from cpas.methods.aggregation.reduction import shares_of, total
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.timing import Timing
from cpas.model import Plan
from cpas.tables.leaves import Leaves, bits_in, highest_bit
from cpas.tables.rows import new_segments

__all__ = ["fold_leaves"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def fold_leaves(leaves: Leaves, points: Codes, timing: Timing, plan: Plan, rules: IndicatorRules) -> list[Folded]:
    """Return what leaves make over time and groups, by place and period asked for: one record per rules.

    Parameters
    ----------
    leaves : Leaves
        Sorted by indicator, place, span and cell; none of them raises a question.
    points : array of int
        Bits of the periods in which each has a value.
    timing : Timing
        Their periods.
    plan, rules
        The plan, and what it says of its indicators.

    Notes
    -----
    Methodology §3.2.
    """
    asked = timing.target[leaves.span] >= 0
    ways, way_of = rules.ways
    shares = np.array([indicator.kind in ("ratio", "mean") for indicator in plan.indicators], dtype=bool)
    lot = (2 * way_of + shares)[leaves.indicator]
    made = []
    for number in np.flatnonzero(np.bincount(lot[asked])).tolist():
        some = np.flatnonzero(asked & (lot == number))
        way, is_share = divmod(number, 2)
        made.append(_fold(leaves.take(some), points[some], timing, rules, ways[way], bool(is_share)))
    return made


def _fold(
    leaves: Leaves, points: Codes, timing: Timing, rules: IndicatorRules, rule: tuple[str, ...], is_share: bool
) -> Folded:
    """Return what leaves of the same rules make by place and period asked for."""
    starts = new_segments(leaves.indicator, leaves.place, leaves.span)
    bits, said = points[starts], leaves.said[starts]
    columns = _numbers(leaves, rule, starts, bits > 0, is_share)
    indicator, span = leaves.indicator[starts], leaves.span[starts]
    if is_share:
        columns["value"] = shares_of(rules.factor[indicator], columns["numerator"], columns["denominator"])
    once = rule[0] == "last"
    silent = {reason: mask[starts] for reason, mask in leaves.silent.items()}
    there = bits > 0
    end = np.where(there, timing.end[timing.period_at(span, bits)], 0)
    missing = said & ~bits
    # A later gap ends a value that holds.
    ends = there & (missing > bits) if once else np.zeros(len(starts), dtype=bool)
    for name in ("value", "numerator", "denominator"):
        columns[name] = np.where(ends, np.nan, columns[name])
    received = np.where(there & ~ends, 1 if once else bits_in(bits), 0)
    silenced = ends | ~there
    lot = Lot(
        rules=rule,
        is_share=is_share,
        indicator=indicator,
        place=leaves.place[starts],
        cell=np.zeros(len(starts), dtype=np.int64),
        target=timing.target[span],
        received=received,
        excused=np.where(silenced | (not once), _excused(silent, missing, once=once), 0),
        end=np.where(ends, 0, end),
        reason=np.where(silenced, _reason(silent, missing), -1).astype(np.int8),
    )
    return Folded(lot=lot, **columns)


def _numbers(leaves: Leaves, rule: tuple[str, ...], starts: Codes, there: Truths, is_share: bool) -> dict[str, Floats]:
    """Return value, numerator and denominator over time and groups; missing where there is no point."""
    blank = np.broadcast_to(np.nan, len(starts))
    if not len(starts):
        return dict.fromkeys(("value", "numerator", "denominator"), blank)
    if is_share:
        above = np.where(leaves.above > 0, leaves.numerator, leaves.product)
        sums = {"numerator": np.add.reduceat(above, starts), "denominator": np.add.reduceat(leaves.denominator, starts)}
        return {"value": blank, **{name: np.where(there, column, np.nan) for name, column in sums.items()}}
    over_time = {"sum": leaves.value, "max": leaves.greatest, "last": leaves.last}.get(rule[0], leaves.least)
    # A rule over groups that does not fold was refused where there are several.
    value = OF_VALUES.get(rule[1], total)(over_time, starts)
    return {"value": np.where(there, value, np.nan), "numerator": blank, "denominator": blank}


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
