"""Whether two results are the same: exactly, or to a tolerance; and if not, where they differ."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

__all__ = ["assert_same", "differences"]

#: A message shows this many differences.
_SHOWN: Final = 20
#: What names a row, where it has it.
_KEYS: Final = ("indicator", "element", "id", "code", "where", "period", "place")


def assert_same(a: Any, b: Any, *, tolerance: float = 0.0, ignore: Iterable[str] = ()) -> None:
    """Raise AssertionError where two results differ, with each difference and its place.

    Parameters
    ----------
    a, b : result, data frame, or plain data
        Observations, aggregates, scores, an assessment, a data frame, or what ``to_dict`` gives of them.
    tolerance : float
        How far two floats may lie apart, as a share of the larger and absolutely. Whole numbers and words are always
        compared exactly. A missing value is the same as a missing value.
    ignore : iterable of str
        Columns and fields that are not compared.

    Raises
    ------
    AssertionError
        If anything differs; the first twenty differences are shown.

    Examples
    --------
    >>> assert_same([{"id": "I01", "value": 0.1 + 0.2}], [{"id": "I01", "value": 0.3}], tolerance=1e-12)
    >>> assert_same([{"id": "I01", "value": 61.0}], [{"id": "I01", "value": None}])
    Traceback (most recent call last):
    ...
    AssertionError: 1 difference:
      [0] (I01).value: 61.0 is not None
    """
    found = list(differences(a, b, tolerance=tolerance, ignore=ignore))
    if not found:
        return
    more = f"\n  … and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    count = "1 difference" if len(found) == 1 else f"{len(found)} differences"
    raise AssertionError(f"{count}:\n" + "\n".join(f"  {line}" for line in found[:_SHOWN]) + more)


def differences(a: Any, b: Any, *, tolerance: float = 0.0, ignore: Iterable[str] = ()) -> Iterator[str]:
    """Yield each difference between two results as a line: where, and both values.

    Examples
    --------
    >>> list(differences({"a": 1, "b": [2]}, {"a": 1, "b": [2, 3]}))
    ['b: 1 item is not 2 items']
    """
    if type(a).__name__ != type(b).__name__ and not (_is_plain(a) and _is_plain(b)):
        yield f"{type(a).__name__} is not {type(b).__name__}"
        return
    yield from _compare(_plain(a), _plain(b), "", tolerance, frozenset(ignore))


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | Mapping | Sequence | date)


def _plain(value: Any) -> Any:
    """Return a result or a data frame as plain data."""
    if hasattr(value, "columns") and hasattr(value, "to_dict"):
        return {"columns": [str(name) for name in value.columns], "rows": value.to_dict("records")}
    return value.to_dict() if hasattr(value, "to_dict") else value


def _compare(a: Any, b: Any, where: str, tolerance: float, ignore: frozenset[str]) -> Iterator[str]:
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        yield from _compare_fields(a, b, where, tolerance, ignore)
    elif _is_list(a) and _is_list(b):
        yield from _compare_items(a, b, where, tolerance, ignore)
    elif not _is_same(a, b, tolerance):
        yield f"{where or 'value'}: {_shown(a)} is not {_shown(b)}"


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _compare_fields(
    a: Mapping[str, Any], b: Mapping[str, Any], where: str, tolerance: float, ignore: frozenset[str]
) -> Iterator[str]:
    for name in dict.fromkeys([*a, *b]):
        path = f"{where}.{name}" if where else str(name)
        if name in ignore:
            continue
        if name not in a or name not in b:
            yield f"{path}: only in the {'first' if name in a else 'second'}"
        else:
            yield from _compare(a[name], b[name], path, tolerance, ignore)


def _compare_items(
    a: Sequence[Any], b: Sequence[Any], where: str, tolerance: float, ignore: frozenset[str]
) -> Iterator[str]:
    if len(a) != len(b):
        items = ["1 item" if len(one) == 1 else f"{len(one)} items" for one in (a, b)]
        yield f"{where or 'list'}: {items[0]} is not {items[1]}"
        return
    for number, (one, other) in enumerate(zip(a, b, strict=True)):
        yield from _compare(one, other, f"{where}[{number}]{_label(one)}", tolerance, ignore)


def _label(row: Any) -> str:
    """Return what a row is about, for its reader."""
    if not isinstance(row, Mapping):
        return ""
    words = [str(row[name]) for name in _KEYS if row.get(name) is not None]
    return f" ({' '.join(words)})" if words else ""


def _is_same(a: Any, b: Any, tolerance: float) -> bool:
    if _is_missing(a) or _is_missing(b):
        return _is_missing(a) and _is_missing(b)
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (tolerance > 0 and math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance))
    return bool(a == b)


def _is_missing(value: Any) -> bool:
    # Neither NaN nor pandas' NaT is equal to itself; NA answers neither yes nor no.
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and math.isnan(value)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"
