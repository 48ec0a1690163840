"""Score: own indicators first, outcomes below only where declared, outputs never."""

from __future__ import annotations

import pytest

import cpas
from cpas.model import Baseline, Link, Measure, Methodology, Objective, Outcome, Output, Target
from cpas.testing.small import observe, small_indicator

TRAVEL = {"baseline": Baseline(0, "2023-Q4"), "targets": Target(100, "2025-Q4"), "better": "higher", "unit": "km"}


def indicator(id, measures, **said):
    return small_indicator(id, kind="stock", measures=measures, **{**TRAVEL, **said})


def scored(indicators, values, *, methodology=None, objective=None, links=None, weights=None):
    """Score OP-1 → OC-1, OC-2 → OBJ-1 with a value or a reason for each indicator."""
    elements = [
        Output("OP-1", "Done"),
        Outcome("OC-1", "One", change="context"),
        Outcome("OC-2", "Two", change="context"),
        Objective("OBJ-1", "Whole", **(objective or {})),
    ]
    weight = weights or {}
    links = links or [
        Link("OP-1", "OC-1"),
        Link("OC-1", "OBJ-1", weight=weight.get("OC-1", 1.0)),
        Link("OC-2", "OBJ-1", weight=weight.get("OC-2", 1.0)),
    ]
    rows = [
        {"indicator": id, "period": "2025-Q2", **({"reason": v} if isinstance(v, str) else {"value": v})}
        for id, v in values.items()
    ]
    observed = observe(indicators, rows, elements=elements, links=links, period="2024-01-01/2025-12-31")
    return cpas.score(cpas.aggregate(observed, by="quarter"), methodology=methodology)


def row(scores, id):
    return scores.row(id, "2025-Q2")


THREE = [indicator("a", "OC-1"), indicator("b", "OC-1"), indicator("c", "OC-2"), indicator("p", "OP-1")]
VALUES = {"a": 20, "b": 60, "c": 80, "p": 100}


def test_own_indicators_make_the_score():
    """20 and 60 make 40; the output's 100 is no part of it."""
    found = row(scored(THREE, VALUES), "OC-1")

    assert (found["own"], found["below"], found["score"]) == (40, None, 40)
    assert (found["worst"], found["dispersion"], found["coverage"]) == (20, 40, 1)
    assert (found["answered"], found["indicators"]) == (3, 3)


def test_objective_takes_nothing_unasked():
    """Outcomes are not the objective: without indicators of its own and without `combine` it has no score."""
    silent, declared = (row(scored(THREE, VALUES, objective=o), "OBJ-1") for o in ({}, {"combine": "arithmetic"}))

    assert (silent["score"], silent["below"], silent["reason"]) == (None, 60, "no_own_indicators")
    assert (declared["score"], declared["below"]) == (60, 60)
    assert (declared["worst"], declared["dispersion"]) == (40, 40)


def test_own_indicators_win_over_what_is_below():
    """What is measured of the objective itself is its score, and the outcomes stand beside it."""
    found = row(
        scored([*THREE, indicator("o", "OBJ-1")], {**VALUES, "o": 10}, objective={"combine": "minimum"}), "OBJ-1"
    )

    assert (found["score"], found["own"], found["below"]) == (10, 10, 40)
    assert (found["worst"], found["dispersion"]) == (10, 70)


@pytest.mark.parametrize(
    ("combine", "expected"), [("arithmetic", 60), ("geometric", 3200**0.5), ("harmonic", 160 / 3), ("minimum", 40)]
)
def test_combine(combine, expected):
    """40 and 80, by each way that the plan may name."""
    found = row(scored(THREE, VALUES, objective={"combine": combine}), "OBJ-1")

    assert found["score"] == pytest.approx(expected)


def test_weights_of_links_and_measures():
    """Weights belong to edges: a link's to its target, a measure's and an indicator's to what is measured."""
    shared = indicator("a", [Measure("OC-1", 3), Measure("OC-2", 1)])
    found = scored([shared, *THREE[1:]], VALUES, objective={"combine": "arithmetic"}, weights={"OC-2": 3})

    assert row(found, "OC-1")["score"] == (3 * 20 + 60) / 4
    assert row(found, "OC-2")["score"] == (20 + 80) / 2
    assert row(found, "OBJ-1")["score"] == (30 + 3 * 50) / 4
    # Each indicator counts once, though it measures two outcomes.
    assert (row(found, "OBJ-1")["answered"], row(found, "OBJ-1")["indicators"]) == (4, 4)


def test_what_is_missing_leaves_its_weight_to_the_others():
    """Late counts against coverage; not due leaves it."""
    late, not_due = (row(scored(THREE, {**VALUES, "b": reason}), "OC-1") for reason in ("late", "not_due"))

    assert (late["score"], late["coverage"], late["answered"], late["indicators"]) == (20, 0.5, 2, 3)
    assert (not_due["score"], not_due["coverage"], not_due["answered"], not_due["indicators"]) == (20, 1, 2, 2)


