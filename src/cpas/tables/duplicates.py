"""Rows that say a second time what was said: found once the rest of a table can be used.  Methodology §3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpas.tables.faults import FaultLog
from cpas.tables.rows import in_order, new_segments, pick_rows

__all__ = ["note_duplicates"]

Codes = NDArray[np.int64]
Column = NDArray[Any]


def note_duplicates(log: FaultLog, keys: Sequence[Column], contents: Sequence[Column], *, column: str) -> Codes:
    """Return the rows without a fault in the order of `keys`, and note those of them that have the same keys.

    Of rows that are alike in everything the first stands; of rows that differ none does, since nobody can tell which
    is right.

    Examples
    --------
    >>> import pandas as pd
    >>> from cpas.tables.given import Given
    >>> log = FaultLog(Given.of_frame(pd.DataFrame({"indicator": list("abab")})))
    >>> note_duplicates(log, [np.array([1, 2, 1, 2])], [np.array([5, 6, 5, 7])], column="indicator").tolist()
    [0, 2, 1, 3]
    >>> log.is_bad.tolist(), list(log.counts)
    ([False, True, True, True], ['conflicting_duplicate', 'duplicate'])
    """
    usable = np.flatnonzero(~log.is_bad)
    is_whole = len(usable) == len(log.given)
    rank = in_order(keys if is_whole else [pick_rows(key, usable) for key in keys])
    order = usable if rank is None else rank if is_whole else usable[rank]
    starts = new_segments(*(pick_rows(key, order) for key in keys))
    lengths = np.diff(np.append(starts, len(order)))
    if not (lengths > 1).any():
        return order
    group = np.repeat(np.arange(len(starts)), lengths)
    is_first = np.zeros(len(order), dtype=bool)
    is_first[starts] = True
    differs = np.zeros(len(starts), dtype=bool)
    differs[group[~_like_the_row_before([content[order] for content in contents], is_first)]] = True
    first_of = np.empty(len(log.given), dtype=np.int64)
    first_of[order] = order[starts][group]
    _note(log, column, order[~is_first & ~differs[group]], order[differs[group]], first_of)
    return order


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
    where = np.zeros(len(log.given), dtype=bool)
    where[rows] = True
    log.add(code, column, where, message)
