"""Progress towards a target: what was due by now, how much of it is there, and the rate still needed.

Methodology §7. The path and the pace are the library's own (cpas extension); the published rules stand beside
them, each in a module named after who published it: :mod:`~cpas.methods.statcan`, :mod:`~cpas.methods.sdsn`,
:mod:`~cpas.methods.escap`, :mod:`~cpas.methods.weather`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_floats, as_given

__all__ = ["pace", "path"]


def path(elapsed: ArrayLike, *, knots: Sequence[tuple[float, float]]) -> Values:
    """Score that is due by now: linear between the knots, level before the first and after the last.

    ``s_k + (s_{k+1} - s_k) (e - e_k) / (e_{k+1} - e_k)`` for ``e_k <= e <= e_{k+1}``.

    Parameters
    ----------
    elapsed : float or array
        Position on the way, in whole periods since the start, or in whatever unit the knots are in.
    knots : sequence of (position, score)
        Start, milestones and end: ``((0, 0), (4, 30), (8, 100))``. Positions strictly increase. Before the
        first knot its own score is due, after the last the last.

    Returns
    -------
    float or array
        The score due; missing where `elapsed` is missing.

    Raises
    ------
    MethodError
        If there is no knot, if one is not a finite pair, or if positions do not strictly increase.

    Notes
    -----
    Methodology §7.1. The path through milestones is a cpas extension (design, Basis); with two knots it is
    the linear required rate of §7.3, seen from the start.

    Examples
    --------
    >>> path(6, knots=((0, 0), (8, 100)))
    75.0
    >>> path([-1, 2, 4, 6, 9], knots=((0, 0), (4, 30), (8, 100)))
    array([  0.,  15.,  30.,  65., 100.])
    """
    positions, scores = _checked_knots(knots)
    return as_given(np.asarray(np.interp(as_floats(elapsed), positions, scores)))


def _checked_knots(knots: Sequence[tuple[float, float]]) -> tuple[Array, Array]:
    pairs = as_floats([tuple(knot) for knot in knots]) if len(knots) else np.empty((0, 2))
    if not len(knots) or not np.all(np.isfinite(pairs)):
        raise MethodError(
            f"A path needs at least one knot, each a finite (position, score); got {knots!r}.", knots=knots
        )
    if np.any(np.diff(pairs[:, 0]) <= 0):
        raise MethodError(
            f"The positions of a path must strictly increase; got {pairs[:, 0].tolist()}. "
            "Two milestones of one date contradict each other: keep one.",
            knots=knots,
        )
    return pairs[:, 0], pairs[:, 1]


def pace(score: ArrayLike, *, path: ArrayLike) -> Values:
    """Share of what was due that is there: score ÷ path, not clipped.

    Parameters
    ----------
    score : float or array
        Progress so far, 0 at the baseline and 100 at the target, not clipped.
    path : float or array
        The score due by now, from :func:`path`.

    Returns
    -------
    float or array
        1 is just on path, 1.2 is ahead, below 0 is worse than the baseline. Missing where nothing was due yet
        (path 0) and where either is missing.

    Notes
    -----
    Methodology §7.2. The ratio of actual to required progress of §7.3, where the path is a straight line;
    through milestones it is a cpas extension.

    Examples
    --------
    From 100 to 80 in 4 of 10 years on the way to 50: the score is 40 and the path 40.

    >>> pace(40, path=path(4, knots=((0, 0), (10, 100))))
    1.0
    >>> pace([30, -15, 10, 50], path=[60, 60, 0, float("nan")])
    array([ 0.5 , -0.25,   nan,   nan])
    """
    due = as_floats(path)
    return as_given(as_floats(score) / np.where(due == 0, np.nan, due))
