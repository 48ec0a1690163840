"""Roll scores up the results chain, over all periods, places and groups at once.  Methodology §9.3.

Every block is an array elements (or indicators) × slots; a slot is one period × place × group. Outputs never enter an
outcome's score; an element takes a score from the outcomes below it only where it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cpas.methods._refusals import refuse_where
from cpas.methods.scoring.blocks import Blocks, Combined, blank_blocks
from cpas.methods.scoring.edges import Layer, Rows, Way
from cpas.methods.scoring.ranks import share_of, take
from cpas.methods.scoring.shares import Given
from cpas.methods.scoring.structure import Structure
from cpas.methods.segments import segment_combine

__all__ = ["TRANSFORMS", "Blocks", "deliver_up", "roll", "roll_up"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
#: Means that are a weighted mean of transformed scores: the way there, and the way back.
TRANSFORMS: Final[Mapping[str, tuple[np.ufunc | None, np.ufunc | None]]] = MappingProxyType(
    {"arithmetic": (None, None), "geometric": (np.log, np.exp), "harmonic": (np.reciprocal, np.reciprocal)}
)


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
    roll(state)
    return state


def roll(state: Blocks) -> None:
    """Work out the scores of a chain, layer by layer."""
    own = state.structure.own_layer
    _add(state, own, _combined(own, state.given.score))
    for layer in state.structure.layers_below:
        _add(state, layer, _combined(layer, state.score))


def _add(state: Blocks, layer: Layer, made: Combined) -> None:
    """Add a layer of elements, of which those get a score that take it from these parts."""
    is_own = not state.made
    state.made.append(made)
    state.score[layer.takers] = made.of("score")[layer.taking]
    if state.structure.demands:
        if is_own:
            state.shares.cover_own(layer, state.given)
        else:
            state.shares.cover(layer)
        _withhold(state, layer.takers)
        state.shares.settle(state.structure, layer.takers, state.score)


def _combined(layer: Layer, block: Floats) -> Combined:
    """Combine the parts of each parent by its own method."""
    has_gaps = not layer.edges.is_whole(block)
    found = [_by_way(layer, way, block, has_gaps) for way in layer.ways]
    if len(found) == 1:
        return found[0]
    shape = len(layer.edges.parents), block.shape[1]
    score, low, high = (np.full(shape, np.nan) for _ in range(3))
    for way, some in zip(layer.ways, found, strict=True):
        score[way.positions], low[way.positions], high[way.positions] = (
            some.of("score"),
            some.of("low"),
            some.of("high"),
        )
    return Combined(layer=layer, score=score, low=low, high=high)


def _by_way(layer: Layer, way: Way, block: Floats, has_gaps: bool) -> Combined:
    """Combine the parts of those parents that do it by one method."""
    if way.method not in TRANSFORMS:
        return _by_segments(layer, way, block)
    there, back = TRANSFORMS[way.method]
    # A zero, or what is as good as one, becomes infinite on the way there, and zero on the way back.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        parts = way.ranks.fold(block, has_gaps=has_gaps, through=there)
        mean = parts.total / (way.ranks.total if parts.weight is None else parts.weight)
        if there is not None:
            why = f"has no {way.method} mean: clip it at 0, or combine otherwise"
            refuse_where(parts.low < 0, parts.low, what="score", why=why)
        if back is not None:
            back(mean, out=mean)
    # Rounding must not carry a whole beyond its parts: a hundred everywhere is a hundred.
    score = np.clip(mean, parts.low, parts.high, out=mean)
    return Combined(layer=layer, score=score, low=parts.low, high=parts.high, place=way.ranks.place)


def _by_segments(layer: Layer, way: Way, block: Floats) -> Combined:
    edges = way.edges
    made = segment_combine(way.method, take(block, edges.child), edges.weight, edges.starts, parameter=way.parameter)
    low, high = (way.ranks.reduce(rule, block) for rule in (np.fmin, np.fmax))
    return Combined(layer=layer, score=made, low=low, high=high)


def _withhold(state: Blocks, rows: Rows) -> None:
    """Take away scores that rest on less than the element itself demands."""
    floor, by_count = state.structure.floor[rows, None], state.structure.by_count[rows]
    if not floor.any():
        return
    share = state.coverage[rows]
    if by_count.any():
        number_there, number_due = state.answered[rows], state.indicators[rows]
        share = np.where(by_count[:, None], share_of(number_there, number_due), share)
    short = (share < floor - 1e-12) & ~np.isnan(state.score[rows])
    state.withheld[rows] |= short
    state.score[rows] = np.where(short, np.nan, state.score[rows])


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
        value[nodes] = share_of(*layer.ranks.add_present(value))
        known[nodes] = share_of(*layer.ranks.add_present(np.nan_to_num(known)))
    return value, known
