"""The results chain as a graph: along it, its gaps, its cuts, and its pictures."""

from __future__ import annotations

import csv
import graphlib
import itertools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import RequestError, UnknownIdError
from cpas.graph import (
    Gaps,
    cuts,
    downstream,
    gaps,
    link_cuts,
    marking,
    mermaid_text,
    order,
    paths,
    single_points,
    to_mermaid,
    to_networkx,
    upstream,
    without,
)
from cpas.model import (
    Activity,
    Assumption,
    Indicator,
    Influence,
    Link,
    Objective,
    Outcome,
    Output,
    Plan,
    Relation,
    Stakeholder,
    Stance,
    chain,
)

MAP = Path(__file__).parent.parent.parent / "shared" / "data" / "causal_map_quip_training"

# -- plans to ask ------------------------------------------------------------------------------------------


def mission() -> Plan:
    """Return the chain of the worked mission, Kessara (domain, section 8): invented."""
    made = {"A01": "36", "A02": "1", "A03": "2", "A04": "2", "A05": "3", "A06": "34", "A07": "4", "A08": "5"}
    made |= {"A09": "5", "A10": "6"}
    serves = {"OP-1": "1", "OP-2": "1", "OP-3": "21", "OP-4": "2", "OP-5": "3", "OP-6": "12"}
    return Plan(
        "kessara",
        "Kessara",
        elements=[
            Objective("OBJ-1", "Civilians face less physical violence"),
            *(Outcome(f"OC-{i}", f"Outcome {i}", stakeholders=f"ST-{i}") for i in (1, 2, 3)),
            *(Output(id, id) for id in serves),
            *(Activity(id, id, engages="ST-1" if id == "A02" else ()) for id in made),
        ],
        links=[
            *(Link(id, f"OP-{n}") for id, many in made.items() for n in many),
            *(Link(id, f"OC-{n}", strength="weak") for id, many in serves.items() for n in many),
            *(Link(f"OC-{i}", "OBJ-1", assumptions="AS-1", weight=i) for i in (1, 2, 3)),
        ],
        assumptions=[Assumption("AS-1", "Units stay deployed and paid")],
        stakeholders=[Stakeholder(f"ST-{i}", f"Stakeholder {i}") for i in (1, 2, 3)],
        stances=[
            Stance("ST-1", "OC-1", position="obstructs"),
            Stance("ST-1", "OC-2", position="supports", sensitivity="internal"),
        ],
        influences=[Influence("OC-3", "ST-3", mode="capacity", change="tries cases")],
        relations=[Relation("ST-1", "ST-2", mode="commands"), Relation("ST-2", "ST-1")],
        indicators=[
            Indicator("I-1", "Disputes", measures="OC-1", unit="%", kind="ratio", better="higher"),
            Indicator(
                "I-2",
                "Raids",
                measures="OC-2",
                unit="incident",
                kind="flow",
                better="lower",
                sensitivity="confidential",
            ),
        ],
    )


KINDS = {"A": Activity, "P": Output, "C": Outcome, "J": Objective}


@st.composite
def plans(draw, most=4):
    """Return a plan with any chain that may be: outcomes lead only to later ones, so that there is no loop."""
    sizes = {letter: draw(st.integers(0, most)) for letter in KINDS}
    ids = {letter: [f"{letter}{i}" for i in range(n)] for letter, n in sizes.items()}
    may = [*itertools.product(ids["A"], ids["P"]), *itertools.product(ids["P"], ids["C"])]
    may += [*itertools.combinations(ids["C"], 2), *itertools.product(ids["C"], ids["J"])]
    # Some links or all but some, so that both thin and dense chains are met.
    chosen = draw(st.lists(st.sampled_from(may), unique=True)) if may else []
    links = chosen if draw(st.booleans()) else [pair for pair in may if pair not in chosen]
    elements = [KINDS[letter](id, "x") for letter, some in ids.items() for id in draw(st.permutations(some))]
    return Plan("p", "P", elements=elements, links=[Link(*pair) for pair in links])


def all_ids(plan: Plan) -> list[str]:
    return [element.id for element in plan.elements]


