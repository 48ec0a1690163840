"""Weights from the data: what tells units apart weighs more.

They measure how far indicators differ, not how much they matter, and change with the sample. For looking at a
published index; whoever uses one in a plan declares the numbers it gave.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite, refuse_where

__all__ = ["critic", "entropy", "sample_table", "standard_deviation"]


def entropy(sample: ArrayLike) -> Array:
    """Weights by Shannon entropy: an indicator that is the same everywhere weighs nothing.

    ``p_ij = x_ij / Σ_i x_ij``; ``E_j = -Σ_i p ln p / ln m``; ``w_j = (1 - E_j) / Σ (1 - E)``.

    Parameters
    ----------
    sample : array, units × indicators
        Raw values on a ratio scale, not negative. Nothing missing.

    Returns
    -------
    array of indicators
        Not negative, adding up to 1.

    Raises
    ------
    MethodError
        If a value is negative or missing, an indicator is zero throughout, or none tells units apart.

    Notes
    -----
    Methodology §5.4. Shannon 1948; Elsayed, Dawood and Karthikeyan 2017 (Int. J. Eng. Trends Technol. 46).

    Examples
    --------
    The first indicator is the same for all.

    >>> entropy([[1, 2], [1, 4], [1, 6]])
    array([0., 1.])
    """
    table = sample_table(sample)
    refuse_where(table < 0, table, what="value", why="has no share: entropy needs amounts")
    totals = table.sum(axis=0)
    refuse_where(totals == 0, totals, what="total", why="leaves no shares: the indicator is zero throughout")
    shares = table / totals
    logs = np.log(np.where(shares > 0, shares, 1.0))  # p ln p is 0 at 0
    evenness = -(shares * logs).sum(axis=0) / np.log(len(table))
    return _proportional(np.where(np.ptp(table, axis=0) == 0, 0.0, np.maximum(1 - evenness, 0.0)))


def critic(sample: ArrayLike) -> Array:
    """Weights by contrast and conflict: what differs, and what others do not already say.

    ``C_j = σ_j Σ_k (1 - r_jk)``, on values scaled between their least and greatest; ``w_j = C_j / Σ C``.

    Parameters
    ----------
    sample : array, units × indicators
        Higher better throughout: turn the others round first, or agreement is taken for conflict. Nothing missing.

    Returns
    -------
    array of indicators
        Not negative, adding up to 1.

    Raises
    ------
    MethodError
        If a value is missing, an indicator is the same for all, or all say the same.

    Notes
    -----
    Methodology §5.5. Diakoulaki, Mavrotas and Papayannakis 1995 (Computers & Operations Research 22).

    Examples
    --------
    Two indicators that agree share one weight's worth; the third stands against them.

    >>> critic([[1, 1, 3], [2, 2, 1], [3, 3, 2]]).round(3)
    array([0.25, 0.25, 0.5 ])
    """
    table = sample_table(sample)
    width = np.ptp(table, axis=0)
    refuse_where(width == 0, width, what="range", why="leaves no correlation: the indicator is the same for all")
    scaled = (table - table.min(axis=0)) / width
    conflict = (1 - np.corrcoef(scaled.T).reshape(len(width), -1)).sum(axis=1)
    # Indicators that all say the same differ by rounding only, and rounding is no ground for a weight.
    return _proportional(scaled.std(axis=0, ddof=1) * np.where(conflict > 1e-9, conflict, 0.0))


def standard_deviation(sample: ArrayLike) -> Array:
    """Weights in proportion to the standard deviation.

    ``w_j = σ_j / Σ σ``

    Parameters
    ----------
    sample : array, units × indicators
        On one scale already, or the unit decides the weight. Nothing missing.

    Returns
    -------
    array of indicators
        Not negative, adding up to 1.

    Raises
    ------
    MethodError
        If a value is missing, or none of the indicators differs.

    Notes
    -----
    Methodology §5.6. Diakoulaki and others 1995; Jahan and Edwards 2013 (Materials & Design 49).

    Examples
    --------
    >>> standard_deviation([[0, 0], [1, 3]])
    array([0.25, 0.75])
    """
    return _proportional(sample_table(sample).std(axis=0, ddof=1))


def sample_table(sample: ArrayLike) -> Array:
    """Return `sample` as a complete table of two or more units.

    Examples
    --------
    >>> sample_table([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    table = finite(sample, what="value")
    if table.ndim != 2 or table.shape[0] < 2 or table.shape[1] < 1:
        raise MethodError(f"Weights from data need two or more units × indicators, not {table.shape}.")
    refuse_where(np.isnan(table), table, what="value", why="is missing: weights from data need every cell")
    return table


def _proportional(parts: Array) -> Array:
    total = parts.sum()
    if not total > 0:
        raise MethodError("No indicator tells units apart, so the data cannot weigh them: give weights.")
    return np.asarray(parts / total)
