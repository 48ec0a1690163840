"""Change between two values or along a series, and what to call it.

Methodology §8.1 and §8.2. A change is a number; a direction is a word, and it needs a minimum change, so that noise is
not reported as progress. Slopes are in :mod:`~cpas.methods.slopes`, tests in
:mod:`~cpas.methods.mannkendall`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import INSUFFICIENT, Array, Values, as_floats, as_given, first_word, sign_of
from cpas.methods.mannkendall import mann_kendall
from cpas.methods.slopes import known_points, theil_sen

__all__ = ["change", "direction", "in_words"]

#: The words of a trend; a word is only given where there is enough to give it on.
IMPROVING, STABLE, WORSENING = "improving", "stable", "worsening"


def change(
    value: ArrayLike,
    before: ArrayLike,
    *,
    measure: Literal["percent", "points"] = "percent",
    days: tuple[ArrayLike, ArrayLike] | None = None,
) -> Values:
    """Change from `before` to `value`, in per cent or in points of the unit.

    ``percent = 100 (x - b) / |b|``, ``points = x - b``.

    Parameters
    ----------
    value, before : float or array
        In one unit.
    measure : {"percent", "points"}
        Per cent of `before`, or the plain difference. Per cent divides by the absolute value, so that a rise
        is positive also from a negative value.
    days : (now, before), optional
        Length of the two periods in days: both values are first put per day. For flows only, when the two
        periods are of different length; points are then points a day.

    Returns
    -------
    float or array
        Missing where either is missing and, in per cent, where `before` is 0; never infinite.

    Raises
    ------
    MethodError
        If `measure` is another word, or a length in days is not positive.

    Notes
    -----
    Methodology §8.1. Elementary; per day after design rule 10 (cpas extension).

    Examples
    --------
    Killed in the quarter, 12 after 25 (methods reference, 3.8):

    >>> change(12, 25)
    -52.0
    >>> change(12, 25, measure="points")
    -13.0
    >>> change([5, 10], [0, 8])
    array([nan, 25.])

    A quarter of 92 days against one of 90 with as many a day:

    >>> change(184, 180, days=(92, 90))
    0.0
    """
    now, then = as_floats(value), as_floats(before)
    if days is not None:
        now, then = now / _lengths(days[0]), then / _lengths(days[1])
    if measure == "points":
        return as_given(now - then)
    if measure != "percent":
        raise MethodError(f"A change is measured in 'percent' or 'points', not {measure!r}.", measure=measure)
    with np.errstate(over="ignore"):
        return as_given(as_floats(100 * (now - then) / np.where(then == 0, np.nan, np.abs(then))))


def _lengths(days: ArrayLike) -> Array:
    lengths = as_floats(days)
    if np.any(lengths <= 0):
        raise MethodError(f"The length of a period is a positive number of days; got {days!r}.", days=days)
    return lengths


def direction(change: ArrayLike, *, better: Literal["higher", "lower"], min_change: ArrayLike | None) -> Values:
    """Word for a change: "improving", "stable", "worsening" or "insufficient data".

    ``d·change >= min_change``: improving; ``<= -min_change``: worsening; between: stable. No change at all is
    always stable.

    Parameters
    ----------
    change : float or array
        From :func:`change`, or a slope.
    better : {"higher", "lower"}
        The direction that is an improvement.
    min_change : float or array
        Smallest change that counts, in the measure of `change`; not negative. None or NaN: nobody said what
        counts, so every word is "insufficient data".

    Returns
    -------
    str or array of str
        "insufficient data" where the change is missing.

    Raises
    ------
    MethodError
        If `better` is another word (inside a band, neutral and ambiguous have no direction), or a minimum
        change is negative.

    Notes
    -----
    Methodology §8.2. The words of an objective's rating (cpas extension; design, Rating).

    Examples
    --------
    >>> direction(-52.0, better="lower", min_change=5)
    'improving'
    >>> direction([-52.0, 3.0, 52.0, float("nan")], better="lower", min_change=5).tolist()
    ['improving', 'stable', 'worsening', 'insufficient data']
    """
    least = as_floats(min_change)
    if np.any(least < 0):
        raise MethodError(f"A minimum change is not negative; got {min_change!r}.", min_change=min_change)
    signed = sign_of(better) * as_floats(change)
    return first_word(
        np.isnan(signed) | np.isnan(least),
        ((signed >= least) & (signed > 0), IMPROVING),
        ((signed <= -least) & (signed < 0), WORSENING),
        otherwise=STABLE,
    )


def in_words(
    values: ArrayLike,
    *,
    better: Literal["higher", "lower"],
    min_change: float | None,
    min_points: int,
    times: ArrayLike | None = None,
    level: float | None = None,
) -> str:
    """Word for the trend of a whole series: "improving", "stable", "worsening" or "insufficient data".

    The change is the Theil–Sen slope times the time from the first to the last value; its word is that of
    :func:`direction`. Where a `level` is given, a trend that the Mann–Kendall test does not see is "stable".

    Parameters
    ----------
    values : array, one-dimensional
        In order of time; missing ones are left out.
    better : {"higher", "lower"}
        The direction that is an improvement.
    min_change : float or None
        Smallest change over the whole series that counts, in its unit. None: "insufficient data".
    min_points : int
        Values that must be there, 3 or more; with fewer, "insufficient data".
    times : array, optional
        When, increasing; by default the values are one step apart.
    level : float, optional
        Significance level of the test.

    Returns
    -------
    str

    Raises
    ------
    MethodError
        If `better` is another word, `min_points` is below 3, or a minimum change is negative.
    MissingExtraError
        If scipy is not installed.

    Notes
    -----
    Methodology §8.2. cpas extension, from the published slope (§8.3) and test (§8.4).

    Examples
    --------
    Incidents in six quarters, falling by about 2 each time; the last two quarters alone say nothing:

    >>> in_words([21, 18, 17, 15, 12, 11], better="lower", min_change=3, min_points=4)
    'improving'
    >>> in_words([12, 11], better="lower", min_change=3, min_points=4)
    'insufficient data'
    """
    sign_of(better)
    if min_points < 3:
        raise MethodError(
            f"Two points make no trend: min_points is 3 or more, not {min_points}.", min_points=min_points
        )
    series, when = known_points(values, times)
    if series.size < min_points:
        return INSUFFICIENT
    if level is not None and mann_kendall(series, level=level).trend == "no trend" and min_change is not None:
        return STABLE
    over_all = theil_sen(series, when).slope * float(np.ptp(when))
    return str(direction(over_all, better=better, min_change=min_change))
