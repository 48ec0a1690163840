"""What a reader of data would ask about rows that can be used: never a repair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.model import Indicator, Plan
from cpas.model.places import UNKNOWN
from cpas.periods import Period
from cpas.tables.blocks import Block, Packed
from cpas.tables.data_codes import data_remark
from cpas.tables.keys import new_segments
from cpas.tables.once import once_per_plan
from cpas.tables.pieces import occurring, rows_where
from cpas.tables.remarks import Remark
from cpas.tables.rows import Rows, is_blank
from cpas.tables.trees import PlaceTree, place_tree
from cpas.units import is_dimensionless, same
from cpas.units.reading import read_unit

__all__ = ["OF_READING", "by_persons", "counted", "outside_plan", "recounted", "remarks_of", "without_unknown"]

Codes = NDArray[Any]
#: Remarks on what a table said that its observations do not say any more.
OF_READING: Final = frozenset(
    {"not_answered", "parts_not_used", "rows_dropped", "unit_converted", "withdrawn_with_value"}
)
_COUNTED: Final = re.compile(r"(\d+) rows?")
Index = NDArray[np.int64]
Truths = NDArray[np.bool_]


def remarks_of(plan: Plan, tree: PlaceTree, packed: Packed) -> Iterator[Remark]:
    """Yield what is noticed in checked rows; nothing of it depends on their order."""
    yield from _outside_plan(plan, packed)
    yield from _other_frequency(plan, packed)
    yield from _bounds(plan, packed)
    yield from _over_hundred(plan, packed)
    yield from _falls(plan, packed)
    yield from _unexpected_places(plan, tree, packed)
    yield from _without_unknown(plan, packed)


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


# -- by row ----------------------------------------------------------------------------------------------------


def _parts(packed: Packed) -> tuple[Block | Rows, ...]:
    return (*packed.blocks, packed.missing, packed.history)


def _by_indicator(plan: Plan, found: Iterable[tuple[Block | Rows, Index]]) -> Iterator[tuple[Indicator, int]]:
    """Yield each indicator of some rows, with how many of them it has."""
    counts = np.zeros(len(plan.indicators), dtype=np.int64)
    for part, rows in found:
        if len(rows):
            counts += np.bincount(_indicators(part, rows), minlength=len(counts))
    for number in np.flatnonzero(counts).tolist():
        yield plan.indicators[number], int(counts[number])


def _indicators(part: Block | Rows, rows: Index) -> Codes:
    if isinstance(part, Block):
        rows = np.searchsorted(part.starts, rows, side="right") - 1
    return part.indicator[rows]


def _outside_plan(plan: Plan, packed: Packed) -> Iterator[Remark]:
    if plan.period is None or not len(packed):
        return
    is_outside = np.array([not plan.period.overlaps(period) for period in packed.periods], dtype=bool)
    if not is_outside.any():
        return
    count = sum(len(rows_where(lambda period: is_outside[period], part.period)) for part in _parts(packed))
    yield outside_plan(plan, [packed.periods[n] for n in np.flatnonzero(is_outside).tolist()], count)


def outside_plan(plan: Plan, periods: Sequence[Period], count: int) -> Remark:
    """Return the remark on so many rows for periods, sorted, outside the plan's own."""
    span = str(periods[0]) if len(periods) == 1 else f"{periods[0]} … {periods[-1]}"
    message = f"{counted(count)} for {span}, outside the plan's period {plan.period}."
    return data_remark("outside_plan", where=plan.id, message=message)


def _other_frequency(plan: Plan, packed: Packed) -> Iterator[Remark]:
    due, number = _frequencies(plan)
    has = np.array([number.get(period.frequency, -1) for period in packed.periods], dtype=np.int8)
    if not len(packed) or not due.any():
        return
    for indicator, count in _by_indicator(plan, ((part, _of_other(part, due, has)) for part in _parts(packed))):
        yield data_remark(
            "other_frequency",
            where=indicator.id,
            message=f"{counted(count)} for periods that are no {indicator.frequency}.",
        )


