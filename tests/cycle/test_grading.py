"""Quality: facts about data, said plainly; no grade, and nothing about a person."""

from __future__ import annotations

import pytest

import cpas
from cpas.cycle.grading import quality
from cpas.model import Dimension, Methodology
from cpas.testing.small import observe, small_indicator

SEX = [Dimension("sex", ["female", "male"])]


def of(rows, **said):
    dimensions = SEX if "dimensions" in said else []
    return quality(observe(small_indicator(**said), rows, dimensions=dimensions))


def monthly(values, **more):
    return [
        {
            "period": f"{2023 + n // 12}-{n % 12 + 1:02d}",
            **({"reason": v} if isinstance(v, str) else {"value": v}),
            **more,
        }
        for n, v in enumerate(values)
    ]


def test_completeness_by_the_indicators_own_frequency():
    """Of four months due three came, whatever other indicators report by."""
    row = of(monthly([5, "late", 6, 7]), frequency="month").row("I")

    assert (row["expected"], row["received"], row["completeness"]) == (4, 3, 0.75)


def test_timeliness():
    """One of two values came within its lag of 20 days; the revision of a value in time is not late."""
    rows = [
        {"period": "2025-01", "value": 5, "recorded_at": "2025-02-10"},
        {"period": "2025-01", "value": 6, "recorded_at": "2025-06-10"},
        {"period": "2025-02", "value": 5, "recorded_at": "2025-04-09"},
    ]
    found = of(rows, lag_days=20)

    assert (found.row("I")["on_time"], found.row("I")["delay_days"], found.row("I")["revised"]) == (0.5, 25, 1)
    assert found.remarks.codes == ("returns_late", "values_revised")


def test_no_time_of_recording():
    """Where nobody wrote when a value was known nothing is said of it."""
    assert of(monthly([5, 6])).row("I")["on_time"] is None


def test_outlier():
    """500 among fives and sixes is a question; a long season is compared with its own kind."""
    plain = of(monthly([5, 6, 5, 7, 6, 5, 6, 500]))
    season = [10 + n % 3 for n in range(12)] * 3
    november = [90 if n % 12 == 10 else v + n // 12 for n, v in enumerate(season)]

    assert plain.row("I")["outliers"] == 1
    assert "500 in 2023-08" in plain.remarks.of("outlier")[0].message
    assert of(monthly(november)).row("I")["outliers"] == 0
    assert of(monthly([*november[:-1], 60])).row("I")["outliers"] == 1


@pytest.mark.parametrize("values", [[5] * 12, [1, 2, 500], []])
def test_no_outlier_where_there_is_no_middle(values):
    """The same value throughout, or too few of them, have no outlier."""
    assert of(monthly(values)).row("I")["outliers"] == 0


def test_share_unknown():
    """MINUSCA, March 2018: of 381 persons 85 of unknown sex."""
    rows = [
        {"period": "2018-03", "sex": sex, "value": n} for sex, n in (("female", 83), ("male", 213), ("unknown", 85))
    ]
    found = of(rows, dimensions=["sex"])

    assert found.row("I")["unknown"] == pytest.approx(85 / 381)
    assert "22%" in found.remarks.of("share_unknown")[0].message


def test_age():
    """The latest value of one indicator ends 59 days before the last day observed."""
    rows = [{"period": "2025-01", "value": 1}, {"indicator": "J", "period": "2025-03", "value": 1}]
    found = quality(observe([small_indicator(), small_indicator("J"), small_indicator("K")], rows))

    assert [row["age_days"] for row in found.rows()] == [59, 0, None]


def test_totals_that_differ():
    """A total beside parts that make another is counted and told."""
    rows = [{"period": "2025-01", "sex": sex, "value": n} for sex, n in (("", 8), ("female", 3), ("male", 4))]
    found = of(rows, dimensions=["sex"])

    assert found.row("I")["totals_differ"] == 1
    assert found.remarks.of("total_differs")


def test_part_against_its_total():
    """UNMISS, second quarter of 2022: victims fell by 15 %, and sexual violence rose by 218 %."""
    _, observed = cpas.datasets.load("unmiss")
    remarks = quality(observed).remarks.of("part_against_total")
    deaf = quality(observed, methodology=Methodology("m", "1", thresholds={"part against total": 300}))

    assert any(
        "2022-Q2" in r.message and "-15 %" in r.message and "'crsv' (harm) by +218 %" in r.message for r in remarks
    )
    assert not deaf.remarks.of("part_against_total")


def test_what_was_known_then():
    """Quality as of a day knows only what was recorded by then."""
    rows = [{"period": "2025-01", "value": 5, "recorded_at": "2025-02-10"},
            {"period": "2025-02", "value": 5, "recorded_at": "2025-04-09"}]  # fmt: skip
    observed = observe(small_indicator(frequency="month"), rows)

    assert quality(observed, as_of="2025-03-01").row("I")["received"] == 1
    assert quality(observed).row("I")["received"] == 2


def test_as_a_table():
    """One row per indicator, in the plan's order, as frame, JSON and page."""
    found = quality(observe([small_indicator("b"), small_indicator("a")], []))

    assert found.frame["indicator"].tolist() == ["b", "a"]
    assert [row["expected"] for row in found.to_dict()["quality"]] == [0, 0]
    assert "completeness" in found._repr_html_()
