"""The checks of a plan: each code has a plan that triggers it and a mended twin that does not."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.methods.checks.codes import DATA_CODES
from cpas.methods.checks.loosening import target_loosened
from cpas.methods.checks.registry import CODES, plan_remarks
from cpas.model import (
    Activity,
    Assumption,
    Baseline,
    Dimension,
    HarmRisk,
    Indicator,
    Influence,
    Link,
    Objective,
    Outcome,
    Output,
    Place,
    Plan,
    Risk,
    Stakeholder,
    Stance,
    Target,
)
from cpas.tables.remarks import Remarks


def change(records: tuple[Any, ...], id: str, **fields: Any) -> tuple[Any, ...]:
    """Return records with some fields of one of them changed."""
    assert any(record.id == id for record in records)
    return tuple(attrs.evolve(record, **fields) if record.id == id else record for record in records)


def indicator(id: str, name: str, measures: Any, **fields: Any) -> Indicator:
    given = {"unit": "%", "kind": "ratio", "better": "higher", "frequency": "quarter", "denominator": "all recorded"}
    given |= {"baseline": Baseline(48, "2023-Q4"), "targets": Target(70, "2025-Q4")}
    return Indicator(id, name, measures=measures, **(given | fields))


#: A plan of which nothing is to be asked: each case below breaks it in one way.
SOUND = Plan(
    "demo",
    "A sound plan",
    period="2024-01-01/2025-12-31",
    status="in_force",
    elements=[
        Objective("OBJ-1", "Civilians face less violence", priority=1),
        Outcome("OC-1", "Leaders settle disputes by dialogue", stakeholders="ST-2", priority=1),
        Outcome("OC-2", "A law on transhumance is passed", change="policy", priority=2),
        Output("OP-1", "Agreements facilitated"),
        Output("OP-2", "Women mediators active"),
        Activity("A01", "Map threats", start=date(2024, 7, 1), end=date(2024, 8, 31), engages="ST-1"),
        Activity("A02", "Hold conferences", start=date(2024, 9, 1), after=[("A01", 60)], harms="HR-1"),
    ],
    links=[
        Link("A01", "OP-1"),
        Link("A02", "OP-2"),
        *(Link(output, "OC-1", assumptions=["AS-1"]) for output in ("OP-1", "OP-2")),
        Link("OC-1", "OC-2", assumptions=["AS-1"]),
        Link("OC-1", "OBJ-1", strength="strong", assumptions=["AS-2"]),
        Link("OC-2", "OBJ-1", assumptions=["AS-2"]),
    ],
    assumptions=[Assumption("AS-1", "Leaders are listened to"), Assumption("AS-2", "Militias honour agreements")],
    stakeholders=[Stakeholder("ST-1", "Militias"), Stakeholder("ST-2", "Leaders")],
    influences=[Influence("OC-1", "ST-2", mode="relationship")],
    stances=[Stance("ST-2", "OC-1", position="mixed")],
    harms=[
        HarmRisk("HR-1", "Reprisals", group="mediators", likelihood="medium", severity="high", mitigation="Discretion")
    ],
    places=[Place("amara", "Amara"), Place("nord", "Nord", parent="amara")],
    dimensions=[Dimension("sex", ["female", "male"]), Dimension("age_group", ["adult", "child"])],
    indicators=[
        indicator(
            "I01", "Civilians harmed", "OBJ-1", unit="persons/quarter", kind="flow", better="lower", denominator="",
            baseline=[Baseline(80 + i, f"2023-Q{i}") for i in (1, 2, 3, 4)], targets=Target(50, "2025-Q4"),
            dimensions=["sex", "age_group"],
        ),
        indicator("I03", "Disputes settled", "OC-1"),
        indicator("I04", "Steps towards the law", ["OC-2"], kind="ordinal", unit="level", denominator="",
                  levels=["none", "draft", "passed"], baseline=Baseline(0, "2023"), targets=Target(2, "2025"),
                  over={"place": "worst"}),
        indicator("I10", "Agreements signed", "OP-1", kind="cumulative", unit="agreements", denominator="",
                  baseline=Baseline(0, "2023"), targets=Target(6, "2025")),
        indicator("I11", "Mediators who are women", "OP-2", formula="100 * {I10} / ({I10} + {I10})", unit="%"),
    ],
)  # fmt: skip

ELEMENTS, LINKS, INDICATORS = SOUND.elements, SOUND.links, SOUND.indicators


def without_links(**ends: str) -> tuple[Link, ...]:
    return tuple(link for link in LINKS if any(getattr(link, end) != id for end, id in ends.items()))


def changed_links(source: str, target: str, **fields: Any) -> tuple[Link, ...]:
    return tuple(attrs.evolve(x, **fields) if (x.source, x.target) == (source, target) else x for x in LINKS)


def with_indicator(*more: Indicator, **fields: Any) -> dict[str, Any]:
    return {"indicators": (*INDICATORS, *more), **fields}


def of(id: str, **fields: Any) -> dict[str, Any]:
    """Break one indicator."""
    return {"indicators": change(INDICATORS, id, **fields)}


def element(id: str, **fields: Any) -> dict[str, Any]:
    """Break one element."""
    return {"elements": change(ELEMENTS, id, **fields)}


CONTEXT = {"better": "neutral", "baseline": (), "targets": ()}
PERSONS = indicator("I20", "People trained", "OP-1", kind="distinct", unit="people", better="neutral")
YEARLY = {"baseline": Baseline(300, "2023"), "targets": Target(200, "2025")}
ALONE = [Link("OC-1", "OC-2", assumptions=["AS-1"])]

#: Code, what is broken in SOUND, and the place of the remark.
CASES = [
    ("activity_leads_nowhere", {"links": without_links(source="A01")}, "A01"),
    ("off_plan_activities", {"elements": (*ELEMENTS, Activity("A09", "Escort", in_plan=False))}, "demo"),
    ("output_not_produced", {"links": without_links(source="A02")}, "OP-2"),
    ("output_leads_nowhere", {"elements": (*ELEMENTS, Output("OP-3", "Patrols"))}, "OP-3"),
    ("outcome_leads_nowhere", {"links": without_links(source="OC-2")}, "OC-2"),
    ("outcome_without_cause", {"links": without_links(target="OC-1")}, "OC-1"),
    ("objective_without_outcome", {"elements": (*ELEMENTS, Objective("OBJ-2", "Peace"))}, "OBJ-2"),
    ("single_point_of_failure", {"links": without_links(source="OP-2")}, "OC-1"),
    ("objective_link_without_assumption", {"links": changed_links("OC-1", "OBJ-1", assumptions=())}, "OC-1 → OBJ-1"),
    ("outcome_link_without_assumption", {"links": changed_links("OP-1", "OC-1", assumptions=())}, "OP-1 → OC-1"),
    ("outcome_link_without_assumption", {"links": changed_links("OC-1", "OC-2", assumptions=())}, "OC-1 → OC-2"),
    ("strong_link_in_doubt", {"assumptions": change(SOUND.assumptions, "AS-2", status="broken")}, "OC-1 → OBJ-1"),
    ("strong_link_in_doubt", {"assumptions": change(SOUND.assumptions, "AS-2", status="in_doubt")}, "OC-1 → OBJ-1"),
    ("assumption_unused", {"assumptions": (*SOUND.assumptions, Assumption("AS-3", "Roads stay open"))}, "AS-3"),
    ("weights_all_zero", of("I03", weight=0), "OC-1"),
    ("weights_all_zero", of("I03", measures=[("OC-1", 0)]), "OC-1"),
    ("weights_all_zero", {"links": changed_links("OC-1", "OC-2", weight=0)}, "OC-2"),
    ("priority_tie", element("OC-2", priority=1), "OC-1"),
    ("outcome_without_stakeholder", element("OC-1", stakeholders=()), "OC-1"),
    ("stakeholder_not_engaged", element("A01", engages=()), "ST-1"),
    ("outcome_stakeholder_without_influence", element("OC-1", stakeholders=["ST-2", "ST-1"]), "OC-1"),
    ("outcome_stakeholder_without_stance", {"stances": [Stance("ST-2", "OBJ-1", position="mixed")]}, "OC-1"),
    ("harm_without_mitigation", {"harms": change(SOUND.harms, "HR-1", mitigation=" ")}, "HR-1"),
    ("harm_not_attached", element("A02", harms=()), "HR-1"),
    ("starts_too_early", element("A02", after=[("A01", 63)]), "A02"),
    ("activity_outside_plan_period", element("A01", start=date(2023, 12, 31)), "A01"),
    ("activity_outside_plan_period", element("A02", end=date(2026, 1, 1)), "A02"),
    ("target_outside_plan_period", of("I03", targets=Target(70, "2026-Q1")), "I03"),
    ("no_plan_period", {"period": None}, "demo"),
    ("no_indicator", {"indicators": INDICATORS[:1] + INDICATORS[2:]}, "OC-1"),
    ("no_scored_indicator", of("I03", better="ambiguous"), "OC-1"),
    ("no_scored_indicator", of("I03", kind="text", denominator=""), "OC-1"),
    ("output_heavy", with_indicator(*(indicator(f"J{i}", f"Count {i}", "OP-1", **CONTEXT) for i in range(3))), "demo"),
    ("measures_nothing", with_indicator(indicator("J1", "Rainfall", (), **CONTEXT)), "J1"),
    ("no_denominator", of("I03", denominator=""), "I03"),
    ("no_frequency", of("I03", frequency=None), "I03"),
    ("ordinal_without_place_rule", of("I04", over=()), "I04"),
    ("person_count_without_sex_age", of("I01", dimensions=["sex"]), "I01"),
    ("person_count_without_sex_age", of("I01", dimensions=()), "I01"),
    ("person_count_without_sex_age", with_indicator(PERSONS), "I20"),
    ("no_baseline", of("I03", baseline=()), "I03"),
    ("no_baseline", of("I10", targets=[Target(6, "2025"), Target(3, "2025", where={"place": "nord"})]), "I10"),
    ("no_target", of("I03", targets=()), "I03"),
    ("no_target", of("I03", targets=Target(60, "2024-Q4", role="milestone")), "I03"),
    ("target_equals_baseline", of("I03", targets=Target(48, "2025-Q4")), "I03"),
    ("target_equals_baseline", of("I03", targets=Target(0, "2025-Q4", relative=True)), "I03"),
    ("target_equals_baseline", of("I01", targets=Target(82, "2025-Q2")), "I01"),
    ("baseline_past_target", of("I03", targets=Target(40, "2025-Q4")), "I03"),
    ("baseline_past_target", of("I01", targets=Target(0.1, "2025-Q4", relative=True)), "I01"),
    ("baseline_not_set", of("I03", baseline=Baseline(0, "2023-Q4", status="to_be_set")), "I03"),
    ("flow_basis_mismatch", of("I01", targets=Target(200, "2025")), "I01"),
    ("flow_basis_mismatch", of("I01", frequency="year"), "I01"),
    ("flow_basis_mismatch", of("I01", frequency=None, targets=Target(200, "2025")), "I01"),
    ("flow_basis_coarser", of("I01", frequency="month"), "I01"),
    ("seasonal_baseline_incomplete", of("I01", baseline=[Baseline(80 + i, f"2023-Q{i}") for i in (1, 4)]), "I01"),
    ("target_loosened", of("I03", targets=[Target(70, "2025-Q4"), Target(60, "2025-Q4", set_on=date(2025, 3, 1))]),
     "I03"),
    ("formula_unreadable", of("I11", formula="{I10} per {I10}"), "I11"),
    ("formula_unit_mismatch", of("I11", formula="{I10} + {I01}"), "I11"),
    ("formula_unit_mismatch", of("I11", formula="{I10} * 2"), "I11"),
    ("duplicate_name", element("OC-2", statement="  leaders settle\tdisputes BY dialogue "), "OC-1"),
    ("duplicate_name", of("I03", name="civilians harmed"), "I01"),
    ("duplicate_name", {"stakeholders": change(SOUND.stakeholders, "ST-2", name="militias")}, "ST-1"),
    ("duplicate_name", {"places": (*SOUND.places, Place("n2", "nord", parent="amara"))}, "n2"),
    ("duplicate_name", {"risks": [Risk("R1", "Floods"), Risk("R2", "floods")]}, "R1"),
    ("duplicate_name", {"assumptions": change(SOUND.assumptions, "AS-1", statement="militias honour agreements")},
     "AS-1"),
    ("duplicate_indicator", with_indicator(indicator("J1", "disputes  settled", "OC-1")), "I03"),
]  # fmt: skip


def remarks(plan: Plan) -> Remarks:
    return Remarks(plan_remarks(plan))


def test_sound_plan_has_no_remark():
    """Every case is mended by the same plan, of which nothing is to be asked."""
    assert not remarks(SOUND)


@pytest.mark.parametrize(("code", "broken", "where"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)])
def test_broken_plan_has_the_remark(code, broken, where):
    """The remark is there, once, at its place, with the severity and the hint of its code."""
    found = remarks(attrs.evolve(SOUND, **broken)).of(code)

    assert [remark.where for remark in found] == [where]
    assert (found[0].severity, found[0].hint) == (CODES[code].severity, CODES[code].mend)
    assert found[0].message.endswith(".")


def test_every_code_of_a_plan_has_a_case():
    """No rule is without a plan that triggers it."""
    assert set(CODES) - {code.code for code in DATA_CODES} == {code for code, _, _ in CASES}


# -- where a rule must say nothing ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "fine"),
    [
        # goalposts hold everywhere and need neither baseline nor target
        ("no_baseline", of("I03", baseline=(), targets=(), goalposts=(0, 100))),
        ("no_target", of("I03", baseline=(), targets=(), goalposts=(0, 100))),
        ("baseline_past_target", of("I03", targets=Target(40, "2025-Q4"), goalposts=(0, 100))),
        # a band keeps a value on purpose
        ("no_target", of("I03", better="inside", band=(40, 60), targets=())),
        ("no_baseline", of("I03", better="inside", band=(40, 60), baseline=())),
        ("target_equals_baseline", of("I03", better="inside", band=(40, 60), targets=Target(48, "2025-Q4"))),
        # what is never scored has nothing to reach
        ("no_target", of("I03", better="neutral", targets=())),
        ("no_baseline", of("I03", better="ambiguous", baseline=())),
        ("no_target", of("I03", kind="text", targets=())),
        # it is known that the value before is not known
        ("no_baseline", of("I03", baseline=Baseline(0, "2023-Q4", status="to_be_set"))),
        ("target_equals_baseline", of("I03", baseline=Baseline(70, "2023-Q4", status="to_be_set"))),
        ("baseline_not_set", of("I03", baseline=Baseline(0, "2023-Q4", status="to_be_set")) | {"status": "draft"}),
        # ratios inherit the root's baseline below it, counts do not
        ("no_baseline", of("I03", targets=[Target(70, "2025-Q4"), Target(60, "2025-Q4", where={"place": "nord"})])),
        ("no_baseline", of("I10", targets=Target(6, "2025", where={"place": "amara"}))),
        # the same season's baseline counts, not the latest
        ("target_equals_baseline", of("I01", targets=Target(81, "2025-Q4"))),
        ("baseline_past_target", of("I01", targets=Target(83.5, "2025-Q4"))),
        # a replaced target is no longer compared
        ("target_equals_baseline", of("I03", targets=[Target(48, "2025-Q4"),
                                                      Target(60, "2025-Q4", set_on=date(2023, 1, 1))])),
        # a sum over several periods is not compared with one period's baseline
        ("baseline_past_target", of("I01", targets=Target(400, "2025", applies="total"))),
        ("flow_basis_mismatch", of("I01", targets=Target(400, "2025", applies="total"))),
        # days lie wholly inside any two dates
        ("flow_basis_mismatch", of("I01", frequency="day", baseline=Baseline(9, "2023-06-13/2023-12-12"),
                                   targets=Target(5, "2025-06-13/2025-12-12"))),
        ("flow_basis_mismatch", of("I01", **YEARLY)),
        ("seasonal_baseline_incomplete", of("I01", baseline=[Baseline(1, "2022-Q4"), Baseline(2, "2023-Q4")])),
        # it serves another record
        ("measures_nothing", with_indicator(indicator("J1", "Rainfall", (), **CONTEXT),
                                            assumptions=change(SOUND.assumptions, "AS-1", indicator="J1"))),
        ("measures_nothing", of("I10", measures=())),
        ("no_denominator", of("I11", denominator="")),
        ("no_frequency", of("I11", frequency=None)),
        ("ordinal_without_place_rule", of("I04", over=()) | {"places": ()}),
        # people are not counted by shares, by person-days, or by formulas
        ("person_count_without_sex_age", of("I10", unit="person-days")),
        ("person_count_without_sex_age", of("I10", unit="people", kind="mean")),
        ("person_count_without_sex_age", of("I11", unit="people", kind="stock", formula="{I01} * 1")),
        # a part leads where its whole leads, and a whole is made where its part is
        ("output_leads_nowhere", {"elements": (*ELEMENTS, Output("OP-1a", "In the north", part_of="OP-1"))}),
        ("outcome_leads_nowhere", {"elements": (*ELEMENTS, Outcome("OC-1a", "In the north", part_of="OC-1"))}),
        ("output_not_produced", {"elements": (*change(ELEMENTS, "OP-1", part_of="OP-9"), Output("OP-9", "Talks"))}),
        # an outcome may serve through another
        ("outcome_leads_nowhere", {"links": without_links(source="OC-1") + tuple(ALONE)}),
        ("activity_leads_nowhere", element("A01", in_plan=False) | {"links": without_links(source="A01")}),
        ("activity_outside_plan_period", element("A01", in_plan=False, start=date(2023, 1, 1))),
        ("starts_too_early", element("A02", after=[("A01", 62)])),
        ("starts_too_early", element("A01", start=None)),
        ("harm_not_attached", element("A02", harms=()) | {
            "harms": change(SOUND.harms, "HR-1", likelihood="low", severity="low")}),
        ("strong_link_in_doubt", {"assumptions": change(SOUND.assumptions, "AS-1", status="broken")}),
        ("weights_all_zero", {"links": changed_links("A01", "OP-1", weight=0)}),
        ("weights_all_zero", {"links": changed_links("OP-1", "OC-1", weight=0)}),
        ("priority_tie", element("OBJ-1", priority=2)),
        ("duplicate_name", {"places": (*SOUND.places, Place("n2", "Nord", parent="nord"))}),
        ("duplicate_name", {"risks": [Risk("R1", ""), Risk("R2", "")]}),
        ("target_loosened", of("I03", targets=[Target(70, "2025-Q4"), Target(80, "2025-Q4", set_on=date(2025, 3, 1))])),
        ("target_loosened", of("I03", targets=[Target(70, "2025-Q4"), Target(60, "2025-Q3", set_on=date(2025, 3, 1))])),
        ("target_loosened", of("I03", targets=[Target(70, "2025-Q4"), Target(60, "2025-Q4", set_on=date(2023, 3, 1))])),
        ("formula_unit_mismatch", of("I11", formula="{I10} / {I10|place=nord}")),
    ],
)  # fmt: skip
def test_no_remark_where_there_is_a_good_reason(code, fine):
    """A rule knows the cases in which what it looks for is meant."""
    assert not remarks(attrs.evolve(SOUND, **fine)).of(code)


def test_message_counts_the_days_to_wait():
    """The reader sees both dates and the wait between them."""
    (found,) = remarks(attrs.evolve(SOUND, **element("A02", after=[("A01", 63)])))

    assert "starts on 2024-09-01, and is to start 63 days after 'A01', which starts on 2024-07-01." in found.message


def test_days_beyond_the_calendar():
    """A wait longer than any calendar is a remark, not an overflow."""
    assert remarks(attrs.evolve(SOUND, **element("A02", after=[("A01", 10**12)]))).codes == ("starts_too_early",)


def test_formula_of_many_parts():
    """A formula too long to be read in one go is a remark, not a crash."""
    formula = " + ".join(["{I10}"] * 20_000)

    assert set(remarks(attrs.evolve(SOUND, **of("I11", formula=formula))).codes) <= {
        "formula_unreadable",
        "formula_unit_mismatch",
    }


# -- targets loosened, with the days on which data arrived ------------------------------------------

LOOSE = attrs.evolve(
    SOUND, **of("I03", targets=[Target(70, "2025-Q4"), Target(60, "2025-Q4", set_on=date(2025, 3, 1))])
)


@pytest.mark.parametrize(
    ("first", "late"),
    [
        (date(2024, 4, 20), True),
        (date(2025, 2, 28), True),
        (date(2025, 3, 1), False),
        (date(2025, 4, 20), False),
    ],
)
def test_target_loosened_after_data_arrived(first, late):
    """Where it is known when the first value came, that day decides and not the plan's start."""
    assert late == bool(list(target_loosened(LOOSE, {"I03": first})))


