"""Work out formulas over aggregates: after everything else has been added up.  Methodology §3.8."""

from __future__ import annotations

from graphlib import TopologicalSorter

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import CpasError, MethodError
from cpas.methods.aggregation.parts import reason_code
from cpas.methods.aggregation.pipeline import Sums, add_up
from cpas.methods.formulas import Formula, Reference, divides_by_zero, evaluate, in_one_unit, read_formula, references
from cpas.model import Methodology, Plan
from cpas.tables.aggregates import Cells, Request
from cpas.tables.observations import Observations
from cpas.tables.once import once_per_plan
from cpas.tables.remarks import Remark

__all__ = ["with_formulas"]

Codes = NDArray[np.int64]


def with_formulas(
    observations: Observations, request: Request, methodology: Methodology, sums: Sums
) -> tuple[Sums, list[Remark]]:
    """Return the aggregates with the rows of calculated indicators in place of observed ones.

    Notes
    -----
    Methodology §3.8.
    """
    plan = observations.plan
    remarks: list[Remark] = []
    order = _order(plan)
    numbers = {indicator.id: n for n, indicator in enumerate(plan.indicators)} if order else {}
    for id in order:
        formula, problem = _read(plan, id)
        if formula is None:
            remarks.append(problem)
            continue
        made = _calculate(observations, request, methodology, sums, formula, numbers[id])
        sums = _replaced(sums, made, numbers[id])
    return sums, remarks


@once_per_plan
def _order(plan: Plan) -> tuple[str, ...]:
    """Ids of calculated indicators, each after those it uses."""
    own = {i.id: i.formula for i in plan.indicators if i.formula}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for id, text in own.items():
        try:
            used = references(read_formula(text))
        except CpasError:
            used = ()
        sorter.add(id, *sorted({one.indicator for one in used} & set(own)))
    return tuple(sorter.static_order())


def _read(plan: Plan, id: str) -> tuple[Formula | None, Remark]:
    """Return the formula brought to the indicator's unit, or a remark that says why it has no meaning."""
    indicator = plan.indicator(id)
    units = {one.id: one.unit for one in plan.indicators}
    try:
        formula = read_formula(indicator.formula or "")
        if not references(formula):
            raise MethodError("It names no indicator.", formula=indicator.formula)
        for one in references(formula):
            if one.where and plan.indicator(one.indicator).formula:
                raise MethodError(
                    f"{one.indicator!r} is worked out itself: it has no members.", formula=indicator.formula
                )
        return in_one_unit(formula, units, indicator.unit, plan.units), Remark("formula", where=id, message="")
    except CpasError as error:
        message = f"The formula of {id!r} has no meaning, so it has no value: {error}"
        return None, Remark("formula", severity="error", where=id, message=message, hint="Mend it in the plan.")


def _calculate(
    observations: Observations,
    request: Request,
    methodology: Methodology,
    sums: Sums,
    formula: Formula,
    number: int,
) -> Cells:
    """Return the rows of one calculated indicator, wherever one of its parts has a row."""
    used = references(formula)
    tables = {one: _rows_of(observations, request, methodology, sums, one) for one in used}
    slots = np.unique(np.concatenate([table[0] for table in tables.values()]), axis=0)
    found = {one: _aligned(slots, *table) for one, table in tables.items()}
    values = {one: rows.value for one, rows in found.items()}
    value = np.broadcast_to(evaluate(formula, values), len(slots)).astype(np.float64)
    # What is too large to be told is no number.
    value[~np.isfinite(value)] = np.nan
    by_zero = np.broadcast_to(divides_by_zero(formula, values), len(slots))
    missing = np.isnan(value)
    whole = np.logical_and.reduce([rows.complete for rows in found.values()])
    age = np.fmax.reduce([rows.age_days for rows in found.values()])
    blank = np.full(len(slots), np.nan)
    return Cells(
        indicator=np.full(len(slots), number, dtype=np.int64),
        period=slots[:, 0],
        place=slots[:, 1],
        cell=slots[:, 2],
        value=value,
        numerator=blank,
        denominator=blank,
        low=blank,
        high=blank,
        expected=np.add.reduce([rows.expected for rows in found.values()]),
        received=np.add.reduce([rows.received for rows in found.values()]),
        complete=whole,
        age_days=np.where(missing, np.nan, age),
        reason=np.where(missing, _reasons(by_zero, list(found.values())), np.int8(-1)).astype(np.int8),
        is_estimated=np.logical_or.reduce([rows.is_estimated for rows in found.values()]) & ~missing,
    )


def _reasons(by_zero: NDArray[np.bool_], parts: list[Cells]) -> NDArray[np.int8]:
    """A missing result has the reason of its first missing part; else something was divided by zero, or too large."""
    reason = np.where(by_zero, reason_code("division_by_zero"), reason_code("not_available"))
    for rows in reversed(parts):
        reason = np.where(np.isnan(rows.value), rows.reason, reason)
    return reason.astype(np.int8)


