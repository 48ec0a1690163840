"""Which indicators stand at an element or upstream of it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cpas.methods.scoring.structure import compile_structure
from cpas.methods.scoring.upstream import take_ranges
from cpas.model import Indicator, Link, Methodology, Objective, Outcome, Plan


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4))))
def test_ranges(ranges):
    """Ranges stand one after another, empty ones leave nothing."""
    starts, lengths = np.array(ranges, dtype=np.int64).reshape(-1, 2).T
    expected = [number for start, length in ranges for number in range(start, start + length)]

    assert expected == take_ranges(starts, lengths).tolist()


@st.composite
def chains(draw):
    """A plan whose every link leads from a later outcome to an earlier element."""
    count = draw(st.integers(1, 8))
    ids = [f"E{n}" for n in range(count)]
    pairs = draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=14))
    links = [Link(ids[max(pair)], ids[min(pair)], weight=draw(st.sampled_from([0, 1]))) for pair in pairs
             if pair[0] != pair[1]]  # fmt: skip
    measured = draw(st.lists(st.integers(0, count - 1), max_size=6))
    indicators = [
        Indicator(
            f"I{n}", "i", measures=ids[at], unit="%", kind="ratio", better="higher", weight=draw(st.integers(0, 2))
        )
        for n, at in enumerate(measured)
    ]
    unique = {(link.source, link.target): link for link in links}
    outcomes = [Outcome(id, id, change="process") for id in ids[1:]]
    return Plan(
        "p", "t", elements=[Objective(ids[0], "o"), *outcomes], links=list(unique.values()), indicators=indicators
    )


@given(chains())
def test_each_once_along_every_way(plan):
    """An element has its own indicators and those of everything that leads to it, each once however it is reached."""
    number = {element.id: n for n, element in enumerate(plan.elements)}

    def above(id):
        own = {n for n, one in enumerate(plan.indicators) if one.measures[0].element == id and one.weight > 0}
        return own.union(*(above(link.source) for link in plan.links if link.target == id))

    expected = {number[id]: sorted(above(id)) for id in number if above(id)}
    upstream = compile_structure(plan, Methodology("m", "1")).upstream

    assert expected == {parent: children.tolist() for parent, children in upstream.children()}
