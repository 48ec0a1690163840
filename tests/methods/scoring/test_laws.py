"""Laws of the roll-up, on random plans: many-to-many, shared outcomes, every method, missing values."""

from __future__ import annotations

import math

import attrs
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cpas.cycle.performing import aggregate
from cpas.cycle.scoring import score
from cpas.io.observations import read_observations
from cpas.methods import combine as rules
from cpas.model import (
    Activity,
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

settings.register_profile("roll-up", deadline=None, max_examples=30)
settings.load_profile("roll-up")

WAYS = ("arithmetic", "geometric", "harmonic", "generalised", "mean_min", "median", "minimum")
METHODS = Methodology("laws", "1", power=-2.0, alpha=0.25)
weights = st.integers(1, 9)
ways = st.none() | st.sampled_from(WAYS)


@st.composite
def plans(draw):
    """Draw a plan of outcomes that serve later outcomes and objectives, some of them shared, with indicators."""
    outcomes = [f"OC-{n}" for n in range(draw(st.integers(1, 5)))]
    objectives = [f"OBJ-{n}" for n in range(draw(st.integers(1, 2)))]
    nodes = [*outcomes, *objectives]
    links = [
        Link(source, target, weight=draw(weights))
        for n, source in enumerate(outcomes)
        for target in draw(st.lists(st.sampled_from(nodes[n + 1 :]), unique=True, max_size=3))
    ]
    elements = [(Outcome if id in outcomes else Objective)(id, "t", combine=draw(ways)) for id in nodes]
    measured = st.lists(st.tuples(st.sampled_from(nodes), weights), min_size=1, max_size=2, unique_by=lambda m: m[0])
    indicators = [indicator(f"I-{n}", draw(measured), draw(weights)) for n in range(draw(st.integers(1, 6)))]
    return Plan("p", "t", elements=draw(st.permutations(elements)), links=links, indicators=indicators)


def indicator(id, measures, weight=1.0, **other):
    said = {"unit": "index", "kind": "index", "better": "higher", "goalposts": (0, 100), **other}
    return Indicator(id, "n", measures=[Measure(*one) for one in measures], weight=weight, **said)


@st.composite
def cases(draw):
    """Draw a plan, and a value, nothing, or a value that is not applicable, for each indicator."""
    plan = draw(plans())
    one = st.integers(0, 100).map(float) | st.just("not_collected") | st.just("not_applicable")
    return plan, {one_of.id: draw(one) for one_of in plan.indicators}


def scored(plan, values, methodology=METHODS):
    rows = [
        {"indicator": id, "period": "2025", **({"reason": v} if isinstance(v, str) else {"value": v})}
        for id, v in values.items()
    ]
    return score(aggregate(read_observations(rows, plan), by=["2025"]), methodology=methodology)


def of(scores, name="score"):
    """Return a column of the elements and indicators by id."""
    frame = scores.frame
    return dict(zip(frame["id"], frame[name], strict=True))


def same(one, other, *, tolerance=1e-9):
    assert one.keys() == other.keys()
    np.testing.assert_allclose(list(one.values()), [other[id] for id in one], atol=tolerance, rtol=0)


# -- against the rules written down plainly ---------------------------------------------------------------


def plainly(plan, values, methodology=METHODS):
    """Return the scores by recursion, one node at a time, as the design says them."""
    scores, coverage = {}, {}

    def combined(id, parts):
        way = methodology.node(id).combine or plan.element(id).combine or methodology.combine
        numbers = {"generalised": {"power": methodology.power}, "mean_min": {"alpha": methodology.alpha}}.get(way, {})
        return float(getattr(rules, way)([s for s, _ in parts], [w for _, w in parts], **numbers))

    def visit(id):
        if id in scores:
            return
        own = [(values[i.id], i.weight * m.weight) for i in plan.indicators for m in i.measures if m.element == id]
        below = [(link.source, link.weight) for link in plan.links if link.target == id]
        for source, _ in below:
            visit(source)
        declares = methodology.node(id).combine or plan.element(id).combine
        scores[id] = coverage[id] = math.nan
        if own:
            parts = [(math.nan if isinstance(v, str) else v, w) for v, w in own]
            due = sum(w for v, w in own if v != "not_applicable")
            scores[id] = combined(id, parts)
            coverage[id] = sum(w for s, w in parts if not math.isnan(s)) / due if due else math.nan
        elif below and declares:
            scores[id] = combined(id, [(scores[source], w) for source, w in below])
            behind = [(s, w) for s, w in below if not (math.isnan(coverage[s]) and rests_on_something(s))]
            total = sum(w for _, w in behind)
            there = sum(w * coverage[s] for s, w in behind if not math.isnan(scores[s]))
            coverage[id] = there / total if total else math.nan

    def rests_on_something(id):
        return any(id in i.elements for i in plan.indicators) or bool(plan.element(id).combine)

    for element in plan.elements:
        visit(element.id)
    return scores, coverage


@given(cases())
def test_scores_are_those_of_the_rules(case):
    """The arrays give what the rules give when followed one node at a time, coverage too."""
    plan, values = case
    found = scored(plan, values)
    expected, coverage = plainly(plan, values)

    for id in expected:
        row = found.row(id, "2025")
        assert (math.nan if row["score"] is None else row["score"]) == pytest.approx(expected[id], nan_ok=True)
        assert (math.nan if row["coverage"] is None else row["coverage"]) == pytest.approx(coverage[id], nan_ok=True)


# -- laws --------------------------------------------------------------------------------------------


@given(cases(), st.data())
def test_a_better_indicator_never_lowers_anything(case, data):
    """Monotone, for every method a plan may name, through any graph."""
    plan, values = case
    numbers = [id for id, value in values.items() if not isinstance(value, str)]
    assume(numbers)
    raised = data.draw(st.sampled_from(numbers))
    before, after = of(scored(plan, values)), of(scored(plan, {**values, raised: (values[raised] + 100) / 2}))

    for id, one in before.items():
        assert math.isnan(one) or after[id] >= one - 1e-9


@given(cases())
def test_bounds(case):
    """A score lies between its worst and its best part, and between 0 and 100; nothing comes of nothing."""
    plan, values = case
    found = scored(plan, values).frame.set_index("id")
    for element in plan.elements:
        row = found.loc[element.id]
        if not math.isnan(row["score"]):
            assert 0 <= row["score"] <= 100
            assert row["worst"] - 1e-9 <= row["score"] <= row["worst"] + row["dispersion"] + 1e-9


@given(cases(), st.integers(2, 1000))
def test_scaled_weights(case, factor):
    """Multiplying all weights of every node by one number changes nothing."""
    plan, values = case
    heavier = attrs.evolve(
        plan,
        links=[attrs.evolve(link, weight=factor * link.weight) for link in plan.links],
        indicators=[attrs.evolve(one, weight=factor * one.weight) for one in plan.indicators],
    )
    for name in ("score", "coverage"):
        same(of(scored(plan, values), name), of(scored(heavier, values), name))


@given(cases(), st.randoms(use_true_random=False))
def test_order_in_the_plan_does_not_matter(case, random):
    """Elements, links, indicators and rows in any order: the same scores."""
    plan, values = case

    def shuffled(some):
        return random.sample(list(some), len(some))

    other = attrs.evolve(
        plan,
        elements=shuffled(plan.elements),
        links=shuffled(plan.links),
        indicators=[attrs.evolve(one, measures=shuffled(one.measures)) for one in shuffled(plan.indicators)],
    )
    rows = dict(shuffled(values.items()))
    for name in ("score", "coverage", "worst", "answered"):
        same(of(scored(plan, values), name), of(scored(other, rows), name))


@given(cases())
def test_mirrored_direction(case):
    """Negate an indicator's values and goalposts and turn its direction: the same score."""
    plan, values = case
    mirrored = attrs.evolve(
        plan, indicators=[attrs.evolve(one, better="lower", goalposts=(0, -100)) for one in plan.indicators]
    )
    turned = {id: value if isinstance(value, str) else -value for id, value in values.items()}

    same(of(scored(plan, values)), of(scored(mirrored, turned)))


@given(st.floats(-100, 200), st.floats(0.001, 1000), st.sampled_from(["higher", "lower"]))
def test_scaled_units(value, factor, better):
    """Baseline, target and value in another unit: the same progress, path and pace."""

    def made(k):
        sign = 1 if better == "higher" else -1
        one = indicator("I", [("E", 1)], goalposts=None, better=better, baseline=Baseline(sign * 20 * k, "2023"),
                        targets=Target(sign * 90 * k, "2026"))  # fmt: skip
        plan = Plan("p", "t", period="2024-01-01/2026-12-31", elements=[Outcome("E", "t")], indicators=[one])
        return scored(plan, {"I": sign * value * k}).row("E", "2025")

    one, other = made(1), made(factor)
    for name in ("score", "path", "pace", "coverage"):
        assert one[name] == pytest.approx(other[name], abs=1e-6)


@given(cases())
def test_dropping_what_is_missing(case):
    """An indicator without a value might as well not be in the plan, but for coverage, where others are there."""
    plan, values = case
    missing = {id for id, value in values.items() if isinstance(value, str)}
    kept = [one for one in plan.indicators if one.id not in missing]
    assume(kept)
    # An element left with no indicator at all would take its score from below, which is another plan.
    bare = {e for one in plan.indicators for e in one.elements} - {e for one in kept for e in one.elements}
    assume(not bare)
    smaller = attrs.evolve(plan, indicators=kept)
    before, after = of(scored(plan, values)), of(scored(smaller, {one.id: values[one.id] for one in kept}))

    same({id: before[id] for id in after}, after)


@given(st.sampled_from(WAYS), st.floats(0, 100), weights)
def test_one_part_is_the_whole(way, value, weight):
    """Whatever the method and the weight, a chain of single parts carries the score up unchanged."""
    plan = Plan(
        "p",
        "t",
        elements=[Outcome("A", "t", combine=way), Outcome("B", "t", combine=way), Objective("C", "t", combine=way)],
        links=[Link("A", "B", weight=weight), Link("B", "C", weight=weight)],
        indicators=[indicator("I", [("A", weight)])],
    )
    found = of(scored(plan, {"I": value}))

    assert [found[id] for id in "ABC"] == pytest.approx([value] * 3, abs=1e-9)


@given(cases())
def test_effective_weights_make_the_score(case):
    """With means only and nothing missing, a score is the sum of its leaves by effective weight, which add up to 1."""
    plan, _ = case
    linear = attrs.evolve(plan, elements=[attrs.evolve(e, combine="arithmetic") for e in plan.elements])
    values = {one.id: float(7 * n % 101) for n, one in enumerate(plan.indicators)}
    result = scored(linear, values)
    found, leaves = of(result), set(values)
    frame = result.weights

    for parent, rows in frame.groupby("parent"):
        mine = rows[rows["child"].isin(leaves)]
        missing = [id for id in rows["child"] if id not in leaves and math.isnan(found[id])]
        if not missing and len(mine) and not math.isnan(found[parent]) and abs(mine["effective"].sum() - 1) < 1e-9:
            total = sum(found[child] * share for child, share in zip(mine["child"], mine["effective"], strict=True))
            assert total == pytest.approx(found[parent])
    assert (frame["effective"] <= 1 + 1e-9).all()


@given(cases())
def test_objectives_are_never_summed(case):
    """There is no row above the objectives: a plan has no score."""
    plan, values = case
    levels = {element.id for element in plan.elements} | set(values)

    assert set(scored(plan, values).frame["id"]) == levels


@given(cases(), st.floats(0, 1))
def test_least_coverage_withholds(case, least):
    """Below an element's own least coverage there is no score, with the reason; at it or above, the same score."""
    plan, values = case
    strict = attrs.evolve(METHODS, nodes=[Override(element.id, min_coverage=least) for element in plan.elements])
    # Elements that rest on others change with them; those with indicators of their own do not.
    own = {e for one in plan.indicators for e in one.elements}
    before = scored(plan, values).frame.set_index("id")
    after = scored(plan, values, strict).frame.set_index("id")
    for id in own:
        enough = before.loc[id, "coverage"] >= least - 1e-12
        if enough or math.isnan(before.loc[id, "score"]):
            np.testing.assert_equal(after.loc[id, "score"], before.loc[id, "score"])
        else:
            assert math.isnan(after.loc[id, "score"])
            assert after.loc[id, "reason"] == "below_coverage"


@given(cases())
def test_availability_by_number(case):
    """Held against the indicators due here and upstream, an element has a score where enough of them answered."""
    plan, values = case
    by_number = attrs.evolve(
        METHODS, availability="indicators", nodes=[Override(element.id, min_coverage=0.6) for element in plan.elements]
    )
    frame = scored(plan, values, by_number).frame.set_index("id")
    for element in plan.elements:
        row = frame.loc[element.id]
        if not math.isnan(row["score"]):
            assert row["answered"] >= 0.6 * row["indicators"] - 1e-9


# -- rules of the design -------------------------------------------------------------------------------


def test_outputs_never_enter():
    """Delivering is not achieving: the indicators of an output make no score of the outcome it serves."""
    plan = Plan(
        "p",
        "t",
        elements=[Activity("A", "t"), Output("OP", "t"), Outcome("OC", "t", combine="arithmetic")],
        links=[Link("A", "OP"), Link("OP", "OC")],
        indicators=[indicator("I-0", [("OP", 1)]), indicator("I-1", [("OC", 1)])],
    )
    found = scored(plan, {"I-0": 100.0, "I-1": 20.0})

    assert (found.row("OC", "2025")["score"], found.row("OC", "2025")["delivery"]) == (20.0, 100.0)
    assert found.row("OC", "2025")["indicators"] == 2


def test_shared_outcome_counts_in_each_parent():
    """An outcome that serves two objectives counts in each by the weight of its own link."""
    plan = Plan(
        "p",
        "t",
        elements=[
            Outcome("A", "t"), Outcome("B", "t"),
            Objective("X", "t", combine="arithmetic"), Objective("Y", "t", combine="arithmetic"),
        ],
        links=[Link("A", "X"), Link("B", "X", weight=3), Link("A", "Y")],
        indicators=[indicator("I-0", [("A", 1)]), indicator("I-1", [("B", 1)])],
    )  # fmt: skip
    found = of(scored(plan, {"I-0": 80.0, "I-1": 40.0}))

    assert (found["X"], found["Y"]) == (50.0, 80.0)


def test_no_score_from_below_unless_declared():
    """Outcomes are not the objective: without a way to combine them there is none, and the reason says so."""
    plan = Plan("p", "t", elements=[Outcome("A", "t"), Objective("X", "t")], links=[Link("A", "X")],
                indicators=[indicator("I-0", [("A", 1)])])  # fmt: skip
    row = scored(plan, {"I-0": 80.0}).row("X", "2025")

    assert (row["score"], row["below"], row["reason"]) == (None, 80.0, "no_own_indicators")


def test_what_weighs_nothing_is_no_part():
    """An indicator or an outcome of weight zero is neither in the score, nor in coverage, nor due."""
    plan = Plan(
        "p",
        "t",
        elements=[Outcome("A", "t"), Outcome("B", "t"), Objective("X", "t", combine="minimum")],
        links=[Link("A", "X"), Link("B", "X", weight=0)],
        indicators=[indicator("I-0", [("A", 1)]), indicator("I-1", [("A", 0)]), indicator("I-2", [("B", 1)])],
    )
    found = scored(plan, {"I-0": 80.0, "I-1": "not_collected", "I-2": 10.0})

    assert found.row("X", "2025")["score"] == 80.0
    assert found.row("A", "2025")["coverage"] == 1.0
    assert found.row("A", "2025")["indicators"] == 1


@pytest.mark.parametrize("count", [2000])
def test_wide_and_deep_plans(count):
    """A long chain and thousands of indicators: every layer once."""
    chain = [Outcome(f"OC-{n}", "t", combine="arithmetic") for n in range(200)]
    plan = Plan(
        "p",
        "t",
        elements=chain,
        links=[Link(f"OC-{n}", f"OC-{n + 1}") for n in range(199)],
        indicators=[indicator(f"I-{n}", [("OC-0", 1)]) for n in range(count)],
    )
    found = scored(plan, {f"I-{n}": float(n % 101) for n in range(count)})

    assert found.row("OC-199", "2025")["score"] == pytest.approx(np.mean([n % 101 for n in range(count)]))
    assert found.row("OC-199", "2025")["answered"] == count


@given(plans(), st.data())
def test_periods_do_not_know_of_one_another(plan, data):
    """Scored at once or one at a time, a period has the same scores."""
    one = st.integers(0, 100).map(float) | st.just("not_collected")
    years = {year: {i.id: data.draw(one) for i in plan.indicators} for year in ("2023", "2024", "2025")}
    rows = [
        {"indicator": id, "period": year, **({"reason": v} if isinstance(v, str) else {"value": v})}
        for year, values in years.items()
        for id, v in values.items()
    ]
    together = score(aggregate(read_observations(rows, plan), by=list(years)), methodology=METHODS)
    for element in plan.elements:
        alone = scored(plan, years["2025"])
        for name in ("score", "coverage", "worst", "dispersion", "reason"):
            np.testing.assert_equal(together.row(element.id, "2025")[name], alone.row(element.id, "2025")[name])
