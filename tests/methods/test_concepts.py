"""What published concepts of progress say of one indicator."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError, NoDistanceError
from cpas.methods.agreement import VERDICTS
from cpas.methods.concepts import words_of_concepts

numbers = st.floats(1, 1000).map(lambda number: round(number, 2))
WAY = {"baseline": 100, "target": 50, "elapsed": 4, "total": 10, "better": "lower"}


@given(st.lists(numbers, min_size=1, max_size=8), numbers, numbers, st.sampled_from([2.0, 8.0]))
def test_unit_changes_no_word(values, start, end, times):
    """In another unit every concept says the same, in a word that agreement knows."""
    if start == end:
        return
    better = "higher" if end > start else "lower"
    when = np.arange(1, len(values) + 1)
    way = {"elapsed": len(values), "total": 20.0, "better": better, "times": when}
    one = words_of_concepts(values[-1], baseline=start, target=end, values=values, **way)
    other = words_of_concepts(
        values[-1] * times, baseline=start * times, target=end * times, values=[v * times for v in values], **way
    )

    assert one == other
    assert set(one.values()) <= set(VERDICTS)


def test_which_concepts_apply():
    """Growth has no meaning at zero, nothing is projected from two points, and weather wants six yearly values."""
    years = list(range(7))
    falling = [100 - 6 * year for year in years]

    assert list(words_of_concepts(80, **WAY)) == ["linear", "growth"]
    assert list(words_of_concepts(80, **{**WAY, "target": 0})) == ["linear"]
    assert list(words_of_concepts(80, **WAY, values=[90, 80], times=[3, 4])) == ["linear", "growth"]
    assert words_of_concepts(64, **{**WAY, "elapsed": 6}, values=falling, times=years)["weather"] == "sun"
    quarters = [year / 4 for year in years]
    assert "weather" not in words_of_concepts(64, **{**WAY, "elapsed": 1.5}, values=falling, times=quarters)


def test_nothing_is_projected_into_the_past():
    """When the target's time has come, only what was reached counts."""
    found = words_of_concepts(64, **{**WAY, "elapsed": 10}, values=[90, 80, 64], times=[8, 9, 10])

    assert list(found) == ["linear", "growth"]


def test_met_is_on_track():
    """A target met is met by each concept since the baseline."""
    assert set(words_of_concepts(50, **WAY).values()) == {"Target achieved"}


def test_refused():
    """No way to travel, and no time to travel in."""
    with pytest.raises(NoDistanceError):
        words_of_concepts(80, **{**WAY, "target": 100})
    with pytest.raises(MethodError, match="not above zero"):
        words_of_concepts(80, **{**WAY, "elapsed": 0})
