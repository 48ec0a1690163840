"""From a table as given to the delivery of a plan: checked, sorted, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cpas.errors import did_you_mean
from cpas.model import Plan
from cpas.tables.data_codes import data_remark
from cpas.tables.data_remarks import counted
from cpas.tables.delivery import DELIVERY_STATUSES, Delivery, deliverables
from cpas.tables.duplicates import note_duplicates
from cpas.tables.faults import FaultLog
from cpas.tables.given import Given
from cpas.tables.intake import OnFault, check_on_fault
from cpas.tables.intake_keys import (
    note_and_spread,
    read_code_column,
    read_period_column,
    read_place_column,
    read_times,
)
from cpas.tables.intake_values import read_number_column, read_text_column
from cpas.tables.readings import Unreadable, as_id, read_each, show
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.rows import REASONS
from cpas.tables.trees import place_tree

__all__ = ["take_in_delivery"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

_NUMBERS: Final = ("planned", "done", "percent")


def take_in_delivery(given: Given, plan: Plan, *, on_fault: OnFault = "raise") -> Delivery:
    """Return a table as the delivery of a plan.

    Raises
    ------
    ObservationError
        If a row cannot be used, and `on_fault` is ``raise``.

    Examples
    --------
    >>> import pandas as pd
    >>> from cpas.model import Output
    >>> plan = Plan("p", "t", elements=[Output("OP-1", "Patrols")])
    >>> table = pd.DataFrame({"element": ["OP-1"], "period": ["2025-Q1"], "planned": [40], "done": [31]})
    >>> take_in_delivery(Given.of_frame(table), plan)
    <Delivery of plan 'p': 1 row, 2025-Q1 to 2025-Q1>
    """
    check_on_fault(on_fault)
    given = given.without_blank_rows()
    log = FaultLog(given)
    log.add_spoilt()
    keys = _keys(log, plan)
    period, periods = read_period_column(log)
    keys["period"] = period
    numbers = {name: read_number_column(log, name) for name in _NUMBERS}
    note = read_text_column(log, "note")
    _check(log, keys, numbers)
    contents = [*numbers.values(), keys["status"], keys["reason"], note.codes]
    order_of = [keys[name] for name in ("element", "place", "period", "recorded_at")]
    order = note_duplicates(log, order_of, contents, column="element").rows()
    if log and on_fault == "raise":
        raise log.error()
    used, renumbered = np.unique(period[order], return_inverse=True)
    taken = note.take(order)
    dropped = log.dropped() if log else None
    return Delivery(
        plan=plan,
        periods=tuple(periods[code] for code in used.tolist()),
        element=keys["element"][order],
        place=keys["place"][order],
        period=renumbered.astype(np.int64),
        recorded_at=keys["recorded_at"][order],
        status=keys["status"][order].astype(np.int8),
        reason=keys["reason"][order].astype(np.int8),
        notes={row: taken.at(row) for row in np.flatnonzero(taken.is_given).tolist()},
        remarks=Remarks(_remarks(plan, keys, numbers, order, given, log)),
        dropped=dropped,
        **{name: column[order] + 0.0 for name, column in numbers.items()},  # no minus zero
    )


def _keys(log: FaultLog, plan: Plan) -> dict[str, Codes]:
    coded = log.given.column("element")
    log.add("missing_key", "element", ~coded.is_given, "There is no element. Name an output or an activity.")
    reading = read_each(coded, _element_reader(plan), default=-1)
    return {
        "element": note_and_spread(log, "unknown_element", "element", reading, blank=-1),
        "place": read_place_column(log, place_tree(plan)),
        "status": read_code_column(log, "status", DELIVERY_STATUSES),
        "reason": read_code_column(log, "reason", REASONS),
        "recorded_at": read_times(log),
    }


def _element_reader(plan: Plan) -> Callable[[Any], int]:
    known = deliverables(plan)

    def read(value: Any) -> int:
        id = as_id(value)
        if id in known:
            return known[id]
        if id in plan.elements_by_id:
            level = plan.elements_by_id[id].level
            raise Unreadable(f"{id!r} is an {level}. Only outputs and activities are delivered.")
        raise Unreadable(lambda: f"There is no output or activity {show(value)}.{did_you_mean(id[:40], known)}")

    return read


def _check(log: FaultLog, keys: dict[str, Codes], numbers: dict[str, Floats]) -> None:
    """Each row says something that can be, and says it once."""
    for name, column in numbers.items():
        log.add("below_zero", name, column < 0, "There is nothing below zero to plan or to do.")
    has_number = ~np.isnan(numbers["done"]) | ~np.isnan(numbers["percent"])
    has_reason, has_status = keys["reason"] >= 0, keys["status"] >= 0
    log.add(
        "value_and_reason",
        "reason",
        has_number & has_reason & ~log.is_bad,
        "It says how much was done, and a reason why that is not known. Keep the one that is right.",
    )
    log.add(
        "missing_without_reason",
        "done",
        ~has_number & ~has_reason & ~has_status & ~log.is_bad,
        "It does not say what was done. Write 0 for nothing, a percent, a status, or a reason such as late.",
    )


def _remarks(
    plan: Plan, keys: dict[str, Codes], numbers: dict[str, Floats], order: Codes, given: Given, log: FaultLog
) -> Iterator[Remark]:
    done, planned = numbers["done"][order], numbers["planned"][order]
    status = keys["status"][order]
    not_started = status == DELIVERY_STATUSES.index("not_started")
    completed = status == DELIVERY_STATUSES.index("completed")
    odd = (not_started & (done > 0)) | (completed & (done < planned))
    counts = np.bincount(keys["element"][order][odd], minlength=len(plan.elements))
    for number in np.flatnonzero(counts).tolist():
        message = f"{counted(int(counts[number]))} with a status that the quantities do not bear out."
        yield data_remark("status_disagrees", where=plan.elements[number].id, message=message)
    if log:
        message = f"{counted(int(log.is_bad.sum()))} of {len(given)} left out of {given.what}."
        yield data_remark("rows_dropped", where=plan.id, message=message)
