"""Write the conformance cases from the published tables beside the repository, which are not in it.

Run as ``python tests/make_cases.py``. A test holds the shipped files to what this gives. Only what may be shipped is
read: open licences, or single numbers from print, cited.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np

from cpas import datasets
from cpas.io.methodologies import methodology_to_dict
from cpas.io.plans import plan_to_dict
from cpas.model import DEFAULT, Indicator, Link, Measure, Objective, Outcome, Place, Plan, preset

DATA = Path(__file__).parents[2] / "shared" / "data"
CASES = Path(__file__).parents[1] / "src" / "cpas" / "testing" / "cases"

OURS = {"document": "cpas methodology", "section": "golden vectors", "licence": "Apache-2.0"}
HDR = {"document": "UNDP, Human Development Report 2023/24", "year": 2024, "licence": "CC BY 3.0 IGO"}
SDR = {
    "document": "Sachs, Schmidt-Traub, Kroll, Lafortune and Fuller (2019), Sustainable Development Report 2019",
    "year": 2019,
    "licence": "CC BY 4.0",
    "note": "Bertelsmann Stiftung and SDSN; workbook 2019GlobalIndexResults.xlsx. Share changes of this file alike.",
}
TAI = {
    "document": "UNDP, Human Development Report 2001; OECD/JRC, Handbook on Constructing Composite Indicators (2008)",
    "licence": "facts, cited",
    "note": "Raw table re-keyed; expected numbers made with COINr 1.1.14 (MIT) and, for components, R prcomp.",
}


def read(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text):
    return float(text) if text not in ("", "NA") else None


def method(name, checks, *, clause, source, tolerance, title):
    return {
        "format": 1, "title": title, "clause": clause, "source": source, "kind": "method", "method": name,
        "tolerance": tolerance, "checks": checks,
    }  # fmt: skip


def plan_case(plan, rows, request, expected, *, clause, source, tolerance, title, methodology=DEFAULT):
    return {
        "format": 1, "title": title, "clause": clause, "source": source, "kind": "plan", "tolerance": tolerance,
        "methodology": methodology_to_dict(methodology), "plan": plan_to_dict(plan), "request": request,
        "observations": rows, "expected": expected,
    }  # fmt: skip


# -- golden vectors, ours ------------------------------------------------------------------------------


def golden():
    parts = {"values": [80, 50, 20], "weights": [0.5, 0.3, 0.2]}
    means = [
        {"method": f"combine.{name}", "inputs": {**parts, **extra}, "expected": expected}
        for name, extra, expected in (
            ("arithmetic", {}, 59), ("geometric", {}, 52.6553), ("harmonic", {}, 44.9438), ("minimum", {}, 20),
            ("median", {}, 65), ("generalised", {"power": -5}, 27.4974), ("mean_min", {"alpha": 0.25}, 49.25),
        )
    ]  # fmt: skip
    missing = {"values": [80, None, 20], "weights": [0.5, 0.3, 0.2]}
    means.append({"method": "combine.arithmetic", "inputs": missing, "expected": 62.8571})
    means.append({"method": "combine.geometric", "inputs": {"values": [0, 50, 50]}, "expected": 0})
    yield (
        "golden-means",
        method("combine", means, clause="§6", source=OURS, tolerance=5e-5, title="Seven ways to combine three scores"),
    )
    yield "golden-ahp", method(
        "weights.pairwise_weights",
        [{
            "inputs": {"comparisons": [[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]]},
            "expected": {"weights": [0.6370, 0.2583, 0.1047], "eigenvalue": 3.0385, "consistency_ratio": 0.0332},
        }],
        clause="§5.3", source=OURS, tolerance=5e-5, title="AHP weights of three items, and their consistency",
    )  # fmt: skip
    yield "golden-mazziotta-pareto", method(
        "combine.mazziotta_pareto",
        [
            {"inputs": {"standardised": [110, 100, 90], "better": "higher"}, "expected": 99.3333},
            {"inputs": {"standardised": [110, 100, 90], "better": "lower"}, "expected": 100.6667},
        ],
        clause="§6.8", source=OURS, tolerance=5e-5, title="Mazziotta-Pareto index with the penalty down and up",
    )  # fmt: skip
    yield "golden-entropy", method(
        "weights.entropy", [{"inputs": {"sample": [[1, 2], [1, 4], [1, 6]]}, "expected": [0, 1]}],
        clause="§5.4", source=OURS, tolerance=1e-12, title="Entropy: what is the same everywhere weighs nothing",
    )  # fmt: skip
    scores = [[3, 1, 2], [2, 3, 3], [1, 2, 1]]
    matrix = [[0, 0.5, 0.7], [0.5, 0, 1.0], [0.3, 0, 0]]
    yield "golden-outranking", method(
        "combine",
        [
            {
                "method": "combine.outranking_matrix",
                "inputs": {"scores": scores, "weights": [0.5, 0.3, 0.2]},
                "expected": matrix,
            },
            {"method": "combine.copeland", "inputs": {"matrix": matrix}, "expected": [1, 1, -2]},
        ],
        clause="§6.10", source=OURS, tolerance=1e-12, title="Outranking of three units, and their Copeland scores",
    )  # fmt: skip
    yield "golden-alkire-foster", method(
        "combine.alkire_foster",
        [{
            "inputs": {"deprivations": [[1, 0, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1]], "cutoff": 0.5},
            "expected": {"counts": [0.25, 0.75, 0.25, 1], "headcount": 0.5, "intensity": 0.875,
                         "adjusted_headcount": 0.4375},
        }],
        clause="§6.12", source=OURS, tolerance=1e-12, title="Counting: four persons, four deprivations",
    )  # fmt: skip
    yield "golden-progress", method(
        "progress",
        [
            {
                "method": "growth.growth_ratio",
                "inputs": {"value": 80, "baseline": 100, "target": 50, "elapsed": 4, "total": 10, "better": "lower"},
                "expected": 0.8102,
            },
            {"method": "statcan.score_class", "inputs": {"score": 1.502},
             "expected": "Progress made but acceleration needed"},
            {
                "method": "escap.current_status",
                "inputs": {"value": 80, "baseline": 100, "target": 50, "better": "lower"},
                "expected": 4.0,
            },
            {"method": "normalise.linear_progress", "inputs": {"value": 21, "baseline": 31, "target": 15},
             "expected": 62.5},
        ],
        clause="§7", source=OURS, tolerance=5e-5, title="100 to 80 in 4 of 10 years, target 50, by three rules",
    )  # fmt: skip
    yield "golden-statcan-score", method(
        "statcan.ratio_score", [{"inputs": {"ratio": 0.8102}, "expected": 1.502}],
        clause="§7.5", source=OURS, tolerance=1e-3, title="The score from -5 to 5 of four fifths of the growth needed",
    )  # fmt: skip
    yield "golden-two-counts", method(
        "counts.compare_counts", [{"inputs": {"now": 12, "before": 25}, "expected": {"p": 0.047}}],
        clause="§8.7", source=OURS, tolerance=5e-4, title="25 incidents, then 12, in equal exposure: exact, two-sided",
    )  # fmt: skip
    yield "golden-influence", method(
        "influence_paths.influence_along",
        [{"inputs": {"links": {"a": {"b": 0.5, "c": 0.2}, "b": {"c": 0.4, "d": 0.3}, "c": {"d": 0.6}}},
          "expected": {"a": {"b": 0.5, "c": 0.4, "d": 0.39}}}],
        clause="§10.6", source=OURS, tolerance=1e-9, title="Influence of a on d over three paths",
    )  # fmt: skip


# -- published tables ------------------------------------------------------------------------------------


def development():
    plan, observed = datasets.load("hdi")
    some = ["AFG", "BRA", "CAF", "FIN", "IND", "MHL", "MLI", "NOR", "SSD", "USA", "VNM", "YEM"]
    kept = Plan(
        plan.id, plan.title, version=plan.version, period=plan.period, elements=plan.elements, links=plan.links,
        indicators=plan.indicators, places=[place for place in plan.places if place.id in some], units=plan.units,
    )  # fmt: skip
    table = observed.frame
    table = table[table["place"].isin(some) & (table["indicator"] != "hdi")]
    rows = [
        {"indicator": r["indicator"], "period": r["period"], "place": r["place"],
         **({"value": r["value"]} if r["value"] == r["value"] else {"reason": r["reason"]})}
        for r in table.to_dict("records")
    ]  # fmt: skip
    printed = [r for r in read("hdi_hdr2024/hdi.csv") if r["iso3"] in some]
    expected = [
        {
            "id": "HD",
            "period": r["year"],
            "place": r["iso3"],
            "score": None if r["hdi"] == "" else 100 * float(r["hdi"]),
        }
        for r in printed
    ]
    yield "hdi-2010-2022", plan_case(
        kept, rows, {"by": ["2010", "2016", "2022"], "places": "each"}, {"scores": expected},
        clause="§9.3", source={**HDR, "section": "composite indices, complete time series; Technical note 1"},
        tolerance=0.05, title="Human Development Index of 12 countries: goalposts, and a geometric mean of dimensions",
    )  # fmt: skip
    columns = ("mmr", "abr", "se_f", "se_m", "pr_f", "pr_m", "lfpr_f", "lfpr_m")
    full = [r for r in read("hdi_hdr2024/hdi.csv") if r["year"] == "2022" and all(r[c] for c in (*columns, "gii"))]
    checks = [
        {
            "inputs": {
                "maternal_deaths": float(r["mmr"]), "adolescent_births": float(r["abr"]),
                "seats": [float(r["pr_f"]), float(r["pr_m"])], "schooling": [float(r["se_f"]), float(r["se_m"])],
                "labour": [float(r["lfpr_f"]), float(r["lfpr_m"])],
            },
            "expected": float(r["gii"]),
        }
        for r in full
    ]  # fmt: skip
    yield "gii-2022", method(
        "combine.gender_inequality", checks, clause="§6.3", tolerance=6e-4,
        source={**HDR, "section": "composite indices, complete time series; Technical note 4"},
        title="Gender Inequality Index of every country with all inputs, 2022",
    )  # fmt: skip


def goals():
    codes = [r for r in read("sdg_index_2019/codebook.csv") if r["in_index"] == "True"]
    some = ["AFG", "AUS", "EST", "KEN", "KWT"]
    countries = {r["id"]: r for r in read("sdg_index_2019/countries.csv") if r["id"] in some}
    values = [r for r in read("sdg_index_2019/indicators_long.csv") if r["id"] in some and r["value"]]
    goal_of = {r["code"]: int(r["goal"]) for r in codes}
    values = [r for r in values if r["code"] in goal_of]
    ids = [f"goal{goal}" for goal in range(1, 18)]

    def indicator(r):
        worst, best, red, green = (float(r[n]) for n in ("worst", "best", "red_threshold", "green_threshold"))
        return Indicator(
            r["code"], r["indicator"], measures=[Measure(f"goal{r['goal']}")], unit="index", kind="index",
            better="higher" if best > worst else "lower", goalposts=(worst, best), cuts=(red, (red + green) / 2, green),
        )  # fmt: skip

    regional = [
        Indicator(f"{id}_regional", f"{id}, score of the region", measures=id, unit="index", kind="index",
                  better="higher", goalposts=(0, 100))
        for id in ids
    ]  # fmt: skip
    plan = Plan(
        "sdg", "SDG Index 2019",
        elements=[Objective("index", "The goals are reached", combine="arithmetic"),
                  *(Outcome(id, id, change="context") for id in ids)],
        links=[Link(id, "index") for id in ids],
        indicators=[*map(indicator, codes), *regional],
        places=[Place(id, countries[id]["country"], level="country") for id in some],
    )  # fmt: skip
    measured = {(r["id"], goal_of[r["code"]]) for r in values}
    rows = [{"indicator": r["code"], "period": "2019", "place": r["id"], "value": float(r["value"])} for r in values]
    rows += [
        {"indicator": f"{id}_regional", "period": "2019", "place": country,
         "value": float(countries[country][f"{id}_regional_score"])}
        for country in some for id in ids if (country, int(id[4:])) not in measured
    ]  # fmt: skip
    at = {"period": "2019"}
    scores = [{"id": r["code"], **at, "place": r["id"], "score": float(r["normalised"])} for r in values]
    scores += [
        {"id": id, **at, "place": country, "score": float(countries[country][f"{id}_score"])}
        for country in some for id in ids if countries[country][f"{id}_score"]
    ]  # fmt: skip
    scores += [{"id": "index", **at, "place": c, "score": float(countries[c]["index_score"])} for c in some]
    colours = [{"id": r["code"], **at, "place": r["id"], "rating": r["colour"]} for r in values if r["colour"]]
    yield "sdg-index-2019", plan_case(
        plan, rows, {"by": None, "places": "each"}, {"scores": scores, "ratings": colours},
        clause="§9.3", source={**SDR, "section": "normalised scores, goal scores, index, colours of indicators"},
        tolerance=1e-8, methodology=preset("sdg-index"),
        title="SDG Index of five countries from raw values, and the colour of every indicator",
    )  # fmt: skip
    yield "sdg-arrows-2019", method(
        "sdsn.arrow", _arrows(some), clause="§7.6", tolerance=0,
        source={**SDR, "section": "indicator arrows; windows inferred, arrows of series without an exception"},
        title="Arrows of five countries, by indicator, from raw values of two years",
    )  # fmt: skip


def _arrows(some):
    """Return one check per indicator whose every arrow the rule gives: its arrows in some countries."""
    book = {r["code"]: r for r in read("sdg_index_2019/codebook.csv")}
    panel = {(r["id"], int(r["year"])): r for r in read("sdg_index_2019/trend_panel.csv") if r["id"] in some}
    windows = {r["code"]: r for r in read("sdg_index_2019/trend_windows_inferred.csv")}
    arrows = [r for r in read("sdg_index_2019/indicators_long.csv") if r["id"] in some and r["arrow"]]
    checks = []
    for code, window in windows.items():
        mine = [r for r in arrows if r["code"] == code]
        if not mine or window["arrows_reproduced"] != window["arrows_published"]:
            continue
        worst, best = number(book[code]["worst"]), number(book[code]["best"])

        def scored(value, worst=worst, best=best):
            return 100 * (value - worst) / (best - worst)

        ends = {
            name: [_nearest(panel, r["id"], int(window[f"{name}_year"]), window["trend_series"]) for r in mine]
            for name in ("start", "end")
        }
        extra = number(window["extra_year_in_slope"])
        checks.append({
            "inputs": {
                "end": [scored(value) for _, value in ends["end"]],
                "start": [scored(value) for _, value in ends["start"]],
                "green": scored(number(book[code]["green_threshold"])),
                "years": [b - a + extra for (a, _), (b, _) in zip(ends["start"], ends["end"], strict=True)],
                "years_to_target": [2030 - a for a, _ in ends["start"]],
            },
            "expected": [r["arrow"] for r in mine],
        })  # fmt: skip
    return checks


def _nearest(panel, country, year, series):
    """Return year and value of a year, of the one after it, or of the one before."""
    for step in (0, 1, -1):
        row = panel.get((country, year + step))
        if row and row[series]:
            return year + step, float(row[series])
    raise LookupError(f"{series} has no value of {country} about {year}")


def technology():
    raw = sorted(read("tai_23/raw.csv"), key=lambda r: r["country"].replace(" ", ""))
    names = [n for n in raw[0] if n != "country"]
    table = [[number(r[n]) for n in names] for r in raw]
    order = [r["country"].replace(" ", "") for r in raw]

    def coinr(file):
        rows = {r["uCode"]: r for r in read(f"tai_23/coinr_{file}.csv")}
        return [[number(rows[country][n]) for n in names] for country in order]

    columns = np.array(table, dtype=float)
    low, high, mean = columns.min(axis=0).tolist(), columns.max(axis=0).tolist(), columns.mean(axis=0).tolist()
    deviation = columns.std(axis=0, ddof=1).tolist()
    checks = [
        {"method": "normalise.min_max", "inputs": {"value": table, "low": low, "high": high},
         "expected": coinr("norm_minmax_0_100")},
        {"method": "normalise.min_max", "inputs": {"value": table, "low": low, "high": high, "scale": [1, 100]},
         "expected": coinr("norm_minmax_1_100")},
        {"method": "normalise.z_score", "inputs": {"value": table, "mean": mean, "deviation": deviation},
         "expected": coinr("norm_zscore_0_1")},
        {"method": "normalise.rank", "inputs": {"values": table}, "expected": coinr("norm_rank")},
        {"method": "normalise.borda", "inputs": {"values": table}, "expected": coinr("norm_borda")},
        # Shares of the way there, per cent here.
        {"method": "normalise.distance_to_best", "inputs": {"value": table, "worst": low, "best": high},
         "expected": [[100 * share for share in row] for row in coinr("norm_dist2max")]},
    ]  # fmt: skip
    yield "tai-normalisations", method(
        "normalise", checks, clause="§4", source=TAI, tolerance=1e-9,
        title="Technology Achievement Index of 23 countries: six normalisations of eight indicators",
    )  # fmt: skip
    yield (
        "tai-aggregations",
        method(
            "combine",
            _levels_of_technology(order),
            clause="§6",
            source=TAI,
            tolerance=1e-9,
            title="Eight indicators to four dimensions to one index: arithmetic, geometric and harmonic means",
        ),
    )
    values = read("tai_23/r_pca_eigenvalues.csv")
    vectors = {r["iCode"]: r for r in read("tai_23/r_pca_rotation.csv")}
    across = np.array([[number(vectors[n][f"PC{k}"]) for k in range(1, len(names) + 1)] for n in names])
    # The sign of a component has no meaning: each is turned so that its entries add up to more than zero.
    across = across * np.where(across.sum(axis=0) < 0, -1.0, 1.0)
    yield "tai-components", method(
        "weights.principal_components",
        [{"inputs": {"sample": table},
          "expected": {"eigenvalues": [number(r["eigenvalue"]) for r in values],
                       "explained": [number(r["prop"]) for r in values], "vectors": across.tolist()}}],
        clause="§5.7", source=TAI, tolerance=1e-9, title="Principal components of eight indicators of 23 countries",
    )  # fmt: skip
    yield _published_technology(raw, names)
    matrix = {r["uCode"]: r for r in read("tai_23/coinr_outrank_matrix_equal_weights.csv")}
    across = [name for name in next(iter(matrix.values())) if name != "uCode"]
    # Its columns are numbered in the order of its rows.
    column = dict(zip(matrix, across, strict=True))
    square = [[number(matrix[a][column[b]]) for b in order] for a in order]
    points = {r["uCode"]: number(r["copeland"]) for r in read("tai_23/coinr_copeland_equal_weights.csv")}
    yield "tai-outranking", method(
        "combine",
        [
            {"method": "combine.outranking_matrix", "inputs": {"scores": table}, "expected": square},
            {"method": "combine.copeland", "inputs": {"matrix": square}, "expected": [points[c] for c in order]},
        ],
        clause="§6.10", source=TAI, tolerance=1e-9, title="Outranking of 23 countries, and their Copeland scores",
    )  # fmt: skip


def _levels_of_technology(order):
    """Return the checks of two levels: pairs of indicators to dimensions, and those to the index."""
    pairs = {
        "creation": ("patents", "royalties"), "recent": ("internet", "exports"),
        "old": ("telephones_log10", "electricity_log10"), "skills": ("schooling", "university"),
    }  # fmt: skip
    checks = []
    for file, mean in (("minmax_1_100_amean", "arithmetic"), ("minmax_1_100_gmean", "geometric"),
                       ("minmax_1_100_hmean", "harmonic"), ("zscore_amean", "arithmetic")):  # fmt: skip
        rows = {r["uCode"]: r for r in read(f"tai_23/coinr_agg_{file}.csv")}
        for whole, parts in (*pairs.items(), ("TAI", tuple(pairs))):
            values = [[number(rows[c][part]) for c in order] for part in parts]
            expected = [number(rows[c][whole]) for c in order]
            checks.append({"method": f"combine.{mean}", "inputs": {"values": values}, "expected": expected})
    return checks


def _published_technology(raw, names):
    """Return the index as UNDP published it, through a plan: goalposts, four dimensions, their mean."""
    posts = {r["indicator"]: r for r in read("tai_23/goalposts.csv")}
    printed = {r["country"]: 100 * number(r["tai_published_2dp"]) for r in read("tai_23/published_index_2dp.csv")}
    some = [r for r in raw if r["country"] in printed]
    ids = {r["country"]: r["country"].replace(" ", "") for r in some}
    dimensions = dict.fromkeys(posts[name]["dimension"] for name in names)
    plan = Plan(
        "tai", "Technology Achievement Index",
        elements=[Objective("TAI", "Technology is within reach", combine="arithmetic"),
                  *(Outcome(one, one, change="context") for one in dimensions)],
        links=[Link(one, "TAI") for one in dimensions],
        indicators=[
            Indicator(name, name, measures=posts[name]["dimension"], unit="index", kind="index", better="higher",
                      goalposts=(number(posts[name]["goalpost_min"]), number(posts[name]["goalpost_max"])))
            for name in names
        ],
        places=[Place(ids[r["country"]], r["country"], level="country") for r in some],
    )  # fmt: skip
    rows = [
        {"indicator": name, "period": "1999", "place": ids[r["country"]], "value": number(r[name])}
        for r in some for name in names
    ]  # fmt: skip
    expected = [
        {"id": "TAI", "period": "1999", "place": ids[r["country"]], "score": printed[r["country"]]} for r in some
    ]
    return "tai-2001", plan_case(
        plan, rows, {"by": None, "places": "each"}, {"scores": expected}, clause="§9.3",
        source={"document": "UNDP, Human Development Report 2001", "section": "table A2.1, quoted to two decimals",
                "licence": "facts, cited", "note": "Raw table re-keyed: single digits are unproven."},
        tolerance=0.54, title="Technology Achievement Index of 22 countries: goalposts, four dimensions, their mean",
    )  # fmt: skip


def poverty():
    people = read("mpi_alkire_foster/example_poverty.csv")
    names = [n for n in people[0] if n != "Region"]
    checks = []
    for row in read("mpi_alkire_foster/expected_af.csv"):
        some = [p for p in people if row["group"] in ("(all)", p["Region"])]
        checks.append(
            {
                "inputs": {
                    "deprivations": [[int(p[n]) for n in names] for p in some],
                    "cutoff": int(row["k"]) / len(names),
                },
                "expected": {
                    "headcount": number(row["H"]), "intensity": number(row["A"]),
                    # Where nobody is poor the package has none; as a mean of censored counts it is 0.
                    "adjusted_headcount": number(row["M0"]) or 0,
                },
            }
        )  # fmt: skip
    yield "alkire-foster-30", method(
        "combine.alkire_foster", checks, clause="§6.12", tolerance=1e-12,
        source={"document": "R package MPI 0.1.0", "section": "examplePoverty, simulated", "licence": "MIT",
                "note": "K. Kukiattikun and others."},
        title="H, A and M0 of 30 persons for three cutoffs, whole and by region",
    )  # fmt: skip


def decisions():
    cases = json.loads((DATA / "mcdm_published_examples/cases.json").read_text(encoding="utf-8"))
    named = {case["id"]: case for case in (*cases["cases"], *cases["ahp"])}

    def cited(id):
        return {"document": named[id]["reference"].removeprefix("[1] "), "licence": "facts, cited"}

    for id, name, clause, tolerance in (
        ("EntropyWeights", "weights.entropy", "§5.4", 6e-7),
        ("CRITICWeights", "weights.critic", "§5.5", 6e-4),
        ("STDWeights", "weights.standard_deviation", "§5.6", 6e-3),
    ):
        checks = [{"inputs": {"sample": named[id]["matrix"]}, "expected": named[id]["published_output"]}]
        yield (
            f"printed-{name.split('.')[1].replace('_', '-')}",
            method(name, checks, clause=clause, source=cited(id), tolerance=tolerance, title=named[id]["method"]),
        )
    drinks = named["AHP_saaty2008_drinks"]
    later = {"3": 0.52, "4": 0.89, "5": 1.11, "6": 1.25, "7": 1.35}
    yield "printed-ahp-drinks", method(
        "weights.pairwise_weights",
        [{
            "inputs": {"comparisons": drinks["pairwise"], "random_index": later},
            "expected": {"weights": drinks["published_weights"],
                         "consistency_ratio": drinks["published_consistency_ratio"]},
        }],
        clause="§5.3", source=cited("AHP_saaty2008_drinks"), tolerance=5e-4, title="Drinks, as judged in pairs",
    )  # fmt: skip


def canada():
    rows = json.loads((DATA / "progress_rules_canada_cif/worked_rows.json").read_text(encoding="utf-8"))
    checks = []
    for row in rows:
        better = {"down": "lower", "up": "higher"}[row["desired"]]
        if row["published"] == "Target achieved":
            inputs = {"value": row["current"], "target": row["target"], "better": better}
            checks.append({"method": "statcan.achieved", "inputs": inputs, "expected": True})
            continue
        elapsed, total = row["current_year"] - row["base_year"], row["target_year"] - row["base_year"]
        rate = (row["current"] / row["base"]) ** (1 / elapsed) - 1
        needed = (row["target"] / row["base"]) ** (1 / total) - 1
        ratio = (1 if better == "higher" else -1) * rate / abs(needed)
        inputs = {"value": row["current"], "baseline": row["base"], "target": row["target"], "elapsed": elapsed,
                  "total": total, "better": better}  # fmt: skip
        checks.append({"method": "growth.growth_ratio", "inputs": inputs, "expected": ratio})
        checks.append({"method": "statcan.ratio_class", "inputs": {"ratio": ratio}, "expected": row["published"]})
    yield "canada-progress-classes", method(
        "statcan", checks, clause="§7.5", tolerance=1e-9,
        source={"document": "Statistics Canada, Canadian Indicator Framework 2025",
                "section": "indicators 11.6.1, 15.2.1, 3.4.1, 9.7.1", "licence": "Open Government Licence - Canada"},
        title="Growth observed against growth required, and the class published",
    )  # fmt: skip


def trends():
    source = {
        "document": "pyMannKendall 1.4.3 (MIT) on published series",
        "section": "shampoo sales (Makridakis and others 1998), from its examples",
        "licence": "MIT",
    }
    tests = {"original_test": "mannkendall.mann_kendall", "hamed_rao": "dependence.hamed_rao",
             "seasonal_test": "mannkendall.seasonal_mann_kendall"}  # fmt: skip
    checks = []
    for row in read("statistics_series/mann_kendall_sen.csv"):
        # The other series are carried by a package under the GPL: tests read them, the library ships none.
        if row["test"] not in tests or row["series"] != "shampoo":
            continue
        values = [float(p["value"]) for p in read(f"statistics_series/series_{row['series']}.csv")]
        season = {"period": 12} if row["test"] == "seasonal_test" else {}
        expected = {"trend": row["trend"], "p": number(row["p"]), "z": number(row["z"]), "tau": number(row["tau"]),
                    "s": number(row["s"]), "variance": number(row["var_s"])}  # fmt: skip
        checks.append({"method": tests[row["test"]], "inputs": {"values": values, **season}, "expected": expected})
    yield "mann-kendall", method(
        "mannkendall", checks, clause="§8.4", source=source, tolerance=1e-6,
        title="Mann-Kendall tests: plain, seasonal, and for series that depend on their past",
    )  # fmt: skip


# -- adding up -------------------------------------------------------------------------------------------


def worked_mission():
    plan, observed = datasets.load("kessara")
    table = observed.frame
    table = table[table["period"].isin(["2025-Q2", "2024-Q4", "2025-04", "2025-05", "2025-06"])]
    keep = [c for c in table.columns if c not in ("recorded_at", "note", "source", "sensitivity", "status", "unit")]
    rows = [{c: v for c, v in r.items() if v == v and v is not None} for r in table[keep].to_dict("records")]
    at = {"period": "2025-Q2", "place": plan.root}
    expected = [
        {"id": id, **at, "score": printed, **more}
        for id, printed, more in (
            ("OC-1", 57.9, {}), ("OC-2", 12.0, {}), ("OC-3", 69.4, {}), ("OBJ-1", 51.7, {"worst": 12.0}),
            ("OP-1", 100.0, {}), ("OP-3", 77.3, {}), ("OP-6", None, {}),
        )
    ]  # fmt: skip
    ratings = [{"id": "OC-1", **at, "rating": "behind"}, {"id": "OC-2", **at, "rating": "far behind"},
               {"id": "OC-3", **at, "rating": "on path"}]  # fmt: skip
    yield "kessara-2025-q2", plan_case(
        plan, rows, {"by": ["2025-Q2"]}, {"scores": expected, "ratings": ratings}, clause="§9.3",
        source={"document": "cpas methodology", "section": "worked example: Kessara, an invented country",
                "licence": "Apache-2.0"},
        tolerance=0.05, title="A mission's quarter: outputs, outcomes and objective, and the rating of outcomes",
    )  # fmt: skip


def events():
    monthly = [r for r in read("ucdp_ged_car_1991_2016/expected_monthly_by_start_month.csv") if r["month"] >= "2013"]
    indicators = [
        Indicator(name, f"UCDP, {name}", measures=(), unit=unit, kind="flow", better="neutral", frequency="month")
        for name, unit in (("events", "incident"), ("best", "person"), ("civilians", "person"))
    ]
    rows = [{"indicator": one.id, "period": r["month"], "value": int(r[one.id])} for r in monthly for one in indicators]
    years = sorted({r["month"][:4] for r in monthly})
    expected = [
        {"indicator": one.id, "period": year, "place": "all",
         "value": sum(int(r[one.id]) for r in monthly if r["month"][:4] == year), "expected": 12, "received": 12}
        for one in indicators for year in years
    ]  # fmt: skip
    yield "ucdp-car-years", plan_case(
        Plan("ucdp", "Organised violence in the Central African Republic", indicators=indicators), rows,
        {"by": "year"}, {"aggregates": expected}, clause="§3.1",
        source={"document": "UCDP Georeferenced Event Dataset 23.1, Central African Republic", "licence": "CC BY 4.0",
                "note": "Davies, Pettersson and Oberg (2023), JPR 60(4); Sundberg and Melander (2013), JPR 50(4)."},
        tolerance=0, title="Flows add up: months of events and deaths to years",
    )  # fmt: skip


def make():
    """Return every case by name."""
    made = {}
    for source in (golden, development, goals, technology, poverty, decisions, canada, trends, worked_mission, events):
        made |= dict(source())
    return made


def text_of(case):
    """Return a case as JSON: one line for each field, and for each row of a table, so that changes can be read."""
    lines = []
    for name, value in case.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in value)
            lines.append(f'"{name}": [\n{inner}\n]')
        else:
            lines.append(f'"{name}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    for name, case in make().items():
        (CASES / f"{name}.json").write_text(text_of(case), encoding="utf-8")
