"""Hypothesis strategies for the records of a plan. Each takes the ids it may name, so that all of them are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from cpas import choices
from cpas.model import Activity, Dimension, Link, Moved, Place, Planned
from cpas.testing.strategies_periods import periods
from cpas.testing.strategies_words import (
    dates,
    fields,
    ids,
    mappings,
    numbers,
    optional_texts,
    some,
    sources,
    spans,
    texts,
    weights,
    where_of,
    word,
)

__all__ = [
    "activities",
    "dimensions",
    "drivers",
    "each",
    "element_fields",
    "links",
    "pairs_of",
    "places",
    "planned",
    "stance_fields",
]

_LANGUAGES = st.dictionaries(st.sampled_from(["no", "fr", "ar"]), texts, max_size=2)


def each(
    make: Callable[..., Any],
    found: Sequence[str],
    *required: st.SearchStrategy[Any],
    **optional: st.SearchStrategy[Any],
) -> st.SearchStrategy[list[Any]]:
    """Return a strategy for one record of `make` for each id.

    Parameters
    ----------
    *required
        Fields after the id, by position.
    **optional
        Fields that may be said or not.

    Examples
    --------
    >>> from hypothesis import find
    >>> from cpas.model import Assumption
    >>> find(each(Assumption, ["AS-1"], st.just("Roads stay open")), lambda found: True)[0].statement
    'Roads stay open'
    """
    said = st.tuples(st.tuples(*required), fields(**optional))
    return st.tuples(*[said] * len(found)).map(
        lambda drawn: [make(id, *rest, **named) for id, (rest, named) in zip(found, drawn, strict=True)]
    )


def pairs_of(
    make: Callable[..., Any], first: Sequence[str], second: Sequence[str], said: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[list[Any]]:
    """Return a strategy for a few records that join an id of the one sort to one of the other.

    Examples
    --------
    >>> from hypothesis import find
    >>> from cpas.model import Relation
    >>> find(pairs_of(Relation, ["ST-1"], ["ST-2"], fields()), bool)
    [Relation(source='ST-1', target='ST-2', mode=None)]
    """
    if not (first and second):
        return st.just([])
    one = st.tuples(st.sampled_from(first), st.sampled_from(second), said)
    return st.lists(one.map(lambda drawn: make(drawn[0], drawn[1], **drawn[2])), max_size=2)


def element_fields(at: Sequence[str]) -> dict[str, st.SearchStrategy[Any]]:
    """Return strategies for what objectives, outcomes and outputs have in common.

    Examples
    --------
    >>> sorted(element_fields([]))[:3]
    ['combine', 'maps_to', 'min_coverage']
    """
    return {
        "priority": st.none() | st.integers(1, 9),
        "combine": word(choices.Combine),
        "min_coverage": st.floats(0, 1),
        "places": some(at),
        "owner": texts,
        "tags": st.lists(texts, max_size=2),
        "maps_to": mappings(),
        "translations": _LANGUAGES,
        "note": optional_texts,
    }


def planned(at: Sequence[str], by: Sequence[Dimension], units: Sequence[str]) -> st.SearchStrategy[list[Planned]]:
    """Return a strategy for what is planned of an output.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(planned([], [], ["hearing"]), bool)[0].quantity
    0.0
    """
    one = st.builds(Planned, numbers, st.sampled_from(units), periods(), where=where_of(at, by))
    return st.lists(one, max_size=2)


@st.composite
def places(draw: st.DrawFn) -> list[Place]:
    """Return a strategy for places, each in an earlier one or in none.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(places(), bool)[0].id
    'P'
    """
    made: list[Place] = []
    for id in draw(ids("P")):
        said = draw(
            fields(
                level=texts,
                point=st.tuples(st.floats(-90, 90), st.floats(-180, 180)),
                overlapping=st.booleans(),
                parent=st.none() | st.sampled_from([place.id for place in made]) if made else st.none(),
                moves=_moves([place.id for place in made]) if made else st.just(()),
            )
        )
        made.append(Place(id, draw(texts), **said, **draw(spans("begins", "ends"))))
    return made


def _moves(parents: Sequence[str]) -> st.SearchStrategy[list[Moved]]:
    """Return a strategy for moves into some places, in the order of their days."""
    moves = st.lists(st.builds(Moved, dates, st.sampled_from(parents)), max_size=2, unique_by=lambda moved: moved.on)
    return moves.map(lambda found: sorted(found, key=lambda moved: moved.on))


@st.composite
def dimensions(draw: st.DrawFn) -> list[Dimension]:
    """Return a strategy for ways to break values down.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(dimensions(), bool)[0].members
    ('no',)
    """
    members = st.lists(texts.filter(lambda text: bool(text.strip())), min_size=1, max_size=3, unique=True)
    named = draw(st.lists(st.sampled_from(["sex", "age", "no", "actor"]), unique=True, max_size=2))
    return [Dimension(id, draw(members), **draw(fields(name=texts, overlapping=st.booleans()))) for id in named]


@st.composite
def activities(draw: st.DrawFn, at: Sequence[str], who: Sequence[str], harms: Sequence[str]) -> list[Activity]:
    """Return a strategy for activities, each after earlier ones or none.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(activities([], [], []), bool)[0].id
    'A'
    """
    common = fields(
        component=word(choices.Component),
        cost=st.floats(0, 1e9),
        cost_unit=st.sampled_from(["USD", "EUR"]),
        engages=some(who),
        harms=some(harms),
        in_plan=st.booleans(),
        places=some(at),
        owner=texts,
        tags=st.lists(texts, max_size=2),
        maps_to=mappings(),
        note=optional_texts,
    )
    made: list[Activity] = []
    for id in draw(ids("A")):
        earlier = draw(some([activity.id for activity in made]))
        after = [(one, draw(st.integers(0, 90))) for one in earlier]
        made.append(Activity(id, draw(texts), after=after, **draw(common), **draw(spans("start", "end"))))
    return made


def links(levels: Mapping[str, Sequence[str]], assumptions: Sequence[str]) -> st.SearchStrategy[list[Link]]:
    """Return a strategy for links between levels that may be joined; outcomes from earlier to later, so no loop.

    Examples
    --------
    >>> from hypothesis import find
    >>> levels = {"objectives": ["OBJ"], "outcomes": ["OC"], "outputs": [], "activities": []}
    >>> find(links(levels, []), bool)[0].target
    'OBJ'
    """
    outcomes = levels["outcomes"]
    ways = [
        *((a, b) for a in levels["activities"] for b in levels["outputs"]),
        *((a, b) for a in levels["outputs"] for b in outcomes),
        *((a, b) for i, a in enumerate(outcomes) for b in outcomes[i + 1 :]),
        *((a, b) for a in outcomes for b in levels["objectives"]),
    ]
    if not ways:
        return st.just([])
    said = fields(
        weight=weights,
        strength=word(choices.Strength),
        assumptions=some(assumptions),
        evidence=st.lists(texts, max_size=2),
        lag_days=st.integers(0, 900),
        note=optional_texts,
    )
    one = st.tuples(st.sampled_from(ways), said)
    return st.lists(one, unique_by=lambda drawn: drawn[0], max_size=6).map(
        lambda drawn: [Link(*ends, **named) for ends, named in drawn]
    )


def drivers(at: Sequence[str], elements: Sequence[str]) -> dict[str, st.SearchStrategy[Any]]:
    """Return strategies for the fields of a driver of conflict.

    Examples
    --------
    >>> sorted(drivers([], []))
    ['effect', 'elements', 'months', 'note', 'places']
    """
    return {
        "effect": st.sampled_from(["raises", "lowers"]),
        "months": st.lists(st.integers(1, 12), unique=True, max_size=3),
        "places": some(at),
        "elements": some(elements),
        "note": optional_texts,
    }


def stance_fields() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for the fields of a stance, but for who holds it and towards what.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(stance_fields(), lambda found: True)
    {'position': 'supports'}
    """
    required = st.fixed_dictionaries(
        {"position": word(choices.Position)}, optional={"source": sources, "sensitivity": word(choices.Sensitivity)}
    )
    return st.tuples(required, spans("since", "until")).map(lambda drawn: drawn[0] | drawn[1])
