"""A report before it is drawn: sections, tables and numbers that are already rounded, withheld and in words.

Markdown, HTML and JSON are all made from this, so that they cannot disagree: no writer rounds, and none decides what
may be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import attrs
from attrs import field

__all__ = ["Block", "Cell", "Column", "Document", "Items", "Look", "Section", "Table", "Text"]

CellKind = Literal["text", "word", "number", "missing", "withheld"]
Look = Literal["", "number", "wide"]


@attrs.frozen(kw_only=True)
class Cell:
    """One thing that a reader sees, and what a program needs of it.

    Examples
    --------
    >>> Cell("57.9", value=57.9, kind="number").to_dict()
    {'text': '57.9', 'value': 57.9}
    >>> Cell("OC-1").to_dict()
    'OC-1'
    """

    #: As printed, in the language of the report.
    text: str = field(kw_only=False)
    #: Text, a word of a scale, a number, missing, or withheld.
    kind: CellKind = "text"
    #: The number as printed; nothing where there is none.
    value: float | None = None
    #: The word behind a translated one, or the reason why a value is missing.
    code: str | None = None
    #: Colour of a word on its scale; never the only sign.
    colour: str | None = None
    #: Whether the number may be drawn as a bar from 0 to 100.
    bar: bool = False
    #: Where on that bar the path is.
    path: float | None = None
    #: A series: periods and their values, drawn as a line with gaps.
    series: tuple[tuple[str, float | None], ...] = ()
    #: What must never be separated from it: key, label and cell.
    beside: tuple[tuple[str, str, Cell], ...] = ()
    #: Language of the text, where it is known and not the report's.
    lang: str | None = None

    def to_dict(self) -> Any:
        """Return plain data: a text alone where there is nothing but text."""
        found: dict[str, Any] = {"text": self.text}
        if self.kind == "number":
            found["value"] = self.value
        elif self.kind in ("missing", "withheld"):
            found |= {"value": None, self.kind: True}
        if self.code is not None:
            found["code"] = self.code
        if self.series:
            found["series"] = [{"period": period, "value": value} for period, value in self.series]
        if self.beside:
            found["beside"] = {key: cell.to_dict() for key, _, cell in self.beside}
        return self.text if len(found) == 1 else found


@attrs.frozen(kw_only=True)
class Column:
    """One column of a table."""

    #: Its name for programs, the same in every language.
    key: str = field(kw_only=False)
    #: Its name for people.
    label: str = field(kw_only=False)
    #: ``number`` aligns right, ``wide`` holds sentences, anything else is as narrow as it can be.
    look: Look = ""


@attrs.frozen(kw_only=True)
class Table:
    """Rows under a caption.

    Examples
    --------
    >>> made = Table("gaps", "Missing", columns=(Column("indicator", "Indicator"),), rows=((Cell("I12"),),))
    >>> made.to_dict()["rows"]
    [{'indicator': 'I12'}]
    """

    #: Its name for programs.
    key: str = field(kw_only=False)
    #: What it shows, of which period.
    caption: str = field(kw_only=False)
    #: The columns.
    columns: tuple[Column, ...]
    #: One cell per column; the first names the row.
    rows: tuple[tuple[Cell, ...], ...]
    #: What must be known to read it.
    notes: tuple[str, ...] = ()
    #: ``cards`` for a few rows that are read one by one.
    look: Literal["table", "cards", "facts"] = "table"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: each row by the keys of its columns."""
        keys = [column.key for column in self.columns]
        return {
            "table": self.key,
            "caption": self.caption,
            "columns": {column.key: column.label for column in self.columns},
            "rows": [{key: cell.to_dict() for key, cell in zip(keys, row, strict=True)} for row in self.rows],
            "notes": list(self.notes),
        }


@attrs.frozen(kw_only=True)
class Text:
    """A paragraph, with the words it begins with.

    Examples
    --------
    >>> Text("11 of 12", lead="Coverage").to_dict()
    {'lead': 'Coverage', 'text': '11 of 12'}
    """

    #: The paragraph.
    text: str = field(kw_only=False)
    #: Its first words, made to stand out.
    lead: str = ""
    #: ``note`` is said more quietly, ``call`` louder.
    look: Literal["", "note", "call"] = ""
    #: Language, where it is known and not the report's.
    lang: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"lead": self.lead, "text": self.text} if self.lead else {"text": self.text}


@attrs.frozen(kw_only=True)
class Items:
    """A short list under a few words.

    Examples
    --------
    >>> Items("Other causes examined", ("Good rains",)).to_dict()
    {'list': 'Other causes examined', 'items': ['Good rains']}
    """

    #: What the list is of.
    title: str = field(kw_only=False)
    #: Its items.
    items: tuple[str, ...] = field(kw_only=False)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {"list": self.title, "items": list(self.items)}


Block = Table | Text | Items


@attrs.frozen(kw_only=True)
class Section:
    """A part of a report under a heading.

    Examples
    --------
    >>> data = Section("data", "Data", sections=(Section("gaps", "Gaps"),))
    >>> [(depth, section.title) for depth, section in data.walk()]
    [(1, 'Data'), (2, 'Gaps')]
    """

    #: Its name for programs, unique in the report.
    key: str = field(kw_only=False)
    #: Its heading.
    title: str = field(kw_only=False)
    #: What it says.
    blocks: tuple[Block, ...] = ()
    #: Its parts.
    sections: tuple[Section, ...] = ()
    #: Whether it begins on a new page when printed.
    is_new_page: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "section": self.key,
            "title": self.title,
            "blocks": [block.to_dict() for block in self.blocks],
            "sections": [section.to_dict() for section in self.sections],
        }

    def walk(self, depth: int = 1) -> Iterator[tuple[int, Section]]:
        """Yield this section and its parts, each with its depth."""
        yield depth, self
        for section in self.sections:
            yield from section.walk(depth + 1)


@attrs.frozen(kw_only=True)
class Document:
    """A whole report.

    Examples
    --------
    >>> empty = Document(lang="en", title="A plan", subtitle="2025-Q2", sections=(), made_how="", foot=(), facts=())
    >>> empty.to_dict()["title"]
    'A plan'
    """

    #: Language of its labels.
    lang: str
    #: Its title.
    title: str
    #: What it is, of when.
    subtitle: str
    #: Its parts.
    sections: tuple[Section, ...]
    #: One line on period, data cut-off, coverage and method, for the end.
    made_how: str
    #: What stands at the foot, in the report's language and in the words of the rule: text and language.
    foot: tuple[tuple[str, str], ...]
    #: What programs ask first: plan, period, as_of, methodology, hash, withheld.
    facts: tuple[tuple[str, Any], ...]
    #: Whether it is short enough to need no table of contents.
    is_short: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            **dict(self.facts),
            "lang": self.lang,
            "title": self.title,
            "subtitle": self.subtitle,
            "sections": [section.to_dict() for section in self.sections],
            "made_how": self.made_how,
            "foot": [text for text, _ in self.foot],
        }
