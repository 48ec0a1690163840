"""Walk one score back to the observations beneath it."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.contenders import Contender, Job, Limit
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


def _wide(scores: Any) -> Any:
    """Return the explanation of an element with about thirty indicators beneath it."""
    import cpas

    return cpas.explain(scores, "E2-00003", period="2024")


def _seconds(found: Any, contender: str) -> float:
    return float(statistics.median(found[contender].rounds))


JOB = Job(
    title="Explain one number",
    contenders={
        "cpas": Contender(_prepare, _indicator, repeats=6),
        "cpas, an outcome": Contender(_prepare, _element, repeats=6),
        "cpas, thirty indicators": Contender(_prepare, _wide, repeats=6),
    },
    limits=(
        Limit("seconds of an indicator", 0.05, lambda found: _seconds(found, "cpas")),
        Limit("seconds of an outcome", 0.05, lambda found: _seconds(found, "cpas, an outcome")),
    ),
)
