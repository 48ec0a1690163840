"""Time: which observations are in which period asked for, and what they make together.  Methodology §3.3.

Values that add up must lie wholly inside the period. Values that hold (stocks, shares, levels) count where their
period ends inside it or contains it, and after it for as long as the indicator says.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import Parts, Step, combine_parts, join_parts
from cpas.methods.aggregation.reduction import LONGER, OVERLAP, STRADDLES, Values
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.tables.rows import Rows, new_segments

__all__ = ["Spans", "over_time"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
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

    def inside(self) -> Truths:
        """Whether an observed period lies wholly in a target: observed × targets."""
        return (self.start[:, None] >= self.target_start) & (self.end[:, None] <= self.target_end)

    def longer(self) -> Truths:
        """Whether an observed period holds a target and more."""
        return (self.start[:, None] <= self.target_start) & (self.end[:, None] >= self.target_end) & ~self.inside()

    def across(self) -> Truths:
        """Whether an observed period lies across a border of a target."""
        overlap = (self.start[:, None] <= self.target_end) & (self.end[:, None] >= self.target_start)
        return overlap & ~self.inside() & ~self.longer()

    def known_in(self) -> Truths:
        """Whether an observed period ends in a target, or holds it."""
        ends = (self.end[:, None] >= self.target_start) & (self.end[:, None] <= self.target_end)
        return ends | self.longer()


def over_time(rows: Rows, picked: Codes, spans: Spans, rules: IndicatorRules, trace: list[Step] | None = None) -> Parts:
    """Return one partial aggregate per indicator × target × place × cell.

    Parameters
    ----------
    rows : Rows
        The store.
    picked : array of int
        One row per cell and period: the vintage asked for.
    spans : Spans
        Days of the observed periods and of the targets.
    rules : IndicatorRules
        The plan's rules, compiled.
    trace : list of Step, optional
        Takes the step.

    Notes
    -----
    Methodology §3.3.
    """
    last = rules.takes_last[rows.indicator[picked]]
    held = picked[last]
    adding = picked[~last]
    some = [
        _parts(rows, *_spread(rows, held, spans.known_in()), spans),
        _parts(rows, *_spread(rows, adding, spans.inside()), spans),
        _parts(rows, *_spread(rows, adding, spans.across()), spans, refused=STRADDLES),
    ]
    longer = _parts(rows, *_spread(rows, adding, spans.longer()), spans, refused=LONGER)
    some.append(_without(longer, some[1]))
    some.append(_carried(rows, picked, spans, rules, join_parts(some[:2])))
    parts = join_parts([part for part in some if len(part)] or some[:1])
    # Days in order inside each combination: the last one stands last, of equal ends the shortest.
    start = spans.start[rows.period[parts.source]]
    parts = parts.take(np.lexsort((start, parts.end, parts.cell, parts.place, parts.target, parts.indicator)))
    return combine_parts(_mark_overlaps(parts, rows, spans, rules), rules.rules["time"], trace)


def _spread(rows: Rows, picked: Codes, member: Truths) -> tuple[Codes, Codes]:
    """Return each row once for every target its period belongs to: row numbers and targets."""
    count = member.sum(axis=1)
    offset = np.concatenate([[0], np.cumsum(count)[:-1]]) if len(count) else count
    targets = np.nonzero(member)[1]
    period = rows.period[picked]
    times = count[period]
    repeated = np.repeat(picked, times)
    nth = np.arange(len(repeated)) - np.repeat(np.cumsum(times) - times, times)
    return repeated, targets[np.repeat(offset[period], times) + nth]


def _parts(rows: Rows, index: Codes, target: Codes, spans: Spans, refused: int = 0) -> Parts:
    code = np.full(len(index), refused, dtype=np.int8)
    value = rows.value[index]
    # A missing value for other days than those asked for is not refused: there is nothing to split.
    code[np.isnan(value) & np.isnan(rows.denominator[index]) & np.isnan(rows.low[index])] = 0
    return Parts(
        indicator=rows.indicator[index],
        target=target,
        place=rows.place[index],
        cell=rows.cell[index],
        values=Values(
            value=value,
            numerator=rows.numerator[index],
            denominator=rows.denominator[index],
            low=rows.low[index],
            high=rows.high[index],
            refused=code,
        ),
        end=spans.end[rows.period[index]],
        reason=rows.reason[index],
        count=np.ones(len(index), dtype=np.int64),
        source=index,
    )


def _packed(parts: Parts) -> Codes:
    """One number per combination of keys."""
    key = parts.indicator
    for name in ("target", "place", "cell"):
        column = getattr(parts, name)
        key = key * (int(column.max(initial=0)) + 1) + column
    return key


def _without(parts: Parts, others: Parts) -> Parts:
    """Return the parts whose combination of keys no other has."""
    if not len(parts) or not len(others):
        return parts
    keys = _packed(join_parts([parts, others]))
    return parts.take(~np.isin(keys[: len(parts)], keys[len(parts) :]))


def _carried(rows: Rows, picked: Codes, spans: Spans, rules: IndicatorRules, there: Parts) -> Parts:
    """Return values that still hold in targets for which their series has nothing of its own."""
    picked = picked[rules.valid_for[rows.indicator[picked]] > 0]
    if not len(picked):
        return _parts(rows, picked, picked, spans)
    end = spans.end[rows.period[picked]]
    picked = picked[np.lexsort((end, rows.cell[picked], rows.place[picked], rows.indicator[picked]))]
    end = spans.end[rows.period[picked]]
    starts = new_segments(rows.indicator[picked], rows.place[picked], rows.cell[picked])
    series = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(picked))))
    width = int(max(end.max(), spans.target_end.max(initial=0))) + 2
    asked = np.arange(len(starts))[:, None] * width + spans.target_start[None, :]
    before = np.searchsorted(series * width + end, asked.ravel(), side="left") - 1
    target = np.tile(np.arange(len(spans.target_end)), len(starts))
    mine = (before >= 0) & (series[before] == np.repeat(np.arange(len(starts)), len(spans.target_end)))
    index, target = picked[before[mine]], target[mine]
    holds = spans.end[rows.period[index]] + rules.valid_for[rows.indicator[index]] >= spans.target_end[target]
    holds &= ~np.isnan(rows.value[index])
    return _without(_parts(rows, index[holds], target[holds], spans), there)


def _mark_overlaps(parts: Parts, rows: Rows, spans: Spans, rules: IndicatorRules) -> Parts:
    """Refuse values that add up but whose days overlap: they would count the same days twice."""
    if len(parts) < 2:
        return parts
    period = rows.period[parts.source]
    same = np.ones(len(parts) - 1, dtype=bool)
    for name in ("indicator", "target", "place", "cell"):
        column = getattr(parts, name)
        same &= column[1:] == column[:-1]
    there = parts.values.is_there | ~np.isnan(parts.values.denominator)
    overlap = same & (spans.start[period[1:]] <= spans.end[period[:-1]]) & there[1:] & there[:-1]
    overlap &= ~rules.takes_last[parts.indicator[1:]]
    refused = parts.values.refused.copy()
    refused[1:][overlap & (refused[1:] == 0)] = OVERLAP
    return attrs.evolve(parts, values=attrs.evolve(parts.values, refused=refused))
