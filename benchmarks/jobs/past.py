"""What was known at a moment in the past, against what is known now; one value in ten was revised once."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import Contender, Job
from benchmarks.data import Data
from benchmarks.plans import methodology

__all__ = ["JOB"]


def _prepare(data: Data) -> Any:
    """Return observations of which one in ten has an earlier vintage."""
    import pandas as pd

    import cpas

    frame = data.frame()
    rng = np.random.default_rng(2)
    revised = np.flatnonzero(frame["value"].notna() & (rng.random(len(frame)) < 0.1))
    earlier = frame.iloc[revised].assign(value=lambda rows: rows["value"] * 1.25)
    days = [pd.Timestamp("2024-06-30"), pd.Timestamp("2025-03-31")]
    both = pd.concat([earlier.assign(recorded_at=days[0]), frame.assign(recorded_at=days[0])], ignore_index=True)
    late = np.append(np.zeros(len(earlier), dtype=bool), np.isin(np.arange(len(frame)), revised))
    both.loc[late, "recorded_at"] = days[1]
    return cpas.read_observations(both, data.plan)


def _present(observations: Any) -> Any:
    import cpas

    return cpas.score(cpas.aggregate(observations, by="year", methodology=methodology()))


def _past(observations: Any) -> Any:
    import cpas

    return cpas.score(cpas.aggregate(observations, by="year", as_of="2024-12-31", methodology=methodology()))


JOB = Job(
    title="As known in the past",
    contenders={"present": Contender(_prepare, _present, repeats=3), "cpas": Contender(_prepare, _past, repeats=3)},
    goals={"present": 5.0},
)
