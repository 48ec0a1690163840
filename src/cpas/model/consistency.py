"""What makes the records of a plan contradict one another.  Methodology §1.

Each rule is a small generator of faults, with the place as it stands in a plan file. What is only unwise is not here:
that is for ``cpas.check``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from cpas.errors import CpasError, Fault, did_you_mean
from cpas.model.loops import formula_references
from cpas.units import check_unit

if TYPE_CHECKING:
    from cpas.model.elements import AnyElement, Link
    from cpas.model.indicators import Indicator
    from cpas.model.plans import Plan

__all__ = ["ALLOWED_LINKS", "plan_faults"]

#: Which level may bring about which.  domain: results framework, allowed links.
ALLOWED_LINKS: Final = frozenset(
    {
        ("activity", "output"),
        ("output", "outcome"),
        ("outcome", "outcome"),
        ("outcome", "objective"),
    }
)
#: These stand in formulas and in written references, so they cannot stand in ids.
_RESERVED = re.compile(r"[\x00-\x1f\x7f{}|=\[\]]")
_LISTS: Final = ("indicators", "stakeholders", "assumptions", "risks", "harms", "drivers")
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
    yield from _clashes(plan)
    yield from _chain_references(plan)
    yield from _link_faults(plan)
    measurable = {*plan.elements_by_id, *plan.stakeholders_by_id, *(driver.id for driver in plan.drivers)}
    for i, indicator in enumerate(plan.indicators):
        yield from _indicator_faults(plan, indicator, f"indicators[{i}]", measurable)
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
    for name in _LISTS:
        for i, record in enumerate(getattr(plan, name)):
            yield f"{name}[{i}]", record.id


def _clashes(plan: Plan) -> Iterator[Fault]:
    """Ids are unique, and can be written in a formula or a file."""
    ids = [element.id for element in plan.elements]
    ids += [record.id for name in _LISTS for record in getattr(plan, name)]
    # Where a fault stands is worked out only where there is one.
    if len(set(ids)) < len(ids) or not all(map(_is_id, ids)):
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


def _unknown(where: str, ids: Iterable[str], known: Collection[str], what: str) -> Iterator[Fault]:
    """Each id is known; else a fault that names the nearest."""
    for i, id in enumerate(ids):
        if id not in known:
            yield Fault(f"{where}[{i}]", f"There is no {what} {id!r}.{did_you_mean(id, known)}", "unknown_id")


def _unknown_one(where: str, id: str | None, known: Collection[str], what: str) -> Iterator[Fault]:
    if id is not None and id not in known:
        yield Fault(where, f"There is no {what} {id!r}.{did_you_mean(id, known)}", "unknown_id")


def _chain_references(plan: Plan) -> Iterator[Fault]:
    harms = {harm.id for harm in plan.harms}
    activities = {activity.id for activity in plan.activities}
    for where, element in _places_of_elements(plan):
        yield from _unknown(f"{where}.places", element.places, plan.places_by_id, "place")
        if element.level == "activity":
            yield from _unknown(f"{where}.after", (a.activity for a in element.after), activities, "activity")
            yield from _unknown(f"{where}.engages", element.engages, plan.stakeholders_by_id, "stakeholder")
            yield from _unknown(f"{where}.harms", element.harms, harms, "harm risk")
            continue
        same = {e.id for e in plan.elements if e.level == element.level} if element.part_of else ()
        yield from _unknown_one(f"{where}.part_of", element.part_of, same, element.level)
        if element.level == "outcome":
            yield from _unknown(f"{where}.stakeholders", element.stakeholders, plan.stakeholders_by_id, "stakeholder")
        if element.level == "output":
            for j, planned in enumerate(element.planned):
                yield from _unit_fault(plan, f"{where}.planned[{j}].unit", planned.unit)
                yield from _where_faults(plan, f"{where}.planned[{j}].where", planned.where, plan.dimensions_by_id)


def _may_be(link: Link, known: Mapping[str, AnyElement]) -> bool:
    """Whether a link joins known elements of levels that may be joined."""
    source, target = known.get(link.source), known.get(link.target)
    return source is not None and target is not None and (source.level, target.level) in ALLOWED_LINKS


def _link_faults(plan: Plan) -> Iterator[Fault]:
    """Links join known elements of levels that may be joined, once."""
    assumptions = {assumption.id for assumption in plan.assumptions}
    seen: set[tuple[str, str]] = set()
    known = plan.elements_by_id
    for i, link in enumerate(plan.links):
        where, pair = f"links[{i}]", (link.source, link.target)
        if pair not in seen and not link.assumptions and _may_be(link, known):
            seen.add(pair)
            continue
        yield from _unknown_one(f"{where}.source", link.source, known, "element")
        yield from _unknown_one(f"{where}.target", link.target, known, "element")
        yield from _unknown(f"{where}.assumptions", link.assumptions, assumptions, "assumption")
        if (link.source, link.target) in seen:
            yield Fault(where, f"The link {link.source} → {link.target} is there twice.", "duplicate")
        seen.add((link.source, link.target))
        if link.source in known and link.target in known:
            levels = known[link.source].level, known[link.target].level
            if levels not in ALLOWED_LINKS:
                yield Fault(
                    where,
                    f"{link.source} → {link.target} links {levels[0]} to {levels[1]}. Allowed are activity → output, "
                    "output → outcome, outcome → outcome, outcome → objective.",
                    "link_not_allowed",
                )


def _indicator_faults(plan: Plan, indicator: Indicator, where: str, measurable: Collection[str]) -> Iterator[Fault]:
    what = "element, stakeholder or driver"
    yield from _unknown(f"{where}.measures", (measure.element for measure in indicator.measures), measurable, what)
    yield from _unknown(f"{where}.dimensions", indicator.dimensions, plan.dimensions_by_id, "dimension")
    yield from _unknown(f"{where}.places", indicator.places, plan.places_by_id, "place")
    yield from _unit_fault(plan, f"{where}.unit", indicator.unit)
    own = {id: plan.dimensions_by_id[id] for id in indicator.dimensions if id in plan.dimensions_by_id}
    for name in ("baseline", "targets"):
        for i, value in enumerate(getattr(indicator, name)):
            yield from _where_faults(plan, f"{where}.{name}[{i}].where", value.where, own)
    yield from _target_faults(indicator, where)
    if indicator.formula is not None:
        yield from _formula_faults(plan, indicator.formula, f"{where}.formula")
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


def _formula_faults(plan: Plan, formula: str, where: str) -> Iterator[Fault]:
    references = formula_references(formula)
    if not references:
        yield Fault(where, f"{formula!r} refers to no indicator. Write one as {{I-07}}.", "formula")
    for id, member in references:
        yield from _unknown_one(where, id, plan.indicators_by_id, "indicator")
        for part in filter(None, (text.strip() for text in member.split(","))):
            dimension, _, name = (text.strip() for text in part.partition("="))
            yield from _where_faults(plan, where, ((dimension, name),), plan.dimensions_by_id)


def _where_faults(
    plan: Plan, where: str, pairs: tuple[tuple[str, str], ...], dimensions: dict[str, Any]
) -> Iterator[Fault]:
    """Yield a place or a member that is not the indicator's own."""
    if len({key for key, _ in pairs}) < len(pairs):
        yield Fault(where, f"{dict(pairs)} names a place or a dimension twice.", "duplicate")
    for key, value in pairs:
        if key == "place":
            if value != plan.root:
                yield from _unknown_one(where, value, plan.places_by_id, "place")
        elif key not in dimensions:
            hint = did_you_mean(key, ["place", *dimensions])
            yield Fault(where, f"{key!r} is neither 'place' nor a dimension of the indicator.{hint}", "unknown_id")
        else:
            yield from _unknown_one(where, value, dimensions[key].vocabulary, f"member of {key!r}")


