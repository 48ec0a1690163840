"""Time: what lies inside a period, what holds in it, and what lies across its border."""

from __future__ import annotations

import pytest

import cpas
from cpas.model import Methodology
from cpas.testing.small import observe, small_indicator

PER_DAY = Methodology("m", "1", straddle="per_day")


def rows_of(values, **more):
    return [{"period": period, **({"value": v} if not isinstance(v, str) else {"reason": v}), **more}
            for period, v in values.items()]  # fmt: skip


def added_up(values, by="quarter", methodology=None, **said):
    observed = observe(small_indicator(**said), rows_of(values))
    return cpas.aggregate(observed, by=by, methodology=methodology)


# -- values that add up ----------------------------------------------------------------------------------------


def test_straddling_flow_is_refused():
    """A week across two months belongs to neither."""
    found = added_up({"2025-W05": 7}, by="month")

    assert [found.row("I", month)["reason"] for month in ("2025-01", "2025-02")] == ["cannot_combine"] * 2
    assert "across the border" in found.remarks.of("cannot_combine")[0].message


def test_straddling_flow_divided_by_days():
    """27 January to 2 February, 7 in all: five days and two, marked; the week's sum is kept."""
    found = added_up({"2025-W05": 7}, by="month", methodology=PER_DAY)

    assert [found.row("I", month)["value"] for month in ("2025-01", "2025-02")] == pytest.approx([5, 2])
    assert found.cells.is_estimated.tolist() == [True, True]
    assert "2025-01, 2025-02" in found.remarks.of("divided_by_days")[0].message
    assert not added_up({"2025-W06": 7}, by="month", methodology=PER_DAY).cells.is_estimated.any()


def test_irregular_reporting_period():
    """UNFICYP reports from 13 December to 12 June: quarters of it are refused, the period itself is kept."""
    period = "2024-12-13/2025-06-12"

    assert added_up({period: 67}, by=None).row("I", period)["value"] == 67
    assert added_up({period: 67}).row("I", "2025-Q1")["reason"] == "cannot_combine"
    quarter = added_up({period: 182}, methodology=PER_DAY).row("I", "2025-Q1")
    assert quarter["value"] == pytest.approx(90)


def test_longer_flow_is_refused():
    """A year cannot be split into quarters."""
    found = added_up({"2025": 40})

    assert "cannot be split" in found.remarks[0].message
    assert added_up({"2025": 40, "2025-Q2": 11}).row("I", "2025-Q2")["value"] == 11


def test_overlapping_flows_are_refused():
    """A quarter beside its months would count the same days twice."""
    found = added_up({"2025-Q1": 12, "2025-01": 4, "2025-02": 4, "2025-03": 4})

    assert found.row("I", "2025-Q1")["reason"] == "cannot_combine"
    assert "overlap" in found.remarks.of("cannot_combine")[0].message


def test_overlap_is_found_across_a_gap():
    """A missing month between two periods that overlap hides nothing."""
    found = added_up({"2025-01-01/2025-02-28": 8, "2025-02": "late", "2025-02-15/2025-03-10": 4})

    assert found.row("I", "2025-Q1")["reason"] == "cannot_combine"


def test_year_to_date():
    """Each month has the year to its own end."""
    one = small_indicator()
    observed = observe(one, rows_of({"2024-12": 9, "2025-01": 1, "2025-02": 2, "2025-03": 4}))
    found = cpas.aggregate(observed, by="month", to_date="year")

    assert [found.row("I", f"2025-0{n}")["value"] for n in (1, 2, 3)] == [1, 3, 7]


# -- values that hold ------------------------------------------------------------------------------------------


def test_stock_is_the_last_known():
    """The last value of the quarter, with its age; before the first nothing is known."""
    found = added_up({"2025-01": 5, "2025-02": 8}, kind="stock", by=["2024-Q4", "2025-Q1", "2025-Q2"])

    assert [found.row("I", q)["value"] for q in ("2024-Q4", "2025-Q1", "2025-Q2")] == [None, 8, None]
    assert found.row("I", "2025-Q1")["age_days"] == 31


def test_value_holds_after_its_period():
    """Bases open at the end of March hold for 100 days more, with their age shown."""
    found = added_up({"2025-03": 8}, kind="stock", valid_for=100, by=["2025-Q1", "2025-Q2", "2025-Q3"])

    assert [found.row("I", q)["value"] for q in ("2025-Q1", "2025-Q2", "2025-Q3")] == [8, 8, None]
    assert [found.row("I", q)["age_days"] for q in ("2025-Q1", "2025-Q2", "2025-Q3")] == [0, 91, None]


def test_explicit_missing_row_ends_validity():
    """Who says that a value is not known any more ends the one before."""
    asked = ["2025-Q1", "2025-Q2", "2025-Q3"]
    found = added_up({"2025-03": 8, "2025-05": "no_access"}, kind="stock", valid_for=1000, by=asked)

    assert [found.row("I", q)["value"] for q in asked] == [8, None, None]
    assert found.row("I", "2025-Q2")["reason"] == "no_access"


@pytest.mark.parametrize("kind", ["stock", "cumulative", "ratio", "mean", "ordinal", "index"])
def test_value_holds_through_its_own_period(kind):
    """A survey of the year holds in each quarter of it, and what is for the quarter itself goes before."""
    year = added_up({"2025": 2}, kind=kind, by=["2025-Q1", "2025-Q4"])
    both = added_up({"2025": 2, "2025-Q4": 3}, kind=kind, by=["2025-Q1", "2025-Q4"])
    nested = added_up({"2025": 2, "2025-H1": 1}, kind=kind, by=["2025-Q1", "2025-Q4"])

    assert [year.row("I", q)["value"] for q in ("2025-Q1", "2025-Q4")] == [2, 2]
    assert [both.row("I", q)["value"] for q in ("2025-Q1", "2025-Q4")] == [2, 3]
    assert [nested.row("I", q)["value"] for q in ("2025-Q1", "2025-Q4")] == [1, 2]


def test_flow_never_holds():
    """What happened in March did not happen again in April."""
    assert added_up({"2025-Q1": 8}, by=["2025-Q2"]).row("I", "2025-Q2")["value"] is None
    with pytest.raises(cpas.PlanError, match="never carried"):
        small_indicator(valid_for=100)


def test_value_that_holds_counts_as_received():
    """A yearly survey is due once a year, and answers for the quarters in which it holds."""
    found = added_up({"2024": 46}, kind="ratio", frequency="year", valid_for=200, by=["2025-Q1", "2025-Q2", "2025-Q4"])

    assert [found.row("I", q)["expected"] for q in ("2025-Q1", "2025-Q2", "2025-Q4")] == [1, 1, 1]
    assert [found.row("I", q)["received"] for q in ("2025-Q1", "2025-Q2", "2025-Q4")] == [1, 1, 0]


def test_ratio_of_stocks():
    """Women among members at the end of the quarter: last over last, not the sum of months."""
    rows = [{"period": f"2025-0{n}", "numerator": n, "denominator": 10 * n} for n in (1, 2, 3)]
    one = small_indicator(kind="ratio", over={"time": "last"})
    row = cpas.aggregate(observe(one, rows), by="quarter").row("I", "2025-Q1")

    assert (row["numerator"], row["denominator"]) == (3, 30)
