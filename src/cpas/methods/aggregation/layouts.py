"""Where the points of plain indicators go: everything of adding up that does not look at a number.  Methodology §3.2.

Which points make one value follows from who reported when, and from what is asked; not from what was reported. So it is
made once for a table and a request, and kept with the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.methods.aggregation.returns import Said
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.silence import note_silence, silence_of
from cpas.methods.aggregation.spans import Spans
from cpas.tables.blocks import POINTS, SERIES, Block, Packed, ranges
from cpas.tables.keys import in_order, new_segments
from cpas.tables.rows import is_blank, pick_rows

__all__ = ["Beside", "Layout", "Lot", "Towards", "lay_out"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]

_SAID: Final = ("indicator", "place", "target", "received", "excused")


@attrs.frozen(eq=False, kw_only=True)
class Beside:
    """How segments of series stand where several make one: all those of one target side by side."""

    #: Segments of series that are the only one of their place and kept cell, and the rows they go to.
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
    #: Number of the kept cell of each.
    cell: Codes
    #: Number of the period asked for of each.
    target: Codes


@attrs.frozen(eq=False, kw_only=True)
class Lot:
    """Rows of plain indicators of the same rules: what each is about, and what came.

    A row is an indicator × place that reported × kept cell × period asked for.
    """

    #: The rules over time, group and place.
    rules: tuple[str, ...]
    #: Whether values are shares, made of numerators and denominators.
    is_share: bool
    #: Number of the indicator.
    indicator: Codes
    #: Number of the place that reported.
    place: Codes
    #: Number of the kept cell.
    cell: Codes
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
    #: What was said of each place and period, where several cells are kept; else the rows say it.
    of_places: Said | None = None
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
        return _said({name: getattr(self, name) for name in _SAID}) if self.of_places is None else self.of_places


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


def lay_out(packed: Packed, plain: Truths, spans: Spans, rules: IndicatorRules, cell_of: Codes) -> list[Layout]:
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
    cell_of : array of int
        Number of the kept cell of each cell of the table.

    Notes
    -----
    Methodology §3.2.
    """
    target_of = np.full(len(packed.periods), -1, dtype=np.min_scalar_type(-len(spans.target_end) - 1))
    target_of[spans.inside.count > 0] = spans.inside.target
    asked = (target_of >= 0).all()

    def laid(block: Block, rule: tuple[str, ...], mine: Truths) -> Layout:
        points = block if asked else _asked_points(block, target_of >= 0)
        return _layout(packed, _by_kept_cell(points, cell_of), rule, target_of, spans.end, cell_of, mine)

    def make() -> list[Layout]:
        return [laid(*lot) for lot in _lots(packed, plain, rules)]

    return packed.once((lay_out, rules, target_of.tobytes(), plain.tobytes(), cell_of.tobytes()), make)


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


def _by_kept_cell(block: Block, cell_of: Codes) -> Block:
    """Return series whose kept cells stand together at each place, in each as they stood."""
    order = in_order([block.indicator, block.place, cell_of[block.cell]])
    return block if order is None else block.take(order)


def _layout(
    packed: Packed,
    block: Block,
    rule: tuple[str, ...],
    target_of: NDArray[Any],
    end_of: Codes,
    cell_of: Codes,
    mine: Truths,
) -> Layout:
    target = target_of[block.period]
    begins = np.ones(len(target), dtype=bool)
    np.not_equal(target[1:], target[:-1], out=begins[1:])
    begins[block.starts[:-1]] = True
    starts, once = np.flatnonzero(begins), rule[0] == "last"
    # The series of a place say something of the same targets.
    many = np.add.reduceat(begins, block.starts[:-1], dtype=np.int64)
    made = _Segments(block, target, end_of[block.period], starts, many)

    def noted(rows: _Rows, cell_of: Codes) -> tuple[dict[str, NDArray[Any]], Codes, int]:
        silence = silence_of(packed.missing, mine, target_of, end_of, cell_of, once=once)
        return rows.columns, *note_silence(rows.columns, silence, once=once)

    rows = made.rows(cell_of, once=once)
    columns, ended, silent = noted(rows, cell_of)
    of_places = None
    if cell_of.any():
        all_cells = np.zeros_like(cell_of)
        of_places = _said(noted(made.rows(all_cells, once=once), all_cells)[0])
    is_share = not is_blank(block.denominator)
    return Layout(
        lot=Lot(rules=rule, is_share=is_share, of_places=of_places, **columns),
        block=block,
        starts=starts,
        of_segments=np.repeat(block.indicator.astype(np.int64), many) if is_share else None,
        beside=_beside(rows.series, rows.targets, rows.first) if (rows.series > 1).any() else None,
        ended=ended,
        silent=silent,
    )


@attrs.frozen(eq=False)
class _Rows:
    """Rows that series make, and how their segments stand."""

    #: How many series make the rows of each place and kept cell, how many targets they have, and the first segment.
    series: Codes
    targets: Codes
    first: Codes
    #: The rows, as columns of a lot.
    columns: dict[str, NDArray[Any]]


@attrs.frozen(eq=False)
class _Segments:
    """Series in pieces: a segment is what one of them says of one target."""

    block: Block
    #: Target, and last day as an ordinal, of each point.
    target: Codes
    end: Codes
    #: First point of each segment.
    starts: Codes
    #: How many segments each series has.
    many: Codes

    def rows(self, cell_of: Codes, *, once: bool) -> _Rows:
        """Return one row for all segments of a place, kept cell and target."""
        block, cell = self.block, cell_of[self.block.cell]
        here = np.append(new_segments(block.indicator, block.place, cell), len(block.indicator))
        series, targets = np.diff(here), self.many[here[:-1]]
        first_of = np.cumsum(series * targets) - series * targets
        first = ranges(first_of, targets)
        last = np.append(self.starts[1:], len(self.target))[first] - 1
        of_series = {"indicator": block.indicator, "place": block.place, "cell": cell}
        columns: dict[str, NDArray[Any]] = {
            name: np.repeat(column[here[:-1]].astype(np.int64), targets) for name, column in of_series.items()
        }
        columns |= {
            "target": self.target[self.starts[first]].astype(np.int64),
            "received": np.ones(len(first), dtype=np.int64) if once else last + 1 - self.starts[first],
            "excused": np.zeros(len(first), dtype=np.int64),
            "end": self.end[last],
            "reason": np.full(len(first), -1, dtype=np.int8),
        }
        return _Rows(series, targets, first_of, columns)


def _said(columns: Mapping[str, NDArray[Any]]) -> Said:
    mine = {name: columns[name] for name in _SAID}
    return Said(**mine, filled=np.broadcast_to(np.int64(0), len(mine["indicator"])))


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
    order = in_order([key[rows] for key in (lot.indicator, place, lot.cell, lot.target, lot.place)])
    rows = rows if order is None else rows[order]
    keys = [key[rows] for key in (lot.indicator, place, lot.cell, lot.target)]
    starts = new_segments(*keys)
    indicator, place, cell, target = (key[starts] for key in keys)
    return Towards(rows=rows, starts=starts, indicator=indicator, place=place, cell=cell, target=target)
