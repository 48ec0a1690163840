"""What people judge of a result: the words, what speaks for and against, other causes, and who holds otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cpas.model import Evidence, Judgement
from cpas.present.document import Block, Items, Text
from cpas.present.subject import Subject

__all__ = ["judgement_blocks"]


def judgement_blocks(subject: Subject, id: str) -> Iterator[Block]:
    """Yield the judgements of one element, each with its evidence; those above the ceiling are counted."""
    every = subject.finding(id).judgements
    shown = [one for one in every if subject.ceiling.admits(one.sensitivity)]
    for judgement in shown:
        yield from _judgement(subject, judgement)
    for note in subject.withheld_notes(len(every) - len(shown)):
        yield Text(note, look="note")


def _judgement(subject: Subject, one: Judgement) -> Iterator[Block]:
    term, label = subject.language.term, subject.label
    yield Text(one.statement, lead=label("judged_lead", id=one.element, about=term(one.about), value=term(one.value)))
    made = [", ".join(one.by), "" if one.on is None else str(one.on)]
    made.append("" if one.strength is None else label("judged_strength", strength=term(one.strength)))
    if any(made):
        yield Text(" · ".join(part for part in made if part), look="note")
    yield from _evidence(subject, "evidence_for", one.evidence)
    yield from _evidence(subject, "evidence_against", one.against)
    if one.alternatives:
        yield Items(label("alternatives"), one.alternatives)
    elif one.about == "contribution":
        yield subject.note("no_alternatives")
    if one.dissent:
        yield Items(label("dissent"), one.dissent)


def _evidence(subject: Subject, key: str, given: Iterable[Evidence]) -> Iterator[Block]:
    every = tuple(given)
    shown = subject.ceiling.evidence(every)
    if shown:
        yield Items(subject.label(key), tuple(_said(subject, one) for one in shown))
    for note in subject.withheld_notes(len(every) - len(shown)):
        yield Text(note, look="note")


def _said(subject: Subject, one: Evidence) -> str:
    behind = [subject.language.term(one.kind), one.indicator or "", "" if one.source is None else str(one.source)]
    return f"{one.statement} ({', '.join(part for part in behind if part)})"
