"""``explain``: every number down to the observations beneath it, and nothing above the reader's ceiling."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas import (
    Baseline,
    Dimension,
    Indicator,
    Judgement,
    Methodology,
    Objective,
    Outcome,
    Place,
    Plan,
    Stance,
    Target,
    assess,
    explain,
    read_observations,
    score,
)
from cpas.choices import SENSITIVITIES
from cpas.datasets import load
from cpas.display import text_width
from cpas.methods.aggregation.parts import ALL_REASONS
from cpas.methods.aggregation.reduction import REDUCERS
from cpas.methods.explaining import words
from cpas.testing.strategies_observed_plans import observed_plans

FACTORS = {"%": 100.0}


@pytest.fixture(scope="module")
def kessara():
    """Aggregates, scores and assessment of the worked mission, quarter by quarter."""
    _, observed = load("kessara")
    quarters = cpas.aggregate(observed, by="quarter")
    scores = score(quarters)
    return quarters, scores, assess(scores, at="2025-Q2")


def small(**fields):
    """One flow at two towns, with a goal."""
    indicator = {
        "measures": "OC-1",
        "unit": "incident",
        "kind": "flow",
        "better": "lower",
        "frequency": "quarter",
        "baseline": Baseline(20, "2023-Q4", source="Census"),
        "targets": Target(10, "2025-Q4", source="Board minutes"),
        "dimensions": ("sex",),
        **fields,
    }
    return Plan(
        "small",
        "Two towns",
        period="2024-01-01/2025-12-31",
        elements=[Outcome("OC-1", "Courts sit", change="process"), Objective("OBJ-1", "Peace")],
        links=cpas.chain("OC-1", "OBJ-1"),
        indicators=[Indicator("I01", "Incidents", **indicator)],
        places=[Place("land", "Land"), Place("a", "Town A", parent="land"), Place("b", "Town B", parent="land")],
        dimensions=[Dimension("sex", ("female", "male"))],
    )


def row(value=None, place="a", period="2025-Q1", **more):
    return {"indicator": "I01", "place": place, "period": period, "value": value, **more}


def told(plan, rows, id="I01", **asked):
    """Explain one number of a quarter."""
    return explain(cpas.aggregate(read_observations(rows, plan), by="quarter"), id, **asked)


# -- every observation that counted, and no other ------------------------------------------------------------------


KINDS = ["flow", "stock", "cumulative", "ratio", "mean", "distinct", "ordinal"]


@st.composite
def asked(draw, kinds=KINDS, **options):
    """A small plan, its rows, and one number of its quarters or half-years to explain."""
    plan, rows = draw(observed_plans(kinds, **options))
    request = {
        "by": draw(st.sampled_from(["quarter", "half"])),
        "places": draw(st.sampled_from(["all", "each", "region"])),
        "groups": draw(st.sampled_from([(), ("sex",)])),
        "vintage": draw(st.sampled_from(["latest", "first"])),
        "as_of": draw(st.sampled_from([None, None, "2025-08-01"])),
    }
    aggregates = cpas.aggregate(read_observations(rows, plan), **request)
    number = draw(st.integers(0, max(len(aggregates) - 1, 0)))
    return plan, rows, request, aggregates, number


def explained(aggregates, number, **options):
    """Explain one row of aggregates, by its number."""
    cells = aggregates.cells
    members = dict(zip(aggregates.request.groups, aggregates.groups[cells.cell[number]], strict=True))
    return explain(
        aggregates,
        aggregates.plan.indicators[cells.indicator[number]].id,
        period=aggregates.periods[cells.period[number]],
        place=aggregates.tree.ids[cells.place[number]],
        **{name: member for name, member in members.items() if member},
        **options,
    )


def by_hand(rows, rules, factor):
    """Work a value out of the rows listed, by the rules told and nothing else: time, groups, places."""
    keys = ["place", "sex", "actor", "period"]
    parts = [({k: r[k] for k in keys}, r["value"], r["numerator"], r["denominator"]) for r in rows]
    for axis, key in (("time", "period"), ("group", ("sex", "actor")), ("place", "place")):
        gone = {key} if isinstance(key, str) else set(key)
        together = {}
        for where, *numbers in parts:
            left = tuple((k, v) for k, v in where.items() if k not in gone)
            together.setdefault(left, []).append(numbers)
        parts = [(dict(left), *combined(rules.get(axis), numbers, factor)) for left, numbers in together.items()]
    return parts[0][1] if parts else None


def combined(rule, numbers, factor):
    if len(numbers) == 1 and rule != "count":
        return numbers[0]
    values = [n[0] for n in numbers]
    if rule == "ratio":
        above, below = sum(n[1] for n in numbers), sum(n[2] for n in numbers)
        return factor * above / below, above, below
    found = {
        "sum": sum,
        "last": lambda v: v[-1],
        "median": statistics.median_low,
        "mean": statistics.fmean,
        "max": max,
        "min": min,
        "worst": min,
        "count": len,
    }[rule](values)
    return found, None, None


@settings(max_examples=150)
@given(asked())
def test_recomputing_from_the_listed_rows_by_the_told_rules_gives_the_number(case):
    """What is told is enough to work the number out again, and what is worked out is the number."""
    plan, _, _, aggregates, number = case
    if not len(aggregates):
        return
    told = explained(aggregates, number)
    value = aggregates.cells.value[number]
    rules = {rule.step: rule.method for rule in told.ground.rules}
    indicator = plan.indicator(told.id)
    listed = [told.table.rows()[n] for n in told.counted]

    if np.isnan(value):
        assert told.value is None
        assert told.ground.reason
    else:
        assert value == told.value
        if listed and "bounds" not in rules.values():
            assert by_hand(listed, rules, FACTORS.get(indicator.unit, 1.0)) == pytest.approx(value, rel=1e-12)
        else:
            assert value == 0 or "bounds" in rules.values()


def key_of(one):
    names = ("indicator", "place", "period", "sex", "actor", "recorded_at")
    said = [str(one.get(name) or "") for name in names]
    return (*said[:-1], said[-1][:10])


def shifted(rows, key, plan):
    """Return rows in which one says something else."""
    found = []
    for one in rows:
        if key_of(one) == key:
            if one.get("numerator") is not None:
                one = {**one, "numerator": one["numerator"] + 0.25, "denominator": one["denominator"] + 1}
            elif one.get("value") is not None:
                kind = plan.indicator(one["indicator"]).kind
                one = {**one, "value": (one["value"] + 1) % 4 if kind == "ordinal" else one["value"] + 1}
        found.append(one)
    return found


@settings(max_examples=100, deadline=None)
@given(asked(["flow", "stock", "cumulative", "ratio", "mean", "ordinal"]), st.data())
def test_a_row_counts_if_and_only_if_it_moves_the_number(case, data):
    """Change a row that is listed and the number changes; change any other and it does not."""
    plan, rows, request, aggregates, number = case
    if not rows or not len(aggregates):
        return
    told = explained(aggregates, number)
    counted = {key_of(one) for one in (told.table.rows()[n] for n in told.counted)}
    one = data.draw(st.sampled_from([key_of(one) for one in rows]))
    if plan.indicator(one[0]).kind in ("cumulative", "stock") and told.value is None:
        return
    again = cpas.aggregate(read_observations(shifted(rows, one, plan), plan), **request)
    before, after = aggregates.cells.value[number], again.cells.value[number]

    if one not in counted:
        assert before == after or (np.isnan(before) and np.isnan(after))
    elif plan.indicator(one[0]).kind in ("flow", "stock", "cumulative"):
        assert before != after


@settings(max_examples=100)
@given(asked())
def test_each_row_is_told_once(case):
    """Every row of the indicator counted, or is counted once among those that did not, with the reason."""
    plan, _, _, aggregates, number = case
    if not len(aggregates):
        return
    told = explained(aggregates, number)
    store = aggregates.observations.store
    mine = store.indicator == [i.id for i in plan.indicators].index(told.id)

    others = sum(count for one in told.ground.walk() for _, count in one.uncounted)
    assert mine.sum() == len(told.counted) + others
    assert not any(why == "not taken" for one in told.ground.walk() for why, _ in one.uncounted)


def test_each_reason_why_a_row_did_not_count():
    """Superseded, withdrawn, missing, of another margin, later than asked, elsewhere: each is told with its count."""
    rows = [
        row(7, recorded_at="2025-04-01"),
        row(8, recorded_at="2025-05-01"),
        row(9, recorded_at="2025-09-01"),
        row(3, sex="female", recorded_at="2025-04-01"),
        row(4, sex="male", recorded_at="2025-04-01"),
        row(place="b", reason="no_access", recorded_at="2025-04-01"),
        row(2, period="2024-Q4", recorded_at="2025-01-01"),
    ]
    aggregates = cpas.aggregate(read_observations(rows, small()), by="quarter", as_of="2025-06-30")
    told = explain(aggregates, "I01", period="2025-Q1")

    assert told.observations["value"].tolist() == [8.0]
    assert dict(told.ground.uncounted) == {
        "recorded later": 1,
        "replaced by a later report": 1,
        "missing: no access": 1,
        "of another margin (a total and its parts never count together)": 2,
        "for other periods": 1,
    }
    assert "2 returns due, 1 came: not complete" in str(told)
    assert "what was recorded by 2025-06-30" in str(told)


def test_rows_below_a_total():
    """Where a row at a parent place stands for those in it, they are told as such."""
    rows = [row(9, place="land"), row(4, place="a"), row(5, place="b")]
    told_ = told(small(place_rows="total"), rows)

    assert told_.observations["place"].tolist() == ["land"]
    assert dict(told_.ground.uncounted) == {"below a total that stands for them": 2}


def test_last_value_of_a_stock():
    """Of several values in a period only the last counts."""
    plan = small(kind="stock", frequency="month")
    told_ = told(plan, [row(5, period="2025-01"), row(6, period="2025-03")])

    assert told_.observations["period"].tolist() == ["2025-03"]
    assert dict(told_.ground.uncounted) == {"earlier in the period (the last one stands)": 1}


def test_a_carried_value_says_so():
    """A value that still holds names the period it is for, and its age."""
    plan = small(kind="stock", valid_for=100)
    aggregates = cpas.aggregate(read_observations([row(5)], plan), by=["2025-Q1", "2025-Q2"])
    told = explain(aggregates, "I01", period="2025-Q2")

    assert told.value == 5.0
    assert told.observations["period"].tolist() == ["2025-Q1"]
    assert "it still holds" in str(told)
    assert dict(told.ground.facts)["Age"] == "91 days before the end of the period"


def test_refused_rows_did_not_count():
    """A combination without meaning has no value, and its rows are told apart."""
    told_ = told(small(kind="index", unit="index"), [row(5), row(6, place="b")])

    assert told_.value is None
    assert told_.ground.reason == "cannot_combine"
    assert len(told_.counted) == 0
    assert sum(count for _, count in told_.ground.uncounted) == 2
    assert "no meaning when combined" in str(told_)


def test_bounds_rest_on_their_rows():
    """People reached in two months: no value, but bounds, and both rows count in them."""
    plan = small(kind="distinct", unit="person", frequency="month", places=("a",))
    told_ = told(plan, [row(n, period=f"2025-0{month}") for month, n in ((1, 5), (2, 8), (3, 0))])

    assert told_.value is None
    assert dict(told_.ground.facts)["Bounds"] == "at least 8, at most 13"
    assert told_.observations["value"].tolist() == [5.0, 8.0, 0.0]


@pytest.mark.parametrize(
    ("rows", "reason", "said"),
    [
        ([row(0), row(0, place="b")], "", ": 0 incidents"),
        ([row(reason="late"), row(reason="no_access", place="b")], "no_access", "There was no access."),
        ([row(4, period="2024-Q1"), row(5, period="2025-Q1")], "no_return", "Nothing was reported. That is not zero."),
    ],
)
def test_zero_and_missing(rows, reason, said):
    """Zero is a value with its rows; a missing one says why, and never looks like zero."""
    told_ = told(small(), rows, period="2024-Q2" if reason == "no_return" else "2025-Q1")

    assert told_.ground.reason == reason
    assert (told_.value is None) == bool(reason)
    assert said in re.sub(r"\s+", " ", str(told_))


def test_zeros_that_a_return_implies():
    """A return that came and leaves a group out says zero; nobody reported that row, and the number tells of it."""
    plan = small(nil="return")
    rows = [row(5, sex="male"), row(3, sex="female", place="b"), row(2, sex="male", place="b")]
    aggregates = cpas.aggregate(read_observations(rows, plan), by="quarter", groups=["sex"])
    women = explain(aggregates, "I01", sex="female")

    assert women.value == 3.0
    assert women.observations["place"].tolist() == ["b"]


def test_gaps_that_were_filled():
    """Where the methodology fills gaps, the number says that it rests on one, and lists only what was observed."""
    plan = small(frequency="month", places=("a",))
    rows = [row(4, period="2025-01"), row(6, period="2025-03")]
    chosen = Methodology("m", "1", gaps="interpolate")
    told_ = explain(cpas.aggregate(read_observations(rows, plan), by="quarter", methodology=chosen), "I01")

    assert told_.value == 15.0
    assert told_.observations["value"].tolist() == [4.0, 6.0]
    assert "Estimated" in dict(told_.ground.facts)
    assert "1 value that no observation says: gaps, filled by 'interpolate'" in re.sub(r"\s+", " ", str(told_))


def test_a_flow_that_was_divided():
    """Where the methodology divides a flow by days, the number says so."""
    plan = small(frequency=None, places=("a",))
    rows = [row(60, period="2025-03-01/2025-04-30")]
    chosen = Methodology("m", "1", straddle="per_day")
    told_ = explain(cpas.aggregate(read_observations(rows, plan), by=["2025-Q2"], methodology=chosen), "I01")

    assert round(told_.value, 4) == round(60 * 30 / 61, 4)
    assert told_.observations["value"].tolist() == [60.0]
    assert "the share of their days inside counts" in re.sub(r"\s+", " ", str(told_))


def test_every_rule_and_reason_has_its_words():
    """What the methods can do, an explanation can tell."""
    assert set(words.REDUCED) == set(REDUCERS)
    assert set(words.COMBINED) == set(cpas.choices.words(cpas.choices.Combine))
    assert set(words.REASONS) == set(ALL_REASONS)


@pytest.mark.parametrize("rule", sorted(set(REDUCERS) - {"max", "min", "worst"}))
def test_clauses_of_rules(rule):
    """The clause told is the one that the rule itself names."""
    assert f"Methodology {words.REDUCED[rule][1]}" in REDUCERS[rule].__doc__.replace("  ", " ") or rule == "refuse"


def test_formula_explains_its_parts():
    """A calculated indicator tells its formula, the numbers put in, and each part down to its rows."""
    parts = [
        Indicator("I01", "Answered", measures=(), unit="alert", kind="flow", better="higher", dimensions=("sex",)),
        Indicator("I02", "Alerts", measures=(), unit="alert", kind="flow", better="neutral"),
        Indicator("I03", "Share", measures="OC-1", unit="%", kind="ratio", better="higher", formula="{I01} / {I02}"),
        Indicator("I04", "Half", measures=(), unit="%", kind="ratio", better="higher", formula="{I03} / 2"),
        Indicator("I05", "Women", measures=(), unit="alert", kind="flow", better="neutral", formula="{I01|sex=female}"),
    ]
    plan = small()
    plan = Plan("p", "t", elements=plan.elements, links=plan.links, indicators=parts, dimensions=plan.dimensions)
    rows = [
        {"indicator": "I01", "period": "2025-Q1", "sex": "female", "value": 10},
        {"indicator": "I01", "period": "2025-Q1", "sex": "male", "value": 31},
        {"indicator": "I02", "period": "2025-Q1", "value": 100},
    ]
    half, women = told(plan, rows, "I04"), told(plan, rows, "I05")

    assert half.value == 20.5
    assert half.observations["value"].tolist() == [10.0, 31.0, 100.0]
    assert "41 / 100 = 41%" in str(half)
    assert women.value == 10.0
    assert women.observations["sex"].tolist() == ["female"]


# -- it says the number that the table says --------------------------------------------------------------------------


def same(value, said):
    return said is None if np.isnan(value) else said == value


def test_every_aggregate_of_kessara(kessara):
    """An explanation never tells another number than the table."""
    quarters = kessara[0]

    for number, value in enumerate(quarters.cells.value):
        assert same(value, explained(quarters, number).value)


def test_every_score_of_kessara(kessara):
    """The same for scores of indicators and elements."""
    scores = kessara[1]
    table = scores.table

    for number in range(0, len(table), 3):
        period = scores.periods[table.period[number]]
        told = explain(scores, scores.ids[table.node[number]], period=period)
        assert same(table.numbers["score"][number], told.value)


@pytest.mark.parametrize(
    ("id", "score_", "said"),
    [
        ("I01", 67.6, "(61 − 84) / (50 − 84) × 100 = 67.6"),
        ("I07", 0.0, "-40.0 is kept within 0 and 100: 0"),
        ("OC-1", 57.9, "(68.2 + 55.6 + 50.0) / 3 = 57.9"),
        ("OC-2", 12.0, "(24.0 + 0) / 2 = 12.0"),
        ("OC-3", 69.4, "(72.2 + 66.7) / 2 = 69.4"),
        ("OBJ-1", 51.7, "(67.6 + 35.7) / 2 = 51.7"),
    ],
)
def test_worked_mission(kessara, id, score_, said):
    """Domain, section 8: the scores, each with the numbers it was made of."""
    told = explain(kessara[1], id, period="2025-Q2")

    assert round(told.value, 1) == score_
    assert said in re.sub(r"\s+", " ", str(told))
    assert "§4.1" in str(told)
    assert "0 at the start to 100 after 8 periods; 6 have passed" in re.sub(r"\s+", " ", str(told))


def test_late_indicator_of_the_worked_mission(kessara):
    """I12 is missing because it is late; the last value, 66, is not taken for it."""
    told = explain(kessara[0], "I12", period="2025-Q2")

    assert told.value is None
    assert told.ground.said == "missing (late)"
    assert told.observations.empty
    assert "missing: late" in dict(told.ground.uncounted)


def test_objective_tells_own_and_below_apart(kessara):
    """Its own indicators make its score; the outcomes below stand beside it, and their rows do not count."""
    told = explain(kessara[1], "OBJ-1", period="2025-Q2")

    assert set(told.observations["indicator"]) == {"I01", "I02"}
    assert [child.counts for child in told.ground.children] == [True, True, False, False, False]


def test_missing_part_is_left_out():
    """A part without a score counts for nothing, is told with its reason, and its weight is shared out anew."""
    plan = small()
    second = Indicator("I02", "Other", measures="OC-1", unit="case", kind="flow", better="higher")
    plan = attrs.evolve(plan, indicators=(*plan.indicators, second))
    rows = [row(15), row(0, place="b"), {"indicator": "I02", "period": "2025-Q1", "value": 5}]
    told = explain(score(cpas.aggregate(read_observations(rows, plan), by="quarter")), "OC-1")

    assert told.value == 50.0
    assert set(told.observations["indicator"]) == {"I01"}
    assert "1 without a score left out" in str(told)
    assert "missing (no target)" in str(told)


def test_running_total_rests_on_all_its_periods():
    """A target for the total is compared with the sum since the baseline: every period's rows count."""
    plan = small(baseline=Baseline(0, "2024-Q4"), targets=Target(20, "2025-Q4", applies="total"), better="higher")
    rows = [row(n, place=place, period=p) for n, p in ((3, "2025-Q1"), (4, "2025-Q2")) for place in ("a", "b")]
    told = explain(score(cpas.aggregate(read_observations(rows, plan), by="quarter")), "I01", period="2025-Q2")

    assert told.value == 70.0
    assert sorted(told.observations["value"]) == [3.0, 3.0, 4.0, 4.0]
    assert "6 + 8 = 14" in str(told)


