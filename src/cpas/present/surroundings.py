"""What surrounds a result: whose change it is, on which assumptions it rests, and what harm it may cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from cpas.graph import upstream
from cpas.model import Link, Outcome
from cpas.present.document import Block, Cell
from cpas.present.rows import table
from cpas.present.subject import Subject

__all__ = ["assumptions", "harms", "stakeholders"]


# -- whose change it is ---------------------------------------------------------------------------------------------


def stakeholders(subject: Subject, id: str) -> Iterator[Block]:
    """Yield those whose change an outcome is, and those the mission means to move for it."""
    outcome = subject.plan.element(id)
    if not isinstance(outcome, Outcome):
        return
    if not outcome.stakeholders:
        yield subject.note("nobodys_change", change=subject.language.term(outcome.change))
        return
    if not subject.ceiling.admits_internal:
        yield subject.note("stakeholders_withheld")
        return
    rows = [_stakeholder(subject, outcome, one) for one in outcome.stakeholders]
    rows += [_stakeholder(subject, outcome, one) for one in _influenced(subject, outcome)]
    hidden = sum(not subject.ceiling.admits(one.sensitivity) for one in subject.plan.stances if one.element == id)
    columns = "stakeholder whose influence mode change_sought stance"
    made = table(subject, "stakeholders", columns, rows, wide="stakeholder change_sought", of=id)
    yield attrs.evolve(made, notes=subject.withheld_notes(hidden))


def _influenced(subject: Subject, outcome: Outcome) -> list[str]:
    """Return those the mission means to move for this outcome, though the change is not theirs."""
    moved = [one.stakeholder for one in subject.plan.influences if one.outcome == outcome.id]
    return [id for id in dict.fromkeys(moved) if id not in outcome.stakeholders]


def _stakeholder(subject: Subject, outcome: Outcome, id: str) -> tuple[Cell, ...]:
    cells, who = subject.cells, subject.plan.stakeholder(id)
    means = [one for one in subject.plan.influences if one.outcome == outcome.id and one.stakeholder == id]
    kind = (("type", "", Cell(who.type)),) if who.type else ()
    whose = "change_theirs" if id in outcome.stakeholders else "change_not_theirs"
    return (
        Cell(f"{id} · {who.name}", beside=kind),
        Cell(subject.label(whose)),
        cells.word(who.influence),
        cells.text(", ".join(subject.language.term(one.mode) for one in means)),
        cells.text("; ".join(one.change for one in means if one.change)),
        _stance(subject, outcome.id, id),
    )


def _stance(subject: Subject, element: str, id: str) -> Cell:
    end = subject.assessment.at.end
    held = [one for one in subject.plan.stances if one.stakeholder == id and one.element == element]
    now = [one for one in held if (one.since is None or one.since <= end) and (one.until is None or one.until >= end)]
    if not now:
        return subject.cells.missing()
    last = max(now, key=lambda one: (one.since is not None, str(one.since), repr(one)))
    if not subject.ceiling.admits(last.sensitivity):
        return subject.cells.withheld()
    since = (("since", subject.label("since"), Cell(str(last.since))),) if last.since is not None else ()
    return attrs.evolve(subject.cells.word(last.position), beside=since)


# -- on what it rests -----------------------------------------------------------------------------------------------


def assumptions(subject: Subject, links: Iterable[Link], *, of: str) -> Iterator[Block]:
    """Yield the assumptions on the links into an element, with their status in the plan and what was judged."""
    if not subject.ceiling.admits_internal:
        return
    known = {one.id: one for one in subject.plan.assumptions}
    rows = [
        (
            Cell(f"{id} · {known[id].statement}"),
            Cell(f"{link.source} → {link.target}"),
            subject.cells.word(link.strength),
            subject.cells.word(known[id].status),
            _assumption_judged(subject, id),
            subject.cells.text(known[id].indicator),
        )
        for link in links
        for id in link.assumptions
    ]
    if rows:
        columns = "assumption link strength status judged watched_by"
        yield table(subject, "assumptions", columns, rows, wide="assumption", of=of)


def _assumption_judged(subject: Subject, id: str) -> Cell:
    every = [one for one in subject.assessment.judgements if one.about == "assumption" and one.element == id]
    shown = [one for one in every if subject.ceiling.admits(one.sensitivity)]
    if every and not shown:
        return subject.cells.withheld()
    if not shown:
        return subject.cells.missing()
    return attrs.evolve(subject.cells.word(shown[-1].value), beside=(("statement", "", Cell(shown[-1].statement)),))


def harms(subject: Subject, id: str) -> Iterator[Block]:
    """Yield the harm that activities upstream may cause."""
    if not subject.ceiling.admits_internal:
        return
    known = {one.id: one for one in subject.plan.harms}
    above = frozenset(upstream(subject.plan, id, levels="activity"))
    rows = [
        (
            Cell(f"{harm} · {known[harm].statement}"),
            Cell(f"{one.id} · {one.statement}"),
            Cell(known[harm].group),
            subject.cells.word(known[harm].likelihood),
            subject.cells.word(known[harm].severity),
            subject.cells.text(known[harm].mitigation),
        )
        for one in subject.plan.activities
        if one.id in above
        for harm in one.harms
    ]
    if rows:
        columns = "harm activity group likelihood severity mitigation"
        yield table(subject, "harms", columns, rows, wide="harm activity mitigation", of=id)
