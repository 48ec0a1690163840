"""Plain data from the text of a YAML or JSON file, read safely, with the line of each fault."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from cpas.errors import Fault, FileError, PlanError
from cpas.io.files import MAX_BYTES, read_text
from cpas.io.found import Form, Found, Path, Token, path_text
from cpas.io.json_text import json_tokens, parse_json
from cpas.io.scalars import shown
from cpas.io.yaml_text import parse_yaml, yaml_tokens

__all__ = ["Parsed", "form_of", "open_text", "parse"]


@attrs.frozen
class Parsed:
    """The plain data of a text, and what was wrong with its form."""

    #: What errors call it: ``"Plan file 'mission.yaml'"``.
    what: str
    #: Mappings, lists, texts, numbers, truth values, days, nothing.
    data: dict[str, Any]
    #: Names given twice, or not texts.
    found: tuple[Found, ...] = ()
    #: The text itself, to look lines up in; empty for data that was no text.
    text: str = ""
    #: YAML or JSON.
    form: Form = "yaml"

    def refusal(self, found: Iterable[Found], **facts: Any) -> PlanError:
        """Return the error that lists what was found, each with its line, in the order of lines."""
        listed = list(found)
        lines = _lines(_trace(self.text, self.form), {one.path for one in listed}) if self.text else {}
        faults = [Fault(path_text(one.path), one.message, one.code, lines.get(one.path)) for one in listed]
        return PlanError.of(sorted(faults, key=lambda fault: fault.line or 0), what=self.what, **facts)


def open_text(path: str | os.PathLike[str], *, kind: str, max_bytes: int = MAX_BYTES) -> Parsed:
    """Return the plain data of a YAML or JSON file.

    Parameters
    ----------
    kind : str
        What sort of file it is, for errors: ``"Plan file"``.

    Examples
    --------
    >>> open_text("no/such.yaml", kind="Plan file")
    Traceback (most recent call last):
    ...
    cpas.io.files._NoSuchFileError: Plan file 'no/such.yaml' is not there. Check the name and the folder.
    """
    what = f"{kind} {os.fspath(path)!r}"
    text = read_text(path, what=what, max_bytes=max_bytes)
    return parse(text, form=form_of(path, text), what=what)


def form_of(path: str | os.PathLike[str], text: str | None = None) -> Form:
    """Return whether a file is YAML or JSON, by its name, else by the text it holds.

    Examples
    --------
    >>> form_of("plan.yml"), form_of("plan.txt", "{}")
    ('yaml', 'json')
    """
    name = os.fspath(path)
    ending = os.path.splitext(name)[1].lower()
    if ending in (".yaml", ".yml"):
        return "yaml"
    if ending == ".json":
        return "json"
    if text is None:
        raise FileError(f"{name!r} ends in {ending!r}: end the name in .yaml or .json, to say which is wanted.")
    return "json" if text.lstrip().startswith("{") else "yaml"


def parse(text: str, *, form: Form, what: str) -> Parsed:
    r"""Return the plain data of a YAML or JSON text with a mapping at its top.

    Raises
    ------
    FileError
        If it is not well formed, nests more than 50 deep, has more than 2,000,000 values, names a tag, holds several
        documents, or begins with anything but a mapping.

    Examples
    --------
    >>> parse("format: 1\nid: demo\nunits: {patrol: count}", form="yaml", what="Plan").data
    {'format': 1, 'id': 'demo', 'units': {'patrol': 'count'}}
    """
    data, found = parse_json(text, what) if form == "json" else parse_yaml(text, what)
    if not isinstance(data, dict):
        raise FileError(
            f"{what} holds {shown(data)} at its top, where names with values should be: 'format: 1', 'id: …'."
        )
    return Parsed(what, data, tuple(found), text, form)


# -- lines -----------------------------------------------------------------------------------------


def _trace(text: str, form: Form) -> Iterator[Token]:
    return json_tokens(text) if form == "json" else yaml_tokens(text, "")


def _lines(tokens: Iterable[Token], wanted: set[Path]) -> dict[Path, int]:
    """Return the line of each wanted way, or that of the nearest thing around it."""
    near = {path[:length] for path in wanted for length in range(len(path) + 1)}
    known: dict[Path, int] = {}
    #: The way to each open thing; its next position in a list; the name that waits for its value.
    stack: list[list[Any]] = []
    for sort, word, line, _ in tokens:
        if sort == ".":
            stack.pop()
            continue
        top = stack[-1] if stack else None
        if top is not None and top[1] is None and top[2] is None:
            top[2] = word
            _note(known, near, (*top[0], word), line)
            continue
        path: Path = () if top is None else (*top[0], top[2] if top[1] is None else top[1])
        if top is not None and top[1] is not None:
            _note(known, near, path, line)
            top[1] += 1
        elif top is not None:
            top[2] = None
        if sort in "{[":
            stack.append([path, 0 if sort == "[" else None, None])
    return {path: _nearest(path, known) for path in wanted if path and _nearest(path, known)}


def _note(known: dict[Path, int], near: set[Path], path: Path, line: int) -> None:
    if path in near:
        known[path] = line


def _nearest(path: Path, known: dict[Path, int]) -> int:
    return next((known[path[:n]] for n in range(len(path), 0, -1) if path[:n] in known), 0)
