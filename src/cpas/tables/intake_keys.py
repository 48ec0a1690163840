"""What each row of a table of observations is about: indicator, period, place, group, and when it was known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import did_you_mean
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.faults import FaultLog
from cpas.tables.readings import (
    Reading,
    Unreadable,
    as_id,
    find_id,
    find_word,
    read_each,
    read_moments,
    read_period,
    read_words,
    show,
)
from cpas.tables.rows import ALWAYS, NO_CODE, REASONS, SENSITIVITY_CODES, STATUSES, only_used
from cpas.tables.trees import PlaceTree

__all__ = ["Keys", "read_code_column", "read_keys", "read_period_column", "read_place_column", "read_times"]

#: Of the smallest type that holds them: make them `int64` before reckoning with them.
Codes = NDArray[Any]

#: How many members a message names.
_FEW: Final = 12


@attrs.frozen(eq=False, kw_only=True)
class Keys:
    """What the rows are about, as numbers; −1 where that could not be read."""

    #: Number of the indicator in the plan.
    indicator: Codes
    #: Number of the place in the tree.
    place: Codes
    #: Number of the period in `periods`.
    period: Codes
    #: The periods that occur, sorted.
    periods: tuple[Period, ...]
    #: Number of the cell in `cells`.
    cell: Codes
    #: The combinations of members that occur, sorted.
    cells: tuple[tuple[str, ...], ...]
    #: Microseconds since 1970.
    recorded_at: Codes
    #: Number of the status, or −1.
    status: Codes
    #: Number of the reason, or −1.
    reason: Codes
    #: Number of the sensitivity, or −1.
    sensitivity: Codes


def read_keys(log: FaultLog, plan: Plan, tree: PlaceTree) -> Keys:
    """Return what the rows are about, and note what cannot be read."""
    indicator = _indicators(log, plan)
    period, periods = read_period_column(log)
    cell, cells = _cells(log, plan, indicator)
    return Keys(
        indicator=indicator,
        place=read_place_column(log, tree),
        period=period,
        periods=periods,
        cell=cell,
        cells=cells,
        recorded_at=read_times(log),
        status=read_code_column(log, "status", STATUSES),
        reason=read_code_column(log, "reason", REASONS),
        sensitivity=read_code_column(log, "sensitivity", SENSITIVITY_CODES),
    )


def note_and_spread(log: FaultLog, code: str, column: str, reading: Reading, *, blank: int) -> Codes:
    """Note the problems of a column that was read by value, and return its numbers by row."""
    coded = log.given.column(column)
    log.add_values(code, column, coded, reading.problems)
    low, high = min([blank, *reading.results]), max([blank, *reading.results])
    small = np.min_scalar_type(min(low, -high - 1))
    numbers: Codes = coded.spread(np.array(reading.results, dtype=small), blank=small.type(blank))
    return numbers


def _indicators(log: FaultLog, plan: Plan) -> Codes:
    coded = log.given.column("indicator")
    log.add("missing_key", "indicator", ~coded.is_given, "There is no indicator. Name one of the plan.")
    reader = find_id(read_words(indicator.id for indicator in plan.indicators), what="indicator")
    return note_and_spread(log, "unknown_indicator", "indicator", read_each(coded, reader, default=-1), blank=-1)


def read_place_column(log: FaultLog, tree: PlaceTree) -> Codes:
    """Return the number of each row's place; blank is the root."""
    reading = read_each(log.given.column("place"), find_id(tree.codes, what="place"), default=-1)
    return note_and_spread(log, "unknown_place", "place", reading, blank=tree.root)


def read_period_column(log: FaultLog) -> tuple[Codes, tuple[Period, ...]]:
    """Return the number of each row's period, and the periods, sorted."""
    coded = log.given.column("period")
    log.add("missing_key", "period", ~coded.is_given, "There is no period. Write one such as 2025-Q2.")
    reading = read_each(coded, read_period, default=None)
    periods = tuple(sorted({period for period in reading.results if period is not None}))
    number = {period: code for code, period in enumerate(periods)}
    numbered = Reading([number.get(period, -1) for period in reading.results], reading.problems)
    return note_and_spread(log, "unreadable_period", "period", numbered, blank=-1), periods


def read_times(log: FaultLog) -> Codes:
    """Return when each row was known, in microseconds since 1970."""
    reading = read_moments(log.given.column("recorded_at"))
    return note_and_spread(log, "unreadable_time", "recorded_at", reading, blank=int(ALWAYS))


def read_code_column(log: FaultLog, column: str, known: tuple[str, ...]) -> Codes:
    """Return the number of each row's word, or −1."""
    reading = read_each(log.given.column(column), find_word(read_words(known), what=column), default=NO_CODE)
    return note_and_spread(log, f"unknown_{column}", column, reading, blank=NO_CODE)


# -- groups ----------------------------------------------------------------------------------------------------


def _cells(log: FaultLog, plan: Plan, indicator: Codes) -> tuple[Codes, tuple[tuple[str, ...], ...]]:
    """Number the combinations of members, one digit per dimension; blank is all members."""
    cell = np.zeros(len(log.given), dtype=np.int64)
    cells: list[tuple[str, ...]] = [()]
    for dimension in plan.dimensions:
        words = ("", *dimension.vocabulary)
        member = _members(log, plan, dimension.id, words, indicator)
        joined = cell * len(words) + member
        found, cell = only_used(joined)
        cells = [(*cells[code // len(words)], words[code % len(words)]) for code in found.tolist()]
    rank = sorted(range(len(cells)), key=cells.__getitem__)
    place = np.empty(len(cells), dtype=np.int64)
    place[rank] = np.arange(len(cells))
    return place[cell], tuple(cells[code] for code in rank)


def _members(log: FaultLog, plan: Plan, dimension: str, words: tuple[str, ...], indicator: Codes) -> Codes:
    coded = log.given.column(dimension)
    if not coded.values:
        return np.broadcast_to(np.int64(0), len(log.given))
    known = {word: number for number, word in enumerate(words) if word}
    reading = read_each(coded, _member_reader(known, dimension), default=0)
    member = note_and_spread(log, "unknown_member", dimension, reading, blank=0)
    has = np.array([dimension in i.dimensions for i in plan.indicators] + [True])
    ids = [i.id for i in plan.indicators]
    log.add(
        "dimension_not_used",
        dimension,
        (member > 0) & ~has[indicator],
        lambda row: (
            f"Indicator {ids[indicator[row]]!r} is not broken down by {dimension!r}. "
            "Leave the cell empty, or add the dimension to the indicator in the plan."
        ),
    )
    return member


def _member_reader(known: dict[str, int], dimension: str) -> Callable[[Any], int]:
    words = ", ".join(known) if len(known) <= _FEW else f"{', '.join(list(known)[:_FEW])} …"

    def read(value: Any) -> int:
        found = known.get(as_id(value))
        if found is None:
            raise Unreadable(
                lambda: (
                    f"{show(value)} is no member of {dimension!r}.{did_you_mean(as_id(value)[:40], known)} "
                    f"Use one of {words}, or leave it empty for all."
                )
            )
        return found

    return read
