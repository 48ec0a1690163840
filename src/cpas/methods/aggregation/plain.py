"""Which indicators raise no question when they are added up as asked.  Methodology §3.2.

An indicator is *plain* where nothing is to be chosen, refused or implied: it is reported regularly
(``cpas.tables.regularity``), each of its periods lies inside one of those asked for, and its rules give for parts of
parts what they give for all of them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.reduction import Operation, greatest, least, total
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.spans import Spans
from cpas.model import Methodology, Plan
from cpas.tables.aggregates import Request
from cpas.tables.blocks import Packed
from cpas.tables.keys import new_segments
from cpas.tables.regularity import Regularity
from cpas.tables.rows import is_blank

__all__ = ["OF_SHARES", "OF_VALUES", "asks_for_wholes", "plain_indicators"]

Truths = NDArray[np.bool_]

#: Rules whose result over parts of parts is that over all of them; the latest value is one over time only.
OF_VALUES: Final[dict[str, Operation]] = {"sum": total, "max": greatest, "min": least, "worst": least}
#: The same for numerators and denominators.
OF_SHARES: Final[dict[str, Operation]] = {"ratio": total}
#: Rules that make something else of a value that stands alone.
_NEVER_ALONE: Final = ("count",)


def asks_for_wholes(plan: Plan, request: Request, methodology: Methodology) -> bool:
    """Whether all groups together are asked for, of what was reported, at places that never move.

    Notes
    -----
    Methodology §3.2.
    """
    return not request.groups and _asks_for_reports(plan, methodology)


def _asks_for_reports(plan: Plan, methodology: Methodology) -> bool:
    """Whether what was reported is asked for, at places that never move."""
    return methodology.gaps is None and not any(place.moves for place in plan.places)


def plain_indicators(
    plan: Plan, packed: Packed, regular: Regularity, request: Request, methodology: Methodology, rules: IndicatorRules,
    spans: Spans,
) -> Truths:  # fmt: skip
    """Return which indicators raise no question in adding up as asked.

    Notes
    -----
    Methodology §3.2. The values are the latest known.
    """
    none = np.zeros(len(plan.indicators), dtype=bool)
    if not _asks_for_reports(plan, methodology):
        return none
    each = regular.frequency[regular.is_regular]
    if not len(each):
        return none
    apart = (spans.across.count > 0) | (spans.longer.count > 0) | (spans.inside.count > 1)
    asks = np.zeros(len(regular.frequencies), dtype=bool)
    np.logical_or.at(asks, [regular.frequencies.index(one.frequency) for one in packed.periods], apart)
    plain = regular.is_regular & ~asks[regular.frequency] & _can_fold(packed, regular, rules)
    # What a register does not say is zero; what is carried on counts in other periods; words are not reckoned with.
    plain &= ~(rules.is_text | (rules.valid_for > 0) | rules.is_register)
    if request.groups:
        # A member that a return leaves out is zero as well.
        implies = np.flatnonzero(plain & rules.says_zero).tolist()
        plain[[n for n in implies if {*plan.indicators[n].dimensions} & {*request.groups}]] = False
    return plain


def _can_fold(packed: Packed, regular: Regularity, rules: IndicatorRules) -> Truths:
    """Which indicators have rules that fold, over every axis on which something must be combined."""
    found = np.zeros(len(regular.is_regular), dtype=bool)
    ways, way_of = rules.ways
    for block in packed.blocks:
        known = tuple(OF_VALUES if is_blank(block.denominator) else OF_SHARES)
        mine = block.indicator[new_segments(block.indicator)]
        over_time = np.array([way[0] in (*known, "last") and not {*way} & {*_NEVER_ALONE} for way in ways])
        over_groups, over_places = (np.array([way[axis] in known for way in ways]) for axis in (1, 2))
        way = way_of[mine]
        found[mine] = over_time[way]
        found[mine] &= ~regular.has_groups[mine] | over_groups[way]
        found[mine] &= ~regular.has_places[mine] | over_places[way]
    return found
