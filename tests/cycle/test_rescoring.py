"""Methodologies as records: named, compared, kept with results, and run again."""

from __future__ import annotations

import attrs
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpas import datasets
from cpas.cycle.assessing import assess
from cpas.cycle.performing import aggregate
from cpas.cycle.rating import rate
from cpas.cycle.rescoring import rescore
from cpas.cycle.scoring import score
from cpas.errors import MethodError, PlanError, RequestError
from cpas.io.methodologies import methodology_to_dict, read_methodology, write_methodology
from cpas.model import DEFAULT, METHODOLOGIES, Methodology, Override, diff, preset
from cpas.scales import UNDP_OUTPUT
from cpas.testing.strategies_judgements import methodologies


@pytest.fixture(scope="module")
def quarters():
    _, observed = datasets.load("kessara")
    return aggregate(observed, by="quarter")


@pytest.fixture(scope="module")
def scores(quarters):
    return score(quarters)


#: Every combination that takes a number has one, so that any of them can be asked for.
usable = methodologies().map(lambda one: attrs.evolve(one, power=-1.0, alpha=0.5, nodes=(), normalise="progress"))


@settings(max_examples=25, deadline=None)
@given(usable, usable)
def test_there_and_back(one, other):
    """A result made again by another methodology and back is the result."""
    _, observed = datasets.load("kessara")
    first = score(aggregate(observed, by="year", methodology=one))

    pd.testing.assert_frame_equal(rescore(rescore(first, other), one).frame, first.frame)


@settings(max_examples=25, deadline=None)
@given(usable)
def test_again_is_from_the_start(other):
    """Made again is made from the observations by the other methodology: completeness and all."""
    _, observed = datasets.load("kessara")
    again = rescore(score(aggregate(observed, by="year")), other)

    pd.testing.assert_frame_equal(again.frame, score(aggregate(observed, by="year", methodology=other)).frame)
    assert again.methodology == other == again.aggregates.methodology


@given(methodologies(), methodologies())
def test_difference_is_symmetric(one, other):
    """What differs one way differs the other, turned round; nothing differs from itself."""
    there, back = diff(one, other), diff(other, one)

    assert {(d.where, repr(d.before), repr(d.after)) for d in there} == {
        (d.where, repr(d.after), repr(d.before)) for d in back
    }
    assert diff(one, one) == ()


@pytest.mark.parametrize("name", METHODOLOGIES)
def test_presets_go_through_a_file(name, tmp_path):
    """Every named methodology comes back from YAML as it was, scales and sources included."""
    path = tmp_path / "methods.yaml"
    write_methodology(preset(name), path)

    assert read_methodology(path) == preset(name)
    assert methodology_to_dict(preset(name))["name"] == name


@pytest.mark.parametrize("name", METHODOLOGIES)
def test_presets_have_sources(name):
    """No naked constants: what is not the library's own names where it is written."""
    one = preset(name)

    assert one.sources or one is DEFAULT
    assert all(threshold.source is not None for threshold in one.thresholds)
    assert all(scale.source is not None for scale in one.scales)


def test_unknown_preset():
    """A slip of the pen is met with the word that was meant."""
    with pytest.raises(RequestError, match="Did you mean 'undp'"):
        preset("unpd")


def test_what_differs_is_named_to_the_field():
    """Overrides, constants and cut points are told one by one."""
    one = Methodology("m", "1", nodes={"OBJ-1": {"combine": "minimum", "min_coverage": 0.5}})
    other = Methodology("m", "2", nodes={"OBJ-1": {"combine": "median"}}, thresholds={"delivered": 80},
                        scales=[UNDP_OUTPUT])  # fmt: skip

    assert [str(d) for d in diff(one, other)][:4] == [
        "version: '1' → '2'",
        "nodes[OBJ-1].combine: 'minimum' → 'median'",
        "nodes[OBJ-1].min_coverage: 0.5 → None",
        "thresholds[delivered]: 60.0 → 80.0",
    ]
    assert "scales[undp-output].green: None → 80.0" in [str(d) for d in diff(one, other)]


def test_methodology_is_kept(scores):
    """Results, ratings and assessments carry the methodology they were made with."""
    other = attrs.evolve(DEFAULT, name="worst part", combine="minimum")
    assessment = assess(scores, at="2025-Q2")

    assert rescore(scores, other).methodology == other
    assert rescore(rate(scores), other).scores.methodology == other
    assert rescore(assessment, other).methodology == other
    assert rescore(assessment, DEFAULT).hash == assessment.hash
    assert rescore(assessment, other).hash != assessment.hash


