"""Plain data to records, strictly: one private converter, and every fault with its place.

A value is taken as it stands or refused: "0.5" is a text, 2025 is no text, and yes is neither true nor a text.
"""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs
from cattrs import Converter
from cattrs.errors import CattrsError, ClassValidationError, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

from cpas.errors import CpasError, did_you_mean
from cpas.io.found import Found, Path
from cpas.io.scalars import Odd
from cpas.io.values import Hook, WrongValue, choice, day, number, period, subject, text, truth, whole
from cpas.model.elements import After
from cpas.model.fields import Pairs
from cpas.model.indicators import Measure
from cpas.model.judgements import Evidence
from cpas.model.methodology import Override, Threshold
from cpas.periods import Period
from cpas.scales import Band
from cpas.sources import Source

__all__ = ["BY_NAME", "SHORT", "found_in", "path_of", "to_record"]

T = TypeVar("T")

#: Records that may be written as one text, and the field that the text is.
SHORT: Final[dict[type, str]] = {
    After: "activity",
    Band: "name",
    Evidence: "statement",
    Measure: "element",
    Source: "document",
}
#: Records whose list may be written as a mapping: the field that is the name, and the one that a bare value is.
BY_NAME: Final[dict[type, tuple[str, str | None]]] = {Override: ("id", None), Threshold: ("name", "value")}

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class _Inside(ValueError):
    """Faults in the items of a list or mapping, each with its step."""

    def __init__(self, parts: list[tuple[str | int, Exception]]) -> None:
        super().__init__(parts)
        self.parts = parts


def to_record(data: Any, cls: type[T]) -> T:
    """Return plain data as a record of `cls`, or as any other type that a field may have.

    Raises
    ------
    Exception
        Whatever was found; :func:`found_in` lists it.

    Examples
    --------
    >>> to_record({"element": "OC-1", "weight": 2}, Measure)
    Measure(element='OC-1', weight=2.0)
    """
    return _converter().structure(data, cls)


#: What :func:`to_record` raises.
REFUSALS: Final = (CattrsError, CpasError, ValueError)


def found_in(error: BaseException, path: Path = ()) -> Iterator[Found]:
    """Yield the faults that an error of :func:`to_record` stands for, each with its way from `path`.

    Examples
    --------
    >>> try:
    ...     to_record({"element": "OC-1", "wieght": "2"}, Measure)
    ... except REFUSALS as error:
    ...     print(*(one.message for one in found_in(error)))
    There is no field 'wieght'. Did you mean 'weight'?
    """
    if isinstance(error, ClassValidationError):
        for part in error.exceptions:
            yield from found_in(part, (*path, *_attribute(part)))
    elif isinstance(error, _Inside):
        for step, part in error.parts:
            yield from found_in(part, (*path, step))
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [field.name for field in attrs.fields(error.cl)]
        for name in sorted(error.extra_fields, key=str):
            yield Found((*path, str(name)), f"There is no field {name!r}.{did_you_mean(name, known)}", "unknown_field")
    elif isinstance(error, KeyError):
        yield Found(path, f"The field {error.args[0]!r} is missing.", "missing_field")
    elif faults := getattr(error, "faults", ()):
        yield from (Found((*path, *path_of(fault.where)), fault.message, fault.code) for fault in faults)
    else:
        yield Found(path, str(error), getattr(error, "code", "field"))


def _attribute(error: BaseException) -> Path:
    """Return the field in which an error arose; none where a field is missing, or the record refused as a whole."""
    if isinstance(error, KeyError):
        return ()
    notes = getattr(error, "__notes__", ())
    return next(((note.name,) for note in notes if hasattr(note, "name")), ())


def path_of(where: str) -> Path:
    """Return the way that a fault's place says.

    Examples
    --------
    >>> path_of("outcomes[1].stakeholders[0]")
    ('outcomes', 1, 'stakeholders', 0)
    """
    return tuple(int(number) if number else name for name, number in _STEP.findall(where))


# -- the converter ---------------------------------------------------------------------------------


@functools.cache
def _converter() -> Converter:
    made = Converter(detailed_validation=True, forbid_extra_keys=True)
    made.register_structure_hook_factory(_is_record, lambda cls: _record_hook(cls, made))
    made.register_structure_hook_factory(_is_list, lambda cls: _list_hook(cls, made))
    made.register_structure_hook_factory(_is_pairs, lambda cls: _pairs)
    made.register_structure_hook_factory(_is_choice, choice)
    made.register_structure_hook_factory(_is_optional, lambda cls: _optional_hook(cls, made))
    for cls, hook in ((str, text), (bool, truth), (int, whole), (float, number), (date, day), (Period, period)):
        made.register_structure_hook(cls, hook)
    return made