def test_sources_are_said():
    """Where baseline and target are written stands beside them; so do plan, methodology and what was known."""
    told = explain(score(cpas.aggregate(read_observations([row(15)], small()), by="quarter")), "I01")

    assert all(word in str(told) for word in ("Census", "Board minutes", "Plan: small", "Methodology: cpas-default"))


def test_goalposts_band_and_kept_level():
    """Each way to make a score tells its own formula, or why there is none."""
    posts = small(kind="index", unit="index", goalposts=(100, 0), baseline=(), targets=())
    band = small(kind="index", unit="index", better="inside", band=(4, 6), baseline=Baseline(10, "2023-Q4"), targets=())
    kept = small(baseline=Baseline(5, "2023-Q4"))
    said = []
    for plan in (posts, band, kept):
        rows = [row(8, place="land")]
        said.append(str(explain(score(cpas.aggregate(read_observations(rows, plan), by="quarter")), "I01")))

    assert "(8 − 100) / (0 − 100) × 100 = 92.0 (§4.2)" in re.sub(r"\s+", " ", said[0])
    assert "8 is outside 4 to 6" in re.sub(r"\s+", " ", said[1])
    assert "There is no way to travel" in re.sub(r"\s+", " ", said[2])


def plain(told_):
    """Return an explanation as text on one line."""
    return re.sub(r"\s+", " ", str(told_))


