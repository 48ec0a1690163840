"""ESCAP's two indices: how much of the way is done, and how far off the projection will be in the target year.

Methodology §7.7 and §7.8. UN ESCAP, Asia and the Pacific SDG Progress Report, technical notes ("How much
progress has been made?", "How likely will the targets be achieved?"); Bidarbakht Nia (2017), ESCAP Statistics
Division working papers SD/WP/04 and 05. The cap at 10 and the bands are taken from secondary descriptions.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_given, first_word, sign_of
from cpas.methods._refusals import finite, refuse_where, together, travelled

__all__ = [
    "anticipated_class",
    "anticipated_progress",
    "current_status",
    "parity_status",
    "projected",
    "recent_weights",
]

#: Gap in per cent of the distance, up to which progress is to be maintained, and to be accelerated.
_MAINTAIN, _ACCELERATE = 10.0, 100.0
#: A distance done in full.
_FULL: Final = 10.0


def current_status(
    value: ArrayLike,
    *,
    baseline: ArrayLike,
    target: ArrayLike,
    better: Literal["higher", "lower"],
    capped: bool = True,
) -> Values:
    """Current Status Index: tenths of the way from baseline to target that are done.

    ``CS = 10 D (I - I0) / |T - I0|``, D = +1 where higher is better, else -1; at most 10 where `capped`.

    Parameters
    ----------
    value, baseline, target : float or array
        In one unit.
    better : {"higher", "lower"}
        The desired direction.
    capped : bool
        Whether overshooting counts no more than arriving. Regression (below 0) is never capped.

    Returns
    -------
    float or array
        0 at the baseline, 10 at the target; missing where anything is.

    Raises
    ------
    NoDistanceError
        If baseline and target are equal where there is a value.

    Notes
    -----
    Methodology §7.7. ESCAP technical notes, Current Status Index. Progress and regression are shown apart
    there, and targets count equally.

    Examples
    --------
    100 to 80 on the way to 50 (methods reference, 3.8: CSI 4.0):

    >>> current_status(80, baseline=100, target=50, better="lower")
    4.0
    """
    now, start, end = travelled(value=value, baseline=baseline, target=target)
    distance = np.where(start == end, np.nan, np.abs(end - start))
    status = _FULL * sign_of(better) * (now - start) / distance
    return as_given(np.minimum(status, _FULL) if capped else status)


def parity_status(value: ArrayLike, *, baseline: ArrayLike, target: ArrayLike = 1.0) -> Values:
    """Current Status Index of a parity: tenths of the gap at the baseline that are closed, from either side.

    ``CS = 10 - 10 |T - I| / |T - I0|``

    Parameters
    ----------
    value, baseline : float or array
        A ratio, such as of women to men.
    target : float or array
        Parity; 1 for a ratio, 0 for a difference, 50 for a share in per cent.

    Returns
    -------
    float or array
        0 where the gap is as wide as at the baseline, 10 at parity, negative where it is wider.

    Raises
    ------
    NoDistanceError
        If the baseline is at parity where there is a value.

    Notes
    -----
    Methodology §7.7.

    Examples
    --------
    >>> parity_status([0.9, 1.1, 0.7], baseline=0.8).round(6)
    array([ 5.,  5., -5.])
    """
    now, start, end = travelled(value=value, baseline=baseline, target=target)
    distance = np.where(start == end, np.nan, np.abs(end - start))
    return as_given(_FULL - _FULL * np.abs(end - now) / distance)


def recent_weights(times: ArrayLike) -> Array:
    """Weights that rise in a straight line with time: the last of n even points weighs n times the first.

    ``w_i = t_i - t_1 + step``, step the mean distance of two points, scaled to sum 1.

    Parameters
    ----------
    times : array, one-dimensional
        At least two different ones, in any unit.

    Notes
    -----
    Methodology §7.8. cpas extension: ESCAP says that recent data weigh more; its constants were not at hand.

    Examples
    --------
    >>> recent_weights([2015, 2016, 2017, 2018])
    array([0.1, 0.2, 0.3, 0.4])
    """
    when = finite(times, what="time")
    span = float(np.ptp(when)) if when.size else 0.0
    if when.ndim != 1 or not span > 0:
        raise MethodError("Weights by time need two or more different times in one row.", times=times)
    weights = when - when.min() + span / (when.size - 1)
    return np.asarray(weights / weights.sum())


def projected(values: ArrayLike, *, times: ArrayLike, at: float, weights: ArrayLike | None = None) -> float:
    """Value expected at a time, on the straight line that fits the weighted past best.

    Weighted least squares of value on time; missing values are left out.

    Parameters
    ----------
    values, times : array, one-dimensional
        The series, and when; in any order.
    at : float
        The time to project to, in the unit of `times`.
    weights : array, optional
        One for each value, not negative. By default :func:`recent_weights` of the values that are there;
        equal weights give ordinary least squares.

    Returns
    -------
    float

    Raises
    ------
    MethodError
        If fewer than two different times with weight and value are left, or a weight is negative.

    Notes
    -----
    Methodology §7.8. Bidarbakht Nia (2017), SD/WP/04: time-weighted linear regression.

    Examples
    --------
    >>> round(projected([100, 95, 90, 85], times=[2015, 2016, 2017, 2018], at=2025), 9)
    50.0
    """
    series, when = together(values=values, times=times)
    there = ~np.isnan(series) & ~np.isnan(when)
    series, when = series[there], when[there]
    weight = recent_weights(when) if weights is None else finite(weights, what="weight")[there]
    refuse_where(weight < 0, weight, what="weight", why="is negative")
    return float(_line_at(at, series, when, weight))


def _line_at(at: float, series: Array, when: Array, weight: Array) -> float:
    if np.unique(when[weight > 0]).size < 2:
        raise MethodError("A projection needs values with weight at two or more different times.")
    centre, mean = np.average(when, weights=weight), np.average(series, weights=weight)
    moved = when - centre
    slope = np.sum(weight * moved * (series - mean)) / np.sum(weight * moved**2)
    return float(mean + slope * (at - centre))


def anticipated_progress(
    expected: ArrayLike, *, baseline: ArrayLike, target: ArrayLike, better: Literal["higher", "lower"]
) -> Values:
    """Anticipated Progress Index: the gap expected in the target year, in per cent of the whole distance.

    ``P = 100 |T - Î| / |T - I0|``; 0 where the projection meets the target or passes it.

    Parameters
    ----------
    expected : float or array
        The value projected to the target year, from :func:`projected`.
    baseline, target : float or array
        In the same unit; the baseline is that of 2015 in the reports.
    better : {"higher", "lower"}
        The desired direction.

    Returns
    -------
    float or array
        0 the target will be met, 100 nothing will have been gained, above 100 it moves away. Missing where
        anything is.

    Raises
    ------
    NoDistanceError
        If baseline and target are equal where there is a projection.

    Notes
    -----
    Methodology §7.8. ESCAP and UNECE technical notes, Anticipated Progress Index.

    Examples
    --------
    >>> anticipated_progress([50, 60, 110], baseline=100, target=50, better="lower")
    array([  0.,  20., 120.])
    """
    there, start, end = travelled(value=expected, baseline=baseline, target=target)
    distance = np.where(start == end, np.nan, np.abs(end - start))
    short = np.maximum(sign_of(better) * (end - there), 0)
    return as_given(100 * short / distance)


def anticipated_class(progress: ArrayLike) -> Values:
    """Word of the dashboard for an Anticipated Progress Index: "maintain", "accelerate", "reverse".

    Up to 10 maintain, up to 100 accelerate, above reverse.

    Notes
    -----
    Methodology §7.8.

    Examples
    --------
    >>> anticipated_class([0, 20, 120, float("nan")]).tolist()
    ['maintain', 'accelerate', 'reverse', 'insufficient data']
    """
    gap = finite(progress, what="index")
    return first_word(
        np.isnan(gap), (gap <= _MAINTAIN, "maintain"), (gap <= _ACCELERATE, "accelerate"), otherwise="reverse"
    )
