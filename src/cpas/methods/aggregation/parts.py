"""Partial aggregates: what each axis hands to the next.  Methodology §3.2.

Partials are kept at the finest place and cell until they are finished; combining them in any grouping gives the same
result, so a table may be cut into any pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import MissingReason, ResultReason, words
from cpas.methods.aggregation.reduction import reduce_segments
from cpas.methods.aggregation.values import Values, join_values
from cpas.tables.keys import in_order, new_segments
from cpas.tables.rows import joined_rows, pick_rows

__all__ = [
    "ALL_REASONS",
    "EXCUSED",
    "IS_EXCUSED",
    "KEYS",
    "NOT_A_ROW",
    "Parts",
    "Step",
    "combine_parts",
    "in_key_order",
    "join_parts",
    "number_keys",
    "reason_code",
]

Codes = NDArray[np.int64]

#: Every reason why a result has no value: those of observations first, with the same codes.
ALL_REASONS: Final = (*words(MissingReason), *words(ResultReason))
#: What identifies a partial aggregate, in the order they are sorted by:
#: the order of the store, so that its rows need no sorting.
KEYS: Final = ("indicator", "place", "cell", "target")
#: Source of a value that no observation says: a zero that a return implies, or a gap that was filled.
NOT_A_ROW: Final = -1


def reason_code(reason: str) -> int:
    """Return the code of a reason.

    Examples
    --------
    >>> ALL_REASONS[reason_code("late")]
    'late'
    """
    return ALL_REASONS.index(reason)


#: Codes of reasons that say that nothing was owed.
EXCUSED: Final = tuple(reason_code(word) for word in ("not_due", "not_applicable"))
#: The same by code; the last entry, that of −1, stands for no reason.
IS_EXCUSED: Final = np.isin(np.arange(len(ALL_REASONS) + 1), EXCUSED)


@attrs.frozen(eq=False, kw_only=True)
class Step:
    """How the rows of one stage became those of the next, for tracing a number back."""

    #: Row of the stage before, for each row combined; `NOT_A_ROW` for a value that no observation says.
    source: Codes
    #: Row of the stage after that it went into.
    segment: Codes
    #: Whether it counted.
    used: NDArray[np.bool_]
    #: Number of its indicator, rising: the rows and the segments of one stand together.
    indicator: Codes


@attrs.frozen(eq=False, kw_only=True)
class Parts:
    """Partial aggregates, one row per indicator × target period × place × cell."""

    #: Number of the indicator in the plan.
    indicator: Codes
    #: Number of the target period.
    target: Codes
    #: Number of the place.
    place: Codes
    #: Number of the cell of groups.
    cell: Codes
    #: The columns that are combined.
    values: Values
    #: Number of the observed period; −1 once several were combined.
    period: Codes
    #: Last day of the latest value behind it, as an ordinal; 0 where there is none.
    end: Codes
    #: Code in `ALL_REASONS`, or −1.
    reason: NDArray[np.int8]
    #: How many returns (period × place) stand behind it.
    count: Codes
    #: How many of those that came lack a part of it.
    short: Codes
    #: Whether a value behind it was filled in or scaled to the days of the period.
    touched: NDArray[np.bool_]
    #: Row of the stage before.
    source: Codes

    def __len__(self) -> int:
        return len(self.indicator)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Parts:
        """Return some rows."""
        rows = np.flatnonzero(index) if index.dtype == bool else index.astype(np.int64, copy=False)
        columns = {name: pick_rows(getattr(self, name), rows) for name in _COLUMNS}
        return Parts(**columns, values=self.values[rows])

    def keys(self, *names: str) -> list[Codes]:
        """Return some columns, by name."""
        return [getattr(self, name) for name in names]

    @property
    def is_owed(self) -> NDArray[np.bool_]:
        """Which rows are missing though they were due."""
        return ~self.values.is_there & ~IS_EXCUSED[self.reason]


_COLUMNS: Final = tuple(attribute.name for attribute in attrs.fields(Parts) if attribute.name != "values")


def join_parts(some: Sequence[Parts]) -> Parts:
    """Return the rows of several, one after another."""
    some = [parts for parts in some if len(parts)] or list(some[:1])
    if len(some) == 1:
        return some[0]
    columns = {name: joined_rows([getattr(p, name) for p in some]) for name in _COLUMNS}
    return Parts(**columns, values=join_values([p.values for p in some]))


def number_keys(*columns: Codes) -> Codes:
    """Return one number per combination of columns; equal combinations have equal numbers.

    Examples
    --------
    >>> number_keys(np.array([0, 1, 0]), np.array([7, 7, 7])).tolist()
    [7, 15, 7]
    """
    key = columns[0].astype(np.int64)
    for column in columns[1:]:
        key = key * (int(column.max(initial=0)) + 1) + column
    return key


def combine_parts(
    parts: Parts,
    rules: NDArray[np.object_],
    trace: list[Step] | None = None,
    *,
    merge: bool = False,
    by_time: bool = False,
    same_returns: bool = False,
) -> Parts:
    """Return one row per combination of keys, each combined by its indicator's rule.

    Parameters
    ----------
    parts : Parts
        In any order.
    rules : array of text, one per indicator
        Names of the reducers.
    trace : list of Step, optional
        Takes the step, so that numbers can be followed back.
    merge : bool
        The rows are themselves results of these rules, of pieces of one table: each counts for all that stand behind
        it. Else each row counts once.
    by_time : bool
        Rows of one combination stand in the order of time; else in that in which they come.
    same_returns : bool
        The rows come from the same returns (cells of groups), so that returns are not added up.
    """
    if not len(parts):
        if trace is not None:
            trace.append(Step(source=parts.source, segment=parts.source, used=parts.touched, indicator=parts.indicator))
        return parts
    parts = in_key_order(
        parts if merge else attrs.evolve(parts, values=parts.values.lifted()), by_time=merge or by_time
    )
    keys = parts.keys(*KEYS)
    starts = new_segments(*keys)
    if len(starts) == len(parts) and _stays(parts, rules):
        values, used = parts.values, parts.values.is_there
    else:
        values, used = reduce_segments(parts.values, starts, rules[parts.indicator[starts]])
        parts = _mark_averaged(parts, values, used, starts, rules)
    returns = np.maximum if same_returns else np.add
    # What was refused before stands for what came.
    came = used | (parts.values.refused > 0)
    if trace is not None:
        segment = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(parts))))
        used_rows = used & (parts.source != NOT_A_ROW)
        trace.append(Step(source=parts.source, segment=segment, used=used_rows, indicator=parts.indicator))
    return Parts(
        **{name: key[starts] for name, key in zip(KEYS, keys, strict=True)},
        values=values,
        period=np.full(len(starts), -1, dtype=np.int64),
        end=np.maximum.reduceat(np.where(came, parts.end, 0), starts),
        reason=_reasons(parts, values, starts),
        count=returns.reduceat(np.where(came, parts.count, 0), starts),
        short=returns.reduceat(parts.short, starts),
        touched=np.logical_or.reduceat(parts.touched & used, starts),
        source=np.arange(len(starts)),
    )


def _mark_averaged(
    parts: Parts, made: Values, used: NDArray[np.bool_], starts: Codes, rules: NDArray[np.object_]
) -> Parts:
    """Mark the rows of shares that were averaged, since no numerators were given."""
    is_averaged = (rules[parts.indicator[starts]] == "average") & ~made.has_share & ~np.isnan(made.value)
    if not is_averaged.any():
        return parts
    lengths = np.diff(np.append(starts, len(parts)))
    is_averaged &= np.add.reduceat(used.astype(np.int64), starts) > 1
    return attrs.evolve(parts, touched=parts.touched | np.repeat(is_averaged, lengths))


def _stays(parts: Parts, rules: NDArray[np.object_]) -> bool:
    """Whether rows that stand alone are what their rules make of them: a count is not, half a share, a refusal."""
    if parts.values.refused.any():
        return False
    names = set(rules[np.flatnonzero(np.bincount(parts.indicator))].tolist())
    return "count" not in names and bool((np.isnan(parts.values.denominator) | parts.values.has_share).all())


def in_key_order(parts: Parts, *, by_time: bool = True) -> Parts:
    """Bring rows together by their keys, inside them in the order of time, or as they come."""
    order = in_order([*parts.keys(*KEYS), *([parts.values.at] if by_time else [])])
    return parts if order is None else parts.take(order)


def _reasons(parts: Parts, values: Values, starts: Codes) -> NDArray[np.int8]:
    """A missing result has the reason of its last missing part, one that was owed first; or was refused."""
    found = np.full(len(starts), -1, dtype=np.int8)
    has_reason = parts.reason >= 0
    for some in (has_reason, has_reason & parts.is_owed):
        row = np.maximum.reduceat(np.where(some, np.arange(len(parts)), -1), starts)
        found = np.where(row >= 0, parts.reason[row], found).astype(np.int8)
    found[~np.isnan(values.value) | values.has_share] = -1
    found[values.refused > 0] = reason_code("cannot_combine")
    return found
