"""Points for words, for steps and for thresholds: scales that are declared, with points that rise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError, did_you_mean
from cpas.methods._elementwise import Array, Values, as_given
from cpas.methods._refusals import finite

__all__ = ["categories", "rubric", "thresholds"]


def rubric(answer: object, *, points: Mapping[str, float]) -> Values:
    """Points of an answer in words.

    Parameters
    ----------
    answer : str or sequence of str
        Words of the rubric; None or an empty text is missing.
    points : mapping
        Word to points, worst first; points rise, so that a better word never earns less.

    Raises
    ------
    MethodError
        If an answer is not of the rubric, or the points do not rise.

    Notes
    -----
    Methodology §4.14. OECD/JRC Handbook 2008, step 5 (categorical scales).

    Examples
    --------
    >>> levels = {"none": 0, "partial": 50, "full": 100}
    >>> rubric(["partial", None, "full"], points=levels)
    array([ 50.,  nan, 100.])
    """
    _rising(tuple(points.values()))
    words = np.asarray(answer, dtype=object)
    found = [_points_of(word, points) for word in words.reshape(-1)]
    return as_given(np.asarray(found, dtype=np.float64).reshape(words.shape))


def _points_of(word: object, points: Mapping[str, float]) -> float:
    if word is None or word == "" or word != word:  # NaN, as tables mark a missing text
        return np.nan
    if word not in points:
        raise MethodError(
            f"The rubric has no word {word!r}.{did_you_mean(word, points)} It has: {', '.join(points)}.", word=word
        )
    return float(points[str(word)])


def categories(value: ArrayLike, *, cuts: Sequence[float], points: Sequence[float]) -> Values:
    """Points of the step a number stands on: the first below the lowest cut, one more at each cut reached.

    ``p_k with k = #{j : x has reached c_j}``

    Steps cannot leave a gap or overlap: each begins where the one before ends.

    Parameters
    ----------
    value : float or array
        In the unit of the cuts.
    cuts : sequence of float
        Where each next step begins, from worse to better: rising, or falling where lower is better. Who is at a cut
        has reached it.
    points : sequence of float
        One more than there are cuts, rising.

    Raises
    ------
    MethodError
        If numbers do not fit, cuts turn back or repeat, or points do not rise.

    Notes
    -----
    Methodology §4.14. OECD/JRC Handbook 2008, step 5 and table 15: the categorical scale of the TAI has cuts at
    percentiles.

    Examples
    --------
    Schooling in Finland (65.2nd percentile), Korea and Italy: 60, 60 and 20 (OECD/JRC Handbook 2008, table 15).

    >>> handbook = {"cuts": (5, 15, 35, 65, 85, 95), "points": (0, 20, 40, 50, 60, 80, 100)}
    >>> categories([65.2, 73.9, 13.0], **handbook)
    array([60., 60., 20.])
    """
    scale, edges = _rising(points), finite(cuts, what="cut")
    if edges.ndim != 1 or len(scale) != len(edges) + 1:
        raise MethodError(f"{len(edges)} cuts make {len(edges) + 1} steps, not {len(scale)}.", cuts=cuts)
    sign = -1.0 if len(edges) > 1 and edges[-1] < edges[0] else 1.0
    if not np.all(np.diff(sign * edges) > 0):
        raise MethodError(f"The cuts {cuts!r} must run in one direction, from worse to better.", cuts=cuts)
    now = finite(value, what="value")
    reached = np.searchsorted(sign * edges, sign * now, side="right")
    return as_given(np.where(np.isnan(now), np.nan, scale[reached]))


def thresholds(value: ArrayLike, *, cuts: Sequence[float], points: Sequence[float] = (0.0, 1.0, 2.0, 3.0)) -> Values:
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
        raise MethodError(f"Give one point for each of two or more cuts, not {points!r} for {cuts!r}.", cuts=cuts)
    steps = np.diff(edges)
    if np.isnan(edges).any() or edges[0] == edges[-1] or not (np.all(steps >= 0) or np.all(steps <= 0)):
        raise MethodError(f"The cuts {cuts!r} must run in one direction, from worst to best.", cuts=cuts)
    return edges, _rising(points)


def _rising(points: Sequence[float]) -> Array:
    scale = finite(points, what="point")
    if scale.ndim != 1 or not np.all(np.diff(scale) > 0):
        raise MethodError(f"The points {points!r} must rise with every step.", points=points)
    return scale
