"""Fold what raises no question: one sweep over each block of values, for whole indicators.  Methodology §3.2.

An indicator is *plain* where adding it up as asked leaves nothing to choose, to refuse or to imply: it is reported
regularly (``cpas.tables.regularity``), each of its periods lies inside one of those asked for, and its rules give for
the parts what they give for the whole. Plain indicators are folded from their points in one sweep, to one partial
aggregate per place and period asked for; all others go through every question row by row
(``cpas.methods.aggregation.pipeline``). Both give the same numbers, to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import IS_EXCUSED, Parts
from cpas.methods.aggregation.reduction import greatest, least, total
from cpas.methods.aggregation.returns import Said
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.spans import Spans
from cpas.methods.aggregation.values import Values
from cpas.model import Methodology, Plan
from cpas.tables.aggregates import Request
from cpas.tables.blocks import POINTS, SERIES, Block, Packed, ranges
from cpas.tables.regularity import Regularity
from cpas.tables.rows import Rows, in_order, is_blank, joined_rows, new_segments, pick_rows

__all__ = ["Folded", "fold", "fold_places", "plain_indicators", "said_of"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Operation = Callable[[Floats, Codes], Floats]

#: Rules whose result over parts of parts is that over all of them; the latest value is one over time only.
_OF_VALUES: Final[dict[str, Operation]] = {"sum": total, "max": greatest, "min": least, "worst": least}
_OF_SHARES: Final[dict[str, Operation]] = {"ratio": total}
#: Rules that make something else of a value that stands alone.
_NEVER_ALONE: Final = ("count",)
_NUMBERS: Final = ("value", "numerator", "denominator")


@attrs.frozen(eq=False, kw_only=True)
class Folded:
    """Partial aggregates of plain indicators of the same rules, one row per indicator × place × period asked for."""

    #: Number of the indicator.
    indicator: Codes
    #: Number of the place that reported.
    place: Codes
    #: Number of the period asked for.
    target: Codes
    #: What the values make; NaN where there is none.
    value: Floats
    #: What the numerators make.
    numerator: Floats
    #: What the denominators make.
    denominator: Floats
    #: Returns that came; of a value that holds for the whole time, one.
    received: Codes
    #: Returns that were not due.
    excused: Codes
    #: Last day of the latest value, as an ordinal; 0 where there is none.
    end: Codes
    #: Code of the reason why there is no value, or −1.
    reason: NDArray[np.int8]
    #: The rules over time, group and place: the same for all.
    rules: tuple[str, ...]
    #: Whether values are shares, made of numerators and denominators.
    is_share: bool

    def __len__(self) -> int:
        return len(self.indicator)


_COLUMNS: Final = tuple(a.name for a in attrs.fields(Folded) if a.name not in ("rules", "is_share"))


# -- which -------------------------------------------------------------------------------------------------------


def plain_indicators(
    plan: Plan, packed: Packed, regular: Regularity, request: Request, methodology: Methodology, rules: IndicatorRules,
    spans: Spans,
) -> Truths:  # fmt: skip
    """Return which indicators raise no question in adding up as asked.

    Notes
    -----
    Methodology §3.2. The values are the latest known; asked are all groups together.
    """
    none = np.zeros(len(plan.indicators), dtype=bool)
    if request.groups or methodology.gaps is not None or any(place.moves for place in plan.places):
        return none
    each = regular.frequency[regular.is_regular]
    if not len(each):
        return none
    apart = (spans.across.count > 0) | (spans.longer.count > 0) | (spans.inside.count > 1)
    asks = np.zeros(len(regular.frequencies), dtype=bool)
    np.logical_or.at(asks, [regular.frequencies.index(one.frequency) for one in packed.periods], apart)
    plain = regular.is_regular & ~asks[regular.frequency] & _can_fold(packed, regular, rules)
    # What a register does not say is zero; what is carried on counts in other periods; words are not reckoned with.
    return plain & ~(rules.is_text | (rules.valid_for > 0) | rules.is_register)


def _can_fold(packed: Packed, regular: Regularity, rules: IndicatorRules) -> Truths:
    """Which indicators have rules that fold, over every axis on which something must be combined."""
    found = np.zeros(len(regular.is_regular), dtype=bool)
    ways, way_of = rules.ways
    for block in packed.blocks:
        known = tuple(_OF_VALUES if is_blank(block.denominator) else _OF_SHARES)
        mine = block.indicator[new_segments(block.indicator)]
        over_time = np.array([way[0] in (*known, "last") and not {*way} & {*_NEVER_ALONE} for way in ways])
        over_groups, over_places = (np.array([way[axis] in known for way in ways]) for axis in (1, 2))
        way = way_of[mine]
        found[mine] = over_time[way]
        found[mine] &= ~regular.has_groups[mine] | over_groups[way]
        found[mine] &= ~regular.has_places[mine] | over_places[way]
    return found


# -- time and groups -----------------------------------------------------------------------------------------------


def fold(packed: Packed, plain: Truths, spans: Spans, rules: IndicatorRules) -> list[Folded]:
    """Return what plain indicators make over time and groups, by place and period asked for.

    Parameters
    ----------
    packed : Packed
        The observations.
    plain : array of bool
        Which indicators to fold, from :func:`plain_indicators`.
    spans : Spans
        Days of the observed periods and of the targets.
    rules : IndicatorRules
        The plan's rules, compiled.

    Notes
    -----
    Methodology §3.2.
    """
    target_of = np.full(len(packed.periods), -1, dtype=np.min_scalar_type(-len(spans.target_end) - 1))
    target_of[spans.inside.count > 0] = spans.inside.target
    made = []
    for block, rule in _lots(packed, plain, rules):
        points = block if (target_of >= 0).all() else _asked_points(block, target_of >= 0)
        folded = _over_time_and_groups(points, rule, target_of, spans.end, rules.factor)
        mine = np.zeros(len(plain), dtype=bool)
        mine[block.indicator] = True
        once = rule[0] == "last"
        silence = _silence(packed.missing, mine, target_of, spans.end, once=once)
        made.append(_with_missing(folded, silence, once=once))
    return made


def _lots(packed: Packed, plain: Truths, rules: IndicatorRules) -> Iterator[tuple[Block, tuple[str, ...]]]:
    """Yield series that are combined by the same rules."""
    ways, way_of = rules.ways
    for block in packed.blocks:
        chosen = plain[block.indicator]
        way = np.where(chosen, way_of[block.indicator], -1)
        for number in np.flatnonzero(np.bincount(way + 1)[1:]).tolist():
            mine = way == number
            yield block if mine.all() else block.take(np.flatnonzero(mine)), ways[number]


def _asked_points(block: Block, asked: Truths) -> Block:
    """Return the points in periods that are asked for, and the series that have any."""
    kept = asked[block.period]
    if kept.all():
        return block
    lengths = np.add.reduceat(kept, block.starts[:-1], dtype=np.int64)
    series, points = np.flatnonzero(lengths), np.flatnonzero(kept)
    codes = {name: getattr(block, name)[series] for name in SERIES}
    columns = {name: pick_rows(getattr(block, name), points) for name in POINTS}
    return Block(**codes, **columns, starts=np.append(0, np.cumsum(lengths[series])))


def _over_time_and_groups(
    block: Block, rule: tuple[str, ...], target_of: NDArray[Any], end_of: Codes, factor: Floats
) -> Folded:
    """Return one row per place and target: each series over time, then the series of a place together."""
    target = target_of[block.period]
    begins = np.ones(len(target), dtype=bool)
    np.not_equal(target[1:], target[:-1], out=begins[1:])
    begins[block.starts[:-1]] = True
    starts = np.flatnonzero(begins)
    many = np.add.reduceat(begins, block.starts[:-1], dtype=np.int64)
    here = np.append(new_segments(block.indicator, block.place), len(block.indicator))
    spots = _Spots(series=np.diff(here), targets=many[here[:-1]])
    columns = _over_time(block, rule[0], starts)
    indicator = block.indicator[here[:-1]].astype(np.int64)
    shares = factor[indicator]
    columns = _with_shares(columns, np.repeat(np.repeat(shares, spots.series), many))
    columns = _with_shares(_over_groups(columns, rule[1], spots), np.repeat(shares, spots.targets))
    first = ranges(spots.first, spots.targets)
    last = np.append(starts[1:], len(target))[first] - 1
    once = rule[0] == "last"
    return Folded(
        indicator=np.repeat(indicator, spots.targets),
        place=np.repeat(block.place[here[:-1]].astype(np.int64), spots.targets),
        target=target[starts[first]].astype(np.int64),
        **columns,
        received=np.ones(len(first), dtype=np.int64) if once else last + 1 - starts[first],
        excused=np.zeros(len(first), dtype=np.int64),
        end=end_of[block.period[last]],
        reason=np.full(len(first), -1, dtype=np.int8),
        rules=rule,
        is_share=not is_blank(block.denominator),
    )


@attrs.frozen(eq=False, kw_only=True)
class _Spots:
    """How the segments of series over time stand, indicator and place by indicator and place."""

    #: How many series each has.
    series: Codes
    #: How many targets each of its series says something of: the same ones.
    targets: Codes

    @property
    def first(self) -> Codes:
        """First segment of each."""
        many = self.series * self.targets
        first: Codes = np.cumsum(many) - many
        return first


def _over_time(block: Block, rule: str, starts: Codes) -> dict[str, Floats]:
    ends = np.append(starts[1:], len(block)) - 1
    if rule == "last":
        return {name: pick_rows(getattr(block, name), ends) for name in _NUMBERS}
    if is_blank(block.denominator):
        return {**_blank(len(starts)), "value": _OF_VALUES[rule](block.value, starts)}
    # A share that stands alone is told as it was given.
    value = np.where(starts == ends, pick_rows(block.value, starts), np.nan)
    return {"value": value, **{name: _OF_SHARES[rule](getattr(block, name), starts) for name in _NUMBERS[1:]}}


def _over_groups(columns: dict[str, Floats], rule: str, spots: _Spots) -> dict[str, Floats]:
    """Return one row per place and target: the segments of a place's series, side by side for each target."""
    several = spots.series > 1
    if not several.any():
        return columns
    into = np.cumsum(spots.targets) - spots.targets
    alone = ranges(spots.first[~several], spots.targets[~several])
    many = (spots.series * spots.targets)[several]
    series, targets = (np.repeat(column[several], many) for column in (spots.series, spots.targets))
    nth = ranges(np.zeros(len(many), dtype=np.int64), many)
    target, which = np.divmod(nth, series)
    beside = np.repeat(spots.first[several], many) + which * targets + target
    starts = np.flatnonzero(which == 0)
    to_alone, to_others = (ranges(into[some], spots.targets[some]) for some in (~several, several))
    is_share = not is_blank(columns["denominator"])
    made = {}
    for name, column in columns.items():
        if is_blank(column):
            made[name] = _nans(len(to_alone) + len(to_others))
            continue
        made[name] = np.full(len(to_alone) + len(to_others), np.nan)
        made[name][to_alone] = column[alone]
        if not (is_share and name == "value"):
            made[name][to_others] = _operation(rule, is_share)(column[beside], starts)
    return made


