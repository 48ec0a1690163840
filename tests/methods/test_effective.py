"""Effective weights of leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods.weights import effective_weights


@st.composite
def graphs(draw):
    """Draw nodes n0, n1 … whose children are later nodes or leaves, some of them shared."""
    size = draw(st.integers(1, 5))
    graph = {}
    for here in range(size):
        known = [f"n{later}" for later in range(here + 1, size)] + list("abc")
        children = draw(st.lists(st.sampled_from(known), min_size=1, max_size=4, unique=True))
        graph[f"n{here}"] = {child: draw(st.integers(1, 9)) for child in children}
    return graph


@given(graphs())
def test_leaves_of_a_node_add_up(graph):
    """At each node, what its leaves weigh is one."""
    for leaves in effective_weights(graph).values():
        assert sum(leaves.values()) == pytest.approx(1)
        assert set(leaves) <= set("abc")


@given(graphs(), st.integers(2, 9))
def test_only_proportions_count(graph, factor):
    """A factor on the weights of a node changes nothing."""
    scaled = graph | {"n0": {child: factor * weight for child, weight in graph["n0"].items()}}

    assert effective_weights(scaled)["n0"] == pytest.approx(effective_weights(graph)["n0"])


@given(graphs())
def test_order_of_nodes_does_not_matter(graph):
    """Nodes in any order weigh the same, and come back in the order given."""
    turned = dict(reversed(graph.items()))

    assert effective_weights(turned) == effective_weights(graph)
    assert list(effective_weights(turned)) == list(turned)


def test_sdg_index_2019(published):
    """Sustainable Development Report 2019: equal goals of unequal size, so indicators weigh unequally."""
    codes = published("sdg_index_2019/codebook.csv")
    codes = codes[codes["in_index"]]
    goals = {f"goal{goal}": dict.fromkeys(own["code"], 1) for goal, own in codes.groupby("goal")}
    found = effective_weights({"index": dict.fromkeys(goals, 1), **goals})["index"]

    assert len(found) == len(codes)
    assert found["sdg1_wpc"] == pytest.approx(1 / 17 / len(goals["goal1"]))
    assert max(found.values()) / min(found.values()) == pytest.approx(
        max(map(len, goals.values())) / min(map(len, goals.values()))
    )


def test_shared_outcome_counts_in_each_parent():
    """A leaf reached on two ways weighs by both."""
    found = effective_weights({"top": {"x": 1, "y": 3}, "x": {"a": 1}, "y": {"a": 1, "b": 1}})

    assert found["top"] == pytest.approx({"a": 0.25 + 0.375, "b": 0.375})


@pytest.mark.parametrize(
    ("graph", "match"),
    [
        ({"a": {"b": 1}, "b": {"a": 1}}, "loop: "),
        ({"a": {"b": 0}}, "'a' must not be negative"),
        ({"a": {"b": 2, "c": -1}}, "'a' must not be negative"),
        ({"a": {"b": float("nan")}}, "'a' must not be negative"),
        ({"a": {}}, "'a' must not be negative"),
    ],
)
def test_effective_weights_refuse(graph, match):
    """Weights have an effect where they lead somewhere."""
    with pytest.raises(MethodError, match=match):
        effective_weights(graph)
