"""How change is seen: indicators, baselines, targets, breaks in a series.  Methodology §3."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any, get_args

import attrs
from attrs import field

from cpas.choices import (
    Applies,
    Axis,
    AxisRule,
    BaselineStatus,
    Better,
    Kind,
    Nil,
    PlaceRows,
    Sensitivity,
    TargetRole,
    Transform,
)
from cpas.errors import Fault
from cpas.model.fields import (
    Pairs,
    Record,
    as_tuple,
    number,
    numbers,
    optional_number,
    optional_range,
    pairs,
    texts,
)
from cpas.periods import Frequency, Period, to_period
from cpas.sources import Source, to_source

__all__ = ["Baseline", "Break", "Indicator", "Measure", "Target"]


@attrs.frozen(kw_only=True)
class Measure(Record):
    """That an indicator measures an element, and with what weight."""

    #: Id of the element, stakeholder or driver that is measured.
    element: str = field(kw_only=False)
    #: Weight among the element's indicators; multiplies the indicator's own.
    weight: float = field(default=1.0, kw_only=False, converter=number)

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield a weight below zero."""
        if self.weight < 0:
            yield Fault("weight", f"{self.weight:g} is below zero.", "range")


def to_measures(value: Any) -> tuple[Measure, ...]:
    """Return what is measured as records; ids, ``(id, weight)`` pairs and records are accepted.

    Examples
    --------
    >>> to_measures("OC-1")
    (Measure(element='OC-1', weight=1.0),)
    """
    if isinstance(value, str | Measure):
        value = (value,)
    return tuple(
        item if isinstance(item, Measure) else Measure(item) if isinstance(item, str) else Measure(*item)
        for item in value
    )


@attrs.frozen(kw_only=True)
class Baseline(Record):
    """The value before, and the period it is for.

    Examples
    --------
    >>> Baseline(84, "2023-Q4").value
    84.0
    """

    #: In the indicator's own unit.
    value: float = field(kw_only=False, converter=number)
    #: The period the value is for: a flow is compared with it only when it is of the same frequency.
    period: Period = field(kw_only=False, converter=to_period)
    #: Place and members it is for; empty for the root and all members.
    where: Pairs = field(default=(), converter=pairs)
    #: Known, estimated, or to be set (then its value is not used).
    status: BaselineStatus = "known"
    #: Where it is written.
    source: Source | None = field(default=None, converter=to_source)


@attrs.frozen(kw_only=True)
class Target(Record):
    """The value an indicator should reach, and when.

    Examples
    --------
    >>> Target(-0.4, "2025-Q4", relative=True).relative
    True
    """

    #: In the indicator's own unit; where `relative`, a share of the baseline (−0.4 for 40 % less).
    value: float = field(kw_only=False, converter=number)
    #: The period whose value is compared with the target.
    period: Period = field(kw_only=False, converter=to_period)
    #: Place and members it is for; empty for the root and all members.
    where: Pairs = field(default=(), converter=pairs)
    #: ``at`` its period; ``each`` period of that length to the plan's end; ``total`` summed from the baseline's end.
    applies: Applies = "at"
    #: Whether the value is a share of the baseline.
    relative: bool = False
    #: A milestone on the way, or final.
    role: TargetRole = "final"
    #: Day it was set; ``as_of`` uses the target then in force.
    set_on: datetime.date | None = None
    #: Why it was set, or changed.
    reason: str = ""
    #: Where it is written.
    source: Source | None = field(default=None, converter=to_source)


@attrs.frozen(kw_only=True)
class Break(Record):
    """A day from which an indicator counts something else."""

    #: First day of the new definition.
    date: datetime.date = field(kw_only=False)
    #: What changed.
    why: str = field(kw_only=False)
    #: True where values before and after may be compared as they stand.
    comparable: bool = False
    #: Multiplies earlier values so that they compare with later ones.
    factor: float | None = field(default=None, converter=optional_number)


