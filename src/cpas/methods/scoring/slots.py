"""Scores of elements as they lie in their table: elements × slots, a slot being one period × place × group."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from cpas.tables.scores import Scores

__all__ = ["as_block", "block", "row_of_cells", "slot_of_cells", "width"]

T = TypeVar("T", bound=np.generic)
Floats = NDArray[np.float64]


def width(scores: Scores) -> int:
    """How many combinations of period, place and group there are."""
    elements = len(scores.plan.elements)
    return int(np.searchsorted(scores.table.node, 1)) if elements else 0


def slot_of_cells(scores: Scores) -> NDArray[np.int64]:
    """Return the slot of each row of the aggregates."""
    c = scores.aggregates.cells
    t, count = scores.table, width(scores)
    known = zip(t.period[:count].tolist(), t.place[:count].tolist(), t.cell[:count].tolist(), strict=True)
    at = {key: n for n, key in enumerate(known)}
    keys = zip(c.period.tolist(), c.place.tolist(), c.cell.tolist(), strict=True)
    return np.array([at[key] for key in keys], dtype=np.int64)


def row_of_cells(scores: Scores) -> NDArray[np.int64]:
    """Row among the indicators' scores of each row of the aggregates."""
    c = scores.aggregates.cells
    order = np.lexsort((c.cell, c.place, c.period, c.indicator))
    return np.argsort(order)


def block(scores: Scores, name: str) -> Floats:
    """Return a column of the scores as elements × slots."""
    return as_block(scores, scores.table.numbers[name])


def as_block(scores: Scores, column: NDArray[T]) -> NDArray[T]:
    """Return what stands in a column beside the scores of elements as elements × slots."""
    elements, count = len(scores.plan.elements), width(scores)
    return column[: elements * count].reshape(elements, count)
