"""Fold leaves that an engine made, where that raises no question.  Methodology §3.2.

What an indicator must hold to be folded is what ``folding`` asks of one in memory; here it is read from the bits of
its leaves: which periods had a row, which a value, which a reason. An indicator of which a row is in doubt, or at
fault, is not folded: its rows are read one by one, by the ordinary reader, which then says what is wrong with them.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.due import Reported, named_pairs, said_frequencies
from cpas.methods.aggregation.folding import Folded
from cpas.methods.aggregation.leaf_folds import fold_leaves
from cpas.methods.aggregation.leaf_traits import LeafTraits, leaf_traits
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.timing import Timing
from cpas.model import Plan
from cpas.tables.keys import distinct, new_segments
from cpas.tables.lazy_answers import members_of
from cpas.tables.leaves import BITS, Leaves, bits_in
from cpas.tables.rows import only_used
from cpas.tables.trees import PlaceTree

__all__ = ["Condensed", "condense", "may_condense"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def may_condense(plan: Plan, rules: IndicatorRules) -> Truths:
    """Return which indicators may be folded from leaves, if their rows raise no question either."""
    return leaf_traits(plan, rules).may_fold


@attrs.frozen(eq=False, kw_only=True)
class Condensed:
    """What leaves make, and which indicators were left out."""

    #: Partial aggregates, one record per rules.
    folded: list[Folded]
    #: Who reported it.
    reported: list[Reported]
    #: Which indicators of the plan were folded.
    plain: Truths
    #: Number of rows by period, of those that were folded.
    rows_of_period: Codes
    #: Cells of groups that occur with each indicator that was folded: indicators and packed cells, each pair once.
    cells: tuple[Codes, Codes]


def condense(
    leaves: Leaves, timing: Timing, plan: Plan, tree: PlaceTree, rules: IndicatorRules, rows: Codes
) -> Condensed:
    """Return what can be folded of leaves, sorted by indicator, place, span and cell.

    Parameters
    ----------
    leaves : Leaves
        All leaves of some indicators.
    timing : Timing
        Their periods.
    plan, tree, rules
        The plan, its places and its rules.
    rows : array of int
        How many rows each indicator has: those of an unreadable period have no leaf.

    Notes
    -----
    Methodology §3.2.
    """
    traits = leaf_traits(plan, rules)
    points, margin = _points(leaves, traits), _margin(leaves, plan)
    shape = _shape(leaves, tree)
    odd = _odd(leaves, points, margin, traits, rules)
    frequency = _one_frequency(leaves, timing, len(plan.indicators))
    plain = np.zeros(len(plan.indicators), dtype=bool)
    plain[leaves.indicator[leaves.indicator >= 0]] = True
    remarked = _remarked(leaves, frequency, timing, plan, tree)
    for numbers in (odd, shape.odd(leaves, points), _cannot(leaves, shape, margin, traits), remarked):
        plain[numbers[numbers >= 0]] = False
    plain &= np.bincount(leaves.indicator + 1, leaves.rows, len(plan.indicators) + 1)[1:] == rows
    plain &= traits.may_fold & (frequency >= 0) & ~timing.asks[frequency]
    if not plain[leaves.indicator].all():
        mine = np.flatnonzero(plain[leaves.indicator])
        leaves, points = leaves.take(mine), points[mine]
    usual = np.where(plain, frequency, -1)
    pairs = new_segments(leaves.indicator, leaves.place)
    reported = Reported(
        pairs=(leaves.indicator[pairs], leaves.place[pairs]), frequencies=timing.frequencies, usual=usual
    )
    # Every place gives the same cells in all its spans.
    first = leaves.span == np.repeat(leaves.span[pairs], np.diff(np.append(pairs, len(leaves))))
    room = int(leaves.cell.max(initial=0)) + 1
    cells = distinct(leaves.indicator[first] * room + leaves.cell[first])
    return Condensed(
        folded=fold_leaves(leaves, points, timing, traits, rules),
        reported=[reported],
        plain=plain,
        rows_of_period=_rows_of_period(leaves, timing, plan),
        cells=(cells // room, cells % room),
    )


def _rows_of_period(leaves: Leaves, timing: Timing, plan: Plan) -> Codes:
    """Count rows by period, of the periods that are outside the plan's own."""
    found = np.zeros(len(timing.periods), dtype=np.int64)
    for number, period in enumerate(timing.periods):
        if plan.period is not None and not plan.period.overlaps(period):
            (span,), (position,) = np.nonzero(timing.period == number)
            found[number] = int(((leaves.said[leaves.span == span] >> position) & 1).sum())
    return found


# -- what raises a question ----------------------------------------------------------------------------------------


def _points(leaves: Leaves, traits: LeafTraits) -> Codes:
    """Return the bits of the periods in which there is all that a value of the indicator's kind needs, and no more."""
    is_ratio, is_pair = traits.is_ratio.take(leaves.indicator), traits.is_pair.take(leaves.indicator)
    points = np.where(is_ratio, leaves.above, leaves.valued)
    other = np.where(is_ratio, leaves.valued, leaves.above)
    points[(other != 0) | (leaves.below != np.where(is_pair, points, 0))] = -1
    return points


