"""Compound growth and its refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError, NoDistanceError
from cpas.methods import growth

amounts = st.floats(0.01, 1e4)
years = st.integers(1, 15)
scales = st.floats(0.01, 100)
OTHER = {"higher": "lower", "lower": "higher"}
sides = st.sampled_from(["higher", "lower"])


@given(amounts, amounts, years, scales)
def test_growth_has_no_unit(value, baseline, time, scale):
    """Scaling the unit changes no growth rate."""
    scaled = growth.growth_rate(value * scale, baseline=baseline * scale, years=time)

    assert scaled == pytest.approx(growth.growth_rate(value, baseline=baseline, years=time), rel=1e-9, abs=1e-9)


@given(amounts, amounts, years)
def test_growth_compounds_back(value, baseline, time):
    """The baseline, grown at the rate for the years, is the value."""
    rate = growth.growth_rate(value, baseline=baseline, years=time)

    assert baseline * (1 + rate) ** time == pytest.approx(value)


@given(amounts, amounts, amounts, years, years, sides)
def test_direction_is_only_a_sign(value, baseline, target, elapsed, total, better):
    """Negating all values and swapping the direction leaves the ratio; swapping alone negates it."""
    if abs(baseline - target) < 1e-3:
        return
    times = {"elapsed": elapsed, "total": total}
    ratio = growth.growth_ratio(value, baseline=baseline, target=target, better=better, **times)

    assert growth.growth_ratio(value, baseline=baseline, target=target, better=OTHER[better], **times) == -ratio
    assert ratio == growth.growth_ratio(-value, baseline=-baseline, target=-target, better=OTHER[better], **times)


@given(amounts, amounts, years)
def test_on_the_way_by_growth_the_ratio_is_one(baseline, target, elapsed):
    """On the exponential path from baseline to target the ratio is 1 at any time."""
    if abs(baseline - target) < 1e-3 * baseline:
        return
    value = baseline * (target / baseline) ** (elapsed / 15)
    better = "higher" if target > baseline else "lower"

    assert growth.growth_ratio(
        value, baseline=baseline, target=target, elapsed=elapsed, total=15, better=better
    ) == pytest.approx(1, rel=1e-6)


@pytest.mark.parametrize(("value", "baseline", "target"), [(80, 100, 0), (0, 100, 50), (80, 0, 50), (-1, 2, 4)])
def test_zero_and_mixed_signs_are_refused(value, baseline, target):
    """Growth is not applicable, and says what is; zero is never replaced by something small."""
    with pytest.raises(MethodError, match="linear"):
        growth.growth_ratio(value, baseline=baseline, target=target, elapsed=4, total=10, better="lower")
    assert not growth.growth_applies(value, baseline, target)


def test_equal_baseline_and_target_are_refused():
    """There is no way to travel."""
    with pytest.raises(NoDistanceError, match="both 5"):
        growth.growth_ratio(4, baseline=5, target=5, elapsed=4, total=10, better="lower")


def test_times_must_pass():
    """Before the baseline is refused; at it nothing is known yet; no time to the target is refused."""
    with pytest.raises(MethodError, match="negative"):
        growth.growth_rate(80, baseline=100, years=-1)
    with pytest.raises(MethodError, match="no time"):
        growth.growth_ratio(80, baseline=100, target=50, elapsed=1, total=0, better="lower")
    assert math.isnan(growth.growth_rate(80, baseline=100, years=0))


def test_missing_stays_missing():
    """A missing value gives a missing rate, whatever its baseline, and no class."""
    rates = growth.growth_rate([np.nan, 80, 80], baseline=[0, np.nan, 100], years=4)

    assert np.isnan(rates[:2]).all()
    assert not np.isnan(rates[2])
    assert growth.growth_class(np.nan, better="higher") == "insufficient data"
