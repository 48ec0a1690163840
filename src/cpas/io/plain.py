"""Records to plain data: what is not said is left out, and what has a short form takes it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, get_type_hints

import attrs

from cpas.io.converter import BY_NAME, SHORT
from cpas.model.fields import Pairs
from cpas.model.methodology import THRESHOLDS, Threshold
from cpas.periods import Period

__all__ = ["fields_of", "to_plain", "with_texts"]


def to_plain(value: Any) -> Any:
    """Return a record, or a value of a field, as mappings, lists and single values; days stay days.

    Examples
    --------
    >>> from cpas.model import Link
    >>> to_plain(Link("A01", "OP-1", assumptions=["AS-1"]))
    {'source': 'A01', 'target': 'OP-1', 'assumptions': 'AS-1'}
    """
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return _list(value)
    if isinstance(value, float):
        return _tidy(value)
    if isinstance(value, Period):
        return str(value)
    return _record(value) if attrs.has(type(value)) else value


def with_texts(value: Any) -> Any:
    """Return plain data with days as texts, as JSON has them.

    Examples
    --------
    >>> with_texts({"start": date(2025, 6, 13)})
    {'start': '2025-06-13'}
    """
    if isinstance(value, dict):
        return {name: with_texts(item) for name, item in value.items()}
    if isinstance(value, list):
        return [with_texts(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def fields_of(record: Any, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Return the fields of a record that differ from what they hold where nothing is said.

    Parameters
    ----------
    names : iterable of str, optional
        Only these fields.

    Examples
    --------
    >>> from cpas.model import Link
    >>> fields_of(Link("A01", "OP-1", lag_days=30), ["target", "lag_days", "note"])
    {'target': 'OP-1', 'lag_days': 30}
    """
    fields = _writers(type(record))
    if names is not None:
        wanted = frozenset(names)
        fields = tuple(field for field in fields if field[0] in wanted)
    plain = {}
    for name, default, write in fields:
        value = getattr(record, name)
        # Most fields hold the very object that stands for nothing said.
        if value is not default and value != default:
            plain[name] = write(value)
    return plain


def _record(record: Any) -> Any:
    plain = fields_of(record)
    short = SHORT.get(type(record))
    # The field that the text is has no default, so it is there alone if only one is.
    return plain[short] if short is not None and len(plain) == 1 else plain


# A dict, not functools.cache: the key is a class, which mypy does not take for hashable.
_known_writers: dict[Any, tuple[tuple[str, Any, Callable[[Any], Any]], ...]] = {}


def _writers(cls: Any) -> tuple[tuple[str, Any, Callable[[Any], Any]], ...]:
    """Return for each field its name, what it holds where nothing is said, and how it is written."""
    if cls not in _known_writers:
        hints = get_type_hints(cls)
        fields = [field for field in attrs.fields(cls) if field.init]
        write = {field.name: _mapping if hints[field.name] == Pairs else to_plain for field in fields}
        _known_writers[cls] = tuple((field.name, _default(field), write[field.name]) for field in fields)
    return _known_writers[cls]


def _default(field: Any) -> Any:
    """Return what the field holds where nothing is said, in the form in which it is kept."""
    if field.default is attrs.NOTHING or field.converter is None:
        return field.default
    return field.converter(field.default)


def _mapping(pairs: Pairs) -> dict[str, Any]:
    """Return pairs as a mapping; a name with several texts gets their list."""
    named: dict[str, list[str]] = {}
    for name, text in pairs:
        named.setdefault(name, []).append(text)
    return {name: texts[0] if len(texts) == 1 else texts for name, texts in named.items()}


def _list(values: tuple[Any, ...]) -> Any:
    if values and type(values[0]) in BY_NAME:
        return _by_name(values)
    items = [to_plain(value) for value in values]
    alone = len(items) == 1 and (isinstance(values[0], str) or attrs.has(type(values[0])))
    return items[0] if alone else items


def _by_name(records: tuple[Any, ...]) -> Any:
    """Return records that are known by a name as a mapping; constants that are the library's own are left out."""
    key, bare = BY_NAME[type(records[0])]
    own = [record for record in records if not (isinstance(record, Threshold) and record in THRESHOLDS)]
    plain: dict[str, Any] = {getattr(record, key): fields_of(record) for record in own}
    for name, fields in plain.items():
        del fields[key]
        if bare is not None and list(fields) == [bare]:
            plain[name] = fields[bare]
    return plain


def _tidy(number: float) -> float | int:
    """Return a whole number without its decimals, where that loses nothing."""
    whole = number.is_integer() and abs(number) < 1e15 and (number or math.copysign(1, number) > 0)
    return int(number) if whole else number
