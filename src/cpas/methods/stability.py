"""What a rating rests on: which weight, which part, and how far each may move before the rating does.

For weighted arithmetic means, in closed form.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods.means import arithmetic, lined_up
from cpas.methods.segments import segment_combine

__all__ = ["leave_one_out", "needed_change", "stability_interval"]


def stability_interval(
    scores: ArrayLike, weights: ArrayLike | None = None, *, part: int, low: float = -np.inf, high: float = np.inf
) -> tuple[float, float]:
    """Range of one part's share of the weight in which the mean keeps its rating.

    The others keep their proportions: ``mean(s) = s z_i + (1 - s) m``, with m their mean; the range is where that
    stays between the cut points of the band.

    Parameters
    ----------
    scores, weights : array
        Of one node; a missing score drops out.
    part : int
        Position of the part whose weight moves.
    low, high : float
        Cut points of the rating's band; the mean lies between them.

    Returns
    -------
    (float, float)
        Shares from 0 to 1 that enclose the present one. (0, 1): the weight does not matter to the rating.

    Raises
    ------
    MethodError
        If the part is missing or the only one, or the mean does not lie in the band.

    Notes
    -----
    Methodology §5.9. Weight stability intervals after Mareschal 1988 (European Journal of Operational Research 33),
    for a weighted mean.

    Examples
    --------
    The mean is 59, rated 50 to 60: it stays there while the first weighs from 29 to 52 % (it weighs half).

    >>> [round(share, 3) for share in stability_interval([80, 50, 20], [0.5, 0.3, 0.2], part=0, low=50, high=60)]
    [0.286, 0.524]
    """
    parts, heavy = _one_node(scores, weights)
    mean, others = float(arithmetic(parts, heavy)), _without(parts, heavy)[part]
    if np.isnan(parts[part]) or np.isnan(others):
        raise MethodError("A weight can move only beside others: the part is missing, or the only one.", part=part)
    if not low <= mean <= high:
        raise MethodError(f"The mean, {mean:g}, does not lie between {low:g} and {high:g}.", mean=mean)
    slope = parts[part] - others
    if slope == 0:
        return 0.0, 1.0
    ends = sorted((cut - others) / slope for cut in (low, high))
    return float(max(0.0, ends[0])), float(min(1.0, ends[1]))


def leave_one_out(
    scores: ArrayLike, weights: ArrayLike | None = None, *, method: str = "arithmetic", parameter: float | None = None
) -> Array:
    """What the whole would be without each part in turn.

    Parameters
    ----------
    scores, weights : array
        Of one node.
    method : str
        How it is combined: a word of :data:`~cpas.methods.combine.COMBINATIONS`.
    parameter : float, optional
        The number that the method needs, see :data:`~cpas.methods.combine.PARAMETERS`.

    Returns
    -------
    array
        One a part; missing where nothing else is left. Equal to the whole where the part is missing itself.

    Notes
    -----
    Methodology §5.9. Leave-one-out, OECD/JRC Handbook 2008, step 7 (inclusion and exclusion of indicators).

    Examples
    --------
    >>> leave_one_out([80, 50, 20], [0.5, 0.3, 0.2])
    array([38.        , 62.85714286, 68.75      ])
    """
    parts, heavy = _one_node(scores, weights)
    return _without(parts, heavy, method, parameter)


def needed_change(scores: ArrayLike, weights: ArrayLike | None = None, *, cut: float) -> Array:
    """How far each part alone must move for the mean to reach a cut point.

    ``Δ_i = (cut - mean) Σ w / w_i``

    Parameters
    ----------
    scores, weights : array
        Of one node, combined by a weighted arithmetic mean.
    cut : float
        The cut point, in points of score.

    Returns
    -------
    array
        Signed points of score, one a part: more than is left to 100 means the part cannot do it alone. Missing where
        the part is missing or weighs nothing.

    Notes
    -----
    Methodology §5.9. Closed form of threshold distance for linear nodes (cpas extension).

    Examples
    --------
    >>> needed_change([80, 50, 20], [0.5, 0.3, 0.2], cut=62).round(6)
    array([ 6., 10., 15.])
    """
    parts, heavy = _one_node(scores, weights)
    present = np.where(np.isnan(parts), np.nan, heavy)
    share = np.where(present > 0, present, np.nan) / np.nansum(present)
    return np.asarray((cut - float(arithmetic(parts, heavy))) / share)


def _one_node(scores: ArrayLike, weights: ArrayLike | None) -> tuple[Array, Array]:
    parts, heavy = lined_up(scores, weights, 0)
    if parts.ndim != 1:
        raise MethodError(f"One node at a time: scores of one dimension, not {parts.ndim}.")
    return parts, heavy


def _without(parts: Array, heavy: Array, method: str = "arithmetic", parameter: float | None = None) -> Array:
    # One column for each part left out.
    columns = np.where(np.eye(len(parts), dtype=bool), np.nan, parts[:, np.newaxis])
    combined: Array = segment_combine(method, columns, heavy, [0], parameter=parameter)[0]
    return combined
