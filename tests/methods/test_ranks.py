"""Ranks, percentile ranks and Borda points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.normalise import borda, percentile_rank, rank

stats = pytest.importorskip("scipy.stats")

units = st.lists(st.integers(-5, 5).map(float), min_size=2, max_size=9)


@given(units, st.sampled_from(["lowest", "mean", "highest"]))
def test_rank_of_scipy(values, ties):
    """Ranks are those of scipy.stats.rankdata, the reference for ties."""
    method = {"lowest": "min", "mean": "average", "highest": "max"}[ties]

    np.testing.assert_array_equal(rank(values, ties=ties), stats.rankdata(values, method=method))


@given(units)
def test_only_order_counts(values):
    """A rising transformation changes no rank; a mirrored one with its direction neither."""
    np.testing.assert_array_equal(rank(np.exp(values)), rank(values))
    np.testing.assert_array_equal(rank(np.negative(values), better="lower"), rank(values))


@given(st.permutations(range(6)))
def test_order_of_units_does_not_matter(order):
    """Permuted units have permuted ranks."""
    values = np.array([3.0, 1.0, np.nan, 2.0, 2.0, 9.0])

    np.testing.assert_array_equal(rank(values[list(order)]), rank(values)[list(order)])


@given(units, st.sampled_from(["midpoint", "rank", "below"]))
def test_percentiles_are_in_bounds_and_ordered(values, rule):
    """A percentile rank lies from 0 to 100 and keeps the order."""
    places = percentile_rank(values, rule=rule)

    assert places.min() >= 0
    assert places.max() <= 100
    assert np.all(np.diff(places[np.argsort(values)]) >= 0)


@given(units)
def test_midpoint_is_symmetric(values):
    """Half of everybody is behind: midpoints add up, and mirror, around 50."""
    places = percentile_rank(values)

    assert places.mean() == pytest.approx(50)
    np.testing.assert_allclose(percentile_rank(values, better="lower"), 100 - places)


@pytest.mark.parametrize(("name", "method"), [("rank", rank), ("borda", borda)])
def test_tai(published, tai, name, method):
    """COINr 1.1.14, n_rank and n_borda on the TAI, ties at the lowest."""
    expected = published(f"tai_23/coinr_norm_{name}.csv").set_index("uCode").loc[tai.index, tai.columns]

    np.testing.assert_array_equal(method(tai), expected)


def test_handbook_percentiles(tai):
    """OECD/JRC Handbook 2008, table 15: rank and percentile of schooling, one decimal."""
    schooling = tai["schooling"]
    printed = {"Finland": (15, 65.2), "Netherlands": (9, 39.1), "Korea": (17, 73.9), "Slovenia": (1, 4.3)}
    found = zip(schooling.index, rank(schooling), percentile_rank(schooling, rule="rank"), strict=True)

    assert {name: (place, round(share, 1)) for name, place, share in found if name in printed} == printed


def test_handbook_borda():
    """OECD/JRC Handbook 2008, tables 25 and 26: 21 indicators rank four countries, 24, 44, 38 and 20 points."""
    orders = ["abcd"] * 3 + ["acbd"] * 5 + ["bdca"] * 7 + ["cbda"] * 6
    places = np.array([[order.index(country) for order in orders] for country in "abcd"])

    assert borda(places, better="lower").sum(axis=1).tolist() == [24, 44, 38, 20]


def test_missing_has_no_rank():
    """A missing unit takes no place, and n counts those present."""
    np.testing.assert_array_equal(percentile_rank([1, None, 3], rule="rank"), [50.0, np.nan, 100.0])


@pytest.mark.parametrize("values", [[1.0], [1.0, None], [[1.0, 2.0], [None, 3.0]]])
def test_one_unit_has_no_rank(values):
    """A rank compares two or more."""
    with pytest.raises(MethodError, match="two or more"):
        rank(values)


def test_unknown_words():
    """Ties and rules are said in words that are known."""
    with pytest.raises(MethodError, match="lowest, mean, highest"):
        rank([1, 2], ties="random")
    with pytest.raises(MethodError, match="Did you mean 'midpoint'"):
        percentile_rank([1, 2], rule="midpiont")
    with pytest.raises(MethodError, match="has no rank"):
        rank(5)
