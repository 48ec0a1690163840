"""Several files of observations are one table."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas.errors import FileError, ObservationError
from cpas.io.several import read_several

KESSARA = Path(cpas.__file__).parent / "datasets" / "kessara"
PLAN = cpas.read_plan(KESSARA / "plan.yaml")
HEADER, *ROWS = (KESSARA / "observations.csv").read_text(encoding="utf-8").splitlines(keepends=True)
WHOLE = cpas.read_observations(KESSARA / "observations.csv", PLAN)


def written(folder: Path, **tables: list[str]) -> list[Path]:
    paths = [folder / f"{name}.csv" for name in tables]
    for path, rows in zip(paths, tables.values(), strict=True):
        path.write_text("".join([HEADER, *rows]), encoding="utf-8")
    return paths


@given(st.randoms(use_true_random=False), st.integers(min_value=1, max_value=4))
@settings(deadline=None, max_examples=20)
def test_cut_anywhere(random, count):
    """Dealing the rows of a table to files, in any order, changes nothing."""
    parts: list[list[str]] = [[] for _ in range(count)]
    for row in random.sample(ROWS, len(ROWS)):
        random.choice(parts).append(row)
    with tempfile.TemporaryDirectory() as folder:
        paths = written(Path(folder), **{f"p{n}": part for n, part in enumerate(parts)})
        both = read_several(paths, PLAN)

    assert both.rows() == WHOLE.rows()
    assert both.remarks == WHOLE.remarks


def test_row_in_two_files(tmp_path):
    """A row that two files have is refused, by what it is about and where it stands."""
    paths = written(tmp_path, a=ROWS[:3], b=ROWS[2:])

    with pytest.raises(ObservationError, match=r"Files a\.csv, b\.csv have 1 fault between them") as caught:
        read_several(paths, PLAN)
    (fault,) = caught.value.faults
    assert fault.code == "duplicate"
    assert fault.where.startswith("b.csv, indicator I01, period ")


def test_rows_that_contradict(tmp_path):
    """Two files that say different things of one cell are refused; neither is believed."""
    cells = ROWS[0].split(",")
    cells[HEADER.split(",").index("value")] = "98765"
    paths = written(tmp_path, a=ROWS, b=[",".join(cells)])

    with pytest.raises(ObservationError) as caught:
        read_several(paths, PLAN)
    assert {"conflicting_duplicate"} == {fault.code for fault in caught.value.faults}
    dropped = read_several(paths, PLAN, on_fault="drop")
    assert len(dropped) == len(ROWS) - 1
    assert sorted(dropped.dropped["file"]) == ["a.csv", "b.csv"]


def test_many_faults_are_counted(tmp_path):
    """Twenty are shown, and how many more there are is said."""
    paths = written(tmp_path, a=ROWS, b=ROWS)

    with pytest.raises(ObservationError, match=rf"… and {len(ROWS) - 20} more\."):
        read_several(paths, PLAN)


def test_drop_keeps_what_each_file_dropped(tmp_path):
    """Rows that were left out are handed back with their file and line."""
    paths = written(tmp_path, a=[*ROWS[:5], "I99,2025-Q1\n"], b=ROWS[5:])
    both = read_several(paths, PLAN, on_fault="drop")

    assert both.rows() == WHOLE.rows()
    assert (both.dropped["file"].tolist(), both.dropped.index.tolist()) == (["a.csv"], [7])
    assert [remark.message for remark in both.remarks.of("rows_dropped")] == ["1 row of 6 left out of File 'a.csv'."]


def test_faults_of_all_files(tmp_path):
    """One error lists the faults of all files."""
    paths = written(tmp_path, a=["I99,2025-Q1\n"], b=["I98,2025-Q1\n"], c=ROWS)

    with pytest.raises(ObservationError, match=r"(?s)'a\.csv'.*'b\.csv'") as caught:
        read_several(paths, PLAN)
    assert len(caught.value.faults) >= 2


def test_file_that_is_not_there(tmp_path):
    """A file that cannot be read is named, whatever the others say."""
    with pytest.raises(FileError, match=r"'none\.csv' is not there"):
        read_several([*written(tmp_path, a=ROWS), tmp_path / "none.csv"], PLAN)
