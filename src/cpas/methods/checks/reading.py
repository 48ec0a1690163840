"""What several rules read from an indicator: which values it is compared with, and which of them count now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cpas.choices import BELOW_ROOT_INHERITS
from cpas.model import Baseline, Indicator, Plan, Target
from cpas.model.fields import Pairs

__all__ = ["baseline_for", "final_targets", "here", "needs_distance", "resolved", "shown"]


def needs_distance(indicator: Indicator) -> bool:
    """Return whether its score is the way from a baseline to a target.

    It is not where there is no score, or where a band or goalposts make it.

    Examples
    --------
    >>> common = {"measures": (), "unit": "%", "kind": "ratio"}
    >>> needs_distance(Indicator("I1", "Settled", better="higher", **common))
    True
    >>> needs_distance(Indicator("I2", "Literate", better="higher", goalposts=(0, 100), **common))
    False
    """
    return indicator.is_scorable and indicator.better in ("higher", "lower") and indicator.goalposts is None


def here(plan: Plan, where: Pairs) -> Pairs:
    """Return a place and members without the root, which is where a value holds that names none.

    Examples
    --------
    >>> here(Plan("demo", "Demo"), (("place", "all"), ("sex", "female")))
    (('sex', 'female'),)
    """
    return tuple([pair for pair in where if pair != ("place", plan.root)]) if where else where


def final_targets(plan: Plan, indicator: Indicator) -> Iterator[Target]:
    """Yield the final targets that no later one replaces, in order of time and place.

    Examples
    --------
    >>> from datetime import date
    >>> indicator = Indicator("I1", "Settled", measures=(), unit="%", kind="ratio", better="higher",
    ...                       targets=[Target(70, "2025"), Target(60, "2025", set_on=date(2025, 3, 1))])
    >>> [target.value for target in final_targets(Plan("demo", "Demo"), indicator)]
    [60.0]
    """
    if len(indicator.targets) == 1:
        yield from (target for target in indicator.targets if target.role == "final")
        return
    latest: dict[object, Target] = {}
    for target in sorted(indicator.targets, key=lambda target: (target.set_on or date.min, target.value)):
        if target.role == "final":
            latest[target.period, here(plan, target.where), target.applies] = target
    yield from sorted(latest.values(), key=lambda target: (target.period, target.where, target.applies))


def baseline_for(plan: Plan, indicator: Indicator, target: Target) -> Baseline | None:
    """Return the baseline that a target is compared with: of the same season, else the latest not after it.

    A flow's is of the target's own frequency; a sum over several periods has none.

    Examples
    --------
    >>> seasonal = Indicator("I4", "Incidents", measures=(), unit="incidents", kind="flow", better="lower",
    ...                      baseline=[Baseline(18, "2023-Q2"), Baseline(30, "2023-Q4")])
    >>> baseline_for(Plan("demo", "Demo"), seasonal, Target(10, "2025-Q2")).value
    18.0
    """
    if target.applies == "total":
        return None
    known = [b for b in indicator.baseline if b.status != "to_be_set" and b.period.start <= target.period.start]
    if indicator.kind == "flow":
        known = [b for b in known if b.period.frequency == target.period.frequency]
    place = here(plan, target.where)
    own = [b for b in known if here(plan, b.where) == place]
    if not own and indicator.kind in BELOW_ROOT_INHERITS:
        own = [b for b in known if not here(plan, b.where)]
    # The season decides among several; of one, it would take longer than all else that is read.
    season = [b for b in own if b.period.same_season(target.period)] if len(own) > 1 else own
    return max(season or own, key=lambda b: (b.period, b.value), default=None)


def resolved(target: Target, baseline: Baseline) -> float:
    """Return a target in the indicator's own unit.

    Examples
    --------
    >>> resolved(Target(-0.4, "2025-Q2", relative=True), Baseline(18, "2023-Q2"))
    10.799999999999999
    """
    return baseline.value * (1 + target.value) if target.relative else target.value


def shown(where: Pairs) -> str:
    """Return a place and members as a reader sees them.

    Examples
    --------
    >>> shown((("place", "nord"), ("sex", "female"))), shown(())
    ("place 'nord', sex 'female'", 'the whole area')
    """
    return ", ".join(f"{key} {value!r}" for key, value in where) or "the whole area"
