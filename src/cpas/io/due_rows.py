"""What a section is asked for a period: one row per indicator, period, place and group."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Final

import attrs
import numpy as np

from cpas.choices import SENSITIVITIES
from cpas.errors import RequestError, did_you_mean
from cpas.model import Indicator, Plan
from cpas.periods import Period
from cpas.tables.observations import Observations
from cpas.tables.trees import PlaceTree, place_tree

__all__ = ["DueRow", "due_indicators", "due_periods", "due_rows"]

#: A form with more rows is filled in by no one.
_MOST_ROWS: Final = 100_000
#: Cell of an indicator at a place: its number, the place's, and the members.
Cell = tuple[int, int, tuple[str, ...]]


@attrs.frozen(kw_only=True)
class DueRow:
    """One thing asked."""

    #: What is asked for.
    indicator: Indicator
    #: For when.
    period: Period
    #: Id of the place.
    place: str
    #: Member per dimension of the plan; empty where the indicator is not broken down by it.
    members: tuple[str, ...]
    #: The value last known before, as a number or in words.
    last_value: float | str | None = None
    #: The period of that value.
    last_period: Period | None = None


def due_indicators(plan: Plan, section: str | None) -> tuple[Indicator, ...]:
    """Return the indicators that a section enters; without a section all. A computed one is never asked for.

    Raises
    ------
    RequestError
        If no indicator has that section for its owner.
    """
    owners = sorted({indicator.owner for indicator in plan.indicators if indicator.owner})
    if section is not None and section not in owners:
        raise RequestError(
            f"Plan {plan.id!r} has no indicator with the owner {section!r}.{did_you_mean(section, owners)} "
            f"Sections are: {', '.join(owners) or 'none; give the indicators an owner'}.",
            section=section,
        )
    return tuple(i for i in plan.indicators if i.formula is None and section in (None, i.owner))


def due_periods(indicator: Indicator, period: Period) -> tuple[Period, ...]:
    """Return the periods of an indicator's own frequency that end inside a period.

    Examples
    --------
    >>> monthly = Indicator("I", "Attacks", measures=(), unit="attack", kind="flow", better="lower", frequency="month")
    >>> [str(month) for month in due_periods(monthly, Period.parse("2025-Q1"))]
    ['2025-01', '2025-02', '2025-03']
    """
    frequency = indicator.frequency
    if frequency is None or frequency in ("dates", period.frequency):
        return (period,)
    units = Period.spanning(period, period, frequency)
    return tuple(unit for unit in units if period.start <= unit.end <= period.end)


def due_rows(
    plan: Plan, period: Period, *, section: str | None, observations: Observations | None, ceiling: str
) -> tuple[DueRow, ...]:
    """Return what is asked, in the plan's order.

    Raises
    ------
    RequestError
        If the section is not known, nothing is due, or far too much is.
    """
    indicators = due_indicators(plan, section)
    tree = place_tree(plan)
    known = _last_values(plan, period, observations, ceiling) if observations is not None else {}
    asked = _asked(plan, tree, indicators, period, known)
    rows = tuple(itertools.islice(asked, _MOST_ROWS + 1))
    if not rows or len(rows) > _MOST_ROWS:
        why = "nothing is due" if not rows else f"more than {_MOST_ROWS:,} rows are due"
        raise RequestError(
            f"For {period} {why} from {section or 'any section'}: there is no form to make. "
            "Ask for another period, or look at the frequency, places and dimensions of the indicators.",
            period=period,
        )
    return rows


def _asked(
    plan: Plan,
    tree: PlaceTree,
    indicators: tuple[Indicator, ...],
    period: Period,
    known: Mapping[Cell, tuple[float | str, Period]],
) -> Iterator[DueRow]:
    numbers = {indicator.id: number for number, indicator in enumerate(plan.indicators)}
    for indicator in indicators:
        number = numbers[indicator.id]
        members = [d.vocabulary if d.id in indicator.dimensions else ("",) for d in plan.dimensions]
        for due in due_periods(indicator, period):
            for place in _places(indicator, number, tree, known):
                for cell in itertools.product(*members):
                    value, when = known.get((number, place, cell), (None, None))
                    yield DueRow(
                        indicator=indicator,
                        period=due,
                        place=tree.ids[place],
                        members=cell,
                        last_value=value,
                        last_period=when,
                    )


def _places(indicator: Indicator, number: int, tree: PlaceTree, known: Mapping[Cell, object]) -> tuple[int, ...]:
    """The places that report it; where the plan names none those that did, else the root."""
    if indicator.places:
        return tuple(tree.codes[place] for place in indicator.places)
    return tuple(sorted({place for one, place, _ in known if one == number})) or (tree.root,)


def _last_values(
    plan: Plan, period: Period, observations: Observations, ceiling: str
) -> dict[Cell, tuple[float | str, Period]]:
    """Return the latest value of each cell that is known for a time before `period`."""
    store = observations.store
    rows = store.pick()
    earlier = np.array([one.end < period.start for one in store.periods], dtype=bool)
    rows = rows[earlier[store.period[rows]] & ~store.is_withdrawn[rows]]
    is_open = observations.row_sensitivity <= SENSITIVITIES.index(ceiling)
    found: dict[Cell, tuple[float | str, Period]] = {}
    for row in rows.tolist():
        indicator = plan.indicators[store.indicator[row]]
        value = _shown(indicator, float(store.value[row]), store.texts.get("text", {}).get(row))
        if value is not None:
            key = (int(store.indicator[row]), int(store.place[row]), store.cells[store.cell[row]])
            when = store.periods[store.period[row]]
            if key not in found or found[key][1].end <= when.end:
                found[key] = (value if is_open[row] else "withheld", when)
    return found


def _shown(indicator: Indicator, value: float, text: str | None) -> float | str | None:
    if indicator.kind == "text":
        return text
    if math.isnan(value):
        return None
    if indicator.kind == "ordinal" and value.is_integer():
        return indicator.levels[int(value)]
    return value
