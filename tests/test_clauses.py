"""The methodology, both ways: each rule cites its clause, and each clause has its rule, whole."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import cpas.methods
from cpas import choices
from cpas.methods import combine, diagnosis, sdsn, statcan
from cpas.methods.scoring.normalising import NORMALISATIONS
from cpas.testing.conformance import cases

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "methodology"


def gathered():
    """Return what the documentation gathers from the docstrings."""
    spec = importlib.util.spec_from_file_location("clauses", ROOT / "docs" / "clauses.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.rules(Path(cpas.methods.__file__).parent.parent))


RULES = gathered()
NUMBERED = sorted({rule.clause for rule in RULES}, key=lambda clause: [int(part) for part in clause.split(".")])
OF_FUNCTIONS = [clause for clause in NUMBERED if re.match(r"[4-9]\.", clause)]
#: Modules of single rules: all that they hand out are methods of a clause. What is beside it is told in the list.
MODULES = sorted(
    module.name
    for module in pkgutil.iter_modules(cpas.methods.__path__)
    if not module.ispkg and not module.name.startswith("_") and module.name != "formulas"  # §3
)
#: Functions that serve a rule and are none.
BESIDE = {
    "sample_table", "lined_up", "checked_weights", "scale_for", "together", "in_words", "in_word", "rows_to_date",
    "references", "evaluate", "text_of", "words_of_steps", "earlier_period",
}  # fmt: skip


@pytest.mark.parametrize("clause", OF_FUNCTIONS)
def test_clause_is_whole(clause):
    """A clause has a formula, a source, what is refused or missing, and a worked number that is run."""
    mine = [rule for rule in RULES if rule.clause == clause]
    page = next(PAGES.glob(f"{int(clause.split('.')[0]):02d}-*.md")).read_text(encoding="utf-8")
    told = re.search(rf"^## §{re.escape(clause)} .*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    by_hand = told[0] if told else ""

    assert any("``" in rule.formula + rule.summary for rule in mine) or "`" in by_hand or clause in IN_WORDS
    assert any(len(rule.notes) > 10 for rule in mine) or "*Source.*" in by_hand
    assert any(rule.conditions for rule in mine) or "*Refused" in by_hand
    assert any(">>>" in rule.example for rule in mine)


#: Rules in words: what they do is an order of words, or an algorithm that the source tells.
IN_WORDS = {"4.14", "5.7", "6.13", "7.11", "9.5"}


@pytest.mark.parametrize("section", range(4, 10))
def test_clauses_are_counted_without_gaps(section):
    """From 1 on, none is left out."""
    numbers = {int(clause.split(".")[1]) for clause in NUMBERED if clause.startswith(f"{section}.")}

    assert numbers == set(range(1, max(numbers) + 1))


def test_page_of_section_9_tells_each_clause():
    """The page that is written by hand has a heading for each clause that is cited, and no other."""
    text = (PAGES / "09-rating-and-diagnosis.md").read_text(encoding="utf-8")

    assert re.findall(r"^## §(9\.\d+) ", text, re.MULTILINE) == [c for c in NUMBERED if c.startswith("9.")]


@pytest.mark.parametrize("section", range(4, 10))
def test_page_takes_in_its_clauses(section):
    """Each page includes what is gathered for it, with a link to every function."""
    text = next(PAGES.glob(f"{section:02d}-*.md")).read_text(encoding="utf-8")

    assert f"generated/clauses-{section}.txt" in text


@pytest.mark.parametrize("name", MODULES)
def test_each_method_cites_its_clause(name):
    """What a module of methods hands out, and defines, cites its clause or is known to serve one."""
    module = importlib.import_module(f"cpas.methods.{name}")
    for public in getattr(module, "__all__", ()):
        value = getattr(module, public)
        if inspect.isfunction(value) and value.__module__ == module.__name__ and public not in BESIDE:
            assert re.search(r"Methodology §\d+(\.\d+)*|see :func:", inspect.getdoc(value)), public


@pytest.mark.parametrize("name", sorted({rule.name for rule in RULES if rule.example and rule.clause in OF_FUNCTIONS}))
def test_worked_numbers_are_run(name):
    """The example of every rule gives what it says."""
    home, _, own = name.rpartition(".")
    value = getattr(importlib.import_module(home), own)
    runner = doctest.DocTestRunner(verbose=False)
    for example in doctest.DocTestFinder(recurse=False).find(value, own, globs=vars(importlib.import_module(home))):
        runner.run(example)

    assert runner.tries
    assert runner.failures == 0


# -- words of a methodology --------------------------------------------------------------------------------


def test_words_of_choices_are_methods():
    """What a methodology may name has a function in methods, and every function so named may be named."""
    assert set(choices.words(choices.Normalise)) == set(NORMALISATIONS)
    assert set(choices.words(choices.Combine)) == set(combine.COMBINATIONS)
    assert all(inspect.isfunction(getattr(combine, name)) for name in choices.words(choices.Combine))
    rules = {"level": diagnosis.rate_outcome, "worst_two": sdsn.worst_two, "statcan": statcan.overall_class}
    assert set(choices.words(choices.RatingRule)) == set(rules)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_conformance_cases_name_a_clause(case):
    """The clause of a case is there."""
    clause = case.data["clause"].removeprefix("§")

    assert clause in NUMBERED or any(one.startswith(f"{clause}.") for one in NUMBERED)
