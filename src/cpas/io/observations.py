"""Observations and delivery from files and frames, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cpas.columns import OBSERVATIONS, names
from cpas.io.tabular import read_table
from cpas.model import Plan
from cpas.periods import Period, to_optional_period
from cpas.tables.frames import put_after_place
from cpas.tables.intake import OnFault, check_on_fault, take_in
from cpas.tables.observations import Observations

__all__ = ["read_observations"]

_SHEET: Final = "Observations"


def read_observations(
    source: Any,
    plan: Plan,
    *,
    on_fault: OnFault = "raise",
    sheet: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    coverage: Period | str | None = None,
) -> Observations:
    """Return what was observed, checked against a plan.

    Parameters
    ----------
    source : path, data frame, or list of dicts
        A CSV file (UTF-8; comma, semicolon or tab), an Excel workbook, a Parquet file, or any data frame. One row per
        indicator × period × place × group × time of recording; columns as below, and one for each dimension of the
        plan. ``indicator`` and ``period`` must be there. A blank place is the root, a blank member is all members, a
        blank unit is the indicator's own. A blank ``value`` needs a ``reason``; ``0`` is a confirmed zero.
    plan : Plan
        What it is checked against.
    on_fault : str
        ``raise``: one error that lists every fault with its row. ``drop``: go on without the rows that have one, and
        hand them back in ``observations.dropped``.
    sheet : str, optional
        The sheet of a workbook; without it the one called Observations, or the only one with the right header.
    columns : mapping, optional
        Their header to our name; to nothing for a column that is not to be read.
    coverage : Period or str, optional
        The time for which the source, a register, claims to be whole.

    Returns
    -------
    Observations
        With columns ``indicator period place``, one per dimension, ``value numerator denominator low high text unit
        status reason sensitivity source recorded_at note``.

    Raises
    ------
    FileError
        If the file is not there, is not what its name says, or has unknown, doubled or missing columns.
    ObservationError
        If rows cannot be used: the first twenty of each sort of fault are shown, all are in ``error.frame``.

    Notes
    -----
    Columns with a name in square brackets are for the reader's eye and are not read. In a table with the column
    ``[name]``, which :func:`cpas.template` writes, a row in which nothing was entered is not answered yet.

    Examples
    --------
    >>> from cpas.model import Indicator
    >>> plan = Plan("p", "t", indicators=[
    ...     Indicator("I01", "Killed", measures=(), unit="person", kind="flow", better="lower")])
    >>> rows = [{"indicator": "I01", "period": "2025-Q1", "value": 3},
    ...         {"indicator": "I01", "period": "2025-Q2", "reason": "late"}]
    >>> read_observations(rows, plan).frame[["period", "value", "reason"]]
        period  value reason
    0  2025-Q1    3.0   None
    1  2025-Q2    NaN   late
    >>> read_observations([{"indicator": "I1", "period": "2025-Q1", "value": "n/a"}], plan)
    Traceback (most recent call last):
    ...
    cpas.errors.ObservationError: The table has 2 faults in 1 of 1 rows. Rows are counted from 0.
    unknown_indicator (1):
      - row 0, column indicator: There is no indicator 'I1'. Did you mean 'I01'?
    unreadable_number (1):
      - row 0, column value: 'n/a' is not a number. Leave the cell empty and give a reason, such as not_collected.
    Mend the row, or read with on_fault='drop' to go on without it.
    """
    check_on_fault(on_fault)
    known = names(put_after_place(OBSERVATIONS, [dimension.id for dimension in plan.dimensions]))
    given = read_table(
        source, known, required=("indicator", "period"), sheet=sheet, default_sheet=_SHEET, columns=columns
    )
    return take_in(given, plan, on_fault=on_fault, coverage=to_optional_period(coverage))
