"""What adding up starts from: the observations of a vintage, and what their returns imply.  Methodology §3.6.2.

What the absence of a value means follows from the indicator (``nil``). Inside a return that came, an absent cell is
zero (``return``, ``register``) or missing (``explicit``); inside the coverage that a register declares, an absent
return is zero. What is implied stands behind the observations, and is never traced to one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import number_keys
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.periods import Period, ordinals, to_frequency
from cpas.tables.keys import distinct, new_segments
from cpas.tables.observations import Observations
from cpas.tables.rows import CELL, NO_CODE, Rows, moment

__all__ = ["Additions", "Ground", "lay_ground"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]
Members = tuple[str, ...]
_CODES: Final = ("indicator", "place", "period", "cell")
_PARTS: Final = ("numerator", "denominator", "low", "high")


@attrs.frozen(eq=False, kw_only=True)
class Ground:
    """Observations of one vintage, and after them the rows that returns imply."""

    #: The store, and after it what is implied.
    rows: Rows
    #: Numbers of the rows that are read: one per cell and period.
    picked: Codes
    #: How many of the rows are observations.
    known: int
    #: Number of the first row that fills a gap; the count of rows where none does.
    filled_from: int


class Additions:
    """Rows to be put after those of a store; periods and cells that are new get new numbers."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.periods = {period: code for code, period in enumerate(rows.periods)}
        self.cells = {cell: code for code, cell in enumerate(rows.cells)}
        self._columns: list[tuple[Codes, ...]] = []
        self._values: list[NDArray[np.float64]] = []

    def period(self, period: Period) -> int:
        """Return the number of a period."""
        return self.periods.setdefault(period, len(self.periods))

    def cell(self, cell: Members) -> int:
        """Return the number of a cell."""
        return self.cells.setdefault(cell, len(self.cells))

    def add(self, indicator: Any, place: Any, period: Any, cell: Any, value: Any) -> None:
        """Add rows: each column is a number or an array."""
        columns = np.broadcast_arrays(indicator, place, period, cell)
        self._columns.append(tuple(np.atleast_1d(column).astype(np.int64) for column in columns))
        self._values.append(np.broadcast_to(np.asarray(value, dtype=np.float64), self._columns[-1][0].shape))

    def joined(self) -> tuple[Rows, Codes]:
        """Return the rows with the others after them, and the numbers of those."""
        if not self._columns:
            return self.rows, np.zeros(0, dtype=np.int64)
        keys = np.stack([np.concatenate(column) for column in zip(*self._columns, strict=True)])
        # Two rules may imply the same row.
        keys, first = np.unique(keys, axis=1, return_index=True)
        named = zip(_CODES, keys, strict=True)
        columns: dict[str, NDArray[Any]] = dict(named)
        columns["value"] = np.concatenate(self._values)[first]
        more = len(columns["value"])
        columns |= {name: np.full(more, np.nan) for name in _PARTS}
        columns |= {name: np.full(more, NO_CODE) for name in ("status", "reason", "sensitivity")}
        columns["recorded_at"] = np.zeros(more, dtype=np.int64)
        arrays: dict[str, Any] = {}
        for name, column in columns.items():
            mine = getattr(self.rows, name)
            # The store keeps codes in the smallest type; here they may be more.
            kind = np.int64 if name in _CODES else mine.dtype
            arrays[name] = np.concatenate([mine.astype(kind), column.astype(kind)])
        made = attrs.evolve(self.rows, periods=tuple(self.periods), cells=tuple(self.cells), **arrays)
        return made, np.arange(len(self.rows), len(self.rows) + more)


