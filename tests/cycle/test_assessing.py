"""Assess: three answers side by side, and what they say together."""

from __future__ import annotations

import attrs
import pandas as pd
import pytest

import cpas
from cpas.cycle.assessing import assess
from cpas.model import Evidence, Judgement, Recommendation
from cpas.periods import Period

ROWS = [
    # indicator, period, value: the worked mission's two outcomes, and the quarters before them
    ("presence", "2024-Q2", 12.0),
    ("presence", "2025-Q1", 20.0),
    ("presence", "2025-Q2", 25.0),
    ("answered", "2024-Q2", 38.0),
    ("answered", "2025-Q1", 40.0),
    ("answered", "2025-Q2", 41.0),
    ("violations", "2024-Q2", 20.0),
    ("violations", "2025-Q1", 30.0),
    ("violations", "2025-Q2", 26.0),
]


def make_plan(**changes):
    def measured(id, element, kind, better, baseline, target, unit, **more):
        return cpas.Indicator(
            id,
            id,
            measures=element,
            unit=unit,
            kind=kind,
            better=better,
            baseline=cpas.Baseline(baseline, "2023-Q2"),
            targets=cpas.Target(target, "2025-Q4"),
            **more,
        )

    plan = cpas.Plan(
        "small",
        "A small plan",
        period="2024-01-01/2025-12-31",
        elements=[
            cpas.Objective("safety", "Civilians are safer"),
            cpas.Outcome("response", "Security forces respond", stakeholders="forces"),
            cpas.Output("patrols", "Protective presence"),
            cpas.Output("training", "Units trained"),
            cpas.Activity("joint", "Joint patrols"),
        ],
        links=[
            *cpas.chain("joint", "patrols", "response", "safety"),
            cpas.Link("training", "response"),
        ],
        stakeholders=[cpas.Stakeholder("forces", "Security forces")],
        places=[cpas.Place("land", "Land"), cpas.Place("north", "North", parent="land", level="region")],
        indicators=[
            measured("presence", "patrols", "ratio", "higher", 8, 30, "%"),
            measured("answered", "response", "ratio", "higher", 35, 60, "%", min_change=2),
            measured("violations", "response", "flow", "lower", 22, 12, "incident", min_change=2),
        ],
    )
    return attrs.evolve(plan, **changes)


def make_scores(plan=None, rows=ROWS, **request):
    frame = pd.DataFrame(rows, columns=["indicator", "period", "value"])
    observed = cpas.read_observations(frame, plan or make_plan())
    return cpas.score(cpas.aggregate(observed, by="quarter", **request))


@pytest.fixture(scope="module")
def scores():
    return make_scores()


@pytest.fixture(scope="module")
def assessment(scores):
    return assess(scores, at="2025-Q2")


def test_worked_outcome(assessment):
    """Presence is delivered, behaviour does not follow, violations worsen (domain, section 8, OC-2)."""
    found = assessment["response"]

    assert (round(found.progress, 1), round(found.path, 1), round(found.pace, 2)) == (12.0, 75.0, 0.16)
    assert found.rating == "far behind"
    assert found.diagnosis.startswith("delivered, change not seen")
    assert round(found.delivery, 1) == 77.3
    assert found.delivery_coverage == 0.5
    assert found.delivery_basis == "outputs"


def test_clipped_beside_raw(assessment):
    """A regress is visible beside its clipped zero."""
    found = assessment.indicator("violations")

    assert (found.score, round(found.raw, 6)) == (0.0, -40.0)


def test_both_comparisons(assessment):
    """The period before and the same season say different things, and both are there."""
    found = assessment.indicator("violations")

    assert (found.previous, found.season) == (30.0, 20.0)
    assert found.change_previous == pytest.approx(-100 * 4 / 30)
    assert found.change_season == pytest.approx(30.0)
    assert (found.trend_previous, found.trend_season) == ("improving", "worsening")
    assert "comparisons_disagree" in assessment.remarks.codes


