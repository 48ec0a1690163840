"""A plan as a graph of networkx, for whatever this library does not ask itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from cpas.choices import SENSITIVITIES, Sensitivity
from cpas.graph.steps import one_of
from cpas.model import Indicator, Link, Plan, Stance

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["chain_links", "chain_name", "people_edges", "to_networkx", "visible"]

#: Records that say who may read them.
Sensitive = TypeVar("Sensitive", Stance, Indicator)


def to_networkx(plan: Plan, *, people: bool = False, ceiling: Sensitivity = "strictly confidential") -> nx.DiGraph:
    """Return the chain as a graph of networkx, a new one that may be changed.

    Parameters
    ----------
    plan : Plan
        The plan; it is not changed.
    people : bool
        With the stakeholders, and what joins them to the chain and to each other. These may form loops.
    ceiling : str
        Highest sensitivity of stances to include. Stances are strictly confidential unless they say otherwise: lower
        it before the graph is handed on. ``graph.graph["withheld"]`` says how many were left out.

    Returns
    -------
    networkx.DiGraph or networkx.MultiDiGraph
        The latter with people, since two may be joined in several ways. Nodes are ids, with ``level`` (or
        ``stakeholder``), ``label`` and ``record``. Edges have a ``kind`` and their ``record``:

        - ``produces`` and ``contributes_to``: causal links, with ``weight``, ``strength``, ``assumptions``,
          ``evidence`` and ``lag_days``. The weight is importance, not distance.
        - ``targets``: from an outcome to those whose change it is. ``engages``: from an activity.
        - ``stance``: from a stakeholder to a result, with ``position`` and ``sensitivity``.
        - ``influence``: from an outcome to a stakeholder that the mission means to move, with ``mode`` and ``change``.
        - ``relation``: between stakeholders, with ``mode``.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=[Link("OP-1", "OC-1", strength="weak")],
    ...             elements=[Outcome("OC-1", "Dialogue", stakeholders="ST-1"), Output("OP-1", "Agreements")],
    ...             stakeholders=[Stakeholder("ST-1", "Leaders")])
    >>> graph = to_networkx(plan)
    >>> list(graph), graph.edges["OP-1", "OC-1"]["strength"]
    (['OC-1', 'OP-1'], 'weak')
    >>> [(*pair, kind) for *pair, kind in to_networkx(plan, people=True).edges(data="kind")]
    [('OC-1', 'ST-1', 'targets'), ('OP-1', 'OC-1', 'contributes_to')]
    """
    import networkx as nx

    one_of("sensitivity", ceiling, SENSITIVITIES)
    graph = nx.MultiDiGraph(plan=plan.id) if people else nx.DiGraph(plan=plan.id)
    for element in plan.elements:
        graph.add_node(element.id, level=element.level, label=element.statement, record=element)
    for link in chain_links(plan):
        graph.add_edge(link.source, link.target, kind=chain_name(plan, link), record=link, **_facts(link))
    if people:
        stances = visible(plan.stances, ceiling)
        graph.graph["withheld"] = len(plan.stances) - len(stances)
        for stakeholder in plan.stakeholders:
            graph.add_node(stakeholder.id, level="stakeholder", label=stakeholder.name, record=stakeholder)
        for source, target, facts in people_edges(plan, stances):
            graph.add_edge(source, target, **facts)
    return graph


def chain_links(plan: Plan) -> list[Link]:
    """Return the causal links in the order of the elements that they join."""
    position = plan.numbers
    return sorted(plan.links, key=lambda link: (position[link.source], position[link.target]))


def chain_name(plan: Plan, link: Link) -> str:
    """Return what a causal link is called: activities produce, all else contributes."""
    return "produces" if plan.elements_by_id[link.source].level == "activity" else "contributes_to"


def visible(records: Iterable[Sensitive], ceiling: Sensitivity) -> tuple[Sensitive, ...]:
    """Return the records that are no more sensitive than a ceiling."""
    allowed = SENSITIVITIES[: SENSITIVITIES.index(ceiling) + 1]
    return tuple(record for record in records if record.sensitivity in allowed)


def people_edges(plan: Plan, stances: tuple[Stance, ...]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield what joins stakeholders to the chain and to each other: from, to, and facts."""
    for outcome in plan.outcomes:
        for one in outcome.stakeholders:
            yield outcome.id, one, {"kind": "targets", "record": outcome}
    for activity in plan.activities:
        for one in activity.engages:
            yield activity.id, one, {"kind": "engages", "record": activity}
    for stance in stances:
        facts: dict[str, Any] = {
            "kind": "stance",
            "position": stance.position,
            "sensitivity": stance.sensitivity,
            "record": stance,
        }
        yield stance.stakeholder, stance.element, facts
    for sought in plan.influences:
        facts = {"kind": "influence", "mode": sought.mode, "change": sought.change, "record": sought}
        yield sought.outcome, sought.stakeholder, facts
    for relation in plan.relations:
        yield relation.source, relation.target, {"kind": "relation", "mode": relation.mode, "record": relation}


def _facts(link: Link) -> dict[str, Any]:
    return {name: getattr(link, name) for name in ("weight", "strength", "assumptions", "evidence", "lag_days")}
