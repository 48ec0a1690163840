"""What is compiled once per plan: kept beside it for as long as it lives, never hashed, never seen."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from cpas.model import Plan

__all__ = ["once_per_plan"]

T = TypeVar("T")


def once_per_plan(compile_: Callable[[Plan], T]) -> Callable[[Plan], T]:
    """Return a function that works something out once for each plan; plans are frozen, so that is safe.

    A plan is known by its identity: to hash one of 100,000 elements would take longer than most of what is asked.

    Examples
    --------
    >>> counted = once_per_plan(lambda plan: print("compiled") or len(plan.elements))
    >>> plan = Plan("p", "t")
    >>> counted(plan), counted(plan)
    compiled
    (0, 0)
    """
    known: dict[int, T] = {}

    @wraps(compile_)
    def compiled(plan: Plan) -> T:
        key = id(plan)
        if key not in known:
            made = compile_(plan)
            # Forgotten with the plan, before another can have its identity.
            weakref.finalize(plan, known.pop, key, None)
            known[key] = made
        return known[key]

    return compiled