def test_share_changes_by_points(assessment):
    """A share changes by points, not by a percentage of a percentage."""
    found = assessment.indicator("answered")

    assert (found.basis, found.change_previous, found.change_season) == ("points", 1.0, 3.0)


def test_outputs_never_enter_an_outcome(assessment):
    """Taking an output's indicator away leaves the outcome's score alone."""
    plan = make_plan()
    without = attrs.evolve(plan, indicators=plan.indicators[1:])
    bare = assess(make_scores(without, ROWS[3:]), at="2025-Q2")

    assert bare["response"].progress == assessment["response"].progress
    assert bare["response"].delivery is None
    assert bare["response"].diagnosis == "cannot say"


def test_objective_takes_nothing_from_outcomes(assessment):
    """Outcomes are not the objective: without indicators of its own and without combine it has no score."""
    assert assessment["safety"].progress is None
    assert "no_own_indicators" in assessment["safety"].progress_basis


def test_objective_that_declares_how():
    """An objective that says how its outcomes combine takes their score."""
    plan = make_plan()
    objective = attrs.evolve(plan.objectives[0], combine="minimum")
    found = assess(make_scores(attrs.evolve(plan, elements=[objective, *plan.elements[1:]])), at="2025-Q2")["safety"]

    assert round(found.progress, 1) == 12.0


def test_delivery_from_quantities(scores):
    """Delivery is what was done of what was planned to date, and never enters progress."""
    rows = [
        {"element": "patrols", "period": "2025-Q1", "planned": 40, "done": 40},
        {"element": "patrols", "period": "2025-Q2", "planned": 60, "done": 20},
        {"element": "patrols", "period": "2025-Q3", "planned": 60, "done": 60},
        {"element": "training", "period": "2025-Q2", "status": "delayed"},
    ]
    delivery = cpas.read_delivery(pd.DataFrame(rows), scores.plan)
    found = assess(scores, at="2025-Q2", delivery=delivery)

    assert (found["patrols"].delivery, found["patrols"].delivery_basis) == (60.0, "quantities")
    assert (found["training"].delivery, found["training"].delivery_basis) == (None, "status")
    assert found["training"].delivery_status == "delayed"
    assert found["patrols"].rating == "amber"
    assert found["response"].delivery == 60.0
    assert found["response"].progress == assess(scores, at="2025-Q2")["response"].progress


def test_lag_not_over(scores):
    """Before the lag of its link has passed since delivery began, no change is not held against the link."""
    plan = scores.plan
    slow = [attrs.evolve(link, lag_days=365) if link.source == "patrols" else link for link in plan.links]
    late = attrs.evolve(plan, links=slow)
    delivery = cpas.read_delivery(
        pd.DataFrame([{"element": "patrols", "period": "2025-Q1", "planned": 10, "done": 10}]), late
    )

    assert assess(make_scores(late), at="2025-Q2", delivery=delivery)["response"].diagnosis == "too early"


def test_no_judgement_enters_a_number(scores, assessment):
    """Judgements stand beside the numbers and change none of them; a difference is a remark."""
    judged = [
        Judgement("response", about="progress", value="behind", at="2025-Q2", statement="Some units changed."),
        Judgement(
            "response",
            about="contribution",
            value="high",
            at="2025-Q2",
            statement="The mission's patrols made the difference.",
            evidence=[Evidence("Patrol reports", kind="document")],
            alternatives="A new commander arrived in the same month.",
            strength="moderate",
        ),
    ]
    found = assess(scores, at="2025-Q2", judgements=judged)

    assert found["response"].contribution == "high"
    assert found["response"].evidence == "moderate"
    assert found["response"].progress_judged == "behind"
    assert found["response"].progress == assessment["response"].progress
    assert found["response"].rating == assessment["response"].rating
    assert "judgement_differs" in found.remarks.codes


