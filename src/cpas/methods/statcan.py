"""Statistics Canada's progress status: classes, the score from -5 to +5, and several series in one status.

Methodology §7.5. Source of all of it: Statistics Canada, "Progress measurement methodology" of the Canadian
Indicator Framework, after Eurostat (2021). The ratio and the growth rate it starts from are in
:mod:`cpas.methods.growth`.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_given, first_word, sign_of
from cpas.methods._refusals import finite, refuse_where, together

__all__ = [
    "CLASSES",
    "achieved",
    "growth_class",
    "growth_score",
    "limit_factor",
    "overall_class",
    "ratio_class",
    "ratio_score",
    "score_class",
]

#: Best first; "Target achieved" stands above them all.
CLASSES: Final = (
    "Target achieved",
    "On track",
    "Progress made but acceleration needed",
    "Limited progress",
    "Deterioration",
)
#: The score at the ends of the scale and where one class gives way to the next.
_SCORES: Final = (-5.0, -2.5, 0.0, 2.5, 5.0)
#: Ratio of observed to required growth at these scores.
_RATIOS: Final = (-0.60, 0.0, 0.60, 0.95, 1.30)
#: Growth a year, corrected for direction, at these scores, where there is no target.
_GROWTHS: Final = (-0.02, 0.0, 0.005, 0.015, 0.02)
#: Fitted by the office so that 15 years at the highest threshold do not pass the limit.
_LIMIT_EXPONENT: Final = 4.44


def achieved(value: ArrayLike, *, target: ArrayLike, better: Literal["higher", "lower"]) -> Values:
    """Whether a value is at its target or on the better side of it; false where either is missing.

    Notes
    -----
    Methodology §7.5.

    Examples
    --------
    Pure alcohol per person in Canada, 7.3 litres in 2023, target 8.0 or less (Canadian Indicator Framework
    2025, 3.4.1):

    >>> achieved(7.3, target=8.0, better="lower")
    True
    """
    now, end = together(value=value, target=target)
    return as_given(sign_of(better) * (now - end) >= 0)


def ratio_class(ratio: ArrayLike, *, achieved: ArrayLike = False) -> Values:
    """Class of an indicator with a target, from the ratio of its rate to the required one.

    Target met: "Target achieved"; ``R >= 0.95`` "On track"; ``0.60 <= R < 0.95`` "Progress made but
    acceleration needed"; ``0 <= R < 0.60`` "Limited progress"; ``R < 0`` "Deterioration".

    Parameters
    ----------
    ratio : float or array
        From :func:`~cpas.methods.growth.growth_ratio`; :func:`~cpas.methods.progress.linear_rate` reads the
        same way.
    achieved : bool or array of bool
        Whether the target is met, from :func:`achieved`; it overrides the ratio, which may then be missing.

    Notes
    -----
    Methodology §7.5.

    Examples
    --------
    Canadian Indicator Framework 2025, 11.6.1 (R = 0.128) and 15.2.1 (R = -0.186), and one target met:

    >>> ratio_class([0.128, -0.186, float("nan")], achieved=[False, False, True]).tolist()
    ['Limited progress', 'Deterioration', 'Target achieved']
    """
    return _class_above(finite(ratio, what="ratio"), _RATIOS, achieved=achieved)


def growth_class(growth: ArrayLike, *, better: Literal["higher", "lower"], limit: ArrayLike = 1.0) -> Values:
    """Class of an indicator without a target, from its growth rate.

    On d·CAGR: ``>= 1.5 %·C`` "On track"; ``>= 0.5 %·C`` "Progress made but acceleration needed"; ``>= 0``
    "Limited progress"; below 0 "Deterioration".

    Parameters
    ----------
    growth : float or array
        From :func:`~cpas.methods.growth.growth_rate`, a fraction a year.
    better : {"higher", "lower"}
        The direction that is progress.
    limit : float or array
        C, from :func:`limit_factor`, above 0 and up to 1; 1 where there is no natural limit.

    Raises
    ------
    MethodError
        If C lies outside (0, 1].

    Notes
    -----
    Methodology §7.5.

    Examples
    --------
    >>> growth_class([0.016, 0.01, 0.004, -0.001], better="higher").tolist()
    ['On track', 'Progress made but acceleration needed', 'Limited progress', 'Deterioration']
    """
    return _class_above(_relaxed(growth, better=better, limit=limit), _GROWTHS)


def limit_factor(baseline: ArrayLike, *, limit: ArrayLike) -> Values:
    """Factor C that lowers the thresholds where the baseline is near a natural limit, such as 100 %.

    ``1 - (y0 / L)^4.44`` below the limit (a maximum), ``1 - ((2 L - y0) / L)^4.44`` from it up to 2 L (a
    minimum), 1 from there on.

    Parameters
    ----------
    baseline : float or array
        The value in the base year, not negative.
    limit : float or array
        The limit in the desired direction only, above zero; a minimum of zero limits nothing.

    Raises
    ------
    MethodError
        If the baseline is negative, is the limit itself (there is no room for progress), or the limit is not
        above zero.

    Notes
    -----
    Methodology §7.5. Statistics Canada, formula of the scaling factor C.

    Examples
    --------
    >>> [round(limit_factor(base, limit=100), 3) for base in (50, 80, 99)]
    [0.954, 0.629, 0.044]
    """
    start, bound = together(baseline=baseline, limit=limit)
    refuse_where(start < 0, start, what="baseline", why="is negative: the factor is defined from zero up")
    refuse_where(bound <= 0, bound, what="limit", why="is not above zero: such a limit needs no factor")
    refuse_where(start == bound, start, what="baseline", why="is the limit: nothing is left to progress to")
    share = np.where(start < bound, start, np.clip(2 * bound - start, 0, None)) / bound
    return as_given(1 - share**_LIMIT_EXPONENT)


def ratio_score(ratio: ArrayLike, *, achieved: ArrayLike = False) -> Values:
    """Score from -5 to +5 of one series with a target, so that several can be averaged.

    Straight lines through (-0.60, -5), (0, -2.5), (0.60, 0), (0.95, 2.5), (1.30, 5), level outside; 5 where
    the target is met.

    Notes
    -----
    Methodology §7.5. Figure 2 of the source; the straight segments between the limits of the classes are
    inferred from them.

    Examples
    --------
    100 to 80 in 4 of 10 years, target 50 (methods reference, 3.8: R 0.8102, score 1.502):

    >>> from cpas.methods.growth import growth_ratio
    >>> ratio = growth_ratio(80, baseline=100, target=50, elapsed=4, total=10, better="lower")
    >>> round(ratio_score(ratio), 3)
    1.502
    """
    scores = np.interp(finite(ratio, what="ratio"), _RATIOS, _SCORES)
    return as_given(np.where(np.asarray(achieved), _SCORES[-1], scores))


def growth_score(growth: ArrayLike, *, better: Literal["higher", "lower"], limit: ArrayLike = 1.0) -> Values:
    """Score from -5 to +5 of one series without a target.

    Straight lines of d·CAGR through (-2 %, -5), (0, -2.5), (0.5 %·C, 0), (1.5 %·C, 2.5), (2 %·C, 5), level
    outside. Parameters as for :func:`growth_class`.

    Notes
    -----
    Methodology §7.5. Figure 1 of the source.

    Examples
    --------
    >>> growth_score([-0.03, 0.0, 0.01, 0.02], better="higher")
    array([-5.  , -2.5 ,  1.25,  5.  ])
    """
    return as_given(np.asarray(np.interp(_relaxed(growth, better=better, limit=limit), _GROWTHS, _SCORES)))


def score_class(score: ArrayLike) -> Values:
    """Class of a score from -5 to +5: cut at 2.5, 0 and -2.5, the limit belonging to the better class.

    Notes
    -----
    Methodology §7.5.

    Examples
    --------
    >>> score_class(1.502)
    'Progress made but acceleration needed'
    """
    return _class_above(finite(score, what="score"), _SCORES)


def overall_class(scores: ArrayLike, *, achieved: ArrayLike = False) -> tuple[float, str]:
    """Mean score of the series of one indicator, and its class.

    "Target achieved" only where every series has met its target. A missing series is left out of the mean,
    and no target is achieved over it.

    Parameters
    ----------
    scores : array, one-dimensional
        From :func:`ratio_score` or :func:`growth_score`, one for each series.
    achieved : bool or array of bool
        Whether each has met its target.

    Returns
    -------
    score : float
        NaN where no series has a score.
    word : str
        One of :data:`CLASSES`, or "insufficient data".

    Raises
    ------
    MethodError
        If there is no series at all.

    Notes
    -----
    Methodology §7.5. Aggregated progress status.

    Examples
    --------
    >>> overall_class([5, 5, -1], achieved=[True, True, False])
    (3.0, 'On track')
    """
    each = np.atleast_1d(finite(scores, what="score"))
    if not each.size:
        raise MethodError("An indicator without series has no status.")
    known = each[~np.isnan(each)]
    mean = float(known.mean()) if known.size else float("nan")
    every = known.size == each.size and bool(np.all(achieved))
    return mean, str(_class_above(np.asarray(mean), _SCORES, achieved=every))


def _class_above(values: Array, cuts: tuple[float, ...], *, achieved: ArrayLike = False) -> Values:
    met = np.broadcast_to(np.asarray(achieved), np.broadcast_shapes(values.shape, np.shape(achieved)))
    return first_word(
        np.isnan(values) & ~met,
        (met, CLASSES[0]),
        (values >= cuts[3], CLASSES[1]),
        (values >= cuts[2], CLASSES[2]),
        (values >= cuts[1], CLASSES[3]),
        otherwise=CLASSES[4],
    )


def _relaxed(growth: ArrayLike, *, better: str, limit: ArrayLike) -> Array:
    """Return d·growth as if the thresholds had not been lowered: dividing by C is multiplying them by it."""
    rate, factor = together(growth=growth, limit=limit)
    outside = (factor <= 0) | (factor > 1)
    refuse_where(outside, factor, what="limit factor", why="is outside (0, 1]: see limit_factor")
    towards = sign_of(better) * rate
    return np.where(towards > 0, towards / factor, towards)
