"""What a reader of data would ask about rows that can be used: never a repair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cpas.model import Indicator, Plan
from cpas.model.places import UNKNOWN
from cpas.tables.data_codes import data_remark
from cpas.tables.remarks import Remark
from cpas.tables.rows import Rows, new_segments
from cpas.tables.trees import PlaceTree
from cpas.units import is_dimensionless, same
from cpas.units.reading import read_unit

__all__ = ["remarks_of"]

Truths = NDArray[np.bool_]


def remarks_of(plan: Plan, tree: PlaceTree, rows: Rows) -> Iterator[Remark]:
    """Yield what is noticed in checked rows; nothing of it depends on their order."""
    yield from _outside_plan(plan, rows)
    yield from _other_frequency(plan, rows)
    yield from _bounds(plan, rows)
    yield from _over_hundred(plan, rows)
    yield from _falls(plan, rows)
    yield from _unexpected_places(plan, tree, rows)
    yield from _without_unknown(plan, rows)


def counted(count: int) -> str:
    """Return ``"1 row"`` or ``"3 rows"``."""
    return f"{count} row{'' if count == 1 else 's'}"


def _by_indicator(plan: Plan, rows: Rows, where: Truths) -> Iterator[tuple[Indicator, int]]:
    """Yield each indicator that has rows where something is true, with how many."""
    counts = np.bincount(rows.indicator[where], minlength=len(plan.indicators))
    for number in np.flatnonzero(counts):
        yield plan.indicators[int(number)], int(counts[number])


def _outside_plan(plan: Plan, rows: Rows) -> Iterator[Remark]:
    if plan.period is None or not len(rows):
        return
    is_outside = np.array([not plan.period.overlaps(period) for period in rows.periods], dtype=bool)
    count = int(is_outside[rows.period].sum())
    if count:
        named = [str(period) for period, outside in zip(rows.periods, is_outside, strict=True) if outside]
        span = named[0] if len(named) == 1 else f"{named[0]} … {named[-1]}"
        yield data_remark(
            "outside_plan",
            where=plan.id,
            message=f"{counted(count)} for {span}, outside the plan's period {plan.period}.",
        )


def _other_frequency(plan: Plan, rows: Rows) -> Iterator[Remark]:
    words = ["", *sorted({period.frequency for period in rows.periods} | {i.frequency or "" for i in plan.indicators})]
    due = np.array([words.index(indicator.frequency or "") for indicator in plan.indicators], dtype=np.int8)
    has = np.array([words.index(period.frequency) for period in rows.periods], dtype=np.int8)
    if not len(rows) or not due.any():
        return
    own = due[rows.indicator]
    for indicator, count in _by_indicator(plan, rows, (own != 0) & (own != has[rows.period])):
        yield data_remark(
            "other_frequency",
            where=indicator.id,
            message=f"{counted(count)} for periods that are no {indicator.frequency}.",
        )


def _bounds(plan: Plan, rows: Rows) -> Iterator[Remark]:
    if rows.low.strides == rows.high.strides == (0,) and np.isnan(rows.low[:1]).all() and np.isnan(rows.high[:1]).all():
        return
    crossed = rows.low > rows.high
    for indicator, count in _by_indicator(plan, rows, crossed):
        yield data_remark("bounds_crossed", where=indicator.id, message=f"{counted(count)} with low above high.")
    outside = ~crossed & ((rows.value < rows.low) | (rows.value > rows.high))
    for indicator, count in _by_indicator(plan, rows, outside):
        yield data_remark(
            "outside_bounds", where=indicator.id, message=f"{counted(count)} with a value outside low and high."
        )


def _over_hundred(plan: Plan, rows: Rows) -> Iterator[Remark]:
    shares = {unit: _is_share(unit, plan) for unit in {i.unit for i in plan.indicators if i.kind == "ratio"}}
    is_share = np.array([i.kind == "ratio" and shares[i.unit] for i in plan.indicators] + [False])
    if not is_share.any():
        return
    for indicator, count in _by_indicator(plan, rows, is_share[rows.indicator] & (rows.numerator > rows.denominator)):
        yield data_remark(
            "over_hundred", where=indicator.id, message=f"{counted(count)} with a numerator above its denominator."
        )


def _is_share(unit: str, plan: Plan) -> bool:
    return is_dimensionless(unit, plan.units) and same(unit, "%", plan.units)


def _falls(plan: Plan, rows: Rows) -> Iterator[Remark]:
    """Compare each value of a cumulative count with the one before it, as both are known now."""
    is_cumulative = np.array([i.kind == "cumulative" for i in plan.indicators] + [False])
    if not is_cumulative.any():
        return
    now = rows.pick()
    now = now[is_cumulative[rows.indicator[now]] & ~np.isnan(rows.value[now])]
    keys = [getattr(rows, name)[now] for name in ("indicator", "place", "cell")]
    together = np.ones(max(len(now) - 1, 0), dtype=bool)
    for key in keys:
        together &= key[1:] == key[:-1]
    falls = np.zeros(len(rows), dtype=bool)
    falls[now[1:]] = together & (rows.value[now[1:]] < rows.value[now[:-1]])
    for indicator, count in _by_indicator(plan, rows, falls):
        yield data_remark(
            "cumulative_fall", where=indicator.id, message=f"{counted(count)} below the value of the period before."
        )


def _pairs(rows: Rows, name: str) -> dict[int, list[int]]:
    """Return the numbers of one column that occur with each indicator."""
    # Rows stand by indicator, place and cell: most that are alike are neighbours.
    starts = new_segments(rows.indicator, rows.place, rows.cell)
    other = getattr(rows, name)[starts].astype(np.int64)
    many = int(other.max(initial=0)) + 1
    found: dict[int, list[int]] = {}
    for pair in np.unique(rows.indicator[starts].astype(np.int64) * many + other).tolist():
        found.setdefault(pair // many, []).append(pair % many)
    return found


def _unexpected_places(plan: Plan, tree: PlaceTree, rows: Rows) -> Iterator[Remark]:
    for number, here in _pairs(rows, "place").items():
        indicator = plan.indicators[number]
        expected = {*(tree.codes[place] for place in indicator.places), tree.root}
        others = [tree.ids[place] for place in here if place not in expected]
        if indicator.places and others:
            yield data_remark(
                "unexpected_place",
                where=indicator.id,
                message=f"Rows for {', '.join(others[:5])}{' …' if len(others) > 5 else ''}, "
                "which the plan does not name for it.",
            )


def _without_unknown(plan: Plan, rows: Rows) -> Iterator[Remark]:
    for number, cells in _pairs(rows, "cell").items():
        indicator = plan.indicators[number]
        if not indicator.dimensions or not _counts_persons(indicator, plan):
            continue
        for position, dimension in enumerate(plan.dimensions):
            members = {rows.cells[cell][position] for cell in cells} - {""}
            if members and UNKNOWN not in members:
                yield data_remark(
                    "unknown_not_given",
                    where=indicator.id,
                    message=f"Broken down by {dimension.id!r} without 'unknown'.",
                )


def _counts_persons(indicator: Indicator, plan: Plan) -> bool:
    return any(thing == "person" and power > 0 for thing, power in read_unit(indicator.unit, plan.units).things)
