"""From a table as given to observations bound to their plan: checked, sorted, nothing lost.  Methodology §3.

What is left out as blank, and what happens to rows with a fault, is here. What a row is about is read in
``intake_keys``, what it says in ``intake_values``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from cpas.errors import RequestError, did_you_mean
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.adding import note_known
from cpas.tables.blocks import blocks_of, pack
from cpas.tables.coded import Coded
from cpas.tables.data_codes import data_remark
from cpas.tables.data_remarks import counted, remarks_of
from cpas.tables.duplicates import note_duplicates
from cpas.tables.faults import FaultLog
from cpas.tables.given import Given
from cpas.tables.intake_keys import Keys, read_keys
from cpas.tables.intake_values import NUMBERS, TEXTS, Numbers, read_values
from cpas.tables.observations import Observations
from cpas.tables.packing import Ordered
from cpas.tables.pieces import looked_up, occurring, pieces, rows_where
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.rows import Rows, narrowed, shared
from cpas.tables.trees import place_tree

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["OnFault", "check_on_fault", "take_in"]

OnFault = Literal["raise", "drop"]
Codes = NDArray[Any]
Floats = NDArray[np.float64]
T = TypeVar("T")

#: Columns whose content is an answer, in a form.
_ENTERED: Final = ("value", "numerator", "denominator", "low", "high", "status", "reason", "recorded_at", *TEXTS)
_KEYS: Final = ("indicator", "place", "cell", "period", "recorded_at")


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
    taken = _checked(given, plan, on_fault, coverage, to)
    packed = pack(taken.rows, blocks_of(plan.indicators))
    remarks = Remarks(taken.remarks)
    return Observations(plan=plan, store=packed, remarks=remarks, dropped=taken.dropped, coverage=taken.coverage)


class _Taken(NamedTuple):
    """What is left of a table once it was checked."""

    #: In canonical order.
    rows: Rows
    #: What was noticed.
    remarks: list[Remark]
    #: Rows with a fault.
    dropped: pd.DataFrame | None
    #: The time for which the source claims to be whole.
    coverage: Period | None


def _checked(given: Given, plan: Plan, on_fault: OnFault, coverage: Period | None, to: Observations | None) -> _Taken:
    """Check a table; all that was needed for that has left its room when the rows are packed."""
    given, remarks = _without_blank_rows(given)
    tree = place_tree(plan)
    log = FaultLog(given)
    log.add_spoilt()
    keys = read_keys(log, plan, tree)
    numbers = read_values(log, plan, keys)
    ordered = note_duplicates(
        log, [getattr(keys, name) for name in _KEYS], _contents(keys, numbers), column="indicator"
    )
    if log and on_fault == "raise" and to is None:
        raise log.error()
    rows = _build(keys, numbers, ordered, forget=not log)
    remarks += _noticed(plan, numbers)
    before = None if to is None else note_known(log, to, rows, ordered.rows())
    if log and on_fault == "raise":
        raise log.error()
    dropped = log.dropped() if log else None
    if dropped is not None:
        message = f"{counted(len(dropped))} of {len(given)} left out of {given.what}."
        remarks.append(data_remark("rows_dropped", where=plan.id, message=message))
    if before is not None:
        rows = before.with_rows(rows)
        remarks = before.with_remarks(remarks)
        dropped = before.with_dropped(dropped)
        coverage = before.to.coverage if coverage is None else coverage
    remarks += remarks_of(plan, tree, rows)
    return _Taken(rows, remarks, dropped, coverage)


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


def _build(keys: Keys, numbers: Numbers, ordered: Ordered, *, forget: bool) -> Rows:
    """Return the rows that are left; periods and cells that none of them has are not kept.

    Columns may be shared with the table, whose owner may change it later: what packs or merges them copies.

    With `forget`, numbers are given back one by one, so that there is never room for all of them twice.
    """
    columns = {name: ordered.key(n, getattr(keys, name)) for n, name in enumerate(_KEYS) if name != "recorded_at"}
    columns["period"], periods = _only_used(columns["period"], keys.periods)
    columns["cell"], cells = _only_used(columns["cell"], keys.cells)
    for name in ("recorded_at", "status", "reason", "sensitivity"):
        columns[name] = ordered.pick(getattr(keys, name))
    ordered.forget_keys()
    for name in NUMBERS:
        column = ordered.pick(numbers.taken(name) if forget else getattr(numbers, name))
        columns[name] = _without_minus_zero(column)
    for name in ("indicator", "place", "period", "cell"):
        columns[name] = narrowed(columns[name])
    made: dict[str, Any] = {name: shared(column) for name, column in columns.items()}
    texts = {name: _texts(numbers.texts[name], ordered) for name in TEXTS}
    return Rows(periods=periods, cells=cells, texts=texts, **made)


def _without_minus_zero(column: Floats) -> Floats:
    """Return numbers of which none is minus zero; there is hardly ever one."""
    if column.strides == (0,):
        return np.broadcast_to(column[:1] + 0.0, len(column))
    is_there = any((np.signbit(column[piece]) & (column[piece] == 0)).any() for piece in pieces(len(column)))
    return column + 0.0 if is_there else column


def _only_used(codes: Codes, values: tuple[T, ...]) -> tuple[Codes, tuple[T, ...]]:
    """Return the values that occur, and codes for them."""
    occurs = occurring(codes, len(values))
    if occurs.all():
        return codes, values
    used = np.flatnonzero(occurs).tolist()
    number = (np.cumsum(occurs) - 1).astype(np.min_scalar_type(-len(values) - 1))
    return looked_up(number, codes), tuple(values[code] for code in used)


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
