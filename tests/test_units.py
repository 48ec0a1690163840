"""Units: what is counted does not turn into something else, and what is measured does so exactly."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpas.errors import UnitError
from cpas.units import (
    Conversion,
    canonical,
    check_unit,
    combine_units,
    compatible,
    conversion,
    is_dimensionless,
    ratio_factor,
    same,
)
from cpas.units.words import ALIASES, COUNTED, CURRENCIES, INDEX_WORDS, NUMBERS, PERIODS

PLAN = (
    ("battalion", "700 person"),
    ("peace committee", "count"),
    ("payam", ""),
    ("patrol", "count"),
    ("قرية", "count"),
)

#: Units that convert into one another, one family a line.
FAMILIES = (
    ("mm", "m", "km", "mile", "foot", "nautical_mile"),
    ("m2", "km²", "hectare", "acre", "m*km"),
    ("kg", "g", "tonne", "lb"),
    ("day", "week", "month", "quarter", "half-year", "year", "hours", "minutes"),
    ("", "%", "‰", "share", "1"),
    ("people", "thousand people", "million persons", "battalion"),
    ("USD", "thousand US$", "million US dollars"),
    ("incidents/quarter", "thousand incidents per quarter"),
    ("incidents per 100,000 people", "incidents/person", "incidents per 1000 persons"),
    ("km/hour", "m/s", "knot"),
)
families = st.sampled_from(FAMILIES)
values = st.floats(-1e9, 1e9)
things = st.sampled_from(sorted(COUNTED))
words = st.sampled_from(sorted(COUNTED | INDEX_WORDS | PERIODS | CURRENCIES | ALIASES.keys() | NUMBERS.keys()))


def close(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


# -- laws ------------------------------------------------------------------------------------------


@settings(deadline=None)  # the first conversion builds the registry
@given(families.flatmap(lambda family: st.tuples(*[st.sampled_from(family)] * 2)), values)
def test_round_trip(pair, value):
    """There and back again is where one was."""
    there, back = (conversion(*ends, declared=PLAN) for ends in (pair, pair[::-1]))

    assert close(value) == back.apply(there.apply(value))


@settings(deadline=None)  # the first conversion builds the registry
@given(families.flatmap(lambda family: st.tuples(*[st.sampled_from(family)] * 3)))
def test_transitive(units):
    """The way over a third unit is the straight way."""
    first, second, third = units
    over = conversion(first, second, declared=PLAN).factor * conversion(second, third, declared=PLAN).factor

    assert close(conversion(first, third, declared=PLAN).factor) == over


@settings(deadline=None)  # the first conversion builds the registry
@given(families.flatmap(lambda family: st.tuples(*[st.sampled_from(family)] * 2)), values, st.integers(1, 1000))
def test_scaling(pair, value, times):
    """So many times the value is so many times the value in any unit."""
    to = conversion(*pair, declared=PLAN)

    assert close(times * to.apply(value)) == to.apply(times * value)


@given(things, things)
def test_things_counted_are_dimensions_of_their_own(one, other):
    """Nothing that is counted turns into anything else."""
    assert (one == other) == compatible(one, other)


@given(st.sampled_from(sorted(CURRENCIES)), st.sampled_from(sorted(CURRENCIES)))
def test_currencies_do_not_convert(one, other):
    """No rate of exchange is guessed."""
    assert (one == other) == compatible(one, other)


@given(words, things, st.sampled_from(["/", "*", " per ", " "]), st.sampled_from(["", "2.5 ", "100,000 ", "7/3*"]))
def test_canonical_reads_back(one, other, mark, number):
    """What the library writes, it reads as the same unit, and writes no other way."""
    text = f"{number}{one}{mark}{other}"

    assert same(text, canonical(text))
    assert canonical(text) == canonical(canonical(text))


@given(things, things, st.sampled_from("*/"))
def test_product_undoes_division(one, other, mark):
    """A formula's unit follows the arithmetic of its values."""
    undo = {"*": "/", "/": "*"}[mark]

    assert canonical(one) == combine_units(undo, combine_units(mark, one, other), other)


