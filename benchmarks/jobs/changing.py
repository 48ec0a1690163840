"""One weight, goalpost or value changed: the rows that it reaches, beside all scores from the store again."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np

from benchmarks.contenders import Contender, Job, Numbers
from benchmarks.data import FIRST_YEAR, YEARS, Data
from benchmarks.plans import element_ids, methodology

__all__ = ["JOB"]

_NUMBER: Final = 7


def _prepare(data: Data) -> Any:
    import cpas

    observations = cpas.read_observations(data.frame(), data.plan)
    scores = cpas.score(cpas.aggregate(observations, by="year", methodology=methodology()))
    heavier = attrs.evolve(data.plan.indicators[_NUMBER], weight=2.0)
    return data, scores, heavier


def _prepare_all(data: Data) -> Any:
    """Return observations bound to the changed plan."""
    _, scores, heavier = _prepare(data)
    indicators = [*data.plan.indicators]
    indicators[_NUMBER] = heavier
    changed = attrs.evolve(data.plan, indicators=indicators)
    return data, attrs.evolve(scores.aggregates.observations, plan=changed)


def _all(state: Any) -> Any:
    import cpas

    return cpas.score(cpas.aggregate(state[1], by="year", methodology=methodology()))


def _weight(state: Any) -> Any:
    import cpas

    return cpas.what_if(state[1], state[2])


def _goalpost(state: Any) -> Any:
    import cpas

    data, scores, _ = state
    one = next(one for one in data.plan.indicators if one.goalposts)
    worst, best = one.goalposts
    return cpas.what_if(scores, attrs.evolve(one, goalposts=(worst, 2 * best - worst)))


def _value(state: Any) -> Any:
    import cpas

    data, scores, _ = state
    return cpas.what_if(scores, values={(data.plan.indicators[_NUMBER].id, str(FIRST_YEAR + 4)): 10.0})


def _numbers(state: Any, result: Any) -> Numbers:
    """Return all scores of elements, by level."""
    of = result.frame.set_index(["id", "period"]).sort_index()
    periods = [str(FIRST_YEAR + n) for n in range(YEARS)]
    return {
        f"score {level}": of.loc[(element_ids(level, count), periods), "score"].to_numpy().reshape(count, YEARS)
        for level, count in enumerate(state[0].counts)
        if level
    } | {"rows": np.array([len(result)])}


JOB = Job(
    title="One weight changed (and a goalpost, and a value), from scores that are there",
    contenders={
        "all from the store": Contender(_prepare_all, _all, _numbers, repeats=3),
        "cpas": Contender(_prepare, _weight, _numbers, repeats=6),
        "cpas, a goalpost": Contender(_prepare, _goalpost, repeats=6, is_compared=False),
        "cpas, a value": Contender(_prepare, _value, repeats=6, is_compared=False),
    },
    sizes=("S", "M"),
    goals={"all from the store": 0.05},
    goals_of_small={},
)
