"""Slopes that outliers do not move: Theil–Sen with limits, and the seasonal slope.

Methodology §8.3. A median of slopes, so that one outlying month does not make a trend.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError, MissingExtraError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite, together

__all__ = ["Slope", "seasonal_slope", "theil_sen"]


class Slope(NamedTuple):
    """A straight line through a series, and how sure its slope is."""

    #: Units of the value per unit of time.
    slope: float
    #: Value of the line at time 0.
    intercept: float
    #: Lower confidence limit of the slope; NaN where there is none.
    low: float
    #: Upper confidence limit of the slope; NaN where there is none.
    high: float


def theil_sen(values: ArrayLike, times: ArrayLike | None = None, *, confidence: float = 0.95) -> Slope:
    """Median of the slopes between all pairs of points, with limits after Sen.

    ``median((y_j - y_i) / (t_j - t_i))`` over ``t_i < t_j``; intercept ``median(y) - slope · median(t)``.

    Parameters
    ----------
    values : array, one-dimensional
        Missing ones are left out, and their time with them.
    times : array, optional
        When, in any unit; by default 0, 1, 2 …, the missing ones counted.
    confidence : float
        Of the limits of the slope, between 0.5 and 1; normal approximation, corrected for ties.

    Returns
    -------
    Slope

    Raises
    ------
    MethodError
        If fewer than two different times have a value, or `confidence` is outside (0.5, 1).
    MissingExtraError
        If scipy is not installed.

    Notes
    -----
    Methodology §8.3. Theil (1950); Sen (1968), Journal of the American Statistical Association 63; computed by
    scipy.stats.theilslopes.

    Examples
    --------
    Shampoo sales of three years (Makridakis and others 1998); the example notebook of pyMannKendall prints
    slope 11.509375 and intercept 78.736:

    >>> sales = [266.0, 145.9, 183.1, 119.3, 180.3, 168.5, 231.8, 224.5, 192.8, 122.9, 336.5, 185.9]
    >>> sales += [194.3, 149.5, 210.1, 273.3, 191.4, 287.0, 226.0, 303.6, 289.9, 421.6, 264.5, 342.3]
    >>> sales += [339.7, 440.4, 315.9, 439.3, 401.3, 437.4, 575.5, 407.6, 682.0, 475.3, 581.3, 646.9]
    >>> line = theil_sen(sales)
    >>> round(line.slope, 6), round(line.intercept, 3), round(line.low, 3), round(line.high, 3)
    (11.509375, 78.736, 8.625, 14.413)
    """
    try:
        from scipy.stats import theilslopes
    except ImportError as error:
        raise MissingExtraError.named("scipy", extra="statistics", why="The Theil–Sen slope") from error
    if not 0.5 < confidence < 1:
        raise MethodError(f"A confidence lies between 0.5 and 1, not {confidence:g}.", confidence=confidence)
    series, when = known_points(values, times)
    if np.unique(when).size < 2:
        raise MethodError("A slope needs values at two or more different times.")
    slope, intercept, low, high = theilslopes(series, when, alpha=confidence)
    return Slope(float(slope), float(intercept), float(low), float(high))


def known_points(values: ArrayLike, times: ArrayLike | None) -> tuple[Array, Array]:
    """Return the values that are there and their times, which are 0, 1, 2 … where not given.

    Examples
    --------
    >>> known_points([5, None, 7], None)
    (array([5., 7.]), array([0., 2.]))
    """
    series = finite(values, what="value")
    if series.ndim != 1:
        raise MethodError(f"A series has one dimension, not {series.ndim}.", dimensions=series.ndim)
    series, when = together(value=series, time=np.arange(series.size) if times is None else times)
    there = ~np.isnan(series) & ~np.isnan(when)
    return series[there], when[there]


def seasonal_slope(values: ArrayLike, *, period: int) -> Slope:
    """Median of the slopes between all pairs of one season, per cycle (year), so that seasons do not mix.

    Intercept ``median(y) - slope · median(t) / period``, t = 0, 1, 2 … for every value of the series.

    Parameters
    ----------
    values : array, one-dimensional
        Regular, in order of time; missing ones as NaN, so that the seasons stay in step.
    period : int
        Values in a cycle: 12 for months, 4 for quarters.

    Returns
    -------
    Slope
        Per cycle. There are no published limits for it here: `low` and `high` are NaN.

    Raises
    ------
    MethodError
        If `period` is below 2, or no season has two values.

    Notes
    -----
    Methodology §8.3. Hirsch, Slack and Smith (1982), Water Resources Research 18; Hipel and McLeod (1994).

    Examples
    --------
    Two quarters of three years, one growing by 3 and one by 5 a year:

    >>> seasonal_slope([10, 50, 13, 55, 16, 60], period=2).slope
    4.0
    """
    cycles = by_season(values, period=period)
    first, second = np.triu_indices(cycles.shape[0], k=1)
    slopes = (cycles[second] - cycles[first]) / (second - first)[:, np.newaxis]
    if not np.any(~np.isnan(slopes)):
        raise MethodError("A seasonal slope needs one season with values in two or more cycles.")
    series, when = known_points(values, None)
    slope = float(np.nanmedian(slopes))
    return Slope(slope, float(np.median(series) - np.median(when) / period * slope), float("nan"), float("nan"))


def by_season(values: ArrayLike, *, period: int) -> Array:
    """Return the series with a row for each cycle and a column for each season; NaN fills the last row.

    Examples
    --------
    >>> by_season([1, 2, 3], period=2)
    array([[ 1.,  2.],
           [ 3., nan]])
    """
    series = finite(values, what="value")
    if series.ndim != 1 or period < 2:
        raise MethodError(f"Seasons need one row of values and a period of 2 or more, not {period}.", period=period)
    return np.pad(series, (0, -series.size % period), constant_values=np.nan).reshape(-1, period)
