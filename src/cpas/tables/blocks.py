"""Observations packed for reckoning: one block per rule of adding up, in it one series after another.

A series is what one place says of one indicator and one cell of groups. Its codes are kept once, not on every row, so a
point is a period and a number: about ten bytes. What has no value, and what was superseded or taken back, stands
apart, so that every sum runs over numbers that are there. ``Rows`` is the same table row by row; each can be made of
the other, and rows have the same numbers in both.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property
from typing import Any, Final, TypeVar

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.model import Indicator, Plan
from cpas.tables.once import once_per_plan
from cpas.tables.rows import ARRAYS, NO_CODE, NUMBERS, Rows, SmallCodes, joined_rows, pick_rows, sorted_rows

__all__ = ["POINTS", "SERIES", "Block", "Packed", "block_numbers", "blocks_of", "ranges"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
T = TypeVar("T")

#: How many things made of a table are kept with it.
_KEPT: Final = 4

#: Columns of a block with one entry for each series.
SERIES: Final = ("indicator", "place", "cell")
#: Columns of a block with one entry for each point.
POINTS: Final = ("period", *NUMBERS, "status", "sensitivity", "recorded_at")


@attrs.frozen(eq=False, kw_only=True)
class Block:
    """The current values of indicators that add up alike, series by series, in each by period.

    A column that says the same everywhere takes the room of one.
    """

    #: Number of the indicator of each series, rising.
    indicator: SmallCodes
    #: Number of the place of each series.
    place: SmallCodes
    #: Number of the cell of groups of each series.
    cell: SmallCodes
    #: First point of each series, and after the last the count of points.
    starts: Codes
    #: Number of the period of each point.
    period: SmallCodes
    #: Value of each point; NaN where numerator and denominator say it.
    value: Floats
    #: Numerator of each point.
    numerator: Floats
    #: Denominator of each point.
    denominator: Floats
    #: Lower bound of each point.
    low: Floats
    #: Upper bound of each point.
    high: Floats
    #: Number of the status of each point, or −1.
    status: NDArray[np.int8]
    #: Number of the sensitivity of each point, or −1.
    sensitivity: NDArray[np.int8]
    #: When each point was recorded, in microseconds since 1970.
    recorded_at: Codes

    def __len__(self) -> int:
        return len(self.period)

    @cached_property
    def lengths(self) -> Codes:
        """How many points each series has."""
        return np.diff(self.starts)

    def columns(self, series: slice | Codes) -> dict[str, NDArray[Any]]:
        """Return the points of some series as columns of rows."""
        lengths = self.lengths[series]
        found = {name: np.repeat(getattr(self, name)[series], lengths) for name in SERIES}
        if isinstance(series, slice):
            points = slice(int(self.starts[series.start]), int(self.starts[series.stop]))
            found |= {name: getattr(self, name)[points] for name in POINTS}
        else:
            numbers = ranges(self.starts[series], lengths)
            found |= {name: pick_rows(getattr(self, name), numbers) for name in POINTS}
        return {**found, "reason": np.broadcast_to(np.int8(NO_CODE), int(lengths.sum()))}

    def take(self, series: Codes) -> Block:
        """Return some series."""
        points = ranges(self.starts[series], self.lengths[series])
        return Block(
            **{name: getattr(self, name)[series] for name in SERIES},
            **{name: pick_rows(getattr(self, name), points) for name in POINTS},
            starts=np.append(0, np.cumsum(self.lengths[series])),
        )


@attrs.frozen(eq=False, kw_only=True)
class Packed:
    """All observations: current values by block, what is missing, and what was superseded or taken back."""

    #: Current values, one block for each way of adding up.
    blocks: tuple[Block, ...]
    #: Current rows that say nothing that adds up: a reason, words, or half a share.
    missing: Rows
    #: Rows that were superseded or taken back, and those that took them back.
    history: Rows
    #: Texts, sources and notes by row number.
    texts: dict[str, dict[int, str]]
    _made: dict[Any, Any] = field(factory=dict, init=False, repr=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is made of the table for a key: made once, as long as it is among the last few asked for."""
        if key not in self._made:
            while len(self._made) >= _KEPT:
                self._made.pop(next(iter(self._made)))
            self._made[key] = make()
        made: T = self._made[key]
        return made

    @property
    def periods(self) -> tuple[Any, ...]:
        """The periods that occur, sorted."""
        return self.missing.periods

    @property
    def cells(self) -> tuple[tuple[str, ...], ...]:
        """The cells that occur, sorted."""
        return self.missing.cells

    def __len__(self) -> int:
        return sum(map(len, self.blocks)) + len(self.missing) + len(self.history)

    @cached_property
    def first_rows(self) -> Codes:
        """Number of the first row of each indicator, and after the last the count of rows."""
        named = [(block.indicator, block.lengths) for block in self.blocks]
        named += [(some.indicator, np.ones(len(some), dtype=np.int64)) for some in (self.missing, self.history)]
        most = max((int(codes.max(initial=-1)) for codes, _ in named), default=-1)
        counts = sum(np.bincount(codes, weights=many, minlength=most + 1) for codes, many in named)
        return np.append(0, np.cumsum(counts)).astype(np.int64)

    def rows(self, indicators: Codes | None = None) -> Rows:
        """Return the table row by row; of some indicators, where they are named, rising."""
        pieces = [block.columns(_of(block.indicator, indicators)) for block in self.blocks]
        pieces += [_columns(some, _of(some.indicator, indicators)) for some in (self.missing, self.history)]
        columns: dict[str, NDArray[Any]] = {
            name: joined_rows([piece[name] for piece in pieces if len(piece["period"])] or [pieces[-1][name]])
            for name in ARRAYS
        }
        rows = sorted_rows(periods=self.periods, cells=self.cells, texts={}, **columns)
        return attrs.evolve(rows, texts=self.texts if indicators is None else self._texts_of(indicators))

    def first_row(self, indicator: int) -> int:
        """Return the number of the first row of an indicator."""
        return int(self.first_rows[min(indicator, len(self.first_rows) - 1)])

    def _texts_of(self, indicators: Codes) -> dict[str, dict[int, str]]:
        if not any(self.texts.values()):
            return {name: {} for name in self.texts}
        known = np.minimum(indicators, len(self.first_rows) - 1), np.minimum(indicators + 1, len(self.first_rows) - 1)
        first = self.first_rows[known[0]]
        numbers = ranges(first, self.first_rows[known[1]] - first)
        new = {old: row for row, old in enumerate(numbers.tolist())}
        return {name: {new[row]: text for row, text in some.items() if row in new} for name, some in self.texts.items()}


