"""The table: times, ratios, memory and goals as Markdown."""

from __future__ import annotations

import contextlib
import os
import platform
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from benchmarks.contenders import Job
from benchmarks.running import Outcome

__all__ = ["Goal", "goal_table", "goals", "machine", "ratio", "table"]

_PACKAGES = (
    "numpy",
    "pandas",
    "polars",
    "duckdb",
    "pyarrow",
    "networkx",
    "attrs",
    "cattrs",
    "pint",
    "dask",
    "pyspark",
    "scipy",
    "pymcdm",
    "scikit-criteria",
)


def machine() -> str:
    """Return what the numbers were measured on, in a line."""
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    cores, python = os.cpu_count(), platform.python_version()
    return f"{_processor()}, {cores} cores, {platform.system()}, Python {python}; {', '.join(found)}."


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def table(job: Job, size: str, outcomes: Mapping[str, Outcome]) -> str:
    """Return the outcome of a job as a table, the goal of `cpas` beneath."""
    rows = [
        f"### {job.title} ({size})",
        "",
        "| contender | median | least–most | first run | ratio | peak MiB | |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    first = next(iter(outcomes.values()))
    rows += [_row(name, outcome, first) for name, outcome in outcomes.items()]
    said = "; ".join(map(str, goals(job, size, outcomes)))
    return "\n".join([*rows, "", *([f"Goals: {said}.", ""] if said else [])])


def ratio(one: Outcome, other: Outcome) -> float:
    """Return how many times as long one took as another: the median over the rounds."""
    return statistics.median(mine / its for mine, its in zip(one.rounds, other.rounds, strict=False))


def _row(name: str, outcome: Outcome, first: Outcome) -> str:
    if not outcome.rounds:
        return f"| {name} | – | – | – | – | – | {outcome.problem or 'not run'} |"
    facts = ", ".join(f"{word} {number:.3g}" for word, number in outcome.facts.items())
    share = f"{ratio(outcome, first):.2f}" if first.rounds else "–"
    return (
        f"| {name} | {_seconds(statistics.median(outcome.rounds))} | "
        f"{_seconds(min(outcome.rounds))}–{_seconds(max(outcome.rounds))} | "
        f"{_seconds(statistics.median(outcome.first))} | {share} | {outcome.peak:.0f} | {facts} |"
    )


@dataclass(frozen=True)
class Goal:
    """A goal of a job, and how far it was reached."""

    #: The job, and the data.
    job: str
    #: What was to be reached.
    said: str
    #: What was measured.
    measured: str
    #: Whether it was reached.
    is_met: bool

    def __str__(self) -> str:
        return f"{self.said}, measured {self.measured}: {'met' if self.is_met else 'not met'}"


def goals(job: Job, size: str, outcomes: Mapping[str, Outcome]) -> list[Goal]:
    """Return the goals of a job for a size whose contenders ran."""
    mine = outcomes.get("cpas")
    if mine is None or not mine.rounds:
        return []
    name, found = f"{job.title} ({size})", []
    wanted = job.goals if size != "S" or job.goals_of_small is None else job.goals_of_small
    for contender, most in wanted.items():
        other = outcomes.get(contender)
        if other is not None and other.rounds:
            share = ratio(mine, other)
            found.append(Goal(name, f"{_times(most)} {contender}", _times(share), share <= most))
    for limit in job.limits:
        if limit.sizes and size not in limit.sizes:
            continue
        with contextlib.suppress(KeyError, statistics.StatisticsError):
            value = limit.of(outcomes)
            found.append(Goal(name, f"{limit.what} ≤ {limit.most:g}", f"{value:.3g}", value <= limit.most))
    return found


def goal_table(found: Iterable[Goal]) -> str:
    """Return all goals as a table: what was to be reached, what was measured, and whether that is enough."""
    rows = ["### All goals", "", "| job | goal | measured | |", "|---|---|--:|---|"]
    rows += [f"| {g.job} | {g.said} | {g.measured} | {'met' if g.is_met else '**not met**'} |" for g in found]
    return "\n".join([*rows, ""])


def _times(share: float) -> str:
    return f"{share:.3g} ×" if share >= 1 else f"1/{1 / share:.3g} of"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