def _operation(rule: str, is_share: bool) -> Operation:
    """Return how a rule combines numbers; one that is not known is never asked for more than one of them."""
    return _OF_SHARES.get(rule, total) if is_share else _OF_VALUES.get(rule, total)


def _nans(count: int) -> Floats:
    return np.broadcast_to(np.nan, count)


def _blank(count: int) -> dict[str, Floats]:
    return dict.fromkeys(_NUMBERS, _nans(count))


def _with_shares(columns: dict[str, Floats], factor: Floats) -> dict[str, Floats]:
    """Fill in the value of shares from numerator and denominator."""
    value, numerator, denominator = (columns[name] for name in _NUMBERS)
    if is_blank(denominator):
        return columns
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = factor * numerator / denominator
    share[denominator == 0] = np.nan
    return {**columns, "value": share if is_blank(value) else np.where(np.isnan(value), share, value)}


# -- what is missing -------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False, kw_only=True)
class _Silence:
    """Missing rows, by indicator, place and target."""

    indicator: Codes
    place: Codes
    target: Codes
    #: Returns that were not due; or, of values that hold for the whole time, whether one was not.
    excused: Codes
    #: Last day of the latest.
    end: Codes
    #: Code of the reason: of the last that was due, else of the last.
    reason: NDArray[np.int8]


