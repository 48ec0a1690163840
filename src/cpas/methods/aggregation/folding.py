"""Fold what raises no question: one sweep over each block of values, for whole indicators.  Methodology §3.2.

Plain indicators (``cpas.methods.aggregation.plain``) are folded from their points in one sweep, to one partial
aggregate per place and period asked for; all others go through every question row by row
(``cpas.methods.aggregation.pipeline``). Both give the same numbers, to the last bit.
"""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.layouts import Beside, Layout, Lot, lay_out
from cpas.methods.aggregation.parts import IS_EXCUSED, Parts
from cpas.methods.aggregation.plain import OF_SHARES, OF_VALUES
from cpas.methods.aggregation.reduction import Operation, shares_of, total
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.spans import Spans
from cpas.methods.aggregation.values import Values
from cpas.tables.blocks import Packed
from cpas.tables.rows import is_blank, pick_rows

__all__ = ["Folded", "fold", "fold_places"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

_NUMBERS: Final = ("value", "numerator", "denominator")


@attrs.frozen(eq=False, kw_only=True)
class Folded:
    """Partial aggregates of plain indicators of the same rules, one row for each of a lot."""

    #: What each row is about, and what came.
    lot: Lot
    #: What the values make; NaN where there is none.
    value: Floats
    #: What the numerators make.
    numerator: Floats
    #: What the denominators make.
    denominator: Floats


def fold(packed: Packed, plain: Truths, spans: Spans, rules: IndicatorRules, cell_of: Codes) -> list[Folded]:
    """Return what plain indicators make over time and groups, by place, kept cell and period asked for.

    Parameters
    ----------
    packed : Packed
        The observations.
    plain : array of bool
        Which indicators to fold, from ``plain_indicators``.
    spans : Spans
        Days of the observed periods and of the targets.
    rules : IndicatorRules
        The plan's rules, compiled.
    cell_of : array of int
        Number of the kept cell of each cell of the table.

    Notes
    -----
    Methodology §3.2.
    """
    return [_folded(layout, rules.factor) for layout in lay_out(packed, plain, spans, rules, cell_of)]


def _folded(layout: Layout, factor: Floats) -> Folded:
    """Return what each series makes over time, and what the series of a place and kept cell make together."""
    lot, columns = layout.lot, _over_time(layout)
    if layout.of_segments is not None:
        columns = _with_shares(columns, factor[layout.of_segments])
    if layout.beside is not None:
        columns = _over_groups(columns, lot.rules[1], layout.beside, is_share=lot.is_share)
        if lot.is_share:
            columns = _with_shares(columns, factor[lot.indicator[: len(lot) - layout.silent]])
    return Folded(lot=lot, **{name: _with_gaps(column, layout) for name, column in columns.items()})


def _over_time(layout: Layout) -> dict[str, Floats]:
    block, rule, starts = layout.block, layout.lot.rules[0], layout.starts
    ends = np.append(starts[1:], len(block)) - 1
    if rule == "last":
        return {name: pick_rows(getattr(block, name), ends) for name in _NUMBERS}
    if not layout.lot.is_share:
        return {**dict.fromkeys(_NUMBERS, _nans(len(starts))), "value": OF_VALUES[rule](block.value, starts)}
    # A share that stands alone is told as it was given.
    value = block.value if is_blank(block.value) else np.where(starts == ends, block.value[starts], np.nan)
    sums = {name: OF_SHARES[rule](getattr(block, name), starts) for name in _NUMBERS[1:]}
    return {"value": _nans(len(starts)) if is_blank(value) else value, **sums}


def _over_groups(columns: dict[str, Floats], rule: str, beside: Beside, *, is_share: bool) -> dict[str, Floats]:
    """Return one row per place, kept cell and target: the segments of its series, side by side for each target."""
    count, operation, made = len(beside.to_alone) + len(beside.to_others), _operation(rule, is_share), {}
    for name, column in columns.items():
        if is_blank(column):
            made[name] = _nans(count)
            continue
        made[name] = np.full(count, np.nan)
        made[name][beside.to_alone] = column[beside.alone]
        if not (is_share and name == "value"):
            made[name][beside.to_others] = operation(column[beside.others], beside.starts)
    return made


def _operation(rule: str, is_share: bool) -> Operation:
    """Return how a rule combines numbers; one that is not known is never asked for more than one of them."""
    return OF_SHARES.get(rule, total) if is_share else OF_VALUES.get(rule, total)


def _with_gaps(column: Floats, layout: Layout) -> Floats:
    """Return what is left when later gaps have ended values, with rows of which nothing came after the others."""
    if is_blank(column):
        return _nans(len(layout.lot))
    column = np.concatenate([column, np.full(layout.silent, np.nan)]) if layout.silent else column
    if len(layout.ended):
        column = column.copy() if not layout.silent else column
        column[layout.ended] = np.nan
    return column


def _nans(count: int) -> Floats:
    return np.broadcast_to(np.nan, count)


def _with_shares(columns: dict[str, Floats], factor: Floats) -> dict[str, Floats]:
    """Fill in the value of shares from numerator and denominator."""
    value, numerator, denominator = (columns[name] for name in _NUMBERS)
    if is_blank(denominator):
        return columns
    share = shares_of(factor, numerator, denominator)
    return {**columns, "value": share if is_blank(value) else np.where(np.isnan(value), share, value)}


# -- places ----------------------------------------------------------------------------------------------------------


def fold_places(folded: Folded, towards: Codes, rules: IndicatorRules, cell_of: Codes) -> Parts:
    """Return partial aggregates by the places asked for.

    Parameters
    ----------
    folded : Folded
        By the places that reported.
    towards : array of int
        For each place of the tree the place asked for that it counts in, or −1.
    rules : IndicatorRules
        The plan's rules, compiled.
    cell_of : array of int
        For each kept cell its number in the result, rising.

    Notes
    -----
    Methodology §3.5.
    """
    lot, into = folded.lot, folded.lot.towards(towards)
    numbers = {name: pick_rows(getattr(folded, name), into.rows) for name in _NUMBERS}
    beside: dict[str, NDArray[Any]] = {name: getattr(lot, name)[into.rows] for name in ("received", "end", "reason")}
    if len(into.starts) < len(into.rows):
        numbers = _over_places(numbers, lot, into.starts)
        beside = {
            "received": np.add.reduceat(beside["received"], into.starts),
            "end": np.maximum.reduceat(beside["end"], into.starts),
            "reason": _last_reason(beside["reason"], into.starts),
        }
    numbers = _with_shares(numbers, rules.factor[into.indicator])
    is_told = ~np.isnan(numbers["value"]) | ~np.isnan(numbers["denominator"])
    count = len(into.starts)
    nothing, none = _nans(count), np.broadcast_to(np.int64(0), count)
    return Parts(
        indicator=into.indicator,
        place=into.place,
        target=into.target,
        cell=cell_of[into.cell],
        values=Values(
            **numbers, unknown=nothing, low=nothing, high=nothing, weight=nothing, at=none,
            refused=np.broadcast_to(np.int8(0), count),
        ),
        period=np.broadcast_to(np.int64(-1), count),
        end=beside["end"],
        reason=np.where(is_told, np.int8(-1), beside["reason"]),
        count=beside["received"],
        short=none,
        touched=np.broadcast_to(False, count),
        source=np.arange(count),
    )  # fmt: skip


def _over_places(columns: dict[str, Floats], lot: Lot, starts: Codes) -> dict[str, Floats]:
    """Combine rows of places that count in one; a share that stands alone is told as it was given."""
    operation = _operation(lot.rules[2], lot.is_share)
    made = {name: _nans(len(starts)) if is_blank(c) else operation(c, starts) for name, c in columns.items()}
    if lot.is_share:
        many = np.add.reduceat(~np.isnan(columns["denominator"]), starts, dtype=np.int64)
        made["value"] = np.where(many == 1, made["value"], np.nan)
    return made


def _last_reason(reason: NDArray[np.int8], starts: Codes) -> NDArray[np.int8]:
    """Return of each segment the last reason of what was due, else the last."""
    if not (reason >= 0).any():
        return reason[starts]
    numbers, found = np.arange(len(reason)), np.full(len(starts), -1, dtype=np.int8)
    for some in (reason >= 0, (reason >= 0) & ~IS_EXCUSED[reason]):
        row = np.maximum.reduceat(np.where(some, numbers, -1), starts)
        found = np.where(row >= 0, reason[row], found).astype(np.int8)
    return found
