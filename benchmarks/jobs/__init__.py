"""The jobs, one module each."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from benchmarks.contenders import Job

__all__ = ["NAMES", "load"]

#: Every job, in the order in which they are run.
NAMES: Final = (
    "chain",
    "reading",
    "whole",
    "past",
    "explaining",
    "graph",
    "rolling",
    "changing",
    "drawing",
    "weighing",
    "regions",
    "units",
    "streaming",
    "engines",
    "imports",
)


def load(name: str) -> Job:
    """Return a job by its name."""
    found: Job = import_module(f"benchmarks.jobs.{name}").JOB
    return found