def lay_ground(
    observations: Observations, picked: Codes, kept: Sequence[int], rules: IndicatorRules, as_of: int | None
) -> Ground:
    """Return the observations of a vintage with what their returns imply.

    Parameters
    ----------
    observations : Observations
        The values.
    picked : array of int
        One row per cell and period: the vintage asked for.
    kept : sequence of int
        Positions of the dimensions that are kept.
    rules : IndicatorRules
        The plan's rules, compiled.
    as_of : int, optional
        When it was known, in microseconds since 1970.

    Notes
    -----
    Methodology §3.6.2.
    """
    store, plan = observations.store, observations.plan
    more = Additions(store)
    broken_down = np.array([any(cell) for cell in store.cells], dtype=bool)
    says_zero = rules.says_zero
    of = store.indicator[picked]
    for number in np.flatnonzero(says_zero).tolist():
        # The store is in the order of the indicators.
        mine = picked[slice(*np.searchsorted(of, (number, number + 1)).tolist())]
        indicator = plan.indicators[number]
        if indicator.nil == "register" and len(mine):
            _add_silent_periods(more, observations, mine, number, as_of)
        own = [n for n in kept if plan.dimensions[n].id in indicator.dimensions]
        if own and len(mine):
            _add_zeros(more, observations, mine, number, own)
    if broken_down.any():
        # Values that add up need no zeros; of those that hold, a zero ends the one before.
        lacks = rules.takes_last == says_zero
        for value, chosen in ((0.0, lacks & says_zero), (np.nan, lacks & ~says_zero)):
            _add_left_out(more, picked[chosen[store.indicator[picked]]], value)
    rows, added = more.joined()
    return Ground(rows=rows, picked=np.concatenate([picked, added]), known=len(store), filled_from=len(rows))


# -- registers ---------------------------------------------------------------------------------------------------


def _add_silent_periods(
    more: Additions, observations: Observations, known: Codes, number: int, as_of: int | None
) -> None:
    """Add a zero for every period inside a register's coverage in which a place reported nothing."""
    store, plan, tree = observations.store, observations.plan, observations.tree
    indicator = plan.indicators[number]
    mine = np.flatnonzero(store.indicator == number)
    frequency = indicator.frequency or _usual(store, known)
    if frequency == "dates":
        return
    blank = more.cell(("",) * len(plan.dimensions))
    units = tuple(_covered(observations.coverage, frequency, as_of))
    numbers = np.array([more.period(unit) for unit in units], dtype=np.int64)
    places = {tree.codes[place] for place in indicator.places} or set(store.place[known].tolist())
    for place in sorted(places):
        # A row taken back, or not known yet, is no silence.
        said = [store.periods[p] for p in np.unique(store.period[mine[store.place[mine] == place]]).tolist()]
        silent = numbers[_apart(units, said)]
        if len(silent):
            more.add(number, place, silent, blank, 0.0)


def _covered(coverage: Period | None, frequency: str, as_of: int | None) -> Iterator[Period]:
    """Yield the periods of a frequency that lie wholly inside the coverage and had ended by then."""
    if coverage is None:
        return
    for unit in Period.spanning(coverage, coverage, to_frequency(frequency)):
        if coverage.contains(unit) and (as_of is None or moment(unit.end) <= as_of):
            yield unit


def _usual(store: Rows, rows: Codes) -> str:
    """Return the frequency that most rows have; of several the first in the order of the alphabet."""
    words: list[str] = [store.periods[p].frequency for p in store.period[rows].tolist()]
    return min(set(words), key=lambda word: (-words.count(word), word))


def _apart(units: Sequence[Period], said: Sequence[Period]) -> Truths:
    """Whether each unit has no day in common with a period that something was said of; units do not overlap."""
    start, end = ordinals(units)
    said_start, said_end = ordinals(said)
    touched = np.zeros(len(units) + 1, dtype=np.int64)
    np.add.at(touched, np.searchsorted(end, said_start), 1)
    np.add.at(touched, np.searchsorted(start, said_end, side="right"), -1)
    alone: Truths = np.cumsum(touched)[:-1] == 0
    return alone


# -- cells that a return leaves out ------------------------------------------------------------------------------


