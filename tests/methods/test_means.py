"""Means, median and minimum of one node, and of every parent of a graph at once."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods import combine
from cpas.methods.combine import (
    COMBINATIONS,
    PARAMETERS,
    arithmetic,
    geometric,
    harmonic,
    median,
    minimum,
    segment_combine,
    segment_coverage,
    segment_maximum,
    segment_minimum,
)

methods = st.sampled_from(COMBINATIONS)
#: Numbers for the rules that need one: a strong power, and a quarter of the minimum.
NUMBERS = {"generalised": -2.0, "mean_min": 0.25}
scores = st.floats(0, 100) | st.just(float("nan"))
weights = st.integers(0, 20)


@st.composite
def nodes(draw, *, smallest=1):
    """Draw (scores, weights) of one node with some weight."""
    size = draw(st.integers(smallest, 6))
    heavy = draw(st.lists(weights, min_size=size, max_size=size).filter(any))
    return np.array(draw(st.lists(scores, min_size=size, max_size=size))), np.array(heavy, dtype=float)


def near(one, other):
    """Whether two results are the same, missing ones included."""
    return np.allclose(one, other, rtol=1e-9, atol=1e-9, equal_nan=True)


def combined(method, values, heavy):
    number = {PARAMETERS[method]: NUMBERS[method]} if method in PARAMETERS else {}
    return getattr(combine, method)(values, heavy, **number)


# -- laws of every rule ----------------------------------------------------------------------------


@given(methods, nodes())
def test_whole_lies_between_its_parts(method, node):
    """A whole is never better than its best part or worse than its worst; of nothing, it is missing."""
    values, heavy = node
    whole, there = combined(method, values, heavy), values[~np.isnan(values) & (heavy > 0)]

    assert np.isnan(whole) == (there.size == 0)
    assert there.size == 0 or there.min() - 1e-9 <= whole <= there.max() + 1e-9


@given(methods, st.lists(st.just(100.0), min_size=1, max_size=7), st.floats(0, 100))
def test_equal_parts_make_that_whole(method, hundreds, value):
    """Exactly: rounding carries no whole beyond its parts, so that a hundred everywhere is a hundred."""
    for parts in (hundreds, [value] * len(hundreds)):
        heavy = 1 / np.arange(3, 3 + len(parts))
        assert combined(method, parts, heavy) == parts[0]


@given(methods, nodes(), st.integers(0, 5), st.floats(0, 100))
def test_better_part_never_lowers_the_whole(method, node, position, better):
    """Every rule of the roll-up is monotone."""
    values, heavy = node
    part = position % len(values)
    assume(not np.isnan(values[part]))
    raised = values.copy()
    raised[part] = max(better, values[part])
    before = combined(method, values, heavy)

    assert np.isnan(before) or combined(method, raised, heavy) >= before - 1e-9


@given(methods, nodes(), st.floats(1e-6, 1e6))
def test_only_proportions_of_weights_count(method, node, factor):
    """Multiplying all weights of a node by one number changes nothing."""
    values, heavy = node
    assert near(combined(method, values, factor * heavy), combined(method, values, heavy))


@given(methods, nodes(), st.floats(0.01, 10))
def test_scale_of_scores_passes_through(method, node, factor):
    """Scores on 0–1 make the whole that scores on 0–100 make."""
    values, heavy = node
    assert near(combined(method, factor * values, heavy), factor * np.asarray(combined(method, values, heavy)))


@given(methods, nodes(), st.randoms(use_true_random=False))
def test_order_of_parts_does_not_matter(method, node, random):
    """Permuted parts make the same whole."""
    values, heavy = node
    order = random.sample(range(len(values)), len(values))

    assert near(combined(method, values[order], heavy[order]), combined(method, values, heavy))


@given(methods, nodes())
def test_missing_part_is_no_part(method, node):
    """What is missing, or weighs nothing, might as well not be in the plan."""
    values, heavy = node
    there = ~np.isnan(values) & (heavy > 0)
    assume(there.any())

    assert near(combined(method, values[there], heavy[there]), combined(method, values, heavy))


@given(methods, nodes(), st.integers(1, 4))
def test_weight_is_repetition(method, node, times):
    """A part of weight two is two parts of weight one."""
    values, heavy = node
    repeats = (times * heavy).astype(int)

    assert near(combined(method, np.repeat(values, repeats), None), combined(method, values, heavy))


@given(nodes())
def test_means_are_ordered(node):
    """Minimum ≤ harmonic ≤ geometric ≤ arithmetic: the order of how little a good part makes up for a bad one."""
    found = [combined(method, *node) for method in ("minimum", "harmonic", "geometric", "arithmetic")]

    assert np.isnan(found).all() or np.all(np.diff(found) >= -1e-9)


@given(st.lists(nodes(), min_size=1, max_size=5), methods)
def test_segments_are_nodes(level, method):
    """A level combined at once is each of its nodes combined alone."""
    values, heavy = (np.concatenate(arrays) for arrays in zip(*level, strict=True))
    starts = np.cumsum([0, *(len(node[0]) for node in level[:-1])])

    found = segment_combine(method, values[:, np.newaxis], heavy, starts, parameter=NUMBERS.get(method))
    assert near(found[:, 0], [combined(method, *node) for node in level])


@given(nodes())
def test_median_of_equal_weights_is_the_median(node):
    """With equal weights, numpy's median of what is there."""
    values, _ = node
    assume(not np.isnan(values).all())
    assert median(values) == pytest.approx(np.nanmedian(values))


