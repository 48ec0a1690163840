"""The rule table: what the kind of a measure makes of values over time, place and group."""

from __future__ import annotations

import math

import pytest

import cpas
from cpas.choices import AxisRule, Kind, words
from cpas.methods.aggregation.kinds import RULES, axis_rule
from cpas.model import Dimension, Place
from cpas.testing.small import observe, small_indicator

NOTHING = float("nan")
PLACES = [Place("top", "Top"), Place("north", "North", parent="top"), Place("south", "South", parent="top")]
SEX = [Dimension("sex", ["female", "male"])]
#: Where each of two or three values stands, by axis.
SPOTS = {
    "time": [{"period": "2025-01"}, {"period": "2025-02"}, {"period": "2025-03"}],
    "place": [{"period": "2025-03", "place": "north"}, {"period": "2025-03", "place": "south"}],
    "group": [{"period": "2025-03", "sex": "female"}, {"period": "2025-03", "sex": "male"}],
}


def value(*numbers):
    return [{"value": number} for number in numbers]


def parts(*pairs):
    return [{"numerator": a, "denominator": b} for a, b in pairs]


#: Kind, axis, what is given, and what they make: a number worked by hand, or bounds where there is none.
TABLE = [
    ("flow", "time", value(5, 3, 4), 12),
    ("flow", "place", value(5, 3), 8),
    ("flow", "group", value(5, 3), 8),
    ("stock", "time", value(5, 8, 7), 7),
    ("stock", "place", value(5, 8), 13),
    ("stock", "group", value(5, 8), 13),
    ("cumulative", "time", value(5, 8, 12), 12),
    ("cumulative", "place", value(5, 8), 13),
    ("cumulative", "group", value(5, 8), 13),
    ("ratio", "time", parts((1, 10), (3, 20), (1, 20)), 10),
    ("ratio", "place", parts((1, 10), (4, 40)), 10),
    ("ratio", "group", parts((1, 10), (5, 20)), 20),
    ("ratio", "time", value(10, 15, 5), NOTHING),
    ("ratio", "place", value(10, 10), NOTHING),
    ("ratio", "group", value(10, 25), NOTHING),
    ("mean", "time", [{"value": v, "denominator": n} for v, n in ((10, 2), (4, 1), (6, 1))], 7.5),
    ("mean", "place", [{"value": v, "denominator": n} for v, n in ((10, 2), (4, 1))], 8),
    ("mean", "group", [{"value": v, "denominator": n} for v, n in ((10, 2), (4, 1))], 8),
    ("mean", "time", value(10, 4, 6), NOTHING),
    ("mean", "place", value(10, 4), NOTHING),
    ("mean", "group", value(10, 4), NOTHING),
    ("distinct", "time", value(5, 3, 4), (5, 12)),
    ("distinct", "place", value(5, 3), 8),
    ("distinct", "group", value(5, 3), 8),
    ("ordinal", "time", value(3, 0, 2), 2),
    ("ordinal", "place", value(1, 3), 1),
    ("ordinal", "group", value(3, 1), 1),
    ("index", "time", value(50, 60, 70), NOTHING),
    ("index", "place", value(50, 60), NOTHING),
    ("index", "group", value(50, 60), NOTHING),
]


def added_up(kind, axis, given, **said):
    one = small_indicator(kind=kind, dimensions=["sex"], **said)
    other = small_indicator("other")
    spots = SPOTS[axis][: len(given)]
    rows = [{**spot, **cells} for spot, cells in zip(spots, given, strict=True)]
    rows.append({"indicator": "other", "period": "2025-03", "value": 1})
    observed = observe([one, other], rows, places=PLACES, dimensions=SEX)
    return cpas.aggregate(observed, by="quarter")


def noticed(aggregates):
    """Return what was noticed while adding up, without what was noticed while reading."""
    return [remark for remark in aggregates.remarks if remark not in aggregates.observations.remarks]


@pytest.mark.parametrize(("kind", "axis", "given", "expected"), TABLE)
def test_table(kind, axis, given, expected):
    """Each kind over each axis is a number worked by hand, or refused for that indicator alone."""
    quarters = added_up(kind, axis, given)
    row = quarters.row("I", "2025-Q1")

    assert quarters.row("other", "2025-Q1")["value"] == 1
    if isinstance(expected, tuple) or math.isnan(expected):
        assert (row["value"], row["reason"]) == (None, "cannot_combine")
        assert [remark.where for remark in noticed(quarters)] == ["I"]
        assert [remark.code for remark in noticed(quarters)] == ["cannot_combine"]
        if isinstance(expected, tuple):
            assert (row["low"], row["high"]) == expected
    else:
        assert row["value"] == pytest.approx(expected, rel=1e-15)
        assert row["reason"] is None
        assert not noticed(quarters)


def test_table_has_every_kind_and_axis():
    """No combination is left to chance; words are listed and never computed."""
    assert {(kind, axis) for kind, axis, _, _ in TABLE} == {(k, a) for k in set(RULES) - {"text"} for a in SPOTS}
    assert set(RULES) == set(words(Kind))


@pytest.mark.parametrize("axis", SPOTS)
def test_text_is_listed_and_never_computed(axis):
    """A qualitative observation came, and has no number."""
    quarters = added_up("text", axis, [{"text": "calm"}, {"text": "tense"}])
    row = quarters.row("I", "2025-Q1")

    assert (row["value"], row["reason"]) == (None, "not_numeric")
    assert row["received"] > 0


