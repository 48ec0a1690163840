"""Change points."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.changepoint import change_points

DATA = Path(__file__).parents[3] / "shared" / "data" / "statistics_series"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference data {DATA.name} is not here")

series = st.lists(st.integers(-50, 50), min_size=8, max_size=20)


@needs_data
def test_nile():
    """Statistics series, R strucchange (Cobb 1978): one break after 1898, observation 28, and the means."""
    with (DATA / "series_Nile.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (DATA / "nile_breakpoint.csv").open(encoding="utf-8") as file:
        published = {row["stat"]: float(row["value"]) for row in csv.DictReader(file)}
    found = change_points([float(row["value"]) for row in rows], shortest=15, most=5)

    assert found.starts == (published["breakpoint_obs"],)
    assert float(rows[found.starts[0] - 1]["time"]) == published["break_year"]
    assert found.means == pytest.approx((published["mean_before"], published["mean_after"]), rel=1e-9)


@given(series, st.integers(1, 3))
def test_no_other_cuts_leave_less(values, breaks):
    """The cuts found are the best of all, by trying all (law of the dynamic programme)."""
    values = np.array(values, dtype=float)
    found = change_points(values, shortest=2, most=breaks)
    allowed = [
        cuts
        for cuts in itertools.combinations(range(2, len(values) - 1), len(found.starts))
        if all(later - earlier >= 2 for earlier, later in itertools.pairwise((0, *cuts, len(values))))
    ]
    least = min(_squares(values, cuts) for cuts in allowed)

    assert _squares(values, found.starts) == pytest.approx(least, abs=1e-6)


def _squares(values, cuts):
    return sum(((part - part.mean()) ** 2).sum() for part in np.split(values, cuts))


@given(series)
def test_unit_and_origin_move_no_break(values):
    """Negated, scaled and shifted, a series breaks in the same places, unless two choices are equally good."""
    found = change_points(values, shortest=2, most=2)
    moved = change_points([-4 * value + 64 for value in values], shortest=2, most=2)

    # The breaks may tie in the squares; what decides on their number may not differ.
    assert len(moved.starts) == len(found.starts)


@given(st.integers(2, 10), st.integers(2, 10), st.floats(-5, 5), st.floats(1, 5))
def test_a_step_is_found(before, after, level, height):
    """A clean step is found where it is, once."""
    found = change_points([level] * before + [level + height] * after, shortest=2, most=3)

    assert found.starts == (before,)
    assert found.means == pytest.approx((level, level + height))


def test_no_break_in_a_constant_series():
    """One level, no break, also where rounding leaves a little."""
    assert change_points([0.1] * 30, shortest=3, most=3).starts == ()


def test_faulty_requests_are_refused():
    """A gap, and a series too short to cut."""
    with pytest.raises(MethodError, match="none of them missing"):
        change_points([1, np.nan, 3, 4], shortest=2)
    with pytest.raises(MethodError, match="cannot be cut"):
        change_points([1, 2, 3], shortest=2)
