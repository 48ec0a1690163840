"""Basis: with which baseline and target a value may be compared.  Methodology §9.1.

A baseline and a target hold for their own period, place and group. A quarter is compared with a quarter, never with
a year; a district never with the country's target. What has no basis has a reason in place of a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, TypeVar

import attrs

from cpas.choices import BELOW_ROOT_INHERITS
from cpas.errors import PeriodError
from cpas.methods.scoring.paths import count_periods, due_by, knots_through, position_of
from cpas.model import Baseline, Indicator, Methodology, Target
from cpas.model.fields import Pairs
from cpas.periods import Period

__all__ = ["Basis", "alike", "break_factor", "find_baseline", "find_basis", "find_target", "here_for"]

#: Two ranges of dates are as long as one another when they differ by no more days than two half years do.
_SAME_LENGTH: Final = 3
T = TypeVar("T", Baseline, Target)


@attrs.frozen(kw_only=True)
class Basis:
    """What a value is compared with; or the reason why with nothing."""

    #: Why there is no basis; empty where there is one.
    reason: str = ""
    #: The value before.
    baseline: float | None = None
    #: The value to reach.
    target: float | None = None
    #: The score due by then, 0 to 100; nothing where no path is known.
    path: float | None = None
    #: Where the path goes through, for explanations: (whole periods since its start, score due).
    knots: tuple[tuple[float, float], ...] = ()
    #: Where the value stands on it, in whole periods since its start.
    position: float | None = None
    #: The baseline's record, for explanations.
    of_baseline: Baseline | None = None
    #: The target's record, for explanations.
    of_target: Target | None = None
    #: Whether the value is added up from the baseline's end before it is compared.
    is_total: bool = False
    #: Whether a baseline or target was scaled per day to the value's length.
    is_rebased: bool = False
    #: What the baseline's and the target's own values were multiplied by.
    factors: tuple[float, float] = (1.0, 1.0)


def alike(one: Period, other: Period) -> bool:
    """Whether flows of two periods may be compared as they stand: a quarter is a quarter, 90 days or 92.

    Examples
    --------
    >>> alike(Period.parse("2024-Q1"), Period.parse("2025-Q3")), alike(Period.parse("2024"), Period.parse("2024-Q1"))
    (True, False)
    """
    if one.frequency != other.frequency:
        return False
    return one.frequency != "dates" or abs(one.days - other.days) <= _SAME_LENGTH


def here_for(indicator: Indicator, where: Pairs, given: Iterable[T], root: str) -> tuple[T, ...] | None:
    """Return the baselines or targets that hold at a place and group; nothing where those of the root do not.

    Parameters
    ----------
    indicator : Indicator
        Shares, means, ordinals and indices inherit from above; sums do not.
    where : pairs
        Place and members of the value; the root and all members are left out.
    given : iterable of Baseline or Target
        Those of the indicator.
    root : str
        Id of the root place, which says nothing.
    """
    all_given = tuple(given)
    exact = tuple(one for one in all_given if _plain(one.where, root) == where)
    if exact or not where:
        return exact
    if indicator.kind not in BELOW_ROOT_INHERITS:
        return None
    for wider in _wider(where):
        found = tuple(one for one in all_given if _plain(one.where, root) == wider)
        if found:
            return found
    return ()


def _plain(where: Pairs, root: str) -> Pairs:
    return tuple(pair for pair in where if pair != ("place", root))


def _wider(where: Pairs) -> Sequence[Pairs]:
    """Return what a place and group inherit from, the nearest first: the place, the group, the root."""
    place = tuple(pair for pair in where if pair[0] == "place")
    members = tuple(pair for pair in where if pair[0] != "place")
    return [wider for wider in (place, members, ()) if wider != where]


def find_basis(
    indicator: Indicator,
    period: Period,
    *,
    where: Pairs,
    root: str,
    plan_period: Period | None,
    as_of: date | None,
    methodology: Methodology,
) -> Basis:
    """Return what the value of a period, place and group is compared with.

    Parameters
    ----------
    indicator : Indicator
        One that is scored by progress or by a band.
    period : Period
        The period of the value.
    where : pairs
        Place (unless the root) and members of the value.
    root : str
        Id of the root place.
    plan_period : Period, optional
        The time the plan is for; paths start with it.
    as_of : date, optional
        The target in force on that day is used.
    methodology : Methodology
        Whether flows may be rebased per day.

    Returns
    -------
    Basis
        With a reason in place of numbers where there is none.

    Notes
    -----
    Methodology §9.1.

    Examples
    --------
    >>> harm = Indicator("I01", "Civilians harmed", measures="OBJ-1", unit="person", kind="flow", better="lower",
    ...                  baseline=Baseline(84, "2023-Q4"), targets=Target(50, "2025-Q4"))
    >>> common = dict(where=(), root="all", plan_period=Period.parse("2024-01-01/2025-12-31"), as_of=None,
    ...               methodology=Methodology("m", "1"))
    >>> basis = find_basis(harm, Period.parse("2025-Q2"), **common)
    >>> basis.baseline, basis.target, basis.path
    (84.0, 50.0, 75.0)
    >>> find_basis(harm, Period.parse("2025"), **common).reason
    'basis_mismatch'
    """
    known = [one for one in indicator.baseline if one.status != "to_be_set"]
    baselines = here_for(indicator, where, known, root)
    targets = here_for(indicator, where, _in_force(indicator.targets, as_of), root)
    if baselines is None or targets is None:
        return Basis(reason="no_target_here")
    if not targets and indicator.better != "inside":
        return Basis(reason="no_target")
    final = _final(targets)
    if final is not None and final.applies == "total" and not final.relative:
        return _total(indicator, baselines, final, period, plan_period)
    baseline, rebased = _baseline(indicator, baselines, period, methodology)
    if isinstance(baseline, str):
        return Basis(reason=baseline)
    broken = break_factor(indicator, baseline.period, period)
    if isinstance(broken, str):
        return Basis(reason=broken)
    before = baseline.value * broken * rebased
    if final is None:
        return Basis(baseline=before, of_baseline=baseline, is_rebased=rebased != 1, factors=(rebased, 1.0))
    scaled = _fits(indicator, final, period, methodology)
    if scaled is None:
        return Basis(reason="basis_mismatch")
    goal = _goal(final, before) * (1.0 if final.relative else scaled)
    whole = plan_period or _after(baseline.period)
    milestones = _milestones(indicator, targets, final, period, methodology, before)
    knots = knots_through(milestones, final, period, whole, before, goal)
    return Basis(
        baseline=before,
        target=goal,
        path=due_by(knots, whole, period),
        knots=knots,
        position=count_periods(whole.start, period.end, period) if knots else None,
        of_baseline=baseline,
        of_target=final,
        is_rebased=rebased != 1 or (scaled != 1 and not final.relative),
        factors=(rebased, scaled),
    )


def find_baseline(
    indicator: Indicator, period: Period, *, where: Pairs, root: str, methodology: Methodology
) -> tuple[Baseline, float] | None:
    """Return the baseline of an indicator and its value as it compares with a period's, whether it has a target or not.

    Methodology §9.1. Parameters as in :func:`find_basis`.

    Examples
    --------
    >>> area = Indicator("I", "Forest", measures=(), unit="ha", kind="stock", better="higher",
    ...                  baseline=Baseline(84, "2023"))
    >>> find_baseline(area, Period.parse("2025"), where=(), root="all", methodology=Methodology("m", "1"))[1]
    84.0
    """
    known = [one for one in indicator.baseline if one.status != "to_be_set"]
    baseline, rebased = _baseline(indicator, here_for(indicator, where, known, root) or (), period, methodology)
    if isinstance(baseline, str):
        return None
    broken = break_factor(indicator, baseline.period, period)
    return None if isinstance(broken, str) else (baseline, baseline.value * broken * rebased)


def find_target(
    indicator: Indicator, period: Period, *, where: Pairs, root: str, as_of: date | None, methodology: Methodology
) -> float | None:
    """Return the level that the value of a period should reach, where that can be said without a baseline.

    Methodology §9.1. Parameters as in :func:`find_basis`.

    Examples
    --------
    >>> area = Indicator("I", "Forest", measures=(), unit="ha", kind="stock", better="higher",
    ...                  targets=Target(90, "2030"))
    >>> find_target(area, Period.parse("2025"), where=(), root="all", as_of=None, methodology=Methodology("m", "1"))
    90.0
    """
    final = _final(here_for(indicator, where, _in_force(indicator.targets, as_of), root) or ())
    if final is None or final.relative or final.applies == "total":
        return None
    scaled = _fits(indicator, final, period, methodology)
    return None if scaled is None else final.value * scaled


def _in_force(targets: tuple[Target, ...], as_of: date | None) -> tuple[Target, ...]:
    """Return for each period, place and role the target set last, as far as it was set by then."""
    latest: dict[Any, Target] = {}
    for target in targets:
        if as_of is not None and target.set_on is not None and target.set_on > as_of:
            continue
        key = (target.period, target.where, target.role)
        other = latest.get(key)
        if other is None or (target.set_on or date.min) >= (other.set_on or date.min):
            latest[key] = target
    return tuple(latest.values())


def _final(targets: tuple[Target, ...]) -> Target | None:
    """Return the final target with the latest end; without one, the last milestone is no target."""
    finals = [target for target in targets if target.role == "final"]
    return max(finals, key=lambda target: (target.period.end, target.period.start), default=None)


def _baseline(
    indicator: Indicator, baselines: tuple[Baseline, ...], period: Period, methodology: Methodology
) -> tuple[Baseline | str, float]:
    """Return the baseline and what it is multiplied by; or a reason.

    The same season's wins, else the latest not after the value.
    """
    if not baselines:
        return "no_baseline", 1.0
    earlier = [one for one in baselines if one.period.end <= period.end]
    fitting = [one for one in earlier if indicator.kind != "flow" or alike(one.period, period)]
    if not fitting:
        if not earlier:
            return "no_baseline", 1.0
        if methodology.rebase != "per_day":
            return "basis_mismatch", 1.0
        latest = max(earlier, key=lambda one: one.period)
        return latest, period.days / latest.period.days
    if len(fitting) == 1:
        return fitting[0], 1.0
    seasonal = [one for one in fitting if one.period.frequency == period.frequency and _same_season(one.period, period)]
    return max(seasonal or fitting, key=lambda one: one.period), 1.0


def _same_season(one: Period, other: Period) -> bool:
    try:
        return one == other or one.same_season(other)
    except PeriodError:
        return False


def break_factor(indicator: Indicator, before: Period, period: Period) -> float | str:
    """Return what earlier values are multiplied by to compare with later ones; or that they do not compare."""
    factor = 1.0
    for one in indicator.breaks:
        if not before.end < one.date <= period.end or one.comparable:
            continue
        if one.factor is None or period.start < one.date:
            return "break_in_series"
        factor *= one.factor
    return factor


def _fits(indicator: Indicator, target: Target, period: Period, methodology: Methodology) -> float | None:
    """Return what a target is multiplied by to hold for a value's period, or nothing where it cannot."""
    if indicator.kind != "flow" or alike(target.period, period):
        return 1.0
    return period.days / target.period.days if methodology.rebase == "per_day" else None


