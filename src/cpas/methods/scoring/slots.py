"""Scores of elements as they lie in their table: elements × slots, a slot being one period × place × group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cpas.tables.scores import Scores

__all__ = ["block", "one_element", "row_of_cells", "slot_of_cells", "width"]

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
    elements, count = len(scores.plan.elements), width(scores)
    return scores.table.numbers[name][: elements * count].reshape(elements, count)


def one_element(scores: Scores, node: int, column: NDArray[np.int8]) -> NDArray[np.int8]:
    """Return what a column says of one element in every slot."""
    count = width(scores)
    return column[node * count : (node + 1) * count]