@once_per_plan
def _frequencies(plan: Plan) -> tuple[NDArray[np.int8], dict[str, int]]:
    """Return the number of the frequency in which each indicator is due, 0 for none, and the number of each."""
    words: list[str] = [indicator.frequency or "" for indicator in plan.indicators]
    number = {word: code for code, word in enumerate(sorted({*words, ""}))}  # none is 0
    return np.array([number[word] for word in words], dtype=np.int8), number


def _of_other(part: Block | Rows, due: NDArray[np.int8], has: NDArray[np.int8]) -> Index:
    """Return the rows whose period is not of the frequency in which their indicator is due."""
    own = due[part.indicator]
    if isinstance(part, Block):
        own = np.repeat(own, part.lengths)
    return rows_where(lambda own, period: (own != 0) & (own != has.take(period)), own, part.period)


def _bounds(plan: Plan, packed: Packed) -> Iterator[Remark]:
    bounded = [part for part in _parts(packed) if not (is_blank(part.low) and is_blank(part.high))]
    crossed = ((part, rows_where(lambda low, high: low > high, part.low, part.high)) for part in bounded)
    for indicator, count in _by_indicator(plan, crossed):
        yield data_remark("bounds_crossed", where=indicator.id, message=f"{counted(count)} with low above high.")
    for indicator, count in _by_indicator(plan, ((part, _outside_bounds(part)) for part in bounded)):
        yield data_remark(
            "outside_bounds", where=indicator.id, message=f"{counted(count)} with a value outside low and high."
        )


def _outside_bounds(part: Block | Rows) -> Index:
    return rows_where(
        lambda value, low, high: ~(low > high) & ((value < low) | (value > high)), part.value, part.low, part.high
    )


def _over_hundred(plan: Plan, packed: Packed) -> Iterator[Remark]:
    parts = [part for part in _parts(packed) if not (is_blank(part.numerator) or is_blank(part.denominator))]
    above = [(part, rows_where(np.greater, part.numerator, part.denominator)) for part in parts]
    if not any(len(rows) for _, rows in above):
        return
    is_share = _shares(plan)
    for indicator, count in _by_indicator(
        plan, ((part, rows[is_share[_indicators(part, rows)]]) for part, rows in above)
    ):
        yield data_remark(
            "over_hundred", where=indicator.id, message=f"{counted(count)} with a numerator above its denominator."
        )


@once_per_plan
def _shares(plan: Plan) -> Truths:
    """Return which indicators are shares of a hundred."""
    shares = {unit: _is_share(unit, plan) for unit in {i.unit for i in plan.indicators if i.kind == "ratio"}}
    return np.array([i.kind == "ratio" and shares[i.unit] for i in plan.indicators], dtype=bool)


def _is_share(unit: str, plan: Plan) -> bool:
    return is_dimensionless(unit, plan.units) and same(unit, "%", plan.units)


def _falls(plan: Plan, packed: Packed) -> Iterator[Remark]:
    """Compare each value of a cumulative count with the one before it, as both are known now."""
    cumulative = [block for block in packed.blocks if plan.indicators[int(block.indicator[0])].kind == "cumulative"]
    for indicator, count in _by_indicator(plan, ((block, _below_the_one_before(block)) for block in cumulative)):
        yield data_remark(
            "cumulative_fall", where=indicator.id, message=f"{counted(count)} below the value of the period before."
        )


def _below_the_one_before(block: Block) -> Index:
    now = np.flatnonzero(~np.isnan(block.value))
    series = np.searchsorted(block.starts, now, side="right")
    together = series[1:] == series[:-1]
    below: Index = now[1:][together & (block.value[now[1:]] < block.value[now[:-1]])]
    return below


# -- by series -------------------------------------------------------------------------------------------------


