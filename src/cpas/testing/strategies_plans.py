"""Hypothesis strategy for whole plans: valid ones, with records of every sort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from cpas import choices
from cpas.model import (
    Assumption,
    Dimension,
    Driver,
    HarmRisk,
    Influence,
    Objective,
    Outcome,
    Output,
    Plan,
    Relation,
    Risk,
    Stakeholder,
    Stance,
)
from cpas.testing import strategies_records as records
from cpas.testing.strategies_indicators import indicators
from cpas.testing.strategies_periods import periods
from cpas.testing.strategies_words import dates, fields, ids, optional_texts, some, texts, word

__all__ = ["plans"]

_LEVEL = word(choices.Likelihood)
_UNITS = st.dictionaries(st.sampled_from(["hearing", "no", "convoy"]), st.just("count"), max_size=2)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Return a strategy for valid plans with records of every sort.

    Ids are known, links go up the chain, and nothing loops. Texts are above all those that files get wrong.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, database=None, deadline=None)
    ... @given(plans())
    ... def elements_are_found_by_id(plan):
    ...     assert all(plan.element(element.id) is element for element in plan.elements)
    >>> elements_are_found_by_id()
    """
    units = draw(_UNITS)
    words = ["person", "incident", "%", *units]
    places, dimensions = draw(records.places()), draw(records.dimensions())
    at = [place.id for place in places]
    who, harmful, assumed, driving = draw(st.tuples(ids("ST"), ids("H"), ids("AS"), ids("D")))
    activities = draw(records.activities(at, who, harmful))
    levels = dict(
        zip(("objectives", "outcomes", "outputs"), draw(st.tuples(ids("OBJ"), ids("OC"), ids("OP"))), strict=True)
    )
    levels["activities"] = [activity.id for activity in activities]
    elements = [id for level in levels.values() for id in level]
    found = draw(indicators([*elements, *who, *driving], at, dimensions, words))
    # Of any type, for the plug-in that checks records names converters by their own variables.
    make: Any = Plan
    plan: Plan = make(
        draw(texts),
        draw(texts),
        elements=[*draw(_elements(levels, at, who, dimensions, words)), *activities],
        links=draw(records.links(levels, assumed)),
        indicators=found,
        places=places,
        dimensions=dimensions,
        units=units,
        **draw(_around(levels, who)),
        **draw(_beside(elements, at, assumed, harmful, driving, [indicator.id for indicator in found])),
        **draw(_own()),
    )
    return plan


def _own() -> st.SearchStrategy[dict[str, Any]]:
    return fields(
        mission=texts,
        version=texts,
        status=word(choices.PlanStatus),
        in_force_from=dates,
        supersedes=texts,
        reason=optional_texts,
        period=periods(),
        note=optional_texts,
    )


def _elements(
    levels: dict[str, list[str]], at: Sequence[str], who: Sequence[str], by: Sequence[Dimension], units: Sequence[str]
) -> st.SearchStrategy[list[Any]]:
    common = records.element_fields(at)
    outcome = {"stakeholders": some(who), "change": word(choices.Change)}
    drawn = st.tuples(
        records.each(Objective, levels["objectives"], texts, **common),
        records.each(Outcome, levels["outcomes"], texts, **common, **outcome),
        records.each(Output, levels["outputs"], texts, **common, planned=records.planned(at, by, units)),
    )
    return drawn.map(lambda lists: [element for level in lists for element in level])


def _around(levels: dict[str, list[str]], who: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw stakeholders, where they stand, how they are moved, and how they act on one another."""
    results = [*levels["objectives"], *levels["outcomes"]]
    influence = st.fixed_dictionaries({"mode": word(choices.InfluenceMode)}, optional={"change": texts})
    actor = {"type": texts, "influence": _LEVEL, "interest": _LEVEL, "capacity": _LEVEL, "note": optional_texts}
    return st.fixed_dictionaries(
        {
            "stakeholders": records.each(Stakeholder, who, texts, **actor),
            "stances": records.pairs_of(Stance, who, results, records.stance_fields()),
            "influences": records.pairs_of(Influence, levels["outcomes"], who, influence),
            "relations": records.pairs_of(Relation, who, who, fields(mode=texts)),
        }
    )


@st.composite
def _beside(
    draw: st.DrawFn,
    elements: Sequence[str],
    at: Sequence[str],
    assumed: Sequence[str],
    harmful: Sequence[str],
    driving: Sequence[str],
    watched: Sequence[str],
) -> dict[str, Any]:
    """Draw assumptions, risks, harms and drivers."""
    watch = {"indicator": st.sampled_from(watched)} if watched else {}
    condition = {"status": word(choices.AssumptionStatus), "note": optional_texts, **watch}
    event = {"likelihood": _LEVEL, "impact": _LEVEL, "threatens": some(elements), "mitigation": texts, "owner": texts}
    harm = st.tuples(texts, texts, _LEVEL, _LEVEL, fields(mitigation=texts, note=texts))
    return {
        "assumptions": draw(records.each(Assumption, assumed, texts, **condition)),
        "risks": draw(records.each(Risk, draw(ids("R")), texts, **event, note=optional_texts)),
        "harms": [
            HarmRisk(id, statement, group=group, likelihood=likelihood, severity=severity, **said)
            for id in harmful
            for statement, group, likelihood, severity, said in [draw(harm)]
        ],
        "drivers": draw(records.each(Driver, driving, texts, **records.drivers(at, elements))),
    }
