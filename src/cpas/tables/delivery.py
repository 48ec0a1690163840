"""Delivery: what was planned and done of outputs and activities, by period and place.  Methodology §5."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.choices import DeliveryStatus, words
from cpas.columns import DELIVERY, Column
from cpas.display import notebook_rows
from cpas.model import Plan
from cpas.model.elements import Activity, Output
from cpas.periods import Period
from cpas.tables.frames import Result, words_of
from cpas.tables.keys import new_segments
from cpas.tables.remarks import Remarks
from cpas.tables.rows import ALWAYS, REASONS
from cpas.tables.trees import PlaceTree, place_tree

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DELIVERY_STATUSES", "Delivery"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Words of a status of delivery, by number.
DELIVERY_STATUSES: Final = words(DeliveryStatus)
_ARRAYS: Final = (
    "element",
    "place",
    "period",
    "planned",
    "done",
    "percent",
    "status",
    "reason",
    "recorded_at",
)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Delivery(Result):
    """What was planned and done, with every vintage, sorted by element, place, period and time of recording.

    Made by :func:`cpas.read_delivery`, never by hand. A missing number is NaN.
    """

    #: The plan it belongs to.
    plan: Plan
    #: The periods that occur, sorted.
    periods: tuple[Period, ...]
    #: Number of the output or activity in ``plan.elements``.
    element: Codes
    #: Number of the place in the plan's tree.
    place: Codes
    #: Number of the period in `periods`.
    period: Codes
    #: How much was planned for the period, as given.
    planned: Floats
    #: How much was done in the period.
    done: Floats
    #: Share done, where it is reported as such.
    percent: Floats
    #: Number of the status in `DELIVERY_STATUSES`, or −1.
    status: NDArray[np.int8]
    #: Number of the reason in ``cpas.tables.rows.REASONS``, or −1.
    reason: NDArray[np.int8]
    #: Microseconds since 1970, or ``cpas.tables.rows.ALWAYS``.
    recorded_at: Codes
    #: Notes by row number: most rows have none.
    notes: Mapping[int, str] = field(factory=dict)
    #: What was noticed while it was read.
    remarks: Remarks = field(factory=Remarks)
    #: Rows that could not be used, where they were to be dropped: as given, with the fault beside.
    dropped: pd.DataFrame | None = None

    @cached_property
    def tree(self) -> PlaceTree:
        """The plan's places as a tree."""
        return place_tree(self.plan)

    @cached_property
    def planned_with_plan(self) -> Floats:
        """How much was planned: as given, else as the plan says for that output, period and place."""
        quantities = _planned_by_plan(self.plan, self.tree)
        found = self.planned.copy()
        for row in np.flatnonzero(np.isnan(found)).tolist():
            key = (int(self.element[row]), int(self.place[row]), self.periods[self.period[row]])
            found[row] = quantities.get(key, np.nan)
        return found

    def pick(self, *, as_of: int | None = None, first: bool = False) -> Codes:
        """Return the number of one row per element, place and period: the latest known at a moment, or the first.

        Parameters
        ----------
        as_of : int, optional
            Microseconds since 1970; rows recorded later are not known.
        first : bool
            Take the first row of each in place of the latest.
        """
        known = np.arange(len(self)) if as_of is None else np.flatnonzero(self.recorded_at <= as_of)
        starts = new_segments(self.element[known], self.place[known], self.period[known])
        ends = np.append(starts[1:], len(known))[: len(starts)] - 1
        picked: Codes = known[starts if first else ends]
        return picked

    def take(self, index: Codes) -> Delivery:
        """Return some rows, in the order of `index`, which must be rising."""
        notes = {new: self.notes[row] for new, row in enumerate(index.tolist()) if row in self.notes}
        return attrs.evolve(self, **{name: getattr(self, name)[index] for name in _ARRAYS}, notes=notes)

    def __len__(self) -> int:
        return len(self.element)

    def __repr__(self) -> str:
        span = f", {self.periods[0]} to {self.periods[-1]}" if self.periods else ""
        return f"<Delivery of plan {self.plan.id!r}: {len(self)} row{'' if len(self) == 1 else 's'}{span}>"

    def _repr_html_(self) -> str:
        shown = self.take(np.arange(min(len(self), 20))).rows()
        caption = f"{self!r}"[1:-1] + (f" (first {len(shown)})" if len(self) > len(shown) else "")
        return notebook_rows(shown, caption=caption)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"plan": self.plan.id, "plan_version": self.plan.version, "delivery": self.rows()}

    def _columns(self) -> tuple[Column, ...]:
        return DELIVERY

    def _data(self) -> Mapping[str, Any]:
        notes = np.full(len(self), None, dtype=object)
        for row, note in self.notes.items():
            notes[row] = note
        times = self.recorded_at.astype("datetime64[us]")
        times[self.recorded_at == ALWAYS] = np.datetime64("NaT", "us")
        return {
            "element": words_of(self.element, [element.id for element in self.plan.elements]),
            "period": words_of(self.period, [str(period) for period in self.periods]),
            "place": words_of(self.place, self.tree.ids),
            "status": words_of(self.status, DELIVERY_STATUSES),
            "planned": self.planned,
            "done": self.done,
            "percent": self.percent,
            "reason": words_of(self.reason, REASONS),
            "recorded_at": times,
            "note": notes,
        }


def _planned_by_plan(plan: Plan, tree: PlaceTree) -> dict[tuple[int, int, Period], float]:
    """Return what the plan says by element, place and period; what it plans for a group alone is left out."""
    found: dict[tuple[int, int, Period], float] = {}
    for number, element in enumerate(plan.elements):
        for planned in element.planned if isinstance(element, Output) else ():
            where = dict(planned.where)
            place = tree.codes.get(where.pop("place", tree.ids[tree.root]))
            if place is not None and not where:
                found[number, place, planned.period] = planned.quantity
    return found


def deliverables(plan: Plan) -> dict[str, int]:
    """Return the outputs and activities of a plan, by id, with their number among its elements."""
    return {e.id: number for number, e in enumerate(plan.elements) if isinstance(e, Output | Activity)}
