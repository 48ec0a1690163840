"""The ways in which one table can be handed over, each under a name."""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pyarrow = pytest.importorskip("pyarrow", reason="tables are handed over as Arrow")
parquet = pytest.importorskip("pyarrow.parquet")


def _arrow(frame: pd.DataFrame) -> Any:
    """Return a frame as Arrow, its texts as texts even where every row is blank."""
    kinds = {"value": "float64", "numerator": "float64", "denominator": "float64"}
    fields = [(name, pyarrow.type_for_alias(kinds.get(name, "string"))) for name in frame.columns]
    return pyarrow.Table.from_pandas(frame, schema=pyarrow.schema(fields), preserve_index=False)


def _folder(tables: Mapping[str, Any], folder: Path) -> Path:
    if folder.exists():
        shutil.rmtree(folder)
    for name, table in tables.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(table, path)
    return folder


def _by_indicator(table: Any) -> dict[str, Any]:
    ids = sorted(set(table["indicator"].to_pylist()), key=str)
    found = {}
    for n, some in enumerate((ids[::2], ids[1::2])):
        rows = [row for row, id in enumerate(table["indicator"].to_pylist()) if id in some]
        found[f"part-{n}.parquet"] = table.take(pyarrow.array(rows, pyarrow.int64()))
    return found


def _by_row(table: Any) -> dict[str, Any]:
    return {
        f"{'deeper/' * n}part-{n}.parquet": table.take(pyarrow.array(range(n, len(table), 3), pyarrow.int64()))
        for n in range(3)
    }


def _partitions(frame: pd.DataFrame) -> Any:
    """Return a frame of Dask with its rows dealt out to three partitions, one of them perhaps empty."""
    import dask.dataframe

    return dask.dataframe.from_delayed([_delayed(frame.iloc[n::3]) for n in range(3)], meta=frame.iloc[:0])


def _delayed(part: pd.DataFrame) -> Any:
    import dask

    return dask.delayed(part)


@pytest.fixture
def hand_over(tmp_path, request) -> Callable[[str, pd.DataFrame], Any]:
    """Return a function that gives a frame to an engine by its name, and what to read of it."""
    count = iter(range(1_000_000))

    def hand(engine: str, frame: pd.DataFrame) -> Any:
        table = _arrow(frame)
        folder = tmp_path / f"{next(count)}"
        if engine == "pandas":
            return frame
        if engine == "pandas categories":
            return frame.astype({name: "category" for name in frame.columns if frame[name].dtype == object})
        if engine == "pyarrow":
            return table
        if engine == "polars":
            return pytest.importorskip("polars").from_arrow(table)
        if engine == "polars lazy":
            return pytest.importorskip("polars").from_arrow(table).lazy()
        if engine == "polars categories":
            polars = pytest.importorskip("polars")
            return polars.from_arrow(table).lazy().with_columns(polars.col(polars.String).cast(polars.Categorical))
        if engine == "duckdb":
            return pytest.importorskip("duckdb").from_arrow(table)
        if engine == "one file":
            return _folder({"all.parquet": table, "_SUCCESS": table}, folder)
        if engine == "files by indicator":
            return _folder(_by_indicator(table), folder)
        if engine == "files by row":
            return _folder(_by_row(table), folder)
        if engine in ("dask", "dask categories"):
            pytest.importorskip("dask.dataframe", reason="Dask is not installed: pip install 'cpas[dask]'")
            texts = [name for name in frame.columns if frame[name].dtype == object]
            given = frame.astype(dict.fromkeys(texts, "category")) if "categories" in engine else frame
            return _partitions(given)
        if engine == "spark":
            return request.getfixturevalue("spark").createDataFrame(table)
        raise LookupError(engine)

    return hand


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One local session of Spark for all tests; they are skipped, and say so, where there is none."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed: pip install 'cpas[spark]'")
    if shutil.which("java") is None:
        pytest.skip("PySpark needs Java, which is not there")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.driver.memory", "1g")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
