"""The results chain as arrays: edges sorted by parent, compiled once per plan and methodology.  Methodology §9.3.

Weights belong to edges: an indicator's to what it measures, a link's to its target.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import LEVELS
from cpas.methods.scoring.edges import Edges, Layer, Way, edges_of, sorted_edges
from cpas.methods.scoring.ranks import lay_ranks, take
from cpas.methods.scoring.upstream import pairs_upstream
from cpas.methods.scoring.ways import numbered_ways
from cpas.model import Methodology, Plan
from cpas.model.layers import layers
from cpas.tables.once import once_per_plan

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
    #: The ways to combine that occur: method, and the number that it needs; NaN where it needs none.
    ways: tuple[tuple[str, float], ...]
    #: How each element combines its parts, by number.
    way: Codes
    #: Whether an element without indicators of its own takes its score from the outcomes below.
    takes_below: NDArray[np.bool_]
    #: Least share below which an element has no score.
    floor: Floats
    #: Whether that share is of the indicators due here and upstream, rather than of the weight behind the score.
    by_count: NDArray[np.bool_]
    #: Whether all its parts weigh the same, whatever the plan says.
    equal: NDArray[np.bool_]

    @cached_property
    def combine(self) -> tuple[str, ...]:
        """The method by which each element combines its parts."""
        return tuple([self.ways[way][0] for way in self.way.tolist()])

    @cached_property
    def parameter(self) -> Floats:
        """The number that the method of each element needs; NaN where it needs none."""
        return np.array([number for _, number in self.ways], dtype=np.float64)[self.way]

    @cached_property
    def has_own(self) -> NDArray[np.bool_]:
        """Whether each element has scorable indicators of its own."""
        found = np.zeros(len(self.levels), dtype=bool)
        found[self.indicators.parents] = True
        return found

    @cached_property
    def can_have(self) -> NDArray[np.bool_]:
        """Whether each element can have a score at all."""
        return np.asarray(self.has_own | self.takes_below)

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
        takes = self.takes_below & ~self.has_own
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
        return sorted_edges(pairs[:, 0], pairs[:, 1], np.ones(len(pairs)))

    def layer_of(self, edges: Edges, takes: NDArray[np.bool_]) -> Layer:
        """Return the parents of some edges as a layer, told which of them take their score from these parts."""
        whole, way = self._way(edges), self.way[edges.parents]
        found, first = np.unique(way, return_index=True)
        # In the order in which they occur.
        ways = found[np.argsort(first)].tolist()
        some = [whole] if len(ways) == 1 else [self._way(edges, np.flatnonzero(way == number)) for number in ways]
        return Layer(
            edges=edges,
            ranks=whole.ranks,
            total=whole.total,
            ways=tuple(some),
            takes=None if takes.all() else np.flatnonzero(takes),
        )

    def _way(self, edges: Edges, positions: Codes | None = None) -> Way:
        """Return the parents at some positions, who combine by one method; or all of them, by that of the first."""
        at = np.arange(len(edges.parents)) if positions is None else positions
        some = edges if positions is None else edges.at(at)[0]
        method, number = self.ways[self.way[some.parents[0]]] if len(at) else ("", float("nan"))
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
    chain = (plan.objectives, plan.outcomes, plan.outputs, plan.activities)
    first, middle, last, count = np.cumsum([len(some) for some in chain]).tolist()
    levels = [(level,) * len(some) for level, some in zip(LEVELS[::-1], chain, strict=True)]
    said = list[str | None]([element.combine for some in chain[:3] for element in some])
    said += [None] * (count - last)
    floor = _floors([element.min_coverage for some in chain[:3] for element in some], count)
    equal = np.full(count, methodology.weights == "equal")
    by_count = np.full(count, methodology.availability == "indicators")
    for id in {one.id for one in methodology.nodes if one.id in number}:
        n = number[id]
        equal[n] = methodology.choice(id, "weights") == "equal"
        by_count[n] = methodology.choice(id, "availability") == "indicators"
        said[n] = methodology.said(id, "combine") or said[n]
        floor[n] = _first(methodology.said(id, "min_coverage"), floor[n])
    sources, targets = (np.asarray(ends, dtype=np.int64) for ends in plan.link_ends)
    weight = np.array(array("d", [link.weight for link in plan.links]))
    below = np.flatnonzero((first <= sources) & (sources < middle))
    outputs = np.flatnonzero((middle <= sources) & (sources < last))
    outcomes = edges_of(targets[below], sources[below], weight[below], equal)
    ways, way, is_said = numbered_ways(said, plan, methodology)
    return Structure(
        levels=sum(levels, ()),
        indicators=edges_of(*_measures(plan, number), equal),
        outcomes=outcomes,
        outputs=edges_of(targets[outputs], sources[outputs], weight[outputs], np.zeros(count, dtype=bool)),
        links=np.column_stack([targets, sources]),
        layers=_layers(outcomes, plan),
        ways=ways,
        way=way,
        takes_below=is_said,
        floor=floor,
        by_count=by_count,
        equal=equal,
    )


def _floors(said: list[float | None], count: int) -> Floats:
    """Return what elements demand; those that say nothing, and activities, demand nothing."""
    floor = np.zeros(count)
    if any(said):
        floor[: len(said)] = [least or 0.0 for least in said]
    return floor


def _measures(plan: Plan, number: dict[str, int]) -> tuple[Codes, Codes, Floats]:
    """Return element and indicator of everything that is measured and can be scored, and its weight."""
    parent, child, weight = list[int](), list[int](), list[float]()
    for n, indicator in enumerate(plan.indicators):
        for measure in indicator.measures if indicator.is_scorable else ():
            if measure.element in number:
                parent.append(number[measure.element])
                child.append(n)
                weight.append(indicator.weight * measure.weight)
    return np.array(parent, dtype=np.int64), np.array(child, dtype=np.int64), np.array(weight, dtype=np.float64)


def _first(*values: float | None) -> float:
    return next((value for value in values if value is not None), 0.0)


def _layers(edges: Edges, plan: Plan) -> tuple[tuple[int, ...], ...]:
    """Group parents so that each stands in a later layer than the outcomes it rests on."""
    if len(edges.child) == len(plan.links):
        layer = np.asarray(plan.layers, dtype=np.int64)  # These are all links there are.
    else:
        layer = _layer_of(len(plan.elements), edges.child, edges.parent)
    return tuple(tuple(edges.parents[some].tolist()) for some in _grouped(layer[edges.parents]))


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
