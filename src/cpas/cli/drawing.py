"""A report on a terminal: the sections that leadership reads first, within its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cpas.cli.console import Console
from cpas.display import text_width

if TYPE_CHECKING:
    from cpas.present.document import Block, Cell, Document, Section, Table

__all__ = ["say_leadership", "say_section"]

#: Sections of the assessment that fit on two screens and lead to the rest.
_LEADERSHIP: Final = ("brief", "still_open", "leadership", "recommendations")
_GAP: Final = 2


def say_leadership(report: Document, console: Console) -> None:
    """Write what leadership reads first, with how it was made and what it must not be used for."""
    console.paragraph(report.title)
    console.paragraph(report.subtitle)
    for section in report.sections:
        if section.key in _LEADERSHIP:
            say_section(section, console)
    console.say()
    console.paragraph(report.made_how)
    for text, _ in report.foot:
        console.say()
        console.paragraph(text)


def say_section(section: Section, console: Console) -> None:
    """Write one section of a report and its parts."""
    console.heading(section.title)
    for number, block in enumerate(section.blocks):
        if number and (_is_table(block) or _is_table(section.blocks[number - 1])):
            console.say()
        _say_block(block, console)
    for part in section.sections:
        say_section(part, console)


def _is_table(block: Block) -> bool:
    from cpas.present.document import Table

    return isinstance(block, Table)


def _say_block(block: Block, console: Console) -> None:
    from cpas.present.document import Items, Table

    if isinstance(block, Table):
        _say_table(block, console)
    elif isinstance(block, Items):
        console.paragraph(block.title)
        for item in block.items:
            console.paragraph(f"- {item}", indent="  ")
    else:
        console.paragraph(f"{block.lead}: {block.text}" if block.lead else block.text)


def _say_table(table: Table, console: Console) -> None:
    """Write a table as one where it fits; else each row under its name, the cells with their labels."""
    labels = [column.label for column in table.columns]
    rows = [[_said(cell) for cell in row] for row in table.rows]
    widths = [max(map(text_width, column)) for column in zip(labels, *rows, strict=True)]
    console.paragraph(table.caption)
    if sum(widths) + _GAP * (len(widths) - 1) <= console.width:
        console.table(labels, rows)
    else:
        for row in rows:
            console.paragraph(row[0], indent="  ")
            said = [f"{label}: {text}" for label, text in zip(labels[1:], row[1:], strict=True)]
            console.paragraph("; ".join(said), indent="      ")
    for note in table.notes:
        console.paragraph(note)


def _said(cell: Cell) -> str:
    """Return what a cell says, with what must never be separated from it."""
    beside = [f"{label} {_said(one)}".strip() for _, label, one in cell.beside]
    return f"{cell.text} ({', '.join(beside)})" if beside else cell.text
