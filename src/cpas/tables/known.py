"""Packed observations as they were known at a moment: later records laid aside, what they superseded taken back.

Only the rows that were recorded later, and the vintages before them, are looked at one by one.
"""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.blocks import SERIES, Block, Packed
from cpas.tables.keys import new_segments
from cpas.tables.packing import block_from, says_something
from cpas.tables.rows import ARRAYS, CELL, NO_CODE, Rows, joined_rows, pick_rows, sorted_rows

__all__ = ["known_at", "recorded_later"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


def recorded_later(packed: Packed, moment: int) -> dict[str, NDArray[Any]]:
    """Return indicator, place, cell and period of the rows that were recorded after a moment.

    Parameters
    ----------
    packed : Packed
        With all vintages.
    moment : int
        Microseconds since 1970.
    """
    found = []
    for block in packed.blocks:
        late = np.flatnonzero(block.recorded_at > moment)
        series = np.searchsorted(block.starts, late, side="right") - 1
        found.append({**{name: getattr(block, name)[series] for name in SERIES}, "period": block.period[late]})
    for rows in (packed.missing, packed.history):
        late = np.flatnonzero(rows.recorded_at > moment)
        found.append({name: getattr(rows, name)[late] for name in CELL})
    return {name: np.concatenate([one[name].astype(np.int64) for one in found]) for name in CELL}


def known_at(packed: Packed, moment: int, block_of: NDArray[np.int16]) -> Packed:
    """Return what was known at a moment; nothing of what was superseded before.

    Parameters
    ----------
    packed : Packed
        With all vintages.
    moment : int
        Microseconds since 1970.
    block_of : array of int
        Number of the block of each indicator, from ``blocks_of``.
    """
    later = recorded_later(packed, moment)
    if not len(later["period"]):
        return packed
    back = _returning(packed, moment, later)
    there, block = says_something(back) & (back.reason == NO_CODE), block_of[back.indicator]
    blocks = []
    for one in packed.blocks:
        mine = np.flatnonzero(there & (block == block_of[one.indicator[0]]))
        blocks.append(_with_rows(one, one.recorded_at <= moment, _columns(back, mine)))
    known = {block_of[one.indicator[0]] for one in packed.blocks}
    for number in sorted({*block[there].tolist()} - known):
        blocks.append(block_from(_columns(back, np.flatnonzero(there & (block == number)))))
    return Packed(
        blocks=tuple(one for one in blocks if len(one)),
        missing=_missing(packed, moment, _columns(back, np.flatnonzero(~there))),
        history=_taken(packed.history, np.zeros(0, dtype=np.int64)),
        texts={},
    )


def _columns(rows: Rows, some: Codes) -> dict[str, NDArray[Any]]:
    return {name: pick_rows(getattr(rows, name), some) for name in ARRAYS}


def _taken(rows: Rows, some: Codes) -> Rows:
    columns: dict[str, Any] = _columns(rows, some)
    return attrs.evolve(rows, texts={}, **columns)


def _returning(packed: Packed, moment: int, later: dict[str, NDArray[Any]]) -> Rows:
    """Return the rows that were the latest of cells of which more was recorded later, unless they take a value back."""
    history = packed.history
    rows = np.flatnonzero(history.recorded_at <= moment)
    starts = new_segments(*(getattr(history, name)[rows] for name in CELL))
    last = rows[np.append(starts[1:], len(rows))[: len(starts)] - 1]
    last = last[~history.is_withdrawn[last]]
    sizes = [max(len(history.cells), 1), max(len(history.periods), 1)]
    width = max(int(later["place"].max(initial=0)), int(history.place.max(initial=0))) + 1
    known = np.sort(_key(later, width, sizes))
    asked = _key({name: getattr(history, name)[last].astype(np.int64) for name in CELL}, width, sizes)
    return _taken(history, last[known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked])


def _key(columns: dict[str, NDArray[Any]], width: int, sizes: list[int]) -> Codes:
    spot = columns["indicator"] * width + columns["place"]
    key: Codes = (spot * sizes[0] + columns["cell"]) * sizes[1] + columns["period"]
    return key


def _with_rows(block: Block, keep: Truths, more: dict[str, NDArray[Any]]) -> Block:
    """Return some points of a block, with other rows in their places."""
    if keep.all() and not len(more["period"]):
        return block
    kept, own = np.flatnonzero(keep), block.columns(slice(0, len(block.indicator)))
    own = {name: pick_rows(column, kept) for name, column in own.items()}
    if len(more["period"]):
        own = {name: joined_rows([own[name], more[name]]) for name in ARRAYS}
    return block_from(own)


def _missing(packed: Packed, moment: int, more: dict[str, NDArray[Any]]) -> Rows:
    rows = packed.missing
    own = _columns(rows, np.flatnonzero(rows.recorded_at <= moment))
    columns: dict[str, Any] = {name: joined_rows([own[name], more[name]]) for name in ARRAYS}
    return sorted_rows(periods=rows.periods, cells=rows.cells, texts={}, **columns)
