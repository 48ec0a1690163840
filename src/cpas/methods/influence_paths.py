"""Influence along links: how much of it goes from one element to another, over all paths.  Methodology §10.6."""

from __future__ import annotations

import graphlib
import math
from collections.abc import Mapping

from cpas.errors import MethodError

__all__ = ["influence_along", "influence_shares"]


def influence_along(links: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Total influence of each node on each node it leads to: products of strengths along a path, added over paths.

    ``T = (I - W)^-1 - I``, which without loops is ``Σ_paths Π w``.

    Parameters
    ----------
    links : mapping
        Node to the nodes it leads to, with the strength of each link. A negative one works against its target: a path
        with an odd number of them does harm.

    Returns
    -------
    dict
        Node to node to influence, for those a path leads to. Nodes in the order given.

    Raises
    ------
    MethodError
        If links form a loop, or a strength is missing or infinite.

    Notes
    -----
    Methodology §10.6. The sum of the powers of a matrix, after Leontief (1936), Review of Economics and Statistics 18.
    It is a plausible contribution, never an attribution: strengths are people's judgements, and whatever is not in the
    plan has no path in it.

    Examples
    --------
    From a to d lead a-b-d, 0.15, a-c-d, 0.12, and a-b-c-d, 0.12 (methods reference, 3.8: total 0.39):

    >>> found = influence_along({"a": {"b": 0.5, "c": 0.2}, "b": {"c": 0.4, "d": 0.3}, "c": {"d": 0.6}})
    >>> round(found["a"]["d"], 12), round(found["b"]["d"], 12)
    (0.39, 0.54)
    """
    found: dict[str, dict[str, float]] = {}
    for node in _targets_first(links):
        totals: dict[str, float] = {}
        for target, strength in links.get(node, {}).items():
            if not math.isfinite(strength):
                raise MethodError(f"The link from {node!r} to {target!r} has no strength: {strength}.", node=node)
            for end, influence in {target: 1.0, **found[target]}.items():
                totals[end] = totals.get(end, 0.0) + strength * influence
        found[node] = totals
    return {node: found[node] for node in links}


def influence_shares(links: Mapping[str, Mapping[str, float]], *, on: str) -> dict[str, float]:
    """Share of each first cause in the influence of all first causes on one node.

    ``share_a = T_aY / Σ T_.Y`` over the nodes that nothing leads to.

    Parameters
    ----------
    links : mapping
        As in :func:`influence_along`.
    on : str
        The node influenced.

    Returns
    -------
    dict
        Node to share, in the order given; the shares add up to 1. Those without a path to it have 0.

    Raises
    ------
    MethodError
        As in :func:`influence_along`; also if an influence is negative, so that shares have no meaning, or there is
        none at all.

    Notes
    -----
    Methodology §10.6.

    Examples
    --------
    >>> influence_shares({"a": {"c": 0.5}, "b": {"c": 0.25}, "c": {"d": 0.4}}, on="d")
    {'a': 0.6666666666666666, 'b': 0.3333333333333333}
    """
    reached = {target for targets in links.values() for target in targets}
    totals = influence_along(links)
    of_first = {node: totals[node].get(on, 0.0) for node in links if node not in reached and node != on}
    whole = math.fsum(of_first.values())
    if not whole > 0 or min(of_first.values()) < 0:
        raise MethodError(f"Influence on {on!r} has no shares: it must be above zero, and none of it below.", node=on)
    return {node: influence / whole for node, influence in of_first.items()}


def _targets_first(links: Mapping[str, Mapping[str, float]]) -> list[str]:
    try:
        return list(graphlib.TopologicalSorter(links).static_order())
    except graphlib.CycleError as error:
        loop = " → ".join(map(str, error.args[1]))
        raise MethodError(f"Influence has no end around a loop: {loop}.", loop=tuple(error.args[1])) from None
