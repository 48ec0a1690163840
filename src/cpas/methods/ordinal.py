"""Ratings that are ordered words: what enough of the parts have reached.

Levels are numbers 0, 1, 2 … from the worst; their distances mean nothing, so nothing is averaged.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_given
from cpas.methods.means import lined_up

__all__ = ["k_of_n", "majority"]


def k_of_n(levels: ArrayLike, *, k: int, axis: int = 0) -> Values:
    """Highest level that at least `k` of the parts have reached.

    ``max { l : #{i : x_i ≥ l} ≥ k }``

    k = n is the worst part, k = 1 the best.

    Parameters
    ----------
    levels : array
        Ordered levels along the axis. A missing one has reached nothing.
    k : int
        From 1 to the number of parts.
    axis : int
        The axis of parts.

    Returns
    -------
    float or array
        Missing where fewer than `k` parts are present: the level is then not known.

    Raises
    ------
    MethodError
        If `k` is not from 1 to the number of parts.

    Notes
    -----
    Methodology §6.11. The rule of "at least k of n" criteria, as in k-out-of-n systems. A better part never lowers
    the whole.

    Examples
    --------
    Of five parts, three have reached level 2 or more.

    >>> k_of_n([0, 3, 2, 1, 2], k=3)
    2.0
    """
    parts, _ = lined_up(levels, None, axis)
    if not 1 <= k <= len(parts):
        raise MethodError(f"k is from 1 to the {len(parts)} parts, not {k!r}.", k=k, parts=len(parts))
    best_first = np.sort(np.where(np.isnan(parts), -np.inf, parts), axis=0)[::-1]
    level = best_first[k - 1]
    return as_given(np.where(level == -np.inf, np.nan, level))


def majority(levels: ArrayLike, weights: ArrayLike | None = None, *, share: float = 0.5, axis: int = 0) -> Values:
    """Highest level that more than a share of the weight present has reached.

    ``max { l : Σ_{x_i ≥ l} w_i > share · Σ w }``

    With a share of one half, the majority grade: a majority holds the whole to be at least this, and no majority
    holds it to be more.

    Parameters
    ----------
    levels, weights, axis
        As in :func:`~cpas.methods.means.arithmetic`: a missing part drops out.
    share : float
        What must be exceeded, from 0 up to but not 1: 0.5 for a majority, 2/3 for more than two thirds.

    Raises
    ------
    MethodError
        If the share is not from 0 up to 1, and as in ``arithmetic``.

    Notes
    -----
    Methodology §6.11. Balinski and Laraki 2007 (PNAS 104): the majority grade is the lower middle grade. A better
    part never lowers the whole.

    Examples
    --------
    >>> majority([3, 1, 2, 0]), majority([3, 1, 2])
    (1.0, 2.0)
    """
    if not 0 <= share < 1:
        raise MethodError(f"A majority is more than a share from 0 up to 1, not {share!r}.", share=share)
    parts, heavy = lined_up(levels, weights, axis)
    present = np.where(np.isnan(parts), 0.0, heavy)
    order = np.argsort(np.where(present > 0, -parts, np.inf), axis=0, kind="stable")
    ranked, gathered = np.take_along_axis(parts, order, 0), _gathered(present, order)
    total = gathered[-1]
    enough = gathered > total * (share + 1e-12)  # exactly one half is not more than one half
    reached = np.take_along_axis(ranked, np.argmax(enough, axis=0)[np.newaxis], 0)[0]
    return as_given(np.where(total > 0, reached, np.nan))


def _gathered(weights: Array, order: np.ndarray) -> Array:
    return np.asarray(np.cumsum(np.take_along_axis(weights, order, 0), axis=0))
