"""What makes the records of a plan contradict one another.  Methodology §1.

Each rule is a small generator of faults, with the place as it stands in a plan file. What is only unwise is not here:
that is for ``cpas.check``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from cpas.errors import Fault
from cpas.model.references import formula_faults, unit_fault, unknown, unknown_one, where_faults, with_nearest
from cpas.model.soundness import (
    ALLOWED_LINKS,
    NAMED,
    elements_are_sound,
    ids_are_sound,
    indicators_are_sound,
    links_are_sound,
)

if TYPE_CHECKING:
    from cpas.model.indicators import Indicator
    from cpas.model.plans import Plan

__all__ = ["plan_faults"]

#: These stand in formulas and in written references, so they cannot stand in ids.
_RESERVED = re.compile(r"[\x00-\x1f\x7f{}|=\[\]]")
#: Columns of tables, which a dimension's own column must not hide.
_COLUMNS: Final = frozenset(
    {
        "indicator", "element", "id", "level", "period", "place", "value", "numerator", "denominator", "low", "high",
        "text", "unit", "status", "reason", "sensitivity", "source", "recorded_at", "note", "expected", "received",
        "complete", "age_days", "planned", "done", "percent", "score", "raw", "own", "below", "delivery", "path",
        "pace", "coverage", "answered", "indicators", "worst", "dispersion",
    }
)  # fmt: skip


def plan_faults(plan: Plan) -> Iterator[Fault]:
    """Yield every fault of a plan, in the order of its fields."""
    return with_nearest(_plan_faults(plan))


def _plan_faults(plan: Plan) -> Iterator[Fault]:
    yield from _clashes(plan)
    if not elements_are_sound(plan):
        yield from _chain_references(plan)
    if not links_are_sound(plan):
        yield from _link_faults(plan)
    yield from _indicator_faults(plan)
    yield from _stakeholder_references(plan)
    yield from _place_faults(plan)
    yield from _other_references(plan)


def _places_of_elements(plan: Plan) -> Iterator[tuple[str, Any]]:
    """Yield each element with its place in a file: ``outcomes[1]``."""
    count: Counter[str] = Counter()
    for element in plan.elements:
        name = {"activity": "activities"}.get(element.level, f"{element.level}s")
        yield f"{name}[{count[name]}]", element
        count[name] += 1


def _all_named(plan: Plan) -> Iterator[tuple[str, str]]:
    for where, element in _places_of_elements(plan):
        yield where, element.id
    for name in NAMED:
        for i, record in enumerate(getattr(plan, name)):
            yield f"{name}[{i}]", record.id


def _clashes(plan: Plan) -> Iterator[Fault]:
    """Ids are unique, and can be written in a formula or a file."""
    if not ids_are_sound(plan):
        yield from _duplicates(_all_named(plan), "is the id of more than one record")
    for name in ("places", "dimensions"):
        named = [(f"{name}[{i}]", record.id) for i, record in enumerate(getattr(plan, name))]
        yield from _duplicates(named, f"is the id of more than one of the {name}")
    for i, dimension in enumerate(plan.dimensions):
        if dimension.id in _COLUMNS:
            yield Fault(f"dimensions[{i}].id", f"{dimension.id!r} is the name of a column. Choose another.", "id")


def _is_id(id: str) -> bool:
    return bool(id) and id == id.strip() and not _RESERVED.search(id)


def _duplicates(named: Iterable[tuple[str, str]], message: str) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for where, id in named:
        if not _is_id(id):
            yield Fault(
                f"{where}.id",
                f"{id!r} is no id: it is empty, has spaces at an end, or one of {{}}|=[].",
                "id",
            )
        if id in first:
            yield Fault(f"{where}.id", f"{id!r} {message}: it is also at {first[id]}.", "duplicate_id")
        first.setdefault(id, where)


def _chain_references(plan: Plan) -> Iterator[Fault]:
    harms = {harm.id for harm in plan.harms}
    levels: dict[str, set[str]] = {}
    for element in plan.elements:
        levels.setdefault(element.level, set()).add(element.id)
    for where, element in _places_of_elements(plan):
        yield from unknown(f"{where}.places", element.places, plan.places_by_id, "place")
        if element.level == "activity":
            yield from unknown(f"{where}.after", (a.activity for a in element.after), levels["activity"], "activity")
            yield from unknown(f"{where}.engages", element.engages, plan.stakeholders_by_id, "stakeholder")
            yield from unknown(f"{where}.harms", element.harms, harms, "harm risk")
            continue
        yield from unknown_one(f"{where}.part_of", element.part_of, levels[element.level], element.level)
        if element.level == "outcome":
            yield from unknown(f"{where}.stakeholders", element.stakeholders, plan.stakeholders_by_id, "stakeholder")
        if element.level == "output":
            for j, planned in enumerate(element.planned):
                yield from unit_fault(plan, f"{where}.planned[{j}].unit", planned.unit)
                yield from where_faults(plan, f"{where}.planned[{j}].where", planned.where, plan.dimensions_by_id)


def _link_faults(plan: Plan) -> Iterator[Fault]:
    """Links join known elements of levels that may be joined, once."""
    assumptions = {assumption.id for assumption in plan.assumptions}
    seen: set[tuple[str, str]] = set()
    known = plan.elements_by_id
    for i, link in enumerate(plan.links):
        where, pair = f"links[{i}]", (link.source, link.target)
        yield from unknown_one(f"{where}.source", link.source, known, "element")
        yield from unknown_one(f"{where}.target", link.target, known, "element")
        yield from unknown(f"{where}.assumptions", link.assumptions, assumptions, "assumption")
        if pair in seen:
            yield Fault(where, f"The link {link.source} → {link.target} is there twice.", "duplicate")
        seen.add(pair)
        if link.source in known and link.target in known:
            levels = known[link.source].level, known[link.target].level
            if levels not in ALLOWED_LINKS:
                yield Fault(
                    where,
                    f"{link.source} → {link.target} links {levels[0]} to {levels[1]}. Allowed are activity → output, "
                    "output → outcome, outcome → outcome, outcome → objective.",
                    "link_not_allowed",
                )


def _indicator_faults(plan: Plan) -> Iterator[Fault]:
    """Indicators refer to what is there, and their values do not contradict one another."""
    named = list(enumerate(plan.indicators))
    if indicators_are_sound(plan):
        # One baseline and one target stand beside no other; only levels of an ordinal have ends.
        several = [n for n in named if len(n[1].baseline) > 1 or len(n[1].targets) > 1 or n[1].kind == "ordinal"]
        for i, indicator in several:
            yield from _target_faults(indicator, f"indicators[{i}]")
        return
    measurable = {*plan.elements_by_id, *plan.stakeholders_by_id, *(driver.id for driver in plan.drivers)}
    for i, indicator in named:
        yield from _faults_of(plan, indicator, f"indicators[{i}]", measurable)


def _faults_of(plan: Plan, indicator: Indicator, where: str, measurable: Collection[str]) -> Iterator[Fault]:
    what = "element, stakeholder or driver"
    yield from unknown(f"{where}.measures", (measure.element for measure in indicator.measures), measurable, what)
    yield from unknown(f"{where}.dimensions", indicator.dimensions, plan.dimensions_by_id, "dimension")
    yield from unknown(f"{where}.places", indicator.places, plan.places_by_id, "place")
    yield from unit_fault(plan, f"{where}.unit", indicator.unit)
    own = {id: plan.dimensions_by_id[id] for id in indicator.dimensions if id in plan.dimensions_by_id}
    for name in ("baseline", "targets"):
        for i, value in enumerate(getattr(indicator, name)):
            yield from where_faults(plan, f"{where}.{name}[{i}].where", value.where, own)
    yield from _target_faults(indicator, where)
    if indicator.formula is not None:
        yield from formula_faults(plan, f"{where}.formula", indicator.formula)
    if indicator.denominator and indicator.denominator in plan.indicators_by_id and indicator.formula is None:
        counted = plan.indicators_by_id[indicator.denominator]
        if counted.id == indicator.id:
            yield Fault(f"{where}.denominator", "An indicator is not its own denominator.", "loop")


def _target_faults(indicator: Indicator, where: str) -> Iterator[Fault]:
    """Values lie on the indicator's own scale, and none stands beside another for the same time."""
    for name in ("baseline", "targets"):
        seen: dict[Any, int] = {}
        for i, given in enumerate(getattr(indicator, name)):
            key = (given.period, given.where, getattr(given, "set_on", None), getattr(given, "role", ""))
            if key in seen:
                yield Fault(
                    f"{where}.{name}[{i}]",
                    f"It stands beside {name}[{seen[key]}], for the same.",
                    "duplicate",
                )
            seen.setdefault(key, i)
            relative = getattr(given, "relative", False)
            if indicator.kind == "ordinal" and not relative and given.value not in range(len(indicator.levels)):
                message = f"{given.value:g} is no level: the levels are 0 to {len(indicator.levels) - 1}."
                yield Fault(f"{where}.{name}[{i}].value", message, "range")


