"""A plan of about 100,000 elements: compiled, checked for loops and orphans; beside networkx."""

from __future__ import annotations

import itertools
from typing import Any, Final

import numpy as np

from benchmarks.contenders import Contender, Job, Numbers
from benchmarks.data import Data
from benchmarks.plans import methodology

__all__ = ["JOB"]

_SHARES: Final = (0.80, 0.15, 0.04, 0.0095, 0.0005)
_COUNTS: Final = {"S": 1_000, "M": 100_000, "L": 100_000}


def _records(data: Data) -> Any:
    """Return elements and links of five levels, each element with one or two that it serves."""
    from cpas import Link, Objective, Outcome

    rng = np.random.default_rng(3)
    counts = [max(int(share * _COUNTS[data.folder.name]), 2) for share in _SHARES]
    ids = [[f"N{level}-{n:06d}" for n in range(count)] for level, count in enumerate(counts)]
    links = []
    for level, (below, above) in enumerate(itertools.pairwise(counts)):
        first = np.arange(below) * above // below
        other = rng.integers(0, above, below)
        two = (rng.random(below) < 0.2) & (other != first)
        twice = zip(np.flatnonzero(two).tolist(), other[two].tolist(), strict=True)
        pairs = [*zip(range(below), first.tolist(), strict=True), *twice]
        links += [Link(ids[level][child], ids[level + 1][parent]) for child, parent in pairs]
    elements = [Outcome(id, id, change="process", combine="arithmetic") for some in ids[:-1] for id in some]
    return elements + [Objective(id, id, combine="arithmetic") for id in ids[-1]], links


def _networkx(records: Any) -> Any:
    """Return the graph, its order from causes to effects, its ends, and what reaches none of them.

    What cannot be is refused, as `cpas` does: ids used twice, links to what is not there, loops.
    """
    import networkx as nx

    elements, links = records
    graph = nx.DiGraph()
    graph.add_nodes_from((element.id, {"element": element}) for element in elements)
    if len(graph) < len(elements):
        raise ValueError("An id is used twice.")
    graph.add_weighted_edges_from((link.source, link.target, link.weight) for link in links)
    if len(graph) > len(elements) or graph.number_of_edges() < len(links):
        raise ValueError("A link leads nowhere, or is there twice.")
    order = list(nx.topological_sort(graph))
    ends = [id for id, degree in graph.out_degree() if not degree]
    seen, waiting = set(ends), list(ends)
    while waiting:
        for cause in graph.pred[waiting.pop()]:
            if cause not in seen:
                seen.add(cause)
                waiting.append(cause)
    return order, ends, len(graph) - len(seen)


def _numbers_of_networkx(state: Any, result: Any) -> Numbers:
    order, ends, _ = result
    return {"elements": np.array([len(order)]), "links": np.array([len(state[1])]), "ends": np.array([len(ends)])}


def _plan(records: Any) -> Any:
    """Return the plan: making it finds ids used twice, ends that are not there, and loops."""
    from cpas import Plan

    elements, links = records
    return Plan("large", "A large plan", elements=elements, links=links)


def _compiled(records: Any) -> Any:
    """Return the plan, its chain laid out in layers of sorted edges, ready to be rolled up."""
    from cpas.methods.scoring.structure import compile_structure

    plan = _plan(records)
    compile_structure(plan, methodology())
    return plan


def _numbers_of_plan(state: Any, plan: Any) -> Numbers:
    causes = {link.source for link in plan.links}
    ends = [element for element in plan.elements if element.id not in causes]
    return {
        "elements": np.array([len(plan.elements)]), "links": np.array([len(plan.links)]), "ends": np.array([len(ends)])
    }  # fmt: skip


JOB = Job(
    title="A plan of 100,000 elements (S: 1,000): compile and validate",
    contenders={
        "networkx": Contender(_records, _networkx, _numbers_of_networkx, repeats=3),
        "cpas": Contender(_records, _compiled, _numbers_of_plan, repeats=3),
        "cpas, the plan alone": Contender(_records, _plan, _numbers_of_plan, repeats=3),
    },
    sizes=("M",),
    goals={"networkx": 1 / 15},
)