def answers(plan: Plan) -> list[object]:
    """Return what every function says of a plan."""
    results = [element.id for element in plan.elements if element.level != "activity"]
    return [
        [(upstream(plan, id), downstream(plan, id), paths(plan, id, to="outcome")) for id in all_ids(plan)],
        [(cuts(plan, id), link_cuts(plan, id)) for id in results],
        [without(plan, id) for id in all_ids(plan)],
        [gaps(plan), order(plan), single_points(plan)],
        [to_mermaid(plan, people=True, indicators=True)],
        [list(to_networkx(plan).nodes), list(to_networkx(plan).edges)],
    ]


# -- along the chain ---------------------------------------------------------------------------------------


@given(plans())
def test_upstream_and_downstream_are_inverse(plan):
    """What leads to an element is what has it downstream; nothing leads to itself."""
    for one, other in itertools.product(all_ids(plan), repeat=2):
        assert (one in upstream(plan, other)) == (other in downstream(plan, one))
    assert not any(id in upstream(plan, id) for id in all_ids(plan))


@given(plans())
def test_walking_agrees_with_networkx(plan):
    """Ancestors and descendants are those of the exported graph."""
    import networkx as nx

    graph = to_networkx(plan)
    for id in all_ids(plan):
        assert nx.ancestors(graph, id) == set(upstream(plan, id))
        assert nx.descendants(graph, id) == set(downstream(plan, id))


@given(plans(), st.integers(1, 6))
def test_depth_counts_links(plan, depth):
    """What is at most so many links away is what the shortest way says."""
    import networkx as nx

    graph = to_networkx(plan)
    for id in all_ids(plan):
        near = set(nx.single_source_shortest_path_length(graph, id, cutoff=depth)) - {id}
        assert near == set(downstream(plan, id, depth=depth))


@given(plans())
def test_levels_are_a_part_of_the_answer(plan):
    """Asking level by level gives the whole, in the plan's order."""
    for id in all_ids(plan):
        whole = upstream(plan, id)
        by_level = [upstream(plan, id, levels=level) for level in ("objective", "outcome", "output", "activity")]
        assert whole == tuple(itertools.chain(*by_level))
        assert whole == upstream(plan, id, levels=["activity", "output", "outcome", "objective"])


@given(plans())
def test_paths_are_those_of_networkx(plan):
    """All simple paths, no other, each once, in order; and they lie between their ends."""
    import networkx as nx

    graph = to_networkx(plan)
    place = {id: i for i, id in enumerate(all_ids(plan))}
    for source, end in itertools.product(all_ids(plan), repeat=2):
        found = paths(plan, source, to=end)
        expected = {tuple(path) for path in nx.all_simple_paths(graph, source, end) if len(path) > 1}
        assert sorted(expected, key=lambda path: [place[id] for id in path]) == list(found)
        between = {source, end} | set(downstream(plan, source)) & set(upstream(plan, end))
        assert all(between.issuperset(path) for path in found)


@given(plans())
def test_paths_to_a_level_are_those_to_its_elements(plan):
    """A level stands for its elements, also for those that others follow."""
    for source in all_ids(plan):
        one_by_one = itertools.chain(*(paths(plan, source, to=outcome.id) for outcome in plan.outcomes))
        assert set(one_by_one) == set(paths(plan, source, to="outcome"))


@given(plans())
def test_order_puts_causes_first(plan):
    """Every link goes forward, every element is there once, and levels are not mixed."""
    found = order(plan)
    levels = [("activity", "output", "outcome", "objective").index(plan.element(id).level) for id in found]

    assert sorted(all_ids(plan)) == sorted(found)
    assert all(found.index(link.source) < found.index(link.target) for link in plan.links)
    assert sorted(levels) == levels


@given(plans())
def test_order_is_by_level_then_links_in_a_row(plan):
    """Within a level, what hangs on more links in a row comes later; what is equal in that, in the plan's order."""
    deep = {}
    for id in graphlib.TopologicalSorter({id: upstream(plan, id, depth=1) for id in all_ids(plan)}).static_order():
        deep[id] = 1 + max((deep[cause] for cause in upstream(plan, id, depth=1)), default=0)
    rank = {"activity": 0, "output": 1, "outcome": 2, "objective": 3}

    assert order(plan) == tuple(sorted(all_ids(plan), key=lambda id: (rank[plan.element(id).level], deep[id])))
    assert [deep[id] - 1 for id in all_ids(plan)] == list(plan.layers)


