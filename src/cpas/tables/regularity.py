"""Which indicators are reported so regularly that adding them up raises no question.

Almost all of a large table is: each place gives one margin of groups, the same cells in every return, in periods of one
frequency, as exact numbers. Who is told so for a whole indicator need not ask it of every row.
"""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.blocks import Block, Packed, ranges
from cpas.tables.keys import among, new_segments
from cpas.tables.rows import NO_CODE, is_blank
from cpas.tables.trees import PlaceTree

__all__ = ["Regularity", "regularity"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]

#: Frequency of any two dates: such periods may overlap.
_DATES: Final = "dates"


@attrs.frozen(eq=False, kw_only=True)
class Regularity:
    """What holds for each indicator of a plan, by its number."""

    #: Whether it is reported regularly; not where it has no rows.
    is_regular: Truths
    #: Number of its one frequency in `frequencies`; −1 where it has several or no rows.
    frequency: Codes
    #: Whether a place gives several cells of groups.
    has_groups: Truths
    #: Whether several places report.
    has_places: Truths
    #: The frequencies that occur.
    frequencies: tuple[str, ...]
    #: Indicators and places with current values, each pair once, sorted.
    spots: tuple[Codes, Codes]


def regularity(packed: Packed, tree: PlaceTree, count: int) -> Regularity:
    """Return which indicators are reported regularly.

    Parameters
    ----------
    packed : Packed
        The observations.
    tree : PlaceTree
        The places.
    count : int
        How many indicators the plan has.
    """
    frequencies = tuple(sorted({period.frequency for period in packed.periods}))
    bit = np.array([1 << frequencies.index(period.frequency) for period in packed.periods], dtype=np.int64)
    margin = np.array([sum(1 << n for n, member in enumerate(cell) if member) for cell in packed.cells], dtype=np.int64)
    bits, odd = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=bool)
    has_groups, has_places = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    for block in packed.blocks:
        here = _first_series(block)
        odd[block.indicator[_odd_series(block, here, margin)]] = True
        np.bitwise_or.at(bits, block.indicator, np.bitwise_or.reduceat(bit[block.period], block.starts[:-1]))
        has_groups[block.indicator[here[:-1][np.diff(here) > 1]]] = True
        spots = block.indicator[here[:-1]]
        has_places[spots[1:][spots[1:] == spots[:-1]]] = True
        odd[spots[_nested(spots, block.place[here[:-1]], tree)]] = True
    np.bitwise_or.at(bits, packed.missing.indicator, bit[packed.missing.period])
    width = len(tree.ids)
    keys, many = _series_keys(packed, width)
    odd[packed.missing.indicator[_odd_missing(packed, width, keys, many)]] = True
    one = (bits > 0) & (bits & (bits - 1) == 0)
    frequency = np.where(one, np.log2(np.maximum(bits, 1)).astype(np.int64), -1)
    overlapping = [n for n, word in enumerate(frequencies) if word == _DATES]
    return Regularity(
        is_regular=one & ~odd & ~np.isin(frequency, overlapping),
        frequency=frequency,
        has_groups=has_groups,
        has_places=has_places,
        frequencies=frequencies,
        spots=(keys // width, keys % width),
    )


def _first_series(block: Block) -> Codes:
    """Return the first series of each indicator and place, and after the last the count of series."""
    return np.append(new_segments(block.indicator, block.place), len(block.indicator))


def _odd_series(block: Block, here: Codes, margin: Codes) -> Codes:
    """Return series that have bounds, half a share, another margin, or other periods than the one before them."""
    odd = np.zeros(len(block.indicator), dtype=bool)
    for column in (block.low, block.high):
        if not is_blank(column):
            odd |= np.logical_or.reduceat(~np.isnan(column), block.starts[:-1])
    if not (is_blank(block.numerator) and is_blank(block.denominator)):
        for column in (block.numerator, block.denominator):
            odd |= np.logical_or.reduceat(np.isnan(column), block.starts[:-1])
    mine = margin[block.cell]
    starts = new_segments(block.indicator)
    lengths = np.diff(np.append(starts, len(mine)))
    odd |= np.repeat(np.minimum.reduceat(mine, starts) < np.maximum.reduceat(mine, starts), lengths)
    odd[_unlike_the_one_before(block, here)] = True
    return np.flatnonzero(odd)


def _unlike_the_one_before(block: Block, here: Codes) -> Codes:
    """Return series whose periods are not those of the series before, of the same indicator and place."""
    follows = np.ones(len(block.indicator), dtype=bool)
    follows[here[:-1]] = False
    after = np.flatnonzero(follows)
    lengths = block.lengths
    as_long = lengths[after] == lengths[after - 1]
    same = after[as_long]
    points, before = (ranges(block.starts[some], lengths[same]) for some in (same, same - 1))
    differs = block.period[points] != block.period[before]
    apart = np.repeat(np.arange(len(same)), lengths[same])[differs]
    return np.concatenate([after[~as_long], same[np.unique(apart)]])


def _nested(indicator: Codes, place: Codes, tree: PlaceTree) -> Truths:
    """Which pairs of an indicator and a place lie in another place of the same indicator."""
    width = len(tree.ids)
    pairs = indicator.astype(np.int64) * width + place
    above, found = place.astype(np.int64), np.zeros(len(pairs), dtype=bool)
    for _ in range(int(tree.depth.max(initial=0))):
        climbing = above != tree.parent[above]
        above = tree.parent[above]
        asked = indicator.astype(np.int64) * width + above
        at = np.minimum(np.searchsorted(pairs, asked), len(pairs) - 1)
        found |= climbing & (pairs[at] == asked)
    return found


def _odd_missing(packed: Packed, width: int, known: Codes, lengths: Codes) -> Codes:
    """Return missing rows that are not of a return in which all the cells that its place gives are missing."""
    rows = packed.missing
    # Words have no reason; a denominator alone leaves a share open; what is withheld may have bounds.
    odd = rows.reason == NO_CODE
    for column in (rows.value, rows.numerator, rows.denominator, rows.low, rows.high):
        odd |= ~np.isnan(column)
    cells = len(packed.cells)
    spot = rows.indicator.astype(np.int64) * width + rows.place
    known_cells = np.sort(np.concatenate([_cell_keys(block, width, cells) for block in packed.blocks] or [spot[:0]]))
    odd |= ~among(known_cells, spot * cells + rows.cell)
    order = np.lexsort((rows.period, spot))
    starts = new_segments(spot[order], rows.period[order])
    if not len(starts):
        return np.flatnonzero(odd)
    many = np.diff(np.append(starts, len(order)))
    at = np.minimum(np.searchsorted(known, spot[order[starts]]), max(len(known) - 1, 0))
    due = lengths[at] if len(known) else np.zeros(len(starts), dtype=np.int64)
    odd[order[np.repeat(many != due, many)]] = True
    return np.flatnonzero(odd)


def _series_keys(packed: Packed, width: int) -> tuple[Codes, Codes]:
    """Return each indicator and place as one number, rising, and how many cells the place gives."""
    keys, many = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for block in packed.blocks:
        here = _first_series(block)
        keys.append(block.indicator[here[:-1]].astype(np.int64) * width + block.place[here[:-1]])
        many.append(np.diff(here))
    both, counts = np.concatenate(keys), np.concatenate(many)
    order = np.argsort(both)
    return both[order], counts[order]


def _cell_keys(block: Block, width: int, cells: int) -> Codes:
    keys: Codes = (block.indicator.astype(np.int64) * width + block.place) * cells + block.cell
    return keys
