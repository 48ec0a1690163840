"""Where the points of plain indicators go: everything of adding up that does not look at a number.  Methodology §3.2.

Which points make one value follows from who reported when, and from what is asked; not from what was reported. So it is
made once for a table and a request, and kept with the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.methods.aggregation.returns import Said
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.silence import note_silence, silence_of
from cpas.methods.aggregation.spans import Spans
from cpas.tables.blocks import POINTS, SERIES, Block, Packed, ranges
from cpas.tables.rows import in_order, is_blank, new_segments, pick_rows

__all__ = ["Beside", "Layout", "Lot", "Towards", "lay_out"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Beside:
    """How segments of series stand where a place gives several cells: all those of one target side by side."""

    #: Segments of series that are the only one of their place, and the rows they go to.
    alone: Codes
    to_alone: Codes
    #: Segments of the others, target by target, where each target begins, and the rows they go to.
    others: Codes
    starts: Codes
    to_others: Codes


@attrs.frozen(eq=False, kw_only=True)
class Towards:
    """How the rows of places stand that count in one place asked for."""

    #: Rows of the layout, those together that make one value.
    rows: Codes
    #: First of each.
    starts: Codes
    #: Number of the indicator of each.
    indicator: Codes
    #: Number of the place asked for of each.
    place: Codes
    #: Number of the period asked for of each.
    target: Codes


@attrs.frozen(eq=False, kw_only=True)
class Lot:
    """Rows of plain indicators of the same rules, by place and period asked for: what each is about, and what came."""

    #: The rules over time, group and place.
    rules: tuple[str, ...]
    #: Whether values are shares, made of numerators and denominators.
    is_share: bool
    #: Number of the indicator.
    indicator: Codes
    #: Number of the place that reported.
    place: Codes
    #: Number of the period asked for.
    target: Codes
    #: Returns that came; of a value that holds for the whole time, one.
    received: Codes
    #: Returns that were not due.
    excused: Codes
    #: Last day of the latest value, as an ordinal; 0 where there is none.
    end: Codes
    #: Code of the reason why there is no value, or −1.
    reason: NDArray[np.int8]
    _towards: dict[bytes, Towards] = field(factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        return len(self.indicator)

    def towards(self, towards: Codes) -> Towards:
        """Return the rows by the places asked for.

        Parameters
        ----------
        towards : array of int
            For each place of the tree the place asked for that it counts in, or −1.
        """
        key = towards.tobytes()
        if key not in self._towards:
            self._towards.clear()
            self._towards[key] = _by_place(self, towards)
        return self._towards[key]

    def said(self) -> Said:
        """Return what was said of each indicator, place and period asked for."""
        names = ("indicator", "place", "target", "received", "excused")
        return Said(**{name: getattr(self, name) for name in names}, filled=np.broadcast_to(np.int64(0), len(self)))


@attrs.frozen(eq=False, kw_only=True)
class Layout:
    """Which points make the rows of a lot."""

    #: The rows.
    lot: Lot
    #: The points in periods that are asked for.
    block: Block
    #: First point of each segment: one series in one target.
    starts: Codes
    #: Number of the indicator of each segment, where values are shares.
    of_segments: Codes | None
    #: How segments stand beside one another, where places give several cells.
    beside: Beside | None
    #: Rows whose value is ended by a later gap.
    ended: Codes
    #: How many rows stand last that no point makes: nothing came.
    silent: int


def lay_out(packed: Packed, plain: Truths, spans: Spans, rules: IndicatorRules) -> list[Layout]:
    """Return the layouts of plain indicators, one for each way of adding up; the last few are kept with the table.

    Parameters
    ----------
    packed : Packed
        The observations.
    plain : array of bool
        Which indicators, from ``plain_indicators``.
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
    asked = (target_of >= 0).all()

    def make() -> list[Layout]:
        return [
            _layout(packed, block if asked else _asked_points(block, target_of >= 0), rule, target_of, spans.end, mine)
            for block, rule, mine in _lots(packed, plain, rules)
        ]

    return packed.once((lay_out, rules, target_of.tobytes(), plain.tobytes()), make)


