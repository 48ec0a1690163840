"""Blocks of scores: what is made along with them, and what on asking."""

from __future__ import annotations

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpas.methods.scoring.roll_up import roll_up
from cpas.methods.scoring.structure import compile_structure
from cpas.model import Indicator, Link, Measure, Methodology, Objective, Outcome, Plan

METHODS = Methodology("laws", "1", power=-2.0, alpha=0.25)
WAYS = ("arithmetic", "geometric", "harmonic", "generalised", "mean_min", "median", "minimum")
BLOCKS = ("own", "below", "path", "coverage", "behind", "belongs", "worst", "best", "dispersion", "raw", "answered")
SLOTS = 3


@st.composite
def cases(draw, missing=True):
    """Draw a chain of outcomes and an objective, and scores, paths and flags of its indicators in three slots."""
    outcomes = [f"OC-{n}" for n in range(draw(st.integers(1, 5)))]
    nodes = [*outcomes, "OBJ"]
    links = [
        Link(source, target, weight=draw(st.integers(1, 9)))
        for n, source in enumerate(outcomes)
        for target in draw(st.lists(st.sampled_from(nodes[n + 1 :]), unique=True, max_size=3))
    ]
    ways = st.none() | st.sampled_from(WAYS)
    elements = [(Objective if id == "OBJ" else Outcome)(id, "t", combine=draw(ways)) for id in nodes]
    measured = st.lists(
        st.tuples(st.sampled_from(nodes), st.integers(1, 9)), min_size=1, max_size=2, unique_by=lambda one: one[0]
    )
    said = {"name": "n", "unit": "index", "kind": "index", "better": "higher"}
    count = draw(st.integers(1, 6))
    indicators = [Indicator(f"I-{n}", measures=[Measure(*m) for m in draw(measured)], **said) for n in range(count)]
    plan = Plan("p", "t", elements=elements, links=links, indicators=indicators)
    number = st.none() | st.floats(0, 100) if missing else st.floats(0, 100)
    flag = st.booleans() if missing else st.just(True)
    score, path = (np.array(draw(blocks(number, count)), dtype=np.float64) for _ in range(2))
    counts, due, answered = (np.array(draw(blocks(flag, count)), dtype=bool) for _ in range(3))
    return plan, {
        "score": score, "raw": 2 * score, "path": path, "counts": counts, "due": due, "answered": answered
    }  # fmt: skip


def blocks(values, rows):
    return st.lists(st.lists(values, min_size=SLOTS, max_size=SLOTS), min_size=rows, max_size=rows)


@settings(deadline=None, max_examples=30)
@given(cases(), st.permutations(BLOCKS))
def test_the_order_of_asking(case, names):
    """What is made on asking is the same in whatever order it is asked for, and leaves the scores as they are."""
    plan, given_ = case
    structure = compile_structure(plan, METHODS)
    one, other = roll_up(structure, **given_), roll_up(structure, **given_)
    before = other.score.copy()
    asked = {name: getattr(other, name) for name in names}

    for name in BLOCKS:
        np.testing.assert_array_equal(getattr(one, name), asked[name], err_msg=name)
    np.testing.assert_array_equal(before, other.score)


@settings(deadline=None, max_examples=30)
@given(cases())
def test_shares_made_along_with_scores(case):
    """Where elements demand next to nothing, shares are made along with scores: the same as on asking."""
    plan, given_ = case
    structure = compile_structure(plan, METHODS)
    demanding = attrs.evolve(structure, floor=np.full(len(structure.levels), 1e-15))
    along, asked = roll_up(demanding, **given_), roll_up(structure, **given_)

    assert demanding.demands
    assert not structure.demands
    for name in ("score", *BLOCKS):
        np.testing.assert_array_equal(getattr(asked, name), getattr(along, name), err_msg=name)


@settings(deadline=None, max_examples=30)
@given(cases(missing=False))
def test_a_gap_elsewhere_changes_no_bit(whole):
    """A slot in which nothing is missing comes out the same beside others in which something is."""
    plan, given_ = whole
    structure = compile_structure(plan, METHODS)
    beside = {name: np.column_stack([array, np.zeros(len(array), array.dtype)]) for name, array in given_.items()}
    for name in ("score", "raw", "path"):
        beside[name][:, -1] = np.nan
    one, other = roll_up(structure, **given_), roll_up(structure, **beside)

    for name in ("score", *BLOCKS):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[:, :SLOTS], err_msg=name)


@settings(deadline=None, max_examples=30)
@given(cases())
def test_a_score_lies_among_its_parts(case):
    """No rounding carries a score beyond the least and greatest of its direct parts."""
    plan, given_ = case
    made = roll_up(compile_structure(plan, METHODS), **given_)
    there = ~np.isnan(made.score)

    assert (made.worst[there] <= made.score[there]).all()
    assert (made.score[there] <= made.best[there]).all()


@pytest.mark.parametrize("value", [0.1, 80.1, 100 / 3])
def test_parts_that_are_all_alike(value):
    """A score of parts that are all the same is that very number."""
    said = {"name": "n", "unit": "index", "kind": "index", "better": "higher"}
    indicators = [Indicator(f"I-{n}", measures=[Measure("OC", 1 + n / 7)], **said) for n in range(9)]
    plan = Plan("p", "t", elements=[Outcome("OC", "a")], indicators=indicators)
    score, there = np.full((9, 1), value), np.ones((9, 1), dtype=bool)
    made = roll_up(
        compile_structure(plan, METHODS), score=score, raw=score, path=score, counts=there, due=there, answered=there
    )

    assert made.score.tolist() == made.worst.tolist() == made.best.tolist() == [[value]]
