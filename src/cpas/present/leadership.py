"""The first page: scope, what is still open from last time, and delivery, progress and contribution side by side."""

from __future__ import annotations

from collections import Counter
from typing import Any

import attrs

from cpas._version import __version__
from cpas.present.advice import open_table
from cpas.present.document import Block, Cell, Column, Section, Table, Text
from cpas.present.rows import (
    answered_cell,
    contribution_cell,
    delivery_cell,
    element_cell,
    pace_cell,
    progress_cell,
    rating_cell,
    table,
    trend_cells,
)
from cpas.present.subject import Subject
from cpas.tables.assessment import Finding

__all__ = ["brief_section", "facts_of", "first_sections", "made_how", "overall_coverage", "scope_section"]


def overall_coverage(subject: Subject) -> tuple[int, int]:
    """Return how many of the scorable indicators that are due have a value, of those that are shown."""
    scores, root = subject.assessment.scores, subject.assessment.root
    period, place = scores.periods.index(subject.assessment.at), scores.tree.codes[root]
    answered = due = 0
    for indicator in subject.plan.indicators:
        row = scores.rows_by_key.get((scores.nodes[indicator.id], period, place, scores.aggregates.groups.index(())))
        if row is not None and subject.ceiling.shows_indicator(indicator.id):
            answered, due = answered + int(scores.table.answered[row]), due + int(scores.table.indicators[row])
    return answered, due


def coverage_words(subject: Subject) -> str:
    """Return the overall coverage in words."""
    answered, due = (subject.cells.count(number).text for number in overall_coverage(subject))
    return subject.label("answered_of", answered=answered, due=due)


def made_how(subject: Subject) -> str:
    """Return period, data cut-off, coverage and method in one line."""
    method = subject.assessment.methodology
    return subject.label(
        "made_how",
        plan=f"{subject.plan.id} {subject.plan.version}",
        period=subject.period,
        place=subject.place_name(subject.assessment.root),
        as_of=subject.cut_off,
        coverage=coverage_words(subject),
        method=f"{method.name} {method.version}",
        version=__version__,
        hash=subject.assessment.hash[:12],
    )


def facts_of(subject: Subject, kind: str, *sorts: str) -> tuple[tuple[str, Any], ...]:
    """Return what programs ask first of a report."""
    assessment, method = subject.assessment, subject.assessment.methodology
    answered, due = overall_coverage(subject)
    return (
        ("format", "cpas-report 1"),
        ("kind", kind),
        ("ceiling", subject.ceiling.name),
        ("plan", subject.plan.id),
        ("plan_version", subject.plan.version),
        ("at", subject.period),
        ("as_of", None if assessment.as_of is None else assessment.as_of.isoformat()),
        ("place", assessment.root),
        ("coverage", {"answered": answered, "due": due}),
        ("methodology", f"{method.name} {method.version}"),
        ("library", f"cpas {__version__}"),
        ("hash", assessment.hash),
        ("withheld", subject.ceiling.counts(*sorts)),
    )


# -- scope ----------------------------------------------------------------------------------------------------------


def scope_section(subject: Subject) -> Section:
    """Return what was assessed, of when, as known when, how whole, and by which method."""
    plan, assessment, label = subject.plan, subject.assessment, subject.label
    places = [subject.place_name(id) for id in assessment.places]
    roles = sorted({role for one in subject.ceiling.judgements() for role in one.by})
    method = assessment.methodology
    rows: list[tuple[str, str | None]] = [
        ("mission", plan.mission),
        ("plan_id", label("plan_words", id=plan.id, version=plan.version, status=subject.language.term(plan.status))),
        ("plan_period", None if plan.period is None else plan.period.iso.replace("/", " – ")),
        ("period", f"{assessment.at} ({assessment.at.iso.replace('/', ' – ')})"),
        ("as_of", subject.cut_off),
        ("coverage", coverage_words(subject)),
        ("places", ", ".join(places)),
        ("participants", ", ".join(roles)),
        ("methodology", f"{method.name} {method.version} (cpas {__version__})"),
        ("ceiling", subject.language.term(subject.ceiling.name)),
        ("hash", assessment.hash),
    ]
    made = facts_table(subject, "scope", rows)
    return Section("scope", label("title_scope"), blocks=(made,))


def facts_table(subject: Subject, key: str, rows: list[tuple[str, str | None]]) -> Table:
    """Return facts in two columns; what is empty is left out."""
    return Table(
        key,
        subject.label(f"caption_{key}", period=subject.period),
        columns=(Column("fact", subject.label("fact")), Column("is", subject.label("value"), look="wide")),
        rows=tuple((Cell(subject.label(name), code=name), Cell(said)) for name, said in rows if said),
        look="facts",
    )