@given(things, things)
def test_only_like_is_added(one, other):
    """Incidents and people have no sum."""
    if one == other:
        assert canonical(one) == combine_units("+", one, other)
    else:
        with pytest.raises(UnitError, match=f"{other} cannot become {one}"):
            combine_units("-", one, other)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    """Whatever stands in a file's unit, the answer is a unit or a UnitError."""
    try:
        check_unit(text)
    except UnitError:
        return

    assert same(text, canonical(text))


# -- words -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("people", "person"),
        ("Persons", "person"),
        ("casualties", "casualty"),
        ("agreements", "agreement"),
        ("bases", "base"),
        ("cases per month", "case/month"),
        ("persons/quarter", "person/quarter"),
        ("number/6 months", "number/6 month"),
        ("counts", "number"),
        ("survey respondents", "respondent"),
        ("survey_respondent", "respondent"),
        ("per cent", "%"),
        ("percentage", "%"),
        ("percent", "%"),
        ("per mille", "‰"),
        ("1", ""),
        ("  ", ""),
        ("US$ per person", "USD/person"),
        ("thousand USD", "1000 USD"),
        ("incidents per 100 000 people", "0.00001 incident/person"),
        ("patrol-days", "day*patrol"),
        ("half-year", "half_year"),
        ("m2", "meter^2"),
        ("(incidents/patrol)/day", "incident/day/patrol"),
    ],
)
def test_spellings(text, expected):
    """A unit may be written as people write it."""
    assert expected == canonical(text) or same(expected, canonical(text))


def test_common_things_are_counted():
    """The things a mission counts most are known without declaring."""
    common = """
        person victim incident patrol case violation conference agreement dispute alert base site court hearing
        household weapon round vehicle meeting training item project respondent casualty death event member point
        escort activity number
    """
    assert set(common.split()) <= COUNTED


@pytest.mark.parametrize(
    ("word", "meant"),
    [("incidnts", "incidents"), ("poeple", "people"), ("quartr", "quarter"), ("usd", "USD"), ("kilometr", "kilometre")],
)
def test_unknown_word_is_refused_with_the_nearest(word, meant):
    """A slip is met with the word that was meant."""
    with pytest.raises(UnitError, match=f"Unit '{word}' is not known. Did you mean '{meant}'"):
        check_unit(f"people per {word}")


@pytest.mark.parametrize("word", ["women", "civilians", "children", "Girls"])
def test_some_of_the_people_are_no_unit(word):
    """Sex, age and status are dimensions of the data; else the share of women had no numerator in people."""
    with pytest.raises(UnitError, match="Write 'people'"):
        check_unit(word)


@pytest.mark.parametrize("word", ["exam", "kilom", "pages", "as", "count_", "radian", "decibel", "cup", "bit"])
def test_pint_guesses_nothing(word):
    """A word is not taken apart into a prefix and a rare unit: an exam is no exametre."""
    with pytest.raises(UnitError, match="not known"):
        check_unit(word)


# -- conversions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "value", "expected"),
    [
        ("km", "m", 1.5, 1500.0),
        ("hectares", "m2", 2, 20000.0),
        ("%", "share", 45, 0.45),
        ("share", "%", 0.29, 28.999999999999996),
        ("thousand USD", "USD", 2.5, 2500.0),
        ("million people", "people", 1.2, 1200000.0),
        ("weeks", "days", 2, 14.0),
        ("quarters", "months", 1, 3.0),
        ("incidents per 100,000 people", "incidents per 1000 people", 3, 0.03),
        ("°C", "°F", 100, 212.0),
        ("°F", "°C", 32, 0.0),
        ("kelvin", "°C", 273.15, 0.0),
        ("kWh", "MJ", 1, 3.6),
    ],
)
def test_conversion(source, target, value, expected):
    """Multiples of one thing, and physical units, convert exactly."""
    assert pytest.approx(expected, rel=1e-14, abs=1e-12) == conversion(source, target).apply(value)


