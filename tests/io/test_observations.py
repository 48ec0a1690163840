"""Files and frames of any sort give the same observations, and what cannot be read is refused at once."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from cpas.errors import FileError, ObservationError
from cpas.io.observations import read_delivery, read_observations, write_delivery, write_observations
from cpas.model import Activity, Dimension, Indicator, Objective, Output, Place, Plan, Planned
from cpas.tables.rows import moment
from cpas.testing.strategies_observations import observation_rows

openpyxl = pytest.importorskip("openpyxl")
pyarrow = pytest.importorskip("pyarrow")

PLAN = Plan(
    "p",
    "A small plan",
    elements=[
        Objective("OBJ", "Peace"),
        Output("OP-1", "Patrols", planned=Planned(40, "patrols", "2025-Q1")),
        Output("OP-2", "Posts", planned=Planned(2, "posts", "2025-Q1", where={"place": "NA"})),
        Activity("A1", "Patrol"),
    ],
    indicators=[
        Indicator("1E5", "Killed", measures="OBJ", unit="person", kind="flow", better="lower", dimensions=["sex"]),
        Indicator("007", "Share", measures="OBJ", unit="%", kind="ratio", better="higher"),
        Indicator("days", "Days", measures="OBJ", unit="day", kind="mean", better="lower"),
        Indicator("said", "Said", measures="OBJ", unit="", kind="text", better="neutral"),
        Indicator(
            "mood", "Mood", measures="OBJ", unit="level", kind="ordinal", better="higher", levels=["1", "2", "3"]
        ),
    ],
    places=[Place("all", "Mission"), Place("NA", "Namby", parent="all"), Place("2025-06", "June", parent="all")],
    dimensions=[Dimension("sex", ["female", "male"])],
)
HEADER = "indicator,period,place,sex,value,reason,recorded_at,note\n"
BODY = """1E5,2025-06,2025-06,male,3,,2025-07-01,"one, two"
1E5,2025-06,NA,,,late,,

