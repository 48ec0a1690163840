"""DuckDB: the same in SQL, on tables of its own."""

from __future__ import annotations

import itertools
from typing import Any

import duckdb
import numpy as np

from benchmarks.contenders import Numbers
from benchmarks.data import KINDS, YEARS, Data
from benchmarks.peers import facts, with_polars
from benchmarks.plans import COMPLETE

__all__ = ["numbers", "prepare", "run"]

_FLOW, _STOCK, _RATIO, _MEAN, _MOST = range(len(KINDS))

_CELLS = f"""
create or replace temp table cells as
with last as (
    select indicator, year, place, arg_max_null(value, month) as value from rows where kind = {_STOCK}
    group by indicator, year, place, sex, age, actor
), many as (
    select indicator, year,
        case any_value(kind)
            when {_FLOW} then sum(value) when {_MOST} then max(value)
            when {_RATIO} then 100 * sum(numerator) / sum(denominator)
            else sum(value * denominator) / sum(denominator)
        end as value,
        count(distinct case when value is not null or denominator is not null then month * 100 + place end) as received
    from rows where kind <> {_STOCK} group by indicator, year
), cells as (
    select indicator, year, value, received from many
    union all
    select indicator, year, sum(value), count(distinct case when value is not null then place end)
    from last group by indicator, year
), raw as (
    select indicator, year, value, received, by_goalposts,
        case when not (adds and received < {COMPLETE} * expected) then 100 * (value - start) / (goal - start) end as raw
    from cells join known using (indicator)
)
select indicator as node, year, value, received,
    case when raw is not null then greatest(least(raw, 100), 0) end as score,
    case when raw is null then 0.0 else 1.0 end as coverage,
    case when raw is not null and not by_goalposts then 100.0 * (year + 1) / {YEARS} end as path
from raw
"""
_LEVEL = """
create or replace temp table {above} as
with whole as (select parent, sum(weight) as whole from {edges} group by parent)
select parent as node, year,
    sum(score * weight) / sum(case when score is not null then weight end) as score,
    sum(path * weight) / sum(case when path is not null then weight end) as path,
    coalesce(sum(case when score is not null then coverage * weight end), 0) / any_value(whole) as coverage,
    min(score) as worst, max(score) - min(score) as dispersion
from {edges} join {below} on child = node join whole using (parent) group by parent, year
"""
_RATED = (
    """
create or replace temp table {above} as select *,
    case when score >= 100 then 5 when {is_first} and score <= 0 then 1
        when score is null or path is null then 0
        else """
    + " + ".join(["1", *(f"(score / path >= {cut} - 1e-9)::int" for cut in facts.PACES)])
    + """
    end as rating
from {above}
"""
)


def prepare(data: Data) -> Any:
    """Return a connection with native tables."""
    _, frame, known, edges = with_polars.prepare(data)
    connection = duckdb.connect()
    tables = {"rows": frame, "known": known, **{f"edges_{n}": level for n, level in enumerate(edges)}}
    for name, table in tables.items():
        connection.register("given", table.to_arrow())
        connection.execute(f"create table {name} as select * from given")
    connection.unregister("given")
    return data, connection


def run(state: Any) -> Any:
    """Aggregate, score, roll up and rate."""
    data, connection = state
    connection.execute(_CELLS)
    names = ["cells", *(f"level_{n}" for n in range(1, len(data.counts)))]
    for n, (below, above) in enumerate(itertools.pairwise(names)):
        connection.execute(_LEVEL.format(edges=f"edges_{n}", below=below, above=above))
        if n + 2 < len(names):
            connection.execute(_RATED.format(above=above, is_first=str(not n).lower()))
    return names


def numbers(state: Any, result: Any) -> Numbers:
    """Return the numbers as blocks."""
    data, connection = state
    tables = [connection.execute(f"select * from {name}").fetchnumpy() for name in result]
    return facts.laid_out(data, [{name: _filled(table[name]) for name in table} for table in tables])


def _filled(column: Any) -> Any:
    """Return a column with NaN for what is missing."""
    return column.filled(np.nan) if np.ma.isMaskedArray(column) and column.mask.any() else np.asarray(column)
