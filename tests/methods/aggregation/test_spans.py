"""How observed periods lie to those asked for: held as pairs that touch, never all by all."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpas.methods.aggregation import spans as module
from cpas.methods.aggregation.spans import Spans

STRETCHES = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30)), max_size=12)


def spans(observed, targets):
    """Spans of stretches, each a first day and how many days come after it."""
    columns = [
        np.array([[first, first + more] for first, more in some], dtype=np.int64).reshape(-1, 2).T
        for some in (observed, targets)
    ]
    (start, end), (target_start, target_end) = columns
    return Spans(start=start, end=end, target_start=target_start, target_end=target_end)


@pytest.mark.parametrize("together", [1, 7, 4_000_000])
@settings(max_examples=80, deadline=None)
@given(STRETCHES, STRETCHES)
def test_relations_are_those_of_the_days(together, observed, targets):
    """Each relation says what the days say, for any periods in any order, however few pairs are looked at together."""
    found = spans(observed, targets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_TOGETHER", together)
        told = {n: getattr(found, n).tolist() for n in ("inside", "longer", "across", "ends_in", "known_in")}
    for n, (first, more) in enumerate(observed):
        days = set(range(first, first + more + 1))
        asked = [set(range(t, t + length + 1)) for t, length in targets]
        inside = {t for t, theirs in enumerate(asked) if days <= theirs}
        longer = {t for t, theirs in enumerate(asked) if days > theirs}
        ends_in = {t for t, theirs in enumerate(asked) if max(days) in theirs} - longer
        across = {t for t, theirs in enumerate(asked) if days & theirs} - inside - longer
        expected = {"inside": inside, "longer": longer, "across": across, "ends_in": ends_in}
        expected["known_in"] = ends_in | longer
        assert {name: sorted(some) for name, some in expected.items()} == {name: told[name][n] for name in told}


@settings(max_examples=80, deadline=None)
@given(STRETCHES, STRETCHES, st.data())
def test_rows_once_for_every_target(observed, targets, data):
    """Rows of periods come once for each target of their period, in their order."""
    members = spans(observed, targets).inside
    period = data.draw(st.lists(st.integers(0, len(observed) - 1), max_size=9) if observed else st.just([]))
    row, target = members.of(np.array(period, dtype=np.int64))
    lists = members.tolist()

    assert list(zip(row.tolist(), target.tolist(), strict=True)) == [
        (n, t) for n, one in enumerate(period) for t in lists[one]
    ]


def test_tens_of_thousands_of_days():
    """Eighty years of days asked by day take no more room than the days, not their square."""
    days = np.arange(30_000, dtype=np.int64) + date(1950, 1, 1).toordinal()
    tracemalloc.start()
    found = Spans(start=days, end=days, target_start=days, target_end=days)
    count = [getattr(found, name).count.sum() for name in ("inside", "longer", "across", "ends_in")]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert count == [30_000, 0, 0, 30_000]
    assert peak < 50_000_000
    assert date.fromordinal(int(days[-1])) - date(1950, 1, 1) == timedelta(29_999)
