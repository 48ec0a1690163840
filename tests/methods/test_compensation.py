"""Generalised mean and mean–min."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.combine import arithmetic, generalised, geometric, harmonic, mean_min, minimum

parts = st.lists(st.floats(0, 100).filter(lambda score: score == 0 or score > 1e-3), min_size=1, max_size=6)
powers = st.floats(-50, 50)


@given(parts, powers, powers)
def test_lower_power_compensates_less(values, one, other):
    """The mean rises with its power, and stays between the parts."""
    low, high = (generalised(values, power=power) for power in sorted([one, other]))

    assert min(values) - 1e-9 <= low <= high + 1e-7
    assert high <= max(values) + 1e-9


@given(parts)
def test_named_means_are_powers(values):
    """1, 0, -1, -∞ and +∞ are the arithmetic, geometric and harmonic mean, the minimum and the maximum."""
    found = [generalised(values, power=power) for power in (1, 0, -1, -np.inf, np.inf)]

    assert found == pytest.approx(
        [arithmetic(values), geometric(values), harmonic(values), min(values), max(values)], abs=1e-9
    )


@given(parts, powers, st.integers(0, 5), st.floats(0, 100))
def test_better_part_never_lowers_the_whole(values, power, position, better):
    """Generalised mean and mean–min are monotone."""
    raised = values.copy()
    raised[position % len(values)] = max(better, values[position % len(values)])

    assert generalised(raised, power=power) >= generalised(values, power=power) - 1e-7
    assert mean_min(raised, alpha=0.3) >= mean_min(values, alpha=0.3) - 1e-9


@given(parts, st.sampled_from([-1e-7, -1e-11, 1e-13, 1e-9, 1e-6]))
def test_no_step_at_zero(values, power):
    """Near power 0 the mean is near the geometric one: no cancellation, no overflow."""
    if 0 not in values:
        assert generalised(values, power=power) == pytest.approx(geometric(values), rel=1e-4)


@given(parts, st.floats(0, 1))
def test_mean_min_lies_between(values, alpha):
    """Between the mean and the minimum, which are its ends."""
    assert minimum(values) - 1e-9 <= mean_min(values, alpha=alpha) <= arithmetic(values) + 1e-9
    assert mean_min(values, alpha=0) == arithmetic(values)
    assert mean_min(values, alpha=1) == minimum(values)


def test_golden_vector():
    """Methods page, golden vectors: power -5, as printed."""
    assert round(generalised([80, 50, 20], [0.5, 0.3, 0.2], power=-5), 4) == 27.4974


def test_extreme_powers_stay_numbers():
    """Nothing overflows on the way to the minimum or the maximum."""
    assert generalised([80, 50, 20], power=-1e6) == pytest.approx(20, rel=1e-4)
    assert generalised([80, 50, 20], power=1e6) == pytest.approx(80, rel=1e-4)


def test_missing_and_columns():
    """Missing parts drop out of their own column; of nothing there is no mean."""
    table = [[80.0, np.nan], [np.nan, np.nan], [20.0, np.nan]]

    np.testing.assert_allclose(generalised(table, power=2), [np.sqrt((6400 + 400) / 2), np.nan])
    np.testing.assert_allclose(mean_min(table, alpha=0.5), [35.0, np.nan])


def test_zero_parts():
    """One zero is zero for powers up to 0; above, zeros only are."""
    assert [generalised([0, 100], power=power) for power in (-2, 0)] == [0.0, 0.0]
    assert generalised([0, 100], power=2) == pytest.approx(100 / np.sqrt(2))
    assert generalised([0, 0], power=2) == 0.0
    assert generalised([0, 100], [0, 1], power=-2) == pytest.approx(100)


def test_refusals():
    """Negative scores, no power, no share."""
    with pytest.raises(MethodError, match="no generalised mean"):
        generalised([-1, 2], power=2)
    with pytest.raises(MethodError, match="needs a power"):
        generalised([1, 2], power=np.nan)
    with pytest.raises(MethodError, match="between 0"):
        mean_min([1, 2], alpha=1.5)