007,2025,,,12.5,,2025-07-01T14:30,
"""


@pytest.fixture
def file(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write(content, name="observed.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """Return a function that saves sheets as a workbook and returns its path."""

    def write(**sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "observed.xlsx")
        return tmp_path / "observed.xlsx"

    return write


def refused(source, **more):
    """Return what is said of a source that cannot be read."""
    with pytest.raises(FileError) as caught:
        read_observations(source, PLAN, **more)
    return str(caught.value)


# -- laws ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(rows=observation_rows(PLAN))
def test_what_is_written_reads_back(assert_same_store, tmp_path, suffix, rows):
    """In every sort of file: the same store, and the same bytes when written again."""
    observed = read_observations(rows, PLAN)
    first, second = tmp_path / f"first.{suffix}", tmp_path / f"second.{suffix}"
    write_observations(observed, first)
    again = read_observations(first, PLAN)
    write_observations(again, second)

    assert_same_store(observed.store, again.store)
    assert first.read_bytes() == second.read_bytes()


@settings(deadline=None)
@given(rows=observation_rows(PLAN))
def test_every_engine_gives_the_same(assert_same_store, rows):
    """Pandas, Polars (eager and lazy), Arrow, and plain rows."""
    polars = pytest.importorskip("polars")
    observed = read_observations(rows, PLAN)
    frame = observed.frame
    arrow = pyarrow.Table.from_pandas(frame, preserve_index=False)
    eager = polars.from_arrow(arrow)
    for source in (frame, arrow, eager, eager.lazy(), frame.to_dict("records"), frame.convert_dtypes()):
        assert_same_store(observed.store, read_observations(source, PLAN).store)


def test_categories_of_a_frame():
    """A column of categories is its words; those that no row has are not looked at."""
    frame = pd.DataFrame({"indicator": ["007", "1E5"], "period": ["2025", "2025"], "value": [1, 2]})
    frame["indicator"] = frame["indicator"].astype(pd.CategoricalDtype(["none", "1E5", "007"]))

    assert read_observations(frame, PLAN).store.value.tolist() == [2, 1]


# -- CSV -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("begin", ["", "\ufeff", "\n\n", ",,,\n"])
def test_forms_of_csv(file, delimiter, end, begin):
    """Delimiter, line end, byte order mark and blank lines make no difference."""
    text = (HEADER + BODY).replace('"one, two"', "one two").replace(",", delimiter).replace("\n", end)
    observed = read_observations(file(begin.replace(",", delimiter) + text), PLAN)

    assert observed.frame["indicator"].tolist() == ["1E5", "1E5", "007"]
    assert observed.frame["place"].tolist() == ["NA", "2025-06", "all"]


def test_header_in_capitals(file):
    """Names match after trimming and without regard to capitals."""
    assert len(read_observations(file(" Indicator ,PERIOD,Value\n007,2025,1\n"), PLAN)) == 1


def test_lines_are_those_of_the_file(file):
    """Blank lines, and texts over several lines, are counted as an editor counts them."""
    text = HEADER + '1E5,2025,,,x,,,\n\n007,2025,,,1,,,"two\nlines"\n007,2024,,,y,,,\n'
    with pytest.raises(ObservationError) as caught:
        read_observations(file(text), PLAN)

    assert [fault.line for fault in caught.value.faults] == [2, 6]
    assert caught.value.frame["row"].tolist() == [2, 6]


def test_dropped_lines(file):
    """What was dropped is as it stood in the file, with its line."""
    dropped = read_observations(file(HEADER + "1E5,2025,,,x,,,\n007,2025,,,1,,,\n"), PLAN, on_fault="drop").dropped

    assert dropped.index.tolist() == [2]
    assert dropped.index.name == "line"
    assert dropped.loc[2, ["indicator", "value"]].tolist() == ["1E5", "x"]
    assert "'x' is not a number" in dropped.loc[2, "fault"]


def test_decimal_comma_is_not_guessed(file):
    """In a file with semicolons too."""
    with pytest.raises(ObservationError, match="a comma may divide thousands or decimals"):
        read_observations(file("indicator;period;value\n007;2025;12,5\n"), PLAN)


def test_texts_that_look_like_something_else(file):
    """Ids such as 1E5 and 007, a place called 2025-06 or NA, are texts."""
    observed = read_observations(file(HEADER + BODY), PLAN)

    assert observed.frame["note"].tolist() == [None, "one, two", None]
    assert np.isnan(observed.store.value[0])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("\n \n,,\n", "is empty: there is nothing in it but blank lines"),
        ("hello world\n", "The column 'indicator' is missing"),
        ("indicator,period,valeu\n", "There is no such column. Did you mean 'value'?"),
        ("indicator,period,period\n", "The column 'period' is there twice."),
        ("indicator,period,value\n007,2025,12,5\n", "has 4 cells in line 2, and 3 in its header"),
        ('indicator,period,value\n007,2025,"5\n', "has a double quote in line 2 that is never closed"),
        (HEADER.encode() + "007,2025,,,1,,,café".encode("cp1252"), "is not in UTF-8 (line 2, byte 0xe9)"),
        (HEADER.encode("utf-16"), "is in UTF-16"),
        (b"PK\x03\x04" + bytes(100), "is an Excel workbook or another zip file"),
        (b"\x89PNG\r\n" + bytes(range(256)) * 10, "is no text: it has a NUL byte"),
        ("x" * 200_000, "has no header: its first line is longer than 100,000 characters"),
        ("," * 5_000 + "x\n", "has no header: its first line has more than 2,000 cells"),
    ],
)
def test_refused_csv(file, content, says):
    """One error that says what the file is, and what to do."""
    assert says in refused(file(content))


def test_large_junk(file):
    """50 MB of noise are refused as a few bytes are, before they are taken apart."""
    noise = random.Random(1).randbytes(50_000_000)
    letters = noise.translate(bytes(33 + byte % 90 for byte in range(256)))
    for content in (noise, letters, HEADER.encode() + letters):
        assert refused(file(content))


def test_refused_sources(tmp_path, file):
    """A file that is not there, a folder, another sort of file, and what is no table at all."""
    with pytest.raises(FileNotFoundError, match="is not there"):
        read_observations(tmp_path / "none.csv", PLAN)
    with pytest.raises(IsADirectoryError, match="is a folder"):
        read_observations(tmp_path, PLAN)
    assert "Save it as .xlsx." in refused(file(b"x", "old.xls"))
    assert "Use .csv, .xlsx or .parquet." in refused(file(b"x", "plan.yaml"))
    assert "is not an Excel workbook" in refused(file(b"x", "observed.xlsx"))
    assert "is not a Parquet file" in refused(file(b"x", "observed.parquet"))
    assert "A table is a path, a data frame or a list of dicts, not int." in refused(5)


# -- columns ---------------------------------------------------------------------------------------------------


def test_columns_may_have_other_names(file):
    """Their header to ours; to nothing for what is not to be read."""
    path = file("Code,Quand,Valeur,Saisi par\n007,2025,1,X\n")
    names = {"Code": "indicator", "quand": "period", "Valeur": "value", "Saisi par": None}

    assert len(read_observations(path, PLAN, columns=names)) == 1
    assert "The table has no such column. Did you mean 'Valeur'?" in refused(path, columns=names | {"Valuer": "value"})
    assert "'valu' is no name of a column. Did you mean 'value'?" in refused(path, columns=names | {"Valeur": "valu"})


def test_every_fault_of_a_header_is_listed(file):
    """Not one after another, each time the file is read."""
    said = refused(file("foo,bar,value,value\n"))

    assert "has 5 faults" in said
    assert all(part in said for part in ("'foo'", "'bar'", "there twice", "'indicator' is missing"))


def test_columns_in_brackets_are_not_read(file):
    """They are for the reader's eye."""
    assert len(read_observations(file("indicator,[name],period,value,[mine]\n007,x,2025,1,y\n"), PLAN)) == 1


