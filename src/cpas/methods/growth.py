"""Compound annual growth: the observed rate, its ratio to the required rate, and classes of growth alone.

Methodology §7.4. Growth multiplies, so it has a meaning only where all values share a sign and none is zero:
elsewhere it is refused, and :func:`~cpas.methods.progress.linear_rate` applies. Zero is never replaced by a
small number: for a target of zero, 1 or 0.001 in its place give answers that differ by a factor of two.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cpas.methods._elementwise import Array, Values, as_given, first_word, sign_of
from cpas.methods._refusals import Mask, finite, refuse_where, together, travelled

__all__ = ["growth_applies", "growth_class", "growth_rate", "growth_ratio"]


def growth_applies(*values: ArrayLike) -> Mask:
    """Whether growth has a meaning between these values: none is zero and all share a sign.

    Parameters
    ----------
    *values : float or array
        Baseline, value, and target where there is one. A missing one is in nobody's way.

    Returns
    -------
    array of bool
        In the shape the values broadcast to. Where it is false, :func:`growth_rate` and :func:`growth_ratio`
        refuse.

    Notes
    -----
    Methodology §7.4. Statistics Canada, "Progress measurement methodology", Unit transformations: not
    applicable to indicators that allow both negative and positive values.

    Examples
    --------
    >>> growth_applies([100, 100, -4], [80, 80, -2], [50, 0, 1])
    array([ True, False, False])
    """
    arrays = np.broadcast_arrays(*(finite(value, what="value") for value in values))
    positive = np.all([(array > 0) | np.isnan(array) for array in arrays], axis=0)
    negative = np.all([(array < 0) | np.isnan(array) for array in arrays], axis=0)
    return np.asarray(positive | negative)


def growth_rate(value: ArrayLike, *, baseline: ArrayLike, years: ArrayLike) -> Values:
    """Compound annual growth rate, as a fraction: 0.015 is 1.5 % a year.

    ``CAGR = (y / y0)^(1 / (t - t0)) - 1``

    Parameters
    ----------
    value, baseline : float or array
        In one unit, of one sign, not zero.
    years : float or array
        Decimal years from baseline to value, not negative.

    Returns
    -------
    float or array
        Above 0 where the amount grew. Of negative values it is their size that grows. Missing where anything
        is, and where no time has passed.

    Raises
    ------
    MethodError
        If signs differ or a value is zero: not applicable, use the linear rate. Or if `years` is negative.

    Notes
    -----
    Methodology §7.4. Eurostat (2021), Sustainable development in the European Union, annex on methods;
    Statistics Canada, "Progress measurement methodology" (Canadian Indicator Framework).

    Examples
    --------
    Waste per head in Canada, 699 kg in 2014 and 683.4 kg in 2022 (Canadian Indicator Framework 2025, 11.6.1):

    >>> round(100 * growth_rate(683.4, baseline=699, years=8), 3)
    -0.282
    """
    now, start, time = together(value=value, baseline=baseline, years=years)
    _refuse_without_meaning(start, now)
    refuse_where(time < 0, time, what="time in years", why="is negative: the value is before its baseline")
    return as_given((now / start) ** (1 / np.where(time == 0, np.nan, time)) - 1)


def _refuse_without_meaning(start: Array, other: Array) -> None:
    why = "is zero: compound growth is not applicable; use the linear rate (progress.linear_rate)"
    for values in (start, other):
        refuse_where((values == 0) & ~np.isnan(start * other), values, what="value", why=why)
    why = "has not the sign of its baseline: compound growth is not applicable; use progress.linear_rate"
    refuse_where(start * other < 0, other, what="value", why=why)


def growth_ratio(
    value: ArrayLike,
    *,
    baseline: ArrayLike,
    target: ArrayLike,
    elapsed: ArrayLike,
    total: ArrayLike,
    better: Literal["higher", "lower"],
) -> Values:
    """Ratio of the observed growth rate to the one that reaches the target in time.

    ``R = d · CAGR(y0, y, t - t0) / |CAGR(y0, yT, T - t0)|``, d = +1 where higher is better, else -1.

    Parameters
    ----------
    value, baseline, target : float or array
        In one unit, of one sign, not zero.
    elapsed, total : float or array
        Decimal years from baseline to value (no time, no ratio), and from baseline to target, above zero.
    better : {"higher", "lower"}
        Taken as declared, not from the target: a baseline already beyond its target may still deteriorate.

    Returns
    -------
    float or array
        1 is just fast enough, below 0 is the wrong way; not clipped. Missing where anything is.

    Raises
    ------
    NoDistanceError
        If baseline and target are equal where there is a value.
    MethodError
        If signs differ or a value is zero: not applicable, use the linear rate. Or if `elapsed` is negative
        or `total` not above zero.

    Notes
    -----
    Methodology §7.4. Statistics Canada, "Progress measurement methodology", Indicators with quantitative
    targets. For values all negative the direction is turned, as their size grows (cpas extension).

    Examples
    --------
    Waste per head in Canada on the way from 699 kg in 2014 to 490 kg in 2030 (Canadian Indicator Framework
    2025, 11.6.1, Limited progress), and 100 to 80 in 4 of 10 years, target 50 (methods reference, 3.4):

    >>> round(growth_ratio(683.4, baseline=699, target=490, elapsed=8, total=16, better="lower"), 3)
    0.128
    >>> round(growth_ratio(80, baseline=100, target=50, elapsed=4, total=10, better="lower"), 4)
    0.8102
    """
    now, start, end = travelled(value=value, baseline=baseline, target=target)
    whole = finite(total, what="total time")
    refuse_where(whole <= 0, whole, what="total time", why="leaves no time between baseline and target")
    required = np.abs(growth_rate(end, baseline=start, years=whole))
    observed = np.sign(start) * growth_rate(now, baseline=start, years=elapsed)
    return as_given(sign_of(better) * observed / np.where(required == 0, np.nan, required))


def growth_class(growth: ArrayLike, *, better: Literal["higher", "lower"]) -> Values:
    """Class of a growth rate where there is no target, after ISTAT and the South Tyrol statistics office.

    On d·CAGR: above 5 % "clear improvement", above 1 % "slight improvement", above -1 % "stable", above -5 %
    "slight worsening", else "clear worsening".

    Parameters
    ----------
    growth : float or array
        From :func:`growth_rate`, a fraction a year.
    better : {"higher", "lower"}
        The direction that is an improvement.

    Notes
    -----
    Methodology §7.4. ASTAT, Südtiroler Nachhaltigkeitsindikatoren, after ISTAT. Statistics Canada cuts
    elsewhere: :func:`~cpas.methods.statcan.growth_class`.

    Examples
    --------
    >>> growth_class([0.06, 0.02, 0.0, -0.02, -0.05], better="higher").tolist()
    ['clear improvement', 'slight improvement', 'stable', 'slight worsening', 'clear worsening']
    """
    towards = sign_of(better) * finite(growth, what="growth rate")
    return first_word(
        np.isnan(towards),
        (towards > 0.05, "clear improvement"),
        (towards > 0.01, "slight improvement"),
        (towards > -0.01, "stable"),
        (towards > -0.05, "slight worsening"),
        otherwise="clear worsening",
    )
