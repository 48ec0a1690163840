"""Observations and delivery from files and frames, and back."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from cpas.columns import DELIVERY, OBSERVATIONS, Column, names
from cpas.errors import RequestError
from cpas.io.lazy import bind_lazy, stays_where_it_is
from cpas.io.tabular import read_table
from cpas.io.writing import write_table
from cpas.model import Plan
from cpas.periods import Period, to_optional_period
from cpas.tables.delivery import Delivery
from cpas.tables.frames import put_after_place
from cpas.tables.intake import OnFault, check_on_fault, take_in
from cpas.tables.intake_delivery import take_in_delivery
from cpas.tables.observations import Observations

__all__ = ["read_delivery", "read_observations", "write_delivery", "write_observations"]

#: Usual names of the sheets of a workbook.
OBSERVATIONS_SHEET: Final = "Observations"
DELIVERY_SHEET: Final = "Delivery"


def read_observations(
    source: Any,
    plan: Plan,
    *,
    on_fault: OnFault = "raise",
    sheet: str | None = None,
    columns: Mapping[str, str | None] | None = None,
    coverage: Period | str | None = None,
    to: Observations | None = None,
) -> Observations:
    """Return what was observed, checked against a plan.

    Parameters
    ----------
    source : path, data frame, or list of dicts
        A CSV file (UTF-8; comma, semicolon or tab), an Excel workbook, a Parquet file, or any data frame. A folder of
        Parquet files, or a lazy frame (Polars, DuckDB, PySpark, Dask), stays where it is: see `LazyObservations`. One
        row per indicator × period × place × group × time of recording; columns as below, and one for each dimension of
        the plan. ``indicator`` and ``period`` must be there. A blank place is the root, a blank member is all members,
        a blank unit is the indicator's own. A blank ``value`` needs a ``reason``; ``0`` is a confirmed zero.
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
    to : Observations, optional
        Observations of this plan to add the rows to, such as last quarter's: the result is what reading both tables
        as one would give, but only the new rows are sorted. Without `coverage` theirs holds.

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
    RequestError
        If `to` are observations of another plan, or `source` stays where it is.

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
    >>> observed = read_observations(rows[:1], plan)
    >>> len(read_observations(rows[1:], plan, to=observed))
    2
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
    _check_to(to, plan)
    if stays_where_it_is(source):
        if to is not None:
            raise RequestError("A table that stays where it is cannot be added to other observations.")
        return bind_lazy(
            source,
            plan,
            names(_columns_of(plan)),
            on_fault=on_fault,
            columns=columns,
            coverage=to_optional_period(coverage),
        )
    given = read_table(
        source,
        names(_columns_of(plan)),
        required=("indicator", "period"),
        sheet=sheet,
        default_sheet=OBSERVATIONS_SHEET,
        columns=columns,
    )
    return take_in(given, plan, on_fault=on_fault, coverage=to_optional_period(coverage), to=to)


def _check_to(to: Observations | None, plan: Plan) -> None:
    if to is not None and to.plan is not plan and to.plan != plan:
        raise RequestError(
            f"The rows are read by plan {plan.id!r}, version {plan.version}, and to= are observations of plan "
            f"{to.plan.id!r}, version {to.plan.version}: other records may mean other things. Read both by one plan.",
            plan=plan.id,
        )


def write_observations(observations: Observations, path: str | os.PathLike[str]) -> None:
    """Write observations to a file, from which :func:`read_observations` reads the same.

    Parameters
    ----------
    observations : Observations
        All vintages are written, in the library's own order.
    path : path
        ``.csv``, ``.xlsx`` or ``.parquet``.

    Raises
    ------
    FileError
        If the suffix is another, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from cpas.model import Indicator
    >>> plan = Plan("p", "t", indicators=[
    ...     Indicator("I01", "Killed", measures=(), unit="person", kind="flow", better="lower")])
    >>> observed = read_observations([{"indicator": "I01", "period": "2025-Q1", "value": 3}], plan)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_observations(observed, f"{folder}/observed.csv")
    ...     read_observations(f"{folder}/observed.csv", plan).rows() == observed.rows()
    True
    """
    write_table(observations.frame, _columns_of(observations.plan), path, sheet=OBSERVATIONS_SHEET)


def _columns_of(plan: Plan) -> tuple[Column, ...]:
    return put_after_place(OBSERVATIONS, [dimension.id for dimension in plan.dimensions])


def read_delivery(
    source: Any,
    plan: Plan,
    *,
    on_fault: OnFault = "raise",
    sheet: str | None = None,
    columns: Mapping[str, str | None] | None = None,
) -> Delivery:
    """Return what was planned and done of outputs and activities, checked against a plan.

    Parameters
    ----------
    source : path, data frame, or list of dicts
        As for :func:`read_observations`; one row per element × period × place × time of recording, with the columns
        ``element period place status planned done percent reason recorded_at note``. ``element`` and ``period`` must
        be there. A row says what was done, a percent, a status, or the reason why that is not known.
    plan : Plan
        What it is checked against. Where ``planned`` is blank the plan's own `Planned` can stand in:
        ``delivery.planned_with_plan``.
    on_fault, sheet, columns
        As for :func:`read_observations`; the usual name of the sheet is Delivery.

    Raises
    ------
    FileError
        If the file is not there, is not what its name says, or has unknown, doubled or missing columns.
    ObservationError
        If rows cannot be used.

    Examples
    --------
    >>> from cpas.model import Output
    >>> plan = Plan("p", "t", elements=[Output("OP-1", "Patrols")])
    >>> delivery = read_delivery([{"element": "OP-1", "period": "2025-Q1", "planned": 40, "done": 31}], plan)
    >>> delivery.frame[["element", "planned", "done"]]
      element  planned  done
    0    OP-1     40.0  31.0
    """
    check_on_fault(on_fault)
    given = read_table(
        source,
        names(DELIVERY),
        required=("element", "period"),
        sheet=sheet,
        default_sheet=DELIVERY_SHEET,
        columns=columns,
    )
    return take_in_delivery(given, plan, on_fault=on_fault)


def write_delivery(delivery: Delivery, path: str | os.PathLike[str]) -> None:
    """Write delivery to a file, from which :func:`read_delivery` reads the same.

    Examples
    --------
    >>> import tempfile
    >>> from cpas.model import Output
    >>> plan = Plan("p", "t", elements=[Output("OP-1", "Patrols")])
    >>> delivery = read_delivery([{"element": "OP-1", "period": "2025-Q1", "done": 31}], plan)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_delivery(delivery, f"{folder}/delivery.xlsx")
    ...     read_delivery(f"{folder}/delivery.xlsx", plan).rows() == delivery.rows()
    True
    """
    write_table(delivery.frame, DELIVERY, path, sheet=DELIVERY_SHEET)
