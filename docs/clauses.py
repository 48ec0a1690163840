"""The clauses of the methodology, gathered from the docstrings that implement them, so that the two cannot differ.

A docstring that says ``Methodology §4.1.`` gives its first line, its formula, its sources, what it refuses and its
example, which the tests run, to clause §4.1 of the page of section 4. What a section means as a whole is written by
hand on that page.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CLAUSE = re.compile(r"Methodology §(\d+(?:\.\d+)+)(?:(?:,| and| to) §[\d.]*\d)*\.?\s*(.*)", re.DOTALL)
_SECTION_OF_DOCSTRING = re.compile(r"\n\n[A-Z][A-Za-z ]+\n-{3,}\n")


class Rule(NamedTuple):
    """One function, class or module, and what its docstring says of its clause."""

    #: Number of the clause, ``4.1``.
    clause: str
    #: Full dotted name.
    name: str
    #: Role by which the reference is linked.
    role: str
    #: First line of the docstring.
    summary: str
    #: The formula, where the docstring has one.
    formula: str
    #: Sources and reasons.
    notes: str
    #: When it raises, or gives nothing.
    conditions: str = ""
    #: Its example, as typed and as answered.
    example: str = ""


def rules(package: Path) -> Iterator[Rule]:
    """Yield the rules of every public module under `package`, in the order of the source."""
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        if any(part.startswith("_") and part != "__init__" for part in parts):
            continue
        module = ".".join(part for part in parts if part != "__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from _rule(tree, module, "py:mod")
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                role = "py:class" if isinstance(node, ast.ClassDef) else "py:func"
                yield from _rule(node, f"{module}.{node.name}", role)


def _rule(node: ast.Module | ast.FunctionDef | ast.ClassDef, name: str, role: str) -> Iterator[Rule]:
    text = ast.get_docstring(node) or ""
    found = CLAUSE.search(text)
    if found is None:
        return
    summary = re.sub(r"\s*Methodology §.*", "", " ".join(text.split("\n\n")[0].split()))
    notes = _SECTION_OF_DOCSTRING.split("\n\n" + found[2])[0].strip()
    formula = _formula(text[: found.start()])
    yield Rule(found[1], name, role, summary, formula, notes, _conditions(text), _section(text, "Examples"))


def _formula(text: str) -> str:
    """Return the second paragraph where it has code in it: that is where a formula stands."""
    paragraphs = _SECTION_OF_DOCSTRING.split(text)[0].split("\n\n")
    return " ".join(paragraphs[1].split()) if len(paragraphs) > 1 and "``" in paragraphs[1] else ""


def _section(text: str, name: str) -> str:
    """Return what stands under a heading of a docstring, as it stands."""
    found = re.search(rf"\n\n{name}\n-+\n(.*?)(?=\n\n[A-Z][A-Za-z ]+\n-{{3,}}\n|\Z)", text, re.DOTALL)
    return found[1].rstrip() if found else ""


def _conditions(text: str) -> str:
    """Return when a rule is refused, and when its answer is missing."""
    refused = re.sub(r"(?m)^\w+\n", "", _section(text, "Raises"))
    missing = re.search(r"(?m)(?:^|\. )\s*([A-Z][^.]*\b(?i:missing)\b[^.]*\.)", _section(text, "Returns"))
    said = " ".join(f"{refused} {missing[1] if missing else ''}".split())
    return re.sub(r":\w+:`~?(?:[\w.]*\.)?(\w+)`", r"``\1``", said)


def write(package: Path, folder: Path) -> None:
    """Write ``clauses-<section>.txt`` for each section that has clauses, as reStructuredText to include."""
    folder.mkdir(parents=True, exist_ok=True)
    by_section: dict[int, list[Rule]] = {}
    for rule in rules(package):
        by_section.setdefault(int(rule.clause.split(".")[0]), []).append(rule)
    for section, found in by_section.items():
        found.sort(key=lambda rule: [int(part) for part in rule.clause.split(".")])
        (folder / f"clauses-{section}.txt").write_text("\n".join(_lines(found)), encoding="utf-8")


def _lines(found: list[Rule]) -> Iterator[str]:
    clause = ""
    for rule in found:
        if rule.clause != clause:
            clause = rule.clause
            yield f"\n.. rubric:: §{clause}\n   :name: clause-{clause.replace('.', '-')}\n"
        # A module speaks for its whole clause, so it comes as a paragraph of its own.
        short = rule.name.removeprefix("cpas.methods.")
        yield f":{rule.role}:`{short} <{rule.name}>`: {rule.summary}\n"
        refused = f"*Refused or missing.* {rule.conditions}" if rule.conditions else ""
        for text in (rule.formula, " ".join(rule.notes.split()), refused):
            if text:
                yield f"   {text}\n"
        yield from _example(rule.example)


def _example(text: str) -> Iterator[str]:
    """Yield an example: what is typed and answered as code, what is said of it as text."""
    for block in filter(None, text.split("\n\n")):
        if block.startswith(">>>"):
            yield "   .. code-block:: pycon\n"
            yield "".join(f"      {line}\n" for line in block.splitlines())
        else:
            yield f"   {' '.join(block.split())}\n"
