"""UCDP events of the Central African Republic: the tables of the data's folder, exactly."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cpas import datasets
from cpas.cycle.counting import count
from cpas.cycle.performing import aggregate

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "ucdp_ged_car_1991_2016"


def table(name: str) -> pd.DataFrame:
    path = FOLDER / name
    if not path.exists():
        pytest.skip("the expected tables are not there")
    return pd.read_csv(path, keep_default_na=False, dtype={"year": str})


@pytest.fixture(scope="module")
def observed():
    return datasets.load("car-events")[1]


def wide(aggregates, index: list[str]) -> pd.DataFrame:
    return aggregates.frame.pivot(index=index, columns="indicator", values="value")


def test_monthly(observed):
    """``expected_monthly_by_start_month.csv``: events, best, low, high and civilians, months without one at zero."""
    expected = table("expected_monthly_by_start_month.csv").set_index("month")
    months = aggregate(observed, by="month")
    found = wide(months, ["period"])
    bounds = months.frame.query("indicator == 'deaths'").set_index("period")

    assert found.loc[expected.index, "events"].tolist() == expected["events"].tolist()
    assert found.loc[expected.index, "deaths"].tolist() == expected["best"].tolist()
    assert found.loc[expected.index, "civilians"].tolist() == expected["civilians"].tolist()
    assert bounds.loc[expected.index, "low"].tolist() == expected["low"].tolist()
    assert bounds.loc[expected.index, "high"].tolist() == expected["high"].tolist()
    assert (found.drop(expected.index) == 0).all(axis=None), "nothing before the first event"


def test_by_prefecture(observed):
    """``expected_year_adm1.csv``: a blank prefecture is the place ``unknown``; what is not listed is zero."""
    names = {place.id: place.name for place in observed.plan.places}
    expected = table("expected_year_adm1.csv").set_index(["year", "adm_1"])
    found = wide(aggregate(observed, by="year", places="prefecture"), ["period", "place"]).reset_index()
    found["place"] = found["place"].map(names).replace("Prefecture not known", "(none)")
    found = found.set_index(["period", "place"])

    assert found.loc[expected.index, "events"].tolist() == expected["events"].tolist()
    assert found.loc[expected.index, "deaths"].tolist() == expected["best"].tolist()
    assert found.loc[expected.index, "civilians"].tolist() == expected["civilians"].tolist()
    assert (found.drop(expected.index) == 0).all(axis=None)


def test_by_type(observed):
    """``expected_year_type.csv``: years by type of violence; what is not listed is zero."""
    expected = table("expected_year_type.csv").set_index(["year", "type"])
    found = wide(aggregate(observed, by="year", groups=["type"]), ["period", "type"])

    assert found.loc[expected.index, "events"].tolist() == expected["events"].tolist()
    assert found.loc[expected.index, "deaths"].tolist() == expected["best"].tolist()
    assert (found.drop(expected.index)[["events", "deaths"]] == 0).all(axis=None)


def test_outside_the_coverage_is_missing(observed):
    """After 2016 nothing is known; before the first event, inside the coverage, there was none."""
    quarters = aggregate(observed, by=["1991-Q1", "2017-Q1"])

    assert quarters.row("events", "1991-Q1")["value"] == 0
    assert quarters.row("events", "2017-Q1")["value"] is None


def test_counting_by_year_is_adding_up_months(observed):
    """The register counted by year is the months added up."""
    by_year = count(datasets.incidents("car-events"), by="year", places="all")
    columns = ["indicator", "period", "place", "value", "low", "high"]

    pd.testing.assert_frame_equal(
        by_year.frame[columns], aggregate(observed, by="year").frame[columns], check_exact=True
    )


def test_bounds_that_contradict_are_told():
    """Six events have their low estimate above the best one, fourteen their high one below it."""
    remarks = datasets.incidents("car-events").remarks

    assert remarks.of("low_above_value")[0].message.startswith("6 of 1150")
    assert remarks.of("high_below_value")[0].message.startswith("14 of 1150")