def test_identity_leaves_values_alone():
    """A column in the indicator's own unit is not even copied."""
    column = np.array([1.0, np.nan])

    assert conversion("people", "persons").apply(column) is column


def test_column_keeps_its_gaps():
    """Missing stays missing in any unit."""
    np.testing.assert_array_equal([100.0, np.nan], conversion("share", "%").apply(np.array([1.0, np.nan])))


def test_incidents_cannot_become_people():
    """The refusal names both, and what each measures, and keeps them as fields."""
    with pytest.raises(UnitError, match="incidents cannot become people") as caught:
        conversion("incidents", "people")

    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.source, error.target, error.dimensions) == ("incidents", "people", ("[incident]", "[person]"))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("km", "people"),
        ("km", "kg"),
        ("USD", "XAF"),
        ("%", "score"),
        ("score", "index"),
        ("number", "%"),
        ("number", "incidents"),
        ("victims", "people"),
        ("°C/day", "°F/day"),
        ("day", "people"),
    ],
)
def test_unlike_units_do_not_convert(source, target):
    """Neither things, nor money, nor scales of different makers."""
    with pytest.raises(UnitError, match="cannot become"):
        conversion(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("incidents/month", "incidents/quarter"),
        ("persons per year", "persons per quarter"),
        ("number/6 months", "number/month"),
        ("number/6 months", "number/half-year"),
        ("USD/year", "USD/month"),
    ],
)
def test_count_of_a_month_is_no_count_of_a_quarter(source, target):
    """Months are added up from what happened in each, not multiplied by three."""
    with pytest.raises(UnitError, match="is not rescaled into a count per"):
        conversion(source, target)


def test_period_on_one_side_only():
    """A plan that says "per quarter" in one place says so in the other."""
    with pytest.raises(UnitError, match="Write the same period in both"):
        conversion("incidents", "incidents/quarter")


def test_compatible_does_not_hide_a_slip():
    """An unknown word is an error, not a "no"."""
    with pytest.raises(UnitError, match="Did you mean 'incidents'"):
        compatible("incidnts", "incidents")


# -- declared by the plan --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("battalions", "people", 700.0),
        ("thousand people", "battalion", 1000 / 700),
        ("peace committees", "peace_committee", 1.0),
        ("payams per battalion", "payams/person", 1 / 700),
        ("قرية", "قرية", 1.0),
    ],
)
def test_declared_words(source, target, factor):
    """A plan's own words work wherever the library's do."""
    assert close(factor) == conversion(source, target, declared=PLAN).factor


def test_declared_word_belongs_to_its_plan():
    """Two plans may mean different things by one word, and a third nothing."""
    assert conversion("company", "people", declared=(("company", "120 person"),)).factor == 120
    assert conversion("company", "people", declared=(("company", "90 person"),)).factor == 90
    with pytest.raises(UnitError, match="not known"):
        check_unit("company")


@pytest.mark.parametrize("word", ["USD", "month", "percent", "person", "kilometer"])
def test_known_word_is_not_redefined(word):
    """A plan cannot change what a dollar is."""
    with pytest.raises(UnitError, match="known already"):
        check_unit(word, (((word), "3 item"),))


def test_definitions_do_not_build_on_one_another():
    """No loop, and no chain to follow."""
    with pytest.raises(UnitError, match="not known"):
        check_unit("a", (("a", "2 b"), ("b", "3 a")))


# -- formulas --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("/", "people", "people", ""),
        ("/", "incidents", "patrols", "incident/patrol"),
        ("/", "incidents/quarter", "people/quarter", "incident/person"),
        ("/", "incidents/quarter", "people", "incident/person/quarter"),
        ("*", "incident/patrol", "patrols", "incident"),
        ("*", "%", "people", "0.01 person"),
        ("+", "USD", "thousand USD", "USD"),
        ("-", "%", "share", "%"),
        ("*", "people", "", "person"),
        ("/", "score", "score", ""),
    ],
)
def test_unit_of_a_formula(operator, left, right, expected):
    """The unit follows the arithmetic."""
    assert expected == combine_units(operator, left, right)


