"""Places: roll values up to the places asked for.  Methodology §3.5.

A row at a parent place beside rows at places in it means what ``Indicator.place_rows`` says: ``own`` adds to them,
``total`` stands for them and is never added. Where the plan does not say, the combination is refused.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import Parts, Step, combine_parts
from cpas.methods.aggregation.reduction import PARENT_AND_CHILD
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.tables.trees import PlaceTree

__all__ = ["over_places", "stands_above"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]
_OWN, _TOTAL = 1, 2


def over_places(
    parts: Parts, tree: PlaceTree, towards: Codes, rules: IndicatorRules, trace: list[Step] | None = None
) -> tuple[Parts, Truths]:
    """Return partial aggregates by the places asked for, and which rows were below a total that stands for them.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place × cell.
    tree : PlaceTree
        The places.
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
    inside = towards[parts.place] >= 0
    above = stands_above(parts, tree, towards) if len(tree.ids) > 1 else np.zeros(len(parts), dtype=bool)
    meaning = rules.place_rows[parts.indicator]
    below_total = inside & above & (meaning == _TOTAL)
    refused = parts.values.refused.copy()
    refused[inside & above & (meaning == 0)] = PARENT_AND_CHILD
    kept = inside & ~below_total
    moved = attrs.evolve(parts, place=towards[parts.place], values=attrs.evolve(parts.values, refused=refused)).take(
        kept
    )
    return combine_parts(moved, rules.rules["place"], trace), below_total


def stands_above(parts: Parts, tree: PlaceTree, towards: Codes) -> Truths:
    """Whether a row has another, for the same indicator, period and cell, at a place above it that counts with it.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place × cell.
    tree : PlaceTree
        The places.
    towards : array of int
        For each place the place asked for that it counts in, or −1.
    """
    here = _without_place(parts)
    there = parts.values.is_there | ~np.isnan(parts.values.denominator)
    keys = np.unique(here[there] * len(tree.ids) + parts.place[there])
    found = np.zeros(len(parts), dtype=bool)
    above = parts.place
    for _ in range(int(tree.depth.max(initial=0))):
        climbing = above != tree.parent[above]
        above = tree.parent[above]
        asked = here * len(tree.ids) + above
        at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1) if len(keys) else asked
        known = (keys[at] == asked) if len(keys) else np.zeros(len(parts), dtype=bool)
        found |= climbing & known & (towards[above] == towards[parts.place])
    return found & there


def _without_place(parts: Parts) -> Codes:
    """One number per indicator × target × cell."""
    targets, cells = int(parts.target.max(initial=0)) + 1, int(parts.cell.max(initial=0)) + 1
    return (parts.indicator * targets + parts.target) * cells + parts.cell
