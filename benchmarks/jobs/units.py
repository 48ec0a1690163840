"""A million values in one of four units each, brought into four others."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from benchmarks.contenders import Contender, Job, Numbers

__all__ = ["JOB"]

_PAIRS: Final = (("km", "m"), ("hour", "day"), ("thousand USD", "USD"), ("share", "%"))


def _columns(data: Any) -> Any:
    rng = np.random.default_rng(6)
    return [rng.lognormal(3, 1, 250_000) for _ in _PAIRS]


def _numpy(columns: Any) -> Any:
    return [column * factor for column, factor in zip(columns, (1000.0, 1 / 24, 1000.0, 100.0), strict=True)]


def _cpas(columns: Any) -> Any:
    from cpas.units import conversion

    return [conversion(*pair).apply(column) for column, pair in zip(columns, _PAIRS, strict=True)]


def _pint(columns: Any) -> Any:
    """One Quantity per column; one per value would take thousands of times as long."""
    from pint import UnitRegistry

    registry = UnitRegistry()
    made = [(columns[0] * registry("km")).to("m").magnitude, (columns[1] * registry("hour")).to("day").magnitude]
    return [*made, columns[2] * 1000, (columns[3] * registry("")).to("percent").magnitude]


def _numbers(state: Any, result: Any) -> Numbers:
    return {str(n): column for n, column in enumerate(result)}


JOB = Job(
    title="Units of a million values",
    contenders={
        "numpy": Contender(_columns, _numpy, _numbers, repeats=10),
        "cpas": Contender(_columns, _cpas, _numbers, repeats=10),
        "pint": Contender(_columns, _pint, _numbers, repeats=4),
    },
    sizes=("S",),
    goals={"numpy": 2.0},
    tolerance=1e-12,
)