# -- published numbers -----------------------------------------------------------------------------

GOLDEN = ([80, 50, 20], [0.5, 0.3, 0.2])


@pytest.mark.parametrize(
    ("method", "expected"), [(arithmetic, 59), (geometric, 52.6553), (harmonic, 44.9438), (minimum, 20), (median, 65)]
)
def test_golden_vector(method, expected):
    """Methods page, golden vectors, as printed."""
    assert round(method(*GOLDEN), 4) == expected


def test_handbook_geometric_against_arithmetic():
    """OECD/JRC Handbook 2008, step 6.11: (21, 1, 1, 1) and (6, 6, 6, 6) are both 6 on average; 2.14 and 6 geometric."""
    assert arithmetic([[21, 6], [1, 6], [1, 6], [1, 6]]).tolist() == [6, 6]
    assert geometric([[21, 6], [1, 6], [1, 6], [1, 6]]).round(2).tolist() == [2.14, 6]
    assert geometric([[21, 6], [2, 7], [1, 6], [1, 6]]).round(2).tolist() == [2.55, 6.24]  # cut to 2.54, 6.23 in print


DIMENSIONS = {
    "creation": ["patents", "royalties"],
    "old": ["telephones_log10", "electricity_log10"],
    "recent": ["internet", "exports"],
    "skills": ["schooling", "university"],
}


@pytest.mark.parametrize(
    ("file", "method"),
    [
        ("minmax_1_100_amean", "arithmetic"),
        ("minmax_1_100_gmean", "geometric"),
        ("minmax_1_100_hmean", "harmonic"),
        ("zscore_amean", "arithmetic"),
    ],
)
def test_tai_aggregations(published, tai, file, method):
    """COINr 1.1.14: indicators to four dimensions to the index, at each level as a node and as segments."""
    table = published(f"tai_23/coinr_agg_{file}.csv").set_index("uCode").loc[tai.index]
    edges = np.concatenate([table[columns].to_numpy().T for columns in DIMENSIONS.values()])

    dimensions = segment_combine(method, edges, np.ones(8), [0, 2, 4, 6])
    index = combined(method, dimensions, np.ones(4))

    np.testing.assert_allclose(dimensions.T, table[list(DIMENSIONS)], atol=1e-9)
    np.testing.assert_allclose(index, table["TAI"], atol=1e-9)


def test_sdg_index_2019(published):
    """Sustainable Development Report 2019: goals from indicators, and the index from goals, to 1e-8."""
    codes = published("sdg_index_2019/codebook.csv").set_index("code")
    codes = codes[codes["in_index"]].sort_values("goal", kind="stable")
    countries = published("sdg_index_2019/countries.csv").dropna(subset=["index_score"]).set_index("id")
    table = published("sdg_index_2019/indicators_long.csv").pivot_table("normalised", "code", "id")
    edges = table.reindex(codes.index)[countries.index].to_numpy()
    starts = np.flatnonzero(np.diff(codes["goal"], prepend=0))

    goals = segment_combine("arithmetic", edges, np.ones(len(edges)), starts)
    regional = countries[[f"goal{goal}_regional_score" for goal in range(1, 18)]].to_numpy().T
    index = arithmetic(np.where(np.isnan(goals), regional, goals))

    np.testing.assert_allclose(goals.T, countries[[f"goal{goal}_score" for goal in range(1, 18)]], atol=1e-8)
    np.testing.assert_allclose(index, countries["index_score"], atol=1e-8)
    assert len(countries) == 81


# -- zero, missing and negative --------------------------------------------------------------------