def test_target_loosened_with_no_value_yet():
    """Without a value nobody could see that the target would be missed."""
    assert not list(target_loosened(LOOSE, {}))


def test_target_loosened_in_a_plan_without_period():
    """Where no start is known, every easier target is pointed at."""
    assert list(target_loosened(attrs.evolve(LOOSE, period=None)))


@pytest.mark.parametrize("value", [-0.3, 15.0])
def test_relative_target_loosened(value):
    """A target relative to the baseline is loosened by a smaller share, or by an easier number."""
    first = Target(-0.4, "2025-Q4", relative=True)
    later = Target(value if value < 0 else 80, "2025-Q4", relative=value < 0, set_on=date(2025, 3, 1))

    assert "target_loosened" in remarks(attrs.evolve(SOUND, **of("I01", targets=[first, later]))).codes


# -- laws ------------------------------------------------------------------------------------------


def shuffled(plan: Plan, chance: random.Random) -> Plan:
    """Return the plan with all its lists, and those of its indicators, in another order."""
    lists = {
        field.name: list(value)
        for field in attrs.fields(Plan)
        if isinstance(value := getattr(plan, field.name), tuple) and value
    }
    lists["indicators"] = [
        attrs.evolve(one, baseline=chance.sample(one.baseline, len(one.baseline)),
                     targets=chance.sample(one.targets, len(one.targets)))
        for one in plan.indicators
    ]  # fmt: skip
    for records in lists.values():
        chance.shuffle(records)
    return attrs.evolve(plan, **lists)


