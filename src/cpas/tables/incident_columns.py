"""What the columns of a register say: days, places, members and quantities of its events."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cpas.errors import CpasError, did_you_mean
from cpas.model import Plan
from cpas.model.places import UNKNOWN
from cpas.periods import Period
from cpas.tables.faults import FaultLog
from cpas.tables.readings import as_id, read_each, read_numbers
from cpas.tables.trees import place_tree

__all__ = ["read_days", "read_members", "read_places", "read_quantity"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?=$|[T ])", flags=re.ASCII)


def read_days(log: FaultLog, column: str, coverage: Period | None) -> Codes:
    """Return the day of each event as an ordinal, and note those outside the coverage declared."""
    coded = log.given.column(column)
    log.add("missing_key", column, ~coded.is_given, "There is no day. Write one such as 2025-06-13.")
    reading = read_each(coded, _read_day, default=0)
    log.add_values("unreadable_day", column, coded, reading.problems)
    day = coded.spread(np.array(reading.results, dtype=np.int64), blank=0).astype(np.int64)
    if coverage is not None:
        outside = (day > 0) & ((day < coverage.start.toordinal()) | (day > coverage.end.toordinal()))
        message = f"The day is outside the coverage declared, {coverage}. Mend one of the two."
        log.add("outside_coverage", column, outside, message)
    return day


def _read_day(value: Any) -> int:
    """Return the calendar day that a cell says, as written: a zone of time does not move it."""
    if isinstance(value, str) and (found := _DAY.match(value)):
        try:
            return date.fromisoformat(found[0]).toordinal()
        except ValueError:
            pass
    elif isinstance(value, date):
        return date(value.year, value.month, value.day).toordinal()
    raise CpasError(f"{str(value)[:40]!r} is not a day. Write 2025-06-13.")


def read_places(log: FaultLog, column: str | None, plan: Plan) -> Codes:
    """Return the number of each event's place; a blank is the place ``unknown``, which the plan must have."""
    tree = place_tree(plan)
    if column is None:
        return np.full(len(log.given), tree.root, dtype=np.int64)
    coded = log.given.column(column)
    blank = tree.codes.get(UNKNOWN, -1)
    if blank < 0:
        message = f"There is no place. Name one, or add a place {UNKNOWN!r} to the plan: it is an answer too."
        log.add("missing_key", column, ~coded.is_given, message)
    reading = read_each(coded, _one_of(_named(plan) | tree.codes, "place"), default=-1)
    log.add_values("unknown_place", column, coded, reading.problems)
    return coded.spread(np.array(reading.results, dtype=np.int64), blank=blank).astype(np.int64)


def _named(plan: Plan) -> dict[str, int]:
    """Number of each place by its name, where only one has it."""
    names = [place.name for place in plan.places]
    return {name: number for number, name in enumerate(names) if names.count(name) == 1}


def read_members(log: FaultLog, column: str, plan: Plan, dimension: str) -> Codes:
    """Return the number of each event's member; a blank is ``unknown``."""
    numbers = {member: number for number, member in enumerate(plan.dimension(dimension).vocabulary)}
    coded = log.given.column(column)
    reading = read_each(coded, _one_of(numbers, f"member of {dimension!r}"), default=-1)
    log.add_values("unknown_member", column, coded, reading.problems)
    return coded.spread(np.array(reading.results, dtype=np.int64), blank=numbers[UNKNOWN]).astype(np.int64)


def _one_of(numbers: Mapping[str, int], what: str) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        word = as_id(value)
        if word not in numbers:
            raise CpasError(f"There is no {what} {word[:40]!r}.{did_you_mean(word[:40], numbers)}")
        return numbers[word]

    return read


def read_quantity(log: FaultLog, column: str) -> Floats:
    """Return how much each event adds; NaN where the cell is blank."""
    quantity, problems = read_numbers(log.given.column(column))
    log.add_values("unreadable_number", column, log.given.column(column), problems)
    log.add("negative_count", column, quantity < 0, "There is no number of things below zero.")
    return quantity
