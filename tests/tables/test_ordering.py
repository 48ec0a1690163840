"""Packed keys sort, repeat and compare as the keys do."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cpas.tables.ordering import pack_alike, put_in_order

#: Near one another, far apart, all alike, and so far apart that no packed number holds them together.
COLUMNS = st.sampled_from([(0, 3), (-2, 2), (5, 5), (-(2**63), 2**63 - 1), (0, 2**39), (0, 2**40 - 1)])


@st.composite
def tables(draw, *, count=1):
    """Return some tables with the same keys."""
    bounds = draw(st.lists(COLUMNS, min_size=1, max_size=4))
    lengths = [draw(st.integers(0, 8)) for _ in range(count)]
    return [
        [np.array(draw(st.lists(st.integers(*one), min_size=n, max_size=n)), dtype=np.int64) for one in bounds]
        for n in lengths
    ]


def as_tuples(keys):
    """Return the keys of each row."""
    return list(zip(*(key.tolist() for key in keys), strict=True))


@given(tables())
def test_order_is_stable(found):
    """Rows are sorted by the first key, then the second; rows that are alike keep their order."""
    (keys,) = found
    rows = as_tuples(keys)

    assert put_in_order(keys).rows().tolist() == sorted(range(len(rows)), key=rows.__getitem__)


@given(tables(), st.data())
def test_starts_of_the_first_keys(found, data):
    """Where the first keys change is told without fetching them, also of some rows alone."""
    (keys,) = found
    rows, ordered = as_tuples(keys), put_in_order(keys)
    keep = np.array([data.draw(st.booleans()) for _ in rows], dtype=bool)

    for some in (ordered, ordered.only(keep)):
        for count in range(1, len(keys) + 1):
            mine = [rows[row][:count] for row in some.rows().tolist()]
            changes = [n for n in range(len(mine)) if n == 0 or mine[n] != mine[n - 1]]
            assert changes == some.starts(count).tolist()
            assert some.rows()[changes].tolist() == some.at(some.starts(count)).tolist()


@given(tables())
def test_repeated_rows(found):
    """A row repeats where its keys are those of the row before."""
    (keys,) = found
    ordered = put_in_order(keys)
    rows = [as_tuples(keys)[row] for row in ordered.rows().tolist()]
    repeated = [n > 0 and rows[n] == rows[n - 1] for n in range(len(rows))]

    assert (ordered.is_repeated is None) == (not any(repeated))
    assert ordered.is_repeated is None or ordered.is_repeated.tolist() == repeated


@given(tables(count=2))
def test_tables_compare(found):
    """Packed keys of two tables are in the order, and equal, as the keys are."""
    one, other = pack_alike(found)
    for mine, key in zip(one.tolist(), as_tuples(found[0]), strict=True):
        for others, another in zip(other.tolist(), as_tuples(found[1]), strict=True):
            assert (mine < others, mine == others) == (key < another, key == another)