def _silence(rows: Rows, of: Truths, target_of: Codes, end_of: Codes, *, once: bool) -> _Silence | None:
    some = np.flatnonzero(of[rows.indicator] & (target_of[rows.period] >= 0))
    if not len(some):
        return None
    keys = [rows.indicator[some].astype(np.int64), rows.place[some].astype(np.int64), target_of[rows.period[some]]]
    order = in_order(keys)
    if order is not None:
        some, keys = some[order], [key[order] for key in keys]
    starts = new_segments(*keys)
    is_excused = IS_EXCUSED[rows.reason[some]]
    numbers = np.arange(len(some))
    owed = np.maximum.reduceat(np.where(is_excused, -1, numbers), starts)
    chosen = np.where(owed >= 0, owed, np.append(starts[1:], len(some)) - 1)
    excused = _excused(keys, (rows.cell if once else rows.period)[some], is_excused, starts, once=once)
    return _Silence(
        indicator=keys[0][starts], place=keys[1][starts], target=keys[2][starts].astype(np.int64), excused=excused,
        end=np.maximum.reduceat(end_of[rows.period[some]], starts), reason=rows.reason[some[chosen]],
    )  # fmt: skip


def _excused(keys: list[Codes], part: Codes, is_excused: Truths, starts: Codes, *, once: bool) -> Codes:
    """Count returns that were not due in any cell; or say whether, in any cell, nothing was due at all."""
    if not is_excused.any():
        return np.zeros(len(starts), dtype=np.int64)
    order = np.lexsort((part, *keys[::-1]))
    parts = new_segments(*(key[order] for key in keys), part[order])
    settled = (np.logical_and if once else np.logical_or).reduceat(is_excused[order], parts)
    spots = np.searchsorted(parts, starts)
    counted = np.add.reduceat(settled, spots, dtype=np.int64)
    return np.minimum(counted, 1) if once else counted


