"""Whether the dates of a plan fit together: order of activities, and what lies outside the plan's period."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cpas.methods.checks.codes import Code
from cpas.methods.checks.wording import called, counted
from cpas.model import Plan
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = [
    "CODES",
    "RULES",
    "activity_outside_plan_period",
    "no_plan_period",
    "starts_too_early",
    "target_outside_plan_period",
]

STARTS_TOO_EARLY: Final = Code(
    "starts_too_early",
    "warning",
    what="An activity starts before the one that must come first, or before the days to wait are over.",
    why="Military, police and civilian work is staggered so that each finds what it needs: who arrives too early finds "
    "the place not yet safe.",
    mend="Move one of the two, or change the days in after.",
    source=Source("CIVIC, issue brief on the Strategic Planning Unit of MINUSMA", year=2019),
)
ACTIVITY_OUTSIDE_PLAN_PERIOD: Final = Code(
    "activity_outside_plan_period",
    "warning",
    what="An activity of the plan lies wholly or partly outside the plan's period.",
    why="What is done before or after the plan's time cannot count for it; mostly a year was mistyped.",
    mend="Correct the dates, lengthen the plan's period, or set in_plan to false.",
)
TARGET_OUTSIDE_PLAN_PERIOD: Final = Code(
    "target_outside_plan_period",
    "warning",
    what="A target is for a period that the plan's own does not contain.",
    why="A target before the plan starts is never due, and the way to one after its end is longer than the plan.",
    mend="Correct the target's period, or add a milestone inside the plan's.",
)
NO_PLAN_PERIOD: Final = Code(
    "no_plan_period",
    "warning",
    what="The plan has targets and no period.",
    why="The path to a target starts with the plan. Without a start, no score can be said to be on path or behind.",
    mend="Give the plan its period.",
)


def starts_too_early(plan: Plan) -> Iterator[Remark]:
    """Yield the activities that start before what they come after.

    Examples
    --------
    >>> from datetime import date
    >>> from cpas.model import Activity
    >>> plan = Plan("demo", "Demo", elements=[Activity("A05", "Bases", start=date(2024, 11, 1)),
    ...     Activity("A06", "Patrols", start=date(2024, 11, 8), after=[("A05", 14)])])
    >>> [remark.where for remark in starts_too_early(plan)]
    ['A06']
    """
    starts = {activity.id: activity.start for activity in plan.activities}
    for activity in plan.activities:
        for after in activity.after:
            start, first = activity.start, starts[after.activity]
            # The difference in days, not the sum: a sum can fall off the calendar.
            if start is not None and first is not None and (start - first).days < after.days:
                wait = f"{counted(after.days, 'day')} " if after.days else ""
                message = f"{called(activity)} starts on {start}, and is to start {wait}after"
                yield STARTS_TOO_EARLY.at(activity.id, f"{message} {after.activity!r}, which starts on {first}.")


def activity_outside_plan_period(plan: Plan) -> Iterator[Remark]:
    """Yield the activities of the plan that start before it or end after it.

    Examples
    --------
    >>> from datetime import date
    >>> from cpas.model import Activity
    >>> plan = Plan("demo", "Demo", period="2025", elements=[Activity("A01", "Mapping", start=date(2052, 7, 1))])
    >>> [remark.where for remark in activity_outside_plan_period(plan)]
    ['A01']
    """
    period = plan.period
    if period is None:
        return
    for activity in plan.activities:
        days = [day for day in (activity.start, activity.end) if day is not None]
        if activity.in_plan and any(day < period.start or day > period.end for day in days):
            when = " to ".join(map(str, dict.fromkeys(days)))
            message = f"{called(activity)} ({when}) is not inside the plan's period, {period}."
            yield ACTIVITY_OUTSIDE_PLAN_PERIOD.at(activity.id, message)


def target_outside_plan_period(plan: Plan) -> Iterator[Remark]:
    """Yield the targets for periods that the plan's own does not contain.

    Examples
    --------
    >>> from cpas.model import Indicator, Target
    >>> plan = Plan("demo", "Demo", period="2025", indicators=[Indicator("I01", "Disputes settled", measures=(),
    ...     unit="%", kind="ratio", better="higher", targets=Target(70, "2026-Q1"))])
    >>> [remark.where for remark in target_outside_plan_period(plan)]
    ['I01']
    """
    whole = plan.period
    if whole is None:
        return
    for indicator in plan.indicators:
        for period in {target.period for target in indicator.targets if not whole.contains(target.period)}:
            message = f"{called(indicator)} has a target for {period}, outside the plan's period, {whole}."
            yield TARGET_OUTSIDE_PLAN_PERIOD.at(indicator.id, message)


def no_plan_period(plan: Plan) -> Iterator[Remark]:
    """Yield a plan that has targets and no period.

    Examples
    --------
    >>> from cpas.model import Indicator, Target
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I01", "Disputes settled", measures=(),
    ...     unit="%", kind="ratio", better="higher", targets=Target(70, "2026-Q1"))])
    >>> [remark.where for remark in no_plan_period(plan)]
    ['demo']
    """
    if plan.period is None and any(i.is_scorable and i.targets for i in plan.indicators):
        yield NO_PLAN_PERIOD.at(plan.id, f"Plan {plan.id!r} has targets, and no period in which they fall due.")


CODES: Final = (STARTS_TOO_EARLY, ACTIVITY_OUTSIDE_PLAN_PERIOD, TARGET_OUTSIDE_PLAN_PERIOD, NO_PLAN_PERIOD)
RULES: Final = (starts_too_early, activity_outside_plan_period, target_outside_plan_period, no_plan_period)
