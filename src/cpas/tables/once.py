"""What is compiled once per plan: kept beside it for as long as it lives, never hashed, never seen."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from cpas.model import Plan

__all__ = ["once_per_plan"]

T = TypeVar("T")
P = ParamSpec("P")


def once_per_plan(compile_: Callable[Concatenate[Plan, P], T]) -> Callable[Concatenate[Plan, P], T]:
    """Return a function that works something out once for each plan (and whatever else it is asked by).

    Plans are frozen, so that is safe. A plan is known by its identity: to hash one of 100,000 elements would take
    longer than most of what is asked. What else is asked by must be hashable and is given by position.

    Examples
    --------
    >>> counted = once_per_plan(lambda plan: print("compiled") or len(plan.elements))
    >>> plan = Plan("p", "t")
    >>> counted(plan), counted(plan)
    compiled
    (0, 0)
    """
    known: dict[int, dict[Hashable, T]] = {}

    @wraps(compile_)
    def compiled(plan: Plan, /, *args: P.args, **kwargs: P.kwargs) -> T:
        mine = known.get(id(plan))
        if mine is None:
            mine = known[id(plan)] = {}
            # Forgotten with the plan, before another can have its identity.
            weakref.finalize(plan, known.pop, id(plan), None)
        if args not in mine:
            mine[args] = compile_(plan, *args, **kwargs)
        return mine[args]

    return compiled
