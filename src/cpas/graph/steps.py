"""Steps along the causal links, which the other modules of the graph take."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from cpas.choices import LEVELS
from cpas.errors import RequestError, did_you_mean
from cpas.model import Plan

__all__ = ["Step", "at_least_one", "causes", "effects", "in_plan_order", "one_of", "reached"]

#: From an id to the ids one link away.
Step = Callable[[str], Iterable[str]]


def causes(plan: Plan) -> Step:
    """Return the step from an element to its direct causes."""
    links = plan.links_to
    return lambda id: (link.source for link in links.get(id, ()))


def effects(plan: Plan) -> Step:
    """Return the step from an element to its direct effects."""
    links = plan.links_from
    return lambda id: (link.target for link in links.get(id, ()))


def reached(starts: Iterable[str], step: Step, depth: int | None = None) -> set[str]:
    """Return the ids at least one step and at most `depth` steps from the starts.

    Examples
    --------
    >>> reached(["a"], {"a": ["b"], "b": ["c"]}.get, depth=1)
    {'b'}
    """
    found: set[str] = set()
    layer = set(starts)
    while layer and depth != 0:
        layer = {following for id in layer for following in step(id) or ()} - found
        found |= layer
        depth = None if depth is None else depth - 1
    return found


def in_plan_order(plan: Plan, ids: Collection[str], levels: str | Iterable[str] | None = None) -> tuple[str, ...]:
    """Return ids in the plan's order, of some levels or of all."""
    wanted = LEVELS if levels is None else (levels,) if isinstance(levels, str) else tuple(levels)
    for level in wanted:
        one_of("level", level, LEVELS)
    found = [plan.elements[number] for number in sorted(map(plan.numbers.__getitem__, ids))]
    return tuple(element.id for element in found if element.level in wanted)


def one_of(what: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not among those allowed, naming the nearest."""
    if value not in allowed:
        hint = did_you_mean(value, allowed)
        raise RequestError(f"{value!r} is no {what}: choose among {', '.join(allowed)}.{hint}", value=value)


def at_least_one(what: str, value: int) -> None:
    """Refuse what is not a whole number of 1 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise RequestError(f"{what} is {value!r}, but must be a whole number, 1 or more.", value=value)
