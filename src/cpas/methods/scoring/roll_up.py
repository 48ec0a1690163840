"""Roll scores up the results chain, over all periods, places and groups at once.  Methodology §9.3.

Every block is an array elements (or indicators) × slots; a slot is one period × place × group. Outputs never enter an
outcome's score; an element takes a score from the outcomes below it only where it says so.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.structure import Edges, Layer, Structure
from cpas.methods.segments import segment_combine

__all__ = ["Blocks", "Given", "add_layer", "add_own", "counted", "deliver_up", "roll_up", "take"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)
_NUMBERS: Final = ("score", "own", "below", "path", "coverage", "worst", "best")


@attrs.frozen(eq=False, kw_only=True)
class Given:
    """What is rolled up: arrays indicators × slots."""

    #: Scores, clipped; NaN where missing.
    score: Floats
    #: Scores, not clipped.
    raw: Floats
    #: What was due.
    path: Floats
    #: Whether an indicator belongs in the weight behind a score.
    counts: Truths
    #: Whether a value was due.
    due: Truths
    #: Whether it was there.
    answered: Truths


@attrs.frozen(eq=False, kw_only=True)
class Blocks:
    """Scores of elements: arrays elements × slots. What no score rests on is made on asking."""

    #: The results chain.
    structure: Structure
    #: What was rolled up.
    given: Given
    #: The score.
    score: Floats
    #: From its own indicators.
    own: Floats
    #: From the outcomes that serve it.
    below: Floats
    #: The score due by then.
    path: Floats
    #: Share of the weight behind the score that had a value.
    coverage: Floats
    #: Lowest score of its direct parts.
    worst: Floats
    #: Highest score of its direct parts.
    best: Floats
    #: Whether its score was withheld because too little was there.
    withheld: Truths

    @cached_property
    def raw(self) -> Floats:
        """Progress of its own indicators, not clipped: for trends, never shown as a score."""
        layer, made = self.structure.own_layer, np.full(self.score.shape, np.nan)
        present = ~np.isnan(take(self.given.score, layer.edges.child))
        made[layer.edges.parents] = _mean(layer, take(self.given.raw, layer.edges.child), present)
        return made

    @cached_property
    def dispersion(self) -> Floats:
        """Highest less lowest score of its direct parts."""
        return self.best - self.worst

    @cached_property
    def answered(self) -> Codes:
        """Scorable indicators with a value, here and upstream."""
        return counted(self.structure, self.given.answered)

    @cached_property
    def indicators(self) -> Codes:
        """Scorable indicators due, here and upstream."""
        return counted(self.structure, self.given.due)

    @cached_property
    def available(self) -> Floats:
        """Share that the least coverage is held against: of that weight, or of the indicators due here and upstream."""
        by_count = self.structure.by_count
        if not by_count.any():
            return self.coverage
        return np.where(by_count[:, None], _divided(self.answered, self.indicators), self.coverage)


def roll_up(
    structure: Structure, *, score: Floats, raw: Floats, path: Floats, counts: Truths, due: Truths, answered: Truths
) -> Blocks:
    """Return the scores of all elements.

    ``score = combine(own indicators)``; without any, ``combine(outcomes below)`` where the element declares how;
    ``coverage = Σ w c / Σ w`` over its parts, c the coverage of each that has a score, else 0.

    Parameters
    ----------
    structure : Structure
        The results chain, compiled.
    score, raw, path : array, indicators × slots
        Scores of indicators, clipped and not, and what was due; NaN where missing.
    counts : array of bool, indicators × slots
        Whether an indicator belongs in the weight behind a score: due, and not one that is only met or not.
    due, answered : array of bool, indicators × slots
        Whether a value was due, and there.

    Raises
    ------
    MethodError
        If a score is outside the range of a method.

    Notes
    -----
    Methodology §9.3. cpas extension, after the scores of composite indices in levels (OECD/JRC Handbook 2008, step 6).

    Examples
    --------
    Two indicators at 80 and 40 make 60 of the outcome they measure.

    >>> from cpas.methods.scoring.structure import compile_structure
    >>> from cpas.model import Indicator, Methodology, Outcome, Plan
    >>> said = dict(measures="OC-1", unit="%", kind="ratio", better="higher")
    >>> plan = Plan("p", "t", elements=[Outcome("OC-1", "a")], indicators=[Indicator(i, "n", **said) for i in "IJ"])
    >>> score, there = np.array([[80.0], [40.0]]), np.ones((2, 1), dtype=bool)
    >>> made = roll_up(compile_structure(plan, Methodology("m", "1")), score=score, raw=score, path=score,
    ...                counts=there, due=there, answered=there)
    >>> made.score.item(), made.dispersion.item(), made.coverage.item()
    (60.0, 40.0, 1.0)
    """
    given = Given(score=score, raw=raw, path=path, counts=counts, due=due, answered=answered)
    shape = (len(structure.levels), score.shape[1])
    blank = {name: np.full(shape, np.nan) for name in _NUMBERS}
    state = Blocks(structure=structure, given=given, withheld=np.zeros(shape, dtype=bool), **blank)
    add_own(state)
    for layer in structure.layers_below:
        add_layer(state, layer)
    state.path[np.isnan(state.score)] = np.nan
    return state


def take(block: NDArray[T], rows: Codes) -> NDArray[T]:
    """Return rows of a block; several times quicker than by an index in brackets."""
    return np.take(block, rows, axis=0)


def add_own(state: Blocks) -> None:
    """Work out the elements that have indicators of their own."""
    structure, given = state.structure, state.given
    layer = structure.own_layer
    nodes, child = layer.edges.parents, layer.edges.child
    parts = _Parts(layer, take(given.score, child))
    made = _combined(layer, parts)
    state.own[nodes], state.score[nodes] = made, made
    state.worst[nodes], state.best[nodes] = parts.low, parts.high
    # Only what has a score and a path makes the path of the score.
    path = take(given.path, child)
    state.path[nodes] = _mean(layer, path, parts.there(path))
    counts = None if given.counts.all() else take(given.counts, child)
    state.coverage[nodes] = parts.share(counts)
    _withhold(state, nodes)


def add_layer(state: Blocks, layer: Layer) -> None:
    """Work out one layer of elements from the outcomes below them, whose scores stand."""
    nodes, child = layer.edges.parents, layer.edges.child
    parts = _Parts(layer, take(state.score, child))
    made = _combined(layer, parts)
    state.below[nodes] = made
    state.worst[nodes] = np.fmin(state.worst[nodes], parts.low)
    state.best[nodes] = np.fmax(state.best[nodes], parts.high)
    chosen = slice(None) if layer.takes is None else layer.takes
    if not len(nodes[chosen]):
        return
    path, share = take(state.path, child), take(state.coverage, child)
    state.score[nodes[chosen]] = made[chosen]
    state.path[nodes[chosen]] = _mean(layer, path, parts.there(path))[chosen]
    # Where nothing was due of what a part could rest on, its weight is not behind the score.
    belongs = ~np.isnan(share) | ~state.structure.can_have[child][:, None]
    behind = np.where(np.isnan(share) | np.isnan(parts.values), 0.0, share)
    state.coverage[nodes[chosen]] = _mean(layer, behind, None if belongs.all() else belongs)[chosen]
    _withhold(state, nodes[chosen])


class _Parts:
    """The parts of a layer's parents, edges × slots, and what several columns ask of them."""

    def __init__(self, layer: Layer, values: Floats) -> None:
        self.layer, self.values = layer, values
        present = ~np.isnan(values)
        #: Whether each part is there; nothing where all are.
        self.present: Truths | None = None if present.all() else present
        # Without a gap the plain rules do, which are quicker than those that pass over a gap.
        low, high = (np.minimum, np.maximum) if self.present is None else (np.fmin, np.fmax)
        self.low, self.high = (_each(rule, layer.edges, values) for rule in (low, high))

    def there(self, values: Floats) -> Truths | None:
        """Whether each part is there and has another value as well; nothing where all have."""
        found = ~np.isnan(values)
        if self.present is not None:
            found &= self.present
        return None if found.all() else found

    def share(self, counts: Truths | None) -> Floats:
        """Share of the weight that belongs which is there; NaN where none belongs."""
        edges, weight = self.layer.edges, self.layer.edges.weight[:, None]
        whole = self.layer.total[:, None] if counts is None else _each(np.add, edges, weight * counts)
        if self.present is None:
            return np.ones(self.low.shape) if counts is None else _divided(whole, whole)
        there = self.present if counts is None else self.present & counts
        return _divided(_each(np.add, edges, weight * there), whole)


