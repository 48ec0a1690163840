"""The worked mission, invented, with numbers checked by hand (domain study, section 8)."""

from __future__ import annotations

import pytest

from cpas import datasets
from cpas.cycle.assessing import assess
from cpas.cycle.performing import aggregate
from cpas.cycle.planning import check
from cpas.cycle.scoring import score

Q2 = "2025-Q2"

#: Indicator: value of 2025-Q2, raw progress as printed (a share).
PRINTED = {
    "I01": (61, 0.676), "I02": (46, 0.357), "I03": (63, 0.682), "I04": (14, 0.556), "I05": (21, 0.500),
    "I06": (41, 0.240), "I07": (26, -0.400), "I08": (19, 0.722), "I09": (2, 0.667), "I10": (6, 1.000),
    "I11": (25, 0.773),
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded():
    return datasets.load("kessara")


@pytest.fixture(scope="module")
def quarters(loaded):
    return aggregate(loaded[1], by="quarter")


@pytest.fixture(scope="module")
def scores(quarters):
    return score(quarters)


@pytest.fixture(scope="module")
def now(scores):
    return scores.frame.query("period == @Q2").set_index("id")


@pytest.fixture(scope="module")
def assessment(scores):
    judged, recommended = datasets.judgements("kessara")
    done = datasets.delivery("kessara")
    return assess(scores, at=Q2, delivery=done, judgements=judged, recommendations=recommended)


@pytest.mark.parametrize("id", PRINTED)
def test_values_and_raw_progress(quarters, now, id):
    """The table of indicators: each value exactly, each raw progress to the three decimals printed."""
    value, raw = PRINTED[id]

    assert quarters.row(id, Q2)["value"] == value
    assert round(now.loc[id, "raw"] / 100, 3) == raw


def test_roll_up(now):
    """Outcomes, objective and outputs as printed: equal weights, clipped, missing left out."""
    expected = {"OC-1": 57.9, "OC-2": 12.0, "OC-3": 69.4, "OBJ-1": 51.7, "OP-1": 100.0, "OP-3": 77.3}

    assert now.loc[list(expected), "score"].round(1).to_dict() == expected
    assert round(now.loc["OBJ-1", "below"], 1) == 46.5


def test_the_objective_shows_what_a_mean_hides(now):
    """Worst 12.0, dispersion 57.4, and 11 of 12 indicators answered."""
    objective = now.loc["OBJ-1"]

    assert (round(objective["worst"], 1), round(objective["dispersion"], 1)) == (12.0, 57.4)
    assert (objective["answered"], objective["indicators"]) == (11, 12)


def test_unmeasured_outputs(now):
    """OP-2, OP-4 and OP-5 have no indicator, and so no score; OP-6's figures are late."""
    for id in ("OP-2", "OP-4", "OP-5"):
        assert now.loc[id, "reason"] == "no_own_indicators"
    assert now.loc["OP-6", "reason"] == "late"


def test_late_is_not_the_last_value(quarters, now):
    """I12 is missing with reason late, not the 66 of half a year before, and not zero."""
    assert quarters.row("I12", "2024-Q4")["value"] == 66
    assert quarters.row("I12", Q2)["value"] is None
    assert quarters.row("I12", Q2)["reason"] == "late"
    assert now["score"].isna()["I12"]


def test_clipped_for_scores_raw_for_people(now):
    """Violations rose: raw −40 beside a score of 0."""
    assert (now.loc["I07", "raw"], now.loc["I07", "score"]) == (-40, 0)


def test_pace(now):
    """Six of eight quarters: path 75; OC-3 at 0.93 of it, OC-1 at 0.77, OC-2 at 0.16."""
    assert set(now.loc[["OC-1", "OC-2", "OC-3"], "path"]) == {75}
    assert now.loc[["OC-3", "OC-1", "OC-2"], "pace"].round(2).tolist() == [0.93, 0.77, 0.16]


def test_a_year_is_not_scored_against_a_quarter(loaded):
    """Over 2024 I01 adds up to 262, which against a quarter's target would be −524 per cent: basis_mismatch."""
    years = aggregate(loaded[1], by="year")
    found = score(years).frame.query("period == '2024'").set_index("id").loc["I01"]

    assert years.row("I01", "2024")["value"] == 262
    assert round(100 * (262 - 84) / (50 - 84)) == -524
    assert found["reason"] == "basis_mismatch"
    assert found[["score", "raw"]].isna().all()


def test_a_district_is_not_scored_against_the_country(loaded):
    """By prefecture I01 is shown and has no target here; the ratios inherit theirs."""
    places = aggregate(loaded[1], by="quarter", places="prefecture")
    found = score(places).frame.query("period == @Q2").set_index(["id", "place"])

    assert [places.row("I01", Q2, place)["value"] for place in ("Nord-Amara", "Sud-Amara")] == [38, 23]
    for place in ("Nord-Amara", "Sud-Amara"):
        assert found.loc[("I01", place), "reason"] == "no_target_here"
        assert found.loc[["I02", "I03", "I05", "I06", "I11"], "raw"].notna().all()


def test_an_index_stops_nothing(quarters, scores):
    """The survey's index cannot be combined over prefectures: a remark, and every other indicator goes on."""
    assert [remark.where for remark in quarters.remarks.of("cannot_combine")] == ["I13"]
    assert quarters.row("I13", Q2)["reason"] == "cannot_combine"
    assert scores.frame.query("id == 'I13'")["score"].isna().all()


@pytest.mark.parametrize("groups", [["sex"], ["age"], ["actor"], ["sex", "age"]])
def test_groups_make_the_total(loaded, quarters, groups):
    """However I01 is broken down, the parts are the total, and unknown is one of them."""
    frame = aggregate(loaded[1], by="quarter", groups=groups).frame.query("indicator == 'I01'")
    by_quarter = frame.dropna(subset=groups).groupby("period")["value"].sum()

    for quarter, total in by_quarter.items():
        assert total == quarters.row("I01", quarter)["value"]
    assert "unknown" in set(frame[groups[0]])


def test_two_vintages(loaded):
    """One violation of March 2025 was verified late: 24 were known in April, 25 are known now."""
    observed = loaded[1]

    assert aggregate(observed, by="quarter", as_of="2025-05-01").row("I07", "2025-Q1")["value"] == 24
    assert aggregate(observed, by="quarter").row("I07", "2025-Q1")["value"] == 25


def test_seasonal_baseline(loaded):
    """I04 is compared with the same quarter of 2023, 18, and its target of 40 per cent less, 10.8."""
    indicator = loaded[0].indicator("I04")

    assert {str(one.period): one.value for one in indicator.baseline}["2023-Q2"] == 18
    assert round(18 * (1 + indicator.targets[0].value), 1) == 10.8


def test_nothing_was_noticed_in_the_data(loaded):
    """The table is read without a remark."""
    assert list(loaded[1].remarks) == []


def test_what_a_reviewer_asks_of_the_plan(loaded):
    """Outputs without an indicator, OP-4 among them, and an outcome that rests on one output; nothing else."""
    remarks = check(loaded[0])

    assert {remark.where for remark in remarks.of("no_indicator")} == {"OP-2", "OP-4", "OP-5"}
    assert remarks.codes == ("no_indicator", "single_point_of_failure")


def test_stances_are_strictly_confidential(loaded):
    """Where an actor stands on a result is for nobody else."""
    assert {stance.sensitivity for stance in loaded[0].stances} == {"strictly confidential"}


def test_invented_and_says_so(loaded):
    """Plan, mission and source say that nothing here exists."""
    plan = loaded[0]

    assert "invented" in plan.title
    assert "invented" in plan.mission
    assert "Invented" in datasets.source("kessara").note


def test_ratings_and_diagnosis(assessment):
    """OC-3 on path, OC-1 behind, OC-2 far behind: delivered, change not seen, with its delivery's coverage beside."""
    assert [assessment[id].rating for id in ("OC-3", "OC-1", "OC-2")] == ["on path", "behind", "far behind"]

    finding = assessment["OC-2"]
    assert finding.diagnosis.startswith("delivered, change not seen")
    assert finding.delivery >= 60
    assert finding.delivery_coverage == pytest.approx(2 / 3)


def test_delivery_in_numbers(assessment):
    """Conferences 6 of 6; mediators 96 of 120; patrol days 1,160 of 1,500; units not reported."""
    assert assessment["OP-1"].delivery == 100
    assert assessment["OP-2"].delivery == 80
    assert round(assessment["OP-3"].delivery, 1) == 77.3
    assert assessment["OP-4"].delivery is None
    assert assessment["OP-4"].delivery_status == "delayed"


def test_judgements_beside_the_numbers(assessment):
    """Contribution: OC-1 moderate, OC-2 low, OC-3 moderate on weak evidence."""
    assert [assessment[id].contribution for id in ("OC-1", "OC-2", "OC-3")] == ["moderate", "low", "moderate"]
    assert assessment["OC-3"].evidence == "weak"


def test_recommendations_with_one_still_open():
    """R1 to R4, and the one from the assessment before that is not done."""
    _, recommended = datasets.judgements("kessara")

    assert [one.id for one in recommended if str(one.made_at) != Q2 and one.is_open] == ["R0"]
    assert [one.id for one in recommended if str(one.made_at) == Q2] == ["R1", "R2", "R3", "R4"]


def test_one_prefecture(loaded):
    """A finding can be asked for one prefecture."""
    found = assess(score(aggregate(loaded[1], by="quarter", places="prefecture")), at=Q2)

    assert round(found["OC-2", "Nord-Amara"].progress, 1) == 4.0
