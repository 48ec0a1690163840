"""One table on every engine: the same numbers, whoever holds the rows and however it is cut."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cpas
from cpas.methods.aggregation import condensed as condensing
from cpas.methods.aggregation import lazily
from cpas.tables import lazy, lazy_frames, leaves_dense
from cpas.tables.lazy import LazyObservations
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


@pytest.fixture
def condensed(monkeypatch):
    """Ask engines for partial aggregates even of the few rows of a test, and count the indicators folded from them."""
    folded: list[int] = []

    def condense(*args: Any) -> Any:
        made = condensing.condense(*args)
        folded.append(int(made.plain.sum()))
        return made

    monkeypatch.setattr(LazyObservations, "is_few", False)
    monkeypatch.setattr(lazily, "condense", condense)
    return folded


@pytest.mark.parametrize("engine", LAZY)
@many
@given(data=observed_plans(KINDS, with_missing=True, with_vintages=False), request_=requests)
def test_without_vintages(hand_over, condensed, engine, data, request_):
    """A table without times of recording is condensed where it lies."""
    plan, rows = data
    frame = as_frame(plan, rows).drop(columns=["recorded_at", "text", "status"])

    expected = cpas.aggregate(cpas.read_observations(frame, plan), **asked(request_))
    found = cpas.aggregate(cpas.read_observations(hand_over(engine, frame), plan), **asked(request_))

    assert_same(expected, found)


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb", "files by row"])
@many
@given(data=observed_plans(), request_=requests)
def test_pieces_make_the_whole(hand_over, engine, data, request_, monkeypatch):
    """However few rows are read at once, the result is the same."""
    plan, rows = data
    frame = as_frame(plan, rows)
    expected = cpas.aggregate(cpas.read_observations(frame, plan), **asked(request_))
    monkeypatch.setattr(LazyObservations, "is_few", False)
    monkeypatch.setattr(lazy, "AT_ONCE", 3)
    found = cpas.aggregate(cpas.read_observations(hand_over(engine, frame), plan), **asked(request_))

    assert_same(expected, found)


# -- what is condensed where it lies ---------------------------------------------------------------------------

OVERS: tuple[dict[str, Any], ...] = (
    {"kind": "flow"},
    {"kind": "flow", "over": {"time": "max"}},
    {"kind": "flow", "over": {"time": "min", "place": "max"}},
    {"kind": "stock"},
    {"kind": "stock", "over": {"group": "max"}},
    {"kind": "ratio"},
    {"kind": "mean"},
    {"kind": "distinct", "over": {"time": "max"}},
)
DIMENSIONS = (cpas.Dimension("sex", ("female", "male")), cpas.Dimension("actor", ("militia", "army")))
REASONS = ("late", "not_due", "not_collected", "no_access")


def regular_plan() -> cpas.Plan:
    """Return a plan whose indicators add up, are due, and are broken down in every way."""
    units = {"ratio": "%", "mean": "day", "distinct": "person"}
    indicators = [
        cpas.Indicator(
            f"I{n:02d}",
            f"Indicator {n}",
            measures=(),
            better="higher",
            unit=units.get(said["kind"], "incident"),
            frequency=(None, "month", "quarter")[n % 3],
            dimensions=((), ("sex",), ("sex", "actor"))[n % 3],
            nil="return" if n % 4 == 1 and said["kind"] == "flow" else "explicit",
            places=("T1", "T2", "T3", "T4") if n % 5 == 0 else (),
            **said,
        )
        for n, said in enumerate(OVERS * 2)
    ]
    regions = [cpas.Place(id, id, level="region") for id in ("north", "south")]
    towns = [cpas.Place(f"T{n}", f"T{n}", parent="north" if n < 3 else "south", level="town") for n in range(1, 5)]
    return cpas.Plan(
        "p",
        "t",
        period="2024-01-01/2024-12-31",
        indicators=indicators,
        places=[*regions, *towns],
        dimensions=DIMENSIONS,
    )


REGULAR = regular_plan()


def regular_rows(seed: int) -> list[dict[str, Any]]:
    """Return rows as almost every return is: whole, or missing whole with a reason, or not there at all."""
    rng = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    for indicator in REGULAR.indicators:
        periods = [f"2024-{n:02d}" for n in range(1, 8)] if indicator.frequency == "month" else ["2023-Q4"]
        periods += [] if indicator.frequency == "month" else [f"2024-Q{n}" for n in range(1, 5)]
        broken = rng.random() < 0.7
        vocabularies = [REGULAR.dimension(id).vocabulary if broken else ("",) for id in indicator.dimensions]
        cells = list(itertools.product(*vocabularies))
        for place in rng.permutation(["T1", "T2", "T3", "T4"])[: rng.integers(1, 5)]:
            for period in periods:
                fate = rng.random()
                for cell in cells if fate > 0.1 else []:
                    row = {"indicator": indicator.id, "period": period, "place": place}
                    row |= dict(zip(indicator.dimensions, cell, strict=True))
                    rows.append(
                        row | ({"reason": REASONS[int(fate * 40) % 4]} if fate < 0.3 else _said(indicator, rng))
                    )
    return [rows[n] for n in rng.permutation(len(rows))]


def _said(indicator: cpas.Indicator, rng: np.random.Generator) -> dict[str, Any]:
    if indicator.kind == "ratio":
        return {"numerator": rng.integers(0, 50), "denominator": rng.integers(50, 90)}
    if indicator.kind == "mean":
        return {"value": rng.integers(0, 50), "denominator": rng.integers(1, 90)}
    return {"value": rng.integers(0, 50)}


#: What may be wrong with one row, or only out of the ordinary.
SPOILT: tuple[dict[str, Any], ...] = (
    {},
    {"value": math.inf},
    {"value": -1.0},
    {"value": math.nan, "numerator": math.nan, "denominator": math.nan, "reason": None},
    {"reason": "late"},
    {"reason": "lost"},
    {"place": "T9"},
    {"place": "north"},
    {"place": None},
    {"sex": "other"},
    {"sex": None},
    {"actor": "army"},
    {"period": "soon"},
    {"period": "2024-Q1"},
    {"period": "2024"},
    {"period": "2024-02-03/2024-05-06"},
    {"indicator": "I99"},
    {"indicator": None},
    {"indicator": " I00 "},
    {"numerator": 3.0},
    {"denominator": 0.0},
    {"denominator": 3.0, "numerator": 9.0},
    {"twice": True},
    {"twice": True, "value": 1.0},
)


def spoilt_frame(seed: int, changes: dict[str, Any]) -> pd.DataFrame:
    """Return a table of regular rows of which one is changed, or is there twice."""
    rows = regular_rows(seed)
    spoilt = {name: value for name, value in changes.items() if name != "twice"}
    rows = [*rows, {**rows[0], **spoilt}] if "twice" in changes else [{**rows[0], **spoilt}, *rows[1:]]
    frame = as_frame(REGULAR, rows).drop(columns=["recorded_at", "text", "status"])
    return frame[[*frame.columns[::-1]]]


def outcome(source: Any, request: dict[str, Any]) -> Any:
    """Return the aggregates of a table, or how many faults of each sort it has."""
    try:
        return cpas.aggregate(cpas.read_observations(source, REGULAR), **asked(request))
    except cpas.ObservationError as error:
        return error.counts


@pytest.mark.parametrize("engine", LAZY)
@settings(many, max_examples=12)
@given(seed=st.integers(0, 10**6), changes=st.sampled_from(SPOILT), request_=requests)
def test_what_is_regular_is_condensed(hand_over, condensed, engine, seed, changes, request_):
    """The numbers, remarks and faults are those of the table in memory, wherever one row is at fault or odd."""
    frame = spoilt_frame(seed, changes)
    expected, found = (outcome(some, request_) for some in (frame, hand_over(engine, frame)))

    if isinstance(expected, dict):
        assert expected == found
    else:
        assert_same(expected, found)


@pytest.mark.parametrize("most", [0, 1 << 28], ids=["grouped by Polars", "counted here"])
@pytest.mark.parametrize("engine", ["polars lazy", "polars categories"])
@settings(many, max_examples=8)
@given(seed=st.integers(0, 10**6), changes=st.sampled_from(SPOILT), request_=requests)
def test_polars_groups_or_hands_over(hand_over, condensed, engine, most, seed, changes, request_, monkeypatch):
    """The same whether Polars groups the rows, or hands them over a few at a time to be counted here."""
    monkeypatch.setattr(leaves_dense, "_MOST_SLOTS", most)
    monkeypatch.setattr(lazy_frames, "_BATCH", 50)
    frame = spoilt_frame(seed, changes)
    expected, found = (outcome(some, request_) for some in (frame, hand_over(engine, frame)))

    if isinstance(expected, dict):
        assert expected == found
    else:
        assert_same(expected, found)


@pytest.mark.parametrize("engine", LAZY)
def test_almost_all_is_condensed(hand_over, condensed, engine):
    """What is regular is not read row by row; a place that has only said that it has nothing is not regular."""
    frame = spoilt_frame(7, {})
    cpas.aggregate(cpas.read_observations(hand_over(engine, frame), REGULAR), by="year")

    assert sum(condensed) == 15


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("changes", [{}, {"reason": "late"}, {"sex": None}], ids=["regular", "at fault", "odd"])
def test_same_numbers_on_spark(hand_over, condensed, changes):
    """Spark gives the same; few examples, since each costs seconds."""
    frame, request = spoilt_frame(7, changes), {"by": "quarter", "places": "region", "groups": ()}
    expected, found = (outcome(some, request) for some in (frame, hand_over("spark", frame)))

    if isinstance(expected, dict):
        assert expected == found
    else:
        assert_same(expected, found)
    assert sum(condensed) >= 14