def _each(rule: np.ufunc, edges: Edges, values: NDArray[Any]) -> NDArray[Any]:
    """Reduce the edges of each parent by a rule."""
    return np.asarray(rule.reduceat(values, edges.starts, axis=0)) if len(edges.starts) else values[:0]


def _divided(part: NDArray[Any], whole: NDArray[Any]) -> Floats:
    """Share of a whole; NaN where there is no whole."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part / np.where(whole == 0, np.nan, whole), dtype=np.float64)


def _mean(layer: Layer, values: Floats, present: Truths | None) -> Floats:
    """Weighted mean over the parts that are there, nothing meaning all; NaN where none is."""
    edges, weight = layer.edges, layer.edges.weight[:, None]
    if present is None:
        return _each(np.add, edges, values * weight) / layer.total[:, None]
    weight = weight * present
    return _divided(_each(np.add, edges, np.where(present, values, 0.0) * weight), _each(np.add, edges, weight))


def _combined(layer: Layer, parts: _Parts) -> Floats:
    """Combine the parts of each parent by its own method: one row per parent."""
    if layer.has_means:
        # Rounding must not carry a whole beyond its parts: a hundred everywhere is a hundred.
        made = np.clip(_mean(layer, parts.values, parts.present), parts.low, parts.high)
    else:
        made = np.full(parts.low.shape, np.nan)
    for way in layer.ways:
        values = take(parts.values, way.rows)
        made[way.positions] = segment_combine(
            way.method, values, way.edges.weight, way.edges.starts, parameter=way.parameter
        )
    return made


def _withhold(state: Blocks, nodes: Codes) -> None:
    """Take away scores that rest on less than the element itself demands."""
    floor, by_count = state.structure.floor[nodes, None], state.structure.by_count[nodes]
    if not floor.any():
        return
    share = state.coverage[nodes]
    if by_count.any():
        number_there, number_due = state.answered[nodes], state.indicators[nodes]
        share = np.where(by_count[:, None], _divided(number_there, number_due), share)
    short = (share < floor - 1e-12) & ~np.isnan(state.score[nodes])
    state.withheld[nodes] |= short
    state.score[nodes] = np.where(short, np.nan, state.score[nodes])


def counted(structure: Structure, flags: Truths) -> Codes:
    """Return how many of the indicators at or upstream of each element have a flag."""
    upstream, block = structure.upstream, np.zeros((len(structure.levels), flags.shape[1]), dtype=np.int64)
    if len(upstream.starts):
        block[upstream.parents] = np.add.reduceat(take(flags, upstream.child), upstream.starts, axis=0, dtype=np.int64)
    return block


def deliver_up(structure: Structure, delivery: Floats) -> tuple[Floats, Floats]:
    """Carry delivery from outputs to outcomes and objectives; and the share of their weight that was reported.

    ``delivery = Σ w d / Σ w`` over the outputs of an outcome, and the outcomes of an objective, that have one.

    Parameters
    ----------
    structure : Structure
        The results chain.
    delivery : array, elements × slots
        Delivery of outputs; what stands at other elements is not read.

    Notes
    -----
    Methodology §9.4. An outcome's is the weighted mean over its outputs, an objective's over its outcomes.

    Examples
    --------
    Of two outputs one has delivered 80 %, and of the other nothing is known.

    >>> from cpas.methods.scoring.structure import compile_structure
    >>> from cpas.model import Link, Methodology, Outcome, Output, Plan
    >>> plan = Plan("p", "t", elements=[Outcome("OC-1", "a"), Output("OP-1", "b"), Output("OP-2", "c")],
    ...             links=[Link("OP-1", "OC-1"), Link("OP-2", "OC-1")])
    >>> made = compile_structure(plan, Methodology("m", "1"))
    >>> value, known = deliver_up(made, np.array([[np.nan], [80.0], [np.nan]]))
    >>> value[0].item(), known[0].item()
    (80.0, 0.5)
    """
    is_output = np.array([level == "output" for level in structure.levels], dtype=bool)
    value = np.where(is_output[:, None], delivery, np.nan)
    known = np.where(is_output[:, None], ~np.isnan(delivery), np.nan)
    for layer in structure.layers_of_delivery:
        nodes, child = layer.edges.parents, layer.edges.child
        parts, share = take(value, child), take(known, child)
        value[nodes] = _mean(layer, parts, ~np.isnan(parts))
        known[nodes] = _mean(layer, np.nan_to_num(share), None)
    return value, known
