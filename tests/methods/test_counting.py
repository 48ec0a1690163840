"""Alkire–Foster counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cpas.errors import MethodError
from cpas.methods.combine import alkire_foster, deprived

tables = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.sampled_from([0.0, 1.0]))
cutoffs = st.floats(0.01, 1)


@given(tables, cutoffs)
def test_parts_make_the_whole(table, cutoff):
    """M0 = H · A = Σ w h(k); contributions add up to 1; everything is a share."""
    found = alkire_foster(table, cutoff=cutoff)

    assert 0 <= found.adjusted_headcount <= found.headcount + 1e-12 <= 1 + 1e-9
    assert np.all(found.censored <= found.uncensored + 1e-12)
    if found.headcount:
        assert found.headcount * found.intensity == pytest.approx(found.adjusted_headcount)
        assert found.contributions.sum() == pytest.approx(1)
        assert found.intensity >= cutoff - 1e-9


@given(tables, cutoffs, st.data())
def test_improvement_never_raises_poverty(table, cutoff, data):
    """Taking one deprivation away raises neither H nor M0."""
    place = data.draw(st.tuples(*(st.integers(0, size - 1) for size in table.shape)))
    better = table.copy()
    better[place] = 0
    before, after = alkire_foster(table, cutoff=cutoff), alkire_foster(better, cutoff=cutoff)

    assert after.headcount <= before.headcount + 1e-12
    assert after.adjusted_headcount <= before.adjusted_headcount + 1e-12


@given(tables, cutoffs, st.floats(0.01, 100))
def test_only_proportions_of_weights_count(table, cutoff, factor):
    """A factor on all weights, of indicators or of people, changes nothing."""
    size = table.shape
    one = alkire_foster(table, np.ones(size[1]), cutoff=cutoff)
    other = alkire_foster(table, np.full(size[1], factor), cutoff=cutoff, population=np.full(size[0], factor))

    assert other.adjusted_headcount == pytest.approx(one.adjusted_headcount)


def test_population_is_repetition():
    """A unit that stands for three is three units."""
    table = np.array([[1.0, 0.0], [1.0, 1.0]])
    one = alkire_foster(table, cutoff=0.5, population=[3, 1])
    other = alkire_foster(table[[0, 0, 0, 1]], cutoff=0.5)

    assert (one.headcount, one.adjusted_headcount) == pytest.approx((other.headcount, other.adjusted_headcount))


def test_golden_vector():
    """Methods page, golden vectors: c = .25, .75, .25, 1 and k = .5."""
    found = alkire_foster([[1, 0, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1], [1, 1, 1, 1]], cutoff=0.5)

    assert found.counts.tolist() == [0.25, 0.75, 0.25, 1]
    assert (found.headcount, found.intensity, found.adjusted_headcount) == (0.5, 0.875, 0.4375)


def test_example_of_mpi_package(published):
    """R package MPI 0.1.0, example of 30 people: H, A and M0 for three cutoffs, whole and by region, to 1e-12."""
    people = published("mpi_alkire_foster/example_poverty.csv")
    expected = published("mpi_alkire_foster/expected_af.csv")
    indicators = people.columns[:-1]
    for row in expected.itertuples():
        group = people if row.group == "(all)" else people[people["Region"] == row.group]
        found = alkire_foster(group[indicators], cutoff=row.k / len(indicators))

        assert (len(group), found.poor.sum()) == (row.total, row.poor)
        assert found.headcount == pytest.approx(row.H, abs=1e-12)
        assert found.intensity == pytest.approx(row.A, abs=1e-12, nan_ok=True)
        # Where nobody is poor the package has no M0; by its definition as a mean of censored counts it is 0.
        assert found.adjusted_headcount == pytest.approx(np.nan_to_num(row.M0), abs=1e-12)
    assert len(expected) == 21


def test_contributions_of_mpi_package(published):
    """R package MPI 0.1.0: contributions and headcounts of eleven indicators at three deprivations, to 1e-12."""
    people = published("mpi_alkire_foster/example_poverty.csv")
    expected = published("mpi_alkire_foster/expected_dimension_contribution_k3.csv").set_index("indnames")
    found = alkire_foster(people[expected.index], cutoff=3 / 11)

    for values, column in (
        (found.contributions, "diCont"),
        (found.uncensored, "UncensoredHRatio"),
        (found.censored, "CensoredHRatio"),
        (30 * found.censored, "CensoredHCounts"),
    ):
        np.testing.assert_allclose(values, expected[column], atol=1e-12)


def test_line_is_not_deprived():
    """Who is at the line has reached it; where lower is better it is the other way round; silence is not plenty."""
    np.testing.assert_array_equal(deprived([4, 5, 6, None], line=5), [1, 0, 0, np.nan])
    np.testing.assert_array_equal(deprived([4, 5, 6], line=5, better="lower"), [0, 0, 1])


def test_nobody_poor():
    """Nobody poor: no intensity and no contributions, and M0 is nothing."""
    found = alkire_foster([[1, 0], [0, 0]], cutoff=1)

    assert (found.headcount, found.adjusted_headcount) == (0, 0)
    assert np.isnan(found.intensity)
    assert np.isnan(found.contributions).all()


@pytest.mark.parametrize(
    ("table", "options", "match"),
    [
        ([[1, None]], {"cutoff": 0.5}, "at position 0, 1 is missing"),
        ([[1, 0.5]], {"cutoff": 0.5}, "neither 0 nor 1"),
        ([1, 0], {"cutoff": 0.5}, "units × indicators"),
        (np.empty((0, 2)), {"cutoff": 0.5}, "units × indicators"),
        ([[1, 0]], {"cutoff": 3}, "share above 0"),
        ([[1, 0]], {"cutoff": 0}, "share above 0"),
        ([[1, 0]], {"cutoff": 0.5, "weights": [1, 2, 3]}, "give one for each"),
        ([[1, 0]], {"cutoff": 0.5, "population": [0]}, "nothing to combine"),
    ],
)
def test_counting_refuses(table, options, match):
    """What is lacking is known of everybody, and the cutoff is a share."""
    with pytest.raises(MethodError, match=match):
        alkire_foster(table, **options)
