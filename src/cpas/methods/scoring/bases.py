"""The basis of every row of aggregates, looked up once for all that share one.  Methodology §9.1."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import number_keys, reason_code
from cpas.methods.scoring.basis import Basis, find_basis
from cpas.methods.scoring.grid import Grid
from cpas.methods.scoring.shapes import Shapes, shapes_of
from cpas.model import Methodology, Plan
from cpas.model.fields import Pairs
from cpas.tables.aggregates import Aggregates
from cpas.tables.once import once_per_plan

__all__ = ["Bases", "bases_of_lines", "basis_of_row", "find_bases", "where_of_row"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
#: How many requests a plan keeps the bases of.
_KEPT: Final = 4


@attrs.frozen(eq=False, kw_only=True)
class Bases:
    """What rows are compared with, one entry per row."""

    #: The value before; NaN where there is none.
    baseline: Floats
    #: The value to reach.
    target: Floats
    #: The score due by then.
    path: Floats
    #: Code of why there is no basis, or −1.
    reason: NDArray[np.int8]
    #: Whether the value is added up from the baseline's end before it is compared.
    is_total: Truths
    #: Whether a baseline or target was scaled per day.
    is_rebased: Truths
    #: First day of a total, as an ordinal.
    since: Codes


def find_bases(aggregates: Aggregates, rows: Codes, methodology: Methodology) -> Bases:
    """Return what rows of aggregates are compared with.

    Parameters
    ----------
    aggregates : Aggregates
        Of scorable indicators, in these rows.
    rows : array of int
        Numbers of rows.
    methodology : Methodology
        Whether flows may be rebased per day.

    Notes
    -----
    Methodology §9.1. Rows of indicators of one shape (the same dates, places and rules, whatever the values) that name
    no place and no member share two bases in each period: that of the root, and that of everything below it.
    """
    shapes, number = shapes_of(aggregates.plan), aggregates.cells.indicator[rows]
    first, group = np.unique(_keys(aggregates, rows, shapes), return_index=True, return_inverse=True)[1:]
    found = [basis_of_row(aggregates, row, methodology) for row in rows[first].tolist()]
    told = _told(aggregates, rows[first], found)
    baseline, target = _of_others(shapes, number, found, told, group)
    is_told = number == number[first][group]
    # Where goal and start are one there is no path; that is of the values, not of the shape.
    is_odd = ~is_told & ((baseline == target) | (told.baseline == told.target)[group])
    start = aggregates.plan.period.start.toordinal() if aggregates.plan.period else 0
    bases = Bases(
        baseline=np.where(is_told, told.baseline[group], baseline),
        target=np.where(is_told, told.target[group], target),
        path=_numbers([basis.path for basis in found])[group],
        reason=np.array([reason_code(b.reason) if b.reason else -1 for b in found], dtype=np.int8)[group],
        is_total=np.array([basis.is_total for basis in found], dtype=bool)[group],
        is_rebased=np.array([basis.is_rebased for basis in found], dtype=bool)[group],
        since=np.array([_since(basis, start) for basis in found], dtype=np.int64)[group],
    )
    for row in np.flatnonzero(is_odd).tolist():
        path = basis_of_row(aggregates, int(rows[row]), methodology).path
        bases.path[row] = np.nan if path is None else path
    return bases


def bases_of_lines(aggregates: Aggregates, grid: Grid, lines: Codes, methodology: Methodology) -> Bases:
    """Return what the rows of some lines are compared with: lines × columns, or × 1 where it is one for all columns.

    Parameters
    ----------
    aggregates : Aggregates
        What the lines are of.
    grid : Grid
        Where their rows stand.
    lines : array of int
        Lines of scorable indicators; all that are scored by their basis where the grid is whole.
    methodology : Methodology
        Whether flows may be rebased per day.

    Notes
    -----
    Methodology §9.1. A basis depends on no value, so those of a whole grid are kept for the next request alike.
    """
    if grid.slot is not None:
        return _in_lines(find_bases(aggregates, grid.rows(lines), methodology), grid)
    key = (methodology, aggregates.request.spans, aggregates.as_of, aggregates.request.groups, aggregates.groups)
    at = (*key, aggregates.tree.ids, grid.slots.tobytes(), lines.tobytes())
    known = _kept(aggregates.plan)
    if at not in known:
        while len(known) >= _KEPT:
            known.pop(next(iter(known)))
        known[at] = _in_lines(find_bases(aggregates, grid.rows(lines), methodology), grid)
    return known[at]


@once_per_plan
def _kept(plan: Plan) -> dict[Hashable, Bases]:
    """Return the bases of a plan's latest requests, in which more are kept."""
    return {}


