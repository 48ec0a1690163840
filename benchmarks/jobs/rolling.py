"""Roll scores up five levels, nothing missing: beside a bare sparse product, and a walk along the graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import Contender, Job, Numbers
from benchmarks.data import YEARS, Data
from benchmarks.plans import element_ids, methodology

__all__ = ["JOB"]


def _scores(data: Data) -> Any:
    return np.random.default_rng(7).uniform(0, 100, (data.counts[0], YEARS))


def _products(data: Data) -> Any:
    """Return one matrix per level: the weights of each parent's children, divided by their sum."""
    from scipy.sparse import csr_array

    found = []
    for level, (child, parent, weight) in enumerate(data.levels):
        shares = weight / np.bincount(parent, weight)[parent]
        found.append(csr_array((shares, (parent, child)), shape=(data.counts[level + 1], data.counts[level])))
    return data, found, _scores(data)


def _scipy(state: Any) -> Any:
    """Return the scores of each level: nothing but the product, no coverage and no extremes."""
    _, products, scores = state
    levels = []
    for product in products:
        scores = product @ scores
        levels.append(scores)
    return levels


def _numbers(state: Any, levels: Any) -> Numbers:
    return {f"score {level}": scores for level, scores in enumerate(levels, start=1)}


def _graph(data: Data) -> Any:
    """Return the graph, an order from causes to effects, and the scores of the indicators by node and year."""
    import networkx as nx

    graph = nx.DiGraph()
    for level, (child, parent, weight) in enumerate(data.levels):
        edges = zip(child.tolist(), parent.tolist(), weight.tolist(), strict=True)
        graph.add_weighted_edges_from(((level, c), (level + 1, p), w) for c, p, w in edges)
    return data, graph, list(nx.topological_sort(graph)), _scores(data).T.tolist()


def _walk(state: Any) -> Any:
    """Return the scores of all nodes, year by year: at each node the weighted mean of what serves it."""
    _, graph, order, years = state
    found = []
    for year in years:
        above, below, score = dict.fromkeys(order, 0.0), dict.fromkeys(order, 0.0), {}
        for node in order:
            score[node] = year[node[1]] if not node[0] else above[node] / below[node]
            for parent, edge in graph.adj[node].items():
                above[parent] += edge["weight"] * score[node]
                below[parent] += edge["weight"]
        found.append(score)
    return found


def _numbers_of_walk(state: Any, found: Any) -> Numbers:
    counts = state[0].counts
    return {
        f"score {level}": np.array([[score[level, n] for score in found] for n in range(counts[level])])
        for level in range(1, len(counts))
    }


def _structure(data: Data) -> Any:
    from cpas.methods.scoring.structure import compile_structure

    scores = _scores(data)
    return data, compile_structure(data.plan, methodology()), scores, np.ones(scores.shape, dtype=bool)


def _cpas(state: Any) -> Any:
    """Return the scores, each within the least and greatest of its parts; other blocks are made on asking."""
    from cpas.methods.scoring.roll_up import roll_up

    _, structure, scores, there = state
    return roll_up(structure, score=scores, raw=scores, path=scores, counts=there, due=there, answered=there)


def _all_blocks(state: Any) -> Any:
    """Return all blocks: score, own and below, path, coverage, worst and dispersion."""
    blocks = _cpas(state)
    for name in ("own", "below", "path", "coverage", "worst", "dispersion"):
        getattr(blocks, name)
    return blocks


def _numbers_of_cpas(state: Any, blocks: Any) -> Numbers:
    data = state[0]
    place = {element.id: n for n, element in enumerate(data.plan.elements)}
    ids = [element_ids(level, count) for level, count in enumerate(data.counts) if level]
    return _numbers(state, [blocks.score[[place[id] for id in some]] for some in ids])


JOB = Job(
    title="Roll scores of seven years up five levels, nothing missing",
    contenders={
        "scipy": Contender(_products, _scipy, _numbers, repeats=20),
        "cpas": Contender(_structure, _cpas, _numbers_of_cpas, repeats=10),
        "cpas, all blocks": Contender(_structure, _all_blocks, _numbers_of_cpas, repeats=10),
        "networkx": Contender(_graph, _walk, _numbers_of_walk, repeats=3),
    },
    goals={"scipy": 2.0, "networkx": 1 / 100},
    goals_of_small={},
)
