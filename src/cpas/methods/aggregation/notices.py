"""What a reader must know of aggregates: refusals, totals that differ, running totals that fall.  Methodology §3.7."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.epochs import tree_on
from cpas.methods.aggregation.filling import Filled
from cpas.methods.aggregation.over_groups import Difference
from cpas.methods.aggregation.pipeline import Sums
from cpas.methods.aggregation.rules import compile_rules
from cpas.methods.aggregation.values import (
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
from cpas.model import Plan
from cpas.tables.aggregates import Request
from cpas.tables.keys import new_segments
from cpas.tables.observations import Observations
from cpas.tables.once import once_per_plan
from cpas.tables.remarks import Remark

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

#: How many differences of one indicator are told, and how many periods or values are listed.
_FEW: Final = 10
_MANY: Final = 20
_DAY: Final = timedelta(days=1)


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
        *_filled(observations, sums),
        *_divided(observations, request, sums),
        *_averaged(observations, request, sums),
        *_moved(observations, request),
    ]


def _refusals(observations: Observations, request: Request, sums: Sums) -> list[Remark]:
    found = []
    indicators = observations.plan.indicators
    rows = np.flatnonzero(sums.refused)
    pairs, counts = np.unique(sums.cells.indicator[rows] * len(REFUSALS) + sums.refused[rows], return_counts=True)
    asked = f"by={request.by or 'observed periods'}, places={request.places!r}"
    for pair, n in zip(pairs.tolist(), counts.tolist(), strict=True):
        number, why = divmod(pair, len(REFUSALS))
        id = indicators[number].id
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
    """A total beside the sum of its parts that is not the same: the first few of each indicator, and how many more."""
    by_indicator: dict[int, list[Difference]] = {}
    for one in sums.differences:
        by_indicator.setdefault(one.indicator, []).append(one)
    found = []
    for number, some in by_indicator.items():
        id = observations.plan.indicators[number].id
        some = list(dict.fromkeys(some))
        more = f" So do {len(some) - _FEW} more." if len(some) > _FEW else ""
        for n, one in enumerate(some[:_FEW]):
            found.append(
                Remark(
                    "total_differs",
                    where=id,
                    message=_difference(observations, request, one) + (more if n == _FEW - 1 else ""),
                    hint="Correct one of them; which one counts is said by the methodology (totals) or the plan "
                    "(place_rows).",
                )
            )
    return found


def _difference(observations: Observations, request: Request, one: Difference) -> str:
    periods = observations.periods
    period = periods[one.period] if 0 <= one.period < len(periods) else request.periods[one.target]
    what = "the sum of the places in it" if one.of == "places" else "the sum of its parts"
    return (
        f"In {period} at {observations.tree.ids[one.place]!r} a total and {what} differ: {one.counted:g} counts, "
        f"{one.other:g} does not (difference {one.counted - one.other:g})."
    )


def _filled(observations: Observations, sums: Sums) -> list[Remark]:
    """Gaps that were filled, one remark per indicator with every value put there."""
    tree, found = observations.tree, []
    by_indicator: dict[int, list[Filled]] = {}
    for one in sums.filled:
        by_indicator.setdefault(one.indicator, []).append(one)
    for number in sorted(by_indicator):
        indicator = observations.plan.indicators[number]
        some = sorted((one.period, tree.ids[one.place], one.cell, one.value) for one in by_indicator[number])
        listed = ", ".join(f"{period} at {place}{_of(cell)} = {value:g}" for period, place, cell, value in some[:_MANY])
        more = f", and {len(some) - _MANY} more" if len(some) > _MANY else ""
        found.append(
            Remark(
                "gap_filled",
                where=indicator.id,
                message=f"{indicator.id} has {len(some)} values that nobody observed: {listed}{more}.",
                hint="They are marked in every number that rests on them; collect what is missing.",
            )
        )
    return found


def _of(cell: tuple[str, ...]) -> str:
    members = ", ".join(member for member in cell if member)
    return f" ({members})" if members else ""


def _divided(observations: Observations, request: Request, sums: Sums) -> list[Remark]:
    """Flows that were divided by days, one remark per indicator."""
    filled = {one.indicator for one in sums.filled}
    cells, found = sums.cells, []
    for number, rows in _estimated(sums):
        if number in filled or _is_share(observations, number):
            continue
        id = observations.plan.indicators[number].id
        named = sorted({str(request.periods[period]) for period in cells.period[rows].tolist()})
        listed = ", ".join(named[:_MANY]) + (" …" if len(named) > _MANY else "")
        found.append(
            Remark(
                "divided_by_days",
                where=id,
                message=f"{id} was divided by days where a period lies across a border of those asked for: {listed}.",
                hint="Ask for periods that hold those observed, if there are any.",
            )
        )
    return found


def _estimated(sums: Sums) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield the number of each indicator with rows that rest on an estimate, and those rows."""
    rows = np.flatnonzero(sums.cells.is_estimated)
    # Formulas are put after the others: rows of one indicator stand together, but not all of them in order.
    rows = rows[np.argsort(sums.cells.indicator[rows], kind="stable")]
    starts = new_segments(sums.cells.indicator[rows])
    for some in np.split(rows, starts[1:]) if len(rows) else ():
        yield int(sums.cells.indicator[some[0]]), some


