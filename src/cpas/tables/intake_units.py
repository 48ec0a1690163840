"""Numbers of a table that were given in another unit, brought into the indicator's own."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cpas.errors import UnitError
from cpas.model import Plan
from cpas.tables.coded import Coded
from cpas.tables.faults import FaultLog
from cpas.tables.intake_keys import Keys
from cpas.tables.intake_numbers import Numbers
from cpas.tables.pieces import rows_where
from cpas.tables.readings import as_id
from cpas.units import conversion

__all__ = ["convert", "rounding_of"]

Index = NDArray[np.int64]
Floats = NDArray[np.float64]


def convert(log: FaultLog, plan: Plan, keys: Keys, numbers: Numbers) -> Floats | None:
    """Bring numbers given in another unit into the indicator's own.

    Returns by how much rounding may have moved the values that were converted; nothing where none was.
    """
    coded = log.given.column("unit")
    if not coded.values:
        return None
    rows, own = _in_other_units(plan, keys, coded)
    if not len(rows):
        return None
    pairs, each = np.unique(keys.indicator[rows].astype(np.int64) * len(own) + coded.codes[rows], return_inverse=True)
    tolerance = None
    for pair, key in enumerate(pairs.tolist()):
        indicator, unit = plan.indicators[key // len(own)], own[key % len(own)]
        here = rows[each == pair]
        try:
            change = conversion(unit, indicator.unit, declared=plan.units)
        except UnitError as error:
            said = f"{error} {indicator.id!r} is in {indicator.unit or 'a pure number'}."
            log.add_rows("wrong_unit", "unit", here, said)
            continue
        if not change.is_identity:
            tolerance = np.full(len(log.given), math.nan) if tolerance is None else tolerance
            tolerance[here] = rounding_of(numbers.value[here]) * abs(change.factor)
            _apply(numbers, here, change.factor, change.offset, is_mean=indicator.kind == "mean")
            numbers.notice("unit_converted", keys.indicator[here], unit)
    return tolerance


def _in_other_units(plan: Plan, keys: Keys, coded: Coded) -> tuple[Index, list[str]]:
    """Return the rows whose unit is not written as their indicator's own, and the units as written."""
    written = [as_id(value) for value in coded.values]
    numbers: dict[str, list[int]] = {}
    for number, unit in enumerate(written):
        numbers.setdefault(unit, []).append(number)
    # A unit that is written in one way needs no second look in the row; 1 and 1.0 would be written in two.
    own = np.array([numbers.get(i.unit, [-1])[0] for i in plan.indicators] + [-1])
    rows = rows_where(
        lambda i, unit: (unit >= 0) & (i >= 0) & (unit != own.take(i, mode="wrap")), keys.indicator, coded.codes
    )
    return rows, written


def _apply(numbers: Numbers, here: NDArray[np.int64], factor: float, offset: float, *, is_mean: bool) -> None:
    for name in ("value", "low", "high"):
        numbers.put(name, here, getattr(numbers, name)[here] * factor + offset)
    if is_mean:
        # The numerator of a mean is a sum in its own unit; each of the base carries the offset.
        base = np.nan_to_num(numbers.denominator[here]) if offset else 0.0
        numbers.put("numerator", here, numbers.numerator[here] * factor + offset * base)


def rounding_of(value: Floats) -> Floats:
    """Return half a unit of the last decimal of each value: how far rounding may have moved it."""
    tolerance = np.full(len(value), np.inf)
    given = np.flatnonzero(~np.isnan(value))
    rest = given
    for decimals in range(16):
        is_whole = np.round(value[rest], decimals) == value[rest]
        tolerance[rest[is_whole]] = 0.5 * 10.0**-decimals
        rest = rest[~is_whole]
        if not len(rest):
            break
    tolerance[rest] = 0.0
    return tolerance
