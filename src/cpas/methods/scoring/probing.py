"""What each indicator does to each score: without it, and at which score a rating changes.  Methodology §9.8.

The roll-up itself is asked: with the indicator not there, and with other scores in its place. Every method a plan may
name rises with its parts, so the score at which a cut point is reached is found in closed form where the way up is
a weighted mean throughout, and by halving elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.scoring.roll_up import roll_up
from cpas.methods.scoring.structure import Structure

__all__ = ["Slot", "linear_elements", "reaching_scores", "rests_on", "without_each"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
#: Halvings: 100 points come down to less than a billionth.
_HALVINGS: Final = 37
#: Variants of a plan that are rolled up at once.
_AT_ONCE: Final = 256


@attrs.frozen(eq=False, kw_only=True)
class Slot:
    """The scores of all indicators at one period, place and group: what is rolled up."""

    #: Score, 0 to 100; NaN where missing.
    score: Floats
    #: Whether it belongs in the weight behind a score.
    counts: Truths
    #: Whether a value was due.
    due: Truths
    #: Whether there was one.
    answered: Truths

    def times(self, count: int) -> Slot:
        """Return the same as so many columns, to be changed one by one."""
        named = {a.name: np.repeat(getattr(self, a.name)[:, None], count, axis=1) for a in attrs.fields(Slot)}
        return Slot(**named)


def rests_on(structure: Structure, indicators: int) -> Truths:
    """Return elements × indicators, so many: whether a score is made of an indicator, on whatever way."""
    n = len(structure.levels)
    found = np.zeros((n, indicators), dtype=bool)
    edges = structure.indicators
    parents = np.repeat(edges.parents, np.diff(np.append(edges.starts, len(edges.child))))
    found[parents, edges.child] = True
    has_own = np.zeros(n, dtype=bool)
    has_own[edges.parents] = True
    for layer in structure.layers:
        takes = [node for node in layer if structure.takes_below[node] and not has_own[node]]
        for parent, children in structure.outcomes.of(takes).children():
            found[parent] = found[children].any(axis=0)
    return found


def linear_elements(structure: Structure) -> Truths:
    """Return for each element whether its score is a weighted mean of indicators, all the way down."""
    linear = np.array([way == "arithmetic" for way in structure.combine], dtype=bool)
    # A least share can take a score away, but no score of an indicator can: what is there stays there.
    for layer in structure.layers:
        for parent, children in structure.outcomes.of(layer).children():
            linear[parent] &= bool(linear[children].all())
    return linear


def without_each(structure: Structure, slot: Slot, indicators: Codes) -> Floats:
    """Return elements × indicators: the scores that elements would have without each indicator in turn.

    ``effect = score - score without``

    Parameters
    ----------
    structure : Structure
        The results chain.
    slot : Slot
        Scores of all indicators.
    indicators : array of int
        Numbers of those left out, one at a time.

    Notes
    -----
    Methodology §9.8. Leave-one-out, OECD/JRC Handbook 2008, step 7. What is left out is neither missing nor due.
    """
    found = [np.zeros((len(structure.levels), 0))]
    for some in _parts(indicators):
        columns = np.arange(len(some))
        many = slot.times(len(some))
        many.score[some, columns] = np.nan
        for flags in (many.counts, many.due, many.answered):
            flags[some, columns] = False
        found.append(_rolled(structure, many))
    return np.concatenate(found, axis=1)


def reaching_scores(
    structure: Structure, slot: Slot, indicators: Codes, elements: Codes, cuts: Floats, *, linear: Truths
) -> Floats:
    """Return the score at which each indicator alone brings an element to a cut point; NaN where it cannot.

    Parameters
    ----------
    structure, slot
        As in :func:`without_each`.
    indicators, elements : array of int
        Pairs of an indicator that has a score, and an element that rests on it.
    cuts : array
        One cut point for each pair, in points of score; NaN asks nothing.
    linear : array of bool, elements
        From :func:`linear_elements`.

    Notes
    -----
    Methodology §9.8. In closed form ``z = 100 (cut - s(0)) / (s(100) - s(0))`` where s is linear in z; else by halving,
    as s never falls in z (cpas extension).
    """
    found = np.full(len(indicators), np.nan)
    asked = np.flatnonzero(~np.isnan(cuts))
    for some in _parts(asked):
        pairs = (structure, slot, indicators[some], elements[some])
        low, high, cut = _at(*pairs, np.zeros(len(some))), _at(*pairs, np.full(len(some), 100.0)), cuts[some]
        reach = (low <= cut) & (cut <= high) & (low < high)
        with np.errstate(invalid="ignore", divide="ignore"):
            direct = 100 * (cut - low) / (high - low)
        straight = linear[elements[some]]
        if (reach & ~straight).any():
            direct = np.where(straight, direct, _halved(*pairs, cut))
        found[some] = np.where(reach, direct, np.nan)
    return found


def _halved(structure: Structure, slot: Slot, indicators: Codes, elements: Codes, cut: Floats) -> Floats:
    below, above = np.zeros(len(cut)), np.full(len(cut), 100.0)
    for _ in range(_HALVINGS):
        middle = (below + above) / 2
        reached = _at(structure, slot, indicators, elements, middle) >= cut
        below, above = np.where(reached, below, middle), np.where(reached, middle, above)
    return above


def _at(structure: Structure, slot: Slot, indicators: Codes, elements: Codes, score: Floats) -> Floats:
    """Return the score of each pair's element with another score of its indicator."""
    columns = np.arange(len(indicators))
    many = slot.times(len(columns))
    many.score[indicators, columns] = score
    made: Floats = _rolled(structure, many)[elements, columns]
    return made


def _rolled(structure: Structure, slot: Slot) -> Floats:
    blank = np.full(slot.score.shape, np.nan)
    return roll_up(
        structure, score=slot.score, raw=blank, path=blank, counts=slot.counts, due=slot.due, answered=slot.answered
    ).score


def _parts(indices: Codes) -> Sequence[Codes]:
    return [indices[start : start + _AT_ONCE] for start in range(0, len(indices), _AT_ONCE)]