def test_paths_of_the_worked_mission():
    """The alert network serves two outcomes; the case files one."""
    assert paths(mission(), "A10") == (("A10", "OP-6", "OC-1", "OBJ-1"), ("A10", "OP-6", "OC-2", "OBJ-1"))
    assert paths(mission(), "A09", to="OC-3") == (("A09", "OP-5", "OC-3"),)
    assert paths(mission(), "A09", to="OC-1") == paths(mission(), "OBJ-1") == ()
    assert upstream(mission(), "OC-1", levels="output") == ("OP-1", "OP-2", "OP-3", "OP-6")


def ladder(rungs: int) -> Plan:
    """Return a plan whose number of paths doubles with every rung: two outcomes, each leading to both of the next."""
    layers = [[f"C{i}a", f"C{i}b"] for i in range(rungs)]
    pairs = [pair for one, other in itertools.pairwise(layers) for pair in itertools.product(one, other)]
    outcomes = [Outcome(id, "x") for layer in layers for id in layer]
    return Plan("l", "L", elements=outcomes, links=[Link(*pair) for pair in pairs])


def test_too_many_paths():
    """Paths are counted before they are walked, and refused above the limit."""
    with pytest.raises(RequestError, match="more than 1000 paths from 'C0a' to 'C199a'") as caught:
        paths(ladder(200), "C0a", to="C199a")

    assert (caught.value.limit, caught.value.id) == (1000, "C0a")


def test_limit_of_paths_is_exact():
    """As many paths as the limit are returned; one more is refused."""
    assert len(paths(ladder(5), "C0a", to="C4a", limit=8)) == 8
    with pytest.raises(RequestError):
        paths(ladder(5), "C0a", to="C4a", limit=7)


@pytest.mark.parametrize(
    "ask",
    [
        lambda plan: upstream(plan, "OC_1"),
        lambda plan: downstream(plan, "OC_1"),
        lambda plan: paths(plan, "OC_1"),
        lambda plan: paths(plan, "A01", to="OC_1"),
        lambda plan: cuts(plan, "OC_1"),
        lambda plan: link_cuts(plan, "OC_1"),
        lambda plan: without(plan, ["A01", "OC_1"]),
        lambda plan: to_mermaid(plan, focus="OC_1"),
    ],
)
def test_unknown_id(ask):
    """An id that no element carries is refused, with the nearest."""
    with pytest.raises(UnknownIdError, match=r"'kessara' has no element 'OC_1'\. Did you mean 'OC-1'"):
        ask(mission())


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda plan: upstream(plan, "OC-1", levels="outputs"), "'outputs' is no level.*Did you mean 'output'"),
        (lambda plan: upstream(plan, "OC-1", depth=0), "depth is 0"),
        (lambda plan: upstream(plan, "OC-1", depth=True), "depth is True"),
        (lambda plan: paths(plan, "A01", limit=0), "limit is 0"),
        (lambda plan: cuts(plan, "OC-1", limit=-1), "limit is -1"),
        (lambda plan: cuts(plan, "A01"), "'A01' is an activity"),
        (lambda plan: single_points(plan, levels="outpt"), "Did you mean 'output'"),
        (lambda plan: to_mermaid(plan, direction="lr"), "'lr' is no direction"),
        (lambda plan: to_mermaid(plan, ceiling="secret"), "'secret' is no sensitivity"),
        (lambda plan: to_networkx(plan, ceiling="secret"), "'secret' is no sensitivity"),
    ],
)
def test_request_without_meaning(ask, message):
    """A question that cannot be answered is refused in words."""
    with pytest.raises(RequestError, match=message):
        ask(mission())


def test_level_that_is_an_id_too():
    """Where a word could mean a level or an element, nothing is guessed."""
    plan = Plan("p", "P", elements=[Outcome("objective", "x"), Output("OP", "x")], links=chain("OP", "objective"))

    with pytest.raises(RequestError, match="is a level, and in plan 'p' also an id"):
        paths(plan, "OP")


# -- joined and not joined ---------------------------------------------------------------------------------