def scored_by(methodology, plan, rows):
    return score(cpas.aggregate(read_observations(rows, plan), by="quarter"), methodology=methodology)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (
            "thresholds",
            "Straight between its cut points, 72.6 is 0, 13 is 33.3, 2 is 66.7 and 0 is 100.0: 7.5 is 50.0 (§4.15)",
        ),
        ("categories", "By the steps of its cut points, 0 before 13, 50.0 from 13 on and 100.0 from 2 on: 7.5 is 50.0"),
        ("progress", "(7.5 − 20) / (10 − 20) × 100"),
    ],
)
def test_each_normalisation_tells_its_formula(way, said):
    """What a methodology says of one indicator is told as it was done, also where the plan gives goalposts."""
    plan = small(kind="index", unit="index", goalposts=(72.6, 0), cuts=(13, 2))
    scores = scored_by(Methodology("m", "1", nodes={"I01": {"normalise": way}}), plan, [row(7.5, place="land")])

    assert said in plain(explain(scores, "I01"))


def test_own_cut_points_are_told():
    """An indicator with cut points has its word, with how much is lacking to the next better one."""
    plan = small(kind="index", unit="index", goalposts=(72.6, 0), cuts=(13, 2))
    told_ = plain(explain(scored_by(None, plan, [row(7.5, place="land")]), "I01"))

    assert "Rated 'amber' by its own cut points 13 and 2: 7.5 has reached 1 of 2; 5.5 less for the next" in told_
    assert "(7.5 − 72.6) / (0 − 72.6)" in told_


