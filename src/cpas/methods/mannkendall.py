"""The Mann–Kendall test: is there a monotonic trend, whatever its shape, and within the seasons.

Methodology §8.4 and §8.5. The statistic counts pairs that rise less pairs that fall. The plain test supposes
independent values: for seasons see :func:`seasonal_mann_kendall`, for values that depend on those before
:mod:`~cpas.methods.dependence`. How much a series changed is another question
(:mod:`~cpas.methods.slopes`), and what to call it a third (:func:`cpas.methods.trend.in_words`).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods.slopes import by_season, known_points

__all__ = ["MannKendall", "mann_kendall", "seasonal_mann_kendall"]


class MannKendall(NamedTuple):
    """Result of a test of the family."""

    #: "increasing", "decreasing", or "no trend" where p is above the level. Not whether that is good.
    trend: str
    #: Probability of so strong a trend, in either direction, where there is none.
    p: float
    #: Standard normal score, corrected for continuity.
    z: float
    #: Share of rising less falling pairs in all pairs (Kendall's tau-a), -1 to 1.
    tau: float
    #: Rising less falling pairs.
    s: float
    #: Variance of S under no trend, corrected for ties (and for dependence, where the test does that).
    variance: float


def mann_kendall(values: ArrayLike, *, level: float = 0.05) -> MannKendall:
    """Test for a monotonic trend in independent values.

    ``S = Σ sign(y_j - y_i)`` over ``i < j``; ``var S = [n(n-1)(2n+5) - Σ t(t-1)(2t+5)] / 18`` over groups of t
    equal values; ``z = (S ∓ 1) / sqrt(var S)``, 0 where S is 0; p two-sided, normal.

    Parameters
    ----------
    values : array, one-dimensional
        In order of time; missing ones are left out. The distances in time do not matter.
    level : float
        Significance level of the word, between 0 and 1.

    Returns
    -------
    MannKendall
        With all values equal: S 0, p 1.

    Raises
    ------
    MethodError
        If fewer than three values are there, or `level` is outside (0, 1).

    Notes
    -----
    Methodology §8.4. Mann (1945); Kendall (1975), Rank Correlation Methods; ties after Gilbert (1987), who
    advises ten values for the normal approximation.

    Examples
    --------
    Shampoo sales of three years (Makridakis and others 1998); the example notebook of pyMannKendall prints S 440
    and var S 5390:

    >>> sales = [266.0, 145.9, 183.1, 119.3, 180.3, 168.5, 231.8, 224.5, 192.8, 122.9, 336.5, 185.9]
    >>> sales += [194.3, 149.5, 210.1, 273.3, 191.4, 287.0, 226.0, 303.6, 289.9, 421.6, 264.5, 342.3]
    >>> sales += [339.7, 440.4, 315.9, 439.3, 401.3, 437.4, 575.5, 407.6, 682.0, 475.3, 581.3, 646.9]
    >>> found = mann_kendall(sales)
    >>> found.s, found.variance, round(found.z, 4), found.trend
    (440.0, 5390.0, 5.9796, 'increasing')
    """
    series = enough(values, level=level)
    return retested(series, variance_under_none(series), level=level)


def enough(values: ArrayLike, *, level: float) -> Array:
    """Return the values that are there, or refuse fewer than three, or a level that is none.

    Examples
    --------
    >>> enough([1, None, 2, 3], level=0.05)
    array([1., 2., 3.])
    """
    refuse_level(level)
    series, _ = known_points(values, None)
    if series.size < 3:
        raise MethodError(f"A test for trend needs three values at the least, not {series.size}.", count=series.size)
    return series


def refuse_level(level: float) -> None:
    """Raise a MethodError where `level` is not between 0 and 1.

    Examples
    --------
    >>> refuse_level(0.05)
    """
    if not 0 < level < 1:
        raise MethodError(f"A significance level lies between 0 and 1, not {level:g}.", level=level)


def _pairs(series: Array) -> float:
    """Return S; row by row, as all pairs at once would need the square of the memory."""
    return float(sum(np.sign(series[i + 1 :] - series[i]).sum() for i in range(series.size - 1)))


def variance_under_none(series: Array) -> float:
    """Return the variance of S where there is no trend and values are independent, corrected for ties.

    Examples
    --------
    >>> variance_under_none(np.array([1.0, 2.0, 3.0]))
    3.6666666666666665
    """
    tied = np.unique(series, return_counts=True)[1].astype(np.float64)
    n = float(series.size)
    return float((n * (n - 1) * (2 * n + 5) - np.sum(tied * (tied - 1) * (2 * tied + 5))) / 18)


def retested(series: Array, variance: float, *, level: float) -> MannKendall:
    """Return the result for the S of a series with another variance than that of independent values.

    Examples
    --------
    >>> retested(np.array([1.0, 2.0, 4.0]), 4.0, level=0.05).z
    1.0
    """
    return _tested(_pairs(series), variance, pairs=_count_of_pairs(series.size), level=level)


def _count_of_pairs(n: int) -> float:
    return n * (n - 1) / 2


def _tested(s: float, variance: float, *, pairs: float, level: float) -> MannKendall:
    z = (s - np.sign(s)) / math.sqrt(variance) if s else 0.0
    p = math.erfc(abs(z) / math.sqrt(2))
    trend = "no trend" if p > level or not s else "increasing" if s > 0 else "decreasing"
    return MannKendall(trend, p, float(z), s / pairs, s, variance)


def seasonal_mann_kendall(values: ArrayLike, *, period: int, level: float = 0.05) -> MannKendall:
    """Test for a trend within the seasons: Januaries are compared with Januaries only.

    ``S = Σ_g S_g``, ``var S = Σ_g var S_g`` over the seasons g.

    S and its variance are the sums over the seasons of those of :func:`mann_kendall`; tau is over the pairs
    within seasons.

    Parameters
    ----------
    values : array, one-dimensional
        Regular, in order of time; missing ones as NaN, so that the seasons stay in step.
    period : int
        Values in a cycle: 12 for months, 4 for quarters.
    level : float
        Significance level of the word.

    Returns
    -------
    MannKendall

    Raises
    ------
    MethodError
        If `period` is below 2, or no season has two values.

    Notes
    -----
    Methodology §8.5. Hirsch, Slack and Smith (1982), Water Resources Research 18. Seasons are taken as
    independent of one another.

    Examples
    --------
    Quarters of four years that all rise: 4 seasons with 6 pairs each.

    >>> series = [10, 20, 30, 40, 11, 21, 31, 41, 12, 22, 32, 42, 13, 23, 33, 43]
    >>> found = seasonal_mann_kendall(series, period=4)
    >>> found.s, found.tau, found.trend
    (24.0, 1.0, 'increasing')
    """
    refuse_level(level)
    seasons = [season[~np.isnan(season)] for season in by_season(values, period=period).T]
    pairs = sum(_count_of_pairs(season.size) for season in seasons)
    if not pairs:
        raise MethodError("A seasonal test for trend needs one season with values in two or more cycles.")
    s, variance = sum(map(_pairs, seasons)), sum(map(variance_under_none, seasons))
    return _tested(s, variance, pairs=pairs, level=level)
