"""Baseline to target, goalposts and the logarithm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpas.errors import MethodError, NoDistanceError
from cpas.methods.combine import arithmetic, geometric
from cpas.methods.normalise import clip, goalposts, has_distance, linear_progress, log_transform

numbers = st.floats(-1e6, 1e6)
factors = st.floats(1e-3, 1e3)


def apart(one: float, other: float) -> None:
    """Leave out ways so short that rounding decides."""
    assume(abs(one - other) > 1e-3)


# -- laws ------------------------------------------------------------------------------------------


@given(numbers, numbers, numbers)
def test_direction_is_only_a_sign(value, baseline, target):
    """Mirroring an indicator leaves its progress unchanged."""
    apart(baseline, target)
    assert linear_progress(value, baseline=baseline, target=target) == linear_progress(
        -value, baseline=-baseline, target=-target
    )


@given(numbers, numbers, numbers, factors)
def test_unit_does_not_matter(value, baseline, target, factor):
    """Progress in kilometres is progress in miles."""
    apart(baseline, target)
    scaled = linear_progress(factor * value, baseline=factor * baseline, target=factor * target)

    assert scaled == pytest.approx(linear_progress(value, baseline=baseline, target=target), rel=1e-9, abs=1e-6)


@given(numbers, numbers)
def test_ends_are_0_and_100(baseline, target):
    """Nothing is gone at the baseline, everything at the target, whichever is higher."""
    apart(baseline, target)
    assert linear_progress([baseline, target], baseline=baseline, target=target).tolist() == [0.0, 100.0]


@given(st.lists(numbers, min_size=2, max_size=5), numbers, numbers)
def test_better_value_is_never_a_lower_score(values, worst, best):
    """Goalposts keep the order of the values, and turn it where the best is the lower one."""
    apart(worst, best)
    ordered = sorted(values, reverse=best < worst)

    assert np.all(np.diff(goalposts(ordered, worst=worst, best=best)) >= 0)


@given(st.lists(st.lists(numbers, min_size=3, max_size=3), min_size=1, max_size=4))
def test_posts_of_a_column(rows):
    """Posts given once for a column are the posts of each of its values, bit for bit; and so beside a single value."""
    worst, best = np.array([0.0, 5.0, 9.0]), np.array([10.0, 1.0, 8.0])
    table = goalposts(rows, worst=worst, best=best)

    assert table.tolist() == [
        [goalposts(v, worst=w, best=b) for v, w, b in zip(r, worst, best, strict=True)] for r in rows
    ]
    assert goalposts(rows[0][0], worst=worst, best=best).shape == (3,)


def test_posts_of_a_column_without_distance():
    """The refusal names the value, not the column."""
    with pytest.raises(NoDistanceError, match="both 4") as refused:
        goalposts([[np.nan, 1.0], [3.0, 1.0]], worst=[4, 0], best=[4, 1])

    assert refused.value.position == (1, 0)


@given(st.floats(0.01, 1e6), st.floats(0.01, 1e6), st.floats(0.01, 1e6), factors)
def test_logarithm_makes_ratios_distances(value, worst, best, factor):
    """Under a logarithm, a unit still does not matter."""
    assume(max(worst, best) > 1.01 * min(worst, best))
    one = goalposts(value, worst=worst, best=best, transform="log")
    other = goalposts(factor * value, worst=factor * worst, best=factor * best, transform="log")

    assert other == pytest.approx(one, rel=1e-6, abs=1e-6)


@given(st.lists(numbers | st.just(float("nan")), min_size=1))
def test_clipped_scores_are_in_bounds_and_missing_stays(values):
    """A clipped score lies from 0 to 100, or is missing as before."""
    clipped = clip(values)

    assert np.array_equal(np.isnan(clipped), np.isnan(values))
    assert np.all((clipped >= 0) & (clipped <= 100) | np.isnan(clipped))


# -- published numbers -----------------------------------------------------------------------------


def test_sdg_index_2019_scores(published):
    """Sustainable Development Report 2019, workbook, normalised scores of the ranked countries."""
    codes = published("sdg_index_2019/codebook.csv").set_index("code")
    rows = published("sdg_index_2019/indicators_long.csv").dropna(subset=["normalised"])
    posts = codes.loc[rows["code"]]

    scores = clip(goalposts(rows["value"], worst=posts["worst"], best=posts["best"]))

    assert len(rows) > 6000
    np.testing.assert_allclose(scores, rows["normalised"], atol=1e-8)


def test_human_development_index(published):
    """UNDP, HDR 2023/24, time series of composite indices: the HDI to three decimals, every row."""
    rows = published("hdi_hdr2024/hdi.csv").dropna(subset=["hdi", "le", "eys", "mys", "gnipc"])
    health = goalposts(rows["le"], worst=20, best=85)
    schooling = [goalposts(rows["eys"], worst=0, best=18), goalposts(rows["mys"], worst=0, best=15)]
    income = goalposts(rows["gnipc"], worst=100, best=75000, transform="log")

    index = geometric(clip([health, arithmetic(clip(schooling)), income])) / 100

    assert len(rows) > 500
    np.testing.assert_array_equal(np.round(index, 3), rows["hdi"])


def test_technology_achievement_index(published):
    """HDR 2001, TAI with its goalposts, two decimals. Singapore apart: see the README of tai_23."""
    raw = published("tai_23/raw.csv").set_index("country")
    posts = published("tai_23/goalposts.csv").set_index("indicator")
    index = published("tai_23/published_index_2dp.csv").set_index("country")["tai_published_2dp"]

    scores = clip(goalposts(raw, worst=posts["goalpost_min"], best=posts["goalpost_max"])) / 100
    dimensions = [
        arithmetic(scores[:, np.asarray(posts["dimension"] == name)], axis=1) for name in posts["dimension"].unique()
    ]
    found = dict(zip(raw.index, arithmetic(dimensions), strict=True))

    np.testing.assert_allclose([found[name] for name in index.index], index, atol=0.0054)


# -- examples and refusals -------------------------------------------------------------------------


def test_worse_than_at_the_start_is_negative():
    """Regress and overshoot stay visible."""
    assert linear_progress([33, 15, 13], baseline=31, target=15).tolist() == [-12.5, 100.0, 112.5]


def test_equal_baseline_and_target():
    """Progress is refused, not set to zero, when there is no distance to travel."""
    with pytest.raises(NoDistanceError, match="both 15"):
        linear_progress(21, baseline=15, target=15)


def test_equal_baseline_and_target_in_an_array():
    """The error says where."""
    with pytest.raises(NoDistanceError, match="at position 1 ") as caught:
        linear_progress([1, 2], baseline=[0, 15], target=15)
    assert caught.value.position == (1,)


def test_no_distance_where_nothing_is_measured():
    """Where the value is missing there is nothing to refuse: it stays missing."""
    assert np.isnan(linear_progress(None, baseline=15, target=15))


def test_has_distance_marks_what_can_be_scored():
    """Masked by it, nothing is refused."""
    baseline, target = np.array([0.0, 15.0, np.nan]), np.array([10.0, 15.0, 15.0])
    there = has_distance(baseline, target)

    assert there.tolist() == [True, False, False]
    assert linear_progress([5], baseline=baseline[there], target=target[there]).tolist() == [50.0]


def test_missing_bound_makes_a_missing_score():
    """An unknown target is not a target of zero."""
    assert np.isnan(linear_progress(5, baseline=0, target=None))


def test_equal_goalposts():
    """Goalposts on one spot measure nothing."""
    with pytest.raises(NoDistanceError, match="both 3"):
        goalposts([1, 2], worst=3, best=3)


@pytest.mark.parametrize(
    ("value", "worst", "best", "position"),
    [(0, 1, 10, ()), ([1, -1], 1, 10, (1,)), (5, 0, 10, ()), (5, 10, -1, ())],
)
def test_logarithm_of_nothing(value, worst, best, position):
    """A value or a post that is not above zero has no logarithm, and nothing is added to it silently."""
    with pytest.raises(MethodError, match="has no logarithm") as caught:
        goalposts(value, worst=worst, best=best, transform="log")
    assert caught.value.position == position


def test_declared_offset_gives_zero_a_logarithm():
    """Who needs zero says what is added."""
    assert log_transform(0, offset=1) == 0.0


def test_unknown_transform():
    """Only what is published here."""
    with pytest.raises(MethodError, match="'sqrt'"):
        goalposts(5, worst=0, best=10, transform="sqrt")


def test_infinite_value():
    """An infinity is no observation."""
    with pytest.raises(MethodError, match="value of inf at position 1 is infinite"):
        linear_progress([1, np.inf], baseline=0, target=10)


def test_inputs_stay_as_they_are():
    """A method never writes into what it is given."""
    value = np.array([1.0, np.nan])
    linear_progress(value, baseline=0, target=10)
    clip(value)

    np.testing.assert_array_equal(value, [1.0, np.nan])
