"""The whole way of adding up, axis after axis: vintage, time, groups, places.  Methodology §3.2.

``add_up`` is what :func:`cpas.aggregate` runs, and what :func:`cpas.explain` runs again for one indicator with a
trace, so that an explanation cannot differ from the number it explains.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import partial

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.axes import along_groups, along_places, along_time
from cpas.methods.aggregation.due import Reported, reported_in
from cpas.methods.aggregation.epochs import Epoch, epochs_of, join_returns, targets_in
from cpas.methods.aggregation.filling import Filled, fill_gaps
from cpas.methods.aggregation.finishing import finished
from cpas.methods.aggregation.folding import Folded, fold, fold_places
from cpas.methods.aggregation.ground import Ground, lay_ground
from cpas.methods.aggregation.over_groups import (
    Difference,
    Margins,
    read_margins,
)
from cpas.methods.aggregation.over_time import by_target
from cpas.methods.aggregation.parts import Parts, Step, join_parts
from cpas.methods.aggregation.plain import plain_indicators
from cpas.methods.aggregation.returns import Returns, Said, count_returns, said_in
from cpas.methods.aggregation.rules import IndicatorRules, compile_rules, with_averages
from cpas.methods.aggregation.spans import Spans, spans_of
from cpas.model import Methodology
from cpas.tables.aggregates import Cells, Request
from cpas.tables.blocks import Packed
from cpas.tables.known import recorded_later
from cpas.tables.observations import Observations
from cpas.tables.regularity import Regularity
from cpas.tables.rows import moment
from cpas.tables.trees import PlaceTree

__all__ = ["Sums", "add_up", "known_rows", "towards_asked"]

Codes = NDArray[np.int64]


@attrs.frozen(eq=False, kw_only=True)
class Sums:
    """What adding up gives, before it is put into a table."""

    #: One row per indicator × period × place × group.
    cells: Cells
    #: The cells of groups that remain.
    groups: tuple[tuple[str, ...], ...]
    #: Code of why a row was refused, by row of `cells`; 0 where it was not.
    refused: NDArray[np.int8]
    #: Totals given that are not the sum of their parts.
    differences: list[Difference]
    #: Gaps that were filled.
    filled: tuple[Filled, ...]
    #: Row of the last step that each row of `cells` comes from; −1 for a gap.
    source: Codes


def known_rows(observations: Observations, request: Request, only: Codes | None = None) -> Codes:
    """Return the rows of the store that are of the vintage asked for and not withdrawn."""
    store = observations.store
    as_of = None if request.as_of is None else moment(request.as_of)
    picked = store.pick(as_of=as_of, first=request.vintage == "first")
    if only is not None:
        picked = picked[np.isin(store.indicator[picked], only)]
    return picked[~store.is_withdrawn[picked]]


def add_up(
    observations: Observations,
    request: Request,
    methodology: Methodology,
    *,
    only: Codes | None = None,
    at: int | None = None,
    trace: list[Step] | None = None,
) -> Sums:
    """Return the aggregates of observations.

    Parameters
    ----------
    observations : Observations
        The values.
    request : Request
        What is asked for.
    methodology : Methodology
        By which methods.
    only : array of int, optional
        Numbers of the indicators to add up; all where none are given.
    at : int, optional
        Number of the one place to roll up to, in place of those of the request.
    trace : list of Step, optional
        Takes the three steps, for following numbers back; ask for one period then.

    Notes
    -----
    Methodology §3.2.
    """
    plan = observations.plan
    rules = compile_rules(plan) if methodology.bare_ratios is None else with_averages(compile_rules(plan))
    asked = _Asked(observations, request, methodology, rules, only, at, trace)
    is_whole = only is None and at is None and trace is None
    folded, others = _folded(asked) if is_whole else (_nothing_folded(asked), observations)
    start = None if others is None else _start(asked, others)
    groups = folded.margins.cells if start is None else start.margins.cells
    # What rows imply may be of cells that no row names.
    cell_of = np.array([groups.index(cell) for cell in folded.margins.cells], dtype=np.int64)
    epochs = epochs_of(plan, observations.tree, request.spans)
    differences, pieces, due, late = list[Difference](), list[Parts](), list[Returns](), list[Codes]()
    for epoch in epochs:
        towards = towards_asked(epoch.tree, request, at)
        said, reported = [one.lot.said() for one in folded.lots], [*folded.reported]
        pieces += [fold_places(one, towards, rules, cell_of) for one in folded.lots]
        if start is not None:
            placed, mine, found = _one_by_one(asked, start, epoch, towards)
            pieces.append(placed)
            said.append(mine)
            reported.append(start.reported)
            differences += found
        if request.as_of is not None:
            late.append(_late(observations, request, towards, epoch))
        count = partial(
            count_returns,
            said,
            reported,
            plan=plan,
            tree=epoch.tree,
            towards=None if request.places == "each" and at is None else towards,
            targets=request.spans,
            rules=rules,
            is_observed=request.by is None,
            only=only,
        )
        # What is due and came is the same whatever the numbers are.
        due.append(count() if start is not None else folded.once(request, towards, count))
    done = finished(
        join_parts(pieces), join_returns(due, epochs), groups, rules, request.spans, methodology, late, plan
    )
    return Sums(
        cells=done.cells,
        groups=groups,
        refused=done.refused,
        differences=differences,
        filled=() if start is None else start.filled,
        source=done.source,
    )


@attrs.frozen(eq=False)
class _Asked:
    """What is asked for."""

    observations: Observations
    request: Request
    methodology: Methodology
    rules: IndicatorRules
    only: Codes | None
    at: int | None
    trace: list[Step] | None

    @property
    def kept(self) -> list[int]:
        """Positions of the dimensions that are kept."""
        dimensions = self.observations.plan.dimensions
        return [n for n, dimension in enumerate(dimensions) if dimension.id in self.request.groups]

    def margins_of(self, cells: Sequence[tuple[str, ...]]) -> Margins:
        """Return the cells of a table, seen from the dimensions that are kept."""
        return read_margins(cells, self.kept)


# -- what raises no question ---------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class _Folded:
    """What plain indicators make by place and kept cell, and who reported it."""

    margins: Margins
    lots: Sequence[Folded] = ()
    reported: Sequence[Reported] = ()
    packed: Packed | None = None
    key: Hashable = None

    def once(self, request: Request, towards: Codes, count: Callable[[], Returns]) -> Returns:
        """Return what was due and came, counted once for a table and a request."""
        if self.packed is None:
            return count()
        asked = (request.by is None, request.places == "each", request.spans, towards.tobytes())
        return self.packed.once((count_returns, self.key, *asked), count)


def _nothing_folded(asked: _Asked) -> _Folded:
    return _Folded(asked.margins_of(()))


def _folded(asked: _Asked) -> tuple[_Folded, Observations | None]:
    """Return what plain indicators make by place, and the observations of the others where there are any."""
    observations, request = asked.observations, asked.request
    if request.vintage == "first" and len(observations.packed.history):
        return _nothing_folded(asked), observations
    known = observations if request.as_of is None else observations.known_at(moment(request.as_of))
    packed, regular = known.packed, known.regularity
    spans = spans_of(observations.periods, request.spans)
    plain = plain_indicators(observations.plan, packed, regular, request, asked.methodology, asked.rules, spans)
    if not plain.any():
        return _nothing_folded(asked), observations
    has_rows = np.zeros(len(plain), dtype=bool)
    has_rows[: len(observations.packed.first_rows) - 1] = np.diff(observations.packed.first_rows) > 0
    others = np.flatnonzero(has_rows & ~plain)
    margins, key = asked.margins_of(packed.cells), (asked.rules, plain.tobytes())
    lots = fold(packed, plain, spans, asked.rules, margins.projected)
    folded = _Folded(margins, lots, [_reported(regular, plain)], packed, key)
    return folded, observations.with_only(others) if len(others) else None


def _reported(regular: Regularity, plain: NDArray[np.bool_]) -> Reported:
    """Return who reported what was folded."""
    some = plain[regular.spots[0]]
    pairs = regular.spots if some.all() else (regular.spots[0][some], regular.spots[1][some])
    return Reported(pairs=pairs, frequencies=regular.frequencies, usual=np.where(plain, regular.frequency, -1))


# -- what does, row by row -----------------------------------------------------------------------------------------


@attrs.frozen(eq=False, kw_only=True)
class _Start:
    """Rows as adding up one by one starts from them."""

    ground: Ground
    filled: tuple[Filled, ...]
    spans: Spans
    margins: Margins
    leaf: Parts
    reported: Reported


def _start(asked: _Asked, observations: Observations) -> _Start:
    plan, request, rules = observations.plan, asked.request, asked.rules
    as_of = None if request.as_of is None else moment(request.as_of)
    ground = lay_ground(observations, known_rows(observations, request, asked.only), asked.kept, rules, as_of)
    ground, filled = fill_gaps(observations, ground, asked.methodology.gaps)
    spans = spans_of(ground.rows.periods, request.spans)
    return _Start(
        ground=ground,
        filled=filled,
        spans=spans,
        margins=asked.margins_of(ground.rows.cells),
        leaf=by_target(ground, spans, rules, pro_rata=asked.methodology.straddle == "per_day"),
        reported=reported_in(ground, plan),
    )


def _one_by_one(asked: _Asked, start: _Start, epoch: Epoch, towards: Codes) -> tuple[Parts, Said, list[Difference]]:
    """Return what rows make axis after axis, what was said, and totals that are not the sum of their parts."""
    tree, margins, rules, trace = epoch.tree, start.margins, asked.rules, asked.trace
    mine = targets_in(start.leaf, epoch)
    over, found = along_time(mine, tree, margins, towards, rules, asked.methodology, trace)
    grouped, more = along_groups(over, margins, rules, asked.methodology, trace)
    placed, still_more = along_places(grouped, tree, towards, rules, trace)
    return placed, said_in(mine, over, rules), [*found, *more, *still_more]


def towards_asked(tree: PlaceTree, request: Request, at: int | None = None) -> Codes:
    """Return for each place the place asked for that it counts in, or −1.

    Parameters
    ----------
    tree : PlaceTree
        The places.
    request : Request
        What is asked for.
    at : int, optional
        Number of the one place to roll up to, in place of those of the request.

    Notes
    -----
    Methodology §3.5.
    """
    if at is not None:
        return tree.towards([at])
    if request.places == "each":
        return np.arange(len(tree.ids))
    return tree.towards([tree.root] if request.places == "all" else tree.at_level(request.places))


def _late(observations: Observations, request: Request, towards: Codes, epoch: Epoch) -> Codes:
    """Return rows (indicator, place asked for, period) of values that were recorded only after `as_of`."""
    packed, then = observations.packed, moment(request.as_of)
    later = packed.once((recorded_later, then), lambda: recorded_later(packed, then))
    spans = spans_of(observations.periods, request.spans)
    row, target = spans.known_in.of(later["period"])
    if epoch.targets is not None:
        mine = np.isin(target, epoch.targets)
        row, target = row[mine], target[mine]
    return np.stack([later["indicator"][row], towards[later["place"][row]], target], axis=1)
