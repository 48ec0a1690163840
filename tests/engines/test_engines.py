"""One table on every engine: the same numbers, whoever holds the rows and however it is cut."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cpas
from cpas.tables import lazy
from cpas.testing.strategies_observed_plans import observed_plans

LAZY = [
    *("polars lazy", "polars categories", "duckdb", "one file", "files by indicator", "files by row"),
    pytest.param("dask", marks=pytest.mark.dask),
    pytest.param("dask categories", marks=pytest.mark.dask),
]
ENGINES = ["pandas", "pandas categories", "pyarrow", "polars", *LAZY]
KINDS = ("flow", "stock", "cumulative", "ratio", "mean", "distinct", "ordinal", "index")
NUMBERS = ("value", "numerator", "denominator", "low", "high", "age_days")

#: A table is written anew for each example.
many = settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])

requests = st.fixed_dictionaries(
    {
        "by": st.sampled_from(["month", "quarter", "year", "year-jul", None, "2024"]),
        "places": st.sampled_from(["all", "each", "region"]),
        "groups": st.sampled_from([(), ("sex",), ("sex", "actor")]),
    }
)


def as_frame(plan: cpas.Plan, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows as a frame with every column that the plan's observations may have."""
    texts = [
        "indicator",
        "period",
        "place",
        *(d.id for d in plan.dimensions),
        "reason",
        "status",
        "recorded_at",
        "text",
    ]
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in texts})
    for name in ("value", "numerator", "denominator"):
        frame[name] = pd.Series([row.get(name, math.nan) for row in rows], dtype="float64")
    return frame


def asked(request: dict[str, Any]) -> dict[str, Any]:
    """Return a request; a year by itself is a period."""
    return {**request, "by": ["2024"]} if request["by"] == "2024" else request


def assert_same(expected: cpas.Aggregates, found: cpas.Aggregates) -> None:
    """Refuse any difference: of whole numbers at all, of others beyond the last bits."""
    one, other = expected.frame, found.frame
    pd.testing.assert_frame_equal(
        one.drop(columns=[*NUMBERS]), other.drop(columns=[*NUMBERS]), check_dtype=True, check_exact=True
    )
    for name in NUMBERS:
        np.testing.assert_allclose(other[name], one[name], rtol=1e-12, atol=0, err_msg=name)
    np.testing.assert_array_equal(expected.cells.is_estimated, found.cells.is_estimated)
    assert list(expected.remarks) == list(found.remarks)


# -- laws ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@many
@given(data=observed_plans(), request_=requests)
def test_same_numbers_on_every_engine(hand_over, engine, data, request_):
    """Aggregates do not depend on who holds the rows; nor do the remarks."""
    plan, rows = data
    frame = as_frame(plan, rows)
    expected = cpas.aggregate(cpas.read_observations(frame, plan), **asked(request_))
    found = cpas.aggregate(cpas.read_observations(hand_over(engine, frame), plan), **asked(request_))

    assert_same(expected, found)


@pytest.mark.parametrize("engine", LAZY)
@many
@given(data=observed_plans(KINDS, with_missing=True, with_vintages=False), request_=requests, unique=st.booleans())
def test_without_vintages(hand_over, engine, data, request_, unique):
    """A table without times of recording is condensed where it lies, declared unique or not."""
    plan, rows = data
    frame = as_frame(plan, rows).drop(columns=["recorded_at", "text", "status"])
    expected = cpas.aggregate(cpas.read_observations(frame, plan), **asked(request_))
    found = cpas.aggregate(cpas.read_observations(hand_over(engine, frame), plan, unique=unique), **asked(request_))

    assert_same(expected, found)


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb", "files by row"])
@many
@given(data=observed_plans(), request_=requests)
def test_pieces_make_the_whole(hand_over, engine, data, request_, monkeypatch):
    """However few rows are read at once, the result is the same."""
    plan, rows = data
    frame = as_frame(plan, rows)
    expected = cpas.aggregate(cpas.read_observations(frame, plan), **asked(request_))
    monkeypatch.setattr(lazy, "AT_ONCE", 3)
    found = cpas.aggregate(cpas.read_observations(hand_over(engine, frame), plan), **asked(request_))

    assert_same(expected, found)


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::ResourceWarning")
@settings(many, max_examples=4)
@given(data=observed_plans(with_vintages=False), request_=requests, unique=st.booleans())
def test_same_numbers_on_spark(hand_over, data, request_, unique):
    """Spark gives the same; few examples, since each costs seconds."""
    plan, rows = data
    frame = as_frame(plan, rows)
    expected = cpas.aggregate(cpas.read_observations(frame, plan), **asked(request_))
    found = cpas.aggregate(cpas.read_observations(hand_over("spark", frame), plan, unique=unique), **asked(request_))

    assert_same(expected, found)
