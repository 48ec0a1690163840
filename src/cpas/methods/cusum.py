"""CUSUM: small shifts that add up, for early warning.

Methodology §8.10. A single bad month is noise, four somewhat bad ones in a row are not: the sum of the excess
over an allowance is followed, starts again at zero whenever it would fall below, and warns above a threshold.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite

__all__ = ["Cusum", "cusum", "poisson_allowance"]


class Cusum(NamedTuple):
    """The two sums at each time, and where they warn."""

    #: Excess above the reference, added up.
    upper: Array
    #: Shortfall below the reference, added up.
    lower: Array
    #: Whether the upper sum is above the threshold, and the lower.
    high: NDArray[np.bool_]
    low: NDArray[np.bool_]
    #: Times, up to and with this one, that the upper sum has been above zero, and the lower: when a shift began.
    upper_run: Array
    lower_run: Array


def cusum(values: ArrayLike, *, reference: float, allowance: float, threshold: float) -> Cusum:
    """Cumulative sums of the excess above, and of the shortfall below, a reference.

    ``C+_i = max(0, C+_{i-1} + x_i - (μ + K))``, ``C-_i = max(0, C-_{i-1} + (μ - K) - x_i)``; an alarm where a sum
    exceeds H.

    Parameters
    ----------
    values : array, one-dimensional
        In order of time. A missing value adds nothing: the sums stay as they were.
    reference : float
        μ: the level when nothing is wrong.
    allowance : float
        K, not negative: deviations up to it are left alone; half the shift one wants to see is usual. For counts
        see :func:`poisson_allowance`.
    threshold : float
        H, above zero, in the unit of the values; 4 or 5 standard deviations are usual.

    Returns
    -------
    Cusum
        The sums are not set back after an alarm.

    Raises
    ------
    MethodError
        If K is negative, H not above zero, or a parameter missing.

    Notes
    -----
    Methodology §8.10. Page (1954), Biometrika 41; tabular form of Montgomery, Introduction to Statistical Quality
    Control, chapter 9.

    Examples
    --------
    The last ten of thirty values of Montgomery's table 9.1 (μ 10, K 0.5, H 5), continued from C+ 0: the first
    alarm comes in period 29, with C+ 5.28 after a run of 7.

    >>> last = [10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]
    >>> found = cusum(last, reference=10, allowance=0.5, threshold=5)
    >>> found.upper.round(2).tolist()
    [0.4, 0.0, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.3]
    >>> found.high.tolist()[-3:], found.upper_run.tolist()[-2]
    ([False, True, True], 7.0)
    """
    series = finite(values, what="value")
    _refuse_parameters(series, reference, allowance, threshold)
    steps = np.where(np.isnan(series), 0.0, series - reference)
    there = ~np.isnan(series)
    upper = _sums(np.where(there, steps - allowance, 0.0))
    lower = _sums(np.where(there, -steps - allowance, 0.0))
    return Cusum(upper, lower, upper > threshold, lower > threshold, _runs(upper), _runs(lower))


def _refuse_parameters(series: Array, reference: float, allowance: float, threshold: float) -> None:
    if series.ndim != 1:
        raise MethodError(f"A series has one dimension, not {series.ndim}.", dimensions=series.ndim)
    if not (math.isfinite(reference) and allowance >= 0 and threshold > 0):
        raise MethodError(
            "CUSUM needs a reference, an allowance that is not negative and a threshold above zero; got "
            f"{reference}, {allowance} and {threshold}.",
            reference=reference,
            allowance=allowance,
            threshold=threshold,
        )


def _sums(steps: Array) -> Array:
    # max(0, c + x) all along is the running sum less the lowest it has been, the start at 0 included.
    total = np.cumsum(steps)
    return np.asarray(total - np.minimum(np.minimum.accumulate(total), 0.0)) if steps.size else steps


def _runs(sums: Array) -> Array:
    position = np.arange(1, sums.size + 1, dtype=np.float64)
    last_zero = np.maximum.accumulate(np.where(sums > 0, 0.0, position)) if sums.size else position
    return position - last_zero


def poisson_allowance(expected: float, *, alarming: float) -> float:
    """Allowance K for counts, from the rate that is acceptable and the one that should soon warn.

    ``K = |(λ1 - λ0) / (ln λ1 - ln λ0) - λ0|``: optimal for telling the two apart.

    Parameters
    ----------
    expected : float
        λ0: the mean count when nothing is wrong, the `reference` of :func:`cusum`.
    alarming : float
        λ1: a mean count that should be seen, on either side of `expected`.

    Raises
    ------
    MethodError
        If one is not above zero, or both are equal.

    Notes
    -----
    Methodology §8.10. Lucas (1985), Technometrics 27, counted data CUSUMs.

    Examples
    --------
    Four incidents a week are usual, seven should be seen: weeks above 5.36 count.

    >>> round(4 + poisson_allowance(4, alarming=7), 2)
    5.36
    """
    if not (expected > 0 and alarming > 0) or expected == alarming:
        raise MethodError(
            f"The two rates are above zero and differ; got {expected} and {alarming}.",
            expected=expected,
            alarming=alarming,
        )
    return abs((alarming - expected) / (math.log(alarming) - math.log(expected)) - expected)
