"""Places: roll values up to the places asked for.  Methodology §3.5.

A row at a parent place beside rows at places in it means what ``Indicator.place_rows`` says: ``own`` adds to them,
``total`` stands for them, is compared with them, and is never added. Where the plan does not say, the combination is
refused. As with groups, values that add up over time are settled return by return, others once, the latest first.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.over_groups import Difference
from cpas.methods.aggregation.parts import Parts, Step, combine_parts, number_keys
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.values import PARENT_AND_CHILD
from cpas.tables.keys import distinct, new_segments
from cpas.tables.trees import PlaceTree

__all__ = ["is_nested", "over_places", "settle_places"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]
OWN: Final = 1


def over_places(parts: Parts, towards: Codes, rules: IndicatorRules, trace: list[Step] | None = None) -> Parts:
    """Return partial aggregates by the places asked for.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place × cell, rows at parents settled.
    towards : array of int
        For each place of the tree the place asked for that it counts in, or −1.
    rules : IndicatorRules
        The plan's rules, compiled.
    trace : list of Step, optional
        Takes the step.

    Notes
    -----
    Methodology §3.5.
    """
    inside = parts.take(towards[parts.place] >= 0)
    moved = attrs.evolve(inside, place=towards[inside.place])
    return combine_parts(moved, rules.rules["place"], trace)


def is_nested(parts: Parts, tree: PlaceTree) -> bool:
    """Whether any indicator has rows at a place and at places in it."""
    width = len(tree.ids)
    starts = new_segments(parts.indicator, parts.place)
    pairs = distinct(parts.indicator[starts] * width + parts.place[starts])
    place = pairs % width
    above = place
    for _ in range(int(tree.depth.max(initial=0))):
        climbing = above != tree.parent[above]
        above = tree.parent[above]
        if np.isin((pairs - place + above)[climbing], pairs).any():
            return True
    return False


def settle_places(
    parts: Parts, cell: Codes, tree: PlaceTree, towards: Codes, rules: IndicatorRules, *, by_period: bool
) -> tuple[Parts, list[Difference]]:
    """Return the rows that count where some stand at a place and others at places in it; and totals that differ.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place × cell, and by period where `by_period`.
    cell : array of int
        For each row the cell by which rows are compared.
    tree : PlaceTree
        The places.
    towards : array of int
        For each place of the tree the place asked for that it counts in, or −1.
    rules : IndicatorRules
        The plan's rules, compiled.
    by_period : bool
        Settle return by return; else once.

    Notes
    -----
    Methodology §3.5.1.
    """
    if len(tree.ids) < 2 or not len(parts):
        return parts, []
    period = parts.period if by_period else np.zeros(len(parts), dtype=np.int64)
    here = number_keys(parts.indicator, parts.target, period, cell)
    above = _nearest_above(parts, here, tree, towards)
    below = above >= 0
    if not below.any():
        return parts, []
    meaning = rules.place_rows[parts.indicator]
    refused = parts.values.refused.copy()
    refused[below & (meaning == 0)] = PARENT_AND_CHILD
    parts = attrs.evolve(parts, values=attrs.evolve(parts.values, refused=refused))
    is_total = below & (meaning > OWN)
    older = np.zeros(len(parts), dtype=bool)
    if not by_period:
        # A total that is older than what is known below it no longer stands for it.
        np.logical_or.at(older, above[is_total], parts.end[is_total] > parts.end[above[is_total]])
    outdated = is_total & older[above]
    differences = _differences(parts, here, np.flatnonzero(is_total & ~outdated), above, rules)
    return parts.take(~(is_total & ~outdated) & ~older), differences


def _nearest_above(parts: Parts, here: Codes, tree: PlaceTree, towards: Codes) -> Codes:
    """Return for each row the nearest one above it that counts in the same place asked for, or −1."""
    width = len(tree.ids)
    there = np.flatnonzero(parts.values.is_there & (towards[parts.place] >= 0))
    # Several rows of one cell at one place (cells of the store that project to one) count as one.
    keys, first = np.unique(here[there] * width + parts.place[there], return_index=True)
    found = np.full(len(parts), -1, dtype=np.int64)
    if not len(keys):
        return found
    above = parts.place
    for _ in range(int(tree.depth.max(initial=0))):
        climbing = above != tree.parent[above]
        above = tree.parent[above]
        asked = here * width + above
        at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        known = climbing & (keys[at] == asked) & (towards[above] == towards[parts.place]) & (found < 0)
        found[known] = there[first[at[known]]]
    found[~parts.values.is_there | (towards[parts.place] < 0)] = -1
    return found


def _differences(parts: Parts, here: Codes, below: Codes, above: Codes, rules: IndicatorRules) -> list[Difference]:
    """List totals of a place that are not the sum of the places in it.

    Fewer places than usual below a larger total prove nothing: the others did not report.
    """
    indicator = parts.indicator[below]
    below = below[(rules.rules["place"][indicator] == "sum") & (rules.rules["group"][indicator] == "sum")]
    if not len(below):
        return []
    _, spot = np.unique(number_keys(here, parts.place), return_inverse=True)
    value = np.bincount(spot, weights=np.nan_to_num(parts.values.value))
    rows, group = np.unique(above[below], return_inverse=True)
    counted, other = value[spot[rows]], np.bincount(group, weights=np.nan_to_num(parts.values.value[below]))
    many = np.array([len(np.unique(parts.place[below[group == n]])) for n in range(len(rows))])
    _, total = np.unique(number_keys(parts.indicator[rows], parts.place[rows]), return_inverse=True)
    usual = np.zeros(int(total.max()) + 1, dtype=np.int64)
    np.maximum.at(usual, total, many)
    apart = ~np.isclose(counted, other, rtol=1e-9, atol=1e-9) & ((other > counted) | (many == usual[total]))
    return [
        Difference(
            indicator=int(parts.indicator[row]),
            period=int(parts.period[row]),
            target=int(parts.target[row]),
            place=int(parts.place[row]),
            of="places",
            counted=float(counted[n]),
            other=float(other[n]),
        )
        for n, row in zip(np.flatnonzero(apart).tolist(), rows[apart].tolist(), strict=True)
    ]