@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(CASES), min_size=1, max_size=4))
def test_order_of_records_does_not_matter(chance: random.Random, cases):
    """Remarks are the same whatever order the plan's records stand in."""
    plan = SOUND
    for _, broken, _ in cases:
        plan = attrs.evolve(plan, **broken)

    assert remarks(plan) == remarks(shuffled(plan, chance))


LEVELS = {"o": Objective, "c": Outcome, "u": Output}
JOINED = {("a", "u"), ("u", "c"), ("c", "o")}
PERIODS = [
    "2023",
    "2023-Q1",
    "2023-Q2",
    "2024",
    "2024-Q1",
    "2025-Q1",
    "2023-06-13/2023-12-12",
    "2024-W01",
    "0001",
    "9999",
]
FORMULAS = ["{i0} / {i0}", "{i0} + 1", "{i0} ) (", "{i0} ** {i0}", "-{i0}", "9" * 400 + " * {i0}"]
WHERE = [(), {"place": "p1"}, {"place": "p2"}]


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def some_of(*values: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), unique=True) if values else st.just([])


@st.composite
def any_element(draw: st.DrawFn, level: str, n: int) -> Any:
    fields = {"priority": draw(one_of(None, 0, 1)), "part_of": f"{level}0" if n and draw(st.booleans()) else None}
    if level == "c":
        fields |= {"stakeholders": draw(some_of("s1", "s2")), "change": draw(one_of("behaviour", "policy"))}
    return LEVELS[level](f"{level}{n}", draw(st.text(max_size=2)), **fields)


