"""Measure `cpas` beside its peers and print a table: ``python -m benchmarks --help``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.data import SIZES, folder_of, make
from benchmarks.jobs import NAMES, load
from benchmarks.report import machine, table
from benchmarks.running import run_job


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
    for name in asked.jobs:
        job = load(name)
        for size in ["S"] if asked.quick else asked.sizes or job.sizes:
            make(size, asked.data)
            print(f"{name} {size} …", file=sys.stderr, flush=True)
            rounds = 0 if asked.quick else asked.rounds
            outcomes = run_job(name, size, rounds=rounds, folder=asked.data, pythons=pythons, only=asked.only)
            parts.append(table(job, size, outcomes))
            print(parts[-1], flush=True)
            if asked.out:
                asked.out.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
