"""Weights that people set: equal ones, and points that experts share out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite, refuse_where

__all__ = ["Allocation", "budget_allocation", "equal"]


class Allocation(NamedTuple):
    """What :func:`budget_allocation` finds, one entry an item."""

    #: Mean share of the points, adding up to 1.
    weights: Array
    #: Standard deviation of the share over experts (n - 1): how far they disagree. Missing for one expert.
    deviation: Array


def equal(count: int) -> Array:
    """Weights that are all the same, adding up to 1.

    ``w_j = 1 / n``

    Equal within a node is not equal over the leaves: see :func:`~cpas.methods.effective.effective_weights`.

    Raises
    ------
    MethodError
        If there is nothing to weigh.

    Notes
    -----
    Methodology §5.1. OECD/JRC Handbook 2008, step 6.

    Examples
    --------
    Eight indicators of the TAI weigh 0.13 each, rounded (OECD/JRC Handbook 2008, table 22).

    >>> equal(8).round(3).tolist()[0]
    0.125
    """
    if count < 1:
        raise MethodError(f"There is nothing to weigh: {count} parts.", count=count)
    return np.full(count, 1 / count)


def budget_allocation(points: ArrayLike, *, total: float = 100.0) -> Allocation:
    """Mean of the points that experts share out among the items.

    ``w_j = Σ_e b_ej / (E · total)``

    Parameters
    ----------
    points : array, experts × items
        Not negative; each expert gives out the whole budget.
    total : float
        The budget.

    Raises
    ------
    MethodError
        If an expert's points are missing, negative, or do not add up to the budget: whose slip it was is not guessed.

    Notes
    -----
    Methodology §5.2. OECD/JRC Handbook 2008, step 6.5.

    Examples
    --------
    >>> budget_allocation([[50, 30, 20], [40, 40, 20]]).weights
    array([0.45, 0.35, 0.2 ])
    """
    budgets = finite(points, what="points")
    if budgets.ndim != 2 or 0 in budgets.shape:
        raise MethodError(f"Points come as experts × items, not in an array of shape {budgets.shape}.")
    refuse_where(np.isnan(budgets) | (budgets < 0), budgets, what="number of points", why="cannot be shared out")
    given = budgets.sum(axis=1)
    refuse_where(
        ~np.isclose(given, total, rtol=1e-9, atol=0), given, what="sum of points", why=f"is not the budget of {total:g}"
    )
    shares = budgets / total
    spread = shares.std(axis=0, ddof=1) if len(shares) > 1 else np.full(shares.shape[1], np.nan)
    return Allocation(weights=shares.mean(axis=0), deviation=spread)
