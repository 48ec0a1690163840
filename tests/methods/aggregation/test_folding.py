"""What is folded in one sweep is what row by row gives, to the last bit."""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas.methods.aggregation.pipeline import add_up
from cpas.methods.aggregation.plain import plain_indicators
from cpas.methods.aggregation.rules import compile_rules
from cpas.methods.aggregation.spans import spans_of
from cpas.model import DEFAULT, Dimension, Methodology, Place
from cpas.testing.small import observe, small_indicator
from cpas.testing.strategies_observed_plans import observed_plans

BY = ("month", "quarter", "year", None)
PLACES = [Place("land", "Land"), *(Place(f"T{n}", f"Town {n}", parent="land", level="town") for n in (1, 2))]
SEX = [Dimension("sex", ["female", "male"])]
SEX_AND_AGE = [*SEX, Dimension("age", ["child", "adult"])]
_CROSSED = [(sex, age) for sex in ("female", "male") for age in ("child", "adult")]


def sevenths(row):
    """Return a row of numbers whose sums depend on their order in the last bits."""
    return {name: said / 7 if name in ("value", "numerator") and said else said for name, said in row.items()}


def plain(observations, request, methodology=DEFAULT):
    """Return which indicators are folded."""
    plan = observations.plan
    spans = spans_of(observations.periods, request.spans)
    packed, regular = observations.packed, observations.regularity
    return plain_indicators(plan, packed, regular, request, methodology, compile_rules(plan), spans)


def assert_same_both_ways(observations, **asked):
    """Fold, and go row by row; every column is the same."""
    found = cpas.aggregate(observations, **asked)
    methodology = asked.get("methodology", DEFAULT)
    one_by_one = add_up(observations, found.request, methodology, trace=[])
    folded = add_up(observations, found.request, methodology)
    for column in attrs.fields(type(folded.cells)):
        mine, theirs = getattr(folded.cells, column.name), getattr(one_by_one.cells, column.name)
        np.testing.assert_array_equal(mine, theirs, err_msg=column.name)
    np.testing.assert_array_equal(folded.refused, one_by_one.refused)
    assert folded.groups == one_by_one.groups


@st.composite
def groups_of(draw, plan):
    """Return a strategy for some dimensions of a plan."""
    return tuple(draw(st.sets(st.sampled_from([d.id for d in plan.dimensions])))) if plan.dimensions else ()


@settings(max_examples=80, deadline=None)
@given(observed_plans(), st.sampled_from(BY), st.sampled_from(["all", "each", "region"]), st.booleans(), st.data())
def test_any_table(drawn, by, places, has_vintages, data):
    """For any plan and table, at any frequency and level of places, by any groups."""
    plan, rows = drawn
    rows = [row for row in rows if has_vintages or row["recorded_at"] == rows[0]["recorded_at"]]
    rows = [row if plan.indicator(row["indicator"]).kind in ("ordinal", "text") else sevenths(row) for row in rows]
    groups = data.draw(groups_of(plan))
    assert_same_both_ways(cpas.read_observations(rows, plan), by=by, places=places, groups=groups)


@settings(max_examples=60, deadline=None)
@given(observed_plans(), st.sampled_from(["month", "quarter", "year"]), st.sampled_from([-1, 0, 1]), st.data())
def test_any_moment(drawn, by, days, data):
    """As known before, on and after the day on which values were recorded anew, by any groups."""
    plan, rows = drawn
    moments = sorted({str(row["recorded_at"]) for row in rows})
    moment = date.fromisoformat(moments[-1][:10]) + timedelta(days=days) if moments else date(2026, 1, 1)
    groups = data.draw(groups_of(plan))
    assert_same_both_ways(cpas.read_observations(rows, plan), by=by, as_of=moment, groups=groups)


@settings(max_examples=30, deadline=None)
@given(observed_plans(with_missing=False, with_vintages=False), st.sampled_from(["share 0.5", "any", "at least 2"]))
def test_any_completeness(drawn, completeness):
    """Whatever is complete enough."""
    plan, rows = drawn
    methodology = Methodology("m", "1", completeness=completeness)
    assert_same_both_ways(cpas.read_observations(rows, plan), by="year", methodology=methodology)


