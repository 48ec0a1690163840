"""Means that say by one number how far a good part makes up for a bad one.

The generalised mean runs from the minimum over the harmonic, geometric and arithmetic mean to the maximum; the
mean–min function goes straight from the mean to the minimum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_given
from cpas.methods._refusals import refuse_where
from cpas.methods.means import arithmetic, geometric, lined_up, minimum

__all__ = ["generalised", "mean_min"]


def generalised(values: ArrayLike, weights: ArrayLike | None = None, *, power: float, axis: int = 0) -> Values:
    """Weighted generalised (power) mean, ``(Σ w z^p / Σ w)^(1/p)``.

    p = 1 is the arithmetic mean, 0 the geometric, -1 the harmonic, -∞ the minimum and +∞ the maximum. The lower p,
    the less a good part makes up for a bad one.

    Parameters
    ----------
    values, weights, axis
        As in :func:`~cpas.methods.means.arithmetic`; values not below zero.
    power : float
        p. At or below 0 one zero makes the whole zero.

    Raises
    ------
    MethodError
        If a value is negative, or the power is missing, and as in ``arithmetic``.

    Notes
    -----
    Methodology §6.4. Decancq and Lugo 2013 (Econometric Reviews 32) on the place of p in multidimensional indices. A
    better part never lowers the whole.

    Examples
    --------
    The golden vector (80, 50, 20) with weights (.5, .3, .2) and p = -5 is 27.4974.

    >>> round(generalised([80, 50, 20], [0.5, 0.3, 0.2], power=-5), 4)
    27.4974
    """
    if np.isnan(power):
        raise MethodError("A generalised mean needs a power: a number, or -inf or inf.", power=power)
    if np.isinf(power):
        sign = 1.0 if power < 0 else -1.0
        return sign * minimum(sign * np.asarray(values, dtype=np.float64), weights, axis=axis)
    if abs(power) < 1e-12:  # the limit, which the formula itself reaches only by rounding
        return geometric(values, weights, axis=axis)
    scores, heavy = lined_up(values, weights, axis)
    refuse_where(scores < 0, scores, what="score", why="has no generalised mean: clip it at 0")
    return as_given(_power_mean(scores, np.where(np.isnan(scores), 0.0, heavy), power))


def _power_mean(scores: Array, heavy: Array, power: float) -> Array:
    total = heavy.sum(axis=0)
    with np.errstate(divide="ignore"):
        logs = np.where(heavy > 0, np.log(np.where(heavy > 0, scores, 1.0)), -np.inf * np.sign(power))
    # Measured from the part that the power favours, no term of the sum can overflow.
    anchor = logs.max(axis=0) if power > 0 else logs.min(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        terms = np.where(heavy > 0, heavy / total * np.expm1(power * (logs - anchor)), 0.0)
        mean = np.exp(anchor + np.log1p(terms.sum(axis=0)) / power)
    return np.where(total > 0, np.where(anchor == -np.inf, 0.0, mean), np.nan)


def mean_min(values: ArrayLike, weights: ArrayLike | None = None, *, alpha: float, axis: int = 0) -> Values:
    """Weighted mean pulled towards the worst part, ``(1 - α) mean + α min``.

    Parameters
    ----------
    values, weights, axis
        As in :func:`~cpas.methods.means.arithmetic`, any sign.
    alpha : float
        0 for the mean, 1 for the minimum.

    Raises
    ------
    MethodError
        If alpha is not between 0 and 1, and as in ``arithmetic``.

    Notes
    -----
    Methodology §6.7. Tarabusi and Guarini 2013 (Social Indicators Research 112), the mean–min function with its
    smoothing β at 0. A better part never lowers the whole.

    Examples
    --------
    >>> mean_min([80, 50, 20], [0.5, 0.3, 0.2], alpha=0.25)
    49.25
    """
    if not 0 <= alpha <= 1:
        raise MethodError(f"Alpha is a share between 0 (mean) and 1 (minimum), not {alpha!r}.", alpha=alpha)
    mean, worst = arithmetic(values, weights, axis=axis), minimum(values, weights, axis=axis)
    return (1 - alpha) * mean + alpha * worst
