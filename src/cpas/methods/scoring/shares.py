"""What share of the weight behind each score had a value, over all periods, places and groups.  Methodology §9.3."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.edges import Layer, Rows
from cpas.methods.scoring.ranks import share_of
from cpas.methods.scoring.structure import Structure

__all__ = ["Given", "Shares"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


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
class Shares:
    """Shares of the weight behind scores: arrays elements × slots, filled in from below."""

    #: Share of the weight behind the score that had a value.
    coverage: Floats
    #: What an element is worth to the coverage of those above: its own, where it has a score.
    behind: Floats
    #: Whether its weight belongs behind the score of those above.
    belongs: Truths

    def cover_all(self, structure: Structure, given: Given, score: Floats) -> None:
        """Fill in all elements, whose scores stand."""
        self.cover_own(structure.own_layer, given)
        self.settle(structure, structure.own_layer.edges.rows, score)
        for layer in structure.layers_below:
            self.cover(layer)
            self.settle(structure, layer.takers, score)

    def cover_own(self, layer: Layer, given: Given) -> None:
        """Fill in the coverage of those that have indicators of their own."""
        rows, all_count = layer.edges.rows, given.counts.all()
        if all_count and layer.edges.is_whole(given.score):
            self.coverage[rows] = 1.0
            return
        whole = layer.total if all_count else layer.ranks.add_weights(given.counts)
        self.coverage[rows] = share_of(layer.ranks.add_weights(~np.isnan(given.score) & given.counts), whole)

    def cover(self, layer: Layer) -> None:
        """Fill in the coverage of a layer of those that take their score from outcomes, which are settled."""
        self.coverage[layer.takers] = layer.mean(self.behind, self.belongs)[layer.taking]

    def settle(self, structure: Structure, rows: Rows, score: Floats) -> None:
        """Say what elements, whose scores stand, are worth to the coverage of those above."""
        share, can_have = self.coverage[rows], structure.can_have[rows, None]
        # Where nothing was due of what a part could rest on, its weight is not behind the score.
        self.belongs[rows] = ~np.isnan(share) | ~can_have
        self.behind[rows] = np.where(np.isnan(share) | np.isnan(score[rows]), 0.0, share)
