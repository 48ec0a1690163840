"""What is seen at a glance is what is found record by record: plans sound and not, small and large."""

from __future__ import annotations

import contextlib
import graphlib
import itertools
import random
from array import array
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import CpasError, Fault, LoopError, PlanError
from cpas.model import (
    Activity,
    Assumption,
    Baseline,
    Dimension,
    HarmRisk,
    Indicator,
    Link,
    Objective,
    Outcome,
    Output,
    Place,
    Plan,
    Planned,
    Stakeholder,
    Target,
    chain,
    consistency,
    layers,
    soundness,
)
from cpas.model.layers import IN_A_LOOP


@contextlib.contextmanager
def large(deep: int = 100):
    """Let every plan count as one of many links."""
    with (
        patch.object(layers, "LARGE", 0),
        patch.object(soundness, "LARGE", 0),
        patch.object(layers, "_DEEP", deep),
    ):
        yield


@contextlib.contextmanager
def record_by_record():
    """Let nothing be known at a glance."""
    names = ("ids_are_sound", "elements_are_sound", "links_are_sound", "indicators_are_sound")
    with contextlib.ExitStack() as stack:
        for name in names:
            stack.enter_context(patch.object(consistency, name, lambda plan: False))
        yield


def said(**fields) -> object:
    """Return the plan, or the words with which it is refused."""
    try:
        return Plan("p", "P", **fields)
    except CpasError as error:
        return str(error)


# -- plans with and without faults -------------------------------------------------------------------------

#: What may be wrong with a plan, beside ids and links: what is written there instead, among what is right.
FLAWS = {
    "stakeholders": "ST-9",
    "places": "nort",
    "unit": "persn",
    "where": {"sex": "none"},
    "harms": "H-9",
    "after": "z",
    "engages": "ST-9",
    "part_of": "z",
    "assumptions": "AS-9",
    "measures": "z",
    "dimensions": "age",
    "denominator": "i",
    "formula": "{q} + {i|sex=female}",
    "baseline": [Baseline(1, "2024"), Baseline(2, "2024")],
    "targets": [Target(1, "2025"), Target(2, "2025")],
    "level": 7,
    "odd id": "a|b",
    "id at the edge": " a",
    "id with a line": "x\n",
    "wide blank": "\u2003c",
    "no id": "",
    "half a character": "\ud800",
}
IDS = ["a", "b", "c", "d", "e", "zone est", "élu"]


@st.composite
def fields(draw):
    """Return what a plan is made of: sound but for links, or with one or two flaws."""
    flaws = draw(st.sets(st.sampled_from(sorted(FLAWS)), max_size=2))

    def one(name, *right):
        return draw(st.sampled_from([*right, FLAWS[name]] if name in flaws else right))

    ids = [*IDS, *(FLAWS[flaw] for flaw in sorted(flaws) if "id" in flaw.split() or "a" in flaw.split())]
    names = draw(st.lists(st.sampled_from(ids), max_size=6, unique=draw(st.integers(0, 5)) > 0))
    elements = [draw(element(id, one)) for id in names]
    ends = st.sampled_from([*names, "z"] if draw(st.integers(0, 5)) == 0 else names or ["z"])
    pairs = [pair for pair in draw(st.lists(st.tuples(ends, ends), max_size=6)) if pair[0] != pair[1]]
    if draw(st.booleans()):
        levels = {element.id: element.level for element in elements}
        pairs = [pair for pair in pairs if (levels.get(pair[0]), levels.get(pair[1])) in soundness.ALLOWED_LINKS]
    return {
        "elements": elements,
        "links": [Link(*pair, assumptions=one("assumptions", (), "AS-1")) for pair in pairs],
        "indicators": [draw(indicator(id, one, names)) for id in draw(st.lists(st.sampled_from("ijk"), max_size=3))],
        "stakeholders": [Stakeholder("ST-1", "x")],
        "places": [Place("land", "x"), Place("north", "x", parent="land"), Place("south", "x", parent="land")],
        "dimensions": [Dimension("sex", ["female", "male"])],
        "assumptions": [Assumption("AS-1", "x")],
        "harms": [HarmRisk("H-1", "x", group="x", likelihood="low", severity="low")],
    }


