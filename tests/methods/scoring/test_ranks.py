"""Sums and extremes over parts, rank by rank."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.methods.scoring import ranks as module
from cpas.methods.scoring.ranks import lay_ranks

numbers = st.one_of(st.none(), st.integers(0, 100))


@st.composite
def layers(draw, missing=True):
    """Draw the edges of up to five parents over up to six children with two columns of numbers."""
    lengths = draw(st.lists(st.integers(1, 9), min_size=1, max_size=5))
    count, edges = draw(st.integers(1, 6)), sum(lengths)
    child = draw(st.lists(st.integers(0, count - 1), min_size=edges, max_size=edges))
    weight = draw(st.lists(st.integers(1, 9), min_size=edges, max_size=edges))
    rows = st.tuples(*[numbers if missing else st.integers(0, 100)] * 2)
    block = np.array(draw(st.lists(rows, min_size=count, max_size=count)), dtype=np.float64)
    return np.cumsum([0, *lengths[:-1]]), np.array(child), np.array(weight, dtype=np.float64), block


@pytest.fixture(params=[module._DEEP, 2], ids=["shallow", "deep"], autouse=True)
def deep(request, monkeypatch):
    """Try every law with parents whose parts beyond the second are taken in one segment too."""
    monkeypatch.setattr(module, "_DEEP", request.param)


@given(layers())
def test_extremes(layer):
    """The least and greatest of each parent's parts are those of its segment, with and without gaps."""
    starts, child, weight, block = layer
    ranks = lay_ranks(starts, child, weight)

    for rule in (np.minimum, np.maximum, np.fmin, np.fmax):
        np.testing.assert_array_equal(rule.reduceat(block[child], starts, axis=0), ranks.reduce(rule, block))


@given(layers(missing=False))
def test_sums_without_gaps(layer):
    """The weighted sum of each parent's parts is that of its segment; and that of what is there, where all is."""
    starts, child, weight, block = layer
    ranks = lay_ranks(starts, child, weight)
    expected = np.add.reduceat(block[child] * weight[:, None], starts, axis=0)

    np.testing.assert_array_equal(expected, ranks.add(block))
    np.testing.assert_array_equal(expected, ranks.add_present(block)[0])


@given(layers(), layers())
def test_sums_with_gaps(layer, other):
    """What is missing here, or beside it, takes part neither in the sum nor in the weights."""
    starts, child, weight, block = layer
    ranks, beside = lay_ranks(starts, child, weight), np.resize(other[3], block.shape)
    there = ~np.isnan(block) & ~np.isnan(beside)
    parts = np.where(there, block, 0.0)[child] * weight[:, None]
    made, weights = ranks.add_present(block, beside)

    np.testing.assert_array_equal(np.add.reduceat(parts, starts, axis=0), made)
    np.testing.assert_array_equal(np.add.reduceat(there[child] * weight[:, None], starts, axis=0), weights)
    np.testing.assert_array_equal(weights, ranks.add_weights(there))
    np.testing.assert_array_equal(made, ranks.add_present(block, ~np.isnan(beside))[0])


@given(layers())
def test_a_parent_among_others_is_as_it_is_alone(layer):
    """What a parent makes of its parts does not depend on the parents beside it, to the last bit."""
    starts, child, weight, block = layer
    block, weight = block / 7, weight / 3
    together = lay_ranks(starts, child, weight).add_present(block)[0]
    ends = [*starts[1:], len(child)]

    for parent, (start, end) in enumerate(zip(starts, ends, strict=True)):
        alone = lay_ranks(np.array([0]), child[start:end], weight[start:end])
        np.testing.assert_array_equal(together[parent], alone.add_present(block)[0][0])


@given(layers(), st.booleans())
def test_a_fold_is_sums_and_extremes(layer, squared):
    """Sums and extremes made together are those made one by one, of the parts or of a function of them."""
    starts, child, weight, block = layer
    ranks, has_gaps = lay_ranks(starts, child, weight), bool(np.isnan(block).any())
    through, parts = (np.square, np.square(block)) if squared else (None, block)
    made = ranks.fold(block, has_gaps=has_gaps, through=through)
    total, weights = ranks.add_present(parts)

    np.testing.assert_array_equal(total, made.total[ranks.place])
    np.testing.assert_array_equal(
        weights, np.broadcast_to((made.weight if has_gaps else ranks.total)[ranks.place], weights.shape)
    )
    np.testing.assert_array_equal(ranks.reduce(np.fmin, block), made.low[ranks.place])
    np.testing.assert_array_equal(ranks.reduce(np.fmax, block), made.high[ranks.place])


@given(layers(missing=False))
def test_a_whole_layer_folds_alike_either_way(layer):
    """Where nothing is missing, to look out for gaps changes no bit."""
    starts, child, weight, block = layer
    ranks, thirds = lay_ranks(starts, child, weight / 7), block / 3
    one, other = (ranks.fold(thirds, has_gaps=has_gaps) for has_gaps in (False, True))

    for name in ("total", "low", "high"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    np.testing.assert_array_equal(np.broadcast_to(ranks.total, other.weight.shape), other.weight)
