"""Aggregate: what may be asked, and what was known when."""

from __future__ import annotations

from datetime import date, datetime

import pytest

import cpas
from cpas.model import Dimension, Place
from cpas.testing.small import observe, small_indicator

VINTAGES = [
    {"period": "2020-Q3", "value": 1223, "recorded_at": "2020-11-01"},
    {"period": "2020-Q3", "value": 1271, "recorded_at": "2021-11-10", "status": "revised"},
    {"period": "2021-Q3", "value": 801, "recorded_at": "2021-11-10"},
]


def quarters(rows=VINTAGES, **asked):
    return cpas.aggregate(observe(small_indicator(), rows), **{"by": "quarter", **asked})


# -- vintages --------------------------------------------------------------------------------------------------


def test_as_of_before_the_revision():
    """UNMISS: before the brief on the third quarter of 2021 there were 1,223 victims, and nothing of that quarter."""
    then = quarters(as_of="2021-11-09")

    assert then.row("I", "2020-Q3")["value"] == 1223
    assert then.row("I", "2021-Q3")["reason"] == "not_yet_known"


def test_as_of_is_the_end_of_that_day():
    """What was recorded on the day itself is known."""
    for day in ("2021-11-10", date(2021, 11, 10), datetime(2021, 11, 11)):
        assert quarters(as_of=day).row("I", "2020-Q3")["value"] == 1271


def test_change_by_vintage():
    """The fall to 801 is 37.0 % against the revised figure, 34.5 % against the first."""
    latest, first = quarters(), quarters(vintage="first")
    changes = [100 * (801 / found.row("I", "2020-Q3")["value"] - 1) for found in (latest, first)]

    assert [round(change, 1) for change in changes] == [-37.0, -34.5]


def test_first_published_is_the_first_value():
    """That a value was late is no publication."""
    rows = [
        {"period": "2020-Q3", "reason": "late", "recorded_at": "2020-10-05"},
        {"period": "2020-Q3", "value": 5, "recorded_at": "2020-11-01"},
        {"period": "2020-Q3", "value": 6, "recorded_at": "2020-12-01"},
    ]

    assert quarters(rows, vintage="first").row("I", "2020-Q3")["value"] == 5
    assert quarters(rows, vintage="first", as_of="2020-10-06").row("I", "2020-Q3")["reason"] == "late"


def test_withdrawn():
    """A value taken back is gone, but was there while it stood."""
    rows = [*VINTAGES, {"period": "2020-Q3", "status": "withdrawn", "recorded_at": "2022-01-01"}]

    assert quarters(rows).row("I", "2020-Q3")["value"] is None
    assert quarters(rows, as_of="2021-12-31").row("I", "2020-Q3")["value"] == 1271


def test_aggregate_as_it_then_was():
    """At any date the table is that of the rows then known."""
    for day in ("2020-10-01", "2020-11-01", "2021-11-10", "2030-01-01"):
        known = [row for row in VINTAGES if row["recorded_at"] <= day]
        then = {(r["indicator"], r["period"]): r["value"] for r in quarters(as_of=day).rows() if r["value"] is not None}
        only = {(r["indicator"], r["period"]): r["value"] for r in quarters(known).rows() if r["value"] is not None}

        assert then == only


# -- what is asked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"by": "quater"}, "Did you mean 'quarter'"),
        ({"by": ["2025-Q1", "2025-Q9"]}, "neither a frequency nor periods"),
        ({"by": 3.5}, "neither a frequency nor periods"),
        ({"groups": ["sexe"]}, "no dimension 'sexe'. Did you mean 'sex'"),
        ({"places": "prefekture"}, "No place is of level"),
        ({"vintage": "last"}, "is no vintage"),
        ({"as_of": "yesterday"}, "is no date"),
        ({"to_date": "quarter"}, "to_date is 'year' or 'year-jul'"),
    ],
)
def test_question_without_meaning(asked, message):
    """A fault of the request raises, with what may be asked."""
    observed = observe(
        small_indicator(dimensions=["sex"]),
        [{"period": "2025-Q1", "value": 1}],
        dimensions=[Dimension("sex", ["f", "m"])],
        places=[Place("a", "A", level="prefecture")],
    )
    with pytest.raises(cpas.RequestError, match=message):
        cpas.aggregate(observed, **{"by": "quarter", **asked})


def test_too_many_periods():
    """Days from the year 1 on are a slip of the pen."""
    rows = [{"period": "0001-01-01", "value": 1}, {"period": "2025-01-01", "value": 1}]

    with pytest.raises(cpas.RequestError, match="too many periods by day"):
        quarters(rows, by="day")


def test_group_given_as_one_word():
    """One dimension may be named alone."""
    observed = observe(
        small_indicator(dimensions=["sex"]),
        [{"period": "2025-Q1", "value": 1, "sex": "f"}],
        dimensions=[Dimension("sex", ["f", "m"])],
    )

    assert cpas.aggregate(observed, by="quarter", groups="sex").row("I", "2025-Q1", sex="f")["value"] == 1


def test_no_observations():
    """Nothing observed gives an empty table by frequency, and gaps for periods that are named."""
    empty = observe(small_indicator(), [{"period": "2025-Q1", "value": 1}])
    nothing = cpas.aggregate(observe([small_indicator("J"), small_indicator("I")], []), by="quarter")

    assert len(nothing) == 0
    assert len(cpas.aggregate(empty, by=["2024-Q1"])) == 1
    assert cpas.aggregate(observe(small_indicator(), []), by="2025-Q1").row("I", "2025-Q1")["reason"] == "no_return"


def test_observed_periods():
    """by=None keeps the periods as they are."""
    rows = [{"period": "2025-Q1", "value": 1}, {"period": "2025-04", "value": 2}]

    assert [row["period"] for row in quarters(rows, by=None).rows()] == ["2025-Q1", "2025-04"]


def test_reporting_year():
    """1 July to 30 June holds the second half of one year and the first of the next."""
    rows = [{"period": f"2024-{n:02d}", "value": n} for n in range(1, 13)]
    found = quarters(rows, by="year-jul")

    assert [(row["period"], row["value"]) for row in found.rows()] == [("2023/24", 21), ("2024/25", 57)]


def test_result_carries_its_request_and_method():
    """A number travels with what was asked, by which method, and what was noticed."""
    found = quarters(as_of="2021-12-31")
    said = found.to_dict()

    assert said["request"]["as_of"] == "2021-12-31T23:59:59.999999"
    assert said["methodology"] == "cpas-default 1"
    assert said["aggregates"] == found.rows()
    assert found.frame.shape == (len(found), 13)
    assert "1223" not in found._repr_html_()
    assert "1,271" in found._repr_html_() or "1271" in found._repr_html_()


def test_zero_and_missing_in_every_format():
    """Zero is printed as 0, and missing as missing."""
    found = quarters([{"period": "2025-Q1", "value": 0}, {"period": "2025-Q2", "reason": "late"}])

    assert [row["value"] for row in found.rows()] == [0, None]
    assert found.frame["value"].isna().tolist() == [False, True]
    assert ">0<" in found._repr_html_()
