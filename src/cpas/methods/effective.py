"""Effective weights: what each leaf weighs at each node, whatever lies between."""

from __future__ import annotations

import graphlib
import math
from collections.abc import Mapping

from cpas.errors import MethodError

__all__ = ["effective_weights"]


def effective_weights(weights: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Weight of every leaf at every node: products of shares along a path, added over all paths.

    ``e_leaf = Σ_paths Π w / Σ w``: a leaf that serves two parents counts by both.

    Parameters
    ----------
    weights : mapping
        Node to its children and their weights, not negative. A child that is no node is a leaf.

    Returns
    -------
    dict
        Node to leaf to effective weight; the leaves of one node add up to 1. Nodes in the order given, leaves in the
        order they are met.

    Raises
    ------
    MethodError
        If nodes form a loop, or the weights of a node are negative, missing, or all zero.

    Notes
    -----
    Methodology §5.8. Becker and others 2017 (Ecological Indicators 80) on weights stated and in effect.

    Examples
    --------
    Goals of one, and of two indicators: equal weights at each node, unequal ones of the leaves.

    >>> effective_weights({"index": {"g1": 1, "g2": 1}, "g1": {"a": 1}, "g2": {"a": 1, "b": 1}})["index"]
    {'a': 0.75, 'b': 0.25}
    """
    found: dict[str, dict[str, float]] = {}
    for node in _children_first(weights):
        if node in weights:
            found[node] = _leaves(node, weights[node], found)
    return {node: found[node] for node in weights}


def _children_first(weights: Mapping[str, Mapping[str, float]]) -> list[str]:
    try:
        return list(graphlib.TopologicalSorter(weights).static_order())
    except graphlib.CycleError as error:
        loop = " → ".join(map(str, error.args[1]))
        raise MethodError(f"Weights have no effect around a loop: {loop}.", loop=tuple(error.args[1])) from None


def _leaves(node: str, children: Mapping[str, float], found: Mapping[str, dict[str, float]]) -> dict[str, float]:
    total = math.fsum(children.values())
    if not 0 < total < math.inf or min(children.values()) < 0:
        raise MethodError(f"The weights of {node!r} must not be negative, and some must be above zero.", node=node)
    leaves: dict[str, float] = {}
    for child, weight in children.items():
        for leaf, part in found.get(child, {child: 1.0}).items():
            leaves[leaf] = leaves.get(leaf, 0.0) + weight / total * part
    return leaves
