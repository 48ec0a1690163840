"""k-of-n and majority."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.combine import k_of_n, majority

ratings = st.lists(st.integers(0, 4), min_size=1, max_size=7)


@given(ratings, st.data())
def test_better_part_never_lowers_the_whole(levels, data):
    """Both rules are monotone."""
    k = data.draw(st.integers(1, len(levels)))
    position = data.draw(st.integers(0, len(levels) - 1))
    raised = [level + (here == position) for here, level in enumerate(levels)]

    assert k_of_n(raised, k=k) >= k_of_n(levels, k=k)
    assert majority(raised) >= majority(levels)


@given(ratings)
def test_ends_of_k(levels):
    """One of n is the best part, n of n the worst; a higher k is never better."""
    found = [k_of_n(levels, k=k) for k in range(1, len(levels) + 1)]

    assert (found[0], found[-1]) == (max(levels), min(levels))
    assert found == sorted(levels, reverse=True)


@given(ratings)
def test_majority_grade(levels):
    """More than half have reached it, and no more than half anything higher (Balinski and Laraki 2007)."""
    grade = majority(levels)

    assert sum(level >= grade for level in levels) > len(levels) / 2
    assert sum(level > grade for level in levels) <= len(levels) / 2


@given(ratings, st.integers(1, 5))
def test_weight_is_repetition(levels, times):
    """A part of weight three is three parts; a factor on all weights changes nothing."""
    heavy = [1 + here % 3 for here in range(len(levels))]

    assert majority(levels, heavy) == majority(np.repeat(levels, heavy))
    assert majority(levels, [times * weight for weight in heavy]) == majority(levels, heavy)


@given(ratings)
def test_only_order_counts(levels):
    """Levels are words: any rising numbers for them give the same word."""
    assert majority([10**level for level in levels]) == 10 ** majority(levels)


def test_missing_parts():
    """A missing part has reached nothing of k, and has no voice in a majority."""
    assert k_of_n([3, None, 2], k=2) == 2.0
    assert np.isnan(k_of_n([3, None, None], k=2))
    assert majority([3, None, 2, 2]) == 2.0
    assert np.isnan(majority([None, None]))


def test_columns_and_other_shares():
    """Each column for itself; a larger share is harder to reach."""
    table = [[3, 0], [2, 1], [1, 2]]

    assert k_of_n(table, k=2).tolist() == [2.0, 1.0]
    assert majority(table, share=2 / 3).tolist() == [1.0, 0.0]


def test_refusals():
    """What is counted is parts, a share is below 1."""
    with pytest.raises(MethodError, match="1 to the 3 parts"):
        k_of_n([1, 2, 3], k=4)
    with pytest.raises(MethodError, match="up to 1"):
        majority([1, 2, 3], share=1)