def _in_lines(bases: Bases, grid: Grid) -> Bases:
    columns = {a.name: getattr(bases, a.name).reshape(-1, grid.columns) for a in attrs.fields(Bases)}
    return Bases(**{name: block[:, :1] if _is_one(block) else block for name, block in columns.items()})


def _is_one(block: NDArray[np.generic]) -> bool:
    """Whether all columns of a block say the same."""
    return block.tobytes() == np.repeat(block[:, :1], block.shape[1], axis=1).tobytes()


@attrs.frozen(eq=False, kw_only=True)
class _Told:
    """What was found for one row of each group."""

    #: The value before.
    baseline: Floats
    #: The value to reach.
    target: Floats
    #: Which of the indicator's baselines it is; −1 for none.
    of_baseline: Codes
    #: Which of its targets.
    of_target: Codes


def _told(aggregates: Aggregates, rows: Codes, found: list[Basis]) -> _Told:
    indicators = [aggregates.plan.indicators[n] for n in aggregates.cells.indicator[rows].tolist()]
    pairs = list(zip(indicators, found, strict=True))
    return _Told(
        baseline=_numbers([basis.baseline for basis in found]),
        target=_numbers([basis.target for basis in found]),
        of_baseline=np.array([_position(i.baseline, basis.of_baseline) for i, basis in pairs], dtype=np.int64),
        of_target=np.array([_position(i.targets, basis.of_target) for i, basis in pairs], dtype=np.int64),
    )


def _position(records: Sequence[object], wanted: object) -> int:
    return next((n for n, one in enumerate(records) if one is wanted), -1)


def _of_others(shapes: Shapes, number: Codes, found: list[Basis], told: _Told, group: Codes) -> tuple[Floats, Floats]:
    """Return baseline and target of every row, from its own indicator's values in the places found for its group."""
    factors = np.array([basis.factors for basis in found], dtype=np.float64).reshape(-1, 2)[group]
    relative = np.array([b.of_target is not None and b.of_target.relative for b in found], dtype=bool)[group]
    total = np.array([basis.is_total for basis in found], dtype=bool)[group]
    none = np.array([bool(basis.reason) for basis in found], dtype=bool)[group]
    start = np.where(total, 0.0, shapes.baselines[number, told.of_baseline[group]] * factors[:, 0])
    given = shapes.targets[number, told.of_target[group]]
    goal = np.where(relative, start * (1 + given), given * factors[:, 1])
    return np.where(none, np.nan, start), np.where(none, np.nan, goal)


def _keys(aggregates: Aggregates, rows: Codes, shapes: Shapes) -> Codes:
    """Return one number per shape of indicator, period, and (place and group, as far as they matter)."""
    cells, tree = aggregates.cells, aggregates.tree
    blank = np.array([not any(members) for members in aggregates.groups])
    number, place, cell = cells.indicator[rows], cells.place[rows], cells.cell[rows]
    below = (place != tree.root) | ~blank[cell]
    spot = np.where(shapes.names_places[number], place * len(aggregates.groups) + cell, below.astype(np.int64))
    return number_keys(shapes.shape[number], cells.period[rows], spot)


def _numbers(values: list[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _since(basis: Basis, start: int) -> int:
    return basis.of_baseline.period.end.toordinal() + 1 if basis.of_baseline is not None else start


def where_of_row(aggregates: Aggregates, row: int) -> Pairs:
    """Return place (unless the root) and members of a row."""
    cells, tree = aggregates.cells, aggregates.tree
    place = tree.ids[cells.place[row]]
    members = zip(aggregates.request.groups, aggregates.groups[cells.cell[row]], strict=True)
    where = [(name, member) for name, member in members if member]
    if place != tree.ids[tree.root]:
        where.append(("place", place))
    return tuple(sorted(where))


def basis_of_row(aggregates: Aggregates, row: int, methodology: Methodology) -> Basis:
    """Return what the value of a row is compared with."""
    cells, tree = aggregates.cells, aggregates.tree
    as_of = aggregates.as_of
    return find_basis(
        aggregates.plan.indicators[cells.indicator[row]],
        aggregates.request.spans[cells.period[row]],
        where=where_of_row(aggregates, row),
        root=tree.ids[tree.root],
        plan_period=aggregates.plan.period,
        as_of=None if as_of is None else as_of.date(),
        methodology=methodology,
    )
