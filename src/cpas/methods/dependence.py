"""Tests for trend in values that depend on those before them.

Methodology §8.6. Where a high month is followed by another, the plain test of :mod:`~cpas.methods.mannkendall`
finds trends that are none. Hamed–Rao and Yue–Wang enlarge the variance of S, pre-whitening takes the dependence
out of the values. All take the Theil–Sen slope out before they look for dependence, which a trend would mimic.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods.mannkendall import MannKendall, enough, mann_kendall, retested, variance_under_none
from cpas.methods.slopes import theil_sen

__all__ = ["hamed_rao", "pre_whitened", "yue_wang"]


def hamed_rao(values: ArrayLike, *, level: float = 0.05) -> MannKendall:
    """Test for a trend in values that depend on those before: the variance of S is enlarged.

    ``var S · n/n*``, ``n/n* = 1 + 2 / (n(n-1)(n-2)) Σ_k (n-k)(n-k-1)(n-k-2) ρ_k``, with ρ the autocorrelation of
    the ranks of the series less its Theil–Sen slope, over the lags k where it is significant at `level`.

    Parameters
    ----------
    values : array, one-dimensional
        Regular, in order of time; missing ones are left out, and their neighbours then count as adjacent.
    level : float
        Significance level of the word and of the autocorrelations.

    Returns
    -------
    MannKendall

    Raises
    ------
    MethodError
        If fewer than three values are there, or the corrected variance is not above zero.
    MissingExtraError
        If scipy is not installed.

    Notes
    -----
    Methodology §8.6. Hamed and Rao (1998), Journal of Hydrology 204.

    Examples
    --------
    Shampoo sales of three years (Makridakis and others 1998); the example notebook of pyMannKendall prints p
    2.8916e-07:

    >>> sales = [266.0, 145.9, 183.1, 119.3, 180.3, 168.5, 231.8, 224.5, 192.8, 122.9, 336.5, 185.9]
    >>> sales += [194.3, 149.5, 210.1, 273.3, 191.4, 287.0, 226.0, 303.6, 289.9, 421.6, 264.5, 342.3]
    >>> sales += [339.7, 440.4, 315.9, 439.3, 401.3, 437.4, 575.5, 407.6, 682.0, 475.3, 581.3, 646.9]
    >>> f"{hamed_rao(sales).p:.4e}"
    '2.8916e-07'
    """
    series = enough(values, level=level)
    n = series.size
    lags = np.arange(1, n)
    correlation = _autocorrelation(_ranks(_without_trend(series)))
    bound = NormalDist().inv_cdf(1 - level / 2) / math.sqrt(n)
    weights = (n - lags) * (n - lags - 1.0) * (n - lags - 2.0)
    total = np.sum((weights * correlation)[np.abs(correlation) > bound])
    return _corrected(series, 1 + 2 / (n * (n - 1) * (n - 2)) * float(total), level=level)


def yue_wang(values: ArrayLike, *, level: float = 0.05) -> MannKendall:
    """Test for a trend in dependent values, with the autocorrelation of the values at all lags.

    ``var S · n/n*``, ``n/n* = 1 + 2 Σ_k (1 - k/n) ρ_k``, ρ of the series less its Theil–Sen slope.
    Parameters, result and refusals as for :func:`hamed_rao`.

    Notes
    -----
    Methodology §8.6. Yue and Wang (2004), Water Resources Management 18.

    Examples
    --------
    >>> series = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    >>> yue_wang(series).variance < mann_kendall(series).variance
    True
    """
    series = enough(values, level=level)
    lags = np.arange(1, series.size)
    correlation = _autocorrelation(_without_trend(series))
    factor = 1 + 2 * float(np.sum((1 - lags / series.size) * correlation))
    return _corrected(series, factor, level=level)


def _corrected(series: Array, factor: float, *, level: float) -> MannKendall:
    if factor <= 0:
        raise MethodError(
            "The correction for dependence leaves no variance: the series is too short or swings too regularly. "
            "Use the plain or the seasonal test.",
            factor=factor,
        )
    variance = variance_under_none(series) * factor
    return retested(series, variance, level=level)


def pre_whitened(values: ArrayLike, *, trend_free: bool = True, level: float = 0.05) -> MannKendall:
    """Test for a trend after the dependence of each value on the one before is taken out.

    The test of ``y_t - ρ_1 y_{t-1}``. Where `trend_free`, the Theil–Sen slope is taken out first, ρ_1 is that of
    what is left, and the slope is put back before testing: dependence that is only trend is then not removed.

    Parameters
    ----------
    values : array, one-dimensional
        Regular, in order of time; missing ones are left out, and their neighbours then count as adjacent.
    trend_free : bool
        Whether to spare the trend. Without it the test loses much of its power.
    level : float
        Significance level of the word.

    Returns
    -------
    MannKendall
        Of one value less.

    Raises
    ------
    MethodError
        If fewer than four values are there.
    MissingExtraError
        If scipy is not installed and `trend_free` is set.

    Notes
    -----
    Methodology §8.6. Yue and Wang (2002), Water Resources Research 38; Yue, Pilon, Phinney and Cavadias (2002),
    Hydrological Processes 16.

    Examples
    --------
    >>> pre_whitened([1, 3, 2, 5, 4, 6, 8, 7, 9, 11]).trend
    'increasing'
    """
    series = enough(values, level=level)
    residual = _without_trend(series) if trend_free else series
    rest = residual[1:] - residual[:-1] * _autocorrelation(residual)[0]
    if trend_free:
        # Steps from 1: the level does not matter to the test, only that the slope is back.
        rest = rest + theil_sen(series).slope * np.arange(1, series.size)
    return mann_kendall(rest, level=level)


def _without_trend(series: Array) -> Array:
    return series - theil_sen(series).slope * np.arange(1, series.size + 1)


def _autocorrelation(series: Array) -> Array:
    """Return the correlations with lags 1 to n - 1; none for a constant series."""
    moved = series - series.mean()
    total = float(moved @ moved)
    products = np.correlate(moved, moved, mode="full")[series.size :]
    return products / total if total else np.zeros(series.size - 1)


def _ranks(series: Array) -> Array:
    """Return the ranks from 1, equal values sharing the mean of theirs."""
    _, group, counts = np.unique(series, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[group], dtype=np.float64)
