"""Hypothesis strategies for what is judged and recommended, and for the choice of methods."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from cpas import choices
from cpas.model import Action, Evidence, Judgement, Methodology, Plan, Recommendation, Threshold
from cpas.testing.strategies_periods import periods
from cpas.testing.strategies_words import dates, fields, numbers, optional_texts, some, sources, texts, word

__all__ = ["judgements", "methodologies", "recommendations"]

_SCALES: Final[dict[Any, Any]] = {
    "progress": choices.JudgedProgress,
    "contribution": choices.Contribution,
    "assumption": choices.AssumptionStatus,
    "delivery": choices.JudgedDelivery,
}


@st.composite
def judgements(draw: st.DrawFn, plan: Plan) -> list[Judgement]:
    """Return a strategy for valid judgements of what is in a plan.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from cpas.model import Objective
    >>> plan = Plan("demo", "A small plan", elements=[Objective("OBJ-1", "Civilians are safer")])
    >>> @settings(max_examples=5, database=None, deadline=None)
    ... @given(judgements(plan))
    ... def elements_are_known(found):
    ...     assert all(judgement.element == "OBJ-1" for judgement in found)
    >>> elements_are_known()
    """
    assumed = [assumption.id for assumption in plan.assumptions]
    judged = [(about, id) for about in _SCALES for id in (assumed if about == "assumption" else plan.elements_by_id)]
    evidence = _evidence(plan)
    said = {
        "strength": word(choices.Strength),
        "against": st.lists(evidence, max_size=1),
        "by": st.lists(texts, max_size=2),
        "on": dates,
        "dissent": st.lists(texts, max_size=1),
        "sensitivity": word(choices.Sensitivity),
        **({"place": st.sampled_from(list(plan.places_by_id))} if plan.places else {}),
    }
    made: list[Judgement] = []
    for about, id in draw(st.lists(st.sampled_from(judged), max_size=2)) if judged else []:
        # Every claim has its evidence, so that a high one is not refused.
        carried = {"evidence": st.lists(evidence, min_size=1, max_size=2), "alternatives": st.lists(texts, min_size=1)}
        required = {"value": word(_SCALES[about]), "at": periods(), "statement": texts}
        made.append(Judgement(id, about=about, **draw(st.fixed_dictionaries(required | carried, optional=said))))
    return made


def _evidence(plan: Plan) -> st.SearchStrategy[Evidence]:
    kinds = st.sampled_from(["observation", "document", "survey", "interview"])
    said = {
        "source": sources,
        **({"indicator": st.sampled_from(list(plan.indicators_by_id))} if plan.indicators else {}),
    }
    return st.tuples(texts, kinds, fields(**said)).map(lambda drawn: Evidence(drawn[0], kind=drawn[1], **drawn[2]))


def recommendations(plan: Plan) -> st.SearchStrategy[list[Recommendation]]:
    """Return a strategy for recommendations on a plan, each with an id of its own.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(recommendations(Plan("demo", "A small plan")), lambda found: len(found) == 1)[0].status
    'open'
    """
    elements = list(plan.elements_by_id)
    status = word(choices.RecommendationStatus)
    step = fields(owner=texts, due=dates, status=status, comment=texts)
    said = {
        "elements": some(elements),
        "because": some([*elements, *plan.indicators_by_id]),
        "made_at": periods(),
        "decision": word(choices.Decision),
        "decided_on": dates,
        "reason": optional_texts,
        "due": dates,
        "status": status,
        "actions": st.lists(st.tuples(texts, step).map(lambda drawn: Action(drawn[0], **drawn[1])), max_size=2),
        "sensitivity": word(choices.Sensitivity),
    }
    required = st.fixed_dictionaries({"type": word(choices.RecommendationType), "to": texts}, optional=said)
    one = st.tuples(texts, texts, required).map(lambda drawn: Recommendation(drawn[0], drawn[1], **drawn[2]))
    return st.lists(one, max_size=2, unique_by=lambda recommendation: recommendation.id)


def methodologies() -> st.SearchStrategy[Methodology]:
    """Return a strategy for methodologies; their scales are the library's own.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(methodologies(), lambda methodology: True).weights
    'plan'
    """
    override = fields(
        normalise=word(choices.Normalise),
        combine=word(choices.Combine),
        power=numbers,
        alpha=st.floats(0, 1),
        min_coverage=st.floats(0, 1),
        availability=word(choices.Availability),
        weights=word(choices.Weights),
    )
    constants = st.tuples(st.sampled_from(["delivered", "own", "no"]), numbers, sources)
    said: dict[str, Any] = {
        "normalise": word(choices.Normalise),
        "combine": word(choices.Combine),
        "power": numbers,
        "alpha": st.floats(0, 1),
        "min_coverage": st.floats(0, 1),
        "availability": word(choices.Availability),
        "rating": word(choices.RatingRule),
        "weights": word(choices.Weights),
        "totals": word(choices.Totals),
        "rebase": word(choices.Rebase),
        "bare_ratios": word(choices.BareRatios),
        "completeness": st.sampled_from(["all", "any", "at least 2", "share 0.8"]),
        "nodes": st.dictionaries(texts, override, max_size=2),
        "thresholds": st.lists(constants, max_size=2, unique_by=lambda one: one[0]).map(
            lambda drawn: [Threshold(name, value, source=source) for name, value, source in drawn]
        ),
        "sources": st.lists(sources.filter(lambda source: source is not None), max_size=2),
    }
    return st.tuples(texts, texts, fields(**said)).map(lambda drawn: Methodology(drawn[0], drawn[1], **drawn[2]))