@given(plans())
def test_gaps_are_what_walking_does_not_find(plan):
    """Each sort of gap is an empty answer of upstream or downstream."""
    found = gaps(plan)

    def none(some, walk, level):
        return tuple(element.id for element in some if not walk(plan, element.id, levels=level))

    assert none(plan.activities, downstream, "objective") == found.activities_leading_nowhere
    assert none(plan.activities, downstream, "output") == found.activities_without_output
    assert none(plan.outputs, upstream, "activity") == found.outputs_without_activity
    assert none(plan.outputs, downstream, "outcome") == found.outputs_without_outcome
    assert none(plan.outcomes, upstream, "output") == found.outcomes_without_output
    assert none(plan.outcomes, downstream, "objective") == found.outcomes_without_objective
    assert none(plan.objectives, upstream, "outcome") == found.objectives_without_outcome


@given(plans(), st.integers(0, 3), st.booleans(), st.data())
def test_what_is_reached_is_reached_in_any_way(plan, deep, back, data):
    """Link by link, in waves, and first in waves and then link by link: what is marked is what walking finds."""
    ids = all_ids(plan)
    starts = data.draw(st.lists(st.sampled_from(range(len(ids))), unique=True)) if ids else []
    walk = upstream if back else downstream
    expected = {ids[n] for n in starts}.union(*(walk(plan, ids[n]) for n in starts))
    with patch.object(marking, "LARGE", 0), patch.object(marking, "_DEEP", deep):
        in_waves = marking.reaching(plan, starts, back=back)

    assert {id for id, mark in zip(ids, in_waves, strict=True) if mark} == expected
    assert marking.reaching(plan, starts, back=back) == in_waves


def test_worked_mission_has_no_gaps():
    """A chain that is joined everywhere has none, and one that is not says so."""
    lonely = Activity("A11", "Talks nobody needs")
    plan = mission()

    assert gaps(plan) == Gaps()
    assert not gaps(plan)
    more = gaps(attrs.evolve(plan, elements=[*plan.elements, lonely]))
    assert more == Gaps(activities_leading_nowhere=("A11",), activities_without_output=("A11",))
    assert more


@given(plans())
def test_single_points_are_cuts_of_one(plan):
    """What stands on every path from an activity is what separates when it is lost alone."""
    everywhere = single_points(plan, levels=("activity", "output", "outcome", "objective"))
    for id in all_ids(plan):
        if plan.element(id).level != "activity":
            of_one = [cut[0] for cut in cuts(plan, id) if len(cut) == 1]
            assert of_one == list(everywhere.get(id, ()))


def test_single_point_of_the_worked_mission():
    """One output carries the third outcome alone (domain, section 8)."""
    assert single_points(mission(), levels=["output"]) == {"OC-3": ("OP-5",)}


@given(plans(), st.data())
def test_loss_is_seen_in_the_plan_that_is_left(plan, data):
    """Taking elements away is the same as a plan without them."""
    removed = data.draw(st.sets(st.sampled_from(all_ids(plan)))) if plan.elements else set()
    loss = without(plan, removed)
    left = attrs.evolve(
        plan,
        elements=[element for element in plan.elements if element.id not in removed],
        links=[link for link in plan.links if not {link.source, link.target} & removed],
    )

    def lost(level):
        return tuple(
            id for id in all_ids(left) if upstream(plan, id, levels=level) and not upstream(left, id, levels=level)
        )

    assert lost("activity") == loss.without_activities
    assert tuple(id for id in lost("output") if left.element(id).level != "output") == loss.without_outputs
    fewer = {id for id in all_ids(left) if upstream(left, id) != upstream(plan, id)}
    assert fewer - {*loss.without_activities, *loss.without_outputs} == set(loss.weakened)


def test_loss_of_activities_by_one_id():
    """One id alone is a set of one; without mobile courts and case files nothing serves the third outcome."""
    assert without(mission(), "A08").weakened == ("OBJ-1", "OC-3", "OP-5")
    assert without(mission(), ["A09", "A08"]).without_activities == ("OC-3", "OP-5")
    assert without(mission(), ["OP-5"]).without_outputs == ("OC-3",)


# -- cuts --------------------------------------------------------------------------------------------------


