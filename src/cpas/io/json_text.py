"""JSON as plain data. Well-formed texts are read at full speed, and looked at again only where something is odd."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from cpas.errors import FileError
from cpas.io.found import MAX_DEPTH, MAX_FOUND, MAX_VALUES, Found, Path, Token, too_deep, too_many, twice
from cpas.io.scalars import Odd

__all__ = ["json_tokens", "parse_json"]

# Possessive, and content with a missing end, so that no text makes them slow.
_STRING: Final = r'"(?:[^"\\]++|\\.)*+"?'
_STRINGS = re.compile(_STRING, re.DOTALL)
_NO_BRACKETS = re.compile(r"[^\[\]{}]+")
_TOKEN = re.compile(_STRING + r"|[\[\]{}:,]|[^\s\[\]{}:,\"]+", re.DOTALL)
_HALF = re.compile(r"\\u[dD][89a-fA-F]")


class _Repeated(dict[str, Any]):
    """A mapping in which a name was given twice."""

    names: tuple[str, ...] = ()


def parse_json(text: str, what: str) -> tuple[Any, list[Found]]:
    """Return the plain data of a JSON text, and the faults of its names.

    Examples
    --------
    >>> parse_json('{"id": "a", "id": "b"}', "Plan")[1][0].message
    "'id' is given twice. Keep one."
    """
    without_texts = _STRINGS.sub("", text)
    brackets = _NO_BRACKETS.sub("", without_texts)
    # As many values as commas and brackets: enough to refuse what no plan is.
    if without_texts.count(",") + len(brackets) > MAX_VALUES:
        raise too_many(what, None)
    if max(itertools.accumulate(1 if b in "[{" else -1 for b in brackets), default=0) > MAX_DEPTH:
        raise too_deep(what, None)
    repeated: list[_Repeated] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) == len(pairs):
            return result
        twice = _Repeated(result)
        seen: set[str] = set()
        twice.names = tuple(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # add returns None
        repeated.append(twice)
        return twice

    try:
        data = json.loads(text, object_pairs_hook=mapping, parse_int=_whole, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise FileError(
            f"{what} is not well-formed JSON: {error.msg} (line {error.lineno}, column {error.colno}).",
            line=error.lineno,
        ) from None
    found = list(itertools.islice(_repeated_names(data), MAX_FOUND)) if repeated else []
    if _HALF.search(text):
        found += _halves(data)
    return data, found


def _whole(digits: str) -> int | Odd:
    return int(digits) if len(digits) < 20 else Odd(digits[:30] + "…", "is too long for a number")


def _constant(word: str) -> Odd:
    return Odd(word, "is no JSON, and no number to compute with: leave the field out where there is none")


def _walk(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        yield from _walk(value, (*path, step))


def _repeated_names(data: Any) -> Iterator[Found]:
    for path, value in _walk(data):
        if isinstance(value, _Repeated):
            yield from (twice((*path, name)) for name in value.names)


def _halves(data: Any) -> Iterator[Found]:
    for path, value in _walk(data):
        if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
            yield Found(path, "It holds half of a character (a lone surrogate). Write the character itself.", "text")


def json_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a well-formed JSON text."""
    line, last = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        word = match.group()
        if word in "[{":
            yield (word, "", line, None)
        elif word in "]}":
            yield (".", "", line, None)
        elif word not in ",:":
            yield ("+", json.loads(word) if word[0] == '"' else word, line, None)
