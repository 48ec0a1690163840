"""From a frame to the store: checked against the plan and put into canonical order, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np

from benchmarks.contenders import Contender, Job, Limit, Numbers
from benchmarks.data import COLUMNS, KINDS, Data
from benchmarks.report import ratio

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
    """Return the bytes of all arrays in which observations are held, by row."""
    return float(sum(map(_room, _arrays(observations.packed).values())) / max(len(observations), 1))


def _room(array: Any) -> int:
    """Return the bytes of an array; a column that says the same in every row is one number seen many times."""
    return int(array.nbytes if any(array.strides) else array.itemsize)


def _arrays(record: Any) -> dict[int, Any]:
    """Return the arrays in a record, and in records in it, each once."""
    if isinstance(record, np.ndarray):
        return {id(record): record}
    inside: list[Any] = []
    if attrs.has(type(record)):
        inside = [getattr(record, attribute.name) for attribute in attrs.fields(type(record))]
    elif isinstance(record, tuple):
        inside = list(record)
    return {key: array for one in inside for key, array in _arrays(one).items()}


def _facts(state: Any, observations: Any) -> Mapping[str, float]:
    each, mebi = bytes_per_point(observations), 2**20
    frame = float(state[0].memory_usage(deep=True).sum())
    return {"bytes per point": each, "store MiB": each * len(observations) / mebi, "frame MiB": frame / mebi}


def _without_shares(data: Data) -> Any:
    """Return the rows of what is no share and no mean: numbers alone."""
    frame = data.frame()
    kinds = data.indicators["kind"][frame["indicator"].cat.codes.to_numpy()]
    plain = ~np.isin(kinds, [KINDS.index("ratio"), KINDS.index("mean")])
    return frame[plain].drop(columns=["numerator", "denominator"]).reset_index(drop=True), data.plan


def _stores_while_reading(found: Any) -> float:
    return float(found["cpas"].extra / found["cpas"].facts["store MiB"])


def _share(found: Any, one: str, other: str) -> float:
    return ratio(found[one], found[other])


JOB = Job(
    title="From a frame with categoricals to the store",
    contenders={
        "numpy": Contender(_codes, _sort, _packed_numbers),
        "cpas": Contender(_frame, _read, _numbers, _facts, repeats=3),
        "cpas, sorted input": Contender(_sorted_frame, _read, _numbers, _facts, repeats=3),
        "cpas, no shares": Contender(_without_shares, _read, facts=_facts, is_compared=False, repeats=3),
    },
    goals={"numpy": 2.0},
    limits=(
        Limit("sorted input, times 2 × numpy", 0.2, lambda found: _share(found, "cpas, sorted input", "numpy") / 2),
        Limit("bytes per point", 30, lambda found: found["cpas"].facts["bytes per point"]),
        Limit("bytes per point without shares", 16, lambda found: found["cpas, no shares"].facts["bytes per point"]),
        Limit("most memory while reading, beside the frame, in stores", 3, _stores_while_reading, ("M",)),
    ),
)
