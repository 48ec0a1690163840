"""What is missing of plain indicators: returns that were not due, and gaps that end a value.  Methodology §3.6."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import IS_EXCUSED, KEYS, number_keys
from cpas.tables.keys import in_order, new_segments
from cpas.tables.rows import Rows

__all__ = ["Silence", "note_silence", "silence_of"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]
_ROWS: Final = (*KEYS, "received", "excused", "end", "reason")


@attrs.frozen(eq=False, kw_only=True)
class Silence:
    """Missing rows, by indicator, place, cell that is kept, and target."""

    indicator: Codes
    place: Codes
    cell: Codes
    target: Codes
    #: Returns that were not due; or, of values that hold for the whole time, whether one was not.
    excused: Codes
    #: Last day of the latest.
    end: Codes
    #: Code of the reason: of the last that was due, else of the last.
    reason: NDArray[np.int8]


def silence_of(
    rows: Rows, of: Truths, target_of: Codes, end_of: Codes, cell_of: Codes, *, once: bool
) -> Silence | None:
    """Return what is missing of some indicators; nothing where nothing is.

    Parameters
    ----------
    rows : Rows
        Missing rows.
    of : array of bool
        Which indicators.
    target_of : array of int
        Number of the period asked for of each observed one, or −1.
    end_of : array of int
        Last day of each observed period, as an ordinal.
    cell_of : array of int
        Number of the cell that is kept of each cell of the table.
    once : bool
        Whether one value holds for the whole time; else each period has a return of its own.

    Notes
    -----
    Methodology §3.6.
    """
    some = np.flatnonzero(of[rows.indicator] & (target_of[rows.period] >= 0))
    if not len(some):
        return None
    keys = [rows.indicator[some], rows.place[some], cell_of[rows.cell[some]], target_of[rows.period[some]]]
    keys = [key.astype(np.int64, copy=False) for key in keys]
    order = in_order(keys)
    if order is not None:
        some, keys = some[order], [key[order] for key in keys]
    starts = new_segments(*keys)
    is_excused = IS_EXCUSED[rows.reason[some]]
    numbers = np.arange(len(some))
    owed = np.maximum.reduceat(np.where(is_excused, -1, numbers), starts)
    chosen = np.where(owed >= 0, owed, np.append(starts[1:], len(some)) - 1)
    excused = _excused(keys, (rows.cell if once else rows.period)[some], is_excused, starts, once=once)
    indicator, place, cell, target = (key[starts] for key in keys)
    return Silence(
        indicator=indicator, place=place, cell=cell, target=target, excused=excused,
        end=np.maximum.reduceat(end_of[rows.period[some]], starts), reason=rows.reason[some[chosen]],
    )  # fmt: skip


def _excused(keys: list[Codes], part: Codes, is_excused: Truths, starts: Codes, *, once: bool) -> Codes:
    """Count returns that were not due in any cell; or say whether, in any cell, nothing was due at all."""
    if not is_excused.any():
        return np.zeros(len(starts), dtype=np.int64)
    order = np.lexsort((part, *keys[::-1]))
    parts = new_segments(*(key[order] for key in keys), part[order])
    settled = (np.logical_and if once else np.logical_or).reduceat(is_excused[order], parts)
    spots = np.searchsorted(parts, starts)
    counted = np.add.reduceat(settled, spots, dtype=np.int64)
    return np.minimum(counted, 1) if once else counted


def note_silence(rows: dict[str, NDArray[Any]], silence: Silence | None, *, once: bool) -> tuple[Codes, int]:
    """Note what is missing: a later gap ends a value that holds; others only leave less.

    Returns rows whose value is ended, and how many rows were added of which nothing came.
    """
    if silence is None:
        return np.zeros(0, dtype=np.int64), 0
    known, asked = _alike([(rows[name], getattr(silence, name)) for name in KEYS])
    at = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    found = known[at] == asked if len(known) else np.zeros(len(asked), dtype=bool)
    ends = np.zeros(len(found), dtype=bool)
    if once:
        ends[found] = silence.end[found] > rows["end"][at[found]]
    ended = at[ends]
    rows["received"][ended], rows["end"][ended], rows["reason"][ended] = 0, 0, silence.reason[ends]
    counts = ends if once else found
    rows["excused"][at[counts]] = silence.excused[counts]
    alone = np.flatnonzero(~found)
    if len(alone):
        for name in _ROWS:
            said = name not in ("received", "end")
            more = getattr(silence, name)[alone] if said else np.zeros(len(alone), dtype=np.int64)
            rows[name] = np.concatenate([rows[name], more])
    return ended, len(alone)


def _alike(columns: list[tuple[Codes, Codes]]) -> tuple[Codes, Codes]:
    """Return keys of two tables as one number each, which sort as they do."""
    both = [np.concatenate(pair) for pair in columns]
    keys = number_keys(*both)
    many = len(columns[0][0])
    return keys[:many], keys[many:]