@pytest.mark.parametrize(("combine", "name", "value"), [("generalised", "power", -2), ("mean_min", "alpha", 0.25)])
def test_numbers_of_a_combination_are_named(combine, name, value):
    """A way to combine that takes a number is told with it."""
    plan = small()
    second = attrs.evolve(plan.indicators[0], id="I02")
    plan = attrs.evolve(plan, indicators=(*plan.indicators, second))
    rows = [row(15, place="land"), row(12, place="land") | {"indicator": "I02"}]
    methodology = Methodology("m", "1", combine=combine, **{name: value})

    assert f"({name} {value})" in plain(explain(scored_by(methodology, plan, rows), "OC-1"))


@pytest.mark.parametrize(
    ("name", "said"), [("sdg-index", "by the mean of its two worst indicators"), ("statcan", "progress scores")]
)
def test_rule_of_a_rating_is_told(name, said):
    """Where a report's rule rates elements, the score says the word beside it, equal to that of the verb."""
    plan = small(kind="index", unit="index", goalposts=(72.6, 0), cuts=(13, 2))
    scores = scored_by(cpas.preset(name), plan, [row(7.5, place="land")])
    rating = cpas.rate(scores).row("OC-1", "2025-Q1")["rating"]
    told_ = plain(explain(scores, "OC-1"))

    assert f"Rated {rating!r}" in told_
    assert said in told_


