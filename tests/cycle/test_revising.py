"""Revisions: what was changed after it was known."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpas
from cpas.cycle.revising import revisions
from cpas.testing.small import observe, small_indicator

VALUES = st.one_of(st.none(), st.integers(0, 3))


def row(value, day, period="2025-Q1", **more):
    said = {"reason": "late"} if value is None else {"value": value}
    return {"period": period, "recorded_at": f"2025-05-{day:02d}", **said, **more}


@given(st.lists(VALUES, max_size=6))
def test_each_change_is_told_once(values):
    """From the first vintage and its revisions the last one follows; what was said again is no revision."""
    rows = [row(value, day + 1) for day, value in enumerate(values)]
    found = revisions(observe(small_indicator(), rows)).rows() if rows else []
    told = [(r["before"], r["after"]) for r in found]
    changes = [(a, b) for a, b in itertools.pairwise(values) if a != b]

    assert told == changes


def test_unmiss():
    """The third quarter of 2020 was 1,223 victims, and 1,271 a year later: 3.9 % more."""
    _, observed = cpas.datasets.load("unmiss")
    found = [r for r in revisions(observed).rows() if r["period"] == "2020-Q3" and r["indicator"] == "victims"]

    assert [(r["before"], r["after"], round(r["change_percent"], 1), r["what"]) for r in found] == [
        (1223, 1271, 3.9, "revised")
    ]


def test_withdrawn_and_supplied():
    """A value that came in place of a reason, and one that was taken back."""
    rows = [row(None, 1), row(5, 2), {**row(5, 3), "value": None, "status": "withdrawn"}]
    found = revisions(observe(small_indicator(), rows))

    assert [r["what"] for r in found.rows()] == ["supplied", "withdrawn"]
    assert found.rows()[1]["after"] is None
    assert found.frame.shape[0] == len(found) == 2
    assert "withdrawn" in found._repr_html_()


def test_change_from_zero_has_no_percentage():
    """What grows from nothing grew by a number, and by no share."""
    found = revisions(observe(small_indicator(), [row(0, 1), row(4, 2)])).rows()[0]

    assert (found["change"], found["change_percent"]) == (4, None)


def test_as_of_each_revision_is_the_value_then():
    """The table that was known on the day of a revision has the value after it."""
    observed = observe(small_indicator(), [row(3, 1), row(4, 5), row(2, 9)])

    for change in revisions(observed).rows():
        then = cpas.aggregate(observed, by="quarter", as_of=change["recorded_at"][:10])
        assert then.row("I", "2025-Q1")["value"] == pytest.approx(change["after"])