def test_only_results_with_scores(quarters):
    """Aggregates have no scores to make again."""
    with pytest.raises(RequestError, match="no scores to make again in 'Aggregates'"):
        rescore(quarters, DEFAULT)


# -- precedence: nodes > the plan's own field > the default ----------------------------------------------


def worth(scores, id="OC-1"):
    return scores.row(id, "2025-Q2")["score"]


def test_nodes_come_before_the_plan_and_the_plan_before_the_default(scores):
    """An override rules its node alone; a default rules where the plan is silent."""
    lowest = rescore(scores, attrs.evolve(DEFAULT, combine="minimum"))
    here = rescore(scores, attrs.evolve(DEFAULT, nodes=[Override("OC-1", combine="minimum")]))
    back = rescore(scores, attrs.evolve(DEFAULT, combine="minimum", nodes=[Override("OC-1", combine="arithmetic")]))

    assert worth(lowest) == worth(here) < worth(scores) == worth(back)
    assert worth(here, "OC-3") == worth(scores, "OC-3")


def test_numbers_of_a_method(scores):
    """The power and the alpha of a node come before those of the methodology."""
    general = attrs.evolve(DEFAULT, combine="generalised", power=1.0)
    strict = attrs.evolve(general, nodes=[Override("OC-1", power=float(-50))])
    halfway = attrs.evolve(DEFAULT, combine="mean_min", alpha=0.5)
    lowest = worth(rescore(scores, attrs.evolve(DEFAULT, combine="minimum")))

    assert worth(rescore(scores, general)) == pytest.approx(worth(scores))
    assert worth(rescore(scores, strict)) < worth(scores)
    assert worth(rescore(scores, halfway)) == pytest.approx((worth(scores) + lowest) / 2)


def test_method_without_its_number(scores):
    """A method that has a number in it is refused without one, with the field to write."""
    with pytest.raises(MethodError, match="its power"):
        rescore(scores, attrs.evolve(DEFAULT, combine="generalised"))


def test_weights_of_a_node(scores):
    """Equal weights at a node, or of all of them."""
    equal = rescore(scores, attrs.evolve(DEFAULT, weights="equal"))
    weights = equal.weights.query("parent == 'OC-1'").dropna(subset=["weight"])

    assert set(weights["weight"]) == {1.0}


@pytest.mark.parametrize("kind", ["weight", "indicators"])
def test_availability_of_a_node(scores, kind):
    """A least coverage that nothing reaches leaves no score, whatever it is a share of; at 0 it does nothing."""
    none = rescore(scores, attrs.evolve(DEFAULT, nodes=[Override("OC-1", min_coverage=0.0, availability=kind)]))

    assert worth(none) == worth(scores)
    assert scores.row("OC-1", "2025-Q2")["coverage"] == 1


def test_normalisation_of_an_indicator():
    """Only what the plan gives the fields for can be asked for; a default that does not fit passes by."""
    _, observed = datasets.load("kessara")
    first = score(aggregate(observed, by="year"))
    indicator = first.plan.indicators[0].id

    with pytest.raises(MethodError, match="gives it no goalposts"):
        rescore(first, attrs.evolve(DEFAULT, nodes=[Override(indicator, normalise="goalposts")]))
    passed_by = rescore(first, attrs.evolve(DEFAULT, normalise="thresholds"))
    pd.testing.assert_frame_equal(passed_by.frame, first.frame)


@pytest.mark.parametrize("fields", [{"alpha": 2}, {"min_coverage": -1}, {"nodes": {"A": {"alpha": 2}}}])
def test_shares_are_shares(fields):
    """Alpha and coverage are from 0 to 1."""
    with pytest.raises(PlanError, match="share from 0 to 1"):
        Methodology("m", "1", **fields)


def test_one_scale_for_a_level():
    """Which of two would hold nobody could tell."""
    with pytest.raises(PlanError, match="Two scales are for 'output'"):
        Methodology("m", "1", scales=[UNDP_OUTPUT, attrs.evolve(UNDP_OUTPUT, id="mine")])


@given(st.sampled_from(sorted(METHODOLOGIES)))
def test_every_preset_runs(name):
    """A named methodology makes scores of any plan."""
    _, observed = datasets.load("kessara")
    assert len(rate(score(aggregate(observed, by="year"), methodology=preset(name))))