def test_coverage_goes_up_the_chain():
    """Half of one outcome and the whole of the other is three quarters."""
    found = row(scored(THREE, {**VALUES, "b": "late"}, objective={"combine": "arithmetic"}), "OBJ-1")

    assert found["coverage"] == 0.75


def test_flagged_and_withheld():
    """Under the methodology's floor a score is flagged; under the element's own there is none."""
    values = {**VALUES, "b": "late"}
    flagged = scored(THREE, values, methodology=Methodology("m", "1", min_coverage=0.6))
    withheld = scored(THREE, values, methodology=Methodology("m", "1", nodes={"OC-1": {"min_coverage": 0.6}}))

    assert (row(flagged, "OC-1")["score"], row(flagged, "OC-1")["reason"]) == (20, "below_coverage")
    assert flagged.remarks.of("below_coverage")
    assert (row(withheld, "OC-1")["score"], row(withheld, "OC-1")["reason"]) == (None, "below_coverage")


def test_no_value_at_all():
    """An element of which nothing came says why, where all its indicators say the same."""
    same = row(scored(THREE, {**VALUES, "a": "late", "b": "late"}), "OC-1")
    other = row(scored(THREE, {**VALUES, "a": "late", "b": "no_access"}), "OC-1")

    assert (same["score"], same["reason"], same["coverage"]) == (None, "late", 0)
    assert (other["score"], other["reason"]) == (None, "not_available")


def test_met_is_answered_and_weighs_nothing():
    """A level that is kept has no percentage, so that it neither raises nor lowers the score."""
    kept = indicator("b", "OC-1", baseline=Baseline(70, "2023-Q4"), targets=Target(50, "2025-Q4"))
    found = scored([THREE[0], kept, *THREE[2:]], VALUES)

    assert row(found, "b")["reason"] == "met"
    assert (row(found, "OC-1")["score"], row(found, "OC-1")["coverage"]) == (20, 1)
    assert row(found, "OC-1")["answered"] == 3


def test_clipped_and_raw():
    """Regress and overshoot are clipped for the score and stay visible beside it."""
    found = scored(THREE, {"a": -40, "b": 130, "c": 50, "p": 0})

    assert (row(found, "a")["score"], row(found, "a")["raw"]) == (0, -40)
    assert (row(found, "b")["score"], row(found, "b")["raw"]) == (100, 130)
    assert row(found, "OC-1")["score"] == 50


def test_path_and_pace():
    """Six of eight quarters are gone: 75 is due, and 40 is a pace of 0.53."""
    found = row(scored(THREE, VALUES), "OC-1")

    assert (found["path"], found["pace"]) == (75, 40 / 75)


def test_weights_are_told():
    """Each part has its weight at its parent, and the share of the parent's score that it makes."""
    frame = scored(THREE, VALUES, objective={"combine": "arithmetic"}).weights
    shares = {(r.child, r.parent): r.effective for r in frame.itertuples()}

    assert shares["a", "OC-1"] == 0.5
    assert shares["OC-1", "OBJ-1"] == 0.5
    assert shares["a", "OBJ-1"] == 0.25


def test_one_survey_index_stops_nothing():
    """An indicator that cannot be combined is missing alone; the others go on."""
    index = small_indicator("i", kind="index", measures="OC-1", better="higher", unit="score", goalposts=(0, 100))
    elements = [Outcome("OC-1", "One", change="context")]
    rows = [{"indicator": "i", "period": "2025-04", "value": 5}, {"indicator": "i", "period": "2025-05", "value": 6},
            {"indicator": "a", "period": "2025-Q2", "value": 20}]  # fmt: skip
    observed = observe([index, THREE[0]], rows, elements=elements, period="2024-01-01/2025-12-31")
    scores = cpas.score(cpas.aggregate(observed, by="quarter"))

    assert row(scores, "OC-1")["score"] == 20
    assert row(scores, "i")["reason"] == "cannot_combine"
    assert row(scores, "OC-1")["coverage"] == 0.5


def test_override_of_nothing_is_remarked():
    """What a methodology says of an id that the plan does not have is done nowhere, and said so with the nearest."""
    nodes = {"OC-l": {"combine": "minimum"}, "OC-1": {"weights": "equal"}}
    scores = scored([indicator("I01", "OC-1")], {"I01": 20}, methodology=Methodology("m", "1", nodes=nodes))

    assert [remark.where for remark in scores.remarks.of("override_unknown")] == ["OC-l"]
    assert "Did you mean 'OC-" in str(scores.remarks.of("override_unknown"))
