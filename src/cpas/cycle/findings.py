"""What there is to say of each indicator and element at one place.  Methodology §9.5, §9.6.

Delivery, progress and judgements are read side by side; nothing is merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np

from cpas.cycle.views import View, plain_number
from cpas.methods.delivering import Delivered, carry_up, delivered_to_date
from cpas.methods.diagnosis import diagnose, rate_objective, rate_outcomes, rate_output, together
from cpas.methods.trend import direction
from cpas.model import Judgement
from cpas.tables.assessment import Finding, IndicatorFinding
from cpas.tables.delivery import Delivery
from cpas.tables.frames import words_of
from cpas.tables.remarks import Remark

__all__ = ["element_findings", "indicator_findings", "remarks_on"]

_NOTHING = Delivered()


def indicator_findings(view: View, place: int) -> Iterator[IndicatorFinding]:
    """Yield one finding per indicator that has a row at the place."""
    cells, beside = view.scores.aggregates.cells, view.comparisons(place)
    for number, row in enumerate(beside.row.tolist()):
        if row < 0:
            continue
        indicator, node = view.plan.indicators[number], view.elements + number
        yield IndicatorFinding(
            id=indicator.id,
            place=view.scores.tree.ids[place],
            value=plain_number(beside.value[number]),
            previous=plain_number(beside.previous[number]),
            change_previous=plain_number(beside.change_previous[number]),
            season=plain_number(beside.season[number]),
            change_season=plain_number(beside.change_season[number]),
            basis=beside.basis[number],
            score=view.number("score", node, place),
            raw=view.number("raw", node, place),
            trend_previous=beside.word_previous[number],
            trend_season=beside.word_season[number],
            reason=view.reason(node, place),
            expected=int(cells.expected[row]),
            received=int(cells.received[row]),
            age_days=plain_number(cells.age_days[row]),
            sensitivity=indicator.sensitivity,
        )


def element_findings(
    view: View, place: int, *, delivery: Delivery | None, judgements: Sequence[Judgement]
) -> Iterator[Finding]:
    """Yield one finding per element.

    Parameters
    ----------
    view : View
        The scores of the period.
    place : int
        Number of the place.
    delivery : Delivery, optional
        What was planned and done.
    judgements : sequence of Judgement
        Those of the period.
    """
    delivered = _delivered(view, place, delivery)
    trends, words = _trends(view, place), _outcome_words(view, place)
    judged: dict[str, list[Judgement]] = {}
    for one in judgements:
        if _is_at(view, one, place):
            judged.setdefault(one.element, []).append(one)
    for node in range(view.elements):
        mine = tuple(judged.get(view.scores.ids[node], ()))
        word = words[node] if node in words else _rating(view, node, place, delivered.get(node, _NOTHING), trends[node])
        yield _finding(view, node, place, delivered, trends[node], mine, word)


def _delivered(view: View, place: int, delivery: Delivery | None) -> dict[int, Delivered]:
    """Return delivery of every element; an output without any report is read from its own indicators, marked."""
    found: dict[int, Delivered] = {}
    if delivery is not None:
        found = delivered_to_date(
            delivery,
            at=view.at,
            places=frozenset(view.scores.tree.descendants(place).tolist()),
            as_of=view.scores.aggregates.as_of,
            start=view.plan.period.start if view.plan.period is not None else None,
        )
    for node, level in enumerate(view.structure.levels):
        if level == "output" and found.get(node, _NOTHING).basis is None:
            own = view.number("score", node, place)
            if own is not None:
                found[node] = Delivered(value=own, basis="indicators", coverage=1.0)
    return carry_up(view.structure, found)


def _finding(
    view: View,
    node: int,
    place: int,
    delivered: dict[int, Delivered],
    trends: tuple[str, str],
    judgements: tuple[Judgement, ...],
    rating: str | None,
) -> Finding:
    """Return what there is to say of one element."""
    level, element, mine = view.structure.levels[node], view.plan.elements[node], delivered.get(node, _NOTHING)
    row = view.row(node, place)
    contribution, progress = _latest(judgements, "contribution"), _latest(judgements, "progress")
    return Finding(
        id=element.id,
        place=view.scores.tree.ids[place],
        level=level,
        statement=element.statement,
        delivery=plain_number(mine.value),
        delivery_basis=mine.basis,
        delivery_coverage=plain_number(mine.coverage),
        delivery_status=mine.status,
        progress=view.number("score", node, place),
        **{name: view.number(name, node, place) for name in ("path", "pace", "coverage", "dispersion", "worst")},
        progress_judged=None if progress is None else progress.value,
        progress_basis=None if level == "activity" else _progress_basis(view, node, place),
        rating=rating,
        trend_previous=None if level == "activity" else trends[0],
        trend_season=None if level == "activity" else trends[1],
        contribution=None if contribution is None else contribution.value,
        evidence=None if contribution is None else contribution.strength,
        answered=int(view.scores.table.answered[row]),
        indicators=int(view.scores.table.indicators[row]),
        diagnosis=_diagnosis(view, node, place, delivered),
        judgements=judgements,
    )


def _is_at(view: View, judgement: Judgement, place: int) -> bool:
    """Whether a judgement is of a place: its own, or the root where it names none."""
    tree = view.scores.tree
    return tree.codes[judgement.place] == place if judgement.place is not None else place == tree.root


def _latest(judgements: tuple[Judgement, ...], about: str) -> Judgement | None:
    """Return the judgement about something that was made last."""
    mine = [one for one in judgements if one.about == about]
    return max(mine, key=lambda one: (one.on is not None, str(one.on), repr(one)), default=None)


def _progress_basis(view: View, node: int, place: int) -> str:
    """Return what progress rests on, and the reason where there is none."""
    own = view.own(node)
    if own:
        there = sum(view.has_score(view.elements + child, place) for child in own)
        said = f"own indicators: {there} of {len(own)} scored"
    elif view.structure.takes_below[node]:
        below = view.below(node)
        said = f"outcomes below: {sum(view.has_score(child, place) for child in below)} of {len(below)} scored"
    else:
        said = "none"
    why = view.reason(node, place)
    return said if why is None else f"{said} ({why})"


def _trends(view: View, place: int) -> list[tuple[str, str]]:
    """Return of each element the direction since the period before and since the same season a year before.

    From the unclipped progress of its own indicators where that is known at both times; else from what its own
    indicators say together.
    """
    now, beside = view.bases(view.at, place), view.comparisons(place)
    least = view.methodology.threshold("stable within")
    columns = []
    for then, words in zip(view.before, (beside.word_previous, beside.word_season), strict=True):
        steps = now - view.bases(then, place)
        by_progress = direction(steps, better="higher", min_change=least)
        columns.append(
            [
                together([words[child] for child in view.own(node)])
                if np.isnan(steps[node])
                else str(by_progress[node])
                for node in range(view.elements)
            ]
        )
    return list(zip(*columns, strict=True))


def _outcome_words(view: View, place: int) -> dict[int, str | None]:
    """Return the word of every outcome, all rated at once."""
    rows = {n: view.row(n, place) for n, level in enumerate(view.structure.levels) if level == "outcome"}
    at, scores = np.array([row for row in rows.values() if row is not None], dtype=np.int64), view.scores
    numbers = scores.table.numbers
    words = rate_outcomes(
        numbers["score"][at],
        numbers["path"][at],
        raw=scores.trend_base[at],
        methodology=view.methodology,
        reason=words_of(scores.table.reason[at], scores.aggregates.reasons),
    )
    return dict(zip((node for node, row in rows.items() if row is not None), words.tolist(), strict=True))


def _rating(view: View, node: int, place: int, delivered: Delivered, trends: tuple[str, str]) -> str | None:
    """Return the word of its level's scale, for outputs and objectives: each is rated differently."""
    level, methodology = view.structure.levels[node], view.methodology
    score, path = view.number("score", node, place), view.number("path", node, place)
    if level == "output":
        if delivered.basis == "indicators" and score is not None and path:
            return rate_output(100 * score / path, methodology)
        return rate_output(delivered.value, methodology)
    return rate_objective(trends[1], trends[0]) if level == "objective" else None


