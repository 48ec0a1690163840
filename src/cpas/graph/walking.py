"""Along the causal links: what leads to an element, what it leads to, and by which paths.

Nothing here calls itself, so that a chain of ten thousand outcomes is walked like one of three.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from graphlib import TopologicalSorter

from cpas.choices import LEVELS
from cpas.errors import RequestError
from cpas.graph.marking import places_of
from cpas.graph.steps import Step, at_least_one, causes, effects, in_plan_order, reached
from cpas.model import Plan

__all__ = ["downstream", "order", "paths", "upstream"]


def upstream(
    plan: Plan, id: str, *, levels: str | Iterable[str] | None = None, depth: int | None = None
) -> tuple[str, ...]:
    """Return the ids of what leads to an element.

    Parameters
    ----------
    plan : Plan
        The plan whose causal links are followed, against their direction.
    id : str
        The element. It is not in the answer itself.
    levels : str or iterable of str, optional
        Levels to return: activity, output, outcome, objective. The way may pass through others.
    depth : int, optional
        Most links away, 1 for direct causes only.

    Returns
    -------
    tuple of str
        In the plan's order: by level, objectives first, each level as given.

    Raises
    ------
    UnknownIdError
        If the plan has no such element.
    RequestError
        If a level is unknown or the depth is not 1 or more.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=chain("A01", "OP-1", "OC-1", "OBJ-1"),
    ...             elements=[Objective("OBJ-1", "Safety"), Outcome("OC-1", "Dialogue"),
    ...                       Output("OP-1", "Agreements"), Activity("A01", "Conferences")])
    >>> upstream(plan, "OC-1")
    ('OP-1', 'A01')
    >>> upstream(plan, "OBJ-1", levels="activity")
    ('A01',)
    """
    return _seen_from(plan, id, causes(plan), levels, depth)


def downstream(
    plan: Plan, id: str, *, levels: str | Iterable[str] | None = None, depth: int | None = None
) -> tuple[str, ...]:
    """Return the ids of what an element leads to; arguments, order and errors as in :func:`upstream`.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=chain("OP-1", "OC-1", "OBJ-1"),
    ...             elements=[Objective("OBJ-1", "Safety"), Outcome("OC-1", "Dialogue"), Output("OP-1", "Agreements")])
    >>> downstream(plan, "OP-1")
    ('OBJ-1', 'OC-1')
    >>> downstream(plan, "OP-1", depth=1)
    ('OC-1',)
    """
    return _seen_from(plan, id, effects(plan), levels, depth)


def paths(plan: Plan, source: str, *, to: str = "objective", limit: int = 1000) -> tuple[tuple[str, ...], ...]:
    """Return every path from an element along the causal links.

    Parameters
    ----------
    plan : Plan
        The plan whose links are followed.
    source : str
        Id of the element where each path begins.
    to : str
        Where each path ends: a level, or the id of one element.
    limit : int
        Most paths to return. The number of paths can double with every outcome passed.

    Returns
    -------
    tuple of tuple of str
        Ids from the source to the end, compared place by place in the plan's order. Each path has at least one link.

    Raises
    ------
    UnknownIdError
        If the plan has no such element.
    RequestError
        If there are more paths than the limit, or `to` is a level and an id at once.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=[*chain("OP-1", "OC-1", "OBJ-1"), *chain("OP-1", "OC-2", "OBJ-1")],
    ...             elements=[Objective("OBJ-1", "Safety"), Outcome("OC-1", "Dialogue"), Outcome("OC-2", "Respect"),
    ...                       Output("OP-1", "Presence")])
    >>> paths(plan, "OP-1")
    (('OP-1', 'OC-1', 'OBJ-1'), ('OP-1', 'OC-2', 'OBJ-1'))
    """
    plan.element(source)
    at_least_one("limit", limit)
    ahead = reached([source], effects(plan))
    ends = _ends(plan, to) & ahead
    steps = _steps(plan, source, (ends | reached(ends, causes(plan))) & ahead)
    if _number_of_paths(steps, ends, limit + 1)[source] > limit:
        raise RequestError(
            f"Plan {plan.id!r} has more than {limit} paths from {source!r} to {to!r}. Ask for the paths to one "
            "element, or for upstream and downstream, or set a higher limit.",
            plan=plan.id,
            id=source,
            to=to,
            limit=limit,
        )
    return tuple(_walk(source, steps, ends))


def order(plan: Plan) -> tuple[str, ...]:
    """Return the ids of all elements, causes before effects.

    Levels are not mixed: activities first, objectives last. Within a level, what hangs on more links in a row comes
    later; what is equal in that comes in the plan's order.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=chain("OP-1", "OC-2", "OC-1"),
    ...             elements=[Outcome("OC-1", "Dialogue"), Outcome("OC-2", "Trust"), Output("OP-1", "Agreements")])
    >>> order(plan)
    ('OP-1', 'OC-2', 'OC-1')
    """
    # Each sort is stable, so that the plan's own order decides the rest.
    found = [sorted(places_of(plan, level), key=plan.layers.__getitem__) for level in LEVELS]
    ids = list(plan.numbers)
    return tuple([ids[place] for some in found for place in some])


# -- parts ---------------------------------------------------------------------------------------------------


def _seen_from(
    plan: Plan, id: str, step: Step, levels: str | Iterable[str] | None, depth: int | None
) -> tuple[str, ...]:
    plan.element(id)
    if depth is not None:
        at_least_one("depth", depth)
    return in_plan_order(plan, reached([id], step, depth), levels)


def _ends(plan: Plan, to: str) -> set[str]:
    """Return the ids that a level or an id stands for."""
    if to not in LEVELS:
        return {plan.element(to).id}
    if to in plan.elements_by_id:
        raise RequestError(
            f"{to!r} is a level, and in plan {plan.id!r} also an id. Give the element another id.", to=to
        )
    return {element.id for element in plan.elements if element.level == to}


def _steps(plan: Plan, source: str, towards: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the direct effects, in the plan's order, of each id on the way, as far as they lead to an end."""
    step = effects(plan)
    position = plan.numbers
    return {id: tuple(sorted(towards.intersection(step(id)), key=position.__getitem__)) for id in {source} | towards}


def _number_of_paths(steps: dict[str, tuple[str, ...]], ends: set[str], most: int) -> dict[str, int]:
    """Return how many paths to an end begin at each id, counted up to `most`, without walking them."""
    found: dict[str, int] = {}
    for id in TopologicalSorter(steps).static_order():
        found[id] = min(most, sum(found[following] + (following in ends) for following in steps[id]))
    return found


def _walk(source: str, steps: dict[str, tuple[str, ...]], ends: set[str]) -> Iterator[tuple[str, ...]]:
    path, branches = [source], [iter(steps[source])]
    while branches:
        following = next(branches[-1], None)
        if following is None:
            branches.pop()
            path.pop()
            continue
        path.append(following)
        branches.append(iter(steps[following]))
        if following in ends:
            yield tuple(path)