# -- an assessment ---------------------------------------------------------------------------------------------------


def test_finding_tells_three_answers(kessara):
    """Delivery, progress and contribution stand side by side, with rating and diagnosis and their cut points."""
    told = explain(kessara[2], "OC-2")
    text = re.sub(r"\s+", " ", str(told))

    assert told.ground.word == "far behind"
    assert [child.what for child in told.ground.children[:3]] == [
        "Progress",
        "Delivery: what was done of what was planned to date",
        "Direction",
    ]
    assert "from 0.9 on path, from 0.6 behind" in text
    assert "delivered, change not seen" in text
    assert "from 60 on it counts as delivered" in text


def test_indicator_of_an_assessment_tells_both_comparisons(kessara):
    """The period before, and the same season a year before, each with its rows beside the value's own."""
    told = explain(kessara[2], "I04")

    assert told.value == 14.0
    assert set(told.observations["period"]) == {"2025-Q2"}
    assert [c.what for c in told.ground.children if c.what.startswith("Change")] == [
        "Change since the period before",
        "Change since the same season a year before",
    ]


def test_every_finding_of_kessara_is_explained(kessara):
    """Each element has one, in lines that a terminal shows."""
    assessment = kessara[2]

    for finding in assessment:
        told = explain(assessment, finding.id, place=finding.place)
        assert all(text_width(line) <= 80 for line in told.to_text().splitlines())
        assert json.loads(json.dumps(told.to_dict(), allow_nan=False))["id"] == finding.id


