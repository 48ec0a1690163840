"""polars: one lazy `group_by` per rule, one `join` per level."""

from __future__ import annotations

from typing import Any

import polars as pl

from benchmarks.contenders import Numbers
from benchmarks.data import KINDS, YEARS, Data
from benchmarks.peers import facts
from benchmarks.plans import COMPLETE

__all__ = ["numbers", "prepare", "run"]

_CELL = ["indicator", "year"]


def prepare(data: Data) -> Any:
    """Return frames with integer keys and nulls for what is missing."""
    frame = pl.DataFrame(facts.rows(data)).with_columns(
        pl.col("value", "numerator", "denominator").fill_nan(None), pl.col("year").cast(pl.Int32)
    )
    return data, frame, pl.DataFrame(facts.indicators(data)), [pl.DataFrame(level) for level in facts.edges(data)]


def run(state: Any) -> Any:
    """Aggregate, score, roll up and rate."""
    _, frame, known, edges = state
    cells = _scored(_aggregated(frame), known.lazy()).collect()
    levels = [cells]
    table = cells.rename({"indicator": "node"})
    for number, level in enumerate(edges, start=1):
        table = _rolled_up(table, level)
        levels.append(table.with_columns(rating=_rated(is_first=number == 1)) if number < len(edges) else table)
    return levels


def _of(frame: pl.DataFrame, kind: str) -> pl.LazyFrame:
    return frame.lazy().filter(pl.col("kind") == KINDS.index(kind))


def _aggregated(frame: pl.DataFrame) -> pl.LazyFrame:
    def total(name: str) -> pl.Expr:
        return pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum())

    def cells(some: pl.LazyFrame, value: pl.Expr, *returns: str) -> pl.LazyFrame:
        there = pl.col("value").is_not_null() | pl.col("denominator").is_not_null()
        came = pl.struct("place", *returns).filter(there).n_unique()
        return some.group_by(_CELL).agg(value=value.cast(pl.Float64), received=came.cast(pl.Float64))

    above = pl.coalesce("numerator", pl.col("value") * pl.col("denominator")).sum()
    share = pl.when(pl.col("denominator").sum() > 0).then(above / pl.col("denominator").sum())
    last = _of(frame, "stock").group_by([*_CELL, "place", *facts.GROUPS], maintain_order=False).agg(
        pl.col("value", "denominator").sort_by("month").last()
    )  # fmt: skip
    return pl.concat(
        [
            cells(_of(frame, "flow"), total("value"), "month"),
            cells(last, total("value")),
            cells(_of(frame, "ratio"), 100 * share, "month"),
            cells(_of(frame, "mean"), share, "month"),
            cells(_of(frame, "most"), pl.col("value").max(), "month"),
        ]
    )


def _scored(cells: pl.LazyFrame, known: pl.LazyFrame) -> pl.LazyFrame:
    raw = 100 * (pl.col("value") - pl.col("start")) / (pl.col("goal") - pl.col("start"))
    short = pl.col("adds") & (pl.col("received") < COMPLETE * pl.col("expected"))
    table = cells.join(known, on="indicator").with_columns(raw=pl.when(~short).then(raw))
    due = pl.when(~pl.col("by_goalposts") & pl.col("raw").is_not_null()).then(100 * (pl.col("year") + 1) / YEARS)
    return table.select(
        *_CELL, "value", "received", score=pl.col("raw").clip(0, 100), path=due,
        coverage=pl.col("raw").is_not_null().cast(pl.Float64),
    )  # fmt: skip


def _rolled_up(table: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    there = pl.col("weight").filter(pl.col("score").is_not_null()).sum()
    dated = pl.col("weight").filter(pl.col("path").is_not_null()).sum()
    whole = edges.lazy().group_by("parent").agg(whole=pl.col("weight").sum())
    known = pl.when(pl.col("score").is_not_null()).then(pl.col("coverage") * pl.col("weight"))
    made = edges.lazy().join(table.lazy(), left_on="child", right_on="node").group_by("parent", "year").agg(
        score=pl.when(there > 0).then((pl.col("score") * pl.col("weight")).sum() / there),
        path=pl.when(dated > 0).then((pl.col("path") * pl.col("weight")).sum() / dated),
        shares=known.sum(), worst=pl.col("score").min(), best=pl.col("score").max(),
    )  # fmt: skip
    return made.join(whole, on="parent").select(
        pl.col("parent").alias("node"), "year", "score", "path", "worst",
        coverage=pl.col("shares") / pl.col("whole"), dispersion=pl.col("best") - pl.col("worst"),
    ).collect()  # fmt: skip


def _rated(*, is_first: bool) -> pl.Expr:
    score, pace = pl.col("score"), pl.col("score") / pl.col("path")
    code = 1 + sum((pace >= cut - 1e-9).cast(pl.Int8) for cut in facts.PACES)
    worse = pl.when(score <= 0).then(1) if is_first else pl.when(False).then(1)
    return pl.when(score >= 100).then(5).otherwise(worse.when(pace.is_null()).then(0).otherwise(code)).cast(pl.Int8)


def numbers(state: Any, result: Any) -> Numbers:
    """Return the numbers as blocks."""
    first = result[0].rename({"indicator": "node"})
    tables = [{name: table[name].to_numpy() for name in table.columns} for table in (first, *result[1:])]
    return facts.laid_out(state[0], tables)
