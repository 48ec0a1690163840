"""Groups: each cell is read from one margin; a total beside its parts is checked, never added."""

from __future__ import annotations

import cpas
from cpas.methods.aggregation.over_groups import read_margins
from cpas.model import Dimension, Methodology
from cpas.testing.small import observe, small_indicator

DIMENSIONS = [Dimension("sex", ["female", "male"]), Dimension("age", ["child", "adult"])]


def cell(value, sex="", age="", period="2025-01", **more):
    return {"period": period, "sex": sex, "age": age, **({} if value is None else {"value": value}), **more}


def added_up(rows, groups=(), by="quarter", totals="given", kind="flow", **said):
    one = small_indicator(kind=kind, dimensions=["sex", "age"], **said)
    observed = observe(one, rows, dimensions=DIMENSIONS)
    return cpas.aggregate(observed, by=by, groups=groups, methodology=Methodology("m", "1", totals=totals))


def differences(aggregates):
    return [remark.message for remark in aggregates.remarks.of("total_differs")]


def test_unknown_is_a_member():
    """MINUSCA, March 2018: 195 men, 55 women, 18 boys, 28 girls, 12 unknown children, 73 unknown adults are 381."""
    counts = [(195, "male", "adult"), (55, "female", "adult"), (18, "male", "child"), (28, "female", "child"),
              (12, "unknown", "child"), (73, "unknown", "adult")]  # fmt: skip
    rows = [cell(*count) for count in counts]
    by_sex, total = added_up(rows, groups=["sex"]), added_up(rows)

    assert total.row("I", "2025-Q1")["value"] == 381
    assert {sex: by_sex.row("I", "2025-Q1", sex=sex)["value"] for sex in ("female", "male", "unknown")} == {
        "female": 83,
        "male": 213,
        "unknown": 85,
    }


def test_total_beside_its_parts_is_never_added():
    """Seven, of whom three women and four men, are seven."""
    rows = [cell(7), cell(3, "female"), cell(4, "male")]

    assert added_up(rows).row("I", "2025-Q1")["value"] == 7
    assert not differences(added_up(rows))


def test_total_that_differs_is_a_remark():
    """Which one counts is the methodology's; that they differ is always said, with the difference."""
    rows = [cell(8), cell(3, "female"), cell(4, "male")]
    given, parts = added_up(rows), added_up(rows, totals="parts")

    assert given.row("I", "2025-Q1")["value"] == 8
    assert parts.row("I", "2025-Q1")["value"] == 7
    assert "8 counts, 7 does not (difference 1)" in differences(given)[0]
    assert "7 counts, 8 does not (difference -1)" in differences(parts)[0]
    assert "In 2025-01 " in differences(given)[0]


def test_margins_are_never_mixed():
    """Parts by sex, and parts by age, are each the whole; together they would count everybody twice."""
    rows = [cell(3, "female"), cell(4, "male"), cell(2, "", "child"), cell(5, "", "adult")]
    found = added_up(rows)

    assert found.row("I", "2025-Q1")["value"] == 7
    assert not differences(found)
    assert added_up(rows, groups=["age"]).row("I", "2025-Q1", age="child")["value"] == 2
    assert added_up(rows, groups=["sex"]).row("I", "2025-Q1", sex="male")["value"] == 4


def test_finest_whole_margin():
    """With totals from parts, parts of which one is missing do not stand for the total."""
    rows = [cell(7), cell(3, "female"), cell(None, "male", reason="late")]

    row = added_up(rows, totals="parts", by="month").row("I", "2025-01")

    assert (row["value"], row["complete"]) == (7, True)


def test_parts_stand_in_for_a_missing_total():
    """A total that is late is no reason not to add up the parts that came."""
    rows = [cell(None, reason="late"), cell(3, "female"), cell(4, "male")]

    assert added_up(rows).row("I", "2025-Q1")["value"] == 7


