"""Assess: delivery, progress and contribution side by side, and what they say together.  Methodology §9, §10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from cpas.cycle.snapshots import content_hash
from cpas.errors import RequestError, UnknownIdError, did_you_mean
from cpas.methods.comparing import Comparison, compare_with_before, in_word
from cpas.methods.delivering import Delivered, carry_up, delivered_to_date
from cpas.methods.diagnosis import diagnose, rate_objective, rate_outcome, rate_output, together
from cpas.methods.scoring.indicators import basis_of_row
from cpas.methods.scoring.structure import Structure, compile_structure
from cpas.methods.trend import direction
from cpas.model import Judgement, Recommendation
from cpas.periods import Period, to_period
from cpas.tables.assessment import Assessment, Finding, IndicatorFinding
from cpas.tables.delivery import Delivery
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.scores import Scores

__all__ = ["assess"]


def assess(
    scores: Scores,
    *,
    at: Period | str,
    place: str | None = None,
    delivery: Delivery | None = None,
    judgements: Iterable[Judgement] = (),
    recommendations: Iterable[Recommendation] = (),
    previous: Assessment | None = None,
) -> Assessment:
    """Assess a plan at one period: what was done, what changed, what people judge, and what to look at next.

    Parameters
    ----------
    scores : Scores
        From :func:`cpas.score`, for all groups together (``groups=()``).
    at : Period or text
        One of the periods scored.
    place : str, optional
        Id of one place; all the places scored where none is given.
    delivery : Delivery, optional
        What was planned and done; without it an output's own indicators stand in, marked.
    judgements, recommendations : iterables of records
        What people judged and recommend. Neither enters a score.
    previous : Assessment, optional
        The assessment before, whose open recommendations are carried over.

    Returns
    -------
    Assessment
        One row per element × place; ``assessment["OC-2"]`` is one finding.

    Raises
    ------
    RequestError
        If the period or the place was not scored, or scores are by group.
    UnknownIdError
        If a judgement or recommendation is about something the plan does not have.

    Notes
    -----
    Methodology §9, §10. Three answers, never one: no judgement enters a number, and a difference is a remark.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> assessment = cpas.assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2")
    >>> assessment["OC-3"].rating, round(assessment["OC-3"].pace, 2)
    ('on path', 0.93)
    """
    period = _period(scores, at)
    chosen = _known_judgements(scores, tuple(judgements))
    advice = _recommendations(scores, tuple(recommendations), previous, scores.periods[period])
    assessor = _Assessor(scores, period, delivery, [j for j in chosen if j.at == scores.periods[period]])
    places = _places(scores, period, place)
    findings = [finding for code in places for finding in assessor.findings(code)]
    indicators = [finding for code in places for finding in assessor.indicator_findings(code)]
    order = {id: n for n, id in enumerate(scores.ids)}
    findings.sort(key=lambda finding: order[finding.id])
    indicators.sort(key=lambda finding: order[finding.id])
    used = tuple(j for j in chosen if j.at == scores.periods[period])
    return Assessment(
        scores=scores,
        at=scores.periods[period],
        findings=tuple(findings),
        indicator_findings=tuple(indicators),
        delivery=delivery,
        judgements=used,
        recommendations=advice,
        hash=content_hash(scores, scores.periods[period], places, delivery, used, advice),
        remarks=Remarks([*scores.remarks, *assessor.remarks(findings, indicators), *_unused(chosen, used)]),
    )


def _period(scores: Scores, at: Period | str) -> int:
    wanted = to_period(at)
    if scores.aggregates.request.groups:
        raise RequestError(
            f"The scores are by {', '.join(scores.aggregates.request.groups)}. "
            "Assess scores of all groups together: aggregate without groups."
        )
    if wanted not in scores.periods:
        known = [str(period) for period in scores.periods]
        raise RequestError(
            f"There are no scores in {wanted}.{did_you_mean(wanted, known)} There are from {known[0]} to {known[-1]}."
            if known
            else f"There are no scores in {wanted}: nothing was observed.",
            at=str(wanted),
        )
    return scores.periods.index(wanted)


def _places(scores: Scores, period: int, place: str | None) -> list[int]:
    """Return the numbers of the places scored in a period, the root first."""
    table, tree = scores.table, scores.tree
    there = sorted(set(table.place[table.period == period].tolist()), key=lambda code: (code != tree.root, code))
    if place is None:
        return there
    if place not in tree.codes or tree.codes[place] not in there:
        known = [tree.ids[code] for code in there]
        raise RequestError(
            f"There are no scores at {place!r}.{did_you_mean(place, known)} There are at {', '.join(known)}.",
            place=place,
        )
    return [tree.codes[place]]


def _known_judgements(scores: Scores, judgements: tuple[Judgement, ...]) -> tuple[Judgement, ...]:
    """Return judgements in the plan's order, or refuse those about something it does not have."""
    plan = scores.plan
    assumptions = {assumption.id for assumption in plan.assumptions}
    for judgement in judgements:
        known = assumptions | set(plan.elements_by_id) if judgement.about == "assumption" else plan.elements_by_id
        if judgement.element not in known:
            what = f"Judgement about {judgement.about}: plan {plan.id!r} has no element"
            raise UnknownIdError.among(judgement.element, known, what=what)
        if judgement.place is not None and judgement.place not in scores.tree.codes:
            what = f"Judgement of {judgement.element!r}: plan {plan.id!r} has no place"
            raise UnknownIdError.among(judgement.place, scores.tree.codes, what=what)
    order = {id: n for n, id in enumerate([*scores.ids, *sorted(assumptions)])}
    return tuple(sorted(judgements, key=lambda j: (order[j.element], j.about, j.place or "", repr(j))))


