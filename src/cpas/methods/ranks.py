"""Places in an order: rank, percentile rank, Borda points.

These compare units with one another. They are for published indices and for looking at data, and never enter the
score of a plan: no verb ranks missions, sections or persons.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError, did_you_mean
from cpas.methods._elementwise import Array, Values, sign_of
from cpas.methods._refusals import finite, refuse_where

__all__ = ["PERCENTILE_RULES", "TIES", "borda", "percentile_rank", "rank"]

#: What equal values get: the lowest place they take together, the mean of their places, or the highest.
TIES: Final[tuple[str, ...]] = ("lowest", "mean", "highest")

#: Share below and half of the equals · rank over n · places below over n - 1.
PERCENTILE_RULES: Final[tuple[str, ...]] = ("midpoint", "rank", "below")


def rank(values: ArrayLike, *, axis: int = 0, better: str = "higher", ties: str = "lowest") -> Values:
    """Place of each unit, 1 for the worst: a higher rank is better.

    ``r_i = 1 + #{j : x_j worse than x_i}``, for ties at the lowest.

    Parameters
    ----------
    values : array
        Units along `axis`. A missing one has no rank and takes no place.
    axis : int
        The axis of units.
    better : "higher" or "lower"
        The direction.
    ties : "lowest", "mean" or "highest"
        What equal values get.

    Raises
    ------
    MethodError
        If fewer than two values are there to compare.

    Notes
    -----
    Methodology §4.7. OECD/JRC Handbook 2008, step 5; COINr ``n_rank`` has ties at the lowest.

    Examples
    --------
    >>> rank([10.0, 12.0, np.nan, 7.1, 7.1])
    array([ 3.,  4., nan,  1.,  1.])
    """
    if ties not in TIES:
        raise MethodError(f"Ties are settled by one of {', '.join(TIES)}, not {ties!r}.", ties=ties)
    ordered = _compared(values, axis, better)
    return np.apply_along_axis(_ranks, axis, ordered, ties)


def percentile_rank(values: ArrayLike, *, axis: int = 0, better: str = "higher", rule: str = "midpoint") -> Values:
    """Share of the units that a unit leaves behind, in per cent.

    ``midpoint``: ``100 (below + equal / 2) / n``, equals counting the unit itself. ``rank``: ``100 r / n``.
    ``below``: ``100 (r - 1) / (n - 1)``, 0 for the worst and 100 for the best. r is the rank with ties at the lowest.

    Parameters
    ----------
    values, axis, better
        As in :func:`rank`.
    rule : "midpoint", "rank" or "below"
        Publishers differ, so it is said.

    Raises
    ------
    MethodError
        If fewer than two values are there to compare.

    Notes
    -----
    Methodology §4.8. "rank" is the OECD/JRC Handbook 2008, table 15; "below" is COINr ``n_prank``; "midpoint" is the
    usual definition in statistics.

    Examples
    --------
    >>> percentile_rank([10.0, 12.0, 7.1, 7.1], rule="rank")
    array([ 75., 100.,  25.,  25.])
    >>> percentile_rank([10.0, 12.0, 7.1, 7.1])
    array([62.5, 87.5, 25. , 25. ])
    """
    if rule not in PERCENTILE_RULES:
        raise MethodError(
            f"No percentile rule is called {rule!r}.{did_you_mean(rule, PERCENTILE_RULES)} "
            f"Known: {', '.join(PERCENTILE_RULES)}.",
            rule=rule,
        )
    places = rank(values, axis=axis, better=better, ties="mean" if rule == "midpoint" else "lowest")
    count = (~np.isnan(places)).sum(axis=axis, keepdims=True)
    if rule == "midpoint":
        return 100 * (places - 0.5) / count
    return 100 * places / count if rule == "rank" else 100 * (places - 1) / (count - 1)


def borda(values: ArrayLike, *, axis: int = 0, better: str = "higher", ties: str = "lowest") -> Values:
    """Borda points: how many units each leaves behind, 0 for the worst.

    ``b_i = #{j : x_j worse than x_i} = r_i - 1``

    Parameters
    ----------
    values, axis, better, ties
        As in :func:`rank`; the points of several indicators are added, with weights if wanted.

    Raises
    ------
    MethodError
        As in :func:`rank`.

    Notes
    -----
    Methodology §4.9. OECD/JRC Handbook 2008, step 6.12 (Borda 1784); COINr ``n_borda``.

    Examples
    --------
    >>> borda([10.0, 12.0, 7.1, 7.1])
    array([2., 3., 0., 0.])
    """
    return rank(values, axis=axis, better=better, ties=ties) - 1


def _compared(values: ArrayLike, axis: int, better: str) -> Array:
    array = sign_of(better) * finite(values, what="value")
    if array.ndim == 0:
        raise MethodError("One value has no rank: give the units it is compared with.")
    count = (~np.isnan(array)).sum(axis=axis)
    refuse_where(count < 2, count, what="count of values", why="is too small: a rank compares two or more")
    return array


def _ranks(column: Array, ties: str) -> Array:
    ordered = np.sort(column[~np.isnan(column)])
    lowest = np.searchsorted(ordered, column, side="left") + 1.0
    highest = np.searchsorted(ordered, column, side="right") + 0.0
    places = {"lowest": lowest, "highest": highest, "mean": (lowest + highest) / 2}[ties]
    return np.where(np.isnan(column), np.nan, places)
