"""Laws of adding up, for any plan of every kind and any table."""

from __future__ import annotations

import math

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas.choices import Kind, words
from cpas.methods.aggregation.ground import Ground
from cpas.methods.aggregation.over_time import by_target, over_time
from cpas.methods.aggregation.parts import KEYS, Parts, combine_parts, join_parts
from cpas.methods.aggregation.reduction import MERGEABLE, REDUCERS, reduce_segments
from cpas.methods.aggregation.rules import compile_rules
from cpas.methods.aggregation.spans import spans_of
from cpas.methods.aggregation.values import VALUE_COLUMNS, join_values, values_of
from cpas.model import Dimension, Place
from cpas.periods import Period
from cpas.testing.small import observe, small_indicator

PLACES = [
    Place("land", "Land"),
    Place("north", "North", parent="land", level="province"),
    Place("south", "South", parent="land", level="province"),
    Place("n1", "N 1", parent="north"),
    Place("n2", "N 2", parent="north"),
]
SEX = [Dimension("sex", ["female", "male"])]
MONTHS = [f"2025-{n:02d}" for n in range(1, 13)]
INDICATORS = [
    small_indicator(
        f"{kind}-{nil}" if kind in ("flow", "stock") else kind,
        kind=kind,
        dimensions=["sex"],
        nil=nil,
        place_rows="own",
        frequency="month",
        **({"valid_for": 40} if kind not in ("flow", "distinct", "text") else {}),
    )
    for kind in words(Kind)
    for nil in (("explicit", "return") if kind in ("flow", "stock") else ("explicit",))
]
CELLS = st.tuples(
    st.sampled_from(INDICATORS),
    st.sampled_from(MONTHS),
    st.sampled_from(["", "north", "south", "n1", "n2"]),
    st.sampled_from(["", "female", "male"]),
    st.sampled_from(["2026-01-01", "2026-02-01"]),
)
#: Thirds and sevenths: sums of them depend on their order in the last bits.
QUANTITIES = st.one_of(st.integers(0, 50).map(float), st.integers(0, 500).map(lambda n: n / 7))


@st.composite
def rows(draw, max_size=25):
    """Draw a table of rows, none twice, of indicators of every kind."""
    keys = draw(st.lists(CELLS, unique_by=lambda key: (key[0].id, *key[1:]), max_size=max_size))
    return [draw(row_of(key)) for key in keys]


@st.composite
def row_of(draw, key):
    indicator, month, place, sex, recorded = key
    row = {"indicator": indicator.id, "period": month, "place": place, "sex": sex, "recorded_at": recorded}
    if draw(st.integers(0, 5)) == 0:
        return {**row, "reason": draw(st.sampled_from(["late", "not_due", "not_collected"]))}
    if indicator.kind == "text":
        return {**row, "text": "said"}
    if indicator.kind == "ordinal":
        return {**row, "value": draw(st.integers(0, 3))}
    number = draw(QUANTITIES)
    if indicator.kind in ("ratio", "mean") and draw(st.integers(0, 4)):
        more = draw(st.integers(1, 40))
        share = {"numerator": number, "denominator": number + more}
        return {**row, **(share if indicator.kind == "ratio" else {"value": number, "denominator": more})}
    return {**row, "value": number}


def observed(table):
    return observe(INDICATORS, table, places=PLACES, dimensions=SEX)


def asked():
    return st.fixed_dictionaries(
        {
            "by": st.sampled_from(["month", "quarter", "year", None]),
            "places": st.sampled_from(["all", "each", "province"]),
            "groups": st.sampled_from([(), ("sex",)]),
        }
    )


def told(aggregates):
    return {(row["indicator"], row["period"], row["place"], row.get("sex")): row for row in aggregates.rows()}


@settings(max_examples=40, deadline=None)
@given(rows(), asked(), st.randoms(use_true_random=False))
def test_order_of_rows(table, request_, random):
    """The order of the rows changes nothing, to the last bit."""
    shuffled = list(table)
    random.shuffle(shuffled)
    one, other = (cpas.aggregate(observed(some), **request_) for some in (table, shuffled))

    assert one.to_dict() == other.to_dict()


@settings(max_examples=40, deadline=None)
@given(rows(), asked())
def test_missing_is_a_number_or_a_reason(table, request_):
    """Each row has a value or says why it has none, and never both; what came never exceeds what was due."""
    for row in cpas.aggregate(observed(table), **request_).rows():
        assert (row["value"] is None) != (row["reason"] is None), row
        assert 0 <= row["received"] <= row["expected"]
        if row["value"] is not None and row["low"] is not None:
            assert row["low"] <= row["value"] * (1 + 1e-12)


