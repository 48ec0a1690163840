"""An explanation in HTML: folds within folds, escaped, with its own style and nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cpas.display import Html, escape, html_table
from cpas.tables.ground_text import beside, shown_rows
from cpas.tables.grounds import Ground

__all__ = ["ground_html", "page"]

#: Observations shown in one fold.
_MOST_ROWS: Final = 200
_STYLE: Final = """
.cpas-explanation{font:15px/1.45 system-ui,sans-serif;max-width:60rem;color:inherit}
.cpas-explanation .cpas-number{font-size:1.5em;font-weight:600;margin:.1em 0}
.cpas-explanation p{margin:.3em 0}
.cpas-explanation ul{margin:.3em 0;padding-left:1.3em}
.cpas-explanation details{margin:.35em 0 .35em .2em;padding-left:.8em;border-left:2px solid #b8c4d0}
.cpas-explanation summary{cursor:pointer;margin-left:-.3em}
.cpas-explanation details.beside{border-left-style:dotted}
.cpas-explanation .clause,.cpas-explanation .more,.cpas-explanation footer{font-size:.87em;opacity:.8}
.cpas-explanation .withheld{font-weight:600}
.cpas-explanation table{border-collapse:collapse;margin:.4em 0;font-size:.93em;display:block;overflow-x:auto}
.cpas-explanation th,.cpas-explanation td{padding:.15em .7em .15em 0;text-align:left;border-bottom:1px solid #dde3e9}
.cpas-explanation .number{text-align:right;font-variant-numeric:tabular-nums}
.cpas-explanation p.cpas-number{text-align:left}
"""


def page(title: str, body: str) -> str:
    """Return a whole page around markup that is there already.

    Examples
    --------
    >>> page("a<b", "<p>5</p>").count("a&lt;b")
    1
    """
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def ground_html(
    ground: Ground, rows: Sequence[Mapping[str, Any]], *, context: Sequence[tuple[str, str]] = (), foot: str = ""
) -> Html:
    """Return a tree of grounds as markup, to stand in any page.

    Examples
    --------
    >>> part = Ground("I02", value=2.0, meaning="Lower is better.")
    >>> "<details open>" in ground_html(Ground("I01", value=5.0, children=(part,)), [])
    True
    """
    parts = [
        f"<style>{_STYLE}</style>",
        '<section class="cpas-explanation">',
        f'<p dir="auto">{escape(ground.what)}</p>',
        f'<p class="cpas-number" dir="auto">{escape(ground.said)}</p>' if ground.said else "",
        *_inside(ground, rows, is_open=True),
        "<footer>",
        *(f"<p>{escape(name)}: {escape(said)}</p>" for name, said in context),
        f"<p>{escape(foot)}</p>" if foot else "",
        "</footer>",
        "</section>",
    ]
    return Html("\n".join(part for part in parts if part), text=f"{ground.what}: {ground.said}")


def _inside(ground: Ground, rows: Sequence[Mapping[str, Any]], *, is_open: bool = False) -> Iterator[str]:
    if ground.meaning:
        yield f'<p dir="auto">{escape(ground.meaning)}</p>'
    facts = [*ground.facts, *([("Source", ground.source)] if ground.source else [])]
    if facts:
        yield "<ul>" + "".join(f'<li dir="auto">{escape(n)}: {escape(f)}</li>' for n, f in facts) + "</ul>"
    if ground.rules:
        yield "<ul>" + "".join(_rule(rule.text, rule.clause) for rule in ground.rules) + "</ul>"
    yield from _rows(ground, rows)
    for child in ground.children:
        yield _fold(child, rows, is_open=is_open and len(ground.children) == 1)


def _rule(text: str, clause: str) -> str:
    said = f' <span class="clause">{escape(clause)}</span>' if clause else ""
    return f'<li dir="auto">{escape(text)}{said}</li>'


def _fold(ground: Ground, rows: Sequence[Mapping[str, Any]], *, is_open: bool) -> str:
    said = f": <strong>{escape(ground.said)}</strong>" if ground.said else ""
    aside = f'<span class="more">{beside(ground)}</span>' if beside(ground) else ""
    head = f'<span dir="auto">{escape(ground.what)}{said}</span>{aside}'
    inside = "\n".join(_inside(ground, rows))
    if not inside:
        return f"<p>{head}</p>"
    attributes = ("" if ground.counts else ' class="beside"') + (" open" if is_open else "")
    start = f"<details{attributes}>"
    return f"{start}<summary>{head}</summary>\n{inside}\n</details>"


def _rows(ground: Ground, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(ground.rows):
        columns, cells, more = shown_rows(ground, rows, _MOST_ROWS)
        yield html_table(columns, cells, digits=None)
        if more:
            yield f'<p class="more">… and {more:,} more</p>'
    if ground.withheld:
        yield f'<p class="withheld">{escape(ground.withheld_said)}.</p>'
    if ground.uncounted:
        said = "; ".join(f"{count:,} {why}" for why, count in ground.uncounted)
        yield f'<p class="more">There, but not counted: {escape(said)}.</p>'
