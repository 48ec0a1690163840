"""Sustainable Development Report 2019: the SDG Index through the verbs, from raw values to index and colours.

Sachs, Schmidt-Traub, Kroll, Lafortune and Fuller (2019); workbook 2019GlobalIndexResults.xlsx, every second country.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cpas.cycle.performing import aggregate
from cpas.cycle.rating import rate
from cpas.cycle.scoring import score
from cpas.io.observations import read_observations
from cpas.model import Indicator, Link, Measure, Objective, Outcome, Place, Plan, preset

DATA = Path(__file__).parents[3] / "shared" / "data" / "sdg_index_2019"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the reference data {DATA.name} is not here")

GOALS = range(1, 18)
IDS = [f"goal{goal}" for goal in GOALS]
METHODS = preset("sdg-index")


def read(name):
    return pd.read_csv(DATA / name, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def codes():
    return read("codebook.csv").set_index("code")


@pytest.fixture(scope="module")
def rows():
    return read("indicators_long.csv")


@pytest.fixture(scope="module")
def countries():
    return read("countries.csv").set_index("id")


# -- the plan: index ← goals ← indicators ------------------------------------------------------------


def indicator(code, row, weight, places):
    """Return one indicator: bounds as goalposts, thresholds as cut points, orange turning yellow halfway."""
    red, green = row["red_threshold"], row["green_threshold"]
    return Indicator(
        code,
        row["indicator"],
        measures=[Measure(f"goal{row['goal']}", weight)],
        unit="index",
        kind="index",
        better="higher" if row["best"] > row["worst"] else "lower",
        goalposts=(row["worst"], row["best"]),
        cuts=(red, (red + green) / 2, green),
        frequency="year",
        places=places,
    )


def stand_in(goal):
    """Return the regional score of a goal: an indicator of its own, observed only where nobody measured the goal."""
    return Indicator(
        f"goal{goal}_regional",
        f"Goal {goal}, score of the region",
        measures=f"goal{goal}",
        unit="index",
        kind="index",
        better="higher",
        goalposts=(0, 100),
        frequency="year",
    )


def plan_of(indicators, countries, *, places):
    """Return the plan of an index over 17 goals, with countries as its places."""
    return Plan(
        "sdg",
        "SDG Index 2019",
        elements=[
            Objective("index", "The goals are reached", combine="arithmetic", min_coverage=0.8),
            *(Outcome(id, f"Sustainable Development {id}", change="context") for id in IDS),
        ],
        links=[Link(id, "index") for id in IDS],
        indicators=indicators,
        places=[Place(id, name, level="country") for id, name in countries.loc[places, "country"].items()],
    )


def in_index(codes, countries):
    """Return the plan of the index: what has no part in it weighs nothing."""
    places = list(countries.index)
    counted = codes[codes["in_index"]]
    indicators = [indicator(code, row, 1.0, places) for code, row in counted.iterrows()]
    return plan_of([*indicators, *map(stand_in, GOALS)], countries, places=places)


def observations(plan, codes, rows, countries):
    """Return raw values; what no country of the kind reports; and regional scores where a goal has no value."""
    known = {one.id for one in plan.indicators}
    places = {place.id for place in plan.places}
    some = rows[rows["code"].isin(known) & rows["id"].isin(places)].dropna(subset=["value"])
    values = some.rename(columns={"code": "indicator", "id": "place"})[["indicator", "place", "value"]]
    measured = set(zip(some["id"], some["code"].map(codes["goal"]), strict=True))
    regional = [
        {"indicator": f"goal{goal}_regional", "place": id, "value": row[f"goal{goal}_regional_score"]}
        for id, row in countries[countries["index_score"].notna()].iterrows()
        for goal in GOALS
        if f"goal{goal}_regional" in known and (id, goal) not in measured
    ]
    silent = [{**row, "reason": "not_applicable"} for row in not_applicable(known, measured, countries, places)]
    table = pd.concat([values, pd.DataFrame(regional), pd.DataFrame(silent)], ignore_index=True)
    return read_observations(table.assign(period="2019"), plan)


def not_applicable(known, measured, countries, places):
    """Yield oceans of landlocked countries, and of aid given and revenue raised the one that a country is not asked."""
    oceans = {"sdg14_cpma", "sdg14_cleanwat", "sdg14_fishstocks", "sdg14_trawl"}
    for id in sorted(places):
        asked = "sdg17_govrev" if countries.loc[id, "income_group"] == "HIC" else "sdg17_oda"
        for code in sorted(known & ({asked} | (set() if (id, 14) in measured else oceans))):
            yield {"indicator": code, "place": id}


def wide(frame, column="score"):
    return frame.pivot(index="place", columns="id", values=column)


@pytest.fixture(scope="module")
def scores(codes, rows, countries):
    plan = in_index(codes, countries)
    aggregates = aggregate(observations(plan, codes, rows, countries), by=None, places="each", methodology=METHODS)
    return score(aggregates)


# -- scores ------------------------------------------------------------------------------------------


def test_normalised_scores(scores, rows):
    """Every published normalised score of the ranked countries, to 1e-8."""
    printed = rows.dropna(subset=["normalised"])
    table = wide(scores.frame)
    found = table.to_numpy()[table.index.get_indexer(printed["id"]), table.columns.get_indexer(printed["code"])]

    assert len(printed) == 6428
    np.testing.assert_allclose(found, printed["normalised"], rtol=0, atol=1e-8)


def test_goal_scores(scores, countries):
    """The score of every goal that a ranked country has one of, to 1e-8; its region's where nobody measured it."""
    ranked = countries.dropna(subset=["index_score"])
    printed = ranked[[f"{id}_score" for id in IDS]].to_numpy()
    regional = ranked[[f"{id}_regional_score" for id in IDS]].to_numpy()
    found = wide(scores.frame).loc[ranked.index, IDS].to_numpy()

    assert np.isnan(printed).sum() == 32
    np.testing.assert_allclose(found, np.where(np.isnan(printed), regional, printed), rtol=0, atol=1e-8)


