"""Combine the values of segments by a rule: the algebra of adding up.  Methodology §3.2.

Every rule takes columns whose rows stand segment by segment and gives one row per segment. Missing values are NaN
and never zero; a segment of missing values alone is missing. Sums run in the canonical order of the rows, so that
the same rows give the same bits in whatever order they were read. What a rule gives may be combined again by the same
rule: a table may be cut anywhere. Only the median needs all its rows at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.values import BARE, BOUNDS, NO_MEANING, NO_RULE, VALUE_COLUMNS, Values
from cpas.tables.rows import is_blank, joined_rows, pick_rows

__all__ = ["MERGEABLE", "REDUCERS", "Operation", "greatest", "least", "reduce_segments", "shares_of", "total"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]
Reducer = Callable[[Values, Codes], tuple[Values, Truths]]
#: Combines a column segment by segment.
Operation = Callable[[Floats, Codes], Floats]


# -- one column --------------------------------------------------------------------------------------------------


def _lengths(starts: Codes, total: int) -> Codes:
    return np.diff(np.append(starts, total))


def total(column: Floats, starts: Codes) -> Floats:
    """Return the sum of what is there in each segment; NaN where nothing is.  Methodology §3.2.1.

    Examples
    --------
    >>> total(np.array([1.0, np.nan, 2.0, np.nan]), np.array([0, 3])).tolist()
    [3.0, nan]
    """
    if is_blank(column):
        return np.broadcast_to(np.nan, len(starts))
    there = ~np.isnan(column)
    # What is too large for a float becomes infinite here, and missing at the end.
    with np.errstate(over="ignore", invalid="ignore"):
        if there.all():
            return np.asarray(np.add.reduceat(column, starts))
        many = np.add.reduceat(there, starts, dtype=np.int64)
        found, some = np.full(len(starts), np.nan), many > 0
        if some.any():
            # Only numbers are added, so that a gap between them changes no bit of the sum.
            found[some] = np.add.reduceat(column[there], (np.cumsum(many) - many)[some])
    return found


def least(column: Floats, starts: Codes) -> Floats:
    """Return the least in each segment that is there.  Methodology §3.2.6."""
    found: Floats = np.fmin.reduceat(column, starts)
    return found


def greatest(column: Floats, starts: Codes) -> Floats:
    """Return the greatest in each segment that is there.  Methodology §3.2.6."""
    found: Floats = np.fmax.reduceat(column, starts)
    return found


def _any(column: Truths, starts: Codes) -> Truths:
    found: Truths = np.logical_or.reduceat(column, starts)
    return found


def _count(column: Truths, starts: Codes) -> Codes:
    found: Codes = np.add.reduceat(column.astype(np.int64), starts)
    return found


def _row_of_only(there: Truths, starts: Codes) -> Codes:
    """Return the last row that is there in each segment; the first row where none is."""
    last = np.maximum.reduceat(np.where(there, np.arange(len(there)), -1), starts)
    return np.where(last >= 0, last, starts)


def shares_of(factor: Floats, numerator: Floats, denominator: Floats) -> Floats:
    """Return shares of their numerators and denominators; of nothing there is no share.  Methodology §3.2.2.

    Examples
    --------
    >>> shares_of(np.array([100.0, 100.0]), np.array([1.0, 0.0]), np.array([4.0, 0.0])).tolist()
    [25.0, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = factor * numerator / denominator
    return np.where(denominator == 0, np.nan, share)


# -- parts of a result -------------------------------------------------------------------------------------------


def _blank(values: Values, starts: Codes) -> Values:
    """Return a missing result per segment that knows how many values are behind it, and when the latest was."""
    nan = np.broadcast_to(np.nan, len(starts))
    return Values(
        value=nan,
        numerator=nan,
        denominator=nan,
        unknown=nan,
        low=nan,
        high=nan,
        weight=np.add.reduceat(values.weight, starts),
        at=np.maximum.reduceat(values.at, starts),
        refused=np.zeros(len(starts), dtype=np.int8),
    )


def _interval(values: Values, starts: Codes, operation: Operation) -> tuple[Floats, Floats]:
    """Bounds of a result that rises with each of its parts, an exact value being its own bound.

    A bound that one part lacks is not known of the whole. NaN where every part is exact.
    """
    exact = values.is_exact
    if exact.all():
        blank = np.broadcast_to(np.nan, len(starts))
        return blank, blank
    found = []
    for bound in (values.low, values.high):
        open_end = _any(~exact & np.isnan(bound), starts)
        found.append(np.where(open_end, np.nan, operation(np.where(exact, values.value, bound), starts)))
    all_exact = ~_any(~exact, starts)
    low, high = (np.where(all_exact, np.nan, bound) for bound in found)
    return low, high


def _rising(values: Values, starts: Codes, operation: Operation) -> Values:
    """Combine values and bounds by an operation whose result rises with each part.

    Of something of which only bounds are known there is no sum, only bounds of it.
    """
    low, high = _interval(values, starts, operation)
    only_bounds = _any(~values.is_exact & np.isnan(values.value), starts)
    value = np.where(only_bounds, np.nan, operation(values.value, starts))
    return attrs.evolve(_blank(values, starts), value=value, low=low, high=high)


def _with_parts(values: Values, starts: Codes, operation: Operation, made: Values) -> Values:
    """Let numerator and denominator follow the rule where there are any; refuse shares with and without them."""
    if np.isnan(values.denominator).all():
        return made
    share = values.has_share
    has_share, has_bare = _any(share, starts), _any(~share & ~np.isnan(values.value), starts)
    mixed = has_share & has_bare
    numerator, denominator = (
        np.where(has_share & ~mixed, operation(np.where(share, column, np.nan), starts), np.nan)
        for column in (values.numerator, values.denominator)
    )
    return attrs.evolve(
        made,
        value=np.where(has_share, np.nan, made.value),
        numerator=numerator,
        denominator=denominator,
        refused=(mixed * BARE).astype(np.int8),
    )


_KEPT: Final = ("value", "numerator", "denominator", "unknown", "low", "high")


# -- rules -------------------------------------------------------------------------------------------------------


def sum_(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Add up; bounds too.  Methodology §3.2.1."""
    return _rising(values, starts, total), values.is_there


def ratio(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Σ numerator / Σ denominator, left to be divided at the end.  Methodology §3.2.2.

    A row given only as a number is kept where it stands alone, and refused where something must be combined. A
    denominator whose numerator is not known stays out of the share, and widens its bounds.
    """
    share, there = values.has_share, values.is_there
    count = _count(there, starts)
    refused = _any(there & ~share, starts) & (count > 1)
    alone = values[_row_of_only(there, starts)]
    single = (count == 1) & ~refused
    numerator, denominator = (
        np.where(refused, np.nan, total(np.where(share, column, np.nan), starts))
        for column in (values.numerator, values.denominator)
    )
    waiting = total(np.where(share, np.nan, values.denominator), starts)
    unknown = total(np.stack([total(values.unknown, starts), waiting]).ravel("F"), np.arange(len(starts)) * 2)
    made = attrs.evolve(
        _blank(values, starts),
        value=np.where(single, alone.value, np.nan),
        numerator=numerator,
        denominator=denominator,
        unknown=unknown,
        low=np.where(single, alone.low, np.nan),
        high=np.where(single, alone.high, np.nan),
        refused=(refused * BARE).astype(np.int8),
    )
    return made, there


def average(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """As a ratio; but rows given only as numbers make their mean, each counting once.  Methodology §3.2.9.

    Beside rows with numerators they are refused: no weight would be fair to both.
    """
    made, there = ratio(values, starts)
    bare = _any(there & ~values.has_share, starts) & ~_any(values.has_share, starts) & (_count(there, starts) > 1)
    if not bare.any():
        return made, there
    averaged = mean(attrs.evolve(values, denominator=np.full(len(values), np.nan)), starts)[0]
    columns = {name: np.where(bare, getattr(averaged, name), getattr(made, name)) for name in ("value", "low", "high")}
    return attrs.evolve(made, **columns, refused=np.where(bare, 0, made.refused).astype(np.int8)), there


def last(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Take the latest row, also where it says that the value is missing.  Methodology §3.2.3."""
    segment = np.repeat(np.arange(len(starts)), _lengths(starts, len(values)))
    latest = np.maximum.reduceat(values.at, starts)
    row = np.maximum.reduceat(np.where(values.at == latest[segment], np.arange(len(values)), -1), starts)
    used = np.zeros(len(values), dtype=bool)
    used[row] = True
    return values[row], used & values.is_there


def keep(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Keep a value that stands alone; refuse where there are several.  Methodology §3.2.4."""
    return _alone(values, starts, NO_MEANING)


def refuse(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Keep a value that stands alone; the rule asked for has no meaning for several.  Methodology §3.2.4."""
    return _alone(values, starts, NO_RULE)


def _alone(values: Values, starts: Codes, why: int) -> tuple[Values, Truths]:
    there = values.is_there
    count = _count(there, starts)
    alone, single = values[_row_of_only(there, starts)], count == 1
    kept = {name: np.where(single, getattr(alone, name), np.nan) for name in _KEPT}
    refused = np.where(count > 1, np.int8(why), np.int8(0)).astype(np.int8)
    return attrs.evolve(_blank(values, starts), **kept, refused=refused), there


def bounds(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Distinct things over sets that overlap: at least the largest, at most the sum.  Methodology §3.2.5.

    ``max(p) <= union <= Σ p``, the inclusion bounds.
    """
    one, there = _alone(values, starts, BOUNDS)
    several = _count(there, starts) > 1
    exact = values.is_exact
    least = greatest(np.where(exact, values.value, values.low), starts)
    open_end = _any(~exact & np.isnan(values.high), starts)
    most = np.where(open_end, np.nan, total(np.where(exact, values.value, values.high), starts))
    return attrs.evolve(one, low=np.where(several, least, one.low), high=np.where(several, most, one.high)), there


def _extreme(operation: Operation) -> Reducer:
    def reducer(values: Values, starts: Codes) -> tuple[Values, Truths]:
        return _with_parts(values, starts, operation, _rising(values, starts, operation)), values.is_there

    return reducer


def mean(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Mean of what is there, each value counting once.  Methodology §3.2.6."""

    def weighted(column: Floats, starts: Codes) -> Floats:
        weight = np.where(np.isnan(column), 0.0, values.weight)
        with np.errstate(invalid="ignore", divide="ignore"):
            found: Floats = total(column * values.weight, starts) / np.add.reduceat(weight, starts)
        return found

    # Sums stand for the means of numerators and denominators: their quotient is the same, and they merge.
    return _with_parts(values, starts, total, _rising(values, starts, weighted)), values.is_there


def count(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """How many values are there; missing where none is.  Methodology §3.2.7."""
    made = _blank(values, starts)
    return attrs.evolve(made, value=np.where(made.weight > 0, made.weight, np.nan)), values.weight > 0


def median(values: Values, starts: Codes) -> tuple[Values, Truths]:
    """Middle value; of two middle ones the lower, so that a level stays a level.  Methodology §3.2.8."""
    there = ~np.isnan(values.value)
    segment = np.repeat(np.arange(len(starts)), _lengths(starts, len(values)))
    # NaN sorts last inside each segment.
    order = np.lexsort((values.value, segment))
    found = _count(there, starts)
    middle = starts + np.maximum(found - 1, 0) // 2
    value = np.where(found > 0, values.value[order][middle], np.nan)
    return attrs.evolve(_blank(values, starts), value=value), there


REDUCERS: Final[dict[str, Reducer]] = {
    "sum": sum_,
    "ratio": ratio,
    "average": average,
    "last": last,
    "keep": keep,
    "refuse": refuse,
    "bounds": bounds,
    "max": _extreme(greatest),
    "min": _extreme(least),
    # Levels are numbered from the worst.
    "worst": _extreme(least),
    "mean": mean,
    "count": count,
    "median": median,
}
#: Rules whose results may be combined again by the same rule; the middle of middles is no middle.
MERGEABLE: Final = tuple(sorted(set(REDUCERS) - {"median"}))


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
    >>> from cpas.methods.aggregation.values import values_of
    >>> three = values_of([5, 3, 4])
    >>> reduce_segments(three, np.array([0]), np.array(["sum"], dtype=object))[0].value.tolist()
    [12.0]
    """
    lengths = _lengths(starts, len(values))
    made, used = [], np.zeros(len(values), dtype=bool)
    positions = []
    for rule in sorted(set(rules.tolist())):
        chosen = np.flatnonzero(rules == rule)
        rows = np.flatnonzero(np.repeat(rules == rule, lengths))
        inner = np.concatenate([[0], np.cumsum(lengths[chosen])[:-1]]).astype(np.int64)
        part = values[rows]
        result, counted = REDUCERS[rule](part, inner)
        made.append(_spoilt(rule, part, inner, result))
        positions.append(chosen)
        used[rows] = counted
    order = np.argsort(np.concatenate(positions), kind="stable")
    columns = {name: pick_rows(joined_rows([getattr(v, name) for v in made]), order) for name in VALUE_COLUMNS}
    return Values(**columns), used


def _spoilt(rule: str, part: Values, starts: Codes, made: Values) -> Values:
    """A refused part spoils what it is combined into; the latest value only where it is the latest itself."""
    refused = made.refused
    if rule != "last":
        refused = np.maximum(refused, np.maximum.reduceat(part.refused, starts)).astype(np.int8)
    if not refused.any():
        return made
    spoilt = refused > 0
    # Of what adds up, and of counts of distinct things, the bounds are still known.
    none_left = spoilt & ((refused == BARE) | (rule in ("keep", "refuse", "ratio", "average")))
    lost = dict.fromkeys(("value", "numerator", "denominator", "unknown"), spoilt)
    lost |= dict.fromkeys(("low", "high"), none_left)
    blank = {name: np.where(where, np.nan, getattr(made, name)) for name, where in lost.items()}
    return attrs.evolve(made, **blank, refused=refused)