def _stakeholder_references(plan: Plan) -> Iterator[Fault]:
    known = plan.stakeholders_by_id
    results = {one.id for one in (*plan.objectives, *plan.outcomes)} if plan.stances else ()
    for i, stance in enumerate(plan.stances):
        yield from unknown_one(f"stances[{i}].stakeholder", stance.stakeholder, known, "stakeholder")
        yield from unknown_one(f"stances[{i}].element", stance.element, results, "outcome or objective")
    outcomes = {outcome.id for outcome in plan.outcomes} if plan.influences else ()
    for i, influence in enumerate(plan.influences):
        yield from unknown_one(f"influences[{i}].outcome", influence.outcome, outcomes, "outcome")
        yield from unknown_one(f"influences[{i}].stakeholder", influence.stakeholder, known, "stakeholder")
    for i, relation in enumerate(plan.relations):
        yield from unknown_one(f"relations[{i}].source", relation.source, known, "stakeholder")
        yield from unknown_one(f"relations[{i}].target", relation.target, known, "stakeholder")


def _place_faults(plan: Plan) -> Iterator[Fault]:
    for i, place in enumerate(plan.places):
        yield from unknown_one(f"places[{i}].parent", place.parent, plan.places_by_id, "place")
        for n, moved in enumerate(place.moves):
            yield from unknown_one(f"places[{i}].moves[{n}].parent", moved.parent, plan.places_by_id, "place")
    if "all" in plan.places_by_id and plan.root == "all" and plan.places_by_id["all"].parent is not None:
        yield Fault("places", "'all' is the id of the place above all others. Give this one another id.", "id")


def _other_references(plan: Plan) -> Iterator[Fault]:
    for i, assumption in enumerate(plan.assumptions):
        yield from unknown_one(f"assumptions[{i}].indicator", assumption.indicator, plan.indicators_by_id, "indicator")
    for i, risk in enumerate(plan.risks):
        yield from unknown(f"risks[{i}].threatens", risk.threatens, plan.elements_by_id, "element")
    for i, driver in enumerate(plan.drivers):
        yield from unknown(f"drivers[{i}].places", driver.places, plan.places_by_id, "place")
        yield from unknown(f"drivers[{i}].elements", driver.elements, plan.elements_by_id, "element")
