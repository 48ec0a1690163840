"""Plain data as YAML or JSON text: one text for one value, on every machine.

YAML is written here and not by a library, so that what is quoted is exactly what a reader, this one or another, would
take for something else than a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from cpas.io.found import Form
from cpas.io.scalars import is_plain

__all__ = ["to_json", "to_text", "to_yaml"]

#: Mappings and lists that fit into it are written on one line.
WIDTH: Final = 110
# What YAML has no place for, what ends a line, and what changes the direction of the text around it.
_ESCAPED = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_LINES = re.compile(r"[^\s#%-](?:.*\S)?(?:\n+[^\s](?:.*\S)?)*\n?")


def to_text(data: dict[str, Any], *, form: Form) -> str:
    r"""Return plain data as YAML or JSON.

    Examples
    --------
    >>> to_text({"format": 1}, form="yaml")
    'format: 1\n'
    """
    return to_json(data) if form == "json" else to_yaml(data)


def to_json(data: Any) -> str:
    """Return plain data as JSON; days are texts.

    Examples
    --------
    >>> print(to_json({"start": date(2025, 6, 13)}), end="")
    {
      "start": "2025-06-13"
    }
    """
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2, default=date.isoformat) + "\n"


def to_yaml(data: dict[str, Any]) -> str:
    """Return plain data as YAML.

    Examples
    --------
    >>> print(to_yaml({"id": "no", "links": [{"source": "A01", "target": "OP-1"}], "start": date(2025, 6, 13)}), end="")
    id: "no"
    links:
    - {source: A01, target: OP-1}
    start: 2025-06-13
    """
    return "\n".join(_mapping(data, "")) + "\n"


def _mapping(data: dict[str, Any], indent: str) -> Iterator[str]:
    for name, value in data.items():
        yield from _entry(f"{_quoted(name)}:", value, indent)


def _entry(name: str, value: Any, indent: str) -> Iterator[str]:
    short = _on_one_line(value, indent, len(name))
    if short is not None:
        yield f"{indent}{name} {short}"
        return
    yield f"{indent}{name}"
    if isinstance(value, dict):
        yield from _mapping(value, indent + "  ")
    else:
        for item in value:
            yield from _item(item, indent)


def _item(item: Any, indent: str) -> Iterator[str]:
    short = _on_one_line(item, indent, 2)
    if short is not None:
        yield f"{indent}- {short}"
        return
    inside = indent + "  "
    lines = _mapping(item, inside) if isinstance(item, dict) else (line for one in item for line in _item(one, inside))
    first = next(lines)
    yield f"{indent}- {first[len(inside) :]}"
    yield from lines


def _on_one_line(value: Any, indent: str, used: int) -> str | None:
    """Return a value as what may follow on the same line, or nothing where it needs lines of its own."""
    if not isinstance(value, dict | list):
        return _scalar(value, indent)
    # Records with an id of their own are read down the page, all else across it.
    if isinstance(value, dict) and "id" in value:
        return None
    flow = _flow(value)
    return flow if flow is not None and len(indent) + used + len(flow) <= WIDTH else None


def _flow(value: Any) -> str | None:
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            return None
        parts = [_flow(item) for item in value]
        return None if None in parts else f"[{', '.join(part or '' for part in parts)}]"
    if isinstance(value, dict):
        named = [(_quoted(name, inside=True), _flow(item)) for name, item in value.items()]
        if any(item is None for _, item in named):
            return None
        return f"{{{', '.join(f'{name}: {item}' for name, item in named)}}}"
    if isinstance(value, str) and "\n" in value:
        return None
    return _quoted(value, inside=True)


def _scalar(value: Any, indent: str) -> str:
    if (
        isinstance(value, str)
        and "\n" in value
        and _LINES.fullmatch(value)
        and not _ESCAPED.search(value.replace("\n", ""))
    ):
        # A text of several lines stays readable as such; anything odd about it, and it is quoted.
        body = "".join(f"\n{indent}  {line}" if line else "\n" for line in value.removesuffix("\n").split("\n"))
        return f"|{'' if value.endswith(chr(10)) else '-'}{body}"
    return _quoted(value)


def _is_lines(text: str) -> bool:
    return _LINES.fullmatch(text) is not None and not _ESCAPED.search(text.replace("\n", ""))


def _quoted(value: Any, *, inside: bool = False) -> str:
    if isinstance(value, str):
        return value if is_plain(value, inside=inside) else _ESCAPED.sub(_escape, json.dumps(value, ensure_ascii=False))
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, allow_nan=False)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
