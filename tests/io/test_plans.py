"""Plans as files: what was written is read as it was, and every fault has its place."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
from datetime import date
from pathlib import Path

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cpas
from cpas.errors import CpasError, FileError, LoopError, PlanError
from cpas.io.plans import plan_from_dict, plan_from_text, plan_to_dict, plan_to_text, read_plan, write_plan
from cpas.model import Baseline, Indicator, Link, Objective, Outcome, Plan, Target
from cpas.testing.strategies_plans import plans
from cpas.testing.strategies_words import TRICKY_TEXTS, texts

FORMS = ("yaml", "json")
HEAD = "format: 1\nid: demo\ntitle: A small plan\n"
SLOW = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def faults(text: str, form="yaml") -> list[str]:
    """Return the faults of a plan's text, as an error prints them."""
    with pytest.raises(PlanError) as caught:
        plan_from_text(text, form=form)
    return [str(fault) for fault in caught.value.faults]


# -- laws ------------------------------------------------------------------------------------------


@SLOW
@given(plans(), st.sampled_from(FORMS))
def test_what_is_written_is_read(plan, form):
    """Reading what was written gives an equal plan."""
    assert plan_from_text(plan_to_text(plan, form=form), form=form) == plan


@SLOW
@given(plans())
def test_plain_data_are_ready_for_json(plan):
    """The plan as plain data goes through JSON unchanged, and is the plan."""
    assert plan_from_dict(json.loads(json.dumps(plan_to_dict(plan)))) == plan


@SLOW
@given(plans())
def test_writing_is_deterministic(plan):
    """A plan that was read is written with the same bytes."""
    text = plan_to_text(plan)

    assert plan_to_text(plan_from_text(text)) == text


@SLOW
@given(plans(), st.data())
def test_one_wrong_value_never_passes_unseen(plan, data):
    """Any value put in any place is refused as a fault, or was a value that may stand there."""
    plain = plan_to_dict(plan)
    container, step = data.draw(st.sampled_from(list(_places(plain))))
    container[step] = data.draw(st.sampled_from([None, True, 0, -1.5, "no", "2025-01-01", [], {}, [[1]], {"a": 1}]))
    try:
        read = plan_from_dict(plain)
    except PlanError as error:
        refused = error
    else:
        assert plan_from_dict(plan_to_dict(read)) == read
        return

    assert refused.faults or isinstance(refused, LoopError)


def _places(value):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield value, step
        yield from _places(inner)


@SLOW
@given(st.one_of(st.text(), texts), st.sampled_from(FORMS))
def test_any_text_is_read_or_refused(text, form):
    """Whatever a file holds, the answer is a plan or an error of the library's own."""
    for whole in (text, HEAD + text):
        with contextlib.suppress(CpasError):
            plan_from_text(whole, form=form)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("text", TRICKY_TEXTS)
def test_texts_that_look_like_something_else(text, form):
    """A text is a text, wherever it stands."""
    plan = Plan(
        text,
        text,
        note=text,
        elements=[Objective("OBJ-1", text, tags=[text, text + "x"], maps_to={text: [text, "z"]})],
    )

    assert plan_from_text(plan_to_text(plan, form=form), form=form) == plan


def test_other_readers_see_the_same_texts():
    """What is written says the same to a reader of YAML 1.1 as to this one."""
    import yaml

    plan = Plan("demo", "x", elements=[Objective(f"O{i}", text) for i, text in enumerate(TRICKY_TEXTS)])
    read = yaml.safe_load(plan_to_text(plan))

    assert list(TRICKY_TEXTS) == [objective["statement"] for objective in read["objectives"]]


@pytest.mark.parametrize("number", [0.1, 84.0, -0.0, 1e300, 1e-300, 1e15, 1e16, 123456789.123, 0.5])
@pytest.mark.parametrize("form", FORMS)
def test_numbers_are_kept(number, form):
    """A number is read as the number it was, to the last bit."""
    indicator = Indicator("I", "n", measures=[], unit="%", kind="ratio", better="higher", min_change=number)
    read = plan_from_text(plan_to_text(Plan("p", "t", indicators=[indicator]), form=form), form=form)

    assert read.indicators[0].min_change.hex() == number.hex()


# -- what is written -------------------------------------------------------------------------------


