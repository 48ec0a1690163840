"""``trends``: series of indicators, their slopes, tests and words, and what is no point of a series."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas import Baseline, Break, MethodError, Methodology, Place, RequestError, Target, aggregate, trends
from cpas.columns import TRENDS, names
from cpas.methods.seasons import same_season
from cpas.testing.small import observe, small_indicator

QUARTERS = [f"{year}-Q{quarter}" for year in (2022, 2023, 2024, 2025) for quarter in (1, 2, 3, 4)]
FALLING = [21, 18, 17, 15, 12, 11]
numbers = st.integers(-1000, 1000)


def rows_of(values, periods=QUARTERS, **said):
    """One row per value that is there."""
    return [{"period": p, "value": v, **said} for p, v in zip(periods, values, strict=False) if v is not None]


def trend_of(values, periods=QUARTERS, *, by="quarter", methodology=None, at=None, **said):
    """Return the trend of one indicator, a flow of incidents unless it is said to be something else."""
    one = small_indicator(**{"unit": "incident", "min_change": 3, **said})
    return trends(aggregate(observe(one, rows_of(values, periods)), by=by), at=at, methodology=methodology).row("I")


# -- laws ----------------------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(st.lists(numbers, min_size=1, max_size=9), st.integers(0, 50))
def test_mirrored_direction(values, least):
    """Turning the values and the better direction changes no word, no test, and only the sign of the slope."""
    one = trend_of(values, kind="index", better="lower", min_change=least)
    other = trend_of([-value for value in values], kind="index", better="higher", min_change=least)

    assert (one["trend"], one["p"], one["note"]) == (other["trend"], other["p"], other["note"])
    assert (one["slope"] is None) == (other["slope"] is None)
    assert one["slope"] is None or one["slope"] == pytest.approx(-other["slope"])


@settings(max_examples=25)
@given(st.lists(numbers, min_size=4, max_size=9), st.sampled_from([2, 8, 64]))
def test_scaled_unit(values, times):
    """A unit so many times smaller scales the slope and changes nothing else."""
    one = trend_of(values, kind="index")
    other = trend_of([value * times for value in values], kind="index", min_change=3 * times)

    assert one["slope"] * times == pytest.approx(other["slope"])
    assert all(one[name] == other[name] for name in ("trend", "p", "points", "change_previous", "change_season"))


@settings(max_examples=15)
@given(st.permutations(range(6)))
def test_order_of_rows(order):
    """The order in which values are read changes nothing."""
    one = small_indicator(unit="incident", min_change=3)
    rows = rows_of(FALLING)
    read = [trends(aggregate(observe(one, some), by="quarter")) for some in (rows, [rows[n] for n in order])]

    assert read[0].rows() == read[1].rows()


@settings(max_examples=15)
@given(st.sets(st.integers(1, 6), max_size=3), st.integers(-20, 20))
def test_gap_is_no_zero(missing, step):
    """On a straight line a gap moves no slope; it is counted, and never taken as 0."""
    values = [None if n in missing else 500 + step * n for n in range(8)]
    found = trend_of(values, kind="index")

    assert found["slope"] == pytest.approx(4 * step)
    assert (found["points"], found["gaps"]) == (8 - len(missing), len(missing))


# -- worked by hand --------------------------------------------------------------------------------------------


def test_worked_by_hand():
    """Six quarters falling by 2 at the median: −8 a year, 10 in all; S −15, variance 85/3, z −14/5.32, p 0.0085."""
    found = trend_of(FALLING)

    assert (found["trend"], found["slope"], found["points"], found["gaps"]) == ("improving", -8.0, 6, 0)
    assert found["p"] == pytest.approx(0.008535, abs=1e-6)
    assert (found["previous"], found["season"], found["years"]) == (12, 18, 1)
    assert found["change_previous"] == pytest.approx(-100 / 12)
    assert found["change_season"] == pytest.approx(-700 / 18)


def test_two_counts():
    """25 incidents, then 12: exact two-sided p 0.047 (methods reference, 3.8)."""
    found = trend_of([25, 12])

    assert found["p_previous"] == pytest.approx(0.047, abs=5e-4)
    assert (found["trend"], found["note"]) == ("insufficient data", "2 points, 4 are needed")


def test_same_season_of_earlier_years():
    """12 after 24 and 26 in the last quarters before: 52 % fewer, compared exactly and with the scatter there is."""
    counts = [5, 9, 7, 24, 6, 8, 9, 26, 4, 9, 8, 12]
    found = trend_of(counts)
    due = same_season(counts, period=4, min_years=2, dispersion=found["dispersion"])

    assert (found["season"], found["years"], found["change_season"]) == (25, 2, -52)
    assert found["p_season"] == pytest.approx(due.p)
    assert found["dispersion"] > 1


def test_nothing_ever_happened():
    """Counts of zero do not differ, and an unchanged series is stable."""
    found = trend_of([0, 0, 0, 0, 0])

    assert (found["trend"], found["p"], found["p_previous"], found["p_season"]) == ("stable", 1, 1, 1)
    assert found["change_previous"] is None


def test_concepts_disagree():
    """100 to 80 in 4 of 10 years, target 50: on track by the line, too slow by growth (methods reference, 3.4)."""
    found = trend_of(
        [100, 100, 96, 88, 80], [f"{year}-12" for year in range(2020, 2025)], by="year", kind="stock",
        baseline=Baseline(100, "2020"), targets=Target(50, "2030"),
    )  # fmt: skip

    assert found["concepts"] == "linear: on track; growth: too slow; anticipated: on track"
    assert found["agreement"] == pytest.approx(2 / 3)


def test_no_concept_without_a_way():
    """Without a target, and where the baseline has reached it, no concept is asked."""
    aims = [{}, {"baseline": Baseline(5, "2021-Q4"), "targets": Target(10, "2026-Q4")}]

    assert [trend_of(FALLING, **aim)["concepts"] for aim in aims] == [None, None]


# -- what is no point, and what has no word --------------------------------------------------------------------


def test_incomplete_sum_is_no_point():
    """A quarter with one of three months is too small to be compared: it is missing, not low."""
    months = [f"2024-{month:02d}" for month in range(1, 13)] + ["2025-01"]
    found = trend_of([5] * 13, months, frequency="month")

    assert (found["value"], found["points"], found["previous"]) == (None, 4, 15)
    assert (found["trend"], found["change_previous"]) == ("stable", None)


def test_a_value_that_still_holds_is_no_point():
    """A stock that is carried on was observed once, so it makes one point."""
    found = trend_of([7, None, None, 9], kind="stock", valid_for=800)

    assert (found["points"], found["gaps"]) == (2, 2)


def test_break_in_series():
    """What lies before a break that nothing bridges is no point; with a factor it is, converted."""
    values = [210, 180, 170, 15, 12, 11]
    cut, bridged = (
        trend_of(values, breaks=(Break(date(2022, 10, 1), "New definition", factor=factor),)) for factor in (None, 0.1)
    )

    assert (cut["points"], cut["trend"]) == (3, "insufficient data")
    assert (bridged["points"], bridged["slope"]) == (6, pytest.approx(-8.0))


@pytest.mark.parametrize(
    ("said", "trend", "note"),
    [
        ({"min_change": None}, "insufficient data", "min_change"),
        ({"better": "neutral"}, None, "no way of it is better"),
        ({"kind": "cumulative", "better": "higher"}, None, "running total"),
        ({"kind": "index", "better": "inside", "band": (0, 12)}, "improving", None),
        ({"min_change": 50}, "stable", None),
    ],
)
def test_words(said, trend, note):
    """Each series has its word, or the reason why not."""
    found = trend_of(FALLING, **said)

    assert found["trend"] == trend
    assert found["note"] is note if note is None else note in found["note"]


def test_levels_have_a_test_and_no_slope():
    """Levels of behaviour have an order, which the test reads, and no distances."""
    found = trend_of(
        ["worst", "bad", "bad", "good", "best"], kind="ordinal", unit="level", better="higher", min_change=None
    )

    assert (found["slope"], found["trend"]) == (None, None)
    assert found["p"] < 0.1


def test_number_of_points_is_of_the_methodology():
    """How many points make a trend is a constant of the method; two never do."""
    assert trend_of(FALLING[:3], methodology=Methodology("m", "1", thresholds={"trend points": 3}))["trend"] == (
        "improving"
    )
    with pytest.raises(MethodError, match="three values at the least"):
        trend_of(FALLING[:2], methodology=Methodology("m", "1", thresholds={"trend points": 2}))


def test_earlier_period():
    """The series ends where it is asked to, and knows nothing of what came later."""
    assert trend_of(FALLING, at="2022-Q4") == trend_of(FALLING[:4])


# -- the table ---------------------------------------------------------------------------------------------------


def test_worked_mission():
    """Every indicator, place and group of the worked mission has its row, as declared."""
    _, observed = cpas.datasets.load("kessara")
    quarters = aggregate(observed, by="quarter", places="each")
    found = trends(quarters)
    c = quarters.cells
    keys = set(zip(c.indicator.tolist(), c.place.tolist(), c.cell.tolist(), strict=True))
    texts = sum(quarters.plan.indicators[key[0]].kind == "text" for key in keys)

    assert len(found) == len(keys) - texts
    assert tuple(found.frame.columns) == names(TRENDS)
    assert found.to_dict()["at"] == str(quarters.periods[-1])
    assert "<table" in found._repr_html_()
    assert {row["trend"] for row in found.rows()} <= {"improving", "stable", "worsening", "insufficient data", None}


def test_places_and_groups_have_their_own():
    """A place has its own series; no trend stands where none was asked for."""
    one = small_indicator(unit="incident", min_change=3, place_rows="own")
    places = [Place("land", "Land"), Place("a", "A", parent="land"), Place("b", "B", parent="land")]
    rows = rows_of(FALLING, place="a") + rows_of([5] * 6, place="b")
    found = trends(aggregate(observe(one, rows, places=places), by="quarter", places="each"))

    assert [found.row("I", place)["trend"] for place in ("a", "b")] == ["improving", "stable"]
    with pytest.raises(RequestError, match="no trend of 'J'"):
        found.row("J")


def test_no_observations():
    """Nothing observed is an empty table."""
    assert trends(aggregate(observe(small_indicator(), []), by="quarter")).rows() == []


def test_unknown_period():
    """A period that was not asked for is refused with the nearest."""
    with pytest.raises(RequestError, match="no period 2019-Q1"):
        trend_of(FALLING, at="2019-Q1")


def test_years_to_date_are_refused():
    """A quarter to date is a part of a half to date: they make no series."""
    observed = observe(small_indicator(unit="incident"), rows_of(FALLING))

    with pytest.raises(RequestError, match="Years to date"):
        trends(aggregate(observed, by="quarter", to_date="year"))


def test_table_is_the_callers_own():
    """What is changed in a frame is not changed in the result."""
    found = trends(aggregate(observe(small_indicator(unit="incident"), rows_of(FALLING)), by="quarter"))
    frame = found.frame
    frame.loc[0, "slope"] = 0

    assert found.row("I")["slope"] == -8.0