def _pairs(packed: Packed, name: str, many: int, asked: Truths) -> Index:
    """Return where some of the indicators occur with a number of another column: indicator × many + number, rising."""
    if not asked.any():
        return np.empty(0, dtype=np.int64)
    parts = [(part.indicator, getattr(part, name)) for part in _parts(packed)]
    found = np.concatenate(
        [(indicator.astype(np.int64) * many + other)[asked[indicator]] for indicator, other in parts]
    )
    most = len(asked) * many
    return np.unique(found) if most > 16 * len(found) + 1000 else np.flatnonzero(occurring(found, most))


def _by_first(plan: Plan, pairs: Index, many: int) -> Iterator[tuple[Indicator, list[int]]]:
    """Yield the indicators of some pairs with the numbers that are paired with each."""
    for number, found in groupby(pairs.tolist(), lambda pair: int(pair // many)):
        yield plan.indicators[number], [pair % many for pair in found]


def _unexpected_places(plan: Plan, tree: PlaceTree, packed: Packed) -> Iterator[Remark]:
    many = len(tree.ids)
    asked, named = _expected_places(plan)
    pairs = _pairs(packed, "place", many, asked)
    pairs = pairs[~np.isin(pairs, named, assume_unique=True) & (pairs % many != tree.root)]
    for indicator, here in _by_first(plan, pairs, many):
        others = [tree.ids[place] for place in here]
        yield data_remark(
            "unexpected_place",
            where=indicator.id,
            message=f"Rows for {', '.join(others[:5])}{' …' if len(others) > 5 else ''}, "
            "which the plan does not name for it.",
        )


@once_per_plan
def _expected_places(plan: Plan) -> tuple[Truths, Index]:
    """Return which indicators name places, and indicator × count of places + place of each that is named, rising."""
    tree = place_tree(plan)
    asked = np.array([bool(indicator.places) for indicator in plan.indicators], dtype=bool)
    many, codes = len(tree.ids), tree.codes
    named = [n * many + codes[place] for n, indicator in enumerate(plan.indicators) for place in indicator.places]
    return asked, np.unique(np.array(named, dtype=np.int64))


def _without_unknown(plan: Plan, packed: Packed) -> Iterator[Remark]:
    many = max(len(packed.cells), 1)
    indicator, cell = np.divmod(_pairs(packed, "cell", many, by_persons(plan)), many)
    starts = new_segments(indicator)
    lacks = np.zeros((len(starts), len(plan.dimensions)), dtype=bool)
    for position in range(len(plan.dimensions) if len(starts) else 0):
        members = [one[position] for one in packed.cells]
        is_named, is_unknown = np.array([bool(m) for m in members]), np.array([m == UNKNOWN for m in members])
        lacks[:, position] = np.logical_or.reduceat(is_named[cell], starts)
        lacks[:, position] &= ~np.logical_or.reduceat(is_unknown[cell], starts)
    for number, position in np.argwhere(lacks).tolist():
        yield without_unknown(plan, int(indicator[starts[number]]), position)


def without_unknown(plan: Plan, indicator: int, dimension: int) -> Remark:
    """Return the remark on persons that are broken down without those of whom it is not known, both by number."""
    message = f"Broken down by {plan.dimensions[dimension].id!r} without 'unknown'."
    return data_remark("unknown_not_given", where=plan.indicators[indicator].id, message=message)


@once_per_plan
def by_persons(plan: Plan) -> Truths:
    """Return which indicators count persons, and are broken down."""
    persons = {unit: _counts_persons(unit, plan) for unit in {i.unit for i in plan.indicators if i.dimensions}}
    return np.array([bool(i.dimensions) and persons[i.unit] for i in plan.indicators], dtype=bool)


def _counts_persons(unit: str, plan: Plan) -> bool:
    return any(thing == "person" and power > 0 for thing, power in read_unit(unit, plan.units).things)
