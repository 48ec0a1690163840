"""Equal weights and budget allocation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.weights import budget_allocation, equal


@given(st.integers(1, 50))
def test_equal_weights_add_up(count):
    """Each part weighs the same, all together one."""
    assert equal(count).sum() == pytest.approx(1)
    assert np.ptp(equal(count)) == 0


@given(st.lists(st.lists(st.integers(0, 10), min_size=3, max_size=3).filter(any), min_size=1, max_size=5))
def test_budgets_add_up(points):
    """Weights of any panel add up to one, in any order of experts."""
    budgets = [[100 * each / sum(row) for each in row] for row in points]
    found = budget_allocation(budgets)

    assert found.weights.sum() == pytest.approx(1)
    np.testing.assert_allclose(budget_allocation(budgets[::-1]).weights, found.weights)


def test_experts_disagree():
    """The deviation says how far; one expert alone disagrees with nobody, which is not agreement."""
    found = budget_allocation([[50, 50], [30, 70]])

    assert found.weights.tolist() == [0.4, 0.6]
    assert found.deviation == pytest.approx([np.sqrt(0.02)] * 2)
    assert np.isnan(budget_allocation([[50, 50]]).deviation).all()


@pytest.mark.parametrize(
    ("points", "match"),
    [
        ([[50, 40], [50, 50]], "sum of points of 90 at position 0"),
        ([[150, -50]], "points of -50"),
        ([[50, None]], "points of nan"),
        ([50, 50], "experts × items"),
    ],
)
def test_budgets_refuse(points, match):
    """Points that do not make the budget are somebody's slip, and not ours to mend."""
    with pytest.raises(MethodError, match=match):
        budget_allocation(points)


def test_nothing_to_weigh():
    """No parts, no weights."""
    with pytest.raises(MethodError, match="nothing to weigh"):
        equal(0)
