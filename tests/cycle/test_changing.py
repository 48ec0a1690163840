"""What if: the rows a change reaches, worked out alone, are those of full scores of the changed plan."""

from __future__ import annotations

import pickle

import attrs
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cpas
from cpas.cycle.changing import what_if
from cpas.errors import RequestError
from cpas.model import (
    Baseline,
    Indicator,
    Link,
    Measure,
    Methodology,
    Objective,
    Outcome,
    Output,
    Override,
    Plan,
    Target,
)
from cpas.testing.comparing import assert_same
from cpas.testing.strategies_observed_plans import observed_plans

settings.register_profile("what-if", deadline=None, max_examples=40)
settings.load_profile("what-if")

WAYS = ("arithmetic", "geometric", "harmonic", "median", "minimum")
PERIODS = ("2024-Q1", "2024-Q2", "2024-Q3")


@st.composite
def scored(draw):
    """Draw scores of outcomes that serve later ones, some with outputs, of indicators of every way to be scored."""
    outcomes = [f"OC-{n}" for n in range(draw(st.integers(1, 5)))]
    nodes = [*outcomes, "OBJ-1"]
    links = [
        Link(source, target, weight=draw(st.integers(0, 4)))
        for n, source in enumerate(outcomes)
        for target in draw(st.lists(st.sampled_from(nodes[n + 1 :]), unique=True, max_size=3))
    ]
    links += [Link("OP-1", outcome, weight=draw(st.integers(1, 4))) for outcome in outcomes[:2]]
    ways = st.none() | st.sampled_from(WAYS)
    elements = [(Outcome if id in outcomes else Objective)(id, "t", combine=draw(ways)) for id in nodes]
    elements = [attrs.evolve(one, min_coverage=draw(st.sampled_from([None, 0.6]))) for one in elements]
    measured = st.lists(st.tuples(st.sampled_from([*nodes, "OP-1"]), st.integers(0, 4)), min_size=1, max_size=2,
                        unique_by=lambda one: one[0])  # fmt: skip
    indicators = [draw(indicator(f"I-{n}", draw(measured))) for n in range(draw(st.integers(1, 5)))]
    plan = Plan("p", "t", period="2024-01-01/2024-12-31", elements=[*elements, Output("OP-1", "o")], links=links,
                indicators=indicators)  # fmt: skip
    numbers = st.none() | st.integers(1, 120)
    rows = [{"indicator": one.id, "period": period, "value": value} for one in indicators for period in PERIODS
            if (value := draw(numbers)) is not None]  # fmt: skip
    assume(rows)
    nodes = [Override(id, weights="equal") for id in draw(st.sets(st.sampled_from(outcomes), max_size=2))]
    methodology = Methodology("m", "1", min_coverage=draw(st.sampled_from([0.0, 0.8])), nodes=nodes,
                              availability=draw(st.sampled_from(["weight", "weight", "indicators"])))  # fmt: skip
    observed = cpas.read_observations(pd.DataFrame(rows), plan)
    return cpas.score(cpas.aggregate(observed, by="quarter", methodology=methodology))


def indicator(id, measures):
    said = {"name": "n", "measures": [Measure(*one) for one in measures], "unit": "index", "kind": "index"}
    scales = st.sampled_from([
        {"better": "higher", "goalposts": (0, 100)},
        {"better": "lower", "goalposts": (100, 1), "transform": "log"},
        {"better": "higher", "baseline": Baseline(10, "2023-Q4"), "targets": Target(80, "2024-Q4")},
        {"better": "inside", "band": (40, 60), "baseline": Baseline(10, "2023-Q4")},
        {"better": "neutral"},
    ])  # fmt: skip
    return st.builds(lambda scale, weight: Indicator(id, **said, **scale, weight=weight), scales, st.integers(0, 3))


