"""Views of aggregates for reading: rates per exposure, and the own amounts of cumulative counts.  Methodology §3.11."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpas.errors import RequestError
from cpas.methods.aggregation.parts import reason_code
from cpas.tables.aggregates import Aggregates
from cpas.tables.reviews import Derived
from cpas.units import combine_units

__all__ = ["amounts", "rates"]


def rates(aggregates: Aggregates, *, per: float = 1.0) -> Derived:
    """Return each indicator per unit of the indicator that it declares as its denominator.

    Incidents per patrol, victims per 100,000 people: comparable where the exposure differs.

    Parameters
    ----------
    aggregates : Aggregates
        From :func:`cpas.aggregate`.
    per : float
        How many of the denominator: 100_000 for a rate per 100,000 people.

    Returns
    -------
    Derived
        One row per row of an indicator whose ``denominator`` is the id of another; missing, with a reason, where
        either is, where the denominator is zero, and where a sum is incomplete.

    Raises
    ------
    RequestError
        If `per` is not above zero, or no indicator declares another as its denominator.

    Notes
    -----
    Methodology §3.11.1. cpas extension: what is divided is what was added up, over the same time, place and group. An
    incomplete sum makes no rate: too few incidents over all patrols would look like success.

    Examples
    --------
    >>> from cpas.testing.small import observe, small_indicator
    >>> some = [small_indicator("harm", denominator="people"), small_indicator("people", kind="stock")]
    >>> rows = [{"indicator": "harm", "period": "2025-Q1", "value": 6},
    ...         {"indicator": "people", "period": "2025-03", "value": 400_000}]
    >>> import cpas
    >>> rates(cpas.aggregate(observe(some, rows), by="quarter"), per=100_000).row("harm", "2025-Q1")["value"]
    1.5
    """
    if not per > 0:
        raise RequestError(f"per={per!r} is no number of things: give one above zero, such as 100_000.", per=per)
    plan, cells = aggregates.plan, aggregates.cells
    number = {indicator.id: n for n, indicator in enumerate(plan.indicators)}
    below = np.array([number.get(indicator.denominator, -1) for indicator in plan.indicators] or [-1])
    rows = np.flatnonzero(below[cells.indicator] >= 0)
    if not (below >= 0).any():
        raise RequestError("No indicator of the plan names another as its denominator. Set Indicator.denominator.")
    value, reason = np.full(len(rows), np.nan), np.full(len(rows), -1, dtype=np.int8)
    for n, row in enumerate(rows.tolist()):
        key = int(below[cells.indicator[row]]), int(cells.period[row]), int(cells.place[row]), int(cells.cell[row])
        other = aggregates.rows_by_key.get(key)
        value[n], reason[n] = _rate(aggregates, row, other, per)
    units = {i.id: _unit(aggregates, i.unit, i.denominator, per) for i in plan.indicators if i.denominator in number}
    return Derived(
        aggregates=aggregates,
        source=rows,
        value=value,
        unit=tuple(units[plan.indicators[i].id] for i in cells.indicator[rows].tolist()),
        reason=reason,
    )


def _rate(aggregates: Aggregates, row: int, other: int | None, per: float) -> tuple[float, int]:
    """Return a rate, or the code of why there is none."""
    cells = aggregates.cells
    if np.isnan(cells.value[row]):
        return np.nan, int(cells.reason[row])
    if other is None:
        return np.nan, reason_code("no_return")
    if np.isnan(cells.value[other]):
        return np.nan, int(cells.reason[other])
    if not (cells.complete[row] and cells.complete[other]):
        return np.nan, reason_code("incomplete")
    if cells.value[other] == 0:
        return np.nan, reason_code("division_by_zero")
    return float(per * cells.value[row] / cells.value[other]), -1


def _unit(aggregates: Aggregates, unit: str, denominator: str, per: float) -> str:
    """Return the unit of a rate, in words where the denominator is counted by the thousand."""
    plan = aggregates.plan
    below = plan.indicator(denominator).unit
    if per == 1:
        return combine_units("/", unit, below, plan.units) or "1"
    return f"{unit} per {per:,.0f} {below}"


def amounts(aggregates: Aggregates) -> Derived:
    """Return what each period added to the cumulative counts.

    Parameters
    ----------
    aggregates : Aggregates
        From :func:`cpas.aggregate`.

    Returns
    -------
    Derived
        One row per row of a cumulative indicator: its value less that of the period before. The first period has its
        own value, since nothing was counted before it; where the period before is missing so is the amount.

    Notes
    -----
    Methodology §3.11.2. A fall gives an amount below zero, which :func:`cpas.aggregate` has remarked.

    Examples
    --------
    >>> from cpas.testing.small import observe, small_indicator
    >>> rows = [{"period": f"2025-Q{n}", "value": value} for n, value in ((1, 5), (2, 8), (3, 12))]
    >>> import cpas
    >>> found = amounts(cpas.aggregate(observe(small_indicator(kind="cumulative"), rows), by="quarter"))
    >>> [row["value"] for row in found.rows()]
    [5.0, 3.0, 4.0]
    """
    cells, indicators = aggregates.cells, aggregates.plan.indicators
    running = np.array([indicator.kind == "cumulative" for indicator in indicators] or [False])
    rows = np.flatnonzero(running[cells.indicator])
    order = rows[np.lexsort((cells.period[rows], cells.cell[rows], cells.place[rows], cells.indicator[rows]))]
    amount = dict(zip(order.tolist(), _differences(aggregates, order).tolist(), strict=True))
    value = np.array([amount[row] for row in rows.tolist()], dtype=np.float64)
    reason = np.where(np.isnan(cells.value[rows]), cells.reason[rows], reason_code("not_available"))
    return Derived(
        aggregates=aggregates,
        source=rows,
        value=value,
        unit=tuple(indicators[i].unit for i in cells.indicator[rows].tolist()),
        reason=np.where(np.isnan(value), reason, -1).astype(np.int8),
    )


def _differences(aggregates: Aggregates, order: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return each value less the one before in its series; before the first period nothing was counted."""
    cells = aggregates.cells
    value = cells.value[order]
    series = np.stack([cells.indicator[order], cells.place[order], cells.cell[order]])
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (series[:, 1:] != series[:, :-1]).any(axis=0)
    return value - np.where(begins, 0.0, np.roll(value, 1))
