"""Ratings through the verbs."""

from __future__ import annotations

import json

import attrs
import pytest

from cpas.cycle.assessing import assess
from cpas.cycle.performing import aggregate
from cpas.cycle.rating import rate
from cpas.cycle.scoring import score
from cpas.datasets import load
from cpas.errors import MethodError, RequestError
from cpas.io.observations import read_observations
from cpas.model import Baseline, Indicator, Methodology, Outcome, Output, Plan, Target, preset
from cpas.scales import SDG_COLOURS, STATCAN_PROGRESS, UNDP_OUTPUT, Scale


def small(value, *, methodology=None, level=Outcome, **fields):
    """Return the scores of one element with one indicator from 0 in 2023 to 100 in 2025, observed in 2024."""
    said = {"unit": "%", "kind": "ratio", "better": "higher", "baseline": Baseline(0, "2023"), **fields}
    indicator = Indicator("I", "Share", measures="E", targets=Target(100, "2025"), **said)
    plan = Plan("p", "t", period="2024-01-01/2025-12-31", elements=[level("E", "Something")], indicators=[indicator])
    observed = read_observations([{"indicator": "I", "period": "2024", "value": value}], plan)
    return score(aggregate(observed, by="year"), methodology=methodology)


def test_indicator_in_its_own_unit():
    """An indicator with cut points is rated by them, and knows how far the next word is."""
    row = rate(small(55, cuts=[40, 60])).row("I", "2024")

    assert (row["rating"], row["what"], row["up"], row["down"]) == ("amber", "value", 5.0, 15.0)


def test_words_are_the_methodologys():
    """Words come from the methodology's scale for indicators of that many cut points, else from the library."""
    own = Methodology("m", "1", scales=[Scale("ours", ("poor", "fair", "fine"), levels=("indicator",))])

    assert rate(small(55, cuts=[40, 60], methodology=own)).row("I", "2024")["rating"] == "fair"
    assert rate(small(55, cuts=[40])).row("I", "2024")["rating"] == "reached"
    assert rate(small(55, cuts=[10, 20, 30, 40])).row("I", "2024")["rating"] == "step 5 of 5"


def test_what_has_no_better_side_is_not_rated():
    """Context is never rated (design, rule 7)."""
    assert "I" not in set(rate(small(55, cuts=[40, 60], better="neutral")).frame["id"])


def test_levels_are_rated_differently():
    """An output against what was due by UNDP's bands, an outcome by its pace."""
    outcome, output = rate(small(44)).row("E", "2024"), rate(small(44, level=Output)).row("E", "2024")

    assert (outcome["rating"], outcome["scale"], outcome["what"]) == ("behind", "outcome-path", "pace")
    assert (output["rating"], output["scale"], output["value"]) == ("green", "undp-output", 88.0)


def test_undp_does_not_rate_outcomes_unless_asked():
    """The scale of one level is refused at another, with the words that ask for it."""
    scores = small(44)

    assert len(rate(scores, scale=UNDP_OUTPUT)) == 0
    with pytest.raises(MethodError, match=r"is for output, says its source.*attrs\.evolve"):
        rate(scores, scale=UNDP_OUTPUT, levels="outcome")
    asked = attrs.evolve(UNDP_OUTPUT, levels=("outcome",))
    assert rate(scores, scale=asked).row("E", "2024")["rating"] == "green"


def test_asked_for_in_a_methodology_too():
    """A methodology that gives outcomes a scale of delivery has them rated by it, in per cent of what was due."""
    own = Methodology("m", "1", scales=[attrs.evolve(UNDP_OUTPUT, levels=("output", "outcome"))])

    assert rate(small(44, methodology=own)).row("E", "2024")["rating"] == "green"
    assert rate(small(30, methodology=own)).row("E", "2024")["rating"] == "amber"


def test_statcan_presets():
    """Canadian Indicator Framework 2025, 11.6.1: waste from 699 kg (2014) to 683.4 (2022), due 490 in 2030."""
    indicator = Indicator(
        "11.6.1", "Waste per head", measures="E", unit="kg", kind="mean", better="lower",
        baseline=Baseline(699, "2014"), targets=Target(490, "2030"),
    )  # fmt: skip
    plan = Plan("p", "t", period="2015-01-01/2030-12-31", elements=[Outcome("E", "Less waste")], indicators=[indicator])
    observed = read_observations([{"indicator": "11.6.1", "period": "2022", "value": 683.4}], plan)
    ratings = rate(score(aggregate(observed, by="year"), methodology=preset("statcan")))

    assert ratings.row("11.6.1", "2022")["rating"] == "Limited progress"
    assert ratings.row("E", "2022")["rating"] == "Limited progress"
    assert ratings.row("E", "2022")["value"] == pytest.approx(-2.5 + 2.5 * 0.128 / 0.6, abs=2e-3)