@st.composite
def changes(draw, scores):
    """Draw what is otherwise: records and values."""
    plan, records, values = scores.plan, [], {}
    weights = st.sampled_from([0.0, 0.5, 3.0])
    for one in draw(st.lists(st.sampled_from(plan.indicators), unique_by=lambda i: i.id, max_size=2)):
        other = attrs.evolve(one, weight=draw(weights))
        if one.goalposts and draw(st.booleans()):
            other = attrs.evolve(other, goalposts=(one.goalposts[0], one.goalposts[1] * 2))
        if one.targets and draw(st.booleans()):
            other = attrs.evolve(other, targets=Target(draw(st.sampled_from([5, 10, 120])), "2024-Q4"))
        records.append(other)
    if plan.links:
        for link in draw(st.lists(st.sampled_from(plan.links), unique_by=lambda o: (o.source, o.target), max_size=2)):
            records.append(attrs.evolve(link, weight=draw(weights)))
    for one in draw(st.lists(st.sampled_from(plan.indicators), unique_by=lambda i: i.id, max_size=2)):
        period = draw(st.sampled_from([str(p) for p in scores.periods]))
        values[one.id, period] = draw(st.none() | st.integers(1, 120).map(float))
    return records, values


def columns(scores):
    return {name: np.asarray(column) for name, column in scores.table.columns.items()}


def assert_equal(made, full):
    """Every column to the last bit, the frame, the weights and the remarks."""
    for name, column in columns(full).items():
        np.testing.assert_array_equal(column, made.table.columns[name], err_msg=name)
    pd.testing.assert_frame_equal(full.frame, made.frame)
    pd.testing.assert_frame_equal(full.weights, made.weights)
    assert full.remarks == made.remarks
    assert_same(full, made)


@given(scored(), st.data())
def test_a_part_is_the_whole(scores, data):
    """Only the rows that a change reaches are worked out, and they are those of full scores of the changed plan."""
    records, values = data.draw(changes(scores))
    before = {name: column.copy() for name, column in columns(scores).items()}
    made = what_if(scores, *records, values=values)

    assert_equal(made, cpas.score(made.aggregates))
    for name, column in columns(scores).items():
        np.testing.assert_array_equal(before[name], column, err_msg=f"{name} of the scores before")


@given(scored(), st.data())
def test_one_after_another(scores, data):
    """What was asked first still holds when more is asked."""
    first, second = data.draw(changes(scores)), data.draw(changes(scores))
    made = what_if(what_if(scores, *first[0], values=first[1]), *second[0], values=second[1])

    assert_equal(made, cpas.score(made.aggregates))


@given(scored(), st.data())
def test_the_changed_plan(scores, data):
    """The plan of the result is the plan with the records changed, made and checked like any other."""
    records, _ = data.draw(changes(scores))
    plan = scores.plan
    by_id = {one.id: one for one in records if isinstance(one, Indicator)}
    by_ends = {(one.source, one.target): one for one in records if isinstance(one, Link)}
    expected = attrs.evolve(
        plan,
        indicators=[by_id.get(one.id, one) for one in plan.indicators],
        links=[by_ends.get((one.source, one.target), one) for one in plan.links],
    )
    made = what_if(scores, *records)

    assert expected == made.plan
    pd.testing.assert_frame_equal(
        cpas.score(cpas.aggregate(cpas.read_observations(observed_frame(scores), expected), by="quarter",
                                  methodology=scores.methodology)).frame,
        made.frame,
    )  # fmt: skip


def observed_frame(scores):
    frame = scores.aggregates.observations.frame
    return frame[["indicator", "period", "value"]]


@settings(max_examples=25, deadline=None)
@given(observed_plans(), st.data())
def test_values_by_place(drawn, data):
    """Also where scores are by place and not every indicator has a row everywhere."""
    plan, rows = drawn
    assume(rows)
    scores = cpas.score(cpas.aggregate(cpas.read_observations(pd.DataFrame(rows), plan), by="quarter", places="each"))
    usable = [row for row in scores.aggregates.rows() if plan.indicator(row["indicator"]).kind != "text"]
    assume(usable)
    row = data.draw(st.sampled_from(usable))
    made = what_if(scores, values={(row["indicator"], row["period"], row["place"]): 1.0})

    assert_equal(made, cpas.score(made.aggregates))
    assert made.aggregates.row(row["indicator"], row["period"], row["place"])["value"] == 1.0