def test_defaults_are_left_out_and_short_forms_taken():
    """A file says what the plan says, and no more."""
    plan = Plan(
        "demo",
        "A small plan",
        elements=[Objective("OBJ-1", "Safer"), Outcome("OC-1", "Leaders settle, by dialogue", change="process")],
        links=[Link("OC-1", "OBJ-1")],
        indicators=[
            Indicator(
                "I01",
                "Disputes settled",
                measures="OC-1",
                unit="%",
                kind="ratio",
                better="higher",
                baseline=Baseline(48, "2024-Q2", source="Register"),
                targets=Target(70, "2025-Q4", set_on=date(2024, 1, 10)),
            )
        ],
        note="Two\nlines",
    )
    assert plan_to_text(plan) == (
        "format: 1\n"
        "id: demo\n"
        "title: A small plan\n"
        "objectives:\n"
        "- id: OBJ-1\n"
        "  statement: Safer\n"
        "outcomes:\n"
        "- id: OC-1\n"
        "  statement: Leaders settle, by dialogue\n"
        "  change: process\n"
        "links:\n"
        "- {source: OC-1, target: OBJ-1}\n"
        "indicators:\n"
        "- id: I01\n"
        "  name: Disputes settled\n"
        "  measures: OC-1\n"
        '  unit: "%"\n'
        "  kind: ratio\n"
        "  better: higher\n"
        "  baseline: {value: 48, period: 2024-Q2, source: Register}\n"
        "  targets: {value: 70, period: 2025-Q4, set_on: 2024-01-10}\n"
        "note: |-\n"
        "  Two\n"
        "  lines\n"
    )


@pytest.mark.parametrize("ending", ["yaml", "yml", "json", "JSON"])
def test_file_is_written_and_read(tmp_path, ending):
    """The name's ending says which form a file has."""
    plan = Plan("demo", "Ünïcode 😀")
    write_plan(plan, tmp_path / f"plan.{ending}")

    assert read_plan(tmp_path / f"plan.{ending}") == plan
    assert [f"plan.{ending}"] == os.listdir(tmp_path)


def test_failed_writing_leaves_the_old_file(tmp_path, monkeypatch):
    """A file is replaced whole or not at all, and nothing is left beside it."""
    path = tmp_path / "plan.yaml"
    path.write_text("old")

    def refuse(self, target):
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileError, match="cannot be written: disk full"):
        write_plan(Plan("demo", "t"), path)

    assert path.read_text() == "old"
    assert [path] == list(tmp_path.iterdir())


def test_a_link_to_a_file_stays_a_link(tmp_path):
    """Writing to a symbolic link writes the file it points to."""
    (tmp_path / "real.yaml").write_text("old")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "real.yaml")
    write_plan(Plan("demo", "t"), tmp_path / "link.yaml")

    assert (tmp_path / "link.yaml").is_symlink()
    assert read_plan(tmp_path / "real.yaml").id == "demo"


def test_name_without_ending_is_not_guessed(tmp_path):
    """Writing asks for the form; reading looks at the first sign."""
    with pytest.raises(FileError, match=r"end the name in \.yaml or \.json"):
        write_plan(Plan("demo", "t"), tmp_path / "plan.txt")
    for i, text in enumerate((HEAD, '{"format": 1, "id": "demo", "title": "t"}')):
        (tmp_path / f"{i}.txt").write_text(text)
        assert read_plan(tmp_path / f"{i}.txt").id == "demo"


def test_half_a_character_cannot_be_written(tmp_path):
    """A lone surrogate is no text: it is refused before anything is touched."""
    with pytest.raises(CpasError, match="half of a character"):
        write_plan(Plan("demo", "\ud800"), tmp_path / "plan.json")
    assert not list(tmp_path.iterdir())


# -- short forms -----------------------------------------------------------------------------------

