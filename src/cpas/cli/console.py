"""What a command says: results on standard output, everything about them on standard error."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TextIO

from cpas.display import text_table, wrap_text

__all__ = ["Console", "fit_for"]

#: What stands for a sign that an old terminal cannot show.
_PLAIN: Final = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "…": "...", "→": "->", "≥": ">=", "≤": "<=", "×": "x", "·": "-", "’": "'"}
)
_NARROWEST: Final = 40
_WIDEST: Final = 120
_BAR: Final = 20
_CLEAR: Final = "\r\x1b[K"


def fit_for(text: str, encoding: str | None) -> str:
    """Return a text with nothing in it that an encoding does not have.

    Examples
    --------
    >>> fit_for("change – not seen", "ascii"), fit_for("Médine", "ascii"), fit_for("Médine", "utf-8")
    ('change - not seen', 'M?dine', 'Médine')
    """
    name = encoding or "utf-8"
    try:
        text.encode(name)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(name, "replace").decode(name)
    return text


class Console:
    """Where a command writes.

    Parameters
    ----------
    as_json : bool
        Results are JSON and nothing else.
    quiet : bool
        Only results and errors are written.

    Examples
    --------
    >>> Console().table(["id", "score"], [["OC-1", 57.9]])
    id    score
    ----  -----
    OC-1   57.9
    >>> Console(as_json=True).json({"score": 57.9})
    {
      "score": 57.9
    }
    """

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet

    @property
    def progress_bar(self) -> bool | None:
        """What a verb is told of bars: none where quiet or for programs, else as it sees fit."""
        return False if self.quiet or self.as_json else None

    @property
    def width(self) -> int:
        """Columns of the terminal, within reason."""
        return max(_NARROWEST, min(shutil.get_terminal_size((80, 24)).columns, _WIDEST))

    def say(self, text: str = "") -> None:
        """Write a line of a result."""
        _write(sys.stdout, text + "\n")

    def paragraph(self, text: str, *, indent: str = "") -> None:
        """Write a text of any length, wrapped."""
        self.say(wrap_text(text, width=self.width, indent=indent))

    def heading(self, text: str) -> None:
        """Write a title between blank lines."""
        self.say()
        self.say(text)
        self.say("-" * min(len(text), self.width))

    def table(self, columns: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
        """Write a table."""
        self.say(text_table(columns, rows, width=self.width))

    def json(self, data: Any) -> None:
        """Write a result for programs; a sign that the terminal lacks is written as its number."""
        text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
        if fit_for(text, sys.stdout.encoding) != text:
            text = json.dumps(data, indent=2, allow_nan=False)
        self.say(text)

    def note(self, text: str) -> None:
        """Write something about the result, such as where it was put."""
        if not self.quiet and not self.as_json:
            _write(sys.stderr, wrap_text(text, width=self.width) + "\n")

    @contextmanager
    def progress(self, steps: int) -> Iterator[Callable[[str], None]]:
        """Give a function that says which step of a long work is next, by a bar on a terminal that is watched."""
        shown = not self.quiet and not self.as_json and sys.stderr.isatty()
        done = 0

        def step(name: str) -> None:
            nonlocal done
            if shown:
                _write(sys.stderr, _bar(done, max(steps, done + 1), name))
            done += 1

        try:
            yield step
        finally:
            if shown:
                _write(sys.stderr, _CLEAR)


def _bar(done: int, all_: int, name: str) -> str:
    filled = _BAR * done // all_
    return f"{_CLEAR}[{'#' * filled}{'.' * (_BAR - filled)}] {done + 1}/{all_} {name}"


def _write(stream: TextIO, text: str) -> None:
    stream.write(fit_for(text, stream.encoding))
    stream.flush()
