"""Missing is not zero: what was due, what came, and what silence means."""

from __future__ import annotations

import numpy as np
import pytest

import cpas
from cpas.methods.aggregation.returns import complete
from cpas.model import Dimension, Methodology, Place
from cpas.testing.small import observe, small_indicator

MONTHS = ("2025-01", "2025-02", "2025-03")
SEX = [Dimension("sex", ["female", "male"])]
PLACES = [Place("top", "Top"), Place("north", "North", parent="top"), Place("south", "South", parent="top")]


def months(*cells):
    return [{"period": month, **cell} for month, cell in zip(MONTHS, cells, strict=True)]


def quarter(rows, methodology=None, place=None, **said):
    said = {"frequency": "month", **said}
    dimensions = SEX if "dimensions" in said else []
    places = PLACES if any("place" in row for row in rows) or "places" in said else []
    observed = observe(small_indicator(**said), rows, dimensions=dimensions, places=places)
    return cpas.aggregate(observed, by="quarter", methodology=methodology).row("I", "2025-Q1", place)


def test_sum_of_nothing_is_missing():
    """Three months not collected make no quarter of zero."""
    row = quarter(months(*[{"reason": "not_collected"}] * 3))

    assert (row["value"], row["reason"], row["expected"], row["received"]) == (None, "not_collected", 3, 0)


def test_no_row_at_all():
    """Where nothing was said nothing is known."""
    observed = observe(
        [small_indicator("I", frequency="month"), small_indicator("other")],
        [{"indicator": "other", "period": "2025-02", "value": 1}],
    )
    row = cpas.aggregate(observed, by="quarter").row("I", "2025-Q1")

    assert (row["value"], row["reason"], row["expected"], row["received"], row["complete"]) == (
        None,
        "no_return",
        3,
        0,
        False,
    )


def test_incomplete_flow_has_value_and_low_bound():
    """What is known of a flow is the least it can be; the most is not known."""
    row = quarter(months({"value": 5}, {"reason": "late"}, {"value": 4}))

    assert (row["value"], row["low"], row["high"], row["received"], row["complete"]) == (9, 9, None, 2, False)


def test_confirmed_zero_is_complete():
    """Zero is an answer."""
    row = quarter(months({"value": 0}, {"value": 0}, {"value": 0}))

    assert (row["value"], row["low"], row["received"], row["complete"]) == (0, None, 3, True)


def test_late_counts_against_completeness_and_not_due_does_not():
    """What was not due leaves the returns expected; what is late stays among them."""
    late = quarter(months({"value": 5}, {"value": 3}, {"reason": "late"}))
    not_due = quarter(months({"value": 5}, {"value": 3}, {"reason": "not_due"}))

    assert (late["expected"], late["received"], late["complete"]) == (3, 2, False)
    assert (not_due["expected"], not_due["received"], not_due["complete"]) == (2, 2, True)


def test_nothing_was_due():
    """A quarter in which nothing was due has that for its reason."""
    row = quarter(months(*[{"reason": "not_due"}] * 3))

    assert (row["value"], row["reason"], row["expected"]) == (None, "not_due", 0)


def test_blank_zero_and_nil_are_three_things():
    """In a table a blank needs a reason, a zero is a value, and the status nil confirms that there was none."""
    zero, nil = quarter(months(*[{"value": 0}] * 3)), quarter(months(*[{"value": None, "status": "nil"}] * 3))

    assert zero["value"] == nil["value"] == 0
    with pytest.raises(cpas.ObservationError, match="no value, and no reason"):
        quarter(months(*[{"value": None}] * 3))


def test_share_without_all_its_numerators_has_bounds():
    """Of 100 patrols of which it is not known how many had a woman, between none and all had."""
    row = quarter(
        months({"numerator": 10, "denominator": 50}, {"denominator": 50, "reason": "late"}, {"reason": "not_due"}),
        kind="ratio",
    )

    assert (row["value"], row["low"], row["high"]) == (20, 10, 60)
    assert (row["numerator"], row["denominator"]) == (10, 50)
    assert (row["expected"], row["received"], row["complete"]) == (2, 1, False)


def test_sum_over_an_interval():
    """A value known between bounds widens the sum; one of which only bounds are known leaves no sum."""
    both = quarter(months({"value": 5}, {"value": 3, "low": 2, "high": 6}, {"value": 4}))
    only = quarter(months({"value": 5}, {"low": 1, "high": 4, "reason": "suppressed"}, {"value": 4}))

    assert (both["value"], both["low"], both["high"]) == (12, 11, 15)
    assert (only["value"], only["low"], only["high"], only["reason"]) == (None, 10, 13, "suppressed")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("all", [True, False, False]), ("any", [True, True, False]), ("at least 2", [True, True, False]),
     ("share 0.75", [True, False, False])],
)  # fmt: skip
def test_policies(policy, expected):
    """A methodology says by name how much is enough; nothing received is never enough."""
    due, came = np.array([3, 3, 3]), np.array([3, 2, 0])

    assert complete(due, came, policy).tolist() == expected
    assert (
        quarter(months({"value": 5}, {"reason": "late"}, {"value": 4}), Methodology("m", "1", completeness=policy))[
            "complete"
        ]
        == expected[1]
    )


def test_places_that_report():
    """A quarter expects three returns from each place that the plan names, also from one that never reported."""
    rows = [{"period": month, "place": "north", "value": 1} for month in MONTHS]
    named = quarter(rows, places=["north", "south"])
    unnamed = quarter(rows)

    assert (named["expected"], named["received"], named["complete"]) == (6, 3, False)
    assert (unnamed["expected"], unnamed["received"], unnamed["complete"]) == (3, 3, True)