def withheld_block(subject: Subject, *sorts: str) -> tuple[Block, ...]:
    """Return what is withheld, how many of each sort; nothing where nothing is."""
    counts = subject.ceiling.counts(*sorts)
    if not counts:
        return ()
    each = [f"{subject.label(f'withheld_{sort}')}: {subject.cells.count(n).text}" for sort, n in counts.items()]
    return (Text(f"{subject.withheld(sum(counts.values()))} ({'; '.join(each)})", look="call"),)


# -- in brief -------------------------------------------------------------------------------------------------------


def brief_section(subject: Subject) -> Section:
    """Return the headline: how outcomes and objectives stand, and what is not known."""
    label = subject.label
    findings = {level: _at_root(subject, level) for level in ("objective", "outcome", "output")}
    blocks: list[Block] = []
    for level, some in findings.items():
        hidden = subject.ceiling.shows_delivery if level == "output" else subject.ceiling.shows_progress
        words = Counter(one.rating for one in some if one.rating is not None and hidden(one.id))
        if words:
            said = ", ".join(
                f"{subject.cells.count(n).text} {subject.language.term(word)}" for word, n in words.items()
            )
            blocks.append(Text(said, lead=label(f"brief_{level}")))
    blocks.append(Text(coverage_words(subject), lead=label("brief_coverage")))
    errors = [one for one in subject.ceiling.remarks if one.severity != "note"]
    if errors:
        blocks.append(
            Text(label("brief_remarks", number=subject.cells.count(len(errors)).text), lead=label("brief_data"))
        )
    return Section("brief", label("title_brief"), blocks=(*blocks, *withheld_block(subject)))


def _at_root(subject: Subject, level: str) -> list[Finding]:
    root = subject.assessment.root
    return [one for one in subject.assessment if one.level == level and one.place == root]


# -- the leadership view --------------------------------------------------------------------------------------------

_OBJECTIVES = "element rating trend_previous trend_season progress answered"
_OUTCOMES = "element delivery progress pace rating trend_previous trend_season contribution"


def leadership_section(subject: Subject) -> Section:
    """Return objectives and outcomes on one page: three answers, side by side and never merged."""
    objectives = [_objective_row(subject, one) for one in _at_root(subject, "objective")]
    outcomes = [_outcome_row(subject, one) for one in _at_root(subject, "outcome")]
    blocks: list[Block] = []
    if objectives:
        blocks.append(
            table(subject, "objectives", _OBJECTIVES, objectives, numbers="progress answered", wide="element")
        )
    if outcomes:
        blocks.append(table(subject, "outcomes", _OUTCOMES, outcomes, numbers="delivery progress pace", wide="element"))
        blocks.append(subject.note("note_three_answers"))
    diagnoses = [_diagnosis_row(subject, one) for one in _at_root(subject, "outcome") if one.diagnosis is not None]
    if diagnoses:
        blocks.append(table(subject, "diagnoses", "element diagnosis", diagnoses, wide="element diagnosis"))
    if not blocks:
        blocks.append(subject.note("no_elements"))
    return Section("leadership", subject.label("title_leadership"), blocks=tuple(blocks), is_new_page=True)


def _objective_row(subject: Subject, finding: Finding) -> tuple[Cell, ...]:
    return (
        element_cell(subject, finding.id),
        rating_cell(subject, finding),
        *trend_cells(subject, finding),
        progress_cell(subject, finding),
        answered_cell(subject, finding),
    )


def _outcome_row(subject: Subject, finding: Finding) -> tuple[Cell, ...]:
    return (
        element_cell(subject, finding.id),
        delivery_cell(subject, finding),
        progress_cell(subject, finding),
        pace_cell(subject, finding),
        rating_cell(subject, finding),
        *trend_cells(subject, finding),
        contribution_cell(subject, finding),
    )


def diagnosis_cell(subject: Subject, finding: Finding) -> Cell:
    """Return what delivery and change say together; withheld where one of them is."""
    if not (subject.ceiling.shows_progress(finding.id) and subject.ceiling.shows_delivery(finding.id)):
        return subject.cells.withheld()
    cell = subject.cells.word(finding.diagnosis)
    if finding.delivery_coverage is None:
        return cell
    beside = (
        "delivery_coverage",
        subject.label("beside_delivery_reported"),
        subject.cells.share(finding.delivery_coverage),
    )
    return attrs.evolve(cell, beside=(beside,))


def _diagnosis_row(subject: Subject, finding: Finding) -> tuple[Cell, ...]:
    return element_cell(subject, finding.id), diagnosis_cell(subject, finding)


def first_sections(subject: Subject) -> tuple[Section, ...]:
    """Return the headline, what is still open from last time, and the scope."""
    still_open = Section("still_open", subject.label("title_still_open"), blocks=open_table(subject))
    return brief_section(subject), still_open, scope_section(subject)
