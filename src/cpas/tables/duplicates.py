"""Rows that say a second time what was said: found once the rest of a table can be used.  Methodology §3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpas.tables.faults import FaultLog
from cpas.tables.ordering import Ordered, put_in_order
from cpas.tables.rows import pick_rows

__all__ = ["note_duplicates"]

Codes = NDArray[np.int64]
Column = NDArray[Any]


def note_duplicates(log: FaultLog, keys: Sequence[Column], contents: Sequence[Column], *, column: str) -> Ordered:
    """Return the rows without a fault in the order of `keys`, and note those that have the keys of another.

    Of rows that are alike in everything the first stands; of rows that differ none does, since nobody can tell which
    is right.

    Examples
    --------
    >>> import pandas as pd
    >>> from cpas.tables.given import Given
    >>> log = FaultLog(Given.of_frame(pd.DataFrame({"indicator": list("abab")})))
    >>> note_duplicates(log, [np.array([1, 2, 1, 2])], [np.array([5, 6, 5, 7])], column="indicator").rows().tolist()
    [0]
    >>> log.is_bad.tolist(), list(log.counts)
    ([False, True, True, True], ['conflicting_duplicate', 'duplicate'])
    """
    if log:
        usable = np.flatnonzero(~log.is_bad)
        ordered = put_in_order([pick_rows(key, usable) for key in keys]).of(usable)
    else:
        ordered = put_in_order(keys)
    if ordered.is_repeated is None:
        return ordered
    _note_repeated(log, column, ordered.rows(), ~ordered.is_repeated, [ordered.pick(content) for content in contents])
    return ordered.only(~log.is_bad[ordered.rows()])


def _note_repeated(
    log: FaultLog, column: str, order: Codes, is_first: NDArray[np.bool_], contents: Sequence[Column]
) -> None:
    """Note the rows that have the keys of the first row before them."""
    starts = np.flatnonzero(is_first)
    group = np.cumsum(is_first) - 1
    differs = np.zeros(len(starts), dtype=bool)
    differs[group[~_like_the_row_before(contents, is_first)]] = True
    first_of = np.empty(len(log.given), dtype=np.int64)
    first_of[order] = order[starts][group]
    _note(log, column, order[~is_first & ~differs[group]], order[differs[group]], first_of)


def _like_the_row_before(contents: Sequence[Column], is_first: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows say the same as the row before, or are the first of their keys."""
    alike = np.ones(len(is_first), dtype=bool)
    for column in contents:
        both_missing = (column[1:] != column[1:]) & (column[:-1] != column[:-1])
        alike[1:] &= (column[1:] == column[:-1]) | both_missing
    return alike | is_first


def _note(log: FaultLog, column: str, same: Codes, different: Codes, first_of: Codes) -> None:
    numbers, word = log.given.row_numbers, log.given.row_word

    def says_the_same(row: int) -> str:
        return f"It says the same as {word} {numbers[first_of[row]]}. Remove one of the two."

    def differs(row: int) -> str:
        return (
            "Rows for one period, place, group and time of recording differ "
            f"(the first is {word} {numbers[first_of[row]]}). "
            "Keep one, or give recorded_at where one revises the other."
        )

    _note_rows(log, "duplicate", column, same, says_the_same)
    _note_rows(log, "conflicting_duplicate", column, different, differs)


def _note_rows(log: FaultLog, code: str, column: str, rows: Codes, message: Callable[[int], str]) -> None:
    log.add_rows(code, column, np.sort(rows), message)
