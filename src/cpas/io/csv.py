"""CSV files: UTF-8, with commas, semicolons or tabs, read as text and nothing but text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cpas.errors import FileError
from cpas.io.headers import header_score
from cpas.tables.given import Given

__all__ = ["read_csv"]

#: A longer first line is no header.
_LONGEST_HEADER: Final = 100_000
_MOST_COLUMNS: Final = 2_000
_DELIMITERS: Final = (",", ";", "\t")


def read_csv(path: Path, known: Sequence[str], *, what: str) -> Given:
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
    frame = _parse(content, skipped, delimiter, what)
    names = [str(frame[column].iat[0]).strip() for column in frame.columns]
    body = frame.iloc[1:].reset_index(drop=True)
    body.columns = pd.Index(names, dtype=object)

    def numbers(length: int) -> NDArray[np.int64]:
        return _line_numbers(content, delimiter, skipped, length)

    return Given(frame=body, what=what, row_word="line", numbers=numbers)


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


def _parse(content: bytes, skipped: int, delimiter: str, what: str) -> pd.DataFrame:
    """Read every cell as text: what it means is for the checks to say."""
    try:
        return pd.read_csv(
            io.BytesIO(content),
            sep=delimiter,
            header=None,
            skiprows=skipped,
            dtype=object,
            encoding="utf-8",
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
            engine="c",
            low_memory=False,
        )
    except pd.errors.ParserError as error:
        raise _parser_error(str(error), skipped, what) from None
    except pd.errors.EmptyDataError:
        raise FileError(f"{what} is empty.") from None


def _parser_error(message: str, skipped: int, what: str) -> FileError:
    cells = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message)
    if cells:
        line = int(cells[2])
        return FileError(
            f"{what} has {cells[3]} cells in line {line}, and {cells[1]} in its header. Put a text that holds the "
            "delimiter in double quotes, and write decimals with a point.",
            line=line,
        )
    quote = re.search(r"EOF inside string starting at row (\d+)", message)
    if quote:
        line = int(quote[1]) + skipped + 1
        return FileError(f"{what} has a double quote in line {line} that is never closed.", line=line)
    return FileError(f"{what} cannot be read as CSV: {message.strip()}")


def _line_numbers(content: bytes, delimiter: str, skipped: int, length: int) -> NDArray[np.int64]:
    """Return the line on which each row begins; only a text over several lines makes that more than counting."""
    plain = np.arange(length, dtype=np.int64) + skipped + 2
    if b'"' not in content:
        return plain
    reader = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), delimiter=delimiter)
    begins, line = [], 1
    for _ in reader:
        begins.append(line)
        line = reader.line_num + 1
    found = np.array(begins[skipped + 1 :], dtype=np.int64)
    return found if len(found) == length else plain
