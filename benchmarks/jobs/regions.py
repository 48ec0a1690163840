"""Add a million values up from twenty places to the country, month by month (S: a hundredth of them)."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import Contender, Job, Numbers
from benchmarks.data import MONTHS, PLACES, Data, categorical, months

__all__ = ["JOB"]

_INDICATORS = {"S": 6, "M": 595, "L": 5950}


def _cube(data: Data) -> Any:
    return np.random.default_rng(5).uniform(1, 100, (_INDICATORS[data.folder.name], PLACES, MONTHS)).round(2)


def _words(cube: Any) -> dict[str, Any]:
    i, p, m = (index.ravel() for index in np.indices(cube.shape))
    return {"indicator": i, "place": p, "month": m, "value": cube.ravel()}


def _codes(data: Data) -> Any:
    return _words(_cube(data)), _INDICATORS[data.folder.name]


def _numpy(state: Any) -> Any:
    columns, count = state
    key = columns["indicator"] * MONTHS + columns["month"]
    return np.bincount(key, columns["value"], minlength=count * MONTHS).reshape(count, MONTHS)


def _frame(data: Data) -> Any:
    import pandas as pd

    columns, count = _codes(data)
    words = {
        "indicator": [f"V{n:04d}" for n in range(count)], "place": [f"p{n:02d}" for n in range(PLACES)],
        "month": months()[:MONTHS],
    }  # fmt: skip
    keys = {name: categorical(columns[name], words[name]) for name in words}
    return pd.DataFrame({**keys, "value": columns["value"]}), count


def _pandas(state: Any) -> Any:
    frame, count = state
    return frame.groupby(["indicator", "month"], observed=True)["value"].sum().to_numpy().reshape(count, MONTHS)


def _observations(data: Data) -> Any:
    import cpas

    frame, count = _frame(data)
    indicators = [
        cpas.Indicator(f"V{n:04d}", f"V{n}", measures=(), unit="incident", kind="flow", better="lower")
        for n in range(count)
    ]
    places = [
        cpas.Place("all-of-it", "All"),
        *(cpas.Place(f"p{n:02d}", f"{n}", parent="all-of-it") for n in range(PLACES)),
    ]
    plan = cpas.Plan("regions", "Regions", indicators=indicators, places=places)
    return cpas.read_observations(frame.rename(columns={"month": "period"}), plan), count


def _cpas(state: Any) -> Any:
    import cpas

    return cpas.aggregate(state[0], by="month")


def _numbers(state: Any, result: Any) -> Numbers:
    return {"value": np.asarray(result)}


def _numbers_of_cpas(state: Any, result: Any) -> Numbers:
    return {"value": result.frame["value"].to_numpy().reshape(state[1], MONTHS)}


def _iam(data: Data) -> Any:
    """Return a frame of pyam; its years stand for our months."""
    import pandas as pd
    import pyam

    columns, count = _codes(data)
    frame = pd.DataFrame(
        {
            "model": "plan", "scenario": "actual", "region": [f"p{n:02d}" for n in columns["place"]],
            "variable": [f"V{n:04d}" for n in columns["indicator"]], "unit": "count", "year": columns["month"] + 1000,
            "value": columns["value"],
        }
    )  # fmt: skip
    return pyam.IamDataFrame(frame), count


def _pyam(state: Any) -> Any:
    frame, _ = state
    return frame.aggregate_region(frame.variable, "All")


def _numbers_of_pyam(state: Any, result: Any) -> Numbers:
    table = result.timeseries().sort_index()
    return {"value": table.to_numpy()}


JOB = Job(
    title="Places of a million values to the country",
    contenders={
        "numpy": Contender(_codes, _numpy, _numbers),
        "cpas": Contender(_observations, _cpas, _numbers_of_cpas, repeats=3),
        "pandas": Contender(_frame, _pandas, _numbers),
        "pyam": Contender(_iam, _pyam, _numbers_of_pyam, repeats=3),
    },
    sizes=("M",),
    goals={"pyam": 1 / 20},
)
