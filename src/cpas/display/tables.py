"""Tables in HTML and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cpas.display.escaping import Html, clean_text, escape, markdown_escape
from cpas.display.figures import MISSING, cell_text, is_missing, is_number
from cpas.display.text import checked_rows, right_aligned, text_table

_NUMBER: Final = ' class="number"'


def html_table(
    columns: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    caption: str = "",
    classes: str | Sequence[str] = "cpas",
    digits: int | None = 1,
) -> Html:
    """Return a table in HTML; every text is escaped but what is :class:`Html`.

    Examples
    --------
    >>> print(html_table(["id", "score"], [["OC-1", 57.9]]))
    <table class="cpas">
    <thead><tr><th scope="col">id</th><th scope="col" class="number">score</th></tr></thead>
    <tbody>
    <tr><td dir="auto">OC-1</td><td class="number">57.9</td></tr>
    </tbody>
    </table>
    """
    body = checked_rows(columns, rows)
    right = right_aligned(body, len(columns))
    words = escape(classes if isinstance(classes, str) else " ".join(classes))
    heads = [
        f'<th scope="col"{_NUMBER if number else ""}>{escape(clean_text(column))}</th>'
        for column, number in zip(columns, right, strict=True)
    ]
    lines = [f"<tr>{''.join(_html_cell(value, digits) for value in row)}</tr>" for row in body]
    title = [f"<caption>{escape(clean_text(caption))}</caption>"] if caption else []
    return Html(
        "\n".join(
            [
                f'<table class="{words}">',
                *title,
                f"<thead><tr>{''.join(heads)}</tr></thead>",
                "<tbody>",
                *lines,
                "</tbody>",
                "</table>",
            ]
        ),
        text=text_table(columns, body, digits=digits),
    )


def _html_cell(value: object, digits: int | None) -> str:
    if isinstance(value, Html):
        return f"<td>{value}</td>"
    if is_missing(value):
        return f'<td class="missing">{MISSING}</td>'
    # Each cell finds its own direction, so that Arabic beside Latin reads as it was written.
    kind = _NUMBER if is_number(value) else ' dir="auto"'
    return f"<td{kind}>{escape(cell_text(value, digits))}</td>"


def markdown_table(columns: Sequence[object], rows: Iterable[Sequence[object]], *, digits: int | None = 1) -> str:
    r"""Return a table in Markdown, one line a row.

    Examples
    --------
    >>> print(markdown_table(["id", "score"], [["OC-1", 57.9], ["OC|2", None]]))
    | id | score |
    | :--- | ---: |
    | OC-1 | 57.9 |
    | OC\|2 | – |
    """
    body = checked_rows(columns, rows)
    marks = ["---:" if number else ":---" for number in right_aligned(body, len(columns))]
    lines = [[markdown_escape(column) for column in columns], marks]
    lines += [[markdown_escape(cell_text(value, digits)) for value in row] for row in body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