def _goal(target: Target, baseline: float) -> float:
    return baseline * (1 + target.value) if target.relative else target.value


def _after(period: Period) -> Period:
    """Return the time after a baseline, of which only the start is read."""
    return period.next()


def _milestones(
    indicator: Indicator,
    targets: tuple[Target, ...],
    final: Target,
    period: Period,
    methodology: Methodology,
    baseline: float,
) -> list[tuple[Target, float]]:
    """Return the targets on the way with what they ask of a value of this length; others bend no path."""
    found = []
    for target in targets:
        scaled = _fits(indicator, target, period, methodology)
        if target is not final and scaled is not None:
            found.append((target, _goal(target, baseline) * (1.0 if target.relative else scaled)))
    return sorted(found, key=lambda pair: pair[0].period.end)


def _total(
    indicator: Indicator,
    baselines: tuple[Baseline, ...],
    final: Target,
    period: Period,
    plan_period: Period | None,
) -> Basis:
    """Return the basis of a total: nothing at the start, the whole at the end; only flows have one."""
    if indicator.kind != "flow":
        return Basis(reason="basis_mismatch")
    first = max((one for one in baselines), key=lambda one: one.period, default=None)
    start = _after(first.period) if first is not None else plan_period
    if start is None:
        return Basis(reason="no_baseline")
    # Periods on either side of a break do not add up, whatever the factor.
    if any(start.start < one.date <= period.end and not one.comparable for one in indicator.breaks):
        return Basis(reason="break_in_series")
    if final.period.end < start.start:
        # A total that was due before it begins to be counted is of another time.
        return Basis(reason="basis_mismatch")
    knots = ((0.0, 0.0), (position_of(start, final, period), 100.0)) if period.end >= start.start else ()
    return Basis(
        baseline=0.0,
        target=final.value,
        path=due_by(knots, start, period),
        knots=knots,
        position=count_periods(start.start, period.end, period) if knots else None,
        of_baseline=first,
        of_target=final,
        is_total=True,
    )
