"""Whether the causal bets are said: what links assume, what rests on one alone, what weighs, what comes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from cpas.methods.checks.codes import Code
from cpas.methods.checks.wording import called, listed
from cpas.model import Link, Plan
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = [
    "CODES",
    "RULES",
    "assumption_unused",
    "link_without_assumption",
    "priority_tie",
    "single_point_of_failure",
    "strong_link_in_doubt",
    "weights_all_zero",
]

_UN_GLOSSARY: Final = Source("Glossary of the United Nations Secretariat", section="assumption")
_CIVIC: Final = Source("CIVIC, issue brief on the Strategic Planning Unit of MINUSMA", year=2019)
_MAYNE: Final = Source("Mayne, Contribution analysis", year=2008)

OBJECTIVE_LINK_WITHOUT_ASSUMPTION: Final = Code(
    "objective_link_without_assumption",
    "warning",
    what="A link to an objective names no assumption.",
    why="Between an outcome and an objective lie conditions outside the mission's control. If none is said, none can "
    "be watched, and nobody sees when the bet no longer holds.",
    mend="Say what must hold for the one to lead to the other, and name it in the link's assumptions.",
    source=_UN_GLOSSARY,
)
OUTCOME_LINK_WITHOUT_ASSUMPTION: Final = Code(
    "outcome_link_without_assumption",
    "note",
    what="A link to an outcome names no assumption.",
    why="That a product changes what people do is a bet too. An assessment that finds the product delivered and the "
    "change not seen will ask for the assumption.",
    mend="Say what must hold for the one to lead to the other, where that is not plain.",
    source=_MAYNE,
)
STRONG_LINK_IN_DOUBT: Final = Code(
    "strong_link_in_doubt",
    "warning",
    what="A link is called strong while one of its assumptions is in doubt or broken.",
    why="Evidence carries a link only while what it assumes holds; a contribution claimed over it would not stand.",
    mend="Look at the evidence again: lower the link's strength, or say why the assumption holds after all.",
    source=_MAYNE,
)
ASSUMPTION_UNUSED: Final = Code(
    "assumption_unused",
    "note",
    what="An assumption belongs to no link.",
    why="A condition matters for a link: without one, nobody knows what falls when it breaks.",
    mend="Name it in the assumptions of the links that need it, or take it out.",
)
WEIGHTS_ALL_ZERO: Final = Code(
    "weights_all_zero",
    "warning",
    what="All parts of an element weigh zero.",
    why="A weighted mean of parts that count for nothing has no value: the element's score or delivery stays missing.",
    mend="Give at least one part a weight above zero; only their proportions count.",
)
PRIORITY_TIE: Final = Code(
    "priority_tie",
    "note",
    what="Two elements of one level have the same priority.",
    why="Setting priorities means leaving something behind. A tie leaves that choice to whoever is short of means "
    "first.",
    mend="Give each its own rank, or take the priority out where the order does not matter.",
    source=_CIVIC,
)
SINGLE_POINT_OF_FAILURE: Final = Code(
    "single_point_of_failure",
    "warning",
    what="One output alone carries an outcome.",
    why="If that output is late, cut or blocked, the outcome has nothing left.",
    mend="Ask what else could help bring the outcome about, or what is done if this output fails.",
)


def link_without_assumption(plan: Plan) -> Iterator[Remark]:
    """Yield the links to objectives, and to outcomes, that name no assumption.

    Examples
    --------
    >>> from cpas.model import Objective, Outcome
    >>> plan = Plan("demo", "Demo", elements=[Objective("OBJ-1", "Safety"), Outcome("OC-1", "Change")],
    ...             links=[Link("OC-1", "OBJ-1")])
    >>> [(remark.code, remark.where) for remark in link_without_assumption(plan)]
    [('objective_link_without_assumption', 'OC-1 → OBJ-1')]
    """
    codes = {"objective": OBJECTIVE_LINK_WITHOUT_ASSUMPTION, "outcome": OUTCOME_LINK_WITHOUT_ASSUMPTION}
    for link in plan.links:
        level = plan.elements_by_id[link.target].level
        if level in codes and not link.assumptions:
            yield codes[level].at(_arrow(link), f"The link {_arrow(link)} names no assumption.")


def strong_link_in_doubt(plan: Plan) -> Iterator[Remark]:
    """Yield the strong links whose assumptions are in doubt or broken.

    Examples
    --------
    >>> from cpas.model import Assumption, Objective, Outcome
    >>> plan = Plan("demo", "Demo", elements=[Objective("OBJ-1", "Safety"), Outcome("OC-1", "Change")],
    ...             links=[Link("OC-1", "OBJ-1", strength="strong", assumptions=["AS-1"])],
    ...             assumptions=[Assumption("AS-1", "Militias honour agreements", status="broken")])
    >>> [remark.where for remark in strong_link_in_doubt(plan)]
    ['OC-1 → OBJ-1']
    """
    shaken = {a.id: a for a in plan.assumptions if a.status in ("in_doubt", "broken")}
    for link in plan.links:
        for id in sorted({*link.assumptions} & shaken.keys()) if link.strength == "strong" else ():
            state = shaken[id].status.replace("_", " ")
            message = f"The link {_arrow(link)} is called strong, and its assumption {id!r} is {state}."
            yield STRONG_LINK_IN_DOUBT.at(_arrow(link), message)


def assumption_unused(plan: Plan) -> Iterator[Remark]:
    """Yield the assumptions that no link needs.

    Examples
    --------
    >>> from cpas.model import Assumption
    >>> plan = Plan("demo", "Demo", assumptions=[Assumption("AS-1", "Roads stay open")])
    >>> [remark.where for remark in assumption_unused(plan)]
    ['AS-1']
    """
    used = {id for link in plan.links for id in link.assumptions}
    for assumption in plan.assumptions:
        if assumption.id not in used:
            yield ASSUMPTION_UNUSED.at(assumption.id, f"{called(assumption)} belongs to no link.")


def single_point_of_failure(plan: Plan) -> Iterator[Remark]:
    """Yield the outcomes that rest on one output alone.

    Examples
    --------
    >>> from cpas.model import Link, Outcome, Output
    >>> plan = Plan("demo", "Demo", elements=[Outcome("OC-1", "Change"), Output("OP-1", "Courts")],
    ...             links=[Link("OP-1", "OC-1")])
    >>> [remark.where for remark in single_point_of_failure(plan)]
    ['OC-1']
    """
    wholes = {outcome.part_of for outcome in plan.outcomes}
    for outcome in plan.outcomes:
        causes = plan.links_to.get(outcome.id, ())
        if len(causes) == 1 and outcome.id not in wholes:
            only = plan.elements_by_id[causes[0].source]
            if only.level == "output":
                message = f"{called(outcome)} rests on one output alone: {only.id!r}."
                yield SINGLE_POINT_OF_FAILURE.at(outcome.id, message)


def weights_all_zero(plan: Plan) -> Iterator[Remark]:
    """Yield what is measured by indicators, or made of parts, that all weigh zero.

    Examples
    --------
    >>> from cpas.model import Objective, Outcome
    >>> plan = Plan("demo", "Demo", elements=[Objective("OBJ-1", "Safety"), Outcome("OC-1", "Change")],
    ...             links=[Link("OC-1", "OBJ-1", weight=0)])
    >>> [remark.where for remark in weights_all_zero(plan)]
    ['OBJ-1']
    """
    for id, links in plan.links_to.items():
        # Activities never roll into delivery, so what they weigh is never read.
        if plan.elements_by_id[id].level != "output" and not any(link.weight for link in links):
            yield WEIGHTS_ALL_ZERO.at(id, f"All that leads to {id!r} weighs zero: {listed(_sources(links))}.")
    for id, weights in _indicator_weights(plan).items():
        if not any(weights.values()):
            yield WEIGHTS_ALL_ZERO.at(id, f"All indicators of {id!r} weigh zero: {listed(weights)}.")


def priority_tie(plan: Plan) -> Iterator[Remark]:
    """Yield the elements of one level, and of one whole, that share a priority.

    Examples
    --------
    >>> from cpas.model import Objective
    >>> plan = Plan("demo", "Demo", elements=[Objective(id, "Safety", priority=1) for id in ("OBJ-1", "OBJ-2")])
    >>> [remark.message for remark in priority_tie(plan)]
    ["Priority 1 is given to more than one objective: 'OBJ-1', 'OBJ-2'."]
    """
    ranked: dict[tuple[str, str | None, int], list[str]] = defaultdict(list)
    for element in (*plan.objectives, *plan.outcomes, *plan.outputs):
        if element.priority is not None:
            ranked[element.level, element.part_of, element.priority].append(element.id)
    for (level, _, priority), ids in ranked.items():
        if len(ids) > 1:
            message = f"Priority {priority} is given to more than one {level}: {listed(ids)}."
            yield PRIORITY_TIE.at(min(ids), message)


def _arrow(link: Link) -> str:
    return f"{link.source} → {link.target}"


def _sources(links: tuple[Link, ...]) -> Iterator[str]:
    return (link.source for link in links)


def _indicator_weights(plan: Plan) -> dict[str, dict[str, float]]:
    """Return, by what is measured, the weight of each of its scored indicators."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for indicator in plan.indicators:
        for measure in indicator.measures if indicator.is_scorable else ():
            found[measure.element][indicator.id] = indicator.weight * measure.weight
    return found


CODES: Final = (
    OBJECTIVE_LINK_WITHOUT_ASSUMPTION,
    OUTCOME_LINK_WITHOUT_ASSUMPTION,
    STRONG_LINK_IN_DOUBT,
    ASSUMPTION_UNUSED,
    SINGLE_POINT_OF_FAILURE,
    WEIGHTS_ALL_ZERO,
    PRIORITY_TIE,
)
RULES: Final = (
    link_without_assumption,
    strong_link_in_doubt,
    assumption_unused,
    single_point_of_failure,
    weights_all_zero,
    priority_tie,
)
