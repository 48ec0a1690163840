"""Ratings in an indicator's own unit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.cut_points import margins, steps_reached

values = st.integers(-100, 100)
cuts = st.lists(st.integers(-50, 50), min_size=1, max_size=4, unique=True).map(sorted)


@given(values, cuts, st.integers(0, 50))
def test_a_better_value_is_never_rated_worse(value, edges, gain):
    """Monotone in the direction that is better."""
    one, other = steps_reached([value, value + gain], cuts=edges, better="higher")
    assert one <= other


@given(values, cuts)
def test_mirrored_direction(value, edges):
    """Negate value and cut points and turn the direction: the same step, the same margins."""
    mirrored = {"cuts": [-edge for edge in edges], "better": "lower"}

    assert steps_reached(value, cuts=edges, better="higher") == steps_reached(-value, **mirrored)
    np.testing.assert_array_equal(margins(value, cuts=edges, better="higher"), margins(-value, **mirrored))


@given(values, cuts)
def test_order_of_the_cut_points_says_nothing(value, edges):
    """From worse to better or back: the direction is declared, not read from them."""
    there, back = (steps_reached(value, cuts=some, better="lower") for some in (edges, edges[::-1]))
    assert there == back


@given(values, cuts, st.integers(1, 1000))
def test_scale_of_the_unit_changes_nothing(value, edges, factor):
    """Persons or thousands of them: the same step."""
    one = steps_reached(value, cuts=edges, better="higher")
    assert steps_reached(factor * value, cuts=[factor * edge for edge in edges], better="higher") == one


@given(values, cuts)
def test_margins_lead_to_the_next_step(value, edges):
    """What is lacking is just enough, and what may be lost is just not too much."""
    step = int(steps_reached(value, cuts=edges, better="higher"))
    up, down = margins(value, cuts=edges, better="higher")

    assert np.isnan(up) == (step == len(edges))
    assert np.isnan(down) == (step == 0)
    assert np.isnan(up) or steps_reached(value + up, cuts=edges, better="higher") == step + 1
    assert np.isnan(down) or steps_reached(value - down, cuts=edges, better="higher") == step


def test_missing_is_no_step():
    """Silence is neither the best nor the worst."""
    assert steps_reached([None, 1], cuts=[0, 2], better="higher").tolist() == [-1, 1]
    assert np.isnan(margins(None, cuts=[0, 2], better="higher")).all()


@pytest.mark.parametrize("edges", [[], [1, 1], [1, 3, 2], [1, None]])
def test_cut_points_run_in_one_direction(edges):
    """What turns back or repeats is refused."""
    with pytest.raises(MethodError, match="one direction"):
        steps_reached(1, cuts=np.array(edges, dtype=float), better="higher")


def test_direction_is_declared():
    """A band has no better side."""
    with pytest.raises(MethodError, match="'inside'"):
        steps_reached(1, cuts=[1], better="inside")