def _keys_of(some: Folded | _Silence) -> Codes:
    """Return indicator, place and target as one number that sorts as they do."""
    return (some.indicator << 40) + (some.place << 20) + some.target


def _with_missing(folded: Folded, silence: _Silence | None, *, once: bool) -> Folded:
    """Return the rows with what is missing: a later gap ends a value that holds; others only leave less."""
    if silence is None:
        return folded
    known, asked = _keys_of(folded), _keys_of(silence)
    at = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    found = known[at] == asked if len(known) else np.zeros(len(asked), dtype=bool)
    ends = found.copy()
    ends[found] = once & (silence.end[found] > folded.end[at[found]])
    columns: dict[str, Any] = {name: getattr(folded, name) for name in _COLUMNS}
    if ends.any():
        for name in _NUMBERS:
            columns[name] = columns[name].copy() if not is_blank(columns[name]) else columns[name]
            if not is_blank(columns[name]):
                columns[name][at[ends]] = np.nan
        for name, value in (("received", 0), ("end", 0), ("reason", silence.reason[ends])):
            columns[name][at[ends]] = value
    counts = found & (ends | (not once))
    columns["excused"][at[counts]] = silence.excused[counts]
    alone = np.flatnonzero(~found)
    if len(alone):
        zero = np.zeros(len(alone), dtype=np.int64)
        more: dict[str, NDArray[Any]] = {**_blank(len(alone)), "received": zero, "end": zero}
        said = ("indicator", "place", "target", "excused", "reason")
        more |= {name: getattr(silence, name)[alone] for name in said}
        columns = {name: joined_rows([columns[name], more[name]]) for name in _COLUMNS}
    return Folded(**columns, rules=folded.rules, is_share=folded.is_share)


