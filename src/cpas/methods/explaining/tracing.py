"""Follow one aggregate back to the rows of the store that counted, and say of all others why they did not."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import groupby
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.epochs import tree_on
from cpas.methods.aggregation.parts import NOT_A_ROW, Step
from cpas.methods.aggregation.pipeline import Sums, add_up
from cpas.methods.aggregation.values import REFUSALS
from cpas.methods.explaining.way_back import BEARING, ELSEWHERE, Back, Slot, row_of
from cpas.model import Methodology
from cpas.periods import ordinals
from cpas.tables.aggregates import Cells, Request
from cpas.tables.observations import Observations
from cpas.tables.rows import Rows
from cpas.waiting import watched

__all__ = ["Slot", "Trace", "cell_at", "follow"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]
_COLUMNS: Final = tuple(a.name for a in attrs.fields(Rows) if a.name not in ("periods", "cells", "texts"))
_CODES: Final = ("indicator", "place", "period", "cell")


@attrs.frozen(eq=False, kw_only=True)
class Trace:
    """One row of an aggregate, and what it was made from."""

    #: Rows of the store that counted, rising.
    rows: Codes
    #: Rows that could not be combined, or say why the value is missing.
    missing: Codes
    #: Why the other rows of the indicator did not count, with their numbers in the store.
    others: tuple[tuple[str, Codes], ...]
    #: Values that no observation says: zeros that a return implies, or gaps that were filled.
    implied: int
    #: Values of which only the share of their days inside the period counts.
    straddling: int
    #: Number, and value, of each place where it was added up before places were combined.
    parts: tuple[tuple[int, float], ...]
    #: The row's columns, as plain numbers; nothing where there is no such row.
    cell: dict[str, float]
    #: Code of the reason, or −1.
    reason: int
    #: Why it could not be combined; empty where it could.
    refused: str
    #: A total and the sum of its parts that differ: the one that counts, the other, and parts of what.
    differs: tuple[tuple[float, float, str], ...]
    #: Rule by axis.
    rules: dict[str, str]


def follow(
    observations: Observations,
    request: Request,
    methodology: Methodology,
    slots: Iterable[Slot],
    *,
    progress_bar: bool | None = False,
) -> dict[Slot, Trace]:
    """Return rows of an aggregate followed back to the observations beneath them.

    Parameters
    ----------
    observations : Observations
        The values.
    request : Request
        What the aggregate was asked for.
    methodology : Methodology
        By which methods.
    slots : iterable of Slot
        The rows.
    progress_bar : bool, optional
        Whether to show how far it is; where somebody looks on if not said.

    Notes
    -----
    It adds up again, with the same code, those indicators in that one period: so it cannot tell another number. All
    indicators of a period are added up together: a thousand take little longer than one.
    """
    found = dict[Slot, Trace]()
    for period, mine in groupby(sorted(set(slots), key=_in_order), key=lambda slot: slot.period):
        some = list(mine)
        together = _Together(observations, request, methodology, period, some)
        found |= {slot: together.trace(slot) for slot in watched(some, "Explaining", progress_bar=progress_bar)}
    return found


def _in_order(slot: Slot) -> tuple[int, int, int, tuple[str, ...]]:
    return slot.period, slot.indicator, slot.place, slot.members


class _Together:
    """Some indicators added up again in one period, each to be looked at alone."""

    def __init__(
        self, observations: Observations, request: Request, methodology: Methodology, period: int, slots: list[Slot]
    ) -> None:
        self.request = attrs.evolve(request, periods=(request.periods[period],), spans=(request.spans[period],))
        self.only = np.unique(np.array([slot.indicator for slot in slots], dtype=np.int64))
        self.mine, self.methodology = observations.with_only(self.only), methodology
        packed = observations.packed
        bounds = [(packed.first_row(n), packed.first_row(n + 1)) for n in self.only.tolist()]
        #: Number in the whole store of each row of `mine`, and the first of each indicator.
        self.rows = np.concatenate([np.arange(first, last) for first, last in bounds])
        self.starts = np.cumsum([0, *(last - first for first, last in bounds)])
        self.steps: list[Step] = []
        self.sums = add_up(self.mine, self.request, methodology, only=self.only, trace=self.steps)
        self.tree = tree_on(observations.plan, self.request.spans[0].end)
        self.days = ordinals(observations.periods)

    @cached_property
    def each(self) -> Sums:
        """The same, place by place."""
        return add_up(self.mine, attrs.evolve(self.request, places="each"), self.methodology, only=self.only)

    def trace(self, slot: Slot) -> Trace:
        """Return what one row was made from."""
        n = int(np.searchsorted(self.only, slot.indicator))
        first, last = int(self.starts[n]), int(self.starts[n + 1])
        steps, origin = _steps_of(self.steps, slot.indicator, first)
        sums = _sums_of(self.sums, slot.indicator, origin)
        row = row_of(sums, slot)
        mine = _taken(self.mine, np.arange(first, last))
        back = Back(mine, self.request, slot, steps, sums, row, tree=self.tree, days=self.days)
        counted, others = back.split()
        rows, cells = self.rows[first:last], sums.cells
        bearing = [rows for why, rows in others if why.startswith(BEARING)]
        return Trace(
            rows=rows[counted],
            missing=rows[np.sort(np.concatenate(bearing or [counted[:0]]))],
            others=tuple((why, rows[some]) for why, some in sorted(others, key=lambda one: one[0] in ELSEWHERE)),
            parts=tuple(back.parts(lambda: _sums_of(self.each, slot.indicator))),
            implied=back.implied(),
            straddling=back.straddling(),
            cell=cell_at(cells, row),
            reason=-1 if row < 0 else int(cells.reason[row]),
            refused="" if row < 0 else REFUSALS[sums.refused[row]],
            differs=tuple((d.counted, d.other, d.of) for d in sums.differences if d.place in back.inside),
            rules=back.rule_of,
        )


def _bounds(column: Codes, numbers: Codes) -> list[tuple[int, int]]:
    """Return where each number begins and ends in a sorted column; none of the other rows is looked at."""
    first, last = (np.searchsorted(column, (numbers + n).astype(column.dtype)) for n in (0, 1))
    return list(zip(first.tolist(), last.tolist(), strict=True))


def _taken(observations: Observations, rows: Codes) -> Observations:
    """Return some rows of the store, rising; their texts stay behind."""
    store = observations.store
    columns = {name: getattr(store, name)[rows] for name in _COLUMNS}
    # The store keeps codes in the smallest type; here they are reckoned with.
    columns |= {name: columns[name].astype(np.int64) for name in _CODES}
    return attrs.evolve(observations, store=attrs.evolve(store, texts={}, **columns))


def _steps_of(steps: list[Step], indicator: int, first: int) -> tuple[list[Step], int]:
    """Return the steps of one indicator, its rows and segments counted from its own first; and its last such first."""
    found = []
    for step in steps:
        ((low, high),) = _bounds(step.indicator, np.array([indicator]))
        source, segment = step.source[low:high], step.segment[low:high]
        origin = int(segment[0]) if high > low else 0
        source = np.where(source == NOT_A_ROW, NOT_A_ROW, source - first)
        found.append(attrs.evolve(step, source=source, segment=segment - origin, used=step.used[low:high]))
        first = origin
    return found, first


def _sums_of(sums: Sums, indicator: int, origin: int = 0) -> Sums:
    """Return the sums of one indicator."""
    ((low, high),) = _bounds(sums.cells.indicator, np.array([indicator]))
    some = slice(low, high)
    source = np.where(sums.source[some] < 0, -1, sums.source[some] - origin)
    differences = [one for one in sums.differences if one.indicator == indicator]
    return attrs.evolve(
        sums,
        cells=sums.cells.take(np.arange(low, high)),
        refused=sums.refused[some],
        source=source,
        differences=differences,
    )


def cell_at(cells: Cells, row: int) -> dict[str, float]:
    """Return the columns of one row of an aggregate as plain numbers; nothing where there is no such row."""
    return {} if row < 0 else {name: float(getattr(cells, name)[row]) for name in _NUMBERS}


_NUMBERS: Final = (
    *("value", "numerator", "denominator", "low", "high", "expected", "received", "complete", "age_days"),
    "is_estimated",
)
