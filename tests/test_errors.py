"""Errors: one base, the built-in a stranger would catch, facts as fields, pickling."""

from __future__ import annotations

import copy
import inspect
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas import errors

KINDS = [
    kind
    for kind in vars(errors).values()
    if inspect.isclass(kind) and issubclass(kind, errors.CpasError) and not kind.__name__.startswith("_")
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_survives_pickling_and_copying(kind):
    """An error made again from its pickle says the same and keeps its facts."""
    error = kind("What happened, where, what to do.", id="x", faults=(errors.Fault("a", "b", "c", 3),))
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert (str(again), again.id, again.faults) == (str(error), "x", error.faults)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_is_also_a_builtin(kind):
    """Each error but the base is also an exception that a stranger would catch."""
    builtin = (ValueError, LookupError, ImportError, OSError)

    assert kind is errors.CpasError or issubclass(kind, builtin)


def test_codes_are_stable_and_each_its_own():
    """Each error has a code of its own."""
    codes = [kind.code for kind in KINDS]

    assert len(set(codes)) == len(codes)


def test_unknown_field():
    """Asking an error for a fact it does not have is an AttributeError."""
    with pytest.raises(AttributeError, match="has no field 'other'"):
        _ = errors.PlanError("x", id="y").other


def test_faults_in_one_message():
    """Many faults are one error that lists each with its place and line."""
    faults = [errors.Fault("outcomes[1]", "No such thing.", line=7), errors.Fault("", "Another.")]
    error = errors.PlanError.of(faults, what="Plan file 'a.yaml'")

    assert str(error) == "Plan file 'a.yaml' has 2 faults:\n  - outcomes[1] (line 7): No such thing.\n  - Another."
    assert error.faults == tuple(faults)


@given(st.text(min_size=1), st.lists(st.text(min_size=1), unique=True, max_size=6))
def test_suggestion_is_a_known_word(word, known):
    """A suggestion is one of the known words, never the word itself, and never fails."""
    hint = errors.did_you_mean(word, known)

    assert hint == "" or any(hint == f" Did you mean {other!r}?" for other in known if other != word)


@given(st.integers(400, 5_000))
def test_a_long_word_is_cut(length):
    """What nobody would read is cut in the message, with its length; the facts keep the whole."""
    error = errors.CpasError(f"There is no {'x' * length} here.", id="x" * length)
    assert len(str(error)) < 200
    assert f"({length:,} characters)" in str(error)
    assert str(error).endswith("here.")
    assert len(error.id) == length
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
