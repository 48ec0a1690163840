"""``check`` on the worked mission, which is invented: domain, section 8."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import cpas
from cpas import Activity, Baseline, HarmRisk, Indicator, Link, Objective, Outcome, Output, Plan, Stakeholder, Target


def seen(id, measures, unit, kind, better, before, target, **more):
    levels = ("never", "when asked", "sometimes", "always") if kind == "ordinal" else ()
    return Indicator(
        id,
        f"Indicator {id}",
        measures=measures,
        unit=unit,
        kind=kind,
        better=better,
        levels=levels,
        denominator="all of them" if kind == "ratio" else "",
        frequency="quarter",
        baseline=Baseline(before, more.pop("period", "2023-Q4")),
        targets=Target(target, "2025-Q4"),
        **more,
    )


@pytest.fixture(scope="module")
def mission() -> Plan:
    """Objective, outcomes, outputs, activities and indicators I01 to I12 of the worked mission."""
    outputs = {"OP-1": ["OC-1"], "OP-2": ["OC-1"], "OP-3": ["OC-2", "OC-1"], "OP-4": ["OC-2"], "OP-5": ["OC-3"]}
    outputs["OP-6"] = ["OC-1", "OC-2"]
    activities = {"A01": ["OP-3", "OP-6"], "A02": ["OP-1"], "A03": ["OP-2"], "A04": ["OP-2"], "A05": ["OP-3"]}
    activities |= {"A06": ["OP-3", "OP-4"], "A07": ["OP-4"], "A08": ["OP-5"], "A09": ["OP-5"], "A10": ["OP-6"]}
    after = {"A02": "A01", "A04": ("A06", 28), "A05": "A01", "A06": ("A05", 14), "A08": ("A05", 14), "A10": "A01"}
    whose = {"OC-1": "ST-2", "OC-2": "ST-3", "OC-3": "ST-6"}
    return Plan(
        "kessara",
        "Kessara (invented)",
        period="2024-01-01/2025-12-31",
        elements=[
            Objective("OBJ-1", "Civilians face less physical violence", priority=1),
            *(Outcome(id, f"Outcome {id}", stakeholders=who) for id, who in whose.items()),
            *(Output(id, f"Output {id}") for id in outputs),
            *(Activity(id, f"Activity {id}", after=[after[id]] if id in after else ()) for id in activities),
        ],
        links=[
            *(Link(outcome, "OBJ-1") for outcome in whose),
            *(
                Link(id, target)
                for links in (outputs, activities)
                for id, targets in links.items()
                for target in targets
            ),
        ],
        stakeholders=[Stakeholder(f"ST-{n}", f"Stakeholder {n}") for n in range(1, 7)],
        harms=[HarmRisk("HR-7", "Abuse by trainees", group="civilians", likelihood="medium", severity="high")],
        indicators=[
            seen("I01", "OBJ-1", "persons/quarter", "flow", "lower", 84, 50),
            seen("I02", "OBJ-1", "%", "ratio", "higher", 41, 55),
            seen("I03", "OC-1", "%", "ratio", "higher", 48, 70),
            seen("I04", "OC-1", "incidents/quarter", "flow", "lower", 18, 10.8, period="2023-Q2"),
            seen("I05", "OC-1", "%", "ratio", "higher", 12, 30),
            seen("I06", "OC-2", "%", "ratio", "higher", 35, 60),
            seen("I07", "OC-2", "incidents/quarter", "flow", "lower", 22, 12),
            seen("I08", "OC-3", "cases", "cumulative", "higher", 6, 24),
            seen("I09", "OC-3", "level", "ordinal", "higher", 0, 3),
            seen("I10", "OP-1", "number", "cumulative", "higher", 0, 6),
            seen("I11", "OP-3", "%", "ratio", "higher", 8, 30),
            seen("I12", "OP-6", "%", "ratio", "higher", 40, 80),
        ],
    )


def places(plan: Plan, code: str) -> list[str]:
    return [remark.where for remark in cpas.check(plan).of(code)]


def test_output_without_indicator(mission):
    """Nothing measures OP-4, so that OC-2 not moving cannot be explained: check says so beforehand."""
    assert places(mission, "no_indicator") == ["OP-2", "OP-4", "OP-5"]


def test_what_a_reviewer_would_ask_of_the_mission(mission):
    """Only what the tables of section 8 leave out, or leave open, is asked for."""
    assert places(mission, "single_point_of_failure") == ["OC-3"]
    assert places(mission, "person_count_without_sex_age") == ["I01"]
    assert places(mission, "harm_without_mitigation") == places(mission, "harm_not_attached") == ["HR-7"]
    assert len(places(mission, "objective_link_without_assumption")) == 3
    assert len(places(mission, "outcome_link_without_assumption")) == 8
    assert not set(cpas.check(mission).codes) & {
        "activity_leads_nowhere", "output_not_produced", "output_leads_nowhere", "outcome_leads_nowhere",
        "outcome_without_stakeholder", "no_baseline", "no_target", "target_equals_baseline", "baseline_past_target",
        "flow_basis_mismatch", "output_heavy", "no_denominator",
    }  # fmt: skip


def test_gravest_first(mission):
    """A reader who stops early has read what matters most."""
    order = ["error", "warning", "note"]
    severities = [remark.severity for remark in cpas.check(mission)]

    assert severities == sorted(severities, key=order.index)


def test_empty_plan():
    """Of nothing, nothing is asked."""
    assert not cpas.check(Plan("demo", "Demo"))


def test_plan_is_left_alone(mission):
    """A check repairs nothing, and says the same twice."""
    before = repr(mission)

    assert cpas.check(mission) == cpas.check(mission)
    assert repr(mission) == before


@pytest.mark.parametrize("seed", ["0", "1"])
def test_hash_seed_does_not_matter(seed):
    """The same plan gives the same bytes, whatever order sets come in."""
    code = (
        "import cpas; ids = [f'OP-{n}' for n in range(20)]\n"
        "outputs = [cpas.Output(id, 'Same', priority=1) for id in ids]\n"
        "print(*cpas.check(cpas.Plan('p', 'P', elements=outputs)), sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
    )
    outputs = [Output(f"OP-{n}", "Same", priority=1) for n in range(20)]

    assert done.stdout.decode() == "\n".join(map(str, cpas.check(Plan("p", "P", elements=outputs)))) + "\n"
