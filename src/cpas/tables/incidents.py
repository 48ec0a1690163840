"""Incidents: events of a register, checked and bound to the plan whose indicators count them.  Methodology §3.9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

import attrs
import narwhals as nw
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.errors import RequestError, did_you_mean
from cpas.model import Plan
from cpas.periods import Period, to_optional_period
from cpas.tables.faults import FaultLog
from cpas.tables.given import Given
from cpas.tables.incident_columns import read_days, read_members, read_places, read_quantity
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.rows import ALWAYS, moment

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Counted", "Incidents"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@attrs.frozen(eq=False, kw_only=True)
class Counted:
    """What one indicator counts of each event: the event itself, or a quantity of it."""

    #: Number of the indicator in the plan.
    indicator: int
    #: How much each event adds; 1 where events are counted. NaN where that is not known.
    value: Floats
    #: The least each event may add; none where the register gives no bounds.
    low: Floats | None = None
    #: The most each event may add; none where the register gives no bounds.
    high: Floats | None = None


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Incidents:
    """Events of a register, one after another in time; :func:`cpas.count` turns them into observations.

    An event belongs to the day it began, also where it lasted longer.

    Examples
    --------
    >>> import pandas as pd
    >>> from cpas.model import Indicator, Place
    >>> plan = Plan("p", "t", places=[Place("nord", "Nord"), Place("unknown", "Not known")],
    ...             indicators=[Indicator("deaths", "Deaths", measures=(), unit="death", kind="flow", better="lower")])
    >>> events = pd.DataFrame({"day": ["2024-01-30", "2024-03-02"], "where": ["nord", None], "dead": [3, 1]})
    >>> Incidents.of(events, plan, date="day", counts={"deaths": "dead"}, place="where", coverage="2024")
    <Incidents of plan 'p': 2 events, coverage 2024>
    """

    #: The plan whose indicators count them.
    plan: Plan
    #: Day on which each began, as an ordinal, rising.
    day: Codes
    #: Number of the place in the plan's tree.
    place: Codes
    #: Number of the member in the dimension's vocabulary, by id of the dimension.
    members: Mapping[str, Codes]
    #: What each indicator counts.
    counted: tuple[Counted, ...]
    #: The time for which the register is whole: inside it, no event is zero.
    coverage: Period | None
    #: When the register was known, in microseconds since 1970, or `ALWAYS`.
    recorded_at: int = int(ALWAYS)
    #: What was noticed while it was read.
    remarks: Remarks = field(factory=Remarks)
    #: Rows that could not be used, where they were to be dropped: as given, with the fault beside.
    dropped: pd.DataFrame | None = None

    @classmethod
    def of(
        cls,
        frame: Any,
        plan: Plan,
        *,
        date: str,
        counts: Mapping[str, str | None] | Iterable[str],
        place: str | None = None,
        dimensions: Mapping[str, str] | Iterable[str] = (),
        low: Mapping[str, str] | None = None,
        high: Mapping[str, str] | None = None,
        coverage: Period | str | int | None = None,
        recorded_at: date | datetime | None = None,
        on_fault: Literal["raise", "drop"] = "raise",
    ) -> Incidents:
        """Return the events of a data frame, checked against a plan.

        Parameters
        ----------
        frame : data frame
            One event a row; any eager frame that narwhals knows.
        plan : Plan
            Its indicators count the events.
        date : str
            Column with the day on which each began.
        counts : mapping of indicator to column, or ids
            The column whose quantity an indicator adds up; None (or an id alone) where it counts the events.
        place : str, optional
            Column with ids or names of the plan's places; a blank is the place ``unknown``. Without it all events
            are at the root.
        dimensions : mapping of dimension to column, or ids
            Columns with members of the plan's dimensions; a blank is the member ``unknown``.
        low, high : mapping of indicator to column
            Columns with the least and the most that an event may add.
        coverage : period, optional
            The time for which the register is whole. Without it nothing is known of periods without an event.
        recorded_at : date or datetime, optional
            When the register was known.
        on_fault : str
            ``raise``, or ``drop`` to go on without the rows at fault; they are in ``dropped``.

        Raises
        ------
        ObservationError
            If rows cannot be used: every sort of fault is listed, with row numbers.
        RequestError
            If a column is missing, or an indicator cannot count events.

        Notes
        -----
        Methodology §3.9. Bounds that contradict the value (low above it, high below it) are kept, with a remark: they
        are the register's own, and to repair them would be to guess.
        """
        given = Given.of_frame(nw.from_native(frame, eager_only=True).to_pandas(), what="The register")
        asked = _Asked(plan, counts, low or {}, high or {}, dimensions)
        asked.refuse_unknown(given, [date, *([place] if place else [])])
        log = FaultLog(given)
        day = read_days(log, date, to_optional_period(coverage))
        where = read_places(log, place, plan)
        members = {id: read_members(log, column, plan, id) for id, column in asked.dimensions.items()}
        counted = [_counted(log, asked, id) for id in asked.counts]
        if log and on_fault == "raise":
            raise log.error()
        order = _canonical(day, where, members, counted)
        order = order[~log.is_bad[order]]
        return cls(
            plan=plan,
            day=day[order],
            place=where[order],
            members={id: codes[order] for id, codes in members.items()},
            counted=tuple(_take(one, order) for one in counted),
            coverage=to_optional_period(coverage),
            recorded_at=moment(recorded_at),
            remarks=Remarks(_bounds_remarks(plan, [_take(one, order) for one in counted])),
            dropped=log.dropped() if log else None,
        )

    def __len__(self) -> int:
        return len(self.day)

    def __repr__(self) -> str:
        coverage = "no coverage declared" if self.coverage is None else f"coverage {self.coverage}"
        return f"<Incidents of plan {self.plan.id!r}: {len(self)} events, {coverage}>"


class _Asked:
    """What was asked of the columns, in one form."""

    def __init__(self, plan: Plan, counts: Any, low: Any, high: Any, dimensions: Any) -> None:
        self.plan = plan
        self.counts: dict[str, str | None] = _as_mapping(counts, None)
        self.low: dict[str, str] = dict(low)
        self.high: dict[str, str] = dict(high)
        self.dimensions: dict[str, str] = {id: column or id for id, column in _as_mapping(dimensions, None).items()}

    def refuse_unknown(self, given: Given, needed: list[str]) -> None:
        """Refuse columns that are not there, and indicators that cannot count events."""
        if not self.counts:
            raise RequestError("Say what is counted: counts={'id of an indicator': 'column', 'another': None}.")
        for id in self.counts:
            _refuse_kind(self.plan, id)
        for name, bounds in (("low", self.low), ("high", self.high)):
            for id in bounds:
                if id not in self.counts:
                    message = f"{name} names {id!r}, which counts does not.{did_you_mean(id, self.counts)}"
                    raise RequestError(message, indicator=id)
        for id in self.dimensions:
            self.plan.dimension(id)
        quantities = [column for column in self.counts.values() if column is not None]
        known = list(given.columns)
        for column in [*needed, *quantities, *self.low.values(), *self.high.values(), *self.dimensions.values()]:
            if column not in known:
                message = f"The incidents have no column {column!r}.{did_you_mean(column, known)}"
                raise RequestError(message, column=column)


def _as_mapping(value: Any, default: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    return dict.fromkeys([value] if isinstance(value, str) else value, default)


def _refuse_kind(plan: Plan, id: str) -> None:
    indicator = plan.indicator(id)
    if indicator.kind != "flow" or indicator.formula is not None:
        what = "calculated from others" if indicator.formula is not None else f"a {indicator.kind}"
        raise RequestError(
            f"Indicator {id!r} is {what}; events in a period make a flow. Name an indicator of kind 'flow'.",
            indicator=id,
        )


def _counted(log: FaultLog, asked: _Asked, id: str) -> Counted:
    number = [one.id for one in asked.plan.indicators].index(id)
    column = asked.counts[id]
    value = np.ones(len(log.given)) if column is None else read_quantity(log, column)
    low, high = (read_quantity(log, given[id]) if id in given else None for given in (asked.low, asked.high))
    return Counted(indicator=number, value=value, low=low, high=high)


# -- order and remarks -----------------------------------------------------------------------------------------


def _canonical(day: Codes, place: Codes, members: Mapping[str, Codes], counted: list[Counted]) -> Codes:
    """Return one order for the same events in whatever order they came: sums of floats depend on it."""
    quantities = [one for c in counted for one in (c.value, c.low, c.high) if one is not None]
    return np.lexsort([*quantities[::-1], *[members[id] for id in sorted(members)], place, day])


def _take(one: Counted, index: Codes) -> Counted:
    low, high = (None if bound is None else bound[index] for bound in (one.low, one.high))
    return Counted(indicator=one.indicator, value=one.value[index], low=low, high=high)


def _bounds_remarks(plan: Plan, counted: list[Counted]) -> list[Remark]:
    """Say of how many events the bounds contradict the value; they are kept as the register has them."""
    found = []
    for one in counted:
        for bound, code, words, sign in (
            (one.low, "low_above_value", "a low estimate above the value", 1),
            (one.high, "high_below_value", "a high estimate below the value", -1),
        ):
            count = 0 if bound is None else int((sign * (bound - one.value) > 0).sum())
            if count:
                message = f"{count} of {len(one.value)} events have {words}; they are counted as they stand."
                found.append(Remark(code, where=plan.indicators[one.indicator].id, message=message))
    return found
