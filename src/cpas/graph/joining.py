"""What is joined and what is not: gaps in the chain, single points, and what is lost without some elements."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from cpas.choices import LEVELS
from cpas.graph.marking import marked, places_of, reaching
from cpas.graph.steps import Step, causes, effects, in_plan_order, one_of, reached
from cpas.graph.walking import order
from cpas.model import Plan

__all__ = ["Gaps", "Loss", "gaps", "single_points", "without"]


@attrs.frozen(kw_only=True)
class Gaps:
    """What is not joined in a results chain: ids in the plan's order. True where there is any gap.

    Examples
    --------
    >>> bool(Gaps()), bool(Gaps(outputs_without_activity=("OP-1",)))
    (False, True)
    """

    #: Activities with no objective downstream, whether or not they have an output.
    activities_leading_nowhere: tuple[str, ...] = ()
    #: Activities that produce no output.
    activities_without_output: tuple[str, ...] = ()
    #: Outputs that no activity produces.
    outputs_without_activity: tuple[str, ...] = ()
    #: Outputs that serve no outcome.
    outputs_without_outcome: tuple[str, ...] = ()
    #: Outcomes with no output upstream, directly or through other outcomes.
    outcomes_without_output: tuple[str, ...] = ()
    #: Outcomes with no objective downstream, directly or through other outcomes.
    outcomes_without_objective: tuple[str, ...] = ()
    #: Objectives that no outcome serves.
    objectives_without_outcome: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any(attrs.astuple(self, recurse=False))


@attrs.frozen(kw_only=True)
class Loss:
    """What a plan would lose without some of its elements: ids in the plan's order."""

    #: What was taken away.
    removed: tuple[str, ...] = ()
    #: Outcomes and objectives that had outputs upstream and would have none.
    without_outputs: tuple[str, ...] = ()
    #: Outputs, outcomes and objectives that had activities upstream and would have none.
    without_activities: tuple[str, ...] = ()
    #: Outputs, outcomes and objectives that would lose something upstream, but neither all outputs nor all activities.
    weakened: tuple[str, ...] = ()


def gaps(plan: Plan) -> Gaps:
    """Return what is not joined in the results chain.

    Returns
    -------
    Gaps
        Ids by the sort of gap. An element can be in several.

    Notes
    -----
    An element that is only ``part_of`` another is not joined by that: a part has no effect of its own until it is
    linked.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=chain("A01", "OP-1"),
    ...             elements=[Objective("OBJ-1", "Safety"), Output("OP-1", "Agreements"), Activity("A01", "Talks")])
    >>> gaps(plan).activities_leading_nowhere, gaps(plan).outputs_without_outcome
    (('A01',), ('OP-1',))
    """
    leading, led_to = (marked(plan, ends) for ends in plan.link_ends)
    from_output = reaching(plan, places_of(plan, "output"))
    to_objective = reaching(plan, places_of(plan, "objective"), back=True)
    ids = list(plan.numbers)

    def missing(level: str, marks: bytearray) -> tuple[str, ...]:
        return tuple([ids[place] for place in places_of(plan, level) if not marks[place]])

    return Gaps(
        activities_leading_nowhere=missing("activity", to_objective),
        activities_without_output=missing("activity", leading),
        outputs_without_activity=missing("output", led_to),
        outputs_without_outcome=missing("output", leading),
        outcomes_without_output=missing("outcome", from_output),
        outcomes_without_objective=missing("outcome", to_objective),
        objectives_without_outcome=missing("objective", led_to),
    )


def single_points(plan: Plan, *, levels: Iterable[str] = ("activity", "output")) -> dict[str, tuple[str, ...]]:
    """Return, for each result, the elements that every path from an activity to it passes.

    Without any one of these, no activity leads to the result any more.

    Parameters
    ----------
    plan : Plan
        The plan to look at.
    levels : iterable of str
        Levels of the elements whose loss is looked at.

    Returns
    -------
    dict of str to tuple of str
        By the id of an output, outcome or objective that has a single point; keys and ids in the plan's order.

    Raises
    ------
    RequestError
        If a level is unknown.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=[*chain("A01", "OP-1", "OC-1"), Link("A02", "OP-1")],
    ...             elements=[Outcome("OC-1", "Dialogue"), Output("OP-1", "Agreements"),
    ...                       Activity("A01", "Conferences"), Activity("A02", "Visits")])
    >>> single_points(plan)
    {'OC-1': ('OP-1',)}
    """
    wanted = (levels,) if isinstance(levels, str) else tuple(levels)
    for level in wanted:
        one_of("level", level, LEVELS)
    on_every_path = _on_every_path(plan, frozenset(wanted))
    position = plan.numbers
    return {id: tuple(sorted(on_every_path[id], key=position.__getitem__)) for id in position if on_every_path.get(id)}


def without(plan: Plan, ids: str | Iterable[str]) -> Loss:
    """Return what would be lost if some elements were taken away.

    Parameters
    ----------
    plan : Plan
        The plan as it stands; it is not changed.
    ids : str or iterable of str
        Elements to take away, of any level.

    Raises
    ------
    UnknownIdError
        If the plan has no such element.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=[*chain("A01", "OP-1", "OC-1"), *chain("A01", "OP-2", "OC-1")],
    ...             elements=[Outcome("OC-1", "Dialogue"), Output("OP-1", "Agreements"), Output("OP-2", "Mediators"),
    ...                       Activity("A01", "Conferences")])
    >>> without(plan, "OP-1").weakened
    ('OC-1',)
    >>> without(plan, ["OP-1", "OP-2"]).without_outputs
    ('OC-1',)
    """
    removed = {plan.element(id).id for id in ((ids,) if isinstance(ids, str) else ids)}
    by_outputs, by_activities = _lost(plan, "output", removed), _lost(plan, "activity", removed)
    weakened = reached(removed, effects(plan)) - by_outputs - by_activities - removed
    return Loss(
        removed=in_plan_order(plan, removed),
        without_outputs=in_plan_order(plan, by_outputs, ("outcome", "objective")),
        without_activities=in_plan_order(plan, by_activities),
        weakened=in_plan_order(plan, weakened),
    )


def _on_every_path(plan: Plan, levels: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return which elements of some levels stand on every path from an activity to each id that one leads to."""
    # With itself, for the next one to inherit; a path has one activity and one output, so these sets stay small.
    found: dict[str, frozenset[str]] = {}
    passed: dict[str, frozenset[str]] = {}
    step = causes(plan)
    for id in order(plan):
        before = [passed[cause] for cause in step(id) if cause in passed]
        level = plan.elements_by_id[id].level
        if level == "activity" or before:
            found[id] = frozenset.intersection(*before) if before else frozenset()
            passed[id] = found[id] | {id} if level in levels else found[id]
    return found


def _served(plan: Plan, level: str, removed: set[str]) -> set[str]:
    """Return what elements of a level lead to when some elements are gone."""
    starts = [element.id for element in plan.elements if element.level == level and element.id not in removed]
    return reached(starts, _past(effects(plan), removed))


def _past(step: Step, removed: set[str]) -> Step:
    return lambda id: (following for following in step(id) if following not in removed)


def _lost(plan: Plan, level: str, removed: set[str]) -> set[str]:
    return _served(plan, level, set()) - _served(plan, level, removed) - removed
