"""How the periods observed lie to those asked for.  Methodology §3.3."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.periods import Period, ordinals

__all__ = ["Members", "Spans", "spans_of"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]

#: Later than any day: makes one number of the last and the first day of a period.
_BEYOND = 4_000_000
#: How many pairs of an observed period and a target are looked at together.
_TOGETHER = 4_000_000


@attrs.frozen(eq=False, kw_only=True, slots=False)
class Members:
    """For each observed period the targets it belongs to, held one after another.

    Examples
    --------
    >>> Members(count=np.array([2, 0, 1]), target=np.array([4, 5, 4])).tolist()
    [[4, 5], [], [4]]
    """

    #: How many targets, by observed period.
    count: Codes
    #: Numbers of the targets, observed period after observed period, rising in each.
    target: Codes

    @cached_property
    def first(self) -> Codes:
        """Where the targets of each observed period begin."""
        first: Codes = np.cumsum(self.count) - self.count
        return first

    def of(self, period: Codes) -> tuple[Codes, Codes]:
        """Return for rows of these periods each row once for every target: positions of the rows, and the targets."""
        times = self.count[period]
        if times.max(initial=0) <= 1:
            some = np.flatnonzero(times)
            return some, self.target[self.first[period[some]]]
        row = np.repeat(np.arange(len(period)), times)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
        return row, self.target[self.first[period[row]] + nth]

    def and_then(self, others: Members) -> Members:
        """Return the same with other periods after these."""
        return Members(
            count=np.concatenate([self.count, others.count]), target=np.concatenate([self.target, others.target])
        )

    def tolist(self) -> list[list[int]]:
        """Return the targets of each observed period."""
        return [part.tolist() for part in np.split(self.target, self.first[1:])]


@attrs.frozen(eq=False, kw_only=True, slots=False)
class Spans:
    """First and last days of the observed periods and of those asked for, as ordinals."""

    #: First days of the observed periods.
    start: Codes
    #: Last days of the observed periods.
    end: Codes
    #: First days of the periods asked for.
    target_start: Codes
    #: Last days of the periods asked for.
    target_end: Codes

    @cached_property
    def _pairs(self) -> tuple[Codes, Codes]:
        """Observed periods and targets that have a day in common, in their order: never observed × targets at once."""
        order = np.argsort(self.target_start, kind="stable")
        # In the order of their first days, those that may overlap stand side by side.
        latest = np.maximum.accumulate(self.target_end[order])
        first = np.searchsorted(latest, self.start, side="left")
        last = np.searchsorted(self.target_start[order], self.end, side="right")
        found = [self._overlapping(order, first, last, block) for block in _blocks(np.maximum(last - first, 0))]
        period, target = (np.concatenate(column) for column in zip(*found, strict=True))
        in_order = np.lexsort((target, period))
        return period[in_order], target[in_order]

    def _overlapping(self, order: Codes, first: Codes, last: Codes, block: slice) -> tuple[Codes, Codes]:
        """Return the pairs of some observed periods, out of the targets that stand between `first` and `last`."""
        many = np.maximum(last - first, 0)[block]
        row = np.repeat(np.arange(len(many)), many)
        nth = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
        period, target = row + block.start, order[first[block][row] + nth]
        overlap = self.start[period] <= self.target_end[target]
        return period[overlap], target[overlap]

    @cached_property
    def _inside(self) -> Truths:
        period, target = self._pairs
        inside: Truths = (self.start[period] >= self.target_start[target]) & (
            self.end[period] <= self.target_end[target]
        )
        return inside

    @cached_property
    def _longer(self) -> Truths:
        period, target = self._pairs
        holds = (self.start[period] <= self.target_start[target]) & (self.end[period] >= self.target_end[target])
        longer: Truths = holds & ~self._inside
        return longer

    @cached_property
    def _ends_in(self) -> Truths:
        period, target = self._pairs
        ends_in: Truths = (self.end[period] <= self.target_end[target]) & ~self._longer
        return ends_in

    def _members(self, chosen: Truths) -> Members:
        period, target = self._pairs
        return Members(count=np.bincount(period[chosen], minlength=len(self.start)), target=target[chosen])

    @cached_property
    def inside(self) -> Members:
        """Targets in which an observed period lies wholly."""
        return self._members(self._inside)

    @cached_property
    def longer(self) -> Members:
        """Targets that an observed period holds, with more."""
        return self._members(self._longer)

    @cached_property
    def across(self) -> Members:
        """Targets across whose border an observed period lies."""
        return self._members(~self._inside & ~self._longer)

    @cached_property
    def ends_in(self) -> Members:
        """Targets in which an observed period ends, without holding more than them."""
        return self._members(self._ends_in)

    @cached_property
    def known_in(self) -> Members:
        """Targets of which an observed period says something at their end: it ends in them, or holds more."""
        return self._members(self._ends_in | self._longer)

    @cached_property
    def days(self) -> Codes:
        """Length of each observed period."""
        return self.end - self.start + 1

    def common_days(self, period: Codes, target: Codes) -> Codes:
        """Return how many days an observed period and a target have in common, pair by pair."""
        last = np.minimum(self.end[period], self.target_end[target])
        common: Codes = np.maximum(last - np.maximum(self.start[period], self.target_start[target]) + 1, 0)
        return common

    @cached_property
    def rank(self) -> Codes:
        """A number for each observed period that rises with its end; of equal ends the shorter is the later."""
        rank: Codes = np.unique(self.end * _BEYOND + self.start, return_inverse=True)[1].astype(np.int64)
        return rank

    def order_of(self, period: Codes) -> Codes:
        """Return the rank of each row's period."""
        return self.rank[period]


def spans_of(observed: Sequence[Period], targets: Sequence[Period]) -> Spans:
    """Return the days of the periods observed and asked for.

    Examples
    --------
    >>> quarter = [Period.parse("2025-Q1")]
    >>> spans_of([Period.parse("2025-02"), Period.parse("2025")], quarter).inside.tolist()
    [[0], []]
    """
    start, end = ordinals(observed)
    target_start, target_end = ordinals(targets)
    return Spans(start=start, end=end, target_start=target_start, target_end=target_end)


def _blocks(many: Codes) -> Iterator[slice]:
    """Yield runs of rows that together have no more pairs than may be looked at, or of one row."""
    ends, start = np.cumsum(many), 0
    while True:
        before = int(ends[start - 1]) if start else 0
        stop = max(int(np.searchsorted(ends, before + _TOGETHER, side="right")), start + 1)
        yield slice(start, min(stop, len(many)))
        start = stop
        if start >= len(many):
            return
