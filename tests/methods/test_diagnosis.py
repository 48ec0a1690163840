"""Ratings of outcomes: one at a time and many at once are one rule."""

from __future__ import annotations

import math

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas import Methodology
from cpas.methods.diagnosis import rate_outcome, rate_outcomes, scale_for
from cpas.scales import OUTCOME_PATH, UNDP_OUTPUT

numbers = st.sampled_from([0.0, 5e-324, 45.0, 54.0, 60.0, 90.0, 100.0]) | st.floats(-20, 120) | st.just(math.nan)
#: The usual scale, one of scores, one of delivery, and one without states of its own.
SCALES = (
    OUTCOME_PATH,
    attrs.evolve(UNDP_OUTPUT, what="score", levels=("outcome",)),
    attrs.evolve(UNDP_OUTPUT, levels=("outcome",)),
    attrs.evolve(OUTCOME_PATH, states=()),
)


def by_definition(score, path, raw, methodology, reason):
    """Rate one outcome as §9.5 says it, sentence by sentence."""
    scale = scale_for("outcome", methodology)
    known = {band.name for band in (*scale.bands, *scale.states)}
    if math.isnan(score):
        held = {"met": "achieved", "not_met": "worse than baseline"}.get(reason, scale.missing)
        return held if held in known else scale.missing
    if score >= 100 and "achieved" in known:
        return "achieved"
    if score <= 0 and raw < 0 and "worse than baseline" in known:
        return "worse than baseline"
    if scale.what == "score":
        return scale.rate(score).band
    if math.isnan(path):
        return None
    if path == 0:
        return "too early" if "too early" in known else scale.missing
    return scale.rate(score / path * (100 if scale.what == "delivery" else 1)).band


@given(
    st.lists(st.tuples(numbers, numbers, numbers, st.sampled_from(["", "met", "not_met", "late"])), max_size=8),
    st.sampled_from(SCALES),
)
def test_many_at_once(rows, scale):
    """Each outcome of many is rated as it would be alone, and as the clause says."""
    methodology = Methodology("m", "1", scales=(scale,))
    score, path, raw = (np.array([row[n] for row in rows], dtype=np.float64) for n in range(3))
    reason = np.array([row[3] for row in rows], dtype=object)
    together = rate_outcomes(score, path, raw=raw, methodology=methodology, reason=reason).tolist()

    assert [by_definition(*row[:3], methodology, row[3]) for row in rows] == together
    assert together == [rate_outcome(s, p, raw=r, methodology=methodology, reason=w or None) for s, p, r, w in rows]


@pytest.mark.parametrize("reason", ["met", "not_met", None])
def test_kept_or_lost(reason):
    """What was reached at the start and is held, or lost, has a word and no number."""
    word = rate_outcome(math.nan, math.nan, raw=math.nan, methodology=Methodology("m", "1"), reason=reason)

    assert {"met": "achieved", "not_met": "worse than baseline", None: "no data"}[reason] == word
