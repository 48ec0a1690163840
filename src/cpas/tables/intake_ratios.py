"""Ratios and means in a table: what a row says of its parts, and the value that they make."""

from __future__ import annotations

import math
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.model import Plan
from cpas.tables.faults import FaultLog
from cpas.tables.intake_keys import Keys
from cpas.tables.intake_numbers import Kinds, Numbers
from cpas.tables.intake_units import rounding_of
from cpas.tables.once import once_per_plan
from cpas.tables.pieces import rows_where
from cpas.units import ratio_factor

__all__ = ["settle_ratios"]

Codes = NDArray[Any]
Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: How far a computed value may lie from the one given, as a share of it, where both were computed.
_SAME: Final = 1e-12


def settle_ratios(
    log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers, tolerance: Floats | None
) -> None:
    """Compute the value of ratios and means from their parts, and compare it with the value given."""
    rows = rows_where(
        lambda above, below: (above == above) | (below == below),  # what is missing is not itself
        numbers.numerator,
        numbers.denominator,
    )
    rows = log.usable(rows)
    is_ratio = kinds.of(rows, "ratio", "mean")
    _forget_parts(keys, rows[~is_ratio], numbers)
    parts = _Parts.of(rows[is_ratio], keys, numbers)
    _refuse_parts(log, kinds, parts)
    parts = parts.only((parts.denominator > 0) & ~log.is_bad[parts.rows])
    is_bare = np.isnan(parts.numerator) & kinds.are(parts.indicator, "mean")
    if is_bare.any():
        parts.numerator[is_bare] = parts.value[is_bare] * parts.denominator[is_bare]
        numbers.put("numerator", parts.rows[is_bare], parts.numerator[is_bare])
    parts = parts.only(~np.isnan(parts.numerator))
    computed = parts.numerator / parts.denominator * _factors(plan)[parts.indicator]
    _compare(log, numbers, parts, computed, tolerance)


@attrs.frozen(eq=False, kw_only=True)
class _Parts:
    """What some rows of ratios and means say: each column fetched once."""

    rows: Index
    indicator: Codes
    value: Floats
    numerator: Floats
    denominator: Floats
    reason: Codes

    @classmethod
    def of(cls, rows: Index, keys: Keys, numbers: Numbers) -> _Parts:
        columns = {name: getattr(numbers, name)[rows] for name in ("value", "numerator", "denominator")}
        return cls(rows=rows, indicator=keys.indicator[rows], reason=keys.reason[rows], **columns)

    def only(self, keep: Truths) -> _Parts:
        if keep.all():
            return self
        return _Parts(**{field.name: getattr(self, field.name)[keep] for field in attrs.fields(_Parts)})


@once_per_plan
def _factors(plan: Plan) -> Floats:
    """Return by what numerator over denominator is multiplied to be in the unit of each indicator."""
    by_unit = {unit: ratio_factor(unit, plan.units) for unit in {i.unit for i in plan.indicators if i.kind == "ratio"}}
    return np.array([by_unit[i.unit] if i.kind == "ratio" else 1.0 for i in plan.indicators])


def _forget_parts(keys: Keys, rows: Index, numbers: Numbers) -> None:
    """Leave out a numerator or denominator that the indicator's kind has no use for, and say so."""
    if len(rows):
        numbers.notice("parts_not_used", keys.indicator[rows])
        numbers.put("numerator", rows, math.nan)
        numbers.put("denominator", rows, math.nan)


def _refuse_parts(log: FaultLog, kinds: Kinds, parts: _Parts) -> None:
    denominator = parts.denominator
    has_numerator, has_denominator = ~np.isnan(parts.numerator), ~np.isnan(denominator)
    has_reason, has_value = parts.reason >= 0, ~np.isnan(parts.value)
    empty = denominator == 0
    half = has_numerator & ~has_denominator
    half |= has_denominator & ~has_numerator & ~kinds.are(parts.indicator, "mean")
    for code, where, message in (
        ("bad_denominator", denominator < 0, "A denominator is never below zero."),
        ("bad_denominator", empty & has_value, "There is no value of nothing: the denominator is 0."),
        (
            "bad_denominator",
            empty & ~has_value & ~has_reason,
            "The denominator is 0, so there is no value. Give the reason not_applicable.",
        ),
        ("half_a_ratio", ~has_reason & half, "Give both numerator and denominator, or the value alone."),
    ):
        log.add_rows(code, "denominator", parts.rows[where], message)


def _compare(log: FaultLog, numbers: Numbers, parts: _Parts, computed: Floats, tolerance: Floats | None) -> None:
    given = np.flatnonzero(~np.isnan(parts.value))
    value, expected = parts.value[given], computed[given]
    distance = np.abs(value - expected)
    # Kept where both are one number but for the last bits, so that reading what was written changes nothing.
    is_same = distance <= _SAME * np.abs(expected)
    doubtful = np.flatnonzero(~is_same)
    rounding = rounding_of(value[doubtful])
    if tolerance is not None:
        of_converted = tolerance[parts.rows[given[doubtful]]]
        rounding = np.where(np.isnan(of_converted), rounding, of_converted)
    differs = doubtful[distance[doubtful] > rounding * (1 + 1e-9) + 1e-9 * np.abs(expected[doubtful])]
    _note_differences(log, numbers, parts.rows, computed, given[differs])
    is_same[differs] = True
    if not is_same.any():
        numbers.put("value", parts.rows, computed)
    elif len(given) < len(computed) or not is_same.all():
        put = np.ones(len(computed), dtype=bool)
        put[given[is_same]] = False
        numbers.put("value", parts.rows[put], computed[put])


def _note_differences(log: FaultLog, numbers: Numbers, rows: Index, computed: Floats, differing: Index) -> None:
    def says(row: int) -> str:
        return (
            f"{numbers.value[row]:g} is not what numerator and denominator make: "
            f"{computed[np.searchsorted(rows, row)]:.6g}. Mend one of the three, or leave value empty."
        )

    log.add_rows("parts_disagree", "value", rows[differing], says)
