"""The chapters beside the results: context, places, data, method, limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import attrs

from cpas.choices import Kind, words
from cpas.methods.diagnosis import scale_for
from cpas.model import Methodology, Override
from cpas.present.document import Block, Cell, Items, Section, Text
from cpas.present.leadership import facts_table
from cpas.present.rows import indicator_table, pace_cell, progress_cell, rating_cell, table, trend_cells
from cpas.present.subject import Subject
from cpas.tables.assessment import IndicatorFinding

__all__ = ["context_section", "data_section", "limits_section", "method_section", "places_section"]


# -- context --------------------------------------------------------------------------------------------------------


def context_section(subject: Subject) -> Section | None:
    """Return what raises or lowers conflict now and next, and the indicators that measure no result."""
    blocks: list[Block] = []
    if subject.plan.drivers and subject.ceiling.admits_internal:
        blocks.append(_drivers(subject))
    around = [one for one in subject.plan.indicators if not set(one.elements) & set(subject.plan.elements_by_id)]
    shown = [subject.assessment.indicator(one.id) for one in around if _is_there(subject, one.id)]
    hidden = sum(not subject.ceiling.shows_indicator(one.id) for one in around)
    if shown or hidden:
        blocks.append(indicator_table(subject, "context_indicators", shown, hidden=hidden))
    return Section("context", subject.label("title_context"), blocks=tuple(blocks)) if blocks else None


def _is_there(subject: Subject, id: str) -> bool:
    return subject.ceiling.shows_indicator(id) and subject.row(id) is not None


def _drivers(subject: Subject) -> Block:
    at = subject.assessment.at
    now = {(at.start.year * 12 + at.start.month - 1 + n) % 12 + 1 for n in range(_months(subject))}
    soon = {(at.end.year * 12 + at.end.month + n) % 12 + 1 for n in range(_months(subject))}
    yes, no = subject.label("yes"), subject.label("no")
    rows = [
        (
            Cell(f"{one.id} · {one.statement}"),
            subject.cells.word(one.effect),
            Cell(yes if not one.months or now & set(one.months) else no),
            Cell(yes if not one.months or soon & set(one.months) else no),
            subject.cells.text(", ".join(subject.place_name(id) for id in one.places)),
            subject.cells.text(", ".join(one.elements)),
        )
        for one in subject.plan.drivers
    ]
    return table(subject, "drivers", "driver effect acts_now acts_next places elements", rows, wide="driver")


def _months(subject: Subject) -> int:
    at = subject.assessment.at
    return min(12, (at.end.year - at.start.year) * 12 + at.end.month - at.start.month + 1)


# -- places ---------------------------------------------------------------------------------------------------------


def places_section(subject: Subject) -> Section | None:
    """Return results and indicators place by place, in the plan's order: never a ranking."""
    places = subject.assessment.places
    if len(places) < 2:
        return None
    blocks: list[Block] = [subject.note("note_places")]
    for element in (*subject.plan.objectives, *subject.plan.outcomes):
        rows = [_place_row(subject, element.id, place) for place in places]
        columns = "place progress pace rating trend_previous trend_season"
        blocks.append(table(subject, "by_place", columns, rows, numbers="progress pace", of=subject.title(element.id)))
    found = [one for one in subject.assessment.indicator_findings if one.place != subject.assessment.root]
    shown = [one for one in found if subject.ceiling.shows_indicator(one.id)]
    if found:
        hidden = len({one.id for one in found}) - len({one.id for one in shown})
        blocks.append(indicator_table(subject, "indicators_by_place", shown, hidden=hidden, by_place=True))
    return Section("places", subject.label("title_places"), blocks=tuple(blocks), is_new_page=True)


def _place_row(subject: Subject, id: str, place: str) -> tuple[Cell, ...]:
    finding = subject.finding(id, place)
    progress = progress_cell(subject, finding)
    pace, rating = pace_cell(subject, finding), rating_cell(subject, finding)
    return Cell(subject.place_name(place)), progress, pace, rating, *trend_cells(subject, finding)


# -- data -----------------------------------------------------------------------------------------------------------


def data_section(subject: Subject) -> Section:
    """Return what is missing and why, what changed its meaning, and every remark by severity."""
    blocks: list[Block] = [*_gaps(subject), *_breaks(subject), *_remarks(subject)]
    return Section("data", subject.label("title_data"), blocks=tuple(blocks))


def _gaps(subject: Subject) -> Iterator[Block]:
    root = [one for one in subject.assessment.indicator_findings if one.place == subject.assessment.root]
    shown = [one for one in root if subject.ceiling.shows_indicator(one.id)]
    gaps = [one for one in shown if one.value is None or one.received < one.expected]
    if not gaps:
        yield subject.note("no_gaps")
        return
    rows = [_gap(subject, one) for one in gaps]
    made = table(subject, "gaps", "indicator value returns last_value", rows, numbers="returns", wide="indicator")
    yield attrs.evolve(made, notes=subject.withheld_notes(len(root) - len(shown)))


def _gap(subject: Subject, one: IndicatorFinding) -> tuple[Cell, ...]:
    cells, indicator = subject.cells, subject.plan.indicator(one.id)
    value = cells.value(one.value, indicator, subject.reason(one.id) or one.reason)
    due = ("expected", subject.label("of"), cells.count(one.expected))
    name = Cell(f"{one.id} · {subject.name(indicator)}")
    return name, value, attrs.evolve(cells.count(one.received), beside=(due,)), _last(subject, one)


