"""Calculated indicators: worked out after everything else has been added up."""

from __future__ import annotations

import pytest

import cpas
from cpas.model import Dimension, Place
from cpas.testing.small import observe, small_indicator

PLACES = [Place("top", "Top"), Place("north", "North", parent="top"), Place("south", "South", parent="top")]
SEX = [Dimension("sex", ["female", "male"])]


def added_up(formula, rows, unit="%", **asked):
    a, b = small_indicator("a", dimensions=["sex"]), small_indicator("b", dimensions=["sex"])
    made = small_indicator("made", kind="index", unit=unit, formula=formula)
    observed = observe([a, b, made], rows, places=PLACES, dimensions=SEX)
    return cpas.aggregate(observed, **{"by": "quarter", **asked})


def said(indicator, value, place="north", period="2025-01", **more):
    return {"indicator": indicator, "place": place, "period": period, "value": value, **more}


ROWS = [said("a", 1), said("a", 3, "south"), said("b", 10), said("b", 10, "south"), said("b", 20, period="2025-02")]


def test_after_aggregation():
    """4 of 40 is 10 %, at the root; 1 of 30 in the north: never the mean of shares."""
    found = added_up("{a} / {b}", ROWS)
    each = added_up("{a} / {b}", ROWS, places="each")

    assert found.row("made", "2025-Q1")["value"] == 10
    assert each.row("made", "2025-Q1", "north")["value"] == pytest.approx(100 / 30)
    assert each.row("made", "2025-Q1", "south")["value"] == 30


def test_part_that_is_missing():
    """What is missing in a part is missing in the result, for the same reason; and not complete in one, not in both."""
    rows = [said("a", None, reason="late"), said("b", 10)]
    row = added_up("{a} / {b}", rows).row("made", "2025-Q1")

    assert (row["value"], row["reason"], row["complete"]) == (None, "late", False)
    assert added_up("{a} / {b}", [said("b", 10)]).row("made", "2025-Q1")["reason"] == "no_return"


def test_division_by_zero():
    """A share of nothing is missing, with that reason."""
    row = added_up("{a} / {b}", [said("a", 1), said("b", 0)]).row("made", "2025-Q1")

    assert (row["value"], row["reason"]) == (None, "division_by_zero")


def test_member():
    """One member of an indicator stands beside the whole of another."""
    rows = [said("a", 2, sex="female"), said("a", 3, sex="male"), said("b", 10)]

    assert added_up("{a|sex=female} / {b}", rows).row("made", "2025-Q1")["value"] == 20
    assert added_up("{a|sex=female} / {a}", rows).row("made", "2025-Q1")["value"] == 40


def test_place():
    """A place that is named is meant wherever the formula is worked out."""
    found = added_up("{a} / {a|place=north}", ROWS, unit="", places="each")

    assert found.row("made", "2025-Q1", "south")["value"] == 3
    assert added_up("{a|place=south} / {a}", ROWS).row("made", "2025-Q1")["value"] == 75


def test_formula_of_formulas():
    """One calculated indicator may use another, in whatever order the plan has them."""
    first = small_indicator("twice", kind="index", unit="person", formula="2 * {half}")
    second = small_indicator("half", kind="index", unit="person", formula="{a} / 2")
    observed = observe([first, second, small_indicator("a")], [{"indicator": "a", "period": "2025-01", "value": 5}])

    assert cpas.aggregate(observed, by="month").row("twice", "2025-01")["value"] == 5


def test_loop():
    """Formulas that use one another are refused with the plan."""
    with pytest.raises(cpas.LoopError):
        observe([small_indicator("a", formula="{b}"), small_indicator("b", formula="{a}")], [])


@pytest.mark.parametrize("formula", ["{a} + ", "{cases} + {a}", "{b} / {cases}"])
def test_formula_without_meaning(formula):
    """Nothing is worked out, an error says why, and the other indicators go on."""
    some = [small_indicator("a"), small_indicator("b"), small_indicator("cases", unit="incident"),
            small_indicator("made", kind="index", unit="person", formula=formula)]  # fmt: skip
    found = cpas.aggregate(observe(some, [{"indicator": "a", "period": "2025-01", "value": 5}]), by="month")

    assert found.row("made", "2025-01")["value"] is None
    assert found.row("a", "2025-01")["value"] == 5
    assert "has no meaning" in found.remarks.of("formula")[0].message


def test_number_too_large():
    """What no float can tell is missing, never infinite."""
    rows = [said("a", 1e200), said("b", 1e200)]

    assert added_up("{a} * {b}", rows, unit="person**2").row("made", "2025-Q1")["value"] is None
