"""Agreement of published concepts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import MethodError
from cpas.methods import agreement as module
from cpas.methods import growth, progress, sdsn, statcan, weather

said = st.dictionaries(st.text(min_size=1, max_size=5), st.sampled_from(sorted(module.VERDICTS)))


@given(said)
def test_order_of_concepts_changes_nothing(words):
    """Agreement, share and range do not depend on who is asked first."""
    found = module.agreement(words)
    turned = module.agreement(dict(reversed(words.items())))

    assert (found.agrees, found.range) == (turned.agrees, turned.range)
    assert found.share == turned.share or math.isnan(found.share)


@given(said)
def test_agreement_is_a_share_of_one(words):
    """All agree just where the most frequent verdict is the only one."""
    found = module.agreement(words)

    assert found.agrees == (not words or found.share == 1)
    assert ("disagree" in str(found)) == (not found.agrees)


def test_every_word_of_every_rule_is_known():
    """Each word a rule gives about a target is compared; classes of pure growth and levels kept are not."""
    words = {*statcan.CLASSES, *sdsn.ARROWS, *weather.SYMBOLS, "maintain", "accelerate", "reverse"}

    assert words == set(module.VERDICTS)


def test_choice_of_concept_matters():
    """Methods reference, 3.4: 100 to 80 in 4 of 10 years, target 50: linear on track, growth not fast enough."""
    given_ = {"baseline": 100, "target": 50, "elapsed": 4, "total": 10}
    found = module.agreement(
        {
            "linear": statcan.ratio_class(progress.linear_rate(80, **given_)),
            "growth": statcan.ratio_class(growth.growth_ratio(80, **given_, better="lower")),
        }
    )

    assert not found.agrees
    assert found.range == ("on track", "too slow")
    assert str(found) == "The concepts disagree: linear: on track; growth: too slow."


def test_silence_is_not_a_verdict():
    """A concept without data neither agrees nor disagrees; without any, nothing is said."""
    found = module.agreement({"arrow": "up", "weather": "insufficient data"})

    assert found.agrees
    assert found.silent == ("weather",)
    assert str(found) == "The only concept says: on track."
    assert str(module.agreement({"weather": "insufficient data"})) == "No concept has enough data."


def test_unknown_words_are_refused():
    """A word of no published rule is refused, with the nearest that is one."""
    with pytest.raises(MethodError, match="Did you mean 'On track'"):
        module.agreement({"linear": "on trak"})
