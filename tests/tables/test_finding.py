"""Rows found by halving, and columns made on asking."""

from __future__ import annotations

import pickle
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.tables.asked import AskedColumns
from cpas.tables.finding import FoundRows

keys = st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 2))


@given(st.sets(keys), keys)
def test_as_a_dictionary(known, other):
    """Rows are found as in a dictionary of all of them, and what is not there is not found."""
    rows = sorted(known)
    expected = {key: row for row, key in enumerate(rows)}
    found = FoundRows(*np.array(rows, dtype=np.int64).reshape(-1, 3).T)

    assert dict(found) == expected
    assert found.get(other) == expected.get(other)
    assert found.get((-1, *other[1:])) is None
    assert len(found) == len(expected)


def made(asked, name):
    """Return a column, and keep that it was asked for."""
    asked.append(name)
    return np.zeros(3)


def test_made_once():
    """A column is made when it is first asked for, and never again; unknown ones are refused."""
    asked = []
    columns = AskedColumns(["a", "b"], partial(made, asked))

    assert columns["b"] is columns["b"]
    assert asked == ["b"]
    assert list(columns) == ["a", "b"]
    with pytest.raises(KeyError):
        columns["c"]
    assert pickle.loads(pickle.dumps(columns))["b"].tolist() == [0, 0, 0]