def _of(codes: SmallCodes, wanted: Codes | None) -> slice | Codes:
    """Return where indicators stand in rising numbers; all where none are named."""
    if wanted is None:
        return slice(0, len(codes))
    # Compared in the type of the codes: to widen them would copy all of them.
    possible = wanted[wanted < np.iinfo(codes.dtype).max].astype(codes.dtype)
    first, last = np.searchsorted(codes, possible), np.searchsorted(codes, possible, side="right")
    return slice(int(first[0]), int(last[0])) if len(possible) == 1 else ranges(first, last - first)


def _columns(rows: Rows, some: slice | Codes) -> dict[str, NDArray[Any]]:
    columns: dict[str, NDArray[Any]] = {name: getattr(rows, name) for name in ARRAYS}
    if isinstance(some, slice):
        return {name: column[some] for name, column in columns.items()}
    return {name: pick_rows(column, some) for name, column in columns.items()}


def blocks_of(indicators: Sequence[Indicator]) -> NDArray[np.int16]:
    """Return for each indicator the number of its block: those of one kind that add up alike stand together.

    Examples
    --------
    >>> from cpas.model import Indicator
    >>> flow, stock = (Indicator(k, k, measures=(), unit="base", kind=k, better="higher") for k in ("flow", "stock"))
    >>> blocks_of([stock, flow, stock]).tolist()
    [1, 0, 1]
    """
    ways = [(one.kind, one.over) for one in indicators]
    number = {way: n for n, way in enumerate(sorted(set(ways)))}
    return np.array([number[way] for way in ways], dtype=np.int16)


@once_per_plan
def block_numbers(plan: Plan) -> NDArray[np.int16]:
    """Return for each indicator of a plan the number of its block."""
    return blocks_of(plan.indicators)


def ranges(first: Codes, length: Codes) -> Codes:
    """Return runs of numbers one after another.

    Examples
    --------
    >>> ranges(np.array([5, 2]), np.array([3, 2])).tolist()
    [5, 6, 7, 2, 3]
    """
    return np.arange(length.sum()) + np.repeat(first - np.cumsum(length) + length, length)
