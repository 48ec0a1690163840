"""What all tests share."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import settings

from cpas.tables.rows import Rows

# Examples are shared out by time only where somebody waits for them.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def assert_same_store():
    """Return a function that holds two stores to be the same: columns, types, room and order."""
    return _assert_same


def _assert_same(one: Rows, other: Rows) -> None:
    """Both hold the same columns in the same order."""
    for column in attrs.fields(Rows):
        left, right = getattr(one, column.name), getattr(other, column.name)
        if isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right, err_msg=column.name)
            assert left.dtype == right.dtype
            assert left.strides == right.strides
        else:
            assert left == right, column.name
