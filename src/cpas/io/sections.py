"""How a plan is laid out in a file: the version of the layout, and what each list holds."""

from __future__ import annotations

from typing import Final

from cpas.model.elements import Activity, Assumption, Driver, HarmRisk, Link, Objective, Outcome, Output, Risk
from cpas.model.fields import Record
from cpas.model.indicators import Indicator
from cpas.model.places import Dimension, Place
from cpas.model.stakeholders import Influence, Relation, Stakeholder, Stance

__all__ = ["FORMAT", "LEVELS", "SECTIONS"]

#: The version of the layout that is written. Files of this and every earlier version are read.
FORMAT: Final[int] = 1

#: Lists that together are the plan's elements.
LEVELS: Final[dict[str, type[Record]]] = {
    "objectives": Objective,
    "outcomes": Outcome,
    "outputs": Output,
    "activities": Activity,
}
#: Every list of a plan file, in the order it is written.
SECTIONS: Final[dict[str, type[Record]]] = {
    **LEVELS,
    "links": Link,
    "indicators": Indicator,
    "stakeholders": Stakeholder,
    "stances": Stance,
    "influences": Influence,
    "relations": Relation,
    "places": Place,
    "dimensions": Dimension,
    "assumptions": Assumption,
    "risks": Risk,
    "harms": HarmRisk,
    "drivers": Driver,
}