def is_served(plan: Plan, id: str, elements=(), links=()) -> bool:
    """Whether an activity leads to an element when some elements and links are lost."""
    kept = [
        link
        for link in plan.links
        if not {link.source, link.target} & set(elements) and (link.source, link.target) not in links
    ]
    return bool(upstream(attrs.evolve(plan, links=kept), id, levels="activity"))


def smallest(things, separates):
    """Return all smallest sets that separate, by trying each."""
    for size in range(len(things) + 1):
        if found := {frozenset(some) for some in itertools.combinations(things, size) if separates(some)}:
            return found if size else set()
    raise AssertionError("nothing separates")


@given(plans(most=3))
def test_cuts_are_all_the_smallest(plan):
    """Trying every set of elements finds the same ones, each once."""
    for element in plan.elements[: len(plan.elements) - len(plan.activities)]:
        found = cuts(plan, element.id)
        above = upstream(plan, element.id)
        expected = smallest(above, lambda some, id=element.id: not is_served(plan, id, elements=some))
        assert expected == {frozenset(cut) for cut in found}
        assert len(expected) == len(found)


@given(plans(most=3))
def test_link_cuts_are_all_the_smallest(plan):
    """Removing the links named separates; every set of links of that size that does is named."""
    for element in plan.elements[: len(plan.elements) - len(plan.activities)]:
        found = link_cuts(plan, element.id)
        assert not found or is_served(plan, element.id)
        for cut in found:
            assert not is_served(plan, element.id, links=cut)
        above = {element.id, *upstream(plan, element.id)}
        pairs = [(link.source, link.target) for link in plan.links if link.target in above]
        size = len(found[0]) if found else 0
        for fewer in itertools.combinations(pairs, max(size - 1, 0)):
            assert is_served(plan, element.id, links=fewer) == bool(found)
        if len(pairs) <= 9:
            expected = smallest(pairs, lambda some, id=element.id: not is_served(plan, id, links=some))
            assert expected == {frozenset(cut) for cut in found}


def test_cuts_of_the_worked_mission():
    """The third outcome hangs on one output, and the objective on its three outcomes."""
    assert cuts(mission(), "OC-3") == (("OP-5",),)
    assert link_cuts(mission(), "OC-3") == ((("OP-5", "OC-3"),),)
    assert cuts(mission(), "OBJ-1") == (("OC-1", "OC-2", "OC-3"), ("OC-1", "OC-2", "OP-5"))


def test_cut_where_nothing_leads():
    """What no activity serves needs no cut."""
    plan = Plan("p", "P", elements=[Outcome("OC", "x"), Output("OP", "x")], links=chain("OP", "OC"))

    assert cuts(plan, "OC") == link_cuts(plan, "OC") == ()


def test_limit_of_cuts():
    """Two by two by two … sets are refused above the limit, not made."""
    n = 11
    plan = Plan(
        "p",
        "P",
        elements=[
            Outcome("OC", "x"),
            *(Output(f"P{i}", "x") for i in range(n)),
            *(Activity(f"A{i}", "x") for i in range(n)),
        ],
        links=[link for i in range(n) for link in chain(f"A{i}", f"P{i}", "OC")],
    )

    assert len(cuts(plan, "OC", limit=2**n)) == 2**n
    with pytest.raises(RequestError, match="more than 2047 smallest cuts"):
        cuts(plan, "OC", limit=2**n - 1)


# -- order and size ----------------------------------------------------------------------------------------


@given(plans(), st.randoms(use_true_random=False))
def test_order_of_links_changes_nothing(plan, shuffler):
    """The links of a plan are a set."""
    shuffled = list(plan.links)
    shuffler.shuffle(shuffled)

    assert answers(plan) == answers(attrs.evolve(plan, links=shuffled))


