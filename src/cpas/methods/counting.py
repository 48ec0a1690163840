"""Counting who lacks several things at once: the method of Alkire and Foster.

For areas with several protection deficits as much as for people in poverty: a unit is any row.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_given, sign_of
from cpas.methods._refusals import Mask, finite, refuse_where
from cpas.methods.segments import checked_weights

__all__ = ["Deprivation", "alkire_foster", "deprived"]


class Deprivation(NamedTuple):
    """What :func:`alkire_foster` finds."""

    #: H, the share of units that are poor, 0 to 1.
    headcount: float
    #: A, the mean share of weighted deprivations among the poor; missing where nobody is.
    intensity: float
    #: M0 = H · A, the adjusted headcount; 0 where nobody is poor.
    adjusted_headcount: float
    #: h_j, the share of units deprived in each indicator, poor or not.
    uncensored: Array
    #: h_j(k), the share of units that are poor and deprived in each indicator.
    censored: Array
    #: Share of each indicator in M0; they add up to 1. Missing where nobody is poor.
    contributions: Array
    #: c_i, the weighted share of deprivations of each unit.
    counts: Array
    #: Whether each unit is poor.
    poor: Mask


def deprived(value: ArrayLike, *, line: ArrayLike, better: str = "higher") -> Values:
    """1 where a value falls short of its line, 0 where it reaches it.

    Parameters
    ----------
    value, line : float or array
        In one unit, one line an indicator.
    better : "higher" or "lower"
        On which side of the line there is no deprivation; who is at the line is not deprived.

    Returns
    -------
    float or array
        Missing where the value is.

    Notes
    -----
    Methodology §6.12. Alkire and Foster 2011 (Journal of Public Economics 95), deprivation cutoff.

    Examples
    --------
    >>> deprived([4, 5, None], line=5)
    array([ 1.,  0., nan])
    """
    gap = sign_of(better) * (finite(line, what="line") - finite(value, what="value"))
    return as_given(np.where(np.isnan(gap), np.nan, (gap > 0).astype(np.float64)))


def alkire_foster(
    deprivations: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    cutoff: float,
    population: ArrayLike | None = None,
) -> Deprivation:
    """Count units that are deprived in at least a share of the weight, and how much.

    ``c_i = Σ w_j g_ij``, poor if ``c_i >= k``; H = share of poor; A = mean c_i of the poor; ``M0 = H A``;
    contribution of j = ``w_j h_j(k) / M0``, with weights that add up to 1.

    Parameters
    ----------
    deprivations : array, units × indicators
        1 deprived, 0 not, from :func:`deprived`.
    weights : array of indicators, optional
        Equal if not given; only proportions count.
    cutoff : float
        k, as a share of the weight, above 0 and up to 1: 1/3 in the global Multidimensional Poverty Index. Three of
        eleven indicators is 3/11.
    population : array of units, optional
        How many each unit stands for.

    Raises
    ------
    MethodError
        If an entry is missing (leave the unit out, or decide what it lacks, and say so) or neither 0 nor 1, if there
        are no units, or the cutoff is out of range.

    Notes
    -----
    Methodology §6.12. Alkire and Foster 2011 (Journal of Public Economics 95). An improvement never raises M0.

    Examples
    --------
    Four units with c = .25, .75, .25 and 1, of which two reach one half.

    >>> found = alkire_foster([[1, 0, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1]], cutoff=0.5)
    >>> found.headcount, found.intensity, found.adjusted_headcount
    (0.5, 0.875, 0.4375)
    """
    lacks, share, people = _checked(deprivations, weights, population)
    if not 0 < cutoff <= 1:
        raise MethodError(f"The cutoff is a share above 0 and up to 1, not {cutoff!r}.", cutoff=cutoff)
    counts = lacks @ share
    poor = counts >= cutoff - 1e-12  # three elevenths added up are three elevenths
    headcount = float(people @ poor)
    censored = (people * poor) @ lacks
    adjusted = float(censored @ share)
    return Deprivation(
        headcount=headcount,
        intensity=adjusted / headcount if headcount else np.nan,
        adjusted_headcount=adjusted,
        uncensored=people @ lacks,
        censored=censored,
        contributions=share * censored / adjusted if adjusted else np.full(len(share), np.nan),
        counts=counts,
        poor=poor,
    )


def _checked(
    deprivations: ArrayLike, weights: ArrayLike | None, population: ArrayLike | None
) -> tuple[Array, Array, Array]:
    lacks = finite(deprivations, what="deprivation")
    if lacks.ndim != 2 or 0 in lacks.shape:
        raise MethodError(f"Counting needs units × indicators, not an array of shape {lacks.shape}.")
    refuse_where(np.isnan(lacks), lacks, what="deprivation", why="is missing: leave the unit out, or decide")
    refuse_where((lacks != 0) & (lacks != 1), lacks, what="deprivation", why="is neither 0 nor 1")
    return lacks, _shares(weights, lacks.shape[1]), _shares(population, lacks.shape[0])


def _shares(given: ArrayLike | None, count: int) -> Array:
    heavy = checked_weights(np.ones(count) if given is None else given, (count,), np.zeros(1, dtype=np.intp))
    return np.asarray(heavy / heavy.sum())
