"""How a table of the library looks in a notebook: what is empty is left out, what is missing says why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cpas.display.escaping import Html, clean_text, escape
from cpas.display.figures import format_missing, format_number, format_percent, is_missing, is_number
from cpas.display.tables import html_table

__all__ = ["notebook_rows", "notebook_table"]

#: Notebooks align every cell right, and stripe rows in colours that hide text where the page is dark.
_STYLE: Final = (
    "<style>table.cpas{border-collapse:collapse;background:#fff;color:#1a1a1a;margin:.5em 0}"
    "table.cpas caption{text-align:left;font-weight:600;padding:.2em 0;color:#1a1a1a;background:#fff}"
    "table.cpas th,table.cpas td{text-align:left;vertical-align:top;padding:.2em .6em;background:#fff;color:#1a1a1a;"
    "border:0;border-bottom:1px solid #ccc;max-width:32em;white-space:normal}"
    "table.cpas thead th{border-bottom:1.5px solid #1a1a1a}"
    "table.cpas td:first-child{white-space:nowrap}"
    "table.cpas .number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    "table.cpas span.number{display:block}table.cpas .missing{color:#555;font-style:italic}</style>"
)
#: Columns in an indicator's own unit: a whole number is printed as one.
_OWN: Final = frozenset({"value", "numerator", "denominator", "low", "high", "planned", "done", "previous", "season"})
_SHARES: Final = frozenset({"coverage", "delivery_coverage"})
#: Columns of words that programs write with underscores.
_WORDS: Final = frozenset({"status", "reason", "diagnosis", "severity"})
_END_OF_DAY: Final = "T23:59:59.999999"


def notebook_table(
    columns: Sequence[object], rows: Iterable[Sequence[object]], *, caption: str = "", note: str = ""
) -> str:
    """Return a table in HTML with the style that a notebook needs, and a note under it.

    Examples
    --------
    >>> notebook_table(["id"], [["OC-1"]], note="one of 12").endswith("<p><small>one of 12</small></p>")
    True
    """
    end = f"<p><small>{escape(clean_text(note))}</small></p>" if note else ""
    return f"{_STYLE}{html_table(columns, rows, caption=caption)}{end}"


def notebook_rows(rows: Sequence[Mapping[str, Any]], *, caption: str = "", note: str = "", value: str = "") -> str:
    """Return rows of plain data as such a table.

    Parameters
    ----------
    rows : sequence of mappings
        All with the same keys. A column without a single value is left out.
    value : str
        The column whose missing cells say the row's ``reason``.

    Examples
    --------
    >>> found = notebook_rows([{"id": "I12", "value": None, "low": None, "reason": "late"}], value="value")
    >>> "missing (late)" in found, "low" in found
    (True, False)
    """
    kept = [name for name in (rows[0] if rows else ()) if _is_kept(name, rows, value)]
    return notebook_table(
        [name.replace("_", " ") for name in kept],
        [[_cell(name, row, value) for name in kept] for row in rows],
        caption=caption,
        note=note,
    )


def _is_kept(name: str, rows: Sequence[Mapping[str, Any]], value: str) -> bool:
    if name == "reason" and value:
        # Only where it says something of a value that is there.
        rows = [row for row in rows if not is_missing(row[value])]
    return name == value or any(not is_missing(row[name]) for row in rows)


def _cell(name: str, row: Mapping[str, Any], value: str) -> object:
    found = row[name]
    if is_missing(found):
        return _missing(row.get("reason")) if name == value else None
    if name == "pace" and is_number(found):
        return _number(format_number(found, digits=2))
    if name in _SHARES and is_number(found):
        return _number(format_percent(found, digits=0 if float(found) in (0.0, 1.0) else 1))
    if name in _OWN and is_number(found) and float(found).is_integer() and abs(found) < 1e15:
        return int(found)
    text = found.removesuffix(_END_OF_DAY) if isinstance(found, str) else found
    return text.replace("_", " ") if name in _WORDS and isinstance(text, str) else text


def _missing(reason: str | None) -> Html:
    said = format_missing(reason)
    return Html(f'<span class="missing">{escape(clean_text(said))}</span>', text=said)


def _number(text: str) -> Html:
    return Html(f'<span class="number">{escape(text)}</span>', text=text)
