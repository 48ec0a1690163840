"""The rows of the data as tables with words in them, as people have them: Parquet files beside the data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.data import MEMBERS, Data, indicator_ids, months, place_ids

__all__ = ["KEYS", "columns_of", "folder_of_tables"]

#: Columns of words that a row is about, and why it has no value.
KEYS = ("indicator", "period", "place", *MEMBERS, "reason")
_NUMBERS = ("value", "numerator", "denominator")


def columns_of() -> list[str]:
    """Return the names of the columns."""
    return [*KEYS, *_NUMBERS]


def folder_of_tables(data: Data) -> Path:
    """Return the folder of the tables, made if they are not there: one for each file of the data."""
    import pyarrow.parquet as pq

    folder = data.folder / "table"
    if not (folder / "_done").exists():
        folder.mkdir(exist_ok=True)
        for file in data.files:
            path = folder / file.name.replace("rows", "part")
            pq.write_table(_with_words(pq.read_table(file), data), path, compression="zstd", row_group_size=1_000_000)
        (folder / "_done").touch()
    return folder


def _with_words(table: Any, data: Data) -> Any:
    """Return codes as words, and what is missing as missing."""
    import pyarrow as pa

    words = {"indicator": indicator_ids(len(data.indicators["kind"])), "month": months(), "place": place_ids()}
    words |= {name: [f"{name}-{n}" for n in range(count)] for name, count in MEMBERS.items()}
    made = {}
    for name, vocabulary in words.items():
        codes = table[name].to_numpy().astype(np.int32)
        used = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(vocabulary)))
        mine = pa.array(np.searchsorted(used, codes).astype(np.int32), mask=codes < 0)
        made["period" if name == "month" else name] = pa.DictionaryArray.from_arrays(
            mine, pa.array([vocabulary[n] for n in used], pa.string())
        )
    numbers = {name: table[name].to_numpy() for name in _NUMBERS}
    said = ~(np.isnan(numbers["value"]) & np.isnan(numbers["denominator"]))
    made["reason"] = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(len(said), np.int32), mask=said), pa.array(["late"])
    )
    return pa.table(made | {name: pa.array(column, from_pandas=True) for name, column in numbers.items()})
