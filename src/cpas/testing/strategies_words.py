"""Hypothesis strategies for the words, numbers and ids of a plan: those above all that files get wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from hypothesis import strategies as st

from cpas import choices
from cpas.model import Dimension
from cpas.periods import FREQUENCIES
from cpas.sources import Source

__all__ = [
    "TRICKY_TEXTS",
    "dates",
    "fields",
    "frequencies",
    "ids",
    "mappings",
    "numbers",
    "optional_texts",
    "some",
    "sources",
    "spans",
    "texts",
    "weights",
    "where_of",
    "word",
]

#: What YAML, or a reader of YAML, has been known to take for something else than this text.
TRICKY_TEXTS: Final = (
    "no", "Yes", "ON", "off", "y", "null", "~", "true", "0123", "010", "0x1F", "1e3", "1_000", "12:30", "12:30:00",
    "2025", "2025-01-01", "2025-01-01T10:00:00", "2025-13-45", ".inf", ".5", "-", "- a", "? a", "a: b", "a #b", "#a",
    "a:", ":a", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "[", "]", "{}", ",", "'", '"', "\\", "<<", "=", "---",
    "...", " a", "a ", "a\n", "\na", "a\n\nb", "a\n b", "a \nb", "\n", "\t", "a\tb", "a\r\nb", "…", "é", "日本",
    "😀", "👩\u200d👧", "\u200fمرحبا", "\u202ea\u202c", "\u2028", "\x85", "\xa0", "\ufeff", "\x00", "\x7f", "\uffff",
    "a, b", "a{b}", "one\ntwo: three\n\n- four\n", "#one\ntwo", "x" * 200,
)  # fmt: skip

# Half characters are no text; everything else may stand in one.
texts = st.one_of(st.sampled_from(TRICKY_TEXTS), st.text(max_size=20))
numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(float), st.floats(-1e12, 1e12), st.sampled_from([1e-300, 1e300, 0.1, -0.0])
)
weights = st.one_of(st.just(1.0), st.floats(0, 100))
dates = st.dates(date(1990, 1, 1), date(2050, 12, 31))
optional_texts = st.one_of(st.just(""), texts)
frequencies: Any = st.sampled_from(FREQUENCIES)

sources = st.one_of(
    st.none(),
    texts.filter(bool).map(Source),
    st.builds(
        Source,
        texts,
        section=optional_texts,
        page=optional_texts,
        year=st.none() | st.integers(1900, 2050),
        on=st.none() | dates,
    ),
)
"""Where something is written, or nothing."""


def ids(prefix: str, *, max_size: int = 3) -> st.SearchStrategy[list[str]]:
    """Return a strategy for ids of one sort: short ones, and those that look like something else.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(ids("OC"), lambda found: len(found) == 2)
    ['OC', 'OC-1']
    """
    tricky = ["", "-1", " no", ": x", " #", ".0", "é", "'", "😀"]
    ends = st.sampled_from([*tricky, *map(str, range(5))])
    return st.lists(ends.map(lambda end: f"{prefix}{end}"), max_size=max_size, unique=True)


def word(choice: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for the words of a choice.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(word(choices.Nil), lambda found: found != "explicit")
    'return'
    """
    return st.sampled_from(choices.words(choice))


def some(known: Sequence[str], *, max_size: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """Return a strategy for a few of the known ids, each once.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(some(["OC-1", "OC-2"]), lambda found: len(found) == 1)
    ('OC-1',)
    """
    if not known:
        return st.just(())
    return st.lists(st.sampled_from(known), unique=True, max_size=max_size).map(tuple)


def mappings() -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for mappings of texts to a text or several.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(mappings(), lambda found: True)
    {}
    """
    return st.dictionaries(texts, texts | st.lists(texts, min_size=1, max_size=2), max_size=2)


def where_of(places: Sequence[str], dimensions: Sequence[Dimension]) -> st.SearchStrategy[dict[str, str]]:
    """Return a strategy for a place and members that a value may be for.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(where_of(["nord"], []), bool)
    {'place': 'nord'}
    """
    optional: dict[str, st.SearchStrategy[str]] = {d.id: st.sampled_from(d.vocabulary) for d in dimensions}
    if places:
        optional["place"] = st.sampled_from(places)
    return st.fixed_dictionaries({}, optional=optional)


def fields(**each: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for the fields of a record that may be said or not.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(fields(note=st.just("n")), bool)
    {'note': 'n'}
    """
    return st.fixed_dictionaries({}, optional=each)


def spans(first: str, last: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for a first and a last day that may be said or not; the last is no earlier.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(spans("start", "end"), lambda found: "start" in found)
    {'start': datetime.date(2000, 1, 1)}
    """
    both = st.tuples(dates, dates).map(sorted).map(lambda days: dict(zip((first, last), days, strict=True)))
    return st.one_of(st.just({}), dates.map(lambda day: {first: day}), dates.map(lambda day: {last: day}), both)
