"""Groups: each cell is read from one margin, never from a mix.  Methodology §3.4.

A margin is the set of dimensions by which rows are broken down. A total given and its parts are two margins of the
same thing: one of them counts, by the methodology, and where they differ that is a remark.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import Parts, Step, combine_parts
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.tables.rows import new_segments

__all__ = ["Difference", "Margins", "over_groups", "read_margins"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Margins:
    """The cells of a store, seen from the dimensions that are kept."""

    #: The cells that remain: one member per kept dimension, empty for all members.
    cells: tuple[tuple[str, ...], ...]
    #: Number of the remaining cell of each cell of the store.
    projected: Codes
    #: Number of the margin of each cell: one bit per dimension it is broken down by.
    margin: Codes
    #: The bits of the kept dimensions.
    kept: int

    def keeps(self, margin: Codes) -> Codes:
        """Return the bits of a margin that are kept."""
        return margin & self.kept


def read_margins(cells: Sequence[tuple[str, ...]], kept: Sequence[int]) -> Margins:
    """Return the cells of a store, seen from the dimensions that are kept.

    Parameters
    ----------
    cells : sequence of tuple of text
        One member per dimension; empty for all members.
    kept : sequence of int
        Positions of the kept dimensions.

    Examples
    --------
    >>> margins = read_margins([("", ""), ("female", ""), ("female", "child")], [0])
    >>> margins.cells, margins.projected.tolist(), margins.margin.tolist()
    ((('',), ('female',)), [0, 1, 1], [0, 1, 3])
    """
    projections = [tuple(cell[position] for position in kept) for cell in cells]
    vocabulary = tuple(sorted(set(projections) | {("",) * len(kept)}))
    number = {cell: code for code, cell in enumerate(vocabulary)}
    margin = [sum(1 << position for position, member in enumerate(cell) if member) for cell in cells]
    return Margins(
        cells=vocabulary,
        projected=np.array([number[cell] for cell in projections], dtype=np.int64),
        margin=np.array(margin, dtype=np.int64),
        kept=sum(1 << position for position in kept),
    )


@attrs.frozen(eq=False, kw_only=True)
class Difference:
    """A total given and the sum of its parts that are not the same."""

    #: Number of the indicator.
    indicator: int
    #: Number of the target period.
    target: int
    #: Number of the place.
    place: int
    #: The one that counts.
    counted: float
    #: The other one.
    other: float


def over_groups(
    parts: Parts,
    margins: Margins,
    rules: IndicatorRules,
    totals: str = "given",
    trace: list[Step] | None = None,
) -> tuple[Parts, list[Difference]]:
    """Return partial aggregates by the cells that are kept, and where totals and parts differ.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place × cell of the store.
    margins : Margins
        The cells, seen from the kept dimensions.
    rules : IndicatorRules
        The plan's rules, compiled.
    totals : str
        ``given``: a total given counts where it is as full; ``parts``: the finest margin does.
    trace : list of Step, optional
        Takes the step.

    Notes
    -----
    Methodology §3.4.
    """
    if len(margins.margin) < 2 and not margins.kept:
        return combine_parts(_projected(parts, margins), rules.rules["group"], trace), []
    parts = _lacking_dropped(parts, margins)
    chosen, differences = _choose(parts, margins, rules, totals)
    return combine_parts(_projected(parts.take(chosen), margins), rules.rules["group"], trace), differences


def _projected(parts: Parts, margins: Margins) -> Parts:
    return attrs.evolve(parts, cell=margins.projected[parts.cell])


def _lacking_dropped(parts: Parts, margins: Margins) -> Parts:
    """Leave out rows that say less than is asked, where the same place and period has rows that say enough."""
    margin = margins.keeps(margins.margin[parts.cell])
    here = _numbered(parts)
    most = np.zeros(int(here.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(most, here, _bits(margin))
    return parts.take(_bits(margin) == most[here])


def _choose(parts: Parts, margins: Margins, rules: IndicatorRules, totals: str) -> tuple[Codes, list[Difference]]:
    """Return the rows of the one margin that each projected cell is read from, and the differences."""
    cell = margins.projected[parts.cell]
    margin = margins.margin[parts.cell]
    order = np.lexsort((margin, cell, parts.place, parts.target, parts.indicator))
    keys = [key[order] for key in (parts.indicator, parts.target, parts.place, cell)]
    starts = new_segments(*keys, margin[order])
    if not len(starts):
        return np.zeros(0, dtype=np.int64), []
    fullness = np.maximum.reduceat(parts.count[order], starts)
    extra = _bits(margin[order][starts] & ~margins.kept)
    exact = extra == 0
    prefer = exact if totals == "given" else ~exact
    # Full before not full, then the one the methodology prefers, then the finest.
    of_cell = new_segments(*[key[starts] for key in keys])
    group = np.repeat(np.arange(len(of_cell)), np.diff(np.append(of_cell, len(starts))))
    ranking = np.lexsort((extra, prefer, fullness, group))
    best = ranking[np.append(of_cell[1:], len(starts)) - 1]
    is_best = np.zeros(len(starts), dtype=bool)
    is_best[best] = True
    lengths = np.diff(np.append(starts, len(order)))
    totals_by_margin = np.add.reduceat(np.nan_to_num(parts.values.value[order]), starts)
    there = np.logical_or.reduceat(~np.isnan(parts.values.value[order]), starts)
    differences = _differences(keys, starts, group, is_best, best, totals_by_margin, fullness, there, rules)
    return np.sort(order[np.repeat(is_best, lengths)]), differences


def _differences(
    keys: list[Codes],
    starts: Codes,
    group: Codes,
    is_best: Truths,
    best: Codes,
    totals: NDArray[np.float64],
    fullness: Codes,
    there: Truths,
    rules: IndicatorRules,
) -> list[Difference]:
    """List margins as full as the one that counts whose sum is another."""
    other = np.flatnonzero(~is_best)
    if not len(other):
        return []
    mine = best[group[other]]
    adds = rules.rules["group"][keys[0][starts[other]]] == "sum"
    apart = ~np.isclose(totals[other], totals[mine], rtol=1e-9, atol=1e-9)
    found = other[adds & apart & (fullness[other] >= fullness[mine]) & there[other] & there[mine]]
    return [
        Difference(
            indicator=int(keys[0][starts[row]]),
            target=int(keys[1][starts[row]]),
            place=int(keys[2][starts[row]]),
            counted=float(totals[best[group[row]]]),
            other=float(totals[row]),
        )
        for row in found
    ]


def _numbered(parts: Parts) -> Codes:
    """Number of the indicator × target × place of each row, whose order is that of these keys."""
    starts = new_segments(parts.indicator, parts.target, parts.place)
    return np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(parts))))


def _bits(margin: Codes) -> Codes:
    """How many dimensions a margin is broken down by."""
    count = np.zeros(len(margin), dtype=np.int64)
    left = margin.copy()
    while left.any():
        count += left & 1
        left >>= 1
    return count