def _lots(packed: Packed, plain: Truths, rules: IndicatorRules) -> Iterator[tuple[Block, tuple[str, ...], Truths]]:
    """Yield series that are combined by the same rules, the rules, and whose they are."""
    ways, way_of = rules.ways
    for block in packed.blocks:
        way = np.where(plain[block.indicator], way_of[block.indicator], -1)
        for number in np.flatnonzero(np.bincount(way + 1)[1:]).tolist():
            chosen, mine = way == number, np.zeros(len(plain), dtype=bool)
            mine[block.indicator[chosen]] = True
            yield block if chosen.all() else block.take(np.flatnonzero(chosen)), ways[number], mine


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


def _layout(
    packed: Packed, block: Block, rule: tuple[str, ...], target_of: NDArray[Any], end_of: Codes, mine: Truths
) -> Layout:
    target = target_of[block.period]
    begins = np.ones(len(target), dtype=bool)
    np.not_equal(target[1:], target[:-1], out=begins[1:])
    begins[block.starts[:-1]] = True
    starts = np.flatnonzero(begins)
    many = np.add.reduceat(begins, block.starts[:-1], dtype=np.int64)
    here = np.append(new_segments(block.indicator, block.place), len(block.indicator))
    # The series of a place say something of the same targets.
    series, targets = np.diff(here), many[here[:-1]]
    first_of = np.cumsum(series * targets) - series * targets
    indicator, is_share = block.indicator[here[:-1]].astype(np.int64), not is_blank(block.denominator)
    first = ranges(first_of, targets)
    last = np.append(starts[1:], len(target))[first] - 1
    once = rule[0] == "last"
    rows: dict[str, NDArray[Any]] = {
        "indicator": np.repeat(indicator, targets),
        "place": np.repeat(block.place[here[:-1]].astype(np.int64), targets),
        "target": target[starts[first]].astype(np.int64),
        "received": np.ones(len(first), dtype=np.int64) if once else last + 1 - starts[first],
        "excused": np.zeros(len(first), dtype=np.int64),
        "end": end_of[block.period[last]],
        "reason": np.full(len(first), -1, dtype=np.int8),
    }
    ended, silent = note_silence(rows, silence_of(packed.missing, mine, target_of, end_of, once=once), once=once)
    return Layout(
        lot=Lot(rules=rule, is_share=is_share, **rows),
        block=block,
        starts=starts,
        of_segments=np.repeat(indicator, series * targets) if is_share else None,
        beside=_beside(series, targets, first_of) if (series > 1).any() else None,
        ended=ended,
        silent=silent,
    )


def _beside(series: Codes, targets: Codes, first: Codes) -> Beside:
    several, into = series > 1, np.cumsum(targets) - targets
    many = (series * targets)[several]
    of_series, of_targets = (np.repeat(column[several], many) for column in (series, targets))
    nth: Codes = ranges(np.zeros(len(many), dtype=np.int64), many)
    target, which = nth // of_series, nth % of_series
    return Beside(
        alone=ranges(first[~several], targets[~several]),
        to_alone=ranges(into[~several], targets[~several]),
        others=np.repeat(first[several], many) + which * of_targets + target,
        starts=np.flatnonzero(which == 0),
        to_others=ranges(into[several], targets[several]),
    )


# -- places ----------------------------------------------------------------------------------------------------------


def _by_place(lot: Lot, towards: Codes) -> Towards:
    place = towards[lot.place]
    inside = place >= 0
    rows = np.arange(len(place)) if inside.all() else np.flatnonzero(inside)
    order = in_order([key[rows] for key in (lot.indicator, place, lot.target, lot.place)])
    rows = rows if order is None else rows[order]
    keys = [key[rows] for key in (lot.indicator, place, lot.target)]
    starts = new_segments(*keys)
    indicator, place, target = (key[starts] for key in keys)
    return Towards(rows=rows, starts=starts, indicator=indicator, place=place, target=target)
