"""Every code of a remark has its page, and the page says what the code says, with an example that runs."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cpas
from cpas.methods.checks.codes import DATA_CODES
from cpas.methods.checks.registry import CODES

PAGES = Path(__file__).parent.parent / "docs" / "reference" / "remarks"
SOURCE = Path(cpas.__file__).parent


def page(code: str) -> str:
    return (PAGES / f"{code}.md").read_text(encoding="utf-8")


def written_codes(source: str) -> Iterator[str]:
    """Yield the codes written out where a `Remark` is made."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Remark":
            code = next(
                (word.value for word in node.keywords if word.arg == "code"), node.args[0] if node.args else None
            )
            if isinstance(code, ast.Constant):
                yield code.value


def test_pages_are_the_codes():
    """Each code has a page and each page a code."""
    assert sorted(CODES) == sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "index")


def test_every_code_in_the_source_is_known():
    """A remark made anywhere in the library has an entry; those of data belong in `DATA_CODES`."""
    written = {code for path in SOURCE.rglob("*.py") for code in written_codes(path.read_text(encoding="utf-8"))}

    assert set() == written - set(CODES)


def test_codes_are_found_however_they_are_written():
    """The reader of the source sees both ways of giving a code, and leaves others to the registry."""
    text = "Remark('a', message='m')\ntables.Remark(code='b', message='m')\nRemark(self.code, message='m')"

    assert list(written_codes(text)) == ["a", "b"]


@pytest.mark.parametrize("code", sorted(CODES))
def test_page_says_what_the_code_says(code):
    """A page repeats its code's words, so that a hint and its page never disagree."""
    entry = CODES[code]
    said = [f"# {code}", f"*{entry.severity.capitalize()}.* {entry.what}", entry.why, entry.mend]
    said.append(f"*Source.* {entry.source}" if entry.source else "*Source.* Cpas extension.")

    assert not [text for text in said if text not in page(code)]


@pytest.mark.parametrize("code", sorted(CODES))
def test_index_lists_the_code(code):
    """The index names each code once, with its severity."""
    entry = CODES[code]

    assert page("index").count(f"| [{code}]({code}.md) | {entry.severity} | {entry.what} |") == 1


@pytest.mark.parametrize("code", sorted(set(CODES) - {code.code for code in DATA_CODES}))
def test_example_of_the_page_runs(code):
    """The example of a plan shows the remark, then a plan that no longer has it."""
    examples = doctest.DocTestParser().get_doctest(page(code).replace("\n```", "\n\n"), {}, code, None, 0)
    shown = [example.want for example in examples.examples if f'.of("{code}")' in example.source]

    assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0
    assert f"[{code}]" in shown[0]
    assert shown[-1].strip() == "no remarks"


@pytest.mark.parametrize("code", [code.code for code in DATA_CODES])
def test_page_of_data_shows_rows(code):
    """The page of a code of data shows what was found, and the same mended."""
    assert re.fullmatch(r"(?s).*\nFound:\n\n```.+```\n\nMended:\n\n```.+```\n", page(code))
