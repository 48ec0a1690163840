"""Path, pace, required rates and the agreement of concepts."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError, NoDistanceError
from cpas.methods import progress

numbers = st.floats(-1e6, 1e6)


@given(st.floats(-10, 30), st.floats(-10, 30), st.integers(0, 100), st.integers(0, 100))
def test_path_never_falls_where_milestones_rise(first, second, milestone, rise):
    """With rising milestones, later never means less is due."""
    knots = ((0, 0), (5, milestone), (20, milestone + rise))
    earlier, later = sorted([first, second])

    assert progress.path(earlier, knots=knots) <= progress.path(later, knots=knots)


@given(st.floats(0, 8))
def test_milestone_on_the_line_changes_nothing(elapsed):
    """A milestone that lies on the straight path leaves it as it was."""
    straight = progress.path(elapsed, knots=((0, 0), (8, 100)))

    assert progress.path(elapsed, knots=((0, 0), (4, 50), (8, 100))) == pytest.approx(straight, abs=1e-12)


@given(numbers, st.floats(1, 100))
def test_pace_times_path_is_score(score, due):
    """Pace is the score in parts of what was due."""
    assert progress.pace(score, path=due) * due == pytest.approx(score)


def test_path_goes_through_its_knots_and_stays_level():
    """At a knot its score is due; outside, that of the nearest."""
    knots = ((0, 0), (4, 30), (8, 100))

    assert progress.path([-3, 0, 4, 8, 99], knots=knots).tolist() == [0, 0, 30, 100, 100]
    assert progress.path(6, knots=((0, 0), (8, 100))) == 75.0
    assert math.isnan(progress.path(None, knots=knots))


def test_pace_is_missing_where_nothing_was_due():
    """No path, no pace: neither 0 nor infinite."""
    result = progress.pace([10, 0, np.nan, 50], path=[0, 0, 50, np.nan])

    assert np.isnan(result).all()


@pytest.mark.parametrize(
    "knots", [(), ((0, 0), (0, 100)), ((4, 0), (2, 100)), ((0, 0), (8, math.nan)), ((0, 0), (math.inf, 1))]
)
def test_faulty_paths_are_refused(knots):
    """Knots are finite and in strict order."""
    with pytest.raises(MethodError):
        progress.path(1, knots=knots)


@given(numbers, numbers, numbers, st.integers(1, 9), st.floats(-1e3, 1e3))
def test_linear_rate_has_no_unit_and_no_origin(value, baseline, target, elapsed, shift):
    """Mirroring, scaling and shifting all values leaves the rate."""
    if abs(target - baseline) < 1:
        return
    times = {"elapsed": elapsed, "total": 10}
    rate = progress.linear_rate(value, baseline=baseline, target=target, **times)

    assert progress.linear_rate(-value, baseline=-baseline, target=-target, **times) == rate
    assert progress.linear_rate(8 * value, baseline=8 * baseline, target=8 * target, **times) == rate
    assert progress.linear_rate(
        value + shift, baseline=baseline + shift, target=target + shift, **times
    ) == pytest.approx(rate, rel=1e-6, abs=1e-6)


@given(numbers, numbers, numbers, st.integers(1, 9))
def test_linear_rate_is_the_pace_of_a_straight_path(value, baseline, target, elapsed):
    """Score ÷ path and rate ÷ required rate are one number."""
    if abs(target - baseline) < 1:
        return
    score = 100 * (value - baseline) / (target - baseline)
    due = progress.path(elapsed, knots=((0, 0), (10, 100)))

    assert progress.pace(score, path=due) == pytest.approx(
        progress.linear_rate(value, baseline=baseline, target=target, elapsed=elapsed, total=10),
        rel=1e-9,
        abs=1e-9,
    )


@given(numbers, numbers, st.floats(0, 100))
def test_maintained_mirrors(value, target, tolerance):
    """What is held, slack or lost stays so when the scale is mirrored."""
    word = progress.maintained(value, target=target, better="higher", tolerance=tolerance)

    assert progress.maintained(-value, target=-target, better="lower", tolerance=tolerance) == word


def test_linear_rate_is_missing_before_time_has_passed():
    """At the baseline itself there is no rate yet; a missing value has none."""
    assert math.isnan(progress.linear_rate(100, baseline=100, target=50, elapsed=0, total=10))
    assert math.isnan(progress.linear_rate(None, baseline=50, target=50, elapsed=1, total=10))


def test_faulty_rates_are_refused():
    """No distance, no time, time before the baseline, a negative tolerance."""
    with pytest.raises(NoDistanceError, match="both 50"):
        progress.linear_rate(40, baseline=50, target=50, elapsed=1, total=10)
    with pytest.raises(MethodError, match="no time"):
        progress.linear_rate(40, baseline=50, target=60, elapsed=1, total=0)
    with pytest.raises(MethodError, match="before its baseline"):
        progress.linear_rate(40, baseline=50, target=60, elapsed=-1, total=10)
    with pytest.raises(MethodError, match="negative"):
        progress.maintained(40, target=50, better="higher", tolerance=-1)
