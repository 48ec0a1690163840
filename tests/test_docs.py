"""What the documentation promises of the library."""

from __future__ import annotations

import re
from pathlib import Path

import cpas

ROOT = Path(__file__).parent.parent


def test_reference_lists_every_public_name():
    """A name at the front door has its page in the reference, once."""
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    listed = re.findall(r"^   (\w+)$", "\n".join(page.read_text(encoding="utf-8") for page in pages), re.M)

    assert sorted(cpas.__all__) == sorted(listed)


def test_every_clause_named_in_the_source_has_a_page():
    """A reader who follows "Methodology §6.2" from a docstring arrives somewhere."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in Path(cpas.__file__).parent.rglob("*.py"))
    named = {int(number) for number in re.findall(r"Methodology §(\d+)", text)}
    pages = {int(path.name[:2]) for path in (ROOT / "docs" / "methodology").glob("[0-9]*.md")}

    assert named
    assert named <= pages


def test_code_of_the_readme_runs(tmp_path, monkeypatch):
    """What a stranger copies first works as it stands."""
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)

    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert (tmp_path / "factsheet.html").stat().st_size > 0
