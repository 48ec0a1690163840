"""Rows added to rows that are in order already: a few new ones are put between many, and nothing is sorted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.periods import Period
from cpas.tables.ordering import pack_alike
from cpas.tables.pieces import looked_up
from cpas.tables.rows import ARRAYS, CELL, KEYS, Rows, narrowed, pick_rows, shared

__all__ = ["Known", "known_rows", "merged", "say_the_same"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


class Known(NamedTuple):
    """Rows of two tables that are for the same: one of each by position."""

    #: Row numbers in the one.
    old: Codes
    #: Row numbers in the other, rising.
    new: Codes


def merged(old: Rows, new: Rows) -> Rows:
    """Return the rows of both, in canonical order; no row of the one is for the same as a row of the other.

    Parameters
    ----------
    old, new : Rows
        Of one plan. What is done to the new ones is more than what is done to the old.

    Examples
    --------
    >>> from cpas.model import Indicator, Plan
    >>> from cpas.tables.given import Given
    >>> from cpas.tables.intake import take_in
    >>> import pandas as pd
    >>> plan = Plan("p", "t", indicators=[
    ...     Indicator("I", "Killed", measures=(), unit="person", kind="flow", better="lower")])
    >>> def rows(*periods):
    ...     table = pd.DataFrame({"indicator": "I", "period": periods, "value": range(len(periods))})
    ...     return take_in(Given.of_frame(table), plan).store
    >>> both = merged(rows("2025-Q1", "2025-Q3"), rows("2025-Q2"))
    >>> [str(period) for period in both.periods], both.value.tolist()
    (['2025-Q1', '2025-Q2', '2025-Q3'], [0.0, 0.0, 1.0])
    """
    if not len(old) or not len(new):
        return new if not len(old) else old
    old, new = _with_common_words(old, new)
    ours, theirs = _positions(old, new)
    columns: dict[str, Any] = {name: _joined(getattr(old, name), getattr(new, name), ours, theirs) for name in ARRAYS}
    for name in CELL:
        columns[name] = narrowed(columns[name])
    columns = {name: shared(column) for name, column in columns.items()}
    texts = {name: _joined_texts(old.texts[name], new.texts[name], ours, theirs) for name in old.texts}
    return attrs.evolve(old, **columns, texts=texts)


def known_rows(old: Rows, new: Rows) -> Known:
    """Return the rows of both that are for the same indicator, period, place, group and time of recording."""
    if not len(old) or not len(new):
        return Known(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    old, new = _with_common_words(old, new)
    mine, other = pack_alike([_keys(old), _keys(new)])
    at = np.minimum(np.searchsorted(mine, other), len(mine) - 1)
    both = np.flatnonzero(mine[at] == other)
    return Known(at[both], both)


def say_the_same(old: Rows, new: Rows, known: Known) -> Truths:
    """Return which of the rows that are for the same also say the same."""
    alike = np.ones(len(known.old), dtype=bool)
    for name in ARRAYS:
        if name not in KEYS:
            one, other = pick_rows(getattr(old, name), known.old), pick_rows(getattr(new, name), known.new)
            alike &= (one == other) | ((one != one) & (other != other))
    for name, texts in old.texts.items():
        others = new.texts[name]
        if texts or others:
            pairs = zip(known.old.tolist(), known.new.tolist(), strict=True)
            alike &= np.array([texts.get(one) == others.get(other) for one, other in pairs], dtype=bool)
    return alike


# -- words in common -------------------------------------------------------------------------------------------


def _with_common_words(old: Rows, new: Rows) -> tuple[Rows, Rows]:
    """Return both with the same periods and cells to number."""
    periods = tuple(sorted({*old.periods, *new.periods})) if old.periods != new.periods else old.periods
    cells = tuple(sorted({*old.cells, *new.cells})) if old.cells != new.cells else old.cells
    one, other = (_with_words(rows, periods, cells) for rows in (old, new))
    return one, other


def _with_words(rows: Rows, periods: tuple[Period, ...], cells: tuple[tuple[str, ...], ...]) -> Rows:
    return attrs.evolve(
        rows,
        periods=periods,
        cells=cells,
        period=_renumbered(rows.period, rows.periods, periods),
        cell=_renumbered(rows.cell, rows.cells, cells),
    )


def _renumbered(codes: NDArray[Any], words: Sequence[Any], known: Sequence[Any]) -> NDArray[Any]:
    if words == known:
        return codes
    number = {word: code for code, word in enumerate(known)}
    table = np.array([number[word] for word in words], dtype=np.min_scalar_type(-len(known) - 1))
    return looked_up(table, codes)


# -- putting together ------------------------------------------------------------------------------------------


def _keys(rows: Rows) -> list[NDArray[Any]]:
    return [getattr(rows, name) for name in KEYS]


def _positions(old: Rows, new: Rows) -> tuple[Codes, Truths]:
    """Return where the new rows come to stand among all, and which of all rows are old."""
    mine, other = pack_alike([_keys(old), _keys(new)])
    ours = np.searchsorted(mine, other) + np.arange(len(other))
    theirs = np.ones(len(old) + len(new), dtype=bool)
    theirs[ours] = False
    return ours, theirs


def _joined(old: NDArray[Any], new: NDArray[Any], ours: Codes, theirs: Truths) -> NDArray[Any]:
    if old.strides == new.strides == (0,) and (old[0] == new[0] or (old[0] != old[0] and new[0] != new[0])):
        return np.broadcast_to(old[0], len(theirs))
    joined = np.empty(len(theirs), dtype=np.promote_types(old.dtype, new.dtype))
    joined[theirs] = old
    joined[ours] = new
    return joined


def _joined_texts(old: Mapping[int, str], new: Mapping[int, str], ours: Codes, theirs: Truths) -> dict[int, str]:
    """Return texts by the new numbers of their rows."""
    if not old and not new:
        return {}
    moved = np.flatnonzero(theirs)
    joined = {int(moved[row]): text for row, text in old.items()}
    joined |= {int(ours[row]): text for row, text in new.items()}
    return dict(sorted(joined.items()))
