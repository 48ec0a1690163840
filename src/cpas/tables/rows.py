"""Checked observations as columns of codes and numbers, in one canonical order.

The order is indicator, place, cell of groups, period, time of recording: all vintages of one cell stand together,
the latest last, and every aggregation is boundaries and one ``reduceat``. Nothing outside ``tables`` and ``methods``
knows this layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import MissingReason, ObservationStatus, Sensitivity, words
from cpas.periods import Period
from cpas.tables.keys import in_order, new_segments
from cpas.tables.pieces import looked_up, pieces

__all__ = [
    "ALWAYS",
    "ARRAYS",
    "CELL",
    "KEYS",
    "NO_CODE",
    "NUMBERS",
    "REASONS",
    "SENSITIVITY_CODES",
    "STATUSES",
    "WITHDRAWN",
    "Rows",
    "SmallCodes",
    "is_blank",
    "joined_rows",
    "moment",
    "narrowed",
    "only_used",
    "pick_rows",
    "picked",
    "says_only",
    "shared",
    "sorted_rows",
]

Codes = NDArray[np.int64]
#: Codes of any signed type: make them `int64` before reckoning with them.
SmallCodes = NDArray[Any]
Floats = NDArray[np.float64]

STATUSES: Final = words(ObservationStatus)
REASONS: Final = words(MissingReason)
SENSITIVITY_CODES: Final = words(Sensitivity)
#: Code of no reason, no status, no sensitivity of its own.
NO_CODE: Final = -1
#: Columns that say what a row is about.
CELL: Final = ("indicator", "place", "cell", "period")
#: Columns by which rows stand: vintages of one cell one after another.
KEYS: Final = (*CELL, "recorded_at")
#: Columns of numbers.
NUMBERS: Final = ("value", "numerator", "denominator", "low", "high")
#: When a row without a time of recording was known.
ALWAYS: Final = np.iinfo(np.int64).min
_EPOCH: Final = datetime(1970, 1, 1)
#: Code of the status of a row that takes an earlier one back.
WITHDRAWN: Final = STATUSES.index("withdrawn")


def moment(when: date | datetime | None) -> int:
    """Return microseconds since 1970; a day alone is its end, nothing is before all time.

    Examples
    --------
    >>> moment(date(1970, 1, 1)) == 24 * 3600 * 1_000_000 - 1
    True
    """
    if when is None:
        return int(ALWAYS)
    if not isinstance(when, datetime):
        when = datetime.combine(when, time.max)
    if when.tzinfo is not None:
        when = (when - when.utcoffset()).replace(tzinfo=None)  # type: ignore[operator]  # tzinfo gives an offset
    return (when - _EPOCH) // timedelta(microseconds=1)


@attrs.frozen(eq=False, kw_only=True)
class Rows:
    """Columns of observations, all of one length, in canonical order.

    A missing number is NaN; a row whose `value` is NaN is a missing one. Codes are of the smallest type that holds
    them, and a column that says the same in every row takes the room of one: read them, never write.
    """

    #: The periods that occur, sorted.
    periods: tuple[Period, ...]
    #: The cells that occur: one member per dimension of the plan, empty for all members.
    cells: tuple[tuple[str, ...], ...]
    #: Number of the indicator in the plan.
    indicator: SmallCodes
    #: Number of the place in the plan's tree.
    place: SmallCodes
    #: Number of the period in `periods`.
    period: SmallCodes
    #: Number of the cell in `cells`.
    cell: SmallCodes
    #: Value in the indicator's own unit.
    value: Floats
    #: Numerator of a ratio.
    numerator: Floats
    #: Denominator of a ratio, base of a mean.
    denominator: Floats
    #: Lower bound.
    low: Floats
    #: Upper bound.
    high: Floats
    #: Number of the status, or −1.
    status: NDArray[np.int8]
    #: Number of the reason, or −1.
    reason: NDArray[np.int8]
    #: Number of the sensitivity, or −1 for the indicator's own.
    sensitivity: NDArray[np.int8]
    #: Microseconds since 1970, or `ALWAYS`.
    recorded_at: Codes
    #: Texts, sources and notes by row number: most rows have none.
    texts: Mapping[str, Mapping[int, str]]

    def __len__(self) -> int:
        return len(self.value)

    @property
    def is_withdrawn(self) -> NDArray[np.bool_]:
        """Which rows take an earlier one back."""
        withdrawn: NDArray[np.bool_] = self.status == WITHDRAWN
        return withdrawn

    def pick(self, *, as_of: int | None = None, first: bool = False) -> Codes:
        """Return the number of one row per cell: the latest known at a moment, or the first that was known.

        Parameters
        ----------
        as_of : int, optional
            Microseconds since 1970; rows recorded later are not known.
        first : bool
            Take the first row of each cell that says something in place of the latest; that a value is late, or taken
            back, is no publication. Where none says anything, the first.
        """
        known = np.arange(len(self)) if as_of is None else np.flatnonzero(self.recorded_at <= as_of)
        starts = new_segments(self.indicator[known], self.place[known], self.cell[known], self.period[known])
        if first:
            said = np.flatnonzero((self.reason[known] == NO_CODE) & ~self.is_withdrawn[known])
            at = np.searchsorted(said, starts)
            found = said[np.minimum(at, max(len(said) - 1, 0))] if len(said) else starts
            mine = (at < len(said)) & (found < np.append(starts[1:], len(known))[: len(starts)])
            starts = np.where(mine, found, starts)
            return np.asarray(known[starts], dtype=np.int64)
        ends = np.append(starts[1:], len(known)) - 1
        return np.asarray(known[ends[: len(starts)]], dtype=np.int64)

    def take(self, index: Codes) -> Rows:
        """Return some rows, in the order of `index`, which must be rising."""
        arrays: dict[str, Any] = {name: pick_rows(getattr(self, name), index) for name in ARRAYS}
        position = {int(row): new for new, row in enumerate(index)} if any(self.texts.values()) else {}
        texts = {
            name: {position[row]: text for row, text in some.items() if row in position}
            for name, some in self.texts.items()
        }
        return attrs.evolve(self, **arrays, texts=texts)


#: The columns that are arrays, one entry per row.
ARRAYS: Final = (
    "indicator",
    "place",
    "period",
    "cell",
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
    "status",
    "reason",
    "sensitivity",
    "recorded_at",
)


def only_used(codes: SmallCodes) -> tuple[Codes, Codes]:
    """Return the codes that occur, rising, and each row's number among them; codes are not negative.

    Examples
    --------
    >>> [found.tolist() for found in only_used(np.array([7, 3, 7]))]
    [[3, 7], [1, 0, 1]]
    """
    most = int(codes.max(initial=-1)) + 1
    if most > 4 * len(codes) + 1000:
        used, numbers = np.unique(codes, return_inverse=True)
        return used.astype(np.int64), numbers.astype(np.int64)
    occurs = np.zeros(most, dtype=bool)
    occurs[codes] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[codes]


def narrowed(codes: SmallCodes) -> SmallCodes:
    """Return codes in the smallest signed type that holds them and one more.

    Examples
    --------
    >>> narrowed(np.array([0, 126])).dtype.name, narrowed(np.array([0, 127])).dtype.name
    ('int8', 'int16')
    """
    return codes.astype(np.min_scalar_type(-int(codes.max(initial=0)) - 2), copy=False)


def shared(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column that says the same in every row in the room of one.

    Examples
    --------
    >>> shared(np.full(1000, np.nan)).strides, shared(np.arange(3)).strides
    ((0,), (8,))
    """
    if not len(column) or column.strides == (0,):
        return column
    same = all(says_only(column[piece], column[0]) for piece in pieces(len(column)))
    return np.broadcast_to(column[0], len(column)) if same else column


