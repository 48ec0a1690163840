"""The rows that several parts of a report share: elements and indicators as cells.

A composite is one cell with its coverage, its spread and its weakest part beside it, so that nothing can print one
without the others (design, rule 1).
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from cpas.errors import RequestError
from cpas.methods.diagnosis import scale_for
from cpas.model import Baseline, Indicator, Target
from cpas.present.document import Cell, Column, Look, Table
from cpas.present.subject import Subject
from cpas.tables.assessment import Finding, IndicatorFinding

__all__ = [
    "contribution_cell",
    "delivery_cell",
    "element_cell",
    "indicator_table",
    "pace_cell",
    "progress_cell",
    "rating_cell",
    "start_and_goal",
    "table",
    "trend_cells",
]


def table(
    subject: Subject,
    key: str,
    columns: str,
    rows: Sequence[tuple[Cell, ...]],
    *,
    numbers: str = "",
    wide: str = "",
    **facts: object,
) -> Table:
    """Return a table whose caption and columns have labels of their keys.

    Parameters
    ----------
    columns, numbers, wide : str
        Keys of the columns, and of those that hold numbers or sentences, apart by spaces.
    **facts
        What the caption names.
    """
    looks: dict[str, Look] = {}
    looks.update(dict.fromkeys(numbers.split(), "number"))
    looks.update(dict.fromkeys(wide.split(), "wide"))
    return Table(
        key,
        subject.label(f"caption_{key}", **{"period": subject.period, **facts}),
        columns=tuple(Column(one, subject.label(one), look=looks.get(one, "")) for one in columns.split()),
        rows=tuple(rows),
    )


# -- elements -------------------------------------------------------------------------------------------------------


def element_cell(subject: Subject, id: str) -> Cell:
    """Return an element by id and statement."""
    return Cell(subject.title(id))


def progress_cell(subject: Subject, finding: Finding) -> Cell:
    """Return the score of an element with its path, coverage, spread and weakest part beside it."""
    cells, label = subject.cells, subject.label
    if not subject.ceiling.shows_progress(finding.id):
        return cells.withheld()
    reason = subject.score_reason(finding.id, finding.place) if finding.progress is None else None
    cell = cells.score(finding.progress, reason)
    parts = {
        "path": cells.number(finding.path),
        "coverage": cells.share(finding.coverage),
        "dispersion": cells.number(finding.dispersion),
        "worst": cells.number(finding.worst),
    }
    shown = {key: one for key, one in parts.items() if one.kind != "missing" or key == "coverage"}
    if finding.progress is None and finding.worst is None:
        shown = {}
    return attrs.evolve(
        cell,
        path=parts["path"].value if "path" in shown else None,
        beside=tuple((key, label(f"beside_{key}"), one) for key, one in shown.items()),
    )


def pace_cell(subject: Subject, finding: Finding) -> Cell:
    """Return progress divided by path."""
    if not subject.ceiling.shows_progress(finding.id):
        return subject.cells.withheld()
    return subject.cells.number(finding.pace, digits=2)


def answered_cell(subject: Subject, finding: Finding) -> Cell:
    """Return how many scorable indicators have a value, of those due, here and upstream."""
    if not subject.ceiling.shows_progress(finding.id):
        return subject.cells.withheld()
    due = subject.cells.count(finding.indicators)
    return attrs.evolve(subject.cells.count(finding.answered), beside=(("due", subject.label("of"), due),))


def rating_cell(subject: Subject, finding: Finding) -> Cell:
    """Return the word of its level's scale; objectives have no colour, since they are beyond a mission's control."""
    shown = subject.ceiling.shows_delivery if finding.level == "output" else subject.ceiling.shows_progress
    if not shown(finding.id):
        return subject.cells.withheld()
    colour = None
    if finding.rating is not None and finding.level in ("output", "outcome"):
        try:
            colour = scale_for(finding.level, subject.assessment.methodology).colour(finding.rating)
        except RequestError:
            # A rule gave the word ("achieved"), and the methodology's own scale does not have it.
            colour = None
    return subject.cells.word(finding.rating, colour=colour)


def trend_cells(subject: Subject, finding: Finding) -> tuple[Cell, Cell]:
    """Return the direction since the period before, and since the same season a year before."""
    if not subject.ceiling.shows_progress(finding.id):
        return subject.cells.withheld(), subject.cells.withheld()
    return subject.cells.word(finding.trend_previous), subject.cells.word(finding.trend_season)


def delivery_cell(subject: Subject, finding: Finding) -> Cell:
    """Return what was done of what was planned to date, with what that rests on and how much of it was reported."""
    cells, label = subject.cells, subject.label
    if not subject.ceiling.shows_delivery(finding.id):
        return cells.withheld()
    if finding.delivery is None and finding.delivery_status is not None:
        # A status alone is never turned into a number.
        return attrs.evolve(cells.word(finding.delivery_status), beside=(("basis", "", cells.word("status")),))
    beside = []
    if finding.delivery_basis is not None:
        beside.append(("basis", "", cells.word(finding.delivery_basis)))
    if finding.delivery_coverage is not None:
        beside.append(("coverage", label("beside_reported"), cells.share(finding.delivery_coverage)))
    return attrs.evolve(cells.score(finding.delivery), beside=tuple(beside))


def contribution_cell(subject: Subject, finding: Finding) -> Cell:
    """Return what people judged of the mission's contribution, with the strength of the evidence beside it."""
    judgement = subject.latest(finding.id, "contribution", finding.place)
    if judgement is None:
        return Cell(subject.label("not_judged"), kind="missing", code="not_judged")
    if not subject.ceiling.admits(judgement.sensitivity):
        return subject.cells.withheld()
    beside = (
        ()
        if judgement.strength is None
        else (("evidence", subject.label("beside_evidence"), subject.cells.word(judgement.strength)),)
    )
    return attrs.evolve(subject.cells.word(judgement.value), beside=beside)


