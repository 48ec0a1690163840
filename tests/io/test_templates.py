"""The form asks for what is due, no more, and reads back as it was filled in."""

from __future__ import annotations

import pytest

from cpas.errors import FileError, PeriodError, RequestError
from cpas.io.observations import read_observations
from cpas.io.templates import template
from cpas.model import Dimension, Indicator, Place, Plan

openpyxl = pytest.importorskip("openpyxl")


def indicator(id, kind="flow", **more):
    """Return an indicator that Human Rights enters."""
    fields = {"unit": "person", "better": "neutral", "owner": "Human Rights", "measures": ()} | more
    return Indicator(id, f"={id} as it is called", kind=kind, **fields)


PLAN = Plan(
    "p",
    "A small plan",
    indicators=[
        indicator("1E5", frequency="month", places=["NA", "2025-06"], dimensions=["sex"]),
        indicator("share", "ratio", unit="%", frequency="quarter"),
        indicator("mood", "ordinal", unit="level", levels=["1", "2", "3"], frequency="quarter"),
        indicator("said", "text", unit="", sensitivity="confidential"),
        indicator("yearly", "stock", frequency="year"),
        indicator("made", "ratio", unit="", formula="{1E5} / {1E5}"),
        indicator("other", owner="Civil Affairs / Bor"),
    ],
    places=[Place("all", "Mission"), Place("NA", "Namby", parent="all"), Place("2025-06", "June", parent="all")],
    dimensions=[Dimension("sex", ["female", "male"])],
)


@pytest.fixture
def form(tmp_path):
    """Return the path of the form for a quarter."""
    return template(PLAN, "2025-Q2", section="Human Rights", path=tmp_path / "form.xlsx")