def _odd(leaves: Leaves, points: Codes, margin: Codes, traits: LeafTraits, rules: IndicatorRules) -> Codes:
    """Return the indicators of leaves in which a row is at fault, doubled, or more than a value or a reason."""
    silent = np.zeros(len(leaves), dtype=np.int64)
    doubled = np.zeros(len(leaves), dtype=bool)
    for bits in leaves.silent.values():
        doubled |= (silent & bits) != 0
        silent |= bits
    sums = (leaves.value, leaves.numerator, leaves.denominator, leaves.product)
    finite = np.logical_and.reduce([np.isfinite(column) for column in sums])
    odd = (
        doubled
        | (points < 0)
        | (leaves.odd > 0)
        | (rules.is_share.take(leaves.indicator) & (leaves.over > 0))
        | (leaves.rows > BITS)
        | (bits_in(leaves.said) != leaves.rows)
        | ((points | silent) != leaves.said)
        | ((points & silent) != 0)
        | (rules.is_count.take(leaves.indicator) & (leaves.least < 0))
        | (leaves.least_below <= 0)
        | ~finite
        | (leaves.place < 0)
        | (leaves.cell < 0)
        # Broken down by a dimension that is not the indicator's.
        | ((margin & ~traits.dimensions.take(leaves.indicator)) != 0)
    )
    found: Codes = leaves.indicator[odd]
    return found


@attrs.frozen(eq=False)
class _Shape:
    """How leaves stand together: sorted by indicator, place, span and cell."""

    #: Where a new indicator, place and span begins.
    spots: Codes
    #: Where a new indicator and place begins.
    pairs: Codes
    #: Pairs that lie in another place of the same indicator.
    nested: Codes

    def odd(self, leaves: Leaves, points: Codes) -> Codes:
        """Return the indicators whose places do not give the same cells, of one margin, in every return."""
        n = len(leaves)
        odd = np.zeros(n, dtype=bool)
        lengths = np.diff(np.append(self.spots, n))
        first = np.repeat(self.spots, lengths)
        for column in (leaves.said, points, *leaves.silent.values()):
            odd[1:] |= column[1:] != column[:-1]
        odd[self.spots] = False
        in_pair = np.repeat(np.arange(len(self.pairs)), np.diff(np.append(self.pairs, n)))
        # The cells of each span are those of the first span of the place.
        first_spot = np.searchsorted(self.spots, self.pairs)
        alike = lengths[first_spot][in_pair[self.spots]] == lengths
        beside = self.pairs[in_pair] + np.arange(n) - first
        odd |= ~np.repeat(alike, lengths) | (leaves.cell[np.minimum(beside, n - 1)] != leaves.cell)
        has_points = np.zeros(len(self.pairs), dtype=bool)
        has_points[in_pair[points > 0]] = True
        odd |= ~has_points[in_pair]
        return np.concatenate([leaves.indicator[odd], self.nested])


def _shape(leaves: Leaves, tree: PlaceTree) -> _Shape:
    pairs = new_segments(leaves.indicator, leaves.place)
    indicator, place = leaves.indicator[pairs], leaves.place[pairs]
    width = len(tree.ids) + 1
    keys, above = indicator * width + place, np.maximum(place, 0)
    nested = np.zeros(len(pairs), dtype=bool)
    for _ in range(int(tree.depth.max(initial=0))):
        climbing = above != tree.parent[above]
        above = tree.parent[above]
        nested |= climbing & np.isin(indicator * width + above, keys)
    return _Shape(new_segments(leaves.indicator, leaves.place, leaves.span), pairs, indicator[nested])


def _cannot(leaves: Leaves, shape: _Shape, margin: Codes, traits: LeafTraits) -> Codes:
    """Return the indicators whose rules do not fold over an axis on which something must be combined."""
    lengths = np.diff(np.append(shape.spots, len(leaves)))
    groups = leaves.indicator[shape.spots[lengths > 1]]
    mine = leaves.indicator[shape.pairs]
    places = mine[1:][mine[1:] == mine[:-1]]
    found = [some[~traits.folds[axis].take(some)] for axis, some in (("group", groups), ("place", places))]
    starts = new_segments(leaves.indicator)
    several = np.minimum.reduceat(margin, starts) < np.maximum.reduceat(margin, starts)
    return np.concatenate([*found, leaves.indicator[starts][several]])


def _margin(leaves: Leaves, plan: Plan) -> Codes:
    cells, of = np.unique(leaves.cell, return_inverse=True) if (leaves.cell < 0).any() else only_used(leaves.cell)
    broken = members_of(np.maximum(cells, 0).tolist(), plan) > 0
    margin: Codes = (broken.astype(np.int64) << np.arange(len(plan.dimensions))).sum(axis=1)[of]
    return margin


def _one_frequency(leaves: Leaves, timing: Timing, count: int) -> Codes:
    """Return the number of the one frequency of each indicator's rows, or −1."""
    found = np.zeros((count, len(timing.frequencies)), dtype=bool)
    for number in range(len(timing.frequencies)):
        bits = timing.frequency_bits(number)
        found[leaves.indicator[(leaves.said & bits[leaves.span]) != 0], number] = True
    return np.where(found.sum(axis=1) == 1, found.argmax(axis=1) if found.shape[1] else 0, -1)


def _remarked(leaves: Leaves, frequency: Codes, timing: Timing, plan: Plan, tree: PlaceTree) -> Codes:
    """Return the indicators with periods or places that the plan does not name: the reader remarks on them."""
    words, said = said_frequencies(plan)
    known = np.array([words.index(word) if word in words else -2 for word in timing.frequencies], dtype=np.int64)
    other = np.flatnonzero((said >= 0) & (frequency >= 0) & (known[frequency] != said))
    width, named = len(tree.ids), named_pairs(plan)
    starts = new_segments(leaves.indicator, leaves.place)
    indicator, place = leaves.indicator[starts], leaves.place[starts]
    has_places = np.zeros(len(plan.indicators), dtype=bool)
    has_places[named // width] = True
    unnamed = has_places[indicator] & (place != tree.root) & ~np.isin(indicator * width + place, named)
    return np.concatenate([other, indicator[unnamed]])
