"""What a plan says of its indicators, compiled once into columns by number.  Methodology §3.1."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import ADDITIVE, CARRIED, Axis
from cpas.methods.aggregation.kinds import Rule, axis_rule
from cpas.model import Indicator, Plan
from cpas.tables.intake_values import is_counted
from cpas.tables.once import once_per_plan
from cpas.units import is_dimensionless, ratio_factor

__all__ = ["IndicatorRules", "compile_rules", "with_averages"]

AXES: Final[tuple[Axis, ...]] = ("time", "place", "group")


@attrs.frozen(eq=False, kw_only=True)
class IndicatorRules:
    """One entry per indicator of a plan, in its order."""

    #: Rule over time, place and group.
    rules: dict[str, NDArray[np.object_]]
    #: Whether the rule over time takes one value.
    takes_last: NDArray[np.bool_]
    #: Whether its values hold through their own period, so that a longer one says something of a shorter.
    holds: NDArray[np.bool_]
    #: Whether its values add up to those of the whole over time, so that each period may be read by itself.
    adds_over_time: NDArray[np.bool_]
    #: Whether its values are shares of a whole.
    is_share: NDArray[np.bool_]
    #: Whether it is described in words.
    is_text: NDArray[np.bool_]
    #: Whether silence of it inside the coverage of a register is zero.
    is_register: NDArray[np.bool_]
    #: Whether it counts things: then no part is below zero.
    is_count: NDArray[np.bool_]
    #: Whether what a return does not say of it is zero.
    says_zero: NDArray[np.bool_]
    #: Days after its period for which a value holds; 0 where it is not carried.
    valid_for: NDArray[np.int64]
    #: What a share is multiplied by to be in the indicator's unit.
    factor: NDArray[np.float64]
    #: What rows at a parent place mean: 0 unsaid, 1 own, 2 total.
    place_rows: NDArray[np.int8]

    @cached_property
    def averaging(self) -> IndicatorRules:
        """The rules with shares given only as a number averaged instead of refused.  Methodology §3.2.9."""
        axes = {
            axis: np.where(words == "ratio", "average", words).astype(np.object_) for axis, words in self.rules.items()
        }
        return attrs.evolve(self, rules=axes)

    @cached_property
    def counts_over_places(self) -> NDArray[np.bool_]:
        """Which add things up over places."""
        return np.asarray((self.rules["place"] == "sum") & self.is_count, dtype=bool)

    @cached_property
    def ways(self) -> tuple[tuple[tuple[str, ...], ...], NDArray[np.int64]]:
        """The combinations of rules over time, group and place that occur, and the number of each indicator's."""
        each = list(zip(*(self.rules[axis].tolist() for axis in ("time", "group", "place")), strict=True))
        known = tuple(sorted(set(each)))
        number = {way: n for n, way in enumerate(known)}
        return known, np.array([number[way] for way in each], dtype=np.int64)


@once_per_plan
def compile_rules(plan: Plan) -> IndicatorRules:
    """Return what a plan says of its indicators as columns.

    Examples
    --------
    >>> compile_rules(Plan("p", "t")).takes_last.tolist()
    []
    """
    indicators = plan.indicators
    # Indicators that add up alike are asked once.
    alike = [(one.kind, one.over, one.dimensions) for one in indicators]
    one_of = dict(zip(alike, indicators, strict=True))
    said = {way: {axis: _rule(one, axis, plan) for axis in AXES} for way, one in one_of.items()}
    rules: dict[str, NDArray[np.object_]] = {
        axis: np.array([said[way][axis] for way in alike], dtype=np.object_) for axis in AXES
    }
    units = {i.unit for i in indicators}
    counted = {unit: is_counted(unit, plan.units) for unit in units}
    share = {unit: is_dimensionless(unit, plan.units) for unit in units}
    factor = {unit: ratio_factor(unit, plan.units) for unit in {i.unit for i in indicators if i.kind == "ratio"}}
    return IndicatorRules(
        rules=rules,
        takes_last=np.array([rule in ("last", "keep") for rule in rules["time"]], dtype=bool),
        holds=np.array([i.kind in CARRIED for i in indicators], dtype=bool),
        adds_over_time=np.array([rule in ("sum", "ratio") for rule in rules["time"]], dtype=bool),
        is_share=np.array([i.kind == "ratio" and share[i.unit] for i in indicators], dtype=bool),
        is_text=np.array([i.kind == "text" for i in indicators], dtype=bool),
        is_register=np.array([i.kind in ADDITIVE and i.nil == "register" for i in indicators], dtype=bool),
        is_count=np.array([i.kind in ADDITIVE and counted[i.unit] for i in indicators], dtype=bool),
        says_zero=np.array([i.kind in ADDITIVE and i.nil != "explicit" for i in indicators], dtype=bool),
        valid_for=np.array([_validity(i) for i in indicators], dtype=np.int64),
        factor=np.array([factor[i.unit] if i.kind == "ratio" else 1.0 for i in indicators], dtype=np.float64),
        place_rows=np.array([{None: 0, "own": 1, "total": 2}[i.place_rows] for i in indicators], dtype=np.int8),
    )


def with_averages(rules: IndicatorRules) -> IndicatorRules:
    """Return the rules with shares given only as a number averaged instead of refused.  Methodology §3.2.9."""
    return rules.averaging


def _rule(indicator: Indicator, axis: Axis, plan: Plan) -> Rule:
    """Return the rule over an axis; over sets that overlap, a sum is only an upper bound."""
    rule = axis_rule(indicator, axis)
    if rule != "sum" or indicator.rule(axis) is not None:
        return rule
    if axis == "group" and any(plan.dimension(id).overlapping for id in indicator.dimensions):
        return "bounds"
    if axis == "place" and indicator.kind == "distinct" and any(place.overlapping for place in plan.places):
        return "bounds"
    return rule


def _validity(indicator: Indicator) -> int:
    return indicator.valid_for or 0 if indicator.kind in CARRIED else 0
