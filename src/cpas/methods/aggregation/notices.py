"""What a reader must know of aggregates: refusals, totals that differ, running totals that fall.  Methodology §3.7."""

from __future__ import annotations

from typing import Final

import numpy as np

from cpas.methods.aggregation.pipeline import Sums
from cpas.methods.aggregation.reduction import (
    BARE,
    BOUNDS,
    LONGER,
    NO_MEANING,
    NO_RULE,
    OVERLAP,
    PARENT_AND_CHILD,
    REFUSALS,
    STRADDLES,
)
from cpas.tables.aggregates import Request
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remark
from cpas.tables.rows import new_segments

__all__ = ["notices"]

_HINTS: Final = {
    OVERLAP: "Give each day's events in one period only, or ask by=None.",
    BARE: "Give numerator and denominator, or ask for the periods, places and groups as observed.",
    NO_MEANING: "Ask for the periods, places and groups as observed (by=None, places='each').",
    BOUNDS: "Read low and high; or say in the plan (over) how it is combined.",
    PARENT_AND_CHILD: "Set place_rows to 'own' or 'total' in the plan.",
    STRADDLES: "Ask for periods that hold those observed.",
    LONGER: "Ask for longer periods.",
    NO_RULE: "Set another rule in the plan (over).",
}


def notices(observations: Observations, request: Request, sums: Sums) -> list[Remark]:
    """Return remarks on aggregates, one per indicator and sort.

    Notes
    -----
    Methodology §3.7.
    """
    return [
        *_refusals(observations, request, sums),
        *_totals(observations, request, sums),
        *_falls(observations, request, sums),
    ]


def _refusals(observations: Observations, request: Request, sums: Sums) -> list[Remark]:
    found = []
    indicators = observations.plan.indicators
    rows = np.flatnonzero(sums.refused)
    pairs = sorted(set(zip(sums.cells.indicator[rows].tolist(), sums.refused[rows].tolist(), strict=True)))
    asked = f"by={request.by or 'observed periods'}, places={request.places!r}"
    for number, why in pairs:
        id = indicators[number].id
        n = int(((sums.cells.indicator == number) & (sums.refused == why)).sum())
        found.append(
            Remark(
                "cannot_combine",
                where=id,
                message=f"{id} ({indicators[number].kind}) cannot be combined as asked ({asked}) in {n} rows: "
                f"{REFUSALS[why]}.",
                hint=_HINTS[why],
            )
        )
    return found


def _totals(observations: Observations, request: Request, sums: Sums) -> list[Remark]:
    plan, tree = observations.plan, observations.tree
    return [
        Remark(
            "total_differs",
            where=plan.indicators[one.indicator].id,
            message=f"In {request.periods[one.target]} at {tree.ids[one.place]!r} a total and the sum of its parts "
            f"differ: {one.counted:g} counts, {one.other:g} does not (difference {one.counted - one.other:g}).",
            hint="Correct one of them; which one counts is the methodology's choice (totals).",
        )
        for one in sums.differences
    ]


def _falls(observations: Observations, request: Request, sums: Sums) -> list[Remark]:
    """A running total that falls: something was taken back, or the definition changed."""
    cells, indicators = sums.cells, observations.plan.indicators
    running = np.array([i.kind == "cumulative" for i in indicators] or [False])
    rows = np.flatnonzero(running[cells.indicator] & ~np.isnan(cells.value))
    rows = rows[np.lexsort((cells.period[rows], cells.cell[rows], cells.place[rows], cells.indicator[rows]))]
    series = np.zeros(len(rows), dtype=np.int64)
    starts = new_segments(cells.indicator[rows], cells.place[rows], cells.cell[rows])
    series[starts] = 1
    same = np.cumsum(series)
    falls = np.flatnonzero((same[1:] == same[:-1]) & (cells.value[rows][1:] < cells.value[rows][:-1])) + 1
    found = []
    for row in rows[falls]:
        id = indicators[cells.indicator[row]].id
        found.append(
            Remark(
                "cumulative_fall",
                where=id,
                message=f"{id} counts since the start, but falls to {cells.value[row]:g} in "
                f"{request.periods[cells.period[row]]}.",
                hint="Check the later value; a correction belongs in the earlier row, recorded later.",
            )
        )
    return found
