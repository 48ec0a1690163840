"""How plans and results look in a notebook: escaped, rounded, with the reason where something is missing."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import attrs
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas import datasets
from cpas.cycle.assessing import assess
from cpas.display import notebook_rows
from cpas.tables.assessment import FOOT

NAMES = ("plan", "remarks", "observations", "delivery", "aggregates", "scores", "assessment", "finding")


@pytest.fixture(scope="module")
def results():
    """Return the results on the way from a plan to its assessment, by name."""
    plan, observed = datasets.load("kessara")
    aggregates = cpas.aggregate(observed, by="quarter")
    scores = cpas.score(aggregates)
    assessment = assess(scores, at="2025-Q2", delivery=datasets.delivery("kessara"))
    delivery = datasets.delivery("kessara")
    made = (plan, cpas.check(plan), observed, delivery, aggregates, scores, assessment, assessment["OC-2"])
    return dict(zip(NAMES, made, strict=True))


class Tags(HTMLParser):
    """Collects tags."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Keep the tag."""
        self.tags.append(tag)


@pytest.mark.parametrize("name", NAMES)
def test_every_result_is_a_table_that_needs_nothing_else(results, name):
    """Each has a table, fetches nothing, runs nothing, and prints no more digits than a reader needs."""
    shown = results[name]._repr_html_()

    assert "<table" in shown
    assert not {"script", "link", "img", "iframe"} & set(Tags(shown).tags)
    assert not re.search(r"\d\.\d{4,}", shown)


def test_missing_score_says_why():
    """No dash where a score is missing: its reason."""
    _, observed = datasets.load("kessara")
    shown = cpas.score(cpas.aggregate(observed, by="quarter"))._repr_html_()

    assert "missing (late)" in shown
    assert "-40.0" in shown
    assert "scores of 2025-Q2" in shown
    assert "cpas-default 1" in shown


def test_assessment_carries_coverage_spread_and_foot():
    """What is shown of an assessment carries what no composite may lack, and rule 14's foot."""
    _, observed = datasets.load("kessara")
    shown = html.unescape(assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2")._repr_html_())

    assert all(word in shown for word in ("coverage", "dispersion", "2025-Q2", "cpas-default 1", FOOT))


def test_plan_shows_its_chain():
    """Each result with what it serves, what it rests on, and how it is seen."""
    plan, _ = datasets.load("kessara")
    shown = plan._repr_html_()

    assert "objectives: 1, outcomes: 3, outputs: 6, activities: 10, indicators: 13" in shown
    assert "OP-1, OP-2, OP-3, OP-6" in shown


def test_long_plan_says_what_is_not_shown():
    """Nothing is cut silently."""
    plan = cpas.Plan("p", "P", elements=[cpas.Objective(f"O{number}", "x") for number in range(100)])

    assert "40 more are not shown" in plan._repr_html_()


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=30))
def test_no_text_becomes_markup(text):
    """Whatever stands in a cell, a caption or a note, the elements are the same."""
    usual = Tags(
        notebook_rows([{"id": "x", "value": None, "reason": "late"}], caption="x", note="x", value="value")
    ).tags
    made = notebook_rows(
        [{"id": text, "value": None, "reason": "late"}], caption="x" + text, note="x" + text, value="value"
    )

    assert usual == Tags(made).tags


def test_zero_is_shown_and_an_empty_column_is_not():
    """Zero is an observation; a column without any is left out."""
    plan, _ = datasets.load("kessara")
    rows = pd.DataFrame([{"indicator": "I01", "period": "2025-Q2", "place": "Nord-Amara", "value": 0}])
    shown = cpas.read_observations(rows, plan)._repr_html_()

    assert ">0<" in shown
    assert "denominator" not in shown


def test_statement_of_a_plan_is_escaped():
    """A plan is data."""
    plan, _ = datasets.load("kessara")

    assert "<b>" not in attrs.evolve(plan, title="<b>bold</b>")._repr_html_()
