"""Following numbers back: many at once are followed as each would be alone."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cpas
from cpas.datasets import load
from cpas.methods.explaining.tracing import Slot, Trace, follow
from cpas.testing.strategies_observed_plans import observed_plans

KINDS = ["flow", "stock", "cumulative", "ratio", "mean", "distinct", "ordinal"]


def slots_of(aggregates):
    """Return all rows of aggregates, and one that is not there."""
    cells, groups = aggregates.cells, aggregates.groups
    columns = (cells.indicator, cells.period, cells.place, cells.cell)
    there = [
        Slot(indicator=i, period=p, place=place, members=groups[cell])
        for i, p, place, cell in zip(*(column.tolist() for column in columns), strict=True)
    ]
    return [*there, *(attrs.evolve(slot, members=("nobody",)) for slot in there[:1])]


def same(one: Trace, other: Trace) -> bool:
    """Whether two traces say the same, a number that is missing being equal to itself."""
    return all(repr(getattr(one, a.name)) == repr(getattr(other, a.name)) for a in attrs.fields(Trace))


def check(aggregates):
    given = aggregates.observations, aggregates.request, aggregates.methodology
    slots = slots_of(aggregates)
    together = follow(*given, slots)

    assert set(slots) == set(together)
    for slot in slots:
        assert same(follow(*given, [slot])[slot], together[slot])


@settings(max_examples=40)
@given(data=st.data())
def test_together_as_alone(data):
    """All rows of an aggregate followed back at once are those that each is followed back to alone."""
    plan, rows = data.draw(observed_plans(KINDS))
    request = {
        "by": data.draw(st.sampled_from(["quarter", "half"])),
        "places": data.draw(st.sampled_from(["all", "each", "region"])),
        "groups": data.draw(st.sampled_from([(), ("sex",)])),
        "vintage": data.draw(st.sampled_from(["latest", "first"])),
        "as_of": data.draw(st.sampled_from([None, "2025-08-01"])),
    }
    check(cpas.aggregate(cpas.read_observations(rows, plan), **request))


@pytest.mark.parametrize("by", ["quarter", "year"])
def test_a_worked_mission(by):
    """The same of a mission with every kind of indicator, returns that imply zeros, and later reports."""
    check(cpas.aggregate(load("kessara")[1], by=by))


def test_rows_of_each_indicator():
    """What is followed back are rows of that indicator, in the numbers of the store."""
    quarters = cpas.aggregate(load("kessara")[1], by="quarter")
    store = quarters.observations.store
    slots = slots_of(quarters)

    for slot, trace in follow(quarters.observations, quarters.request, quarters.methodology, slots).items():
        rows = np.concatenate([trace.rows, trace.missing, *(rows for _, rows in trace.others)])
        assert set(store.indicator[rows].tolist()) <= {slot.indicator}


def test_nothing_asked():
    """Nothing is followed back where nothing is asked."""
    quarters = cpas.aggregate(load("kessara")[1], by="quarter")

    assert follow(quarters.observations, quarters.request, quarters.methodology, []) == {}
