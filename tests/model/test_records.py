"""Records: frozen, hashable, strict, and telling every fault at once."""

from __future__ import annotations

import datetime
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpas
from cpas.model import (
    Activity,
    After,
    Baseline,
    Dimension,
    Evidence,
    HarmRisk,
    Indicator,
    Judgement,
    Link,
    Measure,
    Methodology,
    Objective,
    Outcome,
    Output,
    Place,
    Planned,
    Recommendation,
    Stance,
    Target,
    chain,
)

names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="{}|=[]"), min_size=1)
JANUARY, FEBRUARY = datetime.date(2025, 1, 1), datetime.date(2025, 2, 1)
floats = st.floats(allow_nan=False, allow_infinity=False)


def indicator(**changes):
    fields = {"measures": "OC-1", "unit": "person", "kind": "flow", "better": "lower"}
    return Indicator("I01", "Civilians harmed", **{**fields, **changes})


@given(names, names)
def test_equal_records_have_equal_hashes(id, statement):
    """Two records with the same fields are the same record."""
    one, other = (Outcome(id, statement, stakeholders=["a"], maps_to={"rbb": "EA 1.1"}) for _ in range(2))

    assert one == other
    assert hash(one) == hash(other)


@given(st.dictionaries(names, names, max_size=4))
def test_order_of_a_mapping_is_nothing(mapping):
    """A mapping is kept as sorted pairs, whatever the order it was written in."""
    backwards = dict(reversed(mapping.items()))

    assert Outcome("a", "b", maps_to=mapping) == Outcome("a", "b", maps_to=backwards)
    assert Outcome("a", "b", maps_to=mapping).maps_to == tuple(sorted(mapping.items()))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "3", True, None])
def test_number_that_is_none(value):
    """A number that is not finite, a text, a truth value and nothing are refused."""
    with pytest.raises(cpas.PlanError, match="is not a"):
        Baseline(value, "2024-Q1")


@given(floats)
def test_numbers_are_kept(value):
    """A finite number is kept as it is."""
    assert Baseline(value, "2024-Q1").value == value


def test_records_are_frozen():
    """No field can be changed, and no field can be added."""
    one = Objective("OBJ-1", "Civilians are safer")
    for name in ("statement", "other"):
        with pytest.raises((attrs.exceptions.FrozenInstanceError, AttributeError)):
            setattr(one, name, "x")


def test_first_two_by_position_the_rest_by_keyword():
    """The first two fields are given by position, all others by name."""
    assert Link("A01", "OP-1").target == "OP-1"
    with pytest.raises(TypeError):
        Link("A01", "OP-1", 2.0)
    with pytest.raises(TypeError):
        Target(10, "2025", "final")


def test_every_wrong_field_is_named():
    """One error names every field that is wrong, and the nearest word."""
    with pytest.raises(cpas.PlanError) as caught:
        indicator(unit=3, kind="flw", better="lowr")

    assert [fault.where for fault in caught.value.faults] == ["unit", "kind", "better"]
    assert "Did you mean 'flow'?" in str(caught.value)


