"""What the readers of YAML and of JSON share: ways to values, faults before their line is known, and limits."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from cpas.errors import FileError

__all__ = [
    "MAX_ALIASED",
    "MAX_DEPTH",
    "MAX_FOUND",
    "MAX_VALUES",
    "Form",
    "Found",
    "Path",
    "Token",
    "path_text",
    "too_deep",
    "too_many",
    "twice",
]

Form = Literal["yaml", "json"]
#: Way to a value: names in mappings, positions in lists.
Path = tuple[str | int, ...]

MAX_DEPTH: Final = 50
#: Names and values of a file, those that aliases repeat included.
MAX_VALUES: Final = 2_000_000
MAX_ALIASED: Final = 100_000
#: More faults than anybody reads; a file with so many is another sort of file.
MAX_FOUND: Final = 1_000


class Found(NamedTuple):
    """A fault before its line is known."""

    #: Way to the value.
    path: Path
    #: What is wrong, and how to mend it.
    message: str
    #: Stable word for the sort of fault.
    code: str = "field"


#: One step of reading a text: its sort, its word, its line, and the name under which it may be repeated.
#: Sorts: ``{`` ``[`` begin, ``.`` ends, ``*`` repeats, ``-`` is an unquoted word, ``+`` a quoted text.
#: A plain tuple, because a file has millions.
Token = tuple[str, str, int, str | None]


def path_text(path: Path) -> str:
    """Return a way as an error shows it.

    Examples
    --------
    >>> path_text(("outcomes", 1, "stakeholders", 0)), path_text(("units", "bus stop"))
    ('outcomes[1].stakeholders[0]', "units['bus stop']")
    """
    parts = [
        f"[{step}]" if isinstance(step, int) else f".{step}" if step.isidentifier() else f"[{step!r}]" for step in path
    ]
    return "".join(parts).removeprefix(".")


def twice(path: Path) -> Found:
    """Return the fault of a name that a mapping has twice."""
    return Found(path, f"{path[-1]!r} is given twice. Keep one.", "duplicate_name")


def too_many(what: str, line: int | None) -> FileError:
    """Return the error for a text with more values than are read."""
    return FileError(f"{what} has more than {MAX_VALUES:,} values, the most that are read.", line=line)


def too_deep(what: str, line: int | None) -> FileError:
    """Return the error for a text whose lists and mappings stand too deep in one another."""
    near = f" (line {line})" if line else ""
    return FileError(f"{what} nests more than {MAX_DEPTH} deep{near}. No plan does: is it another file?", line=line)