def _recommendations(
    scores: Scores, given: tuple[Recommendation, ...], previous: Assessment | None, at: Period
) -> tuple[Recommendation, ...]:
    """Return recommendations with those still open from earlier first; those of the assessment before are carried."""
    known = {one.id for one in given}
    carried = tuple(r for r in previous.recommendations if r.is_open and r.id not in known) if previous else ()
    for one in (*carried, *given):
        for id in (*one.elements, *one.because):
            if id not in scores.nodes:
                what = f"Recommendation {one.id!r}: plan {scores.plan.id!r} has no element or indicator"
                raise UnknownIdError.among(id, scores.nodes, what=what)

    def rank(one: Recommendation) -> tuple[int, Any, str]:
        earlier = one.made_at is not None and one.made_at < at
        place = 0 if earlier and one.is_open else 1 if not earlier else 2
        return place, one.made_at or at, one.id

    return tuple(sorted((*carried, *given), key=rank))


def _unused(judgements: tuple[Judgement, ...], used: tuple[Judgement, ...]) -> Iterator[Remark]:
    rest = len(judgements) - len(used)
    if rest:
        yield Remark(
            "judgement_other_period",
            severity="note",
            message=f"{rest} judgements are of other periods and are not shown.",
            hint="Assess the period they are of.",
        )


