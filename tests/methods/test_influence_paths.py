"""Influence along links without loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.influence_paths import influence_along, influence_shares

GOLDEN = {"a": {"b": 0.5, "c": 0.2}, "b": {"c": 0.4, "d": 0.3}, "c": {"d": 0.6}}


@st.composite
def chains(draw):
    """Links from lower to higher numbers only, so that there is no loop."""
    size = draw(st.integers(2, 6))
    pairs = [(a, b) for a in range(size) for b in range(a + 1, size)]
    some = draw(st.sets(st.sampled_from(pairs), min_size=1))
    return size, {pair: draw(st.floats(-1, 1).map(lambda strength: round(strength, 3))) for pair in sorted(some)}


def mapped(size, pairs):
    return {str(a): {str(b): w for (one, b), w in pairs.items() if one == a} for a in range(size)}


@given(chains())
def test_inverse_of_the_matrix(case):
    """The sum over paths is (I − W)^-1 − I."""
    size, pairs = case
    matrix = np.zeros((size, size))
    for (a, b), weight in pairs.items():
        matrix[a, b] = weight
    due = np.linalg.inv(np.eye(size) - matrix) - np.eye(size)
    found = influence_along(mapped(size, pairs))

    for a in range(size):
        for b in range(size):
            assert found[str(a)].get(str(b), 0.0) == pytest.approx(due[a, b], abs=1e-12)


@given(chains())
def test_turned_signs(case):
    """A link's sign turned twice is as it was: with all turned, only paths of odd length change sign."""
    size, pairs = case
    long = {pair: -weight for pair, weight in pairs.items()}
    direct = influence_along(mapped(size, {pair: weight for pair, weight in pairs.items() if pair[0] == 0}))
    turned = influence_along(mapped(size, {pair: weight for pair, weight in long.items() if pair[0] == 0}))

    assert {end: -weight for end, weight in direct["0"].items()} == turned["0"]


def test_golden():
    """Methods reference, 3.8: total influence of a on d is 0.39."""
    assert influence_along(GOLDEN)["a"]["d"] == pytest.approx(0.39, abs=1e-12)
    assert list(influence_along(GOLDEN)["c"]) == ["d"]


def test_harm():
    """A path with one negative link works against its end."""
    assert influence_along({"a": {"b": 0.5}, "b": {"c": -0.5}})["a"]["c"] == -0.25


def test_shares_add_up():
    """First causes share the influence; one without a path has none of it."""
    found = influence_shares({**GOLDEN, "e": {"c": 0.65}, "f": {"g": 1.0}}, on="d")

    assert math.fsum(found.values()) == pytest.approx(1)
    assert found == {"a": pytest.approx(0.5), "e": pytest.approx(0.5), "f": 0.0}


@pytest.mark.parametrize(
    ("links", "said"),
    [({"a": {"b": 1.0}, "b": {"a": 1.0}}, "loop"), ({"a": {"b": math.nan}}, "no strength")],
)
def test_refused(links, said):
    """Loops have no end, and a strength that nobody knows is not zero."""
    with pytest.raises(MethodError, match=said):
        influence_along(links)


@pytest.mark.parametrize("links", [{"a": {"b": 1.0}, "c": {"b": -0.5}}, {"a": {"b": 1.0}, "c": {"d": 1.0}}])
def test_no_shares(links):
    """Harm has no share in a whole, and of nothing there are none."""
    with pytest.raises(MethodError, match="no shares"):
        influence_shares(links, on="b" if "d" not in str(links) else "e")
