"""How the periods observed lie to those asked for.  Methodology §3.3."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.periods import Period, ordinals

__all__ = ["Spans", "spans_of"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]

#: Later than any day: makes one number of the last and the first day of a period.
_BEYOND = 4_000_000


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
    def inside(self) -> Truths:
        """Whether an observed period lies wholly in a target: observed × targets."""
        return (self.start[:, None] >= self.target_start) & (self.end[:, None] <= self.target_end)

    @cached_property
    def longer(self) -> Truths:
        """Whether an observed period holds a target and more."""
        holds = (self.start[:, None] <= self.target_start) & (self.end[:, None] >= self.target_end)
        return holds & ~self.inside

    @cached_property
    def across(self) -> Truths:
        """Whether an observed period lies across a border of a target."""
        overlap = (self.start[:, None] <= self.target_end) & (self.end[:, None] >= self.target_start)
        return overlap & ~self.inside & ~self.longer

    @cached_property
    def ends_in(self) -> Truths:
        """Whether an observed period ends in a target, without holding more than it."""
        return (self.end[:, None] >= self.target_start) & (self.end[:, None] <= self.target_end) & ~self.longer

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
    [[True], [False]]
    """
    start, end = ordinals(observed)
    target_start, target_end = ordinals(targets)
    return Spans(start=start, end=end, target_start=target_start, target_end=target_end)