@st.composite
def any_activity(draw: st.DrawFn, n: int) -> Activity:
    return Activity(
        f"a{n}",
        "A",
        start=draw(st.none() | st.dates()),
        after=[("a0", draw(st.integers(-(10**10), 10**10)))] if n else [],
        engages=draw(some_of("s1", "s2")),
        harms=draw(some_of("h1")),
        in_plan=draw(st.booleans()),
    )


@st.composite
def any_indicator(draw: st.DrawFn, n: int, ids: list[str]) -> Indicator:
    kind = draw(one_of("flow", "stock", "ratio", "ordinal", "text", "index", "distinct"))
    better = draw(one_of("higher", "lower", "inside", "neutral", "ambiguous"))
    number = one_of(0, 1) if kind == "ordinal" else st.floats(-1e308, 1e308)
    common = {"period": st.sampled_from(PERIODS), "where": st.sampled_from(WHERE)}
    baseline = st.builds(Baseline, number, status=one_of("known", "to_be_set"), **common)
    target = st.builds(
        Target,
        number,
        applies=one_of("at", "each", "total"),
        relative=st.just(False) if kind == "ordinal" else st.booleans(),
        role=one_of("final", "milestone"),
        set_on=st.none() | st.dates(),
        **common,
    )
    goalposts = {"higher": (0, 1), "lower": (1, 0)}.get(better)
    return Indicator(
        f"i{n}",
        draw(one_of("N", "n ", "M")),
        measures=draw(some_of(*ids)),
        unit=draw(one_of("%", "people", "incidents/quarter", "km", "USD", "")),
        kind=kind,
        better=better,
        band=(0, 1) if better == "inside" else None,
        levels=("a", "b") if kind == "ordinal" else (),
        goalposts=draw(one_of(None, goalposts)),
        weight=draw(one_of(0, 1)),
        baseline=draw(st.lists(baseline, max_size=3, unique_by=lambda b: (b.period, b.where))),
        targets=draw(st.lists(target, max_size=3, unique_by=lambda t: (t.period, t.where, t.role, t.set_on))),
        frequency=draw(one_of(None, "day", "month", "quarter", "year", "dates")),
        formula=draw(st.none() | st.sampled_from(FORMULAS)) if n else None,
        dimensions=draw(some_of("sex")),
    )


