"""Views of aggregates: rates per exposure, and the own amounts of cumulative counts."""

from __future__ import annotations

import pytest

import cpas
from cpas.cycle.deriving import amounts, rates
from cpas.model import Place
from cpas.testing.small import observe, small_indicator

PLACES = [Place("top", "Top"), Place("north", "North", parent="top"), Place("south", "South", parent="top")]


def added_up(rows, by="quarter", places="all", **said):
    harm = small_indicator("harm", unit="incident", denominator="patrols", **said)
    patrols = small_indicator("patrols", unit="patrol")
    return cpas.aggregate(observe([harm, patrols], rows, places=PLACES), by=by, places=places)


def said(indicator, value, period="2025-01", place="north", **more):
    return {"indicator": indicator, "period": period, "place": place, "value": value, **more}


def test_rate_is_of_what_was_added_up():
    """6 incidents in 40 patrols: never the mean of the months' rates."""
    rows = [said("harm", 1), said("harm", 5, "2025-02"), said("patrols", 30), said("patrols", 10, "2025-02")]
    found = rates(added_up(rows, by=["2025-01-01/2025-02-28"])).rows()[0]

    assert (found["value"], found["unit"]) == (6 / 40, "incident/patrol")


def test_rate_per_many():
    """15 incidents per 100 patrols."""
    found = rates(added_up([said("harm", 6), said("patrols", 40)], by="month"), per=100).rows()[0]

    assert (found["value"], found["unit"]) == (15, "incident per 100 patrol")


def test_rate_by_place():
    """Each place is divided by its own exposure."""
    rows = [said("harm", 6), said("patrols", 40), said("harm", 1, place="south"), said("patrols", 0, place="south")]
    found = rates(added_up(rows, by="month", places="each"))

    assert found.row("harm", "2025-01", "north")["value"] == 0.15
    assert found.row("harm", "2025-01", "south")["reason"] == "division_by_zero"


def test_incomplete_sum_makes_no_rate():
    """Incidents of one month over the patrols of three would look like success."""
    rows = [said("harm", 1), *(said("patrols", 10, f"2025-0{n}") for n in (1, 2, 3))]
    found = rates(added_up(rows, frequency="month")).rows()[0]

    assert (found["value"], found["reason"]) == (None, "incomplete")


@pytest.mark.parametrize("missing", ["harm", "patrols"])
def test_missing_part(missing):
    """Without one of the two there is no rate, for its reason."""
    rows = [said("harm", 1), said("patrols", 10)]
    rows = [{**r, "value": None, "reason": "no_access"} if r["indicator"] == missing else r for r in rows]

    assert rates(added_up(rows, by="month")).rows()[0]["reason"] == "no_access"


def test_question_without_meaning():
    """A rate needs a denominator, and some of it."""
    with pytest.raises(cpas.RequestError, match="names another as its denominator"):
        rates(cpas.aggregate(observe(small_indicator(), [{"period": "2025", "value": 1}]), by="year"))
    with pytest.raises(cpas.RequestError, match="above zero"):
        rates(added_up([said("harm", 1)], by="month"), per=0)


def test_own_amounts():
    """5, 8 and 12 since the start: the quarters' own amounts are 5, 3 and 4."""
    rows = [{"period": f"2025-Q{n}", "value": v} for n, v in ((1, 5), (2, 8), (3, 12))]
    found = amounts(cpas.aggregate(observe(small_indicator(kind="cumulative"), rows), by="quarter"))

    assert [row["value"] for row in found.rows()] == [5, 3, 4]
    assert sum(row["value"] for row in found.rows()) == 12


def test_amount_after_a_gap_is_not_known():
    """What came in a quarter after one that is missing cannot be told from what came in that one."""
    rows = [
        {"period": "2025-Q1", "value": 5},
        {"period": "2025-Q2", "reason": "late"},
        {"period": "2025-Q3", "value": 12},
    ]
    found = amounts(cpas.aggregate(observe(small_indicator(kind="cumulative"), rows), by="quarter"))

    assert [(row["value"], row["reason"]) for row in found.rows()] == [
        (5, None),
        (None, "late"),
        (None, "not_available"),
    ]
    assert found.row("I", "2025-Q3")["value"] is None
    assert "5" in found._repr_html_()
