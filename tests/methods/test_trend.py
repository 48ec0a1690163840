"""Changes and their words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods import trend

# Below, halving a number would lose a bit of it.
numbers = st.floats(-1e6, 1e6).map(lambda x: x if abs(x) > 1e-300 else 0.0)
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


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 366))
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


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=12), st.integers(0, 50))
def test_words_of_a_series_mirror(values, least):
    """Negated with the direction swapped a series keeps its word; read backwards it has the opposite."""
    options = {"min_change": least, "min_points": 4}
    word = trend.in_words(values, better="higher", **options)

    assert trend.in_words([-value for value in values], better="lower", **options) == word
    assert trend.in_words(values[::-1], better="higher", **options) == OPPOSITE[word]


def test_a_trend_needs_points_and_a_minimum():
    """Too few points, or no minimum change said: insufficient data; missing values are no points."""
    rising = [1, 2, 3, 4, 5, 6]

    assert trend.in_words(rising, better="higher", min_change=2, min_points=6) == "improving"
    assert trend.in_words(rising, better="higher", min_change=2, min_points=7) == "insufficient data"
    assert trend.in_words(rising, better="higher", min_change=None, min_points=3, level=0.05) == "insufficient data"
    gap = [1, None, 3, None, 5, 6]
    assert trend.in_words(gap, better="higher", min_change=2, min_points=5) == "insufficient data"
    with pytest.raises(MethodError, match="Two points"):
        trend.in_words(rising, better="higher", min_change=2, min_points=2)


def test_a_level_asks_the_test_first():
    """A slope that Mann–Kendall does not see is stable where a level is asked for."""
    noisy = [1, 9, 2, 8, 5, 7]

    assert trend.in_words(noisy, better="higher", min_change=1, min_points=4) == "improving"
    assert trend.in_words(noisy, better="higher", min_change=1, min_points=4, level=0.05) == "stable"
