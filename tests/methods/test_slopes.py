"""Theil–Sen and the seasonal slope."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError, MissingExtraError
from cpas.methods import slopes

DATA = Path(__file__).parents[3] / "shared" / "data" / "statistics_series"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference data {DATA.name} is not here")
PERIODS = {"AirPassengers": 12, "UKgas": 4, "shampoo": 12}

series = st.lists(st.integers(-1000, 1000), min_size=3, max_size=25)


def read(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@given(series, st.integers(-50, 50))
def test_added_line_adds_its_slope(values, slope):
    """A line added to a series adds its slope (the limits depend on ties, which a line may break)."""
    plain = slopes.theil_sen(values)
    sloped = slopes.theil_sen(np.array(values) + slope * np.arange(len(values)))

    assert sloped.slope == pytest.approx(plain.slope + slope, abs=1e-9)


@given(series)
def test_time_reversal_and_mirroring_turn_the_slope(values):
    """Read backwards, or negated, the slope has the other sign."""
    slope = slopes.theil_sen(values).slope

    assert slopes.theil_sen(values[::-1]).slope == -slope
    assert slopes.theil_sen([-value for value in values]).slope == -slope


@given(series)
def test_order_of_rows_changes_nothing(values):
    """With their times, points may come in any order."""
    times = np.arange(len(values))

    assert slopes.theil_sen(values[::-1], times[::-1]) == slopes.theil_sen(values)


@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=30), st.integers(-20, 20))
def test_seasonal_slope_is_per_cycle(values, slope):
    """A line added to a quarterly series adds four of its steps a year, whatever the seasons do."""
    wave = 100 * (np.arange(len(values)) % 4)
    if len(values) < 5:
        return
    plain = slopes.seasonal_slope(values, period=4).slope
    sloped = slopes.seasonal_slope(np.array(values) + slope * np.arange(len(values)) + wave, period=4).slope

    assert sloped == pytest.approx(plain + 4 * slope, abs=1e-9)


def test_one_outlier_moves_nothing():
    """A wrong value among nine on a line leaves the slope."""
    values = 2.0 * np.arange(9)
    values[7] = 1e6

    assert slopes.theil_sen(values).slope == 2


def test_missing_values_keep_their_time():
    """A gap is not closed up."""
    assert slopes.theil_sen([0, np.nan, 4, 6]).slope == 2


@needs_data
@pytest.mark.parametrize("row", read("mann_kendall_sen.csv") if DATA.is_dir() else [], ids=str)
def test_published_slopes(row):
    """Statistics series: Sen's slope and intercept of every series and test, and scipy's 95 % limits."""
    values = [float(point["value"]) for point in read(f"series_{row['series']}.csv")]
    seasonal = row["test"] == "seasonal_test"
    found = slopes.seasonal_slope(values, period=PERIODS[row["series"]]) if seasonal else slopes.theil_sen(values)

    assert found[:2] == pytest.approx((float(row["slope"]), float(row["intercept"])), rel=1e-9)
    if row["low"]:
        assert found[2:] == pytest.approx((float(row["low"]), float(row["high"])), rel=1e-9)


def test_faulty_requests_are_refused():
    """One point in time, a confidence that is none, a table, a season of one."""
    with pytest.raises(MethodError, match="two or more"):
        slopes.theil_sen([1, np.nan])
    with pytest.raises(MethodError, match="two or more"):
        slopes.theil_sen([1, 2], [2020, 2020])
    with pytest.raises(MethodError, match="confidence"):
        slopes.theil_sen([1, 2], confidence=95)
    with pytest.raises(MethodError, match="one dimension"):
        slopes.theil_sen([[1, 2]])
    with pytest.raises(MethodError, match="period of 2"):
        slopes.seasonal_slope([1, 2, 3], period=1)
    with pytest.raises(MethodError, match="two or more cycles"):
        slopes.seasonal_slope([1, 2, 3], period=4)


def test_missing_scipy_is_named(monkeypatch):
    """Without scipy the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, "scipy.stats", None)

    with pytest.raises(MissingExtraError, match=r"cpas\[statistics\]"):
        slopes.theil_sen([1, 2, 3])
