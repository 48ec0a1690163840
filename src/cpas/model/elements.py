"""Elements of the results chain and the links between them.  Methodology §1.

Activities produce outputs, outputs help change what stakeholders do, those outcomes serve an objective.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, ClassVar

import attrs
from attrs import field

from cpas.choices import AssumptionStatus, Change, Combine, Component, Likelihood, Strength
from cpas.errors import Fault, PlanError
from cpas.model.fields import Pairs, Record, as_tuple, number, optional_number, pairs, texts
from cpas.periods import Period, to_period

__all__ = [
    "Activity",
    "After",
    "AnyElement",
    "Assumption",
    "Driver",
    "Element",
    "HarmRisk",
    "Link",
    "Objective",
    "Outcome",
    "Output",
    "Planned",
    "Risk",
    "chain",
]


@attrs.frozen(kw_only=True)
class Planned(Record):
    """How much of an output is planned for a period.

    Examples
    --------
    >>> str(Planned(6, "conferences", "2025").period)
    '2025'
    """

    #: How much, in `unit`.
    quantity: float = field(kw_only=False, converter=number)
    #: What is counted.
    unit: str = field(kw_only=False)
    #: The period it is planned for.
    period: Period = field(kw_only=False, converter=to_period)
    #: Place and members it holds for; empty for all.
    where: Pairs = field(default=(), converter=pairs)


@attrs.frozen(kw_only=True)
class Element(Record):
    """What objectives, outcomes and outputs have in common."""

    #: Level in the results chain.
    level: ClassVar[str] = ""

    #: Unique in the plan.
    id: str = field(kw_only=False)
    #: The result, in one sentence.
    statement: str = field(kw_only=False)
    #: Rank in the plan's own order, 1 first. Never a weight.
    priority: int | None = None
    #: How the parts make the score; without it, outcomes below an objective make no score of it.
    combine: Combine | None = None
    #: Least share of the weight that must have a value, 0 to 1.
    min_coverage: float | None = field(default=None, converter=optional_number)
    #: Ids of the places the element is for; empty for the whole mission area.
    places: tuple[str, ...] = field(default=(), converter=texts)
    #: Section or role in the lead, never a person.
    owner: str | None = None
    #: Id of an element of the same level that this one is a part of.
    part_of: str | None = None
    #: Free labels, such as ``WPS`` or ``tier:2``.
    tags: tuple[str, ...] = field(default=(), converter=texts)
    #: Codes in other frameworks, such as ``("rbb", "EA 1.1")``.
    maps_to: Pairs = field(default=(), converter=pairs)
    #: The statement in other languages, by language code.
    translations: Pairs = field(default=(), converter=pairs)
    #: Anything else a reader must know.
    note: str = ""

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield a coverage that is no share."""
        if self.min_coverage is not None and not 0 <= self.min_coverage <= 1:
            yield Fault("min_coverage", f"{self.min_coverage:g} is not a share from 0 to 1.", "range")


@attrs.frozen(kw_only=True)
class Objective(Element):
    """The change in the country that the mission exists to help bring about."""

    level: ClassVar[str] = "objective"


@attrs.frozen(kw_only=True)
class Outcome(Element):
    """A change in a stakeholder, or a change declared to be of a process, a policy or the context.

    Examples
    --------
    >>> Outcome("OC-1", "Leaders settle disputes by dialogue", stakeholders="ST-2").stakeholders
    ('ST-2',)
    """

    level: ClassVar[str] = "outcome"

    #: Ids of those whose change this is.
    stakeholders: tuple[str, ...] = field(default=(), converter=texts)
    #: What changes.
    change: Change = "behaviour"


def to_planned(value: Planned | Iterable[Planned]) -> tuple[Planned, ...]:
    """Return a tuple of planned quantities; one alone becomes a tuple of one."""
    return (value,) if isinstance(value, Planned) else tuple(value)


@attrs.frozen(kw_only=True)
class Output(Element):
    """A product or service that the mission itself delivers."""

    level: ClassVar[str] = "output"

    #: How much of it is planned, by period.
    planned: tuple[Planned, ...] = field(default=(), converter=to_planned)


@attrs.frozen(kw_only=True)
class After(Record):
    """An activity that must come first, and the days to wait after its start."""

    #: Id of the earlier activity.
    activity: str = field(kw_only=False)
    #: Days from the start of the earlier activity to the start of this one.
    days: int = field(default=0, kw_only=False)


def to_after(value: Any) -> tuple[After, ...]:
    """Return what comes first as records; ids, ``(id, days)`` pairs and records are accepted.

    Examples
    --------
    >>> to_after(["A01", ("A06", 28)])
    (After(activity='A01', days=0), After(activity='A06', days=28))
    """
    if isinstance(value, str | After):
        value = (value,)
    return tuple(
        item if isinstance(item, After) else After(item) if isinstance(item, str) else After(*item) for item in value
    )


