"""Ten thousand draws of a plan's indicators: intervals and probabilities of ratings, beside the numbers alone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import numpy as np

from benchmarks.contenders import Contender, Job
from benchmarks.data import Data
from benchmarks.plans import methodology

__all__ = ["JOB"]

_DRAWS: Final = 10_000
_BLOCK: Final = 512
#: The loop makes so small a part of the draws.
_PART: Final = 50
_AT: Final = "2022"
_SPREAD: Final = 0.1


def _scores(data: Data) -> Any:
    import cpas

    observations = cpas.read_observations(data.frame(), data.plan)
    return cpas.score(cpas.aggregate(observations, by="year", methodology=methodology()))


def _prepare(data: Data) -> Any:
    """Return scores and standard errors, as points of score, of the indicators that have one; and the chain."""
    import cpas

    scores = _scores(data)
    simulated = cpas.simulate(scores, at=_AT, spread=_SPREAD, draws=2)
    mine = scores.frame
    mine = mine[(mine["level"] == "indicator") & (mine["period"] == _AT)]
    score = mine["score"].to_numpy(dtype=np.float64)
    return simulated.scores, score, np.where(np.isnan(score), np.nan, 8.0), data.levels


def _numbers_alone(state: Any) -> Any:
    _, score, error, _ = state
    there = ~np.isnan(score)
    mean, sd = (column[there, None].astype(np.float32) for column in (score, error))
    block = np.empty((int(there.sum()), _BLOCK), dtype=np.float32)
    for number in range(-(-_DRAWS // _BLOCK)):
        rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence(0, spawn_key=(number,))))
        rng.standard_normal(dtype=np.float32, out=block)
        block *= sd
        block += mean
        np.clip(block, 0, 100, out=block)
    return block


def _simulated(state: Any) -> Any:
    import cpas

    return cpas.simulate(state[0], at=_AT, spread=_SPREAD, draws=_DRAWS)


def _loop(state: Any) -> Any:
    """Draw and roll up one draw after another, and sort what came of it."""
    _, score, error, levels = state
    rng = np.random.default_rng(0)
    known = [(n, mean, sd) for n, (mean, sd) in enumerate(zip(score.tolist(), error.tolist(), strict=True)) if sd > 0]
    edges = [list(zip(*(column.tolist() for column in level), strict=True)) for level in levels]
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    for _ in range(_DRAWS // _PART):
        below = {n: min(max(rng.normal(mean, sd), 0.0), 100.0) for n, mean, sd in known}
        for level, some in enumerate(edges):
            sums: dict[int, float] = defaultdict(float)
            weights: dict[int, float] = defaultdict(float)
            for child, parent, weight in some:
                if child in below:
                    sums[parent] += weight * below[child]
                    weights[parent] += weight
            below = {parent: total / weights[parent] for parent, total in sums.items()}
            for parent, value in below.items():
                found[level, parent].append(value)
    return {key: np.quantile(values, (0.05, 0.5, 0.95)) for key, values in found.items()}


JOB = Job(
    title=f"{_DRAWS:,} draws of 1,000 indicators, with quantiles and the probability of each rating",
    contenders={
        "the numbers alone": Contender(_prepare, _numbers_alone),
        "cpas": Contender(_prepare, _simulated),
        f"a loop, one draw of {_PART}": Contender(_prepare, _loop, repeats=2),
    },
    sizes=("S",),
    goals={"the numbers alone": 1.6, f"a loop, one draw of {_PART}": 1.0},
)
