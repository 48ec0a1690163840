"""Bands, kept levels and parity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpas.errors import MethodError, NoDistanceError
from cpas.methods.normalise import band, linear_progress, maintained, parity, parity_ratio

numbers = st.floats(-1e3, 1e3)
widths = st.floats(0.01, 1e3)


@given(numbers, numbers, widths, widths)
def test_mirrored_band(value, low, width, tolerance):
    """A band has no direction: mirrored, it scores the same."""
    one = band(value, low=low, high=low + width, tolerance=tolerance)
    other = band(-value, low=-(low + width), high=-low, tolerance=tolerance)

    assert other == one


@given(numbers, numbers, widths, widths)
def test_band_is_between_0_and_100(value, low, width, tolerance):
    """With a tolerance a score is in bounds, and 100 only inside."""
    score = band(value, low=low, high=low + width, tolerance=tolerance)

    assert 0 <= score <= 100
    assert score == 100 or not low <= value <= low + width


@given(numbers, numbers, widths, widths, st.floats(0.01, 100))
def test_band_in_another_unit(value, low, width, tolerance, factor):
    """A unit does not matter."""
    one = band(value, low=low, high=low + width, tolerance=tolerance)
    other = band(factor * value, low=factor * low, high=factor * (low + width), tolerance=factor * tolerance)

    assert other == pytest.approx(one, abs=1e-6)


@given(numbers, numbers, numbers)
def test_way_back_to_a_point_is_linear_progress(value, baseline, level):
    """A band of one point, approached from one side, is a target."""
    assume(abs(baseline - level) > 1e-3 and (value - level) * (baseline - level) >= 0)
    back = band(value, low=level, high=level, baseline=baseline)

    assert back == pytest.approx(linear_progress(value, baseline=baseline, target=level), abs=1e-6)


def test_beyond_the_other_edge_counts_as_far():
    """Falling out on the other side is no success: the distance counts, not the direction."""
    assert band([70, 30], low=40, high=60, baseline=80).tolist() == [50.0, 50.0]


def test_tolerance_decides_where_both_are_given():
    """The tolerance is a declaration, the baseline where things happened to stand."""
    assert band(70, low=40, high=60, baseline=80, tolerance=40) == 75.0


def test_missing_value_in_a_band():
    """Silence is not inside."""
    assert np.isnan(band(None, low=40, high=60, tolerance=5))
    assert np.isnan(band(None, low=40, high=60, baseline=80))


def test_baseline_inside_and_value_outside():
    """From inside there is no way back to measure a fall with."""
    with pytest.raises(NoDistanceError, match="Give a tolerance"):
        band([50, 70], low=40, high=60, baseline=50)


def test_unknown_baseline():
    """Inside is 100 wherever it began; outside, nothing is known."""
    np.testing.assert_array_equal(band([50, 70], low=40, high=60, baseline=None or np.nan), [100.0, np.nan])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"low": 40, "high": 60}, "needs a tolerance, or a baseline"),
        ({"low": 60, "high": 40, "tolerance": 5}, "above the high edge"),
        ({"low": 40, "high": 60, "tolerance": 0}, "must be above zero"),
    ],
)
def test_band_refuses(options, match):
    """A band says where it lies and how far out is nothing."""
    with pytest.raises(MethodError, match=match):
        band(70, **options)


@given(numbers, numbers, widths)
def test_mirrored_level(value, target, tolerance):
    """A kept level mirrored, with its direction, scores the same."""
    assert maintained(value, target=target, better="higher", tolerance=tolerance) == maintained(
        -value, target=-target, better="lower", tolerance=tolerance
    )


def test_level_without_tolerance():
    """Met or not met; missing is neither."""
    kept = maintained([100, 101, 99.9, None], target=100, better="higher")

    np.testing.assert_array_equal(kept, [100.0, 100.0, 0.0, np.nan])


def test_level_needs_a_direction():
    """A kept level is met from one side; between two it is a band."""
    with pytest.raises(MethodError, match="'inside'"):
        maintained(5, target=5, better="inside")


@given(st.floats(0, 1e6), st.floats(0.01, 1e6))
def test_parity_has_no_first_group(one, other):
    """Whichever group is named first, in whatever unit, parity is the same and in bounds."""
    assert parity(one, other) == parity(other, one)
    assert parity(3 * one, 3 * other) == pytest.approx(parity(one, other))
    assert 0 <= parity(one, other) <= 100


@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6))
def test_parity_is_the_inverse_of_its_ratio(one, other):
    """Statistics Canada's ratio and the score are one thing."""
    assert parity(one, other) * parity_ratio(one, other) == pytest.approx(100)


def test_parity_of_nothing():
    """Two zeros are not equal shares of something."""
    with pytest.raises(MethodError, match="nothing to compare"):
        parity([1, 0], [1, 0])
    with pytest.raises(MethodError, match="without end"):
        parity_ratio(1, 0)
    with pytest.raises(MethodError, match="negative"):
        parity(-1, 1)
