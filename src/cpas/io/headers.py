"""Names of columns: matched exactly, but for spaces at the ends and capitals; what is not known is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cpas.errors import Fault, FileError, did_you_mean

__all__ = ["HELPERS", "header_score", "is_helper", "match_headers"]

#: Columns that are there for the eye of whoever fills in a form; a table with the first of them is one.
HELPERS = ("[name]", "[last value]", "[last period]")
#: Longest name of a column that is repeated in full.
_LONGEST = 60


def is_helper(header: str) -> bool:
    """Return whether a column is for the reader's eye only: its name stands in square brackets.

    Examples
    --------
    >>> is_helper("[last value]"), is_helper("value")
    (True, False)
    """
    return header.startswith("[") and header.endswith("]")


def header_score(headers: Sequence[str], known: Sequence[str]) -> int:
    """Return how many headers are known names."""
    folded = {name.casefold() for name in known}
    return sum(header.strip().casefold() in folded for header in headers)


def match_headers(
    headers: Sequence[Any],
    known: Sequence[str],
    *,
    what: str,
    required: Sequence[str],
    columns: Mapping[str, str | None] | None = None,
) -> dict[int, str]:
    """Return the known name of each column by its position; helpers and nameless columns are left out.

    Parameters
    ----------
    headers : sequence
        Names as they stand in the table.
    known : sequence of str
        Names that may occur.
    what : str
        What an error calls the table.
    required : sequence of str
        Names that must occur.
    columns : mapping, optional
        Their header to our name, or to nothing for a column that is not to be read.

    Raises
    ------
    FileError
        If a name is not known, occurs twice, or is missing where it must not be; every fault is listed.

    Examples
    --------
    >>> match_headers([" Indicator ", "Wert", "[name]"], ["indicator", "value"], what="The table",
    ...               required=["indicator"], columns={"Wert": "value"})
    {0: 'indicator', 1: 'value'}
    """
    texts = ["" if header is None else str(header).strip() for header in headers]
    renamed, faults = _renamings(texts, known, columns or {})
    found: dict[int, str] = {}
    for position, text in enumerate(texts):
        if text in renamed:
            name = renamed[text]
        elif not text or is_helper(text):
            continue
        else:
            name = _known_name(text, known)
            if name is None:
                near = did_you_mean(text[:_LONGEST], known)
                faults.append(Fault(_column(position, text), f"There is no such column.{near}", "unknown_column"))
        if name is not None and name in found.values():
            faults.append(Fault(_column(position, text), f"The column {name!r} is there twice.", "duplicate_column"))
        elif name is not None:
            found[position] = name
    missing = [name for name in required if name not in found.values()]
    faults += [Fault("", f"The column {name!r} is missing.", "missing_column") for name in missing]
    if faults:
        raise _error(faults, what, known)
    return found


def _renamings(
    texts: Sequence[str], known: Sequence[str], columns: Mapping[str, str | None]
) -> tuple[dict[str, str | None], list[Fault]]:
    renamed: dict[str, str | None] = {}
    faults = []
    for header, name in columns.items():
        here = [text for text in texts if text == header.strip()] or [
            text for text in texts if text.casefold() == header.strip().casefold()
        ]
        if not here:
            near = did_you_mean(header, [text for text in texts if text])
            faults.append(Fault(f"columns[{header!r}]", f"The table has no such column.{near}", "unknown_column"))
        if name is not None and name not in known:
            near = did_you_mean(name, known)
            faults.append(Fault(f"columns[{header!r}]", f"{name!r} is no name of a column.{near}", "unknown_column"))
        else:
            renamed.update(dict.fromkeys(here, name))
    return renamed, faults


def _known_name(text: str, known: Sequence[str]) -> str | None:
    if text in known:
        return text
    alike = [name for name in known if name.casefold() == text.casefold()]
    return alike[0] if len(alike) == 1 else None


def _column(position: int, text: str) -> str:
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return f"column {position + 1}, {shown!r}"


def _error(faults: list[Fault], what: str, known: Sequence[str]) -> FileError:
    shown, more = faults[:20], len(faults) - 20
    if more > 0:
        shown.append(Fault("", f"… and {more} more faults of its header.", "more"))
    error = FileError.of(shown, what=what)
    hint = (
        f"\nColumns are: {', '.join(known)}. Give columns={{'their name': 'our name'}} to rename, "
        "{'their name': None} to leave one out."
    )
    return FileError(error.message + hint, faults=tuple(shown))