@given(plans())
def test_other_ids_keep_the_structure(plan):
    """Ids are names only: with other ids the same answers come, under the other names."""
    new = {id: f"new {i}" for i, id in enumerate(reversed(all_ids(plan)))}
    renamed = attrs.evolve(
        plan,
        elements=[attrs.evolve(element, id=new[element.id]) for element in plan.elements],
        links=[Link(new[link.source], new[link.target]) for link in plan.links],
    )

    def rename(value):
        if isinstance(value, str):
            return new.get(value, value)
        return tuple(map(rename, value)) if isinstance(value, tuple) else value

    for id in all_ids(plan):
        assert rename(upstream(plan, id)) == upstream(renamed, new[id])
        assert rename(paths(plan, id)) == paths(renamed, new[id])
        if plan.element(id).level != "activity":
            assert rename(cuts(plan, id)) == cuts(renamed, new[id])
    assert rename(order(plan)) == order(renamed)
    assert rename(attrs.astuple(gaps(plan))) == attrs.astuple(gaps(renamed))
    nodes = re.compile(r"\w+(?= -->|$)", re.M)
    assert nodes.findall(to_mermaid(plan)) == nodes.findall(to_mermaid(renamed))


def test_hash_seed_changes_nothing():
    """The same text under any PYTHONHASHSEED."""
    code = "import test_graph; print(test_graph.answers(test_graph.mission()))"
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("0", "1", "4242")
    }

    assert len(texts) == 1
    assert len(texts.pop()) > 1000


def test_ten_thousand_outcomes_in_a_row():
    """Nothing calls itself: a chain far deeper than the limit of recursion is walked to its end."""
    n = 10_000
    row = [f"C{i}" for i in range(n)]
    elements = [Objective("J", "x"), *(Outcome(id, "x") for id in row), Output("P", "x"), Activity("A", "x")]
    plan = Plan("p", "P", elements=elements, links=chain("A", "P", *row, "J"))

    assert upstream(plan, "J") == (*row, "P", "A")
    assert paths(plan, "A") == (("A", "P", *row, "J"),) == (order(plan),)
    assert without(plan, "P").without_outputs == ("J", *row)
    assert single_points(plan)["J"] == ("P", "A")
    assert not gaps(plan)
    assert len(cuts(plan, "C500")) == 502
    with pytest.raises(RequestError, match="more than 1000 smallest cuts"):
        cuts(plan, "J")
    assert to_networkx(plan).number_of_edges() == n + 2
    assert to_mermaid(plan).count(" --> ") == n + 2


# -- networkx ----------------------------------------------------------------------------------------------


def test_export_keeps_facts():
    """Nodes and edges carry what the records say, and the records."""
    plan = mission()
    graph = to_networkx(plan)

    assert all_ids(plan) == list(graph)
    assert graph.nodes["OC-1"] == {"level": "outcome", "label": "Outcome 1", "record": plan.element("OC-1")}
    edge = graph.edges["OC-2", "OBJ-1"]
    assert (edge["weight"], edge["strength"], edge["assumptions"], edge["kind"]) == (
        2.0,
        "untested",
        ("AS-1",),
        "contributes_to",
    )
    assert graph.edges["A01", "OP-3"]["kind"] == "produces"
    assert edge["record"] in plan.links
    assert not graph.is_multigraph()


def test_export_is_a_copy():
    """Changing the graph changes neither the plan nor the next graph."""
    plan = mission()
    to_networkx(plan).remove_node("OBJ-1")

    assert "OBJ-1" in to_networkx(plan)


def test_export_with_people():
    """Every record that joins a stakeholder is an edge of its own; two may be joined in several ways."""
    graph = to_networkx(mission(), people=True)
    kinds = [(*ends, kind) for *ends, kind in graph.edges(data="kind") if kind not in ("produces", "contributes_to")]

    assert sorted(kinds) == [
        ("A02", "ST-1", "engages"),
        ("OC-1", "ST-1", "targets"),
        ("OC-2", "ST-2", "targets"),
        ("OC-3", "ST-3", "influence"),
        ("OC-3", "ST-3", "targets"),
        ("ST-1", "OC-1", "stance"),
        ("ST-1", "OC-2", "stance"),
        ("ST-1", "ST-2", "relation"),
        ("ST-2", "ST-1", "relation"),
    ]
    assert graph.nodes["ST-1"]["level"] == "stakeholder"
    assert graph.graph["withheld"] == 0


def test_export_withholds_above_a_ceiling():
    """What is more sensitive than the ceiling is not there, and counted."""
    graph = to_networkx(mission(), people=True, ceiling="internal")

    assert [data["position"] for *_, data in graph.edges(data=True) if data["kind"] == "stance"] == ["supports"]
    assert graph.graph["withheld"] == 1