def test_index_of_the_ranked_countries(scores, countries):
    """The index of the 81 countries ranked, to 1e-8; no other has one: more than 20 % of its indicators are missing."""
    found = wide(scores.frame)["index"].drop(scores.tree.ids[scores.tree.root], errors="ignore")
    printed = countries["index_score"].reindex(found.index)

    assert printed.notna().sum() == 81
    np.testing.assert_allclose(found, printed, rtol=0, atol=1e-8)


def test_those_without_an_index_say_why(scores, countries):
    """What is known of them stays visible, goal by goal, with the reason why there is no whole."""
    left_out = countries.index[countries["index_score"].isna()]
    rows = scores.frame.query("id == 'index'").set_index("place").loc[left_out]

    assert set(rows["reason"]) == {"below_coverage"}
    assert (rows["answered"] / rows["indicators"]).max() < 0.8
    assert wide(scores.frame).loc[left_out, IDS].notna().any(axis=1).all()


def test_share_missing(scores, countries):
    """The published per cent of missing indicators, but for a country beside a lake (Azerbaijan) and stand-ins."""
    rows = scores.frame.query("id == 'index'").set_index("place")
    regional = scores.frame.query("id.str.endswith('_regional') and score == score").groupby("place").size()
    stood_in = regional.reindex(rows.index).fillna(0)
    missing = 100 * (1 - (rows["answered"] - stood_in) / (rows["indicators"] - stood_in))
    printed = countries["pct_missing"].dropna().drop("AZE")

    np.testing.assert_allclose(missing[printed.index], printed, atol=1e-6)


def test_effective_weights(scores):
    """An indicator weighs 1/17 of the index, shared among those of its goal."""
    weights = scores.weights.set_index(["parent", "child"])["effective"]

    assert weights["index", "goal13"] == pytest.approx(1 / 17)
    assert weights["goal1", "sdg1_wpc"] == pytest.approx(1 / 3)  # two indicators, and the region's score


# -- colours -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ratings(codes, rows, countries):
    """Rate the dashboards: what counts for a country depends on whether it is in the OECD, so there are two plans."""
    made = []
    for column, member in (("dashboard_non_oecd", 0), ("dashboard_oecd", 1)):
        places = list(countries.index[countries["oecd"] == member])
        counted = [indicator(code, row, float(row[column]), places) for code, row in codes.iterrows() if row[column]]
        plan = plan_of(counted, countries, places=places)
        data = observations(plan, codes, rows, countries)
        made.append(rate(score(aggregate(data, by=None, places="each", methodology=METHODS))).frame)
    return pd.concat(made)


def test_indicator_colours(scores, rows):
    """The colour of every indicator of the index with a value, exactly."""
    found = wide(rate(scores).frame, "rating")
    printed = rows.dropna(subset=["colour", "value"])
    printed = printed[printed["code"].isin(found.columns)]
    words = found.to_numpy()[found.index.get_indexer(printed["id"]), found.columns.get_indexer(printed["code"])]

    assert len(printed) > 7000
    assert (words == printed["colour"].to_numpy()).all()


def test_goal_colours(ratings, countries):
    """The colour of every goal of every country, exactly: the two worst indicators decide, and too few are gray."""
    found = wide(ratings, "rating").loc[countries.index, IDS]
    printed = countries[[f"{id}_colour" for id in IDS]].set_axis(IDS, axis=1)

    assert found.size == 97 * 17
    wrong = found.to_numpy(dtype=object) != printed.to_numpy(dtype=object)
    assert [(found.index[i], IDS[j]) for i, j in zip(*np.nonzero(wrong), strict=True)] == []


def test_gray_is_grey(ratings):
    """No data has the scale's word for it, no value, and no colour of its own."""
    gray = ratings[(ratings["rating"] == "gray") & (ratings["level"] == "outcome")]

    assert len(gray) > 100
    assert gray["value"].isna().all()