def _unit_fault(plan: Plan, where: str, unit: str) -> Iterator[Fault]:
    try:
        check_unit(unit, plan.units)
    except CpasError as error:
        yield Fault(where, str(error), "unit")


def _stakeholder_references(plan: Plan) -> Iterator[Fault]:
    known = plan.stakeholders_by_id
    results = {id: e for id, e in plan.elements_by_id.items() if e.level in ("outcome", "objective")}
    for i, stance in enumerate(plan.stances):
        yield from _unknown_one(f"stances[{i}].stakeholder", stance.stakeholder, known, "stakeholder")
        yield from _unknown_one(f"stances[{i}].element", stance.element, results, "outcome or objective")
    outcomes = {outcome.id for outcome in plan.outcomes}
    for i, influence in enumerate(plan.influences):
        yield from _unknown_one(f"influences[{i}].outcome", influence.outcome, outcomes, "outcome")
        yield from _unknown_one(f"influences[{i}].stakeholder", influence.stakeholder, known, "stakeholder")
    for i, relation in enumerate(plan.relations):
        yield from _unknown_one(f"relations[{i}].source", relation.source, known, "stakeholder")
        yield from _unknown_one(f"relations[{i}].target", relation.target, known, "stakeholder")


def _place_faults(plan: Plan) -> Iterator[Fault]:
    for i, place in enumerate(plan.places):
        yield from _unknown_one(f"places[{i}].parent", place.parent, plan.places_by_id, "place")
        for n, moved in enumerate(place.moves):
            yield from _unknown_one(f"places[{i}].moves[{n}].parent", moved.parent, plan.places_by_id, "place")
    if "all" in plan.places_by_id and plan.root == "all" and plan.places_by_id["all"].parent is not None:
        yield Fault("places", "'all' is the id of the place above all others. Give this one another id.", "id")


def _other_references(plan: Plan) -> Iterator[Fault]:
    for i, assumption in enumerate(plan.assumptions):
        yield from _unknown_one(f"assumptions[{i}].indicator", assumption.indicator, plan.indicators_by_id, "indicator")
    for i, risk in enumerate(plan.risks):
        yield from _unknown(f"risks[{i}].threatens", risk.threatens, plan.elements_by_id, "element")
    for i, driver in enumerate(plan.drivers):
        yield from _unknown(f"drivers[{i}].places", driver.places, plan.places_by_id, "place")
        yield from _unknown(f"drivers[{i}].elements", driver.elements, plan.elements_by_id, "element")
