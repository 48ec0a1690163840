"""Ratings in an indicator's own unit: how many of its cut points a value has reached."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cpas.errors import MethodError
from cpas.methods._elementwise import Array, Values, as_given, sign_of
from cpas.methods._refusals import finite

__all__ = ["margins", "steps_reached"]

#: Sums of floats differ in their last digits with their order; a rating does not (design, rule 16).
_NOISE = 1e-9


def steps_reached(value: ArrayLike, *, cuts: Sequence[float], better: str) -> NDArray[np.int64]:
    """How many cut points a value has reached: 0 is the worst step, −1 is no data.

    Parameters
    ----------
    value : float or array
        In the indicator's own unit.
    cuts : sequence of float
        In that unit, running from worse to better or from better to worse. A cut point belongs to the better step, and
        is reached within a billionth of it.
    better : {"higher", "lower"}
        Which way is better.

    Returns
    -------
    array of int

    Raises
    ------
    MethodError
        If there is no cut point, or they do not run in one direction.

    Notes
    -----
    Methodology §9.5. Sustainable Development Report 2019, dashboards: comparisons are inclusive on the better side.

    Examples
    --------
    Poverty at $1.90 a day is red above 13 %, green up to 2 %, and halfway between them orange turns yellow.

    >>> steps_reached([72.6, 13, 7.5, 2, None], cuts=(13, 7.5, 2), better="lower").tolist()
    [0, 1, 2, 3, -1]
    """
    now, edges = _upward(value, cuts, better)
    reached = (now[..., None] >= edges - _NOISE * np.maximum(1.0, np.abs(edges))).sum(axis=-1)
    return np.asarray(np.where(np.isnan(now), -1, reached), dtype=np.int64)


def margins(value: ArrayLike, *, cuts: Sequence[float], better: str) -> tuple[Values, Values]:
    """How much is lacking to the next better step, and how much may be lost before the next worse one.

    Parameters
    ----------
    value, cuts, better
        As in :func:`steps_reached`.

    Returns
    -------
    (float or array, float or array)
        Not negative, in the unit of the value; missing in the best step, in the worst, and without a value.

    Notes
    -----
    Methodology §9.5.

    Examples
    --------
    >>> margins(5, cuts=(13, 7.5, 2), better="lower")
    (3.0, 2.5)
    """
    now, edges = _upward(value, cuts, better)
    place = steps_reached(value, cuts=cuts, better=better)
    ends = np.concatenate([[np.nan], edges, [np.nan]])
    lacking = np.where(place < 0, np.nan, ends[np.maximum(place, 0) + 1] - now)
    spare = np.where(place < 0, np.nan, np.maximum(now - ends[np.maximum(place, 0)], 0.0))
    return as_given(lacking), as_given(spare)


def _upward(value: ArrayLike, cuts: Sequence[float], better: str) -> tuple[Array, Array]:
    """Return value and cut points turned so that higher is better, the cut points rising."""
    sign = sign_of(better)
    edges = np.sort(sign * finite(cuts, what="cut point"))
    one_way = np.all(np.diff(cuts) > 0) or np.all(np.diff(cuts) < 0)
    if edges.ndim != 1 or not edges.size or np.isnan(edges).any() or not one_way:
        raise MethodError(f"The cut points {list(cuts)!r} must run in one direction.", cuts=tuple(cuts))
    return sign * finite(value, what="value"), edges
