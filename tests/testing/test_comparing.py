"""Two results are the same, or the message says where not."""

from __future__ import annotations

import pandas as pd
import pytest

from cpas import datasets
from cpas.cycle.performing import aggregate
from cpas.testing.comparing import assert_same


@pytest.fixture(scope="module")
def observed():
    return datasets.load("unmiss")[1]


def test_same_results(observed):
    """What was made twice from the same is the same, missing values too."""
    assert_same(aggregate(observed, by="quarter"), aggregate(observed, by="quarter"))
    assert_same(observed.frame, observed.frame)


def test_a_difference_is_named(observed):
    """The message names indicator, period, place and column, and both values."""
    latest, first = (aggregate(observed, by="quarter", vintage=word) for word in ("latest", "first"))
    with pytest.raises(AssertionError, match=r"\(victims 2020-Q3 south-sudan\)\.value: 1271\.0 is not 1223\.0"):
        assert_same(latest, first)


def test_fields_can_be_left_out():
    """What is ignored is not compared, however deep it stands."""
    assert_same({"a": [{"value": 1, "note": "x"}]}, {"a": [{"value": 1, "note": "y"}]}, ignore=["note"])


def test_whole_numbers_have_no_tolerance():
    """A tolerance is for floats: counts are the same or they are not."""
    with pytest.raises(AssertionError, match="1 difference"):
        assert_same([100], [101], tolerance=0.1)


def test_missing_is_not_zero():
    """A missing value is the same as another missing one, and as nothing else."""
    assert_same([float("nan")], [None])
    with pytest.raises(AssertionError, match=r"None is not 0\.0"):
        assert_same([None], [0.0], tolerance=1)


def test_other_sorts_of_result(observed):
    """Observations are no aggregates, whatever they hold."""
    with pytest.raises(AssertionError, match="Observations is not Aggregates"):
        assert_same(observed, aggregate(observed, by="quarter"))


def test_many_differences_are_counted():
    """Twenty are shown, and the rest is counted."""
    with pytest.raises(AssertionError, match="25 differences") as caught:
        assert_same(list(range(25)), list(range(1, 26)))

    assert "… and 5 more" in str(caught.value)


def test_frames_differ_by_columns():
    """Another column is a difference, even with the same values."""
    with pytest.raises(AssertionError, match="columns"):
        assert_same(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}))
