"""Layers of a graph: how many links in a row lead to each of its nodes, and what stands in a loop.

Nodes are whole numbers from 0, links are two lists of them. What nothing leads to is taken away, then what nothing
leads to any more, again and again (Kahn 1962, *Communications of the ACM* 5: 558-562). What is never taken away stands
in a loop, or after one.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final

__all__ = ["IN_A_LOOP", "LARGE", "layers"]

#: The layer of what stands in a loop, or after one.
IN_A_LOOP: Final = -1
#: From so many links on, numpy takes a layer at a time; with fewer, loading numpy would take longer than the work.
LARGE: Final = 1_000
#: After so many layers the rest is taken node by node: a layer of few nodes is not worth an array.
_DEEP: Final = 100


def layers(count: int, sources: Sequence[int], targets: Sequence[int]) -> Sequence[int]:
    """Return for each node the most links in a row that lead to it, or `IN_A_LOOP`.

    Parameters
    ----------
    count : int
        How many nodes there are.
    sources, targets : sequence of int
        Where each link begins and where it ends.

    Examples
    --------
    >>> list(layers(4, [0, 1, 0], [1, 2, 2]))
    [0, 1, 2, 0]
    >>> list(layers(4, [0, 1, 2, 2], [1, 2, 1, 3]))
    [0, -1, -1, -1]
    """
    by = _node_by_node if len(sources) < LARGE else _layer_by_layer
    return by(count, sources, targets)


def _node_by_node(count: int, sources: Sequence[int], targets: Sequence[int]) -> Sequence[int]:
    effects: list[list[int]] = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in zip(sources, targets, strict=True):
        effects[source].append(target)
        waiting[target] += 1
    ready = [node for node in range(count) if not waiting[node]]
    found = [IN_A_LOOP if waits else 0 for waits in waiting]
    for node in ready:
        for target in effects[node]:
            waiting[target] -= 1
            if not waiting[target]:
                # They are taken layer by layer, so that the last of its causes is the deepest.
                found[target] = found[node] + 1
                ready.append(target)
    return array("q", found)


def _layer_by_layer(count: int, sources: Sequence[int], targets: Sequence[int]) -> Sequence[int]:
    import numpy as np

    tails, heads = np.asarray(sources, dtype=np.int64), np.asarray(targets, dtype=np.int64)
    found = np.full(count, IN_A_LOOP)
    waiting = np.bincount(heads, minlength=count)
    layer, ready = 0, waiting == 0
    while ready.any():
        if layer == _DEEP:
            rest = np.asarray(_node_by_node(count, tails.tolist(), heads.tolist()))
            untaken = found == IN_A_LOOP
            found[untaken] = np.where(rest[untaken] == IN_A_LOOP, IN_A_LOOP, rest[untaken] + layer)
            break
        found[ready] = layer
        leaving = ready[tails]
        led_to = np.bincount(heads[leaving], minlength=count)
        waiting -= led_to
        tails, heads = tails[~leaving], heads[~leaving]
        ready = (waiting == 0) & (led_to > 0)
        layer += 1
    return array("q", found.tobytes())
