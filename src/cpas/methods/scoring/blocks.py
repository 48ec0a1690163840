"""Scores of elements as blocks, elements × slots, and what is made of them on asking.  Methodology §9.3.

The scores are always worked out. What no score rests on (what was due, how far apart the parts are, what share of the
weight was there) is made from the same parts when it is first asked for, and kept. Where an element demands a least
share, scores do rest on shares, and these are made along with them.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.edges import Layer
from cpas.methods.scoring.ranks import share_of, take
from cpas.methods.scoring.shares import Given, Shares
from cpas.methods.scoring.structure import Structure

__all__ = ["Blocks", "Combined", "Standing", "blank_blocks", "counted"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Combined:
    """What the parts of each parent of a layer come to."""

    #: The parents.
    layer: Layer
    #: By the method of each parent.
    score: Floats
    #: The least part.
    low: Floats
    #: The greatest part.
    high: Floats
    #: Row of each parent in these arrays; nothing where they are in order.
    place: Codes | None = None

    def of(self, name: Literal["score", "low", "high"]) -> Floats:
        """Return one of the arrays, parents in order."""
        array: Floats = getattr(self, name)
        return array if self.place is None else take(array, self.place)


@attrs.frozen(eq=False, kw_only=True)
class Standing:
    """Elements that are not worked out: their numbers stand in other blocks."""

    #: Their rows here.
    rows: Codes
    #: Their rows there.
    of: Codes
    #: The other blocks.
    blocks: Any

    def put(self, name: str, block: NDArray[Any]) -> None:
        """Put their numbers in the block of a name."""
        block[self.rows] = getattr(self.blocks, name)[self.of]


@attrs.frozen(eq=False, kw_only=True)
class Blocks:
    """Scores of elements: arrays elements × slots. What no score rests on is made on asking."""

    #: The results chain.
    structure: Structure
    #: What was rolled up.
    given: Given
    #: The score.
    score: Floats
    #: Whether its score was withheld because too little was there.
    withheld: Truths
    #: What each layer came to: own indicators first, then outcomes below, layer by layer.
    made: list[Combined] = attrs.field(factory=list)
    #: What stands in other blocks.
    standing: Standing | None = None

    @cached_property
    def shares(self) -> Shares:
        """What share of the weight behind scores had a value; where a score rests on it, filled in as scores are."""
        shape = self.score.shape
        made = Shares(
            coverage=np.full(shape, np.nan),
            behind=np.zeros(shape),
            belongs=np.repeat(~self.structure.can_have[:, None], shape[1], axis=1),
        )
        if self.standing is not None:
            self.standing.put("behind", made.behind)
            self.standing.put("belongs", made.belongs)
        if not self.structure.demands:
            made.cover_all(self.structure, self.given, self.score)
        return made

    @property
    def coverage(self) -> Floats:
        """Share of the weight behind the score that had a value."""
        return self.shares.coverage

    @property
    def behind(self) -> Floats:
        """What it is worth to the coverage of those above: its own, where it has a score."""
        return self.shares.behind

    @property
    def belongs(self) -> Truths:
        """Whether its weight belongs behind the score of those above."""
        return self.shares.belongs

    @cached_property
    def path(self) -> Floats:
        """The score due by then, of that which makes the score."""
        made, own = np.full(self.score.shape, np.nan), self.structure.own_layer
        if self.standing is not None:
            self.standing.put("path", made)
        # Only what has a score and a path makes the path of the score.
        made[own.edges.rows] = own.mean(self.given.path, ~np.isnan(self.given.score))
        for layer in self.structure.layers_below:
            made[layer.takers] = layer.mean(made, self.score)[layer.taking]
        made[np.isnan(self.score)] = np.nan
        return made

    @cached_property
    def own(self) -> Floats:
        """The score from its own indicators."""
        return self._spread("score", self.made[:1], np.fmax)

    @cached_property
    def below(self) -> Floats:
        """The score from the outcomes that serve it."""
        return self._spread("score", self.made[1:], np.fmax)

    @cached_property
    def worst(self) -> Floats:
        """Lowest score of its direct parts."""
        return self._spread("low", self.made, np.fmin)

    @cached_property
    def best(self) -> Floats:
        """Highest score of its direct parts."""
        return self._spread("high", self.made, np.fmax)

    def _spread(self, name: Literal["score", "low", "high"], layers: list[Combined], rule: np.ufunc) -> Floats:
        """Return what layers came to, elements × slots; by a rule where an element stands in two."""
        block = np.full(self.score.shape, np.nan)
        for one in layers:
            rows = one.layer.edges.rows
            block[rows] = rule(block[rows], one.of(name))
        return block

    @cached_property
    def raw(self) -> Floats:
        """Progress of its own indicators, not clipped: for trends, never shown as a score."""
        layer, made = self.structure.own_layer, np.full(self.score.shape, np.nan)
        made[layer.edges.rows] = share_of(*layer.ranks.add_present(self.given.raw, self.given.score))
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
        return np.where(by_count[:, None], share_of(self.answered, self.indicators), self.coverage)


def blank_blocks(structure: Structure, given: Given, standing: Standing | None = None) -> Blocks:
    """Return the blocks of a chain before anything is rolled up."""
    shape = (len(structure.levels), given.score.shape[1])
    score = np.full(shape, np.nan)
    if standing is not None:
        standing.put("score", score)
    return Blocks(
        structure=structure, given=given, score=score, withheld=np.zeros(shape, dtype=bool), standing=standing
    )


def counted(structure: Structure, flags: Truths) -> Codes:
    """Return how many of the indicators at or upstream of each element have a flag."""
    upstream, block = structure.upstream, np.zeros((len(structure.levels), flags.shape[1]), dtype=np.int64)
    if len(upstream.starts):
        block[upstream.parents] = np.add.reduceat(take(flags, upstream.child), upstream.starts, axis=0, dtype=np.int64)
    return block