@pytest.mark.parametrize("method", [geometric, harmonic])
def test_one_zero_makes_the_whole_zero(method):
    """Their limit, without a warning; a zero that weighs nothing takes no part."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert method([0, 100]) == 0.0
        assert method([0, 100], [0, 1]) == pytest.approx(100)
        assert method([0, None]) == 0.0


@pytest.mark.parametrize("method", [geometric, harmonic])
def test_regress_has_no_geometric_mean(method):
    """Negative scores are refused, with their place; clipped ones are not."""
    with pytest.raises(MethodError, match="score of -5 at position 1") as caught:
        method([80, -5])
    assert caught.value.value == -5


def test_raw_progress_may_be_negative():
    """The mean, the median and the minimum keep regress visible."""
    assert (arithmetic([-10, 30]), median([-10, 30]), minimum([-10, 30])) == (10.0, 10.0, -10.0)


@pytest.mark.parametrize("method", COMBINATIONS)
def test_nothing_present(method):
    """Of nothing there is no whole, in each column for itself."""
    found = combined(method, [[None, 10.0], [None, 10.0]], None)

    np.testing.assert_allclose(found, [np.nan, 10.0])


def test_axis():
    """Any axis combines, and a weight may differ from value to value."""
    table = np.array([[10.0, 20.0, 60.0], [30.0, np.nan, 50.0]])

    assert arithmetic(table, axis=1).tolist() == [30.0, 40.0]
    assert arithmetic(table, [1, 1, 2], axis=-1).tolist() == pytest.approx([37.5, 130 / 3])
    assert arithmetic(table, [[1, 1, 1], [3, 3, 3]]).tolist() == [25.0, 20.0, 52.5]


@pytest.mark.parametrize(
    ("values", "heavy", "match"),
    [
        ([], None, "nothing to combine"),
        (5, None, "nothing to combine"),
        ([1, 2], [1, 2, 3], "give one for each"),
        ([1, 2], [1, -1], "weight of -1 at position 1"),
        ([1, 2], [1, None], "weight of nan at position 1"),
        ([1, 2], [0, 0], "leaves nothing to combine"),
        ([1, np.inf], None, "is infinite"),
    ],
)
def test_combining_refuses(values, heavy, match):
    """Weights are one for each part, not negative, and some are above zero."""
    with pytest.raises(MethodError, match=match):
        arithmetic(values, heavy)


# -- segments --------------------------------------------------------------------------------------


@pytest.mark.parametrize("starts", [[0, 0, 2], [1, 2], [0, 3], [0, 2, 1], [], [[0]]])
def test_empty_segments_are_refused(starts):
    """A parent without children would take its neighbour's value: numpy's reduceat does so without a word."""
    with pytest.raises(MethodError, match="each with at least one edge"):
        segment_combine("arithmetic", np.ones((3, 1)), np.ones(3), starts)


def test_no_parents_at_all():
    """A plan without links has a level without rows."""
    empty = np.empty((0, 4))

    assert segment_combine("median", empty, [], []).shape == (0, 4)
    assert segment_coverage(empty, [], []).shape == (0, 4)
    assert segment_maximum(empty, []).shape == (0, 4)


def test_parent_without_weight():
    """Each parent needs some weight, not the level as a whole."""
    with pytest.raises(MethodError, match="at position 1, 0 leaves nothing"):
        segment_combine("arithmetic", np.ones((3, 1)), [1, 0, 0], [0, 1])


@pytest.mark.parametrize(
    ("method", "number", "match"),
    [
        ("generalised", None, "its power: none"),
        ("mean_min", float("nan"), "its alpha: none"),
        ("mean_min", 1.5, "between 0"),
    ],
)
def test_number_that_a_rule_needs(method, number, match):
    """A rule that has a number in it is not run without one."""
    with pytest.raises(MethodError, match=match):
        segment_combine(method, np.ones((1, 1)), [1], [0], parameter=number)


def test_unknown_method():
    """A slip of the pen is met with the word that was meant."""
    with pytest.raises(MethodError, match="Did you mean 'geometric'"):
        segment_combine("geometrical", np.ones((1, 1)), [1], [0])


@given(nodes(), nodes())
def test_coverage_is_a_share_of_weight(one, other):
    """Coverage lies from 0 to 1, is whole where all is there, and 0 where nothing is."""
    values, heavy = (np.concatenate(arrays) for arrays in zip(one, other, strict=True))
    there = ~np.isnan(values)[:, np.newaxis]
    found = segment_coverage(there, heavy, [0, len(one[0])])[:, 0]

    for (scores_of, weights_of), share in zip((one, other), found, strict=True):
        assert share == pytest.approx(weights_of[~np.isnan(scores_of)].sum() / weights_of.sum())


def test_coverage_of_coverage():
    """Upwards, shares of shares: half of a child that is all of its parent is half."""
    below = segment_coverage([[True], [False], [True]], [1, 1, 1], [0, 2])
    above = segment_coverage(below, [3, 1], [0])

    assert below.tolist() == [[0.5], [1.0]]
    assert above.tolist() == [[0.625]]


def test_coverage_refuses_what_is_no_share():
    """Coverage in per cent would be a hundredfold."""
    with pytest.raises(MethodError, match="not a share"):
        segment_coverage([[80.0]], [1], [0])


def test_extremes_skip_what_is_missing():
    """Worst and best of what is there, whatever it weighs."""
    values = [[3.0, np.nan], [1.0, np.nan], [2.0, 5.0]]

    np.testing.assert_array_equal(segment_minimum(values, [0, 2]), [[1.0, np.nan], [2.0, 5.0]])
    np.testing.assert_array_equal(segment_maximum(values, [0, 2]), [[3.0, np.nan], [2.0, 5.0]])
