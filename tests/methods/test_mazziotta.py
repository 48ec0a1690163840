"""Mazziotta–Pareto index and its adjusted form."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError, NoDistanceError
from cpas.methods.combine import adjusted_goalposts, adjusted_scale, arithmetic, mazziotta_pareto
from cpas.methods.normalise import reference_from_sample, z_score

parts = st.lists(st.floats(70, 130), min_size=1, max_size=6)


def test_golden_vector():
    """Methods page, golden vectors: (110, 100, 90) with the penalty down and up."""
    found = [round(mazziotta_pareto([110, 100, 90], better=better), 4) for better in ("higher", "lower")]

    assert found == [99.3333, 100.6667]


@given(parts)
def test_imbalance_is_never_rewarded(values):
    """The penalty takes away where higher is better, adds where lower is, and is nothing for equal parts."""
    mean = arithmetic(values)

    assert mazziotta_pareto(values) <= mean + 1e-9
    assert mazziotta_pareto(values, better="lower") >= mean - 1e-9
    assert mazziotta_pareto([mean] * len(values)) == pytest.approx(mean)


@given(parts, st.randoms(use_true_random=False))
def test_order_and_scale_of_weights(values, random):
    """Neither the order of parts nor a factor on their weights matters."""
    shuffled = random.sample(values, len(values))

    assert mazziotta_pareto(shuffled) == pytest.approx(mazziotta_pareto(values))
    assert mazziotta_pareto(values, [3] * len(values)) == pytest.approx(mazziotta_pareto(values))


def test_it_is_not_monotone():
    """A part far ahead costs more balance than it brings: this method does not promise monotony, by design."""
    assert mazziotta_pareto([100, 100, 400]) < mazziotta_pareto([100, 100, 300])


def test_standardised_sample(tai):
    """Standardised around 100 with deviation 10, the units of a sample lie around 100."""
    known = reference_from_sample(tai, population=True)
    index = mazziotta_pareto(z_score(tai, mean=known.mean, deviation=known.deviation, scale=(100, 10)))

    assert index.shape == (23,)
    assert 95 < index.mean() < 100


def test_adjusted_reference_is_100():
    """Whoever has the reference value in every indicator scores 100, in any year."""
    low, high = adjusted_goalposts(reference=[60, 5], low=[40, 1], high=[90, 7])

    assert adjusted_scale([60, 5], low=low, high=high).tolist() == [100.0, 100.0]
    assert mazziotta_pareto(adjusted_scale([60, 5], low=low, high=high, better="higher")) == 100.0


@given(st.floats(-100, 100))
def test_adjusted_directions_mirror(value):
    """Turned round, a score is as far on the other side of 100."""
    up, down = (adjusted_scale(value, low=35, high=85, better=better) for better in ("higher", "lower"))

    assert up + down == pytest.approx(200)


def test_missing_and_refusals():
    """Missing parts drop out; a mean at or below zero has no coefficient of variation; equal goalposts no scale."""
    assert mazziotta_pareto([110, None, 90]) == pytest.approx(99)
    assert np.isnan(mazziotta_pareto([None, None]))
    with pytest.raises(MethodError, match="standardise around 100"):
        mazziotta_pareto([-1, 1])
    with pytest.raises(NoDistanceError):
        adjusted_scale(1, low=2, high=2)
