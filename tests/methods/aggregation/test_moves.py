"""Places that change parent: each period is read by the hierarchy of its last day."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas.model import Moved, Place
from cpas.testing.small import observe, small_indicator

MONTHS = [f"2025-{month:02}" for month in range(1, 13)]
TOWNS = ("n1", "n2", "s1")
JULY = date(2025, 7, 1)


def places(*moves, **more):
    """North with two towns and South with one; the town n1 moves."""
    return [
        Place("land", "Land", level="country"),
        Place("north", "North", parent="land", level="region"),
        Place("south", "South", parent="land", level="region"),
        Place("n1", "N 1", parent="north", level="town", moves=[Moved(*move) for move in moves]),
        Place("n2", "N 2", parent="north", level="town"),
        Place("s1", "S 1", parent="south", level="town"),
    ]


def rows(values):
    """One value per town and month."""
    spots = [(town, month) for town in TOWNS for month in MONTHS]
    return [{"period": m, "place": t, "value": v} for (t, m), v in zip(spots, values, strict=True) if v is not None]


def table(aggregates):
    columns = ["indicator", "period", "place", "value", "expected", "received", "complete", "reason"]
    return aggregates.frame[columns].astype(object).where(lambda frame: frame.notna(), None).values.tolist()


def by_place(aggregates):
    return {(row["period"], row["place"]): row["value"] for row in aggregates.rows()}


VALUES = st.lists(st.none() | st.integers(0, 99), min_size=36, max_size=36).filter(any)
KINDS = st.sampled_from(["flow", "stock", "cumulative"])
DAYS = st.dates(date(2025, 1, 2), date(2025, 12, 31))
WAYS = st.sampled_from(["all", "each", "region", "town"])


@settings(max_examples=40, deadline=None)
@given(VALUES, KINDS, DAYS, WAYS, st.sampled_from(["month", "quarter", "year"]))
def test_a_move_to_where_it_lies_changes_nothing(values, kind, day, way, by):
    """A plan whose places move nowhere gives the same table as one whose places never move."""
    indicator = small_indicator(kind=kind, places=TOWNS, frequency="month")
    still, moving = (observe(indicator, rows(values), places=places(*moves)) for moves in ([], [(day, "north")]))
    one, other = (cpas.aggregate(observed, by=by, places=way) for observed in (still, moving))

    assert table(one) == table(other)
    assert not other.remarks.of("place_moved")


@settings(max_examples=40, deadline=None)
@given(VALUES, KINDS, DAYS, st.sampled_from(["all", "each", "town"]), st.sampled_from(["month", "quarter", "year"]))
def test_the_whole_and_the_places_never_depend_on_moves(values, kind, day, way, by):
    """What counts at the root, and in a place itself, is the same wherever the place lies."""
    indicator = small_indicator(kind=kind, places=TOWNS, frequency="month")
    still, moving = (observe(indicator, rows(values), places=places(*moves)) for moves in ([], [(day, "south")]))

    assert table(cpas.aggregate(still, by=by, places=way)) == table(cpas.aggregate(moving, by=by, places=way))


@settings(max_examples=40, deadline=None)
@given(VALUES, DAYS)
def test_exactly_its_values_go_over(values, day):
    """From the month in which it moves on, its values leave the one region and come into the other; no others do."""
    indicator = small_indicator(places=TOWNS, frequency="month")
    still, moving = (observe(indicator, rows(values), places=places(*moves)) for moves in ([], [(day, "south")]))
    before, after = (by_place(cpas.aggregate(one, by="month", places="region")) for one in (still, moving))
    of_town = by_place(cpas.aggregate(still, by="month", places="town"))

    for (month, region), value in after.items():
        has_moved = cpas.Period.parse(month).end >= day
        gone = (of_town.get((month, "n1")) or 0) * has_moved * (1 if region == "south" else -1)
        assert (value or 0) == (before.get((month, region)) or 0) + gone


def test_back_again():
    """A place may come back; each period is read by its own last day."""
    moves = [(date(2025, 4, 1), "south"), (JULY, "north")]
    observed = observe(small_indicator(), rows([1] * 12 + [10] * 12 + [100] * 12), places=places(*moves))
    found = by_place(cpas.aggregate(observed, by="quarter", places="region"))

    assert [found[f"2025-Q{n}", "north"] for n in (1, 2, 3, 4)] == [33, 30, 33, 33]
    assert [found[f"2025-Q{n}", "south"] for n in (1, 2, 3, 4)] == [300, 303, 300, 300]


def test_what_still_holds_moves_too():
    """A stock counted before the move counts, while it holds, where the place lies at the period's end."""
    indicator = small_indicator(kind="stock", valid_for=100)
    observed = observe(
        indicator, [{"period": "2025-06", "place": town, "value": 5} for town in TOWNS], places=places((JULY, "south"))
    )
    found = by_place(cpas.aggregate(observed, by=["2025-06", "2025-07"], places="region"))

    assert found == {
        ("2025-06", "north"): 10, ("2025-06", "south"): 5, ("2025-07", "north"): 5, ("2025-07", "south"): 10,
    }  # fmt: skip