SHORT = """\
format: 1
id: demo
title: A small plan
period: 2025
units: {hearing: count}
objectives:
- {id: OBJ-1, statement: Safer, places: nord}
outcomes:
- {id: OC-1, statement: Leaders settle, stakeholders: ST-1, maps_to: {rbb: [EA 1.1, EA 1.2]}}
outputs:
- {id: OP-1, statement: Hearings, planned: {quantity: 6, unit: hearing, period: 2025, where: {place: nord}}}
activities:
- {id: A01, statement: Map}
- {id: A06, statement: Patrol, start: 2025-01-01, end: '2025-03-31'}
- {id: A02, statement: Meet, after: [A01, {activity: A06, days: 28}]}
links:
- {chain: [A01, OP-1, OC-1, OBJ-1], strength: weak, evidence: Interviews}
- {source: A06, target: OP-1}
- chain: [A02, OP-1]
indicators:
- id: I01
  name: Disputes
  measures: [OC-1, {element: OBJ-1, weight: 2}]
  unit: "%"
  kind: ratio
  better: higher
  baseline: {value: 48, period: 2024-Q2, source: {document: Register, page: "3"}}
  targets:
  - {value: 60, period: 2025-06-30, role: milestone}
  - {value: 70, period: 2025}
  over: {place: mean}
  source: Register of disputes
stakeholders:
- {id: ST-1, name: Leaders}
places:
- {id: nord, name: Nord, point: [7.5, 21]}
"""


def test_short_forms():
    """What people write by hand is taken as the records it stands for."""
    plan = plan_from_text(SHORT)
    indicator = plan.indicator("I01")

    assert [(after.activity, after.days) for after in plan.element("A02").after] == [("A01", 0), ("A06", 28)]
    assert [(measure.element, measure.weight) for measure in indicator.measures] == [("OC-1", 1.0), ("OBJ-1", 2.0)]
    assert (indicator.source.document, indicator.baseline[0].source.page) == ("Register of disputes", "3")
    assert [str(target.period) for target in indicator.targets] == ["2025-06-30", "2025"]
    assert str(plan.period) == "2025"
    assert plan.element("A06").end == date(2025, 3, 31)
    assert plan.element("OC-1").maps_to == (("rbb", "EA 1.1"), ("rbb", "EA 1.2"))
    assert [(link.source, link.target, link.strength) for link in plan.links] == [
        ("A01", "OP-1", "weak"),
        ("OP-1", "OC-1", "weak"),
        ("OC-1", "OBJ-1", "weak"),
        ("A06", "OP-1", "untested"),
        ("A02", "OP-1", "untested"),
    ]
    assert plan.links[2].evidence == ("Interviews",)


def test_short_forms_are_read_alike_from_json():
    """The two forms of a file have one layout."""
    plan = plan_from_text(SHORT)

    assert plan_from_text(json.dumps(plan_to_dict(plan)), form="json") == plan


# -- faults ----------------------------------------------------------------------------------------


def test_every_fault_is_listed_with_its_place():
    """One error lists all faults of the file, those within records and those between them, by line."""
    text = SHORT.replace("units: {hearing: count}", "units: {hearing: count}\nowner: me")
    text = text.replace("statement: Safer,", "priority: '1',")
    text = text.replace("stakeholders: ST-1", "stakeholders: [ST-1, ST-7], change: behavior")
    text = text.replace("[A02, OP-1]", "[A02, OP-7]")
    text = text.replace("unit: hearing", "unit: hering")

    assert faults(text) == [
        "owner (line 6): There is no field 'owner'.",
        "objectives[0] (line 8): The field 'statement' is missing.",
        "objectives[0].priority (line 8): '1' is a text, where a whole number should be. Write it without quotes.",
        "outcomes[0].change (line 10): 'behavior' is not one of behaviour, capacity, knowledge, relationship, policy, "
        "process, context. Did you mean 'behaviour'?",
        *faults(SHORT.replace("unit: hearing", "unit: hering").replace("title: A", "title: A\nreason: B")),
        "links[2].chain[1] (line 20): There is no element 'OP-7'. Did you mean 'OP-1'?",
    ]


def test_faults_between_records_have_lines():
    """Where every record is well formed, what they say against one another has lines too."""
    text = HEAD + "outcomes:\n- id: OC-1\n  statement: s\n  stakeholders:\n  - ST-1\n  - ST-2\nstakeholders:\n"
    text += "- {id: ST-1, name: Leaders}\n"

    assert faults(text) == [
        "outcomes[0].stakeholders[1] (line 9): There is no stakeholder 'ST-2'. Did you mean 'ST-1'?"
    ]


