"""The rows of aggregates among indicators × slots."""

from __future__ import annotations

import attrs
import numpy as np
import pandas as pd
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import cpas
from cpas.methods.scoring.grid import grid_of
from cpas.methods.scoring.indicators import IndicatorScores, score_indicators
from cpas.testing.strategies_observed_plans import observed_plans

COLUMNS = [field.name for field in attrs.fields(IndicatorScores)]


def by_quarter(drawn):
    """Return the aggregates of a drawn plan and its rows."""
    plan, rows = drawn
    return cpas.aggregate(cpas.read_observations(pd.DataFrame(rows), plan), by="quarter")


@settings(deadline=None, max_examples=40)
@given(observed_plans(), st.randoms(use_true_random=False))
def test_rows_that_are_not_the_whole_grid(drawn, random):
    """A row is scored the same among all others in order, and among some of them in any order."""
    assume(drawn[1])
    whole = by_quarter(drawn)
    rows = random.sample(range(len(whole)), random.randint(1, len(whole)))
    some = attrs.evolve(whole, cells=whole.cells.take(np.array(rows)))
    expected, made = (score_indicators(one, one.methodology) for one in (whole, some))

    assert grid_of(whole).slot is None
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(expected, name)[rows], getattr(made, name), err_msg=name)


@settings(deadline=None, max_examples=20)
@given(observed_plans())
def test_spread(drawn):
    """A block holds each row at its indicator and slot, whether rows are the whole grid or not."""
    assume(drawn[1])
    whole = by_quarter(drawn)
    for cells in (whole.cells, whole.cells.take(np.arange(len(whole))[::-1])):
        grid = grid_of(attrs.evolve(whole, cells=cells))
        number = np.arange(len(cells), dtype=np.float64)
        block = grid.spread(number, np.nan)
        indicator, slot = np.nonzero(~np.isnan(block))
        row = block[indicator, slot].astype(int)

        assert sorted(row.tolist()) == list(range(len(cells)))
        np.testing.assert_array_equal(cells.indicator[row], indicator)
        keys = np.column_stack([cells.period, cells.place, cells.cell])
        np.testing.assert_array_equal(keys[row], grid.slots[slot])