class _Assessor:
    """Finds what there is to say of each element, one place at a time."""

    def __init__(self, scores: Scores, period: int, delivery: Delivery | None, judgements: list[Judgement]) -> None:
        self.scores, self.period, self.delivery, self.judgements = scores, period, delivery, judgements
        self.structure: Structure = compile_structure(scores.plan, scores.methodology)
        self.at = scores.periods[period]
        self.cell = scores.aggregates.groups.index(())

    # -- indicators ---------------------------------------------------------------------------------------------

    def indicator_findings(self, place: int) -> Iterator[IndicatorFinding]:
        """Yield one finding per indicator that has a row at the place."""
        aggregates, table = self.scores.aggregates, self.scores.table
        elements = len(self.structure.levels)
        for number, indicator in enumerate(self.scores.plan.indicators):
            row = aggregates.rows_by_key.get((number, self.period, place, self.cell))
            if row is None:
                continue
            scored = self.scores.rows_by_key[number + elements, self.period, place, self.cell]
            beside = self.comparison(number, place)
            why = int(table.reason[scored])
            yield IndicatorFinding(
                id=indicator.id,
                place=self.scores.tree.ids[place],
                value=_number(beside.value),
                previous=_number(beside.previous),
                change_previous=_number(beside.change_previous),
                season=_number(beside.season),
                change_season=_number(beside.change_season),
                basis=beside.basis,
                score=_number(table.numbers["score"][scored]),
                raw=_number(table.numbers["raw"][scored]),
                trend_previous=in_word(indicator, beside.step_previous),
                trend_season=in_word(indicator, beside.step_season),
                reason=None if why < 0 else aggregates.reasons[why],
                expected=int(aggregates.cells.expected[row]),
                received=int(aggregates.cells.received[row]),
                age_days=_number(aggregates.cells.age_days[row]),
                sensitivity=indicator.sensitivity,
            )

    def comparison(self, indicator: int, place: int) -> Comparison:
        """Return an indicator's value beside both it is compared with."""
        return compare_with_before(self.scores.aggregates, indicator, self.period, place, self.cell)

    # -- elements -----------------------------------------------------------------------------------------------

    def findings(self, place: int) -> Iterator[Finding]:
        """Yield one finding per element."""
        delivered = self.delivered(place)
        for number in range(len(self.structure.levels)):
            yield self.finding(number, place, delivered.get(number, Delivered()))

    def delivered(self, place: int) -> dict[int, Delivered]:
        """Return delivery of every element; an output without any report is read from its own indicators, marked."""
        plan, tree = self.scores.plan, self.scores.tree
        found: dict[int, Delivered] = {}
        if self.delivery is not None:
            found = delivered_to_date(
                self.delivery,
                at=self.at,
                places=frozenset(tree.descendants(place).tolist()),
                as_of=self.scores.aggregates.as_of,
                start=plan.period.start if plan.period is not None else None,
            )
        for number, level in enumerate(self.structure.levels):
            if level == "output" and found.get(number, Delivered()).basis is None:
                own = self.number("score", number, place)
                if own is not None:
                    found[number] = Delivered(value=own, basis="indicators", coverage=1.0)
        return carry_up(self.structure, found)

    def number(self, column: str, node: int, place: int) -> float | None:
        """Return one number of the scores; None where it is missing."""
        row = self.scores.rows_by_key[node, self.period, place, self.cell]
        return _number(self.scores.table.numbers[column][row])

    def finding(self, node: int, place: int, delivered: Delivered) -> Finding:
        """Return what there is to say of one element."""
        scores, level = self.scores, self.structure.levels[node]
        element = scores.plan.elements[node]
        row = scores.rows_by_key[node, self.period, place, self.cell]
        trends = self.trends(node, place)
        mine = tuple(j for j in self.judgements if j.element == element.id and self.is_at(j, place))
        contribution = _latest(mine, "contribution")
        progress = _latest(mine, "progress")
        numbers = {name: self.number(name, node, place) for name in ("path", "pace", "coverage", "dispersion", "worst")}
        return Finding(
            id=element.id,
            place=scores.tree.ids[place],
            level=level,
            statement=element.statement,
            delivery=_number(delivered.value),
            delivery_basis=delivered.basis,
            delivery_coverage=_number(delivered.coverage),
            delivery_status=delivered.status,
            progress=self.number("score", node, place),
            **numbers,
            progress_judged=None if progress is None else progress.value,
            progress_basis=self.progress_basis(node, place, row),
            rating=self.rating(node, place, delivered, trends),
            trend_previous=None if level == "activity" else trends[0],
            trend_season=None if level == "activity" else trends[1],
            contribution=None if contribution is None else contribution.value,
            evidence=None if contribution is None else contribution.strength,
            answered=int(scores.table.answered[row]),
            indicators=int(scores.table.indicators[row]),
            diagnosis=self.diagnosis(node, place, delivered),
            judgements=mine,
        )

    def is_at(self, judgement: Judgement, place: int) -> bool:
        """Whether a judgement is of a place: its own, or the root where it names none."""
        tree = self.scores.tree
        return tree.codes[judgement.place] == place if judgement.place is not None else place == tree.root

    def own(self, node: int) -> list[int]:
        """Return the numbers of an element's own scorable indicators."""
        edges = self.structure.indicators.of([node])
        return [int(child) for child in edges.child]

    def progress_basis(self, node: int, place: int, row: int) -> str | None:
        """Return what progress rests on, or the reason why there is none."""
        if self.structure.levels[node] == "activity":
            return None
        own = self.own(node)
        elements = len(self.structure.levels)
        if own:
            there = sum(self.has_score(elements + child, place) for child in own)
            said = f"own indicators: {there} of {len(own)} scored"
        elif self.structure.takes_below[node]:
            edges = self.structure.outcomes.of([node])
            there = sum(self.has_score(int(child), place) for child in edges.child)
            said = f"outcomes below: {there} of {len(edges.child)} scored"
        else:
            said = "none"
        why = int(self.scores.table.reason[row])
        return said if why < 0 else f"{said} ({self.scores.aggregates.reasons[why]})"

    def has_score(self, node: int, place: int) -> bool:
        """Whether a node has a score."""
        row = self.scores.rows_by_key.get((node, self.period, place, self.cell))
        return row is not None and not np.isnan(self.scores.table.numbers["score"][row])

    def trends(self, node: int, place: int) -> tuple[str, str]:
        """Return the direction since the period before and since the same season a year before.

        From the unclipped progress of its own indicators where that is known at both times; else from what its own
        indicators say together.
        """
        now = self.base(node, self.at, place)
        own = [self.comparison(child, place) for child in self.own(node)]
        indicators = [self.scores.plan.indicators[child] for child in self.own(node)]
        words = []
        for step, then in (("step_previous", self.at.previous()), ("step_season", self.at.season_before())):
            before = self.base(node, then, place)
            if now is not None and before is not None:
                least = self.scores.methodology.threshold("stable within")
                words.append(str(direction(now - before, better="higher", min_change=least)))
            else:
                said = [in_word(i, getattr(one, step)) for i, one in zip(indicators, own, strict=True)]
                words.append(together(said))
        return words[0], words[1]

    def base(self, node: int, period: Period, place: int) -> float | None:
        """Return the unclipped progress of an element's own indicators in a period."""
        if period not in self.scores.periods:
            return None
        return self.scores.trend_base.get((node, self.scores.periods.index(period), place, self.cell))

    def rating(self, node: int, place: int, delivered: Delivered, trends: tuple[str, str]) -> str | None:
        """Return the word of its level's scale: outputs, outcomes and objectives are rated differently."""
        level, methodology = self.structure.levels[node], self.scores.methodology
        score, path = (self.number(name, node, place) for name in ("score", "path"))
        if level == "output":
            due = delivered.value
            if delivered.basis == "indicators" and score is not None and path:
                due = 100 * score / path
            return rate_output(due, methodology)
        if level == "outcome":
            raw = self.base(node, self.at, place)
            return rate_outcome(_float(score), _float(path), raw=_float(raw), methodology=methodology)
        return rate_objective(trends[1], trends[0]) if level == "objective" else None

    def diagnosis(self, node: int, place: int, delivered: Delivered) -> str | None:
        """Return what delivery and change say together, of outcomes and objectives."""
        if self.structure.levels[node] not in ("outcome", "objective"):
            return None
        own = [self.reason(child, place) for child in self.own(node)]
        return diagnose(
            delivery=delivered.value,
            score=_float(self.number("score", node, place)),
            path=_float(self.number("path", node, place)),
            has_changed=self.has_changed(node, place),
            is_held=bool(own) and all(why == "met" for why in own),
            is_early=self.is_early(node, place),
            methodology=self.scores.methodology,
        )

    def reason(self, indicator: int, place: int) -> str | None:
        """Return why an indicator has no score."""
        row = self.scores.rows_by_key.get((indicator + len(self.structure.levels), self.period, place, self.cell))
        if row is None or self.scores.table.reason[row] < 0:
            return None
        return str(self.scores.aggregates.reasons[self.scores.table.reason[row]])

    def has_changed(self, node: int, place: int) -> bool | None:
        """Whether any of its indicators moved the right way since its baseline by more than its smallest change."""
        own = self.own(node)
        if not own and self.structure.takes_below[node]:
            below = [self.has_changed(int(child), place) for child in self.structure.outcomes.of([node]).child]
            known = [word for word in below if word is not None]
            return any(known) if known else None
        elements = len(self.structure.levels)
        scored = [child for child in own if self.has_score(elements + child, place)]
        return any(self.moved(child, place) for child in scored) if scored else None

    def moved(self, indicator: int, place: int) -> bool:
        """Whether an indicator moved the right way since its baseline by more than its smallest change."""
        aggregates = self.scores.aggregates
        row = aggregates.rows_by_key[indicator, self.period, place, self.cell]
        one = self.scores.plan.indicators[indicator]
        if one.goalposts is not None:
            return True
        basis = basis_of_row(aggregates, row, self.scores.methodology)
        if basis.baseline is None or one.better == "inside":
            return True
        step = float(aggregates.cells.value[row]) - basis.baseline
        gain = step if one.better == "higher" else -step
        return gain > 0 and gain >= (one.min_change or 0.0)

    def is_early(self, node: int, place: int) -> bool:
        """Whether the longest lag of the links into an element has not passed since delivery began."""
        plan = self.scores.plan
        waits = []
        for link in plan.links_to.get(plan.elements[node].id, ()):
            began = self.began(link.source, place)
            if link.lag_days is not None and began is not None:
                waits.append((self.at.end - began).days < link.lag_days)
        return any(waits)

    def began(self, id: str, place: int) -> Any:
        """Return the first day something was delivered of an output, or of the outputs of an outcome."""
        number = self.scores.nodes[id]
        if self.structure.levels[number] == "output":
            return self.delivered(place).get(number, Delivered()).began
        days = [self.began(link.source, place) for link in self.scores.plan.links_to.get(id, ()) if link.source != id]
        return min((day for day in days if day is not None), default=None)

    # -- remarks ------------------------------------------------------------------------------------------------

    def remarks(self, findings: list[Finding], indicators: list[IndicatorFinding]) -> Iterator[Remark]:
        """Yield where people and numbers differ, and where the two comparisons do."""
        for finding in findings:
            judged = finding.progress_judged
            if judged is not None and finding.level == "outcome" and judged != finding.rating:
                yield Remark(
                    "judgement_differs",
                    severity="note",
                    where=finding.id,
                    message=f"Progress of {finding.id} at {finding.place!r} is judged {judged!r}, and computed as "
                    f"{finding.rating!r}.",
                    hint="Both stand. Say in the statement of the judgement why they differ.",
                )
        for one in indicators:
            if {one.trend_previous, one.trend_season} == {"improving", "worsening"}:
                yield Remark(
                    "comparisons_disagree",
                    severity="note",
                    where=one.id,
                    message=f"{one.id} at {one.place!r} is {one.trend_previous} since the period before and "
                    f"{one.trend_season} since the same season a year before.",
                    hint="Both are true. Name the comparison whenever you quote one.",
                )


def _number(value: Any) -> float | None:
    """Return a plain float, or None where it is missing."""
    return None if value is None or np.isnan(value) else float(value)


def _float(value: float | None) -> float:
    return float("nan") if value is None else value


def _latest(judgements: tuple[Judgement, ...], about: str) -> Judgement | None:
    """Return the judgement about something that was made last."""
    mine = [one for one in judgements if one.about == about]
    return max(mine, key=lambda one: (one.on is not None, str(one.on), repr(one)), default=None)