def rated_by_statcan(value, unit="kg", kind="mean", better="higher", **said):
    """Rate one value of 2022 as Statistics Canada does."""
    one = Indicator("I", "One", measures="E", unit=unit, kind=kind, better=better, **said)
    plan = Plan("p", "t", period="2015-01-01/2030-12-31", elements=[Outcome("E", "Change")], indicators=[one])
    observed = read_observations([{"indicator": "I", "period": "2022", "value": value}], plan)
    return rate(score(aggregate(observed, by="year"), methodology=preset("statcan"))).row("I", "2022")


@pytest.mark.parametrize(
    ("growth", "said"),
    [
        (0.016, "On track"),
        (0.01, "Progress made but acceleration needed"),
        (0.004, "Limited progress"),
        (-0.001, "Deterioration"),
    ],
)
def test_statcan_growth_without_a_target(growth, said):
    """Statistics Canada, Progress measurement methodology: without a target, 1.5 %, 0.5 % and 0 % of growth a year."""
    found = rated_by_statcan(100 * (1 + growth) ** 8, baseline=Baseline(100, "2014"))

    assert found["rating"] == said
    assert found["what"] == "progress score"


def test_statcan_growth_near_its_limit():
    """A share of 99 % that should rise has little room, so that the same growth counts for more."""
    near = rated_by_statcan(99.9, unit="%", kind="ratio", baseline=Baseline(99, "2014"))
    far = rated_by_statcan(50.25, unit="%", kind="ratio", baseline=Baseline(50, "2014"))

    assert (near["rating"], far["rating"]) == ("On track", "Limited progress")


def test_statcan_target_met_without_a_baseline():
    """A target met is met, wherever it began; one not met has no rate without a beginning."""
    met, not_met = (rated_by_statcan(value, targets=Target(90, "2030")) for value in (95, 85))

    assert (met["rating"], met["value"]) == ("Target achieved", 5)
    assert (not_met["rating"], not_met["value"]) == ("insufficient data", None)


def test_statcan_has_no_rate_of_a_running_total():
    """One year's flow is not held against the target of all years together."""
    found = rated_by_statcan(
        5, unit="incident", kind="flow", better="lower", frequency="year",
        baseline=Baseline(10, "2014"), targets=Target(80, "2030", applies="total"),
    )  # fmt: skip

    assert found["rating"] == "insufficient data"


def test_no_data_is_no_rating():
    """A missing value has the scale's word for it."""
    scores = small(44)
    plan = scores.plan
    silent = read_observations([{"indicator": "I", "period": "2024", "reason": "late"}], plan)
    row = rate(score(aggregate(silent, by="year"))).row("E", "2024")

    assert (row["rating"], row["value"], row["up"]) == ("no data", None, None)


def test_table():
    """Rows are columns declared, go to JSON, and unknown or unrated ids are refused."""
    ratings = rate(small(55, cuts=[40, 60]))

    assert list(ratings.frame.columns) == [
        "id", "level", "period", "place", "value", "what", "rating", "scale", "up", "down",
    ]  # fmt: skip
    assert json.dumps(ratings.to_dict(), allow_nan=False)
    assert "outcome-path" in repr(ratings)
    with pytest.raises(RequestError, match="Did you mean"):
        ratings.row("II", "2024")
    with pytest.raises(RequestError, match="not rated"):
        rate(small(55)).row("I", "2024")
    with pytest.raises(RequestError, match="'indicator' is not rated"):
        rate(small(55), scale=UNDP_OUTPUT, levels="indicator")


def test_plan_without_elements():
    """Nothing to rate is an empty table."""
    plan = Plan("p", "t", indicators=[Indicator("I", "n", measures=(), unit="%", kind="ratio", better="higher")])
    observed = read_observations([{"indicator": "I", "period": "2024", "value": 1}], plan)
    for name in ("cpas-default", "sdg-index", "statcan"):
        assert rate(score(aggregate(observed, by="year"), methodology=preset(name))).frame.empty


@pytest.mark.parametrize("name", ["undp", "sdg-index", "statcan"])
def test_assessment_reads_no_scale_of_another_quantity(name):
    """A pace is never held against the dashboards' scale from 0 to 3, nor a delivery against scores from −5 to 5."""
    _, observed = load("kessara")
    quarters = aggregate(observed, by="quarter")
    plain, other = (
        assess(score(quarters, methodology=attrs.evolve(preset(one), weights="plan", min_coverage=0.0)), at="2025-Q2")
        for one in ("cpas-default", name)
    )
    some = ("OC-1", "OC-2", "OC-3", "OP-1", "OP-3")

    assert [plain[id].rating for id in some] == [other[id].rating for id in some]


@pytest.mark.parametrize(("rule", "scale"), [("worst_two", SDG_COLOURS), ("statcan", STATCAN_PROGRESS)])
def test_rule_without_a_scale_takes_its_own(rule, scale):
    """A report's rule is told in the words that it was published with, unless a methodology has others for it."""
    row = rate(small(55, methodology=Methodology("m", "1", rating=rule), baseline=Baseline(10, "2023"))).row(
        "E", "2024"
    )

    assert row["scale"] == scale.id
    assert row["rating"] in {band.name for band in (*scale.bands, *scale.states)} | {scale.missing}
