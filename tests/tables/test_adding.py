"""Rows added to observations give what reading all rows as one table would give."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import ObservationError, RequestError
from cpas.io.observations import read_observations
from cpas.model import Dimension, Indicator, Place, Plan
from cpas.tables.merging import known_rows, merged
from cpas.testing.strategies_observations import observation_rows


def indicator(id, kind, unit, **more):
    """Return an indicator that measures nothing in particular."""
    return Indicator(id, f"Name of {id}", measures=(), better="neutral", kind=kind, unit=unit, **more)


PLAN = Plan(
    "p",
    "Some kinds",
    period="2025",
    indicators=[
        indicator("flow", "flow", "person", dimensions=["sex"], frequency="quarter"),
        indicator("cumulative", "cumulative", "case"),
        indicator("ratio", "ratio", "%"),
        indicator("mean", "mean", "day"),
        indicator("text", "text", ""),
        indicator("money", "flow", "USD"),
    ],
    places=[Place("mission", "Mission"), Place("north", "North", parent="mission")],
    dimensions=[Dimension("sex", ["female", "male"])],
)


def read(rows, **more):
    """Read rows given as dicts."""
    return read_observations(rows, PLAN, **more)


def row(indicator="flow", period="2025-Q1", **more):
    """Return one row of a quarter."""
    return {"indicator": indicator, "period": period, **more}


# -- laws ------------------------------------------------------------------------------------------------------


@given(st.data())
def test_cut_anywhere(assert_same_store, data):
    """A table cut in two, the second part added to the first, is the whole table: columns, order and remarks."""
    rows = data.draw(observation_rows(PLAN))
    cut = data.draw(st.integers(0, len(rows)))
    whole, parts = read(rows), read(rows[cut:], to=read(rows[:cut]))

    assert_same_store(whole.store, parts.store)
    assert whole.remarks == parts.remarks
    assert whole.rows() == parts.rows()


@given(st.data())
def test_order_of_parts(assert_same_store, data):
    """Which part is added to which changes nothing."""
    rows = data.draw(observation_rows(PLAN))
    cut = data.draw(st.integers(0, len(rows)))
    one, other = read(rows[cut:], to=read(rows[:cut])), read(rows[:cut], to=read(rows[cut:]))

    assert_same_store(one.store, other.store)
    assert one.remarks == other.remarks


@given(st.data())
def test_what_is_refused_together_is_refused_apart(data):
    """Rows that stand twice in a table are found also where they stand in two."""
    rows = data.draw(observation_rows(PLAN).filter(len))
    again = data.draw(st.sampled_from(rows))
    with pytest.raises(ObservationError) as together:
        read([*rows, again])
    with pytest.raises(ObservationError) as apart:
        read([again], to=read(rows))

    assert together.value.counts == apart.value.counts


@given(st.data())
def test_rows_known_are_those_of_both(data):
    """A row of the one is found in the other exactly where its keys are there."""
    one, other = (read(data.draw(observation_rows(PLAN))).store for _ in range(2))
    known = known_rows(one, other)

    keys = [
        [
            (i, p, rows.periods[period], rows.cells[cell], at)
            for i, p, period, cell, at in zip(
                *(getattr(rows, name).tolist() for name in ("indicator", "place", "period", "cell", "recorded_at")),
                strict=True,
            )
        ]
        for rows in (one, other)
    ]
    assert [(keys[0].index(key), n) for n, key in enumerate(keys[1]) if key in keys[0]] == [
        *zip(known.old.tolist(), known.new.tolist(), strict=True)
    ]


# -- cases -----------------------------------------------------------------------------------------------------


def test_nothing_to_add(assert_same_store):
    """An empty table adds nothing, and is added to as any other."""
    observed = read([row(value=1)])

    assert_same_store(observed.store, merged(observed.store, read([]).store))
    assert_same_store(observed.store, read([row(value=1)], to=read([])).store)


def test_what_was_counted_is_counted_on():
    """A remark that counts rows counts those of all readings."""
    first = read([row("money", value=1, unit="thousand USD")])
    both = read([row("money", "2025-Q2", value=2, unit="thousand USD")], to=first)

    (remark,) = both.remarks.of("unit_converted")
    assert remark.message == "2 rows converted from 'thousand USD' to 'USD'."


def test_vintages_stand_together():
    """A row that revises one read before is put behind it."""
    both = read([row(value=2, recorded_at="2025-05-01")], to=read([row(value=1, recorded_at="2025-04-01")]))

    assert both.store.value.tolist() == [1, 2]


def test_row_read_before():
    """A row that was read before is refused by its number in the new table."""
    with pytest.raises(ObservationError, match="row 1, column indicator: It says the same as a row read before"):
        read([row("cumulative", value=1), row(value=1)], to=read([row(value=1)]))


def test_rows_that_differ_both_go():
    """Of two rows that differ neither stands; the one read before is handed back too."""
    both = read([row(value=2)], to=read([row(value=1), row("mean", value=3)]), on_fault="drop")

    assert both.store.value.tolist() == [3]
    assert both.dropped is not None
    assert both.dropped["value"].tolist() == [1, 2]
    assert both.dropped.index.tolist() == [None, 0]


def test_coverage_holds_on():
    """What was read before keeps its coverage where the new table says nothing of it."""
    first = read([row(value=1)], coverage="2025")
    more = [row("flow", "2025-Q2", value=1)]

    assert str(read(more, to=first).coverage) == "2025"
    assert str(read(more, to=first, coverage="2025-Q1").coverage) == "2025-Q1"


def test_another_plan():
    """Rows are not added to observations that another plan explains."""
    with pytest.raises(RequestError, match="Read both by one plan"):
        read([row(value=1)], to=read_observations([], attrs.evolve(PLAN, version="2")))


def test_what_was_read_stays():
    """Observations that rows are added to are as they were."""
    first = read([row(value=1)])
    read([row("flow", "2025-Q2", value=1)], to=first)

    assert len(first) == 1
