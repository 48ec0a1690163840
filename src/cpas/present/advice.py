"""Recommendations: what is still open from last time, what is new, who owns it, when it is due."""

from __future__ import annotations

from cpas.model import Recommendation
from cpas.present.document import Block, Cell, Section, Text
from cpas.present.rows import table
from cpas.present.subject import Subject

__all__ = ["advice_section", "open_table"]

_COLUMNS = "recommendation type addressee elements decision due status"


def open_table(subject: Subject) -> tuple[Block, ...]:
    """Return the recommendations from earlier assessments that are still open: they are printed first."""
    mine = [one for one in subject.ceiling.recommendations if _is_earlier(subject, one) and one.is_open]
    hidden = len(subject.assessment.recommendations) - len(subject.ceiling.recommendations)
    blocks: list[Block] = []
    if mine:
        blocks += _tables(subject, "still_open", mine)
    else:
        blocks.append(subject.note("none_open"))
    return (*blocks, *(Text(note, look="note") for note in subject.withheld_notes(hidden)))


def advice_section(subject: Subject) -> Section:
    """Return the recommendations of this assessment, and those of earlier ones that are closed."""
    new = [one for one in subject.ceiling.recommendations if not _is_earlier(subject, one)]
    closed = [one for one in subject.ceiling.recommendations if _is_earlier(subject, one) and not one.is_open]
    blocks: list[Block] = [_summary(subject)] if subject.ceiling.recommendations else []
    blocks += _tables(subject, "new", new) if new else [subject.note("none_new")]
    if closed:
        blocks += _tables(subject, "closed", closed)
    return Section("recommendations", subject.label("title_recommendations"), blocks=tuple(blocks), is_new_page=False)


def _is_earlier(subject: Subject, one: Recommendation) -> bool:
    return one.made_at is not None and one.made_at < subject.assessment.at


def is_overdue(subject: Subject, one: Recommendation) -> bool:
    """Whether something is still to be done after the day it was due."""
    return one.status == "overdue" or (one.is_open and one.due is not None and one.due < subject.today)


def _summary(subject: Subject) -> Text:
    every = subject.ceiling.recommendations
    decided = [one for one in every if one.decision in ("accepted", "partly accepted", "rejected")]
    count = subject.cells.count
    return Text(
        subject.label(
            "recommendations_summary",
            all=count(len(every)).text,
            decided=count(len(decided)).text,
            accepted=count(sum(one.decision != "rejected" for one in decided)).text,
            done=count(sum(one.status == "done" for one in every)).text,
            overdue=count(sum(is_overdue(subject, one) for one in every)).text,
            day=subject.today,
        )
    )


def _tables(subject: Subject, key: str, some: list[Recommendation]) -> list[Block]:
    rows = [_row(subject, one) for one in some]
    made: list[Block] = [
        table(subject, f"recommendations_{key}", _COLUMNS, rows, wide="recommendation", day=subject.today)
    ]
    actions = [row for one in some for row in _actions(subject, one)]
    if actions:
        columns = "recommendation action owner due status comment"
        made.append(table(subject, f"actions_{key}", columns, actions, wide="action comment"))
    return made


def _row(subject: Subject, one: Recommendation) -> tuple[Cell, ...]:
    cells = subject.cells
    shown = [id for id in (*one.elements, *one.because) if id not in subject.plan.indicators_by_id]
    shown += [id for id in one.because if id in subject.plan.indicators_by_id and subject.ceiling.shows_indicator(id)]
    decided = [("on", "", Cell(str(one.decided_on)))] if one.decided_on is not None else []
    reason = [("reason", "", Cell(one.reason))] if one.reason else []
    return (
        Cell(f"{one.id} · {one.text}"),
        cells.word(one.type),
        Cell(one.to),
        cells.text(", ".join(dict.fromkeys(shown))),
        Cell(subject.language.term(one.decision), kind="word", code=one.decision, beside=(*decided, *reason)),
        cells.text(one.due),
        _status(subject, one),
    )


def _status(subject: Subject, one: Recommendation) -> Cell:
    word = subject.language.term(one.status)
    if one.status != "overdue" and is_overdue(subject, one):
        late = ("overdue", "", subject.cells.word("overdue"))
        return Cell(word, kind="word", code=one.status, beside=(late,))
    return Cell(word, kind="word", code=one.status)


def _actions(subject: Subject, one: Recommendation) -> list[tuple[Cell, ...]]:
    cells = subject.cells
    return [
        (
            Cell(one.id),
            Cell(action.text),
            cells.text(action.owner),
            cells.text(action.due),
            cells.word(action.status),
            cells.text(action.comment),
        )
        for action in one.actions
    ]