@pytest.mark.parametrize(
    ("kind", "axis", "rule", "given", "expected"),
    [
        ("flow", "time", "max", value(5, 3, 4), 5),
        ("flow", "time", "mean", value(5, 3, 4), 4),
        ("flow", "time", "count", value(5, 0, 4), 3),
        ("flow", "place", "max", value(5, 3), 5),
        ("flow", "place", "mean", value(5, 3), 4),
        ("flow", "group", "min", value(5, 3), 3),
        ("stock", "time", "mean", value(5, 8, 8), 7),
        ("stock", "time", "max", value(5, 9, 8), 9),
        ("stock", "place", "mean", value(5, 8), 6.5),
        ("ratio", "time", "last", parts((1, 10), (3, 20), (1, 20)), 5),
        ("ratio", "time", "mean", value(10, 20, 60), 30),
        ("ratio", "place", "max", value(10, 20), 20),
        # Numerator and denominator follow the rule: 4 of 40, not 100 %.
        ("ratio", "place", "max", parts((4, 40), (3, 3)), 10),
        ("distinct", "time", "max", value(5, 3, 4), 5),
        ("distinct", "time", "sum", value(5, 3, 4), 12),
        ("ordinal", "time", "worst", value(3, 1, 2), 1),
        ("ordinal", "time", "median", value(3, 0, 2), 2),
        ("ordinal", "place", "worst", value(1, 3), 1),
        ("index", "time", "last", value(50, 60, 70), 70),
        # What has no meaning is refused, though the plan asks for it.
        ("index", "time", "mean", value(50, 60, 70), NOTHING),
        ("ordinal", "place", "mean", value(1, 3), NOTHING),
        ("cumulative", "time", "sum", value(5, 8, 12), NOTHING),
        ("stock", "place", "last", value(5, 8), NOTHING),
        ("flow", "time", "refuse", value(5, 3, 4), NOTHING),
    ],
)
def test_plan_sets_an_axis(kind, axis, rule, given, expected):
    """`over` replaces the rule of one axis; a rule that has no meaning for the kind is refused."""
    row = added_up(kind, axis, given, over={axis: rule}).row("I", "2025-Q1")

    if math.isnan(expected):
        assert (row["value"], row["reason"]) == (None, "cannot_combine")
    else:
        assert row["value"] == pytest.approx(expected)


def test_every_word_of_the_plan_gives_a_rule():
    """No kind and rule that a plan may name is unknown to the table."""
    for kind in words(Kind):
        for rule in words(AxisRule):
            for axis in ("time", "place", "group"):
                assert axis_rule(small_indicator(kind=kind, over={axis: rule}), axis)


def test_max_then_sum():
    """Beneficiaries reached: the most at once in each place, then all places together."""
    one = small_indicator(kind="stock", over={"time": "max"})
    rows = [
        {"period": period, "place": place, "value": number}
        for place, numbers in (("north", (5, 9, 7)), ("south", (4, 2, 3)))
        for period, number in zip(("2025-01", "2025-02", "2025-03"), numbers, strict=True)
    ]
    quarters = cpas.aggregate(observe(one, rows, places=PLACES), by="quarter")

    assert quarters.row("I", "2025-Q1")["value"] == 9 + 4


def test_distinct_over_places_that_overlap():
    """Of people counted in two camps that overlap only bounds are known."""
    camps = [Place("top", "Top"), *(Place(id, id, parent="top", overlapping=True) for id in ("a", "b"))]
    rows = [{"period": "2025-01", "place": "a", "value": 5}, {"period": "2025-01", "place": "b", "value": 3}]
    row = cpas.aggregate(observe(small_indicator(kind="distinct"), rows, places=camps), by="month").row("I", "2025-01")

    assert (row["value"], row["low"], row["high"], row["reason"]) == (None, 5, 8, "cannot_combine")


@pytest.mark.parametrize("kind", ["flow", "stock", "distinct"])
def test_members_that_overlap_do_not_add_up(kind):
    """One victim may have two needs: the sum over needs counts them twice."""
    needs = [Dimension("need", ["food", "shelter"], overlapping=True)]
    one = small_indicator(kind=kind, dimensions=["need"])
    rows = [{"period": "2025-01", "need": "food", "value": 5}, {"period": "2025-01", "need": "shelter", "value": 3}]
    row = cpas.aggregate(observe(one, rows, dimensions=needs), by="month").row("I", "2025-01")

    assert (row["value"], row["low"], row["high"]) == (None, 5, 8)


def test_refusal_may_raise():
    """A script that must not go on with a gap asks for an error."""
    rows = [{"period": "2025-01", "value": 5}, {"period": "2025-02", "value": 6}]
    observed = observe(small_indicator(kind="index"), rows)

    with pytest.raises(cpas.MethodError, match="cannot be combined as asked"):
        cpas.aggregate(observed, by="quarter", on_refusal="raise")


def test_cumulative_by_quarter():
    """Cases tried since the start: 5, 8 and 12 make 12, never 25; a fall is flagged."""
    rows = [{"period": f"2025-Q{n}", "value": v} for n, v in ((1, 5), (2, 8), (3, 12))]
    observed = observe(small_indicator(kind="cumulative"), rows)
    year = cpas.aggregate(observed, by="year")
    fall = cpas.aggregate(
        observe(small_indicator(kind="cumulative"), [*rows, {"period": "2025-Q4", "value": 11}]), by="quarter"
    )

    assert year.row("I", "2025")["value"] == 12
    assert not year.remarks.of("cumulative_fall")
    assert "falls to 11 in 2025-Q4" in noticed(fall)[0].message
