"""Scores of elements as blocks, elements × slots, and what is made of them on asking.  Methodology §9.3."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.structure import Structure

__all__ = ["Blocks", "Given", "blank_blocks", "counted", "share_of", "take"]

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
    #: What it is worth to the coverage of those above: its own, where it has a score.
    behind: Floats
    #: Whether its weight belongs behind the score of those above.
    belongs: Truths

    @cached_property
    def raw(self) -> Floats:
        """Progress of its own indicators, not clipped: for trends, never shown as a score."""
        layer, made = self.structure.own_layer, np.full(self.score.shape, np.nan)
        made[layer.edges.parents] = share_of(*layer.ranks.add_present(self.given.raw, self.given.score))
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


def counted(structure: Structure, flags: Truths) -> Codes:
    """Return how many of the indicators at or upstream of each element have a flag."""
    upstream, block = structure.upstream, np.zeros((len(structure.levels), flags.shape[1]), dtype=np.int64)
    if len(upstream.starts):
        block[upstream.parents] = np.add.reduceat(take(flags, upstream.child), upstream.starts, axis=0, dtype=np.int64)
    return block


def take(block: NDArray[T], rows: Codes) -> NDArray[T]:
    """Return rows of a block; several times quicker than by an index in brackets."""
    return np.take(block, rows, axis=0)


def share_of(part: NDArray[Any], whole: NDArray[Any]) -> Floats:
    """Share of a whole; NaN where there is no whole, and so no part of it either."""
    with np.errstate(invalid="ignore"):
        return np.asarray(part / whole, dtype=np.float64)
