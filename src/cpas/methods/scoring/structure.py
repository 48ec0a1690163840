"""The results chain as arrays: edges sorted by parent, compiled once per plan and methodology.  Methodology §9.3.

Weights belong to edges: an indicator's to what it measures, a link's to its target.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from graphlib import TopologicalSorter

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import MethodError
from cpas.methods._once import once_per_plan
from cpas.methods.segments import PARAMETERS
from cpas.model import Methodology, Plan

__all__ = ["Edges", "Structure", "compile_structure"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


@attrs.frozen(eq=False, kw_only=True)
class Edges:
    """Edges sorted by parent: for each parent its children and their weights."""

    #: Number of each parent that has children, rising.
    parents: Codes
    #: Where the edges of each parent begin.
    starts: Codes
    #: Number of the child of each edge.
    child: Codes
    #: Weight of each edge.
    weight: Floats

    def children(self) -> Iterator[tuple[int, Codes]]:
        """Yield each parent with its children."""
        ends = np.append(self.starts[1:], len(self.child))
        for parent, start, end in zip(self.parents.tolist(), self.starts.tolist(), ends.tolist(), strict=False):
            yield parent, self.child[start:end]

    def of(self, parents: Iterable[int]) -> Edges:
        """Return the edges of some parents only."""
        return self.at(np.flatnonzero(np.isin(self.parents, list(parents))))[0]

    def at(self, positions: Codes) -> tuple[Edges, Codes]:
        """Return the edges of the parents at some positions, rising, and the rows they stood in."""
        ends = np.append(self.starts[1:], len(self.child))
        lengths = (ends - self.starts)[positions]
        starts = np.cumsum(lengths) - lengths
        rows = np.arange(lengths.sum()) + np.repeat(self.starts[positions] - starts, lengths)
        return Edges(
            parents=self.parents[positions], starts=starts, child=self.child[rows], weight=self.weight[rows]
        ), rows


@attrs.frozen(eq=False, kw_only=True)
class Structure:
    """A plan's results chain by number: elements in the plan's order, indicators in theirs."""

    #: Level of each element.
    levels: tuple[str, ...]
    #: Scorable indicators under the element they measure.
    indicators: Edges
    #: Outcomes under the outcome or objective they serve.
    outcomes: Edges
    #: Outputs under the outcome they help bring about.
    outputs: Edges
    #: All scorable indicators at an element or upstream of it.
    upstream: Edges
    #: Outcomes and objectives that have outcomes below, in layers: each layer after those it rests on.
    layers: tuple[tuple[int, ...], ...]
    #: How each element combines its parts.
    combine: tuple[str, ...]
    #: The number that its way to combine needs; NaN where it needs none.
    parameter: Floats
    #: Whether an element without indicators of its own takes its score from the outcomes below.
    takes_below: tuple[bool, ...]
    #: Least share below which an element has no score.
    floor: Floats
    #: Whether that share is of the indicators due here and upstream, rather than of the weight behind the score.
    by_count: NDArray[np.bool_]


@once_per_plan
def compile_structure(plan: Plan, methodology: Methodology) -> Structure:
    """Return a plan's results chain as arrays.

    Notes
    -----
    Methodology §9.3. What an override says of an element comes before the element's own field, and that before the
    methodology's default.

    Examples
    --------
    >>> from cpas.model import Objective, Outcome, chain
    >>> plan = Plan("p", "t", elements=[Outcome("OC-1", "a"), Objective("OBJ-1", "b")], links=chain("OC-1", "OBJ-1"))
    >>> compile_structure(plan, Methodology("m", "1")).layers
    ((0,),)
    """
    number = {element.id: n for n, element in enumerate(plan.elements)}
    levels = tuple(element.level for element in plan.elements)
    equal = {n for id, n in number.items() if methodology.choice(id, "weights") == "equal"}
    # An edge without weight is no part of a score, of its coverage, or of what was due.
    links = [(number[link.target], number[link.source], link.weight) for link in plan.links]
    measures = [edge for edge in _measures(plan, number) if edge[2] > 0]
    of_outcomes = [link for link in links if levels[link[1]] == "outcome" and link[2] > 0]
    own = [getattr(element, "combine", None) for element in plan.elements]
    floors = [getattr(element, "min_coverage", None) for element in plan.elements]
    said = [methodology.said(element.id, "combine") or mine for element, mine in zip(plan.elements, own, strict=True)]
    least = [methodology.said(element.id, "min_coverage") for element in plan.elements]
    combine = tuple(word or methodology.combine for word in said)
    return Structure(
        levels=levels,
        indicators=_edges(measures, equal),
        outcomes=_edges(of_outcomes, equal),
        outputs=_edges([link for link in links if levels[link[1]] == "output"], set()),
        upstream=_upstream(len(levels), links, measures),
        layers=_layers(of_outcomes),
        combine=combine,
        parameter=np.array([_parameter(m, id, methodology) for m, id in zip(combine, number, strict=True)], float),
        takes_below=tuple(word is not None for word in said),
        floor=np.array([_first(one, mine) for one, mine in zip(least, floors, strict=True)], dtype=np.float64),
        by_count=np.array([methodology.choice(id, "availability") == "indicators" for id in number], dtype=bool),
    )


def _measures(plan: Plan, number: dict[str, int]) -> Iterator[tuple[int, int, float]]:
    """Yield element, indicator and weight of everything that is measured and can be scored."""
    for n, indicator in enumerate(plan.indicators):
        if indicator.is_scorable:
            for measure in indicator.measures:
                if measure.element in number:
                    yield number[measure.element], n, indicator.weight * measure.weight


def _parameter(method: str, id: str, methodology: Methodology) -> float:
    """Return the number that a way to combine needs at an element, or refuse to do without."""
    name = PARAMETERS.get(method)
    if name is None:
        return float("nan")
    value = methodology.choice(id, name)
    if value is None:
        raise MethodError(
            f"{id} is combined by {method!r}, which takes a number, its {name}: "
            f"methodology {methodology.name!r} has none. Write Methodology(…, {name}=…).",
            id=id,
            method=method,
        )
    return float(value)


def _first(*values: float | None) -> float:
    return next((value for value in values if value is not None), 0.0)


def _edges(some: Sequence[tuple[int, int, float]], equal: set[int]) -> Edges:
    """Sort edges by parent, then child; edges without weight are no part of a score."""
    kept = sorted((parent, child, 1.0 if parent in equal else weight) for parent, child, weight in some if weight > 0)
    parent = np.array([edge[0] for edge in kept], dtype=np.int64)
    starts = np.flatnonzero(np.append(True, parent[1:] != parent[:-1])) if len(parent) else parent
    return Edges(
        parents=parent[starts],
        starts=starts,
        child=np.array([edge[1] for edge in kept], dtype=np.int64),
        weight=np.array([edge[2] for edge in kept], dtype=np.float64),
    )


def _layers(edges: Sequence[tuple[int, int, float]]) -> tuple[tuple[int, ...], ...]:
    """Group parents so that each stands in a later layer than the outcomes it rests on."""
    below: dict[int, list[int]] = {}
    for parent, child, _ in edges:
        below.setdefault(parent, []).append(child)
    sorter: TopologicalSorter[int] = TopologicalSorter(below)
    sorter.prepare()
    layers = []
    while sorter.is_active():
        ready = sorter.get_ready()
        layers.append(tuple(sorted(node for node in ready if node in below)))
        sorter.done(*ready)
    return tuple(layer for layer in layers if layer)


def _upstream(count: int, links: Sequence[tuple[int, int, float]], measures: Sequence[tuple[int, int, float]]) -> Edges:
    """Return for each element the indicators at it and at everything upstream, each once."""
    found: list[set[int]] = [set() for _ in range(count)]
    for parent, indicator, _ in measures:
        found[parent].add(indicator)
    causes: dict[int, list[int]] = {n: [] for n in range(count)}
    for target, source, _ in links:
        causes[target].append(source)
    for node in TopologicalSorter(causes).static_order():
        for cause in causes[node]:
            found[node] |= found[cause]
    return _edges([(node, child, 1.0) for node, children in enumerate(found) for child in children], set())
