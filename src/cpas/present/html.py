"""A report as one HTML file: nothing fetched, no script, every text of the plan escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cpas.display import escape
from cpas.display.escaping import clean_text
from cpas.present.document import Block, Cell, Column, Document, Items, Section, Table, Text
from cpas.present.languages import Language
from cpas.present.pictures import bar, course
from cpas.present.style import CONTENT_POLICY, PAGE, STYLE

__all__ = ["to_fragment", "to_html"]

#: Shorter reports than this need no table of contents.
_FEW: Final = 6
#: A table of so few rows is not broken over two pages.
_SMALL: Final = 8
#: Longest text that is never broken: a period, a date, an id.
_SHORT: Final = 12


def to_html(document: Document) -> str:
    """Return a report as a page of its own.

    Examples
    --------
    >>> made = Document(lang="en", title="<b>", subtitle="S", sections=(), made_how="M", foot=(), facts=())
    >>> "<title>&lt;b&gt; – S</title>" in to_html(made)
    True
    """
    return (
        f'<!DOCTYPE html>\n<html lang="{_text(document.lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_text(CONTENT_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(document.title)} – {_text(document.subtitle)}</title>\n"
        f"<style>\n{PAGE}{STYLE}</style>\n</head>\n<body>\n{_article(document)}\n</body>\n</html>\n"
    )


def to_fragment(document: Document) -> str:
    """Return a report to be put into another page, such as a notebook; its style touches nothing around it.

    Examples
    --------
    >>> made = Document(lang="en", title="T", subtitle="S", sections=(), made_how="M", foot=(), facts=())
    >>> "<html" in to_fragment(made), ".cpas-report" in to_fragment(made)
    (False, True)
    """
    return f"<style>\n{STYLE}</style>\n{_article(document)}"


def _text(text: object) -> str:
    return escape(clean_text(text))


def _article(document: Document) -> str:
    parts = [
        f'<article class="cpas-report{" short" if document.is_short else ""}" lang="{_text(document.lang)}">',
        f'<header><h1 dir="auto">{_text(document.title)}</h1><p class="subtitle">{_text(document.subtitle)}</p>'
        f'<p class="made-how">{_text(document.made_how)}</p></header>',
        *([] if document.is_short or len(document.sections) < _FEW else [_contents(document)]),
        "<main>",
        *(line for section in document.sections for line in _section(section, 2, document.lang)),
        "</main>",
        "<footer>",
        *(f'<p lang="{_text(lang)}">{_text(text)}</p>' for text, lang in document.foot),
        "</footer>",
        "</article>",
    ]
    return "\n".join(parts)


def _contents(document: Document) -> str:
    title = Language(document.lang).label("contents")
    items = [
        f'<li><a href="#{_anchor(section)}" dir="auto">{_text(section.title)}</a></li>'
        for top in document.sections
        for depth, section in top.walk()
        if depth < 2
    ]
    return f'<nav aria-label="{_text(title)}"><p>{_text(title)}</p><ul>{"".join(items)}</ul></nav>'


def _anchor(section: Section) -> str:
    return "s-" + _text(section.key.replace(" ", "_"))


def _section(section: Section, depth: int, lang: str) -> Iterator[str]:
    heading = f"h{min(depth, 6)}"
    new = ' class="new-page"' if section.is_new_page else ""
    yield f'<section id="{_anchor(section)}"{new}>'
    yield f'<{heading} dir="auto">{_text(section.title)}</{heading}>'
    for block in section.blocks:
        yield from _block(block, lang)
    for part in section.sections:
        yield from _section(part, depth + 1, lang)
    yield "</section>"


def _block(block: Block, lang: str) -> Iterator[str]:
    if isinstance(block, Table):
        yield from _cards(block) if block.look == "cards" else _table(block)
        yield from (f'<p class="note">{_text(note)}</p>' for note in block.notes)
    elif isinstance(block, Items):
        items = "".join(f'<li dir="auto">{_text(item)}</li>' for item in block.items)
        yield f'<p class="items">{_text(block.title)}:</p><ul>{items}</ul>'
    else:
        yield _paragraph(block)


def _paragraph(block: Text) -> str:
    look = f' class="{block.look}"' if block.look else ""
    lang = f' lang="{_text(block.lang)}"' if block.lang else ""
    lead = f"<strong>{_text(block.lead)}</strong> " if block.lead else ""
    return f'<p{look}{lang} dir="auto">{lead}{_text(block.text)}</p>'


# -- tables ---------------------------------------------------------------------------------------------------------


def _table(block: Table) -> Iterator[str]:
    words = [*(["facts"] if block.look == "facts" else []), *(["small"] if len(block.rows) <= _SMALL else [])]
    look = f' class="{" ".join(words)}"' if words else ""
    heads = "".join(f'<th scope="col"{_look(column)}>{_text(column.label)}</th>' for column in block.columns)
    yield f'<div class="scroll"><table{look}>'
    yield f'<caption dir="auto">{_text(block.caption)}</caption>'
    if block.rows:
        yield f"<thead><tr>{heads}</tr></thead>"
        yield "<tbody>"
        yield from (_row(block.columns, row) for row in block.rows)
        yield "</tbody>"
    yield "</table></div>"


def _look(column: Column) -> str:
    return f' class="{column.look}"' if column.look else ""


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    cells = []
    for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
        tag, scope = ("th", ' scope="row"') if place == 0 else ("td", "")
        cells.append(f"<{tag}{scope}{_look(column)}>{_cell(cell)}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _cell(cell: Cell) -> str:
    picture = bar(cell.value, path=cell.path) if cell.bar and cell.value is not None else ""
    return _main(cell) + picture + _besides(cell)


def _main(cell: Cell) -> str:
    lang = f' lang="{_text(cell.lang)}"' if cell.lang else ""
    # Each text finds its own direction, so that Arabic beside Latin reads as it was written.
    way = "" if cell.kind == "number" else ' dir="auto"'
    said = f'<span class="{_classes(cell)}"{lang}{way}>{_text(cell.text)}</span>'
    if not cell.colour:
        return said
    return f'<span class="chip"><span class="swatch" style="background:{_text(cell.colour)}"></span>{said}</span>'


def _classes(cell: Cell) -> str:
    # A number, a date or a period is never broken in two.
    kept = ["kept"] if cell.kind == "number" or len(cell.text) <= _SHORT else []
    return " ".join(["main", *kept, *([cell.kind] if cell.kind in ("missing", "withheld") else [])])


def _besides(cell: Cell) -> str:
    """Return what must not be separated from a cell, in one small line."""
    said = " · ".join(f'<span class="one">{_beside(label, other)}</span>' for _, label, other in cell.beside)
    return f" <small>{said}</small>" if said else ""


def _beside(label: str, cell: Cell) -> str:
    inner = "".join(f" ({_beside(other, more)})" for _, other, more in cell.beside)
    return f"{_text(label)} {_main(cell)}{inner}" if label else _main(cell) + inner


# -- cards ----------------------------------------------------------------------------------------------------------


def _cards(block: Table) -> Iterator[str]:
    """Yield a card for each row: its first cell is the heading, its second the value."""
    yield f'<p class="items" dir="auto">{_text(block.caption)}</p>'
    yield f'<div class="cards" role="group" aria-label="{_text(block.caption)}">'
    for row in block.rows:
        yield from _card(block.columns, row)
    yield "</div>"


def _card(columns: Sequence[Column], row: Sequence[Cell]) -> Iterator[str]:
    yield f'<div class="card"><div><h3>{_main(row[0])}</h3>{_besides(row[0])}'
    yield f'<p class="value">{_cell(row[1])}</p></div>'
    pairs = list(zip(columns[2:], row[2:], strict=True))
    yield from (_course(column, cell) for column, cell in pairs if cell.series)
    yield f"<dl>{''.join(_fact(column, cell) for column, cell in pairs if not cell.series)}</dl></div>"


def _fact(column: Column, cell: Cell) -> str:
    return f"<dt>{_text(column.label)}</dt><dd>{_main(cell)}{_besides(cell)}</dd>"


def _course(column: Column, cell: Cell) -> str:
    first, last = cell.series[0][0], cell.series[-1][0]
    ends = f'<div class="ends"><span>{_text(first)}</span><span>{_text(last)}</span></div>'
    return f'<div class="course">{course(cell, label=column.label)}{ends}</div>'
