"""Partial aggregates: what each axis hands to the next.  Methodology §3.2.

Partials are kept at the finest place and cell until they are finished; combining them in any grouping gives the same
result, so a table may be cut into any pieces.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import MissingReason, ResultReason, words
from cpas.methods.aggregation.reduction import Values, reduce_segments
from cpas.tables.rows import new_segments

__all__ = ["ALL_REASONS", "KEYS", "Parts", "Step", "combine_parts", "join_parts", "reason_code"]

Codes = NDArray[np.int64]

#: Every reason why a result has no value: those of observations first, with the same codes.
ALL_REASONS: Final = (*words(MissingReason), *words(ResultReason))
#: What identifies a partial aggregate, in the order they are sorted by.
KEYS: Final = ("indicator", "target", "place", "cell")


def reason_code(reason: str) -> int:
    """Return the code of a reason.

    Examples
    --------
    >>> ALL_REASONS[reason_code("late")]
    'late'
    """
    return ALL_REASONS.index(reason)


@attrs.frozen(eq=False, kw_only=True)
class Step:
    """How the rows of one stage became those of the next, for tracing a number back."""

    #: Row of the stage before, for each row combined.
    source: Codes
    #: Row of the stage after that it went into.
    segment: Codes
    #: Whether it counted.
    used: NDArray[np.bool_]


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
    #: Last day of the latest value behind it, as an ordinal; 0 where there is none.
    end: Codes
    #: Code in `ALL_REASONS`, or −1.
    reason: NDArray[np.int8]
    #: How many observed periods stand behind it.
    count: Codes
    #: Row of the stage before.
    source: Codes

    def __len__(self) -> int:
        return len(self.indicator)

    def take(self, index: NDArray[np.int64] | NDArray[np.bool_]) -> Parts:
        """Return some rows."""
        return Parts(**{a.name: getattr(self, a.name)[index] for a in attrs.fields(Parts)})

    def place_keys(self, *names: str) -> list[Codes]:
        """Return some key columns."""
        return [getattr(self, name) for name in names]


def join_parts(some: list[Parts]) -> Parts:
    """Return the rows of several, one after another."""
    if len(some) == 1:
        return some[0]
    columns = {a.name: np.concatenate([getattr(p, a.name) for p in some]) for a in attrs.fields(Parts)[:4]}
    for name in ("end", "reason", "count", "source"):
        columns[name] = np.concatenate([getattr(p, name) for p in some])
    values = {a.name: np.concatenate([getattr(p.values, a.name) for p in some]) for a in attrs.fields(Values)}
    return Parts(**columns, values=Values(**values))


def combine_parts(parts: Parts, rules: NDArray[np.object_], trace: list[Step] | None = None) -> Parts:
    """Return one row per combination of keys, each combined by its indicator's rule.

    Parameters
    ----------
    parts : Parts
        In any order; rows of one combination count in the order given.
    rules : array of text, one per indicator
        Names of the reducers.
    trace : list of Step, optional
        Takes the step, so that numbers can be followed back.
    """
    if not len(parts):
        return parts
    keys = parts.place_keys(*KEYS)
    order = np.lexsort(keys[::-1])
    if not (order[1:] > order[:-1]).all():
        parts = parts.take(order)
        keys = parts.place_keys(*KEYS)
    starts = new_segments(*keys)
    values, used = reduce_segments(parts.values, starts, rules[parts.indicator[starts]])
    if trace is not None:
        lengths = np.diff(np.append(starts, len(parts)))
        trace.append(Step(source=parts.source, segment=np.repeat(np.arange(len(starts)), lengths), used=used))
    return Parts(
        **{name: key[starts] for name, key in zip(KEYS, keys, strict=True)},
        values=values,
        end=np.maximum.reduceat(np.where(used, parts.end, 0), starts),
        reason=_reasons(parts.reason, values, starts),
        count=np.add.reduceat(np.where(used, parts.count, 0), starts),
        source=np.arange(len(starts)),
    )


def _reasons(reason: NDArray[np.int8], values: Values, starts: Codes) -> NDArray[np.int8]:
    """A missing result has the reason of its last missing part; a refused one cannot be combined."""
    row = np.maximum.reduceat(np.where(reason >= 0, np.arange(len(reason)), -1), starts)
    found = np.where(row >= 0, reason[row], np.int8(-1)).astype(np.int8)
    found[values.is_there | ~np.isnan(values.denominator)] = -1
    found[values.refused > 0] = reason_code("cannot_combine")
    return found
