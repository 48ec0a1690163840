"""Walk one score back to the observations beneath it."""

from __future__ import annotations

from typing import Any

from benchmarks.contenders import Contender, Job
from benchmarks.data import Data
from benchmarks.plans import methodology

__all__ = ["JOB"]


def _prepare(data: Data) -> Any:
    import cpas

    observations = cpas.read_observations(data.frame(), data.plan)
    return cpas.score(cpas.aggregate(observations, by="year", methodology=methodology()))


def _indicator(scores: Any) -> Any:
    import cpas

    return cpas.explain(scores, "I-000007", period="2024")


def _element(scores: Any) -> Any:
    import cpas

    return cpas.explain(scores, "E1-00007", period="2024")


JOB = Job(
    title="Explain one number",
    contenders={"cpas": Contender(_prepare, _indicator), "cpas, an outcome": Contender(_prepare, _element)},
)