# -- Excel -----------------------------------------------------------------------------------------------------

HEAD = ["indicator", "period", "place", "value", "note"]


def test_types_of_excel(workbook):
    """Numbers and days are typed; blank rows and empty columns are passed over."""
    rows = [[], [*HEAD, None, "recorded_at"], [], ["007", 2025, "NA", 1.5, 3, None, date(2025, 7, 1)], [None, " "]]
    observed = read_observations(workbook(Data=rows), PLAN)

    assert observed.frame[["period", "value", "note"]].to_numpy().tolist() == [["2025", 1.5, "3"]]
    assert moment(date(2025, 7, 1)) == observed.store.recorded_at[0]


def test_sheet_with_the_data(workbook):
    """The one asked for, the one with the usual name, or the only one with the right header."""
    data, other = [HEAD, ["007", 2025, None, 1]], [HEAD, ["007", 2025, None, 2]]

    assert read_observations(workbook(Notes=[["x"]], Any=data), PLAN).store.value.tolist() == [1]
    assert read_observations(workbook(Any=other, observations=data), PLAN).store.value.tolist() == [1]
    assert read_observations(workbook(Any=other, More=data), PLAN, sheet="more").store.value.tolist() == [1]
    assert "which holds the data cannot be told: Any, More" in refused(workbook(Any=other, More=data))
    assert "has no sheet 'Mor'. Did you mean 'More'?" in refused(workbook(Any=other, More=data), sheet="Mor")
    assert "has nothing in sheet 'Any'" in refused(workbook(Any=[]))


def test_merged_cells(workbook):
    """All but one of them are blank, which would pass for the root: refused, with their range."""
    path = workbook(Data=[HEAD, ["007", 2025, "NA", 1], ["007", 2024, None, 1]])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("C2:C3")
    book.save(path)

    assert "merged cells in sheet 'Data': C2:C3" in refused(path)


def test_formulas(workbook):
    """One that was never computed, or shows an error, is a fault of its row and passes for no blank."""
    path = workbook(Data=[HEAD, ["007", 2025, None, "=1+1"], ["007", 2024, None, 1], ["007", 2023, None, "#DIV/0!"]])
    with pytest.raises(ObservationError) as caught:
        read_observations(path, PLAN)

    assert caught.value.counts == {"error_in_cell": 1, "formula_not_computed": 1}
    assert read_observations(path, PLAN, on_fault="drop").store.value.tolist() == [1]


def test_period_that_excel_made_a_date(workbook):
    """June is not the first of June; a cell that shows a day is that day."""
    path = workbook(Data=[HEAD, ["007", date(2025, 6, 1), None, 1]])
    assert read_observations(path, PLAN).frame["period"][0] == "2025-06-01"
    book = openpyxl.load_workbook(path)
    book.active["B2"].number_format = "mmm-yy"
    book.save(path)

    with pytest.raises(ObservationError, match="Format the cell as text and write the period again: 2025-06"):
        read_observations(path, PLAN)


