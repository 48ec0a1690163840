"""What each row of a table of observations is about: indicator, period, place, group, and when it was known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import did_you_mean
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.coded import Coded
from cpas.tables.faults import FaultLog
from cpas.tables.once import once_per_plan
from cpas.tables.pieces import looked_up, pieces, rows_where
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
#: How many dimensions are looked at together, a bit each.
_BITS: Final = 64
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
    #: The combinations of members that may occur, sorted.
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
    results = np.array([*reading.results, blank], dtype=np.int64)
    small = np.min_scalar_type(min(int(results.min()), -int(results.max()) - 1))
    numbers: Codes = coded.spread(results[:-1].astype(small), blank=small.type(blank))
    return numbers


def _blank(coded: Coded) -> Codes:
    return rows_where(lambda codes: codes < 0, coded.codes)


def _indicators(log: FaultLog, plan: Plan) -> Codes:
    coded = log.given.column("indicator")
    log.add_rows("missing_key", "indicator", _blank(coded), "There is no indicator. Name one of the plan.")
    reader = find_id(_indicator_numbers(plan), what="indicator")
    return note_and_spread(log, "unknown_indicator", "indicator", read_each(coded, reader, default=-1), blank=-1)


@once_per_plan
def _indicator_numbers(plan: Plan) -> dict[str, int]:
    return read_words([indicator.id for indicator in plan.indicators])


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
    """Number the combinations of members that may occur, sorted, and each row's; blank is all members."""
    made: Codes = np.broadcast_to(np.int8(0), len(log.given))
    combinations: list[tuple[str, ...]] = [()]
    for dimension in plan.dimensions:
        members = ["", *_members(log, dimension.id, dimension.vocabulary)]
        count = len(combinations) * len(members)
        made = _joined(made, log.given.column(dimension.id).codes, len(members), count)
        if count > _MANY:
            used, made = only_used(made)
            pairs = [divmod(code, len(members)) for code in used.tolist()]
        else:
            pairs = [divmod(code, len(members)) for code in range(count)]
        combinations = [(*combinations[before], members[member]) for before, member in pairs]
    cells = tuple(sorted(set(combinations)))
    number = {cell: code for code, cell in enumerate(cells)}
    table = np.array([number[one] for one in combinations], dtype=np.min_scalar_type(-len(cells) - 1))
    cell = looked_up(table, made)
    for first in range(0, len(plan.dimensions), _BITS):
        _note_unused(log, plan, first, indicator, cell, cells)
    return cell, cells


def _members(log: FaultLog, dimension: str, vocabulary: tuple[str, ...]) -> list[str]:
    """Return the member that each distinct value of a column is; none for what is no member."""
    coded = log.given.column(dimension)
    reading = read_each(coded, _member_reader({word: word for word in vocabulary if word}, dimension), default="")
    log.add_values("unknown_member", dimension, coded, reading.problems)
    return reading.results


def _joined(made: Codes, codes: Codes, members: int, count: int) -> Codes:
    """Return one number for a number and one more digit: 0 for blank, else the code and one."""
    if members == 1:
        return made
    joined = np.empty(len(made), dtype=np.min_scalar_type(-count - 1))
    for piece in pieces(len(made)):
        number = joined[piece]
        number[:] = made[piece]  # reckoned in the type that holds the result
        number *= members
        np.add(number, codes[piece], out=number, casting="unsafe")
        number += 1
    return joined


def _note_unused(
    log: FaultLog, plan: Plan, first: int, indicator: Codes, cell: Codes, cells: Sequence[tuple[str, ...]]
) -> None:
    """Note rows with a member of a dimension by which their indicator is not broken down, for some dimensions."""
    dimensions = plan.dimensions[first : first + _BITS]
    named = np.array([_bits(member != "" for member in one[first : first + _BITS]) for one in cells], dtype=np.uint64)
    if not named.any():
        return
    lacks = _lacked(plan, first)
    small = np.min_scalar_type((1 << len(dimensions)) - 1)
    lacks, named = lacks.astype(small), named.astype(small)
    rows = rows_where(lambda i, c: (lacks.take(i, mode="wrap") & named.take(c)) != 0, indicator, cell)
    wrong = lacks.take(indicator[rows], mode="wrap") & named[cell[rows]]
    for position, dimension in enumerate(dimensions):
        mine = rows[wrong >> small.type(position) & small.type(1) == 1]
        log.add_rows("dimension_not_used", dimension.id, mine, _not_used(plan, dimension.id, indicator))


@once_per_plan
def _lacked(plan: Plan, first: int) -> NDArray[np.uint64]:
    """Return by which of some dimensions each indicator is not broken down, a bit each; an unknown one, the last, none.

    Lacking is told by bits, since the members that a row names are too: one look for all dimensions.
    """
    dimensions = plan.dimensions[first : first + _BITS]
    broken_down = [indicator.dimensions for indicator in plan.indicators]
    lacked = {named: _bits(one.id not in named for one in dimensions) for named in set(broken_down)}
    return np.array([*map(lacked.__getitem__, broken_down), 0], dtype=np.uint64)


def _bits(truths: Iterable[bool]) -> int:
    return sum(1 << position for position, truth in enumerate(truths) if truth)


def _not_used(plan: Plan, dimension: str, indicator: Codes) -> Callable[[int], str]:
    def says(row: int) -> str:
        return (
            f"Indicator {plan.indicators[indicator[row]].id!r} is not broken down by {dimension!r}. "
            "Leave the cell empty, or add the dimension to the indicator in the plan."
        )

    return says


def _member_reader(known: dict[str, str], dimension: str) -> Finder[str]:
    words = ", ".join(known) if len(known) <= _FEW else f"{', '.join(list(known)[:_FEW])} …"
    return Finder(
        lambda value: known.get(as_id(value)),
        lambda value: (
            f"{show(value)} is no member of {dimension!r}.{did_you_mean(as_id(value)[:40], known)} "
            f"Use one of {words}, or leave it empty for all."
        ),
        lambda texts: map(known.get, texts),
    )
