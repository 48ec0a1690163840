"""Combine the values of segments by a rule: the algebra of adding up.  Methodology §3.2.

Every rule takes columns whose rows stand segment by segment and gives one row per segment. Missing values are NaN
and never zero; a segment of missing values alone is missing. Sums run in the canonical order of the rows, so that
the same rows give the same bits in whatever order they were read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

__all__ = ["REDUCERS", "REFUSALS", "Values", "reduce_segments"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
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

    #: The value; NaN where missing.
    value: Floats
    #: Numerator, or sum behind a mean.
    numerator: Floats
    #: Denominator, or base of a mean.
    denominator: Floats
    #: Lower bound; NaN where the value is exact.
    low: Floats
    #: Upper bound; NaN where the value is exact.
    high: Floats
    #: Code in `REFUSALS`.
    refused: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: Codes | Truths) -> Values:
        return Values(**{name: getattr(self, name)[index] for name in _FIELDS})

    @property
    def is_there(self) -> Truths:
        """Which rows say anything: a value, or bounds."""
        return ~np.isnan(self.value) | ~np.isnan(self.low) | ~np.isnan(self.high)


_FIELDS: Final = ("value", "numerator", "denominator", "low", "high", "refused")
Reducer = Callable[[Values, Codes], tuple[Values, Truths]]


def _lengths(starts: Codes, total: int) -> Codes:
    return np.diff(np.append(starts, total))


def _segments(starts: Codes, total: int) -> Codes:
    """Number of the segment of each row."""
    return np.repeat(np.arange(len(starts)), _lengths(starts, total))


def _sum(column: Floats, starts: Codes) -> Floats:
    """Sum of what is there; NaN where nothing is."""
    missing = np.isnan(column)
    total = np.add.reduceat(np.where(missing, 0.0, column), starts)
    return np.where(np.logical_and.reduceat(missing, starts), np.nan, total)


def _make(starts: Codes, **columns: NDArray[np.float64] | NDArray[np.int8]) -> Values:
    n = len(starts)
    blank = np.full(n, np.nan)
    given = {name: columns.get(name, blank) for name in _FIELDS[:-1]}
    return Values(**given, refused=columns.get("refused", np.zeros(n, dtype=np.int8)))  # type: ignore[arg-type]


def _interval(values: Values, starts: Codes) -> tuple[Floats, Floats]:
    """Sums of bounds, an exact value being its own bound; NaN where every value is exact."""
    exact = np.isnan(values.low) & np.isnan(values.high)
    if exact.all():
        blank = np.full(len(starts), np.nan)
        return blank, blank
    low = _sum(np.where(exact, values.value, values.low), starts)
    # An upper bound that is not known makes the sum's unknown too.
    open_end = np.logical_or.reduceat(~exact & np.isnan(values.high), starts)
    high = np.where(open_end, np.nan, _sum(np.where(exact, values.value, values.high), starts))
    all_exact = np.logical_and.reduceat(exact, starts)
    return np.where(all_exact, np.nan, low), np.where(all_exact, np.nan, high)


def sum_(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Add up; numerators and denominators too.  Methodology §3.2.1."""
    low, high = _interval(values, starts)
    made = _make(starts, value=_sum(values.value, starts), low=low, high=high)
    return made, values.is_there


