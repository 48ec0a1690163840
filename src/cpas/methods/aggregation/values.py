"""Columns of values that are combined, and why a combination may be refused.  Methodology §3.2.

A value may stand for one observation or for what many make together: its `weight` says how many, so that parts can
be merged in any order and in any grouping.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from cpas.tables.rows import is_blank, joined_rows, pick_rows

__all__ = [
    "BARE",
    "BOUNDS",
    "LONGER",
    "NO_MEANING",
    "NO_RULE",
    "OVERLAP",
    "PARENT_AND_CHILD",
    "REFUSALS",
    "STRADDLES",
    "VALUE_COLUMNS",
    "Values",
    "join_values",
    "values_of",
]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Why a segment was refused, by code; 0 is not refused.
REFUSALS: Final = (
    "",
    "periods that overlap, which would count the same days twice",
    "shares or means without their numerators and denominators",
    "values of a kind that has no meaning when combined",
    "counts of distinct things over sets that overlap: only bounds are known",
    "rows at a place and at places in it, and the plan does not say (place_rows) what that means",
    "a value for a period that lies across the border of the one asked for",
    "a value for a longer period, which cannot be split",
    "a rule over this axis that has no meaning for this kind",
)
OVERLAP, BARE, NO_MEANING, BOUNDS, PARENT_AND_CHILD, STRADDLES, LONGER, NO_RULE = range(1, len(REFUSALS))


@attrs.frozen(eq=False, kw_only=True)
class Values:
    """Columns of values, all of one length."""

    #: The value; NaN where missing, and where numerator and denominator say it.
    value: Floats
    #: Numerator, or sum behind a mean.
    numerator: Floats
    #: Denominator, or base of a mean.
    denominator: Floats
    #: Denominator whose numerator is not known: it bounds a share, and is no part of it.
    unknown: Floats
    #: Lower bound; NaN where the value is exact.
    low: Floats
    #: Upper bound; NaN where the value is exact.
    high: Floats
    #: How many values stand behind it.
    weight: Floats
    #: When it was: of two values the one with the larger number is the later.
    at: NDArray[np.int64]
    #: Code in `REFUSALS`.
    refused: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: NDArray[np.int64] | Truths) -> Values:
        rows = np.flatnonzero(index) if index.dtype == bool else index.astype(np.int64, copy=False)
        return Values(**{name: pick_rows(getattr(self, name), rows) for name in VALUE_COLUMNS})

    @cached_property
    def is_exact(self) -> Truths:
        """Which rows have no bounds of their own."""
        if is_blank(self.low) and is_blank(self.high):
            return np.broadcast_to(True, len(self))
        return np.isnan(self.low) & np.isnan(self.high)

    @cached_property
    def has_share(self) -> Truths:
        """Which rows have both numerator and denominator."""
        if is_blank(self.numerator) or is_blank(self.denominator):
            return np.broadcast_to(False, len(self))
        return ~np.isnan(self.numerator) & ~np.isnan(self.denominator)

    @cached_property
    def is_there(self) -> Truths:
        """Which rows say anything: a value, its parts, or bounds."""
        return ~np.isnan(self.value) | self.has_share | ~self.is_exact

    def lifted(self) -> Values:
        """Return each row as one value, whatever stands behind it: the next axis counts it once."""
        return attrs.evolve(self, weight=self.is_there.astype(np.float64))


VALUE_COLUMNS: Final = tuple(attribute.name for attribute in attrs.fields(Values))


def values_of(value: ArrayLike, **columns: ArrayLike) -> Values:
    """Return columns of values; those not given are blank.

    Examples
    --------
    >>> values_of([5, 3]).weight.tolist()
    [1.0, 1.0]
    """
    given = np.asarray(value, dtype=np.float64)
    blank = np.full(len(given), np.nan)
    floats = {
        name: np.asarray(columns[name], dtype=np.float64) if name in columns else blank
        for name in ("numerator", "denominator", "unknown", "low", "high")
    }
    made = Values(
        value=given,
        **floats,
        weight=blank,
        at=np.asarray(columns.get("at", np.arange(len(given))), dtype=np.int64),
        refused=np.asarray(columns.get("refused", np.zeros(len(given))), dtype=np.int8),
    )
    lifted = made.lifted()
    return attrs.evolve(lifted, weight=np.asarray(columns["weight"], dtype=float)) if "weight" in columns else lifted


def join_values(some: list[Values]) -> Values:
    """Return the rows of several, one after another.

    Examples
    --------
    >>> join_values([values_of([5]), values_of([3])]).value.tolist()
    [5.0, 3.0]
    """
    return Values(**{name: joined_rows([getattr(v, name) for v in some]) for name in VALUE_COLUMNS})
