"""What a job measures: contenders that prepare, run, and show their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Contender", "Job", "Limit", "Numbers", "differ", "module"]

#: What a contender computed, by what it is; equal for all contenders of a job.
Numbers = Mapping[str, NDArray[Any]]


def _nothing(state: Any, result: Any) -> Numbers:
    return {}


def _no_facts(state: Any, result: Any) -> Mapping[str, float]:
    return {}


@dataclass(frozen=True)
class Contender:
    """One way of doing a job."""

    #: Make ready what is not timed: read files, build native tables.
    prepare: Callable[[Any], Any]
    #: The work that is timed.
    run: Callable[[Any], Any]
    #: The numbers of a result, to be compared with those of the first contender.
    numbers: Callable[[Any, Any], Numbers] = _nothing
    #: Other facts worth a column: bytes per point, share of imports.
    facts: Callable[[Any, Any], Mapping[str, float]] = _no_facts
    #: Whether its numbers must be those of the first; not where it does a part of the job, for a fact about it.
    is_compared: bool = True
    #: How often it runs in one process; of several runs the first warms up.
    repeats: int = 4


def module(name: str, *, repeats: int = 3) -> Contender:
    """Return the contender that a module is, loaded only in the process where it runs."""
    home = f"benchmarks.{name}"
    return Contender(
        lambda data: import_module(home).prepare(data),
        lambda state: import_module(home).run(state),
        lambda state, result: import_module(home).numbers(state, result),
        repeats=repeats,
    )


@dataclass(frozen=True)
class Limit:
    """What `cpas` should keep within, other than a ratio of times to another contender."""

    #: What is measured.
    what: str
    #: The most it may be.
    most: float
    #: Get it from the outcomes, by contender.
    of: Callable[[Mapping[str, Any]], float]
    #: For which sizes it is meant; all where none is named.
    sizes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One line of work that all contenders do."""

    #: What is done, in a line.
    title: str
    #: The contenders; ratios are to the first, and the goal is of `cpas`.
    contenders: Mapping[str, Contender]
    #: The sizes of data at which it is usually run.
    sizes: tuple[str, ...] = ("S", "M")
    #: What `cpas` should reach: ``{contender: most times as long}``; below 1 means that many times faster.
    goals: Mapping[str, float] = field(default_factory=dict)
    #: The same for S, where it is another.
    goals_of_small: Mapping[str, float] | None = None
    #: What else it should keep within.
    limits: tuple[Limit, ...] = ()
    #: How far numbers may differ, relative to their size.
    tolerance: float = 1e-9


def differ(one: Numbers, other: Numbers, tolerance: float) -> list[str]:
    """Return the names of the numbers in which two contenders differ.

    Examples
    --------
    >>> differ({"sum": np.array([3.0])}, {"sum": np.array([3.1])}, 1e-9)
    ['sum']
    """
    names = sorted({*one} | {*other})
    return [
        name for name in names if name not in one or name not in other or not _close(one[name], other[name], tolerance)
    ]


def _close(one: NDArray[Any], other: NDArray[Any], tolerance: float) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=tolerance, atol=tolerance, equal_nan=True))
