"""DHIS2 as an oracle: its own integration tests, and the formulas of the WHO malaria package.

University of Oslo, dhis2-core (commit 3f8c14a, BSD-3): ``dhis2_analytics`` and ``dhis2_malaria_package``.
"""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest

import cpas
from cpas.methods.formulas import evaluate, read_formula, references
from cpas.model import Dimension, Place
from cpas.periods import Period
from cpas.testing.small import observe, small_indicator

DATA = Path(__file__).parents[4] / "shared" / "data"
#: True counts 1, false counts 0.
TRUTHS = {"true": 1, "false": 0}
ANALYTICS, MALARIA = DATA / "dhis2_analytics", DATA / "dhis2_malaria_package"
pytestmark = pytest.mark.skipif(not ANALYTICS.exists(), reason="the shared data are not here")


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def queries():
    return json.loads((ANALYTICS / "queries_expected.json").read_text(encoding="utf-8")) if ANALYTICS.exists() else []


def places():
    units = json.loads((ANALYTICS / "organisation_units.json").read_text(encoding="utf-8"))
    level = {}
    for unit in units:
        level[unit["id"]] = level.get(unit["parent"], 0) + 1
    return [Place(u["id"], u["name"], parent=u["parent"], level=f"level {level[u['id']]}") for u in units]


def in_braces(expression):
    """Return an expression of DHIS2 as a formula: ``#{id}`` becomes ``{id}``."""
    return re.sub(r"#\{(\w+)\}(\.yearToDate\(\))?", r"{\1}", expression)


def observed(query):
    """Return the values of all data elements, added up as the query asks, and its formula."""
    rows = [
        {
            "indicator": row["dataelement"],
            "period": row["period"],
            "place": row["orgunit"],
            "value": TRUTHS.get(row["value"], row["value"]),
        }
        for row in read(ANALYTICS / "data_values.csv")
    ]
    rows = [row for row in rows if re.fullmatch(r"-?[\d.]+", str(row["value"]))]
    over = {"place": "mean"} if query["aggregation"] == "AVERAGE" else {}
    # What a unit reports beside its children is its own, and adds to theirs.
    elements = [
        small_indicator(id, unit="", place_rows="own", over=over, better="neutral")
        for id in sorted({r["indicator"] for r in rows})
    ]
    made = []
    if "numerator" in query:
        formula = f"({in_braces(query['numerator'])}) / {query.get('denominator', '1')}"
        made = [small_indicator("asked", kind="index", unit="", better="neutral", formula=formula)]
    return observe([*elements, *made], rows, places=places())


@pytest.mark.parametrize("query", queries(), ids=lambda query: query["id"])
def test_query(query):
    """Every query of DHIS2's own test gives its result, and no value where DHIS2 gives no row."""
    found = observed(query)
    periods = [Period.parse(text) for text in query["periods"]]
    tree = {place.id: place for place in found.plan.places}
    to_date = "year" if "yearToDate" in query.get("numerator", "") else None
    told = {}
    for unit in query["orgunits"] or [found.plan.root]:
        table = cpas.aggregate(found, by=periods, places=tree[unit].level, to_date=to_date)
        for id in ["asked"] if "numerator" in query else query["data_elements"]:
            for text, period in zip(query["periods"], periods, strict=True):
                value = table.row(id, period, unit)["value"]
                by_unit = any("|" in key for key in query["expected"])
                first = id if "data_elements" in query else unit
                if value is not None:
                    told[f"{first}|{text}" if by_unit else text] = value

    assert told == pytest.approx(query["expected"])


def malaria():
    return json.loads((MALARIA / "metadata.json").read_text(encoding="utf-8"))


def expression_of(indicator, factors):
    """Return numerator over denominator times the factor of the indicator's type."""
    numerator, denominator = (
        re.sub(r"#\{(\w+)(?:\.(\w+))?\}", lambda m: f"{{{m[1]}{'|combo=' + m[2] if m[2] else ''}}}", indicator[side])
        for side in ("numerator", "denominator")
    )
    return f"{factors[indicator['indicatorType']['id']]} * ({numerator}) / ({denominator})"


def test_malaria_formulas_are_all_read():
    """All 19 indicators of the package are formulas the library reads and works out."""
    package = malaria()
    factors = {kind["id"]: kind["factor"] for kind in package["indicatorTypes"]}
    values = []
    for indicator in package["indicators"]:
        formula = read_formula(expression_of(indicator, factors))
        ones = {one: np.array([2.0]) for one in references(formula)}
        values.append(float(np.broadcast_to(evaluate(formula, ones), 1)[0]))

    assert len(values) == 19
    assert np.isfinite(values).all()


def test_malaria_values():
    """Through a plan and aggregate: elements are summed over their combinations, then the formula is applied."""
    package = malaria()
    factors = {kind["id"]: kind["factor"] for kind in package["indicatorTypes"]}
    formulas = {i["id"]: expression_of(i, factors) for i in package["indicators"]}
    used = {id: references(read_formula(text)) for id, text in formulas.items()}
    rows = [
        {
            "indicator": r["dataElement"],
            "combo": r["categoryOptionCombo"],
            "period": r["period"],
            "value": TRUTHS.get(r["value"], r["value"]),
        }
        for r in read(MALARIA / "data_values.csv")
    ]
    elements = {row["indicator"] for row in rows} | {one.indicator for some in used.values() for one in some}
    plan = [
        *(small_indicator(id, unit="", better="neutral", dimensions=["combo"]) for id in sorted(elements)),
        *(small_indicator(id, kind="index", unit="", better="neutral", formula=formulas[id])
          for id in sorted(formulas) if used[id]),
    ]  # fmt: skip
    # The combination of no category at all is not among those of the package.
    combos = {row["combo"] for row in rows} | {one.where[0][1] for some in used.values() for one in some if one.where}
    table = cpas.aggregate(observe(plan, rows, dimensions=[Dimension("combo", sorted(combos))]), by=None)
    given = read(MALARIA / "indicator_values_computed.csv")

    for row in given:
        if used[row["indicator"]]:
            found = table.row(row["indicator"], Period.parse(row["period"]))["value"]
        else:
            # A constant is no indicator of a plan; the formula itself has the value.
            found = float(evaluate(read_formula(formulas[row["indicator"]]), {}))
        assert found == pytest.approx(float(row["value"]), rel=1e-12), row["name"]
    assert len(given) == 9
