"""What is reported, to whom and in which language: what every part of a report asks for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

import attrs
import numpy as np

from cpas.choices import About
from cpas.errors import MethodError, PeriodError
from cpas.methods.scoring.bases import basis_of_row
from cpas.methods.scoring.basis import Basis
from cpas.model import Indicator, Judgement, Plan
from cpas.model.elements import AnyElement
from cpas.model.places import ROOT
from cpas.periods import Period
from cpas.present.ceilings import Ceiling
from cpas.present.cells import Cells
from cpas.present.document import Text
from cpas.present.languages import Language
from cpas.tables.assessment import Assessment, Finding, IndicatorFinding
from cpas.tables.rows import ALWAYS, moment

__all__ = ["Subject", "latest"]

_EPOCH: Final = datetime(1970, 1, 1)


@attrs.frozen(eq=False)
class Subject:
    """An assessment, the ceiling under which it is reported, and the language.

    Examples
    --------
    >>> import cpas
    >>> _, observed = cpas.datasets.load("kessara")
    >>> assessment = cpas.assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2")
    >>> subject = Subject(assessment, Ceiling(assessment, "internal"), Language("fr"))
    >>> subject.reason("I12"), subject.withheld(2)
    ('late', '2 valeurs non communiquées : au-dessus de « interne »')
    """

    #: What is reported.
    assessment: Assessment
    #: What may be shown.
    ceiling: Ceiling
    #: In which language.
    language: Language

    @cached_property
    def cells(self) -> Cells:
        """What makes the cells."""
        return Cells(self.language)

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.assessment.plan

    @property
    def period(self) -> str:
        """The period, as written."""
        return str(self.assessment.at)

    def label(self, key: str, /, **facts: object) -> str:
        """Return a label in the report's language."""
        return self.language.label(key, **facts)

    # -- names --------------------------------------------------------------------------------------------------

    def statement(self, element: AnyElement) -> str:
        """Return the statement of an element, translated where the plan has it so."""
        return element.statement if element.level == "activity" else self.language.said(element, element.statement)

    def title(self, id: str) -> str:
        """Return id and statement of an element."""
        return f"{id} · {self.statement(self.plan.element(id))}"

    def name(self, indicator: Indicator) -> str:
        """Return the name of an indicator, translated where the plan has it so."""
        return self.language.said(indicator, indicator.name)

    def place_name(self, id: str) -> str:
        """Return what a place is called."""
        if id in self.plan.places_by_id:
            return self.plan.places_by_id[id].name
        return self.label("everywhere") if id == ROOT else id

    # -- findings -----------------------------------------------------------------------------------------------

    def finding(self, id: str, place: str | None = None) -> Finding:
        """Return what was found of an element, at the root where no place is named."""
        return self.assessment[id, place or self.assessment.root]

    def shown_indicators(self, id: str, place: str | None = None) -> list[IndicatorFinding]:
        """Return what was found of an element's indicators, without those above the ceiling."""
        where = place or self.assessment.root
        found = [self._indicators.get((one.id, where)) for one in self.plan.indicators_of.get(id, ())]
        return [one for one in found if one is not None and self.ceiling.shows_indicator(one.id)]

    def hidden_indicators(self, id: str) -> int:
        """Return how many of an element's indicators are above the ceiling."""
        return sum(not self.ceiling.shows_indicator(one.id) for one in self.plan.indicators_of.get(id, ()))

    @cached_property
    def _indicators(self) -> dict[tuple[str, str], IndicatorFinding]:
        return {(one.id, one.place): one for one in self.assessment.indicator_findings}

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {one.id: number for number, one in enumerate(self.plan.indicators)}

    def row(self, indicator: str, period: Period | None = None, place: str | None = None) -> int | None:
        """Return the number of a row of the aggregates; nothing where there is none."""
        aggregates = self.assessment.scores.aggregates
        when = period or self.assessment.at
        if when not in aggregates.periods:
            return None
        where = aggregates.tree.codes[place or self.assessment.root]
        key = (self._numbers[indicator], aggregates.periods.index(when), where, aggregates.groups.index(()))
        return aggregates.rows_by_key.get(key)

    def value(self, indicator: str, period: Period) -> float | None:
        """Return a value of another period at the root."""
        row = self.row(indicator, period)
        value = np.nan if row is None else float(self.assessment.scores.aggregates.cells.value[row])
        return None if np.isnan(value) else value

    def reason(self, indicator: str, period: Period | None = None, place: str | None = None) -> str | None:
        """Return why an indicator has no value."""
        row = self.row(indicator, period, place)
        aggregates = self.assessment.scores.aggregates
        code = -1 if row is None else int(aggregates.cells.reason[row])
        return None if code < 0 else aggregates.reasons[code]

    def score_reason(self, id: str, place: str) -> str | None:
        """Return why an element has no score."""
        scores = self.assessment.scores
        key = (scores.nodes[id], scores.periods.index(self.assessment.at), scores.tree.codes[place])
        row = scores.rows_by_key.get((*key, scores.aggregates.groups.index(())))
        code = -1 if row is None else int(scores.table.reason[row])
        return None if code < 0 else scores.aggregates.reasons[code]

    def basis(self, indicator: str, place: str | None = None) -> Basis:
        """Return what an indicator's value is compared with."""
        row = self.row(indicator, place=place)
        if row is None:
            return Basis(reason="not_available")
        try:
            return basis_of_row(self.assessment.scores.aggregates, row, self.assessment.methodology)
        except MethodError:
            # Targets that contradict each other: no value was scored against them, and none is shown beside them.
            return Basis(reason="not_available")

    @cached_property
    def before(self) -> tuple[Period | None, Period | None]:
        """The period before, and the same season a year before."""
        return _earlier(self.assessment.at, "previous"), _earlier(self.assessment.at, "season_before")

    def latest(self, id: str, about: About, place: str | None = None) -> Judgement | None:
        """Return the judgement of an element that was made last, whether it may be shown or not."""
        return latest(self.finding(id, place).judgements, about)

    # -- time ---------------------------------------------------------------------------------------------------

    @cached_property
    def last_recorded(self) -> date | None:
        """Day of the latest row that was known, where rows have one."""
        recorded = self.assessment.scores.aggregates.observations.store.recorded_at
        until = self.assessment.as_of
        known = recorded[(recorded != ALWAYS) & (recorded <= (np.inf if until is None else moment(until)))]
        return (_EPOCH + timedelta(microseconds=int(known.max()))).date() if len(known) else None

    @property
    def cut_off(self) -> str:
        """What was known, in words."""
        if self.assessment.as_of is not None:
            return f"{self.assessment.as_of:%Y-%m-%d}"
        if self.last_recorded is not None:
            return self.label("no_cut_off_until", day=self.last_recorded)
        return self.label("no_cut_off")

    @property
    def today(self) -> date:
        """The day for which "overdue" is said: the data cut-off, else the end of the period. Never the clock's."""
        return self.assessment.as_of.date() if self.assessment.as_of is not None else self.assessment.at.end

    # -- what is withheld ---------------------------------------------------------------------------------------

    def withheld(self, number: int) -> str:
        """Return how many values are above the ceiling, in words."""
        key = "withheld_one" if number == 1 else "withheld_many"
        return self.label(key, number=self.cells.count(number).text, ceiling=self.language.term(self.ceiling.name))

    def withheld_notes(self, number: int) -> tuple[str, ...]:
        """Return a note on what is withheld, where there is any."""
        return (self.withheld(number),) if number else ()

    def note(self, key: str, /, **facts: object) -> Text:
        """Return a quiet paragraph."""
        return Text(self.label(key, **facts), look="note")


def _earlier(period: Period, step: str) -> Period | None:
    try:
        found: Period = getattr(period, step)()
    except PeriodError:
        return None
    return found


def latest(judgements: tuple[Judgement, ...], about: About) -> Judgement | None:
    """Return the judgement about something that was made last; a day that is not given comes first."""
    mine = [one for one in judgements if one.about == about]
    return max(mine, key=lambda one: (one.on is not None, str(one.on), repr(one)), default=None)
