"""What each indicator does to each score, against plans and data that really are otherwise."""

from __future__ import annotations

import json
import math

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cpas import datasets
from cpas.cycle.performing import aggregate
from cpas.cycle.probing import probe
from cpas.cycle.rating import rate
from cpas.cycle.scoring import score
from cpas.errors import RequestError
from cpas.io.observations import read_observations
from cpas.methods.stability import leave_one_out, needed_change
from cpas.model import Baseline, Indicator, Link, Measure, Methodology, Objective, Outcome, Plan, Target

METHODS = Methodology("m", "1", power=-1.5, alpha=0.3)
ways = st.sampled_from(["arithmetic", "geometric", "generalised", "mean_min", "median", "minimum"])


@st.composite
def cases(draw):
    """Draw two outcomes that serve a third and an objective, with indicators from 0 in 2023 to 100 in 2026."""
    a, b, c, d = (draw(ways) for _ in range(4))
    elements = [Outcome("A", "t", combine=a), Outcome("B", "t", combine=b), Outcome("C", "t", combine=c),
                Objective("D", "t", combine=d)]  # fmt: skip
    links = [Link("A", "C", weight=draw(st.integers(1, 5))), Link("B", "C"), Link("C", "D"), Link("A", "D")]
    indicators = [
        Indicator(
            f"I-{n}", "n", measures=[Measure(draw(st.sampled_from("AB")), draw(st.integers(1, 5)))], unit="%",
            kind="ratio", better="higher", baseline=Baseline(0, "2023"), targets=Target(100, "2026"),
        )
        for n in range(draw(st.integers(2, 5)))
    ]  # fmt: skip
    values = {one.id: draw(st.integers(1, 99).map(float)) for one in indicators}
    plan = Plan("p", "t", period="2024-01-01/2026-12-31", elements=elements, links=links, indicators=indicators)
    return plan, values


def scored(plan, values):
    rows = [{"indicator": id, "period": "2025", "value": value} for id, value in values.items()]
    return score(aggregate(read_observations(rows, plan), by=["2025"]), methodology=METHODS)


@settings(max_examples=30, deadline=None)
@given(cases(), st.data())
def test_without_is_a_plan_without(case, data):
    """What a score would be without an indicator is what it is in a plan that never had it."""
    plan, values = case
    row = data.draw(st.sampled_from(probe(scored(plan, values), at="2025").rows()))
    others = [one for one in plan.indicators if one.id != row["id"]]
    # An element left bare would take its score from below: another plan.
    assume({e for one in plan.indicators for e in one.elements} == {e for one in others for e in one.elements})
    rest = {id: value for id, value in values.items() if id != row["id"]}
    there = scored(attrs.evolve(plan, indicators=others), rest).row(row["element"], "2025")["score"]

    assert row["without"] == pytest.approx(there)
    assert row["effect"] == pytest.approx(row["whole"] - there)


@settings(max_examples=40, deadline=None)
@given(cases(), st.data())
def test_the_value_named_turns_the_rating(case, data):
    """At the value named the word is better, just short of it it is not; below the other it is worse."""
    plan, values = case
    rows = [row for row in probe(scored(plan, values), at="2025").rows() if row["level"] == "outcome"]
    turning = [row for row in rows if row["value_up"] is not None or row["value_down"] is not None]
    assume(turning)
    row = data.draw(st.sampled_from(turning))

    def place(value):
        found = rate(scored(plan, {**values, row["id"]: value})).row(row["element"], "2025")
        words = ["worse than baseline", "far behind", "behind", "on path"]
        return words.index(found["rating"]) if found["rating"] in words else len(words)

    now = place(values[row["id"]])
    if row["value_up"] is not None:
        assert place(row["value_up"] + 1e-4) > now
        assert place(row["value_up"] - 1e-2) == now
    if row["value_down"] is not None:
        assert place(row["value_down"] + 1e-2) == now
        assert place(row["value_down"] - 1e-2) < now


def test_closed_form_of_one_node():
    """At a weighted mean the pure functions of one node say the same."""
    indicators = [
        Indicator(f"I-{n}", "n", measures=[Measure("A", weight)], unit="%", kind="ratio", better="higher",
                  baseline=Baseline(0, "2023"), targets=Target(100, "2024"))
        for n, weight in enumerate((0.5, 0.3, 0.2))
    ]  # fmt: skip
    plan = Plan("p", "t", period="2024", elements=[Outcome("A", "t")], indicators=indicators)
    values = {"I-0": 80.0, "I-1": 50.0, "I-2": 20.0}
    rows = [{"indicator": id, "period": "2024", "value": value} for id, value in values.items()]
    found = probe(score(aggregate(read_observations(rows, plan), by=["2024"])), at="2024").frame

    np.testing.assert_allclose(found["without"], leave_one_out([80, 50, 20], [0.5, 0.3, 0.2]))
    np.testing.assert_allclose(found["score_up"] - found["score"], needed_change([80, 50, 20], [5, 3, 2], cut=60))
    assert found["weight"].tolist() == pytest.approx([0.5, 0.3, 0.2])
    assert found["rating"].tolist() == ["far behind"] * 3


def test_goalposts_have_values_too():
    """Where an indicator has fixed posts, also on a logarithm, the value named is on them."""
    income = Indicator("I", "Income", measures="A", unit="USD/person", kind="mean", better="higher",
                       goalposts=(100, 75000), transform="log")  # fmt: skip
    other = Indicator("J", "Share", measures="A", unit="%", kind="ratio", better="higher", baseline=Baseline(0, "2023"),
                      targets=Target(100, "2024"))  # fmt: skip
    plan = Plan("p", "t", period="2024", elements=[Outcome("A", "t")], indicators=[income, other])
    rows = [{"indicator": "I", "period": "2024", "value": 1000}, {"indicator": "J", "period": "2024", "value": 50}]
    row = probe(score(aggregate(read_observations(rows, plan), by=["2024"])), at="2024").of("A")[0]

    assert math.log(row["value_up"] / 100) / math.log(750) == pytest.approx(row["score_up"] / 100)


def test_objectives_have_effects_and_no_cut_points():
    """An objective has a trend and no traffic light, so there is nothing to reach; effects it has."""
    _, observed = datasets.load("kessara")
    rows = probe(score(aggregate(observed, by="quarter")), at="2025-Q2").of("OBJ-1")

    assert [row["rating"] for row in rows] == [None] * len(rows)
    assert all(row["score_up"] is None and row["effect"] is not None for row in rows)
    assert abs(rows[0]["effect"]) >= abs(rows[-1]["effect"])


def test_table():
    """Rows go to JSON; unknown periods, places and elements are refused with the nearest."""
    _, observed = datasets.load("kessara")
    scores = score(aggregate(observed, by="quarter"))
    probes = probe(scores, at="2025-Q2")

    assert json.dumps(probes.to_dict(), allow_nan=False)
    assert "2025-Q2" in repr(probes)
    assert probes.remarks is scores.remarks
    with pytest.raises(RequestError, match="no scores in 2031"):
        probe(scores, at="2031")
    with pytest.raises(RequestError, match="no place 'Atlantis'"):
        probe(scores, at="2025-Q2", place="Atlantis")
    with pytest.raises(RequestError, match="Did you mean"):
        probes.of("OC1")


def test_where_nothing_was_observed():
    """A period without values has no rows."""
    _, observed = datasets.load("kessara")
    scores = score(aggregate(observed, by=["2035-Q1", "2025-Q2"]))

    assert probe(scores, at="2035-Q1").frame.empty
