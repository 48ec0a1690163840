"""Draw the scores of indicators, and roll every draw up: how far what is not known for certain moves a score.

Draws are columns: the chain rolls up a block of them at once, as it does with slots. What is missing stays missing in
every draw, so the parts of each element are known before the first.  Methodology §9.10.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Final, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.edges import Way
from cpas.methods.scoring.ranks import Ranks, lay_ranks
from cpas.methods.scoring.roll_up import TRANSFORMS
from cpas.methods.scoring.structure import Structure
from cpas.methods.segments import segment_combine

__all__ = ["AT_ONCE", "Chain", "Inputs", "chain_of", "draw_blocks"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Halves = NDArray[np.float32]
T = TypeVar("T")
#: Draws that are rolled up together: few enough to stay in the cache of a processor. Every block of so many has a
#: stream of random numbers of its own, so that a draw is the same however many there are.
AT_ONCE: Final = 512
#: Blocks that are worked out at once, where there are as many processors: each takes a few megabytes.
_MOST_THREADS: Final = 4


@attrs.frozen(eq=False, kw_only=True)
class Inputs:
    """Scores of indicators as they are drawn: one entry per indicator of the plan.

    A draw is ``raw + slope (x - value)`` where x, in the indicator's own unit, is drawn around its value; where the way
    from value to score is not straight, that way itself is gone.
    """

    #: Score, not clipped; NaN where missing.
    raw: Floats
    #: Points of score for one of the indicator's unit.
    slope: Floats
    #: Value in its own unit.
    value: Floats
    #: Standard error; 0 where another way of drawing is used, or none.
    error: Floats
    #: Bounds that a value is drawn between; NaN where it is not.
    low: Floats
    high: Floats
    #: Whether values nearer to the one found are likelier between bounds.
    is_triangular: bool
    #: For some indicators the way from values to scores, where it is not straight.
    ways: Mapping[int, Callable[[Floats], Floats]]

    @property
    def is_drawn(self) -> NDArray[np.bool_]:
        """Whether each indicator has a score that is not certain."""
        return ~np.isnan(self.raw) & ((self.error > 0) | ~np.isnan(self.low))


@attrs.frozen(eq=False, kw_only=True)
class Chain:
    """The part of a results chain that has scores at one place and time, ready to roll up draws."""

    #: Number of each indicator that is a part of any score.
    indicators: Codes
    #: Number of each element that has a score.
    elements: Codes
    #: Layer by layer: whether parts are indicators; by what ways, and where the scores stand among `elements`.
    layers: tuple[tuple[bool, tuple[tuple[Codes, Way], ...]], ...]
    #: Elements with indicators of their own, by position; their edges.
    own: tuple[Codes, Way] | None


def chain_of(structure: Structure, score: Floats, elements: Floats) -> Chain:
    """Return what rolls up at one place and time.

    Parameters
    ----------
    structure : Structure
        The results chain.
    score, elements : array
        Scores of indicators and of elements there; NaN where missing.

    Examples
    --------
    >>> from cpas.methods.scoring.structure import compile_structure
    >>> from cpas.model import Indicator, Methodology, Outcome, Plan
    >>> said = dict(measures="OC-1", unit="%", kind="ratio", better="higher")
    >>> plan = Plan("p", "t", elements=[Outcome("OC-1", "a")], indicators=[Indicator(i, "n", **said) for i in "IJ"])
    >>> chain = chain_of(compile_structure(plan, Methodology("m", "1")), np.array([80.0, np.nan]), np.array([80.0]))
    >>> chain.indicators.tolist(), chain.elements.tolist()
    ([0], [0])
    """
    there, known = ~np.isnan(score), ~np.isnan(elements)
    used = there & np.isin(np.arange(len(score)), structure.indicators.child)
    indicators, nodes = np.flatnonzero(used), np.flatnonzero(known)
    layers, own = list[tuple[bool, tuple[tuple[Codes, Way], ...]]](), None
    takes = ~structure.has_own
    for layer in (structure.own_layer, *structure.layers_below):
        is_own = layer is structure.own_layer
        children = indicators if is_own else nodes
        ways = []
        for way in layer.ways:
            parents = way.edges.parents
            wanted = known[parents] if is_own else known[parents] & takes[parents]
            made = _present(way, wanted, there if is_own else known, children)
            if made is not None:
                ways.append((np.searchsorted(nodes, made.edges.parents), made))
        if ways:
            layers.append((is_own, tuple(ways)))
    if layers and layers[0][0]:
        whole = structure.own_layer
        way = attrs.evolve(whole.ways[0], edges=whole.edges, ranks=whole.ranks, total=whole.total, method="arithmetic")
        mine = _present(way, known[whole.edges.parents], there, indicators)
        own = None if mine is None else (np.searchsorted(nodes, mine.edges.parents), mine)
    return Chain(indicators=indicators, elements=nodes, layers=tuple(layers), own=own)


def _present(way: Way, wanted: NDArray[np.bool_], there: NDArray[np.bool_], children: Codes) -> Way | None:
    """Return the edges of the parents wanted to what is there, children by their position; nothing where none is."""
    edges = way.edges
    kept = np.flatnonzero(np.repeat(wanted, edges.lengths) & there[edges.child])
    if not len(kept):
        return None
    parent = edges.parent[kept]
    starts = np.flatnonzero(np.append(True, parent[1:] != parent[:-1]))
    child, weight = np.searchsorted(children, edges.child[kept]), edges.weight[kept]
    total = np.add.reduceat(weight, starts)
    share = weight / np.repeat(total, np.diff(np.append(starts, len(kept))))
    some = attrs.evolve(edges, parents=parent[starts], starts=starts, child=child, weight=weight)
    ranks = lay_ranks(starts, child, share.astype(np.float32))
    return attrs.evolve(way, edges=some, ranks=ranks, total=total[:, None])


class _Room:
    """Arrays that one block of draws after another is worked out in."""

    def __init__(self, chain: Chain) -> None:
        #: Scores of indicators, not clipped, and clipped: indicators × draws.
        self.raw = np.empty((len(chain.indicators), AT_ONCE), dtype=np.float32)
        self.clipped = np.empty_like(self.raw)
        #: Scores of elements: elements × draws.
        self.elements = np.zeros((len(chain.elements), AT_ONCE), dtype=np.float32)


def draw_blocks(
    chain: Chain,
    inputs: Inputs,
    use: Callable[[slice, Halves, NDArray[np.bool_]], T],
    *,
    draws: int,
    seed: int,
    weights: float = 0.0,
) -> Iterator[T]:
    """Draw scores of elements block after block, and yield what is made of each, in order.

    Parameters
    ----------
    chain : Chain
        What rolls up.
    inputs : Inputs
        How indicators are drawn.
    use : callable
        Is given which draws, their scores (elements × draws), and where an element with a score of 0 is worse than at
        the start. It is called by several threads at once, and the arrays are used again after it.
    draws : int
        How many.
    seed : int
        The same seed gives the same draws.
    weights : float
        Share by which each weight may be off, up or down.

    Notes
    -----
    Methodology §9.10. Standard normal numbers of 32 bits from SFC64, one stream for each block of draws.
    """
    blocks = -(-draws // AT_ONCE)
    threads = min(_MOST_THREADS, os.cpu_count() or 1, blocks)
    rooms = SimpleQueue[_Room]()
    for _ in range(threads):
        rooms.put(_Room(chain))

    def drawn(block: int) -> T:
        room, first = rooms.get(), block * AT_ONCE
        try:
            rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(block,))))
            _draw(chain, inputs, rng, room.raw)
            _roll(chain, room, rng, weights)
            columns = slice(first, min(first + AT_ONCE, draws))
            count = columns.stop - first
            return use(columns, room.elements[:, :count], _worse(chain, room.raw, room.elements)[:, :count])
        finally:
            rooms.put(room)

    with ThreadPoolExecutor(threads) as workers:
        yield from workers.map(drawn, range(blocks))


def _roll(chain: Chain, room: _Room, rng: np.random.Generator, weights: float) -> None:
    """Roll drawn scores of indicators up the chain."""
    np.clip(room.raw, 0.0, 100.0, out=room.clipped)
    for is_own, ways in chain.layers:
        for at, way in ways:
            room.elements[at] = _combined(way, room.clipped if is_own else room.elements, rng, weights)


def _draw(chain: Chain, inputs: Inputs, rng: np.random.Generator, raw: Halves) -> None:
    """Fill in drawn scores of indicators, not clipped."""
    some = chain.indicators
    slope = inputs.slope[some] * inputs.error[some]
    rng.standard_normal(dtype=np.float32, out=raw)
    raw *= slope.astype(np.float32)[:, None]
    raw += inputs.raw[some].astype(np.float32)[:, None]
    bounded = np.flatnonzero(~np.isnan(inputs.low[some]))
    if len(bounded):
        share = rng.random((len(bounded), AT_ONCE))
        raw[bounded] = _scores(inputs, some[bounded], _between(inputs, some[bounded], share))
    bent = [n for n, number in enumerate(some.tolist()) if number in inputs.ways and inputs.error[number] > 0]
    if bent:
        number = some[bent]
        x = inputs.value[number, None] + inputs.error[number, None] * rng.standard_normal((len(bent), AT_ONCE))
        raw[bent] = _scores(inputs, number, x)


def _between(inputs: Inputs, numbers: Codes, share: Floats) -> Floats:
    """Return the values at some shares of the way through their distribution between bounds."""
    low, high, value = (column[numbers, None] for column in (inputs.low, inputs.high, inputs.value))
    if not inputs.is_triangular:
        return np.asarray(low + (high - low) * share)
    mode = np.clip(value, low, high)
    turn = (mode - low) / (high - low)
    rising = low + np.sqrt(share * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - share) * (high - low) * (high - mode))
    return np.where(share < turn, rising, falling)


def _scores(inputs: Inputs, numbers: Codes, values: Floats) -> Floats:
    """Return the scores of values, not clipped."""
    found: Floats = inputs.raw[numbers, None] + inputs.slope[numbers, None] * (values - inputs.value[numbers, None])
    for row, number in enumerate(numbers.tolist()):
        if number in inputs.ways:
            found[row] = inputs.ways[number](values[row])
    return found


def _combined(way: Way, block: Halves, rng: np.random.Generator, weights: float) -> NDArray[Any]:
    """Combine the parts of some parents in every draw."""
    if way.method not in TRANSFORMS:
        parts = block.take(way.edges.child, axis=0).astype(np.float64)
        beside = way.edges.weight[:, None] * np.ones(AT_ONCE)
        if weights:
            beside *= 1 + weights * (2 * rng.random(beside.shape) - 1)
        return segment_combine(way.method, parts, beside, way.edges.starts, parameter=way.parameter)
    there, back = TRANSFORMS[way.method]
    with np.errstate(divide="ignore"):
        # The weights of these ranks are shares: their sum is the mean.
        drawn = weights > 0
        mean = _add_weighed(way.ranks, block, there, rng, weights) if drawn else way.ranks.add(block, through=there)
        return mean if back is None else np.asarray(back(mean))


def _add_weighed(
    ranks: Ranks, block: Halves, through: np.ufunc | None, rng: np.random.Generator, weights: float
) -> Halves:
    """Weighted mean of parts whose weights are drawn as well, each between so much less and so much more."""
    made = np.zeros((len(ranks.place), block.shape[1]), dtype=np.float32)
    total = np.zeros_like(made)
    for step in ranks.steps:
        parts = block.take(step.child, axis=0)
        if through is not None:
            through(parts, out=parts)
        drawn = rng.random(parts.shape, dtype=np.float32)
        drawn *= np.float32(2 * weights)
        drawn += np.float32(1 - weights)
        drawn *= step.weight
        parts *= drawn
        for sums, more in ((made, parts), (total, drawn)):
            folded = step.folded(np.add, more)
            sums[: len(folded)] += folded
    made /= total
    return made.take(ranks.place, axis=0)


def _worse(chain: Chain, raw: Halves, room: Halves) -> NDArray[np.bool_]:
    """Where elements whose score is 0 are worse than at the start, by their own indicators."""
    found = np.zeros(room.shape, dtype=bool)
    if chain.own is None:
        return found
    at, way = chain.own
    lowest = np.flatnonzero((room[at] <= 0).any(axis=1))
    if len(lowest):
        some, _ = way.edges.at(lowest)
        mean = np.add.reduceat(raw.take(some.child, axis=0) * some.weight[:, None], some.starts, axis=0)
        found[at[lowest]] = (mean < 0) & (room[at[lowest]] <= 0)
    return found
