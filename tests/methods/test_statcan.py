"""Statistics Canada's progress classes and scores."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods import growth, statcan

DATA = Path(__file__).parents[3] / "shared" / "data" / "progress_rules_canada_cif"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference data {DATA.name} is not here")

ratios = st.floats(-5, 5)
rates = st.floats(-0.2, 0.2)
limits = st.floats(0.05, 1)


@given(ratios, ratios)
def test_faster_never_scores_less(first, second):
    """A higher ratio never has the lower score, nor a higher growth."""
    low, high = sorted([first, second])

    assert statcan.ratio_score(low) <= statcan.ratio_score(high)
    assert statcan.growth_score(low, better="higher") <= statcan.growth_score(high, better="higher")


@given(ratios)
def test_score_and_ratio_agree_on_the_class(ratio):
    """Cutting the score gives the class of the ratio itself (but for the last bit at a cut)."""
    assume(min(abs(ratio - cut) for cut in (0, 0.6, 0.95)) > 1e-9)

    assert statcan.score_class(statcan.ratio_score(ratio)) == statcan.ratio_class(ratio)


@given(rates, limits)
def test_score_and_growth_agree_on_the_class(rate, limit):
    """Cutting the score gives the class of the growth itself, under any limit."""
    score = statcan.growth_score(rate, better="higher", limit=limit)
    assume(min(abs(score - cut) for cut in (-2.5, 0, 2.5)) > 1e-9)

    assert statcan.score_class(score) == statcan.growth_class(rate, better="higher", limit=limit)


@given(rates, limits)
def test_limit_only_helps(rate, limit):
    """Lowering the thresholds never lowers a score, and leaves a decline as it is."""
    free = statcan.growth_score(rate, better="higher")
    limited = statcan.growth_score(rate, better="higher", limit=limit)

    assert limited >= free
    assert rate > 0 or limited == free


@given(rates)
def test_direction_is_only_a_sign(rate):
    """Growth of what should fall is read as its mirror."""
    assert statcan.growth_class(rate, better="higher") == statcan.growth_class(-rate, better="lower")


@given(st.floats(0, 99.9))
def test_limit_is_out_of_reach_for_fifteen_years(baseline):
    """Fifteen years at the highest threshold stay within a maximum (the source's first reason for C)."""
    factor = statcan.limit_factor(baseline, limit=100)

    assert baseline * (1 + 0.015 * factor) ** 15 <= 100 + 1e-2


@given(st.floats(0.1, 99))
def test_limit_factor_is_the_same_on_either_side(distance):
    """Equal relative distances from a maximum and from a minimum have one factor (the second reason)."""
    below = statcan.limit_factor(100 - distance, limit=100)

    assert statcan.limit_factor(100 + distance, limit=100) == pytest.approx(below)


@needs_data
@pytest.mark.parametrize(
    "indicator", ["11.6.1", "15.2.1", "3.4.1", "9.7.1"], ids=["waste", "species", "alcohol", "infrastructure"]
)
def test_published_statuses(indicator):
    """Canadian Indicator Framework 2025: the four rows whose base, target and value are in its own text."""
    row = next(row for row in json.loads((DATA / "worked_rows.json").read_text()) if row["indicator"] == indicator)
    better = {"up": "higher", "down": "lower"}[row["desired"]]
    met = statcan.achieved(row["current"], target=row["target"], better=better)

    word = statcan.ratio_class(_ratio(row, better), achieved=met)
    assert word == row["published"] == _published()[indicator]


def _ratio(row, better):
    if "base" not in row:
        return np.nan
    return growth.growth_ratio(
        row["current"],
        baseline=row["base"],
        target=row["target"],
        elapsed=row["current_year"] - row["base_year"],
        total=row["target_year"] - row["base_year"],
        better=better,
    )


def _published():
    with (DATA / "cif_progress_2025.csv").open(encoding="utf-8") as file:
        return {row["indicator_number"]: row["progress_status"] for row in csv.DictReader(file)}


@needs_data
def test_published_words_are_ours():
    """Every status the framework publishes is one of the classes, or "Not available"."""
    assert set(_published().values()) - {"Not available"} == set(statcan.CLASSES)


def test_printed_ratios():
    """Canadian Indicator Framework 2025: R of 11.6.1 and 15.2.1, to the three decimals printed."""
    waste = growth.growth_ratio(683.4, baseline=699, target=490, elapsed=8, total=16, better="lower")
    species = growth.growth_ratio(40, baseline=42, target=60, elapsed=5, total=7, better="higher")

    assert [round(waste, 3), round(species, 3)] == [0.128, -0.186]


def test_cut_points_of_the_figures():
    """Progress measurement methodology, figures 1 and 2: the scores at the limits of the classes."""
    assert statcan.ratio_score([-0.6, 0, 0.6, 0.95, 1.3, 9]).tolist() == [-5, -2.5, 0, 2.5, 5, 5]
    growths = statcan.growth_score([-0.02, 0, 0.005, 0.015, 0.02, 9], better="higher")
    assert growths.tolist() == [-5, -2.5, 0, 2.5, 5, 5]


def test_achieved_only_if_every_series_is():
    """One series short of its target and the indicator is "On track" at best; a missing one is short."""
    assert statcan.overall_class([5, 5], achieved=True) == (5.0, "Target achieved")
    assert statcan.overall_class([5, 4.9], achieved=[True, False])[1] == "On track"
    assert statcan.overall_class([5, np.nan], achieved=True)[1] == "On track"
    assert statcan.overall_class([np.nan])[1] == "insufficient data"


def test_faulty_requests_are_refused():
    """A factor outside (0, 1], a base year at the limit, no series."""
    with pytest.raises(MethodError, match="limit_factor"):
        statcan.growth_class(0.01, better="higher", limit=0)
    with pytest.raises(MethodError, match="nothing is left"):
        statcan.limit_factor(100, limit=100)
    with pytest.raises(MethodError, match="negative"):
        statcan.limit_factor(-1, limit=100)
    with pytest.raises(MethodError, match="without series"):
        statcan.overall_class([])