# -- indicators -----------------------------------------------------------------------------------------------------

_COLUMNS = "indicator baseline target value previous change_previous season change_season score returns age_days"


def indicator_table(
    subject: Subject,
    key: str,
    findings: list[IndicatorFinding],
    *,
    hidden: int = 0,
    by_place: bool = False,
    **facts: object,
) -> Table:
    """Return indicators with baseline, target, value and both comparisons, one row each."""
    columns = _COLUMNS.replace("indicator", "indicator place") if by_place else _COLUMNS
    rows = [_indicator_row(subject, finding, by_place=by_place) for finding in findings]
    made = table(subject, key, columns, rows, numbers=_COLUMNS.replace("indicator ", ""), wide="indicator", **facts)
    return attrs.evolve(made, notes=subject.withheld_notes(hidden))


def _indicator_row(subject: Subject, finding: IndicatorFinding, *, by_place: bool) -> tuple[Cell, ...]:
    cells, indicator = subject.cells, subject.plan.indicator(finding.id)
    before, season = subject.before
    why = subject.reason(finding.id, place=finding.place)
    head = Cell(f"{finding.id} · {subject.name(indicator)}", beside=_about(subject, indicator))
    where = (Cell(subject.place_name(finding.place)),) if by_place else ()
    return (
        head,
        *where,
        *start_and_goal(subject, indicator, finding.place),
        cells.value(finding.value, indicator, why or finding.reason),
        cells.measure(finding.previous, subject.reason(finding.id, before, finding.place) if before else None),
        cells.change(finding.change_previous, finding.basis, finding.trend_previous),
        cells.measure(finding.season, subject.reason(finding.id, season, finding.place) if season else None),
        cells.change(finding.change_season, finding.basis, finding.trend_season),
        score_cell(subject, finding),
        attrs.evolve(
            cells.count(finding.received), beside=(("expected", subject.label("of"), cells.count(finding.expected)),)
        ),
        cells.number(finding.age_days, digits=0),
    )


def _about(subject: Subject, indicator: Indicator) -> tuple[tuple[str, str, Cell], ...]:
    unit, better = subject.cells.text(indicator.unit), subject.cells.word(indicator.better)
    return ("unit", "", unit), ("better", subject.label("beside_better"), better)


def start_and_goal(subject: Subject, indicator: Indicator, place: str) -> tuple[Cell, Cell]:
    """Return what a value is compared with: baseline and target with their periods, goalposts, or a band."""
    if indicator.goalposts is not None:
        worst, best = (subject.cells.measure(end) for end in indicator.goalposts)
        return _noted(worst, Cell(subject.label("goalpost_worst"))), _noted(best, Cell(subject.label("goalpost_best")))
    basis = subject.basis(indicator.id, place)
    start = _dated(subject, basis.baseline, basis.of_baseline)
    if indicator.better == "inside" and indicator.band is not None:
        low, high = (subject.cells.measure(end).text for end in indicator.band)
        return start, Cell(subject.label("band", low=low, high=high))
    return start, _dated(subject, basis.target, basis.of_target)


def _dated(subject: Subject, value: float | None, record: Baseline | Target | None) -> Cell:
    cell = subject.cells.measure(value)
    return cell if record is None or cell.kind != "number" else _noted(cell, Cell(str(record.period)))


def _noted(cell: Cell, note: Cell) -> Cell:
    return attrs.evolve(cell, beside=(("note", "", note),))


def score_cell(subject: Subject, finding: IndicatorFinding) -> Cell:
    """Return the clipped score, with the raw progress beside it where clipping hides something."""
    cells = subject.cells
    if finding.score is None:
        # Where the value itself is missing, its own cell says why.
        said = finding.reason if finding.value is not None or finding.reason == "not_scored" else None
        return cells.word(said) if said in ("met", "not_met") else cells.missing(said)
    cell, raw = cells.number(finding.score), cells.number(finding.raw)
    if raw.kind == "number" and raw.value != cell.value:
        return attrs.evolve(cell, beside=(("raw", subject.label("beside_raw"), raw),))
    return cell
