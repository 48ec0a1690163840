"""Smallest cuts: what would have to be lost for a result to be served by no activity any more.

By Menger's theorem the size of a smallest cut is the largest number of paths that share nothing, which is a largest
flow (Ford and Fulkerson 1956). All smallest cuts are then the sets that are closed in what the flow leaves over
(Picard and Queyranne 1980, *Mathematical Programming Study* 13: 8-16). They do not depend on which flow was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from cpas.errors import RequestError
from cpas.graph.steps import at_least_one, causes, effects, reached
from cpas.model import Plan

__all__ = ["cuts", "link_cuts"]

#: What can be lost: the id of an element, or the two ids of a link.
Lost = TypeVar("Lost", str, tuple[str, str])
#: Before or after an element, or the start of all.
Node = tuple[str, str]
#: From, to, and what is lost when it is cut; ``None`` where it cannot be.
Arc = tuple[Node, Node, Lost | None]

_START: Node = ("", "start")


def cuts(plan: Plan, id: str, *, limit: int = 1000) -> tuple[tuple[str, ...], ...]:
    """Return the smallest sets of elements without which no activity leads to a result.

    Parameters
    ----------
    plan : Plan
        The plan to look at.
    id : str
        An output, outcome or objective.
    limit : int
        Most sets to return.

    Returns
    -------
    tuple of tuple of str
        Every smallest set, all of one size, in the plan's order. A set of one is a single point of failure. Empty
        where no activity leads to the result as it is.

    Raises
    ------
    UnknownIdError
        If the plan has no such element.
    RequestError
        If it is an activity, or there are more sets than the limit.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=[*chain("A01", "OP-1", "OC-1"), Link("A02", "OP-1")],
    ...             elements=[Outcome("OC-1", "Dialogue"), Output("OP-1", "Agreements"),
    ...                       Activity("A01", "Conferences"), Activity("A02", "Visits")])
    >>> cuts(plan, "OC-1")
    (('OP-1',),)
    >>> cuts(plan, "OP-1")
    (('A01', 'A02'),)
    """
    position = plan.numbers
    found = _smallest(list(_element_arcs(plan, id)), (id, "before"), _limit(plan, id, limit))
    return _sorted([[(position[one], one) for one in cut] for cut in found])


def link_cuts(plan: Plan, id: str, *, limit: int = 1000) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the smallest sets of links without which no activity leads to a result.

    Arguments and errors are those of :func:`cuts`; a link is its pair of ids.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=[*chain("A01", "OP-1", "OC-1"), Link("A02", "OP-1")],
    ...             elements=[Outcome("OC-1", "Dialogue"), Output("OP-1", "Agreements"),
    ...                       Activity("A01", "Conferences"), Activity("A02", "Visits")])
    >>> link_cuts(plan, "OC-1")
    ((('OP-1', 'OC-1'),),)
    """
    position = plan.numbers
    found = _smallest(list(_link_arcs(plan, id)), (id, "before"), _limit(plan, id, limit))
    return _sorted([[((position[one[0]], position[one[1]]), one) for one in cut] for cut in found])


def _limit(plan: Plan, id: str, limit: int) -> int:
    at_least_one("limit", limit)
    if plan.element(id).level == "activity":
        message = f"{id!r} is an activity, where the chain begins. Ask for an output, an outcome or an objective."
        raise RequestError(message, plan=plan.id, id=id)
    return limit


def _sorted(found: list[list[tuple[Any, Lost]]]) -> tuple[tuple[Lost, ...], ...]:
    return tuple(tuple(one for _, one in cut) for cut in sorted(sorted(cut) for cut in found))


# -- the chain as a network ----------------------------------------------------------------------------------


def _between(plan: Plan, id: str) -> list[str]:
    """Return what stands between the activities and an element, activities included."""
    activities = [activity.id for activity in plan.activities]
    served = reached(activities, effects(plan)).union(activities)
    above = reached([id], causes(plan))
    return [one for one in plan.elements_by_id if one in above and one in served]


