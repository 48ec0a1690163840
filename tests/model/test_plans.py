"""Plans: what hangs together, and what is refused because it does not."""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpas
from cpas.errors import CpasError, LoopError, PlanError
from cpas.model import (
    Activity,
    Assumption,
    Baseline,
    Dimension,
    Indicator,
    Influence,
    Link,
    Moved,
    Objective,
    Outcome,
    Output,
    Place,
    Plan,
    Relation,
    Stakeholder,
    Stance,
    Target,
    chain,
)


def make(**changes):
    plan = {
        "elements": [
            Activity("A01", "Patrol"),
            Output("OP-1", "Presence"),
            Outcome("OC-1", "Forces respond", stakeholders="ST-1"),
            Objective("OBJ-1", "Safety"),
        ],
        "links": chain("A01", "OP-1", "OC-1", "OBJ-1"),
        "stakeholders": [Stakeholder("ST-1", "Forces"), Stakeholder("ST-2", "Elders")],
        "places": [Place("land", "Land"), Place("north", "North", parent="land")],
        "dimensions": [Dimension("sex", ["female", "male"])],
    }
    return Plan("small", "A small plan", **{**plan, **changes})


def measured(id="I01", **changes):
    fields = {"measures": "OC-1", "unit": "person", "kind": "flow", "better": "lower"}
    return Indicator(id, "Civilians harmed", **{**fields, **changes})


def test_elements_stand_by_level():
    """Elements are kept objectives first, whatever order they were given in."""
    plan = make()

    assert [element.id for element in plan.elements] == ["OBJ-1", "OC-1", "OP-1", "A01"]
    assert (plan.objectives[0].id, plan.activities[0].id) == ("OBJ-1", "A01")


def test_numbers_are_places_in_the_order():
    """Numbers stand for elements where a name would be looked up again and again."""
    plan = make(elements=[*make().elements, Outcome("OC-2", "x", part_of="OC-1", stakeholders="ST-1")])

    assert [plan.elements[n].id for n in plan.numbers.values()] == list(plan.numbers)
    ends = [[plan.elements[n].id for n in some] for some in plan.link_ends]
    assert list(zip(*ends, strict=True)) == [(link.source, link.target) for link in plan.links]
    assert dict(zip(plan.numbers, plan.layers, strict=True)) == {"OBJ-1": 3, "OC-1": 2, "OC-2": 0, "OP-1": 1, "A01": 0}
    assert [part.id for part in plan.parts] == ["OC-2"]


@given(
    st.permutations([Activity("a", "x"), Output("b", "x"), Outcome("c", "x"), Outcome("d", "x"), Objective("e", "x")])
)
def test_levels_are_kept_in_the_order_given(elements):
    """Elements are sorted by level alone, whatever order they come in."""
    plan = Plan("p", "P", elements=iter(elements))
    levels = ["objective", "outcome", "output", "activity"]

    assert list(plan.elements) == sorted(elements, key=lambda element: levels.index(element.level))
    assert plan.elements == (*plan.objectives, *plan.outcomes, *plan.outputs, *plan.activities)


def test_a_hosts_own_kind_stands_in_its_level():
    """An element of a kind derived from one of ours keeps its place among those of its level."""

    class Shift(Outcome):
        pass

    plan = Plan("p", "P", elements=[Activity("a", "x"), Outcome("b", "x"), Shift("c", "x"), Outcome("d", "x")])

    assert [element.id for element in plan.elements] == ["b", "c", "d", "a"]
    assert [element.id for element in plan.outcomes] == ["b", "c", "d"]


def test_what_is_no_element_is_refused():
    """Something else among the elements is named."""
    with pytest.raises(PlanError, match="'OC-1' is not a"):
        Plan("p", "P", elements=[Outcome("OC-1", "x"), "OC-1"])


def test_equal_plans_are_equal_and_hash_alike():
    """A plan is a value."""
    assert make() == make()
    assert hash(make()) == hash(make())
    assert make(note="x") != make()


def test_evolve_checks_again():
    """A changed copy is checked like a new plan."""
    with pytest.raises(cpas.PlanError, match="no element 'OC-9'"):
        attrs.evolve(make(), links=[Link("OP-1", "OC-9")])


