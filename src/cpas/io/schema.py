"""JSON Schema of a plan file, made from the records, so that editors help whoever writes one."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import sys
import types
from datetime import date
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import attrs

from cpas.io.converter import BY_NAME, SHORT
from cpas.io.sections import FORMAT, SECTIONS
from cpas.model.elements import Link
from cpas.model.fields import Pairs
from cpas.model.plans import Plan
from cpas.periods import Period

__all__ = ["field_notes", "plan_schema", "record_schema"]

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final = {"type": "string"}
_SINGLE: Final[dict[Any, dict[str, Any]]] = {
    str: _TEXT,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    date: {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    Period: {
        "description": "A period: 2025-Q2, 2025-06, 2025-W07, 2025-H1, 2025, 2025/26, or two days with / between.",
        "type": ["string", "integer"],
    },
}


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a plan file.

    It says what fields there are and what each may hold. What holds between records (known ids, allowed links, no
    loops) only reading the plan can say.

    Examples
    --------
    >>> schema = plan_schema()
    >>> schema["required"]
    ['format', 'id', 'title']
    >>> schema["$defs"]["Link"]["properties"]["strength"]["enum"]
    ['strong', 'moderate', 'weak', 'untested']
    """
    records: dict[str, Any] = {}
    own = _fields(Plan, records, leave_out={"elements", *SECTIONS})
    lists = {name: {"type": "array", "items": _of(record, records)} for name, record in SECTIONS.items()}
    lists["links"]["items"] = {"anyOf": [lists["links"]["items"], _chain(records)]}
    version = {"description": "Version of the layout.", "type": "integer", "minimum": 1, "maximum": FORMAT}
    return {
        "$schema": _DRAFT,
        "$id": f"plan-{FORMAT}.schema.json",
        "title": "cpas plan",
        "description": _first_line(Plan),
        "type": "object",
        "properties": {"format": version, **own, **lists},
        "required": ["format", "id", "title"],
        "additionalProperties": False,
        "$defs": dict(sorted(records.items())),
    }


def record_schema(cls: type) -> dict[str, Any]:
    """Return the JSON Schema of one sort of record, with those inside it under ``$defs``.

    Examples
    --------
    >>> from cpas.model import Measure
    >>> record_schema(Measure)["required"]
    ['element']
    """
    records: dict[str, Any] = {}
    _of(cls, records)
    own = records.pop(cls.__name__)
    return {"$schema": _DRAFT, **own, "$defs": dict(sorted(records.items()))}


def _chain(records: dict[str, Any]) -> dict[str, Any]:
    ids = {"description": "Ids from cause to effect: a link between each two neighbours.", "type": "array"}
    return {
        "type": "object",
        "properties": {
            "chain": {**ids, "items": _TEXT, "minItems": 2},
            **_fields(Link, records, leave_out={"source", "target"}),
        },
        "required": ["chain"],
        "additionalProperties": False,
    }


def _of(hint: Any, records: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type, and note the records in it."""
    if hint in _SINGLE:
        return dict(_SINGLE[hint])
    if hint == Pairs:
        return {"type": "object", "additionalProperties": _one_or_many(_TEXT)}
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) in (Union, types.UnionType):
        inner = next(option for option in get_args(hint) if option is not types.NoneType)
        return {"anyOf": [_of(inner, records), {"type": "null"}]}
    if get_origin(hint) is tuple:
        return _list(get_args(hint), records)
    return _record(hint, records)


def _one_or_many(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _list(options: tuple[Any, ...], records: dict[str, Any]) -> dict[str, Any]:
    first = _of(options[0], records)
    if options[-1] is not Ellipsis:
        return {"type": "array", "items": first, "minItems": len(options), "maxItems": len(options)}
    if options[0] in BY_NAME:
        # The name stands outside, so the fields inside are the others; reading the file checks them.
        return {"anyOf": [{"type": "array", "items": first}, {"type": "object"}]}
    return _one_or_many(first) if options[0] is str or attrs.has(options[0]) else {"type": "array", "items": first}


def _record(cls: type, records: dict[str, Any]) -> dict[str, Any]:
    reference = {"$ref": f"#/$defs/{cls.__name__}"}
    if cls.__name__ not in records:
        records[cls.__name__] = {}
        records[cls.__name__] = {
            "description": _first_line(cls),
            "type": "object",
            "properties": _fields(cls, records),
            "required": [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING],
            "additionalProperties": False,
        }
    return {"anyOf": [_TEXT, reference]} if cls in SHORT else reference


def _fields(cls: type, records: dict[str, Any], *, leave_out: set[str] | None = None) -> dict[str, Any]:
    hints, notes = get_type_hints(cls), field_notes(cls)
    described = {}
    for field in attrs.fields(cls):
        if field.name not in (leave_out or ()):
            note = {"description": notes[field.name]} if field.name in notes else {}
            described[field.name] = note | {k: v for k, v in _of(hints[field.name], records).items() if k not in note}
    return described


def _first_line(cls: type) -> str:
    return (inspect.getdoc(cls) or "").partition("\n")[0].partition("  Methodology")[0]


# -- what the records say of their fields ----------------------------------------------------------


@functools.cache
def field_notes(cls: type) -> dict[str, str]:
    """Return what the ``#:`` comments of a record say, by field; nothing where there is no source to read.

    Examples
    --------
    >>> field_notes(Link)["source"]
    'Id of the cause.'
    """
    notes: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if attrs.has(base):
            notes |= _notes_of(base)
    return notes


def _notes_of(cls: type) -> dict[str, str]:
    module = sys.modules.get(cls.__module__)
    try:
        source = inspect.getsource(module) if module is not None else ""
    except (OSError, TypeError):
        return {}
    lines = source.splitlines()
    classes = (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.name == cls.__name__)
    fields = (node for found in classes for node in found.body if isinstance(node, ast.AnnAssign))
    notes = {ast.unparse(node.target): _above(lines, node.lineno - 1) for node in fields}
    return {name: note for name, note in notes.items() if note}


def _above(lines: list[str], position: int) -> str:
    """Return the ``#:`` comment that stands above a line, on one line and without marks of the docs."""
    said: list[str] = []
    while position and (comment := lines[position - 1].strip()).startswith("#:"):
        said.insert(0, comment.removeprefix("#:").strip())
        position -= 1
    return re.sub(r"``?|:\w+:", lambda match: "'" if match.group().startswith("`") else "", " ".join(said))