@st.composite
def element(draw, id, one):
    kind = draw(st.sampled_from([Objective, Outcome, Output, Activity]))
    if kind is Activity:
        made = {"after": one("after", ()), "engages": one("engages", (), "ST-1"), "harms": one("harms", (), "H-1")}
    else:
        made = {"part_of": one("part_of", None, None, None, "a")}
    if kind is Outcome:
        made["stakeholders"] = one("stakeholders", (), "ST-1")
    if kind is Output and draw(st.booleans()):
        where = one("where", {}, {"place": "north"}, {"sex": "female"})
        made["planned"] = Planned(3, one("unit", "visit", "person"), "2025", where=where)
    return kind(id, "x", places=one("places", (), "north", "south"), **made)


@st.composite
def indicator(draw, id, one, names):
    kind = draw(st.sampled_from(["flow", "ordinal"]))
    value = one("level", 0, 1)
    where = one("where", {}, {"place": "south"}, {"sex": "male"})
    return Indicator(
        id,
        "x",
        measures=one("measures", "ST-1", *names),
        unit="level" if kind == "ordinal" else one("unit", "person", "%"),
        kind=kind,
        better="higher",
        levels=["low", "high"] if kind == "ordinal" else (),
        baseline=one("baseline", (), Baseline(value, "2024"), Baseline(value, "2024", where=where)),
        targets=one("targets", (), Target(value, "2025"), Target(value, "2025", where=where)),
        dimensions="sex" if draw(st.booleans()) else one("dimensions", ()),
        places=one("places", (), "north"),
        denominator=one("denominator", "", "all"),
        formula=one("formula", None, None, "1 + {j}" if id != "j" else None),
    )


@given(fields())
def test_what_is_seen_at_a_glance_is_what_is_found_record_by_record(made):
    """A plan is made, or refused in the same words, whether or not anything was known at a glance."""
    with record_by_record():
        expected = said(**made)
    with large():
        assert said(**made) == expected
    assert said(**made) == expected


def measured(id="i", **changes):
    return Indicator(id, "x", **{"measures": "a", "unit": "person", "kind": "flow", "better": "lower", **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"elements": [Outcome("a", "x", stakeholders="ST-9")]},
        {"elements": [Outcome("a", "x", places="nort")]},
        {"elements": [Outcome("a", "x", part_of="b"), Objective("b", "x")]},
        {"elements": [Activity("a", "x", engages="ST-9")]},
        {"elements": [Activity("a", "x", harms="H-9")]},
        {"elements": [Activity("a", "x", after="b"), Output("b", "x")]},
        {"elements": [Output("a", "x", planned=Planned(1, "persn", "2025"))]},
        {"elements": [Output("a", "x", planned=Planned(1, "person", "2025", where={"sex": "none"}))]},
        *({"elements": [Outcome(id, "x")]} for id in ("a|b", "a{", "=a", " a", "a\u2003", "a\n", "")),
        {"elements": [Outcome("a", "x"), Outcome("a", "y")]},
        {"stakeholders": [Stakeholder("a", "x")]},
        {"stakeholders": [Stakeholder("ST-1", "x"), Stakeholder("ST-1", "y")]},
        {"links": chain("a", "z")},
        {"links": chain("z", "a")},
        {"links": chain("b", "a")},
        {"links": [*chain("a", "b"), *chain("a", "b")]},
        {"links": chain("a", "b", assumptions="AS-9")},
        {"indicators": [measured(measures="z")]},
        {"indicators": [measured(unit="persn")]},
        {"indicators": [measured(dimensions="age")]},
        {"indicators": [measured(places="nort")]},
        {"indicators": [measured(denominator="i")]},
        {"indicators": [measured(formula="{q} / 2")]},
        {"indicators": [measured(formula="{j|sex=none} / 2"), measured("j")]},
        {"indicators": [measured(targets=Target(1, "2025", where={"sex": "female"}))]},
        {"indicators": [measured(baseline=Baseline(1, "2025", where={"place": "nort"}))]},
        {"indicators": [measured(targets=[Target(1, "2025"), Target(2, "2025")])]},
        {"indicators": [measured(baseline=[Baseline(1, "2025"), Baseline(2, "2025")])]},
        {"indicators": [measured(kind="ordinal", unit="level", levels=["x", "y"], targets=Target(2, "2025"))]},
    ],
)
def test_each_fault_alone(changes):
    """One fault in a plan without others is found, in the words of the rule."""
    sound = {
        "elements": [Outcome("a", "x"), Objective("b", "x")],
        "stakeholders": [Stakeholder("ST-1", "x")],
        "places": [Place("north", "x")],
        "dimensions": [Dimension("sex", ["female", "male"])],
    }
    with record_by_record():
        expected = said(**sound | changes)
    with large():
        assert said(**sound | changes) == expected
    assert "fault" in str(expected)


