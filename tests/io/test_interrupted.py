"""Ctrl-C in the middle of writing: the file that was there is whole, and no half of another is left beside it."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

import cpas
from cpas.datasets import load
from cpas.io import files
from cpas.io.judgements import write_judgements
from cpas.io.methodologies import write_methodology
from cpas.io.observations import write_observations

OLD = b"what was there before"


@pytest.fixture(scope="module")
def kessara():
    """The worked mission: plan, observations and assessment."""
    plan, observed = load("kessara")
    return plan, observed, cpas.assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2")


def writers(kessara):
    """Yield the name of a file, and what writes it."""
    plan, observed, assessment = kessara
    shown = cpas.report(assessment)
    yield "plan.yaml", lambda path: cpas.write_plan(plan, path)
    yield "plan.json", lambda path: cpas.write_plan(plan, path)
    yield "method.yaml", lambda path: write_methodology(assessment.methodology, path)
    yield "judgements.yaml", lambda path: write_judgements(assessment.judgements, assessment.recommendations, path)
    yield "report.md", shown.to_markdown
    yield "report.html", shown.to_html
    yield "report.json", shown.to_json
    for form in ("csv", "xlsx", "parquet"):
        yield f"rows.{form}", lambda path: write_observations(observed, path)
    yield "form.xlsx", lambda path: cpas.template(plan, "2025-Q3", path=path)


NAMES = ("plan.yaml", "plan.json", "method.yaml", "judgements.yaml", "report.md", "report.html", "report.json")
NAMES += ("rows.csv", "rows.xlsx", "rows.parquet", "form.xlsx")


class _Interrupted:
    """A file that is written to half, until Ctrl-C is pressed."""

    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, content):
        """Write half, and stop."""
        self.file.write(content[: len(content) // 2])
        raise KeyboardInterrupt


@pytest.mark.parametrize("name", NAMES)
def test_in_the_middle_of_a_file(name, kessara, tmp_path, monkeypatch):
    """Half of the new content was written when it stopped: the old file has all of its own."""
    path = tmp_path / name
    path.write_bytes(OLD)
    opened = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, mode="r", **how: _Interrupted(opened(self, mode, **how)) if "x" in mode else
        opened(self, mode, **how),
    )  # fmt: skip

    with pytest.raises(KeyboardInterrupt):
        dict(writers(kessara))[name](path)
    assert path.read_bytes() == OLD
    assert [found.name for found in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_before_it_is_put_in_place(name, kessara, tmp_path, monkeypatch):
    """All was written, and not yet put in place: the old file stands, the new one is gone."""

    def stop(self, target):
        raise KeyboardInterrupt

    path = tmp_path / name
    path.write_bytes(OLD)
    monkeypatch.setattr(Path, "replace", stop)

    with pytest.raises(KeyboardInterrupt):
        dict(writers(kessara))[name](path)
    assert path.read_bytes() == OLD
    assert [found.name for found in tmp_path.iterdir()] == [name]


def test_a_new_file(tmp_path, monkeypatch):
    """Where there was no file, there is none."""

    def stop(self, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)

    with pytest.raises(KeyboardInterrupt):
        files.write_text("all of it", tmp_path / "new.txt", what="File")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", range(3))
def test_in_the_middle_of_a_folder(at, kessara, tmp_path, monkeypatch):
    """A command that writes many files stops at one of them: the folder of an earlier run is as it was."""
    from cpas.cli import main
    from cpas.cli.folders import written_folder

    out = tmp_path / "out"
    with written_folder(out) as folder:
        (folder / "scores.csv").write_bytes(OLD)
    before = {file.name: file.read_bytes() for file in out.iterdir()}
    count = itertools.count()

    def stop(*given, **how):
        if next(count) == at:
            raise KeyboardInterrupt

    monkeypatch.setattr("cpas.io.writing.write_table", stop)
    source = Path(str(cpas.__file__)).parent / "datasets" / "kessara"
    asked = ["--at", "2025-Q2", "-o", str(out), "--quiet"]

    assert main(["assess", str(source / "plan.yaml"), str(source / "observations.csv"), *asked]) == 130
    assert {file.name: file.read_bytes() for file in out.iterdir()} == before
    assert [found.name for found in tmp_path.iterdir()] == ["out"]
