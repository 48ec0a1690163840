"""The aggregation by year written by hand for an engine that holds rows with words: Polars, DuckDB, Spark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.contenders import Numbers
from benchmarks.data import FIRST_YEAR, KINDS, YEARS, Data, indicator_ids

__all__ = ["SQL", "kinds", "laid_out", "with_polars"]

_CELL = ["indicator", "year"]
_GROUPS = ["place", "sex", "age", "actor"]

#: For DuckDB and Spark: tables `rows` and `kinds`, one query. No value is below zero; −1 stands for a missing one,
#: which DuckDB would pass over where the latest is taken.
SQL = """
with known as (
  select r.*, k.kind, cast(substr(period, 1, 4) as int) as year,
    value is not null or denominator is not null as there
  from rows r join kinds k on r.indicator = k.indicator
),
latest as (
  select indicator, year, place, nullif(max_by(coalesce(value, -1), period), -1) as value,
    max_by(there, period) as there
  from known where kind = 'stock' group by indicator, year, place, sex, age, actor
)
select indicator, year, sum(value) as value, count(distinct case when there then place end) as received
from latest group by indicator, year
union all
select indicator, year,
  case max(kind) when 'flow' then sum(value) when 'most' then max(value)
    when 'ratio' then 100 * sum(numerator) / sum(denominator)
    else sum(value * denominator) / sum(denominator) end as value,
  count(distinct case when there then concat(place, period) end) as received
from known where kind <> 'stock' group by indicator, year
"""


def kinds(data: Data) -> dict[str, list[str]]:
    """Return the kind of each indicator."""
    codes = data.indicators["kind"].tolist()
    return {"indicator": indicator_ids(len(codes)), "kind": [KINDS[code] for code in codes]}


def with_polars(rows: Any, known: Any) -> Any:
    """Return value and returns received by indicator and year; one `group_by` per rule."""
    import polars as pl

    there = pl.col("value").is_not_null() | pl.col("denominator").is_not_null()
    words = ["indicator", "period", "place"]
    table = rows.with_columns(pl.col(words).cast(pl.String)).join(known.lazy(), on="indicator").with_columns(
        year=pl.col("period").str.slice(0, 4).cast(pl.Int32), there=there
    )  # fmt: skip

    def of(kind: str) -> Any:
        return table.filter(pl.col("kind") == kind)

    def cells(some: Any, value: Any, *returns: str) -> Any:
        came = pl.struct("place", *returns).filter(pl.col("there")).n_unique()
        return some.group_by(_CELL).agg(value=value.cast(pl.Float64), received=came.cast(pl.Float64))

    share = pl.col("denominator").sum()
    last = of("stock").group_by([*_CELL, *_GROUPS]).agg(pl.col("value", "there").sort_by("period").last())
    return pl.concat(
        [
            cells(of("flow"), pl.col("value").sum(), "period"),
            cells(of("most"), pl.col("value").max(), "period"),
            cells(of("ratio"), 100 * pl.col("numerator").sum() / share, "period"),
            cells(of("mean"), (pl.col("value") * pl.col("denominator")).sum() / share, "period"),
            cells(last, pl.col("value").sum()),
        ]
    )


def laid_out(data: Data, indicator: Sequence[str], year: Any, value: Any, received: Any) -> Numbers:
    """Return numbers by indicator and year; a value of nothing is missing."""
    count = len(data.indicators["kind"])
    number = {id: n for n, id in enumerate(indicator_ids(count))}
    at = (np.array([number[id] for id in indicator], dtype=np.int64), np.asarray(year, dtype=np.int64) - FIRST_YEAR)
    came, found = np.zeros((count, YEARS)), np.full((count, YEARS), np.nan)
    came[at] = np.asarray(received, dtype=np.float64)
    found[at] = np.asarray(value, dtype=np.float64)
    return {"value": np.where(came > 0, found, np.nan), "received": came}
