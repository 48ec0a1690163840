"""The means, the median and the minimum of a node's parts.

Values lie along an axis, their weights beside them. A missing one drops out and the weights of the rest count as
if they were all there is; where nothing is present, the answer is missing. A weight of zero takes no part. Weights
need not add up to one: only their proportions count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_given
from cpas.methods._refusals import finite
from cpas.methods.segments import checked_weights, segment_combine

__all__ = ["arithmetic", "geometric", "harmonic", "lined_up", "median", "minimum"]


def arithmetic(values: ArrayLike, weights: ArrayLike | None = None, *, axis: int = 0) -> Values:
    """Weighted mean, ``Σ w z / Σ w``: a good part makes up for a bad one in full.

    Parameters
    ----------
    values : array
        Scores in one scale, any sign. A missing one (NaN) drops out.
    weights : array, optional
        One for each place along the axis, or one for each value; not negative. Equal if not given.
    axis : int
        The axis to combine along.

    Returns
    -------
    float or array
        Between the lowest and the highest value. Missing where no value of positive weight is present.

    Raises
    ------
    MethodError
        If weights are negative, missing, all zero, or do not fit the values.

    Notes
    -----
    Methodology §6.1. OECD/JRC Handbook 2008, step 6. A better part never lowers the whole.

    Examples
    --------
    The golden vector of the methods page: (80, 50, 20) with weights (.5, .3, .2) gives 59.

    >>> arithmetic([80, 50, 20], [0.5, 0.3, 0.2])
    59.0
    >>> arithmetic([80, None, 20], [0.5, 0.3, 0.2]).__round__(4)
    62.8571
    """
    return _combined("arithmetic", values, weights, axis)


def geometric(values: ArrayLike, weights: ArrayLike | None = None, *, axis: int = 0) -> Values:
    """Weighted geometric mean, ``exp(Σ w ln z / Σ w)``: a bad part is made up for only in part.

    One zero makes the whole zero. Negative values are refused: raw progress that went backwards has no
    geometric mean.

    Parameters
    ----------
    values, weights, axis
        As in :func:`arithmetic`; values not below zero.

    Raises
    ------
    MethodError
        If a value is negative, and as in :func:`arithmetic`.

    Notes
    -----
    Methodology §6.2. OECD/JRC Handbook 2008, step 6; UNDP technical note 1 (HDI since 2010). A better part
    never lowers the whole.

    Examples
    --------
    The HDI of Afghanistan in 2010 from its three dimension indices (HDR 2023/24 prints 0.449).

    >>> round(geometric([0.628477, 0.318026, 0.453018]), 3)
    0.449
    """
    return _combined("geometric", values, weights, axis)


def harmonic(values: ArrayLike, weights: ArrayLike | None = None, *, axis: int = 0) -> Values:
    """Weighted harmonic mean, ``Σ w / Σ (w / z)``: the worst part weighs most.

    One zero makes the whole zero, its limit. Negative values are refused.

    Parameters
    ----------
    values, weights, axis
        As in :func:`arithmetic`; values not below zero.

    Raises
    ------
    MethodError
        If a value is negative, and as in :func:`arithmetic`.

    Notes
    -----
    Methodology §6.3. UNDP technical note 4 (Gender Inequality Index) takes it across women and men. A better
    part never lowers the whole.

    Examples
    --------
    COINr 1.1.14 on the TAI of 23 countries: creation of technology in Australia.

    >>> round(harmonic([7.72718052738337, 10.2123197903014]), 11)
    8.79761835342
    """
    return _combined("harmonic", values, weights, axis)


def minimum(values: ArrayLike, weights: ArrayLike | None = None, *, axis: int = 0) -> Values:
    """Lowest value that takes part: nothing makes up for the worst part.

    ``min { z_i : w_i > 0 }``

    Parameters
    ----------
    values, weights, axis
        As in :func:`arithmetic`. Of a weight only whether it is zero counts.

    Raises
    ------
    MethodError
        As in :func:`arithmetic`.

    Notes
    -----
    Methodology §6.6. The limit of the generalised mean (§6.4) for p → -∞. A better part never lowers the
    whole.

    Examples
    --------
    >>> minimum([80, None, 20])
    20.0
    """
    return _combined("minimum", values, weights, axis)


def median(values: ArrayLike, weights: ArrayLike | None = None, *, axis: int = 0) -> Values:
    """Weighted median: the value at which half of the weight is reached.

    ``min { z : Σ_{z_i ≤ z} w_i ≥ Σ w / 2 }``

    Where half is reached exactly between two values, the middle of the two; with equal weights, the usual
    median.

    Parameters
    ----------
    values, weights, axis
        As in :func:`arithmetic`.

    Raises
    ------
    MethodError
        As in :func:`arithmetic`.

    Notes
    -----
    Methodology §6.5. A better part never lowers the whole.

    Examples
    --------
    The middle of the number of patents in 23 countries is 103 (COINr 1.1.14, statistics of the TAI).

    >>> median([8, 103, 994])
    103.0
    >>> median([80, 50, 20], [0.5, 0.3, 0.2])
    65.0
    """
    return _combined("median", values, weights, axis)


def _combined(method: str, values: ArrayLike, weights: ArrayLike | None, axis: int) -> Values:
    scores, heavy = lined_up(values, weights, axis)
    flat = (len(scores), -1)
    combined = segment_combine(method, scores.reshape(flat), heavy.reshape(flat), [0])
    return as_given(combined[0].reshape(scores.shape[1:]))


def lined_up(values: ArrayLike, weights: ArrayLike | None, axis: int) -> tuple[Array, Array]:
    """Return values and weights in one shape, with the axis to combine along first and the weights checked.

    Examples
    --------
    >>> lined_up([[80.0, 50.0]], [2, 1], 1)[1]
    array([[2.],
           [1.]])
    """
    scores = finite(values, what="score")
    if scores.ndim == 0 or scores.shape[axis] == 0:
        raise MethodError("There is nothing to combine: give at least one value along the axis.")
    scores = np.moveaxis(scores, axis, 0)
    heavy = np.ones(len(scores)) if weights is None else finite(weights, what="weight")
    if heavy.ndim > 1:
        heavy = np.moveaxis(heavy, axis, 0)
    return scores, checked_weights(heavy, scores.shape, np.zeros(1, dtype=np.intp))
