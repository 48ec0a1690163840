"""Counts of events: are these more than those, and do they scatter more than chance.

Methodology §8.7 and §8.8. Incidents are few and whole, so the tests are exact where they can be. The
Poisson model behind them takes events as independent; where one attack brings the next, §8.8 says so and widens
what §8.7 takes for certain.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError, MissingExtraError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite, refuse_where, together

__all__ = ["Comparison", "Dispersion", "compare_counts", "dispersion"]


class Comparison(NamedTuple):
    """Two counts compared as rates."""

    #: Rate now ÷ rate before; NaN where there was nothing before.
    ratio: float
    #: Lower confidence limit of the ratio.
    low: float
    #: Upper confidence limit; infinite where nothing before leaves it without bound.
    high: float
    #: Two-sided probability of counts so different where both rates are the same.
    p: float


def compare_counts(
    now: int,
    before: int,
    *,
    exposure: tuple[float, float] = (1.0, 1.0),
    dispersion: float = 1.0,
    confidence: float = 0.95,
) -> Comparison:
    """Compare two counts exactly: given their sum, the one is binomial where both rates are the same.

    ``x1 | x0 + x1 ~ Bin(x0 + x1, e1 / (e0 + e1))``. The interval is that of Clopper and Pearson for the share,
    turned into ``ratio = share / (1 - share) · e0 / e1``.

    Parameters
    ----------
    now, before : int
        Events, not negative.
    exposure : (float, float)
        What each count was taken over, in one unit: days, patrols, people. Above zero.
    dispersion : float
        Variance ÷ mean of such counts, from :func:`dispersion`: above 1, both counts are divided by it and rounded
        down, so that they weigh as many independent events as they hold. Below 1 it is taken as 1.
    confidence : float
        Of the interval, between 0.5 and 1.

    Returns
    -------
    Comparison

    Raises
    ------
    MethodError
        If a count is negative or not whole, an exposure not above zero, or both counts are 0 (also after
        division): there is nothing to compare.
    MissingExtraError
        If scipy is not installed.

    Notes
    -----
    Methodology §8.7. Przyborowski and Wilenski (1940), Biometrika 31; Clopper and Pearson (1934), Biometrika 26;
    computed by scipy.stats.binomtest. Dividing by the dispersion is a cpas extension.

    Examples
    --------
    25 incidents, then 12 in as many days (methods reference, 3.8: exact two-sided p 0.047):

    >>> found = compare_counts(12, 25)
    >>> found.ratio, round(found.p, 3), round(found.low, 2), round(found.high, 2)
    (0.48, 0.047, 0.22, 0.99)
    """
    first, second = independent_events([now, before], dispersion=dispersion)
    e_now, e_before = (float(each) for each in together(now=exposure[0], before=exposure[1]))
    refuse_where(not min(e_now, e_before) > 0, min(e_now, e_before), what="exposure", why="is not above zero")
    if first + second == 0:
        raise MethodError("Both counts are 0: no event says nothing about their rates.")
    test = _binomial(first, first + second, e_now / (e_now + e_before))
    interval = test.proportion_ci(confidence_level=confidence, method="exact")
    scale = e_before / e_now
    return Comparison(
        ratio=now / before * scale if before else math.nan,
        low=float(interval.low / (1 - interval.low) * scale),
        high=float(interval.high / (1 - interval.high) * scale) if interval.high < 1 else math.inf,
        p=float(test.pvalue),
    )


def independent_events(counts: ArrayLike, *, dispersion: float) -> list[int]:
    """Return how many independent events the counts weigh: divided by the dispersion and rounded down.

    Examples
    --------
    >>> independent_events([25, 12], dispersion=2.0)
    [12, 6]
    """
    each = finite(counts, what="count")
    refuse_where(~(each >= 0) | (each != np.floor(each)), each, what="count", why="is not a number of events")
    return [int(event) for event in np.floor(each / max(dispersion, 1.0))]


def _binomial(successes: int, trials: int, share: float) -> Any:
    try:
        from scipy.stats import binomtest
    except ImportError as error:
        raise MissingExtraError.named("scipy", extra="statistics", why="The exact comparison of counts") from error
    return binomtest(successes, trials, share)


class Dispersion(NamedTuple):
    """How much counts scatter, against a Poisson distribution of their mean."""

    #: Mean count, per unit of exposure.
    mean: float
    #: Σ (x - expected)² / expected ÷ (n - 1): about 1 for independent events.
    ratio: float
    #: Probability of so much scatter in independent events.
    p: float
    #: Negative binomial: variance = mean + alpha · mean²; 0 where counts scatter no more than Poisson.
    alpha: float


def dispersion(counts: ArrayLike, *, exposure: ArrayLike | None = None) -> Dispersion:
    """Test whether counts scatter more than independent events would.

    ``D = Σ (x - m)^2 / m ~ χ²(n - 1)``; alpha by moments, ``max(0, (s² - m) / m²)`` with s² the variance over n - 1.
    With exposures, m is the expected count of each and alpha solves ``Σ (x - m)² / (m + alpha m²) = n - 1``, which
    is the same where they are equal.

    Parameters
    ----------
    counts : array, one-dimensional
        Whole and not negative; missing ones are left out.
    exposure : array, optional
        What each was taken over; equal by default.

    Returns
    -------
    Dispersion

    Raises
    ------
    MethodError
        If fewer than two counts are there, all are 0, or one is not a number of events.
    MissingExtraError
        If scipy is not installed.

    Notes
    -----
    Methodology §8.8. Fisher, Thornton and Mackenzie (1922), Annals of Applied Biology 9 (variance test); Bliss and
    Fisher (1953), Biometrics 9 (negative binomial by moments); Breslow (1984), Applied Statistics 33 (exposures).

    Examples
    --------
    Red mites on 150 apple leaves (Bliss and Fisher 1953, table 1: mean 1.1467, variance 2.2736, k 1.167):

    >>> leaves = np.repeat([0, 1, 2, 3, 4, 5, 6, 7], [70, 38, 17, 10, 9, 3, 2, 1])
    >>> found = dispersion(leaves)
    >>> round(found.mean, 4), round(found.mean * found.ratio, 4), round(1 / found.alpha, 3)
    (1.1467, 2.2736, 1.167)
    """
    each, over = _with_exposure(counts, exposure)
    mean = float(each.sum() / over.sum())
    expected = mean * over
    scatter = float(np.sum((each - expected) ** 2 / expected))
    degrees = each.size - 1
    p, alpha = _chi_squared(scatter, degrees), _alpha(each, expected)
    return Dispersion(mean, scatter / degrees, p, alpha)


def _with_exposure(counts: ArrayLike, exposure: ArrayLike | None) -> tuple[Array, Array]:
    each, over = together(counts=counts, exposure=1.0 if exposure is None else exposure)
    refuse_where(
        (each < 0) | (each != np.floor(each)) & ~np.isnan(each), each, what="count", why="is not a number of events"
    )
    refuse_where(over <= 0, over, what="exposure", why="is not above zero")
    there = ~np.isnan(each) & ~np.isnan(over)
    if each.ndim != 1 or there.sum() < 2 or not each[there].any():
        raise MethodError("Scatter needs one row of two or more counts, not all of them 0.")
    return each[there], over[there]


def _chi_squared(scatter: float, degrees: int) -> float:
    try:
        from scipy.stats import chi2
    except ImportError as error:
        raise MissingExtraError.named("scipy", extra="statistics", why="The test of scatter") from error
    return float(chi2.sf(scatter, degrees))


def _alpha(each: Array, expected: Array) -> float:
    """Solve for alpha by bisection: the sum falls as alpha rises, from above n - 1 where there is any excess."""

    def excess(alpha: float) -> float:
        return float(np.sum((each - expected) ** 2 / (expected + alpha * expected**2))) - (each.size - 1)

    if excess(0.0) <= 0:
        return 0.0
    low, high = 0.0, 1.0
    while excess(high) > 0:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return high