def test_text_never_becomes_a_formula(tmp_path):
    """A note that begins with = is a note."""
    rows = [{"indicator": "said", "period": "2025", "text": "=1+1", "note": "@SUM(A1)", "source": "+5"}]
    write_observations(read_observations(rows, PLAN), tmp_path / "said.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "said.xlsx").active

    assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert read_observations(tmp_path / "said.xlsx", PLAN).frame["text"][0] == "=1+1"


def test_text_too_long_for_excel(tmp_path):
    """Refused, for Excel would cut it off without a word."""
    observed = read_observations([{"indicator": "said", "period": "2025", "text": "x" * 40_000}], PLAN)
    with pytest.raises(FileError, match="does not fit into a cell of Excel"):
        write_observations(observed, tmp_path / "said.xlsx")


def test_refused_to_write(tmp_path):
    """Another sort of file, or a folder that is not there."""
    observed = read_observations([], PLAN)
    with pytest.raises(FileError, match=r"Did you mean '\.xlsx'\?"):
        write_observations(observed, tmp_path / "said.xls")
    with pytest.raises(FileError, match="cannot be written"):
        write_observations(observed, tmp_path / "none" / "said.csv")


# -- delivery --------------------------------------------------------------------------------------------------


def delivered(**more):
    """Return one row of delivery."""
    return {"element": "OP-1", "period": "2025-Q1"} | more


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_delivery_reads_back(tmp_path, suffix):
    """What was written, in any order of rows."""
    rows = [
        delivered(planned=40, done=31, status="under_way", note="rain"),
        delivered(planned=40, done=33, recorded_at="2025-05-01"),
        delivered(element="A1", place="NA", percent=80),
        delivered(period="2025-Q2", reason="late"),
    ]
    delivery = read_delivery(rows, PLAN)
    write_delivery(delivery, tmp_path / f"delivery.{suffix}")

    assert delivery.rows() == read_delivery(tmp_path / f"delivery.{suffix}", PLAN).rows()
    assert delivery.rows() == read_delivery(rows[::-1], PLAN).rows()
    assert delivery.rows()[0]["note"] == "rain"


def test_vintages_of_delivery():
    """What was known then, what is known now, what was said first."""
    rows = [delivered(done=1, recorded_at="2025-04-01"), delivered(done=2, recorded_at="2025-05-01")]
    delivery = read_delivery(rows, PLAN)

    assert delivery.done[delivery.pick()].tolist() == [2]
    assert delivery.done[delivery.pick(first=True)].tolist() == [1]
    assert delivery.take(delivery.pick(as_of=moment(date(2025, 4, 1)))).rows()[0]["done"] == 1
    assert not len(delivery.pick(as_of=moment(date(2025, 3, 1))))


def test_plan_says_what_was_planned():
    """Where a row does not, for its output, its period and its place alone."""
    rows = [
        delivered(done=1),
        delivered(done=1, place="NA"),
        delivered(element="OP-2", done=1, place="NA"),
        delivered(period="2025-Q2", done=1, planned=7),
    ]
    delivery = read_delivery(rows, PLAN)

    np.testing.assert_array_equal(delivery.planned_with_plan, [40, 7, np.nan, 2])
    assert np.isnan(delivery.planned).sum() == 3


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (delivered(element="OBJ", done=1), "unknown_element"),
        (delivered(element="OP1", done=1), "unknown_element"),
        (delivered(done=-1), "below_zero"),
        (delivered(percent=-1), "below_zero"),
        (delivered(done=1, status="done"), "unknown_status"),
        (delivered(planned=3), "missing_without_reason"),
        (delivered(done=3, reason="late"), "value_and_reason"),
        (delivered(done="5%"), "unreadable_number"),
    ],
)
def test_refused_delivery(row, code):
    """The same care as for observations."""
    with pytest.raises(ObservationError) as caught:
        read_delivery([row], PLAN)

    assert {code: 1} == caught.value.counts
    assert len(read_delivery([row], PLAN, on_fault="drop").dropped) == 1


def test_status_that_quantities_do_not_bear_out():
    """A remark: neither is mended."""
    assert read_delivery([delivered(planned=3, done=1, status="completed")], PLAN).remarks.codes == (
        "status_disagrees",
    )


def test_delivery_in_a_notebook():
    """The table, with its caption."""
    delivery = read_delivery([delivered(done=1)], PLAN)

    assert "1 row, 2025-Q1" in delivery._repr_html_()
    assert delivery.to_dict()["delivery"][0]["done"] == 1
