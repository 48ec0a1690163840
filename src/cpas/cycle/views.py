"""Scores of one period at one place, asked by element.  Methodology §9."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cpas.methods.comparing import Comparisons, compare_with_before, earlier_period
from cpas.methods.scoring.indicators import basis_of_row
from cpas.methods.scoring.structure import Edges, Structure, compile_structure
from cpas.model import Methodology, Plan
from cpas.periods import Period
from cpas.tables.scores import Scores

__all__ = ["View", "plain_number"]


def plain_number(value: float | None) -> float | None:
    """Return a plain float, or None where it is missing.

    Examples
    --------
    >>> plain_number(float("nan")) is None, plain_number(2)
    (True, 2.0)
    """
    # A missing number is the only one that does not equal itself.
    return None if value is None or value != value else float(value)


class View:
    """Scores of all groups together in one period; every question names the place."""

    def __init__(self, scores: Scores, period: int) -> None:
        self.scores = scores
        #: Asked many times for each element, so kept here.
        self.plan: Plan = scores.plan
        self.methodology: Methodology = scores.methodology
        self.period = period
        self.at: Period = scores.periods[period]
        self.cell = scores.aggregates.groups.index(())
        self.structure: Structure = compile_structure(scores.plan, scores.methodology)
        self._comparisons: dict[int, Comparisons] = {}
        self._rows: dict[int, list[int]] = {}
        self._columns: dict[tuple[str, int], list[float | None]] = {}
        self._changed: dict[tuple[int, int], bool | None] = {}

    @cached_property
    def elements(self) -> int:
        """How many elements there are; indicators are numbered after them."""
        return len(self.structure.levels)

    @cached_property
    def own_by_element(self) -> dict[int, tuple[int, ...]]:
        """Numbers of the scorable indicators of each element that has any."""
        return _children(self.structure.indicators)

    def own(self, node: int) -> tuple[int, ...]:
        """Return the numbers of an element's own scorable indicators."""
        return self.own_by_element.get(node, ())

    @cached_property
    def below_by_element(self) -> dict[int, tuple[int, ...]]:
        """Numbers of the outcomes that serve each element that has any."""
        return _children(self.structure.outcomes)

    def below(self, node: int) -> tuple[int, ...]:
        """Return the numbers of the outcomes that serve an element."""
        return self.below_by_element.get(node, ())

    def row(self, node: int, place: int) -> int | None:
        """Return the row of a node in the scores, or None where it has none."""
        if place not in self._rows:
            table = self.scores.table
            rows = np.flatnonzero((table.period == self.period) & (table.place == place) & (table.cell == self.cell))
            found = np.full(len(self.scores.ids), -1, dtype=np.int64)
            found[table.node[rows]] = rows
            self._rows[place] = found.tolist()
        row = self._rows[place][node]
        return None if row < 0 else row

    def number(self, column: str, node: int, place: int) -> float | None:
        """Return one number of the scores; None where it is missing."""
        if (column, place) not in self._columns:
            self._columns[column, place] = self._plain(self.scores.table.numbers[column], place)
        return self._columns[column, place][node]

    def _plain(self, column: NDArray[np.float64], place: int) -> list[float | None]:
        """Return a column as plain numbers by node: one by one each would be fetched many times."""
        self.row(0, place)
        rows = np.array(self._rows[place], dtype=np.int64)
        return [plain_number(value) for value in np.where(rows < 0, np.nan, column[rows]).tolist()]

    def reason(self, node: int, place: int) -> str | None:
        """Return why a node has no score, or what to know of it."""
        row = self.row(node, place)
        if row is None or self.scores.table.reason[row] < 0:
            return None
        return str(self.scores.aggregates.reasons[self.scores.table.reason[row]])

    def has_score(self, node: int, place: int) -> bool:
        """Whether a node has a score."""
        return self.number("score", node, place) is not None

    def base(self, node: int, place: int) -> float | None:
        """Return the unclipped progress of an element's own indicators."""
        row = self.row(node, place)
        return None if row is None else plain_number(self.scores.trend_base[row])

    def bases(self, period: Period | None, place: int) -> NDArray[np.float64]:
        """Return the unclipped progress of every element's own indicators in a period; NaN where there is none."""
        found = np.full(self.elements, np.nan)
        if period in self.scores.periods:
            table, number = self.scores.table, self.scores.periods.index(period)
            there = (table.period == number) & (table.place == place) & (table.cell == self.cell)
            rows = np.flatnonzero(there & (table.node < self.elements))
            found[table.node[rows]] = self.scores.trend_base[rows]
        return found

    def comparisons(self, place: int) -> Comparisons:
        """Return every indicator's value beside both it is compared with."""
        if place not in self._comparisons:
            found = compare_with_before(self.scores.aggregates, self.period, place, self.cell)
            self._comparisons[place] = found
        return self._comparisons[place]

    @cached_property
    def before(self) -> tuple[Period | None, Period | None]:
        """The period before, and the same season a year before; nothing where the calendar begins."""
        return earlier_period(self.at, "previous"), earlier_period(self.at, "season_before")

    def moved(self, indicator: int, place: int) -> bool:
        """Whether an indicator moved the right way since its baseline by more than its smallest change.

        Where there is no baseline to move from (goalposts, a band) a score says enough.
        """
        aggregates, one = self.scores.aggregates, self.plan.indicators[indicator]
        row = self.comparisons(place).row[indicator]
        if one.goalposts is not None:
            return True
        basis = basis_of_row(aggregates, row, self.methodology)
        if basis.baseline is None or one.better == "inside":
            return True
        step = float(aggregates.cells.value[row]) - basis.baseline
        gain = step if one.better == "higher" else -step
        return gain > 0 and gain >= (one.min_change or 0.0)

    def has_changed(self, node: int, place: int) -> bool | None:
        """Whether any indicator of an element moved the right way; None where none has a score."""
        if (node, place) not in self._changed:
            self._changed[node, place] = self._has_changed(node, place)
        return self._changed[node, place]

    def _has_changed(self, node: int, place: int) -> bool | None:
        own = self.own(node)
        if not own and self.structure.takes_below[node]:
            known = [word for child in self.below(node) if (word := self.has_changed(child, place)) is not None]
            return any(known) if known else None
        scored = [child for child in own if self.has_score(self.elements + child, place)]
        return any(self.moved(child, place) for child in scored) if scored else None


def _children(edges: Edges) -> dict[int, tuple[int, ...]]:
    # Where nothing is scored there are no parents, and no end either.
    ends = [*edges.starts[1:].tolist(), len(edges.child)][: len(edges.starts)]
    child = edges.child.tolist()
    return {
        parent: tuple(child[start:end])
        for parent, start, end in zip(edges.parents.tolist(), edges.starts.tolist(), ends, strict=True)
    }