def test_silent_place_has_a_row():
    """A place that did not report is missing where places are asked for, and never left out."""
    one = small_indicator(frequency="month", places=["north", "south"])
    observed = observe(one, [{"period": "2025-01", "place": "north", "value": 1}], places=PLACES)
    row = cpas.aggregate(observed, by="month", places="each").row("I", "2025-01", "south")

    assert (row["value"], row["reason"], row["expected"]) == (None, "no_return", 1)


def test_place_that_has_ended():
    """A base that was closed owes no returns any more."""
    closed = cpas.Period.parse("2025-01").end
    places = [Place("top", "Top"), Place("a", "A", parent="top"), Place("b", "B", parent="top", ends=closed)]
    one = small_indicator(frequency="month", places=["a", "b"])
    rows = [{"period": month, "place": "a", "value": 1} for month in MONTHS]
    rows.append({"period": "2025-01", "place": "b", "value": 1})
    found = cpas.aggregate(observe(one, rows, places=places), by="month")

    assert [found.row("I", month)["expected"] for month in MONTHS] == [2, 1, 1]
    assert all(found.row("I", month)["complete"] for month in MONTHS)


# -- what silence means inside a return ------------------------------------------------------------------------


def by_sex(rows, groups=("sex",), by="quarter", coverage=None, **said):
    one = small_indicator(frequency="month", dimensions=["sex"], **said)
    observed = observe(one, rows, dimensions=SEX, coverage=coverage)
    return cpas.aggregate(observed, by=by, groups=groups)


BROKEN_DOWN = [
    {"period": "2025-01", "sex": "female", "value": 3},
    {"period": "2025-01", "sex": "male", "value": 4},
    {"period": "2025-02", "sex": "female", "value": 2},
    {"period": "2025-03", "sex": "female", "value": 1},
    {"period": "2025-03", "sex": "male", "value": 5},
]


def test_explicit_absent_cell_is_missing():
    """Men are not told of in February: their sum lacks a return, and so does the whole."""
    found = by_sex(BROKEN_DOWN)
    male = found.row("I", "2025-Q1", sex="male")
    total = by_sex(BROKEN_DOWN, groups=()).row("I", "2025-Q1")

    assert (male["value"], male["received"], male["complete"]) == (9, 2, False)
    assert found.row("I", "2025-Q1", sex="female")["complete"]
    # The return did come; but not whole.
    assert (total["value"], total["expected"], total["received"], total["complete"]) == (15, 3, 3, False)
    assert by_sex(BROKEN_DOWN, by="month").row("I", "2025-02", sex="male")["reason"] == "no_return"


@pytest.mark.parametrize("nil", ["return", "register"])
def test_absent_cell_of_a_return_is_zero(nil):
    """Inside a return that came, who is not told of was none."""
    found = by_sex(BROKEN_DOWN, nil=nil)
    male = found.row("I", "2025-Q1", sex="male")
    months_ = by_sex(BROKEN_DOWN, nil=nil, by="month")

    assert (male["value"], male["received"], male["complete"]) == (9, 3, True)
    assert months_.row("I", "2025-02", sex="male")["value"] == 0
    assert months_.row("I", "2025-02", sex="unknown")["value"] == 0
    assert by_sex(BROKEN_DOWN, groups=(), nil=nil).row("I", "2025-Q1")["complete"]


def test_nil_return_is_zero_in_every_cell():
    """One row with the status nil says none, of every member."""
    rows = [*BROKEN_DOWN, {"period": "2025-04", "status": "nil"}]
    found = by_sex(rows, nil="return", by="month")

    assert [found.row("I", "2025-04", sex=sex)["value"] for sex in ("female", "male", "unknown")] == [0, 0, 0]


def test_total_without_parts_implies_no_zero():
    """A total given alone says nothing of who it was."""
    rows = [*BROKEN_DOWN, {"period": "2025-04", "value": 7}]
    found = by_sex(rows, nil="return", by="month")

    assert found.row("I", "2025-04")["value"] == 7
    assert found.row("I", "2025-04", sex="male")["value"] is None


def test_absent_cell_of_a_stock():
    """A count at a moment that leaves men out counted none; the last known number is no answer."""
    rows = [{"period": "2025-01", "sex": "male", "value": 4}, {"period": "2025-03", "sex": "female", "value": 2}]
    one = small_indicator(kind="stock", dimensions=["sex"], nil="return", frequency="month")
    row = cpas.aggregate(observe(one, rows, dimensions=SEX), by="quarter").row("I", "2025-Q1")

    assert row["value"] == 2


def test_register_is_zero_inside_its_coverage():
    """A month without an incident inside the time that a register covers had none; outside nothing is known."""
    rows = [{"period": "2025-02", "value": 3}, {"period": "2025-05", "value": 1}]
    one = small_indicator(nil="register", frequency="month")
    found = cpas.aggregate(observe(one, rows, coverage="2025-01-01/2025-04-30"), by="month")

    assert [found.row("I", f"2025-0{n}")["value"] for n in (2, 3, 4, 5)] == [3, 0, 0, 1]
    assert cpas.aggregate(found.observations, by=["2025-01"]).row("I", "2025-01")["value"] == 0
    assert cpas.aggregate(found.observations, by=["2025-06"]).row("I", "2025-06")["reason"] == "no_return"
    assert cpas.aggregate(found.observations, by="quarter").row("I", "2025-Q1")["complete"]


def test_explicit_missing_cell_is_not_whole():
    """A return in which the number of men is late is no whole return, and its sum makes no score."""
    rows = [
        {"period": "2025-01", "sex": "female", "value": 3},
        {"period": "2025-01", "sex": "male", "reason": "late"},
    ]
    row = by_sex(rows, groups=(), by="month").row("I", "2025-01")

    assert (row["value"], row["low"], row["received"], row["complete"]) == (3, 3, 1, False)