@st.composite
def any_link(draw: st.DrawFn, ends: tuple[str, str]) -> Link:
    strength = draw(one_of("strong", "weak"))
    return Link(*ends, weight=draw(one_of(0, 1)), strength=strength, assumptions=draw(some_of("as1")))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans of few ids and all sorts of fields; links lead upwards, so that there is no loop."""
    elements = [draw(any_element(level, n)) for level in LEVELS for n in range(draw(st.integers(0, 2)))]
    elements += [draw(any_activity(n)) for n in range(draw(st.integers(0, 2)))]
    ids = [element.id for element in elements]
    joined = [(a, b) for a in ids for b in ids if (a[0], b[0]) in JOINED or (a, b) == ("c0", "c1")]
    outcomes = [id for id in ids if id[0] == "c"]
    return Plan(
        "p",
        "P",
        status=draw(one_of("draft", "in_force")),
        period=draw(one_of(None, "2024", "2025-Q1")),
        elements=elements,
        links=[draw(any_link(ends)) for ends in draw(some_of(*joined))],
        assumptions=[Assumption("as1", "X", status=draw(one_of("untested", "broken")))],
        places=[Place("p1", "P"), Place("p2", draw(one_of("P", "Q")), parent=draw(one_of(None, "p1")))],
        stakeholders=[Stakeholder("s1", draw(st.text(max_size=3))), Stakeholder("s2", "S")],
        influences=[Influence(id, "s1", mode="capacity") for id in draw(some_of(*outcomes))],
        harms=[HarmRisk("h1", "H", group="g", likelihood="low", severity=draw(one_of("low", "high")))],
        dimensions=[Dimension("sex", ["f", "m"])],
        indicators=[draw(any_indicator(n, ids)) for n in range(draw(st.integers(0, 4)))],
    )


@given(plans())
def test_check_never_raises(plan):
    """Whatever is a plan can be asked about, and every code is known."""
    assert set(remarks(plan).codes) <= set(CODES)


@given(plans(), st.randoms(use_true_random=False))
def test_order_of_any_plan_does_not_matter(plan, chance):
    """The order of records never changes a remark, its words or its place."""
    assert remarks(plan) == remarks(shuffled(plan, chance))


@given(st.data())
def test_check_never_raises_on_shipped_strategy(data):
    """The plans that users draw for their own tests can be asked about too."""
    shipped = pytest.importorskip("cpas.testing.strategies_plans")
    found = remarks(data.draw(shipped.plans()))

    assert set(found.codes) <= set(CODES)
