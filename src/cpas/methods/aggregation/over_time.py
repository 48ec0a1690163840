"""Time: which observations are in which period asked for, and what they make together.  Methodology §3.3.

Values that add up must lie wholly inside the period. Values that hold (stocks, shares, levels) count where their
period ends inside it or contains it, and after it for as long as the indicator says.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.ground import Ground
from cpas.methods.aggregation.parts import (
    KEYS,
    NOT_A_ROW,
    Parts,
    Step,
    combine_parts,
    in_key_order,
    join_parts,
    number_keys,
)
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.spans import Members, Spans
from cpas.methods.aggregation.values import LONGER, OVERLAP, STRADDLES, Values
from cpas.tables.keys import new_segments
from cpas.tables.rows import NUMBERS, pick_rows

__all__ = ["by_target", "over_time"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]
_SERIES = KEYS


def by_target(ground: Ground, spans: Spans, rules: IndicatorRules, *, pro_rata: bool) -> Parts:
    """Return each observation once for every period asked for that it belongs to.

    Parameters
    ----------
    ground : Ground
        The observations of the vintage asked for, and what returns imply.
    spans : Spans
        Days of the observed periods and of the targets.
    rules : IndicatorRules
        The plan's rules, compiled.
    pro_rata : bool
        Whether a flow across a border is divided by days.

    Notes
    -----
    Methodology §3.3.1 (values that add up), §3.3.2 (values that hold), §3.3.3 (flows across a border).
    """
    picked = ground.picked
    indicator = ground.rows.indicator[picked]
    last, holds = rules.takes_last[indicator], rules.holds[indicator]

    period = ground.rows.period[picked].astype(np.int64)

    def of(some: Truths, members: Members) -> Parts:
        return _parts(ground, *_spread(picked[some], period[some], members), spans)

    # Both memberships at once, so that the rows stay in their order.
    either = spans.inside.and_then(spans.ends_in)
    own = _parts(ground, *_spread(picked, period + last * len(spans.start), either), spans)
    across, longer = of(~last, spans.across), of(~last & ~holds, spans.longer)
    if pro_rata:
        cut = [_by_days(part, spans, rules) for part in (across, longer)]
    else:
        # What is for a longer time, or holds, is put aside where there are values for the time itself.
        aside = rules.holds[across.indicator]
        held = _without(across.take(aside), own)
        cut = [_refused(part, STRADDLES) for part in (across.take(~aside), held)]
        cut.append(_refused(_without(longer, own), LONGER))
    mine = join_parts([own, *cut])
    mine = join_parts([mine, _shortest(_without(of(holds, spans.longer), mine), spans)])
    parts = in_key_order(join_parts([mine, _carried(ground, spans, rules, mine)]))
    return _mark_overlaps(_told_apart(parts, ground), spans, rules)


def _told_apart(parts: Parts, ground: Ground) -> Parts:
    """Return the parts with those that no observation says marked as such."""
    return attrs.evolve(parts, source=np.where(parts.source >= ground.known, NOT_A_ROW, parts.source))


def over_time(parts: Parts, rules: IndicatorRules, trace: list[Step] | None = None) -> Parts:
    """Return one partial aggregate per indicator × target × place × cell.

    Parameters
    ----------
    parts : Parts
        From :func:`by_target`.
    rules : IndicatorRules
        The plan's rules, compiled.
    trace : list of Step, optional
        Takes the step.

    Notes
    -----
    Methodology §3.3.
    """
    return combine_parts(parts, rules.rules["time"], trace, by_time=True)


# -- observations as parts ---------------------------------------------------------------------------------------


def _spread(picked: Codes, period: Codes, members: Members) -> tuple[Codes, Codes]:
    """Return each row once for every target its period belongs to: row numbers and targets."""
    row, target = members.of(period)
    return picked[row], target


def _parts(ground: Ground, index: Codes, target: Codes, spans: Spans) -> Parts:
    rows = ground.rows
    period = rows.period[index].astype(np.int64)
    n, blank = len(index), np.broadcast_to(np.nan, len(index))
    numbers = {name: pick_rows(getattr(rows, name), index) for name in NUMBERS}
    values = Values(
        **numbers,
        unknown=blank,
        weight=blank,
        at=spans.order_of(period),
        refused=np.broadcast_to(np.int8(0), n),
    )
    return Parts(
        indicator=rows.indicator[index].astype(np.int64),
        target=target,
        place=rows.place[index].astype(np.int64),
        cell=rows.cell[index].astype(np.int64),
        values=values,
        period=period,
        end=spans.end[period],
        reason=pick_rows(rows.reason, index),
        count=np.broadcast_to(np.int64(1), n),
        short=np.broadcast_to(np.int64(0), n),
        touched=index >= ground.filled_from,
        source=index.copy(),
    )


def _refused(parts: Parts, why: int) -> Parts:
    """Refuse values for other days than those asked for; where there is none there is nothing to divide."""
    refused = np.where(parts.values.is_there, why, 0).astype(np.int8)
    return attrs.evolve(parts, values=attrs.evolve(parts.values, refused=refused))


def _by_days(parts: Parts, spans: Spans, rules: IndicatorRules) -> Parts:
    """Divide flows by days, and refuse what cannot be divided."""
    can = (rules.rules["time"][parts.indicator] == "sum") & ~rules.holds[parts.indicator]
    share = spans.common_days(parts.period, parts.target) / spans.days[parts.period]
    scaled = {name: getattr(parts.values, name) * share for name in ("value", "low", "high")}
    divided = attrs.evolve(parts, values=attrs.evolve(parts.values, **scaled), touched=parts.values.is_there)
    return join_parts([divided.take(can), _refused(parts.take(~can), STRADDLES)])


def _without(parts: Parts, others: Parts) -> Parts:
    """Return the parts whose indicator, target, place and cell no other has."""
    if not len(parts) or not len(others):
        return parts
    keys = number_keys(*join_parts([parts, others]).keys(*_SERIES))
    return parts.take(~np.isin(keys[: len(parts)], keys[len(parts) :]))


def _shortest(parts: Parts, spans: Spans) -> Parts:
    """Return of values for longer times that hold together the one for the shortest."""
    if len(parts) < 2:
        return parts
    order = np.lexsort((parts.values.at, spans.days[parts.period], *parts.keys(*_SERIES)[::-1]))
    parts = parts.take(order)
    return parts.take(new_segments(*parts.keys(*_SERIES)))


def _carried(ground: Ground, spans: Spans, rules: IndicatorRules, there: Parts) -> Parts:
    """Return values that still hold in targets for which their series has nothing of its own.

    The latest row before the target decides: one that says that the value is missing ends it.
    """
    rows = ground.rows
    picked = ground.picked[rules.valid_for[rows.indicator[ground.picked]] > 0]
    if not len(picked):
        return _parts(ground, picked, picked, spans)
    at = spans.order_of(rows.period[picked])
    picked = picked[np.lexsort((at, rows.cell[picked], rows.place[picked], rows.indicator[picked]))]
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
    return _without(_parts(ground, index[holds], target[holds], spans), there)


def _mark_overlaps(parts: Parts, spans: Spans, rules: IndicatorRules) -> Parts:
    """Refuse values that add up but whose days overlap: they would count the same days twice."""
    # Periods that do not overlap among themselves cannot overlap in any series.
    in_time = np.argsort(spans.rank)
    if (spans.start[in_time][1:] > spans.end[in_time][:-1]).all():
        return parts
    rows = np.flatnonzero(parts.values.is_there & ~rules.takes_last[parts.indicator])
    if len(rows) < 2:
        return parts
    same, period = np.ones(len(rows) - 1, dtype=bool), parts.period[rows]
    for column in parts.keys(*_SERIES):
        same &= column[rows[1:]] == column[rows[:-1]]
    overlap = same & (spans.start[period[1:]] <= spans.end[period[:-1]])
    refused = parts.values.refused.copy()
    marked = rows[1:][overlap]
    refused[marked] = np.where(refused[marked] == 0, OVERLAP, refused[marked])
    return attrs.evolve(parts, values=attrs.evolve(parts.values, refused=refused))
