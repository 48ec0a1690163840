"""Changes and their words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods import trend

numbers = st.floats(-1e6, 1e6)
scales = st.sampled_from([0.5, 2.0, 1024.0])
OPPOSITE = {
    "improving": "worsening",
    "worsening": "improving",
    "stable": "stable",
    "insufficient data": "insufficient data",
}


@given(numbers, numbers, scales)
def test_percent_change_has_no_unit(value, before, scale):
    """Scaling the unit leaves a change in per cent unchanged, and scales one in points."""
    np.testing.assert_equal(trend.change(value * scale, before * scale), trend.change(value, before))
    assert trend.change(value * scale, before * scale, measure="points") == scale * trend.change(
        value, before, measure="points"
    )


@given(st.lists(numbers, min_size=1), st.floats(0, 100))
def test_direction_mirrors(changes, least):
    """Negating the changes and swapping the direction keeps every word; swapping alone mirrors it."""
    words = trend.direction(changes, better="higher", min_change=least)
    mirrored = trend.direction([-change for change in changes], better="lower", min_change=least)

    assert words.tolist() == mirrored.tolist()
    swapped = trend.direction(changes, better="lower", min_change=least)
    assert [OPPOSITE[word] for word in words] == swapped.tolist()


@given(numbers, numbers, st.integers(1, 366))
def test_equal_lengths_change_nothing(value, before, days):
    """Per day, over periods of one length, the change in per cent is that of the totals."""
    assert trend.change(value, before, days=(days, days)) == pytest.approx(
        trend.change(value, before), nan_ok=True, rel=1e-9, abs=1e-6
    )


@given(numbers, numbers)
def test_change_is_never_infinite(value, before):
    """A change in per cent is a finite number or missing."""
    assert not math.isinf(trend.change(value, before))


def test_change_from_zero_is_missing():
    """From nothing to something is no percentage; in points it is."""
    assert math.isnan(trend.change(5, 0))
    assert math.isnan(trend.change(0, 0))
    assert trend.change(5, 0, measure="points") == 5


def test_rise_from_a_negative_value_is_positive():
    """From −4 to −2 is a rise of half."""
    assert trend.change(-2, -4) == 50


def test_missing_stays_missing():
    """A missing value gives a missing change and no word."""
    assert math.isnan(trend.change(None, 3))
    assert trend.direction(None, better="higher", min_change=1) == "insufficient data"


def test_no_minimum_change_no_word():
    """Where nobody said which change counts, there is no word."""
    assert trend.direction(50.0, better="higher", min_change=None) == "insufficient data"


def test_minimum_change_counts():
    """A change of just the minimum counts; no change at all is stable even where the minimum is 0."""
    assert trend.direction([5, 4.9, -5], better="higher", min_change=5).tolist() == [
        "improving",
        "stable",
        "worsening",
    ]
    assert trend.direction(0.0, better="higher", min_change=0) == "stable"


@pytest.mark.parametrize("better", ["inside", "neutral", "ambiguous", "up"])
def test_directions_without_a_side_are_refused(better):
    """Only higher and lower make a change good or bad."""
    with pytest.raises(MethodError, match=better):
        trend.direction(1.0, better=better, min_change=1)


def test_faulty_requests_are_refused():
    """An unknown measure, a period of no days, a negative minimum."""
    with pytest.raises(MethodError, match="'ratio'"):
        trend.change(1, 2, measure="ratio")
    with pytest.raises(MethodError, match="positive number of days"):
        trend.change(1, 2, days=(90, 0))
    with pytest.raises(MethodError, match="not negative"):
        trend.direction(1.0, better="higher", min_change=-1)