@pytest.mark.parametrize(
    ("changes", "where", "words"),
    [
        ({"links": [Link("A01", "OC-1")]}, "links[0]", "links activity to outcome"),
        ({"links": [Link("OP-1", "OBJ-1")]}, "links[0]", "links output to objective"),
        ({"links": [Link("OBJ-1", "OC-1")]}, "links[0]", "links objective to outcome"),
        ({"links": [Link("A01", "OP-1"), Link("A01", "OP-1")]}, "links[1]", "is there twice"),
        ({"links": [Link("OP-1", "OC-l")]}, "links[0].target", "Did you mean 'OC-1'?"),
        ({"links": [Link("A01", "OP-1", assumptions="AS-1")]}, "links[0].assumptions[0]", "no assumption 'AS-1'"),
        ({"indicators": [measured(measures="OC-2")]}, "indicators[0].measures[0]", "Did you mean 'OC-1'?"),
        ({"indicators": [measured("OC-1")]}, "indicators[0].id", "it is also at outcomes[0]"),
        ({"indicators": [measured(unit="persn")]}, "indicators[0].unit", "Did you mean 'person'?"),
        ({"indicators": [measured(dimensions="age")]}, "indicators[0].dimensions[0]", "no dimension 'age'"),
        ({"indicators": [measured(places="nort")]}, "indicators[0].places[0]", "Did you mean 'north'?"),
        (
            {"indicators": [measured(baseline=Baseline(1, "2024", where={"sex": "female"}))]},
            "indicators[0].baseline[0].where",
            "neither 'place' nor a dimension of the indicator",
        ),
        (
            {"indicators": [measured(targets=[Target(1, "2025"), Target(2, "2025")])]},
            "indicators[0].targets[1]",
            "stands beside targets[0]",
        ),
        (
            {"indicators": [measured(kind="ordinal", levels=["a", "b"], unit="level", baseline=Baseline(2, "2024"))]},
            "indicators[0].baseline[0].value",
            "is no level",
        ),
        ({"indicators": [measured(formula="1 + 2")]}, "indicators[0].formula", "refers to no indicator"),
        ({"indicators": [measured(formula="{I99} / 2")]}, "indicators[0].formula", "no indicator 'I99'"),
        ({"stances": [Stance("ST-9", "OC-1", position="mixed")]}, "stances[0].stakeholder", "Did you mean 'ST-"),
        ({"stances": [Stance("ST-1", "OP-1", position="mixed")]}, "stances[0].element", "no outcome or objective"),
        ({"influences": [Influence("OC-9", "ST-1", mode="capacity")]}, "influences[0].outcome", "Did you mean 'OC-1'?"),
        ({"relations": [Relation("ST-1", "ST-3")]}, "relations[0].target", "no stakeholder 'ST-3'"),
        ({"places": [Place("north", "North", parent="lnd")]}, "places[0].parent", "no place 'lnd'"),
        ({"dimensions": [Dimension("value", ["a"])]}, "dimensions[0].id", "is the name of a column"),
        ({"assumptions": [Assumption("AS-1", "x", indicator="I9")]}, "assumptions[0].indicator", "no indicator 'I9'"),
        ({"assumptions": [Assumption("a|b", "x")]}, "assumptions[0].id", "is no id"),
    ],
)
def test_what_does_not_hang_together(changes, where, words):
    """Each contradiction is refused with its place in a plan file, and the nearest id."""
    with pytest.raises(cpas.PlanError) as caught:
        make(**changes)

    assert where in [fault.where for fault in caught.value.faults]
    assert words in str(caught.value)


def test_all_faults_at_once():
    """Every fault of a plan is in one error."""
    with pytest.raises(cpas.PlanError) as caught:
        make(links=[Link("A09", "OP-1"), Link("OP-1", "OC-9")], indicators=[measured(measures="OC-7")])

    assert len(caught.value.faults) == 3


