"""Means with a penalty for imbalance: the Mazziotta–Pareto index and its form for comparison over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import NoDistanceError
from cpas.methods._elementwise import Array, Values, as_given, sign_of
from cpas.methods._refusals import first, refuse_where, together
from cpas.methods.means import lined_up

__all__ = ["adjusted_goalposts", "adjusted_scale", "mazziotta_pareto"]


def mazziotta_pareto(
    standardised: ArrayLike, weights: ArrayLike | None = None, *, better: str = "higher", axis: int = -1
) -> Values:
    """Mean of a unit's indicators, less what they differ among themselves.

    ``M - S cv`` where a higher index is better and ``M + S cv`` where a lower one is, with M the mean, S the
    standard deviation (divided by n) of the unit's own indicators, and cv = S / M.

    Parameters
    ----------
    standardised : array
        Indicators with mean 100 and deviation 10 in the reference
        (``z_score(..., scale=(100, 10))``), or on the :func:`adjusted_scale` for the adjusted index.
    weights : array, optional
        Equal if not given, as the authors first had it.
    better : "higher" or "lower"
        Direction of the index. Indicators are turned the same way before.
    axis : int
        The axis of indicators. A missing one drops out.

    Raises
    ------
    MethodError
        If a mean is not above zero: cv has no meaning.

    Notes
    -----
    Methodology §6.8. De Muro, Mazziotta and Pareto 2011 (Social Indicators Research 104); weighted: Mazziotta and
    Pareto 2022 (RIEDS). It does *not* promise that a better part never lowers the whole: a part that runs ahead of
    the others adds imbalance.

    Examples
    --------
    >>> round(mazziotta_pareto([110, 100, 90]), 4), round(mazziotta_pareto([110, 100, 90], better="lower"), 4)
    (99.3333, 100.6667)
    """
    scores, heavy = lined_up(standardised, weights, axis)
    present = np.where(np.isnan(scores), 0.0, heavy)
    mean, variance = _moments(np.nan_to_num(scores), present)
    refuse_where(mean <= 0, mean, what="mean", why="has no coefficient of variation: standardise around 100")
    return as_given(mean - sign_of(better) * variance / mean)


def _moments(scores: Array, heavy: Array) -> tuple[Array, Array]:
    total = heavy.sum(axis=0)
    share = heavy / np.where(total > 0, total, np.nan)
    mean = (share * scores).sum(axis=0)
    return mean, (share * (scores - mean) ** 2).sum(axis=0)


def adjusted_goalposts(*, reference: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[Values, Values]:
    """Return goalposts as far apart as the extremes, and centred on a reference value.

    ``(ref - (high - low) / 2, ref + (high - low) / 2)``: the reference becomes 100 on the :func:`adjusted_scale`.

    Parameters
    ----------
    reference : float or array
        The value that means 100, such as the country's in the first year.
    low, high : float or array
        Extremes over all units and all years.

    Notes
    -----
    Methodology §6.9. Mazziotta and Pareto 2016 (Social Indicators Research 127).

    Examples
    --------
    >>> adjusted_goalposts(reference=60, low=40, high=90)
    (35.0, 85.0)
    """
    centre, bottom, top = together(reference=reference, low=low, high=high)
    half = (top - bottom) / 2
    return as_given(centre - half), as_given(centre + half)


def adjusted_scale(value: ArrayLike, *, low: ArrayLike, high: ArrayLike, better: str = "higher") -> Values:
    """Score of 70 to 130 between two goalposts that stay the same over time.

    ``60 (x - min) / (max - min) + 70``, or ``60 (max - x) / (max - min) + 70`` where lower is better.

    Parameters
    ----------
    value, low, high : float or array
        In one unit; `low` and `high` from :func:`adjusted_goalposts`.
    better : "higher" or "lower"
        The direction of this indicator.

    Raises
    ------
    NoDistanceError
        If the goalposts are equal where there is a value.

    Notes
    -----
    Methodology §6.9. Mazziotta and Pareto 2016 (Social Indicators Research 127): :func:`mazziotta_pareto` of these
    is the adjusted index.

    Examples
    --------
    >>> adjusted_scale([35, 60, 85, 90], low=35, high=85)
    array([ 70., 100., 130., 136.])
    >>> round(mazziotta_pareto(adjusted_scale([60, 85], low=35, high=85)), 4)
    113.0435
    """
    now, bottom, top = together(value=value, low=low, high=high)
    same = (bottom == top) & ~np.isnan(now)
    if same.any():
        raise NoDistanceError.at(float(top[first(same)]), position=first(same))
    way = np.where(bottom == top, np.nan, top - bottom)
    gone = now - bottom if sign_of(better) > 0 else top - now
    return as_given(60 * gone / way + 70)