@pytest.mark.skipif(not MAP.exists(), reason="the causal map in ../shared/data is not here")
def test_export_reproduces_a_published_causal_map():
    """Parallel links and loops survive: the degrees of all 121 factors as published with CausalMapFunctions."""
    import networkx as nx

    def rows(name):
        with (MAP / name).open(encoding="utf-8") as file:
            return list(csv.DictReader(file))

    factors = [Stakeholder(row["factor_id"], row["label"] or "?") for row in rows("factors.csv")]
    relations = [Relation(row["from"], row["to"], mode=row["source"]) for row in rows("links.csv")]
    graph = to_networkx(Plan("map", "Map", stakeholders=factors, relations=relations), people=True)
    expected = json.loads((MAP / "expected_structure.json").read_text(encoding="utf-8"))

    for row in rows("published_metrics.csv"):
        degrees = graph.in_degree(row["factor_id"]), graph.out_degree(row["factor_id"])
        assert (int(row["in_degree"]), int(row["out_degree"])) == degrees
    found = {
        "nodes": graph.number_of_nodes(),
        "links": graph.number_of_edges(),
        "distinct_ordered_pairs": nx.DiGraph(graph).number_of_edges(),
        "sources_no_in": sum(not degree for _, degree in graph.in_degree()),
        "sinks_no_out": sum(not degree for _, degree in graph.out_degree()),
        "weak_components": nx.number_weakly_connected_components(graph),
        "strong_components": nx.number_strongly_connected_components(graph),
        "largest_strong_component": max(map(len, nx.strongly_connected_components(graph))),
        "reachable_from_it": len(nx.descendants(graph, str(expected["largest_out_degree_factor"]))),
    }
    assert {name: expected[name] for name in found} == found


# -- Mermaid -----------------------------------------------------------------------------------------------

HOSTILE = [
    'Say "no"]; click n0 "javascript:alert(1)"',
    "<script>alert(1)</script> & <img src=x onerror=alert(1)>",
    "two\nlines\r\n  end\u2028subgraph x",
    "%%{init: {'theme': 'dark'}}%%",
    "`code` **bold** _em_ #35; &quot; |x| {y} (z) \\n",
    "lifestyle :x#y; classDef a:#fff;",
    "ﬂ°°34¶ß",
    "👩🏽‍🌾 Éléonore; 50 %",
    "\x00\x07\u202eback",
    "",
]
#: The only lines there may be.
LINE = re.compile(
    r"""flowchart\ (LR|RL|TB|TD|BT)
    | \ \ subgraph\ [a-z]+\["[A-Z][a-z]+"\] | \ \ end
    | \ {4}(n\d+\["LABEL"\] | s\d+\(\["LABEL"\]\) | i\d+\[/"LABEL"/\])
    | \ \ w\d+\["[\w\ ]+"\]
    | \ \ [nsi]\d+\ (-->|-\.->)(\|"TEXT"\|)?\ [ns]\d+ | \ \ i\d+\ -\.-\ [ns]\d+
    | \ \ class\ n\d+\ focus | \ \ classDef\ focus\ stroke-width:4px""".replace("LABEL", "TEXT<br/>TEXT").replace(
        "TEXT", r"""(?:[^"'`\#;&<>\[\]{}()|\\*_~^$:=@°¶\n]|\#\d+;)*"""
    ),
    re.VERBOSE,
)


def is_drawn(text: str) -> bool:
    """Whether every line is one of those that a drawing is made of."""
    return text.endswith("\n") and all(LINE.fullmatch(line) for line in text[:-1].split("\n"))