# -- what it says of itself ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kessara():
    plan, observed = cpas.datasets.load("kessara")
    return plan, cpas.score(cpas.aggregate(observed, by="quarter"))


def test_nothing_asked(kessara):
    """Where nothing is otherwise, the scores are the scores."""
    plan, scores = kessara

    assert what_if(scores) is scores
    assert what_if(scores, plan.indicator("I03")) is scores


def test_assumed_is_said(kessara):
    """The remarks of scores, aggregates and assessment say what is assumed, and an assessment has another hash."""
    _, scores = kessara
    made = what_if(scores, values={("I03", "2025-Q2"): 75.0})
    assessed, before = cpas.assess(made, at="2025-Q2"), cpas.assess(scores, at="2025-Q2")

    said = "I03 in 2025-Q2 at Kessara is taken as 75, where 63 was found."
    for result in (made, made.aggregates, assessed):
        assert [remark.message for remark in result.remarks.of("assumed")] == [said]
    assert assessed.hash != before.hash
    assert assessed["OC-1"].progress != before["OC-1"].progress


def test_assumed_is_no_change(kessara):
    """What is assumed is no real change: two assessments, one of which rests on it, are not compared."""
    _, scores = kessara
    made = what_if(scores, values={("I03", "2025-Q2"): 75.0})
    with pytest.raises(RequestError, match="values that are assumed"):
        cpas.compare(cpas.assess(scores, at="2025-Q2"), cpas.assess(made, at="2025-Q2"))


def test_explained(kessara):
    """An explanation says that a value is assumed and shows no observation as its ground."""
    _, scores = kessara
    text = cpas.explain(what_if(scores, values={("I03", "2025-Q2"): 75.0}), "I03", period="2025-Q2").to_text()

    assert "75" in text
    assert "Assumed in place of 63" in text


def test_missing(kessara):
    """None makes a value missing: the element rests on what is left, and its coverage says so."""
    _, scores = kessara
    made = what_if(scores, values={("I03", "2025-Q2"): None})

    assert made.row("I03", "2025-Q2")["reason"] == "no_return"
    assert made.row("OC-1", "2025-Q2")["coverage"] < scores.row("OC-1", "2025-Q2")["coverage"]


def test_other_methodology_keeps_it(kessara):
    """Made again by another methodology, a result still rests on what is assumed."""
    _, scores = kessara
    made = what_if(scores, values={("I03", "2025-Q2"): 75.0})
    for other in ({"combine": "minimum"}, {"completeness": "any"}):
        again = cpas.rescore(made, attrs.evolve(scores.methodology, name="other", **other))

        assert again.aggregates.row("I03", "2025-Q2")["value"] == 75.0
        assert again.remarks.of("assumed")


def test_pickled(kessara):
    """A result survives pickling."""
    _, scores = kessara
    made = what_if(scores, values={("I03", "2025-Q2"): 75.0})

    assert_same(made, pickle.loads(pickle.dumps(made)))


@pytest.mark.parametrize(
    ("records", "values", "said"),
    [
        ((), {("I99", "2025-Q2"): 1.0}, "no indicator 'I99'"),
        ((), {("OC-1", "2025-Q2"): 1.0}, "no indicator 'OC-1'"),
        ((), {("I03", "2035-Q2"): 1.0}, "no score in 2035-Q2"),
        ((), {("I03", "2025-Q2"): float("inf")}, "give a number, or None"),
        ((), {("I03",): 1.0}, "at a place or not"),
        (("I03",), {}, "What would 'I03' change"),
        ((Link("OC-9", "OBJ-1"),), {}, "no link OC-9 → OBJ-1"),
    ],
)
def test_refused(kessara, records, values, said):
    """What cannot be asked is refused, and the refusal says what was asked."""
    with pytest.raises(RequestError, match=said):
        what_if(kessara[1], *records, values=values)


def test_what_decides_how_values_add_up_is_refused(kessara):
    """Another kind would need other aggregates."""
    plan, scores = kessara
    with pytest.raises(RequestError, match="another valid_for, which decides how its values add up"):
        what_if(scores, attrs.evolve(plan.indicator("I03"), valid_for=3))