def _is_share(observations: Observations, number: int) -> bool:
    """Whether an indicator's values are made of numerators and denominators: they are never divided by days."""
    return "ratio" in {compile_rules(observations.plan).rules[axis][number] for axis in ("time", "group", "place")}


def _averaged(observations: Observations, request: Request, sums: Sums) -> list[Remark]:
    """Shares given only as a number that were averaged, one remark per indicator."""
    found = []
    for number, some in _estimated(sums):
        indicator, rows = observations.plan.indicators[number], len(some)
        if not _is_share(observations, number) or indicator.formula is not None:
            continue
        found.append(
            Remark(
                "ratio_averaged",
                where=indicator.id,
                message=f"{indicator.id} was given without numerators and denominators, and averaged in {rows} rows, "
                "each value counting once.",
                hint="Collect numerators and denominators: a mean of shares is no share of the whole.",
            )
        )
    return found


def _moved(observations: Observations, request: Request) -> list[Remark]:
    """Places that came to count in another one inside a period asked for."""
    if request.places in ("all", "each"):
        return []
    found = []
    for place in observations.plan.places:
        for moved in place.moves:
            held = zip(request.periods, request.spans, strict=True)
            named = [str(period) for period, span in held if span.start < moved.on <= span.end]
            before, after = (_counts_in(observations, request, place.id, moved.on - day) for day in (_DAY, 0 * _DAY))
            if not named or before == after:
                continue
            listed = ", ".join(named[:_MANY]) + (" …" if len(named) > _MANY else "")
            found.append(
                Remark(
                    "place_moved",
                    where=place.id,
                    message=f"{place.id} moved into {moved.parent} on {moved.on}, inside {listed}: all its values of "
                    "such a period count where it lies on the last day.",
                    hint="Ask for shorter periods to see what counted in which.",
                )
            )
    return found


def _counts_in(observations: Observations, request: Request, place: str, day: date) -> int:
    """Return the number of the place asked for in which another counts on a day, or −1."""
    tree = tree_on(observations.plan, day)
    return int(tree.towards(tree.at_level(request.places))[tree.codes[place]])


@once_per_plan
def _running(plan: Plan) -> NDArray[np.bool_]:
    """Return which indicators count since the start."""
    return np.array([one.kind == "cumulative" for one in plan.indicators], dtype=bool)


def _falls(observations: Observations, request: Request, sums: Sums) -> list[Remark]:
    """A running total that falls: something was taken back, or the definition changed."""
    cells, indicators = sums.cells, observations.plan.indicators
    running = _running(observations.plan)
    if not running.any():
        return []
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