def _is_record(cls: Any) -> bool:
    return isinstance(cls, type) and attrs.has(cls)


def _is_list(cls: Any) -> bool:
    return get_origin(cls) is tuple


def _is_pairs(cls: Any) -> bool:
    return bool(cls == Pairs)


def _is_choice(cls: Any) -> bool:
    return get_origin(cls) is Literal


def _is_optional(cls: Any) -> bool:
    return get_origin(cls) in (Union, types.UnionType)


def _optional_hook(cls: Any, converter: Converter) -> Hook:
    inner = next(option for option in get_args(cls) if option is not types.NoneType)
    hook = converter.get_structure_hook(inner)
    return lambda value, _: None if value is None else hook(value, inner)


def _record_hook(cls: type, converter: Converter) -> Hook:
    # A field may be stricter than its type: the two ends of a scale differ. Its own converter says so, at its place.
    hints = get_type_hints(cls)
    pairs: dict[str, Any] = {
        field.name: override(struct_hook=_converted(field.converter, hints[field.name], converter))
        for field in attrs.fields(cls)
        if field.converter is not None and _is_two_numbers(hints[field.name])
    }
    made: Hook = make_dict_structure_fn(
        cls, converter, _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True, **pairs
    )
    short = SHORT.get(cls)

    def hook(value: Any, _: Any) -> Any:
        if short is not None and isinstance(value, str | Odd):
            value = {short: value}
        if not isinstance(value, dict):
            raise WrongValue(
                f"{subject(value)}, where a mapping with fields should be: '{attrs.fields(cls)[0].name}: …'."
            )
        return made(value, cls)

    return hook


def _is_two_numbers(hint: Any) -> bool:
    return tuple[float, float] in (hint, *get_args(hint))


def _converted(converter: Any, hint: Any, made: Converter) -> Hook:
    return lambda value, _: converter(made.structure(value, hint))


def _list_hook(cls: Any, converter: Converter) -> Hook:
    options = get_args(cls)
    if options[-1] is not Ellipsis:
        return functools.partial(_fixed, options, converter)
    item = options[0]
    hook = converter.get_structure_hook(item)
    # One thing alone stands for a list of one, but for numbers: a list of one number is rarely what is meant.
    alone = item is str or _is_record(item)
    by_name = BY_NAME.get(item)

    def structure(value: Any, _: Any) -> Any:
        if by_name is not None and isinstance(value, dict):
            return _items([(name, _named(name, fields, by_name), hook, item) for name, fields in value.items()])
        if isinstance(value, list | tuple):
            return _items([(i, one, hook, item) for i, one in enumerate(value)])
        if alone and value is not None:
            return (hook(value, item),)
        raise WrongValue(f"{subject(value)}, where a list should be: [first, second].")

    return structure


def _named(name: str, fields: Any, by_name: tuple[str, str | None]) -> Any:
    key, bare = by_name
    if bare is not None and not isinstance(fields, dict):
        fields = {bare: fields}
    return {key: name, **fields} if isinstance(fields, dict) else fields


def _fixed(options: tuple[Any, ...], converter: Converter, value: Any, _: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != len(options):
        raise WrongValue(f"{subject(value)}, where a list of {len(options)} values should be.")
    hooks = [converter.get_structure_hook(option) for option in options]
    return _items([(i, one, hooks[i], options[i]) for i, one in enumerate(value)])


def _items(work: list[tuple[str | int, Any, Hook, Any]]) -> tuple[Any, ...]:
    """Return every item structured, or every fault of them."""
    made: list[Any] = []
    wrong: list[tuple[str | int, Exception]] = []
    for step, value, hook, item in work:
        try:
            made.append(hook(value, item))
        except REFUSALS as error:
            wrong.append((step, error))
    if wrong:
        raise _Inside(wrong)
    return tuple(made)


def _pairs(value: Any, _: Any) -> Pairs:
    """Return a mapping of texts, or of lists of texts, as pairs."""
    if not isinstance(value, dict):
        raise WrongValue(f"{subject(value)}, where names with texts should be: {{name: text}}.")
    made = _items([(name, many, _one_or_many, str) for name, many in value.items()])
    return tuple(sorted({(name, one) for name, many in zip(value, made, strict=True) for one in many}))


def _one_or_many(value: Any, _: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return _items([(i, one, text, str) for i, one in enumerate(value)])
    return (text(value, str),)
