"""Analytic Hierarchy Process."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.weights import RANDOM_INDEX_LATER, analytic_hierarchy, group_judgement, pairwise_weights

importances = st.lists(st.floats(0.1, 10), min_size=1, max_size=7)
judgements = st.lists(st.sampled_from([1 / 9, 1 / 5, 1 / 3, 1 / 2, 1, 2, 3, 5, 9]), min_size=6, max_size=6)


def of(upper):
    """Return the reciprocal matrix of four items from its upper triangle."""
    matrix = np.eye(4)
    matrix[np.triu_indices(4, 1)] = upper
    return np.where(matrix == 0, 1 / np.where(matrix.T == 0, 1, matrix.T), matrix)


@given(importances)
def test_consistent_judgements_give_the_weights_back(importance):
    """Ratios of known weights have these weights, λmax = n and CR = 0."""
    weights = np.array(importance) / sum(importance)
    found = pairwise_weights(weights[:, np.newaxis] / weights)

    np.testing.assert_allclose(found.weights, weights)
    assert found.eigenvalue == pytest.approx(len(weights))
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.consistent


@given(judgements, st.permutations(range(4)))
def test_order_of_items_does_not_matter(upper, order):
    """Permuted items have permuted weights and the same consistency."""
    matrix, order = of(upper), list(order)
    one, other = pairwise_weights(matrix), pairwise_weights(matrix[np.ix_(order, order)])

    np.testing.assert_allclose(other.weights, one.weights[order], atol=1e-9)
    assert other.consistency_ratio == pytest.approx(one.consistency_ratio, abs=1e-9)


@given(judgements)
def test_weights_are_shares(upper):
    """Whatever is judged, weights are above zero and add up to one, and λmax is not below n (Perron)."""
    found = pairwise_weights(of(upper))

    assert found.weights.min() > 0
    assert found.weights.sum() == pytest.approx(1)
    assert found.eigenvalue >= 4 - 1e-9


@given(judgements, judgements)
def test_group_keeps_reciprocity(one, other):
    """The geometric mean of reciprocal judgements is reciprocal (Aczél and Saaty 1983)."""
    group = group_judgement([of(one), of(other)])

    np.testing.assert_allclose(group * group.T, np.ones((4, 4)))


def test_golden_vector():
    """Methods page, golden vectors: three items, as printed."""
    found = pairwise_weights([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])

    assert found.weights.round(4).tolist() == [0.6370, 0.2583, 0.1047]
    assert (round(found.eigenvalue, 4), round(found.consistency_ratio, 4)) == (3.0385, 0.0332)


def test_saaty_drinks(published):
    """Saaty 2008, drinks consumed in the US: weights within 5e-4 and CR 0.022 of the printed three decimals."""
    case = published("mcdm_published_examples/cases.json")["ahp"][0]
    found = pairwise_weights(case["pairwise"], random_index=RANDOM_INDEX_LATER)

    np.testing.assert_allclose(found.weights, case["published_weights"], atol=5e-4)
    assert round(found.consistency_ratio, 3) == case["published_consistency_ratio"]


def test_wang_and_chin(published):
    """Wang and Chin 2011 (Information Sciences 181): the eigenvector of a matrix far from consistent, as printed."""
    cases = published("mcdm_published_examples/cases.json")["cases"]
    case = next(each for each in cases if each["id"] == "AHPWeights")
    found = pairwise_weights(case["matrix"])

    assert found.weights.round(4).tolist() == case["published_output"]
    assert not found.consistent


def test_handbook_matrix():
    """OECD/JRC Handbook 2008, table 20: one expert's eight indicators are consistent, patents and schooling lead."""
    found = pairwise_weights(
        [
            [1, 2, 3, 2, 5, 5, 1, 3],
            [1 / 2, 1, 2, 1 / 2, 4, 4, 1 / 2, 3],
            [1 / 3, 1 / 2, 1, 1 / 4, 2, 2, 1 / 5, 1 / 2],
            [1 / 2, 2, 4, 1, 4, 4, 1 / 2, 3],
            [1 / 5, 1 / 4, 1 / 2, 1 / 4, 1, 1, 1 / 5, 1 / 2],
            [1 / 5, 1 / 4, 1 / 2, 1 / 4, 1, 1, 1 / 5, 1 / 2],
            [1, 2, 5, 2, 5, 5, 1, 4],
            [1 / 3, 1 / 3, 2, 1 / 3, 2, 2, 1 / 4, 1],
        ]
    )
    assert found.consistent
    assert found.weights.argmax() == 6
    assert found.weights[4] == pytest.approx(found.weights[5])


def test_hierarchy_of_any_depth():
    """Global weights multiply along the way and add up to one at each node."""
    same = [[1, 1], [1, 1]]
    found = analytic_hierarchy(
        {
            "goal": (["a", "b"], [[1, 3], [1 / 3, 1]]),
            "a": (["c", "d"], same),
            "c": (["e", "f"], [[1, 4], [1 / 4, 1]]),
        }
    )
    assert found["goal"] == pytest.approx({"e": 0.3, "f": 0.075, "d": 0.375, "b": 0.25})
    assert found["a"] == pytest.approx({"e": 0.4, "f": 0.1, "d": 0.5})


def test_thirds_to_two_digits():
    """0.33 is what people write for 1/3."""
    assert pairwise_weights([[1, 3], [0.33, 1]]).weights == pytest.approx([0.75, 0.25], abs=2e-3)


@pytest.mark.parametrize(
    ("matrix", "match"),
    [
        ([[1, 3], [3, 1]], "judgement of 3 at position 0, 1 is not the inverse"),
        ([[1, 0], [0, 1]], "not above zero"),
        ([[1, None], [None, 1]], "missing"),
        ([[1, -1], [-1, 1]], "not above zero"),
        ([[2, 1], [1, 1]], "not the inverse"),
        ([[1, 2]], "items × items"),
    ],
)
def test_comparisons_refuse(matrix, match):
    """Every pair is compared once, and its mirror follows."""
    with pytest.raises(MethodError, match=match):
        pairwise_weights(matrix)


def test_other_refusals():
    """No group, groups that judge different things, children without comparisons, loops."""
    with pytest.raises(MethodError, match="at least once"):
        group_judgement([])
    with pytest.raises(MethodError, match="the same items"):
        group_judgement([[[1]], [[1, 1], [1, 1]]])
    with pytest.raises(MethodError, match="'goal' has 1 children, but 2"):
        analytic_hierarchy({"goal": (["a"], [[1, 1], [1, 1]])})
    with pytest.raises(MethodError, match="loop"):
        analytic_hierarchy({"a": (["b"], [[1]]), "b": (["a"], [[1]])})


def test_more_items_than_random_indices():
    """Beyond ten items there is no published index here: weights, but no word on consistency."""
    found = pairwise_weights(np.ones((11, 11)))

    assert np.isnan(found.consistency_ratio)
    assert not found.consistent
