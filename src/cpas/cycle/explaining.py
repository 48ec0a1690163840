"""Explain: every number down to the observations beneath it, with the rule that made it.  Methodology §3, §9."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import numpy as np

from cpas.choices import SENSITIVITIES, Sensitivity
from cpas.errors import PeriodError, RequestError, did_you_mean
from cpas.methods.aggregation.lazily import indicators_behind
from cpas.methods.explaining.case import Case
from cpas.methods.explaining.findings import finding_ground
from cpas.methods.explaining.scores import Roll
from cpas.methods.explaining.tracing import Slot
from cpas.methods.explaining.values import find_row, value_ground
from cpas.methods.explaining.words import known_said, where_said
from cpas.periods import Period, to_period
from cpas.tables.aggregates import Aggregates
from cpas.tables.assessment import FOOT, Assessment
from cpas.tables.explanations import Explanation
from cpas.tables.grounds import Ground
from cpas.tables.lazy import LazyObservations
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remarks
from cpas.tables.rows import Rows
from cpas.tables.scores import Scores

__all__ = ["explain"]


def explain(
    result: Aggregates | Scores | Assessment,
    id: str,
    *,
    period: Period | str | None = None,
    place: str | None = None,
    ceiling: Sensitivity = "internal",
    progress_bar: bool | None = None,
    **members: str,
) -> Explanation:
    """Explain one number: what it means, how it was made, and from which observations.

    Parameters
    ----------
    result : Aggregates, Scores or Assessment
        What the number stands in.
    id : str
        Id of the indicator or, in scores and assessments, of the element.
    period : Period or text, optional
        One of its periods; the period assessed, or the last one that has it, where none is given.
    place : str, optional
        Id of the place; the root, or the only one there is, where none is given.
    ceiling : str
        Highest sensitivity to show. What is above is withheld and counted; so is a number that rests on it.
    progress_bar : bool, optional
        Whether to show how far it is, once it takes a second; at a terminal and in a notebook where not said.
    **members
        One member for each dimension that the result is by; all members where none is given.

    Returns
    -------
    Explanation
        ``to_text() to_html() to_mermaid() to_dict()``, and ``observations``: exactly those that counted.

    Raises
    ------
    RequestError
        If id, period, place, member or ceiling is unknown, or there is no such number.

    Notes
    -----
    The number is added up again by the same code, for that indicator and period alone; so an explanation cannot
    differ from what it explains.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> quarters = cpas.aggregate(observed, by="quarter")
    >>> told = cpas.explain(quarters, "I01", period="2025-Q2")
    >>> told.value, told.observations["value"].tolist()
    (61.0, [38.0, 23.0])
    """
    if not isinstance(result, Aggregates | Scores | Assessment):
        raise RequestError(
            f"A {type(result).__name__} cannot be explained. Explain aggregates, scores or an assessment.",
            type=type(result).__name__,
        )
    if ceiling not in SENSITIVITIES:
        hint = did_you_mean(ceiling, SENSITIVITIES)
        raise RequestError(f"{ceiling!r} is no ceiling: {', '.join(SENSITIVITIES)}.{hint}", ceiling=ceiling)
    aggregates, scores = _beneath(result)
    case = Case(aggregates=_at_hand(aggregates, id), ceiling=ceiling, progress_bar=progress_bar)
    asked = _Asked(case, result, scores, id)
    slot = asked.slot(period, place, members)
    ground = _ground(case, result, scores, id, slot)
    return _closed(case, result, id, slot, ground)


def _at_hand(aggregates: Aggregates, id: str) -> Aggregates:
    """Return aggregates with the observations that explain an indicator, where they would all have to be read."""
    observations = aggregates.observations
    if not isinstance(observations, LazyObservations) or id not in aggregates.plan.indicators_by_id:
        return aggregates
    return attrs.evolve(aggregates, observations=observations.of(*indicators_behind(aggregates.plan, id)))


def _beneath(result: Aggregates | Scores | Assessment) -> tuple[Aggregates, Scores | None]:
    """Return the aggregates and the scores that a result was made from."""
    if isinstance(result, Aggregates):
        return result, None
    scores = result.scores if isinstance(result, Assessment) else result
    return scores.aggregates, scores


def _ground(case: Case, result: Aggregates | Scores | Assessment, scores: Scores | None, id: str, slot: Slot) -> Ground:
    if scores is None:
        return value_ground(case, slot)
    roll = Roll(case=case, scores=scores, period=slot.period, place=slot.place, members=slot.members)
    if isinstance(result, Assessment):
        return finding_ground(result, roll, id)
    if id in case.plan.indicators_by_id:
        return roll.indicator(slot.indicator)
    return roll.element(scores.nodes[id])


class _Asked:
    """What was asked for, brought to numbers or refused with the nearest that is known."""

    def __init__(self, case: Case, result: Aggregates | Scores | Assessment, scores: Scores | None, id: str) -> None:
        self.case, self.result, self.scores, self.id = case, result, scores, id
        plan = case.plan
        self.number = case.number(id)
        if self.number < 0 and (scores is None or id not in plan.elements_by_id):
            known = [*(() if scores is None else plan.elements_by_id), *plan.indicators_by_id]
            what = "indicator" if scores is None else "indicator or element"
            also = " Aggregates have indicators only: explain the scores." if id in plan.elements_by_id else ""
            raise RequestError(f"There is no {what} {id!r}.{did_you_mean(id, known)}{also}", id=id)

    def slot(self, period: Any, place: str | None, members: Mapping[str, str]) -> Slot:
        """Return the row asked for."""
        where = self.place(place)
        group = self.members(members)
        base = Slot(indicator=self.number, period=0, place=where, members=group)
        if isinstance(self.result, Assessment) and period is None:
            period = self.result.at
        numbers = range(len(self.case.aggregates.periods))
        found = [self.period(period)] if period is not None else list(reversed(numbers))
        for number in found:
            slot = attrs.evolve(base, period=number)
            if self.has(slot):
                return slot
        raise self.nothing(base, period)

    def has(self, slot: Slot) -> bool:
        """Whether there is such a row."""
        if self.number >= 0 or self.scores is None:
            return find_row(self.case, slot) >= 0
        roll = Roll(case=self.case, scores=self.scores, period=slot.period, place=slot.place, members=slot.members)
        return roll.row(self.scores.nodes[self.id]) >= 0

    def period(self, period: Any) -> int:
        """Return the number of a period."""
        periods = self.case.aggregates.periods
        try:
            wanted = to_period(period)
        except (PeriodError, TypeError) as error:
            raise self.no_period(period) from error
        if wanted not in periods or (isinstance(self.result, Assessment) and wanted != self.result.at):
            raise self.no_period(period)
        return periods.index(wanted)

    def no_period(self, period: Any) -> RequestError:
        """Return the error for an unknown period."""
        if isinstance(self.result, Assessment):
            at = self.result.at
            said = f"The assessment is of {at}, not of {period}. Explain its scores for other periods."
            return RequestError(said, period=str(period), at=str(at))
        known = [str(one) for one in self.case.aggregates.periods]
        span = f" There are from {known[0]} to {known[-1]}." if known else " There are none: nothing was observed."
        return RequestError(f"There is no period {period}.{did_you_mean(period, known)}{span}", period=str(period))

    def place(self, place: str | None) -> int:
        """Return the number of a place: the root, or the only one there is, where none is named."""
        tree = self.case.aggregates.tree
        if place is None:
            if isinstance(self.result, Assessment):
                return tree.codes[self.result.root]
            there = self.case.aggregates.cells.place
            is_only_one = len(there) > 0 and there.min() == there.max()
            return int(there[0]) if is_only_one else tree.root
        known = self.result.places if isinstance(self.result, Assessment) else tuple(tree.codes)
        if place not in known:
            raise RequestError(f"There is no place {place!r}.{did_you_mean(place, known)}", place=place)
        return tree.codes[place]

    def members(self, members: Mapping[str, str]) -> tuple[str, ...]:
        """Return one member per group of the result."""
        groups = self.case.aggregates.request.groups
        for name, member in members.items():
            if name not in groups:
                also = f"It is by {', '.join(groups)}." if groups else "It is of all groups together."
                hint = did_you_mean(name, groups)
                raise RequestError(f"The result is not by {name!r}.{hint} {also}", group=name)
            known = self.case.plan.dimension(name).vocabulary
            if member not in known:
                hint = did_you_mean(member, known)
                said = f"{name!r} has no member {member!r}.{hint} It has {', '.join(known)}."
                raise RequestError(said, group=name, member=member)
        return tuple(members.get(name, "") for name in groups)

    def nothing(self, slot: Slot, period: Any) -> RequestError:
        """Return the error for a row that is not there."""
        cells, tree = self.case.aggregates.cells, self.case.aggregates.tree
        mine = cells.place if self.number < 0 else cells.place[cells.indicator == self.number]
        places = [tree.ids[code] for code in np.unique(mine)]
        where = f"in {period} " if period is not None else ""
        groups = dict(zip(self.case.aggregates.request.groups, slot.members, strict=True))
        named = ", ".join(f"{name}={member!r}" for name, member in groups.items() if member)
        said = f"There is no row of {self.id!r} {where}at {tree.ids[slot.place]!r}{f' for {named}' if named else ''}."
        also = f" There are at {', '.join(places[:10])}." if places else ""
        return RequestError(said + also, id=self.id, place=tree.ids[slot.place])


def _closed(case: Case, result: Aggregates | Scores | Assessment, id: str, slot: Slot, ground: Ground) -> Explanation:
    """Put the observations that the tree names into a table of their own."""
    found = [one.rows for one in ground.walk()]
    rows = np.unique(np.concatenate(found)).astype(np.int64)
    place = np.zeros(int(rows.max(initial=-1)) + 1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    request = case.aggregates.request
    members = tuple((n, m) for n, m in zip(request.groups, slot.members, strict=True) if m)
    where = where_said(str(request.periods[slot.period]), case.place_name(slot.place), members)
    told = attrs.evolve(ground, meaning=f"{where[0].upper()}{where[1:]}. {ground.meaning}".rstrip())
    moved = told.moved(place)
    is_whole = not any(part.withheld for part in moved.walk())
    return Explanation(
        id=id,
        period=str(request.periods[slot.period]),
        place=case.aggregates.tree.ids[slot.place],
        members=members,
        ceiling=case.ceiling,
        context=tuple(_context(case, result)),
        ground=moved,
        table=_taken(case, rows),
        foot=FOOT,
        remarks=result.remarks.at(id) if is_whole else Remarks(),
    )


def _taken(case: Case, rows: Any) -> Observations:
    """Return some rows as a table: a few of very many, so only theirs is looked at."""
    store, at = case.few(rows)
    columns = {
        a.name: getattr(store, a.name)[at] for a in attrs.fields(Rows) if a.name not in ("periods", "cells", "texts")
    }
    numbered = list(enumerate(at.tolist()))
    texts = {name: {new: some[row] for new, row in numbered if row in some} for name, some in store.texts.items()}
    return attrs.evolve(case.observations, store=attrs.evolve(store, texts=texts, **columns), dropped=None)


def _context(case: Case, result: Aggregates | Scores | Assessment) -> Iterator[tuple[str, str]]:
    """Yield what holds for every number in an explanation."""
    plan, request = case.plan, case.aggregates.request
    methodology = case.aggregates.methodology if isinstance(result, Aggregates) else result.methodology
    yield "Plan", f"{plan.id}, version {plan.version}: {plan.title}"
    yield "Methodology", f"{methodology.name}, version {methodology.version}"
    yield "What was known", known_said(request.as_of, request.vintage)
    yield "Shown", f"up to {case.ceiling!r}"
    if isinstance(result, Assessment):
        yield "Assessment", result.hash
