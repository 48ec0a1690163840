"""The same table handed over by an engine that holds it, beside the same aggregation written by hand for it."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

from benchmarks.contenders import Contender, Job, Limit, Numbers
from benchmarks.data import Data
from benchmarks.jobs.streaming import aggregate, numbers_of_cpas
from benchmarks.peers import by_words
from benchmarks.tables import folder_of_tables

__all__ = ["JOB"]


def _files(data: Data) -> list[str]:
    return [str(path) for path in sorted(folder_of_tables(data).glob("*.parquet"))]


def _of_polars(data: Data) -> Any:
    import polars as pl

    return pl.scan_parquet(_files(data))


def _of_duckdb(data: Data) -> Any:
    import duckdb

    return duckdb.connect().read_parquet(_files(data))


def _of_dask(data: Data) -> Any:
    import dask.dataframe as dd

    return dd.read_parquet(_files(data), split_row_groups=2)


def _of_spark(data: Data) -> Any:
    return _session().read.parquet(*_files(data))


def _session() -> Any:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "3g")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def _cpas_on(source: Callable[[Data], Any]) -> Contender:
    return Contender(
        lambda data: (data, source(data)), lambda state: aggregate(state[1], state[0]), numbers_of_cpas, repeats=2
    )


def _by_polars(state: Any) -> Any:
    import polars as pl

    data, rows = state
    made = by_words.with_polars(rows, pl.DataFrame(by_words.kinds(data))).collect(engine="streaming")
    return [made[name].to_list() for name in ("indicator", "year", "value", "received")]


def _by_duckdb(state: Any) -> Any:
    import duckdb
    import pyarrow as pa

    data = state[0]
    connection = duckdb.connect()
    connection.register("kinds", pa.table(by_words.kinds(data)))
    connection.execute(f"create view rows as select * from read_parquet({_files(data)!r})")
    made = connection.sql(by_words.SQL).fetchnumpy()
    return [made[name].tolist() for name in ("indicator", "year", "value", "received")]


def _by_spark(state: Any) -> Any:
    import pandas as pd

    data, rows = state
    session = _session()
    rows.createOrReplaceTempView("rows")
    session.createDataFrame(pd.DataFrame(by_words.kinds(data))).createOrReplaceTempView("kinds")
    made = session.sql(by_words.SQL).toPandas()
    return [made[name].tolist() for name in ("indicator", "year", "value", "received")]


def _by_hand(source: Callable[[Data], Any], run: Callable[[Any], Any]) -> Contender:
    def numbers(state: Any, result: Any) -> Numbers:
        return by_words.laid_out(state[0], *result)

    return Contender(lambda data: (data, source(data)), run, numbers, repeats=2)


def _times(of: str, over: str) -> Callable[[Any], float]:
    def ratio(found: Any) -> float:
        if of not in found or over not in found:
            return float("nan")
        return statistics.median(found[of].rounds) / statistics.median(found[over].rounds)

    return ratio


JOB = Job(
    title="A table that an engine holds: aggregate by year",
    contenders={
        "polars": _by_hand(_of_polars, _by_polars),
        "cpas": _cpas_on(_of_polars),
        "duckdb": _by_hand(_of_duckdb, _by_duckdb),
        "cpas on duckdb": _cpas_on(_of_duckdb),
        "spark": _by_hand(_of_spark, _by_spark),
        "cpas on spark": _cpas_on(_of_spark),
        "cpas on dask": _cpas_on(_of_dask),
    },
    sizes=("S",),
    goals={"polars": 1.15},
    limits=(
        Limit("cpas on duckdb / duckdb", 1.15, _times("cpas on duckdb", "duckdb")),
        Limit("cpas on spark / spark", 1.5, _times("cpas on spark", "spark")),
    ),
)
