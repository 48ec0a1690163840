"""The plan: the versioned graph of what a mission means to change, and how it will see whether it did.

Methodology §1.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import chain, count, groupby
from typing import Any, Final, TypeVar

import attrs
from attrs import field

from cpas.choices import LEVELS, PlanStatus
from cpas.display import notebook_table
from cpas.errors import Fault, UnknownIdError
from cpas.model.consistency import plan_faults
from cpas.model.elements import (
    Activity,
    AnyElement,
    Assumption,
    Driver,
    HarmRisk,
    Link,
    Objective,
    Outcome,
    Output,
    Risk,
)
from cpas.model.fields import Pairs, Record, as_tuple, pairs
from cpas.model.indicators import Indicator
from cpas.model.layers import layers
from cpas.model.loops import find_loops
from cpas.model.places import ROOT, Dimension, Place
from cpas.model.stakeholders import Influence, Relation, Stakeholder, Stance
from cpas.periods import Period, to_optional_period

__all__ = ["Plan"]

T = TypeVar("T")

#: Files and results list the chain from what it serves down to what is done.
_ORDER: Final = {level: rank for rank, level in enumerate(reversed(LEVELS))}

#: Most rows that a notebook shows.
_SHOWN: Final = 60


def to_elements(value: Iterable[AnyElement]) -> tuple[AnyElement, ...]:
    """Return elements by level, objectives first, each level in the order given."""
    elements = tuple(value)
    by_kind: dict[type, list[AnyElement]] = {}
    for kind, some in groupby(elements, key=type):
        by_kind.setdefault(kind, []).extend(some)
    if len(set(map(_rank, by_kind))) < len(by_kind):
        return tuple(sorted(elements, key=_rank))  # A host's own kind stands among those of its level.
    return tuple(chain.from_iterable(by_kind[kind] for kind in sorted(by_kind, key=_rank)))


def _rank(element: AnyElement | type) -> int:
    return _ORDER.get(getattr(element, "level", ""), len(_ORDER))


@attrs.frozen(kw_only=True, repr=False, cache_hash=True)
class Plan(Record):
    """What a mission plans: elements, links between them, indicators, stakeholders, places.

    Raises
    ------
    PlanError
        If ids clash, a reference leads nowhere, a link joins levels that may not be joined, or a record contradicts
        another. Every fault is listed.
    LoopError
        If causal links, the order of activities, parts, places or formulas form a loop; the loop is named.

    Examples
    --------
    >>> plan = Plan("demo", "A small plan",
    ...             elements=[Objective("OBJ-1", "Civilians are safer"), Outcome("OC-1", "Leaders settle disputes")],
    ...             links=[Link("OC-1", "OBJ-1")])
    >>> [element.id for element in plan.outcomes]
    ['OC-1']
    >>> plan.element("OC-2")
    Traceback (most recent call last):
    ...
    cpas.errors.UnknownIdError: Plan 'demo' has no element 'OC-2'. Did you mean 'OC-1'?
    """

    #: Unique among plans.
    id: str = field(kw_only=False)
    #: What it is called.
    title: str = field(kw_only=False)
    #: The mission whose plan it is.
    mission: str | None = None
    #: Version of its content.
    version: str = "1"
    #: Draft, endorsed, approved, in force, or superseded.
    status: PlanStatus = "draft"
    #: First day it was in force.
    in_force_from: date | None = None
    #: Version it replaces.
    supersedes: str | None = None
    #: Why this version was made.
    reason: str = ""
    #: The time it is for; paths to targets start with it.
    period: Period | None = field(default=None, converter=to_optional_period)
    #: Objectives, outcomes, outputs and activities, in this order of levels.
    elements: tuple[AnyElement, ...] = field(default=(), converter=to_elements)
    #: Causal links.
    links: tuple[Link, ...] = field(default=(), converter=as_tuple)
    #: How change is seen.
    indicators: tuple[Indicator, ...] = field(default=(), converter=as_tuple)
    #: Who can promote or prevent change.
    stakeholders: tuple[Stakeholder, ...] = field(default=(), converter=as_tuple)
    #: Where they stand, result by result.
    stances: tuple[Stance, ...] = field(default=(), converter=as_tuple)
    #: How the mission means to move them.
    influences: tuple[Influence, ...] = field(default=(), converter=as_tuple)
    #: How they act on one another.
    relations: tuple[Relation, ...] = field(default=(), converter=as_tuple)
    #: Places, in a hierarchy.
    places: tuple[Place, ...] = field(default=(), converter=as_tuple)
    #: Ways to break values down.
    dimensions: tuple[Dimension, ...] = field(default=(), converter=as_tuple)
    #: Conditions that links need.
    assumptions: tuple[Assumption, ...] = field(default=(), converter=as_tuple)
    #: Events that would hurt results.
    risks: tuple[Risk, ...] = field(default=(), converter=as_tuple)
    #: Harm that activities may cause.
    harms: tuple[HarmRisk, ...] = field(default=(), converter=as_tuple)
    #: What raises or lowers conflict.
    drivers: tuple[Driver, ...] = field(default=(), converter=as_tuple)
    #: Unit words of its own: ``("hearing", "count")`` or ``("battalion", "700 person")``.
    units: Pairs = field(default=(), converter=pairs)
    #: Anything else a reader must know.
    note: str = ""

    def __attrs_post_init__(self) -> None:
        # Written out, not super(): a slotted class with cached properties is made anew by attrs.
        Record.__attrs_post_init__(self)
        find_loops(self)

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(some)} {name}" for name, some in self._counted() if some)
        return f"<Plan {self.id!r} version {self.version}: {counts or 'empty'}>"

    def _counted(self) -> tuple[tuple[str, tuple[Record, ...]], ...]:
        names = ("objectives", "outcomes", "outputs", "activities", "indicators", "stakeholders")
        return tuple((name, getattr(self, name)) for name in names)

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield clashes, references that lead nowhere, and links that may not be."""
        return plan_faults(self)

    # -- what there is, by level and by id -------------------------------------------------------------------

    @cached_property
    def objectives(self) -> tuple[Objective, ...]:
        """The objectives, in the plan's order."""
        return self._of_level("objective")

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The outcomes, in the plan's order."""
        return self._of_level("outcome")

    @cached_property
    def outputs(self) -> tuple[Output, ...]:
        """The outputs, in the plan's order."""
        return self._of_level("output")

    @cached_property
    def activities(self) -> tuple[Activity, ...]:
        """The activities, in the plan's order."""
        return self._of_level("activity")

    def _of_level(self, level: str) -> tuple[Any, ...]:
        # Elements stand by level.
        rank = _ORDER[level]
        return self.elements[bisect_left(self.elements, rank, key=_rank) : bisect_right(self.elements, rank, key=_rank)]

    @cached_property
    def elements_by_id(self) -> dict[str, AnyElement]:
        """Elements by id."""
        return {element.id: element for element in self.elements}

    @cached_property
    def indicators_by_id(self) -> dict[str, Indicator]:
        """Indicators by id."""
        return {indicator.id: indicator for indicator in self.indicators}

    @cached_property
    def places_by_id(self) -> dict[str, Place]:
        """Places by id; without a common root, the implicit one (id ``all``) is not among them."""
        return {place.id: place for place in self.places}

    @cached_property
    def dimensions_by_id(self) -> dict[str, Dimension]:
        """Dimensions by id."""
        return {dimension.id: dimension for dimension in self.dimensions}

    @cached_property
    def stakeholders_by_id(self) -> dict[str, Stakeholder]:
        """Stakeholders by id."""
        return {stakeholder.id: stakeholder for stakeholder in self.stakeholders}

    def element(self, id: str) -> AnyElement:
        """Return the element of an id; an unknown id raises `UnknownIdError`."""
        return self._find(id, self.elements_by_id, "element")

    def indicator(self, id: str) -> Indicator:
        """Return the indicator of an id; an unknown id raises `UnknownIdError`."""
        return self._find(id, self.indicators_by_id, "indicator")

    def place(self, id: str) -> Place:
        """Return the place of an id; an unknown id raises `UnknownIdError`."""
        return self._find(id, self.places_by_id, "place")

    def stakeholder(self, id: str) -> Stakeholder:
        """Return the stakeholder of an id; an unknown id raises `UnknownIdError`."""
        return self._find(id, self.stakeholders_by_id, "stakeholder")

    def dimension(self, id: str) -> Dimension:
        """Return the dimension of an id; an unknown id raises `UnknownIdError`."""
        return self._find(id, self.dimensions_by_id, "dimension")

    def _repr_html_(self) -> str:
        # The chain from what it serves down; activities are many, and are counted.
        words = ("objectives", "outcomes", "outputs", "activities", "indicators")
        said = ", ".join(f"{word}: {len(getattr(self, word))}" for word in words)
        period = "" if self.period is None else f"{self.period.iso.replace('/', ' to ')}. "
        chain = [element for element in self.elements if element.level != "activity"]
        rows = [self._chain_row(element) for element in chain[:_SHOWN]]
        note = f"{self.mission or self.id}, version {self.version}, {self.status.replace('_', ' ')}. {period}{said}."
        rest = f" {len(chain) - len(rows)} more are not shown." if len(chain) > len(rows) else ""
        columns = ("level", "id", "statement", "serves", "rests on", "indicators")
        return notebook_table(columns, rows, caption=self.title, note=note + rest)

    def _chain_row(self, element: AnyElement) -> tuple[str, ...]:
        serves = ", ".join(link.target for link in self.links_from.get(element.id, ()))
        rests = ", ".join(link.source for link in self.links_to.get(element.id, ()))
        seen = ", ".join(indicator.id for indicator in self.indicators_of.get(element.id, ()))
        return element.level, element.id, element.statement, serves or "–", rests or "–", seen or "–"

    def _find(self, id: str, known: dict[str, T], what: str) -> T:
        if id in known:
            return known[id]
        raise UnknownIdError.among(id, known, what=f"Plan {self.id!r} has no {what}")

    # -- how they hang together ------------------------------------------------------------------------------

    @cached_property
    def root(self) -> str:
        """Id of the place above all others: the plan's own, or ``all``."""
        tops = [place.id for place in self.places if place.parent is None]
        return tops[0] if len(tops) == 1 else ROOT

    @cached_property
    def links_from(self) -> dict[str, tuple[Link, ...]]:
        """Links by the id of their source, in the plan's order."""
        return _grouped(self.links, "source")

    @cached_property
    def links_to(self) -> dict[str, tuple[Link, ...]]:
        """Links by the id of their target, in the plan's order."""
        return _grouped(self.links, "target")

    @cached_property
    def parts(self) -> tuple[Objective | Outcome | Output, ...]:
        """Elements that are parts of another, in the plan's order."""
        levels: tuple[tuple[Any, ...], ...] = (self.objectives, self.outcomes, self.outputs)
        return tuple([one for some in levels for one in some if one.part_of is not None])

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The place of each element in the plan's order, from 0, by id."""
        return dict(zip([element.id for element in self.elements], count()))

    @cached_property
    def link_ends(self) -> tuple[Sequence[int], Sequence[int]]:
        """Numbers of the elements from which links lead, and of those they lead to, in the order of the links."""
        find = self.numbers.__getitem__
        # Whole numbers side by side, which numpy reads as they are.
        sources = array("q", list(map(find, [link.source for link in self.links])))
        return sources, array("q", list(map(find, [link.target for link in self.links])))

    @cached_property
    def layers(self) -> Sequence[int]:
        """The most links in a row that lead to each element, in the plan's order."""
        return layers(len(self.elements), *self.link_ends)

    @cached_property
    def indicators_of(self) -> dict[str, tuple[Indicator, ...]]:
        """Indicators by the id of what they measure, in the plan's order."""
        found: dict[str, list[Indicator]] = {}
        for indicator in self.indicators:
            for id in indicator.elements:
                found.setdefault(id, []).append(indicator)
        return {id: tuple(indicators) for id, indicators in found.items()}


def _grouped(links: tuple[Link, ...], end: str) -> dict[str, tuple[Link, ...]]:
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(getattr(link, end), []).append(link)
    return {id: tuple(some) for id, some in found.items()}
