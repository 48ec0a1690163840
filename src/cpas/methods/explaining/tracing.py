"""Follow one aggregate back to the rows of the store that counted, and say of all others why they did not."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import Step
from cpas.methods.aggregation.pipeline import add_up
from cpas.methods.aggregation.values import REFUSALS
from cpas.methods.explaining.way_back import BEARING, ELSEWHERE, Back, Slot, row_of
from cpas.model import Methodology
from cpas.tables.aggregates import Cells, Request
from cpas.tables.observations import Observations
from cpas.tables.rows import Rows

__all__ = ["Slot", "Trace", "cell_at", "follow", "slice_of"]

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


def slice_of(observations: Observations, indicator: int) -> tuple[Observations, int]:
    """Return the observations of one indicator, and the number of their first row in the store.

    The store is sorted by indicator, so this looks at none of the others.
    """
    store = observations.store
    wanted = np.array([indicator, indicator + 1], dtype=store.indicator.dtype)
    first, last = (int(n) for n in np.searchsorted(store.indicator, wanted))
    columns = {name: getattr(store, name)[first:last] for name in _COLUMNS}
    # The store keeps codes in the smallest type; here they are reckoned with.
    columns |= {name: columns[name].astype(np.int64) for name in _CODES}
    return attrs.evolve(observations, store=attrs.evolve(store, texts={}, **columns)), first


def follow(observations: Observations, request: Request, methodology: Methodology, slot: Slot) -> Trace:
    """Return one row of an aggregate followed back to the observations beneath it.

    Parameters
    ----------
    observations : Observations
        The values.
    request : Request
        What the aggregate was asked for.
    methodology : Methodology
        By which methods.
    slot : Slot
        The row.

    Notes
    -----
    It adds up again, with the same code, that one indicator in that one period: so it cannot tell another number.
    """
    mine, first = slice_of(observations, slot.indicator)
    alone = attrs.evolve(request, periods=(request.periods[slot.period],), spans=(request.spans[slot.period],))
    steps: list[Step] = []
    only = np.array([slot.indicator], dtype=np.int64)
    sums = add_up(mine, alone, methodology, only=only, trace=steps)
    row = row_of(sums, slot)
    back = Back(mine, alone, slot, steps, sums, row)
    counted, others = back.split()
    cells = sums.cells
    return Trace(
        rows=first + counted,
        missing=first + np.sort(np.concatenate([r for w, r in others if w.startswith(BEARING)] or [counted[:0]])),
        others=tuple((why, first + rows) for why, rows in sorted(others, key=lambda one: one[0] in ELSEWHERE)),
        parts=tuple(back.parts(methodology)),
        implied=back.implied(),
        straddling=back.straddling(),
        cell=cell_at(cells, row),
        reason=-1 if row < 0 else int(cells.reason[row]),
        refused="" if row < 0 else REFUSALS[sums.refused[row]],
        differs=tuple((d.counted, d.other, d.of) for d in sums.differences if d.place in back.inside),
        rules=back.rule_of,
    )


def cell_at(cells: Cells, row: int) -> dict[str, float]:
    """Return the columns of one row of an aggregate as plain numbers; nothing where there is no such row."""
    return {} if row < 0 else {name: float(getattr(cells, name)[row]) for name in _NUMBERS}


_NUMBERS: Final = (
    *("value", "numerator", "denominator", "low", "high", "expected", "received", "complete", "age_days"),
    "is_estimated",
)
