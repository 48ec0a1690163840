"""Both comparisons: the period before, and the same season a year before.  Methodology §8.1.

They often disagree, and both are true. What was counted otherwise (a break in definition) or not wholly (a flow with
returns missing) is not compared.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs
import numpy as np

from cpas.choices import ADDITIVE
from cpas.errors import PeriodError
from cpas.methods import trend
from cpas.methods.scoring.basis import break_factor
from cpas.model import Indicator
from cpas.periods import Period
from cpas.tables.aggregates import Aggregates

__all__ = ["Comparison", "compare_with_before", "in_word"]

#: Kinds whose change is a difference in their own unit: a percentage of a percentage misleads.
_POINTS: Final = frozenset({"ratio", "ordinal", "index"})


@attrs.frozen(kw_only=True)
class Comparison:
    """One value beside the period before it and the same season a year before; NaN where there is none."""

    #: The value.
    value: float
    #: Value of the period before.
    previous: float
    #: Change since then.
    change_previous: float
    #: Value of the same season a year before.
    season: float
    #: Change since then.
    change_season: float
    #: ``percent``, ``percent per day``, or ``points``.
    basis: str
    #: Change since the period before in the indicator's own unit.
    step_previous: float
    #: Change since the same season in the indicator's own unit.
    step_season: float


def compare_with_before(aggregates: Aggregates, indicator: int, period: int, place: int, cell: int) -> Comparison:
    """Return a value beside the two it is compared with.

    Parameters
    ----------
    aggregates : Aggregates
        With the periods compared.
    indicator, period, place, cell : int
        Numbers of the row.

    Notes
    -----
    Methodology §8.1. Shares, levels and indices change by points, all else by per cent; periods of irregular length
    are compared per day.
    """
    one = aggregates.plan.indicators[indicator]
    now = aggregates.periods[period]
    others = (_before(aggregates, period), _season(aggregates, period))
    values = [_value(aggregates, indicator, n, place, cell) for n in (period, *others)]
    measure: Literal["percent", "points"] = "points" if one.kind in _POINTS else "percent"
    changes, steps, per_day = [], [], False
    for n, value in zip(others, values[1:], strict=True):
        then = aggregates.periods[n] if n is not None else None
        factor = break_factor(one, then, now) if then is not None else 1.0
        value = np.nan if isinstance(factor, str) else value * factor
        days = _days(one, now, then)
        per_day |= days is not None
        changes.append(float(trend.change(values[0], value, measure=measure, days=days)))
        steps.append(values[0] - value)
    return Comparison(
        value=_shown(aggregates, indicator, period, place, cell),
        previous=values[1],
        change_previous=changes[0],
        season=values[2],
        change_season=changes[1],
        basis=f"{measure} per day" if per_day else measure,
        step_previous=steps[0],
        step_season=steps[1],
    )


def _days(indicator: Indicator, now: Period, then: Period | None) -> tuple[int, int] | None:
    """Return the lengths to divide by, where flows of unequal periods are compared."""
    if then is None or indicator.kind != "flow":
        return None
    if now.frequency == then.frequency != "dates" or now.days == then.days:
        return None
    return now.days, then.days


def _before(aggregates: Aggregates, period: int) -> int | None:
    """Return the number of the period before; of irregular periods the one that ended last before this one began."""
    periods = aggregates.periods
    now = periods[period]
    wanted = _stepped(now, "previous")
    if wanted in periods:
        return periods.index(wanted)
    if now.frequency != "dates":
        return None
    earlier = [n for n, one in enumerate(periods) if one.end < now.start and one.frequency == "dates"]
    return max(earlier, key=lambda n: periods[n].end, default=None)


def _season(aggregates: Aggregates, period: int) -> int | None:
    wanted = _stepped(aggregates.periods[period], "season_before")
    return aggregates.periods.index(wanted) if wanted in aggregates.periods else None


def _stepped(period: Period, how: str) -> Period | None:
    try:
        found: Period = getattr(period, how)()
    except PeriodError:
        return None
    return found


def _row(aggregates: Aggregates, indicator: int, period: int | None, place: int, cell: int) -> int | None:
    return None if period is None else aggregates.rows_by_key.get((indicator, period, place, cell))


def _shown(aggregates: Aggregates, indicator: int, period: int, place: int, cell: int) -> float:
    row = _row(aggregates, indicator, period, place, cell)
    return float("nan") if row is None else float(aggregates.cells.value[row])


def _value(aggregates: Aggregates, indicator: int, period: int | None, place: int, cell: int) -> float:
    """Return a value that may be compared: a sum with returns missing may not."""
    row = _row(aggregates, indicator, period, place, cell)
    if row is None:
        return float("nan")
    short = aggregates.plan.indicators[indicator].kind in ADDITIVE and not aggregates.cells.complete[row]
    return float("nan") if short else float(aggregates.cells.value[row])


def in_word(indicator: Indicator, step: float) -> str:
    """Return whether a change is an improvement, in a word; "insufficient data" where none can be said.

    Notes
    -----
    Methodology §8.2.

    Examples
    --------
    >>> harm = Indicator("I", "Civilians harmed", measures=(), unit="person", kind="flow", better="lower", min_change=5)
    >>> in_word(harm, -10.0), in_word(harm, -1.0)
    ('improving', 'stable')
    """
    if indicator.better not in ("higher", "lower"):
        return "insufficient data"
    return str(trend.direction(step, better=indicator.better, min_change=indicator.min_change))
