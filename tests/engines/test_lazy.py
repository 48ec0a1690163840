"""Observations that stay where they are: what is read when, what is refused, and how it is said."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cpas
from cpas.errors import FileError, MissingExtraError, ObservationError, RequestError
from cpas.tables import lazy, lazy_frames, lazy_sources
from cpas.tables.lazy import LazyObservations
from cpas.tables.lazy_frames import is_dask
from cpas.tables.lazy_sources import FolderSource

LAZY = [
    *("polars lazy", "polars categories", "duckdb", "one file", "files by indicator", "files by row"),
    pytest.param("dask", marks=pytest.mark.dask),
]

PLAN = cpas.Plan(
    "p",
    "Plan",
    period="2025-01-01/2025-12-31",
    indicators=[
        cpas.Indicator("A", "Killed", measures=(), unit="person", kind="flow", better="lower", dimensions=["sex"]),
        cpas.Indicator("B", "Bases", measures=(), unit="person", kind="stock", better="higher"),
        cpas.Indicator("C", "Share", measures=(), unit="%", kind="ratio", better="higher"),
        cpas.Indicator("D", "Half", measures=(), unit="%", kind="ratio", better="higher", formula="{A|sex=male} / {A}"),
    ],
    places=[cpas.Place("N", "North"), cpas.Place("S", "South")],
    dimensions=[cpas.Dimension("sex", ("female", "male"))],
)


def table(rows: list[dict[str, object]]) -> pd.DataFrame:
    names = ["indicator", "period", "place", "sex", "reason"]
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})
    for name in ("value", "numerator", "denominator"):
        frame[name] = pd.Series([row.get(name, np.nan) for row in rows], dtype="float64")
    return frame


GOOD = table(
    [
        {"indicator": "A", "period": month, "place": place, "sex": sex, "value": 3 + n}
        for n, (month, place, sex) in enumerate(
            (month, place, sex)
            for month in ("2025-01", "2025-02", "2025-03")
            for place in ("N", "S")
            for sex in ("female", "male", "unknown")
        )
    ]
    + [{"indicator": "B", "period": "2025-Q1", "place": "N", "value": 7}]
    + [{"indicator": "C", "period": "2026-Q1", "place": "S", "numerator": 3, "denominator": 4}]
)

BAD = pd.concat(
    [
        GOOD,
        table(
            [{"indicator": "Z", "period": "2025-01", "value": 1}] * 30
            + [
                {"period": "2025-01", "value": 1},
                {"indicator": "A", "period": "soon", "value": 1},
                {"indicator": "A", "period": "2025-01", "place": "E", "value": 1},
                {"indicator": "A", "period": "2025-01", "sex": "other", "value": 1},
                {"indicator": "A", "period": "2025-05", "value": np.inf},
                {"indicator": "A", "period": "2025-06", "value": -1},
                {"indicator": "A", "period": "2025-07"},
                {"indicator": "A", "period": "2025-08", "value": 1, "reason": "late"},
                {"indicator": "A", "period": "2025-09", "reason": "lost"},
                {"indicator": "B", "period": "2025-Q1", "place": "N", "value": 8},
                {"indicator": "C", "period": "2025-Q2", "numerator": 3},
            ]
        ),
    ],
    ignore_index=True,
)
COUNTS = {
    "conflicting_duplicate": 2,
    "half_a_ratio": 1,
    "missing_key": 1,
    "missing_without_reason": 1,
    "negative_count": 1,
    "unknown_indicator": 30,
    "unknown_member": 1,
    "unknown_place": 1,
    "unknown_reason": 1,
    "unreadable_number": 1,
    "unreadable_period": 1,
    "value_and_reason": 1,
}


@pytest.mark.parametrize("engine", LAZY)
def test_nothing_is_read_until_it_is_asked_for(hand_over, engine, monkeypatch):
    """Binding looks at the names of the columns alone; faults are found when rows are read."""
    monkeypatch.setattr(LazyObservations, "ask", lambda *_: pytest.fail("rows were read"))

    observed = cpas.read_observations(hand_over(engine, BAD), PLAN)

    assert "not read yet" in repr(observed)
    assert "not read yet" in observed._repr_html_()


@pytest.mark.parametrize("at_once", [1, 2_000_000, None])
@pytest.mark.parametrize("engine", LAZY)
def test_every_fault_is_one_error(hand_over, engine, at_once, monkeypatch):
    """Of each sort the count and the first twenty, each named by what its row is about; in pieces or not."""
    if at_once is not None:
        monkeypatch.setattr(LazyObservations, "is_few", False)
        monkeypatch.setattr(lazy, "AT_ONCE", at_once)
    observed = cpas.read_observations(hand_over(engine, BAD), PLAN)

    with pytest.raises(ObservationError) as caught:
        cpas.aggregate(observed, by="quarter")

    error = pickle.loads(pickle.dumps(caught.value))
    assert error.counts == COUNTS
    assert "unknown_indicator (30; the first 20 found):" in str(error)
    assert "indicator Z, period 2025-01, column indicator: There is no indicator 'Z'." in str(error)
    assert "… and 10 more." in str(error)
    assert "indicator A, period 2025-01, sex other, column sex: 'other' is no member of 'sex'." in str(error)
    assert len(error.frame) == sum(min(count, 20) for count in COUNTS.values())


def test_faults_are_those_of_a_table_in_memory(hand_over):
    """The same codes and counts, whoever reads."""
    with pytest.raises(ObservationError) as caught:
        cpas.read_observations(BAD, PLAN)

    assert caught.value.counts == COUNTS


@pytest.mark.parametrize("engine", LAZY)
def test_one_indicator_alone(hand_over, engine):
    """``of`` reads the rows of the indicators named, as observations like any others."""
    observed = cpas.read_observations(hand_over(engine, GOOD), PLAN)

    assert len(observed.of("A")) == 18
    assert len(observed.of("B", "C")) == 2
    assert len(observed.of("D")) == 0
    assert not isinstance(observed.of("A"), LazyObservations)
    with pytest.raises(cpas.UnknownIdError, match="no indicator 'E'"):
        observed.of("E")


@pytest.mark.parametrize("engine", LAZY)
def test_whatever_else_is_asked_reads_all(hand_over, engine):
    """The store, its rows and its length are those of the same table in memory; so is what is made of it."""
    eager = cpas.read_observations(GOOD, PLAN)
    observed = cpas.read_observations(hand_over(engine, GOOD), PLAN)

    assert observed.periods == eager.store.periods
    assert observed.sensitivity == eager.sensitivity
    assert len(observed) == len(eager)
    assert observed.rows() == eager.rows()
    assert observed.collect().remarks == eager.remarks
    assert observed.tree is observed.tree


@pytest.mark.parametrize("engine", LAZY)
def test_few_rows_are_asked_for_once(hand_over, engine, monkeypatch):
    """One query for all of them, however often they are added up."""
    observed = cpas.read_observations(hand_over(engine, GOOD), PLAN)
    asked = []
    ask = LazyObservations.ask
    monkeypatch.setattr(LazyObservations, "ask", lambda self, query: asked.append(query) or ask(self, query))

    for by in ("quarter", "year"):
        cpas.aggregate(observed, by=by)

    assert len(asked) == 1


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb", pytest.param("dask", marks=pytest.mark.dask)])
def test_few_has_an_end(hand_over, engine, monkeypatch):
    """One row more, and they are not read at once."""
    found = []
    for few in (len(GOOD), len(GOOD) - 1):
        monkeypatch.setattr(lazy_frames, "_FEW", few)
        found.append(cpas.read_observations(hand_over(engine, GOOD), PLAN).is_few)

    assert found == [True, False]


@pytest.mark.parametrize("engine", ["polars lazy", "files by row"])
def test_the_way_to_a_report(hand_over, engine):
    """Scores, assessment and explanation come out as from a table in memory."""
    eager, observed = cpas.read_observations(GOOD, PLAN), cpas.read_observations(hand_over(engine, GOOD), PLAN)
    one, other = (cpas.aggregate(some, by="quarter", places="each", groups="sex") for some in (eager, observed))

    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert one.remarks == other.remarks
    pd.testing.assert_frame_equal(cpas.score(one).frame, cpas.score(other).frame)
    told = [cpas.explain(some, "A", period="2025-Q1", place="N", sex="male").to_dict() for some in (one, other)]
    assert told[0] == told[1]


def test_to_explain_one_number_reads_one_indicator(hand_over, monkeypatch):
    """And those that it is calculated from; never all."""
    observed = cpas.read_observations(hand_over("polars lazy", GOOD), PLAN)
    quarters = cpas.aggregate(observed, by="quarter")
    monkeypatch.setattr(LazyObservations, "collect", lambda _: pytest.fail("all was read"))
    read = []
    of = LazyObservations.of
    monkeypatch.setattr(LazyObservations, "of", lambda self, *ids: read.append(set(ids)) or of(self, *ids))

    assert cpas.explain(quarters, "B", period="2025-Q1").value == 7
    assert cpas.explain(quarters, "D", period="2025-Q1").value == quarters.row("D", "2025-Q1")["value"]
    assert read == [{"B"}, {"A", "D"}]


def test_rows_with_a_fault_are_not_dropped(hand_over):
    """What stays where it is cannot be mended here."""
    with pytest.raises(RequestError, match="on_fault='raise' only"):
        cpas.read_observations(hand_over("polars lazy", GOOD), PLAN, on_fault="drop")


def test_columns_are_matched_as_in_a_file(hand_over):
    """Other headers are named; unknown ones are refused when the table is bound."""
    renamed = hand_over("polars lazy", GOOD).rename({"indicator": " Indicator", "value": "Wert"})

    with pytest.raises(FileError, match="no such column"):
        cpas.read_observations(renamed, PLAN)
    observed = cpas.read_observations(renamed, PLAN, columns={"Wert": "value"})
    assert observed.of("B").store.value.tolist() == [7]


@pytest.mark.parametrize("ids", [[101, 7], [101.0, 7.0], ["101", " 7 "], ["101 ", " 7"]])
def test_ids_are_read_as_elsewhere(ids):
    """Numbers stand for ids, and spaces at the ends for nothing."""
    polars = pytest.importorskip("polars")
    some = [cpas.Indicator(id, id, measures=(), unit="person", kind="flow", better="lower") for id in ("7", "101")]
    frame = polars.LazyFrame({"indicator": ids * 2, "period": [2024, 2024, 2025, 2025], "value": [1, 2, 3, 4]})

    observed = cpas.read_observations(frame, cpas.Plan("p", "t", indicators=some))

    assert observed.of("101").store.value.tolist() == [1, 3]
    assert cpas.aggregate(observed, by="year").frame["value"].tolist() == [2, 4, 1, 3]


# -- folders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["polars", "duckdb", "pyarrow"])
def test_every_reader_of_parquet_gives_the_same(hand_over, reader, monkeypatch):
    """Whichever of them is installed; the last of them always is."""
    monkeypatch.setattr(lazy_sources, "_BATCH", 5)
    folder = hand_over("files by row", GOOD)
    source = FolderSource.of(folder, engine=reader)
    observed = cpas.read_observations(folder, PLAN)
    mine = LazyObservations(plan=PLAN, source=source, headers={name: name for name in GOOD.columns})

    assert mine.collect().rows() == observed.rows()
    assert mine.of("A").rows() == observed.of("A").rows()
    assert cpas.aggregate(mine, by="quarter").rows() == cpas.aggregate(observed, by="quarter").rows()


def test_files_must_have_the_same_columns(hand_over):
    """A file that lacks a column is named."""
    folder = hand_over("files by row", GOOD)
    table(GOOD.to_dict("records")).drop(columns="sex").to_parquet(folder / "part-9.parquet")

    with pytest.raises(FileError, match=r"and 'part-9\.parquet' differ in sex"):
        cpas.read_observations(folder, PLAN)


def test_a_file_that_is_none_is_named(hand_over):
    """What only has the suffix of Parquet is refused when the folder is bound."""
    folder = hand_over("one file", GOOD)
    (folder / "other.parquet").write_text("no table")

    with pytest.raises(FileError, match=r"'other\.parquet' is not a Parquet file"):
        cpas.read_observations(folder, PLAN)


def test_a_folder_without_parquet_is_no_table(tmp_path):
    """It is refused as before."""
    with pytest.raises(IsADirectoryError, match="is a folder"):
        cpas.read_observations(tmp_path, PLAN)


def test_what_is_missing_is_named_with_its_command(hand_over, monkeypatch):
    """Without pyarrow there is no Parquet."""
    folder: Path = hand_over("one file", GOOD)
    monkeypatch.setattr(lazy_sources, "find_spec", lambda _: None)

    with pytest.raises(MissingExtraError, match=r"pip install 'cpas\[parquet\]'"):
        cpas.read_observations(folder, PLAN)


def test_a_break_leaves_nothing_behind(hand_over, monkeypatch, tmp_path):
    """A keyboard interrupt while rows are read goes through, and the table can be asked again."""
    folder = hand_over("files by row", GOOD)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    observed = cpas.read_observations(folder, PLAN)

    with monkeypatch.context() as broken:
        broken.setattr(lazy_sources, "collected", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            cpas.aggregate(observed, by="quarter")

    assert before == sorted(path.name for path in tmp_path.rglob("*"))
    assert len(cpas.aggregate(observed, by="quarter")) == len(cpas.aggregate(observed.collect(), by="quarter"))


def _interrupt(_: object) -> None:
    raise KeyboardInterrupt


def test_only_frames_of_dask_are_told_so():
    """Whatever else is called like it."""
    assert not is_dask(GOOD)