RULES = [
    {"kind": "flow"},
    {"kind": "flow", "nil": "return"},
    {"kind": "flow", "over": {"time": "max", "place": "max", "group": "max"}},
    {"kind": "flow", "over": {"time": "min", "place": "sum", "group": "max"}},
    {"kind": "flow", "over": {"place": "mean"}},
    {"kind": "flow", "over": {"time": "count"}},
    {"kind": "stock"},
    {"kind": "stock", "over": {"time": "mean"}},
    {"kind": "cumulative"},
    {"kind": "distinct"},
    {"kind": "ratio"},
    {"kind": "ratio", "over": {"time": "last"}},
    {"kind": "ratio", "over": {"place": "max"}},
    {"kind": "mean"},
    {"kind": "index"},
    {"kind": "ordinal"},
]
REASONS = ("late", "not_due", "not_collected", "not_applicable")


@st.composite
def regular_rows(draw, kind):
    """Return a strategy for rows of whole returns: two places, two sexes, a year of months; some of them missing."""
    members = draw(st.sampled_from([[("", "")], [("female", ""), ("male", "")], _CROSSED]))
    rows = []
    for place in draw(st.sampled_from([("T1",), ("T1", "T2"), ("land",)])):
        for month in range(1, 13):
            fate = draw(st.integers(0, 9))
            if fate == 0:
                continue
            for sex, age in members:
                row = {"indicator": "I", "place": place, "period": f"2025-{month:02d}", "sex": sex, "age": age}
                if fate < 3:
                    rows.append({**row, "reason": draw(st.sampled_from(REASONS))})
                elif kind in ("ratio", "mean"):
                    base = draw(st.integers(1, 9))
                    rows.append({**row, "numerator": draw(st.integers(0, base)), "denominator": base})
                elif kind == "ordinal":
                    rows.append({**row, "value": draw(st.integers(0, 2))})
                else:
                    rows.append({**row, "value": draw(st.integers(0, 40)) / 7})
    return rows


@settings(max_examples=15, deadline=None)
@given(st.data())
@pytest.mark.parametrize("rule", RULES, ids=str)
def test_any_rule(rule, data):
    """For every kind and rule, by any groups, with returns absent, late and not due."""
    unit = "%" if rule["kind"] == "ratio" else "day"
    one = small_indicator(**rule, dimensions=["sex", "age"], frequency="month", unit=unit)
    rows = data.draw(regular_rows(rule["kind"]))
    observed = observe(one, rows, places=PLACES, dimensions=SEX_AND_AGE)
    groups = data.draw(st.sampled_from([(), ("sex",), ("age",), ("sex", "age")]))
    for by in ("quarter", "year"):
        for places in ("all", "each"):
            assert_same_both_ways(observed, by=by, places=places, groups=groups)


def test_what_is_folded():
    """A regular flow is folded, by groups too; one with another month's total goes row by row, or by shorter times."""
    one = small_indicator(dimensions=["sex"], frequency="month")
    rows = [
        {"indicator": "I", "period": f"2025-0{n}", "sex": sex, "value": n}
        for n in (1, 2, 3)
        for sex in ("female", "male")
    ]
    regular = observe(one, rows, dimensions=SEX)
    odd = observe(one, [*rows, {"indicator": "I", "period": "2025-04", "value": 9}], dimensions=SEX)

    assert plain(regular, cpas.aggregate(regular, by="quarter").request).tolist() == [True]
    assert plain(odd, cpas.aggregate(odd, by="quarter").request).tolist() == [False]
    assert plain(regular, cpas.aggregate(regular, by="quarter", groups="sex").request).tolist() == [True]
    assert plain(regular, cpas.aggregate(regular, by="week").request).tolist() == [False]
    counted = small_indicator(dimensions=["sex"], frequency="month", nil="return")
    implying = observe(counted, rows, dimensions=SEX)
    assert plain(implying, cpas.aggregate(implying, by="quarter").request).tolist() == [True]
    assert plain(implying, cpas.aggregate(implying, by="quarter", groups="sex").request).tolist() == [False]
