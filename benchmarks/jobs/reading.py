"""From a frame to the store: checked against the plan and put into canonical order, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from benchmarks.contenders import Contender, Job, Numbers
from benchmarks.data import COLUMNS, Data

__all__ = ["JOB", "bytes_per_point"]


def _codes(data: Data) -> Any:
    return data.columns()


def _sort(columns: Any) -> Any:
    """One packed key, one sort, one gather of each column: what putting rows into order costs at least."""
    key = columns["indicator"].astype(np.int64)
    for name, most in (("place", 64), ("sex", 8), ("age", 8), ("actor", 8), ("month", 128)):
        key = key * most + columns[name] + 1
    order = np.argsort(key)
    return {name: columns[name][order] for name in COLUMNS}


def _sums(columns: Mapping[str, Any]) -> Numbers:
    return {
        "rows": np.array([len(columns["indicator"])]),
        "denominator": np.array([np.nansum(columns["denominator"])]),
        "numerator and value": np.array([np.nansum(columns["numerator"])]),
    }


def _packed_numbers(state: Any, columns: Any) -> Numbers:
    above = np.where(np.isnan(columns["numerator"]), columns["value"] * columns["denominator"], columns["numerator"])
    return _sums({**columns, "numerator": above})


def _frame(data: Data) -> Any:
    return data.frame(), data.plan


def _sorted_frame(data: Data) -> Any:
    names = ["indicator", "place", "sex", "age", "actor", "period"]
    return data.frame().sort_values(names, na_position="first", ignore_index=True), data.plan


def _read(state: Any) -> Any:
    import cpas

    return cpas.read_observations(*state)


def _numbers(state: Any, observations: Any) -> Numbers:
    return _sums(observations.frame)


def bytes_per_point(observations: Any) -> float:
    """Return the bytes of all arrays of a store by row."""
    arrays = _arrays(observations.store)
    # A column that says the same in every row is one number seen many times.
    room = [array.nbytes if any(array.strides) else array.itemsize for array in arrays]
    return float(sum(room) / max(len(observations), 1))


def _arrays(record: Any) -> list[Any]:
    """Return the arrays in a record, and in records in it."""
    found: dict[int, Any] = {}
    for attribute in attrs.fields(type(record)):
        value = getattr(record, attribute.name)
        if isinstance(value, np.ndarray):
            found[id(value)] = value
        elif attrs.has(type(value)):
            found |= {id(array): array for array in _arrays(value)}
    return list(found.values())


def _facts(state: Any, observations: Any) -> Mapping[str, float]:
    return {"bytes per point": bytes_per_point(observations)}


JOB = Job(
    title="From a frame with categoricals to the store",
    contenders={
        "numpy": Contender(_codes, _sort, _packed_numbers),
        "cpas": Contender(_frame, _read, _numbers, _facts, repeats=3),
        "cpas, sorted input": Contender(_sorted_frame, _read, _numbers, _facts, repeats=3),
    },
    goals={"numpy": 2.0},
)
