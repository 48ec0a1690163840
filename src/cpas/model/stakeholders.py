"""Who can promote or prevent change, and how the mission means to move them.  Methodology §1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs
from attrs import field

from cpas.choices import InfluenceMode, Likelihood, Position, Sensitivity
from cpas.errors import Fault
from cpas.model.fields import Record
from cpas.sources import Source, to_source

__all__ = ["Influence", "Relation", "Stakeholder", "Stance"]


@attrs.frozen(kw_only=True)
class Stakeholder(Record):
    """An actor who can promote or prevent change. A group or an office, never a person."""

    #: Unique in the plan.
    id: str = field(kw_only=False)
    #: What it is called.
    name: str = field(kw_only=False)
    #: Sort of actor, such as ``armed group`` or ``State, security``.
    type: str | None = None
    #: How much it can promote or prevent.
    influence: Likelihood | None = None
    #: How much it cares.
    interest: Likelihood | None = None
    #: How able it is to do what the results need.
    capacity: Likelihood | None = None
    #: Anything else a reader must know.
    note: str = ""


@attrs.frozen(kw_only=True)
class Stance(Record):
    """Where a stakeholder stands on one result: one may support one outcome and obstruct another."""

    #: Id of the stakeholder.
    stakeholder: str = field(kw_only=False)
    #: Id of the outcome or objective.
    element: str = field(kw_only=False)
    #: Supports, mixed, neutral, obstructs, or unknown.
    position: Position
    #: First day it held.
    since: date | None = None
    #: Last day it held.
    until: date | None = None
    #: Where that is written.
    source: Source | None = field(default=None, converter=to_source)
    #: Who may read it.
    sensitivity: Sensitivity = "strictly confidential"

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield an end before the start."""
        if self.since is not None and self.until is not None and self.until < self.since:
            yield Fault("until", f"{self.until} is before {self.since}.", "order")


@attrs.frozen(kw_only=True)
class Influence(Record):
    """How the mission means to move a stakeholder towards an outcome."""

    #: Id of the outcome.
    outcome: str = field(kw_only=False)
    #: Id of the stakeholder.
    stakeholder: str = field(kw_only=False)
    #: Capacity, knowledge, incentive, deterrence, or relationship.
    mode: InfluenceMode
    #: The change sought in that stakeholder.
    change: str = ""


@attrs.frozen(kw_only=True)
class Relation(Record):
    """One stakeholder acts on another. These may form loops: power does."""

    #: Id of the one who acts.
    source: str = field(kw_only=False)
    #: Id of the one acted on.
    target: str = field(kw_only=False)
    #: How, in a word: ``commands``, ``funds``, ``opposes``.
    mode: str | None = None
