"""Human Development Report 2023/24, composite indices, complete time series: the published index from its inputs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from cpas import datasets
from cpas.cycle.performing import aggregate
from cpas.cycle.scoring import score

PUBLISHED = Path(__file__).parents[3] / "shared" / "data" / "hdi_hdr2024" / "hdi.csv"
YEARS = ["2010", "2016", "2022"]


@pytest.fixture(scope="module")
def scores():
    _, observed = datasets.load("hdi")
    return score(aggregate(observed, by=YEARS, places="each"))


@pytest.fixture(scope="module")
def computed(scores):
    frame = scores.frame.query("id == 'HD'")
    return frame.set_index(["place", "period"])["score"]


@pytest.fixture(scope="module")
def published():
    if not PUBLISHED.exists():
        pytest.skip("the published table is not there")
    table = pd.read_csv(PUBLISHED, keep_default_na=False, na_values=[""], dtype={"year": str})
    return table.set_index(["iso3", "year"])


def test_every_published_value(computed, published):
    """The index of every country and year, to three decimals; none where the report has none."""
    found = (computed / 100).round(3).reindex(published.index)

    pd.testing.assert_series_equal(found, published["hdi"], check_names=False, check_exact=True)


def test_the_values_shipped_are_the_published_ones(published):
    """What is loaded is what the table says, input by input."""
    _, observed = datasets.load("hdi")
    wide = observed.frame.pivot(index=["place", "period"], columns="indicator", values="value").reindex(published.index)

    for name in ("le", "eys", "mys", "gnipc", "hdi"):
        pd.testing.assert_series_equal(wide[name], published[name], check_names=False, check_exact=True)


def test_an_input_missing_leaves_no_index(scores):
    """The Marshall Islands of 2010 lack mean years of schooling, and so an index; what is known stays visible."""
    found = scores.frame.query("place == 'MHL' and period == '2010'").set_index("id")

    assert pd.isna(found.loc["HD", "score"])
    assert found.loc["HD", "reason"] == "below_coverage"
    assert found.loc["mys", "reason"] == "not_collected"
    assert found.loc["health", "score"] > 0


def test_no_value_for_the_world():
    """National means without their populations make no mean of all; each indicator says so, none is an error."""
    _, observed = datasets.load("hdi")
    together = aggregate(observed, by=YEARS, places="all")

    assert {"le", "eys", "mys", "gnipc", "hdi"} == {remark.where for remark in together.remarks.of("cannot_combine")}
    assert together.frame["value"].isna().all()
