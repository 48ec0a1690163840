"""How a plan is laid out in a file: the version of the layout, and what each list holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cpas.io.found import Found
from cpas.io.scalars import shown
from cpas.model.elements import Activity, Assumption, Driver, HarmRisk, Link, Objective, Outcome, Output, Risk
from cpas.model.fields import Record
from cpas.model.indicators import Indicator
from cpas.model.places import Dimension, Place
from cpas.model.stakeholders import Influence, Relation, Stakeholder, Stance

__all__ = ["FORMAT", "LEVELS", "SECTIONS", "format_faults"]

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


def format_faults(data: dict[str, Any]) -> Iterator[Found]:
    """Yield what is wrong with the version of a file's layout; a file of another layout is not read further.

    Examples
    --------
    >>> next(format_faults({"format": 2})).message
    'Layout 2 is newer than those this library reads (1). Install a newer cpas.'
    """
    version = data.get("format")
    if "format" not in data:
        yield Found((), f"The field 'format' is missing. Write 'format: {FORMAT}' in the first line.", "format")
    elif isinstance(version, bool) or not isinstance(version, int) or version < 1:
        yield Found(("format",), f"{shown(version)} is no version of the layout. Write 'format: {FORMAT}'.", "format")
    elif version > FORMAT:
        read = ", ".join(str(version) for version in range(1, FORMAT + 1))
        message = f"Layout {version} is newer than those this library reads ({read}). Install a newer cpas."
        yield Found(("format",), message, "format")