@given(fields())
def test_what_is_sound_is_known_at_a_glance(made):
    """Whatever is no fault is known not to be one: the slow way is for plans that are refused, and for odd ids."""
    with record_by_record():
        plan = said(**made)
    if isinstance(plan, Plan):
        with large():
            assert soundness.links_are_sound(plan)
            assert soundness.elements_are_sound(plan)
            assert soundness.indicators_are_sound(plan) or any(one.denominator == one.id for one in plan.indicators)
            assert soundness.ids_are_sound(plan) or not all(
                one.id.isalnum() and one.id.isascii() for one in plan.elements
            )


@given(st.text(max_size=4))
def test_every_id_that_is_sound_is_an_id(id):
    """Of characters that are no ids nothing is said at a glance, whatever else there is in Unicode."""
    with record_by_record():
        expected = said(elements=[Outcome(id, "x")])
    assert said(elements=[Outcome(id, "x")]) == expected


def test_many_links_with_one_fault():
    """In a plan that is really large, the one link that may not be is named."""
    n = 2_000
    elements = [Outcome(f"C{i}", "x") for i in range(n)]
    links = [Link(f"C{i}", f"C{i // 2}") for i in range(1, n)]
    Plan("p", "P", elements=elements, links=links)
    with pytest.raises(PlanError, match=r"has 1 fault.*\n?.*links\[1999\]: The link C7 → C3 is there twice"):
        Plan("p", "P", elements=elements, links=[*links, Link("C7", "C3")])
    with pytest.raises(PlanError, match=r"links\[1999\]\.target: There is no element 'D'"):
        Plan("p", "P", elements=elements, links=[*links, Link("C7", "D")])
    with pytest.raises(LoopError, match="C0 → C1999 → C999 → C499"):
        Plan("p", "P", elements=elements, links=[*links, Link("C0", "C1999")])


def test_thousands_of_unknown_ids():
    """A level left out of a large plan is refused at once: all its links are listed, the first with the nearest id."""
    n = 3_000
    elements = [Outcome(f"OC-{i}", "x") for i in range(n)]
    links = [Link(f"OC-{i}", f"OD-{i}") for i in range(n)]
    with pytest.raises(PlanError) as caught:
        Plan("p", "P", elements=elements, links=links)

    messages = [fault.message for fault in caught.value.faults]
    assert messages[7] == "There is no element 'OD-7'. Did you mean 'OC-7'?"
    assert messages[-1] == "There is no element 'OD-2999'."
    assert len(messages) == n == len({fault.where for fault in caught.value.faults})
    assert {type(fault) for fault in caught.value.faults} == {Fault}


# -- layers and loops --------------------------------------------------------------------------------------


