"""Delivery: what the mission did of what it planned to date.  Methodology §9.4.

Σ done ÷ Σ planned; else the percent reported; else the status alone, never turned into a number; else the output's
own indicators, marked. Delivery is never mixed with progress.
"""

from __future__ import annotations

from datetime import date, datetime

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.methods.scoring.roll_up import deliver_up
from cpas.methods.scoring.structure import Structure
from cpas.periods import Period
from cpas.tables.delivery import DELIVERY_STATUSES, Delivery
from cpas.tables.rows import moment

__all__ = ["Delivered", "carry_up", "delivered_to_date", "rows_to_date"]


@attrs.frozen(kw_only=True)
class Delivered:
    """What was delivered of one element at one place."""

    #: Per cent of what was planned to date; missing where there is no number.
    value: float = field(default=np.nan)
    #: What it rests on: quantities, percent, status, indicators, outputs; nothing where nothing is known.
    basis: str | None = None
    #: Share of what it rests on that was reported, 0 to 1.
    coverage: float = field(default=np.nan)
    #: The latest status reported.
    status: str | None = None
    #: First day of the first period in which something was done.
    began: date | None = None


def delivered_to_date(
    delivery: Delivery, *, at: Period, places: frozenset[int], as_of: datetime | None, start: date | None
) -> dict[int, Delivered]:
    """Return what was delivered of each element that has rows, by number.

    Parameters
    ----------
    delivery, at, places, as_of, start
        As in :func:`rows_to_date`.

    Notes
    -----
    Methodology §9.4.
    """
    mine = rows_to_date(delivery, at=at, places=places, as_of=as_of, start=start)
    return {
        int(element): _one(delivery, mine[delivery.element[mine] == element])
        for element in np.unique(delivery.element[mine])
    }


def rows_to_date(
    delivery: Delivery, *, at: Period, places: frozenset[int], as_of: datetime | None, start: date | None
) -> NDArray[np.int64]:
    """Return the numbers of the rows that count to date.

    Parameters
    ----------
    delivery : Delivery
        The rows.
    at : Period
        Rows whose period ends after it are not counted.
    places : set of int
        Numbers of the places that count.
    as_of : datetime, optional
        Rows recorded later are not known.
    start : date, optional
        Rows whose period begins earlier are not counted: the start of the plan.

    Notes
    -----
    Methodology §9.4.
    """
    picked = delivery.pick(as_of=None if as_of is None else moment(as_of))
    in_time = [period.end <= at.end and (start is None or period.start >= start) for period in delivery.periods]
    is_in_time = np.array(in_time, dtype=bool)[delivery.period[picked]]
    found: NDArray[np.int64] = picked[is_in_time & np.isin(delivery.place[picked], list(places))]
    return found


def _one(delivery: Delivery, rows: NDArray[np.int64]) -> Delivered:
    planned, done = delivery.planned_with_plan[rows], delivery.done[rows]
    both = ~np.isnan(planned) & ~np.isnan(done)
    status = _latest_status(delivery, rows)
    active = rows[np.nan_to_num(done) > 0]
    began = min((delivery.periods[p].start for p in delivery.period[active]), default=None)
    if both.any() and planned[both].sum() > 0:
        share = float(both.sum() / (~np.isnan(planned)).sum())
        value = float(100 * done[both].sum() / planned[both].sum())
        return Delivered(value=value, basis="quantities", coverage=share, status=status, began=began)
    percent = delivery.percent[rows]
    if (~np.isnan(percent)).any():
        last = delivery.period[rows] == delivery.period[rows][~np.isnan(percent)].max()
        known = last & ~np.isnan(percent)
        return Delivered(
            value=float(percent[known].mean()),
            basis="percent",
            coverage=float(known.sum() / last.sum()),
            status=status,
            began=began,
        )
    return Delivered(basis="status" if status else None, status=status, began=began)


def _latest_status(delivery: Delivery, rows: NDArray[np.int64]) -> str | None:
    known = rows[delivery.status[rows] >= 0]
    if not len(known):
        return None
    last = known[np.argmax(delivery.period[known])]
    return str(DELIVERY_STATUSES[delivery.status[last]])


def carry_up(structure: Structure, found: dict[int, Delivered]) -> dict[int, Delivered]:
    """Return delivery of every element: outputs as found, outcomes and objectives from those below.

    Parameters
    ----------
    structure : Structure
        The results chain.
    found : dict
        Delivery of outputs and activities, by number.

    Notes
    -----
    Methodology §9.4. More than planned of one output does not make up for another: each counts for 100 at most.
    """
    n = len(structure.levels)
    block = np.full((n, 1), np.nan)
    for number, one in found.items():
        block[number, 0] = min(one.value, 100.0) if not np.isnan(one.value) else np.nan
    value, known = deliver_up(structure, block)
    carried = dict(found)
    for number, level in enumerate(structure.levels):
        if level in ("outcome", "objective") and not np.isnan(known[number, 0]):
            basis = "outputs" if level == "outcome" else "outcomes"
            carried[number] = Delivered(
                value=float(value[number, 0]),
                basis=None if np.isnan(value[number, 0]) else basis,
                coverage=float(known[number, 0]),
            )
    return carried
