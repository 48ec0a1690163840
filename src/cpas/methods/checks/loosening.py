"""Whether a target was made easier once it could be seen that it would be missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from cpas.methods.checks.codes import Code
from cpas.methods.checks.reading import baseline_for, here, needs_distance, resolved
from cpas.methods.checks.wording import called
from cpas.model import Indicator, Plan, Target
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = ["CODES", "target_loosened"]

TARGET_LOOSENED: Final = Code(
    "target_loosened",
    "warning",
    what="A target was replaced by an easier one after the work, or the data, had begun.",
    why="A score can be raised by changing the world or by lowering the bar. Targets may be revised for good reasons, "
    "so both are kept, with the day each was set, and the easier one is pointed at.",
    mend="Go back to the earlier target, or say in the reason why it was changed; readers are shown both.",
    source=Source("Monitoring and evaluation glossary, OIOS", section="revised target"),
)


def target_loosened(plan: Plan, first_recorded: Mapping[str, date] | None = None) -> Iterator[Remark]:
    """Yield the targets that are easier than the one they replace, for the same period and place.

    Parameters
    ----------
    plan : Plan
        With the day each target was set; one without a day counts as the first.
    first_recorded : mapping of str to date, optional
        By indicator, the day its first value was known: a target changed on or before that day is left alone, and so
        is one of an indicator with no value yet. Without the mapping, the start of the plan stands in for it, and
        where the plan has none, every target that was loosened is a remark.

    Examples
    --------
    >>> violations = Indicator("I07", "Violations", measures=(), unit="incidents", kind="flow", better="lower",
    ...     targets=[Target(12, "2025-Q4"), Target(20, "2025-Q4", set_on=date(2025, 3, 1))])
    >>> plan = Plan("demo", "Demo", period="2025", indicators=[violations])
    >>> [remark.message for remark in target_loosened(plan)]
    ["Indicator 'I07' (Violations): its target for 2025-Q4 went from 12 to 20 on 2025-03-01, after the plan's start \
on 2025-01-01."]
    >>> list(target_loosened(plan, {"I07": date(2025, 4, 20)}))
    []
    """
    for indicator in filter(needs_distance, plan.indicators):
        if first_recorded is not None and indicator.id not in first_recorded:
            continue
        since, what = _began(plan, indicator, first_recorded)
        for earlier, later in _revisions(plan, indicator):
            if later.set_on is not None and (since is None or later.set_on > since):
                change = _loosened(plan, indicator, earlier, later)
                if change:
                    message = f"{called(indicator)}: its target for {later.period} went {change} on {later.set_on}"
                    yield TARGET_LOOSENED.at(indicator.id, message + what + ".")


def _began(plan: Plan, indicator: Indicator, first_recorded: Mapping[str, date] | None) -> tuple[date | None, str]:
    """Return the day from which a change is late, and how to say so."""
    if first_recorded is not None:
        day = first_recorded[indicator.id]
        return day, f", after its first value was known on {day}"
    if plan.period is not None:
        return plan.period.start, f", after the plan's start on {plan.period.start}"
    return None, ""


def _revisions(plan: Plan, indicator: Indicator) -> Iterator[tuple[Target, Target]]:
    """Yield each target with the one that replaced it."""
    if len(indicator.targets) < 2:
        return
    same: dict[object, list[Target]] = defaultdict(list)
    for target in indicator.targets:
        same[target.period, here(plan, target.where), target.role, target.applies].append(target)
    for targets in same.values():
        yield from pairwise(sorted(targets, key=lambda target: (target.set_on or date.min, target.value)))


def _loosened(plan: Plan, indicator: Indicator, earlier: Target, later: Target) -> str:
    """Return what the target went from and to where that is easier, else nothing."""
    values = [_value(plan, indicator, target) for target in (earlier, later)]
    if earlier.relative == later.relative:
        # Shares of one baseline compare without it; the words are those the plan uses.
        baseline = baseline_for(plan, indicator, later)
        sign = -1 if later.relative and baseline is not None and baseline.value < 0 else 1
        values = [sign * earlier.value, sign * later.value]
    first, second = values
    if first is None or second is None:
        return ""
    easier = second < first if indicator.better == "higher" else second > first
    return f"from {_said(earlier)} to {_said(later)}" if easier else ""


def _value(plan: Plan, indicator: Indicator, target: Target) -> float | None:
    baseline = baseline_for(plan, indicator, target)
    if baseline is None:
        return None if target.relative else target.value
    return resolved(target, baseline)


def _said(target: Target) -> str:
    return f"{target.value:+.0%} of the baseline" if target.relative else f"{target.value:g}"


CODES: Final = (TARGET_LOOSENED,)
