"""Whether the plan says whose change it seeks, how it means to move them, and what harm it may do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cpas.choices import CHANGES_WITHOUT_STAKEHOLDER
from cpas.methods.checks.codes import Code
from cpas.methods.checks.wording import called
from cpas.model import Outcome, Plan
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = [
    "CODES",
    "RULES",
    "harm_not_attached",
    "harm_without_mitigation",
    "outcome_stakeholder_without_influence",
    "outcome_stakeholder_without_stance",
    "outcome_without_stakeholder",
    "stakeholder_not_engaged",
]

_CPAS_PAGE: Final = Source("UN Peacekeeping, page on CPAS")
_CIVIC: Final = Source("CIVIC, issue brief on the Strategic Planning Unit of MINUSMA", year=2019)

OUTCOME_WITHOUT_STAKEHOLDER: Final = Code(
    "outcome_without_stakeholder",
    "error",
    what="An outcome names nobody whose change it is, and is not declared a change of policy, process or context.",
    why="An outcome is a change in what somebody does, can do, knows, or how they relate to others. Without a "
    "stakeholder it cannot be planned for, nor seen.",
    mend="Name its stakeholders, or declare its change as policy, process or context.",
    source=Source("Outcome mapping practitioner guide", section="definition of an outcome"),
)
STAKEHOLDER_NOT_ENGAGED: Final = Code(
    "stakeholder_not_engaged",
    "warning",
    what="No activity engages a stakeholder, and no influence on them is planned.",
    why="They were mapped because they can promote or prevent change; the plan says nothing of how the mission will "
    "work with them.",
    mend="Name them in an activity's engages, or add an influence that says how the mission means to move them.",
    source=_CPAS_PAGE,
)
OUTCOME_STAKEHOLDER_WITHOUT_INFLUENCE: Final = Code(
    "outcome_stakeholder_without_influence",
    "warning",
    what="An outcome names a stakeholder, and no influence says how the mission means to move them towards it.",
    why="Between an output and somebody's change lies a way: capacity, knowledge, incentive, deterrence or "
    "relationship. Unsaid, it cannot be tested.",
    mend="Add an influence for this outcome and this stakeholder, with its mode.",
    source=_CPAS_PAGE,
)
OUTCOME_STAKEHOLDER_WITHOUT_STANCE: Final = Code(
    "outcome_stakeholder_without_stance",
    "note",
    what="A stakeholder has no stance on the outcome that is their own change.",
    why="Whoever supports a change needs other work than whoever obstructs it. The same actor may support one outcome "
    "and obstruct another, so a stance is needed for each.",
    mend="Add a stance on this outcome; position 'unknown' is an answer too.",
    source=_CPAS_PAGE,
)
HARM_WITHOUT_MITIGATION: Final = Code(
    "harm_without_mitigation",
    "warning",
    what="A harm risk names nothing that is done so that it does not happen.",
    why="Operations have brought explosive devices and halted aid near those they were to protect. A risk that is "
    "known and left alone is a decision nobody has taken.",
    mend="Say what is done about it, or why the activity goes ahead without.",
    source=_CIVIC,
)
HARM_NOT_ATTACHED: Final = Code(
    "harm_not_attached",
    "warning",
    what="A medium or high harm risk belongs to no activity.",
    why="Harm is done by activities. Where none is named, nobody looks at the risk before it starts.",
    mend="Name it in the harms of the activities that may cause it.",
    source=_CIVIC,
)


def outcome_without_stakeholder(plan: Plan) -> Iterator[Remark]:
    """Yield the outcomes that are nobody's change, and not declared to be so (design, rule 2).

    Examples
    --------
    >>> plan = Plan("demo", "Demo", elements=[Outcome("OC-1", "Safety"), Outcome("OC-2", "Law", change="policy")])
    >>> [remark.where for remark in outcome_without_stakeholder(plan)]
    ['OC-1']
    """
    for outcome in plan.outcomes:
        if not outcome.stakeholders and outcome.change not in CHANGES_WITHOUT_STAKEHOLDER:
            message = f"{called(outcome)} names no stakeholder, and its change is {outcome.change!r}."
            yield OUTCOME_WITHOUT_STAKEHOLDER.at(outcome.id, message)


def stakeholder_not_engaged(plan: Plan) -> Iterator[Remark]:
    """Yield the stakeholders whom no activity engages and no influence means to move.

    Examples
    --------
    >>> from cpas.model import Stakeholder
    >>> plan = Plan("demo", "Demo", stakeholders=[Stakeholder("ST-1", "Militias")])
    >>> [remark.where for remark in stakeholder_not_engaged(plan)]
    ['ST-1']
    """
    engaged = {id for activity in plan.activities for id in activity.engages}
    engaged |= {influence.stakeholder for influence in plan.influences}
    for stakeholder in plan.stakeholders:
        if stakeholder.id not in engaged:
            message = f"{called(stakeholder)} is engaged by no activity, and no influence on them is planned."
            yield STAKEHOLDER_NOT_ENGAGED.at(stakeholder.id, message)


def outcome_stakeholder_without_influence(plan: Plan) -> Iterator[Remark]:
    """Yield each outcome and stakeholder between whom no influence is planned.

    Examples
    --------
    >>> from cpas.model import Stakeholder
    >>> plan = Plan("demo", "Demo", elements=[Outcome("OC-1", "Dialogue", stakeholders="ST-1")],
    ...             stakeholders=[Stakeholder("ST-1", "Leaders")])
    >>> [remark.where for remark in outcome_stakeholder_without_influence(plan)]
    ['OC-1']
    """
    planned = {(influence.outcome, influence.stakeholder) for influence in plan.influences}
    for outcome, id in _changes(plan):
        if (outcome.id, id) not in planned:
            name = called(plan.stakeholders_by_id[id])
            message = f"{name} is to change in outcome {outcome.id!r}, and no influence says how."
            yield OUTCOME_STAKEHOLDER_WITHOUT_INFLUENCE.at(outcome.id, message)


def outcome_stakeholder_without_stance(plan: Plan) -> Iterator[Remark]:
    """Yield each outcome and stakeholder of whom it is not said where they stand on it.

    Examples
    --------
    >>> from cpas.model import Stakeholder
    >>> plan = Plan("demo", "Demo", elements=[Outcome("OC-1", "Dialogue", stakeholders="ST-1")],
    ...             stakeholders=[Stakeholder("ST-1", "Leaders")])
    >>> [remark.where for remark in outcome_stakeholder_without_stance(plan)]
    ['OC-1']
    """
    known = {(stance.element, stance.stakeholder) for stance in plan.stances}
    for outcome, id in _changes(plan):
        if (outcome.id, id) not in known:
            message = f"{called(plan.stakeholders_by_id[id])} has no stance on outcome {outcome.id!r}."
            yield OUTCOME_STAKEHOLDER_WITHOUT_STANCE.at(outcome.id, message)


def harm_without_mitigation(plan: Plan) -> Iterator[Remark]:
    """Yield the harm risks about which nothing is done.

    Examples
    --------
    >>> from cpas.model import HarmRisk
    >>> harm = HarmRisk("HR-1", "Reprisals", group="mediators", likelihood="low", severity="high")
    >>> [remark.where for remark in harm_without_mitigation(Plan("demo", "Demo", harms=[harm]))]
    ['HR-1']
    """
    for harm in plan.harms:
        if not harm.mitigation.strip():
            yield HARM_WITHOUT_MITIGATION.at(harm.id, f"{called(harm)} has no mitigation.")


def harm_not_attached(plan: Plan) -> Iterator[Remark]:
    """Yield the harm risks that are medium or high and belong to no activity.

    Examples
    --------
    >>> from cpas.model import HarmRisk
    >>> harm = HarmRisk("HR-1", "Reprisals", group="mediators", likelihood="low", severity="high")
    >>> [remark.where for remark in harm_not_attached(Plan("demo", "Demo", harms=[harm]))]
    ['HR-1']
    """
    attached = {id for activity in plan.activities for id in activity.harms}
    for harm in plan.harms:
        if harm.id not in attached and (harm.likelihood, harm.severity) != ("low", "low"):
            message = f"{called(harm)} belongs to no activity; its likelihood is {harm.likelihood}, "
            yield HARM_NOT_ATTACHED.at(harm.id, message + f"its severity {harm.severity}.")


def _changes(plan: Plan) -> Iterator[tuple[Outcome, str]]:
    """Yield each outcome with each of those whose change it is."""
    for outcome in plan.outcomes:
        yield from ((outcome, id) for id in outcome.stakeholders)


CODES: Final = (
    OUTCOME_WITHOUT_STAKEHOLDER,
    STAKEHOLDER_NOT_ENGAGED,
    OUTCOME_STAKEHOLDER_WITHOUT_INFLUENCE,
    OUTCOME_STAKEHOLDER_WITHOUT_STANCE,
    HARM_WITHOUT_MITIGATION,
    HARM_NOT_ATTACHED,
)
RULES: Final = (
    outcome_without_stakeholder,
    stakeholder_not_engaged,
    outcome_stakeholder_without_influence,
    outcome_stakeholder_without_stance,
    harm_without_mitigation,
    harm_not_attached,
)
