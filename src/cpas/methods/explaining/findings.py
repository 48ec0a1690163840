"""The ground of one finding: delivery, progress and contribution side by side, and what was said of them.

Methodology §8, §9, §10. Three answers, never one: nothing here merges them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from cpas.methods.delivering import rows_to_date
from cpas.methods.diagnosis import scale_for
from cpas.methods.explaining.changes import change_grounds, trend_grounds
from cpas.methods.explaining.people import judgement_grounds
from cpas.methods.explaining.scores import Roll
from cpas.methods.explaining.values import value_ground
from cpas.methods.explaining.words import exact, listed, scored
from cpas.model import Methodology
from cpas.tables.assessment import Assessment, Finding
from cpas.tables.grounds import Ground, Rule

__all__ = ["finding_ground"]

#: Delivery has no sensitivity of its own: what nobody cleared for release is internal.
_OF_DELIVERY = "internal"
_MOST_ROWS = 20


def finding_ground(assessment: Assessment, roll: Roll, id: str) -> Ground:
    """Return what an assessment finds of an element or an indicator, and what that rests on."""
    if id in assessment.plan.indicators_by_id:
        return _indicator(assessment, roll, id)
    place = assessment.scores.tree.ids[roll.place]
    finding = assessment[id, place]
    node = assessment.scores.nodes[id]
    progress = attrs.evolve(roll.element(node), what="Progress")
    delivery = _delivery(assessment, roll, node)
    trends = trend_grounds(assessment, roll, node)
    rests_on = {"outcome": progress, "objective": trends}.get(finding.level, delivery)
    hidden = rests_on.is_withheld
    rules = () if hidden else tuple(_rating(finding, assessment.methodology))
    if not (progress.is_withheld or delivery.is_withheld):
        rules += tuple(_diagnosis(finding, assessment.methodology))
    word = finding.rating or ""
    if finding.level == "activity":
        word = (finding.delivery_status or "").replace("_", " ")
    return Ground(
        f"{finding.id} {finding.statement}",
        word="" if hidden else word,
        meaning="" if progress.is_withheld or delivery.is_withheld or not finding.diagnosis else _said(finding),
        rules=rules,
        is_withheld=hidden,
        because=roll.case.because,
        children=(
            *(() if finding.level == "activity" else (progress,)),
            delivery,
            *(() if finding.level == "activity" else (attrs.evolve(trends, counts=finding.level == "objective"),)),
            *judgement_grounds(assessment, roll, finding),
        ),
    )


def _said(finding: Finding) -> str:
    return f"Delivery and progress together: {finding.diagnosis}."


def _indicator(assessment: Assessment, roll: Roll, id: str) -> Ground:
    """Return the ground of an indicator in an assessment: value, score, and both comparisons."""
    number = roll.case.number(id)
    value = value_ground(roll.case, roll.slot(number))
    score = roll.indicator(number)
    beside = tuple(child for child in score.children if not len(child.counted_rows()))
    rest = tuple(child for child in score.children[1:] if len(child.counted_rows()))
    progress = attrs.evolve(score, what="Progress", children=(*rest, *beside), counts=bool(rest))
    return attrs.evolve(value, children=(*value.children, progress, *change_grounds(assessment, roll, number)))


# -- rating and diagnosis ----------------------------------------------------------------------------------------------


def _rating(finding: Finding, methodology: Methodology) -> Iterator[Rule]:
    """Yield the scale of a rating with its cut points, and the number that was rated."""
    if finding.level == "activity" or finding.rating is None:
        return
    scale = scale_for(finding.level, methodology)
    cuts = [f"from {exact(band.low)} {band.name}" for band in scale.bands if band.low is not None]
    worst = [f"below that {scale.bands[0].name}"] if cuts else []
    rated = {
        "output": f"delivered of what was due: {scored(finding.delivery)}",
        "outcome": f"score {scored(finding.progress)}, due {scored(finding.path)}, pace {_two(finding.pace)}",
        "objective": f"since the same season {finding.trend_season}, since the period before {finding.trend_previous}",
    }[finding.level]
    said = f" Scale {scale.id!r}: {listed([*reversed(cuts), *worst])}." if cuts else f" Scale {scale.id!r}."
    source = f" Source: {scale.source}." if scale.source else ""
    yield Rule(f"Rated {finding.rating!r}; {rated}.{said}{source}", clause="§9.5", step="rating", method=scale.id)


def _diagnosis(finding: Finding, methodology: Methodology) -> Iterator[Rule]:
    """Yield the two questions of a diagnosis with their cut points."""
    if finding.diagnosis is None:
        return
    delivered, improved = methodology.threshold("delivered"), methodology.threshold("improved")
    coverage = (
        "" if finding.delivery_coverage is None else f", from {finding.delivery_coverage:.0%} of what it rests on"
    )
    first = f"Delivered? {scored(finding.delivery)}{coverage}; from {exact(delivered)} on it counts as delivered."
    due = "not known" if finding.path is None else scored(improved / 100 * finding.path)
    second = (
        f"Improved? The score is {scored(finding.progress)}; it counts from {due} on ({exact(improved)} % of what was "
        "due), where an indicator has also moved the right way by more than its smallest change."
    )
    sources = {str(one.source) for one in methodology.thresholds if one.name in ("delivered", "improved")}
    where = f" Cut points: {listed(sorted(sources))}."
    yield Rule(first, clause="§9.6", step="diagnosis", method="delivered")
    yield Rule(second, clause="§9.6", step="diagnosis", method="improved")
    yield Rule(f"Together: {finding.diagnosis}.{where}", clause="§9.6", step="diagnosis")


def _two(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2f}"


# -- delivery ----------------------------------------------------------------------------------------------------------


def _delivery(assessment: Assessment, roll: Roll, node: int, *, weight: str = "") -> Ground:
    """Return what was delivered, and from what."""
    finding = assessment[roll.scores.ids[node], roll.scores.tree.ids[roll.place]]
    hidden = roll.case.hides(_OF_DELIVERY)
    children = () if hidden else tuple(_delivered_parts(assessment, roll, node, finding))
    withheld = hidden or any(child.is_withheld for child in children if child.counts)
    facts = [("Weight", weight)] if weight else []
    if finding.delivery_coverage is not None and not withheld:
        facts.append(("Coverage", f"{finding.delivery_coverage:.0%} of what it rests on was reported"))
    if finding.delivery_status and not withheld:
        facts.append(("Latest status", finding.delivery_status.replace("_", " ")))
    return Ground(
        "Delivery: what was done of what was planned to date" if not weight else f"{finding.id} {finding.statement}",
        value=None if withheld else finding.delivery,
        unit="%",
        digits=1,
        word="" if withheld or finding.delivery is not None else _status(finding),
        rules=() if withheld else tuple(_delivery_rules(assessment, roll, node, finding)),
        facts=tuple(facts),
        is_withheld=withheld,
        because=roll.case.because,
        children=children,
        counts=finding.level == "activity" or finding.delivery is not None,
    )


def _status(finding: Finding) -> str:
    return f"status {finding.delivery_status.replace('_', ' ')}" if finding.delivery_status else "nothing reported"


def _delivery_rules(assessment: Assessment, roll: Roll, node: int, finding: Finding) -> Iterator[Rule]:
    """Yield what delivery was worked out from."""
    basis = finding.delivery_basis
    said = {
        "quantities": "Done divided by planned, of the periods in which both were given",
        "percent": "The share reported for the last period that has one",
        "status": "Only a status was reported; it is never turned into a number",
        "indicators": "Nothing was reported of it, so the score of its own indicators stands in",
        "outputs": "The weighted mean over the outputs that serve it; each counts for 100 at most",
        "outcomes": "The weighted mean over the outcomes that serve it",
    }.get(basis or "", "Nothing was reported")
    yield Rule(said, clause="§9.4", step="delivery", method=basis or "")
    if assessment.delivery is None or basis not in ("quantities", "percent", "status"):
        return
    rows = rows_to_date(
        assessment.delivery,
        at=assessment.at,
        places=frozenset(roll.scores.tree.descendants(roll.place).tolist()),
        as_of=assessment.as_of,
        start=assessment.plan.period.start if assessment.plan.period is not None else None,
    )
    mine = assessment.delivery.take(rows[assessment.delivery.element[rows] == node])
    both = [
        (d, p) for d, p in zip(mine.done.tolist(), mine.planned_with_plan.tolist(), strict=True) if d == d and p == p
    ]
    if basis == "quantities":
        done, planned = (sum(pair[n] for pair in both) for n in (0, 1))
        yield Rule(
            f"{exact(done)} / {exact(planned)} × 100 = {scored(finding.delivery)}", clause="§9.4", step="delivery"
        )
    for row in mine.rows()[-_MOST_ROWS:]:
        yield Rule(_row_said(row, mine.tree.ids[0] if len(mine.tree.ids) == 1 else ""), step="delivery row")


def _row_said(row: Mapping[str, Any], only_place: str) -> str:
    place = "" if row["place"] == only_place else f" at {row['place']}"
    parts = [f"{name} {exact(row[name])}" for name in ("done", "planned", "percent") if row[name] is not None]
    parts += [str(row[name]).replace("_", " ") for name in ("status", "reason", "note") if row[name]]
    return f"Reported for {row['period']}{place}: {', '.join(parts)}"


def _delivered_parts(assessment: Assessment, roll: Roll, node: int, finding: Finding) -> Iterator[Ground]:
    """Yield what the delivery of an outcome or objective, or of an output without reports, rests on."""
    if finding.delivery_basis == "indicators":
        yield attrs.evolve(roll.element(node), what="Its own indicators")
        return
    edges = {"outcome": roll.structure.outputs, "objective": roll.structure.outcomes}.get(finding.level)
    if edges is None:
        return
    children = roll.edges(edges, node)
    total = sum(weight for _, weight in children)
    for child, weight in children:
        yield _delivery(assessment, roll, child, weight=f"{exact(weight)} of {exact(total)}")