# -- places ----------------------------------------------------------------------------------------------------------


def fold_places(folded: Folded, towards: Codes, rules: IndicatorRules) -> Parts:
    """Return partial aggregates by the places asked for.

    Parameters
    ----------
    folded : Folded
        By the places that reported.
    towards : array of int
        For each place of the tree the place asked for that it counts in, or −1.
    rules : IndicatorRules
        The plan's rules, compiled.

    Notes
    -----
    Methodology §3.5.
    """
    place = towards[folded.place]
    inside = place >= 0
    some = np.arange(len(place)) if inside.all() else np.flatnonzero(inside)
    order = in_order([key[some] for key in (folded.indicator, place, folded.target, folded.place)])
    some = some if order is None else some[order]
    keys = [key[some] for key in (folded.indicator, place, folded.target)]
    starts = new_segments(*keys)
    columns = {name: pick_rows(getattr(folded, name), some) for name in (*_NUMBERS, "received", "end", "reason")}
    if len(starts) < len(some):
        columns = _over_places(columns, folded, starts)
    keys = [key[starts] for key in keys]
    numbers = _with_shares({name: columns[name] for name in _NUMBERS}, rules.factor[keys[0]])
    is_told = ~np.isnan(numbers["value"]) | ~np.isnan(numbers["denominator"])
    nothing, none = _nans(len(starts)), np.broadcast_to(np.int64(0), len(starts))
    return Parts(
        indicator=keys[0],
        place=keys[1],
        target=keys[2],
        cell=none,
        values=Values(
            **numbers, unknown=nothing, low=nothing, high=nothing, weight=nothing, at=none,
            refused=np.broadcast_to(np.int8(0), len(starts)),
        ),
        period=np.broadcast_to(np.int64(-1), len(starts)),
        end=columns["end"],
        reason=np.where(is_told, np.int8(-1), columns["reason"]),
        count=columns["received"],
        short=none,
        touched=np.broadcast_to(False, len(starts)),
        source=np.arange(len(starts)),
    )  # fmt: skip


def _over_places(columns: dict[str, NDArray[Any]], folded: Folded, starts: Codes) -> dict[str, NDArray[Any]]:
    """Combine rows of places that count in one; a share that stands alone is told as it was given."""
    operation = _operation(folded.rules[2], folded.is_share)
    numbers = {name: _nans(len(starts)) for name in _NUMBERS}
    numbers |= {name: operation(columns[name], starts) for name in _NUMBERS if not is_blank(columns[name])}
    if folded.is_share:
        many = np.add.reduceat(~np.isnan(columns["denominator"]), starts, dtype=np.int64)
        numbers["value"] = np.where(many == 1, total(columns["value"], starts), np.nan)
    return {
        **numbers,
        "received": np.add.reduceat(columns["received"], starts),
        "end": np.maximum.reduceat(columns["end"], starts),
        "reason": _last_reason(columns["reason"], starts),
    }


def _last_reason(reason: NDArray[np.int8], starts: Codes) -> NDArray[np.int8]:
    """Return of each segment the last reason of what was due, else the last."""
    if not (reason >= 0).any():
        return reason[starts]
    numbers, found = np.arange(len(reason)), np.full(len(starts), -1, dtype=np.int8)
    for some in (reason >= 0, (reason >= 0) & ~IS_EXCUSED[reason]):
        row = np.maximum.reduceat(np.where(some, numbers, -1), starts)
        found = np.where(row >= 0, reason[row], found).astype(np.int8)
    return found


def said_of(folded: Folded) -> Said:
    """Return what was said of each indicator, place and period asked for."""
    return Said(
        indicator=folded.indicator,
        place=folded.place,
        target=folded.target,
        received=folded.received,
        excused=folded.excused,
        filled=np.broadcast_to(np.int64(0), len(folded)),
    )