@attrs.frozen(kw_only=True)
class Activity(Record):
    """Work done to make outputs."""

    level: ClassVar[str] = "activity"

    #: Unique in the plan.
    id: str = field(kw_only=False)
    #: What is done.
    statement: str = field(kw_only=False)
    #: Who does it: civilian, military, police, support, or joint.
    component: Component | None = None
    #: First day.
    start: date | None = None
    #: Last day.
    end: date | None = None
    #: Cost, in `cost_unit`.
    cost: float | None = field(default=None, converter=optional_number)
    #: Currency of the cost.
    cost_unit: str = "USD"
    #: Activities that must start first.
    after: tuple[After, ...] = field(default=(), converter=to_after)
    #: Ids of the stakeholders it is in touch with.
    engages: tuple[str, ...] = field(default=(), converter=texts)
    #: Ids of the harm it risks.
    harms: tuple[str, ...] = field(default=(), converter=texts)
    #: False for additional work outside the plan.
    in_plan: bool = True
    #: Ids of the places where it happens; empty for the whole mission area.
    places: tuple[str, ...] = field(default=(), converter=texts)
    #: Section or role in the lead, never a person.
    owner: str | None = None
    #: Free labels, such as ``tier:1`` or ``phase:prevention``.
    tags: tuple[str, ...] = field(default=(), converter=texts)
    #: Codes in other frameworks.
    maps_to: Pairs = field(default=(), converter=pairs)
    #: Anything else a reader must know.
    note: str = ""

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield an end before the start and a cost below zero."""
        if self.start is not None and self.end is not None and self.end < self.start:
            yield Fault("end", f"{self.end} is before the start, {self.start}.", "order")
        if self.cost is not None and self.cost < 0:
            yield Fault("cost", f"{self.cost:g} is below zero.", "range")


#: Whatever may stand in a results chain.
AnyElement = Objective | Outcome | Output | Activity


@attrs.frozen(kw_only=True)
class Link(Record):
    """A causal bet: the source helps bring about the target."""

    #: Id of the cause.
    source: str = field(kw_only=False)
    #: Id of the effect.
    target: str = field(kw_only=False)
    #: Importance in a summary of the target's parts. Not causal strength.
    weight: float = field(default=1.0, converter=number)
    #: How well the evidence carries the bet; only contribution analysis reads it.
    strength: Strength = "untested"
    #: Ids of the conditions it needs.
    assumptions: tuple[str, ...] = field(default=(), converter=texts)
    #: What speaks for it, in words.
    evidence: tuple[str, ...] = field(default=(), converter=texts)
    #: Days before the effect can be expected.
    lag_days: int | None = None
    #: Why the link is there.
    note: str = ""

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield a link to itself, a weight below zero and a lag below zero."""
        if self.source == self.target:
            yield Fault("target", f"{self.target!r} is linked to itself.", "loop")
        if self.weight < 0:
            yield Fault("weight", f"{self.weight:g} is below zero.", "range")
        if self.lag_days is not None and self.lag_days < 0:
            yield Fault("lag_days", f"{self.lag_days} is below zero.", "range")


def chain(*ids: str, **common: Any) -> tuple[Link, ...]:
    """Return the links between neighbours, from cause to effect.

    Parameters
    ----------
    *ids : str
        At least two, the first cause first.
    **common
        Fields that all the links share, such as ``strength``.

    Raises
    ------
    PlanError
        If there are fewer than two ids.

    Examples
    --------
    >>> [(link.source, link.target) for link in chain("A01", "OP-1", "OC-1")]
    [('A01', 'OP-1'), ('OP-1', 'OC-1')]
    """
    if len(ids) < 2:
        raise PlanError(f"A chain needs at least two ids, not {len(ids)}.")
    return tuple(Link(source, target, **common) for source, target in itertools.pairwise(ids))


@attrs.frozen(kw_only=True)
class Assumption(Record):
    """A condition outside the mission's control that a link needs."""

    #: Unique in the plan.
    id: str = field(kw_only=False)
    #: The condition, in one sentence.
    statement: str = field(kw_only=False)
    #: Whether it holds.
    status: AssumptionStatus = "untested"
    #: Id of the indicator that watches it.
    indicator: str | None = None
    #: Anything else a reader must know.
    note: str = ""


@attrs.frozen(kw_only=True)
class Risk(Record):
    """An event that would hurt results."""

    #: Unique in the plan.
    id: str = field(kw_only=False)
    #: The event.
    statement: str = field(kw_only=False)
    #: How likely it is.
    likelihood: Likelihood | None = None
    #: How much it would hurt.
    impact: Likelihood | None = None
    #: Ids of the elements it threatens.
    threatens: tuple[str, ...] = field(default=(), converter=texts)
    #: What is done about it.
    mitigation: str = ""
    #: Section or role that watches it.
    owner: str | None = None
    #: Anything else a reader must know.
    note: str = ""


@attrs.frozen(kw_only=True)
class HarmRisk(Record):
    """Unintended harm that an activity of the mission may cause."""

    #: Unique in the plan.
    id: str = field(kw_only=False)
    #: The harm, and how it would come about.
    statement: str = field(kw_only=False)
    #: Who would be harmed.
    group: str
    #: How likely it is.
    likelihood: Likelihood
    #: How bad it would be.
    severity: Likelihood
    #: What is done so that it does not happen.
    mitigation: str = ""
    #: Anything else a reader must know.
    note: str = ""


@attrs.frozen(kw_only=True)
class Driver(Record):
    """A structural or seasonal factor that raises or lowers conflict."""

    #: Unique in the plan.
    id: str = field(kw_only=False)
    #: The factor.
    statement: str = field(kw_only=False)
    #: ``raises`` or ``lowers`` conflict.
    effect: str = "raises"
    #: Months in which it acts, 1 to 12; empty for all the year.
    months: tuple[int, ...] = field(default=(), converter=as_tuple)
    #: Ids of the places where it acts.
    places: tuple[str, ...] = field(default=(), converter=texts)
    #: Ids of the elements it threatens or helps.
    elements: tuple[str, ...] = field(default=(), converter=texts)
    #: Anything else a reader must know.
    note: str = ""

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield an effect that is neither of the two words, and months that are none."""
        if self.effect not in ("raises", "lowers"):
            yield Fault("effect", f"{self.effect!r} is not one of raises, lowers.", "field")
        if any(not 1 <= month <= 12 for month in self.months):
            yield Fault("months", f"{list(self.months)} are not all from 1 to 12.", "range")
