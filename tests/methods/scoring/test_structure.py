"""The results chain as arrays: ways to combine by number, and edges in order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.scoring.edges import edges_of
from cpas.methods.scoring.structure import compile_structure
from cpas.methods.segments import PARAMETERS
from cpas.model import Activity, Link, Methodology, Objective, Outcome, Output, Override, Plan

WAYS = ("arithmetic", "geometric", "generalised", "mean_min", "minimum")
said = st.none() | st.sampled_from(WAYS)


@st.composite
def cases(draw):
    """Draw a plan of all levels, and a methodology that says some of it otherwise."""
    outcomes = [f"OC-{n}" for n in range(draw(st.integers(1, 4)))]
    outputs = [f"OP-{n}" for n in range(draw(st.integers(0, 3)))]
    links = [
        Link(a, b) for n, a in enumerate(outcomes) for b in draw(st.sets(st.sampled_from(["OBJ", *outcomes[n + 1 :]])))
    ]
    links += [
        Link(a, b, weight=draw(st.integers(0, 2))) for a in outputs for b in draw(st.sets(st.sampled_from(outcomes)))
    ]
    least = st.none() | st.sampled_from([0.0, 0.5])
    kinds = [(Objective, "OBJ"), *((Outcome, id) for id in outcomes), *((Output, id) for id in outputs)]
    elements = [kind(id, "t", combine=draw(said), min_coverage=draw(least)) for kind, id in kinds]
    override = st.builds(
        Override, st.sampled_from([id for _, id in kinds]), combine=said, min_coverage=least,
        power=st.sampled_from([None, 3.0]),
    )  # fmt: skip
    nodes = draw(st.lists(override, max_size=3, unique_by=lambda one: one.id))
    plan = Plan(
        "p", "t", elements=[*draw(st.permutations(elements)), Activity("A", "t")], links=draw(st.permutations(links))
    )
    return plan, Methodology("m", "1", combine=draw(st.sampled_from(WAYS)), power=2.0, alpha=0.5, nodes=nodes)


@settings(deadline=None, max_examples=60)
@given(cases())
def test_what_is_said_of_each_element(case):
    """Method, its number, and the least share are those of the override, else the element's own, else the default."""
    plan, methodology = case
    made = compile_structure(plan, methodology)

    for n, element in enumerate(plan.elements):
        own = methodology.said(element.id, "combine") or getattr(element, "combine", None)
        method = own or methodology.combine
        least = methodology.said(element.id, "min_coverage")
        number = methodology.choice(element.id, PARAMETERS[method]) if method in PARAMETERS else math.nan
        assert (element.level, method) == (made.levels[n], made.combine[n])
        assert bool(own) == made.takes_below[n]
        assert made.parameter[n] == number or math.isnan(number)
        assert made.floor[n] == (least if least is not None else getattr(element, "min_coverage", None) or 0.0)


@settings(deadline=None, max_examples=60)
@given(cases())
def test_layers_and_edges(case):
    """Every link with a weight is an edge once, and each parent stands in a later layer than what it rests on."""
    plan, methodology = case
    made, ids = compile_structure(plan, methodology), [element.id for element in plan.elements]
    layer = {node: n for n, nodes in enumerate(made.layers) for node in nodes}

    for edges, level in ((made.outcomes, "outcome"), (made.outputs, "output")):
        found = [(ids[child], ids[parent]) for parent, child in zip(edges.parent, edges.child, strict=True)]
        wanted = [(x.source, x.target) for x in plan.links if plan.element(x.source).level == level and x.weight > 0]
        assert sorted(wanted) == sorted(found)
        assert sorted(zip(edges.parent, edges.child, strict=True)) == list(zip(edges.parent, edges.child, strict=True))
    for parent, child in zip(made.outcomes.parent.tolist(), made.outcomes.child.tolist(), strict=True):
        assert layer.get(child, -1) < layer[parent]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([0.0, 0.5, 1.0])), max_size=9).flatmap(
    lambda rows: st.tuples(st.just(rows), st.permutations(rows))))  # fmt: skip
def test_the_order_of_edges(orders):
    """Edges come out the same in whatever order they are given, the same edge twice among them."""
    made = []
    for rows in orders:
        parent, child, weight = (
            np.array([row[k] for row in rows], dtype=kind) for k, kind in enumerate((int, int, float))
        )
        made.append(edges_of(parent, child, weight, np.array([False, True, False, False])))

    for name in ("parents", "starts", "child", "weight"):
        np.testing.assert_array_equal(getattr(made[0], name), getattr(made[1], name))


def test_a_number_that_is_not_there():
    """Who combines by a method without its number is named."""
    plan = Plan("p", "t", elements=[Outcome("OC-1", "a"), Outcome("OC-2", "b", combine="generalised")])

    with pytest.raises(MethodError, match="OC-2 is combined by 'generalised', which takes a number, its power"):
        compile_structure(plan, Methodology("m", "1"))
