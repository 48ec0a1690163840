"""Loops where none may be: causes, order of activities, parts, places and formulas.  Methodology §1.

Relations between stakeholders are left alone: power may go in circles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from typing import TYPE_CHECKING

from cpas.errors import LoopError
from cpas.model.layers import IN_A_LOOP, layers

if TYPE_CHECKING:
    from cpas.model.plans import Plan

__all__ = ["find_loops", "formula_references"]

#: ``{I-07}`` or ``{I-08|sex=female}``.
_REFERENCE = re.compile(r"\{([^{}|]+)(?:\|([^{}]*))?\}")


def formula_references(formula: str) -> tuple[tuple[str, str], ...]:
    """Return the references in a formula as pairs of indicator id and member (empty for all).

    Examples
    --------
    >>> formula_references("100 * {I-07} / {I-08|sex=female}")
    (('I-07', ''), ('I-08', 'sex=female'))
    """
    return tuple((id.strip(), (member or "").strip()) for id, member in _REFERENCE.findall(formula))


def find_loops(plan: Plan) -> None:
    """Raise for the first loop found.

    Raises
    ------
    LoopError
        With the loop named, as in ``OC-1 → OC-2 → OC-1``, and what to do.
    """
    for what, advice, edges in _orders(plan):
        loop = first_loop(edges)
        if loop:
            shown = " → ".join(loop)
            raise LoopError(f"Plan {plan.id!r}: {what} form a loop: {shown}. {advice}", loop=loop)


def first_loop(edges: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return a loop among edges (from, to), starting and ending with its smallest id, or an empty tuple.

    Examples
    --------
    >>> first_loop([("b", "c"), ("c", "a"), ("a", "b")])
    ('a', 'b', 'c', 'a')
    >>> first_loop([("a", "b")])
    ()
    """
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for source, target in _left_over(edges):
        sorter.add(target, source)
    try:
        sorter.prepare()
    except CycleError as error:
        # Each id in the list is a cause of the next one; the last repeats the first.
        ring = list(error.args[1])[:-1]
        start = ring.index(min(ring))
        return (*ring[start:], *ring[:start], ring[start])
    return ()


def _left_over(edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the edges that lead from what is in a loop, or after one: few of many, if any."""
    number = {id: n for n, id in enumerate(dict.fromkeys(chain.from_iterable(edges)))}
    ends = [[number[edge[end]] for edge in edges] for end in (0, 1)]
    layer = layers(len(number), *ends)
    return [edge for edge in edges if layer[number[edge[0]]] == IN_A_LOOP]


def _orders(plan: Plan) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    yield (
        "causal links",
        "An effect cannot bring about its own cause: take one of these links out, or split an outcome into two.",
        [(link.source, link.target) for link in plan.links] if IN_A_LOOP in plan.layers else [],
    )
    yield (
        "activities that come after one another",
        "Take one of them out of 'after'.",
        [(after.activity, activity.id) for activity in plan.activities for after in activity.after],
    )
    yield (
        "elements that are parts of one another",
        "Take one of them out of 'part_of'.",
        [(element.id, element.part_of) for element in plan.parts if element.part_of is not None],
    )
    # As they lay before the first move, and after each.
    for day in (date.min, *sorted({moved.on for place in plan.places for moved in place.moves})):
        yield (
            "places that lie in one another" + (f" on {day}" if day > date.min else ""),
            "Give one of them another parent.",
            [(place.id, parent) for place in plan.places if (parent := place.parent_on(day)) is not None],
        )
    yield (
        "formulas that use one another",
        "Write one of them in terms of observed indicators.",
        [
            (id, indicator.id)
            for indicator in plan.indicators
            if indicator.formula
            for id, _ in formula_references(indicator.formula)
        ],
    )
