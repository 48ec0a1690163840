"""Adding up what does not fit into memory: piece by piece, each as if it were all there is.  Methodology §3.2.

A piece holds all rows of its indicators, and no rule of adding up looks from one indicator to another. Formulas do,
and are worked out after all the others.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import CpasError
from cpas.methods.aggregation.calculated import with_formulas
from cpas.methods.aggregation.notices import notices
from cpas.methods.aggregation.pipeline import Sums, add_up
from cpas.methods.formulas import read_formula, references
from cpas.model import Methodology, Plan
from cpas.periods import Period
from cpas.tables.aggregates import Cells, Request
from cpas.tables.data_codes import data_remark
from cpas.tables.lazy import LazyObservations, Piece
from cpas.tables.remarks import Remark

__all__ = ["add_up_lazily"]

Codes = NDArray[np.int64]
Members = tuple[str, ...]


def add_up_lazily(
    observations: LazyObservations, request: Request, methodology: Methodology
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

    Raises
    ------
    ObservationError
        If rows cannot be used.
    """
    remarks, pieces = list[Remark](), list[Sums]()
    outside: dict[Period, int] = {}
    for piece in observations.pieces():
        sums = add_up(piece.observations, request, methodology, only=piece.numbers)
        remarks += _noticed(piece, request, sums)
        _count_outside(piece, outside)
        pieces.append(_by_itself(sums))
    remarks += _outside_plan(observations.plan, outside)
    sums, more = _with_formulas(observations, request, methodology, joined_sums(pieces))
    return sums, remarks + more


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


def _count_outside(piece: Piece, outside: dict[Period, int]) -> None:
    """Count the rows for periods outside the plan's own."""
    store, whole = piece.observations.store, piece.observations.plan.period
    counts = np.bincount(store.period, minlength=len(store.periods))
    for period, count in zip(store.periods, counts.tolist(), strict=True):
        if whole is not None and not whole.overlaps(period):
            outside[period] = outside.get(period, 0) + count


def _outside_plan(plan: Plan, outside: dict[Period, int]) -> Iterator[Remark]:
    if outside:
        count, named = sum(outside.values()), [str(period) for period in sorted(outside)]
        span = named[0] if len(named) == 1 else f"{named[0]} … {named[-1]}"
        rows = f"{count} row{'' if count == 1 else 's'}"
        message = f"{rows} for {span}, outside the plan's period {plan.period}."
        yield data_remark("outside_plan", where=plan.id, message=message)


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
    found: set[str] = set()
    for indicator in plan.indicators:
        try:
            named = references(read_formula(indicator.formula)) if indicator.formula else ()
        except CpasError:
            # The formula is remarked on where it is worked out.
            continue
        found |= {one.indicator for one in named if one.where and one.indicator in plan.indicators_by_id}
    return found
