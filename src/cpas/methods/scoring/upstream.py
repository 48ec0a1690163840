"""Which indicators stand at an element or anywhere upstream of it, each once.  Methodology §9.3."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["pairs_upstream", "take_ranges"]

Codes = NDArray[np.int64]


def take_ranges(starts: Codes, lengths: Codes) -> Codes:
    """Return the numbers of several ranges, one after another.

    Examples
    --------
    >>> take_ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    before = np.cumsum(lengths) - lengths
    return np.asarray(np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths), dtype=np.int64)


def pairs_upstream(layers: Iterator[Codes], links: Codes, measures: Codes, count: int) -> Codes:
    """Return pairs of an element and an indicator at it or upstream of it, sorted, each once.

    Parameters
    ----------
    layers : iterator of array
        Numbers of the elements, causes before effects.
    links : array, links × 2
        Target and source.
    measures : array, measures × 2
        Element and indicator.
    count : int
        How many elements there are.

    Examples
    --------
    An objective with an indicator of its own above an outcome with two.

    >>> above = pairs_upstream(iter([np.array([1]), np.array([0])]), np.array([[0, 1]]),
    ...                        np.array([[0, 2], [1, 0], [1, 1]]), 2)
    >>> above.tolist()
    [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1]]
    """
    wide = int(measures[:, 1].max(initial=0)) + 1
    of_links, of_measures = _starts(links[:, 0], count), _starts(measures[:, 0], count)
    links, measures = (some[np.argsort(some[:, 0], kind="stable")] for some in (links, measures))
    start, length = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    kept, used = np.zeros(len(measures) + 1, dtype=np.int64), 0
    for layer in layers:
        own = measures[take_ranges(of_measures[layer], of_measures[layer + 1] - of_measures[layer])]
        link = links[take_ranges(of_links[layer], of_links[layer + 1] - of_links[layer])]
        above = kept[take_ranges(start[link[:, 1]], length[link[:, 1]])] % wide
        target = np.repeat(link[:, 0], length[link[:, 1]])
        found = np.unique(np.concatenate([own[:, 0] * wide + own[:, 1], target * wide + above]))
        if used + len(found) > len(kept):
            kept = np.resize(kept, 2 * (used + len(found)))
        kept[used : used + len(found)] = found
        start[layer] = used + np.searchsorted(found, layer * wide)
        length[layer] = np.searchsorted(found, (layer + 1) * wide) - (start[layer] - used)
        used += len(found)
    pairs = np.sort(kept[:used])
    return np.column_stack([pairs // wide, pairs % wide])


def _starts(codes: Codes, count: int) -> Codes:
    """Return where the rows of each code begin once they are sorted, and the end of the last."""
    return np.append(0, np.cumsum(np.bincount(codes, minlength=count)))
