"""From the store: aggregate by year, score, roll five levels up with coverage, completeness and worst, and rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import Contender, Job, Numbers, module
from benchmarks.data import FIRST_YEAR, YEARS, Data, indicator_ids
from benchmarks.plans import element_ids, methodology
from benchmarks.yardstick import RATINGS

__all__ = ["JOB"]


def _prepare(data: Data) -> Any:
    import cpas

    return data, cpas.read_observations(data.frame(), data.plan)


def _run(state: Any) -> Any:
    import cpas

    _, observations = state
    years = cpas.aggregate(observations, by="year", methodology=methodology())
    scores = cpas.score(years)
    result = years, scores, cpas.rate(scores)
    # Made on asking: the yardstick makes them too.
    columns: Any = scores.table.columns
    for name in ("path", "coverage", "worst", "dispersion"):
        getattr(columns.make.blocks, name)
    return result


def _numbers(state: Any, result: Any) -> Numbers:
    data, (years, scores, ratings) = state[0], result
    rated = ratings.frame.set_index(["id", "period"])["rating"].map({word: n for n, word in enumerate(RATINGS)})
    rows, of = years.frame, scores.frame.set_index(["id", "period"]).sort_index()
    shape = (len(data.indicators["kind"]), YEARS)
    found = {"value": rows["value"].to_numpy().reshape(shape), "received": rows["received"].to_numpy().reshape(shape)}
    periods = [str(FIRST_YEAR + n) for n in range(YEARS)]
    for level, count in enumerate(data.counts):
        ids = element_ids(level, count) if level else indicator_ids(count)
        mine = of.loc[(ids, periods), :]
        names = ("score", "coverage", "worst", "path", "dispersion") if level else ("score",)
        found |= {f"{name} {level}": mine[name].to_numpy().reshape(count, YEARS) for name in names}
        if 0 < level < len(data.counts) - 1:
            found[f"rating {level}"] = rated.reindex(mine.index).to_numpy().reshape(count, YEARS)
    return {name: np.asarray(column, dtype=np.float64) for name, column in found.items()}


JOB = Job(
    title="From the store: aggregate, score, roll up, rate",
    contenders={
        "numpy": module("yardstick", repeats=6),
        "cpas": Contender(_prepare, _run, _numbers, repeats=3),
        "pandas": module("peers.with_pandas"),
        "polars": module("peers.with_polars"),
        "duckdb": module("peers.with_duckdb"),
    },
    goals={"numpy": 1.5, "pandas": 0.1, "polars": 1 / 6, "duckdb": 1 / 6},
    goals_of_small={"numpy": 3.0, "pandas": 0.1},
)
