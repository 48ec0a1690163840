"""Rows packed into blocks are the same table, in whatever order they came."""

from __future__ import annotations

import attrs
import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from cpas.io.observations import read_observations
from cpas.model import Dimension, Indicator, Place, Plan
from cpas.tables.blocks import Packed, block_numbers
from cpas.tables.packing import pack
from cpas.testing.strategies_observations import observation_rows


def indicator(id, kind, unit, **more):
    """Return an indicator that measures nothing in particular."""
    return Indicator(id, f"Name of {id}", measures=(), better="neutral", kind=kind, unit=unit, **more)


PLAN = Plan(
    "p",
    "Some kinds",
    indicators=[
        indicator("flow", "flow", "person", dimensions=["sex"]),
        indicator("ratio", "ratio", "%"),
        indicator("cumulative", "cumulative", "case"),
        indicator("more", "flow", "person"),
        indicator("mean", "mean", "day"),
    ],
    places=[Place("mission", "Mission"), Place("north", "North", parent="mission")],
    dimensions=[Dimension("sex", ["male", "female"])],
)


def plain(record):
    """Return a record's arrays by content, type and whether they take the room of one; all else as it is."""
    if isinstance(record, np.ndarray):
        return record.dtype.name, bool(len(record)) and record.strides == (0,), record.tobytes()
    if isinstance(record, Packed):
        return plain(record.blocks), plain(record.missing), plain(record.history), record.texts
    if isinstance(record, tuple):
        return tuple(map(plain, record))
    if attrs.has(type(record)):
        return tuple(plain(getattr(record, field.name)) for field in attrs.fields(type(record)))
    return record


@given(st.data())
def test_any_order(data):
    """Rows in any order are packed as rows in canonical order are, to the bit."""
    rows = data.draw(observation_rows(PLAN))
    observed = read_observations(data.draw(st.permutations(rows)), PLAN)

    assert plain(pack(observed.store, block_numbers(PLAN))) == plain(observed.packed)


@given(observation_rows(PLAN))
def test_row_by_row_and_back(rows):
    """Each row is in a block, missing, or history, and comes back as it was."""
    observed = read_observations(rows, PLAN)
    packed = observed.packed

    assert len(rows) == len(packed) == sum(map(len, packed.blocks)) + len(packed.missing) + len(packed.history)
    assert plain(packed.rows()) == plain(pack(packed.rows(), block_numbers(PLAN)).rows())
    for block in packed.blocks:
        assert len({(PLAN.indicators[n].kind, PLAN.indicators[n].over) for n in block.indicator.tolist()}) == 1
        assert (block.lengths > 0).all()
        assert not np.isnan([block.value, block.numerator, block.low, block.high]).all(axis=0).any()


def long_table():
    """Return a table of more rows than are looked at in one go, in canonical order."""
    days = pd.date_range("1950-01-01", periods=20_000).strftime("%Y-%m-%d")
    parts = [pd.DataFrame({"indicator": "flow", "period": days, "sex": sex, "value": 1.0}) for sex in (None, "female")]
    parts.append(pd.DataFrame({"indicator": "ratio", "period": days, "numerator": 1.0, "denominator": 2.0}))
    parts.append(pd.DataFrame({"indicator": "more", "period": days, "value": np.arange(20_000) - 0.0}))
    table = pd.concat(parts, ignore_index=True)
    table.loc[39_999, "value"] = 5.0
    table.loc[100, "value"] = np.nan
    return table.assign(reason=np.where(table.index == 100, "late", None))


def test_more_rows_than_a_piece():
    """A long table is packed alike in any order; a column that says only one thing takes the room of one."""
    table = long_table()
    observed = read_observations(table, PLAN)
    shuffled = read_observations(table.sample(frac=1.0, random_state=1), PLAN)
    flow, ratio = observed.packed.blocks

    assert plain(observed.packed) == plain(shuffled.packed)
    assert [39_999 + 20_000, 20_000, 1] == [len(flow), len(ratio), len(observed.packed.missing)]
    assert 5.0 == flow.value[39_998]
    assert 39_998 + sum(range(20_000)) + 5.0 == flow.value.sum()
    assert (0,) == flow.numerator.strides == ratio.numerator.strides == ratio.value.strides
    assert table["value"].fillna(50.0).where(table.index != 100).equals(pd.Series(observed.store.value, name="value"))
