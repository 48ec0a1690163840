"""Values far from the others of their series: a question to the source, never a reason to leave them out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, as_floats

__all__ = ["modified_z", "outliers"]

#: A season with fewer values has no middle of its own.
_LEAST_OF_A_SEASON = 3


def modified_z(values: ArrayLike, *, seasons: ArrayLike | None = None) -> Array:
    """Distance of each value from the middle, in robust standard deviations.

    ``0.6745 (x - median) / MAD``; where more than half of the values are the same, so that MAD is 0, ``(x - median) /
    (1.253314 · mean absolute deviation)``.

    Parameters
    ----------
    values : array, one-dimensional
        Missing ones as NaN.
    seasons : array of int, optional
        The season of each value. Where every season has three values or more each is compared with the middle of its
        own season.

    Returns
    -------
    array
        NaN where the value is missing; 0 throughout where all values are the same.

    Notes
    -----
    Methodology §3.10.2. Iglewicz & Hoaglin, How to Detect and Handle Outliers (ASQC, 1993), which takes a value
    further than 3.5 for one; the second formula is that of the IBM statistics packages. Seasons are a cpas extension.

    Examples
    --------
    >>> modified_z([5, 6, 5, 7, 6, 5, 40]).round(1).tolist()
    [-0.7, 0.0, -0.7, 0.7, 0.0, -0.7, 22.9]
    """
    series = as_floats(values)
    if series.ndim != 1:
        raise MethodError("Outliers are found in one row of values.", shape=series.shape)
    rest = _without_season(series, seasons)
    there = ~np.isnan(rest)
    if not there.any():
        return rest
    apart = np.abs(rest[there] - np.median(rest[there]))
    middle, mean = float(np.median(apart)), float(apart.mean())
    width = middle / 0.6745 if middle > 0 else 1.253314 * mean
    centred = rest - np.median(rest[there])
    return centred / width if width > 0 else np.where(there, 0.0, np.nan)


def _without_season(series: Array, seasons: ArrayLike | None) -> Array:
    """Take the middle of each season away, where every season has enough values."""
    if seasons is None:
        return series
    codes = np.asarray(seasons)
    there = ~np.isnan(series)
    _, many = np.unique(codes[there], return_counts=True)
    if not len(many) or many.min() < _LEAST_OF_A_SEASON:
        return series
    rest = series.copy()
    for season in np.unique(codes[there]):
        rest[codes == season] -= np.median(series[there & (codes == season)])
    return rest


def outliers(values: ArrayLike, *, limit: float, seasons: ArrayLike | None = None) -> NDArray[np.bool_]:
    """Whether each value is further from the middle than `limit`; see :func:`modified_z`.

    Notes
    -----
    Methodology §3.10.2.

    Examples
    --------
    >>> outliers([5, 6, 5, 7, 6, 5, 40], limit=3.5).tolist()
    [False, False, False, False, False, False, True]
    """
    found: NDArray[np.bool_] = np.abs(np.nan_to_num(modified_z(values, seasons=seasons))) > limit
    return found