@pytest.mark.parametrize(
    ("evidence", "alternatives"),
    [((), ("rain",)), ((Evidence("we all agree", kind="opinion"),), ("rain",)), ((Evidence("report"),), ())],
)
def test_high_contribution_needs_evidence(evidence, alternatives):
    """A high contribution without evidence beyond opinion, or without a rival cause examined, is refused."""
    with pytest.raises(cpas.JudgementError, match="'high' contribution needs"):
        Judgement(
            "response",
            about="contribution",
            value="high",
            at="2025-Q2",
            statement="x",
            evidence=evidence,
            alternatives=alternatives,
        )


def test_judgement_of_another_period(scores):
    """A judgement of another period is not shown, and that is said."""
    old = Judgement("response", about="contribution", value="low", at="2024-Q2", statement="x")
    found = assess(scores, at="2025-Q2", judgements=[old])

    assert found["response"].contribution is None
    assert "judgement_other_period" in found.remarks.codes


def test_judgement_of_nothing(scores):
    """A judgement of an element the plan does not have is refused, with the nearest id."""
    wrong = Judgement("respons", about="contribution", value="low", at="2025-Q2", statement="x")
    with pytest.raises(cpas.UnknownIdError, match="Did you mean 'response'"):
        assess(scores, at="2025-Q2", judgements=[wrong])


def test_open_recommendations_first(scores):
    """Recommendations still open from last time come first; those of the assessment before are carried over."""
    old_open = Recommendation("R9", "Old and open", type="data", to="SPU", made_at="2024-Q2")
    old_done = Recommendation("R1", "Old and done", type="data", to="SPU", made_at="2024-Q2", status="done")
    new = Recommendation("R2", "New", type="operational", to="Force", elements="patrols", made_at="2025-Q2")
    before = assess(scores, at="2025-Q1", recommendations=[old_open])
    found = assess(scores, at="2025-Q2", recommendations=[new, old_done], previous=before)

    assert [one.id for one in found.recommendations] == ["R9", "R2", "R1"]
    assert [one.id for one in found.open_recommendations] == ["R9"]


def test_recommendation_about_nothing(scores):
    """A recommendation about an unknown id is refused."""
    wrong = Recommendation("R1", "x", type="data", to="SPU", elements="patrol")
    with pytest.raises(cpas.UnknownIdError, match="Did you mean 'patrols'"):
        assess(scores, at="2025-Q2", recommendations=[wrong])


def test_unknown_period_and_place(scores):
    """A period or place that was not scored is refused, saying what there is."""
    with pytest.raises(cpas.RequestError, match=r"from 2024-Q2 to 2025-Q2"):
        assess(scores, at="2026-Q1")
    with pytest.raises(cpas.RequestError, match="There are at land"):
        assess(scores, at="2025-Q2", place="north")


def test_unknown_finding(assessment):
    """An unknown element or place is refused with the nearest one, and is a LookupError."""
    with pytest.raises(LookupError, match="Did you mean 'response'"):
        assessment["respons"]
    with pytest.raises(LookupError, match="no finding of 'response' at 'north'"):
        assessment["response", "north"]


def test_scores_by_group_are_refused():
    """An assessment is of all groups together."""
    plan = make_plan(dimensions=[cpas.Dimension("sex", ["female", "male"])])
    with pytest.raises(cpas.RequestError, match="aggregate without groups"):
        assess(make_scores(plan, groups=["sex"]), at="2025-Q2")


def test_missing_is_never_a_rating():
    """No value at all is "no data", never the worst rating."""
    found = assess(make_scores(rows=[("presence", "2025-Q2", 25.0)]), at="2025-Q2")

    assert found["response"].progress is None
    assert found["response"].rating == "no data"
    assert found["training"].rating == "no data"


def test_same_input_same_hash(scores):
    """Assessed twice from the same snapshot, in whatever order the rows came, the hash is the same."""
    again = make_scores(rows=ROWS[::-1])

    assert assess(scores, at="2025-Q2").hash == assess(again, at="2025-Q2").hash
    assert assess(scores, at="2025-Q2").hash != assess(scores, at="2025-Q1").hash


