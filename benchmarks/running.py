"""Run the contenders of a job in turn, each in a process of its own; check before a time counts."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contenders import Job, differ
from benchmarks.jobs import load

__all__ = ["Outcome", "run_job"]


@dataclass
class Outcome:
    """What one contender did in all rounds."""

    #: Seconds of each round: the median of its runs, the first of several left out.
    rounds: list[float] = field(default_factory=list)
    #: Seconds of the first run in each process.
    first: list[float] = field(default_factory=list)
    #: Most MiB of the process.
    peak: float = 0.0
    #: Most MiB while it ran, above what it had when it began.
    extra: float = 0.0
    #: Other facts, by name.
    facts: Mapping[str, float] = field(default_factory=dict)
    #: Why there is no time; empty where there is one.
    problem: str = ""


def run_job(
    name: str, size: str, *, rounds: int, folder: Path, pythons: Mapping[str, str], only: Sequence[str] = ()
) -> dict[str, Outcome]:
    """Return the outcome of each contender.

    Parameters
    ----------
    name, size : str
        The job, and the data.
    rounds : int
        How often all run in turn, after the round in which numbers are compared; with none the times of that round
        stand, which are cold.
    folder : Path
        Where the data are.
    pythons : mapping
        Interpreter by contender, for those that need another; ours where none is named.
    only : sequence of str
        Contenders to run; all where none is named. The first always runs: ratios are to it.
    """
    job = load(name)
    names = [one for n, one in enumerate(job.contenders) if not only or one in only or not n]
    outcomes = {one: Outcome() for one in names}
    with tempfile.TemporaryDirectory() as place:
        _compare(name, size, job, outcomes, folder, Path(place), pythons)
        if not rounds:
            return outcomes
        for outcome in outcomes.values():
            outcome.rounds, outcome.first = [], []
        for _ in range(rounds):
            for one, outcome in outcomes.items():
                if not outcome.problem:
                    _note(outcome, _measured(name, one, size, folder, Path(place) / one, pythons))
    return outcomes


def _compare(
    name: str, size: str, job: Job, outcomes: dict[str, Outcome], folder: Path, place: Path, pythons: Mapping[str, str]
) -> None:
    """Run all once to warm up, and leave out those whose numbers are not those of the first."""
    standard = None
    for one, outcome in outcomes.items():
        found = _measured(name, one, size, folder, place / one, pythons, "--numbers")
        if "problem" in found:
            outcome.problem = found["problem"]
            continue
        with np.load(place / f"{one}.npz") as file:
            numbers = dict(file)
        (place / f"{one}.npz").unlink()
        if standard is None:
            standard = numbers
        is_compared = job.contenders[one].is_compared
        wrong = differ(standard, numbers, job.tolerance) if is_compared else []
        outcome.problem = f"other numbers: {', '.join(wrong)}" if wrong else ""
        if not wrong:
            _note(outcome, found)


def _measured(
    job: str, contender: str, size: str, folder: Path, out: Path, pythons: Mapping[str, str], *more: str
) -> dict[str, Any]:
    interpreter = pythons.get(contender, sys.executable)
    command = [interpreter, "-m", "benchmarks.worker", job, contender, size, str(folder), str(out), *more]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parent.parent)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        return {"problem": lines[-1][:120] if lines else f"ended with {done.returncode}"}
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def _note(outcome: Outcome, found: dict[str, Any]) -> None:
    if "problem" in found:
        outcome.problem = found["problem"]
        return
    times = found["times"]
    outcome.first.append(times[0])
    outcome.rounds.append(statistics.median(times[1:] or times))
    outcome.peak = max(outcome.peak, found["peak"])
    outcome.extra = max(outcome.extra, found["extra"])
    outcome.facts = found["facts"]
