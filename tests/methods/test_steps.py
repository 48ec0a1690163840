"""Rubrics, steps and thresholds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.normalise import categories, percentile_rank, rubric, thresholds

cut_points = st.lists(st.integers(-100, 100), min_size=2, max_size=5, unique=True).map(sorted)
numbers = st.floats(-150, 150)


def rising(cuts):
    """Return as many points, 0, 1, 2 …, as there are cuts."""
    return tuple(range(len(cuts)))


@given(cut_points, numbers)
def test_mirrored_thresholds(cuts, value):
    """Lower is better when the cuts fall, and scores the same."""
    mirrored = thresholds(-value, cuts=[-cut for cut in cuts], points=rising(cuts))

    assert mirrored == thresholds(value, cuts=cuts, points=rising(cuts))


@given(cut_points, numbers, numbers)
def test_thresholds_keep_order_and_bounds(cuts, one, other):
    """A better value never has fewer points, and none has points the scale has not."""
    scores = thresholds(sorted([one, other]), cuts=cuts, points=rising(cuts))

    assert 0 <= scores[0] <= scores[1] <= len(cuts) - 1


@given(cut_points, st.data())
def test_thresholds_hit_their_points(cuts, data):
    """At a cut, exactly its points."""
    position = data.draw(st.integers(0, len(cuts) - 1))

    assert thresholds(cuts[position], cuts=cuts, points=rising(cuts)) == pytest.approx(position, abs=1e-12)


@given(cut_points, numbers)
def test_mirrored_categories(cuts, value):
    """Steps turned round score the same."""
    points = range(len(cuts) + 1)
    mirrored = categories(-value, cuts=[-cut for cut in cuts], points=list(points))

    assert mirrored == categories(value, cuts=cuts, points=list(points))


def test_equal_neighbours_are_a_step():
    """SDR 2019, sdg9_qs and sdg8_empop have their red threshold at the worst value: who is there is orange."""
    scores = thresholds([-1, 0, 10, 20, 91], cuts=(0, 0, 20, 91))

    np.testing.assert_allclose(scores, [0, 1, 1.5, 2, 3])


def goal_colour(rows, wanted):
    """Return the colour of one goal of one country from its indicators' points, by the rule of the report."""
    if len(rows) < wanted / 2:
        return "gray"
    if len(rows) == 1:
        return rows["colour"].iloc[0]
    low = rows["points"].nsmallest(2)
    if low.min() >= 2:
        return "green"
    if low.max() < 1:
        return "red"
    return "yellow" if low.mean() >= 1.5 else "orange"


def test_sdg_goal_colours(published):
    """Sustainable Development Report 2019: goal colours from the two lowest indicators on the 0–3 scale, exactly."""
    codes = published("sdg_index_2019/codebook.csv").set_index("code")
    rows = published("sdg_index_2019/indicators_long.csv").dropna(subset=["value"])
    countries = published("sdg_index_2019/countries.csv").set_index("id")
    scale = codes[["worst", "red_threshold", "green_threshold", "best"]]
    rows["points"] = np.nan
    for code, group in rows.groupby("code"):
        rows.loc[group.index, "points"] = thresholds(group["value"], cuts=scale.loc[code].tolist())
    compared, wrong = 0, []
    for member, column in ((0, "dashboard_non_oecd"), (1, "dashboard_oecd")):
        counted = codes[codes[column].astype(bool)]
        of_goal = dict(iter(rows[rows["code"].isin(counted.index)].groupby(["id", rows["code"].map(codes["goal"])])))
        for country, row in countries[countries["oecd"] == member].iterrows():
            for goal, wanted in counted.groupby("goal").size().items():
                found = goal_colour(of_goal.get((country, goal), rows[:0]), wanted)
                compared += 1
                wrong += [(country, goal, found)] * (found != row[f"goal{goal}_colour"])

    assert compared > 1600
    assert wrong == []


def test_handbook_categorical_scale(tai):
    """OECD/JRC Handbook 2008, table 15, last column: schooling on a categorical scale, as printed for 23 countries."""
    schooling = tai["schooling"]
    places = percentile_rank(schooling, rule="rank")
    scale = categories(places, cuts=(5, 15, 35, 65, 85, 95), points=(0, 20, 40, 50, 60, 80, 100))
    printed = {"Finland": 60, "UnitedStates": 100, "Japan": 50, "Canada": 80, "Belgium": 40, "Italy": 20}
    found = dict(zip(schooling.index, scale, strict=True))

    assert {name: found[name] for name in printed} == printed
    assert (found["Singapore"], found["Norway"], found["Spain"]) == (0, 100, 40)


def test_words_of_a_rubric():
    """A word has its points, silence has none."""
    levels = {"low": 0, "medium": 40, "high": 100}

    assert rubric("medium", points=levels) == 40.0
    np.testing.assert_array_equal(
        rubric([["low", ""], [None, float("nan")]], points=levels), [[0.0, np.nan], [np.nan, np.nan]]
    )


def test_word_that_is_not_of_the_rubric():
    """A slip of the pen is met with the word that was meant."""
    with pytest.raises(MethodError, match="Did you mean 'medium'"):
        rubric(["low", "meduim"], points={"low": 0, "medium": 40})


@pytest.mark.parametrize("points", [{"low": 40, "high": 0}, {"low": 0, "high": 0}])
def test_points_rise(points):
    """A better word never earns less, or the same."""
    with pytest.raises(MethodError, match="must rise"):
        rubric("low", points=points)


@pytest.mark.parametrize(
    ("cuts", "points", "match"),
    [
        ((1, 2), (0, 1), "3 steps, not 2"),
        ((1, 3, 2), (0, 1, 2, 3), "one direction"),
        ((1, 1), (0, 1, 2), "one direction"),
        ((1, 2), (0, 2, 1), "must rise"),
    ],
)
def test_steps_refuse(cuts, points, match):
    """Steps cannot overlap or turn back."""
    with pytest.raises(MethodError, match=match):
        categories(5, cuts=cuts, points=points)


@pytest.mark.parametrize(
    ("cuts", "points", "match"),
    [
        ((0, 1, 2), (0, 1), "one point for each"),
        ((0, 2, 1), (0, 1, 2), "one direction"),
        ((1, 1, 1), (0, 1, 2), "one direction"),
        ((0, None, 2), (0, 1, 2), "one direction"),
        ((0, 1), (1, 0), "must rise"),
    ],
)
def test_thresholds_refuse(cuts, points, match):
    """A scale runs one way and its points rise."""
    with pytest.raises(MethodError, match=match):
        thresholds(5, cuts=cuts, points=points)
