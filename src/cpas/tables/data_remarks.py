"""What a reader of data would ask about rows that can be used: never a repair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.model import Indicator, Plan
from cpas.model.places import UNKNOWN
from cpas.tables.data_codes import data_remark
from cpas.tables.pieces import pieces, rows_where
from cpas.tables.remarks import Remark
from cpas.tables.rows import Rows, is_blank
from cpas.tables.trees import PlaceTree
from cpas.units import is_dimensionless, same
from cpas.units.reading import read_unit

__all__ = ["OF_READING", "counted", "recounted", "remarks_of"]

Codes = NDArray[Any]
#: Remarks on what a table said that its observations do not say any more.
OF_READING: Final = frozenset(
    {"not_answered", "parts_not_used", "rows_dropped", "unit_converted", "withdrawn_with_value"}
)
_COUNTED: Final = re.compile(r"(\d+) rows?")
Index = NDArray[np.int64]
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


def recounted(remarks: Iterable[Remark]) -> list[Remark]:
    """Return remarks of several readings; those that count rows in the same words are one, which counts all of them.

    Examples
    --------
    >>> one, two = (data_remark("unit_converted", where="I", message=f"{counted(n)} converted.") for n in (1, 2))
    >>> [remark.message for remark in recounted([one, two])]
    ['3 rows converted.']
    """
    counts: dict[Remark, int] = {}
    for remark in remarks:
        # Rows that were left out are counted among those of their own table.
        found = None if remark.code == "rows_dropped" else _COUNTED.match(remark.message)
        rest = remark if found is None else attrs.evolve(remark, message=remark.message[found.end() :])
        counts[rest] = counts.get(rest, 0) + (int(found[1]) if found else 0)
    return [attrs.evolve(one, message=counted(n) + one.message) if n else one for one, n in counts.items()]


def _by_indicator(plan: Plan, rows: Rows, where: Index) -> Iterator[tuple[Indicator, int]]:
    """Yield each indicator of some rows, with how many of them it has."""
    counts = np.bincount(rows.indicator[where], minlength=len(plan.indicators))
    for number in np.flatnonzero(counts):
        yield plan.indicators[int(number)], int(counts[number])


def _outside_plan(plan: Plan, rows: Rows) -> Iterator[Remark]:
    if plan.period is None or not len(rows):
        return
    is_outside = np.array([not plan.period.overlaps(period) for period in rows.periods], dtype=bool)
    count = len(rows_where(lambda period: is_outside[period], rows.period)) if is_outside.any() else 0
    if count:
        named = [str(period) for period, outside in zip(rows.periods, is_outside, strict=True) if outside]
        span = named[0] if len(named) == 1 else f"{named[0]} … {named[-1]}"
        yield data_remark(
            "outside_plan",
            where=plan.id,
            message=f"{counted(count)} for {span}, outside the plan's period {plan.period}.",
        )


def _other_frequency(plan: Plan, rows: Rows) -> Iterator[Remark]:
    words = {period.frequency for period in rows.periods} | {i.frequency or "" for i in plan.indicators} | {""}
    number = {word: code for code, word in enumerate(sorted(words))}  # none is 0
    due = np.array([number[indicator.frequency or ""] for indicator in plan.indicators], dtype=np.int8)
    has = np.array([number[period.frequency] for period in rows.periods], dtype=np.int8)
    if not len(rows) or not due.any():
        return

    def is_other(indicator: Codes, period: Codes) -> Truths:
        own = due[indicator]
        return np.asarray((own != 0) & (own != has[period]))

    for indicator, count in _by_indicator(plan, rows, rows_where(is_other, rows.indicator, rows.period)):
        yield data_remark(
            "other_frequency",
            where=indicator.id,
            message=f"{counted(count)} for periods that are no {indicator.frequency}.",
        )


def _bounds(plan: Plan, rows: Rows) -> Iterator[Remark]:
    if is_blank(rows.low) and is_blank(rows.high):
        return
    crossed = rows_where(lambda low, high: low > high, rows.low, rows.high)
    for indicator, count in _by_indicator(plan, rows, crossed):
        yield data_remark("bounds_crossed", where=indicator.id, message=f"{counted(count)} with low above high.")
    outside = rows_where(
        lambda value, low, high: ~(low > high) & ((value < low) | (value > high)), rows.value, rows.low, rows.high
    )
    for indicator, count in _by_indicator(plan, rows, outside):
        yield data_remark(
            "outside_bounds", where=indicator.id, message=f"{counted(count)} with a value outside low and high."
        )


def _over_hundred(plan: Plan, rows: Rows) -> Iterator[Remark]:
    if is_blank(rows.numerator) or is_blank(rows.denominator):
        return
    above = rows_where(lambda above, below: above > below, rows.numerator, rows.denominator)
    if not len(above):
        return
    shares = {unit: _is_share(unit, plan) for unit in {i.unit for i in plan.indicators if i.kind == "ratio"}}
    is_share = np.array([i.kind == "ratio" and shares[i.unit] for i in plan.indicators], dtype=bool)
    for indicator, count in _by_indicator(plan, rows, above[is_share[rows.indicator[above]]]):
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
    falls = now[1:][together & (rows.value[now[1:]] < rows.value[now[:-1]])]
    for indicator, count in _by_indicator(plan, rows, falls):
        yield data_remark(
            "cumulative_fall", where=indicator.id, message=f"{counted(count)} below the value of the period before."
        )


def _pairs(rows: Rows, name: str, many: int, asked: Truths) -> Index:
    """Return where some of the indicators occur with a number of another column: indicator × many + number, rising."""
    other = getattr(rows, name)
    if not asked.any():
        return np.empty(0, dtype=np.int64)
    if len(asked) * many > 4 * len(rows) + 1000:
        where = rows_where(lambda indicator: np.asarray(asked[indicator]), rows.indicator)
        return np.unique(rows.indicator[where].astype(np.int64) * many + other[where])
    occurs = np.zeros(len(asked) * many, dtype=bool)
    for piece in pieces(len(rows)):
        occurs[rows.indicator[piece].astype(np.int64) * many + other[piece]] = True
    return np.flatnonzero(occurs & np.repeat(asked, many))


def _by_first(plan: Plan, pairs: Index, many: int) -> Iterator[tuple[Indicator, list[int]]]:
    """Yield the indicators of some pairs with the numbers that are paired with each."""
    for number, found in groupby(pairs.tolist(), lambda pair: int(pair // many)):
        yield plan.indicators[number], [pair % many for pair in found]


def _unexpected_places(plan: Plan, tree: PlaceTree, rows: Rows) -> Iterator[Remark]:
    many = len(tree.ids)
    asked = np.array([bool(indicator.places) for indicator in plan.indicators], dtype=bool)
    named = [n * many + tree.codes[place] for n, indicator in enumerate(plan.indicators) for place in indicator.places]
    pairs = _pairs(rows, "place", many, asked)
    pairs = pairs[~np.isin(pairs, named) & (pairs % many != tree.root)]
    for indicator, here in _by_first(plan, pairs, many):
        others = [tree.ids[place] for place in here]
        yield data_remark(
            "unexpected_place",
            where=indicator.id,
            message=f"Rows for {', '.join(others[:5])}{' …' if len(others) > 5 else ''}, "
            "which the plan does not name for it.",
        )


def _without_unknown(plan: Plan, rows: Rows) -> Iterator[Remark]:
    persons = {unit: _counts_persons(unit, plan) for unit in {i.unit for i in plan.indicators if i.dimensions}}
    asked = np.array([bool(i.dimensions) and persons[i.unit] for i in plan.indicators], dtype=bool)
    many = max(len(rows.cells), 1)
    for indicator, cells in _by_first(plan, _pairs(rows, "cell", many, asked), many):
        for position, dimension in enumerate(plan.dimensions):
            members = {rows.cells[cell][position] for cell in cells} - {""}
            if members and UNKNOWN not in members:
                yield data_remark(
                    "unknown_not_given",
                    where=indicator.id,
                    message=f"Broken down by {dimension.id!r} without 'unknown'.",
                )


def _counts_persons(unit: str, plan: Plan) -> bool:
    return any(thing == "person" and power > 0 for thing, power in read_unit(unit, plan.units).things)
