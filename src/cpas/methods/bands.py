"""Scores for where a value should be: inside a band, at a level that is kept, the same for two groups.

Bounds and tolerances are given; every score is 0 to 100 with higher better.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError, NoDistanceError
from cpas.methods._elementwise import Array, Values, as_given, sign_of
from cpas.methods._refusals import finite, first, refuse_where, together

__all__ = ["band", "maintained", "parity", "parity_ratio"]


def band(
    value: ArrayLike,
    *,
    low: ArrayLike,
    high: ArrayLike,
    baseline: ArrayLike | None = None,
    tolerance: ArrayLike | None = None,
) -> Values:
    """Score of a value that is best inside a band.

    100 inside ``[low, high]``. Outside, with d the distance to the nearer edge: ``100 (1 - min(1, d /
    tolerance))``, or without a tolerance the way back from the baseline, ``100 (1 - d / d_baseline)``,
    signed.

    Parameters
    ----------
    value, low, high : float or array
        In one unit. A band of one point (``low == high``) is a level to be kept.
    baseline : float or array, optional
        Where things stood at the start. Read only where there is no tolerance.
    tolerance : float or array, optional
        The distance at which nothing is left of the score, above zero.

    Returns
    -------
    float or array
        Never above 100. Below 0 only by the baseline: further out than at the start.

    Raises
    ------
    MethodError
        If the band is upside down, a tolerance is not above zero, or neither tolerance nor baseline is given.
    NoDistanceError
        If a value lies outside, its baseline inside, and there is no tolerance to measure the fall with.

    Notes
    -----
    Methodology §4.4. The tolerance rule follows the ideal range of RIM and Statistics Canada's "Goldilocks"
    targets; progress towards a band from a baseline is a cpas extension.

    Examples
    --------
    >>> band([50, 65, 75, 95], low=40, high=60, tolerance=20)
    array([100.,  75.,  25.,   0.])
    >>> band([70, 100], low=40, high=60, baseline=80)
    array([  50., -100.])
    """
    now, bottom, top = together(value=value, low=low, high=high)
    refuse_where(bottom > top, bottom, what="low edge", why="lies above the high edge of its band")
    outside = _distance(now, bottom, top)
    if tolerance is not None:
        width = _positive(tolerance, what="tolerance")
        return as_given(100 * (1 - np.minimum(1, outside / width)))
    if baseline is None:
        raise MethodError("Outside a band a score needs a tolerance, or a baseline to come back from: give one.")
    start = _distance(finite(baseline, what="baseline"), bottom, top)
    return as_given(_way_back(outside, start))


def _distance(value: Array, low: Array, high: Array) -> Array:
    return np.asarray(np.maximum(np.maximum(low - value, value - high), 0.0))


def _way_back(outside: Array, start: Array) -> Array:
    outside, start = np.broadcast_arrays(outside, start)
    fallen = (outside > 0) & (start == 0)
    if fallen.any():
        raise NoDistanceError(
            "The baseline lies inside the band and the value outside: there is no way back to measure. "
            "Give a tolerance.",
            value=float(outside[first(fallen)]),
            position=first(fallen),
        )
    way = np.where(start == 0, 1.0, start)
    return np.where(outside == 0, 100.0, 100 * (1 - outside / way))


def _positive(values: ArrayLike, *, what: str) -> Array:
    array = finite(values, what=what)
    refuse_where(array <= 0, array, what=what, why="leaves no room: it must be above zero")
    return array


def maintained(value: ArrayLike, *, target: ArrayLike, better: str, tolerance: ArrayLike | None = None) -> Values:
    """Score of a level that is to be kept: 100 where it is met, less with the shortfall.

    ``100 (1 - min(1, max(0, d (xT - x)) / tolerance))``, d = +1 where higher is better and -1 where lower is. Without
    a tolerance, 100 where met and 0 where not. Never a division by the way from the baseline, which is none.

    Parameters
    ----------
    value, target : float or array
        In one unit.
    better : "higher" or "lower"
        On which side of the target it is met.
    tolerance : float or array, optional
        The shortfall at which nothing is left of the score, above zero.

    Raises
    ------
    MethodError
        If a tolerance is not above zero, or `better` has no direction.

    Notes
    -----
    Methodology §4.16. Status by a tolerance around the target is a cpas extension; see §4.4 for a band.

    Examples
    --------
    >>> maintained([101, 100, 98, 90], target=100, better="higher", tolerance=4)
    array([100., 100.,  50.,   0.])
    """
    now, level = together(value=value, target=target)
    short = np.maximum(sign_of(better) * (level - now), 0.0)
    if tolerance is None:
        return as_given(np.where(np.isnan(short), np.nan, np.where(short > 0, 0.0, 100.0)))
    return as_given(100 * (1 - np.minimum(1, short / _positive(tolerance, what="tolerance"))))


def parity(first_group: ArrayLike, second_group: ArrayLike) -> Values:
    """How near two groups are to one another: 100 at parity, 0 where one has none.

    ``100 min(f, m) / max(f, m)``: the same whichever group is named first.

    Parameters
    ----------
    first_group, second_group : float or array
        One quantity of both, not negative: counts, shares, hours.

    Raises
    ------
    MethodError
        If a number is negative, or both are zero: there is nothing to compare.

    Notes
    -----
    Methodology §4.13. Inverse of Statistics Canada's ratio form, :func:`parity_ratio`, put on 0 to 100 (cpas
    extension). Parity as a target on one side only is :func:`band` with one edge.

    Examples
    --------
    Seats in parliament, Albania 2010: women 16.43 %, men 83.57 % (HDR 2023/24).

    >>> round(parity(16.42857143, 83.57142857), 2)
    19.66
    """
    low, high = _groups(first_group, second_group)
    return as_given(np.asarray(100 * (low / high)))


def parity_ratio(first_group: ArrayLike, second_group: ArrayLike) -> Values:
    """Larger over smaller, ``max(f/m, m/f)``: 1 at parity, rising with the distance from it.

    Parameters
    ----------
    first_group, second_group : float or array
        One quantity of both, above zero.

    Raises
    ------
    MethodError
        If a number is negative or zero: the ratio has no end.

    Notes
    -----
    Methodology §4.13. Statistics Canada, Canadian Indicator Framework, indicator 5.4.1 (target 1).

    Examples
    --------
    >>> parity_ratio([3, 4, 4], [4, 3, 4]).round(4)
    array([1.3333, 1.3333, 1.    ])
    """
    low, high = _groups(first_group, second_group)
    refuse_where(low == 0, low, what="group's number", why="gives a ratio without end: use parity()")
    return as_given(np.asarray(high / low))


def _groups(first_group: ArrayLike, second_group: ArrayLike) -> tuple[Array, Array]:
    one, other = together(first_group=first_group, second_group=second_group)
    low, high = np.minimum(one, other), np.maximum(one, other)
    refuse_where(low < 0, low, what="group's number", why="is negative: parity compares amounts")
    refuse_where(high == 0, high, what="group's number", why="is that of both groups: there is nothing to compare")
    return low, high
