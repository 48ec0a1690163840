"""Objective by objective, then outcome by outcome: what was seen, what was delivered, what people judge of it."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from cpas.graph import upstream
from cpas.model import Activity
from cpas.present.document import Block, Cell, Section
from cpas.present.judged import judgement_blocks
from cpas.present.leadership import diagnosis_cell
from cpas.present.rows import (
    answered_cell,
    contribution_cell,
    delivery_cell,
    element_cell,
    indicator_table,
    pace_cell,
    progress_cell,
    rating_cell,
    table,
    trend_cells,
)
from cpas.present.subject import Subject
from cpas.present.surroundings import assumptions, harms, stakeholders

__all__ = ["result_sections"]


def result_sections(subject: Subject) -> tuple[Section, ...]:
    """Return a section per objective with its outcomes inside, then what leads nowhere."""
    plan, told = subject.plan, set[str]()
    made = []
    for objective in plan.objectives:
        ids = upstream(plan, objective.id, levels="outcome")
        made.append(
            _objective(subject, objective.id, [id for id in ids if id not in told], [id for id in ids if id in told])
        )
        told.update(ids)
    rest = [one.id for one in plan.outcomes if one.id not in told]
    if rest:
        parts = tuple(_outcome(subject, id) for id in rest)
        made.append(Section("no_objective", subject.label("title_no_objective"), sections=parts, is_new_page=not made))
    loose = [one.id for one in plan.outputs if not plan.links_from.get(one.id)]
    if loose:
        made.append(
            Section("no_outcome", subject.label("title_no_outcome"), blocks=tuple(_outputs(subject, loose, of="–")))
        )
    if plan.activities:
        made.append(_activities(subject))
    return tuple(made)


def _activities(subject: Subject) -> Section:
    """Return what was done; activities never roll up into delivery."""
    blocks: list[Block] = [subject.note("note_activities")]
    if subject.ceiling.admits_internal:
        columns = "activity component window outputs status delivery"
        rows = [_activity(subject, one) for one in subject.plan.activities]
        blocks.append(table(subject, "activities", columns, rows, numbers="delivery", wide="activity"))
    for one in subject.plan.activities:
        blocks += judgement_blocks(subject, one.id)
    return Section("activities", subject.label("title_activities"), blocks=tuple(blocks))


def _activity(subject: Subject, one: Activity) -> tuple[Cell, ...]:
    cells, finding = subject.cells, subject.finding(one.id)
    window = " – ".join(str(day) for day in (one.start, one.end) if day is not None)
    outputs = [link.target for link in subject.plan.links_from.get(one.id, ())]
    return (
        Cell(f"{one.id} · {one.statement}"),
        cells.word(one.component),
        cells.text(window),
        cells.text(", ".join(outputs) if one.in_plan else subject.label("outside_plan")),
        cells.word(finding.delivery_status),
        cells.score(finding.delivery),
    )


def _objective(subject: Subject, id: str, outcomes: list[str], told: list[str]) -> Section:
    blocks = [*_summary(subject, id), *_indicators(subject, id), *judgement_blocks(subject, id)]
    blocks += assumptions(subject, subject.plan.links_to.get(id, ()), of=id)
    if told:
        blocks.append(subject.note("told_above", ids=", ".join(told)))
    parts = tuple(_outcome(subject, one) for one in outcomes)
    return Section(f"objective:{id}", subject.title(id), blocks=tuple(blocks), sections=parts, is_new_page=True)


def _outcome(subject: Subject, id: str) -> Section:
    plan = subject.plan
    outputs = [link.source for link in plan.links_to.get(id, ()) if plan.elements_by_id[link.source].level == "output"]
    blocks = [*_summary(subject, id), *stakeholders(subject, id), *_indicators(subject, id)]
    blocks += [*_outputs(subject, outputs, of=id), *judgement_blocks(subject, id)]
    blocks += [*assumptions(subject, plan.links_to.get(id, ()), of=id), *harms(subject, id)]
    return Section(f"outcome:{id}", subject.title(id), blocks=tuple(blocks))


def _summary(subject: Subject, id: str) -> Iterator[Block]:
    finding = subject.finding(id)
    shared = "delivery progress pace rating trend_previous trend_season"
    cells = (
        delivery_cell(subject, finding),
        progress_cell(subject, finding),
        pace_cell(subject, finding),
        rating_cell(subject, finding),
        *trend_cells(subject, finding),
    )
    columns = f"{shared} contribution diagnosis" if finding.level == "outcome" else f"{shared} answered diagnosis"
    last = contribution_cell(subject, finding) if finding.level == "outcome" else answered_cell(subject, finding)
    row = (*cells, last, diagnosis_cell(subject, finding))
    yield table(subject, "summary", columns, [row], numbers="delivery progress pace answered", wide="diagnosis", of=id)


def _indicators(subject: Subject, id: str) -> Iterator[Block]:
    found, hidden = subject.shown_indicators(id), subject.hidden_indicators(id)
    if found or hidden:
        yield indicator_table(subject, "indicators_of", found, hidden=hidden, of=id)
    else:
        yield subject.note("no_indicators", of=id)


# -- what was delivered ---------------------------------------------------------------------------------------------


def _outputs(subject: Subject, ids: list[str], *, of: str) -> Iterator[Block]:
    if not ids:
        return
    columns = "element owner delivery status rating"
    yield table(
        subject, "outputs", columns, [_output(subject, id) for id in ids], numbers="delivery", wide="element", of=of
    )
    found = [one for id in ids for one in subject.shown_indicators(id)]
    hidden = sum(subject.hidden_indicators(id) for id in ids)
    if found or hidden:
        yield indicator_table(subject, "output_indicators", found, hidden=hidden, of=of)
    for id in ids:
        yield from judgement_blocks(subject, id)


def _output(subject: Subject, id: str) -> tuple[Cell, ...]:
    finding = subject.finding(id)
    judged = subject.latest(id, "delivery")
    status = subject.cells.word(finding.delivery_status)
    if not subject.ceiling.shows_delivery(id):
        status = subject.cells.withheld()
    if judged is not None and subject.ceiling.admits(judged.sensitivity):
        beside = ("judged", subject.label("beside_judged"), subject.cells.word(judged.value))
        status = attrs.evolve(status, beside=(beside,))
    return (
        element_cell(subject, id),
        subject.cells.text(getattr(subject.plan.element(id), "owner", None)),
        delivery_cell(subject, finding),
        status,
        rating_cell(subject, finding),
    )