def fill(path, **answers):
    """Enter answers, ``{"row": {"column": value}}``, as a person would, and save the file."""
    book = openpyxl.load_workbook(path)
    sheet = book["Observations"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row, cells in answers.items():
        for column, value in cells.items():
            sheet.cell(row=int(row.removeprefix("r")), column=columns[column], value=value)
    book.save(path)


def asked(path):
    """Return what each row of a form asks for."""
    rows = openpyxl.load_workbook(path)["Observations"].iter_rows(min_row=2, values_only=True)
    header = [cell.value for cell in openpyxl.load_workbook(path)["Observations"][1]]
    columns = [header.index(name) for name in ("indicator", "period", "place", "sex")]
    return [tuple(row[column] or "" for column in columns) for row in rows if row[0]]


def test_asks_for_what_is_due(form):
    """Months of a quarter, places that report, groups with unknown; nothing computed, nothing of another section."""
    months = [("1E5", f"2025-0{month}", place, sex) for month in (4, 5, 6) for place in ("NA", "2025-06")
              for sex in ("female", "male", "unknown")]  # fmt: skip

    assert [*months, *((id, "2025-Q2", "all", "") for id in ("share", "mood", "said"))] == asked(form)


def test_year_is_due_in_its_last_quarter(tmp_path):
    """A value is asked for in the period in which its own period ends."""
    form = template(PLAN, "2025-Q4", section="Human Rights", path=tmp_path / "form.xlsx")

    assert ("yearly", "2025", "all", "") in asked(form)


def test_unanswered_rows(form):
    """Neither a fault nor zero nor missing: counted as not answered."""
    observed = read_observations(form, PLAN)

    assert len(observed) == 0
    assert observed.remarks.codes == ("not_answered",)
    assert [remark.message for remark in observed.remarks.at("1E5")] == ["18 rows not answered yet."]


def test_what_was_filled_in_reads_back(form):
    """Zero, blank with a reason, nil, a level by its name, parts of a ratio, a text: each as it was meant."""
    fill(
        form,
        r2={"value": 0},
        r3={"reason": "no_access", "note": "Road cut"},
        r4={"status": "nil"},
        r20={"numerator": 1, "denominator": 4},
        r21={"text": "1"},
        r22={"text": "Calm"},
    )
    frame = read_observations(form, PLAN).frame

    assert frame["value"].fillna(-1).tolist() == [0, -1, 0, 25, 0, -1]
    assert frame["reason"].tolist() == [None, "no_access", None, None, None, None]
    assert frame["text"].tolist() == [None, None, None, None, "1", "Calm"]
    assert frame["place"].tolist()[:3] == ["NA"] * 3


def test_saved_by_somebody_changes_nothing(form):
    """A form that was opened and saved asks for the same."""
    before = asked(form)
    fill(form)

    assert before == asked(form)


def test_row_added_below(form):
    """A place that the plan did not foresee has its own row."""
    fill(form, r23={"indicator": "share", "period": "2025-Q2", "place": "NA", "value": 3})

    assert read_observations(form, PLAN).frame["place"].tolist() == ["NA"]


def test_last_value(tmp_path):
    """Beside each row, the value last known before the period; what is above the ceiling is withheld."""
    rows = [
        {"indicator": "share", "period": "2024-Q4", "value": 9},
        {"indicator": "share", "period": "2025-Q1", "value": 12.5},
        {"indicator": "share", "period": "2025-Q2", "value": 13},
        {"indicator": "mood", "period": "2025-Q1", "value": 2},
        {"indicator": "said", "period": "2025-Q1", "text": "Secret"},
    ]
    observed = read_observations(rows, PLAN)
    form = template(PLAN, "2025-Q2", section="Human Rights", path=tmp_path / "form.xlsx", observations=observed)
    sheet = openpyxl.load_workbook(form)["Observations"]
    columns = [cell.value for cell in sheet[1]]
    shown = [[sheet.cell(row, columns.index(name) + 1).value for name in ("[last value]", "[last period]")]
             for row in (20, 21, 22)]  # fmt: skip

    assert shown == [[12.5, "2025-Q1"], ["3", "2025-Q1"], ["withheld", "2025-Q1"]]


def test_same_bytes(tmp_path):
    """The same question makes the same file."""
    first, second = (template(PLAN, "2025-Q2", path=tmp_path / name) for name in ("a.xlsx", "b.xlsx"))

    assert first.read_bytes() == second.read_bytes()


def test_cells(form):
    """Keys are text and locked, entries are open, words are chosen from lists, and no name is a formula."""
    sheet = openpyxl.load_workbook(form)["Observations"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    lists = {str(one.sqref).split(":")[0].rstrip("0123456789") for one in sheet.data_validations.dataValidation}

    assert {columns[name] for name in ("status", "reason", "sensitivity", "place", "sex", "text")} == lists
    assert (sheet["A2"].data_type, sheet["A2"].number_format, sheet["A2"].protection.locked) == ("s", "@", True)
    assert sheet[f"{columns['[name]']}2"].data_type == "s"
    assert not sheet[f"{columns['value']}2"].protection.locked
    assert sheet.protection.sheet


def test_read_me(form):
    """The form says how to fill it in."""
    said = " ".join(str(cell.value) for (cell,) in openpyxl.load_workbook(form)["Read me"].iter_rows())

    assert "an empty cell is never read as zero" in said


def test_name_of_the_file(tmp_path, monkeypatch):
    """Plan, period and section; a file that may have been filled in is not overwritten."""
    monkeypatch.chdir(tmp_path)
    assert template(PLAN, "2025/26", section="Civil Affairs / Bor").name == "p-2025-26-Civil-Affairs-Bor.xlsx"

    with pytest.raises(FileError, match="may have been filled in"):
        template(PLAN, "2025/26", section="Civil Affairs / Bor")


def test_refused_requests(tmp_path):
    """A section or a period that does not exist, and one for which nothing is due."""
    with pytest.raises(RequestError, match="Did you mean 'Human Rights'"):
        template(PLAN, "2025-Q2", section="Human Right", path=tmp_path / "form.xlsx")
    with pytest.raises(PeriodError):
        template(PLAN, "spring", path=tmp_path / "form.xlsx")
    with pytest.raises(RequestError, match=r"no sensitivity 'intern'\. Did you mean 'internal'"):
        template(PLAN, "2025-Q2", path=tmp_path / "form.xlsx", ceiling="intern")
    with pytest.raises(RequestError, match="nothing is due"):
        template(Plan("q", "Nothing"), "2025-Q2", path=tmp_path / "form.xlsx")
