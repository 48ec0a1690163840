"""Hypothesis strategy for indicators of every kind, with baselines, targets, bands, goalposts and formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from cpas import choices
from cpas.model import Baseline, Break, Dimension, Indicator, Measure, Target
from cpas.testing.strategies_periods import periods
from cpas.testing.strategies_words import (
    dates,
    fields,
    frequencies,
    ids,
    mappings,
    numbers,
    optional_texts,
    some,
    sources,
    texts,
    weights,
    where_of,
    word,
)

__all__ = ["indicators"]


@st.composite
def indicators(
    draw: st.DrawFn, measured: Sequence[str], at: Sequence[str], by: Sequence[Dimension], units: Sequence[str]
) -> list[Indicator]:
    """Return a strategy for indicators; a formula refers to earlier ones only.

    Parameters
    ----------
    measured : sequence of str
        Ids of what they may measure.
    at : sequence of str
        Ids of places.
    by : sequence of Dimension
        How they may be broken down.
    units : sequence of str
        At least one.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(indicators([], [], [], ["person"]), bool)[0].kind
    'flow'
    """
    said = fields(**_free(at))
    made: list[Indicator] = []
    for id in draw(ids("I")):
        scale = draw(_scales())
        own = draw(st.lists(st.sampled_from(by), unique=True)) if by else []
        values = draw(_values(scale["kind"], len(scale.get("levels", ())), where_of(at, own)))
        earlier = [indicator.id for indicator in made]
        indicator = Indicator(
            id,
            draw(texts),
            measures=[Measure(one, draw(weights)) for one in draw(some(measured))],
            unit=draw(st.sampled_from(units)),
            dimensions=[dimension.id for dimension in own],
            formula=draw(_formulas(earlier)),
            **scale,
            **values,
            **draw(said),
        )
        made.append(indicator)
    return made


def _formulas(earlier: Sequence[str]) -> st.SearchStrategy[str | None]:
    if not earlier:
        return st.none()
    return st.one_of(st.none(), st.sampled_from(earlier).map(lambda id: f"{{{id}}} * 2"))


def _free(at: Sequence[str]) -> dict[str, Any]:
    """Return strategies for the fields that nothing else depends on."""
    # Of any type, for the plug-in that checks records names converters by their own variables.
    new_definition: Any = Break
    breaks = st.builds(new_definition, dates, texts, comparable=st.booleans(), factor=st.none() | numbers)
    return {
        "transform": word(choices.Transform),
        "cuts": st.lists(st.integers(-5, 5).map(float), unique=True, max_size=3).map(sorted),
        "weight": weights,
        "places": some(at),
        "nil": word(choices.Nil),
        "frequency": frequencies,
        "lag_days": st.integers(0, 90),
        "min_change": numbers,
        "over": st.dictionaries(word(choices.Axis), word(choices.AxisRule), max_size=2),
        "place_rows": word(choices.PlaceRows),
        "breaks": st.lists(breaks, max_size=1),
        "definition": optional_texts,
        "verification": optional_texts,
        "source": sources,
        "owner": texts,
        "tags": st.lists(texts, max_size=2),
        "maps_to": mappings(),
        "sensitivity": word(choices.Sensitivity),
        "proxy_for": texts,
        "translations": st.dictionaries(st.sampled_from(["no", "fr"]), texts, max_size=2),
        "note": optional_texts,
    }


@st.composite
def _scales(draw: st.DrawFn) -> dict[str, Any]:
    """Draw kind, direction and the fields that go with them."""
    kind, better = draw(word(choices.Kind)), draw(word(choices.Better))
    said: dict[str, Any] = {"kind": kind, "better": better}
    low, high = sorted(draw(st.lists(st.integers(1, 1000), min_size=2, max_size=2, unique=True)))
    if better == "inside":
        said["band"] = (low, high)
    elif better in ("higher", "lower") and draw(st.booleans()):
        said["goalposts"] = (low, high) if better == "higher" else (high, low)
    if kind == "ordinal":
        said["levels"] = draw(st.lists(texts, min_size=2, max_size=3, unique=True))
    if kind != "flow":
        said["valid_for"] = draw(st.none() | st.integers(0, 400))
    return said


@st.composite
def _values(draw: st.DrawFn, kind: str, levels: int, where: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Draw baselines and targets, none beside another for the same time and place."""
    value = st.integers(0, levels - 1).map(float) if kind == "ordinal" else numbers
    ends = st.tuples(value, periods())
    baseline = fields(where=where, status=word(choices.BaselineStatus), source=sources)
    target = fields(
        where=where,
        applies=word(choices.Applies),
        relative=st.booleans(),
        role=word(choices.TargetRole),
        set_on=dates,
        reason=optional_texts,
        source=sources,
    )
    baselines = st.tuples(ends, baseline).map(lambda drawn: Baseline(*drawn[0], **drawn[1]))
    targets = st.tuples(ends, target).map(lambda drawn: Target(*drawn[0], **drawn[1]))
    return {
        "baseline": draw(st.lists(baselines, max_size=2, unique_by=lambda one: (one.period, one.where))),
        "targets": draw(st.lists(targets, max_size=2, unique_by=lambda one: (one.period, one.where))),
    }
