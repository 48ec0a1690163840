"""Outranking matrix and Copeland score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cpas.errors import MethodError
from cpas.methods.combine import copeland, outranking_matrix

tables = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.integers(0, 4).map(float))


@given(tables)
def test_pairs_share_one(table):
    """What one wins the other loses; nobody beats himself; victories and defeats balance."""
    matrix = outranking_matrix(table)

    np.testing.assert_allclose(matrix + matrix.T, 1 - np.eye(len(table)))
    assert np.diag(matrix).tolist() == [0.0] * len(table)
    assert copeland(matrix).sum() == 0


@given(tables)
def test_only_order_and_proportions_count(table):
    """Neither a rising scale nor a factor on weights changes anything; mirrored scores turn it round."""
    matrix = outranking_matrix(table)

    np.testing.assert_allclose(outranking_matrix(np.exp(table), np.full(table.shape[1], 7.0)), matrix)
    np.testing.assert_allclose(outranking_matrix(-table), matrix.T)


@given(tables, st.data())
def test_better_score_never_lowers_its_unit(table, data):
    """Copeland is monotone in a unit's own indicators."""
    unit = data.draw(st.integers(0, len(table) - 1))
    raised = table.copy()
    raised[unit, data.draw(st.integers(0, table.shape[1] - 1))] += 2

    assert copeland(outranking_matrix(raised))[unit] >= copeland(outranking_matrix(table))[unit]


def test_golden_vector():
    """Methods page, golden vectors: Copeland of (3,1,2), (2,3,3), (1,2,1) is 1, 1, -2."""
    matrix = outranking_matrix([[3, 1, 2], [2, 3, 3], [1, 2, 1]], [0.5, 0.3, 0.2])

    assert copeland(matrix).tolist() == [1, 1, -2]


def test_handbook_condorcet():
    """OECD/JRC Handbook 2008, tables 25 and 27: c beats all, then b, d and a."""
    orders = ["abcd"] * 3 + ["acbd"] * 5 + ["bdca"] * 7 + ["cbda"] * 6
    scores = -np.array([[order.index(country) for order in orders] for country in "abcd"])
    matrix = outranking_matrix(scores)

    printed = [[0, 8, 8, 8], [13, 0, 10, 21], [13, 11, 0, 14], [13, 0, 7, 0]]
    np.testing.assert_allclose(21 * matrix, printed)
    assert copeland(matrix).tolist() == [-3, 1, 3, -1]


def test_tai(published, tai):
    """COINr 1.1.14: outranking matrix and Copeland score of 23 countries, equal weights."""
    expected = published("tai_23/coinr_outrank_matrix_equal_weights.csv").set_index("uCode").loc[tai.index]
    points = published("tai_23/coinr_copeland_equal_weights.csv").set_index("uCode").loc[tai.index]
    matrix = outranking_matrix(tai)

    np.testing.assert_allclose(matrix, expected, atol=1e-9)
    np.testing.assert_array_equal(copeland(matrix), points["copeland"])


def test_missing_indicators():
    """A pair is compared on what both have; without anything in common it is not."""
    matrix = outranking_matrix([[3, None], [2, 5], [None, 4]])

    np.testing.assert_array_equal(matrix, [[0, 1, np.nan], [0, 0, 1], [np.nan, 0, 0]])
    assert copeland(matrix).tolist() == [1, 0, -1]


def test_refusals():
    """A table of units × indicators, one weight an indicator, a square matrix."""
    with pytest.raises(MethodError, match="units × indicators"):
        outranking_matrix([1, 2, 3])
    with pytest.raises(MethodError, match="negative"):
        outranking_matrix([[1, 2]], [1, -1])
    with pytest.raises(MethodError, match="one for each"):
        outranking_matrix([[1, 2]], [1, 1, 1])
    with pytest.raises(MethodError, match="square"):
        copeland([[0, 1]])