def test_later_data_leaves_the_hash():
    """What was recorded after as_of does not change what was assessed."""
    frame = pd.DataFrame(ROWS, columns=["indicator", "period", "value"]).assign(recorded_at="2025-07-10")
    later = pd.DataFrame([{"indicator": "violations", "period": "2025-Q2", "value": 40.0, "recorded_at": "2025-12-01"}])
    plan = make_plan()

    def hashed(table):
        table = cpas.aggregate(cpas.read_observations(table, plan), by="quarter", as_of="2025-08-01")
        return assess(cpas.score(table), at="2025-Q2").hash

    assert hashed(frame) == hashed(pd.concat([frame, later]))


def test_every_input_is_in_the_hash(scores):
    """Another plan, methodology, value, judgement or delivery gives another hash."""
    plan = make_plan(note="another")
    other_rows = [*ROWS[:-1], ("violations", "2025-Q2", 27.0)]
    judged = [Judgement("response", about="contribution", value="low", at="2025-Q2", statement="x")]
    strict = cpas.Methodology("strict", "1", min_coverage=0.5)
    delivery = cpas.read_delivery(
        pd.DataFrame([{"element": "patrols", "period": "2025-Q2", "planned": 1, "done": 1}]), scores.plan
    )
    hashes = {
        assess(scores, at="2025-Q2").hash,
        assess(make_scores(plan), at="2025-Q2").hash,
        assess(make_scores(rows=other_rows), at="2025-Q2").hash,
        assess(scores, at="2025-Q2", judgements=judged).hash,
        assess(scores, at="2025-Q2", delivery=delivery).hash,
        assess(cpas.score(scores.aggregates, methodology=strict), at="2025-Q2").hash,
    }

    assert len(hashes) == 6


def test_columns_as_declared(assessment):
    """The table has the columns of the front door, in their order."""
    said = (
        "id place delivery delivery_basis delivery_coverage progress path pace progress_judged progress_basis rating "
        "trend_previous trend_season contribution evidence coverage dispersion worst diagnosis"
    )

    assert " ".join(assessment.frame.columns) == said
    assert " ".join(assessment.indicators.columns) == (
        "id place value previous change_previous season change_season basis"
    )


def test_foot_is_always_there(assessment):
    """Whatever a reader sees says that it is no UN rating and ranks nobody."""
    assert "not a UN rating" in assessment._repr_html_()
    assert "not a UN rating" in assessment.to_dict()["foot"]


def test_period_may_be_a_record(scores):
    """A period may be given as a record or as text."""
    assert assess(scores, at=Period.parse("2025-Q2")).hash == assess(scores, at="2025Q2").hash


def test_target_that_was_met_from_the_start():
    """A target reached at the start is held or lost, never a percentage, and never "no data"."""
    police = cpas.Indicator(
        "police",
        "Women in the police component",
        measures="response",
        unit="%",
        kind="ratio",
        better="higher",
        baseline=cpas.Baseline(33.8, "2023-Q2"),
        targets=cpas.Target(25, "2025-Q4"),
    )
    plan = attrs.evolve(make_plan(), indicators=[police])
    held, lost = (assess(make_scores(plan, [("police", "2025-Q2", v)]), at="2025-Q2") for v in (33.8, 20.0))

    assert (held["response"].progress, held["response"].rating, held["response"].diagnosis) == (
        None,
        "achieved",
        "held",
    )
    assert (lost["response"].progress, lost["response"].rating) == (None, "worse than baseline")


def test_first_period_of_the_calendar():
    """Where the calendar begins there is nothing before, and no error."""
    plan = attrs.evolve(make_plan(), period=None)
    found = assess(make_scores(plan, [("answered", "0001-Q1", 40.0)]), at="0001-Q1")

    assert found.indicator("answered").previous is None