# -- need to know ----------------------------------------------------------------------------------------------------

SECRET = 98765


@given(st.data())
def test_nothing_above_the_ceiling_is_told(data):
    """What is above is counted, never shown; and a number that rests on it is withheld."""
    ceiling = data.draw(st.sampled_from(SENSITIVITIES))
    own = data.draw(st.sampled_from(SENSITIVITIES))
    marks = data.draw(st.lists(st.sampled_from(["", *SENSITIVITIES]), min_size=2, max_size=5))
    plan = small(frequency="month", sensitivity=own)
    levels = [max(SENSITIVITIES.index(own), SENSITIVITIES.index(mark or "public")) for mark in marks]
    hidden = [level > SENSITIVITIES.index(ceiling) for level in levels]
    rows = [
        row(SECRET + n if is_hidden else n, period=f"2025-{n % 3 + 1:02d}", place="ab"[n // 3], sensitivity=mark)
        for n, (mark, is_hidden) in enumerate(zip(marks, hidden, strict=True))
    ]
    result = cpas.aggregate(read_observations(rows, plan), by="quarter")
    scores = score(result)
    for told in (explain(result, "I01", ceiling=ceiling), explain(scores, "OC-1", ceiling=ceiling)):
        shown = [told.to_text(), told.to_html(), told.to_mermaid(), json.dumps(told.to_dict())]

        assert not any(str(SECRET)[:4] in re.sub(r"[,\s]", "", text) for text in shown)
        if any(hidden):
            assert told.value is None
            assert told.ground.is_withheld
            assert f"above '{ceiling}'" in told.to_text()
    assert explain(result, "I01", ceiling=ceiling).withheld == sum(hidden)
    assert len(explain(result, "I01", ceiling=ceiling).counted) == len(rows) - sum(hidden)


def test_withheld_observations_are_counted_in_words():
    """A reader is told how many there are, and that the number rests on them."""
    rows = [row(5, sensitivity="confidential"), row(7, place="b")]
    told_ = told(small(), rows)

    assert "I01 Incidents: withheld (above 'internal')" in str(told_)
    assert "1 observation withheld: above 'internal'." in str(told_)
    assert told_.observations["value"].tolist() == [7.0]
    assert told(small(), rows, ceiling="confidential").value == 12.0


def test_a_withheld_reason_is_not_told():
    """Why a value is missing may be as sensitive as the value."""
    told_ = told(small(), [row(reason="no_access", sensitivity="confidential"), row(reason="late", place="b")])

    assert told_.value is None
    assert told_.ground.is_withheld
    assert "no access" not in str(told_)


def test_judgements_and_stances_above_the_ceiling():
    """They are counted, and not told; stances are strictly confidential unless said otherwise."""
    plan = small()
    stance = Stance("ST-1", "OC-1", position="obstructs")
    plan = attrs.evolve(plan, stakeholders=(cpas.Stakeholder("ST-1", "Judges"),), stances=(stance,))
    open_, closed = (
        Judgement("OC-1", about=about, value=value, at="2025-Q1", statement=statement, sensitivity=sensitivity)
        for about, value, statement, sensitivity in (
            ("progress", "behind", "Courts sit late", "internal"),
            ("contribution", "low", "The minister blocks it", "confidential"),
        )
    )
    scores = score(cpas.aggregate(read_observations([row(15)], plan), by="quarter"))
    assessment = assess(scores, at="2025-Q1", judgements=[open_, closed])
    text = str(explain(assessment, "OC-1"))
    whole = str(explain(assessment, "OC-1", ceiling="strictly confidential"))

    assert "Courts sit late" in text
    assert "minister" not in text
    assert "1 judgement withheld: above 'internal'." in text
    assert "1 stance withheld: above 'internal'." in text
    assert "minister" in whole
    assert "Judges: obstructs" in whole


# -- forms -----------------------------------------------------------------------------------------------------------

HOSTILE = '<script>alert(1)</script>"]; click n0 "javascript:1" & `x`'


def test_hostile_text_stays_text():
    """What a plan or a table says is data in every form."""
    plan = attrs.evolve(small(), indicators=(attrs.evolve(small().indicators[0], name=HOSTILE, definition=HOSTILE),))
    told_ = told(plan, [row(5, note=HOSTILE, source=HOSTILE)])
    html, mermaid = told_.to_html(), told_.to_mermaid()

    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<script" not in mermaid
    assert 'click n0 "' not in mermaid


def test_html_stands_alone(kessara):
    """One page, nothing from the network, no scripts, every fold closed."""
    html = explain(kessara[2], "OBJ-1").to_html()

    assert html.startswith("<!doctype html>")
    assert html.count("<details") == html.count("</details>") > 10
    assert not re.search(r"<script|<link|<img|src=|url\(|@import", html)


def test_mermaid_draws_each_part(kessara):
    """Every part is a node with the value it has, joined to what it makes."""
    mermaid = explain(kessara[1], "OC-2", period="2025-Q2").to_mermaid()

    assert mermaid.startswith("flowchart BT\n")
    assert "24.0 of 100" in mermaid
    assert "2 observations" in mermaid


@given(asked(), st.randoms(use_true_random=False))
def test_order_of_rows_changes_nothing(case, random):
    """The same rows in any order give the same bytes."""
    plan, rows, request, aggregates, number = case
    if not len(aggregates):
        return
    mixed = list(rows)
    random.shuffle(mixed)
    again = cpas.aggregate(read_observations(mixed, plan), **request)
    one, other = explained(aggregates, number), explained(again, number)

    assert one.to_html() == other.to_html()
    assert one.to_text() == other.to_text()
    assert one.to_mermaid() == other.to_mermaid()
    assert json.dumps(one.to_dict()) == json.dumps(other.to_dict())


def test_hash_seed_changes_nothing():
    """The same bytes whatever PYTHONHASHSEED is."""
    script = (
        "import cpas, hashlib\n"
        "s = cpas.score(cpas.aggregate(cpas.datasets.load('kessara')[1], by='quarter'))\n"
        "t = cpas.explain(cpas.assess(s, at='2025-Q2'), 'OBJ-1')\n"
        "print(hashlib.sha256((t.to_html() + t.to_text()).encode()).hexdigest())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


# -- requests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_", "said"),
    [
        ({"id": "I 01"}, "Did you mean 'I01'"),
        ({"id": "OC-1"}, "explain the scores"),
        ({"id": "I01", "period": "2025-Q3"}, "There are from 2024-Q1 to 2025-Q2"),
        ({"id": "I01", "period": "soon"}, "There is no period soon"),
        ({"id": "I01", "place": "Nord-Amare"}, "Did you mean 'Nord-Amara'"),
        ({"id": "I01", "place": "Nord-Amara"}, "There are at Kessara"),
        ({"id": "I01", "sex": "female"}, "not by 'sex'"),
        ({"id": "I01", "ceiling": "secret"}, "is no ceiling"),
    ],
)
def test_unknown_requests_are_refused(kessara, asked_, said):
    """Each says what is wrong and what there is."""
    with pytest.raises(cpas.RequestError, match=re.escape(said)):
        explain(kessara[0], asked_.pop("id"), **asked_)


def test_members_are_checked():
    """An unknown dimension or member is refused with the nearest."""
    aggregates = cpas.aggregate(read_observations([row(5, sex="female")], small()), by="quarter", groups=["sex"])

    assert explain(aggregates, "I01", sex="female").value == 5.0
    with pytest.raises(cpas.RequestError, match="Did you mean 'female'"):
        explain(aggregates, "I01", sex="femal")
    with pytest.raises(cpas.RequestError, match="Did you mean 'sex'"):
        explain(aggregates, "I01", sexe="female")


def test_assessment_is_of_one_period(kessara):
    """Other periods are explained from its scores."""
    with pytest.raises(cpas.RequestError, match="Explain its scores"):
        explain(kessara[2], "OC-1", period="2025-Q1")
    assert explain(kessara[2], "OC-1").period == "2025-Q2"


def test_other_things_are_refused():
    """What is not a result cannot be explained."""
    with pytest.raises(cpas.RequestError, match="A Plan cannot be explained"):
        explain(small(), "I01")


def test_last_period_with_a_row_is_taken():
    """Where no period is asked for it is the last one that has the number."""
    assert told(small(), [row(5), row(6, period="2025-Q3")]).period == "2025-Q3"


def test_a_methodology_is_named():
    """The one the scores were made with."""
    aggregates = cpas.aggregate(read_observations([row(15)], small()), by="quarter")
    told_ = explain(score(aggregates, methodology=Methodology("strict", "7")), "I01")

    assert "Methodology: strict, version 7" in str(told_)


def test_element_at_a_place_where_one_of_its_indicators_has_no_row():
    """An element is explained by the indicators that have a row at the place; the others stop nothing."""
    plan = cpas.Plan(
        "two",
        "Two places",
        elements=[cpas.Outcome("calm", "Disputes are settled", change="process")],
        places=[cpas.Place("land", "Land"), cpas.Place("north", "North", parent="land")],
        indicators=[
            cpas.Indicator(id, id, measures="calm", unit="incident", kind="flow", better="lower", places=[place])
            for id, place in (("clashes", "land"), ("raids", "north"))
        ],
    )
    rows = [
        {"indicator": "clashes", "period": "2025-Q1", "place": "land", "value": 4},
        {"indicator": "raids", "period": "2025-Q1", "place": "north", "value": 2},
    ]
    scores = cpas.score(cpas.aggregate(cpas.read_observations(rows, plan), by="quarter", places="each"))
    assessment = cpas.assess(scores, at="2025-Q1")

    for place in ("land", "north"):
        assert "Disputes are settled" in cpas.explain(assessment, "calm", place=place).to_text()
