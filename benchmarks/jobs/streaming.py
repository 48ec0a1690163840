"""Larger than memory: a folder of Parquet files, aggregated by year, beside a scan of its columns."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import Contender, Job, Numbers
from benchmarks.data import YEARS, Data
from benchmarks.peers import by_words
from benchmarks.plans import methodology
from benchmarks.tables import KEYS, columns_of, folder_of_tables

__all__ = ["JOB", "aggregate", "numbers_of_cpas"]


def _files(data: Data) -> Any:
    return sorted(folder_of_tables(data).glob("*.parquet"))


def _scan(files: Any) -> None:
    """Read all columns but the reason, which nobody asks for, and do nothing with them."""
    import pyarrow.parquet as pq

    names = [name for name in columns_of() if name != "reason"]
    for file in files:
        pq.read_table(file, columns=names, read_dictionary=[name for name in KEYS if name != "reason"])


def _prepare_polars(data: Data) -> Any:
    import polars as pl

    return data, _files(data), pl.DataFrame(by_words.kinds(data))


def _polars(state: Any) -> Any:
    import polars as pl

    _, files, known = state
    return [by_words.with_polars(pl.scan_parquet(file), known).collect(engine="streaming") for file in files]


def _numbers_of_polars(state: Any, result: Any) -> Numbers:
    import polars as pl

    table = pl.concat(result)
    columns = [table[name].to_list() for name in ("indicator", "year", "value", "received")]
    return by_words.laid_out(state[0], *columns)


def _prepare(data: Data) -> Any:
    import cpas

    # Whatever is worked out once for a plan is there, as it is after the first of several tables.
    nothing = cpas.read_observations([], data.plan)
    cpas.aggregate(nothing, by=["2024"], methodology=methodology())
    return data, folder_of_tables(data)


def aggregate(source: Any, data: Data) -> Any:
    """Return the aggregates by year of a table that stays where it is."""
    import cpas

    return cpas.aggregate(cpas.read_observations(source, data.plan), by="year", methodology=methodology())


def numbers_of_cpas(state: Any, result: Any) -> Numbers:
    """Return value and returns received by indicator and year."""
    shape = (len(state[0].indicators["kind"]), YEARS)
    cells = result.cells
    return {name: getattr(cells, name).astype(np.float64).reshape(shape) for name in ("value", "received")}


JOB = Job(
    title="A folder of Parquet files: aggregate by year",
    contenders={
        "polars by file": Contender(_prepare_polars, _polars, _numbers_of_polars, repeats=1),
        "cpas": Contender(_prepare, lambda state: aggregate(state[1], state[0]), numbers_of_cpas, repeats=1),
        "scan": Contender(_files, _scan, is_compared=False, repeats=1),
    },
    sizes=("L",),
    goals={"scan": 4.0, "polars by file": 1.15},
    tolerance=1e-9,
)
