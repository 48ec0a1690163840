"""Formulas: read, never run; unlike things are not added; division by zero is missing."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import CpasError, MethodError, UnitError
from cpas.methods.formulas import Reference, evaluate, in_one_unit, read_formula, references, unit_of

NUMBERS = st.integers(1, 9).map(float)


def worked_out(text, **values):
    given_ = {Reference(name): np.array([value], dtype=float) for name, value in values.items()}
    return np.broadcast_to(evaluate(read_formula(text), given_), 1)[0]


@st.composite
def expressions(draw, depth=3):
    """Draw a formula over {a} and {b} as text, and the same in Python."""
    if depth == 0 or draw(st.booleans()):
        leaf = draw(st.one_of(st.sampled_from(["{a}", "{b}"]), NUMBERS.map(str)))
        return leaf, leaf.strip("{}")
    (left, of_left), (right, of_right) = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    sign = draw(st.sampled_from("+-*"))
    space = draw(st.sampled_from(["", " "]))
    if draw(st.booleans()):
        return f"({left}{space}{sign}{space}{right})", f"({of_left}{sign}{of_right})"
    return f"{left}{space}{sign}{space}{right}", f"{of_left}{sign}{of_right}"


@given(expressions(), NUMBERS, NUMBERS)
def test_means_what_python_means(expression, a, b):
    """Products before sums, from left to right, brackets first."""
    text, same = expression

    assert worked_out(text, a=a, b=b) == pytest.approx(eval(same, {"a": a, "b": b}))


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    """No text breaks the reader: it is a formula, or an error that says where it is none."""
    with contextlib.suppress(MethodError):
        references(read_formula(text))


@pytest.mark.parametrize("text", ["", "{a} +", "{a} {b}", "2 ** 3", "{a", "{}", "{a|}x", "{a|sex}", "a + 1", "1e5",
                                  "{a} ? {b}", "{a}; import os", "(1", "1)", "f()"])  # fmt: skip
def test_what_is_no_formula(text):
    """Only indicators, numbers, + - * / and brackets are read."""
    with pytest.raises(MethodError, match="cannot be read"):
        read_formula(text)


def test_hostile_length_and_depth():
    """A formula of thousands of parts or brackets is refused at once."""
    for text in ("+".join(["{a}"] * 5000), "(" * 300 + "1" + ")" * 300, "-" * 5000 + "1", "(" * 5000):
        with pytest.raises(MethodError):
            read_formula(text)


def test_unary_minus():
    """A minus before a factor turns its sign, however often."""
    assert worked_out("-{a} * -2", a=3) == 6
    assert worked_out("1 - -{a}", a=3) == 4


def test_members():
    """A member is named behind a bar; several are parted by commas."""
    one = references(read_formula("{I-08|sex=female, age = child}"))[0]

    assert one == Reference("I-08", where=(("age", "child"), ("sex", "female")))


def test_division_by_zero_is_missing():
    """Nothing is a share of nothing."""
    assert np.isnan(worked_out("{a} / {b}", a=1, b=0))
    assert np.isnan(worked_out("1 / ({a} - {a})", a=1))


UNITS = {"people": "people", "more": "persons", "cases": "incidents", "patrols": "patrol", "km": "km", "m": "m"}


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("{people} / {more}", ""),
        ("{cases} / {patrols}", "incident/patrol"),
        ("{people} + {more}", "person"),
        ("2 * {people}", "person"),
        ("({people} - 1) / {people}", ""),
    ],
)
def test_units(text, unit):
    """The unit of a formula follows from those of its parts."""
    assert unit_of(read_formula(text), UNITS) == unit


def test_unlike_things_are_not_added():
    """Incidents and people make no sum."""
    with pytest.raises(UnitError, match="incident"):
        unit_of(read_formula("{cases} + {people}"), UNITS)
    with pytest.raises(CpasError):
        in_one_unit(read_formula("{cases} / {people}"), UNITS, "%")


def test_terms_are_brought_to_one_unit():
    """People over people is told in per cent; metres are added to kilometres as kilometres."""
    share = in_one_unit(read_formula("{people} / {more}"), UNITS, "%")
    way = in_one_unit(read_formula("{km} + {m}"), UNITS, "m")

    assert evaluate(share, {Reference("people"): np.array([1.0]), Reference("more"): np.array([4.0])}).tolist() == [25]
    assert evaluate(way, {Reference("km"): np.array([1.0]), Reference("m"): np.array([5.0])})[0] == pytest.approx(1005)