def _last(subject: Subject, one: IndicatorFinding) -> Cell:
    """Return the last value before a gap, with its period: never in place of the missing one."""
    periods = [period for period in subject.assessment.scores.periods if period < subject.assessment.at]
    for period in sorted(periods, reverse=True) if one.value is None else ():
        value = subject.value(one.id, period)
        if value is not None:
            return attrs.evolve(subject.cells.measure(value), beside=(("period", "", Cell(str(period))),))
    return subject.cells.missing()


def _breaks(subject: Subject) -> Iterator[Block]:
    rows = [
        (Cell(f"{one.id} · {subject.name(one)}"), Cell(str(each.date)), Cell(each.why))
        for one in subject.plan.indicators
        for each in one.breaks
        if subject.ceiling.shows_indicator(one.id)
    ]
    if rows:
        yield table(subject, "breaks", "indicator date why", rows, wide="indicator why")


def _remarks(subject: Subject) -> Iterator[Block]:
    remarks = subject.ceiling.remarks
    hidden = len(subject.assessment.remarks) - len(remarks)
    if not remarks and not hidden:
        yield subject.note("no_remarks")
        return
    rows = [
        (
            subject.cells.word(one.severity),
            Cell(one.code),
            subject.cells.text(one.where),
            Cell(one.message, lang="en"),
            subject.cells.text(one.hint, lang="en"),
        )
        for one in remarks
    ]
    sorts = Counter(one.severity for one in remarks)
    said = ", ".join(f"{subject.cells.count(n).text} {subject.language.term(word)}" for word, n in sorts.items())
    made = table(subject, "remarks", "severity code where message hint", rows, wide="message hint", counts=said)
    yield attrs.evolve(made, notes=subject.withheld_notes(hidden))


# -- method ---------------------------------------------------------------------------------------------------------


def method_section(subject: Subject) -> Section:
    """Return the methodology with every constant and its source, what path means, and how kinds add up."""
    blocks: list[Block] = [_choices(subject), *_overrides(subject), _thresholds(subject), _bands(subject)]
    blocks.append(Text(subject.label("path_means"), lead=subject.label("path_lead")))
    used = {one.kind for one in subject.plan.indicators}
    kinds = [(subject.cells.word(kind), Cell(subject.label(f"kind_{kind}"))) for kind in words(Kind) if kind in used]
    if kinds:
        blocks.append(table(subject, "kinds", "kind adds_up", kinds, wide="adds_up"))
    return Section("method", subject.label("title_method"), blocks=tuple(blocks))


def _choices(subject: Subject) -> Block:
    """Return every choice of the methodology that is made, so that a new one cannot stay unsaid."""
    method = subject.assessment.methodology
    rows: list[tuple[str, str | None]] = [("methodology", f"{method.name} {method.version}")]
    rows += [(name, _chosen(subject, getattr(method, name))) for name in _fields(Methodology)]
    rows.append(("vintage", subject.language.term(subject.assessment.scores.aggregates.request.vintage)))
    rows.append(("sources", "; ".join(str(one) for one in method.sources)))
    return facts_table(subject, "choices", rows)


def _fields(record: type[Methodology] | type[Override]) -> list[str]:
    """Return the names of the choices, without those that are listed apart."""
    apart = ("id", "name", "version", "scales", "nodes", "thresholds", "sources")
    return [one.name for one in attrs.fields(record) if one.name not in apart]


def _chosen(subject: Subject, choice: str | float | None) -> str | None:
    if isinstance(choice, float):
        return subject.cells.constant(choice).text
    return None if choice is None else subject.language.term(choice)


def _overrides(subject: Subject) -> Iterator[Block]:
    rows = [
        (Cell(one.id), Cell(subject.label(name)), Cell(_chosen(subject, getattr(one, name)) or ""))
        for one in subject.assessment.methodology.nodes
        for name in _fields(Override)
        if getattr(one, name) is not None
    ]
    if rows:
        yield table(subject, "overrides", "id choice value", rows)


def _thresholds(subject: Subject) -> Block:
    rows = [
        (subject.cells.word(one.name), subject.cells.constant(one.value), _source(subject, one.source))
        for one in subject.assessment.methodology.thresholds
    ]
    return table(subject, "thresholds", "threshold value source", rows, numbers="value", wide="source")


def _bands(subject: Subject) -> Block:
    method, cells = subject.assessment.methodology, subject.cells
    rows = []
    for level in ("output", "outcome", "objective"):
        scale = scale_for(level, method)
        for band in (*scale.bands, *scale.states):
            word = cells.word(band.name, colour=band.colour if level != "objective" else None)
            low = cells.constant(band.low)
            rows.append(
                (cells.word(level), word, low, cells.word(scale.what), _source(subject, band.source or scale.source))
            )
    return table(subject, "bands", "level rating from of_what source", rows, numbers="from", wide="source")


def _source(subject: Subject, source: object) -> Cell:
    note = getattr(source, "note", "")
    cell = subject.cells.text("" if source is None else str(source))
    return attrs.evolve(cell, beside=(("note", "", Cell(note)),)) if note else cell


def limits_section(subject: Subject) -> Section:
    """Return what the numbers must not be used for."""
    keys = ("limit_rank", "limit_cause", "limit_coverage", "limit_silence", "limit_day", "limit_exact", "limit_un")
    items = tuple(subject.label(key) for key in keys)
    return Section("limits", subject.label("title_limits"), blocks=(Items(subject.label("limits"), items),))
