"""Where a number, a rule or a claim is written: document, section, page and date."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
from attrs import field

__all__ = ["Source", "to_source"]


@attrs.frozen(kw_only=True)
class Source:
    """A place in a document.

    Examples
    --------
    >>> str(Source("OECD/JRC Handbook on Constructing Composite Indicators", section="step 5", year=2008))
    'OECD/JRC Handbook on Constructing Composite Indicators (2008), step 5'
    """

    #: Title or symbol of the document, or name of the data set.
    document: str = field(kw_only=False)
    #: Section, table or paragraph.
    section: str = field(default="", kw_only=False)
    #: Page, as printed.
    page: str = ""
    #: Year of publication.
    year: int | None = None
    #: Day the document was published or read.
    on: date | None = None
    #: Address or identifier (DOI, document symbol).
    url: str = ""
    #: Licence of the data, where data was taken.
    licence: str = ""
    #: Anything else a reader must know.
    note: str = ""

    def __str__(self) -> str:
        year = f" ({self.year})" if self.year is not None else ""
        page = f"p. {self.page}" if self.page else ""
        return ", ".join(part for part in (self.document + year, self.section, page) if part)


def to_source(value: Any) -> Source | None:
    """Return `value` as a Source: a text is the document's name, an empty one is no source.

    Examples
    --------
    >>> to_source("UNMISS brief, Q3 2021").document
    'UNMISS brief, Q3 2021'
    """
    if value is None or isinstance(value, Source):
        return value
    if isinstance(value, str):
        return Source(value) if value else None
    raise TypeError(f"a source is a text or a Source, not {type(value).__name__}")
