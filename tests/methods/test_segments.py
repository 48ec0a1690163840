"""Combining the edges of a level: every column as if it stood alone, whatever else is in the block."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from cpas.errors import MethodError
from cpas.methods.segments import COMBINATIONS, PARAMETERS, segment_combine

scores = st.floats(0, 100) | st.just(np.nan)


@st.composite
def levels(draw, values=scores, most_columns=4):
    """Draw a block edges × columns, weights, and where each parent begins."""
    edges = draw(st.integers(1, 8))
    shape = (edges, draw(st.integers(1, most_columns)))
    block = draw(arrays.arrays(np.float64, shape, elements=values))
    weights = draw(arrays.arrays(np.float64, edges, elements=st.floats(0.125, 4)))
    begins = draw(st.sets(st.integers(1, edges - 1))) if edges > 1 else set()
    return block, weights, [0, *sorted(begins)]


def _combined(method, *level):
    return segment_combine(method, *level, parameter=0.5 if method in PARAMETERS else None)


@pytest.mark.parametrize("method", COMBINATIONS)
@given(level=levels())
def test_a_column_stands_alone(method, level):
    """What is missing in one column changes no bit of another."""
    block, weights, starts = level
    together = _combined(method, block, weights, starts)
    alone = [_combined(method, block[:, [n]], weights, starts) for n in range(block.shape[1])]

    np.testing.assert_array_equal(together, np.concatenate(alone, axis=1))


@pytest.mark.parametrize("method", COMBINATIONS)
@given(level=levels())
def test_weights_by_edge_or_by_value(method, level):
    """A weight said once for an edge is that weight in every column, bit for bit."""
    block, weights, starts = level
    each = np.repeat(weights[:, np.newaxis], block.shape[1], axis=1)

    np.testing.assert_array_equal(_combined(method, block, weights, starts), _combined(method, block, each, starts))


@pytest.mark.parametrize("method", COMBINATIONS)
@given(level=levels())
def test_layout_of_the_block(method, level):
    """How a block lies in memory changes no bit."""
    block, weights, starts = level
    turned = np.asfortranarray(block)

    np.testing.assert_array_equal(_combined(method, block, weights, starts), _combined(method, turned, weights, starts))


@given(level=levels(most_columns=40))
def test_arithmetic_by_its_definition(level):
    """The weighted mean of what is there, parent by parent."""
    block, weights, starts = level
    ends = [*starts[1:], len(block)]
    made = _combined("arithmetic", block, weights, starts)

    for parent, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for column, mean in enumerate(made[parent]):
            there = ~np.isnan(block[first:last, column])
            heavy = weights[first:last][there]
            expected = np.average(block[first:last, column][there], weights=heavy) if there.any() else np.nan
            assert expected == pytest.approx(mean, nan_ok=True, rel=1e-12, abs=1e-12)


def test_a_wide_block():
    """A table worked on in pieces is the table worked on at once."""
    rng = np.random.default_rng(1)
    block, weights = rng.uniform(0, 100, (7, 20_000)), rng.uniform(0.1, 1, 7)
    some = [0, 9_999, 19_999]

    np.testing.assert_array_equal(
        _combined("arithmetic", block, weights, [0, 3])[:, some],
        _combined("arithmetic", block[:, some], weights, [0, 3]),
    )


@pytest.mark.parametrize("method", COMBINATIONS)
def test_an_infinite_score(method):
    """Infinity is no score, wherever it stands."""
    with pytest.raises(MethodError, match="infinite"):
        _combined(method, [[1.0, 2.0], [np.inf, 3.0]], [1, 1], [0])