@given(st.text() | st.sampled_from(HOSTILE), st.sampled_from(HOSTILE))
def test_no_text_is_syntax(statement, name):
    """Whatever a plan says, the drawing has the same lines, and each is one that Mermaid reads as meant."""
    plan = mission()
    changed = attrs.evolve(
        plan,
        elements=[attrs.evolve(element, statement=statement) for element in plan.elements],
        stakeholders=[attrs.evolve(one, name=name) for one in plan.stakeholders],
        relations=[attrs.evolve(one, mode=statement or None) for one in plan.relations],
    )
    shown = to_mermaid(changed, people=True, indicators=True, focus="OC-1")

    assert is_drawn(shown)
    assert shown.count("\n") == to_mermaid(plan, people=True, indicators=True, focus="OC-1").count("\n")


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"])))
def test_numbers_are_read_back(text):
    """What is written as numbers is the text itself, but for blanks, and nothing else is left that has a meaning."""
    written = mermaid_text(text)
    read = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), written).replace("\u200b", "")

    assert " ".join(text.split()) == read
    assert not set(re.sub(r"#\d+;", "", written)) & set("\"'`#;&<>[]{}()|\\*_~^$:=@°¶\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1. First", "1#46; First"),
        ("12) Twelfth", "12#41; Twelfth"),
        ("- dash", "#45; dash"),
        ("1.5 per cent", "1.5 per cent"),
        ("fa:fa-car", "fa#58;#8203;fa-car"),
        ("$$x$$", "#36;#8203;#36;x#36;#8203;#36;"),
        ("a\\nb", "a#92;#8203;nb"),
        ("ﬂ°°34¶ß", "ﬂ#8203;#176;#176;34#182;#8203;ß"),
        ("\u202eback\x07", "back"),
        ("👩🏽‍🌾", "👩🏽‍🌾"),
    ],
)
def test_text_that_mermaid_would_read(text, shown):
    """Lists, icons, mathematics and Mermaid's own marks stay text (seen in drawings by Mermaid 11)."""
    assert mermaid_text(text) == shown


def test_drawing_of_the_worked_mission():
    """One box for each element under its level, one arrow for each link, assumptions on their links."""
    text = to_mermaid(mission())

    assert is_drawn(text)
    assert re.findall(r'subgraph (\w+)\["', text) == ["activities", "outputs", "outcomes", "objectives"]
    assert text.count(" -->") == len(mission().links)
    assert '  n1 -->|"AS-1"| n0\n' in text
    assert not re.search(r"\b[si]\d", text)


def test_focus_keeps_names():
    """A drawing of a part is made of lines of the whole, and only of what leads to and from the focus."""
    whole, part = to_mermaid(mission()), to_mermaid(mission(), focus="OC-3")
    boxes = re.findall(r'n\d+\["([^<]+)<', part)

    assert set(part.splitlines()) - set(whole.splitlines()) == {"  class n3 focus", "  classDef focus stroke-width:4px"}
    assert set(boxes) == {"OC-3", *upstream(mission(), "OC-3"), *downstream(mission(), "OC-3")}


def test_focus_shows_only_its_people():
    """Of a part, those stakeholders that something joins to it, and the indicators that measure it."""
    text = to_mermaid(mission(), focus="OC-3", people=True, indicators=True)

    assert re.findall(r"^ {4}([si]\d+)[(\[]", text, re.M) == ["s2"]
    assert '  n3 -.->|"capacity"| s2\n' in text
    assert "withheld" not in text


def test_drawing_withholds_above_the_ceiling():
    """Stances and indicators above the ceiling are not drawn, and counted in a box."""
    text = to_mermaid(mission(), people=True, indicators=True)

    assert "1 stance withheld" in text
    assert "1 indicator withheld" in text
    assert "obstructs" not in text
    assert "Raids" not in text
    everything = to_mermaid(mission(), people=True, indicators=True, ceiling="strictly confidential")
    assert "withheld" not in everything
    assert '-.->|"obstructs"|' in everything
    assert "Raids" in everything


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "TD", "BT"])
def test_direction(direction):
    """The first line says which way."""
    assert to_mermaid(mission(), direction=direction).startswith(f"flowchart {direction}\n")


def test_networkx_is_loaded_when_needed():
    """Walking, gaps and drawings do without it, so that whoever needs only these does not wait for it."""
    code = "import sys, cpas.graph; print('networkx' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def test_empty_plan():
    """A plan without elements has no gaps, no order, and an empty drawing."""
    plan = Plan("p", "P")

    assert (gaps(plan), order(plan), single_points(plan), to_mermaid(plan)) == (Gaps(), (), {}, "flowchart LR\n")
    assert len(to_networkx(plan)) == 0
