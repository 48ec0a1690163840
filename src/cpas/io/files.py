"""Bytes from files and back: limits, encodings, and writing whole or not at all."""

from __future__ import annotations

import codecs
import os
import secrets
from pathlib import Path
from typing import Final

from cpas.errors import FileError

__all__ = ["MAX_BYTES", "decode", "read_text", "write_bytes", "write_text"]

#: Larger files are refused before they are read: 20 MB is a plan of some 100,000 elements.
MAX_BYTES: Final = 20_000_000


# These three are also what a stranger would catch, and are FileError to everybody else.
class _NoSuchFileError(FileError, FileNotFoundError):
    pass


class _NotAFileError(FileError, IsADirectoryError):
    pass


class _NoAccessError(FileError, OSError):
    pass


def read_text(path: str | os.PathLike[str], *, what: str, max_bytes: int = MAX_BYTES) -> str:
    """Return the text of a file.

    Parameters
    ----------
    what : str
        What an error calls it: ``"Plan file 'mission.yaml'"``.
    max_bytes : int
        A larger file is refused before it is read.

    Raises
    ------
    FileError
        If it is not there (also a FileNotFoundError), is a folder, is too large, or is no text.

    Examples
    --------
    >>> read_text("no/such.yaml", what="Plan file 'no/such.yaml'")
    Traceback (most recent call last):
    ...
    cpas.io.files._NoSuchFileError: Plan file 'no/such.yaml' is not there. Check the name and the folder.
    """
    try:
        with Path(path).open("rb") as file:
            # One byte more than allowed tells a file that is too large, whatever the system says of its size.
            content = file.read(max_bytes + 1) if os.fstat(file.fileno()).st_size <= max_bytes else None
    except FileNotFoundError:
        message = f"{what} is not there. Check the name and the folder."
        raise _NoSuchFileError(message, path=os.fspath(path)) from None
    except IsADirectoryError:
        raise _NotAFileError(f"{what} is a folder. Give a file in it.", path=os.fspath(path)) from None
    except (OSError, ValueError) as error:
        raise _NoAccessError(f"{what} cannot be opened: {_reason(error)}.", path=os.fspath(path)) from None
    if content is None or len(content) > max_bytes:
        raise FileError(
            f"{what} is larger than {max_bytes / 1e6:g} MB, the most that is read. "
            "Is it another file? If not, raise the limit (max_bytes=…).",
            path=os.fspath(path),
        )
    return decode(content, what=what)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def decode(content: bytes, *, what: str) -> str:
    r"""Return bytes as text: UTF-8, with or without the mark that some programs put before it.

    Raises
    ------
    FileError
        If it is empty, another encoding, or no text at all.

    Examples
    --------
    >>> decode(b"title: caf\xe9", what="Plan file 'p.yaml'")
    Traceback (most recent call last):
    ...
    cpas.errors.FileError: Plan file 'p.yaml' is not in UTF-8 (byte 11, line 1). Save it as UTF-8.
    """
    if content.startswith(b"PK\x03\x04"):
        raise FileError(f"{what} is an Excel workbook or another zip file, not a text. Plans are YAML or JSON.")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or content[1:2] == b"\0" or content[:1] == b"\0":
        raise FileError(f"{what} is in UTF-16 or is no text. Save it as UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{what} is not in UTF-8 (byte {error.start + 1}, line {line}). Save it as UTF-8.", line=line
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileError(f"{what} has a NUL byte (line {line}): it is no text, or was cut when saved.", line=line)
    if not text.strip():
        raise FileError(f"{what} is empty. It should begin with 'format: 1'.")
    return text


def write_text(text: str, path: str | os.PathLike[str], *, what: str) -> None:
    """Write a text to a file, whole or not at all: a reader never finds half of it.

    Raises
    ------
    FileError
        If the folder is not there, or may not be written to.

    Examples
    --------
    >>> write_text("format: 1", "no/such/plan.yaml", what="Plan file 'no/such/plan.yaml'")
    Traceback (most recent call last):
    ...
    cpas.io.files._NoAccessError: Plan file 'no/such/plan.yaml' cannot be written: No such file or directory.
    """
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        near = text[max(0, error.start - 30) : error.start]
        raise FileError(
            f"{what} is not written: after {near!r} there is half of a character (a lone surrogate), which is no text.",
            path=os.fspath(path),
        ) from None
    write_bytes(content, path, what=what)


def write_bytes(content: bytes, path: str | os.PathLike[str], *, what: str) -> None:
    """Write bytes to a file, whole or not at all; raises as :func:`write_text` does.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "mission.xlsx")
    >>> write_bytes(b"PK", path, what="Workbook")
    >>> path.read_bytes()
    b'PK'
    """
    try:
        # A link is followed, so that it still points to the file afterwards.
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _replace(target, content)
    except (OSError, ValueError) as error:
        raise _NoAccessError(f"{what} cannot be written: {_reason(error)}.", path=os.fspath(path)) from None


def _replace(target: Path, content: bytes) -> None:
    temporary = target.with_name(f".{target.name[:40]}.{secrets.token_hex(6)}.tmp")
    try:
        # Made by open, not by tempfile, so that a new file gets the permissions that any new file gets.
        with temporary.open("xb") as file:
            file.write(content)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
