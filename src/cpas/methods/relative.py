"""Scores against a reference population that is declared: min–max, z-scores, distances to a reference.

A reference is given, with the version of whatever fixed it. :func:`reference_from_sample` makes one from a sample
for whoever asks for that by name: scores then change when the sample does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.methods._elementwise import Array, Values, as_given, sign_of
from cpas.methods._refusals import finite, refuse_where, together
from cpas.methods.distance import goalposts

__all__ = [
    "Reference",
    "distance_to_best",
    "distance_to_reference",
    "distance_to_target",
    "min_max",
    "ratio_to_reference",
    "reference_from_sample",
    "z_score",
]


class Reference(NamedTuple):
    """What a population looks like, to compare values with; one entry a column."""

    #: Lowest value present.
    low: Array
    #: Highest value present.
    high: Array
    #: Mean of the values present.
    mean: Array
    #: Standard deviation of the values present.
    deviation: Array
    #: How many values are present.
    present: Array


def reference_from_sample(sample: ArrayLike, *, axis: int = 0, population: bool = False) -> Reference:
    """Return the bounds, mean and deviation of a sample, to declare as a reference.

    Parameters
    ----------
    sample : array
        Units along `axis`; missing ones are left out.
    axis : int
        The axis of units.
    population : bool
        Whether the sample is all there is: the deviation then divides by n, else by n - 1.

    Raises
    ------
    MethodError
        If there is no value at all in a column, or one only where the deviation needs two.

    Notes
    -----
    Methodology §4.5. Fitting bounds to the sample makes scores of different years incomparable unless the
    reference is kept (OECD/JRC Handbook 2008, step 5).

    Examples
    --------
    University enrolment of 23 countries is 7.7 to 27.4 (COINr 1.1.14, statistics of the TAI).

    >>> known = reference_from_sample([27.4, 13.9, 7.7])
    >>> known.low, known.high
    (7.7, 27.4)
    """
    values = finite(sample, what="value")
    count, spare = (~np.isnan(values)).sum(axis=axis), 0 if population else 1
    refuse_where(count <= spare, count, what="count of values", why="is too small to be a reference")
    mean = np.nansum(values, axis=axis) / count
    squares = np.nansum((values - np.expand_dims(mean, axis)) ** 2, axis=axis)
    return Reference(
        low=as_given(np.nanmin(values, axis=axis)),
        high=as_given(np.nanmax(values, axis=axis)),
        mean=as_given(mean),
        deviation=as_given(np.sqrt(squares / (count - spare))),
        present=as_given(count),
    )


def min_max(
    value: ArrayLike,
    *,
    low: ArrayLike,
    high: ArrayLike,
    better: str = "higher",
    scale: tuple[float, float] = (0.0, 100.0),
) -> Values:
    """Position between the lowest and the highest value of a declared reference.

    ``a + (b - a) (x - L) / (U - L)``, or from the other end where lower is better.

    Parameters
    ----------
    value, low, high : float or array
        In one unit; `low` below `high`, whatever the direction.
    better : "higher" or "lower"
        Which end is the best.
    scale : (float, float)
        Scores of the worst and the best end: (0, 100), or (1, 100) where a geometric mean follows.

    Raises
    ------
    NoDistanceError
        If low and high are equal where there is a value.
    MethodError
        If low lies above high.

    Notes
    -----
    Methodology §4.5. OECD/JRC Handbook 2008, step 5.3; COINr ``n_minmax``. Not clipped.

    Examples
    --------
    Schooling in Finland, 10 years between 7.1 and 12: 0.59 (OECD/JRC Handbook 2008, table 15).

    >>> round(min_max(10, low=7.1, high=12, scale=(0, 1)), 2)
    0.59
    """
    now, bottom, top = together(value=value, low=low, high=high)
    refuse_where(bottom > top, bottom, what="low bound", why="lies above the high one; use better='lower'")
    worst, best = (bottom, top) if sign_of(better) > 0 else (top, bottom)
    share = np.asarray(goalposts(now, worst=worst, best=best)) / 100
    return as_given(scale[0] + (scale[1] - scale[0]) * share)


def z_score(
    value: ArrayLike,
    *,
    mean: ArrayLike,
    deviation: ArrayLike,
    better: str = "higher",
    scale: tuple[float, float] = (0.0, 1.0),
) -> Values:
    """Distance from the mean of a declared reference, in standard deviations.

    ``m + s d (x - mean) / sd``, d = +1 where higher is better and -1 where lower is.

    Parameters
    ----------
    value, mean, deviation : float or array
        In one unit.
    better : "higher" or "lower"
        The direction.
    scale : (float, float)
        m and s, the mean and the deviation wanted: (100, 10) for the Mazziotta-Pareto index.

    Raises
    ------
    MethodError
        If a deviation is not above zero: the reference does not tell its members apart.

    Notes
    -----
    Methodology §4.6. OECD/JRC Handbook 2008, step 5.2; COINr ``n_zscore``. Not a score of 0 to 100, so never rolled
    up a plan.

    Examples
    --------
    University enrolment in Australia (COINr 1.1.14 on the TAI of 23 countries: 1.99340).

    >>> round(z_score(25.3, mean=14.1521739130, deviation=5.5924055, scale=(0, 1)), 3)
    1.993
    """
    now, centre, unit = together(value=value, mean=mean, deviation=deviation)
    refuse_where(unit <= 0, unit, what="deviation", why="leaves no unit to measure in")
    return as_given(scale[0] + scale[1] * sign_of(better) * (now - centre) / unit)


def distance_to_best(value: ArrayLike, *, worst: ArrayLike, best: ArrayLike) -> Values:
    """Closeness to the best of a reference: 100 at the best, 0 at the worst.

    ``100 (1 - (x_best - x) / (x_best - x_worst))``

    Parameters
    ----------
    value, worst, best : float or array
        In one unit; the order of worst and best gives the direction.

    Raises
    ------
    NoDistanceError
        If worst and best are equal where there is a value.

    Notes
    -----
    Methodology §4.10. COINr ``n_dist2max``.

    Examples
    --------
    Internet hosts in Australia (COINr 1.1.14 on the TAI of 23 countries: 0.61975).

    >>> round(distance_to_best(125.9, worst=4.8, best=200.2), 3)
    61.975
    """
    return goalposts(value, worst=worst, best=best)


def distance_to_reference(value: ArrayLike, *, worst: ArrayLike, reference: ArrayLike) -> Values:
    """Closeness to one unit of the population that all are measured by: above 100 beyond it.

    ``100 (1 - (x_ref - x) / (x_ref - x_worst))``

    Parameters
    ----------
    value, worst, reference : float or array
        In one unit; the order of worst and reference gives the direction.

    Raises
    ------
    NoDistanceError
        If the reference is itself the worst where there is a value.

    Notes
    -----
    Methodology §4.11. COINr ``n_dist2ref``.

    Examples
    --------
    >>> distance_to_reference([7.1, 9.55, 12.0, 14.45], worst=7.1, reference=12.0)
    array([  0.,  50., 100., 150.])
    """
    return goalposts(value, worst=worst, best=reference)


def ratio_to_reference(value: ArrayLike, *, reference: ArrayLike) -> Values:
    """Value as a percentage of a reference: of the mean, of the leader, of its own start.

    ``100 x / x_ref``

    Parameters
    ----------
    value, reference : float or array
        On a ratio scale, with a natural zero: not degrees Celsius, where the answer changes with the unit.

    Raises
    ------
    MethodError
        If the reference is zero.

    Notes
    -----
    Methodology §4.11. OECD/JRC Handbook 2008, step 5.4 and table 14 (why not on an interval scale).

    Examples
    --------
    Schooling in Finland is 0.83 of the leader's (OECD/JRC Handbook 2008, table 15).

    >>> round(ratio_to_reference(10, reference=12))
    83
    """
    now, known = together(value=value, reference=reference)
    refuse_where(known == 0, known, what="reference", why="cannot be divided by")
    return as_given(100 * (now / known))


def distance_to_target(value: ArrayLike, *, worst: ArrayLike, target: ArrayLike, better: str | None = None) -> Values:
    """Share of the way from the worst of a reference to a target: above 100 beyond it.

    ``100 (x - min) / (targ - min)`` where higher is better, ``100 (max - x) / (max - targ)`` where lower is.

    Parameters
    ----------
    value, worst, target : float or array
        In one unit; `worst` is the minimum of the reference where higher is better, its maximum where lower is.
    better : "higher" or "lower", optional
        The direction meant; a target on the wrong side of the worst is then refused.

    Raises
    ------
    NoDistanceError
        If worst and target are equal where there is a value.
    MethodError
        If the target is worse than the worst.

    Notes
    -----
    Methodology §4.12. COINr ``n_dist2targ``. For a plan, §4.1 measures from its own baseline instead.

    Examples
    --------
    >>> distance_to_target([40, 25, 5], worst=40, target=10, better="lower")
    array([  0.        ,  50.        , 116.66666667])
    """
    if better is not None:
        end, start = together(target=target, worst=worst)
        refuse_where(
            sign_of(better) * (end - start) < 0, end, what="target", why="is worse than the worst of its reference"
        )
    return goalposts(value, worst=worst, best=target)
