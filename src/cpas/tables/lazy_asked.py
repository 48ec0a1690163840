"""What is asked of a table that stays where it is, and whether an engine can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.lazy import LazyObservations
from cpas.tables.leaves import Calendar
from cpas.tables.readings import as_id

__all__ = ["NUMBERS", "ODD", "Asked", "can_be_asked"]

NUMBERS: Final = ("value", "numerator", "denominator")
#: Columns of which a row with anything in them is read by itself.
ODD: Final = ("low", "high", "text", "unit", "recorded_at")


@attrs.frozen(eq=False, kw_only=True)
class Asked:
    """What is asked of a table, and how what comes back is to be read."""

    #: The table.
    observations: LazyObservations
    #: Its periods.
    calendar: Calendar
    #: Indicators of which the latest value of each leaf is wanted.
    want_last: NDArray[np.bool_]
    #: Indicators of which the smallest value is wanted.
    want_least: NDArray[np.bool_]
    #: Indicators of which the largest value is wanted.
    want_greatest: NDArray[np.bool_]

    @property
    def headers(self) -> Mapping[str, str]:
        """Header in the table by our own name of the column."""
        return self.observations.headers

    def read_place(self, word: Any) -> int:
        """Return the number of a place, the root where none is named; or −1."""
        tree, told = self.observations.tree, _told(word)
        return tree.codes.get(told, -1) if told else tree.root

    def member_reader(self, dimension: str) -> Callable[[Any], int]:
        """Return what gives the number of a member, 0 where none is named; or −1."""
        vocabulary = self.observations.plan.dimension(dimension).vocabulary
        numbers = {word: number for number, word in enumerate(("", *vocabulary))}
        return lambda word: numbers.get(_told(word), -1)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions of the plan for which the table has a column, in the plan's order."""
        there = self.observations.headers
        return tuple(d.id for d in self.observations.plan.dimensions if d.id in there)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns of numbers that the table has."""
        return tuple(name for name in NUMBERS if name in self.observations.headers)


def can_be_asked(observations: LazyObservations) -> bool:
    """Return whether the columns of a table are of sorts that an engine can group and add up."""
    kinds = observations.kinds
    dimensions = {dimension.id for dimension in observations.plan.dimensions}
    texts = {"place", "reason", "status", "sensitivity", *dimensions} & kinds.keys()
    return (
        all(kinds[name] == "number" for name in NUMBERS if name in kinds)
        and all(kinds[name] in ("text", "number") for name in ("indicator", "period"))
        and all(kinds[name] == "text" for name in texts)
        and "value" in kinds
        and not observations.is_form
    )


def _told(word: Any) -> str:
    return "" if word is None else as_id(word.strip() if isinstance(word, str) else word)
