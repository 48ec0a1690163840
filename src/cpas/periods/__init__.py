"""Periods: day, ISO week, month, quarter, half, year, UN budget year (1 July to 30 June), and any two dates.

A :class:`Period` is its first and its last day, both inside it. Which unit of the calendar it is follows from
the days, so that one stretch of time is one value however it was written:

>>> Period.parse("2025-04-01/2025-06-30") == Period.parse("Q2 2025") == Period.parse("2025Q2")
True
"""

from __future__ import annotations

from cpas.periods.counting import group_into, ordinals, period_count
from cpas.periods.frequencies import FINER, FREQUENCIES, Frequency, nests, to_frequency
from cpas.periods.period import Period
from cpas.periods.reading import to_optional_period, to_period

__all__ = [
    "FINER",
    "FREQUENCIES",
    "Frequency",
    "Period",
    "group_into",
    "nests",
    "ordinals",
    "period_count",
    "to_frequency",
    "to_optional_period",
    "to_period",
]
