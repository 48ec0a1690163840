"""The command line: what it says, what it writes, and what it ends with.

Most runs are in this process; what concerns the process itself (imports, pipes, encodings, hash seeds) is not.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import cpas
from cpas.cli import main
from cpas.cli.arguments import COMMANDS, make_parser
from cpas.cli.console import Console, fit_for
from cpas.cli.folders import LIST, written_folder
from cpas.cli.running import EXIT_CODES
from cpas.cli.writing import FILES

KESSARA = Path(cpas.__file__).parent / "datasets" / "kessara"
PLAN = str(KESSARA / "plan.yaml")
DATA = str(KESSARA / "observations.csv")
BESIDE = ["--delivery", str(KESSARA / "delivery.csv"), "--judgements", str(KESSARA / "judgements.yaml")]
ASSESS = ["assess", PLAN, DATA, "--at", "2025-Q2", *BESIDE]

BROKEN_PLAN = """
format: 1
id: p
title: A plan
objectives:
- {id: OBJ-1, statement: Civilians are safer}
outcoms: []
links:
- {chain: [OC-1, OBJ-1]}
"""
SMALL_PLAN = """
format: 1
id: small
title: A small plan
objectives:
- {id: OBJ-1, statement: Civilians are safer}
indicators:
- {id: I1, name: Killed, measures: OBJ-1, unit: person, kind: flow, better: lower, frequency: quarter}
"""
#: An outcome that is nobody's change is what 'check' calls an error.
ERRING_PLAN = SMALL_PLAN.replace("indicators:", "outcomes:\n- {id: OC-1, statement: Units respond}\nindicators:")


@pytest.fixture
def small(tmp_path):
    """A folder, with a space in its name, with a small plan and data for it."""
    folder = tmp_path / "a mission"
    folder.mkdir()
    (folder / "plan.yaml").write_text(SMALL_PLAN, encoding="utf-8")
    (folder / "data.csv").write_text("indicator,period,value\nI1,2025-Q1,3\nI1,2025-Q2,0\n", encoding="utf-8")
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def run(*argv: str, env: dict[str, str] | None = None, **given) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cpas", *argv],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
        **given,
    )


# -- start-up and help -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["assess", "--help"]])
def test_help_is_light(argv):
    """Help is there at once: nothing heavy is loaded for it."""
    heavy = ["attrs", "cattrs", "narwhals", "networkx", "numpy", "pandas", "pint", "scipy", "yaml"]
    code = (
        "import json, sys\nfrom cpas.cli import main\n"
        f"status = main({argv!r})\n"
        f"print(json.dumps([status, sorted(set(sys.modules) & set({heavy!r}))]), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(done.stderr) == [0, []]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_fits_and_is_ascii(command, capsys, monkeypatch):
    """Help can be read on any terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    assert main([*([command] if command else []), "--help"]) == 0
    text = capsys.readouterr().out
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80


