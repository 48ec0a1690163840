"""Change between two values, and what to call it.

Methodology §8. A change is a number; a direction is a word, and it needs a minimum change, so that noise is
not reported as progress. Tests on a whole series are in :mod:`~cpas.methods.mannkendall`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_floats, as_given, first_word, sign_of

__all__ = ["change", "direction"]

#: The words of a trend; a word is only given where there is enough to give it on.
IMPROVING, STABLE, WORSENING = "improving", "stable", "worsening"


def change(
    value: ArrayLike,
    before: ArrayLike,
    *,
    measure: Literal["percent", "points"] = "percent",
    days: tuple[ArrayLike, ArrayLike] | None = None,
) -> Values:
    """Change from `before` to `value`, in per cent or in points of the unit.

    ``percent = 100 (x - b) / |b|``, ``points = x - b``.

    Parameters
    ----------
    value, before : float or array
        In one unit.
    measure : {"percent", "points"}
        Per cent of `before`, or the plain difference. Per cent divides by the absolute value, so that a rise
        is positive also from a negative value.
    days : (now, before), optional
        Length of the two periods in days: both values are first put per day. For flows only, when the two
        periods are of different length; points are then points a day.

    Returns
    -------
    float or array
        Missing where either is missing and, in per cent, where `before` is 0; never infinite.

    Raises
    ------
    MethodError
        If `measure` is another word, or a length in days is not positive.

    Notes
    -----
    Methodology §8.1. Elementary; per day after design rule 10 (cpas extension).

    Examples
    --------
    Killed in the quarter, 12 after 25 (methods reference, 3.8):

    >>> change(12, 25)
    -52.0
    >>> change(12, 25, measure="points")
    -13.0
    >>> change([5, 10], [0, 8])
    array([nan, 25.])

    A quarter of 92 days against one of 90 with as many a day:

    >>> change(184, 180, days=(92, 90))
    0.0
    """
    now, then = as_floats(value), as_floats(before)
    if days is not None:
        now, then = now / _lengths(days[0]), then / _lengths(days[1])
    if measure == "points":
        return as_given(now - then)
    if measure != "percent":
        raise MethodError(f"A change is measured in 'percent' or 'points', not {measure!r}.", measure=measure)
    with np.errstate(over="ignore"):
        return as_given(as_floats(100 * (now - then) / np.where(then == 0, np.nan, np.abs(then))))


def _lengths(days: ArrayLike) -> Array:
    lengths = as_floats(days)
    if np.any(lengths <= 0):
        raise MethodError(f"The length of a period is a positive number of days; got {days!r}.", days=days)
    return lengths


def direction(
    change: ArrayLike, *, better: Literal["higher", "lower"], min_change: ArrayLike | None
) -> Values:
    """Word for a change: "improving", "stable", "worsening" or "insufficient data".

    ``d·change >= min_change``: improving; ``<= -min_change``: worsening; between: stable. No change at all is
    always stable.

    Parameters
    ----------
    change : float or array
        From :func:`change`, or a slope.
    better : {"higher", "lower"}
        The direction that is an improvement.
    min_change : float or array
        Smallest change that counts, in the measure of `change`; not negative. None or NaN: nobody said what
        counts, so every word is "insufficient data".

    Returns
    -------
    str or array of str
        "insufficient data" where the change is missing.

    Raises
    ------
    MethodError
        If `better` is another word (inside a band, neutral and ambiguous have no direction), or a minimum
        change is negative.

    Notes
    -----
    Methodology §8.2. The words of an objective's rating (cpas extension; design, Rating).

    Examples
    --------
    >>> direction(-52.0, better="lower", min_change=5)
    'improving'
    >>> direction([-52.0, 3.0, 52.0, float("nan")], better="lower", min_change=5).tolist()
    ['improving', 'stable', 'worsening', 'insufficient data']
    """
    least = as_floats(min_change)
    if np.any(least < 0):
        raise MethodError(f"A minimum change is not negative; got {min_change!r}.", min_change=min_change)
    signed = sign_of(better) * as_floats(change)
    return first_word(
        np.isnan(signed) | np.isnan(least),
        ((signed >= least) & (signed > 0), IMPROVING),
        ((signed <= -least) & (signed < 0), WORSENING),
        otherwise=STABLE,
    )
