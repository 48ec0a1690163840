"""Who is better on more of the weight: the outranking matrix and Copeland's score.

They compare units with one another, so they belong to published indices and never to the score of a plan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite
from cpas.methods.segments import checked_weights

__all__ = ["copeland", "outranking_matrix"]


def outranking_matrix(scores: ArrayLike, weights: ArrayLike | None = None) -> Array:
    """Share of the weight on which each unit beats each other, ties counting half.

    ``o_ab = Σ w [z_a > z_b] + ½ Σ w [z_a = z_b]``, over the indicators both units have.

    Parameters
    ----------
    scores : array, units × indicators
        Higher better. Only the order counts.
    weights : array of indicators, optional
        Not negative; equal if not given.

    Returns
    -------
    array, units × units
        ``o_ab + o_ba = 1``; 0 on the diagonal. Missing where two units share no weighted indicator.

    Raises
    ------
    MethodError
        If scores are not a table, or weights are negative, missing or all zero.

    Notes
    -----
    Methodology §6.10. OECD/JRC Handbook 2008, step 6.12 (Condorcet 1785); COINr ``outrankMatrix``.

    Examples
    --------
    >>> outranking_matrix([[3, 1, 2], [2, 3, 3], [1, 2, 1]], [0.5, 0.3, 0.2])
    array([[0. , 0.5, 0.7],
           [0.5, 0. , 1. ],
           [0.3, 0. , 0. ]])
    """
    table = finite(scores, what="score")
    if table.ndim != 2 or table.shape[1] == 0:
        raise MethodError(f"Outranking needs units × indicators, not an array of shape {table.shape}.")
    heavy = checked_weights(
        np.ones(table.shape[1]) if weights is None else weights, table.shape[1:], np.zeros(1, dtype=np.intp)
    )
    won = np.zeros((len(table), len(table)))
    shared = np.zeros_like(won)
    for column, weight in zip(table.T, heavy, strict=True):
        both = ~np.isnan(column)[:, np.newaxis] & ~np.isnan(column)
        ahead = (column[:, np.newaxis] > column) + 0.5 * (column[:, np.newaxis] == column)
        won += weight * np.where(both, ahead, 0.0)
        shared += weight * both
    matrix = np.where(shared > 0, won / np.where(shared > 0, shared, 1.0), np.nan)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def copeland(matrix: ArrayLike) -> Array:
    """Victories less defeats of each unit against every other.

    ``C_a = Σ_b sign(o_ab - ½)``. A pair that cannot be compared is neither.

    Parameters
    ----------
    matrix : array, units × units
        From :func:`outranking_matrix`.

    Returns
    -------
    array of float
        From -(n - 1) to n - 1. A better indicator never lowers a unit's own score.

    Raises
    ------
    MethodError
        If the matrix is not square.

    Notes
    -----
    Methodology §6.10. Copeland 1951; COINr ``a_copeland``.

    Examples
    --------
    >>> copeland(outranking_matrix([[3, 1, 2], [2, 3, 3], [1, 2, 1]], [0.5, 0.3, 0.2]))
    array([ 1.,  1., -2.])
    """
    shares = finite(matrix, what="share")
    if shares.ndim != 2 or shares.shape[0] != shares.shape[1]:
        raise MethodError(f"An outranking matrix is square, not of shape {shares.shape}.")
    lead = shares - 0.5
    victories = np.where(np.abs(lead) < 1e-12, 0.0, np.sign(lead))  # half is met only up to rounding
    np.fill_diagonal(victories, 0.0)
    return np.asarray(np.nansum(victories, axis=1))
