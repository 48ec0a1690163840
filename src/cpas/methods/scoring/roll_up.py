"""Roll scores up the results chain, over all periods, places and groups at once.  Methodology §9.3.

Every block is an array elements (or indicators) × slots; a slot is one period × place × group. Outputs never enter an
outcome's score; an element takes a score from the outcomes below it only where it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods._refusals import refuse_where
from cpas.methods.scoring.structure import Layer, Structure, Way
from cpas.methods.segments import segment_combine

__all__ = ["Blocks", "Given", "add_layer", "add_own", "blank_blocks", "counted", "deliver_up", "roll_up", "take"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)
#: Means that are a weighted mean of transformed scores: the way there, and the way back.
TRANSFORMS: Final[Mapping[str, tuple[np.ufunc | None, np.ufunc | None]]] = MappingProxyType(
    {"arithmetic": (None, None), "geometric": (np.log, np.exp), "harmonic": (np.reciprocal, np.reciprocal)}
)
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
    #: What it is worth to the coverage of those above: its own, where it has a score.
    behind: Floats
    #: Whether its weight belongs behind the score of those above.
    belongs: Truths

    @cached_property
    def raw(self) -> Floats:
        """Progress of its own indicators, not clipped: for trends, never shown as a score."""
        layer, made = self.structure.own_layer, np.full(self.score.shape, np.nan)
        made[layer.edges.parents] = _divided(*layer.ranks.add_present(self.given.raw, self.given.score))
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
    state = blank_blocks(structure, given)
    add_own(state)
    for layer in structure.layers_below:
        add_layer(state, layer)
    state.path[np.isnan(state.score)] = np.nan
    return state


def blank_blocks(structure: Structure, given: Given) -> Blocks:
    """Return the blocks of a chain before anything is rolled up."""
    shape = (len(structure.levels), given.score.shape[1])
    # One large block, which the system hands out in large pages.
    blank = dict(zip(_NUMBERS, np.full((len(_NUMBERS), *shape), np.nan), strict=True))
    return Blocks(
        structure=structure,
        given=given,
        withheld=np.zeros(shape, dtype=bool),
        behind=np.zeros(shape),
        belongs=np.repeat(~structure.can_have[:, None], shape[1], axis=1),
        **blank,
    )


def take(block: NDArray[T], rows: Codes) -> NDArray[T]:
    """Return rows of a block; several times quicker than by an index in brackets."""
    return np.take(block, rows, axis=0)


def add_own(state: Blocks) -> None:
    """Work out the elements that have indicators of their own."""
    layer, given = state.structure.own_layer, state.given
    nodes, parts = layer.edges.parents, _extremes(layer, given.score)
    made = _combined(layer, given.score, parts)
    state.own[nodes], state.score[nodes] = made, made
    state.worst[nodes], state.best[nodes] = parts.low, parts.high
    # Only what has a score and a path makes the path of the score.
    there, all_count = ~np.isnan(given.score), given.counts.all()
    state.path[nodes] = _mean(layer, given.path, there)
    whole = layer.total if all_count else layer.ranks.add_weights(given.counts)
    if all_count and not parts.has_gaps:
        state.coverage[nodes] = 1.0
    else:
        state.coverage[nodes] = _divided(layer.ranks.add_weights(there & given.counts), whole)
    _settle(state, nodes)


def add_layer(state: Blocks, layer: Layer) -> None:
    """Work out one layer of elements from the outcomes below them, whose scores stand."""
    nodes, parts = layer.edges.parents, _extremes(layer, state.score)
    made = _combined(layer, state.score, parts)
    state.below[nodes] = made
    state.worst[nodes] = np.fmin(state.worst[nodes], parts.low)
    state.best[nodes] = np.fmax(state.best[nodes], parts.high)
    chosen = slice(None) if layer.takes is None else layer.takes
    if len(nodes[chosen]):
        state.score[nodes[chosen]] = made[chosen]
        state.path[nodes[chosen]] = _mean(layer, state.path, state.score)[chosen]
        state.coverage[nodes[chosen]] = _mean(layer, state.behind, state.belongs)[chosen]
        _settle(state, nodes[chosen])


def _settle(state: Blocks, nodes: Codes) -> None:
    """Withhold scores that rest on too little, and say what elements are worth to the coverage of those above."""
    _withhold(state, nodes)
    share, can_have = state.coverage[nodes], state.structure.can_have[nodes, None]
    # Where nothing was due of what a part could rest on, its weight is not behind the score.
    state.belongs[nodes] = ~np.isnan(share) | ~can_have
    state.behind[nodes] = np.where(np.isnan(share) | np.isnan(state.score[nodes]), 0.0, share)


@attrs.frozen(eq=False)
class _Extremes:
    """The ends of each parent's parts."""

    #: Lowest score.
    low: Floats
    #: Highest score.
    high: Floats
    #: Whether any part is missing.
    has_gaps: bool


def _extremes(layer: Layer, block: Floats) -> _Extremes:
    low = layer.ranks.reduce(np.minimum, block)
    if np.isnan(low).any():
        return _Extremes(layer.ranks.reduce(np.fmin, block), layer.ranks.reduce(np.fmax, block), True)
    return _Extremes(low, layer.ranks.reduce(np.maximum, block), False)


def _combined(layer: Layer, block: Floats, parts: _Extremes) -> Floats:
    """Combine the parts of each parent by its own method: one row per parent."""
    if len(layer.ways) == 1:
        return _by_way(layer.ways[0], block, parts, parts.low, parts.high)
    made = np.full(parts.low.shape, np.nan)
    for way in layer.ways:
        made[way.positions] = _by_way(way, block, parts, parts.low[way.positions], parts.high[way.positions])
    return made


def _by_way(way: Way, block: Floats, parts: _Extremes, low: Floats, high: Floats) -> Floats:
    if way.method not in TRANSFORMS:
        edges = way.edges
        return segment_combine(
            way.method, take(block, edges.child), edges.weight, edges.starts, parameter=way.parameter
        )
    there, back = TRANSFORMS[way.method]
    if there is not None:
        refuse_where(low < 0, low, what="score", why=f"has no {way.method} mean: clip it at 0, or combine otherwise")
    with np.errstate(divide="ignore"):
        if parts.has_gaps:
            mean = _divided(*way.ranks.add_present(block, through=there))
        else:
            mean = way.ranks.add(block, through=there) / way.total
        # Rounding must not carry a whole beyond its parts: a hundred everywhere is a hundred.
        return np.clip(mean if back is None else back(mean), low, high)


def _mean(layer: Layer, block: Floats, beside: NDArray[Any]) -> Floats:
    """Weighted mean over the parts that are there and have something beside them; one product where all do."""
    if _is_whole(layer, block) and _is_whole(layer, beside):
        return layer.ranks.add(block) / layer.total
    return _divided(*layer.ranks.add_present(block, beside))


def _is_whole(layer: Layer, block: NDArray[Any]) -> bool:
    """Whether no part of any parent is missing, or lacks a flag: the least part tells, for a gap is less than all."""
    least = layer.ranks.reduce(np.minimum, block)
    return bool(least.all()) if least.dtype == bool else not np.isnan(least).any()


def _divided(part: NDArray[Any], whole: NDArray[Any]) -> Floats:
    """Share of a whole; NaN where there is no whole, and so no part of it either."""
    with np.errstate(invalid="ignore"):
        return np.asarray(part / whole, dtype=np.float64)


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
        nodes = layer.edges.parents
        value[nodes] = _divided(*layer.ranks.add_present(value))
        known[nodes] = _divided(*layer.ranks.add_present(np.nan_to_num(known)))
    return value, known
