"""The conformance kit: shipped cases pass, are what the published tables say, and can fail."""

from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path

import attrs
import pytest

from cpas.cli import main
from cpas.errors import FileError
from cpas.testing import conformance
from cpas.testing.conformance import Case, cases, run

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_published(case):
    """What is published comes out, to the tolerance the case names."""
    found = run([case]).outcomes[0]

    assert found.differences == ()
    assert found.status == "passed"
    assert found.checks


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_case_says_what_it_is(case):
    """Source and licence stand in every file, and nothing that is not open."""
    assert case.data["title"]
    assert case.source
    assert case.data["source"]["licence"] in {
        "Apache-2.0", "CC BY 4.0", "CC BY 3.0 IGO", "MIT", "Open Government Licence - Canada", "facts, cited",
    }  # fmt: skip


@pytest.mark.skipif(not DATA.is_dir(), reason="the published tables are not here")
def test_cases_are_the_published_tables():
    """The shipped files are those that the script makes from the published tables."""
    spec = importlib.util.spec_from_file_location("make_cases", ROOT / "tests" / "make_cases.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    made = {name: json.loads(script.text_of(case)) for name, case in script.make().items()}

    assert sorted(made) == [case.id for case in CASES]
    for case in CASES:
        assert rounded(case.data) == rounded(made[case.id])


def rounded(value):
    """Return plain data with numbers to twelve digits: statistics of a table differ in the last with the platform."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return float(f"{value:.12g}") if isinstance(value, float) else value


def test_cases_stand_where_tests_look():
    """The folder of the tests and that of the package are one."""
    assert (ROOT / "tests" / "cases").resolve() == (ROOT / "src" / "cpas" / "testing" / "cases").resolve()


# -- a case can fail -------------------------------------------------------------------------------------


def wrong(case, **changes):
    return attrs.evolve(case, data={**case.data, **changes})


def named(id):
    return next(case for case in CASES if case.id == id)


def test_a_wrong_number_fails():
    """A number beyond the tolerance is found, with its place and both values."""
    check = {**named("golden-means").data["checks"][0], "expected": 60}
    found = run([wrong(named("golden-means"), checks=[check])])

    assert not found.is_passed
    assert found.outcomes[0].differences == (("0: combine.arithmetic", 59.0, 60),)
    assert found.frame.loc[0, "note"] == "0: combine.arithmetic: 59.0 in place of 60"


@pytest.mark.parametrize(
    ("expected", "where"),
    [
        ({"weights": [0.6370, 0.2583]}, "(length)"),
        ({"weights": [None, 0.2583, 0.1047]}, "weights[0]"),
        ({"weights": ["high", 0.2583, 0.1047]}, "weights[0]"),
    ],
)
def test_wrong_shapes_fail(expected, where):
    """A list of another length, a value that should be missing, a word that should be a number."""
    check = {**named("golden-ahp").data["checks"][0], "expected": expected}
    found = run([wrong(named("golden-ahp"), checks=[check])]).outcomes[0]

    assert found.status == "failed"
    assert where in found.differences[0][0]


def test_refused_inputs_fail():
    """Where a method refuses, the case fails with its words."""
    check = {"method": "combine.geometric", "inputs": {"values": [-1, 2]}, "expected": 0}
    found = run([wrong(named("golden-means"), checks=[check])]).outcomes[0]

    assert found.status == "failed"
    assert "no geometric mean" in found.differences[0][1]


def test_a_missing_row_fails():
    """A row that should be there and is not is a difference."""
    expected = {"scores": [{"id": "OC-9", "period": "2025-Q2", "place": "Kessara", "score": 1.0}]}
    found = run([wrong(named("kessara-2025-q2"), expected=expected)]).outcomes[0]

    assert found.differences[0][1] == "no row"


def test_nothing_compared_is_no_pass():
    """An empty case proves nothing."""
    assert run([wrong(named("golden-means"), checks=[])]).outcomes[0].status == "failed"


def test_optional_packages_may_be_absent(monkeypatch):
    """Without what its method needs a case is skipped, with the words of the error, and none failed."""
    from cpas.errors import MissingExtraError

    def absent(*_):
        raise MissingExtraError("This needs scipy.")

    monkeypatch.setattr(conformance, "_called", absent)
    found = run([named("golden-means")])

    assert (found.outcomes[0].status, found.outcomes[0].note, found.is_passed) == ("skipped", "This needs scipy.", True)
    assert math.isnan(found.outcomes[0].worst)


@pytest.mark.parametrize(
    ("text", "match"),
    [("{", "no JSON"), ('{"format": 2}', "lacks kind"), ('{"format": 2, "kind": "", "clause": "", "source": {}, '
     '"tolerance": 0}', "format 2, not 1")],
)  # fmt: skip
def test_faulty_files_are_refused(tmp_path, text, match):
    """A file that is no case is said to be none."""
    (tmp_path / "case.json").write_text(text, encoding="utf-8")
    with pytest.raises(FileError, match=match):
        cases(tmp_path)


def test_unknown_method_is_refused():
    """Only what a module of methods hands out can be called."""
    case = Case(id="x", data={**named("golden-means").data, "checks": [
        {"method": "combine.copyleft", "inputs": {}, "expected": 0}]})  # fmt: skip

    assert "There is no method" in run([case]).outcomes[0].differences[0][1]


# -- on the command line -----------------------------------------------------------------------------------


def test_command(capsys):
    """A table, and how many there are; JSON on asking; 1 where one fails; an unknown name is refused."""
    assert main(["conformance", "--only", "golden-means", "golden-ahp"]) == 0
    assert "2 cases, 14 checks, 0 failed." in capsys.readouterr().out
    assert main(["conformance", "--only", "golden-means", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["is_passed"] is True
    assert main(["conformance", "--only", "golden-meens"]) != 0
    assert "Did you mean 'golden-means'?" in capsys.readouterr().err


def test_command_on_own_cases(tmp_path, capsys):
    """Cases of one's own are run from a folder, and a failing one ends with 1."""
    case = named("golden-means")
    data = {**case.data, "checks": [{**case.data["checks"][0], "expected": 60}]}
    (tmp_path / "mine.json").write_text(json.dumps(data), encoding="utf-8")

    assert main(["conformance", "--cases", str(tmp_path)]) == 1
    assert "59.0 in place of 60" in capsys.readouterr().out
