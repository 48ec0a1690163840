"""Means that say by one number how far a good part makes up for a bad one.

The generalised mean runs from the minimum over the harmonic, geometric and arithmetic mean to the maximum; the
mean–min function goes straight from the mean to the minimum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Values, as_given
from cpas.methods.means import lined_up
from cpas.methods.segments import segment_combine

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
    return _combined("generalised", values, weights, axis, power)


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
    return _combined("mean_min", values, weights, axis, alpha)


def _combined(method: str, values: ArrayLike, weights: ArrayLike | None, axis: int, parameter: float) -> Values:
    scores, heavy = lined_up(values, weights, axis)
    flat = (len(scores), -1)
    combined = segment_combine(method, scores.reshape(flat), heavy.reshape(flat), [0], parameter=parameter)
    return as_given(combined[0].reshape(scores.shape[1:]))