def test_total_in_one_month_and_parts_in_another():
    """Each return is read from its own margin: 5 in January, 3 and 4 in February are 12, and complete."""
    rows = [cell(5), cell(3, "female", period="2025-02"), cell(4, "male", period="2025-02")]
    row = added_up(rows, by=["2025-01-01/2025-02-28"], frequency="month").row("I", "2025-01-01/2025-02-28")

    assert (row["value"], row["expected"], row["received"], row["complete"]) == (12, 2, 2, True)


def test_parts_are_known_only_where_broken_down():
    """Of the five in January nobody knows the sex: what is known of women is February's, and incomplete."""
    rows = [cell(5), cell(3, "female", period="2025-02"), cell(4, "male", period="2025-02")]
    found = added_up(rows, groups=["sex"], by=["2025-01-01/2025-02-28"], frequency="month")
    women = found.row("I", "2025-01-01/2025-02-28", sex="female")

    assert (women["value"], women["expected"], women["received"], women["complete"]) == (3, 2, 1, False)


def test_stock_is_read_from_the_latest_margin():
    """Of a stock the later count stands, whether it is a total or parts."""
    rows = [cell(9), cell(3, "female", period="2025-03"), cell(4, "male", period="2025-03")]
    later_total = [*rows, cell(6, period="2025-04")]

    assert added_up(rows, kind="stock").row("I", "2025-Q1")["value"] == 7
    assert added_up(later_total, kind="stock", by="half").row("I", "2025-H1")["value"] == 6


def test_distinct_people_of_two_months():
    """Parts of one month and the total of another do not make an exact number of people."""
    rows = [cell(5), cell(3, "female", period="2025-02"), cell(4, "male", period="2025-02")]
    row = added_up(rows, kind="distinct", frequency="month").row("I", "2025-Q1")

    assert not row["complete"] or row["value"] is None


def test_crossed_dimensions():
    """Each dimension that is kept is kept crossed; the others are added up."""
    rows = [cell(n, sex, age) for n, (sex, age) in enumerate(
        (sex, age) for sex in ("female", "male") for age in ("child", "adult"))]  # fmt: skip
    both = added_up(rows, groups=["age", "sex"])

    assert both.request.groups == ("sex", "age")
    assert both.row("I", "2025-Q1", sex="male", age="child")["value"] == 2
    assert added_up(rows, groups=["age"]).row("I", "2025-Q1", age="adult")["value"] == 1 + 3


def test_ratio_by_group():
    """The share of the whole is worked out from its parts, not from their shares."""
    rows = [cell(None, "female", numerator=1, denominator=10), cell(None, "male", numerator=8, denominator=40)]
    found = added_up(rows, groups=["sex"], kind="ratio")

    assert found.row("I", "2025-Q1", sex="female")["value"] == 10
    assert added_up(rows, kind="ratio").row("I", "2025-Q1")["value"] == 18


def test_margins_of_cells():
    """A margin is the set of dimensions that a cell says something of."""
    margins = read_margins([("", ""), ("f", ""), ("", "child"), ("f", "child")], [1])

    assert margins.cells == (("",), ("child",))
    assert margins.margin.tolist() == [0, 1, 2, 3]
    assert margins.kept == 2


def test_reasons_by_groups():
    """Where no part of a return came, each says why, by groups as without them; and what was not due is not owed."""
    rows = [cell(n, sex, period="2025-01") for n, sex in ((3, "female"), (4, "male"))]
    rows += [cell(None, sex, period="2025-02", reason="late") for sex in ("female", "male")]
    rows += [cell(None, sex, period="2025-03", reason="not_due") for sex in ("female", "male")]

    for kind in ("flow", "stock"):
        found = added_up(rows, groups=["sex"], by="month", kind=kind)
        reasons = [found.row("I", f"2025-0{n}", sex="female")["reason"] for n in (1, 2, 3)]
        assert reasons == [None, "late", "not_due"]
        assert found.row("I", "2025-03", sex="female")["expected"] == 0
