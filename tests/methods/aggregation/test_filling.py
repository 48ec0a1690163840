"""Gaps are filled on request only, by name, and marked on every number they touch."""

from __future__ import annotations

import pytest

import cpas
from cpas.choices import Gaps, words
from cpas.methods.aggregation.filling import FILLERS
from cpas.model import Methodology
from cpas.testing.small import observe, small_indicator

MONTHS = {"2024-02": 6, "2025-01": 4, "2025-02": "late", "2025-03": 10}


def added_up(values, gaps, by="month", **said):
    rows = [{"period": p, **({"reason": v} if isinstance(v, str) else {"value": v})} for p, v in values.items()]
    observed = observe(small_indicator(frequency="month", **said), rows)
    methodology = Methodology("m", "1", gaps=gaps)
    return cpas.aggregate(observed, by=by, methodology=methodology)


def test_every_way_to_fill_a_gap():
    """The words of a methodology are those the library knows."""
    assert set(FILLERS) == set(words(Gaps))


def test_no_gap_is_filled_unasked():
    """A late month stays late."""
    row = added_up(MONTHS, None).row("I", "2025-02")

    assert (row["value"], row["reason"]) == (None, "late")


@pytest.mark.parametrize(("gaps", "value"), [("carry last", 4), ("interpolate", 7), ("same season", 6)])
def test_gap_filled(gaps, value):
    """The value before, the middle of both, the same month a year before."""
    found = added_up(MONTHS, gaps)
    row = found.row("I", "2025-02")

    assert (row["value"], row["reason"], row["received"], row["complete"]) == (value, None, 0, True)
    assert f"2025-02 at all = {value}" in found.remarks.of("gap_filled")[0].message


def test_mark_is_on_every_number_that_rests_on_it():
    """The quarter and the year rest on the month that was filled; the month before does not."""
    months = added_up(MONTHS, "interpolate", by=["2025-01", "2025-02"])
    quarter = added_up(MONTHS, "interpolate", by=["2025-Q1"])

    assert months.cells.is_estimated.tolist() == [False, True]
    assert quarter.row("I", "2025-Q1")["value"] == 4 + 7 + 10
    assert quarter.cells.is_estimated.tolist() == [True]
    assert quarter.row("I", "2025-Q1")["received"] == 2


def test_mark_reaches_formulas():
    """A number worked out from an estimated one is estimated."""
    one, other = small_indicator(frequency="month"), small_indicator("twice", formula="2 * {I}")
    rows = [{"period": "2025-01", "value": 4}, {"period": "2025-03", "value": 10}]
    found = cpas.aggregate(
        observe([one, other], rows), by="month", methodology=Methodology("m", "1", gaps="carry last")
    )

    assert found.row("twice", "2025-02")["value"] == 8
    assert found.cells.is_estimated.tolist() == [False, True, False, False, True, False]


def test_nothing_is_filled_before_the_first_or_where_none_was_due():
    """A series begins with its first value, and what was not due is no gap."""
    found = added_up({"2025-02": 4, "2025-03": "not_due", "2025-04": 5}, "carry last", by=["2025-01", "2025-03"])

    assert [row["value"] for row in found.rows()] == [None, None]


def test_no_fill_rests_on_a_fill():
    """Two gaps in a row are filled from what was observed."""
    found = added_up({"2025-01": 3, "2025-04": 12}, "interpolate")
    values = [row["value"] for row in found.rows()]

    assert values[0] == 3
    assert values[1] == pytest.approx(3 + 9 * 29.5 / 89.5)
    assert values[2] == pytest.approx(3 + 9 * 59 / 89.5)


@pytest.mark.parametrize("kind", ["ratio", "ordinal", "distinct"])
def test_what_is_no_quantity_is_never_filled(kind):
    """No share, level or number of different people is made up."""
    found = added_up({"2025-01": 1, "2025-03": 2}, "carry last", kind=kind)

    assert found.row("I", "2025-02")["value"] is None
    assert not found.remarks.of("gap_filled")
