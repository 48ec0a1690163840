"""Measure `cpas` beside its peers and print a table: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.data import SIZES, folder_of, make
from benchmarks.jobs import NAMES, load
from benchmarks.report import Goal, goal_table, goals, machine, table
from benchmarks.running import run_job
from benchmarks.stages import grown


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--jobs", nargs="+", choices=NAMES, default=list(NAMES), metavar="JOB", help=", ".join(NAMES))
    parser.add_argument(
        "--sizes", nargs="+", choices=list(SIZES), help="sizes of data; each job's own where none is named"
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often all contenders run in turn (5)")
    parser.add_argument("--only", nargs="+", default=[], metavar="CONTENDER", help="run these and the yardstick alone")
    parser.add_argument(
        "--quick", action="store_true", help="size S, each once: does it run, and are the numbers equal?"
    )
    parser.add_argument("--profile", action="store_true", help="what each stage costs and how it grows, and no jobs")
    parser.add_argument("--data", type=Path, default=folder_of("S").parent, help="folder for the data that are made")
    parser.add_argument("--out", type=Path, help="file for the table; it is printed too")
    parser.add_argument(
        "--with", dest="pythons", nargs="+", default=[], metavar="CONTENDER=PYTHON",
        help="another interpreter for a contender that needs other versions",
    )  # fmt: skip
    return parser.parse_args()


def main() -> None:
    """Make the data, run the jobs, print the tables."""
    asked = _asked()
    pythons = dict(pair.split("=", 1) for pair in asked.pythons)
    parts = [f"Measured on {machine()}", ""]
    if asked.profile:
        _say([*parts, grown(asked.sizes or ["S", "X", "M"], asked.data)], asked.out)
        return
    found: list[Goal] = []
    for name in asked.jobs:
        job = load(name)
        for size in ["S"] if asked.quick else asked.sizes or job.sizes:
            make(size, asked.data)
            print(f"{name} {size} …", file=sys.stderr, flush=True)
            rounds = 0 if asked.quick else asked.rounds
            outcomes = run_job(name, size, rounds=rounds, folder=asked.data, pythons=pythons, only=asked.only)
            parts.append(table(job, size, outcomes))
            print(parts[-1], flush=True)
            found += goals(job, size, outcomes)
            if asked.out:
                _write([*parts, goal_table(found)], asked.out)
    print(goal_table(found))


def _say(parts: list[str], out: Path | None) -> None:
    print("\n".join(parts))
    if out:
        _write(parts, out)


def _write(parts: list[str], out: Path) -> None:
    out.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
