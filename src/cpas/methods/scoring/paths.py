"""The path to a target: the score that is due by the end of a period.  Methodology §7.1.

Through the milestones, else linear from the start of the plan to the end of the final target's period, counted in
whole periods like the value's.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from cpas.methods import progress
from cpas.model import Target
from cpas.periods import Period, period_count

__all__ = ["count_periods", "due_by", "knots_through", "position_of"]


def knots_through(
    milestones: list[tuple[Target, float]],
    final: Target,
    period: Period,
    whole: Period,
    baseline: float,
    goal: float,
) -> tuple[tuple[float, float], ...]:
    """Return where the path goes through: the start, the milestones and the end; nothing where there is no path."""
    if final.applies == "each" and period.start >= final.period.start:
        return ((0.0, 100.0),)
    if period.end < whole.start or goal == baseline:
        return ()
    knots = [(0.0, 0.0)]
    end = position_of(whole, final, period)
    for target, asked in milestones:
        at = position_of(whole, target, period)
        if knots[-1][0] < at < end:
            knots.append((at, 100 * (asked - baseline) / (goal - baseline)))
    return (*knots, (end, 100.0)) if end > knots[-1][0] else ((0.0, 100.0),)


def due_by(knots: tuple[tuple[float, float], ...], whole: Period, period: Period) -> float | None:
    """Return the score due by the end of a period: through the milestones, else linear from the start to the end."""
    return _line(knots, count_periods(whole.start, period.end, period)) if knots else None


def position_of(whole: Period, target: Target, period: Period) -> float:
    """Position of a target's end, in periods like the value's since the start of the plan."""
    return count_periods(whole.start, target.period.end, period)


def count_periods(start: date, end: date, period: Period) -> float:
    """Return how many periods like the value's there are from one day to another; 0 where the end comes first."""
    if end < start:
        return 0.0
    if period.frequency == "dates":
        return ((end - start).days + 1) / period.days
    return _units(start, end, period.frequency)


# All indicators of a plan ask for the same few stretches of time and paths: they are worked out once.
_units = lru_cache(maxsize=4096)(period_count)


@lru_cache(maxsize=4096)
def _line(knots: tuple[tuple[float, float], ...], position: float) -> float:
    """Score due at a position: linear between knots, level after the last.  Methodology §7.1."""
    return float(progress.path(position, knots=knots))
