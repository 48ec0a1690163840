"""Rows of a table added to observations that were read before, as if all stood in one table.  Methodology §3."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.blocks import block_numbers
from cpas.tables.data_remarks import OF_READING, recounted, remarks_of
from cpas.tables.faults import FaultLog
from cpas.tables.merging import Known, known_rows, merged, say_the_same
from cpas.tables.observations import Observations
from cpas.tables.packing import pack
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Before", "note_known", "put_together"]

Codes = NDArray[np.int64]

_SAID_BEFORE: Final = "It says the same as a row read before. Remove it."
_SAID_ELSE: Final = (
    "Rows for one period, place, group and time of recording differ (the other was read before). "
    "Keep one, or give recorded_at where one revises the other."
)


@attrs.frozen(eq=False)
class Before:
    """What was read before, and which rows of a table are for the same as one of it."""

    #: What was read before.
    to: Observations
    #: Rows of both that are for the same.
    known: Known
    #: Which of them do not say the same: neither stands, since nobody can tell which is right.
    differ: NDArray[np.bool_]

    def with_rows(self, rows: Rows) -> Rows:
        """Return the rows that stand, of both."""
        old = self.to.store
        lost = self.known.old[self.differ]
        kept = old.take(np.delete(np.arange(len(old)), lost)) if len(lost) else old
        fresh = rows.take(np.delete(np.arange(len(rows)), self.known.new)) if len(self.known.new) else rows
        return merged(kept, fresh)

    def with_remarks(self, remarks: Iterable[Remark]) -> list[Remark]:
        """Return what was remarked on while reading, of both."""
        return recounted([*(remark for remark in self.to.remarks if remark.code in OF_READING), *remarks])

    def with_dropped(self, dropped: pd.DataFrame | None) -> pd.DataFrame | None:
        """Return the rows that were left out, of both; those read before have no number."""
        return _joined([self.to.dropped, self._lost(), dropped])

    def _lost(self) -> pd.DataFrame | None:
        rows = np.sort(self.known.old[self.differ])
        if not len(rows):
            return None
        lost = Observations(plan=self.to.plan, store=self.to.store.take(rows)).frame.astype(object)
        lost["fault"] = f"indicator: {_SAID_ELSE} [conflicting_duplicate]"
        return lost


def note_known(log: FaultLog, to: Observations, rows: Rows, numbers: Codes) -> Before:
    """Note the rows of a table that are for the same as one that was read before.

    Parameters
    ----------
    log : FaultLog
        Of the table.
    to : Observations
        What was read before.
    rows : Rows
        What the table says.
    numbers : array
        Where each of `rows` stands in the table.
    """
    known = known_rows(to.store, rows)
    differ = ~say_the_same(to.store, rows, known)
    log.add_rows("duplicate", "indicator", np.sort(numbers[known.new[~differ]]), _SAID_BEFORE)
    log.add_rows("conflicting_duplicate", "indicator", np.sort(numbers[known.new[differ]]), _SAID_ELSE)
    return Before(to, known, differ)


def put_together(parts: Sequence[Observations]) -> Observations | None:
    """Return observations of one plan as one, or nothing where two of them have a row for the same.

    What was dropped, and what coverage they claim, is the caller's to say.
    """
    first, *others = parts
    rows = first.store
    for other in others:
        if len(known_rows(rows, other.store).new):
            return None
        rows = merged(rows, other.store)
    of_reading = recounted(remark for part in parts for remark in part.remarks if remark.code in OF_READING)
    packed = pack(rows, block_numbers(first.plan))
    of_rows = remarks_of(first.plan, first.tree, packed)
    return Observations(plan=first.plan, store=packed, remarks=Remarks([*of_reading, *of_rows]))


def _joined(frames: Sequence[pd.DataFrame | None]) -> pd.DataFrame | None:
    given = [frame for frame in frames if frame is not None]
    if len(given) < 2:
        return given[0] if given else None
    import pandas as pd

    # Made by hand: pandas would turn a number beside none into a broken one.
    numbers = [number for frame in given for number in _numbers(frame)]
    index = pd.Index(numbers, dtype=object, name=given[-1].index.name)
    return pd.concat(given, ignore_index=True).astype(object).set_axis(index)


def _numbers(frame: pd.DataFrame) -> list[int | None]:
    """Return the number of each row in its table; a row that was read before has none, and its index no name."""
    return [None] * len(frame) if frame.index.name is None else frame.index.tolist()
