"""Principal components and the Handbook's weights from them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cpas.errors import MethodError
from cpas.methods.weights import component_weights, factor_weights, principal_components, varimax

tables = arrays(np.float64, (8, 4), elements=st.integers(0, 100).map(float)).filter(
    lambda table: np.all(np.ptp(table, axis=0) > 0)
)


@given(tables)
def test_components_take_the_variance_apart(table):
    """Eigenvalues add up to the number of indicators, fall, and give the correlations back."""
    found = principal_components(table)

    assert found.eigenvalues.sum() == pytest.approx(4)
    assert np.all(np.diff(found.eigenvalues) <= 1e-9)
    np.testing.assert_allclose(found.loadings @ found.loadings.T, np.corrcoef(table.T), atol=1e-9)


@given(tables, st.floats(0.01, 100), st.floats(-100, 100))
def test_unit_of_an_indicator_does_not_matter(table, factor, shift):
    """Standardised, kilometres are miles."""
    moved = table * np.array([factor, 1, 1, 1]) + np.array([shift, 0, 0, 0])

    np.testing.assert_allclose(
        principal_components(moved).eigenvalues, principal_components(table).eigenvalues, atol=1e-7
    )


@given(arrays(np.float64, (5, 3), elements=st.integers(1, 9).map(float)))
def test_rotation_leaves_what_is_explained(loadings):
    """Varimax turns the factors; what they explain of each indicator, together, stays."""
    np.testing.assert_allclose((varimax(loadings) ** 2).sum(axis=1), (loadings**2).sum(axis=1))


def test_rotation_of_statsmodels(tai):
    """Statsmodels finds the same rotation, to its own tolerance."""
    rotation = pytest.importorskip("statsmodels.multivariate.factor_rotation")
    loadings = principal_components(tai).loadings[:, :4]
    length = np.sqrt((loadings**2).sum(axis=1, keepdims=True))
    expected = rotation.rotate_factors(loadings / length, "varimax")[0] * length

    np.testing.assert_allclose(np.sort(abs(varimax(loadings))), np.sort(abs(expected)), atol=1e-4)


def test_tai_components(published, tai):
    """R prcomp on the standardised TAI: eigenvalues, shares and vectors to 1e-9, up to the sign."""
    values = published("tai_23/r_pca_eigenvalues.csv")
    vectors = published("tai_23/r_pca_rotation.csv").set_index("iCode").loc[tai.columns].to_numpy()
    found = principal_components(tai)
    turned = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)

    np.testing.assert_allclose(found.eigenvalues, values["eigenvalue"], atol=1e-9)
    np.testing.assert_allclose(found.explained, values["prop"], atol=1e-9)
    np.testing.assert_allclose(found.vectors, turned, atol=1e-9)


def test_handbook_factors(tai):
    """OECD/JRC Handbook 2008, table 17: what four rotated factors explain, 0.38, 0.25, 0.20, 0.17, two decimals.

    The raw table is not the Handbook's to the last digit (README of tai_23), hence a hundredth.
    """
    explained = (varimax(principal_components(tai).loadings[:, :4]) ** 2).sum(axis=0)

    np.testing.assert_allclose(np.sort(explained / explained.sum()), [0.17, 0.20, 0.25, 0.38], atol=0.01)


def test_handbook_weights(tai):
    """OECD/JRC Handbook 2008, table 18 (PC): weights of eight indicators, within 0.015 for the reason above."""
    printed = [0.17, 0.15, 0.11, 0.07, 0.08, 0.12, 0.14, 0.16]

    np.testing.assert_allclose(factor_weights(tai, factors=4), printed, atol=0.015)
    assert factor_weights(tai, factors=4).sum() == pytest.approx(1)


def test_first_component_with_two_directions(tai):
    """Exports run against the first component of the TAI: weights below zero are refused, not hidden."""
    with pytest.raises(MethodError, match="at position 3 gives no weight"):
        component_weights(tai)
    assert component_weights(tai.drop(columns="exports")).sum() == pytest.approx(1)


def test_refusals():
    """An indicator that is the same for all, a missing cell, more factors than indicators, nothing to rotate."""
    with pytest.raises(MethodError, match="same for all"):
        principal_components([[1, 2], [1, 3], [1, 4]])
    with pytest.raises(MethodError, match="every cell"):
        principal_components([[1, None], [2, 3]])
    with pytest.raises(MethodError, match="cannot be kept"):
        factor_weights([[1, 2], [2, 5], [3, 6]], factors=3)
    with pytest.raises(MethodError, match="keep more factors"):
        varimax([[0, 0], [1, 0]])
