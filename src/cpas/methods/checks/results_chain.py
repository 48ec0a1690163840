"""Whether the results chain holds together: everything leads somewhere, and something leads to it.

A part shares what its whole leads to, and a whole is brought about where one of its parts is (`part_of`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from cpas.methods.checks.codes import Code
from cpas.methods.checks.wording import called, counted, listed
from cpas.model import Plan
from cpas.model.elements import AnyElement
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = [
    "CODES",
    "RULES",
    "activity_leads_nowhere",
    "objective_without_outcome",
    "off_plan_activities",
    "outcome_leads_nowhere",
    "outcome_without_cause",
    "output_leads_nowhere",
    "output_not_produced",
]

_CIVIC: Final = Source("CIVIC, issue brief on the Strategic Planning Unit of MINUSMA", year=2019)
_KENYA: Final = Source("UNDP, Independent Country Programme Evaluation, Kenya", section="section 2.7")

ACTIVITY_LEADS_NOWHERE: Final = Code(
    "activity_leads_nowhere",
    "warning",
    what="An activity of the plan is linked to no output.",
    why="Work that makes nothing the plan knows of cannot be seen to serve it. Missions are asked to show what each "
    "activity adds to the strategy, and mostly report activities instead.",
    mend="Link it to the output it makes, or set in_plan to false if it is additional work.",
    source=_CIVIC,
)
OFF_PLAN_ACTIVITIES: Final = Code(
    "off_plan_activities",
    "note",
    what="Activities outside the plan lead to no output.",
    why="Additional work needs no place in the results chain, but a large share of it means that the plan is not "
    "what the mission does.",
    mend="Where it has become regular work, link it to an output and set in_plan to true.",
    source=Source("CPAS fact sheet, United Nations", year=2025),
)
OUTPUT_NOT_PRODUCED: Final = Code(
    "output_not_produced",
    "warning",
    what="No activity makes an output.",
    why="An output that nobody works on will not be delivered, and what depends on it rests on hope.",
    mend="Link the activities that make it, plan some, or take the output out.",
)
OUTPUT_LEADS_NOWHERE: Final = Code(
    "output_leads_nowhere",
    "warning",
    what="An output is linked to no outcome.",
    why="A product for which no change is sought is delivered for its own sake. A review of a country programme found "
    "that what was produced and what was to change had come apart.",
    mend="Link it to the outcome it should help bring about, or ask whether it is still needed.",
    source=_KENYA,
)
OUTCOME_LEADS_NOWHERE: Final = Code(
    "outcome_leads_nowhere",
    "warning",
    what="An outcome leads to no objective, neither itself nor through other outcomes.",
    why="A change that serves no objective is not why the mission is there, or the objective is missing.",
    mend="Link it to the objective it serves, or to an outcome that does.",
)
OUTCOME_WITHOUT_CAUSE: Final = Code(
    "outcome_without_cause",
    "warning",
    what="Nothing helps bring an outcome about.",
    why="If it comes, it comes without the mission; no contribution can be looked into.",
    mend="Link the outputs or outcomes that help bring it about.",
)
OBJECTIVE_WITHOUT_OUTCOME: Final = Code(
    "objective_without_outcome",
    "warning",
    what="No outcome serves an objective.",
    why="The objective stands in the plan, and nothing in the plan is done for it.",
    mend="Link the outcomes that serve it, or say in another version that it was given up.",
)


def activity_leads_nowhere(plan: Plan) -> Iterator[Remark]:
    """Yield the activities of the plan that are linked to no output.

    Examples
    --------
    >>> from cpas.model import Activity
    >>> plan = Plan("demo", "Demo", elements=[Activity("A01", "Patrol"), Activity("A02", "Assist", in_plan=False)])
    >>> [remark.where for remark in activity_leads_nowhere(plan)]
    ['A01']
    """
    for activity in plan.activities:
        if activity.in_plan and activity.id not in plan.links_from:
            yield ACTIVITY_LEADS_NOWHERE.at(activity.id, f"{called(activity)} leads to no output.")


def off_plan_activities(plan: Plan) -> Iterator[Remark]:
    """Yield one remark that counts the activities outside the plan that lead to no output.

    Examples
    --------
    >>> from cpas.model import Activity
    >>> plan = Plan("demo", "Demo", elements=[Activity("A02", "Assist", in_plan=False)])
    >>> [remark.message for remark in off_plan_activities(plan)]
    ["1 of 1 activity is work outside the plan that leads to no output: 'A02'."]
    """
    loose = [a.id for a in plan.activities if not a.in_plan and a.id not in plan.links_from]
    if loose:
        share = f"{len(loose)} of {counted(len(plan.activities), 'activity', 'activities')}"
        verb = "is work outside the plan that leads" if len(loose) == 1 else "are work outside the plan that lead"
        yield OFF_PLAN_ACTIVITIES.at(plan.id, f"{share} {verb} to no output: {listed(loose)}.")


def output_not_produced(plan: Plan) -> Iterator[Remark]:
    """Yield the outputs that no activity makes.

    Examples
    --------
    >>> from cpas.model import Output
    >>> [remark.where for remark in output_not_produced(Plan("demo", "Demo", elements=[Output("OP-1", "Courts")]))]
    ['OP-1']
    """
    for output in _without_cause(plan, plan.outputs):
        yield OUTPUT_NOT_PRODUCED.at(output.id, f"{called(output)} is made by no activity.")


def output_leads_nowhere(plan: Plan) -> Iterator[Remark]:
    """Yield the outputs that are linked to no outcome.

    Examples
    --------
    >>> from cpas.model import Output
    >>> [remark.where for remark in output_leads_nowhere(Plan("demo", "Demo", elements=[Output("OP-1", "Courts")]))]
    ['OP-1']
    """
    leading = _with_parts(plan, (output.id for output in plan.outputs if output.id in plan.links_from))
    for output in plan.outputs:
        if output.id not in leading:
            yield OUTPUT_LEADS_NOWHERE.at(output.id, f"{called(output)} leads to no outcome.")


def outcome_leads_nowhere(plan: Plan) -> Iterator[Remark]:
    """Yield the outcomes from which no way leads to an objective.

    Examples
    --------
    >>> from cpas.model import Link, Objective, Outcome
    >>> elements = [Objective("OBJ-1", "Safety"), *(Outcome(id, "Change") for id in ("OC-1", "OC-2", "OC-3"))]
    >>> plan = Plan("demo", "Demo", elements=elements, links=[Link("OC-1", "OC-2"), Link("OC-2", "OBJ-1")])
    >>> [remark.where for remark in outcome_leads_nowhere(plan)]
    ['OC-3']
    """
    serving = _with_parts(plan, (objective.id for objective in plan.objectives), causes=True)
    for outcome in plan.outcomes:
        if outcome.id not in serving:
            yield OUTCOME_LEADS_NOWHERE.at(outcome.id, f"{called(outcome)} leads to no objective.")


def outcome_without_cause(plan: Plan) -> Iterator[Remark]:
    """Yield the outcomes that no output and no other outcome helps bring about.

    Examples
    --------
    >>> from cpas.model import Outcome
    >>> [remark.where for remark in outcome_without_cause(Plan("demo", "Demo", elements=[Outcome("OC-1", "Change")]))]
    ['OC-1']
    """
    for outcome in _without_cause(plan, plan.outcomes):
        yield OUTCOME_WITHOUT_CAUSE.at(outcome.id, f"Nothing in the plan helps bring about {_within(outcome)}.")


def objective_without_outcome(plan: Plan) -> Iterator[Remark]:
    """Yield the objectives that no outcome serves.

    Examples
    --------
    >>> from cpas.model import Objective
    >>> plan = Plan("demo", "Demo", elements=[Objective("OBJ-1", "Safety")])
    >>> [remark.message for remark in objective_without_outcome(plan)]
    ["No outcome serves objective 'OBJ-1' (Safety)."]
    """
    for objective in _without_cause(plan, plan.objectives):
        yield OBJECTIVE_WITHOUT_OUTCOME.at(objective.id, f"No outcome serves {_within(objective)}.")


def _within(element: AnyElement) -> str:
    name = called(element)
    return name[0].lower() + name[1:]


def _without_cause(plan: Plan, elements: Iterable[AnyElement]) -> Iterator[AnyElement]:
    """Yield elements to which nothing leads, neither to them nor to a part of them."""
    caused: set[str] = set()
    for id in plan.links_to:
        whole: str | None = id
        while whole is not None and whole not in caused:
            caused.add(whole)
            whole = getattr(plan.elements_by_id[whole], "part_of", None)
    yield from (element for element in elements if element.id not in caused)


def _with_parts(plan: Plan, ids: Iterable[str], *, causes: bool = False) -> set[str]:
    """Return ids with all their parts and, where asked, with all that leads to them."""
    parts: dict[str, list[str]] = defaultdict(list)
    for element in plan.elements:
        if whole := getattr(element, "part_of", None):
            parts[whole].append(element.id)
    found: set[str] = set()
    waiting = list(ids)
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting += parts.get(id, ())
            if causes:
                waiting += (link.source for link in plan.links_to.get(id, ()))
    return found


CODES: Final = (
    ACTIVITY_LEADS_NOWHERE,
    OFF_PLAN_ACTIVITIES,
    OUTPUT_NOT_PRODUCED,
    OUTPUT_LEADS_NOWHERE,
    OUTCOME_LEADS_NOWHERE,
    OUTCOME_WITHOUT_CAUSE,
    OBJECTIVE_WITHOUT_OUTCOME,
)
RULES: Final = (
    activity_leads_nowhere,
    off_plan_activities,
    output_not_produced,
    output_leads_nowhere,
    outcome_leads_nowhere,
    outcome_without_cause,
    objective_without_outcome,
)
