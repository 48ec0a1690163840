"""The grounds of a change: the value of the period before, and of the same season a year before.  Methodology §8."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import attrs

from cpas.errors import PeriodError
from cpas.methods.explaining.scores import Roll
from cpas.methods.explaining.tracing import Slot
from cpas.methods.explaining.values import find_row, value_ground
from cpas.methods.explaining.words import exact, scored
from cpas.model import Indicator
from cpas.periods import Period
from cpas.tables.assessment import Assessment
from cpas.tables.grounds import Ground, Rule, unit_told

__all__ = ["change_grounds", "trend_grounds"]


def change_grounds(assessment: Assessment, roll: Roll, number: int, *, counts: bool = False) -> Iterator[Ground]:
    """Yield an indicator's change since the period before and since the same season a year before."""
    indicator = roll.scores.plan.indicators[number]
    if find_row(roll.case, roll.slot(number)) < 0:
        # It has no row at this place: others do, and the element is assessed there.
        return
    one = assessment.indicator(indicator.id, roll.scores.tree.ids[roll.place])
    now = value_ground(roll.case, roll.slot(number), is_brief=True)
    for what, step, change, trend in (
        ("since the period before", Period.previous, one.change_previous, one.trend_previous),
        ("since the same season a year before", Period.season_before, one.change_season, one.trend_season),
    ):
        then = _value_then(roll, number, step)
        hidden = now.is_withheld or (then is not None and then.is_withheld)
        yield Ground(
            f"Change {what}",
            value=None if hidden else change,
            unit=_unit(indicator, one.basis),
            digits=1,
            word="" if hidden or trend == "insufficient data" else trend,
            reason="" if hidden or change is not None else "not_available",
            rules=() if hidden else tuple(_rules(indicator, one.basis)),
            is_withheld=hidden,
            because=roll.case.because,
            counts=counts,
            children=() if then is None else (then,),
        )


def _slots(roll: Roll, number: int) -> Iterator[Slot]:
    """Yield the rows of an indicator that its changes rest on."""
    periods = roll.scores.periods
    for step in (Period.previous, Period.season_before):
        with suppress(PeriodError, ValueError):
            yield roll.slot(number, periods.index(step(periods[roll.period])))


def _value_then(roll: Roll, number: int, step: Callable[[Period], Period]) -> Ground | None:
    """Return the earlier value, where that period is among those asked for."""
    periods = roll.scores.periods
    try:
        wanted = step(periods[roll.period])
    except PeriodError:
        return None
    if wanted not in periods:
        return None
    slot = roll.slot(number, periods.index(wanted))
    if find_row(roll.case, slot) < 0:
        return None
    return value_ground(roll.case, slot, titled=f"Value in {wanted}", is_brief=True)


def _unit(indicator: Indicator, basis: str) -> str:
    if not basis.startswith("points"):
        return "% per day" if "per day" in basis else "%"
    return {"%": "percentage points", "‰": "points of ‰"}.get(indicator.unit, indicator.unit) or "points"


def _rules(indicator: Indicator, basis: str) -> Iterator[Rule]:
    yield Rule(
        f"In {basis}, of values that are whole and of one definition", clause="§8.1", step="change", method=basis
    )
    if indicator.min_change is not None:
        unit = unit_told(indicator.unit, indicator.min_change)
        said = f"A change of less than {exact(indicator.min_change)} {unit} is none"
        yield Rule(said, clause="§8.2", step="trend")


def trend_grounds(assessment: Assessment, roll: Roll, node: int) -> Ground:
    """Return where an element is going, by its own indicators."""
    finding = assessment[roll.scores.ids[node], roll.scores.tree.ids[roll.place]]
    children = []
    own = [number for number, _ in roll.edges(roll.structure.indicators, node)]
    roll.case.prepare(slot for number in own for slot in _slots(roll, number))
    for number in own:
        name = roll.case.titled(roll.scores.plan.indicators[number])
        changes = change_grounds(assessment, roll, number, counts=True)
        children += [
            attrs.evolve(change, what=f"{name}, {change.what[0].lower()}{change.what[1:]}") for change in changes
        ]
    hidden = any(child.is_withheld for child in children)
    least = assessment.methodology.threshold("stable within")
    said = (
        "From the unclipped progress of its own indicators, where it is known both times; else from what they say "
        f"one by one. Within {scored(least)} of 100 it is stable."
    )
    words = f"{finding.trend_previous} since the period before, {finding.trend_season} since the same season"
    return Ground(
        "Direction",
        word="" if hidden else words,
        rules=() if hidden or not children else (Rule(said, clause="§8.2", step="trend"),),
        is_withheld=hidden,
        because=roll.case.because,
        children=tuple(children),
    )
