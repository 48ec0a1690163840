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
from cpas.io.yaml_text import yaml_tokens
from cpas.io.yaml_tree import parse_yaml

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
        lines: dict[Path, int] = {}
        if self.text:
            twice = any(one.code == "duplicate_name" for one in listed)
            lines = _lines(_trace(self.text, self.form), {one.path for one in listed if one.path}, to_end=twice)
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


class _Open:
    """A mapping or list whose end has not come yet."""

    __slots__ = ("is_list", "name", "path", "position")

    def __init__(self, path: Path, is_list: bool) -> None:
        self.path = path
        self.is_list = is_list
        self.position = 0
        #: Name whose value comes next.
        self.name: str | None = None


def _lines(tokens: Iterable[Token], wanted: set[Path], *, to_end: bool) -> dict[Path, int]:
    """Return the line of each wanted way, or that of the nearest thing around it.

    Parameters
    ----------
    to_end : bool
        Whether to read on when all are found, because the last of two of the same name is meant.
    """
    around = {path[:length] for path in wanted for length in range(len(path) + 1)}
    known: dict[Path, int] = {}
    stack: list[_Open] = []
    inside_other = 0
    for sort, word, line, _ in tokens if wanted else ():
        if inside_other:
            inside_other += (sort in "{[") - (sort == ".")
        elif sort == ".":
            stack.pop()
        else:
            path, is_named = _step(stack[-1] if stack else None, word)
            # A value stands where its name does, also if it begins on the next line.
            if path in around and not is_named:
                known[path] = line
                if not to_end and wanted <= known.keys():
                    break
            if sort in "{[":
                if path in around:
                    stack.append(_Open(path, sort == "["))
                else:
                    inside_other = 1
    return {path: _nearest(path, known) for path in wanted if _nearest(path, known)}


def _step(top: _Open | None, word: str) -> tuple[Path, bool]:
    """Return the way to what comes next, and whether its name has said so already."""
    if top is None:
        return (), False
    if top.is_list:
        top.position += 1
        return (*top.path, top.position - 1), False
    if top.name is None:
        top.name = word
        return (*top.path, word), False
    name, top.name = top.name, None
    return (*top.path, name), True


def _nearest(path: Path, known: dict[Path, int]) -> int:
    return next((known[path[:n]] for n in range(len(path), 0, -1) if path[:n] in known), 0)
