"""Assess: delivery, progress and contribution side by side, and what they say together.  Methodology §9, §10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any, TypeVar

from cpas.cycle.findings import element_findings, indicator_findings, remarks_on
from cpas.cycle.snapshots import content_hash
from cpas.cycle.views import View
from cpas.errors import RequestError, UnknownIdError, did_you_mean
from cpas.model import Judgement, Recommendation
from cpas.periods import Period, to_period
from cpas.tables.assessment import Assessment, Finding, IndicatorFinding
from cpas.tables.delivery import Delivery
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.scores import Scores
from cpas.waiting import watched

__all__ = ["assess"]

T = TypeVar("T", Finding, IndicatorFinding)


def assess(
    scores: Scores,
    *,
    at: Period | str,
    place: str | None = None,
    delivery: Delivery | None = None,
    judgements: Iterable[Judgement] = (),
    recommendations: Iterable[Recommendation] = (),
    previous: Assessment | None = None,
    progress_bar: bool | None = None,
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
    progress_bar : bool, optional
        Whether to show how far it is, once it takes a second; at a terminal and in a notebook where not said.

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
    at_period = scores.periods[period]
    view = View(scores, period)
    used = tuple(judgement for judgement in chosen if judgement.at == at_period)
    places = _places(scores, period, place)
    assessed = partial(watched, what="Assessing", progress_bar=progress_bar)
    by_place = (element_findings(view, code, delivery=delivery, judgements=used) for code in places)
    each = assessed(chain.from_iterable(by_place), total=len(places) * view.elements)
    findings = _in_order(scores, list(each))
    of_indicators = (indicator_findings(view, code) for code in places)
    each_indicator = assessed(chain.from_iterable(of_indicators), total=len(places) * len(scores.plan.indicators))
    indicators = _in_order(scores, list(each_indicator))
    return Assessment(
        scores=scores,
        at=at_period,
        findings=findings,
        indicator_findings=indicators,
        delivery=delivery,
        judgements=used,
        recommendations=advice,
        hash=content_hash(scores, at_period, places, delivery, used, advice),
        remarks=Remarks([*scores.remarks, *remarks_on(findings, indicators), *_unused(chosen, used)]),
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


def _in_order(scores: Scores, findings: list[T]) -> tuple[T, ...]:
    """Return findings in the plan's order, each with its places in theirs."""
    return tuple(sorted(findings, key=lambda finding: scores.nodes[finding.id]))
