"""CSV files: UTF-8, with commas, semicolons or tabs, read as text and nothing but text.

Read by the standard library some hundred lines at a time, so that a text is looked up in the list of those of its
column while the processor still has it at hand, and no more than the distinct ones are kept.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain, count, islice
from pathlib import Path
from threading import RLock
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cpas.errors import FileError
from cpas.io.headers import header_score
from cpas.tables.given import Sheet
from cpas.tables.given_columns import TextColumn

__all__ = ["read_csv"]

#: A longer first line is no header.
_LONGEST_HEADER: Final = 100_000
_MOST_COLUMNS: Final = 2_000
_DELIMITERS: Final = (",", ";", "\t")
#: Rows read at a time.
_BLOCK: Final = 500
#: A text that no file holds: twice in a line after the last, it is a row of two, but for a quote that is still open.
_END: Final = "\0"
#: Held while the limit of the standard library is lifted.
_LIMIT: Final = RLock()


def read_csv(path: Path, known: Sequence[str], *, what: str) -> Sheet:
    """Return a CSV file as a table in which every cell is text.

    Raises
    ------
    FileError
        If it is not UTF-8, no text at all, has no header, or a line with more cells than the header.
    """
    content = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    _refuse_what_is_no_text(content, what)
    skipped, header = _first_line(content, what)
    delimiter = _delimiter(header, known)

    names, columns = _parse(content, skipped, delimiter, what)
    return Sheet(
        headers=names,
        columns=columns,
        length=len(columns[0].codes),
        what=what,
        row_word="line",
        numbers=partial(_line_numbers, content, skipped, delimiter),
    )


def _refuse_what_is_no_text(content: bytes, what: str) -> None:
    if content.startswith(b"PK\x03\x04"):
        raise FileError(f"{what} is an Excel workbook or another zip file, not CSV. Give it the suffix .xlsx.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise FileError(f"{what} is in UTF-16 ('Unicode text'). Save it as 'CSV UTF-8'.")
    if b"\0" in content:
        line = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise FileError(f"{what} is no text: it has a NUL byte (line {line}). Is it another sort of file?", line=line)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{what} is not in UTF-8 (line {line}, byte {content[error.start]:#04x}): it was saved in an older "
            "encoding. Save it as 'CSV UTF-8'; which letters are meant cannot be known from the file.",
            line=line,
        ) from None


def _first_line(content: bytes, what: str) -> tuple[int, str]:
    """Return how many blank lines come before the header, and the header."""
    head = content[: _LONGEST_HEADER + 1].decode("utf-8", errors="ignore")
    lines = re.split(r"\r\n|\n|\r", head)
    skipped = next((n for n, line in enumerate(lines) if line.strip(" \t,;")), None)
    if skipped is None:
        raise FileError(f"{what} is empty: there is nothing in it but blank lines.")
    if len(content) > _LONGEST_HEADER and skipped == len(lines) - 1:
        raise FileError(f"{what} has no header: its first line is longer than {_LONGEST_HEADER:,} characters.")
    if max(lines[skipped].count(delimiter) for delimiter in _DELIMITERS) > _MOST_COLUMNS:
        raise FileError(f"{what} has no header: its first line has more than {_MOST_COLUMNS:,} cells.")
    return skipped, lines[skipped]


def _delimiter(header: str, known: Sequence[str]) -> str:
    """Return the sign that parts the header into most known names; the comma where all are alike."""

    def score(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=delimiter), [])
        return header_score(cells, known), len(cells)

    return max(_DELIMITERS, key=score)


def _parse(content: bytes, skipped: int, delimiter: str, what: str) -> tuple[list[str], list[TextColumn]]:
    """Read every cell as text: what it means is for the checks to say."""
    begins = partial(_beginnings, content, skipped, delimiter)
    with _cells_of_any_length():
        end = delimiter.join([_END, _END])
        blocks = _blocks(_rows(content, skipped, delimiter, end), begins, what)
        names = [name.strip() for name in next(blocks)[0]]
        # A text that is new to its column gets the next number.
        numbered = [defaultdict[str, int](count().__next__) for _ in names]
        codes = [[np.empty(0, dtype=np.int32)] for _ in names]
        read = 1
        for block in blocks:
            cells = zip(*_of_one_width(block, len(names), read, begins, what), strict=True)
            for numbers, found, column in zip(numbered, codes, cells, strict=False):
                found.append(np.fromiter(map(numbers.__getitem__, column), dtype=np.int32, count=len(block)))
            read += len(block)
    return names, [TextColumn(list(n), np.concatenate(found)) for n, found in zip(numbered, codes, strict=True)]


def _rows(content: bytes, skipped: int, delimiter: str, *end: str) -> Any:
    """Return a reader of the rows, the header first."""
    lines = islice(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline=""), skipped, None)
    return csv.reader(chain(lines, end), delimiter=delimiter)


def _blocks(rows: Iterator[list[str]], begins: Callable[[], NDArray[np.int64]], what: str) -> Iterator[list[list[str]]]:
    """Yield the header, then some rows at a time; refuse a quote that is never closed."""
    length = 1
    while block := list(islice(rows, length)):
        last = block[-1]
        if last and last[-1].endswith(_END):
            if last != [_END, _END]:
                line = int(begins()[-1])
                raise FileError(f"{what} has a double quote in line {line} that is never closed.", line=line)
            block.pop()
        if block:
            yield block
        length = _BLOCK


def _of_one_width(
    rows: list[list[str]], width: int, first: int, begins: Callable[[], NDArray[np.int64]], what: str
) -> list[list[str]]:
    """Return rows filled up with blank cells to the width of the header; refuse one that has more."""
    if set(map(len, rows)) == {width}:
        return rows
    for n, row in enumerate(rows):
        if len(row) > width:
            line = int(begins()[first + n])
            raise FileError(
                f"{what} has {len(row)} cells in line {line}, and {width} in its header. Put a text that holds the "
                "delimiter in double quotes, and write decimals with a point.",
                line=line,
            )
    return [row + [""] * (width - len(row)) for row in rows]


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Lift the standard library's limit to the length of a cell, which holds for the process, and put it back."""
    with _LIMIT:
        before = csv.field_size_limit(2**31 - 1)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _beginnings(content: bytes, skipped: int, delimiter: str) -> NDArray[np.int64]:
    """Return the line on which each row begins, the header first."""
    if b'"' not in content:
        return np.arange(skipped + 1, skipped + 2 + content.count(b"\n") + content.count(b"\r"), dtype=np.int64)
    begins, line = [], skipped + 1
    reader = _rows(content, skipped, delimiter)
    for _ in reader:
        begins.append(line)
        line = skipped + reader.line_num + 1
    return np.array(begins, dtype=np.int64)


def _line_numbers(content: bytes, skipped: int, delimiter: str, length: int) -> NDArray[np.int64]:
    """Return the line on which each row begins; only a text over several lines makes that more than counting."""
    with _cells_of_any_length():
        return _beginnings(content, skipped, delimiter)[1 : length + 1]
