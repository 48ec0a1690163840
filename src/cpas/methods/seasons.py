"""The same season: this November against earlier Novembers.

Methodology §8.11. Where rains, harvests or elections come every year, the quarter before is the wrong thing to
compare with; design rule 10 asks for both.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite
from cpas.methods.counts import compare_counts, independent_events

__all__ = ["SeasonComparison", "same_season"]


class SeasonComparison(NamedTuple):
    """A count against the same season of earlier years."""

    #: Mean of the earlier years.
    expected: float
    #: Change from it in per cent; NaN where it is 0.
    change: float
    #: Smallest and largest of the earlier years.
    least: float
    most: float
    #: Earlier years that were there.
    years: int
    #: Exact two-sided probability of so different a count at the rate of the earlier years.
    p: float


def same_season(counts: ArrayLike, *, period: int, min_years: int, dispersion: float = 1.0) -> SeasonComparison:
    """Compare the last count with those of its own season: this November with earlier Novembers.

    ``expected = Σ x_{t-ky} / n``, k = 1 … n, y counts in a year.

    Expected is the mean of the same season of earlier years; p is that of :func:`compare_counts`, of the last count
    in one year against all the earlier ones in theirs.

    Parameters
    ----------
    counts : array, one-dimensional
        Regular, in order of time, the last one to be judged; missing ones as NaN, so that seasons stay in step.
    period : int
        Counts in a year: 12 for months, 4 for quarters.
    min_years : int
        Earlier years that must be there, 1 or more.
    dispersion : float
        As in :func:`compare_counts`.

    Returns
    -------
    SeasonComparison
        With p 1 where neither now nor earlier anything happened.

    Raises
    ------
    MethodError
        If the last count is missing, fewer than `min_years` of the earlier ones are there, or one is not a number
        of events.
    MissingExtraError
        If scipy is not installed.

    Notes
    -----
    Methodology §8.11. cpas extension: the comparison of §8.7, with the earlier years as one exposure.

    Examples
    --------
    Quarterly incidents of three years, the last quarter 12 after 24 and 26 in the last quarters before:

    >>> found = same_season([5, 9, 7, 24, 6, 8, 9, 26, 4, 9, 8, 12], period=4, min_years=2)
    >>> found.expected, found.change, found.years, round(found.p, 3)
    (25.0, -52.0, 2, 0.021)
    """
    series = finite(counts, what="count")
    if series.ndim != 1 or period < 2 or min_years < 1 or not series.size or np.isnan(series[-1]):
        raise MethodError("A season is compared in one row that ends in a count, with period ≥ 2 and min_years ≥ 1.")
    earlier = series[-1 - period :: -period]
    earlier = earlier[~np.isnan(earlier)]
    independent_events([*earlier, series[-1]], dispersion=1.0)  # each has to be a number of events, not their sum
    if earlier.size < min_years:
        raise MethodError(f"{earlier.size} earlier years have this season, {min_years} are needed.", years=earlier.size)
    return _against(float(series[-1]), earlier, dispersion)


def _against(last: float, earlier: Array, spread: float) -> SeasonComparison:
    expected = float(earlier.mean())
    change = 100 * (last - expected) / expected if expected else math.nan
    counts = [int(last), int(earlier.sum())]
    nothing = not any(independent_events(counts, dispersion=spread))
    exposure = (1.0, float(earlier.size))
    p = 1.0 if nothing else compare_counts(*counts, exposure=exposure, dispersion=spread).p
    return SeasonComparison(expected, change, float(earlier.min()), float(earlier.max()), earlier.size, p)