@pytest.mark.parametrize(
    ("operator", "left", "right"),
    [
        ("+", "incidents", "people"),
        ("-", "%", "score"),
        ("/", "incidents/month", "people/quarter"),
        ("*", "°C", "day"),
        ("^", "m", "m"),
    ],
)
def test_formula_without_meaning(operator, left, right):
    """What cannot be added, or mixes periods, is refused before there is a number."""
    with pytest.raises(UnitError):
        combine_units(operator, left, right)


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("%", 100.0),
        ("", 1.0),
        ("1", 1.0),
        ("share", 1.0),
        ("per mille", 1000.0),
        ("incidents per 100000 people", 100000.0),
        ("incidents per 100,000 people per year", 100000.0),
        ("day", 1.0),
        ("incident/patrol", 1.0),
        ("number/6 months", 1.0),
        ("battalion", 1 / 700),
    ],
)
def test_ratio_factor(unit, factor):
    """A bare fraction is said in the unit of its indicator."""
    assert close(factor) == ratio_factor(unit, PLAN)


def test_pure_numbers():
    """Shares and scores are numbers; a count of things is not."""
    assert all(map(is_dimensionless, ("", "%", "share", "score", "index", "level", "rank", "scale")))
    assert not any(map(is_dimensionless, ("number", "people", "km", "USD", "incidents/quarter")))


# -- hostile texts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "m" * 10_000,
        "m**99999999",
        "m^-99",
        "1e999 m",
        "1e99 m",
        "9" * 100,
        "3 4 people",
        "1.2.3 m",
        "0 people",
        "-3 people",
        "(" * 119,
        "()" * 50,
        "people people people people people people people people people people",
        "1/0",
        "nan",
        "inf people",
        "m\x00m",
        "people; drop",
        "{person}",
        "per per per",
        "incidents per",
        "/",
        "²",
    ],
)
def test_hostile_text_is_refused(text):
    """Code, floods and absurd powers end as one plain error, before anything is computed."""
    with pytest.raises(UnitError) as caught:
        check_unit(text)

    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("unit", [None, 3, 1.5, b"m"])
def test_what_is_no_text_is_refused(unit):
    """A number in the place of a unit is a shifted column."""
    with pytest.raises(UnitError, match="a text"):
        check_unit(unit)


def test_doubling_definitions_end():
    """Words declared by one another cannot explode."""
    declared = tuple((f"w{i}", f"w{i + 1} w{i + 1}") for i in range(500))

    with pytest.raises(UnitError):
        check_unit("w0", declared)


# -- the door --------------------------------------------------------------------------------------


def in_fresh_interpreter(code):
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def test_counting_needs_no_pint():
    """Counts, rates, money and shares are done by ourselves; pint is loaded for physical units alone."""
    code = (
        "import sys; from cpas.units import conversion\n"
        "conversion('%', 'share'); conversion('thousand USD', 'USD')\n"
        "conversion('incidents/quarter', 'incident per quarter')\n"
        "print('pint' in sys.modules); conversion('km', 'm'); print('pint' in sys.modules)"
    )

    assert in_fresh_interpreter(code) == ["False", "True"]


def test_host_registry_is_left_alone():
    """What the host made of pint's application registry stays."""
    code = (
        "import pint; mine = pint.UnitRegistry(); pint.set_application_registry(mine)\n"
        "from cpas.units import conversion; conversion('km', 'm')\n"
        "print(pint.get_application_registry().get() is mine, hasattr(mine, 'incident'))"
    )

    assert in_fresh_interpreter(code) == ["True", "False"]


def test_first_use_from_many_threads():
    """Whoever comes first, all get the same answer."""
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda n: conversion(f"{n} km", f"{n} m"), range(1, 200)))

    assert found == {Conversion(1000.0)}


def test_plan_may_define_what_it_counts():
    """A word that the library learns later does not break a plan that defines it, and the plan's meaning holds."""
    assert conversion("mediator", "people", declared=(("mediator", "person"),)).factor == 1
    assert conversion("team", "people", declared=(("team", "5 person"),)).factor == 5
    check_unit("person", (("person", "count"),))
