"""pandas: categoricals for keys, one `groupby` per rule, one `merge` per level."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.contenders import Numbers
from benchmarks.data import KINDS, YEARS, Data, categorical, indicator_ids, place_ids
from benchmarks.peers import facts
from benchmarks.plans import COMPLETE

__all__ = ["numbers", "prepare", "run"]

_CELL = ["indicator", "year"]


def prepare(data: Data) -> Any:
    """Return frames with categorical keys."""
    frame = pd.DataFrame(facts.rows(data))
    frame["indicator"] = categorical(frame["indicator"], indicator_ids(len(data.indicators["kind"])))
    frame["place"] = categorical(frame["place"], place_ids())
    frame["kind"] = categorical(frame["kind"], KINDS)
    known = pd.DataFrame(facts.indicators(data))
    known["indicator"] = categorical(known["indicator"], indicator_ids(len(known)))
    return data, frame, known, [pd.DataFrame(level) for level in facts.edges(data)]


def run(state: Any) -> Any:
    """Aggregate, score, roll up and rate."""
    _, frame, known, edges = state
    cells = _scored(_aggregated(frame), known)
    levels = [cells]
    table = cells.rename(columns={"indicator": "node"}).assign(node=cells["indicator"].cat.codes)
    for number, level in enumerate(edges, start=1):
        table = _rolled_up(table, level)
        levels.append(table.assign(rating=_rated(table, is_first=number == 1)) if number < len(edges) else table)
    return levels


def _aggregated(frame: pd.DataFrame) -> pd.DataFrame:
    there = frame["value"].notna() | frame["denominator"].notna()
    by_kind = {kind: frame[frame["kind"] == kind] for kind in KINDS}
    last = by_kind["stock"].drop_duplicates([*_CELL, "place", *facts.GROUPS], keep="last")
    shares = []
    for kind, factor in (("ratio", 100.0), ("mean", 1.0)):
        some = by_kind[kind]
        above = some["numerator"] if kind == "ratio" else some["value"] * some["denominator"]
        sums = some.assign(above=above).groupby(_CELL, observed=True)[["above", "denominator"]].sum(min_count=1)
        shares.append(factor * sums["above"] / sums["denominator"])
    value = pd.concat(
        [
            by_kind["flow"].groupby(_CELL, observed=True)["value"].sum(min_count=1),
            last.groupby(_CELL, observed=True)["value"].sum(min_count=1),
            by_kind["most"].groupby(_CELL, observed=True)["value"].max(),
            *shares,
        ]
    )
    each = frame[there & (frame["kind"] != "stock")].drop_duplicates(["indicator", "month", "place"])
    once = last[last["value"].notna()].drop_duplicates([*_CELL, "place"])
    received = pd.concat([some.groupby(_CELL, observed=True).size() for some in (each, once)])
    made = pd.DataFrame({"value": value, "received": received}).fillna({"received": 0})
    return made.reset_index()


def _scored(cells: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    cells["indicator"] = cells["indicator"].astype(known["indicator"].dtype)
    table = cells.merge(known, on="indicator")
    raw = 100 * (table["value"] - table["start"]) / (table["goal"] - table["start"])
    raw = raw.mask(table["adds"] & (table["received"] < COMPLETE * table["expected"]))
    path = (100 * (table["year"] + 1) / YEARS).mask(table["by_goalposts"] | raw.isna())
    return table[[*_CELL, "value", "received"]].assign(
        score=raw.clip(0, 100), coverage=raw.notna().astype(float), path=path
    )


def _rolled_up(table: pd.DataFrame, edges: pd.DataFrame) -> pd.DataFrame:
    parts = edges.merge(table, left_on="child", right_on="node")
    there = parts["weight"].where(parts["score"].notna())
    dated = parts["weight"].where(parts["path"].notna())
    parts = parts.assign(
        above=parts["score"] * there, below=there, shares=(parts["coverage"] * there).fillna(0.0),
        dues=parts["path"] * dated, dated=dated,
    )  # fmt: skip
    made = parts.groupby(["parent", "year"], as_index=False).agg(
        above=("above", "sum"), below=("below", "sum"), shares=("shares", "sum"), dues=("dues", "sum"),
        dated=("dated", "sum"), worst=("score", "min"), best=("score", "max"),
    )  # fmt: skip
    whole = made["parent"].map(edges.groupby("parent")["weight"].sum())
    return pd.DataFrame(
        {
            "node": made["parent"], "year": made["year"], "score": made["above"] / made["below"],
            "coverage": made["shares"] / whole, "worst": made["worst"],
            "path": made["dues"] / made["dated"].where(made["dated"] > 0),
            "dispersion": made["best"] - made["worst"],
        }
    )  # fmt: skip


def _rated(table: pd.DataFrame, *, is_first: bool) -> pd.Series:
    pace = table["score"] / table["path"]
    bounds = [-np.inf, *(cut - 1e-9 for cut in facts.PACES), np.inf]
    code = pd.cut(pace, bounds, right=False, labels=False).add(1).fillna(0)
    if is_first:
        code = code.mask(table["score"] <= 0, 1)
    return code.mask(table["score"] >= 100, 5)


def numbers(state: Any, result: Any) -> Numbers:
    """Return the numbers as blocks."""
    data = state[0]
    first = result[0].assign(node=result[0]["indicator"].cat.codes)
    tables = [{name: np.asarray(table[name]) for name in table.columns} for table in (first, *result[1:])]
    return facts.laid_out(data, tables)