def test_version(capsys):
    """The version is the library's."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"cpas {cpas.__version__}\n"


def test_nothing_asked(capsys):
    """Without a command there is help, and it is a fault."""
    assert main([]) == 2
    assert "usage: cpas" in capsys.readouterr().err


def test_every_command_and_exit_code_is_documented():
    """The reference has the help of every command, as the command says it, and the codes a script may meet."""
    page = (Path(__file__).parent.parent / "docs" / "reference" / "command-line.md").read_text(encoding="utf-8")

    assert "EXIT_CODES" in page
    for command in COMMANDS:
        assert f"## `cpas {command}`" in page
        assert f'main(["{command}", "--help"])' in page
    assert set(EXIT_CODES) == {0, 1, 2, 70, 130, 141}


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["chek", "plan.yaml"], "cpas: there is no command 'chek'. Did you mean 'check'?"),
        (["check", "plan.yaml", "--serverity", "note"], "Did you mean '--severity'?"),
        (["check", "plan.yaml", "--severity", "warn"], "Did you mean 'warning'?"),
        (["check"], "required: PLAN"),
        (["assess", "plan.yaml", "data.csv"], "required: --at"),
        (["assess", "p", "d", "--at", "2025", "--as-of", "tomorrow"], "'tomorrow' is no date. Write it as 2025-06-30."),
        (["assess", "p", "d", "--at", "2025", "--vintage", "frist"], "Did you mean 'first'?"),
        (["assess", "p", "d", "--at", "2025", "--ceiling", "publc"], "Did you mean 'public'?"),
    ],
)
def test_slip_of_the_pen(argv, said, capsys):
    """What is not understood is one sentence with the nearest word, and ends with 2."""
    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert len(captured.err.strip().splitlines()) == 1


# -- check -----------------------------------------------------------------------------------------------------


def test_check_says_every_remark(capsys):
    """A plan with warnings only is done, and each warning says where and what to do."""
    assert main(["check", PLAN]) == 0
    text = capsys.readouterr().out
    for remark in cpas.check(cpas.read_plan(PLAN)):
        assert f"{remark.severity}  {remark.where}  [{remark.code}]" in text


def test_check_json_is_the_same(capsys):
    """For programs the same remarks, as JSON."""
    assert main(["check", PLAN, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    remarks = cpas.check(cpas.read_plan(PLAN))
    assert remarks.to_dict()["remarks"] == data["remarks"]
    assert sum(data["counts"].values()) == len(remarks)


def test_check_ends_with_one(small, capsys):
    """Remarks of severity error end with 1, whatever is shown."""
    (small / "plan.yaml").write_text(ERRING_PLAN, encoding="utf-8")

    assert main(["check", str(small / "plan.yaml")]) == 1
    assert "error  OC-1  [outcome_without_stakeholder]" in capsys.readouterr().out


@pytest.mark.parametrize(("severity", "code"), [("note", 1), ("warning", 1), ("error", 0)])
def test_strict(severity, code):
    """With --strict any remark that is shown ends with 1."""
    assert main(["check", PLAN, "--strict", "--severity", severity]) == code


def test_check_reads_data_too(small, capsys):
    """Data are checked against the plan before anybody assesses them."""
    assert main(["check", str(small / "plan.yaml"), str(small / "data.csv")]) == 0
    (small / "data.csv").write_text("indicator,period,value\nI2,2025-Q1,n/a\n", encoding="utf-8")
    assert main(["check", str(small / "plan.yaml"), str(small / "data.csv")]) == 2
    said = capsys.readouterr().err
    assert "There is no indicator 'I2'." in said
    assert "add --on-fault drop" in said
    assert "on_fault" not in said


def test_every_fault_of_a_plan_is_listed(small, capsys):
    """All faults at once, each with its place; as JSON too."""
    (small / "plan.yaml").write_text(BROKEN_PLAN, encoding="utf-8")

    assert main(["check", str(small / "plan.yaml"), "--json"]) == 2
    captured = capsys.readouterr()
    error = json.loads(captured.out)["error"]
    assert [fault["where"] for fault in error["faults"]] == ["outcoms", "links[0].chain[0]"]
    assert "Did you mean 'outcomes'?" in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not there"),
        (b"", "is empty"),
        (b"title: caf\xe9", "not in UTF-8"),
        ("title: a".encode("utf-16"), "UTF-16"),
        (b"\0" * 100, "no text"),
        (b"a: &a [1]\nb: [" + b"*a, " * 9, "line"),
    ],
)
@pytest.mark.parametrize("command", ["check", "assess"])
def test_plan_that_is_none(content, said, command, tmp_path, capsys):
    """A file that is no plan is refused in words, not in a traceback."""
    path = tmp_path / "plan.yaml"
    if content is not None:
        path.write_bytes(content)
    argv = ["check", str(path)] if command == "check" else ["assess", str(path), DATA, "--at", "2025-Q2"]

    assert main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("argv", [["check", "."], ["check", PLAN, "."], ["assess", PLAN, ".", "--at", "2025-Q2"]])
def test_folder_as_a_file(argv, capsys):
    """A folder where a file should be is named as such."""
    assert main(argv) == 2
    assert "is a folder" in capsys.readouterr().err


# -- assess ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def assessed(tmp_path_factory):
    """The folder that an assessment of the worked mission writes."""
    folder = tmp_path_factory.mktemp("assessed") / "2025 Q2"
    assert main([*ASSESS, "-o", str(folder), "--quiet"]) == 0
    return folder


def test_assess_writes_every_file(assessed):
    """What is announced is written, and listed; nothing was dropped, so there is no table of it."""
    expected = {name for name in FILES if name != "dropped.csv"}

    assert expected | {LIST} == {path.name for path in assessed.iterdir()}
    assert expected == set(json.loads((assessed / LIST).read_text(encoding="utf-8"))["files"])


def test_tables_have_the_worked_numbers(assessed):
    """Worked mission, section 8: OC-1 57.9, OC-2 12.0, OC-3 69.4; OBJ-1 51.7; raw progress of I07 is −40."""
    rows = table(assessed / "scores.csv")
    found = {row["id"]: row for row in rows if row["period"] == "2025-Q2"}
    scores = {id: round(float(found[id]["score"]), 1) for id in ("OC-1", "OC-2", "OC-3", "OBJ-1")}

    assert scores == {"OC-1": 57.9, "OC-2": 12.0, "OC-3": 69.4, "OBJ-1": 51.7}
    assert (float(found["I07"]["score"]), round(float(found["I07"]["raw"]), 1)) == (0.0, -40.0)
    assert (found["I12"]["score"], found["I12"]["reason"]) == ("", "late")


def test_assess_says_it_in_text(capsys, monkeypatch):
    """Leadership reads the three answers, the ratings and the foot, on 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")

    assert main(ASSESS) == 0
    text = capsys.readouterr().out
    for word in ("OC-2", "12.0", "far behind", "on path", "delivered, change not seen", "not a UN rating"):
        assert word in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 80


