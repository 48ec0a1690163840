"""How remarks name things: the same in every rule, and in no order but the alphabet's."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable
from typing import Any, Final

__all__ = ["called", "counted", "folded", "listed"]

_LONGEST: Final = 60
_SHOWN: Final = 5
_SORTS: Final = {"HarmRisk": "Harm risk"}


def called(record: Any) -> str:
    """Return what a record is called in a sentence: its sort, its id, and the start of its text.

    Examples
    --------
    >>> from cpas.model import Output
    >>> called(Output("OP-4", "Security units screened and trained"))
    "Output 'OP-4' (Security units screened and trained)"
    """
    sort = type(record).__name__
    text = " ".join(str(getattr(record, "statement", "") or getattr(record, "name", "")).split())
    if len(text) > _LONGEST:
        text = textwrap.shorten(text, _LONGEST, placeholder=" …")
    return f"{_SORTS.get(sort, sort)} {record.id!r}" + (f" ({text})" if text else "")


def listed(ids: Iterable[str]) -> str:
    """Return ids in the order of the alphabet, the first five by name.

    Examples
    --------
    >>> listed(["b", "a"]), listed("gfedcba")
    ("'a', 'b'", "'a', 'b', 'c', 'd', 'e' and 2 more")
    """
    names = sorted(ids)
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(repr, names[:_SHOWN])) + more


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "day"), counted(2, "activity", "activities")
    ('1 day', '2 activities')
    """
    return f"{number} {one if number == 1 else many or one + 's'}"


def folded(text: str) -> str:
    r"""Return a text without what readers do not see: case, width of letters, and spaces.

    Examples
    --------
    >>> folded("  Fewer\u00a0Attacks ") == folded("fewer attacks")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
