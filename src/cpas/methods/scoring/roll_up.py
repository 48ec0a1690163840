"""Roll scores up the results chain, over all periods, places and groups at once.  Methodology §9.3.

Every block is an array elements (or indicators) × slots; a slot is one period × place × group. Outputs never enter an
outcome's score; an element takes a score from the outcomes below it only where it says so.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.structure import Edges, Structure
from cpas.methods.segments import segment_combine, segment_maximum, segment_minimum

__all__ = ["Blocks", "deliver_up", "roll_up"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Blocks:
    """Scores of elements: arrays elements × slots."""

    #: The score.
    score: Floats
    #: From its own indicators.
    own: Floats
    #: From the outcomes that serve it.
    below: Floats
    #: Progress of its own indicators, not clipped: for trends, never shown as a score.
    raw: Floats
    #: The score due by then.
    path: Floats
    #: Share of the weight behind the score that had a value.
    coverage: Floats
    #: Share that the least coverage is held against: of that weight, or of the indicators due here and upstream.
    available: Floats
    #: Scorable indicators with a value, here and upstream.
    answered: Codes
    #: Scorable indicators due, here and upstream.
    indicators: Codes
    #: Lowest score of its direct parts.
    worst: Floats
    #: Highest less lowest score of its direct parts.
    dispersion: Floats
    #: Whether it has scorable indicators of its own.
    has_own: Truths
    #: Whether its score was withheld because too little was there.
    withheld: Truths


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
    n, slots = len(structure.levels), score.shape[1]
    edges = structure.indicators
    here = score[edges.child]
    present = ~np.isnan(here)
    own = _placed(_combined(structure, edges, here), edges, n)
    raw_mean = _placed(_mean(edges, raw[edges.child], present), edges, n)
    # Only what has a score and a path makes the path of the score.
    path_own = _placed(_mean(edges, path[edges.child], present & ~np.isnan(path[edges.child])), edges, n)
    has_own = np.zeros(n, dtype=bool)
    has_own[edges.parents] = True
    number_due, number_there = (_counted(structure.upstream, flags, n) for flags in (due, answered))
    state = _State(
        score=own.copy(),
        path=path_own,
        coverage=_placed(_share(edges, present, counts[edges.child]), edges, n),
        below=np.full((n, slots), np.nan),
        withheld=np.zeros((n, slots), dtype=bool),
        by_number=_divided(number_there, number_due),
        can_have=has_own | np.array(structure.takes_below, dtype=bool),
    )
    _withhold(structure, state, np.arange(n))
    for layer in structure.layers:
        _add_layer(structure, state, layer, has_own)
    low, high = _spread(structure, score, state.score, n)
    return Blocks(
        score=state.score,
        own=own,
        below=state.below,
        raw=raw_mean,
        path=np.where(np.isnan(state.score), np.nan, state.path),
        coverage=state.coverage,
        available=np.where(structure.by_count[:, None], state.by_number, state.coverage),
        answered=number_there,
        indicators=number_due,
        worst=low,
        dispersion=high - low,
        has_own=has_own,
        withheld=state.withheld,
    )


@attrs.define(eq=False, kw_only=True)
class _State:
    """What is filled in layer by layer: arrays elements × slots."""

    score: Floats
    path: Floats
    coverage: Floats
    below: Floats
    withheld: Truths
    by_number: Floats
    can_have: Truths


def _divided(part: NDArray[Any], whole: NDArray[Any]) -> Floats:
    """Share of a whole; NaN where there is no whole."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(part / np.where(whole == 0, np.nan, whole), dtype=np.float64)


def _placed(values: Floats, edges: Edges, n: int, fill: float = np.nan) -> Floats:
    """Put rows of parents into a block of all elements."""
    block = np.full((n, values.shape[1]), fill)
    block[edges.parents] = values
    return block


def _combined(structure: Structure, edges: Edges, values: Floats) -> Floats:
    """Combine the parts of each parent by its own method: one row per parent."""
    block = np.full((len(edges.parents), values.shape[1]), np.nan)
    rules = [(structure.combine[parent], float(structure.parameter[parent])) for parent in edges.parents]
    # A rule without a number has NaN for it, which is equal to nothing: compare in words.
    names = np.array([repr(rule) for rule in rules], dtype=object)
    for name in sorted(set(names.tolist())):
        mine = np.flatnonzero(names == name)
        some, rows = edges.at(mine)
        method, number = rules[mine[0]]
        block[mine] = segment_combine(method, values[rows], some.weight, some.starts, parameter=number)
    return block


