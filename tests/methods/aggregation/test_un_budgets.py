"""Budget performance of United Nations peacekeeping: planned against actual, as published to the General Assembly.

A/61/689 (UNMIS), A/61/672 (MONUC), A/61/733 (support account), 2005/06: variances and shares of the summary tables.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import cpas
from cpas.model import Place
from cpas.testing.small import observe, small_indicator

DATA = Path(__file__).parents[4] / "shared" / "data" / "un_pko_budget_performance"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the shared data are not here")


def read(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def spots(rows):
    """Return a place for each mission and category, and the id of each row's."""
    ids = [f"{row['mission']}: {row['category']}" for row in rows]
    return [Place("un", "United Nations"), *(Place(id, id, parent="un") for id in ids)], ids


def table(rows, columns, indicators):
    places, ids = spots(rows)
    given = [
        {"indicator": column, "period": row["period"], "place": id, "value": row[column]}
        for row, id in zip(rows, ids, strict=True) for column in columns if row[column]
    ]  # fmt: skip
    found = cpas.aggregate(observe(indicators, given, places=places), by="year-jul", places="each")
    return found, ids


def test_variances_are_exact():
    """Planned less actual, and that as a percentage of planned to one decimal, in every row."""
    rows = read("financial_performance.csv")
    money = {"unit": "1000 USD", "better": "neutral"}
    variance = "{planned_thousand_usd} - {actual_thousand_usd}"
    indicators = [
        small_indicator("planned_thousand_usd", **money),
        small_indicator("actual_thousand_usd", **money),
        small_indicator("variance", kind="index", formula=variance, **money),
        small_indicator("share", kind="index", unit="%", better="neutral",
                        formula=f"({variance}) / {{planned_thousand_usd}}"),
    ]  # fmt: skip
    found, ids = table(rows, ["planned_thousand_usd", "actual_thousand_usd"], indicators)

    for row, id in zip(rows, ids, strict=True):
        assert round(found.row("variance", "2005/06", id)["value"], 1) == float(row["variance_published"])
        assert round(found.row("share", "2005/06", id)["value"], 1) == float(row["variance_pct_published"])
    assert len(rows) == 17


def test_vacancy_rates():
    """Planned less actual incumbency over planned; the United Nations works from monthly figures, so within 0.5."""
    rows = read("incumbency.csv")
    indicators = [
        small_indicator("planned_average", kind="stock", better="neutral"),
        small_indicator("actual_average", kind="stock", better="neutral"),
        small_indicator("vacancy", kind="index", unit="%", better="neutral",
                        formula="({planned_average} - {actual_average}) / {planned_average}"),
    ]  # fmt: skip
    found, ids = table(rows, ["planned_average", "actual_average"], indicators)

    for row, id in zip(rows, ids, strict=True):
        rate = found.row("vacancy", "2005/06", id)["value"]
        assert rate == pytest.approx(float(row["vacancy_rate_pct_published"]), abs=0.5)
    assert rows