def test_what_follows_from_a_fault_is_not_listed():
    """Records that refer to one that could not be read are not at fault."""
    text = HEAD + "outcomes:\n- {id: OC-1, statement: 5}\n- {id: OC-2, statement: s, part_of: OC-1}\n"
    text += "objectives:\n- {id: OBJ-1, statement: s}\nlinks:\n- {chain: [OC-1, OBJ-1]}\n- {chain: [OC-9, OBJ-1]}\n"

    assert faults(text) == [
        "outcomes[0].statement (line 5): 5 is a number, where a text should be. Put it in quotes: '5'.",
        "links[1].chain[0] (line 11): There is no element 'OC-9'. Did you mean 'OC-2'?",
    ]


def test_positions_are_those_of_the_file():
    """A record after one that could not be read keeps its own position."""
    text = HEAD + "objectives:\n- {id: O}\n- {id: O2, statement: s}\n- {id: O2, statement: s}\n"

    assert faults(text)[1:] == [
        "objectives[2].id (line 7): 'O2' is the id of more than one record: it is also at objectives[1]."
    ]


def test_loop_is_named_with_its_file(tmp_path):
    """A loop stays a LoopError, and says in which file."""
    path = tmp_path / "plan.yaml"
    path.write_text(
        HEAD
        + "outcomes:\n- {id: A, statement: s}\n- {id: B, statement: s}\nlinks:\n- {chain: [A, B]}\n- {chain: [B, A]}\n"
    )
    with pytest.raises(LoopError, match=r"plan\.yaml.*A → B → A") as caught:
        read_plan(path)

    assert caught.value.loop == ("A", "B", "A")
    assert caught.value.path == str(path)


def test_loop_beside_other_faults_is_one_of_them():
    """Where there is more to say, the loop is listed with the rest."""
    text = HEAD + "outcomes:\n- {id: A, statement: s}\n- {id: B, statement: s}\n- {id: C}\n"
    text += "links:\n- {chain: [A, B, A]}\n"

    assert any("A → B → A" in fault for fault in faults(text))
    assert any("'statement' is missing" in fault for fault in faults(text))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("version: 2", "version (line 4): 2 is a number, where a text should be. Put it in quotes: '2'."),
        ("mission: no", "mission (line 4): no is true or false to some programs, a text to others. Put it in quotes"),
        ("mission: true", "mission (line 4): true is a truth value, where a text should be. Put it in quotes: 'true'."),
        ("mission: 12:30:00", "12:30:00 is a number with base 60 to some programs. Put it in quotes"),
        ("mission: 010", "010 is read with base 8 by some programs and with base 10 by others. Put it in quotes"),
        ("mission: 2025-01-01", "2025-01-01 is a day, where a text should be. Put it in quotes: '2025-01-01'."),
        ("mission: [a]", "This is a list, where a text should be."),
        ("note:", "note (line 4): There is no value. Write one, or leave the field out."),
        ("in_force_from: 2025-02-30", "looks like a day, but there is no such day"),
        ("in_force_from: '2025-02-30'", "There is no day '2025-02-30'."),
        ("in_force_from: 2025-01-01T10:00:00", "is a moment, where the library keeps days"),
        ("in_force_from: 2025", "2025 is a number, where a day should be. Write it as 2025-06-13."),
        ("period: 13/2025", "period (line 4)"),
        ("period: 2025.0", "2025.0 is a number, where a period should be"),
        ("period: true", "true is a truth value, where a period should be"),
        ("status: aproved", "Did you mean 'approved'?"),
        ("units: [a]", "This is a list, where names with texts should be"),
        ("units: {no: count}", "units.no (line 4): As a name, no is true or false to some programs"),
        ("units: {hearing: 1}", "units.hearing (line 4): 1 is a number, where a text should be."),
        ("id: other", "id (line 4): 'id' is given twice. Keep one."),
        ("outcomes: {id: OC-1}", "This is a mapping, where a list should be."),
        ("outcomes: [OC-1]", "outcomes[0] (line 4): 'OC-1' is a text, where a mapping with fields should be: 'id: …'."),
        ("drivers: [{id: D, statement: s, months: [1.5]}]", "drivers[0].months[0] (line 4): 1.5 is not written as"),
        ("drivers: [{id: D, statement: s, months: 3}]", "3 is a number, where a list should be"),
        ("places: [{id: p, name: nord, point: [91, 0]}]", "places[0].point (line 4): (91.0, 0.0) is not a latitude"),
        ("places: [{id: p, name: nord, point: [1]}]", "This is a list, where a list of 2 values should be."),
        ("places: [{id: p, name: nord, overlapping: yes}]", "Write true or false."),
        ("places: [{id: p, name: nord, overlapping: 1}]", "1 is a number, where true or false should be"),
        ("places: [{id: p, name: nord, point: [.inf, 0]}]", "inf is not a finite number."),
        ("places: [{id: p, name: nord, point: [1_0, 0]}]", "Write a number with digits alone."),
        ("places: [{id: p, name: nord, point: ['1,5', 0]}]", "Write digits, with a point for decimals."),
        ("links: [{chain: [a]}]", "A chain needs at least two ids, not 1."),
        ("links: [{chain: [a, b], source: c}]", "not both"),
        ("links: [{chain: [a, 3]}]", "links[0].chain[1] (line 4): 3 is a number"),
        ("links: [{source: a, target: a}]", "'a' is linked to itself."),
        ("<<: {note: x}", "Write the fields out."),
        ("outcoms: []", "There is no field 'outcoms'. Did you mean 'outcomes'?"),
    ],
)
def test_strict_types(line, said):
    """A value is taken as it stands or refused, with what to write instead."""
    assert any(said in fault for fault in faults(HEAD + line + "\n"))