def _element_arcs(plan: Plan, id: str) -> Iterator[Arc[str]]:
    """Yield a network in which each element is an arc that can be cut, and no link can."""
    between = _between(plan, id)
    for one in between:
        yield (one, "before"), (one, "after"), one
    for source, target in _pairs(plan, id, between):
        yield (source, "after"), (target, "before"), None
    yield from _starts(plan, between)


def _link_arcs(plan: Plan, id: str) -> Iterator[Arc[tuple[str, str]]]:
    """Yield a network in which each link can be cut, and no element can."""
    between = _between(plan, id)
    for source, target in _pairs(plan, id, between):
        yield (source, "before"), (target, "before"), (source, target)
    yield from _starts(plan, between)


def _pairs(plan: Plan, id: str, between: list[str]) -> Iterator[tuple[str, str]]:
    known = {*between, id}
    step = effects(plan)
    return ((source, target) for source in between for target in step(source) if target in known)


def _starts(plan: Plan, between: list[str]) -> Iterator[tuple[Node, Node, None]]:
    return ((_START, (one, "before"), None) for one in between if plan.elements_by_id[one].level == "activity")


# -- flows and what they leave over --------------------------------------------------------------------------


def _smallest(arcs: list[Arc[Lost]], end: Node, limit: int) -> list[list[Lost]]:
    """Return every smallest set of what can be cut between the start and the end."""
    if not arcs:
        return []
    flow, rest = _flow(arcs, end)
    carrying = [(tail, head, lost) for tail, head, lost in arcs if lost is not None and flow[tail][head]["flow"] > 0]
    found: list[list[Lost]] = []
    for inside in _closed_sets(rest, [node for tail, head, _ in carrying for node in (tail, head)], end, limit):
        if len(found) == limit:
            raise _too_many(limit)
        found.append([lost for tail, head, lost in carrying if tail in inside and head not in inside])
    return found


def _too_many(limit: int) -> RequestError:
    message = (
        f"There are more than {limit} smallest cuts. Ask for an element nearer to the activities, or raise the limit."
    )
    return RequestError(message, limit=limit)


def _flow(arcs: Iterable[Arc[Lost]], end: Node) -> tuple[Any, Any]:
    """Return a largest flow, and the graph of where it could still be changed."""
    import networkx as nx

    network = nx.DiGraph()
    for tail, head, lost in arcs:
        # An arc without a capacity carries any amount.
        network.add_edge(tail, head, **({} if lost is None else {"capacity": 1}))
    flow = nx.algorithms.flow.shortest_augmenting_path(network, _START, end)
    rest = nx.DiGraph()
    rest.add_nodes_from(flow)
    rest.add_edges_from((u, v) for u, v, arc in flow.edges(data=True) if arc["flow"] < arc["capacity"])
    return flow, rest


def _closed_sets(rest: Any, carrying: list[Node], end: Node, limit: int) -> Iterator[set[Node]]:
    """Yield each set with the start and without the end that nothing left over leads out of.

    Sets that differ only in nodes without flow cut the same, so that only nodes with flow are decided on.
    """
    import networkx as nx

    inside, outside = nx.descendants(rest, _START) | {_START}, nx.ancestors(rest, end) | {end}
    open_nodes = [node for node in dict.fromkeys(carrying) if node not in inside and node not in outside]
    # Nodes that lead to one another are in or out together: of each such ring one node decides.
    ring = {node: i for i, some in enumerate(nx.strongly_connected_components(rest)) for node in some}
    deciding = list({ring[node]: node for node in reversed(open_nodes)}.values())
    # n such nodes make at least n + 1 sets.
    if len(deciding) >= limit:
        raise _too_many(limit)
    after = {node: nx.descendants(rest, node) | {node} for node in deciding}
    before = {node: nx.ancestors(rest, node) | {node} for node in deciding}
    undecided = [(inside, outside)]
    while undecided:
        inside, outside = undecided.pop()
        node = next((one for one in deciding if one not in inside and one not in outside), None)
        if node is None:
            yield inside
            continue
        undecided.append((inside, outside | before[node]))
        undecided.append((inside | after[node], outside))
