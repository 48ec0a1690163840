"""What peers are given beside the rows: the indicators and the edges of the chain as plain columns."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import Numbers
from benchmarks.data import KINDS, YEARS, Data
from benchmarks.yardstick import PACES, year_of

__all__ = ["GROUPS", "MEASURES", "PACES", "edges", "indicators", "laid_out", "rows"]

GROUPS: Final = ("sex", "age", "actor")
MEASURES: Final = ("score", "coverage", "worst", "path", "dispersion")


def rows(data: Data) -> dict[str, NDArray[Any]]:
    """Return the rows in the order in which they arrived, with the word of the kind and the year beside."""
    columns = data.columns()
    kind = data.indicators["kind"][columns["indicator"]].astype(np.int8)
    return {"kind": kind, "year": year_of(columns["month"]), **columns}


def indicators(data: Data) -> dict[str, NDArray[Any]]:
    """Return the columns of the indicators."""
    facts = data.indicators
    per_year = np.where(facts["kind"] == KINDS.index("stock"), 1, 12 // facts["step"])
    return {
        "indicator": np.arange(len(facts["kind"]), dtype=np.int32),
        "start": facts["start"],
        "goal": facts["goal"],
        "by_goalposts": facts["by_goalposts"],
        "adds": np.isin(facts["kind"], [KINDS.index(word) for word in ("flow", "stock", "most")]),
        "expected": facts["wide"] * per_year,
    }


def edges(data: Data) -> list[dict[str, NDArray[Any]]]:
    """Return the edges of each level."""
    names = ("child", "parent", "weight")
    return [
        {
            name: column.astype(np.int32) if name != "weight" else column
            for name, column in zip(names, level, strict=True)
        }
        for level in data.levels
    ]


def laid_out(data: Data, levels: list[dict[str, NDArray[Any]]]) -> Numbers:
    """Return long tables (node, year and measures; level by level) as blocks nodes × years."""
    found = {}
    for level, (count, table) in enumerate(zip(data.counts, levels, strict=True)):
        names: tuple[str, ...] = MEASURES if level else ("value", "received", "score")
        if level and level + 1 < len(levels):
            names = (*names, "rating")
        for name in names:
            block = np.full((count, YEARS), 0.0 if name in ("received", "rating") else np.nan)
            block[table["node"], table["year"]] = table[name]
            found[name if name in ("value", "received") else f"{name} {level}"] = block
    return found
