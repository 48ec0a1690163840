"""What an unquoted word of a YAML file means: a number, a day, true, false, nothing, or a text.

The rules are those of YAML 1.2's core schema, with days. Words that YAML 1.1 reads as something else (``no``, ``010``,
``12:30``) are neither read as a text nor as that: programs differ about them, so that the writer has to say which.
"""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any, Final

import attrs

__all__ = ["Odd", "is_plain", "resolve", "shown"]

_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTH: Final = {
    word: value for value in (True, False) for word in (str(value), f"{value}".lower(), f"{value}".upper())
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,4})?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: What other readers of YAML take for something else than a text, and why it is not read here.
_ODD: Final = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (
            r"[yY]|[nN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF",
            "is true or false to some programs, a text to others",
        ),
        (r"[-+]?0[0-7]+", "is read with base 8 by some programs and with base 10 by others"),
        (r"[-+]?(0o[0-7]+|0x[0-9a-fA-F_]+|0b[01_]+)", "is a number to some programs and a text to others"),
        (r"[-+]?0[0-9]+", "begins with a zero: it is a number to some programs and a text to others"),
        (r"[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?", "is a number to some programs and a text to others"),
        (r"[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?", "is a number with base 60 to some programs"),
        (
            r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}.*",
            "is a moment, where the library keeps days",
        ),
        (r"[-+]?[0-9]{19,}", "is too long for a number"),
        (r"<<", "takes in the fields of another mapping, in some programs"),
    )
)
# A text begins with a letter or a digit, or it is quoted: other signs mean something to YAML. On one line with others,
# it holds none of the signs that part them.
_PLAIN = re.compile(r"[^\W_](?:[^\n#:]|:(?! |$)|(?<! )#)*")
_PLAIN_INSIDE = re.compile(r"[^\W_][^\n#:,\[\]{}]*")


@attrs.frozen
class Odd:
    """An unquoted word that programs read differently."""

    #: As it is written.
    text: str
    #: What is odd about it.
    why: str

    def __str__(self) -> str:
        return f"{self.text} {self.why}"


def resolve(word: str) -> Any:
    """Return what an unquoted word means.

    Examples
    --------
    >>> resolve("2025"), resolve("1e3"), resolve("true"), resolve("2025-06-13"), resolve("OC-1")
    (2025, 1000.0, True, datetime.date(2025, 6, 13), 'OC-1')
    >>> str(resolve("no"))
    'no is true or false to some programs, a text to others'
    """
    if word in _NOTHING:
        return None
    if word in _TRUTH:
        return _TRUTH[word]
    # Only these begin what is not a text, but for the few words of truth; most words are done here.
    if word[0] not in "0123456789+-." and len(word) > 3:
        return word
    return _number_or_day(word)


def _number_or_day(word: str) -> Any:
    if _WHOLE.fullmatch(word):
        return int(word)
    for pattern, why in _ODD:
        if pattern.fullmatch(word):
            return Odd(word, why)
    if _DECIMAL.fullmatch(word):
        return float(word)
    if _NOT_FINITE.fullmatch(word):
        return math.nan if word[-1] in "nN" else math.copysign(math.inf, -1 if word[0] == "-" else 1)
    return _day(word) if _DAY.fullmatch(word) else word


def _day(word: str) -> date | Odd:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return Odd(word, "looks like a day, but there is no such day")


def is_plain(text: str, *, inside: bool = False) -> bool:
    """Whether a text can stand in a YAML file without quotes, for this reader and for others.

    Parameters
    ----------
    inside : bool
        Whether it stands inside brackets.

    Examples
    --------
    >>> is_plain("Leaders settle disputes"), is_plain("no"), is_plain("1e3"), is_plain("a: b")
    (True, False, False, False)
    >>> is_plain("Nord, Sud"), is_plain("Nord, Sud", inside=True)
    (True, False)
    """
    pattern = _PLAIN_INSIDE if inside else _PLAIN
    fits = pattern.fullmatch(text) is not None and text.isprintable() and text[-1] != " "
    return fits and isinstance(resolve(text), str)


def shown(value: Any) -> str:
    """Return a value as an error shows it: short, and as it would stand in a file.

    Examples
    --------
    >>> shown(True), shown("0.5"), shown([1, 2]), shown(None)
    ('true', "'0.5'", 'a list', 'nothing')
    """
    if value is None:
        return "nothing"
    if isinstance(value, Odd):
        return f"{value.text:.60}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if isinstance(value, list | tuple):
        return "a list"
    return "a mapping" if isinstance(value, dict) else f"{value!s:.60}"
