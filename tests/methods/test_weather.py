"""Weather symbols."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods import weather

series = st.lists(st.integers(-1000, 1000), min_size=6, max_size=12)


@given(series, st.integers(-1000, 1000), st.integers(1, 20))
def test_mirrored_series_have_one_symbol(values, target, left):
    """Negating values and target and swapping the direction leaves the symbol."""
    when = len(values) - 1 + left
    symbol = weather.symbol(values, target=target, target_time=when, better="higher")

    mirrored = weather.symbol([-value for value in values], target=-target, target_time=when, better="lower")
    assert mirrored == symbol


@given(series, st.integers(-1000, 1000), st.integers(1, 20))
def test_unit_and_origin_change_nothing(values, target, left):
    """Values in another unit, shifted, have the same symbol."""
    when = len(values) - 1 + left
    symbol = weather.symbol(values, target=target, target_time=when, better="higher")

    moved = weather.symbol(
        [4 * value + 64 for value in values], target=4 * target + 64, target_time=when, better="higher"
    )
    assert moved == symbol


@given(series)
def test_only_the_last_six_points_count(values):
    """What was before the last five changes has no say."""
    assert weather.yearly_change([9, 8, *values]) == weather.yearly_change(values)
    assert weather.yearly_change(values[-6:]) == pytest.approx(np.diff(values[-6:]).mean())


@pytest.mark.parametrize(
    ("target", "symbol"),
    [(15, "sun"), (15.25, "sun"), (15.3, "sun and cloud"), (16.2, "sun and cloud"), (16.3, "cloud"), (99, "cloud")],
)
def test_cuts(target, symbol):
    """Rising by 1 a year to 10, five years left: missed by less than 5 % of the gap, up to 20 %, more."""
    found = weather.symbol([5, 6, 7, 8, 9, 10], target=target, target_time=10, better="higher")

    assert found == symbol


def test_no_change_and_the_wrong_way():
    """A constant distance and a growing one are a thunderstorm; a target met and kept is sun."""
    assert weather.symbol([5] * 6, target=6, target_time=10, better="higher") == "thunderstorm"
    assert weather.symbol([10, 9, 8, 7, 6, 5], target=20, target_time=10, better="higher") == "thunderstorm"
    assert weather.symbol([5] * 6, target=4, target_time=10, better="higher") == "sun"


def test_too_few_points():
    """Five points make four changes: no symbol; a missing year is not a point."""
    assert weather.symbol([1, 2, 3, 4, 5], target=6, target_time=10, better="higher") == "insufficient data"
    gap = [1, 2, np.nan, 4, 5, 6]
    assert weather.symbol(gap, target=6, target_time=10, better="higher") == "insufficient data"
    assert weather.yearly_change([0, *gap]) == 1


def test_faulty_times_are_refused():
    """A target year that is past, and years out of order."""
    with pytest.raises(MethodError, match="target year"):
        weather.symbol([1, 2, 3, 4, 5, 6], target=9, target_time=5, better="higher")
    with pytest.raises(MethodError, match="does not come after"):
        weather.yearly_change([1, 2, 3, 4, 5, 6], times=[1, 2, 3, 5, 4, 6])