def _rows_of(
    observations: Observations, request: Request, methodology: Methodology, sums: Sums, one: Reference
) -> tuple[Codes, Cells]:
    """Return the rows of a reference and their slots: period, place, cell of the request's groups."""
    plan = observations.plan
    number = next(n for n, indicator in enumerate(plan.indicators) if indicator.id == one.indicator)
    members = {key: member for key, member in one.where if key != "place"}
    place = dict(one.where).get("place")
    if not one.where:
        cells = sums.cells.take(np.flatnonzero(sums.cells.indicator == number))
        return np.stack([cells.period, cells.place, cells.cell], axis=1), cells
    wider = tuple(d.id for d in plan.dimensions if d.id in request.groups or d.id in members)
    part = add_up(
        observations,
        attrs.evolve(request, groups=wider),
        methodology,
        only=np.array([number], dtype=np.int64),
        at=None if place is None else observations.tree.codes[place],
    )
    slots, cells = _member_rows(part, wider, members, request, sums)
    return (slots, cells) if place is None else _everywhere(slots, cells, sums)


def _member_rows(
    part: Sums, wider: tuple[str, ...], members: dict[str, str], request: Request, sums: Sums
) -> tuple[Codes, Cells]:
    """Keep the rows of the members named, numbered by the cells of the request."""
    number = {cell: n for n, cell in enumerate(sums.groups)}
    cell_of = np.full(len(part.groups), -1, dtype=np.int64)
    for n, cell in enumerate(part.groups):
        named = dict(zip(wider, cell, strict=True))
        if all(named[key] == member for key, member in members.items()):
            rest = tuple("" if name in members else named[name] for name in request.groups)
            cell_of[n] = number.get(rest, -1)
    cells = part.cells.take(np.flatnonzero(cell_of[part.cells.cell] >= 0))
    return np.stack([cells.period, cells.place, cell_of[cells.cell]], axis=1), cells


def _everywhere(slots: Codes, cells: Cells, sums: Sums) -> tuple[Codes, Cells]:
    """Repeat the values of one place for every place that has rows: it is the same wherever it is used."""
    places = np.unique(sums.cells.place)
    wide = np.repeat(slots, len(places), axis=0)
    wide[:, 1] = np.tile(places, len(slots))
    return wide, cells.take(np.repeat(np.arange(len(slots)), len(places)))


def _aligned(slots: Codes, mine: Codes, cells: Cells) -> Cells:
    """Return one row per slot; a slot without a row is a missing value that was due and did not come."""
    width = slots.max(axis=0, initial=0) + 1
    keys = _packed(mine, width)
    order = np.argsort(keys, kind="stable")
    asked = _packed(slots, width)
    n = len(cells)
    if not n:
        return _nothing(len(slots))
    at = np.minimum(np.searchsorted(keys[order], asked), n - 1)
    found = keys[order][at] == asked
    rows = cells.take(order[at])
    empty = _nothing(len(slots))
    return Cells(
        **{
            a.name: np.where(found, getattr(rows, a.name), getattr(empty, a.name)).astype(getattr(rows, a.name).dtype)
            for a in attrs.fields(Cells)
        }
    )


def _packed(slots: Codes, width: Codes) -> Codes:
    packed: Codes = (slots[:, 0] * width[1] + slots[:, 1]) * width[2] + slots[:, 2]
    return packed


def _nothing(n: int) -> Cells:
    zero, blank = np.zeros(n, dtype=np.int64), np.full(n, np.nan)
    return Cells(
        indicator=zero, period=zero, place=zero, cell=zero, value=blank, numerator=blank, denominator=blank,
        low=blank, high=blank, expected=zero + 1, received=zero, complete=np.zeros(n, dtype=bool), age_days=blank,
        reason=np.full(n, reason_code("no_return"), dtype=np.int8), is_estimated=np.zeros(n, dtype=bool),
    )  # fmt: skip


def _replaced(sums: Sums, made: Cells, number: int) -> Sums:
    """Put the rows of a calculated indicator in place of its own."""
    others = np.flatnonzero(sums.cells.indicator != number)
    kept = sums.cells.take(others)
    joined = Cells(
        **{a.name: np.concatenate([getattr(kept, a.name), getattr(made, a.name)]) for a in attrs.fields(Cells)}
    )
    order = np.lexsort((joined.cell, joined.place, joined.period, joined.indicator))
    fresh = len(made)
    return attrs.evolve(
        sums,
        cells=joined.take(order),
        refused=np.concatenate([sums.refused[others], np.zeros(fresh, dtype=np.int8)])[order],
        source=np.concatenate([sums.source[others], np.full(fresh, -1, dtype=np.int64)])[order],
    )
