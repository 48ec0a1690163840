"""Scores by distance: from baseline to target, or between two goalposts.

Every score is 0 to 100 with higher better, and not clipped: :func:`clip` does that last. Bounds are given and
never taken from the sample.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError, NoDistanceError
from cpas.methods._elementwise import Array, Values, as_given
from cpas.methods._refusals import Mask, finite, first, refuse_where, together, travelled

__all__ = ["clip", "goalposts", "has_distance", "linear_progress", "log_transform"]


def clip(score: ArrayLike, *, low: float = 0.0, high: float = 100.0) -> Values:
    """Return `score`, held between `low` and `high`; a missing one stays missing.

    Notes
    -----
    Methodology §4.2. Clip for scores, keep the unclipped number for people: regress and overshoot are news.

    Examples
    --------
    >>> clip([-10, 40, 120])
    array([  0.,  40., 100.])
    """
    return as_given(np.asarray(np.clip(finite(score, what="score"), low, high)))


def has_distance(baseline: ArrayLike, target: ArrayLike) -> Mask:
    """Whether there is a way to travel: both are known, and they differ.

    Returns
    -------
    array of bool
        In the shape the two broadcast to. Where it is false, :func:`linear_progress` has no answer.

    Notes
    -----
    Methodology §4.1.

    Examples
    --------
    >>> has_distance([31, 15, None], 15)
    array([ True, False, False])
    """
    start, end = together(baseline=baseline, target=target)
    return np.asarray((start != end) & ~np.isnan(start) & ~np.isnan(end))


def linear_progress(value: ArrayLike, *, baseline: ArrayLike, target: ArrayLike) -> Values:
    """Share of the way from baseline to target, in per cent.

    ``100 (x - y0) / (yT - y0)``

    Parameters
    ----------
    value, baseline, target : float or array
        In one unit, the indicator's own. The target may lie below the baseline: the direction is in the two.

    Returns
    -------
    float or array
        0 at the baseline, 100 at the target. Not clipped: 120 means beyond, -10 means worse than at the
        start. Missing where any of the three is.

    Raises
    ------
    NoDistanceError
        If baseline and target are equal where there is a value. Mask with :func:`has_distance` first, and see
        :func:`~cpas.methods.bands.maintained` for a level that is to be kept.

    Notes
    -----
    Methodology §4.1. Distance to target with the baseline as origin (OECD/JRC Handbook 2008, step 5); not
    clipping is a cpas extension.

    Examples
    --------
    Patents of Australia on the way from none to the best of 23 countries (OECD/JRC Handbook 2008, TAI: 7.5
    %).

    >>> linear_progress(75, baseline=0, target=994).__round__(1)
    7.5
    >>> linear_progress([31, 21, None], baseline=31, target=15)
    array([ 0. , 62.5,  nan])
    """
    now, start, end = travelled(value=value, baseline=baseline, target=target)
    return as_given(_share_of_way(now, start, end))


def goalposts(value: ArrayLike, *, worst: ArrayLike, best: ArrayLike, transform: str | None = None) -> Values:
    """Share of the way from the worst to the best goalpost, in per cent.

    ``100 (t(x) - t(worst)) / (t(best) - t(worst))``, with t the identity or the natural logarithm.

    Parameters
    ----------
    value : float or array
        In the unit of the goalposts.
    worst, best : float or array
        Fixed posts, scored 0 and 100. Their order gives the direction: `best` may be the lower one.
    transform : "log", optional
        Compare logarithms, for amounts whose importance diminishes, as HDI does with income.

    Returns
    -------
    float or array
        Not clipped, see :func:`clip`; the HDI and the SDG Index clip.

    Raises
    ------
    NoDistanceError
        If both posts are equal where there is a value.
    MethodError
        If a post or a value is not above zero under the logarithm.

    Notes
    -----
    Methodology §4.2. UNDP, Human Development Report 2023/24, technical note 1; OECD/JRC Handbook 2008, step
    5.

    Examples
    --------
    Afghanistan 2010, life expectancy and income (HDR 2023/24): the dimension indices are 0.6285 and 0.4530.

    >>> round(goalposts(60.851, worst=20, best=85), 2)
    62.85
    >>> round(goalposts(2006.788911, worst=100, best=75000, transform="log"), 2)
    45.3
    """
    now, low, high = finite(value, what="value"), finite(worst, what="worst"), finite(best, what="best")
    _refuse_stuck(now, low, high)
    if transform is not None:
        now, low, high = (_transformed(array, transform) for array in (now, low, high))
    return as_given(_share_of_way(now, low, high))


def _refuse_stuck(now: Array, low: Array, high: Array) -> None:
    same = low == high
    if not same.any() or not (stuck := same & ~np.isnan(now)).any():
        return
    post = float(np.broadcast_to(high, stuck.shape)[first(stuck)])
    raise NoDistanceError(
        f"Goalposts need a distance: worst and best are both {post:g}.", value=post, position=first(stuck)
    )


def _share_of_way(now: Array, start: Array, end: Array) -> Array:
    # Equal ends are left only where the value is missing.
    way = np.where(start == end, np.nan, end - start)
    # In this order the target is exactly 100, and the start a plain zero. Posts of a column are not repeated for each
    # of its values, and each step is done in place: memory, not arithmetic, is what a large table takes time for.
    share = np.subtract(now, start, out=np.empty(np.broadcast_shapes(now.shape, way.shape)))
    share /= way
    share *= 100
    share += 0.0
    return share


def _transformed(values: Array, transform: str) -> Array:
    if transform != "log":
        raise MethodError(f"Unknown transform {transform!r}: use 'log' or None.", transform=transform)
    return np.asarray(log_transform(values))


def log_transform(value: ArrayLike, *, offset: float = 0.0, reference: float | None = None) -> Values:
    """Natural logarithm of a value, or of its ratio to a reference.

    ``ln(x + c)``, or ``ln((x + c) / (x0 + c))`` with a reference.

    Parameters
    ----------
    value : float or array
        In one unit.
    offset : float
        c, in the unit of the value: declared by whoever needs zero to have a logarithm. Never added silently.
    reference : float, optional
        x0: the value that becomes 0.

    Raises
    ------
    MethodError
        If a value plus the offset is not above zero.

    Notes
    -----
    Methodology §4.3. OECD/JRC Handbook 2008, step 5 (transformations before normalisation).

    Examples
    --------
    Income at the HDI's upper goalpost, seen from the lower one (UNDP, technical note 1: ln 75000 - ln 100).

    >>> round(log_transform(75000, reference=100), 4)
    6.6201
    """
    shifted = finite(value, what="value") + offset
    refuse_where(shifted <= 0, shifted, what="value", why="has no logarithm: it must be above zero")
    logs = np.asarray(np.log(shifted))
    return as_given(logs if reference is None else logs - log_transform(reference, offset=offset))
