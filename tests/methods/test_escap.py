"""ESCAP's current status and anticipated progress."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError, NoDistanceError
from cpas.methods import escap

numbers = st.floats(-1e4, 1e4)
distances = st.floats(1, 1e3)


@given(numbers, numbers, distances)
def test_status_mirrors(value, baseline, distance):
    """Negating all values and swapping the direction changes neither index."""
    target = baseline + distance
    given_ = {"baseline": baseline, "target": target, "better": "higher"}
    mirrored = {"baseline": -baseline, "target": -target, "better": "lower"}

    assert escap.current_status(value, **given_) == escap.current_status(-value, **mirrored)
    assert escap.anticipated_progress(value, **given_) == escap.anticipated_progress(-value, **mirrored)


@given(numbers, numbers, distances)
def test_gap_and_status_are_two_sides(value, baseline, distance):
    """What is not done is the gap: CS = 10 - P / 10, as long as the target is not passed."""
    given_ = {"baseline": baseline, "target": baseline + distance, "better": "higher"}
    status, gap = escap.current_status(value, **given_), escap.anticipated_progress(value, **given_)

    assert status == pytest.approx(10 - gap / 10, rel=1e-9, abs=1e-6)


@given(numbers, st.floats(0.1, 5))
def test_parity_is_the_same_from_both_sides(value, start):
    """A ratio above parity and its mirror below have one status."""
    baseline = 1 - start

    assert escap.parity_status(1 + value, baseline=baseline) == pytest.approx(
        escap.parity_status(1 - value, baseline=2 - baseline), rel=1e-6, abs=1e-6
    )


@given(st.floats(-10, 10), st.floats(-100, 100), st.lists(st.integers(0, 50), min_size=2, unique=True))
def test_a_line_is_carried_on(slope, level, times):
    """Whatever the weights, a straight line is projected onto itself, in any order of points."""
    when = np.array(times, dtype=float)
    values = level + slope * when

    for weights in (None, np.arange(1, len(times) + 1)):
        expected = escap.projected(values, times=when, at=60, weights=weights)
        assert expected == pytest.approx(level + 60 * slope, rel=1e-6, abs=1e-6)
    backwards = escap.projected(values[::-1], times=when[::-1], at=60)
    assert backwards == pytest.approx(level + 60 * slope, rel=1e-6, abs=1e-6)


def test_recent_points_weigh_more():
    """A turn at the end moves the projection further than under equal weights."""
    values, times = [10, 10, 10, 10, 14], [1, 2, 3, 4, 5]
    recent = escap.projected(values, times=times, at=8)

    assert recent > escap.projected(values, times=times, at=8, weights=[1, 1, 1, 1, 1])


def test_equal_weights_are_ordinary_least_squares():
    """With equal weights the projection is numpy's own straight line."""
    values, times = [3.0, 5.0, 4.0, 8.0], [2015, 2016, 2018, 2019]
    slope, level = np.polyfit(np.array(times) - 2015, values, 1)

    expected = escap.projected(values, times=times, at=2030, weights=[1, 1, 1, 1])
    assert expected == pytest.approx(level + 15 * slope)


def test_missing_values_are_left_out():
    """A missing year neither adds nor takes weight."""
    full = escap.projected([1, 2, 4], times=[1, 2, 4], at=9)

    assert escap.projected([1, 2, np.nan, 4], times=[1, 2, 3, 4], at=9) == full


def test_cap_and_bands():
    """Overshooting counts 10, or more where asked; 10 and 100 belong to the better band."""
    overshot = {"baseline": 0, "target": 100, "better": "higher"}

    assert escap.current_status([150, -50], **overshot).tolist() == [10, -5]
    assert escap.current_status(150, **overshot, capped=False) == 15
    assert escap.anticipated_class([10, 100]).tolist() == ["maintain", "accelerate"]


def test_faulty_requests_are_refused():
    """No distance, one point, a negative weight."""
    with pytest.raises(NoDistanceError):
        escap.current_status(3, baseline=2, target=2, better="higher")
    with pytest.raises(MethodError, match="two or more"):
        escap.projected([1, np.nan], times=[1, 2], at=3)
    with pytest.raises(MethodError, match="two or more"):
        escap.projected([1, 2], times=[1, 2], at=3, weights=[0, 1])
    with pytest.raises(MethodError, match="negative"):
        escap.projected([1, 2], times=[1, 2], at=3, weights=[-1, 1])