def _mean(edges: Edges, values: Floats, present: Truths) -> Floats:
    """Weighted mean over the parts that are there; NaN where none is."""
    if not len(edges.starts):
        return np.zeros((0, values.shape[1]))
    weight = edges.weight[:, None] * present
    total = np.add.reduceat(np.where(present, values, 0.0) * weight, edges.starts, axis=0)
    return _divided(total, np.add.reduceat(weight, edges.starts, axis=0))


def _share(edges: Edges, present: Truths, counts: Truths) -> Floats:
    """Share of the weight that belongs which is there; NaN where none belongs."""
    if not len(edges.starts):
        return np.zeros((0, present.shape[1]))
    weight = edges.weight[:, None]
    there = np.add.reduceat(weight * (present & counts), edges.starts, axis=0)
    return _divided(there, np.add.reduceat(weight * counts, edges.starts, axis=0))


def _withhold(structure: Structure, state: _State, nodes: Codes) -> None:
    """Take away scores that rest on less than the element itself demands."""
    share = np.where(structure.by_count[nodes, None], state.by_number[nodes], state.coverage[nodes])
    short = (share < structure.floor[nodes, None] - 1e-12) & ~np.isnan(state.score[nodes])
    state.withheld[nodes] |= short
    state.score[nodes] = np.where(short, np.nan, state.score[nodes])


def _add_layer(structure: Structure, state: _State, layer: tuple[int, ...], has_own: Truths) -> None:
    """Work out one layer of elements from the outcomes below them, whose scores stand."""
    edges = structure.outcomes.of(layer)
    below = _combined(structure, edges, state.score[edges.child])
    state.below[edges.parents] = below
    takes = np.array([structure.takes_below[node] and not has_own[node] for node in edges.parents], dtype=bool)
    if not takes.any():
        return
    edges, _ = edges.at(np.flatnonzero(takes))
    nodes, values, path = edges.parents, state.score[edges.child], state.path[edges.child]
    present = ~np.isnan(values)
    state.score[nodes] = below[takes]
    state.path[nodes] = _mean(edges, path, present & ~np.isnan(path))
    share = state.coverage[edges.child]
    # Where nothing was due of what a part could rest on, its weight is not behind the score.
    belongs = ~np.isnan(share) | ~state.can_have[edges.child][:, None]
    state.coverage[nodes] = _mean(edges, np.where(present, np.nan_to_num(share), 0.0), belongs)
    _withhold(structure, state, nodes)


def _spread(structure: Structure, indicators: Floats, elements: Floats, n: int) -> tuple[Floats, Floats]:
    """Lowest and highest score of each element's direct parts: its indicators and the outcomes that serve it."""
    low, high = np.full((n, elements.shape[1]), np.nan), np.full((n, elements.shape[1]), np.nan)
    for edges, values in ((structure.indicators, indicators), (structure.outcomes, elements)):
        if len(edges.starts):
            parts = values[edges.child]
            low[edges.parents] = np.fmin(low[edges.parents], segment_minimum(parts, edges.starts))
            high[edges.parents] = np.fmax(high[edges.parents], segment_maximum(parts, edges.starts))
    return low, high


def _counted(upstream: Edges, flags: Truths, n: int) -> Codes:
    """How many of the indicators at or above each element have a flag."""
    block = np.zeros((n, flags.shape[1]), dtype=np.int64)
    if len(upstream.starts):
        block[upstream.parents] = np.add.reduceat(flags[upstream.child], upstream.starts, axis=0, dtype=np.int64)
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
    edges = structure.outputs
    if len(edges.starts):
        parts = value[edges.child]
        value[edges.parents] = _mean(edges, parts, ~np.isnan(parts))
        known[edges.parents] = _mean(edges, known[edges.child], np.ones(parts.shape, dtype=bool))
    for layer in structure.layers:
        objectives = [node for node in layer if structure.levels[node] == "objective"]
        edges = structure.outcomes.of(objectives)
        if len(edges.starts):
            parts, share = value[edges.child], known[edges.child]
            value[edges.parents] = _mean(edges, parts, ~np.isnan(parts))
            known[edges.parents] = _mean(edges, np.nan_to_num(share), np.ones(parts.shape, dtype=bool))
    return value, known
