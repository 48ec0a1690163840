"""The results chain as arrays: edges sorted by parent, compiled once per plan and methodology.  Methodology §9.3.

Weights belong to edges: an indicator's to what it measures, a link's to its target.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import MethodError
from cpas.methods._once import once_per_plan
from cpas.methods.scoring.edges import Edges, Layer, Way
from cpas.methods.scoring.ranks import lay_ranks, take
from cpas.methods.scoring.upstream import pairs_upstream
from cpas.methods.segments import PARAMETERS
from cpas.model import Methodology, Plan
from cpas.model.layers import layers

__all__ = ["Edges", "Layer", "Structure", "Way", "compile_structure"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    #: Every link, target and source.
    links: Codes
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
    #: Whether all its parts weigh the same, whatever the plan says.
    equal: NDArray[np.bool_]

    @cached_property
    def has_own(self) -> NDArray[np.bool_]:
        """Whether each element has scorable indicators of its own."""
        found = np.zeros(len(self.levels), dtype=bool)
        found[self.indicators.parents] = True
        return found

    @cached_property
    def can_have(self) -> NDArray[np.bool_]:
        """Whether each element can have a score at all."""
        return np.asarray(self.has_own | np.array(self.takes_below, dtype=bool))

    @cached_property
    def demands(self) -> bool:
        """Whether any element has no score where too little is there, so that scores rest on shares."""
        return bool(self.floor.any())

    @cached_property
    def own_layer(self) -> Layer:
        """The elements that have indicators of their own."""
        return self.layer_of(self.indicators, np.ones(len(self.indicators.parents), dtype=bool))

    @cached_property
    def layers_below(self) -> tuple[Layer, ...]:
        """The elements that have outcomes below, each layer after those it rests on."""
        takes = np.array(self.takes_below, dtype=bool) & ~self.has_own
        some = (self.outcomes.of(layer) for layer in self.layers)
        return tuple(self.layer_of(edges, takes[edges.parents]) for edges in some)

    @cached_property
    def layers_of_delivery(self) -> tuple[Layer, ...]:
        """Outcomes over their outputs, then objectives over their outcomes."""
        objectives = ([node for node in layer if self.levels[node] == "objective"] for layer in self.layers)
        some = (self.outputs, *(self.outcomes.of(nodes) for nodes in objectives))
        return tuple(self.layer_of(e, np.ones(len(e.parents), dtype=bool)) for e in some if len(e.starts))

    @cached_property
    def upstream(self) -> Edges:
        """All scorable indicators at an element or upstream of it, each once."""
        measures = np.column_stack([self.indicators.parent, self.indicators.child])
        pairs = pairs_upstream(_causes_first(self.links, len(self.levels)), self.links, measures, len(self.levels))
        return _sorted_edges(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)))

    def layer_of(self, edges: Edges, takes: NDArray[np.bool_]) -> Layer:
        """Return the parents of some edges as a layer, told which of them take their score from these parts."""
        methods: dict[tuple[str, str], list[int]] = {}
        for position, parent in enumerate(edges.parents.tolist()):
            # A method without a number has NaN for it, which is equal to nothing: compare in words.
            method = self.combine[parent]
            methods.setdefault((method, repr(float(self.parameter[parent]))), []).append(position)
        whole = self._way("", edges)
        if len(methods) == 1:
            ways = [attrs.evolve(whole, method=method, parameter=float(number)) for method, number in methods]
        else:
            ways = [self._way(method, edges, positions) for (method, _), positions in methods.items()]
        return Layer(
            edges=edges,
            ranks=whole.ranks,
            total=whole.total,
            ways=tuple(ways),
            takes=None if takes.all() else np.flatnonzero(takes),
        )

    def _way(self, method: str, edges: Edges, positions: Sequence[int] | None = None) -> Way:
        """Return the parents at some positions, or all of them, as those that combine by a method."""
        at = np.arange(len(edges.parents)) if positions is None else np.array(positions, dtype=np.int64)
        some = edges if positions is None else edges.at(at)[0]
        number = float(self.parameter[some.parents[0]]) if len(at) else float("nan")
        ranks = lay_ranks(some.starts, some.child, some.weight)
        total = take(ranks.total, ranks.place)
        return Way(method=method, parameter=number, positions=at, edges=some, ranks=ranks, total=total)


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
    number = plan.numbers
    # Elements stand by level, objectives first; activities make no score.
    results: tuple[Any, ...] = (*plan.objectives, *plan.outcomes, *plan.outputs)
    levels = tuple([element.level for element in plan.elements])
    equal = np.full(len(levels), methodology.weights == "equal")
    by_count = np.full(len(levels), methodology.availability == "indicators")
    said = [element.combine for element in results] + [None] * len(plan.activities)
    floors = [element.min_coverage or 0.0 for element in results] + [0.0] * len(plan.activities)
    for id in {one.id for one in methodology.nodes if one.id in number}:
        n = number[id]
        equal[n] = methodology.choice(id, "weights") == "equal"
        by_count[n] = methodology.choice(id, "availability") == "indicators"
        said[n] = methodology.said(id, "combine") or said[n]
        floors[n] = _first(methodology.said(id, "min_coverage"), floors[n])
    combine = tuple([word or methodology.combine for word in said])
    sources, targets = (np.asarray(ends, dtype=np.int64) for ends in plan.link_ends)
    weight = np.array([link.weight for link in plan.links], dtype=np.float64)
    links = np.column_stack([targets, sources])
    first = len(plan.objectives), len(plan.objectives) + len(plan.outcomes)
    below = (first[0] <= sources) & (sources < first[1])
    outputs = (first[1] <= sources) & (sources < len(results))
    outcomes = _edges(links[below], weight[below], equal)
    return Structure(
        levels=levels,
        indicators=_edges(*_measures(plan, number), equal),
        outcomes=outcomes,
        outputs=_edges(links[outputs], weight[outputs], np.zeros(len(levels), dtype=bool)),
        links=links,
        layers=_layers(outcomes, len(levels)),
        combine=combine,
        parameter=_parameters(combine, plan, methodology),
        takes_below=tuple([word is not None for word in said]),
        floor=np.array(floors, dtype=np.float64),
        by_count=by_count,
        equal=equal,
    )


def _parameters(combine: tuple[str, ...], plan: Plan, methodology: Methodology) -> Floats:
    """Return the number that each element's way to combine needs; most need none."""
    found = np.full(len(combine), np.nan)
    if not PARAMETERS.keys().isdisjoint(combine):
        found[:] = [
            _parameter(way, element.id, methodology) for way, element in zip(combine, plan.elements, strict=True)
        ]
    return found


