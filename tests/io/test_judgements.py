"""Judgements, recommendations and methods as files beside the plan."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpas.errors import FileError, PlanError
from cpas.io.judgements import read_judgements, write_judgements
from cpas.io.methodologies import read_methodology, write_methodology
from cpas.model import DEFAULT, Assumption, Judgement, Link, Methodology, Objective, Outcome, Plan, Recommendation
from cpas.scales import PRESETS
from cpas.sources import Source
from cpas.testing.strategies_judgements import judgements, methodologies, recommendations
from cpas.testing.strategies_plans import plans

SLOW = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
PLAN = Plan(
    "demo",
    "A small plan",
    elements=[Objective("OBJ-1", "Safer"), Outcome("OC-1", "Leaders settle", change="process")],
    links=[Link("OC-1", "OBJ-1", assumptions="AS-1")],
    assumptions=[Assumption("AS-1", "Roads stay open")],
)


@SLOW
@given(plans().flatmap(lambda plan: st.tuples(st.just(plan), judgements(plan), recommendations(plan))))
@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_what_was_judged_is_read_as_it_was(tmp_path_factory, ending, drawn):
    """Reading what was written gives equal judgements and recommendations, in the same order."""
    plan, judged, recommended = drawn
    path = tmp_path_factory.mktemp("judged") / f"judged.{ending}"
    write_judgements(judged, recommended, path)

    assert read_judgements(path, plan) == (tuple(judged), tuple(recommended))


@SLOW
@given(methodologies())
@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_methodology_is_read_as_it_was(tmp_path_factory, ending, methodology):
    """Reading what was written gives an equal methodology."""
    path = tmp_path_factory.mktemp("methods") / f"methods.{ending}"
    write_methodology(methodology, path)

    assert read_methodology(path) == methodology


@pytest.mark.parametrize("scale", PRESETS.values() if hasattr(PRESETS, "values") else PRESETS)
def test_scales_are_kept(tmp_path, scale):
    """A scale of a methodology keeps its bands, cut points and sources."""
    methodology = Methodology("mine", "1", scales=[scale], sources=[Source("Handbook")])
    write_methodology(methodology, tmp_path / "methods.yaml")

    assert read_methodology(tmp_path / "methods.yaml") == methodology


def test_default_methodology_is_three_lines(tmp_path):
    """What is as the library has it is not repeated."""
    write_methodology(DEFAULT, tmp_path / "m.yaml")

    assert (tmp_path / "m.yaml").read_text() == 'format: 1\nname: cpas-default\nversion: "1"\n'


def written(tmp_path, text: str):
    path = tmp_path / "file.yaml"
    path.write_text("format: 1\n" + text)
    return path


def test_every_fault_of_a_judgement_is_listed(tmp_path):
    """Words, periods, ids and unsupported claims are faults with a place, in one error."""
    text = """\
judgements:
- {element: OC-9, about: progress, value: behind, at: 2025-Q2, statement: Late.}
- {element: OC-1, about: progress, value: beyond, at: 2025-Q2, statement: Late.}
- {element: AS-2, about: assumption, value: holds, at: 2025-Q5, statement: Open.}
- {element: AS-2, about: assumption, value: holds, at: 2025-Q2, statement: Open.}
- {element: OC-1, about: contribution, value: high, at: 2025-Q2, statement: Ours, evidence: Agreements}
recommendations:
- {id: R1, text: Chase, type: data, to: POC unit, elements: OC-9, on: 2025-01-01}
- {id: R2, text: Chase, type: data, to: POC unit, because: [I07]}
- {id: R3, text: Chase, type: data, to: POC unit, actions: {text: Call, due: tomorrow}}
- {id: R2, text: Chase, type: data, to: POC unit}
remarks: []
"""
    with pytest.raises(PlanError) as caught:
        read_judgements(written(tmp_path, text), PLAN)
    found = [(fault.where, fault.line, fault.code) for fault in caught.value.faults]

    assert found == [
        ("judgements[0].element", 3, "unknown_id"),
        ("judgements[1].value", 4, "field"),
        ("judgements[2].at", 5, "period"),
        ("judgements[3].element", 6, "unknown_id"),
        ("judgements[4]", 7, "judgement"),
        ("recommendations[0].on", 9, "unknown_field"),
        ("recommendations[1].because[0]", 10, "unknown_id"),
        ("recommendations[2].actions.due", 11, "field"),
        ("recommendations[3].id", 12, "duplicate_id"),
        ("remarks", 13, "unknown_field"),
    ]


def test_day_of_a_judgement_needs_no_quotes(tmp_path):
    """``on`` is a field, though some programs read it as true."""
    text = "judgements:\n- {element: OC-1, about: progress, value: behind, at: 2025-Q2, statement: s, on: 2025-07-01}"

    assert str(read_judgements(written(tmp_path, text), PLAN)[0][0].on) == "2025-07-01"


def test_either_list_may_be_left_out(tmp_path):
    """A file may hold one of the two, or neither."""
    assert read_judgements(written(tmp_path, ""), PLAN) == ((), ())


def test_files_of_another_sort(tmp_path):
    """A version is asked for, and a missing file is a missing file."""
    (tmp_path / "new.yaml").write_text("format: 7\njudgements: []")
    with pytest.raises(PlanError, match="Layout 7 is newer"):
        read_judgements(tmp_path / "new.yaml", PLAN)
    with pytest.raises(FileNotFoundError, match="Judgements file"):
        read_judgements(tmp_path / "none.yaml", PLAN)
    with pytest.raises(FileError, match="Methodology file"):
        read_methodology(tmp_path / "none.yaml")
    with pytest.raises(PlanError, match="judgements"):
        read_judgements(written(tmp_path, "judgements: {}"), PLAN)


def test_faults_of_a_methodology(tmp_path):
    """Each choice that is none is a fault with its place."""
    text = (
        "name: mine\nversion: 1\ncombine: mean\nnodes: {OBJ-1: {combine: best}}\nthresholds: {delivered: '80'}\nx: 1\n"
    )
    with pytest.raises(PlanError) as caught:
        read_methodology(written(tmp_path, text))

    assert [fault.where for fault in caught.value.faults] == [
        "version",
        "combine",
        "nodes['OBJ-1'].combine",
        "thresholds.delivered.value",
        "x",
    ]


def test_judgements_keep_their_plan(tmp_path):
    """The same file is refused beside a plan that lacks what it names."""
    path = tmp_path / "judged.yaml"
    write_judgements(
        [Judgement("OC-1", about="progress", value="behind", at="2025-Q2", statement="Late.")],
        [Recommendation("R1", "Chase", type="data", to="POC unit", elements="OC-1")],
        path,
    )
    with pytest.raises(PlanError) as caught:
        read_judgements(path, Plan("other", "Another plan"))

    assert len(caught.value.faults) == 2
