"""Many periods at once: counting along a time path, and grouping for tables."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from cpas.errors import PeriodError
from cpas.periods.frequencies import Frequency, to_frequency, unit_days, unit_number
from cpas.periods.period import Period

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["group_into", "ordinals", "period_count"]


def period_count(start: date, end: date, frequency: Frequency) -> float:
    """Return how many units of `frequency` lie between `start` and `end`, both inside.

    Whole units count as one each, however many days they have. A unit only partly inside counts as the share
    of its own days that is, so that the counts of two stretches that adjoin add up to that of both.

    Parameters
    ----------
    start, end : date
        `end` may be the day before `start`: nothing, which counts 0.

    Examples
    --------
    >>> period_count(date(2024, 1, 1), date(2025, 12, 31), "quarter")
    8.0
    >>> period_count(date(2025, 1, 1), date(2025, 2, 14), "month")
    1.5
    """
    frequency = to_frequency(frequency)
    if (end - start).days < -1:
        raise PeriodError(f"There is nothing to count from {start} to {end}: it ends before it starts.", start=start)
    if end < start:
        return 0.0
    first, last = unit_number(start, frequency), unit_number(end, frequency)
    return (last - first) + _share_through(end, last, frequency) - _share_before(start, first, frequency)


def ordinals(periods: Iterable[Period]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and the last days as numbers (``date.toordinal``), for arithmetic on columns.

    Examples
    --------
    >>> starts, ends = ordinals([Period.parse("2025-Q1"), Period.parse("2025-Q2")])
    >>> (ends - starts + 1).tolist()
    [90, 91]
    """
    import numpy as np

    days = [(period.start.toordinal(), period.end.toordinal()) for period in periods]
    table = np.array(days, dtype=np.int64).reshape(len(days), 2)
    return table[:, 0].copy(), table[:, 1].copy()


def group_into(periods: Iterable[Period], frequency: Frequency) -> tuple[tuple[Period, ...], NDArray[np.int64]]:
    """Return the units of `frequency` that hold `periods`, and which one holds each.

    Returns
    -------
    targets : tuple of Period
        In order of time, each once, and only those that wholly contain one of `periods`.
        For those between them too, see :meth:`Period.spanning`.
    index : array of int64
        For each period the position of its unit in `targets`; -1 where no unit contains it, because it
        straddles two or is longer.

    Examples
    --------
    >>> periods = [Period.parse(text) for text in ("2025-01", "2025-05", "2025-W14", "2025")]
    >>> targets, index = group_into(periods, "quarter")
    >>> [str(target) for target in targets], index.tolist()
    (['2025-Q1', '2025-Q2'], [0, 1, -1, -1])
    """
    import numpy as np

    frequency = to_frequency(frequency)
    numbers = [_holding(period, frequency) for period in periods]
    distinct = sorted({number for number in numbers if number is not None})
    positions: dict[Any, int] = {number: position for position, number in enumerate(distinct)}
    targets = tuple(Period(*unit_days(number, frequency)) for number in distinct)
    return targets, np.array([positions.get(number, -1) for number in numbers], dtype=np.int64)


def _holding(period: Period, frequency: Frequency) -> int | None:
    first = unit_number(period.start, frequency)
    return first if first == unit_number(period.end, frequency) else None


def _share_before(day: date, number: int, frequency: Frequency) -> float:
    start, end = unit_days(number, frequency)
    return (day - start).days / ((end - start).days + 1)


def _share_through(day: date, number: int, frequency: Frequency) -> float:
    start, end = unit_days(number, frequency)
    return ((day - start).days + 1) / ((end - start).days + 1)
