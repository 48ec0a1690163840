"""Scores on a declared scale: inside a band, on thresholds, at parity, by rubric, or for a level that is
kept.

All are 0 to 100 with higher better, except :func:`thresholds`, which has the points it is given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError, NoDistanceError
from cpas.methods._elementwise import Array, Values, as_given
from cpas.methods._refusals import finite, first, refuse_where, together

__all__ = ["band", "thresholds"]


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
        raise MethodError(
            "Outside a band a score needs a tolerance, or a baseline to come back from: give one."
        )
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


def thresholds(
    value: ArrayLike, *, cuts: Sequence[float], points: Sequence[float] = (0.0, 1.0, 2.0, 3.0)
) -> Values:
    """Points on a scale that is straight between cut points and level beyond the first and the last.

    ``p_0 + Σ_k (p_k+1 - p_k) clip((x - c_k) / (c_k+1 - c_k), 0, 1)``

    Parameters
    ----------
    value : float or array
        In the unit of the cuts.
    cuts : sequence of float
        From worst to best, in one direction, up or down. Two equal neighbours are a step: who reaches it is
        past it.
    points : sequence of float
        One for each cut, rising. The default is the scale of the SDG dashboards: worst 0, red threshold 1,
        green threshold 2, best 3.

    Raises
    ------
    MethodError
        If cuts and points differ in number, are missing, the cuts turn back or are all equal, or points do
        not rise.

    Notes
    -----
    Methodology §4.15. Sachs and others, Sustainable Development Report 2019, methods (colours of the
    dashboards).

    Examples
    --------
    Poverty at $1.90 a day has worst 72.6, red 13, green 2 and best 0 (Sustainable Development Report 2019).

    >>> thresholds([72.6, 13, 7.5, 2, 0], cuts=(72.6, 13, 2, 0))
    array([0. , 1. , 1.5, 2. , 3. ])
    """
    edges, scale = _scale(cuts, points)
    sign = 1.0 if edges[-1] > edges[0] else -1.0
    now = sign * finite(value, what="value")
    score = np.where(np.isnan(now), np.nan, scale[0])
    for start, end, low, high in zip(sign * edges[:-1], sign * edges[1:], scale[:-1], scale[1:], strict=True):
        share = np.clip((now - start) / (end - start), 0.0, 1.0) if end > start else now >= start
        score = score + (high - low) * share
    return as_given(score)


def _scale(cuts: Sequence[float], points: Sequence[float]) -> tuple[Array, Array]:
    edges, scale = finite(cuts, what="cut"), finite(points, what="point")
    if edges.ndim != 1 or edges.shape != scale.shape or edges.size < 2:
        raise MethodError(
            f"Give one point for each of two or more cuts, not {points!r} for {cuts!r}.", cuts=cuts
        )
    steps = np.diff(edges)
    if np.isnan(edges).any() or edges[0] == edges[-1] or not (np.all(steps >= 0) or np.all(steps <= 0)):
        raise MethodError(f"The cuts {cuts!r} must run in one direction, from worst to best.", cuts=cuts)
    if not np.all(np.diff(scale) > 0):
        raise MethodError(f"The points {points!r} must rise with every cut.", points=points)
    return edges, scale
