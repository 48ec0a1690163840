"""A report as Markdown: one line a row, every text of the plan escaped."""

from __future__ import annotations

from collections.abc import Iterator

from cpas.display import markdown_escape
from cpas.present.document import Block, Cell, Document, Items, Section, Table, Text

__all__ = ["to_markdown"]


def to_markdown(document: Document) -> str:
    r"""Return a report as Markdown, with a line end at its end.

    Examples
    --------
    >>> note = Section("note", "A | B", blocks=(Text("<b>", lead="So:"),))
    >>> made = Document(lang="en", title="T", subtitle="S", sections=(note,), made_how="M", foot=(), facts=())
    >>> print(to_markdown(made).split("M")[1].split("---")[0].strip())
    ## A \| B
    <BLANKLINE>
    **So:** &lt;b&gt;
    """
    lines = [f"# {markdown_escape(document.title)}", f"**{markdown_escape(document.subtitle)}**"]
    lines.append(markdown_escape(document.made_how))
    for section in document.sections:
        lines += _section(section, 2)
    lines += ["---", *(f"*{markdown_escape(text)}*" for text, _ in document.foot)]
    return "\n\n".join(lines) + "\n"


def _section(section: Section, depth: int) -> Iterator[str]:
    yield f"{'#' * min(depth, 6)} {markdown_escape(section.title)}"
    for block in section.blocks:
        yield from _block(block)
    for part in section.sections:
        yield from _section(part, depth + 1)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Table):
        yield f"**{markdown_escape(block.caption)}**"
        if block.rows:
            yield _table(block)
        yield from (f"*{markdown_escape(note)}*" for note in block.notes)
    elif isinstance(block, Items):
        items = "\n".join(f"- {markdown_escape(item)}" for item in block.items)
        yield f"{markdown_escape(block.title)}:\n\n{items}"
    else:
        yield _text(block)


def _text(block: Text) -> str:
    text = markdown_escape(block.text)
    if block.lead:
        return f"**{markdown_escape(block.lead)}** {text}"
    return f"*{text}*" if block.look == "note" and text else text


def _table(block: Table) -> str:
    marks = ["---:" if column.look == "number" else ":---" for column in block.columns]
    lines = [[markdown_escape(column.label) for column in block.columns], marks]
    lines += [[_cell(cell) for cell in row] for row in block.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(cell: Cell) -> str:
    text = markdown_escape(cell.text)
    beside = "; ".join(_beside(label, other) for _, label, other in cell.beside)
    return f"{text} ({beside})" if beside else text


def _beside(label: str, cell: Cell) -> str:
    text = _cell(cell)
    return f"{markdown_escape(label)} {text}" if label else text
