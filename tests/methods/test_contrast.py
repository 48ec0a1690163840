"""Entropy, CRITIC and standard-deviation weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cpas.errors import MethodError
from cpas.methods.weights import critic, entropy, standard_deviation

tables = arrays(
    np.float64, st.tuples(st.integers(3, 6), st.integers(2, 4)), elements=st.integers(1, 50).map(float)
).filter(lambda table: np.all(np.ptp(table, axis=0) > 0))
methods = st.sampled_from([entropy, critic, standard_deviation])


def weighed(method, table):
    """Return the weights, leaving out tables whose indicators all say the same."""
    try:
        return method(table)
    except MethodError:
        assume(False)


@given(methods, tables)
def test_weights_are_shares(method, table):
    """Weights are not negative and add up to one."""
    found = weighed(method, table)

    assert found.min() >= 0
    assert found.sum() == pytest.approx(1)


@given(methods, tables, st.randoms(use_true_random=False))
def test_order_does_not_matter(method, table, random):
    """Permuted units change nothing; permuted indicators permute their weights."""
    units, columns = (random.sample(range(size), size) for size in table.shape)
    found = weighed(method, table)

    np.testing.assert_allclose(method(table[units]), found, atol=1e-9)
    np.testing.assert_allclose(method(table[:, columns]), found[columns], atol=1e-9)


@given(st.sampled_from([entropy, critic]), tables, st.floats(0.01, 100))
def test_unit_of_an_indicator_does_not_matter(method, table, factor):
    """Entropy and CRITIC are free of units; the standard deviation is not."""
    scaled = table * np.r_[factor, np.ones(table.shape[1] - 1)]

    found = weighed(method, table)

    np.testing.assert_allclose(method(scaled), found, atol=1e-9)


def case(published, name):
    """Return one published case."""
    return next(each for each in published("mcdm_published_examples/cases.json")["cases"] if each["id"] == name)


def test_elsayed_entropy(published):
    """Elsayed, Dawood and Karthikeyan 2017, entropy weights, six decimals."""
    example = case(published, "EntropyWeights")

    np.testing.assert_allclose(entropy(example["matrix"]), example["published_output"], atol=6e-7)


def test_tus_critic(published):
    """Tuş and Adalı 2019 (Opsearch 56), CRITIC weights, three decimals."""
    example = case(published, "CRITICWeights")

    np.testing.assert_allclose(critic(example["matrix"]), example["published_output"], atol=5.1e-4)


def test_jahan_standard_deviation(published):
    """Jahan and Edwards 2013 (Materials & Design 49), standard-deviation weights, two decimals."""
    example = case(published, "STDWeights")

    assert standard_deviation(example["matrix"]).round(2).tolist() == example["published_output"]


def test_golden_vector():
    """Methods page, golden vectors: entropies 1 and 0.9206, so all the weight is the second's."""
    assert entropy([[1, 2], [1, 4], [1, 6]]).tolist() == [0.0, 1.0]
    shares = np.array([2, 4, 6]) / 12
    assert round(-(shares * np.log(shares)).sum() / np.log(3), 4) == 0.9206


def test_zero_has_no_part_in_entropy():
    """An amount of nothing adds nothing (p ln p is 0), without a warning."""
    assert entropy([[0, 1], [1, 1]]).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("method", "table", "match"),
    [
        (entropy, [[1, -1], [1, 2]], "needs amounts"),
        (entropy, [[1, 0], [2, 0]], "zero throughout"),
        (entropy, [[1, 2], [1, 2]], "give weights"),
        (critic, [[1, 2], [1, 3]], "position 0 leaves no correlation"),
        (critic, [[1, 1], [2, 2]], "give weights"),
        (standard_deviation, [[1, 2], [1, 2]], "give weights"),
        (standard_deviation, [[1, None], [1, 2]], "every cell"),
        (standard_deviation, [[1, 2]], "two or more units"),
    ],
)
def test_data_that_cannot_weigh(method, table, match):
    """Where data do not tell units apart, they say nothing about weights."""
    with pytest.raises(MethodError, match=match):
        method(table)
