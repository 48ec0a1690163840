"""Weather symbols of the German sustainable development strategy: the last five years, carried to the target.

Methodology §7.9. Destatis, Indicator report of the German Sustainable Development Strategy, "Indicator status
summary" (dns-indikatoren.de): symbols for indicators with a concrete target.
"""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from cpas.methods._elementwise import INSUFFICIENT, Array, sign_of
from cpas.methods._refusals import finite, refuse_where, together

__all__ = ["SYMBOLS", "symbol", "yearly_change"]

#: Best first.
SYMBOLS: Final = ("sun", "sun and cloud", "cloud", "thunderstorm")
#: Five yearly changes lie between six points.
POINTS: Final = 6
_SLIGHTLY, _CLEARLY = 0.05, 0.20


def yearly_change(values: ArrayLike, *, times: ArrayLike | None = None) -> float:
    """Mean change a year over the last six points.

    ``(y_n - y_{n-5}) / (t_n - t_{n-5})``: for yearly points the mean of the last five changes.

    Parameters
    ----------
    values : array, one-dimensional
        Yearly values, in order of time; missing ones are left out.
    times : array, optional
        Decimal years, increasing; by default the values are one year apart.

    Returns
    -------
    float
        In the unit of the values, a year. NaN where there are fewer than six points.

    Raises
    ------
    MethodError
        If the times do not increase.

    Notes
    -----
    Methodology §7.9.

    Examples
    --------
    >>> yearly_change([90, 100, 98, 96, 94, 92, 90])
    -2.0
    """
    series, when = _known(values, times)
    refuse_where(np.diff(when) <= 0, when[1:], what="time", why="does not come after the one before it")
    if series.size < POINTS:
        return float("nan")
    return float((series[-1] - series[-POINTS]) / (when[-1] - when[-POINTS]))


def _known(values: ArrayLike, times: ArrayLike | None) -> tuple[Array, Array]:
    series = np.atleast_1d(finite(values, what="value"))
    series, when = together(value=series, time=np.arange(series.size) if times is None else times)
    there = ~np.isnan(series) & ~np.isnan(when)
    return series[there], when[there]


def symbol(
    values: ArrayLike,
    *,
    target: float,
    target_time: float,
    better: Literal["higher", "lower"],
    times: ArrayLike | None = None,
) -> str:
    """Weather symbol of a series with a target: "sun", "sun and cloud", "cloud", "thunderstorm".

    The last value is carried to the target year by :func:`yearly_change`. Target met, or missed by less than 5
    % of the distance from the last value to the target: sun; by 5 to 20 %: sun and cloud; by more, in the right
    direction: cloud; no change, or the wrong direction: thunderstorm.

    Parameters
    ----------
    values : array, one-dimensional
        Yearly values, in order of time; missing ones are left out.
    target : float
        In the same unit.
    target_time : float
        When, on the scale of `times`; 0 is the first value where `times` is not given.
    better : {"higher", "lower"}
        The desired direction.
    times : array, optional
        Decimal years, increasing; by default the values are one year apart.

    Returns
    -------
    str
        "insufficient data" where there are fewer than six points.

    Raises
    ------
    MethodError
        If the target year is not after the last value, or the times do not increase.

    Notes
    -----
    Methodology §7.9. Where the target is met today but will not be kept, the way it goes decides:
    thunderstorm.

    Examples
    --------
    Falling by 2 a year, 5 years to go: 80 will be met, 79 missed by 1 of 11, and 60 by 20 of 30.

    >>> series = [100, 98, 96, 94, 92, 90]
    >>> [symbol(series, target=aim, target_time=10, better="lower") for aim in (80, 79, 60)]
    ['sun', 'sun and cloud', 'cloud']
    """
    change = yearly_change(values, times=times)
    series, when = _known(values, times)
    if np.isnan(change) or np.isnan(target):
        return INSUFFICIENT
    left = np.asarray(target_time - when[-1])
    refuse_where(left <= 0, target_time, what="target year", why="is not after the last value")
    miss = sign_of(better) * (target - (series[-1] + change * left))
    return _symbol_for(float(miss), gap=abs(target - series[-1]), towards=sign_of(better) * change)


def _symbol_for(miss: float, *, gap: float, towards: float) -> str:
    if miss <= 0:
        return SYMBOLS[0]
    if towards <= 0:
        return SYMBOLS[3]
    # Only a gap still open is left here: with a change towards it, a target met today is met then.
    if miss < _SLIGHTLY * gap:
        return SYMBOLS[0]
    return SYMBOLS[1] if miss <= _CLEARLY * gap else SYMBOLS[2]
