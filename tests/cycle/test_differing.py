"""Compare: the parts of a change add up, and each is due to what changed."""

from __future__ import annotations

import attrs
import pandas as pd
import pytest

import cpas

PLAN = cpas.Plan(
    "small",
    "A small plan",
    period="2024-01-01/2025-12-31",
    elements=[cpas.Outcome("trust", "Leaders settle disputes", change="process")],
    indicators=[
        cpas.Indicator(
            id,
            id,
            measures="trust",
            unit="incident",
            kind="flow",
            better="lower",
            baseline=cpas.Baseline(20, "2023-Q2"),
            targets=cpas.Target(10, "2025-Q4"),
        )
        for id in ("clashes", "raids")
    ],
)
ROWS = [
    ("clashes", "2025-Q1", 18, "2025-04-10"),
    ("clashes", "2025-Q2", 16, "2025-07-10"),
    ("raids", "2025-Q2", 19, "2025-07-10"),
    ("clashes", "2025-Q2", 14, "2025-10-10"),
    ("raids", "2025-Q1", 17, "2025-10-10"),
]


def assessed(at, as_of, plan=PLAN, methodology=None):
    frame = pd.DataFrame(ROWS, columns=["indicator", "period", "value", "recorded_at"])
    table = cpas.aggregate(cpas.read_observations(frame, plan), by="quarter", as_of=as_of, methodology=methodology)
    return cpas.assess(cpas.score(table), at=at)


@pytest.mark.parametrize(
    ("before", "after", "part", "size"),
    [
        (("2025-Q2", "2025-08-01"), ("2025-Q2", "2025-11-01"), "revised", 10.0),
        (("2025-Q1", "2025-08-01"), ("2025-Q1", "2025-11-01"), "arrived", 5.0),
        (("2025-Q1", "2025-11-01"), ("2025-Q2", "2025-11-01"), "real", 10.0),
    ],
)
def test_one_cause(before, after, part, size):
    """Where one thing changed, the whole change is due to it."""
    row = cpas.compare(assessed(*before), assessed(*after)).row("trust", "all")

    assert row["change"] == pytest.approx(size)
    assert row[part] == pytest.approx(size)
    assert {row[name] for name in ("arrived", "revised", "plan", "method", "real") if name != part} == {0.0}


def test_plan_and_method():
    """A loosened target is the plan's part; other weights are the method's."""
    first, second = PLAN.indicators
    easier = attrs.evolve(first, targets=cpas.Target(12, "2025-Q4"), weight=3)
    plan = attrs.evolve(PLAN, version="2", indicators=[easier, second])
    equal = cpas.Methodology("equal", "1", weights="equal")
    changes = cpas.compare(assessed("2025-Q2", "2025-11-01"), assessed("2025-Q2", "2025-11-01", plan, equal)).row(
        "trust", "all"
    )

    assert changes["plan"] != 0
    assert changes["method"] != 0
    assert changes["arrived"] == changes["revised"] == changes["real"] == 0


def test_parts_add_up():
    """The five parts add up to the change, whatever changed."""
    rows = cpas.compare(assessed("2025-Q1", "2025-08-01"), assessed("2025-Q2", None)).changes
    parts = ("arrived", "revised", "plan", "method", "real")
    whole = [row for row in rows if all(row[name] is not None for name in parts)]

    assert whole
    for row in whole:
        assert sum(row[name] for name in parts) == pytest.approx(row["change"])


def test_score_that_appears():
    """Where a score appears, no number is made up: a note says at which step."""
    row = cpas.compare(assessed("2025-Q1", "2025-08-01"), assessed("2025-Q1", None)).row("raids", "all")

    assert row["before"] is None
    assert row["change"] is None
    assert row["note"] == "a score appears: data arrived"


def test_nothing_changed():
    """An assessment compared with itself has changed nowhere."""
    one = assessed("2025-Q2", None)

    assert {row["change"] for row in cpas.compare(one, one).changes} == {0.0}