def _diagnosis(view: View, node: int, place: int, delivered: dict[int, Delivered]) -> str | None:
    """Return what delivery and change say together, of outcomes and objectives."""
    if view.structure.levels[node] not in ("outcome", "objective"):
        return None
    own = [view.reason(view.elements + child, place) for child in view.own(node)]
    return diagnose(
        delivery=delivered.get(node, _NOTHING).value,
        score=_float(view.number("score", node, place)),
        path=_float(view.number("path", node, place)),
        has_changed=view.has_changed(node, place),
        is_held=bool(own) and all(why == "met" for why in own),
        is_early=_is_early(view, node, delivered),
        methodology=view.methodology,
    )


def _is_early(view: View, node: int, delivered: dict[int, Delivered]) -> bool:
    """Whether the lag of a link into an element has not passed since delivery behind it began."""
    for link in view.plan.links_to.get(view.scores.ids[node], ()):
        if link.lag_days is None:
            continue
        began = _began(view, link.source, delivered)
        if began is not None and (view.at.end - began).days < link.lag_days:
            return True
    return False


def _began(view: View, id: str, delivered: dict[int, Delivered]) -> date | None:
    """Return the first day something was delivered of an output, or of the outputs of an outcome."""
    node = view.scores.nodes[id]
    if view.structure.levels[node] == "output":
        return delivered.get(node, _NOTHING).began
    days = [_began(view, link.source, delivered) for link in view.plan.links_to.get(id, ())]
    return min((day for day in days if day is not None), default=None)


def _float(value: float | None) -> float:
    return float("nan") if value is None else value


def remarks_on(findings: Sequence[Finding], indicators: Sequence[IndicatorFinding]) -> Iterator[Remark]:
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
