"""Principal components, and the weights that are taken from them.

They correct for indicators that say the same; they do not measure importance (OECD/JRC Handbook 2008, step 6.1).
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import refuse_where
from cpas.methods.contrast import sample_table

__all__ = ["Components", "component_weights", "factor_weights", "principal_components", "varimax"]


class Components(NamedTuple):
    """What :func:`principal_components` finds; the component that explains most comes first."""

    #: Variance of each component; they add up to the number of indicators.
    eigenvalues: Array
    #: Share of the variance of each component.
    explained: Array
    #: Indicators × components, of length 1 each, turned so that their entries do not add up to less than zero.
    vectors: Array

    @property
    def loadings(self) -> Array:
        """Correlation of each indicator with each component: ``vector · sqrt(eigenvalue)``."""
        return self.vectors * np.sqrt(self.eigenvalues)


def principal_components(sample: ArrayLike) -> Components:
    """Principal components of standardised indicators: eigenvectors of their correlation matrix.

    Parameters
    ----------
    sample : array, units × indicators
        Raw values, nothing missing; turn them so that higher is better.

    Raises
    ------
    MethodError
        If a value is missing, or an indicator is the same for all.

    Notes
    -----
    Methodology §5.7. OECD/JRC Handbook 2008, step 4 and step 6.1. The sign of a component has no meaning.

    Examples
    --------
    >>> principal_components([[1, 2.0], [2, 4.1], [3, 5.9]]).explained.round(3)
    array([1., 0.])
    """
    table = sample_table(sample)
    width = np.ptp(table, axis=0)
    refuse_where(width == 0, width, what="range", why="leaves no correlation: the indicator is the same for all")
    values, vectors = np.linalg.eigh(np.corrcoef(table.T).reshape(len(width), -1))
    values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
    turned = vectors * np.where(vectors.sum(axis=0) < 0, -1.0, 1.0)
    return Components(eigenvalues=values, explained=values / values.sum(), vectors=turned)


def component_weights(sample: ArrayLike) -> Array:
    """Weights by the first principal component: its entries, scaled to add up to 1.

    ``w_j = v_j / Σ v``, v the eigenvector of the correlation matrix with the greatest eigenvalue.

    Parameters
    ----------
    sample : array, units × indicators
        As in :func:`principal_components`.

    Raises
    ------
    MethodError
        If an entry is negative: the indicators have no one direction, and weights below zero none either.

    Notes
    -----
    Methodology §5.7. OECD/JRC Handbook 2008, step 6.1.

    Examples
    --------
    >>> component_weights([[1, 2], [2, 5], [3, 6]]).round(2)
    array([0.5, 0.5])
    """
    first = principal_components(sample).vectors[:, 0]
    refuse_where(first < 0, first, what="loading", why="gives no weight: leave the indicator out, or turn it round")
    return np.asarray(first / first.sum())


def factor_weights(sample: ArrayLike, *, factors: int) -> Array:
    """Weights by squared, rotated loadings: each indicator counts in the factor it loads on most.

    Loadings of the first components are rotated (:func:`varimax`), squared, and scaled to add up to 1 in each
    factor; an indicator takes its share of the factor where that is greatest, times the factor's share of the variance
    explained; weights are scaled to add up to 1.

    Parameters
    ----------
    sample : array, units × indicators
        As in :func:`principal_components`.
    factors : int
        How many to keep: the Handbook keeps those with an eigenvalue near or above 1, each explaining more than 10 %,
        together more than 60 %.

    Returns
    -------
    array of indicators
        Not negative, adding up to 1.

    Raises
    ------
    MethodError
        If there are fewer indicators than factors.

    Notes
    -----
    Methodology §5.7. OECD/JRC Handbook 2008, step 6.1, after Nicoletti, Scarpetta and Boylaud 2000. Its table 18 gives
    the TAI 0.17, 0.15, 0.11, 0.07, 0.08, 0.12, 0.14, 0.16, from four factors.

    Examples
    --------
    >>> factor_weights([[1, 2, 5], [2, 4, 1], [3, 7, 4], [4, 8, 2]], factors=2).round(3)
    array([0.325, 0.339, 0.335])
    """
    found = principal_components(sample)
    if not 1 <= factors <= len(found.eigenvalues):
        raise MethodError(f"{factors} factors cannot be kept of {len(found.eigenvalues)}.", factors=factors)
    squared = varimax(found.loadings[:, :factors]) ** 2
    explained = squared.sum(axis=0)
    shares = squared / explained
    home = shares.argmax(axis=1)
    weights = shares[np.arange(len(shares)), home] * (explained / explained.sum())[home]
    return np.asarray(weights / weights.sum())


def varimax(loadings: ArrayLike, *, sweeps: int = 1000) -> Array:
    """Rotate loadings so that each indicator loads on few factors.

    Raises the variance of squared loadings within factors, rows scaled to length 1 meanwhile (Kaiser 1958).

    Parameters
    ----------
    loadings : array, indicators × factors
        From :attr:`Components.loadings`.
    sweeps : int
        At most, over all pairs of factors; a few are enough.

    Raises
    ------
    MethodError
        If an indicator loads on no factor.

    Notes
    -----
    Methodology §5.7. Kaiser 1958 (Psychometrika 23). What the factors explain of an indicator stays as it is.

    Examples
    --------
    >>> abs(varimax([[0.8, 0.6], [0.6, -0.8]])).round(2)
    array([[1., 0.],
           [0., 1.]])
    """
    given = np.asarray(loadings, dtype=np.float64)
    length = np.sqrt((given**2).sum(axis=1, keepdims=True))
    refuse_where(length == 0, length, what="communality", why="leaves nothing to rotate: keep more factors")
    turned = given / length
    pairs = list(itertools.combinations(range(given.shape[1]), 2))
    for _ in range(sweeps):
        angles = [_rotate(turned, one, other) for one, other in pairs]
        if max(map(abs, angles), default=0.0) < 1e-14:
            break
    return np.asarray(turned * length)


def _rotate(turned: Array, one: int, other: int) -> float:
    """Turn two factors by Kaiser's angle, in place, and return it."""
    x, y = turned[:, one].copy(), turned[:, other].copy()
    u, v = x**2 - y**2, 2 * x * y
    above = 2 * (u * v).sum() - 2 * u.sum() * v.sum() / len(x)
    below = (u**2 - v**2).sum() - (u.sum() ** 2 - v.sum() ** 2) / len(x)
    angle = float(np.arctan2(above, below)) / 4
    turned[:, one] = x * np.cos(angle) + y * np.sin(angle)
    turned[:, other] = y * np.cos(angle) - x * np.sin(angle)
    return angle
