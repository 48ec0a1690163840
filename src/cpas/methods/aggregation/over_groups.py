"""Groups: each cell is read from one margin, never from a mix.  Methodology §3.4.

A margin is the set of dimensions by which rows are broken down. A total given and its parts are two margins of the
same thing: one of them counts, by the methodology, and where they differ that is a remark. Where values add up over
time the margin is chosen return by return: a total in one month and parts in another make one quarter. Where one
value holds for the whole time it is chosen once, the latest first.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import Parts, Step, combine_parts, number_keys
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.tables.keys import distinct, new_segments

__all__ = [
    "Difference",
    "Margins",
    "choose_margins",
    "is_mixed",
    "mark_short",
    "only_as_fine",
    "over_groups",
    "read_margins",
]

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


@attrs.frozen(kw_only=True)
class Difference:
    """A total given and the sum of its parts that are not the same."""

    #: Number of the indicator.
    indicator: int
    #: Number of the observed period, or −1 where several were combined.
    period: int
    #: Number of the target period.
    target: int
    #: Number of the place.
    place: int
    #: What the parts are: ``groups`` or ``places``.
    of: str
    #: The one that counts.
    counted: float
    #: The other one.
    other: float


def over_groups(parts: Parts, margins: Margins, rules: IndicatorRules, trace: list[Step] | None = None) -> Parts:
    """Return partial aggregates by the cells that are kept.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place × cell of the store, each cell from one margin.
    margins : Margins
        The cells, seen from the kept dimensions.
    rules : IndicatorRules
        The plan's rules, compiled.
    trace : list of Step, optional
        Takes the step.

    Notes
    -----
    Methodology §3.4.
    """
    projected = attrs.evolve(parts, cell=margins.projected[parts.cell]) if len(margins.projected) else parts
    return combine_parts(projected, rules.rules["group"], trace, same_returns=True)


def only_as_fine(parts: Parts, margins: Margins, towards: Codes) -> Parts:
    """Leave out rows that say less than is asked, where others that count in the same place say enough.

    Notes
    -----
    Methodology §3.4.1. Values go before reasons; where there are none, the finest reasons stand.
    """
    if not margins.kept:
        return parts
    fineness = _bits(margins.margin[parts.cell] & margins.kept)
    here = number_keys(parts.indicator, parts.target, towards[parts.place] + 1)
    _, here = np.unique(here, return_inverse=True)
    silent, most = (np.full(int(here.max(initial=-1)) + 1, -1, dtype=np.int64) for _ in range(2))
    np.maximum.at(silent, here, fineness)
    np.maximum.at(most, here, np.where(parts.values.is_there, fineness, -1))
    return parts.take(fineness == np.where(most < 0, silent, most)[here])


def choose_margins(
    parts: Parts, margins: Margins, rules: IndicatorRules, totals: str, *, by_period: bool
) -> tuple[Truths, list[Difference]]:
    """Return which rows are of the one margin that their cell is read from, and where totals and parts differ.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place × cell of the store, and by period where `by_period`.
    margins : Margins
        The cells, seen from the kept dimensions.
    rules : IndicatorRules
        The plan's rules, compiled.
    totals : str
        ``given``: a total given counts where it is there; ``parts``: the finest whole margin does.
    by_period : bool
        Choose return by return; else once, the latest or the fullest first.

    Notes
    -----
    Methodology §3.4.2. A margin without a value never counts before one with a value, nor one that lacks a cell
    before one that is whole.
    """
    chosen = np.ones(len(parts), dtype=bool)
    mixed = is_mixed(parts, margins)
    if not mixed.any():
        return chosen, []
    some = np.flatnonzero(mixed)
    chosen[some], differences = _choose(parts.take(some), margins, rules, totals, by_period=by_period)
    return chosen, differences


def is_mixed(parts: Parts, margins: Margins) -> Truths:
    """Which rows are of an indicator that is given by several margins."""
    if not len(parts) or not margins.margin.any():
        return np.zeros(len(parts), dtype=bool)
    many = int(margins.margin.max()) + 1
    pairs = np.bincount(parts.indicator * many + margins.margin[parts.cell], minlength=many)
    pairs = np.append(pairs, np.zeros(-len(pairs) % many, dtype=np.int64)).reshape(-1, many)
    found: Truths = ((pairs > 0).sum(axis=1) > 1)[parts.indicator]
    return found


def _choose(
    parts: Parts, margins: Margins, rules: IndicatorRules, totals: str, *, by_period: bool
) -> tuple[Truths, list[Difference]]:
    chosen = np.ones(len(parts), dtype=bool)
    cell, margin = margins.projected[parts.cell], margins.margin[parts.cell]
    period = parts.period if by_period else np.zeros(len(parts), dtype=np.int64)
    order = np.lexsort((margin, cell, period, parts.place, parts.target, parts.indicator))
    of_cell = new_segments(*(k[order] for k in (parts.indicator, parts.target, parts.place, period, cell)))
    starts = new_segments(*(k[order] for k in (parts.indicator, parts.target, parts.place, period, cell, margin)))
    if len(starts) == len(of_cell):
        return chosen, []
    there, owed = parts.values.is_there[order], parts.is_owed[order]
    has_value, is_whole = np.logical_or.reduceat(there, starts), ~np.logical_or.reduceat(owed, starts)
    fullness = np.maximum.reduceat(_fullness(parts, rules)[order], starts)
    extra = _bits(margin[order][starts] & ~margins.kept)
    prefer = (extra == 0) if totals == "given" else (extra > 0)
    group = np.searchsorted(of_cell, starts, side="right") - 1
    ranking = np.lexsort((extra, prefer, is_whole, fullness, has_value, group))
    best = ranking[np.append(np.searchsorted(group, np.arange(1, len(of_cell))), len(starts)) - 1]
    is_best = np.zeros(len(starts), dtype=bool)
    is_best[best] = True
    lengths = np.diff(np.append(starts, len(order)))
    chosen[order] = np.repeat(is_best, lengths)
    mine = best[group]
    value = np.add.reduceat(np.nan_to_num(parts.values.value[order]), starts)
    adds = rules.rules["group"][parts.indicator[order][starts]] == "sum"
    apart = ~np.isclose(value, value[mine], rtol=1e-9, atol=1e-9)
    comparable = adds & has_value & has_value[mine] & is_whole & is_whole[mine] & (fullness == fullness[mine])
    found = np.flatnonzero(apart & comparable & ~is_best)
    return chosen, [
        Difference(
            indicator=int(parts.indicator[row]),
            period=int(parts.period[row]),
            target=int(parts.target[row]),
            place=int(parts.place[row]),
            of="groups",
            counted=float(value[mine[n]]),
            other=float(value[n]),
        )
        for n, row in zip(found.tolist(), order[starts[found]].tolist(), strict=True)
    ]


def mark_short(parts: Parts, *, by_period: bool) -> Parts:
    """Return the rows with those marked that are missing in a return that came.  Methodology §3.6.3."""
    owed = parts.is_owed
    if not owed.any():
        return parts
    here = number_keys(parts.indicator, parts.target, parts.place, *([parts.period] if by_period else []))
    # Only returns that lack something matter, and they are few.
    lacking = distinct(here[owed])
    at = np.minimum(np.searchsorted(lacking, here), len(lacking) - 1)
    lacks = lacking[at] == here
    came = np.zeros(len(lacking), dtype=bool)
    came[at[lacks & parts.values.is_there]] = True
    return attrs.evolve(parts, short=parts.short + (owed & came[at]))


def _fullness(parts: Parts, rules: IndicatorRules) -> Codes:
    """How much stands behind a row: its last day where one value is taken, else how many periods."""
    return np.where(rules.takes_last[parts.indicator], parts.end, parts.count)


def _bits(margin: Codes) -> Codes:
    """How many dimensions a margin is broken down by."""
    count = np.zeros(len(margin), dtype=np.int64)
    left = margin.copy()
    while left.any():
        count += left & 1
        left >>= 1
    return count
