"""What an explanation is of, and what its reader may see."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.choices import SENSITIVITIES
from cpas.methods.explaining.tracing import Slot, Trace, follow
from cpas.model import Indicator, Plan
from cpas.tables.aggregates import Aggregates, Request
from cpas.tables.observations import Observations
from cpas.tables.once import once_per_plan
from cpas.tables.rows import Rows

__all__ = ["Case"]

Codes = NDArray[np.int64]


@once_per_plan
def _numbers(plan: Plan) -> dict[str, int]:
    """Return the number of each indicator: a plan of many is gone through once, not for each explanation."""
    return {indicator.id: n for n, indicator in enumerate(plan.indicators)}


@attrs.frozen(eq=False, kw_only=True)
class _Few:
    """The rows of a few indicators."""

    #: Their rows.
    rows: Rows
    #: Number in the whole store of the first row of each, rising.
    firsts: Codes
    #: How many rows each has.
    counts: Codes

    def at(self, rows: Codes) -> Codes:
        """Return where rows of the whole store stand among these."""
        which = np.searchsorted(self.firsts, rows, side="right") - 1
        starts = np.cumsum(self.counts) - self.counts
        return np.asarray(rows - self.firsts[which] + starts[which])

    def places(self, rows: Codes) -> Codes | None:
        """Return the same, or nothing where one of them is not here."""
        if not len(self.firsts):
            return None
        which = np.searchsorted(self.firsts, rows, side="right") - 1
        inside = rows - self.firsts[which]
        if (inside < 0).any() or (inside >= self.counts[which]).any():
            return None
        return self.at(rows)


@attrs.frozen(eq=False, kw_only=True, slots=False)
class Case:
    """One set of aggregates, seen by a reader of one ceiling."""

    #: What is explained, or what the scores were made from.
    aggregates: Aggregates
    #: Highest sensitivity the reader may see.
    ceiling: str
    #: Whether to show how far it is; where somebody looks on if not said.
    progress_bar: bool | None = False
    #: What was followed back already, by groups and row: a value may stand in several places of one explanation.
    _traces: dict[tuple[tuple[str, ...], Slot], Trace] = field(factory=dict, init=False, repr=False)
    #: Rows of the store looked at already.
    _few: list[_Few] = field(factory=list, init=False, repr=False)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.aggregates.plan

    @property
    def observations(self) -> Observations:
        """The observations beneath it all."""
        return self.aggregates.observations

    @property
    def because(self) -> str:
        """Why something is withheld."""
        return f"above {self.ceiling!r}"

    def hides(self, sensitivity: str) -> bool:
        """Whether something of a sensitivity is withheld."""
        return SENSITIVITIES.index(sensitivity) > SENSITIVITIES.index(self.ceiling)

    def few(self, rows: Codes) -> tuple[Rows, Codes]:
        """Return the rows of those indicators that some rows of the store are of, and where in them those stand.

        Nothing of other indicators is looked at, however many there are.
        """
        for some in self._few:
            at = some.places(rows)
            if at is not None:
                return some.rows, at
        numbers = np.unique(np.searchsorted(self.observations.packed.first_rows, rows, side="right") - 1)
        return self._look_at(numbers), self._few[-1].at(rows)

    def _look_at(self, numbers: Codes) -> Rows:
        """Return the rows of some indicators, and keep them."""
        packed = self.observations.packed
        firsts = np.array([packed.first_row(n) for n in numbers.tolist()], dtype=np.int64)
        counts = np.array([packed.first_row(n + 1) for n in numbers.tolist()], dtype=np.int64) - firsts
        self._few.append(_Few(rows=packed.rows(numbers), firsts=firsts, counts=counts))
        return self._few[-1].rows

    def hidden(self, rows: Codes) -> NDArray[np.bool_]:
        """Which rows of the store are withheld: by their own sensitivity or their indicator's."""
        if not len(rows):
            return np.zeros(0, dtype=bool)
        (store, at), most = self.few(rows), SENSITIVITIES.index(self.ceiling)
        numbers, which = np.unique(store.indicator[at], return_inverse=True)
        of_indicators = [self.hides(self.plan.indicators[number].sensitivity) for number in numbers.tolist()]
        return np.asarray(np.array(of_indicators, dtype=bool)[which] | (store.sensitivity[at] > most), dtype=bool)

    def trace(self, slot: Slot, request: Request | None = None) -> Trace:
        """Return a row of the aggregates, or of them by other groups, followed back to its observations."""
        asked = request or self.aggregates.request
        if (asked.groups, slot) not in self._traces:
            self._follow([slot], asked)
        return self._traces[asked.groups, slot]

    def prepare(self, slots: Iterable[Slot]) -> None:
        """Follow back all rows that will be asked for: together they take little longer than one."""
        request = self.aggregates.request
        new = [slot for slot in slots if (request.groups, slot) not in self._traces]
        self._look_at(np.unique(np.array([slot.indicator for slot in new], dtype=np.int64)))
        self._follow(new, request)

    def _follow(self, slots: Iterable[Slot], request: Request) -> None:
        made = follow(self.observations, request, self.aggregates.methodology, slots, progress_bar=self.progress_bar)
        self._traces.update({(request.groups, slot): trace for slot, trace in made.items()})

    def number(self, id: str) -> int:
        """Return the number of an indicator in the plan; −1 where there is none of that id."""
        return _numbers(self.plan).get(id, -1)

    def titled(self, indicator: Indicator) -> str:
        """Return an indicator's id and name; of one that is withheld the id alone."""
        return indicator.id if self.hides(indicator.sensitivity) else f"{indicator.id} {indicator.name}"

    def place_name(self, code: int) -> str:
        """Return the name of a place."""
        place = self.plan.places_by_id.get(self.aggregates.tree.ids[code])
        return "all places" if place is None else place.name
