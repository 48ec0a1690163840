"""What of each indicator decides how its values become scores, as columns, compiled once per plan and methodology."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import ADDITIVE
from cpas.methods.scoring.normalising import normalisation_of
from cpas.model import Methodology, Plan
from cpas.tables.once import once_per_plan

__all__ = ["Facts", "facts_of"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Facts:
    """One entry per indicator of a plan, in its order.  Methodology §9.2."""

    #: Whether it has a better direction, so that values of it are scored.
    is_scorable: Truths
    #: Whether it is scored on a fixed scale.
    by_goalposts: Truths
    #: Whether it is scored by its own cut points.
    by_steps: Truths
    #: Whether it is scored by what its baseline, target or band say.
    by_basis: Truths
    #: The way its values become scores; empty where they do not.
    ways: tuple[str, ...]
    #: Worst and best value on a fixed scale; NaN where it has none.
    worst: Floats
    best: Floats
    #: Whether logarithms are compared on that scale.
    is_log: Truths
    #: Whether a value is best inside a band.
    is_band: Truths
    #: The edges of the band; NaN where it has none.
    low: Floats
    high: Floats
    #: Whether lower values are better.
    is_lower: Truths
    #: The smallest change that counts as one.
    tolerance: Floats
    #: Whether its values add up, so that a part that is missing makes them too low.
    adds: Truths


@once_per_plan
def facts_of(plan: Plan, methodology: Methodology) -> Facts:
    """Return what decides how values of the plan's indicators become scores.

    Examples
    --------
    >>> from cpas.model import Indicator
    >>> life = Indicator("I", "Life expectancy", measures=(), unit="year", kind="mean", better="higher",
    ...                  goalposts=(20, 85))
    >>> facts = facts_of(Plan("p", "t", indicators=[life]), Methodology("m", "1"))
    >>> facts.ways, facts.worst.tolist(), facts.adds.tolist()
    (('goalposts',), [20.0], [False])
    """
    some = plan.indicators
    ways = tuple(normalisation_of(one, methodology) if one.is_scorable else "" for one in some)
    posts = _pairs([one.goalposts for one in some])
    edges = _pairs([one.band for one in some])
    by_goalposts = np.array([way == "goalposts" for way in ways], dtype=bool)
    by_steps = np.array([way in ("thresholds", "categories") for way in ways], dtype=bool)
    is_scorable = np.array([bool(way) for way in ways], dtype=bool)
    return Facts(
        is_scorable=is_scorable,
        by_goalposts=by_goalposts,
        by_steps=by_steps,
        by_basis=is_scorable & ~by_goalposts & ~by_steps,
        ways=ways,
        worst=posts[:, 0],
        best=posts[:, 1],
        is_log=np.array([one.transform == "log" for one in some], dtype=bool),
        is_band=np.array([one.better == "inside" and one.band is not None for one in some], dtype=bool),
        low=edges[:, 0],
        high=edges[:, 1],
        is_lower=np.array([one.better == "lower" for one in some], dtype=bool),
        tolerance=np.array([one.min_change or 0.0 for one in some], dtype=np.float64),
        adds=np.array([one.kind in ADDITIVE for one in some], dtype=bool),
    )


def _pairs(some: list[tuple[float, float] | None]) -> Floats:
    """Return two columns; NaN where there is nothing."""
    return np.array([(np.nan, np.nan) if pair is None else pair for pair in some], dtype=np.float64).reshape(-1, 2)
