"""Bars for whoever waits: after a second, at a terminal or in a notebook, and nowhere else."""

from __future__ import annotations

import io
import itertools
import sys
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cpas
from cpas import waiting
from cpas.errors import MissingExtraError
from cpas.testing import conformance
from cpas.waiting import is_watched, watched


class Terminal(io.StringIO):
    """Standard error as somebody sees it."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say that it is seen."""
        return True


@pytest.fixture
def look(monkeypatch):
    """Return a function that puts somebody in front of standard error: in the test, for pytest replaces it before."""
    pytest.importorskip("tqdm")

    def at_terminal() -> Terminal:
        seen = Terminal()
        monkeypatch.setattr(sys, "stderr", seen)
        monkeypatch.setenv("TERM", "xterm")
        return seen

    return at_terminal


def ticking(seconds):
    """Return a clock that moves so many seconds each time it is looked at."""
    return itertools.count(0, seconds).__next__


# -- laws ------------------------------------------------------------------------------------------


@given(st.lists(st.integers(), max_size=30), st.booleans())
def test_things_as_they_are(things, progress_bar):
    """A bar changes nothing of what is gone through."""
    pytest.importorskip("tqdm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", Terminal())
        assert things == list(watched(iter(things), "Counting", progress_bar=progress_bar, clock=ticking(0.4)))


def test_nothing_is_fetched_early(look):
    """What comes one by one is asked for one by one."""
    look()
    fetched = []
    source = (fetched.append(n) or n for n in range(10))
    gone_through = watched(source, "Reading", total=10, clock=ticking(5))
    next(gone_through)

    assert fetched == [0]


# -- when it is shown --------------------------------------------------------------------------------


def test_a_long_wait(look):
    """After a second there is a bar, with what is done, how much of it, and it goes when all is done."""
    terminal = look()
    list(watched(range(40), "Assessing", clock=ticking(1)))
    seen = terminal.getvalue()

    assert "Assessing" in seen
    assert "/40" in seen
    assert seen.endswith("\r")


def test_a_short_wait(look):
    """Within a second nothing is shown."""
    terminal = look()
    list(watched(range(40), "Assessing", clock=ticking(0.01)))

    assert terminal.getvalue() == ""


def test_not_wanted(look):
    """Somebody who says no sees none, at a terminal too."""
    terminal = look()
    list(watched(range(40), "Assessing", progress_bar=False, clock=ticking(1)))

    assert terminal.getvalue() == ""


def test_embedded(monkeypatch):
    """A program, a log or a pipe sees nothing."""
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    list(watched(range(40), "Assessing", clock=ticking(1)))

    assert not is_watched()
    assert seen.getvalue() == ""


def test_without_standard_error(monkeypatch):
    """A program without a console has no standard error."""
    monkeypatch.setattr(sys, "stderr", None)

    assert list(watched(range(3), "Assessing", clock=ticking(1))) == [0, 1, 2]


def test_a_terminal_that_cannot_go_back(look, monkeypatch):
    """A dumb terminal cannot draw a bar over itself."""
    look()
    monkeypatch.setenv("TERM", "dumb")

    assert not is_watched()


def test_a_notebook(monkeypatch):
    """In a kernel of Jupyter somebody looks on, though it has no terminal; in IPython without one, nobody."""
    pytest.importorskip("tqdm")
    shell = ModuleType("IPython")
    monkeypatch.setitem(sys.modules, "IPython", shell)
    shell.get_ipython = lambda: SimpleNamespace(kernel=object())
    assert is_watched()

    shell.get_ipython = lambda: SimpleNamespace()
    assert not is_watched()


def test_not_installed(look, monkeypatch):
    """Without tqdm the work is done in silence; whoever asks for a bar is told what to install."""
    look()
    monkeypatch.setattr(waiting, "find_spec", lambda name: None)

    assert list(watched(range(3), "Assessing", clock=ticking(1))) == [0, 1, 2]
    with pytest.raises(MissingExtraError, match=r"cpas\[progress\]"):
        watched(range(3), "Assessing", progress_bar=True)


# -- how it ends -------------------------------------------------------------------------------------


def test_interrupted(look):
    """Ctrl-C takes the bar away."""
    terminal = look()

    def interrupt():
        for n in watched(range(40), "Assessing", clock=ticking(1)):
            if n == 20:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert terminal.getvalue().endswith("\r")


# -- the verbs ---------------------------------------------------------------------------------------


def _verbs(folder):
    """Yield the verbs that may take long, each as a function of `progress_bar`."""
    plan, observed = cpas.datasets.load("kessara")
    scores = cpas.score(cpas.aggregate(observed, by="quarter"))
    assessment = cpas.assess(scores, at="2025-Q2", progress_bar=False)
    golden = [case for case in conformance.cases() if case.id == "golden-means"]
    yield lambda shown: cpas.assess(scores, at="2025-Q2", progress_bar=shown)
    yield lambda shown: cpas.explain(scores, "OC-2", progress_bar=shown)
    yield lambda shown: cpas.report(assessment, progress_bar=shown)
    yield lambda shown: cpas.template(plan, "2025-Q3", path=folder / "form.xlsx", progress_bar=shown)
    yield lambda shown: conformance.run(golden, progress_bar=shown)


@pytest.mark.parametrize("number", range(5))
def test_of_a_verb(look, number, tmp_path, monkeypatch):
    """Every verb that may take long has a bar, and leaves it away when told."""
    monkeypatch.setattr(waiting, "_PATIENCE", 0.0)
    verb = list(_verbs(tmp_path))[number]
    terminal = look()
    verb(False)
    assert terminal.getvalue() == ""

    verb(True)
    assert terminal.getvalue()
