"""Simulations: closed forms where the way up is a weighted mean, and what must hold everywhere."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cpas
from cpas.cycle.simulating import simulate
from cpas.errors import RequestError
from cpas.model import Baseline, Indicator, Link, Measure, Objective, Outcome, Plan, Target
from cpas.testing.comparing import assert_same
from cpas.testing.strategies_observed_plans import observed_plans

settings.register_profile("draws", deadline=None, max_examples=25)
settings.load_profile("draws")


def linear_plan(weights=(1.0, 3.0, 2.0)):
    """Three indicators on fixed scales, two outcomes and an objective, all weighted means."""
    said = {"name": "n", "unit": "index", "kind": "index", "better": "higher", "goalposts": (0, 200)}
    measures = ([Measure("OC-1", weights[0])], [Measure("OC-1", weights[1]), Measure("OC-2", 1.0)], ["OC-2"])
    indicators = [Indicator(f"I{n}", measures=some, **said) for n, some in enumerate(measures)]
    elements = [Objective("OBJ-1", "o", combine="arithmetic"), Outcome("OC-1", "a"), Outcome("OC-2", "b")]
    links = [Link("OC-1", "OBJ-1", weight=weights[2]), Link("OC-2", "OBJ-1")]
    return Plan("p", "t", period="2025", elements=elements, links=links, indicators=indicators)


def scored(plan, values, period="2025"):
    rows = [{"indicator": id, "period": period, "value": value} for id, value in values.items()]
    return cpas.score(cpas.aggregate(cpas.read_observations(pd.DataFrame(rows), plan), by="year"))


def test_first_order_variance():
    """Where all is linear and nothing is clipped, the mean is the score and the variance Σ R² sd².

    Error propagation to first order is exact for weighted sums (JCGM 100:2008, GUM, 5.1.2); R is the weight that
    `scores.weights` calls effective, here once along each way.
    """
    scores = scored(linear_plan(), {"I0": 90.0, "I1": 100.0, "I2": 110.0})
    errors = {"I0": 8.0, "I1": 5.0, "I2": 3.0}
    simulated = simulate(scores, at="2025", errors=errors, draws=200_000, seed=5)
    effective = {(row.child, row.parent): row.effective for row in scores.weights.itertuples()}
    for id in ("OC-1", "OC-2", "OBJ-1"):
        row = simulated.row(id)
        # Half a point of score for one of the unit: goalposts 0 and 200.
        sd = sum((effective.get((one, id), 0.0) * error / 2) ** 2 for one, error in errors.items()) ** 0.5

        assert row["mean"] == pytest.approx(row["score"], abs=4 * sd / 200_000**0.5)
        assert row["sd"] == pytest.approx(sd, rel=0.01)
        assert row["low"] == pytest.approx(row["score"] - 1.644854 * sd, abs=0.03 * sd)
        assert row["high"] == pytest.approx(row["score"] + 1.644854 * sd, abs=0.03 * sd)


def test_probability_of_a_word():
    """P(rating) is the normal probability of the band, where the score is a plain indicator."""
    said = {"name": "n", "measures": "OC-1", "unit": "index", "kind": "index", "better": "higher"}
    one = Indicator("I", **said, baseline=Baseline(0, "2024"), targets=Target(100, "2026"))
    plan = Plan("p", "t", period="2025-01-01/2026-12-31", elements=[Outcome("OC-1", "a")], indicators=[one])
    simulated = simulate(scored(plan, {"I": 42.0}), at="2025", errors={"I": 4.0}, draws=100_000)
    # Half of the way is due: on path from 45, behind from 30, achieved at 100.
    upper = 0.226627  # P(Z ≥ 0.75)

    assert simulated.row("OC-1")["rating"] == "behind"
    assert simulated.of("OC-1")["on path"] == pytest.approx(upper, abs=0.006)
    assert simulated.of("OC-1")["far behind"] == pytest.approx(0.00135, abs=0.0005)
    assert sum(simulated.of("OC-1").values()) == pytest.approx(1.0)


@pytest.mark.parametrize(("value", "word", "share"), [(0.0, "worse than baseline", 0.5), (100.0, "achieved", 0.5)])
def test_words_whatever_the_path(value, word, share):
    """Below the start it is worse than baseline, and at the target achieved, as the ratings say."""
    said = {"name": "n", "measures": "OC-1", "unit": "index", "kind": "index", "better": "higher"}
    one = Indicator("I", **said, baseline=Baseline(0, "2024"), targets=Target(100, "2026"))
    plan = Plan("p", "t", period="2025-01-01/2026-12-31", elements=[Outcome("OC-1", "a")], indicators=[one])
    simulated = simulate(scored(plan, {"I": value}), at="2025", errors={"I": 4.0}, draws=40_000)

    assert simulated.of("OC-1")[word] == pytest.approx(share, abs=0.015)


@given(observed_plans(), st.sampled_from(["", "each"]))
def test_without_errors_every_draw_is_the_score(drawn, places):
    """Where all is certain each draw is the score, and its word the one that `rate` gives."""
    plan, rows = drawn
    assume(rows)
    observed = cpas.read_observations(pd.DataFrame(rows), plan)
    scores = cpas.score(cpas.aggregate(observed, by="quarter", places=places or "all"))
    at, tree = scores.periods[-1], scores.tree
    row = scores.frame[scores.frame["period"] == str(at)].iloc[-1]
    simulated = simulate(scores, at=at, place=row["place"], draws=5)
    words = {(r["id"], r["place"], r["period"]): r["rating"] for r in cpas.rate(scores).rows()}
    assert row["place"] in tree.ids

    for one in simulated.rows():
        expected = scores.row(one["id"], at, row["place"])["score"]
        assert one["score"] == expected
        if expected is None:
            assert one["mean"] is one["low"] is one["probability"] is None
            continue
        bounded = [one[name] for name in ("mean", "low", "median", "high")]
        if not any_bounds(scores, at):
            np.testing.assert_allclose(bounded, expected, atol=2e-3)
            assert one["sd"] == pytest.approx(0.0, abs=1e-3)
            if one["rating"] is not None:
                assert one["rating"] == words[one["id"], row["place"], str(at)]
                assert one["probability"] == 1.0


def any_bounds(scores, at):
    frame = scores.aggregates.frame
    mine = frame[frame["period"] == str(at)]
    return bool((mine["low"] < mine["high"]).any())


@pytest.fixture(scope="module")
def kessara():
    _, observed = cpas.datasets.load("kessara")
    return cpas.score(cpas.aggregate(observed, by="quarter"))


def test_same_seed_same_draws(kessara):
    """The same seed gives the same result, another one another."""
    common = {"at": "2025-Q2", "spread": 0.05, "weights": 0.2, "draws": 1_500}

    assert_same(simulate(kessara, **common), simulate(kessara, **common))
    assert simulate(kessara, **common).row("OC-1")["mean"] != simulate(kessara, **common, seed=1).row("OC-1")["mean"]


def test_wider_errors_wider_intervals(kessara):
    """A larger spread never makes an interval narrower; a larger share asked for neither."""
    rows = [simulate(kessara, at="2025-Q2", spread=s).row("OC-1") for s in (0.01, 0.02, 0.05)]
    widths = [row["high"] - row["low"] for row in rows]
    wide = simulate(kessara, at="2025-Q2", spread=0.05, interval=0.99).row("OC-1")

    assert widths == sorted(widths)
    assert wide["low"] < rows[-1]["low"]
    assert wide["high"] > rows[-1]["high"]


def test_missing_stays_missing(kessara):
    """What has no score has none in any draw, and no word."""
    row = simulate(kessara, at="2025-Q2", spread=0.05).row("OP-6")

    assert (row["score"], row["mean"], row["high"], row["rating"], row["probability"]) == (None,) * 5


def test_objectives_have_no_word(kessara):
    """An objective has an interval and no traffic light."""
    simulated = simulate(kessara, at="2025-Q2", spread=0.05)

    assert simulated.row("OBJ-1")["rating"] is None
    assert simulated.of("OBJ-1") == {}


def test_what_is_certain_is_said(kessara):
    """A remark says how many indicators nothing was said of."""
    assert "are taken as certain" in simulate(kessara, at="2025-Q2").remarks.of("taken_as_certain")[0].message
    assert not simulate(kessara, at="2025-Q2", spread=0.1).remarks.of("taken_as_certain")


def test_shown(kessara):
    """It is a result as all others: a frame, plain data, and a table in a notebook."""
    simulated = simulate(kessara, at="2025-Q2", spread=0.05, draws=600)

    assert list(simulated.frame.columns)[:5] == ["id", "level", "period", "place", "score"]
    assert list(simulated.probabilities.columns) == ["id", "level", "period", "place", "scale", "rating", "probability"]
    assert json.loads(json.dumps(simulated.to_dict()))["draws"] == 600
    assert "600 draws" in repr(simulated)
    assert "<table" in simulated._repr_html_()


def test_after_what_if(kessara):
    """What is assumed is drawn around."""
    made = cpas.what_if(kessara, values={("I03", "2025-Q2"): 75.0})

    assert simulate(made, at="2025-Q2", spread=0.01).row("OC-1")["mean"] == pytest.approx(68.5, abs=0.5)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"at": "2035-Q2"}, "no scores in 2035-Q2"),
        ({"place": "nowhere"}, "no place 'nowhere'"),
        ({"draws": 1}, "two draws"),
        ({"weights": 1.0}, "a share from 0 to below 1"),
        ({"interval": 90}, "between 0 and 1, not 90"),
        ({"between": "normal"}, "not 'normal'"),
        ({"spread": -0.1}, "number from 0 on, not -0.1"),
        ({"errors": {"I99": 1.0}}, "no indicator 'I99'"),
        ({"errors": {"I03": float("nan")}}, "error of I03"),
    ],
)
def test_refused(kessara, said, message):
    """What cannot be drawn is refused."""
    with pytest.raises(RequestError, match=message):
        simulate(kessara, **{"at": "2025-Q2", **said})
