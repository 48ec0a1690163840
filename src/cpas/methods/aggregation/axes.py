"""One axis after another, row by row: what must be chosen or settled before each.  Methodology §3.2."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.over_groups import (
    Difference,
    Margins,
    choose_margins,
    is_mixed,
    mark_short,
    only_as_fine,
    over_groups,
)
from cpas.methods.aggregation.over_places import is_nested, over_places, settle_places
from cpas.methods.aggregation.over_time import over_time
from cpas.methods.aggregation.parts import Parts, Step, join_parts
from cpas.methods.aggregation.reduction import shares_of
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.model import Methodology
from cpas.tables.trees import PlaceTree

__all__ = ["along_groups", "along_places", "along_time"]

Codes = NDArray[np.int64]


def along_time(
    leaf: Parts,
    tree: PlaceTree,
    margins: Margins,
    towards: Codes,
    rules: IndicatorRules,
    methodology: Methodology,
    trace: list[Step] | None,
) -> tuple[Parts, list[Difference]]:
    """Combine over time; where values add up, totals and parts are settled return by return before."""
    parts = only_as_fine(leaf, margins, towards)
    if not is_mixed(parts, margins).any() and not is_nested(parts, tree):
        # Nothing to choose and nothing to settle: no return is given twice.
        last = rules.takes_last[parts.indicator]
        parts = attrs.evolve(parts, short=np.where(last, parts.short, mark_short(parts, by_period=True).short))
        return _with_shares(over_time(parts, rules, trace), rules), []
    adds = rules.adds_over_time[parts.indicator]
    adding, others = parts.take(adds), parts.take(~adds)
    chosen, differences = choose_margins(adding, margins, rules, methodology.totals, by_period=True)
    adding = mark_short(adding.take(chosen), by_period=True)
    adding, more = settle_places(adding, margins.projected[adding.cell], tree, towards, rules, by_period=True)
    others = attrs.evolve(others, short=_short_of_others(others, rules))
    made = over_time(join_parts([adding, others]), rules, trace)
    return _with_shares(made, rules), differences + more


def _short_of_others(parts: Parts, rules: IndicatorRules) -> Codes:
    """Return which rows are missing in a return that came, where several are combined by another rule than a sum."""
    several = ~rules.takes_last[parts.indicator]
    return np.where(several, mark_short(parts, by_period=True).short, 0)


def along_groups(
    over: Parts, margins: Margins, rules: IndicatorRules, methodology: Methodology, trace: list[Step] | None
) -> tuple[Parts, list[Difference]]:
    """Combine over groups; where one value holds for the whole time, one margin is chosen before."""
    if not margins.margin.any():
        return _with_shares(over_groups(over, margins, rules, trace), rules), []
    parts, differences = over, list[Difference]()
    if is_mixed(over, margins).any():
        adds = rules.adds_over_time[over.indicator]
        chosen, differences = choose_margins(over.take(~adds), margins, rules, methodology.totals, by_period=False)
        kept = np.ones(len(over), dtype=bool)
        kept[~adds] = chosen
        parts = over.take(kept)
    last = rules.takes_last[parts.indicator]
    parts = attrs.evolve(parts, short=np.where(last, mark_short(parts, by_period=False).short, parts.short))
    return _with_shares(over_groups(parts, margins, rules, trace), rules), differences


def along_places(
    grouped: Parts,
    tree: PlaceTree,
    towards: Codes,
    rules: IndicatorRules,
    trace: list[Step] | None,
) -> tuple[Parts, list[Difference]]:
    """Combine over places; where one value holds for the whole time, rows at parents are settled before."""
    if not is_nested(grouped, tree):
        return _with_shares(over_places(grouped, towards, rules, trace), rules), []
    adds = rules.adds_over_time[grouped.indicator]
    others = grouped.take(~adds)
    others, differences = settle_places(others, others.cell, tree, towards, rules, by_period=False)
    made = over_places(join_parts([grouped.take(adds), others]), towards, rules, trace)
    return _with_shares(made, rules), differences


def _with_shares(parts: Parts, rules: IndicatorRules) -> Parts:
    """Fill in the value of ratios and means from numerator and denominator."""
    values = parts.values
    share = shares_of(rules.factor[parts.indicator], values.numerator, values.denominator)
    return attrs.evolve(parts, values=attrs.evolve(values, value=np.where(np.isnan(values.value), share, values.value)))