@settings(max_examples=40, deadline=None)
@given(rows(), asked())
def test_empty_period_is_missing(table, request_):
    """A period of which nothing was said is missing, never zero."""
    periods = ["2031-01", "2031-Q3"]
    nothing = cpas.aggregate(observed(table), **{**request_, "by": periods})

    assert all(row["value"] is None for row in nothing.rows())


@settings(max_examples=40, deadline=None)
@given(rows(), asked(), st.data())
def test_more_observations_never_lower_what_was_received(table, request_, data):
    """A value that is added may revise another, but no return is lost by it."""
    said = ("indicator", "period", "place", "sex", "recorded_at")
    added = [{**row, "recorded_at": "2026-03-01"} for row in data.draw(rows(max_size=4)) if "reason" not in row]
    # No two rows say something of the same at once.
    known = {tuple(row[name] for name in said) for row in table}
    later = list({key: row for row in added if (key := tuple(row[name] for name in said)) not in known}.values())
    request_ = {**request_, "groups": ()}
    request_["by"] = request_["by"] or "month"
    before, after = (told(cpas.aggregate(observed(some), **request_)) for some in (table, [*table, *later]))

    for key, row in before.items():
        assert after.get(key, {"received": 0})["received"] >= row["received"], key


@settings(max_examples=40, deadline=None)
@given(rows(), asked())
def test_as_of_in_the_future(table, request_):
    """What was known at the end of time is what is known."""
    found = observed(table)
    now, then = cpas.aggregate(found, **request_), cpas.aggregate(found, **request_, as_of="2100-01-01")

    assert now.rows() == then.rows()


@settings(max_examples=40, deadline=None)
@given(rows(), asked())
def test_as_of_is_the_table_of_then(table, request_):
    """At a date the aggregate is that of the rows recorded by then."""
    request_["by"] = request_["by"] or "month"
    then = told(cpas.aggregate(observed(table), **request_, as_of="2026-01-15"))
    only = told(cpas.aggregate(observed([r for r in table if r["recorded_at"] < "2026-01-15"]), **request_))

    for key, row in only.items():
        assert then[key]["value"] == row["value"]
        assert then[key]["received"] == row["received"]


@settings(max_examples=40, deadline=None)
@given(st.lists(QUANTITIES, min_size=12, max_size=12), st.sampled_from(["flow", "distinct-sum", "ratio", "mean"]))
def test_month_quarter_year(numbers, kind):
    """A sum, a share or a mean by quarters of months equals that by months, when all are there."""
    one = {
        "flow": small_indicator(),
        "distinct-sum": small_indicator(kind="distinct", over={"time": "sum"}),
        "ratio": small_indicator(kind="ratio"),
        "mean": small_indicator(kind="mean"),
    }[kind]

    def told_by(by, table):
        return cpas.aggregate(observe(one, table), by=by).rows()

    share = kind in ("ratio", "mean")
    months = [
        {"period": month, **({"numerator": n, "denominator": n + 1} if share else {"value": n})}
        for month, n in zip(MONTHS, numbers, strict=True)
    ]
    quarters = [
        {"period": row["period"], **{k: row[k] for k in (("numerator", "denominator") if share else ("value",))}}
        for row in told_by("quarter", months)
    ]
    by_months, by_quarters = told_by("year", months)[0], told_by("year", quarters)[0]

    assert by_months["value"] == pytest.approx(by_quarters["value"], rel=1e-12)
    assert by_months["complete"]
    assert by_quarters["complete"]


@settings(max_examples=40, deadline=None)
@given(rows())
def test_ratio_is_sum_over_sum_at_every_level(table):
    """At each place, period and group a share is its numerators over its denominators."""
    for request_ in ({"by": "month"}, {"by": "year"}, {"by": "quarter", "places": "province", "groups": ["sex"]}):
        for row in cpas.aggregate(observed(table), **request_).rows():
            if row["denominator"] and row["value"] is not None and row["indicator"] == "ratio":
                assert row["value"] == pytest.approx(100 * row["numerator"] / row["denominator"], rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(QUANTITIES, min_size=1, max_size=12))
