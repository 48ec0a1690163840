"""What is assumed of scores: records and values as they would be, and the aggregates that say so.  Methodology §9.9."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from cpas.errors import CpasError, RequestError, did_you_mean
from cpas.methods.formulas import read_formula, references
from cpas.methods.scoring.made import Made, made_of
from cpas.methods.scoring.structure import compile_structure
from cpas.model import Indicator, Link, Plan
from cpas.periods import to_period
from cpas.tables.aggregates import Aggregates
from cpas.tables.once import once_per_plan
from cpas.tables.remarks import Remark
from cpas.tables.scores import Scores

__all__ = ["Assumption", "asked_of", "made_before"]

#: What aggregates do not depend on: the rest of an indicator decides how its values add up.
_SCORED_BY: Final = (
    "weight", "measures", "better", "baseline", "targets", "goalposts", "transform", "band", "cuts", "min_change"
)  # fmt: skip
_SAID: Final = (
    "name",
    "definition",
    "verification",
    "source",
    "owner",
    "tags",
    "maps_to",
    "proxy_for",
    "translations",
    "note",
)


@attrs.frozen(eq=False)
class Assumption:
    """What is assumed of scores; called, it gives the aggregates of the plan and values so changed."""

    #: The scores before.
    base: Scores
    #: Indicators as they would be, by number.
    indicators: Mapping[int, Indicator]
    #: Links as they would be, by number.
    links: Mapping[int, Link]
    #: Values as they would be, by row of the aggregates; NaN where missing.
    values: Mapping[int, float]

    def __call__(self) -> Aggregates:
        """Return the aggregates; where records changed, of a plan that is checked as any other."""
        aggregates = self.base.aggregates
        observations = aggregates.observations
        if self.indicators or self.links:
            plan = attrs.evolve(
                aggregates.plan,
                indicators=_replaced(aggregates.plan.indicators, self.indicators),
                links=_replaced(aggregates.plan.links, self.links),
            )
            observations = attrs.evolve(observations, plan=plan)
        cells = aggregates.cells.assuming(self.values) if self.values else aggregates.cells
        observed = {row: float(aggregates.cells.value[row]) for row in self.values}
        return attrs.evolve(
            aggregates,
            observations=observations,
            cells=cells,
            remarks=aggregates.remarks + list(self.notes()),
            assumed={**observed, **aggregates.assumed},
        )

    def notes(self) -> Iterator[Remark]:
        """Yield what is assumed, for whoever reads the result."""
        aggregates = self.base.aggregates
        plan, cells = aggregates.plan, aggregates.cells
        for number, one in self.indicators.items():
            yield _note(one.id, f"{one.id} is taken with another {_differing(plan.indicators[number], one)}.")
        for number, link in self.links.items():
            said = f"The link {link.source} → {link.target}"
            yield _note(link.source, f"{said} is taken with another {_differing(plan.links[number], link)}.")
        for row, value in self.values.items():
            id = plan.indicators[cells.indicator[row]].id
            where = f"{id} in {aggregates.periods[cells.period[row]]} at {aggregates.tree.ids[cells.place[row]]}"
            yield _note(
                id, f"{where} is taken as {_number(value)}, where {_number(float(cells.value[row]))} was found."
            )


def _note(where: str, message: str) -> Remark:
    return Remark(
        "assumed", severity="note", where=where, message=message, hint="It is a what-if: no record of what happened."
    )


def _number(value: float) -> str:
    return "missing" if math.isnan(value) else f"{value:,.6g}"


def _differing(one: Any, other: Any) -> str:
    names = [a.name for a in attrs.fields(type(one)) if getattr(one, a.name) != getattr(other, a.name)]
    return " and ".join(names)


def _replaced(records: tuple[Any, ...], by_number: Mapping[int, Any]) -> tuple[Any, ...]:
    if not by_number:
        return records
    some = list(records)
    for number, record in by_number.items():
        some[number] = record
    return tuple(some)


def made_before(scores: Scores) -> Made:
    """Return the scores as they were worked out; worked out again where only their table was kept."""
    make = getattr(scores.table.columns, "make", None)
    if isinstance(make, Made):
        return make
    structure = compile_structure(scores.plan, scores.methodology)
    return made_of(scores.aggregates, structure, scores.methodology)


def asked_of(
    scores: Scores, records: tuple[Indicator | Link, ...], values: Mapping[tuple[str, ...], float | None]
) -> Assumption:
    """Return what differs from the scores before, or refuse what cannot be asked of them."""
    plan, first = scores.plan, len(scores.plan.elements)
    indicators, links = dict[int, Indicator](), dict[int, Link]()
    for record in records:
        if isinstance(record, Indicator):
            number = _indicator(scores, record.id) - first
            _check(plan.indicators[number], record)
            indicators[number] = record
        elif isinstance(record, Link):
            links[_link(plan, record)] = record
        else:
            raise RequestError(
                f"What would {record!r} change? Give an indicator or a link as it would be, from attrs.evolve."
            )
    rows = dict(_value(scores, key, value) for key, value in values.items())
    return Assumption(
        scores,
        {number: one for number, one in indicators.items() if one != plan.indicators[number]},
        {number: one for number, one in links.items() if one != plan.links[number]},
        rows,
    )


def _indicator(scores: Scores, id: str) -> int:
    number = scores.nodes.get(id, -1)
    if number < len(scores.plan.elements):
        known = scores.plan.indicators_by_id
        raise RequestError(f"Plan {scores.plan.id!r} has no indicator {id!r}.{did_you_mean(id, known)}", id=id)
    return number


def _check(before: Indicator, after: Indicator) -> None:
    """Refuse an indicator whose values would add up to others."""
    known = (*_SCORED_BY, *_SAID)
    for name in (a.name for a in attrs.fields(Indicator) if a.name not in known):
        if getattr(before, name) != getattr(after, name):
            raise RequestError(
                f"{after.id} would have another {name}, which decides how its values add up: aggregate the "
                "observations again, with a plan that says so.",
                indicator=after.id,
                field=name,
            )


def _link(plan: Plan, link: Link) -> int:
    number = _links(plan).get((link.source, link.target))
    if number is None:
        known = [f"{one.source} → {one.target}" for one in plan.links]
        said = f"{link.source} → {link.target}"
        raise RequestError(f"Plan {plan.id!r} has no link {said}.{did_you_mean(said, known)}", link=said)
    return number


@once_per_plan
def _links(plan: Plan) -> dict[tuple[str, str], int]:
    """Return the number of each link by its ends."""
    return {(link.source, link.target): number for number, link in enumerate(plan.links)}


def _value(scores: Scores, key: tuple[str, ...], value: float | None) -> tuple[int, float]:
    """Return the row of a value, and the value; NaN where it would be missing."""
    if not isinstance(key, tuple) or len(key) not in (2, 3):
        raise RequestError(
            f"A value is of an indicator in a period, ('I01', '2025-Q2'), at a place or not; got {key!r}."
        )
    id, period = key[0], str(to_period(key[1]))
    number = _indicator(scores, id) - len(scores.plan.elements)
    row = _row(scores, scores.find(id, period, key[2] if len(key) == 3 else None))
    for other in _calculated(scores.plan).get(id, ()):
        raise RequestError(f"{other} is calculated from {id}: say what {other} itself would be.", indicator=id)
    if value is None:
        return row, math.nan
    one = scores.plan.indicators[number]
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RequestError(f"{id} in {period} would be {value!r}: give a number, or None for a missing one.")
    if one.kind == "text" or (one.levels and value not in range(len(one.levels))):
        raise RequestError(f"{value!r} is no value of {id}, which is of kind {one.kind}.", indicator=id)
    return row, float(value)


def _row(scores: Scores, number: int) -> int:
    """Return the row of the aggregates of a row of the scores."""
    made = made_before(scores)
    row = number - made.blocks.score.size
    return row if made.order is None else int(made.order[row])


@once_per_plan
def _calculated(plan: Plan) -> dict[str, list[str]]:
    """Return for each indicator those that are calculated from it."""
    found: dict[str, list[str]] = {}
    for one in plan.indicators:
        if one.formula:
            try:
                used = {reference.indicator for reference in references(read_formula(one.formula))}
            except CpasError:
                continue  # what cannot be read is calculated from nothing
            for id in used:
                found.setdefault(id, []).append(one.id)
    return found
