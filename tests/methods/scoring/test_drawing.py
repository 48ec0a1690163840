"""Draws of indicators, rolled up: every draw is a roll-up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cpas.methods.scoring import drawing
from cpas.methods.scoring.drawing import AT_ONCE, Inputs, chain_of, draw_blocks
from cpas.methods.scoring.roll_up import roll_up
from cpas.methods.scoring.structure import compile_structure
from cpas.model import Indicator, Link, Measure, Methodology, Objective, Outcome, Plan

WAYS = ("arithmetic", "geometric", "harmonic", "generalised", "mean_min", "median", "minimum")
METHODS = Methodology("laws", "1", power=-2.0, alpha=0.25)


@st.composite
def chains(draw):
    """Draw a compiled chain, and the scores of its indicators, some of which are missing."""
    outcomes = [f"OC-{n}" for n in range(draw(st.integers(1, 4)))]
    nodes = [*outcomes, "OBJ-1"]
    links = [
        Link(source, target, weight=draw(st.integers(1, 9)))
        for n, source in enumerate(outcomes)
        for target in draw(st.lists(st.sampled_from(nodes[n + 1 :]), unique=True, max_size=3))
    ]
    ways = st.none() | st.sampled_from(WAYS)
    elements = [(Outcome if id in outcomes else Objective)(id, "t", combine=draw(ways)) for id in nodes]
    measured = st.lists(st.tuples(st.sampled_from(nodes), st.integers(1, 9)), min_size=1, max_size=2,
                        unique_by=lambda one: one[0])  # fmt: skip
    said = {"name": "n", "unit": "index", "kind": "index", "better": "higher"}
    indicators = [
        Indicator(f"I-{n}", measures=[Measure(*one) for one in draw(measured)], **said)
        for n in range(draw(st.integers(1, 6)))
    ]
    structure = compile_structure(Plan("p", "t", elements=elements, links=links, indicators=indicators), METHODS)
    numbers = st.lists(st.none() | st.floats(1, 99), min_size=len(indicators), max_size=len(indicators))
    return structure, np.array(draw(numbers), dtype=np.float64)


def rolled(structure, score):
    there = np.ones(score.shape, dtype=bool)
    return roll_up(structure, score=score, raw=score, path=score, counts=there, due=there, answered=there)


def kept(columns, block, worse):
    """Return the scores of a block, whose array is used again."""
    return block.copy()


def inputs(score, **other):
    blank = np.full(len(score), np.nan)
    said = {"raw": score, "slope": np.ones(len(score)), "value": score, "error": np.full(len(score), 10.0),
            "low": blank, "high": blank, "is_triangular": False, "ways": {}}  # fmt: skip
    return Inputs(**{**said, **other})


@settings(deadline=None, max_examples=60)
@given(chains())
def test_every_draw_is_a_roll_up(chain):
    """The scores of a draw are those that its indicators roll up to, by every method and with what is missing."""
    structure, score = chain
    assume(not np.isnan(score).all())
    made = rolled(structure, score[:, None])
    ready = chain_of(structure, score, made.score[:, 0])
    said = inputs(score)
    (found,) = draw_blocks(ready, said, kept, draws=AT_ONCE, seed=3)
    raw = np.empty((len(ready.indicators), AT_ONCE), dtype=np.float32)
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence(3, spawn_key=(0,))))
    drawing._draw(ready, said, rng, raw)
    drawn = np.full((len(score), AT_ONCE), np.nan)
    drawn[ready.indicators] = np.clip(raw, 0, 100)
    expected = rolled(structure, drawn).score

    np.testing.assert_allclose(found, expected[ready.elements], atol=2e-3)
    assert np.isnan(np.delete(expected, ready.elements, axis=0)).all()


@settings(deadline=None, max_examples=20)
@given(chains(), st.integers(1, 3 * AT_ONCE), st.sampled_from([0.0, 0.3]))
def test_draws_do_not_depend_on_how_many(chain, draws, weights):
    """The first draws are the same however many follow."""
    structure, score = chain
    ready = chain_of(structure, score, rolled(structure, score[:, None]).score[:, 0])

    def first(count):
        return np.concatenate([*draw_blocks(ready, inputs(score), kept, draws=count, seed=1, weights=weights)], axis=1)

    np.testing.assert_array_equal(first(draws), first(3 * AT_ONCE)[:, :draws])


@settings(deadline=None, max_examples=20)
@given(chains())
def test_equal_parts_do_not_feel_weights(chain):
    """Where all parts are alike, no weight moves a weighted mean."""
    structure, score = chain
    same = np.where(np.isnan(score), np.nan, 40.0)
    ready = chain_of(structure, same, rolled(structure, same[:, None]).score[:, 0])
    said = inputs(same, error=np.zeros(len(same)))
    (found,) = draw_blocks(ready, said, kept, draws=20, seed=1, weights=0.9)

    np.testing.assert_allclose(found, 40.0, atol=1e-3)


@pytest.mark.parametrize(("is_triangular", "mean", "variance"), [(False, 40.0, 75.0), (True, 36 + 2 / 3, 43 + 1 / 18)])
def test_between_bounds(is_triangular, mean, variance):
    """Between 25 and 55 with 30 found: (a+b)/2 and (b-a)²/12, or (a+b+c)/3 and (a²+b²+c²-ab-ac-bc)/18."""
    share = (np.arange(200_000) + 0.5)[None] / 200_000
    said = inputs(np.array([30.0]), low=np.array([25.0]), high=np.array([55.0]), is_triangular=is_triangular)
    values = drawing._between(said, np.array([0]), share)

    assert values.min() >= 25
    assert values.max() <= 55
    assert values.mean() == pytest.approx(mean, abs=1e-3)
    assert values.var() == pytest.approx(variance, abs=1e-2)