def test_errors_survive_pickling():
    """An error keeps its facts and its words through pickling."""
    with pytest.raises(cpas.PlanError) as caught:
        indicator(kind="flw")
    again = pickle.loads(pickle.dumps(caught.value))

    assert (str(again), again.faults, again.code) == (str(caught.value), caught.value.faults, "plan")
    assert isinstance(again, ValueError)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"better": "inside"}, "needs a band"),
        ({"better": "higher", "band": (1, 2)}, "goes with better='inside'"),
        ({"better": "inside", "band": (2, 1)}, "low end above its high end"),
        ({"kind": "ordinal"}, "names of its levels"),
        ({"levels": ["a", "b"]}, "Levels go with kind='ordinal'"),
        ({"kind": "ordinal", "levels": ["a", "a"]}, "names a level twice"),
        ({"valid_for": 90}, "never carried"),
        ({"lag_days": -1}, "below zero"),
        ({"weight": -1.0}, "below zero"),
        ({"goalposts": (20, 85)}, "the opposite of better='lower'"),
        ({"better": "higher", "goalposts": (0, 85), "transform": "log"}, "no logarithm"),
        ({"goalposts": (20, 20)}, "two different numbers"),
        ({"over": {"tme": "last"}}, "is not one of time, place, group"),
        ({"over": {"time": "lst"}}, "is not one of sum"),
        ({"measures": ["a", "a"]}, "names an id twice"),
        ({"cuts": (1, 3, 2)}, "neither rise nor fall"),
        ({"frequency": "dayly"}, "is not one of"),
    ],
)
def test_indicator_that_contradicts_itself(changes, words):
    """Fields that contradict one another are refused, saying which."""
    with pytest.raises(cpas.PlanError, match=words):
        indicator(**changes)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: Activity("a", "b", start=datetime.date(2025, 2, 1), end=datetime.date(2025, 1, 1)),
            "before the start",
        ),
        (lambda: Activity("a", "b", cost=-1), "below zero"),
        (lambda: Link("a", "a"), "linked to itself"),
        (lambda: Link("a", "b", weight=-1), "below zero"),
        (lambda: Link("a", "b", strength="sure"), "is not one of strong"),
        (lambda: Place("a", "b", point=(91, 0)), "not a latitude"),
        (lambda: Place("a", "b", parent="a"), "lies in itself"),
        (lambda: Dimension("sex", []), "at least one member"),
        (lambda: Dimension("sex", ["f", "f"]), "names a member twice"),
        (lambda: Objective("a", "b", min_coverage=2), "not a share"),
        (lambda: Methodology("a", "1", completeness="some"), "is not a policy"),
        (lambda: HarmRisk("a", "b", group="c", likelihood="often", severity="low"), "is not one of low"),
        (lambda: Judgement("a", about="progress", value="high", at="2025", statement="x"), "the words for progress"),
        (lambda: chain("a"), "at least two ids"),
        (lambda: Stance("a", "b", position="hostile"), "is not one of supports"),
    ],
)
def test_record_without_meaning(make, words):
    """A record that means nothing is refused, saying why."""
    with pytest.raises(cpas.PlanError, match=words):
        make()


def test_short_forms():
    """What people write short is kept in its one form."""
    assert indicator(measures=["a", ("b", 2)]).measures == (Measure("a"), Measure("b", 2))
    assert Activity("a", "b", after=["c", ("d", 28)]).after == (After("c"), After("d", 28))
    assert indicator(baseline=Baseline(1, "2024")).baseline == (Baseline(1, "2024"),)
    assert Output("a", "b", planned=Planned(6, "conferences", 2025)).planned[0].period == cpas.Period.parse("2025")
    assert Judgement(
        "a", about="contribution", value="low", at="2025", statement="x", evidence="A report"
    ).evidence == (Evidence("A report"),)


def test_unknown_is_always_a_member():
    """`unknown` is an answer in every dimension, listed or not."""
    assert Dimension("sex", ["female", "male"]).vocabulary == ("female", "male", "unknown")
    assert Dimension("age", ["unknown", "child"]).vocabulary == ("unknown", "child")


@pytest.mark.parametrize(
    ("status", "decision", "is_open"),
    [
        ("open", "proposed", True),
        ("in progress", "accepted", True),
        ("overdue", "accepted", True),
        ("done", "accepted", False),
        ("overtaken by events", "deferred", False),
        ("open", "rejected", False),
    ],
)
def test_open_recommendation(status, decision, is_open):
    """A recommendation is open while something is still to be done."""
    one = Recommendation("R1", "x", type="data", to="SPU", status=status, decision=decision)

    assert one.is_open is is_open


def test_validators_switched_off_change_nothing():
    """A host that switches attrs validators off gets the same refusals and the same records."""
    attrs.validators.set_disabled(True)
    try:
        with pytest.raises(cpas.PlanError, match="is not one of"):
            indicator(kind="flw")
        with pytest.raises(cpas.PlanError, match="is not a finite number"):
            Baseline(float("nan"), "2024")
        with pytest.raises(cpas.JudgementError):
            Judgement("a", about="contribution", value="high", at="2025", statement="x")
        off = indicator()
    finally:
        attrs.validators.set_disabled(False)

    assert off == indicator()
