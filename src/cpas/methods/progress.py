"""Progress towards a target: what was due by now, how much of it is there, and the rate still needed.

Methodology §7. The path and the pace are the library's own (cpas extension); the published rules stand beside
them: :mod:`~cpas.methods.growth`, and modules named after who published the rule:
:mod:`~cpas.methods.statcan`, :mod:`~cpas.methods.sdsn`, :mod:`~cpas.methods.escap`,
:mod:`~cpas.methods.weather`. Where they disagree, :mod:`~cpas.methods.agreement` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_floats, as_given, first_word, sign_of
from cpas.methods._refusals import refuse_where, together, travelled

__all__ = ["linear_rate", "maintained", "pace", "path"]


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

    ``pace = score / path``

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


def linear_rate(
    value: ArrayLike, *, baseline: ArrayLike, target: ArrayLike, elapsed: ArrayLike, total: ArrayLike
) -> Values:
    """Ratio of the rate so far to the rate that reaches the target in time, both on straight lines.

    ``R = [(y - y0) / (t - t0)] / [(yT - y0) / (T - t0)]``. The direction cancels out: it is in the two ends.

    Parameters
    ----------
    value, baseline, target : float or array
        In one unit; zero and negative values are as good as any.
    elapsed, total : float or array
        Time from baseline to value, and from baseline to target, in one unit (decimal years).

    Returns
    -------
    float or array
        1 is just fast enough, below 0 is the wrong way; not clipped. Missing where anything is, and where no
        time has elapsed.

    Raises
    ------
    NoDistanceError
        If baseline and target are equal where there is a value: see :func:`maintained`.
    MethodError
        If `elapsed` is negative, or `total` is not positive.

    Notes
    -----
    Methodology §7.3. The library's default, elementary; it is the pace (§7.2) of a straight path. The concept
    is *since the baseline* (Bidarbakhtnia 2021, Statistical Journal of the IAOS 37, SJI-210868).

    Examples
    --------
    100 to 80 in 4 of 10 years, target 50, and target zero (methods reference, 3.4: 1.00 and 0.50):

    >>> linear_rate(80, baseline=100, target=50, elapsed=4, total=10)
    1.0
    >>> linear_rate(80, baseline=100, target=0, elapsed=4, total=10)
    0.5
    """
    now, start, end = travelled(value=value, baseline=baseline, target=target)
    so_far, whole = together(elapsed=elapsed, total=total)
    refuse_where(so_far < 0, so_far, what="elapsed time", why="is negative: the value is before its baseline")
    refuse_where(whole <= 0, whole, what="total time", why="leaves no time between baseline and target")
    share_of_way = (now - start) / np.where(start == end, np.nan, end - start)
    return as_given(share_of_way * whole / np.where(so_far == 0, np.nan, so_far))


def maintained(
    value: ArrayLike, *, target: ArrayLike, better: Literal["higher", "lower"], tolerance: ArrayLike
) -> Values:
    """Word for a level that is to be kept: "held", "within tolerance", "lost" or "insufficient data".

    ``short = d (target - value)``, d = +1 where higher is better, else -1: held if ``short ≤ 0``, within tolerance
    if ``short ≤ tolerance``.

    Held at the target or on its better side; within tolerance where short of it by at most `tolerance`.

    Parameters
    ----------
    value, target : float or array
        In one unit. The target is the level to keep: that of the baseline, or one that was already met.
    better : {"higher", "lower"}
        The better side of the target.
    tolerance : float or array
        Shortfall that is still accepted, in the same unit; not negative.

    Returns
    -------
    str or array of str
        "insufficient data" where the value or the target is missing.

    Raises
    ------
    MethodError
        If the tolerance is negative, or `better` is another word.

    Notes
    -----
    Methodology §7.10. cpas extension: every published ratio divides by the distance from baseline to target,
    which is zero here.

    Examples
    --------
    Canadian indicator 9.7.1, "maintain a remaining useful service life ratio greater than 50 %", 59.4 % in
    2024 (Canadian Indicator Framework 2025: Target achieved):

    >>> maintained(59.4, target=50, better="higher", tolerance=2)
    'held'
    >>> maintained([48, 47], target=50, better="higher", tolerance=2).tolist()
    ['within tolerance', 'lost']
    """
    now, level, slack = together(value=value, target=target, tolerance=tolerance)
    refuse_where(slack < 0, slack, what="tolerance", why="is negative")
    short = sign_of(better) * (level - now)
    return first_word(
        np.isnan(short) | np.isnan(slack),
        (short <= 0, "held"),
        (short <= slack, "within tolerance"),
        otherwise="lost",
    )
