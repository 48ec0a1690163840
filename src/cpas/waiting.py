"""A bar for whoever waits: how far a long piece of work is, where somebody is there to see it.

Nothing is shown for the first second, nor to a program, a log or a pipe. The bar itself is tqdm's, an optional
dependency: without it the same is done in silence.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from importlib.util import find_spec
from typing import Any, Final, TypeVar

from cpas.errors import MissingExtraError

__all__ = ["is_watched", "watched"]

T = TypeVar("T")

#: Seconds that people wait without asking.
_PATIENCE: Final = 1.0


def watched(
    things: Iterable[T],
    what: str,
    *,
    total: int | None = None,
    progress_bar: bool | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[T]:
    """Yield the things as they are, with a bar once going through them has taken a second.

    Parameters
    ----------
    things : iterable
        What is gone through; it is not looked at before it is asked for.
    what : str
        What is done, such as ``Assessing``; it stands before the bar.
    total : int, optional
        How many there are, where that is known and `things` does not say it.
    progress_bar : bool, optional
        Whether to show one; where not said, if somebody :func:`is_watching <is_watched>`.
    clock : callable
        Seconds; for tests.

    Raises
    ------
    MissingExtraError
        If a bar is asked for and tqdm is not installed.

    Examples
    --------
    >>> list(watched(["OC-1", "OC-2"], "Assessing", progress_bar=False))
    ['OC-1', 'OC-2']
    """
    if progress_bar and find_spec("tqdm") is None:
        raise MissingExtraError.named("tqdm", extra="progress", why="A progress bar")
    if not (is_watched() if progress_bar is None else progress_bar):
        return iter(things)
    known = len(things) if total is None and isinstance(things, Sized) else total
    return _with_bar(things, what, known, clock)


def _with_bar(things: Iterable[T], what: str, total: int | None, clock: Callable[[], float]) -> Iterator[T]:
    begin, bar = clock(), None
    try:
        for done, thing in enumerate(things):
            if bar is not None:
                bar.update()
            elif clock() - begin >= _PATIENCE:
                bar = _bar(what, done, total)
            yield thing
    finally:
        # However it ends, by Ctrl-C too, the line is left as it was found.
        if bar is not None:
            bar.close()


def _bar(what: str, done: int, total: int | None) -> Any:
    if _is_notebook() and find_spec("ipywidgets") is not None:
        from tqdm.notebook import tqdm
    else:
        from tqdm.std import tqdm
    return tqdm(desc=what, initial=done, total=total, leave=False, file=sys.stderr)


def is_watched() -> bool:
    """Whether somebody is there to see a bar: at a terminal or in a notebook, and tqdm is installed.

    A program that uses the library has no terminal, or sends its errors elsewhere: it sees nothing.

    Examples
    --------
    >>> is_watched()
    False
    """
    return find_spec("tqdm") is not None and (_is_terminal() or _is_notebook())


def _is_terminal() -> bool:
    # A program without a console has no standard error at all.
    is_there = sys.stderr is not None and sys.stderr.isatty()
    return is_there and os.environ.get("TERM") != "dumb"


def _is_notebook() -> bool:
    """Whether a kernel of Jupyter runs this; it has loaded IPython then, so nothing is loaded to ask."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
