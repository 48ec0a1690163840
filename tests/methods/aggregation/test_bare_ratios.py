"""Shares given only as a number: refused where they would be combined, or averaged if the methodology says so."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas.model import DEFAULT, Place
from cpas.testing.small import observe, small_indicator

AVERAGED = attrs.evolve(DEFAULT, bare_ratios="equal")
PLACES = [Place("a", "A"), Place("b", "B")]
SHARES = st.lists(st.integers(0, 100), min_size=2, max_size=2)


def added_up(*rows, methodology=AVERAGED, kind="ratio", **asked):
    unit = {} if kind == "ratio" else {"unit": "person"}
    observed = observe(small_indicator(kind=kind, **unit), rows, places=PLACES)
    return cpas.aggregate(observed, methodology=methodology, **{"by": "month", **asked})


def at(place, value=None, period="2025-01", **more):
    return {"period": period, "place": place, "value": value, **more}


@settings(max_examples=30, deadline=None)
@given(SHARES)
def test_each_counts_once(shares):
    """The mean lies in the middle of two shares, is marked, and says so; it has no numerator."""
    found = added_up(*map(at, "ab", shares))
    row = found.row("I", "2025-01")

    assert row["value"] == pytest.approx(sum(shares) / 2)
    assert (row["numerator"], row["denominator"]) == (None, None)
    assert found.cells.is_estimated.tolist() == [True]
    assert found.remarks.of("ratio_averaged")[0].where == "I"
    assert not found.remarks.of("cannot_combine") + found.remarks.of("divided_by_days")


@pytest.mark.parametrize("kind", ["ratio", "mean"])
def test_refused_unless_allowed(kind):
    """Without a word of the methodology nothing is averaged."""
    found = added_up(at("a", 80), at("b", 20), methodology=DEFAULT, kind=kind)

    assert found.row("I", "2025-01")["reason"] == "cannot_combine"
    assert added_up(at("a", 80), at("b", 20), kind=kind).row("I", "2025-01")["value"] == 50


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9)), min_size=2, max_size=2))
def test_shares_with_numerators_are_as_before(parts):
    """Numerators and denominators are added up whatever the methodology allows, and nothing is marked."""
    rows = [at(place, numerator=min(n, d), denominator=d) for place, (n, d) in zip("ab", parts, strict=True)]
    one, other = (added_up(*rows, methodology=methodology) for methodology in (DEFAULT, AVERAGED))

    assert one.rows() == other.rows()
    assert not other.cells.is_estimated.any()
    assert not other.remarks.of("ratio_averaged")


def test_alone_is_not_averaged():
    """A share that stands alone is itself, unmarked."""
    found = added_up(at("a", 80))

    assert found.row("I", "2025-01")["value"] == 80
    assert not found.cells.is_estimated.any()


def test_with_and_without_numerators_are_refused():
    """A share with its base and one without have no common weight."""
    found = added_up(at("a", 80), at("b", numerator=1, denominator=2))

    assert found.row("I", "2025-01")["reason"] == "cannot_combine"


def test_axis_after_axis():
    """Months are averaged in each place, then the places: each place counts once, however often it reported."""
    rows = [at("a", 10), at("a", 30, "2025-02"), at("b", 80)]
    found = added_up(*rows, by="quarter")

    assert found.row("I", "2025-Q1")["value"] == 50


def test_explained():
    """The explanation says by which rule, and counts both observations."""
    told = cpas.explain(added_up(at("a", 80), at("b", 20)), "I", period="2025-01")

    assert "averaged" in told.to_text()
    assert len(told.observations) == 2
