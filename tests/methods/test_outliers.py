"""Values far from the others of their series."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.outliers import modified_z, outliers

SERIES = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=20)


@given(SERIES, st.integers(1, 9), st.integers(-100, 100))
def test_unit_and_zero_do_not_matter(values, scale, shift):
    """Scaling and shifting a series changes no distance."""
    moved = [scale * value + shift for value in values]

    np.testing.assert_allclose(modified_z(values), modified_z(moved), atol=1e-9)


@given(SERIES)
def test_half_of_the_values_are_near(values):
    """The middle is where at least half of the values are."""
    assert (np.abs(modified_z(values)) <= 1.2534 * 3.5).sum() * 2 >= len(values)


def test_worked_by_hand():
    """Median 2.4 and MAD 0.2 of nine values: 8.2 is 0.6745 · 5.8 / 0.2 = 19.6 away."""
    values = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2]

    assert modified_z(values)[-1] == pytest.approx(0.6745 * (8.2 - 2.4) / 0.2)
    assert outliers(values, limit=3.5).tolist() == [False] * 8 + [True]


def test_missing_values_and_tables():
    """A missing value is no outlier; a table is no series."""
    assert outliers([1, np.nan, 1, 2, 1, 90], limit=3.5).tolist() == [False, False, False, False, False, True]
    assert np.isnan(modified_z([np.nan, np.nan])).all()
    with pytest.raises(MethodError):
        modified_z([[1, 2], [3, 4]])
