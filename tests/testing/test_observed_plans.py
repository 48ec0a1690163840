"""What is drawn is valid by construction, and the laws of adding up hold on it."""

from __future__ import annotations

import math

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpas.cycle.performing import aggregate
from cpas.io.observations import read_observations
from cpas.testing.comparing import assert_same
from cpas.testing.strategies_observed_plans import observed_plans

slow = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@given(observed_plans())
@slow
def test_is_read_without_a_fault(drawn):
    """The readers take in every row."""
    plan, rows = drawn

    assert len(read_observations(_table(rows), plan)) == len(rows)


@given(observed_plans(), st.randoms(use_true_random=False), st.sampled_from(["quarter", "year", None]))
@slow
def test_order_of_rows_is_free(drawn, random, by):
    """Rows in any order give the same aggregates."""
    plan, rows = drawn
    shuffled = list(rows)
    random.shuffle(shuffled)

    assert_same(
        aggregate(read_observations(_table(rows), plan), by=by),
        aggregate(read_observations(_table(shuffled), plan), by=by),
    )


@given(observed_plans())
@slow
def test_as_of_the_future_is_no_as_of(drawn):
    """Knowing everything that will be recorded is knowing what is recorded."""
    plan, rows = drawn
    observed = read_observations(_table(rows), plan)

    assert_same(
        aggregate(observed, by="quarter", as_of="2100-01-01"), aggregate(observed, by="quarter"), ignore=["as_of"]
    )


@given(observed_plans(["flow"], with_missing=False, with_vintages=False))
@slow
def test_flows_add_up(drawn):
    """The sum of an indicator's rows is the sum of its quarters, whatever places and members they were for."""
    plan, rows = drawn
    frame = aggregate(read_observations(_table(rows), plan), by="quarter").frame
    for indicator in plan.indicators:
        mine = sum(row["value"] for row in rows if row["indicator"] == indicator.id)

        assert math.isclose(mine, frame.query("indicator == @indicator.id")["value"].sum(), abs_tol=0)


@given(observed_plans(["ratio"], with_missing=False, with_vintages=False))
@slow
def test_ratios_are_worked_out_anew(drawn):
    """A share at any level is the sum of its numerators over the sum of its denominators."""
    plan, rows = drawn
    frame = aggregate(read_observations(_table(rows), plan), by="year").frame.dropna(subset="value")
    for row in frame.itertuples():
        mine = [r for r in rows if r["indicator"] == row.indicator and r["period"][:4] == row.period]
        share = 100 * sum(r["numerator"] for r in mine) / sum(r["denominator"] for r in mine)

        assert math.isclose(share, row.value, rel_tol=1e-12)


@given(observed_plans(["flow", "stock"]))
@slow
def test_an_all_missing_sum_is_missing(drawn):
    """Without any value there is no value, never zero."""
    plan, rows = drawn
    silent = [{k: v for k, v in row.items() if k not in ("value",)} | {"reason": "not_collected"} for row in rows]
    frame = aggregate(read_observations(_table(silent), plan), by="quarter").frame

    assert frame["value"].isna().all()


def _table(rows):
    """A list of rows; none at all is a table with a header alone."""
    return rows or pd.DataFrame({"indicator": [], "period": []}, dtype=object)
