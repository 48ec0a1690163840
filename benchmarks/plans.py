"""The plan to which the data belong: indicators at outcomes, outcomes under outcomes, eleven objectives."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from benchmarks.data import FIRST_YEAR, KINDS, MEMBERS, REGIONS, SCHEMES, YEARS, Data, indicator_ids, place_ids

__all__ = ["COMPLETE", "build_plan", "element_ids", "methodology"]

#: Share of the returns due that must have come.
COMPLETE = 0.8
_UNITS = {"flow": "incident", "stock": "person", "ratio": "%", "mean": "day", "most": "incident"}


def element_ids(level: int, count: int) -> list[str]:
    """Return the ids of the elements of a level; level 1 stands just above the indicators."""
    return [f"E{level}-{n:05d}" for n in range(count)]


def methodology() -> Any:
    """Return the methodology by which all contenders work."""
    from cpas import Methodology

    return Methodology("benchmarks", "1", completeness=f"share {COMPLETE}")


def build_plan(data: Data) -> Any:
    """Return the plan."""
    from cpas import Dimension, Link, Objective, Outcome, Place, Plan

    ids = {level: element_ids(level, count) for level, count in enumerate(data.counts) if level}
    elements: list[Any] = [
        Outcome(id, id, change="process", combine="arithmetic") for level in range(1, 5) for id in ids[level]
    ]
    elements += [Objective(id, id, combine="arithmetic") for id in ids[5]]
    links = [
        Link(ids[level][child], ids[level + 1][parent], weight=weight)
        for level in range(1, 5)
        for child, parent, weight in zip(*(column.tolist() for column in data.levels[level]), strict=True)
    ]
    regions = [Place(f"region-{n}", f"Region {n}", parent="country", level="region") for n in range(REGIONS)]
    sites = [Place(id, id, parent=f"region-{n % REGIONS}", level="site") for n, id in enumerate(place_ids())]
    return Plan(
        "benchmark",
        "A plan to measure with",
        period=f"{FIRST_YEAR}-01-01/{FIRST_YEAR + YEARS - 1}-12-31",
        elements=elements,
        links=links,
        indicators=_indicators(data, ids[1]),
        places=[Place("country", "Country"), *regions, *sites],
        dimensions=[Dimension(id, [f"{id}-{n}" for n in range(count)]) for id, count in MEMBERS.items()],
    )


def _indicators(data: Data, elements: list[str]) -> list[Any]:
    from cpas import Baseline, Indicator, Measure, Target

    columns = {name: column.tolist() for name, column in data.indicators.items()}
    measures = defaultdict(list)
    for child, parent, weight in zip(*(column.tolist() for column in data.levels[0]), strict=True):
        measures[child].append(Measure(elements[parent], weight))
    sites, names = place_ids(), tuple(MEMBERS)
    made = []
    for n, id in enumerate(indicator_ids(len(columns["kind"]))):
        word = KINDS[columns["kind"][n]]
        start, goal = columns["start"][n], columns["goal"][n]
        scale: dict[str, Any] = {
            "baseline": Baseline(start, str(FIRST_YEAR - 1)),
            "targets": Target(goal, str(FIRST_YEAR + YEARS - 1)),
        }
        if columns["by_goalposts"][n]:
            scale = {"goalposts": (start, goal)}
        made.append(
            Indicator(
                id,
                id,
                measures=measures[n],
                unit=_UNITS[word],
                kind="flow" if word == "most" else word,  # type: ignore[arg-type]
                better="lower" if columns["is_lower"][n] else "higher",
                over=tuple((axis, "max") for axis in ("time", "place", "group")) if word == "most" else (),
                places=[sites[(columns["first"][n] + k) % len(sites)] for k in range(columns["wide"][n])],
                frequency="month" if columns["step"][n] == 1 else "quarter",
                dimensions=[names[k] for k, m in enumerate(SCHEMES[columns["scheme"][n]].tolist()) if m > 1],
                **scale,
            )
        )
    return made
