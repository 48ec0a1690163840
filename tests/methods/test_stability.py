"""What a rating rests on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.combine import arithmetic
from cpas.methods.weights import leave_one_out, needed_change, stability_interval

parts = st.lists(st.tuples(st.integers(0, 100), st.integers(1, 9)), min_size=2, max_size=6)


def moved(scores, weights, part, share):
    """Return the mean with one part's weight at `share` and the others in proportion."""
    others = np.delete(weights, part) / np.delete(weights, part).sum()
    return arithmetic(scores, np.insert((1 - share) * others, part, share))


@given(parts, st.data())
def test_rating_holds_inside_and_turns_outside(node, data):
    """Inside the interval the mean stays in its band; beyond an end that is not 0 or 1 it leaves it."""
    scores, weights = (np.array(column, dtype=float) for column in zip(*node, strict=True))
    part = data.draw(st.integers(0, len(node) - 1))
    mean = arithmetic(scores, weights)
    low, high = mean - 7, mean + 5
    start, end = stability_interval(scores, weights, part=part, low=low, high=high)

    assert start - 1e-9 <= weights[part] / weights.sum() <= end + 1e-9
    for share in np.linspace(start, end, 5):
        assert low - 1e-6 <= moved(scores, weights, part, share) <= high + 1e-6
    for share, edge in ((start / 2, start), ((1 + end) / 2, end)):
        if abs(share - edge) > 1e-6:
            found = moved(scores, weights, part, share)
            assert found < low + 1e-6 or found > high - 1e-6


@given(parts)
def test_needed_change_is_enough(node):
    """Moving one part by what is needed brings the mean to the cut, exactly."""
    scores, weights = (np.array(column, dtype=float) for column in zip(*node, strict=True))
    for part, change in enumerate(needed_change(scores, weights, cut=60)):
        there = scores.copy()
        there[part] += change
        assert arithmetic(there, weights) == pytest.approx(60)


@given(parts, st.data())
def test_leaving_out_is_not_having(node, data):
    """The whole without a part is that of a plan without it."""
    scores, weights = (np.array(column, dtype=float) for column in zip(*node, strict=True))
    part = data.draw(st.integers(0, len(node) - 1))

    assert leave_one_out(scores, weights)[part] == pytest.approx(
        arithmetic(np.delete(scores, part), np.delete(weights, part))
    )


@given(parts, st.floats(0.01, 100))
def test_only_proportions_of_weights_count(node, factor):
    """A factor on all weights changes neither intervals nor changes."""
    scores, weights = (np.array(column, dtype=float) for column in zip(*node, strict=True))
    mean = arithmetic(scores, weights)
    assume(np.ptp(scores) > 0.5)

    one = stability_interval(scores, weights, part=0, low=mean - 5, high=mean + 5)
    assert stability_interval(scores, factor * weights, part=0, low=mean - 5, high=mean + 5) == pytest.approx(one)
    np.testing.assert_allclose(
        needed_change(scores, factor * weights, cut=60), needed_change(scores, weights, cut=60), atol=1e-9
    )


def test_other_methods_leave_out_too():
    """Without its zero, a geometric mean comes back to life."""
    assert leave_one_out([0, 50, 50], method="geometric") == pytest.approx([50, 0, 0])


def test_missing_parts():
    """A missing part changes nothing when left out, and cannot be moved."""
    assert leave_one_out([80, None, 20]).tolist() == [20.0, 50.0, 80.0]
    np.testing.assert_allclose(needed_change([80, None, 20], cut=60), [20, np.nan, 20])
    assert np.isnan(leave_one_out([80])).all()


def test_weight_that_does_not_matter():
    """A part like the others may weigh anything; without cut points, any part may."""
    assert stability_interval([50, 50, 50], part=0, low=40, high=60) == (0.0, 1.0)
    assert stability_interval([80, 20], part=0) == (0.0, 1.0)


def test_refusals():
    """A missing or only part, a mean outside its band, several nodes at once."""
    with pytest.raises(MethodError, match="missing, or the only one"):
        stability_interval([80, None], part=1)
    with pytest.raises(MethodError, match="missing, or the only one"):
        stability_interval([80, None], part=0)
    with pytest.raises(MethodError, match="does not lie between"):
        stability_interval([80, 20], part=0, low=60, high=80)
    with pytest.raises(MethodError, match="One node at a time"):
        leave_one_out([[1, 2], [3, 4]])