def test_assess_json_is_the_twin(assessed, capsys):
    """What --json prints is what assessment.json says."""
    assert main([*ASSESS, "--json"]) == 0
    assert json.loads((assessed / "assessment.json").read_text(encoding="utf-8")) == json.loads(capsys.readouterr().out)


def test_assess_again_replaces_its_own(small, capsys):
    """A second run replaces what the first wrote, but nothing that somebody changed since."""
    out = small / "out"
    argv = ["assess", str(small / "plan.yaml"), str(small / "data.csv"), "--at", "2025-Q2", "-o", str(out)]
    assert main(argv) == 0
    before = files_of(out)
    assert main(argv) == 0
    assert before == files_of(out)
    (out / "assessment.md").write_text("mine", encoding="utf-8")
    assert main(argv) == 2
    assert "assessment.md" in capsys.readouterr().err
    assert (out / "assessment.md").read_text(encoding="utf-8") == "mine"
    assert main([*argv, "--force"]) == 0
    assert before == files_of(out)


def test_assess_drops_and_says_what(small):
    """With --on-fault drop the rest is assessed, and what was left out is a table."""
    (small / "data.csv").write_text(
        "indicator,period,value\nI1,2025-Q2,0\nI9,2025-Q2,1\nI1,2025-Q1,=1+1\n", encoding="utf-8"
    )
    argv = ["assess", str(small / "plan.yaml"), str(small / "data.csv"), "--at", "2025-Q2", "-o", str(small / "out")]

    assert main(argv) == 2
    assert not (small / "out").exists()
    assert main([*argv, "--on-fault", "drop"]) == 0
    rows = table(small / "out" / "dropped.csv")
    assert [row["line"] for row in rows] == ["3", "4"]
    (small / "data.csv").write_text("indicator,period,value\nI1,2025-Q2,0\n", encoding="utf-8")
    assert main(argv) == 0
    assert not (small / "out" / "dropped.csv").exists(), "a table of an earlier run is not left to mislead"


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--at", "2025-Q9"], "is not a period"),
        (["--at", "2031-Q1"], "There are no scores in 2031-Q1"),
        (["--at", "2025-Q2", "--by", "quater"], "Did you mean 'quarter'?"),
        (["--at", "2025-Q2", "--place", "Nord-Amra"], "Did you mean 'Nord-Amara'?"),
        (["--at", "2025-Q2", "--place", "Bela", "--places", "all"], "There are at Kessara"),
        (["--at", "2025-Q2", "--places", "provinse"], "provinse"),
        (["--at", "2025-Q2", "--lang", "xx"], "lang"),
        (["--at", "2025-Q2", "--delivery", "none.csv"], "is not there"),
        (["--at", "2025-Q2", "--judgements", "none.yaml"], "is not there"),
        (["--at", "2025-Q2", "--methodology", PLAN], "faults"),
        (["--at", "2025-Q2", "-o", PLAN], "is a file"),
    ],
)
def test_request_without_meaning(argv, said, tmp_path, capsys, monkeypatch):
    """A question without an answer is refused in words, and nothing is written."""
    monkeypatch.chdir(tmp_path)

    assert main(["assess", PLAN, DATA, *argv, *([] if "-o" in argv else ["-o", "out"])]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
    assert not list(tmp_path.iterdir())


def test_period_of_any_length(small, capsys):
    """Without --by, data are added up to the length of the period asked for."""
    argv = ["assess", str(small / "plan.yaml"), str(small / "data.csv"), "-o", str(small / "out"), "--at"]
    assert main([*argv, "2025-H1"]) == 0
    rows = table(small / "out" / "aggregates.csv")

    assert [("2025-H1", "3")] == [(row["period"], row["value"]) for row in rows]


def test_one_place(capsys):
    """A place is assessed on its own level; a ratio inherits its target there (section 8: by place)."""
    assert main(["assess", PLAN, DATA, "--at", "2025-Q2", "--place", "Nord-Amara", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["place"] == "Nord-Amara"
    assert main(["explain", PLAN, DATA, "I01", "--at", "2025-Q2", "--place", "Nord-Amara"]) == 0
    assert "no target here" in capsys.readouterr().out


def test_files_together(small, capsys):
    """Several files are one table: cut it anywhere, and nothing changes; say a row twice, and it is refused."""
    lines = Path(DATA).read_text(encoding="utf-8").splitlines(keepends=True)
    (small / "a.csv").write_text("".join([lines[0], *lines[100:]]), encoding="utf-8")
    (small / "b.csv").write_text("".join(lines[:100]), encoding="utf-8")
    parts = [str(small / "a.csv"), str(small / "b.csv")]
    assert main(["assess", PLAN, DATA, "--at", "2025-Q2", "--json"]) == 0
    whole = capsys.readouterr().out
    assert main(["assess", PLAN, *parts, "--at", "2025-Q2", "--json"]) == 0
    assert whole == capsys.readouterr().out
    assert main(["assess", PLAN, DATA, *parts[1:], "--at", "2025-Q2"]) == 2
    assert "Another file says the same" in capsys.readouterr().err


def test_faults_of_all_files_are_listed(small, capsys):
    """Who sends two files with faults hears of both."""
    (small / "a.csv").write_text("indicator,period,value\nI7,2025-Q1,3\n", encoding="utf-8")
    (small / "b.csv").write_text("indicator,period,value\nI1,2025-Q9,3\n", encoding="utf-8")

    assert main(["check", *(str(small / name) for name in ("plan.yaml", "a.csv", "b.csv"))]) == 2
    said = capsys.readouterr().err
    assert "'a.csv'" in said
    assert "'b.csv'" in said


def test_what_is_above_the_ceiling_is_in_no_file(small):
    """A confidential value is in no file under a lower ceiling; under its own it is."""
    secret = SMALL_PLAN.replace("better: lower,", "better: lower, sensitivity: confidential,")
    (small / "plan.yaml").write_text(secret, encoding="utf-8")
    (small / "data.csv").write_text("indicator,period,value\nI1,2025-Q1,31847\nI1,2025-Q2,31848\nI1,2025-Q2,x\n")
    argv = ["assess", str(small / "plan.yaml"), str(small / "data.csv"), "--at", "2025-Q2", "--on-fault", "drop"]

    assert main([*argv, "-o", str(small / "low")]) == 0
    assert not [name for name, text in files_of(small / "low").items() if b"31847" in text or b"31,848" in text]
    assert b"withheld" in (small / "low" / "aggregates.csv").read_bytes()
    assert main([*argv, "-o", str(small / "high"), "--ceiling", "confidential"]) == 0
    found = {name for name, text in files_of(small / "high").items() if b"31848" in text or b"31,848" in text}
    assert {"aggregates.csv", "indicators.csv", "assessment.md"} <= found
    assert "factsheet.html" not in found, "the factsheet is for the public, whatever the ceiling"


def test_standard_input(small, capsys, monkeypatch):
    """'-' reads a table from standard input."""

    class Piped:
        buffer = io.BytesIO((small / "data.csv").read_bytes())

    monkeypatch.setattr(sys, "stdin", Piped())
    assert main(["check", str(small / "plan.yaml"), "-", "--json"]) == 0
    assert main(["check", str(small / "plan.yaml"), "-", "-"]) == 2
    assert "once only" in capsys.readouterr().err


# -- explain ---------------------------------------------------------------------------------------------------


def test_explain(capsys):
    """One number, down to its observations."""
    assert main(["explain", PLAN, DATA, "OC-2", "--at", "2025-Q2"]) == 0
    text = capsys.readouterr().out
    for word in ("12.0", "I06", "I07", "-40"):
        assert word in text


def test_explain_the_last_period(capsys):
    """Without --at it is the last period observed, of the usual length."""
    assert main(["explain", PLAN, DATA, "OC-2", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)

    assert (data["id"], data["period"]) == ("OC-2", "2025-Q2")


def test_explain_as_a_page(small, capsys):
    """It is written as a page too, and not over a file that is there."""
    page = small / "why.html"
    argv = ["explain", str(small / "plan.yaml"), str(small / "data.csv"), "I1", "--html", str(page), "--quiet"]

    assert main(argv) == 0
    assert "<!doctype html>" in page.read_text(encoding="utf-8").lower()
    assert main(argv) == 2
    assert "--force" in capsys.readouterr().err


def test_explain_an_unknown_id(capsys):
    """A misspelt id is met with the nearest."""
    assert main(["explain", PLAN, DATA, "OC-22", "--at", "2025-Q2"]) == 2
    assert "Did you mean 'OC-2'?" in capsys.readouterr().err


# -- template, schema, convert ---------------------------------------------------------------------------------


def test_template(small, capsys, monkeypatch):
    """A form is written, reads back, and is never replaced without being told to."""
    pytest.importorskip("openpyxl")
    monkeypatch.chdir(small)
    assert main(["template", "plan.yaml", "2025-Q3", "--data", "data.csv"]) == 0
    written = capsys.readouterr().out.strip()
    assert main(["check", "plan.yaml", written]) == 0
    assert main(["template", "plan.yaml", "2025-Q3"]) == 2
    assert main(["template", "plan.yaml", "2025-Q3", "-o", written]) == 2
    assert main(["template", "plan.yaml", "2025-Q3", "-o", "."]) == 2
    assert main(["template", "plan.yaml", "2025-Q3", "-o", written, "--force"]) == 0


def test_schema(small, capsys):
    """The schema is the library's, printed or written."""
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == cpas.plan_schema()
    assert main(["schema", "-o", str(small / "s.json")]) == 0
    assert json.loads((small / "s.json").read_text(encoding="utf-8")) == cpas.plan_schema()


def test_convert(small, capsys):
    """From YAML to JSON and back is the same plan."""
    there, back = str(small / "a plan.json"), str(small / "back.yaml")

    assert main(["convert", PLAN, there]) == 0
    assert main(["convert", there, back]) == 0
    assert cpas.read_plan(PLAN) == cpas.read_plan(there) == cpas.read_plan(back)
    assert main(["convert", PLAN, there]) == 2
    assert main(["convert", PLAN, str(small / "plan.txt")]) == 2


# -- demo ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """What the demo prints and writes, under one hash seed."""
    folder = tmp_path_factory.mktemp("demo")
    done = run("demo", cwd=folder, env={"PYTHONHASHSEED": "1", "COLUMNS": "80"})
    assert (done.returncode, done.stderr) == (0, b"")
    return folder / "cpas-demo", done.stdout.decode("utf-8")


def test_demo_says_what_it_must(demo):
    """UNMISS brief Q3 2021: 1,223 before it, 1,271 after it; −37.0 % on the year, −34.5 % as first published."""
    text = " ".join(demo[1].split())

    for word in ("1,223", "1,271", "-37.0%", "-34.5%", "missing (not yet known)", "far behind", "+22.3%", "-15.1%"):
        assert word in text
    assert max(map(len, demo[1].splitlines())) <= 80


def test_demo_writes_what_can_be_tried(demo, capsys):
    """Its folder has the factsheet, and the input by which its own numbers come again."""
    folder = demo[0]
    given = [str(folder / "input" / name) for name in ("plan.yaml", "observations.csv")]
    beside = ["--delivery", str(folder / "input" / "delivery.csv")]
    beside += ["--judgements", str(folder / "input" / "judgements.yaml")]

    assert (folder / "factsheet.html").stat().st_size > 0
    assert main(["assess", *given, "--at", "2025-Q2", *beside, "--json"]) == 0
    assert json.loads((folder / "assessment.json").read_text(encoding="utf-8")) == json.loads(capsys.readouterr().out)


def test_same_bytes_under_any_hash_seed(demo, tmp_path):
    """What is written and printed does not depend on the hash seed."""
    done = run("demo", cwd=tmp_path, env={"PYTHONHASHSEED": "77", "COLUMNS": "80"})

    assert demo[1] == done.stdout.decode("utf-8")
    assert files_of(demo[0]) == files_of(tmp_path / "cpas-demo")


def test_demo_overwrites_nothing_foreign(tmp_path, capsys, monkeypatch):
    """A file of somebody else's is not replaced, and the rest of the folder is left as it was."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cpas-demo").mkdir()
    (tmp_path / "cpas-demo" / "factsheet.html").write_text("mine", encoding="utf-8")

    assert main(["demo"]) == 2
    assert "factsheet.html" in capsys.readouterr().err
    assert files_of(tmp_path) == {"cpas-demo/factsheet.html": b"mine"}


def test_demo_on_an_old_terminal(tmp_path):
    """A terminal that knows only ASCII gets every number, and no traceback."""
    done = run("demo", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii", "COLUMNS": "80"})

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"1,271" in done.stdout


def test_demo_json(tmp_path, capsys, monkeypatch):
    """For programs: the assessment, the explanation and the series."""
    monkeypatch.chdir(tmp_path)

    assert main(["demo", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["unmiss"]["before"]["season"], data["unmiss"]["after"]["season"]) == (1223, 1271)


# -- how it ends -----------------------------------------------------------------------------------------------


def test_interrupted(monkeypatch, small, capsys):
    """Ctrl-C in the middle of writing ends with 130 and leaves nothing."""

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("cpas.io.writing.write_table", stop)
    out = small / "out"
    argv = ["assess", str(small / "plan.yaml"), str(small / "data.csv"), "--at", "2025-Q2", "-o", str(out)]

    assert main(argv) == 130
    assert sorted(path.name for path in small.iterdir()) == ["data.csv", "plan.yaml"]
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("how", [[], ["--json"], ["--traceback"]])
def test_fault_of_ours(monkeypatch, how, capsys):
    """What nobody foresaw is called our fault, says how to report it, and ends with 70."""

    def fail(plan):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(cpas, "check", fail)

    assert main(["check", PLAN, *how]) == 70
    captured = capsys.readouterr()
    assert "ZeroDivisionError: by zero" in captured.err
    assert "report it" in captured.err
    assert ("Traceback" in captured.err) == ("--traceback" in how)
    if "--json" in how:
        assert json.loads(captured.out)["error"]["code"] == "internal"


def test_traceback_on_asking(capsys):
    """--traceback shows where an error arose, beside the sentence; it may stand before the command."""
    assert main(["--traceback", "check", "none.yaml"]) == 2
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "cpas: Plan file 'none.yaml' is not there." in said


@pytest.mark.parametrize("argv", [["schema"], ["check", PLAN], ["--help"]])
def test_reader_that_stops(argv):
    """A closed pipe ends it quietly, as 'head' expects."""
    # Help is written by the standard library, which passes over a pipe that is closed.
    codes = (0, 141) if argv == ["--help"] else (141,)
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "cpas", *argv], stdout=write, stderr=subprocess.PIPE, check=False, text=True
        )
    finally:
        os.close(write)

    assert done.stderr == ""
    assert done.returncode in codes


def test_warnings_of_the_library_are_notes(monkeypatch, capsys):
    """A warning is a sentence, without file and line of the library."""
    import warnings

    real = cpas.check

    def warn(plan):
        warnings.warn("Read with care.", cpas.CpasWarning, stacklevel=1)
        return real(plan)

    monkeypatch.setattr(cpas, "check", warn)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        main(["check", PLAN])

    assert capsys.readouterr().err == "cpas: note: Read with care.\n"


# -- its parts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_options_everywhere(name):
    """--json and --quiet may stand before the command or after it."""
    given = {"check": ["p"], "assess": ["p", "d", "--at", "x"], "explain": ["p", "d", "i"], "template": ["p", "x"]}
    given |= {"convert": ["p", "o"]}
    rest = given.get(name, [])
    parser = make_parser()

    assert parser.parse_args(["--json", name, *rest]).json
    assert parser.parse_args([name, *rest, "--json"]).json
    assert not parser.parse_args([name, *rest]).json


def test_several_data_before_the_id():
    """The last word is the id, however many files come before it."""
    options = make_parser().parse_args(["explain", "p", "a.csv", "b.csv", "OC-2"])

    assert (options.data, options.id) == (["a.csv", "b.csv"], "OC-2")


class Terminal(io.StringIO):
    """A stream that says it is watched."""

    def isatty(self):
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("console", "shown"), [(Console(), True), (Console(quiet=True), False), (Console(as_json=True), False)]
)
def test_progress_is_for_a_terminal(console, shown, monkeypatch):
    """The bar is drawn on a terminal that is watched, and wiped at the end, also after an error."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    with suppress(ZeroDivisionError), console.progress(4) as step:
        step("reading")
        step("adding up")
        _ = 1 / 0

    assert ("2/4 adding up" in stream.getvalue()) == shown
    assert not shown or stream.getvalue().endswith("\x1b[K")


def test_progress_is_not_for_a_file(monkeypatch):
    """In a batch job nothing is drawn."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Console().progress(1) as step:
        step("reading")

    assert stream.getvalue() == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8", "utf-16"])
def test_every_text_fits_every_terminal(encoding):
    """Whatever a plan says can be printed, down to halves of characters from a file's name."""
    text = "Médine – 日本 … −40 \udce9"

    fit_for(text, encoding).encode(encoding)


def test_folder_of_a_failed_run_is_not_there(tmp_path):
    """What fails half-way leaves no folder, and no part of one."""
    with suppress(ZeroDivisionError), written_folder(tmp_path / "new" / "out") as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        _ = 1 / 0

    assert files_of(tmp_path) == {}


def test_folder_keeps_what_is_not_its_own(tmp_path):
    """Other files in the folder stay; so does one of its own that was changed and is not written again."""
    out = tmp_path / "out"
    with written_folder(out) as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
        (folder / "b.csv").write_text("b", encoding="utf-8")
        (folder / "c.csv").write_text("c", encoding="utf-8")
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "b.csv").write_text("changed", encoding="utf-8")
    with written_folder(out) as folder:
        (folder / "a.csv").write_text("new", encoding="utf-8")

    found = files_of(out)
    assert set(json.loads(found.pop(LIST))["files"]) == {"a.csv"}
    assert found == {"a.csv": b"new", "b.csv": b"changed", "notes.txt": b"mine"}


def test_list_that_lies_removes_nothing_outside(tmp_path):
    """A list is data: a name in it that leads out of the folder is never followed."""
    out = tmp_path / "out"
    (tmp_path / "precious.txt").write_text("x", encoding="utf-8")
    with written_folder(out) as folder:
        (folder / "a.csv").write_text("a", encoding="utf-8")
    said = json.loads((out / LIST).read_text(encoding="utf-8"))
    import hashlib

    said["files"]["../precious.txt"] = hashlib.sha256(b"x").hexdigest()
    (out / LIST).write_text(json.dumps(said), encoding="utf-8")
    with written_folder(out) as folder:
        (folder / "a.csv").write_text("b", encoding="utf-8")

    assert (tmp_path / "precious.txt").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_folder_that_may_not_be_written(tmp_path, capsys):
    """A folder that is closed to us is an error in words."""
    tmp_path.chmod(0o500)
    try:
        assert main([*ASSESS, "-o", str(tmp_path / "out")]) == 2
    finally:
        tmp_path.chmod(0o700)
    assert "cannot be written" in capsys.readouterr().err


def test_command_is_installed():
    """The entry point of the package is this."""
    command = shutil.which("cpas", path=str(Path(sys.executable).parent))
    if command is None:
        pytest.skip("the package is not installed beside this interpreter")
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)

    assert done.stdout == f"cpas {cpas.__version__}\n"
