"""From a table as given to observations bound to their plan: checked, sorted, nothing lost.  Methodology §3.

What is left out as blank, and what happens to rows with a fault, is here. What a row is about is read in
``intake_keys``, what it says in ``intake_values``, and
the rows that are left go into blocks in ``packing``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from cpas.errors import RequestError, did_you_mean
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.adding import note_known
from cpas.tables.blocks import Packed, block_numbers
from cpas.tables.coded import Coded
from cpas.tables.data_codes import data_remark
from cpas.tables.data_remarks import counted, remarks_of
from cpas.tables.duplicates import note_duplicates
from cpas.tables.faults import FaultLog
from cpas.tables.given import Given
from cpas.tables.intake_keys import Keys, read_keys
from cpas.tables.intake_numbers import TEXTS, Numbers
from cpas.tables.intake_values import read_values
from cpas.tables.observations import Observations
from cpas.tables.ordering import Ordered
from cpas.tables.packing import Unpacked, has_one_vintage, latest, pack, pack_columns
from cpas.tables.pieces import looked_up, occurring, rows_where
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.rows import KEYS, NUMBERS, WITHDRAWN
from cpas.tables.trees import place_tree

__all__ = ["OnFault", "check_on_fault", "take_in"]

OnFault = Literal["raise", "drop"]
Codes = NDArray[Any]
T = TypeVar("T")

#: Columns whose content is an answer, in a form.
_ENTERED: Final = ("value", "numerator", "denominator", "low", "high", "status", "reason", "recorded_at", *TEXTS)


def check_on_fault(on_fault: str) -> None:
    """Refuse a word that says nothing of what to do with faults."""
    if on_fault not in ("raise", "drop"):
        near = did_you_mean(on_fault, ("raise", "drop"))
        raise RequestError(f"on_fault={on_fault!r} is not one of 'raise', 'drop'.{near}", on_fault=on_fault)


def take_in(
    given: Given,
    plan: Plan,
    *,
    on_fault: OnFault = "raise",
    coverage: Period | None = None,
    to: Observations | None = None,
) -> Observations:
    """Return a table as observations of a plan.

    Parameters
    ----------
    given : Given
        Columns as in ``cpas.columns.OBSERVATIONS``, and one per dimension of the plan; ``indicator`` and ``period``
        at least.
    plan : Plan
        What it is checked against.
    on_fault : str
        ``raise``: one error with every fault. ``drop``: rows with a fault go to ``observations.dropped``.
    coverage : Period, optional
        The time for which the source claims to be whole.
    to : Observations, optional
        Observations of the same plan that the rows are added to, in the order in which those stand already.

    Raises
    ------
    ObservationError
        If a row cannot be used, and `on_fault` is ``raise``.

    Examples
    --------
    >>> import pandas as pd
    >>> from cpas.model import Indicator
    >>> plan = Plan("p", "t", indicators=[
    ...     Indicator("I", "Killed", measures=(), unit="person", kind="flow", better="lower")])
    >>> table = pd.DataFrame({"indicator": ["I"], "period": ["2025-Q1"], "value": [3]})
    >>> take_in(Given.of_frame(table), plan)
    <Observations of plan 'p': 1 rows, 2025-Q1 to 2025-Q1>
    """
    check_on_fault(on_fault)
    given, remarks = _without_blank_rows(given)
    log = FaultLog(given)
    log.add_spoilt()
    taken = _checked(log, plan, on_fault, to)
    packed = taken.packed
    before = None if to is None else note_known(log, to, packed.rows(), taken.rows)
    if log and on_fault == "raise":
        raise log.error()
    remarks += taken.noticed
    dropped = log.dropped() if log else None
    if dropped is not None:
        message = f"{counted(len(dropped))} of {len(given)} left out of {given.what}."
        remarks.append(data_remark("rows_dropped", where=plan.id, message=message))
    if before is not None:
        packed = pack(before.with_rows(packed.rows()), block_numbers(plan))
        remarks = before.with_remarks(remarks)
        dropped = before.with_dropped(dropped)
        coverage = before.to.coverage if coverage is None else coverage
    remarks += remarks_of(plan, place_tree(plan), packed)
    return Observations(plan=plan, store=packed, remarks=Remarks(remarks), dropped=dropped, coverage=coverage)


class _Taken(NamedTuple):
    """What is left of a table once it was checked."""

    #: The rows that can be used.
    packed: Packed
    #: Where in the table each of them stands, in canonical order; none where that is not asked for.
    rows: Codes
    #: What was noticed while they were read.
    noticed: list[Remark]


def _checked(log: FaultLog, plan: Plan, on_fault: OnFault, to: Observations | None) -> _Taken:
    """Check a table; all that was needed for that leaves its room while the rows are packed."""
    keys = read_keys(log, plan, place_tree(plan))
    numbers = read_values(log, plan, keys)
    ordered = note_duplicates(log, [getattr(keys, name) for name in KEYS], _contents(keys, numbers), column="indicator")
    if log and on_fault == "raise" and to is None:
        raise log.error()
    rows = np.empty(0, dtype=np.int64) if to is None else ordered.rows()
    unpacked, noticed = _unpacked(keys, numbers, ordered), list(_noticed(plan, numbers))
    del keys, numbers, ordered
    return _Taken(pack_columns(unpacked, block_numbers(plan)), rows, noticed)


# -- blank rows ------------------------------------------------------------------------------------------------


def _without_blank_rows(given: Given) -> tuple[Given, list[Remark]]:
    """Leave out rows with nothing in them, and rows of a form that nobody has answered yet."""
    if not given.is_form:
        return given.without_blank_rows(), []
    has_answer = np.zeros(len(given), dtype=bool)
    has_answer[[row for _, _, row, _ in given.spoilt]] = True
    for name in _ENTERED:
        has_answer |= given.is_given(name)
    remarks = list(_not_answered(given, given.is_filled & ~has_answer))
    return given.take(np.flatnonzero(has_answer)), remarks


def _not_answered(given: Given, where: NDArray[np.bool_]) -> Iterator[Remark]:
    coded = given.column("indicator")
    counts = np.bincount(coded.codes[where] + 1, minlength=len(coded.values) + 1)
    for code in np.flatnonzero(counts):
        word = str(coded.values[code - 1]) if code else ""
        message = f"{counted(int(counts[code]))} not answered yet."
        yield data_remark("not_answered", where=word, message=message)


# -- building --------------------------------------------------------------------------------------------------


def _contents(keys: Keys, numbers: Numbers) -> list[NDArray[Any]]:
    """Return the columns in which rows for the same may differ."""
    columns = [getattr(numbers, name) for name in NUMBERS] + [keys.status, keys.reason, keys.sensitivity]
    return columns + [numbers.texts[name].codes for name in TEXTS]


def _unpacked(keys: Keys, numbers: Numbers, ordered: Ordered) -> Unpacked:
    """Return the columns of the rows that are left; periods and cells that none of them has are not kept.

    Columns may be shared with the table, whose owner may change it later: what packs them copies.
    """
    columns: dict[str, Any] = {name: getattr(keys, name) for name in (*KEYS, "status", "reason", "sensitivity")}
    columns |= {name: getattr(numbers, name) for name in NUMBERS}
    series = ordered.starts(3)
    first = ordered.at(series)
    for name in ("indicator", "place"):
        columns[name] = _as_small(columns[name], int(columns[name][first].max(initial=0)))
    columns["cell"], cells = _only_used(keys.cell, keys.cells, keys.cell[first])
    some = keys.period if ordered.length == len(keys.period) else ordered.pick(keys.period)
    columns["period"], periods = _only_used(keys.period, keys.periods, some)
    is_latest = None
    if not has_one_vintage(columns):
        is_latest = latest(ordered.starts(4), ordered.pick(keys.status) == WITHDRAWN)
    texts = {name: _texts(numbers.texts[name], ordered) for name in TEXTS}
    return Unpacked(
        columns=columns,
        order=ordered.order,
        series=series,
        is_latest=is_latest,
        periods=periods,
        cells=cells,
        texts=texts,
    )


def _only_used(codes: Codes, values: tuple[T, ...], some: Codes) -> tuple[Codes, tuple[T, ...]]:
    """Return codes among the values that occur in some of the rows, which are those that are left, and these values."""
    occurs = occurring(some, len(values))
    if occurs.all():
        return _as_small(codes, len(values) - 1), values
    used = np.flatnonzero(occurs).tolist()
    number = _as_small(np.cumsum(occurs) - 1, len(used) - 1)
    return looked_up(number, codes), tuple(values[code] for code in used)


def _as_small(codes: Codes, most: int) -> Codes:
    """Return codes in the smallest signed type that holds the largest of them, and one more."""
    small = np.min_scalar_type(-most - 2)
    if len(codes) and codes.strides == (0,):
        return np.broadcast_to(codes[0].astype(small), len(codes))
    return codes.astype(small, copy=False)


def _texts(column: Coded, ordered: Ordered) -> dict[int, str]:
    """Return the texts that there are, by the number of the row."""
    if not column.values:
        return {}
    codes = ordered.pick(column.codes)
    rows = rows_where(lambda codes: codes >= 0, codes)
    return {row: column.values[code] for row, code in zip(rows.tolist(), codes[rows].tolist(), strict=True)}


def _noticed(plan: Plan, numbers: Numbers) -> Iterator[Remark]:
    says = {
        "unit_converted": "{rows} converted from {detail!r} to {unit!r}.",
        "withdrawn_with_value": "{rows} withdrawn, with a value.",
        "parts_not_used": "{rows} with a numerator or a denominator, for a {kind}.",
    }
    for code, found in numbers.noticed.items():
        for (number, detail), count in found.items():
            indicator = plan.indicators[number]
            message = says[code].format(rows=counted(count), detail=detail, unit=indicator.unit, kind=indicator.kind)
            yield data_remark(code, where=indicator.id, message=message)
