"""The Mann–Kendall family."""

from __future__ import annotations

import csv
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.dependence import hamed_rao, pre_whitened, yue_wang
from cpas.methods.mannkendall import mann_kendall, seasonal_mann_kendall

DATA = Path(__file__).parents[3] / "shared" / "data" / "statistics_series"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference data {DATA.name} is not here")
PERIODS = {"AirPassengers": 12, "UKgas": 4, "shampoo": 12}
TESTS = {
    "original_test": lambda values, _: mann_kendall(values),
    "hamed_rao": lambda values, _: hamed_rao(values),
    "yue_wang": lambda values, _: yue_wang(values),
    "pre_whitening": lambda values, _: pre_whitened(values, trend_free=False),
    "trend_free_pre_whitening": lambda values, _: pre_whitened(values),
    "seasonal_test": lambda values, period: seasonal_mann_kendall(values, period=period),
}
OPPOSITE = {"increasing": "decreasing", "decreasing": "increasing", "no trend": "no trend"}

series = st.lists(st.integers(-20, 20), min_size=3, max_size=25)


def read(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@given(series)
def test_reading_backwards_and_negating_turn_s(values):
    """Time reversal and mirroring negate S, z and tau, and leave p and the variance."""
    found = mann_kendall(values)

    for turned in (mann_kendall(values[::-1]), mann_kendall([-value for value in values])):
        assert (turned.s, turned.z, turned.tau) == (-found.s, -found.z, -found.tau)
        assert (turned.p, turned.variance) == (found.p, found.variance)
        assert turned.trend == OPPOSITE[found.trend]


@given(series)
def test_only_the_order_of_values_counts(values):
    """A rising transformation of the values changes nothing at all."""
    assert mann_kendall([value**3 + 5 for value in values]) == mann_kendall(values)


@given(st.permutations(range(6)))
def test_reversed_pair_of_permutations_cancels(values):
    """Under no trend S is symmetric: each order of the values has a mirror with the other sign."""
    assert mann_kendall(values).s + mann_kendall(values[::-1]).s == 0


@pytest.mark.parametrize("values", [[1, 2, 3, 4, 5], [1, 1, 2, 3, 4], [1, 1, 2, 2, 3]], ids=["none", "one", "two"])
def test_variance_is_that_of_all_orders(values):
    """Over all 120 orders of five values the mean of S is 0 and its variance the formula's, ties and all."""
    found = [mann_kendall(order).s for order in itertools.permutations(values)]

    assert np.mean(found) == 0
    assert np.var(found) == pytest.approx(mann_kendall(values).variance)


@given(st.lists(st.integers(-20, 20), min_size=8, max_size=30), st.integers(-500, 500))
def test_a_season_is_no_trend(values, height):
    """A wave that repeats each year changes nothing in the seasonal test."""
    wave = height * (np.arange(len(values)) % 4 == 2)

    assert seasonal_mann_kendall(np.array(values) + wave, period=4) == seasonal_mann_kendall(values, period=4)


@given(series)
def test_one_long_season_is_the_plain_test(values):
    """Values every second step, with gaps between, are one season: the plain test."""
    spread = np.full(2 * len(values), np.nan)
    spread[::2] = values
    plain, seasonal = mann_kendall(values), seasonal_mann_kendall(spread, period=2)

    assert (seasonal.s, seasonal.tau, seasonal.p) == (plain.s, plain.tau, plain.p)


def test_missing_values_are_left_out():
    """A gap is no value and takes part in no pair."""
    assert mann_kendall([1, np.nan, 2, 3, 5]) == mann_kendall([1, 2, 3, 5])


def test_constant_series_has_no_trend():
    """All equal: S 0, p 1, and no division by zero anywhere in the family."""
    for test in (mann_kendall, hamed_rao, yue_wang, pre_whitened):
        found = test([7] * 12)
        assert (found.trend, found.p, found.s) == ("no trend", 1.0, 0.0)


@needs_data
@pytest.mark.parametrize(
    "row", [row for row in (read("mann_kendall_sen.csv") if DATA.is_dir() else []) if row["test"] in TESTS], ids=str
)
def test_published_tests(row):
    """Statistics series, pymannkendall 1.4.3: every test of every series, to 1e-9."""
    values = [float(point["value"]) for point in read(f"series_{row['series']}.csv")]
    found = TESTS[row["test"]](values, PERIODS.get(row["series"]))

    assert found.trend == row["trend"]
    assert found[1:] == pytest.approx([float(row[key]) for key in ("p", "z", "tau", "s", "var_s")], rel=1e-9, abs=1e-9)


@needs_data
@pytest.mark.parametrize("row", read("r_summary.csv") if DATA.is_dir() else [], ids=lambda row: row["series"])
def test_r_prints_the_same_z(row):
    """Statistics series, R 4.2.2: Kendall's z, corrected for ties and not for continuity."""
    found = mann_kendall([float(point["value"]) for point in read(f"series_{row['series']}.csv")])

    assert found.s / math.sqrt(found.variance) == pytest.approx(float(row["kendall_z"]), rel=1e-9)


@needs_data
def test_printed_notebook():
    """Example notebook of pyMannKendall: Hamed–Rao of shampoo sales; the seasonal test of air passengers."""
    sales = [float(point["value"]) for point in read("series_shampoo.csv")]
    passengers = [float(point["value"]) for point in read("series_AirPassengers.csv")]
    seasonal = seasonal_mann_kendall(passengers, period=12)

    assert f"{hamed_rao(sales).p:.4e}" == "2.8916e-07"
    assert (round(seasonal.z, 4), round(seasonal.tau, 5), seasonal.s) == (15.5057, 0.9899, 784)


def test_faulty_requests_are_refused():
    """Too few values, a level that is none, a season of one, a correction that leaves no variance."""
    with pytest.raises(MethodError, match="three values"):
        mann_kendall([1, 2, np.nan])
    for test in (mann_kendall, hamed_rao, yue_wang, pre_whitened):
        with pytest.raises(MethodError, match="level"):
            test([1, 2, 3, 4], level=5)
    with pytest.raises(MethodError, match="cycles"):
        seasonal_mann_kendall([1, 2, 3], period=4)
    with pytest.raises(MethodError, match="no variance"):
        hamed_rao([3, 3, 3, 3, 4, 0, 5, 2])
