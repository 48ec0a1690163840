"""Adding up what does not fit into memory: piece by piece, each as if it were all there is.  Methodology §3.2.

A piece holds all rows of its indicators, and no rule of adding up looks from one indicator to another. Formulas do,
and are worked out after all the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import CpasError
from cpas.methods.aggregation.calculated import with_formulas
from cpas.methods.aggregation.condensed import Condensed, condense, may_condense
from cpas.methods.aggregation.finishing import finished
from cpas.methods.aggregation.folding import fold_places
from cpas.methods.aggregation.notices import notices
from cpas.methods.aggregation.parts import join_parts
from cpas.methods.aggregation.pipeline import Sums, add_up, towards_asked
from cpas.methods.aggregation.plain import asks_for_wholes
from cpas.methods.aggregation.returns import count_returns
from cpas.methods.aggregation.rules import IndicatorRules, compile_rules, with_averages
from cpas.methods.aggregation.spans import spans_of
from cpas.methods.aggregation.timing import timing_of
from cpas.methods.formulas import Reference, read_formula, references
from cpas.model import Indicator, Methodology, Plan
from cpas.model.places import UNKNOWN
from cpas.periods import Period
from cpas.tables.aggregates import Cells, Request
from cpas.tables.data_remarks import by_persons, outside_plan, without_unknown
from cpas.tables.lazy import LazyObservations, Piece
from cpas.tables.lazy_answers import members_of
from cpas.tables.lazy_asked import Asked, can_be_asked
from cpas.tables.lazy_query import leaves_of
from cpas.tables.leaves import Leaves, joined_leaves
from cpas.tables.leaves_dense import dense_leaves, is_dense
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remark
from cpas.waiting import watched

__all__ = ["add_up_lazily", "indicators_behind"]

Codes = NDArray[np.int64]


def add_up_lazily(
    observations: LazyObservations, request: Request, methodology: Methodology, *, progress_bar: bool | None = False
) -> tuple[Sums, list[Remark]]:
    """Return the aggregates of observations that stay where they are, formulas worked out, with all remarks.

    Parameters
    ----------
    observations : LazyObservations
        The values.
    request : Request
        What is asked for.
    methodology : Methodology
        By which methods.
    progress_bar : bool, optional
        Whether to show how far it is; where somebody looks on if not said.

    Raises
    ------
    ObservationError
        If rows cannot be used.
    """
    if observations.is_few:
        return _at_once(observations.collect(), request, methodology)
    plan, shown = observations.plan, partial(watched, what="Adding up", progress_bar=progress_bar)
    remarks, made = list[Remark](), list[Sums]()
    outside: dict[Period, int] = {}
    done = np.zeros(len(plan.indicators), dtype=bool)
    for condensed, sums in shown(_condensed(observations, request, methodology)):
        done |= condensed.plain
        _count_periods(observations.periods, condensed.rows_of_period, outside)
        remarks += [*_without_unknown(condensed, plan), *notices(observations, request, sums)]
        made.append(sums)
        del condensed
    for piece in shown(observations.pieces(np.flatnonzero(~done))):
        only = None if len(piece.numbers) == len(plan.indicators) else piece.numbers
        sums = add_up(piece.observations, request, methodology, only=only)
        remarks += _noticed(piece, request, sums)
        store = piece.observations.store
        _count_periods(store.periods, np.bincount(store.period, minlength=len(store.periods)), outside)
        made.append(_by_itself(sums))
    remarks += _outside_plan(plan, outside)
    sums, more = _with_formulas(observations, request, methodology, joined_sums(made))
    return sums, remarks + more


def _at_once(observations: Observations, request: Request, methodology: Methodology) -> tuple[Sums, list[Remark]]:
    """Return the aggregates of rows that are all in memory, with all remarks."""
    sums, remarks = with_formulas(observations, request, methodology, add_up(observations, request, methodology))
    return sums, [*observations.remarks, *remarks, *notices(observations, request, sums)]


# -- where the rows lie --------------------------------------------------------------------------------------------


def _condensed(
    observations: LazyObservations, request: Request, methodology: Methodology
) -> Iterator[tuple[Condensed, Sums]]:
    """Yield what could be folded of what an engine made, part by part where no indicator is in two of them."""
    plan, census = observations.plan, observations.census
    if request.as_of is not None or not asks_for_wholes(plan, request, methodology):
        return
    if not can_be_asked(observations):
        return
    rules = compile_rules(plan) if methodology.bare_ratios is None else with_averages(compile_rules(plan))
    mine = may_condense(plan, rules)
    rows = census.rows_of(len(plan.indicators))
    spans = spans_of(census.periods, request.spans)
    timing = timing_of(list(census.words.items()), census.periods, spans)
    if timing is None or not (mine & (rows > 0)).any():
        return
    over_time = np.where(mine, rules.rules["time"], "")
    asked = Asked(
        observations=observations,
        calendar=timing.calendar,
        want_last=over_time == "last",
        want_least=np.isin(over_time, ("min", "worst")),
        want_greatest=over_time == "max",
    )
    for leaves in _parted(asked):
        condensed = condense(leaves, timing, plan, observations.tree, rules, rows)
        del leaves
        if condensed.plain.any():
            yield condensed, _finished(condensed, observations, request, methodology, rules)
        del condensed


def _by_themselves(leaves: Leaves) -> Leaves:
    return joined_leaves([leaves])


def _parted(asked: Asked) -> Iterator[Leaves]:
    """Yield leaves, all of an indicator together: part by part where that is so of the table, else all at once."""
    found = dense_leaves(asked) if is_dense(asked) else leaves_of(asked)
    if asked.observations.census.is_parted:
        # Nothing here holds on to the leaves of a part while the next is read.
        yield from map(_by_themselves, found)
        return
    whole: Leaves | None = None
    for leaves in found:
        # Merged at once, so that no more is kept than there are leaves.
        whole = joined_leaves([leaves] if whole is None else [whole, leaves])
    if whole is not None:
        yield whole


def _finished(
    condensed: Condensed,
    observations: LazyObservations,
    request: Request,
    methodology: Methodology,
    rules: IndicatorRules,
) -> Sums:
    """Return the aggregates of what was folded."""
    plan, tree = observations.plan, observations.tree
    towards = towards_asked(tree, request)
    returns = count_returns(
        [one.lot.said() for one in condensed.folded],
        condensed.reported,
        plan=plan,
        tree=tree,
        towards=None if request.places == "each" else towards,
        targets=request.spans,
        rules=rules,
        is_observed=request.by is None,
        only=np.flatnonzero(condensed.plain),
    )
    parts = join_parts([fold_places(one, towards, rules, np.zeros(1, dtype=np.int64)) for one in condensed.folded])
    done = finished(parts, returns, ((),), rules, request.spans, methodology, [], plan)
    return Sums(cells=done.cells, groups=((),), refused=done.refused, differences=[], filled=(), source=done.source)


def joined_sums(pieces: list[Sums]) -> Sums:
    """Return what several tables make, no two of which have an indicator in common, as what one would."""
    groups = tuple(sorted({cell for sums in pieces for cell in sums.groups}))
    number = {cell: code for code, cell in enumerate(groups)}
    numbered = []
    for sums in pieces:
        codes = np.array([number[cell] for cell in sums.groups], dtype=np.int64)
        numbered.append(attrs.evolve(sums.cells, cell=codes[sums.cells.cell]))
    names = [attribute.name for attribute in attrs.fields(Cells)]
    cells = Cells(**{name: np.concatenate([getattr(some, name) for some in numbered]) for name in names})
    order = np.lexsort((cells.cell, cells.place, cells.period, cells.indicator))
    return Sums(
        cells=cells.take(order),
        groups=groups,
        refused=np.concatenate([sums.refused for sums in pieces])[order],
        differences=[],
        filled=(),
        source=np.full(len(order), -1, dtype=np.int64),
    )


def _by_itself(sums: Sums) -> Sums:
    """Leave out what only the notices of a piece are made from."""
    return attrs.evolve(sums, differences=[], filled=())


# -- remarks ---------------------------------------------------------------------------------------------------


def _noticed(piece: Piece, request: Request, sums: Sums) -> Iterator[Remark]:
    """Yield what is noticed in a piece and in what it makes; of calculated indicators that is said later."""
    plan = piece.observations.plan
    yield from (remark for remark in piece.observations.remarks if remark.code != "outside_plan")
    is_calculated = np.array([i.formula is not None for i in plan.indicators] + [False])
    kept = np.flatnonzero(~is_calculated[sums.cells.indicator])
    observed = attrs.evolve(sums, cells=sums.cells.take(kept), refused=sums.refused[kept], source=sums.source[kept])
    yield from notices(piece.observations, request, observed)


def _count_periods(periods: Sequence[Period], counts: Codes, rows: dict[Period, int]) -> None:
    """Add how many rows there are for each period."""
    for period, count in zip(periods, counts.tolist(), strict=True):
        rows[period] = rows.get(period, 0) + count


def _without_unknown(condensed: Condensed, plan: Plan) -> Iterator[Remark]:
    """Yield what the reader remarks on persons that are broken down without those of whom it is not known."""
    indicator, cell = condensed.cells
    members = members_of(cell.tolist(), plan)
    for position, dimension in enumerate(plan.dimensions):
        unknown = 1 + dimension.vocabulary.index(UNKNOWN)
        some = members[:, position] > 0
        without = np.setdiff1d(indicator[some], indicator[members[:, position] == unknown])
        yield from (without_unknown(plan, number, position) for number in without[by_persons(plan)[without]].tolist())


def _outside_plan(plan: Plan, rows: dict[Period, int]) -> Iterator[Remark]:
    whole = plan.period
    outside = {p: count for p, count in rows.items() if count and whole is not None and not whole.overlaps(p)}
    if outside:
        yield outside_plan(plan, sorted(outside), sum(outside.values()))


# -- formulas --------------------------------------------------------------------------------------------------


def _with_formulas(
    observations: LazyObservations, request: Request, methodology: Methodology, sums: Sums
) -> tuple[Sums, list[Remark]]:
    """Work out formulas; only the indicators of which they name members or places are read again."""
    plan = observations.plan
    calculated = [n for n, one in enumerate(plan.indicators) if one.formula is not None]
    if not calculated:
        return sums, []
    again = observations.of(*sorted(_read_again(plan)))
    sums, remarks = with_formulas(again, request, methodology, sums)
    rows = np.flatnonzero(np.isin(sums.cells.indicator, calculated))
    mine = attrs.evolve(sums, cells=sums.cells.take(rows), refused=sums.refused[rows], source=sums.source[rows])
    return sums, remarks + notices(again, request, mine)


def _read_again(plan: Plan) -> set[str]:
    """Ids of indicators whose own rows a formula needs."""
    found = {one.indicator for indicator in plan.indicators for one in _named(indicator) if one.where}
    return found & plan.indicators_by_id.keys()


def _named(indicator: Indicator) -> Sequence[Reference]:
    try:
        return references(read_formula(indicator.formula)) if indicator.formula else ()
    except CpasError:
        # The formula is remarked on where it is worked out.
        return ()


def indicators_behind(plan: Plan, id: str) -> set[str]:
    """Return the ids of an indicator and of those that it is calculated from.

    Examples
    --------
    >>> from cpas.model import Indicator
    >>> said = {"measures": (), "unit": "person", "kind": "flow", "better": "lower"}
    >>> plan = Plan("p", "t", indicators=[
    ...     Indicator("A", "A", **said), Indicator("B", "B", **said), Indicator("C", "C", formula="{A} + {A}", **said)])
    >>> sorted(indicators_behind(plan, "C"))
    ['A', 'C']
    """
    found, open_ = set[str](), [id]
    while open_:
        one = open_.pop()
        if one in plan.indicators_by_id and one not in found:
            found.add(one)
            open_ += [named.indicator for named in _named(plan.indicators_by_id[one])]
    return found
