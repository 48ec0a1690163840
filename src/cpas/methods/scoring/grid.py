"""Where the rows of aggregates stand among indicators × slots; a slot is one period × place × group.

Most aggregates are whole: a row for every indicator in every slot, in order. Then a column is a block as it lies, and
what is known of an indicator stands beside its line without being repeated. Others are taken row by row.
"""

from __future__ import annotations

from typing import Any, TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.aggregates import Aggregates
from cpas.tables.rows import only_used

__all__ = ["Grid", "grid_of"]

Codes = NDArray[np.int64]
T = TypeVar("T", bound=np.generic)


@attrs.frozen(eq=False, kw_only=True)
class Grid:
    """The rows of aggregates as lines × columns: every line is of one indicator."""

    #: How many indicators the plan has.
    indicators: int
    #: Period, place and cell of each slot, sorted.
    slots: Codes
    #: Number of the indicator of each line.
    indicator: Codes
    #: Slot of each row; nothing where rows are the whole grid in its order.
    slot: Codes | None

    @property
    def columns(self) -> int:
        """How many rows a line has: one for each slot of a whole grid, else one."""
        return len(self.slots) if self.slot is None else 1

    def lines(self, column: NDArray[T]) -> NDArray[T]:
        """Return a column of the aggregates as lines × columns."""
        return column.reshape(len(self.indicator), self.columns)

    def beside(self, fact: NDArray[T]) -> NDArray[T]:
        """Return what is known of each indicator, to stand beside every line."""
        return (fact if self.slot is None else fact[self.indicator])[:, None]

    def rows(self, lines: Codes) -> Codes:
        """Return the numbers of the rows of some lines."""
        return np.add.outer(lines * self.columns, np.arange(self.columns)).ravel()

    def spread(self, column: NDArray[T], fill: Any) -> NDArray[T]:
        """Return a column of the aggregates as indicators × slots, with `fill` where there is no row."""
        if self.slot is None:
            return self.lines(column)
        block: NDArray[T] = np.full((self.indicators, len(self.slots)), fill, dtype=column.dtype)
        block[self.indicator, self.slot] = column
        return block


def grid_of(aggregates: Aggregates) -> Grid:
    """Return where the rows of aggregates stand.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> grid = grid_of(cpas.aggregate(observed, by="quarter"))
    >>> grid.slot is None, len(grid.slots) * grid.indicators == len(grid.indicator) * grid.columns
    (True, True)
    """
    cells, count = aggregates.cells, len(aggregates.plan.indicators)
    width = len(cells) // count if count else 0
    first = [column[:width] for column in (cells.period, cells.place, cells.cell)]
    if width and width * count == len(cells) and _is_whole(aggregates, count, width):
        return Grid(
            indicators=count, slots=np.stack(first, axis=1).astype(np.int64), indicator=np.arange(count), slot=None
        )
    places, groups = len(aggregates.tree.ids), len(aggregates.groups)
    used, slot = only_used((cells.period.astype(np.int64) * places + cells.place) * groups + cells.cell)
    slots = np.stack([used // groups // places, used // groups % places, used % groups], axis=1)
    return Grid(indicators=count, slots=slots, indicator=cells.indicator, slot=slot)


def _is_whole(aggregates: Aggregates, count: int, width: int) -> bool:
    """Whether every indicator has the same rows, one after another, each once."""
    cells = aggregates.cells
    if not (cells.indicator.reshape(count, width) == np.arange(count)[:, None]).all():
        return False
    keys = [column.reshape(count, width) for column in (cells.period, cells.place, cells.cell)]
    if not all((key == key[0]).all() for key in keys):
        return False
    one = (keys[0][0].astype(np.int64) * len(aggregates.tree.ids) + keys[1][0]) * len(aggregates.groups) + keys[2][0]
    return bool((np.diff(one) > 0).all())
