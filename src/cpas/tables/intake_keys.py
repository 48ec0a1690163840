"""What each row of a table of observations is about: indicator, period, place, group, and when it was known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import did_you_mean
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.coded import Coded
from cpas.tables.faults import FaultLog
from cpas.tables.pieces import looked_up, occurring, pieces, rows_where
from cpas.tables.readings import (
    Finder,
    Reading,
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
#: More combinations of members than this are not made where no row has them.
_MANY: Final = 1000


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


def _blank(coded: Coded) -> Codes:
    return rows_where(lambda codes: codes < 0, coded.codes)


def _indicators(log: FaultLog, plan: Plan) -> Codes:
    coded = log.given.column("indicator")
    log.add_rows("missing_key", "indicator", _blank(coded), "There is no indicator. Name one of the plan.")
    reader = find_id(read_words([indicator.id for indicator in plan.indicators]), what="indicator")
    return note_and_spread(log, "unknown_indicator", "indicator", read_each(coded, reader, default=-1), blank=-1)


def read_place_column(log: FaultLog, tree: PlaceTree) -> Codes:
    """Return the number of each row's place; blank is the root."""
    reading = read_each(log.given.column("place"), find_id(tree.codes, what="place"), default=-1)
    return note_and_spread(log, "unknown_place", "place", reading, blank=tree.root)


def read_period_column(log: FaultLog) -> tuple[Codes, tuple[Period, ...]]:
    """Return the number of each row's period, and the periods, sorted."""
    coded = log.given.column("period")
    log.add_rows("missing_key", "period", _blank(coded), "There is no period. Write one such as 2025-Q2.")
    reading = read_each(coded, read_period, default=None)
    # Compared by their days as tuples: each comparison of two records would make two tuples.
    found = {(period.start, period.end): period for period in reading.results if period is not None}
    periods = tuple(found[days] for days in sorted(found))
    number = {period: code for code, period in enumerate(periods)} | {None: -1}
    numbered = Reading([number[period] for period in reading.results], reading.problems)
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
    cell: Codes = np.broadcast_to(np.int8(0), len(log.given))
    cells: list[tuple[str, ...]] = [()]
    for dimension in plan.dimensions:
        words, member = _members(log, dimension.id, dimension.vocabulary)
        count = len(cells) * len(words)
        cell = _joined(cell, member, len(words), count)
        if count > _MANY:
            used, cell = only_used(cell)
            cells = [(*cells[code // len(words)], words[code % len(words)]) for code in used.tolist()]
        else:
            cells = [(*one, word) for one in cells for word in words]
    _note_unused(log, plan, indicator, cell, cells)
    return _renumbered(cell, cells)


def _members(log: FaultLog, dimension: str, vocabulary: tuple[str, ...]) -> tuple[tuple[str, ...], Codes]:
    """Return the members that rows may have of a dimension, and the number of each row's."""
    coded = log.given.column(dimension)
    if not coded.values:
        return ("",), np.broadcast_to(np.int8(0), len(log.given))
    words = ("", *vocabulary)
    known = {word: number for number, word in enumerate(words) if word}
    reading = read_each(coded, _member_reader(known, dimension), default=0)
    return words, note_and_spread(log, "unknown_member", dimension, reading, blank=0)


def _joined(cell: Codes, member: Codes, members: int, count: int) -> Codes:
    """Return one number for two digits, the second of which has so many values."""
    if members == 1:
        return cell
    joined = np.empty(len(cell), dtype=np.min_scalar_type(-count - 1))
    for piece in pieces(len(cell)):
        joined[piece] = cell[piece].astype(np.int64) * members + member[piece]
    return joined


def _renumbered(cell: Codes, cells: list[tuple[str, ...]]) -> tuple[Codes, tuple[tuple[str, ...], ...]]:
    """Return the cells that occur, sorted, and the number of each row's."""
    used = sorted(np.flatnonzero(occurring(cell, len(cells))).tolist(), key=cells.__getitem__)
    number = np.zeros(len(cells), dtype=np.min_scalar_type(-len(cells) - 1))
    number[used] = np.arange(len(used))
    row = np.broadcast_to(number[0] * 0, len(cell)) if len(used) == 1 else looked_up(number, cell)
    return row, tuple(cells[code] for code in used)


def _note_unused(log: FaultLog, plan: Plan, indicator: Codes, cell: Codes, cells: Sequence[tuple[str, ...]]) -> None:
    """Note rows with a member of a dimension by which their indicator is not broken down."""
    broken_down = [indicator.dimensions for indicator in plan.indicators]
    for position, dimension in enumerate(plan.dimensions):
        is_member = np.array([members[position] != "" for members in cells])
        if not is_member.any():
            continue
        lacks_it = {dimensions: dimension.id not in dimensions for dimensions in set(broken_down)}
        lacks = np.array([*map(lacks_it.__getitem__, broken_down), False])
        rows = rows_where(
            lambda i, c, is_member=is_member, lacks=lacks: lacks.take(i, mode="wrap") & is_member[c], indicator, cell
        )
        log.add_rows("dimension_not_used", dimension.id, rows, _not_used(plan, dimension.id, indicator))


def _not_used(plan: Plan, dimension: str, indicator: Codes) -> Callable[[int], str]:
    def says(row: int) -> str:
        return (
            f"Indicator {plan.indicators[indicator[row]].id!r} is not broken down by {dimension!r}. "
            "Leave the cell empty, or add the dimension to the indicator in the plan."
        )

    return says


def _member_reader(known: dict[str, int], dimension: str) -> Finder[int]:
    words = ", ".join(known) if len(known) <= _FEW else f"{', '.join(list(known)[:_FEW])} …"
    return Finder(
        lambda value: known.get(as_id(value)),
        lambda value: (
            f"{show(value)} is no member of {dimension!r}.{did_you_mean(as_id(value)[:40], known)} "
            f"Use one of {words}, or leave it empty for all."
        ),
        lambda texts: map(known.get, texts),
    )
