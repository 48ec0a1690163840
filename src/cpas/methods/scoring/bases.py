"""The basis of every row of aggregates, looked up once for all that share one.  Methodology §9.1."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import number_keys, reason_code
from cpas.methods.scoring.basis import Basis, find_basis
from cpas.model import Methodology
from cpas.tables.aggregates import Aggregates

__all__ = ["Bases", "basis_of_row", "find_bases"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


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
    Methodology §9.1. Rows of an indicator that names no place and no member in its baselines and targets share two
    bases in each period: that of the root, and that of everything below it.
    """
    first, group = np.unique(_keys(aggregates, rows), return_index=True, return_inverse=True)[1:]
    found = [basis_of_row(aggregates, row, methodology) for row in rows[first].tolist()]
    start = aggregates.plan.period.start.toordinal() if aggregates.plan.period else 0
    return Bases(
        baseline=_numbers([basis.baseline for basis in found])[group],
        target=_numbers([basis.target for basis in found])[group],
        path=_numbers([basis.path for basis in found])[group],
        reason=np.array([reason_code(b.reason) if b.reason else -1 for b in found], dtype=np.int8)[group],
        is_total=np.array([basis.is_total for basis in found], dtype=bool)[group],
        is_rebased=np.array([basis.is_rebased for basis in found], dtype=bool)[group],
        since=np.array([_since(basis, start) for basis in found], dtype=np.int64)[group],
    )


def _keys(aggregates: Aggregates, rows: Codes) -> Codes:
    """Return one number per indicator, period, and (place and group, as far as they matter)."""
    cells, tree = aggregates.cells, aggregates.tree
    names_places = np.array(
        [any(b.where for b in i.baseline) or any(t.where for t in i.targets) for i in aggregates.plan.indicators]
        or [False]
    )
    blank = np.array([not any(members) for members in aggregates.groups])
    number, place, cell = cells.indicator[rows], cells.place[rows], cells.cell[rows]
    below = (place != tree.root) | ~blank[cell]
    spot = np.where(names_places[number], place * len(aggregates.groups) + cell, below.astype(np.int64))
    return number_keys(number, cells.period[rows], spot)


def _numbers(values: list[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _since(basis: Basis, start: int) -> int:
    return basis.of_baseline.period.end.toordinal() + 1 if basis.of_baseline is not None else start


def basis_of_row(aggregates: Aggregates, row: int, methodology: Methodology) -> Basis:
    """Return what the value of a row is compared with."""
    cells, tree = aggregates.cells, aggregates.tree
    root = tree.ids[tree.root]
    place = tree.ids[cells.place[row]]
    members = zip(aggregates.request.groups, aggregates.groups[cells.cell[row]], strict=True)
    where = [(name, member) for name, member in members if member]
    if place != root:
        where.append(("place", place))
    as_of = aggregates.as_of
    return find_basis(
        aggregates.plan.indicators[cells.indicator[row]],
        aggregates.request.spans[cells.period[row]],
        where=tuple(sorted(where)),
        root=root,
        plan_period=aggregates.plan.period,
        as_of=None if as_of is None else as_of.date(),
        methodology=methodology,
    )
