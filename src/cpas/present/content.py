"""A report's content, in the order in which it is read: one neutral document for every writer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cpas.present.advice import advice_section
from cpas.present.chapters import context_section, data_section, limits_section, method_section, places_section
from cpas.present.document import Document, Section
from cpas.present.factsheet import SORTS, factsheet_sections
from cpas.present.leadership import facts_of, first_sections, leadership_section, made_how
from cpas.present.results import result_sections
from cpas.present.subject import Subject
from cpas.tables.assessment import FOOT
from cpas.waiting import watched

__all__ = ["ReportKind", "document"]

ReportKind = Literal["assessment", "factsheet"]


def document(subject: Subject, kind: ReportKind, *, progress_bar: bool | None = False) -> Document:
    """Return the content of a report: sections, tables, and numbers that are rounded and withheld already.

    Parameters
    ----------
    subject : Subject
        The assessment, the ceiling, and the language.
    kind : str
        ``assessment`` for all chapters, ``factsheet`` for one or two pages.
    progress_bar : bool, optional
        Whether to show how far it is; where somebody looks on if not said.
    """
    is_factsheet = kind == "factsheet"
    sections = factsheet_sections(subject) if is_factsheet else _chapters(subject)
    return Document(
        lang=subject.language.code,
        title=subject.plan.title,
        subtitle=subject.label(
            f"subtitle_{kind}", period=subject.period, place=subject.place_name(subject.assessment.root)
        ),
        sections=tuple(
            section for section in watched(sections, "Writing", progress_bar=progress_bar) if section is not None
        ),
        made_how=made_how(subject),
        foot=_foot(subject),
        facts=facts_of(subject, kind, *(SORTS if is_factsheet else ())),
        is_short=is_factsheet,
    )


def _chapters(subject: Subject) -> Iterator[Section | None]:
    yield from first_sections(subject)
    yield context_section(subject)
    yield leadership_section(subject)
    yield from result_sections(subject)
    yield places_section(subject)
    yield advice_section(subject)
    yield data_section(subject)
    yield method_section(subject)
    yield limits_section(subject)


def _foot(subject: Subject) -> tuple[tuple[str, str], ...]:
    """Return the foot of rule 14, in its own words, and in the report's language where that is another."""
    own = () if subject.language.code == "en" else ((subject.label("foot"), subject.language.code),)
    return (*own, (FOOT, "en"))
