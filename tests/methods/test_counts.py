"""Counts: two of them, their scatter, the same season, and CUSUM."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpas.errors import MethodError, MissingExtraError
from cpas.methods.counts import compare_counts, dispersion
from cpas.methods.cusum import cusum, poisson_allowance
from cpas.methods.seasons import same_season

counts = st.integers(0, 200)
exposures = st.floats(0.1, 100)
several = st.lists(st.integers(0, 30), min_size=2, max_size=20)
numbers = st.lists(st.integers(-100, 100), max_size=30)

#: Montgomery, Introduction to Statistical Quality Control, table 9.1.
MONTGOMERY = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08]
MONTGOMERY += [9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]


# -- two counts (§8.7) -----------------------------------------------------------------------------


@given(counts, counts, exposures, exposures)
def test_now_and_before_mirror(now, before, e_now, e_before):
    """Swapping the two inverts ratio and interval, and leaves p."""
    assume(now and before)
    there = compare_counts(now, before, exposure=(e_now, e_before))
    back = compare_counts(before, now, exposure=(e_before, e_now))

    assert back.p == pytest.approx(there.p)
    assert (1 / back.ratio, 1 / back.high, 1 / back.low) == pytest.approx((there.ratio, there.low, there.high))


@given(counts, counts, st.sampled_from([0.5, 2.0, 90.0]))
def test_unit_of_exposure_changes_nothing(now, before, unit):
    """Days or quarters: only the ratio of the two exposures counts."""
    assume(now + before)
    one = compare_counts(now, before, exposure=(3, 2))
    other = compare_counts(now, before, exposure=(3 * unit, 2 * unit))

    np.testing.assert_allclose(one, other, rtol=1e-9)


@given(counts, counts)
def test_ratio_lies_in_its_interval(now, before):
    """The interval holds the ratio, and excludes 1 only where p is small."""
    assume(now and before)
    found = compare_counts(now, before)

    assert found.low <= found.ratio <= found.high
    assert found.low <= 1 <= found.high or found.p <= 0.05


@given(counts)
def test_equal_counts_do_not_differ(count):
    """As many as before in as much exposure: p is 1."""
    assume(count)

    assert compare_counts(count, count).p == pytest.approx(1)


@given(counts, counts, st.floats(1, 10))
def test_scatter_never_makes_surer(now, before, spread):
    """Over-dispersed counts hold fewer independent events."""
    assume(now / spread >= 1 and before / spread >= 1)
    plain, wide = compare_counts(now, before), compare_counts(now, before, dispersion=spread)

    assert wide.ratio == plain.ratio
    assert wide.high / wide.low >= plain.high / plain.low * (1 - 1e-9)


def test_golden_poisson():
    """Methods reference, 3.8: 25 to 12 in equal exposure, exact two-sided p 0.047."""
    assert round(compare_counts(12, 25).p, 3) == 0.047


def test_nothing_before_or_now():
    """From none there is no ratio and no upper limit; to none the ratio is 0."""
    rise, fall = compare_counts(5, 0), compare_counts(0, 5)

    assert math.isnan(rise.ratio)
    assert math.isinf(rise.high)
    assert rise.low > 0
    assert (fall.ratio, fall.low) == (0, 0)


def test_faulty_counts_are_refused():
    """Both zero, a share of an event, a missing count, no exposure."""
    with pytest.raises(MethodError, match="Both counts are 0"):
        compare_counts(0, 0)
    for count in (1.5, -1, math.nan):
        with pytest.raises(MethodError, match="not a number of events"):
            compare_counts(count, 3)
    with pytest.raises(MethodError, match="exposure"):
        compare_counts(1, 3, exposure=(1, 0))


def test_missing_scipy_is_named(monkeypatch):
    """Without scipy the error names the command that installs it."""
    monkeypatch.setitem(sys.modules, "scipy.stats", None)

    for call in (lambda: compare_counts(1, 2), lambda: dispersion([1, 2])):
        with pytest.raises(MissingExtraError, match=r"cpas\[statistics\]"):
            call()


# -- scatter (§8.8) --------------------------------------------------------------------------------


@given(several)
def test_scatter_is_variance_over_mean(values):
    """With equal exposures the ratio is variance ÷ mean, and alpha that of the moments."""
    assume(any(values))
    found = dispersion(values)
    mean, variance = np.mean(values), np.var(values, ddof=1)

    assert (found.mean, found.ratio) == pytest.approx((mean, variance / mean))
    assert found.alpha == pytest.approx(max(0, (variance - mean) / mean**2), abs=1e-9)


@given(several, st.sampled_from([0.5, 2.0, 7.0]))
def test_unit_of_exposure_leaves_the_scatter(values, unit):
    """Equal exposures in another unit change only the mean rate."""
    assume(any(values))
    one, other = dispersion(values), dispersion(values, exposure=[unit] * len(values))

    assert (other.mean * unit, other.ratio, other.p) == pytest.approx((one.mean, one.ratio, one.p))
    assert other.alpha == pytest.approx(one.alpha, abs=1e-9)


@given(several)
def test_order_of_counts_changes_nothing(values):
    """Scatter knows no time."""
    assume(any(values))

    np.testing.assert_allclose(dispersion(values), dispersion(sorted(values)), rtol=1e-9, atol=1e-12)


def test_counts_in_proportion_do_not_scatter():
    """As many as the exposure asks for: ratio 0, p 1."""
    found = dispersion([1, 2, 3], exposure=[10, 20, 30])

    assert (found.mean, found.ratio, found.p, found.alpha) == (0.1, 0, 1, 0)


def test_mites_and_horses():
    """Bliss and Fisher 1953, mites: over-dispersed, k 1.167; Bortkiewicz 1898, horse kicks (0.61, 0.61): not."""
    mites = dispersion(np.repeat(np.arange(8), [70, 38, 17, 10, 9, 3, 2, 1]))
    horses = dispersion(np.repeat(np.arange(5), [109, 65, 22, 3, 1]))

    assert (round(mites.mean, 4), round(1 / mites.alpha, 3)) == (1.1467, 1.167)
    assert mites.p < 1e-6
    assert (round(horses.mean, 2), round(horses.mean * horses.ratio, 2)) == (0.61, 0.61)
    assert horses.p > 0.4


def test_scatter_of_nothing_is_refused():
    """One count, none but zeros, half an event; a missing one is left out."""
    for values in ([3], [0, 0], [[1, 2]]):
        with pytest.raises(MethodError, match="two or more counts"):
            dispersion(values)
    with pytest.raises(MethodError, match="not a number of events"):
        dispersion([1.5, 2])
    with pytest.raises(MethodError, match="exposure"):
        dispersion([1, 2], exposure=[1, 0])
    assert dispersion([1, np.nan, 4]) == dispersion([1, 4])


# -- the same season (§8.11) -----------------------------------------------------------------------


@given(st.lists(counts, min_size=4, max_size=4), st.lists(counts, min_size=12, max_size=12))
def test_other_seasons_have_no_say(season, others):
    """Only the own season of earlier years counts."""
    with_others = [*year_by_year(others, season)]
    alone = [*year_by_year([0] * 12, season)]

    np.testing.assert_equal(same_season(with_others, period=4, min_years=2), same_season(alone, period=4, min_years=2))


def year_by_year(others, season):
    """Yield three other quarters, then one of the season, four times."""
    for year, count in enumerate(season):
        yield from others[3 * year : 3 * year + 3]
        yield count


def test_season_is_the_comparison_of_counts():
    """One earlier year is the plain comparison; nothing ever happening differs in nothing."""
    found = same_season([25, 3, 12], period=2, min_years=1)

    assert (found.p, found.change) == (compare_counts(12, 25).p, -52)
    assert same_season([0, 3, 0], period=2, min_years=1).p == 1


def test_missing_years_are_counted():
    """A missing year is neither zero nor there."""
    found = same_season([10, 0, np.nan, 0, 20, 0, 15], period=2, min_years=2)

    assert (found.expected, found.years, found.least, found.most) == (15, 2, 10, 20)
    with pytest.raises(MethodError, match="2 earlier years"):
        same_season([10, 0, np.nan, 0, 20, 0, 15], period=2, min_years=3)
    with pytest.raises(MethodError, match="ends in a count"):
        same_season([10, 0, np.nan], period=2, min_years=1)
    with pytest.raises(MethodError, match="not a number of events"):
        same_season([1.5, 0, 1.5, 0, 3], period=2, min_years=1)


# -- CUSUM (§8.10) ---------------------------------------------------------------------------------


@given(numbers, st.integers(0, 5))
def test_sums_follow_their_recursion(values, allowance):
    """Each sum is the one before plus the excess, never below zero."""
    found = cusum(values, reference=3, allowance=allowance, threshold=10)
    upper = lower = 0
    for value, above, below in zip(values, found.upper, found.lower, strict=True):
        upper = max(0, upper + value - 3 - allowance)
        lower = max(0, lower + 3 - allowance - value)
        assert (above, below) == (upper, lower)


@given(numbers)
def test_mirrored_values_swap_the_sums(values):
    """Negated about the reference, what was above is below."""
    found = cusum(values, reference=3, allowance=1, threshold=10)
    mirrored = cusum([6 - value for value in values], reference=3, allowance=1, threshold=10)

    np.testing.assert_array_equal(found.upper, mirrored.lower)
    np.testing.assert_array_equal(found.high, mirrored.low)
    np.testing.assert_array_equal(found.upper_run, mirrored.lower_run)


def test_montgomery():
    """Montgomery, table 9.2: C+ 5.28 in period 29 is the first alarm, after a run of 7: shift after period 22."""
    found = cusum(MONTGOMERY, reference=10, allowance=0.5, threshold=5)
    first = int(np.argmax(found.high))

    assert (first + 1, round(found.upper[first], 2), found.upper_run[first]) == (29, 5.28, 7)
    assert not found.low.any()


def test_missing_values_leave_the_sums():
    """A gap adds nothing and takes nothing away."""
    found = cusum([12, np.nan, 12], reference=10, allowance=1, threshold=5)

    assert found.upper.tolist() == [1, 1, 2]


@given(st.floats(0.5, 50), st.floats(0.5, 50))
def test_allowance_lies_between_the_rates(expected, alarming):
    """The level that counts as too much lies between the usual and the alarming rate."""
    assume(abs(expected - alarming) > 1e-3)
    allowance = poisson_allowance(expected, alarming=alarming)

    assert 0 < allowance < abs(alarming - expected)


def test_faulty_parameters_are_refused():
    """No threshold, a negative allowance, a missing reference, equal rates."""
    for reference, allowance, threshold in ((0, 1, 0), (0, -1, 5), (math.nan, 1, 5)):
        with pytest.raises(MethodError, match="CUSUM needs"):
            cusum([1, 2], reference=reference, allowance=allowance, threshold=threshold)
    with pytest.raises(MethodError, match="one dimension"):
        cusum([[1, 2]], reference=0, allowance=1, threshold=5)
    with pytest.raises(MethodError, match="differ"):
        poisson_allowance(4, alarming=4)