def test_returns_follow():
    """A region expects the returns of the places that lie in it then."""
    indicator = small_indicator(places=TOWNS, frequency="month")
    observed = observe(indicator, rows([1] * 36), places=places((JULY, "south")))
    found = cpas.aggregate(observed, by="quarter", places="region")

    assert [found.row("I", f"2025-Q{n}", "north")["expected"] for n in (2, 3)] == [6, 3]
    assert [found.row("I", f"2025-Q{n}", "south")["expected"] for n in (2, 3)] == [3, 6]
    assert found.frame.complete.all()


def test_a_region_left_empty_is_not_due():
    """A region from which the only reporting place has gone owes nothing, and has no zero."""
    indicator = small_indicator(places=["n1"], frequency="month")
    observed = observe(indicator, rows([1] * 12 + [None] * 24), places=places((JULY, "south")))
    row = cpas.aggregate(observed, by="quarter", places="region").row("I", "2025-Q3", "north")

    assert (row["value"], row["expected"], row["reason"]) == (None, 0, "not_due")


def test_totals_are_compared_with_what_lies_in_them_then():
    """A region's own total stands for the places in it then."""
    own = [{"period": "2025-06", "place": "north", "value": 11}, {"period": "2025-07", "place": "north", "value": 10}]
    indicator = small_indicator(place_rows="total")
    observed = observe(indicator, [*rows([1] * 12 + [10] * 12 + [100] * 12), *own], places=places((JULY, "south")))
    found = cpas.aggregate(observed, by=["2025-06", "2025-07"], places="region")

    assert found.row("I", "2025-06", "north")["value"] == 11
    assert found.row("I", "2025-07", "north")["value"] == 10
    assert not found.remarks.of("total_differs")


def test_known_later():
    """What was not known yet is said of the region in which the place lay."""
    said = [{**row, "recorded_at": "2025-12-01"} for row in rows([1] * 12 + [None] * 24)]
    observed = observe(small_indicator(places=TOWNS, frequency="month"), said, places=places((JULY, "south")))
    found = cpas.aggregate(observed, by=["2025-06", "2025-07"], places="region", as_of="2025-10-01")
    reasons = {(row["period"], row["place"]): row["reason"] for row in found.rows()}

    assert reasons["2025-06", "north"] == reasons["2025-07", "south"] == "not_yet_known"
    assert reasons["2025-06", "south"] == reasons["2025-07", "north"] == "no_return"


@pytest.mark.parametrize(
    ("way", "day", "told"),
    [("region", date(2025, 8, 1), 1), ("region", JULY, 0), ("town", date(2025, 8, 1), 0), ("all", date(2025, 8, 1), 0)],
)
def test_a_move_inside_a_period_is_told(way, day, told):
    """A move inside a period is a remark where it changes what counts where; on its first day it is none."""
    observed = observe(small_indicator(), rows([1] * 36), places=places((day, "south")))
    found = cpas.aggregate(observed, by="quarter", places=way)

    assert len(found.remarks.of("place_moved")) == told
    assert all("2025-Q3" in remark.message and remark.where == "n1" for remark in found.remarks.of("place_moved"))


@pytest.mark.parametrize(("period", "region", "many"), [("2025-Q2", "north", 6), ("2025-Q3", "north", 3),
                                                        ("2025-Q2", "south", 3), ("2025-Q3", "south", 6)])  # fmt: skip
def test_explanations_go_down_the_tree_of_the_period(period, region, many):
    """An explanation counts the observations of the places that lay there then, and no others."""
    observed = observe(small_indicator(), rows([1] * 36), places=places((JULY, "south")))
    found = cpas.aggregate(observed, by="quarter", places="region")
    told = cpas.explain(found, "I", period=period, place=region)

    assert len(told.observations) == many == found.row("I", period, region)["value"]


def test_formulas_of_one_place():
    """A formula that names a region reads it as it lay in each period."""
    ratio = small_indicator("R", unit="person", formula="{I|place=south} * 1")
    observed = observe([small_indicator(), ratio], rows([1] * 12 + [10] * 12 + [100] * 12),
                       places=places((JULY, "south")))  # fmt: skip
    found = cpas.aggregate(observed, by=["2025-06", "2025-07"])

    assert [found.row("R", month)["value"] for month in ("2025-06", "2025-07")] == [100, 101]


def test_written_and_read_again(tmp_path):
    """A plan with moves is the same when it is read again."""
    plan = observe(small_indicator(), rows([1] * 36), places=places((JULY, "south"))).plan
    cpas.write_plan(plan, tmp_path / "plan.yaml")

    assert cpas.read_plan(tmp_path / "plan.yaml") == plan
    assert attrs.evolve(plan.places[3], moves=()) != plan.places[3]
