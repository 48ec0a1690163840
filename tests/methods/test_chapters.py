"""The three chapters: every name is there once, says what it is, and cites its clause."""

from __future__ import annotations

import inspect
import re

import pytest

import cpas.choices
from cpas.methods import combine, normalise, weights

CHAPTERS = {4: normalise, 5: weights, 6: combine}
FUNCTIONS = [
    (chapter, name, value)
    for chapter, module in CHAPTERS.items()
    for name, value in ((name, getattr(module, name)) for name in module.__all__)
    if inspect.isfunction(value)
]


@pytest.mark.parametrize(("chapter", "name", "function"), FUNCTIONS, ids=[name for _, name, _ in FUNCTIONS])
def test_function_cites_its_clause(chapter, name, function):
    """Formula, clause and an example that runs: the reader can check a rule against its source."""
    text = inspect.getdoc(function)

    assert re.search(rf"^Methodology §{chapter}\.\d+\.", text, re.MULTILINE)
    assert ">>>" in text


@pytest.mark.parametrize(("chapter", "clauses"), [(4, 16), (5, 9), (6, 13)])
def test_every_clause_has_its_function(chapter, clauses):
    """No clause is without a function."""
    cited = {
        int(number)
        for own, _, function in FUNCTIONS
        if own == chapter
        for number in re.findall(rf"^Methodology §{chapter}\.(\d+)\.", inspect.getdoc(function), re.MULTILINE)
    }
    assert cited == set(range(1, clauses + 1))


def test_names_of_combinations_are_functions():
    """What a methodology may name, the roll-up knows, under the name of a function."""
    assert set(cpas.choices.words(cpas.choices.Combine)) == set(combine.COMBINATIONS)
    assert all(inspect.isfunction(getattr(combine, name)) for name in combine.COMBINATIONS)