def _measures(plan: Plan, number: dict[str, int]) -> tuple[Codes, Floats]:
    """Return element and indicator of everything that is measured and can be scored, and its weight."""
    parent, child, weight = list[int](), list[int](), list[float]()
    for n, indicator in enumerate(plan.indicators):
        for measure in indicator.measures if indicator.is_scorable else ():
            if measure.element in number:
                parent.append(number[measure.element])
                child.append(n)
                weight.append(indicator.weight * measure.weight)
    return np.array([parent, child], dtype=np.int64).T, np.array(weight, dtype=np.float64)


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


def _edges(pairs: Codes, weight: Floats, equal: NDArray[np.bool_]) -> Edges:
    """Sort edges (parent, child) by both; those without weight are no part of a score, of its coverage, or due."""
    kept = np.flatnonzero(weight > 0)
    parent, child = pairs[kept, 0], pairs[kept, 1]
    beside = np.where(equal[parent], 1.0, weight[kept])
    order = np.lexsort((beside, child, parent))
    return _sorted_edges(parent[order], child[order], beside[order])


def _sorted_edges(parent: Codes, child: Codes, weight: Floats) -> Edges:
    starts = np.flatnonzero(np.append(True, parent[1:] != parent[:-1])) if len(parent) else np.zeros(0, dtype=np.int64)
    return Edges(parents=parent[starts], starts=starts, child=child, weight=weight)


def _layers(edges: Edges, count: int) -> tuple[tuple[int, ...], ...]:
    """Group parents so that each stands in a later layer than the outcomes it rests on."""
    layer = _layer_of(count, edges.child, edges.parent)[edges.parents]
    return tuple(tuple(edges.parents[some].tolist()) for some in _grouped(layer))


def _causes_first(links: Codes, count: int) -> Iterator[Codes]:
    """Yield elements in layers, each after all that act on it."""
    yield from _grouped(_layer_of(count, links[:, 1], links[:, 0]))


def _layer_of(count: int, sources: Any, targets: Any) -> Codes:
    found: Any = layers(count, sources, targets)
    return np.asarray(found, dtype=np.int64)


def _grouped(layer: Codes) -> list[Codes]:
    """Return the positions of each layer, layers and positions rising."""
    order = np.argsort(layer, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(layer[order])) + 1) if len(order) else []
