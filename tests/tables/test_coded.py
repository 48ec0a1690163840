"""Columns as distinct values and codes say what the columns say."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.tables.coded import Coded, code_numbers, code_values, without_blanks
from cpas.tables.given_arrow import arrow_column
from cpas.tables.given_columns import FrameColumn, ListColumn
from cpas.tables.pieces import looked_up, occurring, rows_where

pa = pytest.importorskip("pyarrow")

TEXTS = st.none() | st.sampled_from(["a", " a", "b", "", " ", "NA", "1"])
VALUES = TEXTS | st.sampled_from([1, 1.0, True, False, 0, -0.0, math.nan, pd.NA, pd.NaT, datetime.date(2025, 1, 1)])


def meant(value):
    """Return what a cell holds: trimmed, or nothing."""
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return (value.strip() or None) if isinstance(value, str) else value


def told(coded: Coded):
    """Return what each row holds, with its type, since True is no 1."""
    cells = [coded.at(row) for row in range(len(coded.codes))]
    return [(type(cell), cell) for cell in cells]


@given(st.lists(VALUES))
def test_objects(values):
    """Each row keeps its value and its type; each value is there once."""
    coded = code_values(values)

    assert [(type(meant(value)), meant(value)) for value in values] == told(coded)
    assert len({(type(value), value) for value in coded.values}) == len(coded.values)


@given(st.lists(TEXTS))
def test_texts_from_anywhere(texts):
    """A column of texts is the same, whoever holds it."""
    categories = pd.Series(pd.Categorical(texts, categories=sorted({text for text in texts if text is not None})))
    columns = [
        ListColumn(texts),
        FrameColumn(pd.Series(texts, dtype=object)),
        FrameColumn(pd.Series(texts, dtype="string")),
        FrameColumn(categories),
        arrow_column(pa.chunked_array([pa.array(texts, pa.string())])),
        arrow_column(pa.chunked_array([pa.array(texts, pa.large_string())])),
        arrow_column(pa.chunked_array([pa.array(texts, pa.string()).dictionary_encode()])),
    ]

    assert [[(type(meant(text)), meant(text)) for text in texts]] * len(columns) == [told(c.coded()) for c in columns]


@given(st.lists(st.none() | st.floats(allow_nan=True, width=64)))
def test_numbers_from_anywhere(numbers):
    """A column of numbers is the same in pandas and Arrow; one that holds an infinite number is not plain."""
    missing = [math.nan if number is None else number for number in numbers]
    columns = [
        FrameColumn(pd.Series(missing, dtype="float64")),
        arrow_column(pa.chunked_array([pa.array(numbers, pa.float64())])),
    ]
    for column in columns:
        if any(map(math.isinf, missing)):
            assert column.numbers() is None
        else:
            np.testing.assert_array_equal(column.numbers(), np.array(missing, dtype=np.float64))
        assert [meant(number) for number in missing] == [cell for _, cell in told(column.coded())]


@given(st.lists(st.none() | st.integers(-(2**53), 2**53)))
def test_whole_numbers_of_arrow(numbers):
    """Whole numbers stay whole beside missing ones, and are numbers too."""
    column = arrow_column(pa.chunked_array([pa.array(numbers, pa.int64())]))

    assert numbers == [cell for _, cell in told(column.coded())]
    missing = [math.nan if number is None else float(number) for number in numbers]
    np.testing.assert_array_equal(column.numbers(), np.array(missing, dtype=np.float64))


@given(st.data(), st.lists(st.integers(-1, 3)))
def test_spread(data, codes):
    """Each row gets what stands for its value, or for a blank."""
    table = data.draw(st.lists(st.integers(-1, 5), min_size=4, max_size=4))
    coded = Coded(("a", "b", "c", "d"), np.array(codes, dtype=np.int8))

    assert [table[code] if code >= 0 else 9 for code in codes] == coded.spread(table, blank=9).tolist()
    assert codes == coded.spread(np.arange(4), blank=-1).tolist()


@given(st.lists(st.floats(0, 3) | st.just(math.nan)))
def test_numbers_as_codes(numbers):
    """Numbers are told apart, and what is missing is blank."""
    coded = code_numbers(np.array(numbers, dtype=np.float64))

    assert [meant(number) for number in numbers] == [coded.at(row) for row in range(len(numbers))]


@pytest.mark.parametrize("length", [0, 1, 2**15 - 1, 2**15, 2**15 + 1, 70_000])
def test_pieces_are_the_whole(length):
    """What is asked piece by piece is what asking at once would give."""
    codes = np.random.default_rng(length).integers(-1, 50, length).astype(np.int8)
    table = np.arange(51) * 2

    assert np.flatnonzero(codes > 48).tolist() == rows_where(lambda some: some > 48, codes).tolist()
    assert table[codes].tolist() == looked_up(table, codes).tolist()
    assert sorted(set(codes[codes >= 0].tolist())) == np.flatnonzero(occurring(codes[codes >= 0], 50)).tolist()


def test_values_that_no_row_has():
    """A value that no row has is left out where that is asked for."""
    assert without_blanks(np.array([1]), ["a", "b"]).values == ("b",)
    assert without_blanks(np.array([1]), ["a", "b"], all_used=True).values == ("a", "b")
