"""Tables and paragraphs in text, of so many columns of a terminal."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cpas.display.escaping import clean_text
from cpas.display.figures import cell_text, is_missing, is_number
from cpas.errors import RequestError

_GAP: Final = "  "
#: Most lines of a cell, and how narrow a column of text may become before numbers give way too.
_LINES: Final = 4
_NARROW: Final = 8


def text_table(
    columns: Sequence[object], rows: Iterable[Sequence[object]], *, width: int = 80, digits: int | None = 1
) -> str:
    """Return a table in text, never wider than `width` unless there are too many columns for it.

    Texts wrap, and end in "…" after four lines; a number that does not fit is "…" alone, never cut.

    Examples
    --------
    >>> print(text_table(["id", "score"], [["OC-1", 57.9], ["OC-2", None]]))
    id    score
    ----  -----
    OC-1   57.9
    OC-2      –
    """
    body = checked_rows(columns, rows)
    right = right_aligned(body, len(columns))
    cells = [[clean_text(column) for column in columns], *([cell_text(value, digits) for value in row] for row in body)]
    widths = _fitted([max(map(text_width, column)) for column in zip(*cells, strict=True)], right, width)
    heads = _text_lines(cells[0], widths, right, whole=[False] * len(columns))
    lines = [line for row in cells[1:] for line in _text_lines(row, widths, right, whole=right)]
    rule = _GAP.join("-" * size for size in widths)
    return "\n".join(line.rstrip() for line in [*heads, rule, *lines])


def text_width(text: str) -> int:
    r"""Return how many columns of a terminal a text takes: two for a wide character, none for a combining one.

    Examples
    --------
    >>> text_width("abc"), text_width("日本"), text_width("e\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap_text(text: object, *, width: int = 80, indent: str = "") -> str:
    """Return `text` in lines that are never wider than `width`, each after `indent`.

    Examples
    --------
    >>> print(wrap_text("delivered, change not seen", width=14, indent="  "))
      delivered,
      change not
      seen
    """
    lines = _broken(clean_text(text), max(width - text_width(indent), 2))
    return "\n".join((indent + line).rstrip() for line in lines)


def _fitted(widths: Sequence[int], right: Sequence[bool], width: int) -> list[int]:
    """Return column widths that fit: the widest texts give way first, then numbers."""
    room = width - len(_GAP) * (len(widths) - 1)
    if room < len(widths):  # too many columns: readable, and wider than was asked for
        return [max(1, min(size, _NARROW)) for size in widths]
    fitted = [max(1, min(size, room)) for size in widths]
    for floor, may in ((_NARROW, [not number for number in right]), (1, [True] * len(fitted))):
        while sum(fitted) > room:
            size, place = max((size if may[place] else 0, -place) for place, size in enumerate(fitted))
            if size <= floor:
                break
            fitted[-place] -= 1
    return fitted


def _text_lines(
    row: Sequence[str], widths: Sequence[int], right: Sequence[bool], *, whole: Sequence[bool]
) -> list[str]:
    columns = [_wrapped(text, size, whole=uncut) for text, size, uncut in zip(row, widths, whole, strict=True)]
    return [
        _GAP.join(
            _padded(column[line] if line < len(column) else "", size, number)
            for column, size, number in zip(columns, widths, right, strict=True)
        )
        for line in range(max(map(len, columns), default=0))
    ]


def _padded(text: str, size: int, right: bool) -> str:
    space = " " * (size - text_width(text))
    return space + text if right else text + space


def _wrapped(text: str, size: int, *, whole: bool) -> list[str]:
    """Return a cell's lines; a number cut short would be another number, so it is left out whole."""
    if text_width(text) <= size:
        return [text]
    if whole:
        return ["…"]
    lines = list(itertools.islice(_broken(text, size), _LINES + 1))
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], _cut(lines[_LINES - 1], size - 1) + "…"]


def _broken(text: str, size: int) -> Iterator[str]:
    """Yield lines of at most `size` columns, broken at spaces where there are any."""
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if text_width(joined) <= size:
            line = joined
            continue
        if line:
            yield line
        line = word
        while text_width(line) > size:
            start = _cut(line, size) or "…"  # one wide character in one column
            yield start
            line = line[len(start) :]
    if line:
        yield line


def _cut(text: str, size: int) -> str:
    """Return the longest beginning of `text` that takes at most `size` columns."""
    taken = 0
    for place, character in enumerate(text):
        taken += _character_width(character)
        if taken > size:
            return text[:place]
    return text


def checked_rows(columns: Sequence[object], rows: Iterable[Sequence[object]]) -> list[tuple[object, ...]]:
    """Return the rows, each with one cell a column.

    Raises
    ------
    RequestError
        If a row is longer or shorter.

    Examples
    --------
    >>> checked_rows(["id"], [["OC-1"]])
    [('OC-1',)]
    """
    found = [tuple(row) for row in rows]
    for number, row in enumerate(found):
        if len(row) != len(columns):
            raise RequestError(f"Row {number} has {len(row)} cells under {len(columns)} columns.", row=number)
    return found


def right_aligned(rows: Sequence[Sequence[object]], count: int) -> list[bool]:
    """Return which columns hold numbers, and nothing else but missing values.

    Examples
    --------
    >>> right_aligned([["OC-1", 1], ["OC-2", None]], 2)
    [False, True]
    """
    columns = [[row[place] for row in rows if not is_missing(row[place])] for place in range(count)]
    return [bool(column) and all(map(is_number, column)) for column in columns]
