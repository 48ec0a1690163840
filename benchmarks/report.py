"""The table: times, ratios, memory and goals as Markdown."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from benchmarks.contenders import Job
from benchmarks.running import Outcome

__all__ = ["machine", "table"]

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
    return "\n".join([*rows, "", *_goals(job, outcomes)])


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


def _goals(job: Job, outcomes: Mapping[str, Outcome]) -> Iterator[str]:
    mine = outcomes.get("cpas")
    if mine is None or not mine.rounds:
        return
    said = list(_said(job, mine, outcomes))
    if said:
        yield f"Goals: {'; '.join(said)}."
        yield ""


def _said(job: Job, mine: Outcome, outcomes: Mapping[str, Outcome]) -> Iterable[str]:
    for name, most in job.goals.items():
        other = outcomes.get(name)
        if other is not None and other.rounds:
            share = ratio(mine, other)
            met = "met" if share <= most else "not met"
            yield f"{_times(most)} {name}, measured {_times(share)}: {met}"


def _times(share: float) -> str:
    return f"{share:.3g} ×" if share >= 1 else f"1/{1 / share:.3g} of"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
