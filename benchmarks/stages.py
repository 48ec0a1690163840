"""What each stage costs, how that grows with the data, and where its time goes: ``python -m benchmarks --profile``.

Each size runs in a process of its own: ``python -m benchmarks.stages SIZE FOLDER OUT``. A stage is repeated for a few
seconds; the median counts, and the first time stands beside it. Then it runs once more under the profiler of the
standard library, which says which functions take most time of their own.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.data import Data, folder_of, make
from benchmarks.plans import methodology
from benchmarks.worker import extra_memory, forget_peak

__all__ = ["grown", "main"]

#: Seconds for which a stage is repeated, and how often at least and at most.
_ENOUGH: Final = 3.0
_LEAST: Final = 3
_MOST: Final = 7
#: Records of more points than this are not told one by one in a report.
_FOR_PEOPLE: Final = 2_000_000
_FUNCTIONS: Final = 4
_ROOT: Final = Path(__file__).parent.parent


class _Stages:
    """The way from a file to a report, a stage at a time; each keeps what the next one needs."""

    def __init__(self, data: Data) -> None:
        self.data, self.plan, self.frame = data, data.plan, data.frame()
        self.points = len(self.frame)
        self.made: dict[str, Any] = {}

    def all(self) -> dict[str, Callable[[], Any]]:
        """Return the stages in their order."""
        import cpas

        made, is_small = self.made, self.points <= _FOR_PEOPLE
        csv = self.data.folder / "rows.csv"
        stages: dict[str, Callable[[], Any]] = {
            "put in order": self._put_in_order,
            "read a frame": lambda: cpas.read_observations(self.frame, self.plan),
            "aggregate": lambda: cpas.aggregate(made["read a frame"], by="year", methodology=methodology()),
            "score": lambda: cpas.score(made["aggregate"]),
            "rate": lambda: cpas.rate(made["score"]),
            "assess": lambda: cpas.assess(made["score"], at="2024"),
            "explain a number": lambda: cpas.explain(made["score"], "I-000007", period="2024"),
            "explain an outcome": lambda: cpas.explain(made["score"], "E1-00007", period="2024"),
        }
        if csv.exists():
            stages = {"read a CSV file": lambda: cpas.read_observations(csv, self.plan), **stages}
        if is_small:
            stages["report"] = lambda: cpas.report(made["assess"]).to_html()
        return stages

    def _put_in_order(self) -> Any:
        from cpas.tables.ordering import put_in_order

        columns = self._columns
        ordered = put_in_order([columns[name] for name in ("indicator", "place", "cell", "month")])
        return [ordered.pick(columns[name]) for name in ("value", "numerator", "denominator")]

    @property
    def _columns(self) -> Mapping[str, Any]:
        if "columns" not in self.made:
            columns = self.data.columns()
            self.made["columns"] = {
                **columns,
                "cell": (columns["sex"] * 5 + columns["age"]) * 6 + columns["actor"] + 40,
            }
        return dict(self.made["columns"])


def main(size: str, folder: str, out: str) -> None:
    """Measure the stages of one size, and write what was measured."""
    stages = _Stages(make(size, Path(folder)))
    found = {}
    for name, run in stages.all().items():
        forget_peak()
        first, seconds, stages.made[name] = _timed(run)
        extra = extra_memory()
        found[name] = {"seconds": seconds, "first": first, "extra": extra, "functions": _profiled(run)}
        print(f"  {name}: {seconds:.3g} s", file=sys.stderr, flush=True)
    Path(out).write_text(json.dumps({"points": stages.points, "stages": found}))


def _timed(run: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return the first run, which compiles what a plan asks for, the median of the others, and the last result."""
    times: list[float] = []
    result = None
    while len(times) < _LEAST or (sum(times) < _ENOUGH and len(times) < _MOST):
        result = None
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    return times[0], statistics.median(times[1:]), result


def _profiled(run: Callable[[], Any]) -> list[tuple[str, float]]:
    """Return the functions that take most time of their own, each with its share."""
    profile = cProfile.Profile()
    profile.runcall(run)
    stats: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    whole = sum(row[2] for row in stats.values()) or 1.0
    most = sorted(stats.items(), key=lambda item: -item[1][2])[:_FUNCTIONS]
    return [(_name(key), row[2] / whole) for key, row in most]


def _name(key: tuple[str, int, str]) -> str:
    file, _, function = key
    inside = file.partition("/cpas/")[2] or Path(file).name
    plain = function.replace("<built-in method ", "").replace("{", "").replace("}", "").rstrip(">").strip()
    return plain if file == "~" else f"{inside.removesuffix('.py')}:{plain}"


def grown(sizes: Sequence[str], folder: Path) -> str:
    """Measure the stages of several sizes, smallest first, and return tables as Markdown."""
    found = {}
    for size in sizes:
        make(size, folder)
        print(f"stages {size} …", file=sys.stderr, flush=True)
        out = folder_of(size, folder) / "stages.json"
        subprocess.run([sys.executable, "-m", "benchmarks.stages", size, str(folder), str(out)], check=True, cwd=_ROOT)
        found[size] = json.loads(out.read_text())
    return "\n".join([*_growth(found), "", *_functions(found[sizes[-1]], sizes[-1]), ""])


def _growth(found: Mapping[str, Any]) -> list[str]:
    sizes = list(found)
    points = {size: found[size]["points"] for size in sizes}
    head = [f"{size}, {points[size]:,} points" for size in sizes]
    each = [f"{size}, per point" for size in sizes]
    rows = [
        "### What each stage costs, and how that grows",
        "",
        f"| stage | {' | '.join([*head, *each])} | first time, {sizes[-1]} | most memory, {sizes[-1]} |",
        f"|---|{'--:|' * (2 * len(sizes) + 2)}",
    ]
    for name in dict.fromkeys(name for size in sizes for name in found[size]["stages"]):
        rows.append(f"| {name} | {' | '.join(_cells(name, found, points))} |")
    return rows


def _cells(name: str, found: Mapping[str, Any], points: Mapping[str, int]) -> list[str]:
    stages = [found[size]["stages"].get(name) for size in found]
    whole = ["–" if one is None else _seconds(one["seconds"]) for one in stages]
    each = [
        "–" if one is None else _seconds(one["seconds"] / points[size]) for size, one in zip(found, stages, strict=True)
    ]
    last = stages[-1]
    ends = ["–", "–"] if last is None else [_seconds(last["first"]), f"{last['extra']:,.0f} MiB"]
    return [*whole, *each, *ends]


def _functions(found: Mapping[str, Any], size: str) -> list[str]:
    rows = [
        f"### Where the time of each stage goes ({size})",
        "",
        "| stage | functions, by their own time |",
        "|---|---|",
    ]
    for name, stage in found["stages"].items():
        said = ", ".join(f"`{function}` {share:.0%}" for function, share in stage["functions"])
        rows.append(f"| {name} | {said} |")
    return rows


def _seconds(seconds: float) -> str:
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs"), (1e9, "ns")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.2g} ns"


if __name__ == "__main__":
    main(*sys.argv[1:])