def says_only(column: NDArray[Any], value: Any) -> bool:
    """Whether all rows say the same; what is missing is the same as what is missing.

    Examples
    --------
    >>> says_only(np.array([np.nan, np.nan]), np.nan), says_only(np.array([1, 2]), 1)
    (True, False)
    """
    return bool(((column != column) if value != value else (column == value)).all())


def pick_rows(column: NDArray[Any], index: NDArray[np.int64]) -> NDArray[Any]:
    """Return some rows of a column; one that says the same in every row still takes the room of one."""
    if column.strides == (0,):
        return np.broadcast_to(column[0], len(index)) if len(column) else column
    return column[index]


def picked(column: NDArray[Any], index: NDArray[Any]) -> NDArray[Any]:
    """Return some rows of a column as `pick_rows` does, quicker where the rows are many and far from one another.

    Examples
    --------
    >>> picked(np.array([5.0, 7.0]), np.array([1, 0, 1], dtype=np.int8)).tolist()
    [7.0, 5.0, 7.0]
    """
    return pick_rows(column, index) if column.strides == (0,) or not len(column) else looked_up(column, index)


def joined_rows(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return columns one after another; those that say the same in every row still take the room of one.

    Examples
    --------
    >>> joined_rows([shared(np.full(3, np.nan)), shared(np.full(2, np.nan))]).strides
    (0,)
    """
    if all(len(column) and column.strides == (0,) for column in columns):
        firsts = np.array([column[0] for column in columns])
        if len(shared(firsts)) and shared(firsts).strides == (0,):
            return np.broadcast_to(columns[0][0], sum(map(len, columns)))
    return np.concatenate(columns)


def is_blank(column: NDArray[Any]) -> bool:
    """Whether a column is known to have no number in any row, without looking at the rows.

    Examples
    --------
    >>> is_blank(shared(np.full(3, np.nan))), is_blank(np.array([1.0]))
    (True, False)
    """
    return bool(column.strides == (0,) and (not len(column) or np.isnan(column[0])))


def sorted_rows(*, periods: tuple[Period, ...], texts: Mapping[str, Mapping[int, str]], **columns: Any) -> Rows:
    """Return rows brought into canonical order; input that is already in order is not sorted again.

    Parameters
    ----------
    periods : tuple of Period
        In any order; `columns["period"]` numbers them.
    texts : mapping
        ``{"text": {row: words}, "source": …, "note": …}``, rows numbered as in the columns.
    **columns
        The other fields of `Rows`.
    """
    order_of_periods = sorted(range(len(periods)), key=lambda code: periods[code])
    rank = np.empty(len(periods), dtype=np.int64)
    rank[order_of_periods] = np.arange(len(periods))
    columns["period"] = rank[columns["period"]] if len(periods) else columns["period"]
    cells = columns.pop("cells")
    order_of_cells = sorted(range(len(cells)), key=lambda code: cells[code])
    rank = np.empty(len(cells), dtype=np.int64)
    rank[order_of_cells] = np.arange(len(cells))
    columns["cell"] = rank[columns["cell"]] if len(cells) else columns["cell"]
    order = in_order([columns[name] for name in KEYS])
    if order is not None:
        columns = {name: pick_rows(column, order) for name, column in columns.items()}
        texts = _moved(texts, order)
    for name in ("indicator", "place", "period", "cell"):
        columns[name] = narrowed(columns[name])
    return Rows(
        periods=tuple(periods[code] for code in order_of_periods),
        cells=tuple(cells[code] for code in order_of_cells),
        texts=texts,
        **{name: shared(column) for name, column in columns.items()},
    )


def _moved(texts: Mapping[str, Mapping[int, str]], order: Codes) -> dict[str, dict[int, str]]:
    """Return texts by the new numbers of their rows."""
    if not any(texts.values()):
        return {name: {} for name in texts}
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    moved = {name: {int(back[row]): text for row, text in some.items()} for name, some in texts.items()}
    return {name: dict(sorted(some.items())) for name, some in moved.items()}
