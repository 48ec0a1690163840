"""CSV files are read as the standard library reads them, cell by cell, in any cutting into blocks."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import FileError
from cpas.io import csv as reading
from cpas.io.csv import read_csv

KNOWN = ("indicator", "period", "value")
#: What could be taken for the end of a cell, of a line or of the file, and what is no sign of anything.
CELLS = st.text(st.sampled_from('ab ,;\t"\n\r0é\u2028'), max_size=6)


@st.composite
def tables(draw):
    """Return rows of one width, the header first."""
    width = draw(st.integers(2, 4))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8))
    return [["indicator", "period", "value", "note"][:width], *rows]


def read(content: str):
    """Read text as a file; return the table and its cells by row."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(content.encode("utf-8"))
        sheet = read_csv(path, KNOWN, what="File 'a.csv'")
    cells = [column.cells(np.arange(sheet.length)) for column in sheet.columns]
    return sheet, [list(row) for row in zip(*cells, strict=True)]


@given(tables(), st.sampled_from(["\n", "\r\n", "\r"]), st.integers(1, 4))
def test_what_was_written_is_read(rows, end, block):
    """Every cell is what it was, wherever a block of rows ends, and each row has the line on which it begins."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator=end, quoting=csv.QUOTE_ALL)
    begins = []
    for row in rows:
        text = stream.getvalue()
        begins.append(1 + text.count("\n") + text.count("\r") - text.count("\r\n"))
        writer.writerow(row)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_BLOCK", block)
        sheet, found = read(stream.getvalue())

    assert rows[1:] == found
    assert begins[1:] == sheet.numbers(sheet.length).tolist() if len(rows) > 1 else not found


@given(st.text(st.sampled_from('ab,"\n\r'), max_size=20))
def test_any_text_is_read_or_refused(body):
    """The rest of a file is a table, or refused; nothing else happens."""
    try:
        _, found = read(f"indicator,period\n{body}")
    except FileError:
        return
    plain = list(csv.reader(io.StringIO(body, newline="")))
    assert [[*row, "", ""][:2] for row in plain] == found


def test_lines_of_several_rows():
    """A row begins on the line where its first cell does."""
    sheet, found = read('\n\nindicator,period\n"one\ntwo",2025\nthree\n\n"a ""b""",c')

    assert found == [["one\ntwo", "2025"], ["three", ""], ["", ""], ['a "b"', "c"]]
    assert sheet.numbers(sheet.length).tolist() == [4, 6, 7, 8]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('indicator,period\na,b\n"c,d\ne,f\n', "a double quote in line 3 that is never closed"),
        ('indicator,"period\na,b', "a double quote in line 1 that is never closed"),
        ('indicator,period\n"a\n",b\nc,d,e\n', "3 cells in line 4, and 2 in its header"),
        ("indicator,period\n" + "a,b\n" * 1200 + "c,d,e\n", "3 cells in line 1202, and 2 in its header"),
    ],
)
def test_where_a_file_breaks(content, said):
    """What cannot be read is refused with the line on which it begins."""
    with pytest.raises(FileError, match=said):
        read(content)


def test_long_cell():
    """A cell may be longer than the standard library reads unasked; its limit is as it was."""
    before = csv.field_size_limit()
    _, found = read(f'indicator,period\n"{"x" * (before + 1)}",2025\n')

    assert len(found[0][0]) == before + 1
    assert csv.field_size_limit() == before


def test_from_file_to_assessment_without_pandas():
    """Who has a CSV file and asks for no frame does not wait for pandas."""
    code = """
import sys, cpas
from pathlib import Path
kessara = Path(cpas.__file__).parent / "datasets" / "kessara"
plan = cpas.read_plan(kessara / "plan.yaml")
observed = cpas.read_observations(kessara / "observations.csv", plan)
cpas.assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2")
print([name for name in ("pandas", "narwhals", "pyarrow", "networkx", "scipy") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