@st.composite
def graphs(draw):
    """Return a number of nodes and any links between them: several side by side, to themselves, in loops or not."""
    count = draw(st.integers(1, 12))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=30))
    if draw(st.booleans()):
        new = draw(st.permutations(range(count)))
        pairs = [(new[min(pair)], new[max(pair)]) for pair in pairs if pair[0] != pair[1]]
    return count, pairs


def by_definition(count, pairs):
    """Return the most links in a row that lead to each node: one more than to the deepest of its causes."""
    causes = [[source for source, target in pairs if target == node] for node in range(count)]
    found = [IN_A_LOOP] * count
    for _ in range(count):
        for node in range(count):
            deepest = [found[cause] for cause in causes[node]]
            if IN_A_LOOP not in deepest:
                found[node] = 1 + max(deepest, default=-1)
    return found


@given(graphs(), st.integers(0, 4))
def test_layers_are_links_in_a_row(graph, deep):
    """Node by node, layer by layer, and first the one and then the other give what the definition says."""
    count, pairs = graph
    ends = [array("q", [pair[end] for pair in pairs]) for end in (0, 1)]
    expected = by_definition(count, pairs)

    assert list(layers.layers(count, *ends)) == expected
    with large(deep):
        assert list(layers.layers(count, *ends)) == expected


@given(graphs())
def test_loops_are_those_of_graphlib(graph):
    """There is a layer for every node where, and only where, there is an order."""
    count, pairs = graph
    sorter = graphlib.TopologicalSorter({node: [] for node in range(count)})
    for source, target in pairs:
        sorter.add(target, source)
    try:
        sorter.prepare()
        expected = False
    except graphlib.CycleError:
        expected = True

    with large():
        assert expected == (IN_A_LOOP in layers.layers(count, *([pair[end] for pair in pairs] for end in (0, 1))))


@given(graphs())
def test_the_loop_that_is_named_is_one(graph):
    """A plan is refused for a loop that its links make, named from its first id; small or large, for the same one."""
    count, pairs = graph
    elements = [Outcome(f"C{n}", "x") for n in range(count)]
    known = dict.fromkeys((f"C{one}", f"C{other}") for one, other in pairs if one != other)
    given_links = [Link(*pair) for pair in known]
    small = said(elements=elements, links=given_links)
    with large():
        assert said(elements=elements, links=given_links) == small
    if isinstance(small, str):
        with pytest.raises(LoopError) as caught:
            Plan("p", "P", elements=elements, links=given_links)
        loop = caught.value.loop
        assert loop[0] == loop[-1] == min(loop)
        assert set(itertools.pairwise(loop)) <= set(known)


@pytest.mark.parametrize("shape", ["row", "fan", "tree", "row and fan"])
def test_shapes(shape):
    """Deep or wide, in any order of links: node by node and layer by layer agree on thousands."""
    n = 5_000
    pairs = {
        "row": [(i, i + 1) for i in range(n - 1)],
        "fan": [(0, i) for i in range(1, n)],
        "tree": [(i, (i - 1) // 2) for i in range(1, n)],
        "row and fan": [*((i, i + 1) for i in range(n // 2)), *((0, i) for i in range(n // 2 + 1, n))],
    }[shape]
    random.Random(1).shuffle(pairs)
    ends = [array("q", [pair[end] for pair in pairs]) for end in (0, 1)]

    assert layers._layer_by_layer(n, *ends) == layers._node_by_node(n, *ends)


def test_a_loop_after_a_long_row():
    """A loop is seen however far down it stands, and named alone."""
    row = [f"C{i}" for i in range(3_000)]
    elements = [Outcome(id, "x") for id in row]
    with pytest.raises(LoopError) as caught:
        Plan("p", "P", elements=elements, links=[*chain(*row), Link("C2999", "C2997")])

    assert caught.value.loop == ("C2997", "C2998", "C2999", "C2997")