def _add_left_out(more: Additions, mine: Codes, value: float) -> None:
    """Add a row for each cell that a place gives in other returns of the same margin and leaves out in one.

    Every cell of a series (indicator × place × margin) is crossed with every period in which it came.
    """
    store = more.rows
    margins = np.array([sum(1 << n for n, member in enumerate(c) if member) for c in store.cells], dtype=np.int64)
    mine = mine[_is_uneven(store, mine, margins)]
    if not len(mine):
        return
    _, first, series = np.unique(
        number_keys(store.indicator[mine], store.place[mine], margins[store.cell[mine]]),
        return_index=True,
        return_inverse=True,
    )
    cells, periods = len(store.cells), len(store.periods)
    there = ~np.isnan(store.value[mine]) | ~np.isnan(store.low[mine])
    given = distinct(series * cells + store.cell[mine])
    came = distinct((series * periods + store.period[mine])[there])
    many = np.bincount(given // cells, minlength=len(first))
    times = many[came // periods]
    nth = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    of_series = np.repeat(came // periods, times)
    cell = given[(np.cumsum(many) - many)[of_series] + nth] % cells
    period = np.repeat(came % periods, times)
    said = (series * periods + store.period[mine]) * cells + store.cell[mine]
    absent = ~np.isin((of_series * periods + period) * cells + cell, said)
    if absent.any():
        row = mine[first[of_series[absent]]]
        more.add(store.indicator[row], store.place[row], period[absent], cell[absent], value)


def _is_uneven(store: Rows, mine: Codes, margins: Codes) -> Truths:
    """Whether each row, in the order of the store, is of an indicator and place whose cells lie in different periods.

    Most places give the same cells in every return: seen row by row beside the cell before, without sorting.
    """
    indicator, place, cell, period = (getattr(store, name)[mine] for name in CELL)
    starts, spots = new_segments(indicator, place, cell), new_segments(indicator, place)
    lengths = np.diff(np.append(starts, len(mine)))
    is_first = np.isin(starts, spots)
    margin = margins[cell[starts]]
    as_before = np.zeros(len(starts), dtype=bool)
    as_before[1:] = (lengths[1:] == lengths[:-1]) & (margin[1:] == margin[:-1])
    differs = ~is_first & ~as_before
    # Where as many rows stand in the cell before, each is as far from the one it is compared with as there are.
    segment = np.repeat(np.arange(len(starts)), lengths)
    rows = np.flatnonzero((~is_first & as_before)[segment])
    differs[segment[rows[period[rows] != period[rows - lengths[segment[rows]]]]]] = True
    spot = np.cumsum(is_first) - 1
    uneven = np.zeros(len(spots), dtype=bool)
    uneven[spot[differs]] = True
    found: Truths = uneven[spot[segment]]
    return found


def _add_zeros(more: Additions, observations: Observations, mine: Codes, number: int, kept: Sequence[int]) -> None:
    """Add a zero for each cell of the kept dimensions that a return leaves out.

    A return that gives only a total says nothing of its parts, unless the total is zero.
    """
    store, dimensions = more.rows, observations.plan.dimensions
    combinations = list(itertools.product(*(dimensions[n].vocabulary for n in kept)))
    numbered = {members: n for n, members in enumerate(combinations)}
    column_of = np.array([numbered.get(tuple(cell[n] for n in kept), -1) for cell in store.cells], dtype=np.int64)
    returns, row_of = np.unique(np.stack([store.place[mine], store.period[mine]], axis=1), axis=0, return_inverse=True)
    row_of = row_of.ravel()
    column = column_of[store.cell[mine]]
    given = np.zeros((len(returns), len(combinations)), dtype=bool)
    given[row_of[column >= 0], column[column >= 0]] = True
    not_zero, came = np.zeros(len(returns), dtype=bool), np.zeros(len(returns), dtype=bool)
    np.logical_or.at(not_zero, row_of, ~(store.value[mine] == 0))
    np.logical_or.at(came, row_of, ~np.isnan(store.value[mine]))
    row, absent = np.nonzero(~given & (came & (given.any(axis=1) | ~not_zero))[:, None])
    cells = np.array([more.cell(_widened(members, kept, len(dimensions))) for members in combinations])
    if len(row):
        more.add(number, returns[row, 0], returns[row, 1], cells[absent], 0.0)


def _widened(members: Members, kept: Sequence[int], count: int) -> Members:
    """Return a cell of all dimensions with the members of the kept ones, and all members of the others."""
    named = dict(zip(kept, members, strict=True))
    return tuple(named.get(n, "") for n in range(count))
