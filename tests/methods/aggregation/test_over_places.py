"""Places: roll up to any level; what rows at a parent mean is said by the plan or refused."""

from __future__ import annotations

import pytest

import cpas
from cpas.model import Place
from cpas.testing.small import observe, small_indicator

PLACES = [
    Place("land", "Land", level="country"),
    Place("north", "North", parent="land", level="prefecture"),
    Place("south", "South", parent="land", level="prefecture"),
    Place("n1", "N 1", parent="north", level="district"),
    Place("n2", "N 2", parent="north", level="district"),
    Place("s1", "S 1", parent="south", level="district"),
]


def at(place, value, period="2025-01"):
    return {"period": period, "place": place, "value": value}


def added_up(rows, places="all", by="month", kind="flow", **said):
    return cpas.aggregate(observe(small_indicator(kind=kind, **said), rows, places=PLACES), by=by, places=places)


LEAVES = [at("n1", 3), at("n2", 4), at("s1", 5)]


def test_every_level():
    """The same rows roll up to districts, prefectures and the country."""
    assert added_up(LEAVES).row("I", "2025-01")["value"] == 12
    prefectures = added_up(LEAVES, places="prefecture")
    assert [prefectures.row("I", "2025-01", place)["value"] for place in ("north", "south")] == [7, 5]
    each = added_up(LEAVES, places="each")
    assert [each.row("I", "2025-01", place)["value"] for place in ("n1", "n2", "s1")] == [3, 4, 5]
    with pytest.raises(cpas.RequestError, match="no row"):
        each.row("I", "2025-01", "land")


def test_unknown_level():
    """A level that no place is of is refused, with the nearest."""
    with pytest.raises(cpas.RequestError, match="Did you mean 'district'"):
        added_up(LEAVES, places="districts")


def test_parent_and_children_unsaid():
    """Where the plan does not say what a row at a parent means, both together are refused, and the hint says how."""
    found = added_up([*LEAVES, at("north", 7)])

    assert found.row("I", "2025-01")["reason"] == "cannot_combine"
    assert "place_rows" in found.remarks.of("cannot_combine")[0].hint
    # Where they do not come together there is no question.
    assert added_up([*LEAVES, at("north", 7)], places="each").row("I", "2025-01", "north")["value"] == 7
    assert added_up([at("north", 7), at("s1", 5)]).row("I", "2025-01")["value"] == 12


def test_own_rows_add():
    """DHIS2's convention: what a parent reports is its own."""
    found = added_up([*LEAVES, at("north", 7), at("land", 1)], place_rows="own")

    assert found.row("I", "2025-01")["value"] == 20
    assert added_up([*LEAVES, at("north", 7)], place_rows="own", places="prefecture").row("I", "2025-01", "north")[
        "value"
    ] == 14  # fmt: skip


def test_totals_stand_for_what_is_below():
    """A total is compared with the sum of the places in it and never added to it."""
    found = added_up([*LEAVES, at("north", 7)], place_rows="total")
    apart = added_up([*LEAVES, at("north", 9)], place_rows="total")

    assert found.row("I", "2025-01")["value"] == 12
    assert not found.remarks.of("total_differs")
    assert apart.row("I", "2025-01")["value"] == 14
    assert "'north' a total and the sum of the places in it differ: 9 counts, 7 does not" in (
        apart.remarks.of("total_differs")[0].message
    )


def test_total_of_totals():
    """Of totals one above the other the highest stands for all."""
    found = added_up([*LEAVES, at("north", 7), at("land", 20)], place_rows="total")

    assert found.row("I", "2025-01")["value"] == 20
    assert len(found.remarks.of("total_differs")) == 1


def test_total_that_lacks_places_is_no_difference():
    """Fewer districts than usual below a larger total prove nothing."""
    rows = [*LEAVES, at("north", 7), at("n1", 3, "2025-02"), at("north", 8, "2025-02")]
    found = added_up(rows, place_rows="total")

    assert not found.remarks.of("total_differs")


def test_total_in_one_month_and_districts_in_another():
    """Each return is settled by itself: the total of January, and the districts of February, make the quarter."""
    rows = [at("north", 7), at("n1", 3, "2025-02"), at("n2", 4, "2025-02")]

    for meaning in ("total", "own", None):
        assert added_up(rows, by="quarter", place_rows=meaning).row("I", "2025-Q1")["value"] == 14


def test_total_of_a_stock_that_is_older():
    """The districts' later count stands in place of the older total."""
    rows = [at("north", 100), at("n1", 60, "2025-02"), at("n2", 50, "2025-02")]
    found = added_up(rows, by="quarter", kind="stock", place_rows="total")
    newer = added_up([*rows, at("north", 90, "2025-03")], by="quarter", kind="stock", place_rows="total")

    assert found.row("I", "2025-Q1")["value"] == 110
    assert newer.row("I", "2025-Q1")["value"] == 90


def test_value_above_the_level_asked_for():
    """What is known of the country alone says nothing of its prefectures."""
    found = added_up([at("land", 7)], places="prefecture")

    assert not len(found)


def test_total_answers_for_the_places_in_it():
    """A district from which nothing came is answered for by the return of its prefecture."""
    one = small_indicator(frequency="month", places=["n1", "n2", "s1"], place_rows="total")
    observed = observe(one, [at("north", 7), at("s1", 5)], places=PLACES)
    row = cpas.aggregate(observed, by="month").row("I", "2025-01")

    assert (row["value"], row["expected"], row["received"], row["complete"]) == (12, 3, 3, True)


def test_implicit_root():
    """Without a place above all others there is one, called all."""
    places = [Place("a", "A"), Place("b", "B")]
    observed = observe(small_indicator(), [at("a", 1), at("b", 2)], places=places)

    assert cpas.aggregate(observed, by="month").row("I", "2025-01", "all")["value"] == 3