@pytest.mark.parametrize(
    ("json_text", "said"),
    [
        ('"note": "a", "note": "b"', "note (line 2): 'note' is given twice. Keep one."),
        ('"note": NaN', "NaN is no JSON"),
        ('"note": "\\ud800"', "note (line 2): It holds half of a character"),
        ('"in_force_from": "2025-1-1"', "'2025-1-1' is a text, where a day should be."),
        ('"outcomes": [{"id": "a", "statement": "b", "min_coverage": "0.5"}]', "Write it without quotes."),
        ('"outcomes": [{"id": "a", "statement": "b", "min_coverage": 1e999}]', "inf is not a finite number"),
        ('"outcomes": [{"id": "a", "statement": "b", "priority": 11111111111111111111}]', "is too long for a number"),
    ],
)
def test_strict_types_in_json(json_text, said):
    """JSON is read as strictly."""
    text = '{"format": 1, "id": "a", "title": "b",\n' + json_text + "}"

    assert any(said in fault for fault in faults(text, "json"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: a\ntitle: b", "The field 'format' is missing. Write 'format: 1' in the first line."),
        ("format: 2\nid: a\nbogus: b", "format (line 1): Layout 2 is newer than those this library reads (1)."),
        ("format: '1'\nid: a", "'1' is no version of the layout."),
        ("format: true", "true is no version of the layout."),
        ("format: 0", "0 is no version of the layout."),
    ],
)
def test_version_of_the_layout(text, said):
    """A file of another layout is not read further: nothing in it can be at fault."""
    found = faults(text)

    assert len(found) == 1
    assert said in found[0]


def test_missing_fields_are_named():
    """What must be there is asked for by name."""
    assert faults("format: 1\nindicators:\n- {id: I}") == [
        "The field 'id' is missing.",
        "The field 'title' is missing.",
        *(f"indicators[0] (line 3): The field {name!r} is missing." for name in REQUIRED),
    ]


REQUIRED = ("name", "measures", "unit", "kind", "better")


def test_error_keeps_its_facts():
    """Faults, file and lines are fields, and survive pickling."""
    with pytest.raises(PlanError) as caught:
        plan_from_text(HEAD + "outcoms: []")
    again = pickle.loads(pickle.dumps(caught.value))

    assert [(fault.where, fault.line, fault.code) for fault in again.faults] == [("outcoms", 4, "unknown_field")]


def test_validators_switched_off_change_nothing():
    """A host that switches the validators of attrs off reads the same plans."""
    attrs.validators.set_disabled(True)
    try:
        assert "Did you mean 'approved'?" in faults(HEAD + "status: aproved")[0]
    finally:
        attrs.validators.set_disabled(False)


def test_front_door():
    """The verbs are the library's own."""
    assert (cpas.read_plan, cpas.write_plan) == (read_plan, write_plan)