@pytest.mark.parametrize(
    ("changes", "loop"),
    [
        (
            {
                "elements": [Outcome("b", "x"), Outcome("c", "x"), Outcome("a", "x")],
                "links": [*chain("a", "b", "c", "a")],
            },
            ("a", "b", "c", "a"),
        ),
        ({"elements": [Activity("x", "x", after="y"), Activity("y", "y", after="x")], "links": []}, ("x", "y", "x")),
        ({"places": [Place("p", "p", parent="q"), Place("q", "q", parent="p")]}, ("p", "q", "p")),
        (
            {"indicators": [measured("i", formula="{j} * 2"), measured("j", formula="{i} / 2")]},
            ("i", "j", "i"),
        ),
    ],
)
def test_loop_is_named(changes, loop):
    """A loop in what may have none is refused, and named from its first id."""
    with pytest.raises(cpas.LoopError) as caught:
        make(**changes)

    assert caught.value.loop == loop
    assert " → ".join(loop) in str(caught.value)


def test_power_may_go_in_circles():
    """Relations between stakeholders may form loops."""
    plan = make(relations=[Relation("ST-1", "ST-2"), Relation("ST-2", "ST-1")])

    assert len(plan.relations) == 2


@given(st.permutations(list("abcdefg")))
def test_any_one_way_chain_is_no_loop(order):
    """A chain in one direction never counts as a loop, in whatever order its links are listed."""
    links = chain("a", "b", "c", "d", "e", "f", "g")
    plan = make(
        elements=[Outcome(id, id) for id in order],
        links=sorted(links, key=lambda link: order.index(link.source)),
        stakeholders=[],
    )

    assert len(plan.links) == 6


def test_unknown_ids_are_refused_with_the_nearest():
    """Asking for what is not there names the plan and the nearest id, and is a LookupError."""
    with pytest.raises(LookupError, match=r"Plan 'small' has no element 'OC-l'\. Did you mean 'OC-1'\?"):
        make().element("OC-l")


@pytest.mark.parametrize(
    ("places", "root"),
    [
        ((), "all"),
        ((Place("land", "Land"), Place("north", "North", parent="land")), "land"),
        ((Place("north", "North"), Place("south", "South")), "all"),
    ],
)
def test_root(places, root):
    """The root is the plan's own where there is one, else `all`."""
    assert make(places=places).root == root


def test_baseline_at_the_root_may_name_it():
    """A baseline may name the root place, also the implicit one."""
    plan = make(places=(), indicators=[measured(baseline=Baseline(1, "2024", where={"place": "all"}))])

    assert plan.indicators[0].baseline[0].where == (("place", "all"),)


def moving(*moves, parent="a"):
    return [Place("a", "A"), Place("b", "B"), Place("t", "T", parent=parent, moves=[Moved(*move) for move in moves])]


def test_moves_into_unknown_places_are_faults():
    """A place can move only into one that the plan has."""
    with pytest.raises(PlanError, match=r"places\[2\]\.moves\[0\]\.parent"):
        Plan("p", "t", places=moving((date(2025, 7, 1), "nowhere")))


@pytest.mark.parametrize("later", [date(2025, 7, 1), date(2025, 6, 30)])
def test_moves_must_rise(later):
    """The days of moves rise: two on one day would leave open where the place lies."""
    with pytest.raises(CpasError, match="do not rise"):
        Plan("p", "t", places=moving((date(2025, 7, 1), "b"), (later, "a")))


def test_loops_of_places_after_a_move_are_named():
    """The hierarchy is a tree on every day: not only as it starts, but after each move."""
    fine = moving((date(2025, 7, 1), "b"))
    with pytest.raises(LoopError, match=r"on 2025-08-01 form a loop: b → t → b"):
        Plan("p", "t", places=[fine[0], Place("b", "B", parent="a", moves=[Moved(date(2025, 8, 1), "t")]), fine[2]])


def test_a_swap_is_no_loop():
    """What is above on one day may be below on a later one."""
    day = date(2025, 7, 1)
    places = [Place("r", "R"), Place("x", "X", parent="r", moves=[Moved(day, "y")]),
              Place("y", "Y", parent="x", moves=[Moved(day, "r")])]  # fmt: skip

    assert [place.parent_on(day) for place in Plan("p", "t", places=places).places] == [None, "y", "r"]