def ratio(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Σ numerator / Σ denominator, left to be divided at the end.  Methodology §3.2.2.

    A row given only as a number is kept where it stands alone, and refused where something must be combined.
    """
    there = ~np.isnan(values.value) | ~np.isnan(values.denominator)
    bare = there & np.isnan(values.denominator)
    count = np.add.reduceat(there.astype(np.int64), starts)
    has_bare = np.logical_or.reduceat(bare, starts)
    alone = _only(values.value, there, starts)
    refused = (has_bare & (count > 1)).astype(np.int8) * BARE
    kept = np.where(count == 1, alone, np.nan)
    numerator, denominator = _sum(values.numerator, starts), _sum(values.denominator, starts)
    numerator[refused > 0] = np.nan
    denominator[refused > 0] = np.nan
    low, high = (np.where(count == 1, _only(column, there, starts), np.nan) for column in (values.low, values.high))
    made = _make(starts, value=kept, numerator=numerator, denominator=denominator, refused=refused, low=low, high=high)
    return made, there


def _only(column: Floats, there: Truths, starts: Codes) -> Floats:
    """Value of the last row that is there in each segment; NaN where none is."""
    last = np.maximum.reduceat(np.where(there, np.arange(len(column)), -1), starts)
    return np.where(last >= 0, column[last], np.nan)


def last(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Take the last row, also where it says that the value is missing.  Methodology §3.2.3."""
    ends = starts + _lengths(starts, len(values)) - 1
    used = np.zeros(len(values), dtype=bool)
    used[ends] = True
    return values[ends], used & values.is_there


def keep(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Keep a value that stands alone; refuse where there are several.  Methodology §3.2.4."""
    return _alone(values, starts, NO_MEANING)


def refuse(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Keep a value that stands alone; the rule asked for has no meaning for several.  Methodology §3.2.4."""
    return _alone(values, starts, NO_RULE)


def _alone(values: Values, starts: Codes, why: int) -> tuple[Values, Truths]:
    there = values.is_there
    count = np.add.reduceat(there.astype(np.int64), starts)
    row = np.maximum.reduceat(np.where(there, np.arange(len(values)), -1), starts)
    made = values[row]
    several = count > 1
    value = np.where((count == 1), made.value, np.nan)
    refused = np.where(several, np.int8(why), made.refused).astype(np.int8)
    return attrs.evolve(made, value=value, refused=refused), there


def bounds(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Distinct things over sets that overlap: at least the largest, at most the sum.  Methodology §3.2.5.

    Inclusion bounds: max(p) <= union <= Σ p.
    """
    there = values.is_there
    count = np.add.reduceat(there.astype(np.int64), starts)
    exact = np.isnan(values.low) & np.isnan(values.high)
    at_least = np.where(exact, values.value, values.low)
    low = np.fmax.reduceat(at_least, starts)
    high = _sum(np.where(exact, values.value, values.high), starts)
    one, _ = _alone(values, starts, BOUNDS)
    several = count > 1
    return (
        attrs.evolve(one, low=np.where(several, low, one.low), high=np.where(several, high, one.high)),
        there,
    )


def _extreme(pick: np.ufunc) -> Reducer:
    def reducer(values: Values, starts: Codes) -> tuple[Values, Truths]:
        value = pick.reduceat(values.value, starts)
        return _make(starts, value=value), ~np.isnan(values.value)

    return reducer


def mean(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Mean of what is there, each value counting once.  Methodology §3.2.6."""
    there = ~np.isnan(values.value)
    count = np.add.reduceat(there.astype(np.float64), starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        return _make(starts, value=_sum(values.value, starts) / count), there


def count(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """How many values are there; missing where none is.  Methodology §3.2.7."""
    there = ~np.isnan(values.value)
    found = np.add.reduceat(there.astype(np.float64), starts)
    return _make(starts, value=np.where(found > 0, found, np.nan)), there


def median(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Middle value; of two middle ones the lower, so that a level stays a level.  Methodology §3.2.8."""
    there = ~np.isnan(values.value)
    segment = _segments(starts, len(values))
    # NaN sorts last inside each segment.
    order = np.lexsort((values.value, segment))
    found = np.add.reduceat(there.astype(np.int64), starts)
    middle = starts + np.maximum(found - 1, 0) // 2
    value = np.where(found > 0, values.value[order][middle], np.nan)
    return _make(starts, value=value), there


REDUCERS: Final[dict[str, Reducer]] = {
    "sum": sum_,
    "ratio": ratio,
    "last": last,
    "keep": keep,
    "refuse": refuse,
    "bounds": bounds,
    "max": _extreme(np.fmax),
    "min": _extreme(np.fmin),
    # Levels are numbered from the worst.
    "worst": _extreme(np.fmin),
    "mean": mean,
    "count": count,
    "median": median,
}


def reduce_segments(values: Values, starts: Codes, rules: NDArray[np.object_]) -> tuple[Values, Truths]:
    """Combine each segment by its own rule.

    Parameters
    ----------
    values : Values
        Rows, segment by segment.
    starts : array of int
        Where each segment begins; the first is 0, none is empty.
    rules : array of text, one per segment
        Names of `REDUCERS`.

    Returns
    -------
    Values, array of bool
        One row per segment; and which input rows counted.

    Notes
    -----
    Methodology §3.2. A segment with a refused part is refused.

    Examples
    --------
    >>> nan, zeros = np.full(3, np.nan), np.zeros(3, dtype=np.int8)
    >>> value = np.array([5.0, 3.0, 4.0])
    >>> three = Values(value=value, numerator=nan, denominator=nan, low=nan, high=nan, refused=zeros)
    >>> reduce_segments(three, np.array([0]), np.array(["sum"], dtype=object))[0].value.tolist()
    [12.0]
    """
    n = len(starts)
    out = {name: np.full(n, np.nan) for name in _FIELDS[:-1]}
    refused = np.zeros(n, dtype=np.int8)
    used = np.zeros(len(values), dtype=bool)
    lengths = _lengths(starts, len(values))
    for rule in sorted(set(rules.tolist())):
        chosen = rules == rule
        rows = np.flatnonzero(np.repeat(chosen, lengths))
        inner = np.concatenate([[0], np.cumsum(lengths[chosen])[:-1]]).astype(np.int64)
        part = values[rows]
        made, counted = REDUCERS[rule](part, inner)
        for name in out:
            out[name][chosen] = getattr(made, name)
        refused[chosen] = np.maximum(made.refused, _carried_refusal(rule, part, inner))
        used[rows] = counted
    for name in ("value", "numerator", "denominator"):
        out[name][refused > 0] = np.nan
    return Values(**out, refused=refused), used


def _carried_refusal(rule: str, part: Values, starts: Codes) -> NDArray[np.int8]:
    """A refused part spoils what it is combined into; the last value only when it is the last."""
    if rule == "last":
        return np.zeros(len(starts), dtype=np.int8)
    worst: NDArray[np.int8] = np.maximum.reduceat(part.refused, starts)
    return worst
