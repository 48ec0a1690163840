"""What tells at a glance that a plan is sound: ids, references and links, each sort looked at all at once.

The rules are those of `consistency`. A yes means that it would find nothing; a no, that something *may* be wrong: what
it is, and where, is then found record by record. numpy is loaded only for a plan of many links.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from cpas.choices import LEVELS
from cpas.model.layers import LARGE
from cpas.model.references import formula_faults, unit_fault, where_faults

if TYPE_CHECKING:
    from cpas.model.fields import Pairs
    from cpas.model.plans import Plan

__all__ = ["ALLOWED_LINKS", "NAMED", "elements_are_sound", "ids_are_sound", "indicators_are_sound", "links_are_sound"]

#: Which level may bring about which.  domain: results framework, allowed links.
ALLOWED_LINKS: Final = frozenset(
    {
        ("activity", "output"),
        ("output", "outcome"),
        ("outcome", "outcome"),
        ("outcome", "objective"),
    }
)
#: Lists of a plan whose records, with its elements, have ids that are all different.
NAMED: Final = ("indicators", "stakeholders", "assumptions", "risks", "harms", "drivers")
#: What may stand anywhere in an id: ASCII without control characters, blanks and what formulas use.
_PLAIN: Final = bytes(set(range(0x21, 0x7F)) - set(b"{}|=[]"))


def ids_are_sound(plan: Plan) -> bool:
    """Whether the ids of a plan's records are all different, and of plain characters only."""
    others = [record.id for name in NAMED for record in getattr(plan, name)]
    ids = plan.numbers | dict.fromkeys(others, 0) if others else plan.numbers
    if "" in ids or len(ids) < len(plan.elements) + len(others):
        return False
    return not "".join(ids).encode(errors="surrogatepass").translate(None, _PLAIN)


def elements_are_sound(plan: Plan) -> bool:
    """Whether whatever elements name is there, and what is planned of outputs can be read."""
    planned = [one for output in plan.outputs for one in output.planned]
    return (
        _all_of([one.places for one in plan.elements]) <= plan.places_by_id.keys()
        and _all_of([one.stakeholders for one in plan.outcomes]) <= plan.stakeholders_by_id.keys()
        and _all_of([one.engages for one in plan.activities]) <= plan.stakeholders_by_id.keys()
        and _all_of([one.harms for one in plan.activities]) <= _ids(plan.harms)
        and {after.activity for one in plan.activities for after in one.after} <= _ids(plan.activities)
        and _parts_are_sound(plan)
        and _units_are_sound(plan, {one.unit for one in planned})
        and _wheres_are_sound(plan, {(tuple(plan.dimensions_by_id), one.where) for one in planned})
    )


def _parts_are_sound(plan: Plan) -> bool:
    """Whether each part is of a whole on its own level."""
    levels: tuple[tuple[Any, ...], ...] = (plan.objectives, plan.outcomes, plan.outputs)
    return not plan.parts or all({one.part_of for one in some} <= {None, *_ids(some)} for some in levels)


def indicators_are_sound(plan: Plan) -> bool:
    """Whether whatever indicators name is there, and their units and formulas can be read."""
    some = plan.indicators
    measured = {measure.element for one in some for measure in one.measures}
    before = {(one.dimensions, value.where) for one in some for value in one.baseline if value.where}
    after = {(one.dimensions, value.where) for one in some for value in one.targets if value.where}
    formulas = {one.formula for one in some if one.formula is not None}
    return (
        measured - plan.numbers.keys() - plan.stakeholders_by_id.keys() <= _ids(plan.drivers)
        and _all_of([one.dimensions for one in some]) <= plan.dimensions_by_id.keys()
        and _all_of([one.places for one in some]) <= plan.places_by_id.keys()
        and not [one for one in some if one.denominator == one.id]
        and _units_are_sound(plan, {one.unit for one in some})
        and _wheres_are_sound(plan, before | after)
        and not any(fault for formula in formulas for fault in formula_faults(plan, "", formula))
    )


def _units_are_sound(plan: Plan, units: Iterable[str]) -> bool:
    return not any(fault for unit in units for fault in unit_fault(plan, "", unit))


def _wheres_are_sound(plan: Plan, wheres: Iterable[tuple[tuple[str, ...], Pairs]]) -> bool:
    """Whether places and members, each set beside the dimensions it may be of, are there."""
    known = plan.dimensions_by_id
    return not any(
        fault for own, where in wheres for fault in where_faults(plan, "", where, {id: known[id] for id in own})
    )


def _all_of(lists: Iterable[tuple[str, ...]]) -> set[str]:
    """Return every id that is in some list; most records of a plan list nothing, or the same."""
    return set(chain.from_iterable(set(filter(None, lists))))


def _ids(records: Iterable[Any]) -> set[str]:
    return {record.id for record in records}


# -- links ---------------------------------------------------------------------------------------------------


def links_are_sound(plan: Plan) -> bool:
    """Whether many links join known elements of levels that may be joined, once each, on known assumptions.

    Of fewer than `LARGE` links it does not know: they are sooner looked at one by one than numpy is loaded.
    """
    if len(plan.links) < LARGE or not _all_of([one.assumptions for one in plan.links]) <= _ids(plan.assumptions):
        return False
    try:
        sources, targets = plan.link_ends
    except KeyError:
        return False
    return _may_be(plan, sources, targets)


def _may_be(plan: Plan, sources: Sequence[int], targets: Sequence[int]) -> bool:
    import numpy as np

    # Elements stand by level, and objectives first.
    counts = [len(some) for some in (plan.objectives, plan.outcomes, plan.outputs, plan.activities)]
    level = np.repeat(np.arange(len(counts)), counts)
    words = LEVELS[::-1]
    allowed = np.array([[(one, other) in ALLOWED_LINKS for other in words] for one in words])
    source, target = np.asarray(sources), np.asarray(targets)
    # Links are mostly given in an order, which this way of sorting makes use of.
    pairs = np.sort(source * len(level) + target, kind="stable")
    return bool(allowed[level[source], level[target]].all() and (pairs[1:] != pairs[:-1]).all())
