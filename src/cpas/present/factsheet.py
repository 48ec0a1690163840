"""The factsheet: one or two pages for a briefing, made of what may be made public."""

from __future__ import annotations

from collections import Counter
from typing import Final

import attrs
import numpy as np

from cpas.choices import LEVELS
from cpas.model import Indicator
from cpas.present.document import Block, Cell, Section, Table, Text
from cpas.present.leadership import facts_table, withheld_block
from cpas.present.rows import start_and_goal, table
from cpas.present.subject import Subject
from cpas.tables.rows import NO_CODE, STATUSES, moment

__all__ = ["SORTS", "factsheet_sections"]

#: Most indicators on a factsheet (domain.md 4.7: three to five).
_MOST: Final = 5
#: What a factsheet would show if it could: what is withheld of anything else is not counted.
SORTS: Final = ("indicators", "contributions")
_LEVELS: Final = {level: rank for rank, level in enumerate(reversed(LEVELS))}
_COLUMNS: Final = "indicator value change_previous change_season series baseline target"


def factsheet_sections(subject: Subject) -> tuple[Section, ...]:
    """Return mission and mandate, indicators with both comparisons, contribution, and a note on the data."""
    chosen = chosen_indicators(subject)
    return (
        _mandate(subject),
        Section("indicators", subject.label("title_factsheet_indicators"), blocks=_indicators(subject, chosen)),
        Section("contribution", subject.label("title_contribution"), blocks=_contribution(subject)),
        Section("data", subject.label("title_data_note"), blocks=_data(subject, chosen)),
    )


def chosen_indicators(subject: Subject) -> list[Indicator]:
    """Return up to five indicators under the ceiling: those that can be scored first, then by level, then as planned.

    Whether a value is good, or there at all, plays no part.
    """
    elements = subject.plan.elements_by_id

    def rank(one: Indicator) -> tuple[bool, int]:
        levels = [_LEVELS[elements[id].level] for id in one.elements if id in elements]
        return not one.is_scorable, min(levels, default=len(_LEVELS))

    shown = [one for one in subject.plan.indicators if subject.ceiling.shows_indicator(one.id)]
    there = [one for one in shown if subject.row(one.id) is not None and one.kind != "text"]
    return sorted(there, key=rank)[:_MOST]


def _mandate(subject: Subject) -> Section:
    objectives = subject.plan.objectives
    blocks: list[Block] = [Text(subject.title(one.id), lead=subject.label("objective_lead")) for one in objectives]
    if subject.plan.mission:
        blocks.insert(0, Text(subject.plan.mission, lead=subject.label("mission")))
    days = f"{subject.period} ({subject.assessment.at.iso.replace('/', ' – ')})"
    blocks.append(Text(days, lead=subject.label("period")))
    return Section("mandate", subject.label("title_mandate"), blocks=tuple(blocks))


def _indicators(subject: Subject, chosen: list[Indicator]) -> tuple[Block, ...]:
    if not chosen:
        return (subject.note("no_public_indicators", ceiling=subject.language.term(subject.ceiling.name)),)
    made = table(subject, "factsheet", _COLUMNS, [_card(subject, one) for one in chosen], wide="indicator series")
    return (attrs.evolve(made, look="cards", notes=(subject.label("note_comparisons"),)),)


def _card(subject: Subject, one: Indicator) -> tuple[Cell, ...]:
    cells, finding = subject.cells, subject.assessment.indicator(one.id)
    start, goal = start_and_goal(subject, one, subject.assessment.root)
    value = cells.value(finding.value, one, subject.reason(one.id) or finding.reason)
    unit = ("unit", "", Cell(one.unit))
    return (
        Cell(subject.name(one), beside=(("better", subject.label("beside_better"), cells.word(one.better)),)),
        attrs.evolve(value, beside=(unit, *value.beside)),
        _compared(
            subject, cells.change(finding.change_previous, finding.basis, finding.trend_previous), finding.previous
        ),
        _compared(subject, cells.change(finding.change_season, finding.basis, finding.trend_season), finding.season),
        attrs.evolve(_series(subject, one), path=goal.value),
        start,
        goal,
    )


def _compared(subject: Subject, change: Cell, before: float | None) -> Cell:
    then = subject.cells.measure(before)
    if then.kind == "missing":
        return change
    return attrs.evolve(change, beside=(*change.beside, ("was", subject.label("was"), then)))


def _series(subject: Subject, one: Indicator) -> Cell:
    periods = sorted(period for period in subject.assessment.scores.periods if period <= subject.assessment.at)
    return subject.cells.series([(str(period), subject.value(one.id, period)) for period in periods])


def _contribution(subject: Subject) -> tuple[Block, ...]:
    shown = subject.ceiling.judgements("contribution")
    every = [one for one in subject.assessment.judgements if one.about == "contribution"]
    blocks: list[Block] = []
    for one in shown:
        lead = subject.label("contribution_lead", id=one.element, value=subject.language.term(one.value))
        blocks.append(Text(one.statement, lead=lead))
    if not every:
        blocks.append(subject.note("contribution_none"))
    elif not shown:
        blocks.append(subject.note("contribution_left_out", ceiling=subject.language.term(subject.ceiling.name)))
    return tuple(blocks)


def _data(subject: Subject, chosen: list[Indicator]) -> tuple[Block, ...]:
    sources = dict.fromkeys(str(one.source) for one in chosen if one.source is not None)
    made: Table = facts_table(
        subject,
        "data_note",
        [
            ("sources", "; ".join(sources)),
            ("as_of", subject.cut_off),
            ("revision", _revision(subject, chosen)),
        ],
    )
    return (made, *withheld_block(subject, *SORTS))


def _revision(subject: Subject, chosen: list[Indicator]) -> str:
    """Return the status of the rows behind the indicators shown, and how many were revised since first recorded."""
    aggregates = subject.assessment.scores.aggregates
    store, at = aggregates.observations.store, subject.assessment.at
    until = None if aggregates.as_of is None else moment(aggregates.as_of)
    wanted = [number for number, one in enumerate(subject.plan.indicators) if one in chosen]
    inside = [number for number, one in enumerate(store.periods) if one.start >= at.start and one.end <= at.end]
    rows = store.pick(as_of=until, first=aggregates.request.vintage == "first")
    here = aggregates.tree.descendants(aggregates.tree.codes[subject.assessment.root])
    for column, known in ((store.indicator, wanted), (store.period, inside), (store.place, here)):
        rows = rows[np.isin(column[rows], known)]
    words = Counter("no_status" if code == NO_CODE else STATUSES[code] for code in store.status[rows].tolist())
    said = [
        f"{subject.cells.count(words[key]).text} {_status(subject, key)}"
        for key in ("no_status", *STATUSES)
        if words[key]
    ]
    return ", ".join(said)


def _status(subject: Subject, key: str) -> str:
    return subject.label(key) if key == "no_status" else subject.language.term(key)
