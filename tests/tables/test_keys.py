"""Keys as one number a row sort, compare and come apart as the keys do."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cpas.tables.keys import in_order, is_rising, key_numbers, sort_with_rows

#: Near one another, far apart, and all alike.
COLUMNS = st.sampled_from([(0, 3), (-2, 2), (5, 5), (0, 2**39), (-(2**63), 2**63 - 1)])


@st.composite
def columns(draw):
    """Return keys of some rows."""
    length = draw(st.integers(0, 12))
    bounds = draw(st.lists(COLUMNS, min_size=1, max_size=3))
    return [
        np.array(draw(st.lists(st.integers(*one), min_size=length, max_size=length)), dtype=np.int64) for one in bounds
    ]


@given(columns(), st.booleans())
def test_numbers_compare_as_keys(keys, by_bits):
    """Of two rows the numbers are in the order of the keys; the first keys alone are left by a shift."""
    packed = key_numbers(keys, by_bits=by_bits)
    rows = list(zip(*(key.tolist() for key in keys), strict=True))
    if packed is None:
        return
    assert all(0 <= number < packed.room for number in packed.numbers.tolist())
    for count in range(1, len(keys) + 1) if by_bits else [len(keys)]:
        numbers = (packed.numbers >> packed.shift(count) if by_bits else packed.numbers).tolist()
        for one, mine in zip(numbers, rows, strict=True):
            for other, theirs in zip(numbers, rows, strict=True):
                assert (one < other, one == other) == (mine[:count] < theirs[:count], mine[:count] == theirs[:count])


@given(columns())
def test_order_of_keys(keys):
    """Rows are sorted by the first key, then the second; rows that are alike keep their order."""
    rows = list(zip(*(key.tolist() for key in keys), strict=True))
    expected = sorted(range(len(rows)), key=rows.__getitem__)

    found = in_order(keys)
    assert expected == (list(range(len(rows))) if found is None else found.tolist())


def test_pairs_hardly_any_of_which_is_lacking():
    """Keys of which most combinations occur are put in order without sorting, also where one occurs twice."""
    rng = np.random.default_rng(1)
    for chosen in (rng.permutation(1000)[:400], np.append(rng.permutation(1000)[:400], [7, 7])):
        keys = [chosen // 10, chosen % 10]
        assert np.argsort(chosen, kind="stable").tolist() == in_order(keys).tolist()


@given(st.lists(st.integers(0, 9), max_size=9))
def test_rising(numbers):
    """Numbers rise where they are sorted, in pieces as at once."""
    assert (sorted(numbers) == numbers) == is_rising(np.array(numbers, dtype=np.int64))
    many = np.arange(70_000)
    many[:32_768] -= 1 if numbers else 0
    assert is_rising(many)
    many[32_768] = 0
    assert not is_rising(many)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=9))
def test_rows_ride_along(numbers):
    """Numbers are sorted in place with their rows; where there is no room nothing is done."""
    given_numbers = np.array(numbers, dtype=np.int64)
    bits = sort_with_rows(given_numbers, 6)

    assert sorted(numbers) == (given_numbers >> bits).tolist()
    assert np.argsort(numbers, kind="stable").tolist() == (given_numbers & ((1 << bits) - 1)).tolist()
    assert sort_with_rows(np.array(numbers), 2**62) == 0