def to_baselines(value: Baseline | Iterable[Baseline]) -> tuple[Baseline, ...]:
    """Return a tuple of baselines; one alone becomes a tuple of one."""
    return (value,) if isinstance(value, Baseline) else tuple(value)


def to_targets(value: Target | Iterable[Target]) -> tuple[Target, ...]:
    """Return a tuple of targets; one alone becomes a tuple of one."""
    return (value,) if isinstance(value, Target) else tuple(value)


@attrs.frozen(kw_only=True)
class Indicator(Record):
    """What is measured, in what unit, and how its values add up.

    Examples
    --------
    >>> harm = Indicator("I01", "Civilians killed or injured", measures="OBJ-1", unit="person", kind="flow",
    ...                  better="lower", baseline=Baseline(84, "2023-Q4"), targets=Target(50, "2025-Q4"))
    >>> harm.is_scorable, harm.elements
    (True, ('OBJ-1',))
    """

    #: Unique in the plan.
    id: str = field(kw_only=False)
    #: What is measured, with no direction in its name.
    name: str = field(kw_only=False)
    #: What it measures: an id, several, or `Measure` records where weights differ; empty for context.
    measures: tuple[Measure, ...] = field(converter=to_measures)
    #: Unit of its values.
    unit: str
    #: How its values add up over time, place and groups.
    kind: Kind
    #: Which way is better.
    better: Better
    #: The value before; several where they differ by season, place or group.
    baseline: tuple[Baseline, ...] = field(default=(), converter=to_baselines)
    #: Milestones and final values.
    targets: tuple[Target, ...] = field(default=(), converter=to_targets)
    #: Worst and best value of a fixed scale; they hold everywhere and win over baseline and target.
    goalposts: tuple[float, float] | None = field(default=None, converter=optional_range)
    #: Applied to value and goalposts before they are compared.
    transform: Transform | None = None
    #: Lowest and highest good value, for ``better="inside"``.
    band: tuple[float, float] | None = field(default=None, converter=optional_range)
    #: Names of an ordinal's levels, worst first; their values are 0, 1, 2 …
    levels: tuple[str, ...] = field(default=(), converter=texts)
    #: Thresholds of a rating, in its own unit.
    cuts: tuple[float, ...] = field(default=(), converter=numbers)
    #: Weight among the indicators of what it measures.
    weight: float = field(default=1.0, converter=number)
    #: Ids of the dimensions by which it is broken down.
    dimensions: tuple[str, ...] = field(default=(), converter=texts)
    #: Ids of the places that report it; empty for those that did.
    places: tuple[str, ...] = field(default=(), converter=texts)
    #: What an absent value means: missing, zero inside a return received, or zero inside a register's coverage.
    nil: Nil = "explicit"
    #: How often a value is due.
    frequency: Frequency | None = None
    #: Days after a period's end when its value is normally there.
    lag_days: int = 0
    #: Days after its period for which a value still holds; never for flows.
    valid_for: int | None = None
    #: Smallest change that counts as one, in its own unit.
    min_change: float | None = field(default=None, converter=optional_number)
    #: Rules that replace the kind's own, by axis: ``{"time": "mean"}``.
    over: Pairs = field(default=(), converter=pairs)
    #: What a row at a parent place means beside rows at its children: ``own`` adds, ``total`` is compared.
    place_rows: PlaceRows | None = None
    #: Other indicators combined after they are aggregated: ``{I-07} / {I-08|sex=female}``.
    formula: str | None = None
    #: Days from which it counts something else.
    breaks: tuple[Break, ...] = field(default=(), converter=as_tuple)
    #: What exactly is counted.
    definition: str = ""
    #: What a ratio's values are a share of: words, or the id of the indicator that counts it.
    denominator: str = ""
    #: How a value can be verified.
    verification: str = ""
    #: Where its values come from.
    source: Source | None = field(default=None, converter=to_source)
    #: Section or role that enters it, never a person.
    owner: str | None = None
    #: Free labels, such as ``WPS`` or ``POC``.
    tags: tuple[str, ...] = field(default=(), converter=texts)
    #: Codes in other frameworks.
    maps_to: Pairs = field(default=(), converter=pairs)
    #: Who may read its values.
    sensitivity: Sensitivity = "internal"
    #: What it stands in for, where that cannot be measured.
    proxy_for: str | None = None
    #: The name in other languages, by language code.
    translations: Pairs = field(default=(), converter=pairs)
    #: Anything else a reader must know.
    note: str = ""

    @property
    def elements(self) -> tuple[str, ...]:
        """Ids of what it measures."""
        return tuple(measure.element for measure in self.measures)

    @property
    def is_scorable(self) -> bool:
        """Whether its values can make a score: a number, with a better direction."""
        return self.better not in ("neutral", "ambiguous") and self.kind != "text"

    def rule(self, axis: Axis) -> str | None:
        """Return the rule that the plan sets for an axis, or nothing."""
        return dict(self.over).get(axis)

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield fields that contradict one another."""
        yield from self._scale_faults()
        yield from self._rule_faults()
        if self.weight < 0:
            yield Fault("weight", f"{self.weight:g} is below zero.", "range")
        for name in ("lag_days", "valid_for"):
            days = getattr(self, name)
            if days is not None and days < 0:
                yield Fault(name, f"{days} is below zero.", "range")
        if self.valid_for is not None and self.kind == "flow":
            yield Fault("valid_for", "A flow is never carried to a later period.", "contradiction")
        elements = self.elements
        if len(set(elements)) < len(elements):
            yield Fault("measures", f"{list(elements)} names an id twice.", "duplicate")

    def _scale_faults(self) -> Iterator[Fault]:
        if self.better == "inside" and self.band is None and self.goalposts is None:
            yield Fault("band", "better='inside' needs a band: [low, high].", "missing")
        if self.band is not None and self.band[0] > self.band[1]:
            yield Fault("band", f"{list(self.band)} has its low end above its high end.", "order")
        if self.band is not None and self.better in ("higher", "lower"):
            yield Fault("band", f"A band goes with better='inside', not {self.better!r}.", "contradiction")
        if self.kind == "ordinal" and not self.levels:
            yield Fault("levels", "An ordinal needs the names of its levels, worst first.", "missing")
        if self.levels and self.kind != "ordinal":
            yield Fault("levels", f"Levels go with kind='ordinal', not {self.kind!r}.", "contradiction")
        if len(set(self.levels)) < len(self.levels):
            yield Fault("levels", f"{list(self.levels)} names a level twice.", "duplicate")
        if any(a >= b for a, b in zip(self.cuts, self.cuts[1:], strict=False)) and any(
            a <= b for a, b in zip(self.cuts, self.cuts[1:], strict=False)
        ):
            yield Fault("cuts", f"{list(self.cuts)} neither rise nor fall throughout.", "order")
        if self.transform == "log" and self.goalposts is not None and min(self.goalposts) <= 0:
            yield Fault("goalposts", f"{list(self.goalposts)} have no logarithm: both must be above 0.", "range")
        if self.goalposts is not None and self.better in ("higher", "lower"):
            rising = self.goalposts[1] > self.goalposts[0]
            if rising != (self.better == "higher"):
                yield Fault(
                    "goalposts",
                    f"{list(self.goalposts)} (worst, best) say the opposite of better={self.better!r}.",
                    "contradiction",
                )

    def _rule_faults(self) -> Iterator[Fault]:
        axes = [axis for axis, _ in self.over]
        for axis, rule in self.over:
            if axis not in get_args(Axis):
                yield Fault("over", f"{axis!r} is not one of {', '.join(get_args(Axis))}.", "field")
            if rule not in get_args(AxisRule):
                yield Fault("over", f"{rule!r} is not one of {', '.join(get_args(AxisRule))}.", "field")
        if len(set(axes)) < len(axes):
            yield Fault("over", f"{list(self.over)} sets an axis twice.", "duplicate")
