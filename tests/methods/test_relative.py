"""Normalisation against a declared reference, on the Technology Achievement Index of 23 countries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpas.errors import MethodError, NoDistanceError
from cpas.methods.normalise import (
    distance_to_best,
    distance_to_reference,
    distance_to_target,
    linear_progress,
    min_max,
    ratio_to_reference,
    reference_from_sample,
    z_score,
)

numbers = st.floats(-1e6, 1e6)
samples = st.lists(numbers, min_size=2, max_size=8).filter(lambda values: max(values) - min(values) > 1e-3)


@given(samples, st.floats(1e-3, 1e3), numbers)
def test_invariant_on_the_interval_scale(values, factor, shift):
    """Neither the unit nor its zero matters to min–max and z-scores (OECD/JRC Handbook 2008, step 5.1)."""
    assume(factor * (max(values) - min(values)) > 1e-3)
    known, moved = reference_from_sample(values), reference_from_sample(factor * np.array(values) + shift)
    there = factor * np.array(values) + shift

    np.testing.assert_allclose(
        min_max(there, low=moved.low, high=moved.high), min_max(values, low=known.low, high=known.high), atol=1e-4
    )
    np.testing.assert_allclose(
        z_score(there, mean=moved.mean, deviation=moved.deviation),
        z_score(values, mean=known.mean, deviation=known.deviation),
        atol=1e-4,
    )


@given(samples)
def test_mirrored_sample(values):
    """Negated and turned round, a sample scores the same."""
    known, mirrored = reference_from_sample(values), reference_from_sample(-np.array(values))
    turned = np.negative(values)

    np.testing.assert_allclose(
        min_max(turned, low=mirrored.low, high=mirrored.high, better="lower"),
        min_max(values, low=known.low, high=known.high),
        atol=1e-9,
    )
    np.testing.assert_allclose(
        z_score(turned, mean=mirrored.mean, deviation=mirrored.deviation, better="lower"),
        z_score(values, mean=known.mean, deviation=known.deviation),
        atol=1e-9,
    )


@given(samples)
def test_own_reference_gives_bounds_and_moments(values):
    """Against its own sample, min–max spans the scale; z-scores have mean 0 and deviation 1."""
    known = reference_from_sample(values)
    scaled = min_max(values, low=known.low, high=known.high, scale=(1, 100))
    standard = z_score(values, mean=known.mean, deviation=known.deviation)

    assert (scaled.min(), scaled.max()) == pytest.approx((1, 100))
    assert (standard.mean(), standard.std(ddof=1)) == pytest.approx((0, 1), abs=1e-6)


@given(numbers, numbers, numbers)
def test_distances_are_progress_from_another_origin(value, worst, best):
    """Best, reference and target differ in who declares them, not in the formula."""
    assume(abs(best - worst) > 1e-3)
    progress = linear_progress(value, baseline=worst, target=best)

    assert distance_to_best(value, worst=worst, best=best) == progress
    assert distance_to_reference(value, worst=worst, reference=best) == progress
    assert distance_to_target(value, worst=worst, target=best) == progress


# -- published numbers -----------------------------------------------------------------------------


def coinr(published, name, like):
    """Return a result of COINr 1.1.14 in the order of `like`."""
    return published(f"tai_23/coinr_norm_{name}.csv").set_index("uCode").loc[like.index, like.columns]


@pytest.mark.parametrize(("name", "scale"), [("minmax_0_100", (0, 100)), ("minmax_1_100", (1, 100))])
def test_tai_min_max(published, tai, name, scale):
    """COINr 1.1.14, n_minmax on 0–100 and 1–100."""
    known = reference_from_sample(tai)

    found = min_max(tai, low=known.low, high=known.high, scale=scale)
    np.testing.assert_allclose(found, coinr(published, name, tai), atol=1e-9)


def test_tai_z_scores(published, tai):
    """COINr 1.1.14, n_zscore."""
    known = reference_from_sample(tai)

    found = z_score(tai, mean=known.mean, deviation=known.deviation)
    np.testing.assert_allclose(found, coinr(published, "zscore_0_1", tai), atol=1e-9)


def test_tai_distance_to_best(published, tai):
    """COINr 1.1.14, n_dist2max: shares there, per cent here."""
    known = reference_from_sample(tai)

    found = distance_to_best(tai, worst=known.low, best=known.high)
    np.testing.assert_allclose(found / 100, coinr(published, "dist2max", tai), atol=1e-9)


def test_tai_statistics(published, tai):
    """COINr 1.1.14, statistics of the raw data, as printed to ten digits."""
    stats = published("tai_23/coinr_stats_raw.csv").set_index("iCode").loc[tai.columns]
    known = reference_from_sample(tai)

    for found, column in ((known.low, "Min"), (known.high, "Max"), (known.mean, "Mean"), (known.deviation, "Std")):
        np.testing.assert_allclose(found, stats[column], rtol=1e-9)
    assert known.present.tolist() == stats["N.Avail"].tolist()


#: OECD/JRC Handbook 2008, table 15, mean years of schooling: z-score, min–max, ratio to the mean, the best, the worst.
TABLE_15 = {
    "Finland": (0.26, 0.59, 1.04, 0.83, 1.41),
    "UnitedStates": (1.52, 1.00, 1.25, 1.00, 1.69),
    "Japan": (-0.06, 0.49, 0.99, 0.79, 1.34),
    "Singapore": (-1.58, 0.00, 0.74, 0.59, 1.00),
    "Norway": (1.46, 0.98, 1.24, 0.99, 1.68),
    "Austria": (-0.76, 0.27, 0.88, 0.70, 1.18),
    "Hungary": (-0.31, 0.41, 0.95, 0.76, 1.28),
}


def test_handbook_table_15(tai):
    """OECD/JRC Handbook 2008, table 15, two decimals."""
    schooling = tai.loc[list(TABLE_15), "schooling"]
    known = reference_from_sample(tai["schooling"])
    found = np.transpose(
        [
            z_score(schooling, mean=known.mean, deviation=known.deviation),
            min_max(schooling, low=known.low, high=known.high, scale=(0, 1)),
            *(ratio_to_reference(schooling, reference=each) / 100 for each in (known.mean, known.high, known.low)),
        ]
    )
    np.testing.assert_allclose(found, list(TABLE_15.values()), atol=0.0051)


def test_handbook_table_14():
    """OECD/JRC Handbook 2008, table 14: ratios change with the unit where its zero is arbitrary (°C, °F)."""
    celsius = (ratio_to_reference(35, reference=39) + 100) / 200
    fahrenheit = (ratio_to_reference(95, reference=102.2) + 100) / 200

    assert (round(celsius, 3), round(fahrenheit, 3)) == (0.949, 0.965)


# -- refusals --------------------------------------------------------------------------------------


def test_reference_skips_what_is_missing():
    """A missing value is no value of the reference."""
    known = reference_from_sample([1, None, 3])

    assert (known.low, known.high, known.mean, known.present) == (1.0, 3.0, 2.0, 2.0)
    assert known.deviation == pytest.approx(np.sqrt(2))
    assert reference_from_sample([1, 3], population=True).deviation == 1.0


def test_reference_needs_values():
    """One value has no deviation, none no bounds."""
    with pytest.raises(MethodError, match="at position 1 is too small"):
        reference_from_sample([[1, None], [2, 5]])


def test_references_that_measure_nothing():
    """Equal bounds, no deviation, a reference of zero, bounds upside down, a target worse than the worst."""
    with pytest.raises(NoDistanceError):
        min_max(1, low=2, high=2)
    with pytest.raises(MethodError, match="no unit"):
        z_score(1, mean=0, deviation=0)
    with pytest.raises(MethodError, match="divided"):
        ratio_to_reference(1, reference=0)
    with pytest.raises(MethodError, match="better='lower'"):
        min_max(1, low=3, high=2)
    with pytest.raises(MethodError, match="worse than the worst"):
        distance_to_target(1, worst=10, target=5, better="higher")
