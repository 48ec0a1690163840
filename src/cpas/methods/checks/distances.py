"""Whether a scored indicator has a way to travel: where it was, where it should be, and the distance between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cpas.choices import BELOW_ROOT_INHERITS
from cpas.methods.checks.codes import Code
from cpas.methods.checks.reading import baseline_for, final_targets, here, needs_distance, resolved, shown
from cpas.methods.checks.wording import called, counted
from cpas.model import Baseline, Indicator, Plan
from cpas.periods import Period
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = [
    "CODES",
    "RULES",
    "baseline_not_set",
    "baseline_past_target",
    "no_baseline",
    "no_target",
    "target_equals_baseline",
]

_OIOS: Final = Source("Audit of programme performance management in DPKO, OIOS", section="recommendations")

NO_BASELINE: Final = Code(
    "no_baseline",
    "warning",
    what="A scored indicator has no baseline, or none where it has a target.",
    why="Progress is the way from where it was. Taking zero for what is not known has made progress out of nothing.",
    mend="Give the value before, with its period; status 'estimated' or 'to_be_set' where it is not known yet.",
    source=Source("UNDP performance app methodology", note="baseline assumed to be zero"),
)
NO_TARGET: Final = Code(
    "no_target",
    "warning",
    what="A scored indicator has no final target.",
    why="Without it nobody can say how far it is, nor whether it is on path. Milestones alone lead to no end.",
    mend="Give a final target, goalposts, or a band to stay in (better 'inside').",
)
TARGET_EQUALS_BASELINE: Final = Code(
    "target_equals_baseline",
    "warning",
    what="A target is equal to its baseline.",
    why="There is no way to travel, so progress has no meaning. Keeping something as it is, such as violence at a low "
    "level, can be a success, but it is another question.",
    mend="Give a target that differs. To keep the value, set better to 'inside' and give a band.",
)
BASELINE_PAST_TARGET: Final = Code(
    "baseline_past_target",
    "warning",
    what="A baseline is already beyond its target.",
    why="A share of the way is meaningless when the end lies behind: such an indicator is met or maintained, never a "
    "percentage. A mission reported 34 % against a target of 25 % in this way.",
    mend="Check better and the two values; else set a target that lies ahead, or a band to stay in.",
    source=Source("Report of the Secretary-General S/2024/527 (UNFICYP)", note="women in the police component"),
)
BASELINE_NOT_SET: Final = Code(
    "baseline_not_set",
    "warning",
    what="A plan is in force while a baseline is still to be set.",
    why="The value before is lost with time: once the work has begun, it cannot be measured any more.",
    mend="Measure or estimate it now, and set its status to 'known' or 'estimated'.",
    source=_OIOS,
)


def no_baseline(plan: Plan) -> Iterator[Remark]:
    """Yield the indicators with no baseline, and those with a target at a place or group without one.

    Examples
    --------
    >>> from cpas.model import Target
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I03", "Disputes settled", measures=(), unit="%",
    ...     kind="ratio", better="higher", targets=Target(70, "2025"))])
    >>> [remark.message for remark in no_baseline(plan)]
    ["Indicator 'I03' (Disputes settled) has no baseline."]
    """
    for indicator in filter(needs_distance, plan.indicators):
        if not indicator.baseline:
            yield NO_BASELINE.at(indicator.id, f"{called(indicator)} has no baseline.")
            continue
        given = {here(plan, baseline.where) for baseline in indicator.baseline}
        for where in {here(plan, target.where) for target in indicator.targets} - given:
            if () not in given or indicator.kind not in BELOW_ROOT_INHERITS:
                message = f"{called(indicator)} has a target and no baseline for {shown(where)}."
                yield NO_BASELINE.at(indicator.id, message)


def no_target(plan: Plan) -> Iterator[Remark]:
    """Yield the indicators with no final target.

    Examples
    --------
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I03", "Disputes settled", measures=(), unit="%",
    ...     kind="ratio", better="higher", baseline=Baseline(48, "2023"))])
    >>> [remark.message for remark in no_target(plan)]
    ["Indicator 'I03' (Disputes settled) has no target."]
    """
    for indicator in filter(needs_distance, plan.indicators):
        if all(target.role != "final" for target in indicator.targets):
            what = "milestones and no final target" if indicator.targets else "no target"
            yield NO_TARGET.at(indicator.id, f"{called(indicator)} has {what}.")


def target_equals_baseline(plan: Plan) -> Iterator[Remark]:
    """Yield the indicators whose target is their baseline.

    Examples
    --------
    >>> from cpas.model import Target
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I03", "Disputes settled", measures=(), unit="%",
    ...     kind="ratio", better="higher", baseline=Baseline(70, "2023"), targets=Target(70, "2025"))])
    >>> [remark.message for remark in target_equals_baseline(plan)]
    ["Indicator 'I03' (Disputes settled): its target for 2025 and its baseline for 2023 are both 70."]
    """
    for indicator, period, target, baseline in _distances(plan):
        if target == baseline.value:
            both = f"its target for {period} and its baseline for {baseline.period} are both {target:g}"
            yield TARGET_EQUALS_BASELINE.at(indicator.id, f"{called(indicator)}: {both}.")


def baseline_past_target(plan: Plan) -> Iterator[Remark]:
    """Yield the indicators whose baseline lies beyond their target.

    Examples
    --------
    >>> from cpas.model import Target
    >>> plan = Plan("demo", "Demo", indicators=[Indicator("I36", "Women in the police component", measures=(),
    ...     unit="%", kind="ratio", better="higher", baseline=Baseline(33.8, "2018"), targets=Target(25, "2025"))])
    >>> [remark.message for remark in baseline_past_target(plan)]
    ["Indicator 'I36' (Women in the police component): higher is better, and its baseline for 2018, 33.8, is already \
beyond its target for 2025, 25."]
    """
    for indicator, period, target, baseline in _distances(plan):
        if target < baseline.value if indicator.better == "higher" else target > baseline.value:
            message = f"{called(indicator)}: {indicator.better} is better, and its baseline for {baseline.period}, "
            message += f"{baseline.value:g}, is already beyond its target for {period}, {target:g}."
            yield BASELINE_PAST_TARGET.at(indicator.id, message)


def baseline_not_set(plan: Plan) -> Iterator[Remark]:
    """Yield, for a plan in force, the indicators whose baseline is still to be set.

    Examples
    --------
    >>> plan = Plan("demo", "Demo", status="in_force", indicators=[Indicator("I02", "Feel safe", measures=(),
    ...     unit="%", kind="ratio", better="higher", baseline=Baseline(0, "2023", status="to_be_set"))])
    >>> [remark.where for remark in baseline_not_set(plan)]
    ['I02']
    """
    for indicator in plan.indicators if plan.status == "in_force" else ():
        number = sum(baseline.status == "to_be_set" for baseline in indicator.baseline)
        if number:
            verb = "is" if number == 1 else "are"
            message = f"{called(indicator)}: {counted(number, 'baseline')} {verb} still to be set, and the plan is"
            yield BASELINE_NOT_SET.at(indicator.id, f"{message} in force.")


def _distances(plan: Plan) -> Iterator[tuple[Indicator, Period, float, Baseline]]:
    """Yield each scored indicator with the period and the value of a final target, and the target's baseline."""
    for indicator in filter(needs_distance, plan.indicators):
        for target in final_targets(plan, indicator):
            baseline = baseline_for(plan, indicator, target)
            if baseline is not None:
                yield indicator, target.period, resolved(target, baseline), baseline


CODES: Final = (NO_BASELINE, NO_TARGET, TARGET_EQUALS_BASELINE, BASELINE_PAST_TARGET, BASELINE_NOT_SET)
RULES: Final = (no_baseline, no_target, target_equals_baseline, baseline_past_target, baseline_not_set)
