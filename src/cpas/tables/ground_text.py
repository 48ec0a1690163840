"""An explanation in text: first the number, then how it was made, then from what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cpas.display import text_table, wrap_text
from cpas.tables.grounds import Ground

__all__ = ["MOST_ROWS", "ground_text", "shown_columns", "shown_rows"]

#: Observations that people are shown at one place; all are in ``observations`` and ``to_dict``.
MOST_ROWS: Final = 20
#: Columns that hold the same for all, or say nothing, are left out; these are never shown.
_HIDDEN: Final = frozenset({"indicator", "unit"})
_ALWAYS: Final = frozenset({"period", "place", "value"})
_STEP: Final = 2


def shown_columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns in which any row says something.

    Examples
    --------
    >>> shown_columns([{"indicator": "I1", "period": "2025-Q1", "place": "n", "value": 0.0, "note": None}])
    ['period', 'place', 'value']
    """
    if not rows:
        return []
    return [
        name
        for name in rows[0]
        if name not in _HIDDEN and (name in _ALWAYS or any(row[name] not in (None, "") for row in rows))
    ]


def shown_rows(ground: Ground, rows: Sequence[Mapping[str, Any]], most: int) -> tuple[list[str], list[list[Any]], int]:
    """Return columns and cells of the observations of one ground, and how many more there are."""
    mine = [rows[row] for row in ground.rows[:most].tolist()]
    columns = [name for name in shown_columns(mine) if name not in ground.shared]
    return columns, [[_cell(row[name]) for name in columns] for row in mine], len(ground.rows) - len(mine)


def _cell(value: Any) -> Any:
    """Return a day as a day, which is kept as its end, and a number with four decimals at most."""
    if isinstance(value, float):
        return round(value, 4) if abs(value) >= 0.001 else value
    return re.sub(r"T(23:59:59\.999999|00:00:00)$", "", value) if isinstance(value, str) else value


def ground_text(
    ground: Ground,
    rows: Sequence[Mapping[str, Any]],
    *,
    context: Sequence[tuple[str, str]] = (),
    foot: str = "",
    width: int = 80,
) -> str:
    """Return a tree of grounds in lines of at most `width` columns.

    Examples
    --------
    >>> print(ground_text(Ground("I01 Incidents", value=5.0, unit="incident", meaning="Lower is better."), []))
    I01 Incidents: 5 incidents
    Lower is better.
    """
    lines = list(_head(ground, width))
    if ground.rules:
        lines += ["", "How it was made", *_rules(ground, "  ", width)]
    below = [*_rows(ground, rows, "  ", width), *_children(ground, rows, "  ", width, set())]
    if below:
        lines += ["", "From what", *below]
    lines += ["", *(wrap_text(f"{name}: {said}", width=width) for name, said in context)] if context else []
    lines += ["", wrap_text(foot, width=width)] if foot else []
    return "\n".join(lines)


def _head(ground: Ground, width: int, indent: str = "") -> Iterator[str]:
    said = f": {ground.said}" if ground.said else ""
    yield wrap_text(ground.what + said + beside(ground), width=width, indent=indent)
    inner = indent and indent + " " * _STEP
    if ground.meaning:
        yield wrap_text(ground.meaning, width=width, indent=inner)
    for name, fact in ground.facts:
        yield wrap_text(f"{name}: {fact}", width=width, indent=inner)
    if ground.source:
        yield wrap_text(f"Source: {ground.source}", width=width, indent=inner)


def beside(ground: Ground) -> str:
    """Return a remark on a number that stands beside another without counting in it; empty for all else."""
    is_number = ground.value is not None or len(ground.rows) > 0
    return " (beside it, did not count)" if is_number and not ground.counts else ""


def _rules(ground: Ground, indent: str, width: int) -> Iterator[str]:
    for rule in ground.rules:
        first, *others = wrap_text(rule, width=width - len(indent) - _STEP).split("\n")
        yield f"{indent}- {first}"
        yield from (f"{indent}  {line}" for line in others)


def _rows(ground: Ground, rows: Sequence[Mapping[str, Any]], indent: str, width: int) -> Iterator[str]:
    if len(ground.rows):
        columns, cells, more = shown_rows(ground, rows, MOST_ROWS)
        table = text_table(columns, cells, width=width - len(indent), digits=None)
        yield from ((indent + line).rstrip() for line in table.split("\n"))
        if more:
            yield f"{indent}… and {more:,} more"
    if ground.withheld:
        yield wrap_text(ground.withheld_said + ".", width=width, indent=indent)
    if ground.uncounted:
        said = "; ".join(f"{count:,} {why}" for why, count in ground.uncounted)
        yield wrap_text(f"There, but not counted: {said}.", width=width, indent=indent)


def _children(
    ground: Ground, rows: Sequence[Mapping[str, Any]], indent: str, width: int, told: set[Any]
) -> Iterator[str]:
    after_more = len(ground.rows) > 0
    for child in ground.children:
        # Past half of the width, deeper steps would leave no room for words.
        inner = indent + " " * (_STEP if len(indent) < width // 2 else 0)
        below = list(_below(child, rows, inner, width, told))
        if after_more or (below and child is not ground.children[0]):
            yield ""
        yield from _head(child, width, indent)
        yield from below
        after_more = bool(below)


def _below(ground: Ground, rows: Sequence[Mapping[str, Any]], indent: str, width: int, told: set[Any]) -> Iterator[str]:
    """Yield how a part was made and from what; what was told before is not told again."""
    lines = [*_rules(ground, indent, width), *_rows(ground, rows, indent, width)]
    fresh = set(told)
    lines += _children(ground, rows, indent, width, fresh)
    key = _key(ground)
    if key in told and len(lines) > 2:
        yield f"{indent}(as told above)"
        return
    told |= fresh | {key}
    yield from lines


def _key(ground: Ground) -> tuple[Any, ...]:
    """Return what makes two parts tell the same."""
    rules = tuple(rule.text for rule in ground.rules)
    return ground.what, ground.said, rules, ground.rows.tobytes(), tuple(_key(child) for child in ground.children)