def test_unit_of_the_table(numbers):
    """Hours or minutes: the value in the indicator's own unit is the same."""
    one = small_indicator(unit="hour")
    hours = [{"period": m, "value": n} for m, n in zip(MONTHS, numbers, strict=False)]
    minutes = [{"period": row["period"], "value": 60 * row["value"], "unit": "minute"} for row in hours]
    values = [cpas.aggregate(observe(one, some), by="year").rows()[0]["value"] for some in (hours, minutes)]

    assert values[0] == pytest.approx(values[1], rel=1e-12)


# -- the algebra of partials -----------------------------------------------------------------------------------

NAN = math.nan


@st.composite
def pieces(draw, styles=("plain", "bounds", "parts")):
    """Draw rows of values, some missing, some bounds, some with parts, and where to cut them."""
    n = draw(st.integers(1, 12))
    style = draw(st.sampled_from(styles))
    value, numerator, denominator, low, high = ([NAN] * n for _ in range(5))
    for i in range(n):
        kind = draw(st.sampled_from(["missing", "value", style]))
        number = draw(QUANTITIES)
        if kind in ("value", "plain"):
            value[i] = number
        elif kind == "bounds":
            value[i] = draw(st.sampled_from([number, NAN]))
            low[i], high[i] = number - 1, draw(st.sampled_from([number + 2, NAN]))
        elif kind == "parts":
            denominator[i] = float(draw(st.integers(1, 9)))
            numerator[i] = draw(st.sampled_from([number, NAN]))
    at = draw(st.permutations(range(n)))
    cuts = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    values = values_of(value, numerator=numerator, denominator=denominator, low=low, high=high, at=at)
    return values, np.array(cuts)


def same(one, other):
    for name in VALUE_COLUMNS:
        if name == "at":
            continue
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-12, atol=1e-12, err_msg=name)


def combined(values, rule):
    return reduce_segments(values, np.array([0]), np.array([rule], dtype=object))[0]


@pytest.mark.parametrize("rule", MERGEABLE)
@settings(max_examples=80, deadline=None)
@given(st.data())
def test_partials_merge(rule, data):
    """A table cut into any pieces, each combined by itself, gives the same when the pieces are combined."""
    # Counts of distinct things have no numerators.
    values, cuts = data.draw(pieces(("plain", "bounds")) if rule == "bounds" else pieces())
    made = [combined(values[np.flatnonzero(cuts == cut)], rule) for cut in sorted(set(cuts.tolist()))]

    same(combined(join_values(made), rule), combined(values, rule))


@pytest.mark.parametrize("rule", MERGEABLE)
@settings(max_examples=40, deadline=None)
@given(pieces())
def test_nothing_changes_nothing(rule, given_):
    """What says nothing is the identity of every rule; of the last it is, as long as it is no later."""
    values, _ = given_
    nothing = values_of([NAN], at=[-1])
    one = combined(values, rule)

    same(combined(join_values([one, combined(nothing, rule)]), rule), one)
    same(combined(one, rule), one)


@pytest.mark.parametrize("rule", sorted(REDUCERS))
@settings(max_examples=40, deadline=None)
@given(pieces(), st.randoms(use_true_random=False))
def test_rules_do_not_depend_on_order(rule, given_, random):
    """A rule sees which row is the latest, not in which order the rows stand."""
    values, _ = given_
    order = list(range(len(values)))
    random.shuffle(order)

    same(combined(values[np.array(order)], rule), combined(values, rule))


@settings(max_examples=40, deadline=None)
@given(rows(), st.randoms(use_true_random=False))
def test_parts_of_a_table_cut_anywhere(table, random):
    """Partial aggregates over time of any pieces of a table merge into those of the whole, for every kind."""
    found = observed(table)
    rules = compile_rules(found.plan)
    spans = spans_of(found.store.periods, [Period.parse("2025")])
    picked = found.store.pick()
    ground = Ground(rows=found.store, picked=picked, known=len(found.store), filled_from=len(found.store))
    leaf = by_target(ground, spans, rules, pro_rata=False)
    piece = np.array([random.randrange(3) for _ in range(len(leaf))], dtype=np.int64)
    made = [over_time(leaf.take(piece == n), rules) for n in range(3)]
    merged = combine_parts(join_parts(made), rules.rules["time"], merge=True)
    whole = over_time(leaf, rules)

    assert len(merged) == len(whole)
    for name in (*KEYS, "end", "count", "reason"):
        if name != "reason":
            assert getattr(merged, name).tolist() == getattr(whole, name).tolist(), name
    same(attrs.evolve(merged).values, whole.values)
    assert isinstance(merged, Parts)
