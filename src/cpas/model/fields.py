"""How the fields of records are brought into their one form and checked.

Converters bring what a caller may write (a dict, a list, one text) into the form that is kept (sorted pairs, a
tuple). The check of types and words runs in ``__attrs_post_init__``, not in attrs validators: a host can switch
validators off for the whole process, and a result must not depend on that.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from cpas.errors import CpasError, Fault, PlanError, did_you_mean

__all__ = ["Pairs", "Record", "as_tuple", "number", "numbers", "optional_number", "optional_range", "pairs", "texts"]

#: A mapping as it is kept: pairs sorted by key, then by value.
Pairs = tuple[tuple[str, str], ...]


def number(value: float) -> float:
    """Return a finite float; a text, a truth value, NaN or infinity is refused.

    Examples
    --------
    >>> number(3)
    3.0
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PlanError(f"{value!r} is not a number. Write it without quotes.", value=repr(value))
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise PlanError(
            f"{value!r} is not a finite number. Leave the field out where there is none.", value=repr(value)
        )
    return result


def optional_number(value: float | None) -> float | None:
    """Return a finite float, or nothing where there is none."""
    return None if value is None else number(value)


def numbers(value: Iterable[float]) -> tuple[float, ...]:
    """Return a tuple of finite floats."""
    return tuple(number(item) for item in value)


def optional_range(value: Iterable[float] | None) -> tuple[float, float] | None:
    """Return two finite floats that differ, in the order given, or nothing."""
    if value is None:
        return None
    ends = numbers(value)
    if len(ends) != 2 or ends[0] == ends[1]:
        raise PlanError(f"{list(ends)} is not a pair of two different numbers.", value=ends)
    return ends[0], ends[1]


def as_tuple(value: Iterable[Any]) -> tuple[Any, ...]:
    """Return a tuple of what is given; named, because type checkers lose the type behind ``converter=tuple``.

    Examples
    --------
    >>> as_tuple([1, 2])
    (1, 2)
    """
    return tuple(value)


def texts(value: str | Iterable[str]) -> tuple[str, ...]:
    """Return a tuple of texts; one text alone becomes a tuple of one.

    Examples
    --------
    >>> texts("OC-1"), texts(["OC-1", "OC-2"])
    (('OC-1',), ('OC-1', 'OC-2'))
    """
    return (value,) if isinstance(value, str) else tuple(value)


def pairs(value: Mapping[str, str | Iterable[str]] | Iterable[tuple[str, str]]) -> Pairs:
    """Return a mapping as sorted pairs; a list of values gives one pair each.

    Examples
    --------
    >>> pairs({"sex": "female", "place": "nord"})
    (('place', 'nord'), ('sex', 'female'))
    >>> pairs({"rbb": ["EA 1.1", "EA 1.2"]})
    (('rbb', 'EA 1.1'), ('rbb', 'EA 1.2'))
    """
    if value == ():
        return ()
    given = value.items() if isinstance(value, Mapping) else value
    flat = [(key, one) for key, many in given for one in ([many] if isinstance(many, str) else many)]
    for key, one in flat:
        if not isinstance(key, str) or not isinstance(one, str):
            raise PlanError(f"{key!r}: {one!r} is not a pair of texts. Put it in quotes.", value=repr(one))
    return tuple(sorted(set(flat)))


class Record:
    """Base of every record: frozen, hashable, and checked when made."""

    __slots__ = ()

    def __attrs_post_init__(self) -> None:
        found = list(form_faults(self)) or list(self.meaning_faults())
        if found:
            raise PlanError.of(found, what=describe(self))

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield what makes this record meaningless although each field is well formed."""
        return iter(())


def describe(record: Any) -> str:
    """Return what an error calls a record: ``Indicator 'I01'``."""
    first = attrs.fields(type(record))[0].name
    return f"{type(record).__name__} {getattr(record, first)!r}"


def form_faults(record: Any) -> Iterator[Fault]:
    """Yield a fault for each field whose value is not of its declared type or not among its words."""
    for name, default, test in _tests(type(record)):
        value = getattr(record, name)
        if value is not default and (problem := test(value)):
            yield Fault(name, problem, "field")


Test = Callable[[Any], str]


# A dict, not functools.cache: the key is a class, which mypy does not take for hashable.
_known_tests: dict[Any, tuple[tuple[str, Any, Test], ...]] = {}


def _tests(cls: Any) -> tuple[tuple[str, Any, Test], ...]:
    if cls not in _known_tests:
        _known_tests[cls] = _make_tests(cls)
    return _known_tests[cls]


def _make_tests(cls: Any) -> tuple[tuple[str, Any, Test], ...]:
    hints = get_type_hints(cls)
    return tuple((a.name, a.default, _test(hints[a.name])) for a in attrs.fields(cls))


def _test(hint: Any) -> Test:
    """Return a function that says what is wrong with a value for a type, or an empty text."""
    origin = get_origin(hint)
    if origin is Literal:
        return _among(get_args(hint))
    if origin in (Union, types.UnionType):
        if all(isinstance(option, type) and issubclass(option, Record) for option in get_args(hint)):
            return _instance(hint)
        return _one_of([_test(option) for option in get_args(hint)])
    if origin is tuple:
        return _tuple_of(get_args(hint))
    return _instance(hint)


def _among(allowed: tuple[str, ...]) -> Test:
    known = frozenset(allowed)

    def test(value: Any) -> str:
        if isinstance(value, str) and value in known:
            return ""
        return f"{value!r} is not one of {', '.join(allowed)}.{did_you_mean(value, allowed)}"

    return test


def _one_of(options: list[Test]) -> Test:
    def test(value: Any) -> str:
        first = ""
        for option in options:
            problem = option(value)
            if not problem:
                return ""
            first = first or problem
        return first

    return test


def _tuple_of(arguments: tuple[Any, ...]) -> Test:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        inner = _test(arguments[0])
        plain = _plain_types(arguments[0])

        def test(value: Any) -> str:
            if not isinstance(value, tuple):
                return f"{value!r} is not a list."
            if plain.issuperset(map(type, value)):
                return ""
            return next((f"[{i}]: {p}" for i, item in enumerate(value) if (p := inner(item))), "")

        return test
    each = [_test(argument) for argument in arguments]

    def test_fixed(value: Any) -> str:
        if not isinstance(value, tuple) or len(value) != len(each):
            return f"{value!r} is not {len(each)} values."
        return next((p for one, item in zip(each, value, strict=True) if (p := one(item))), "")

    return test_fixed


def _plain_types(hint: Any) -> frozenset[Any]:
    """Return the types whose every value is of a type, so that of a long tuple only the types need be looked at."""
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return frozenset(one for one in options if one is str or (isinstance(one, type) and issubclass(one, Record)))


def _instance(hint: Any) -> Test:
    if hint is float:
        return _float
    names = {str: "a text (put it in quotes)", int: "a whole number", bool: "true or false", date: "a day"}

    def test(value: Any) -> str:
        right = isinstance(value, hint)
        if (hint is int and isinstance(value, bool)) or (hint is date and isinstance(value, datetime)):
            right = False
        return "" if right else f"{value!r} is not {names.get(hint) or 'a ' + getattr(hint, '__name__', str(hint))}."

    return test


def _float(value: Any) -> str:
    try:
        number(value)
    except CpasError as error:
        return str(error)
    return ""
