"""Tables of what was changed and of how good the data are.  Methodology §3.10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.columns import DERIVED, QUALITY, REVISIONS, Column
from cpas.display import html_table
from cpas.tables.aggregates import Aggregates
from cpas.tables.frames import Result, put_after_place, words_of
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remarks
from cpas.tables.rows import ALWAYS

__all__ = ["Derived", "Quality", "Revisions"]

#: How many rows a notebook shows.
_SHOWN = 30


class _Table(Result):
    """What the tables of this module have in common."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} rows>"

    def __len__(self) -> int:
        return len(self.rows())

    def _repr_html_(self) -> str:
        rows = self.rows()[:_SHOWN]
        columns = [column.name for column in self._columns()]
        caption = repr(self)[1:-1] + (f" (first {len(rows)})" if len(self) > len(rows) else "")
        return html_table(columns, [list(row.values()) for row in rows], caption=caption)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Revisions(_Table):
    """What changed in observations, when, and by how much, one row per change.

    Made by ``revisions(observations)``.
    """

    #: Whose changes these are.
    observations: Observations
    #: Row of the store before each change.
    before: NDArray[np.int64]
    #: Row of the store after each change.
    after: NDArray[np.int64]
    #: What changed: revised, withdrawn, or supplied.
    what: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"plan": self.observations.plan.id, "revisions": self.rows()}

    def _columns(self) -> tuple[Column, ...]:
        return put_after_place(REVISIONS, [dimension.id for dimension in self.observations.plan.dimensions])

    def _data(self) -> Mapping[str, Any]:
        store, plan, tree = self.observations.store, self.observations.plan, self.observations.tree
        members = np.array(store.cells, dtype=object).reshape(len(store.cells), len(plan.dimensions))
        members[members == ""] = None
        before, after = store.value[self.before], store.value[self.after]
        with np.errstate(divide="ignore", invalid="ignore"):
            percent = np.where(before == 0, np.nan, 100 * (after - before) / np.abs(before))
        return {
            "indicator": words_of(store.indicator[self.after], [i.id for i in plan.indicators]),
            "period": words_of(store.period[self.after], [str(period) for period in store.periods]),
            "place": words_of(store.place[self.after], tree.ids),
            **{d.id: members[store.cell[self.after], n] for n, d in enumerate(plan.dimensions)},
            "what": np.array(self.what, dtype=object),
            "before": before,
            "after": after,
            "change": after - before,
            "change_percent": percent,
            "known_since": _times(store.recorded_at[self.before]),
            "recorded_at": _times(store.recorded_at[self.after]),
        }


def _times(microseconds: NDArray[np.int64]) -> NDArray[np.datetime64]:
    times = np.array(microseconds, dtype="datetime64[us]")
    times[microseconds == ALWAYS] = np.datetime64("NaT")
    return times


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Quality(_Table):
    """How good the data of each indicator are, one row per indicator.

    Made by ``quality(observations)``. No number here is a grade, and none compares sections or persons.
    """

    #: Whose quality this is.
    observations: Observations
    #: The columns, in the plan's order of indicators.
    columns: Mapping[str, NDArray[Any]]
    #: The same, said plainly.
    remarks: Remarks = field(factory=Remarks)

    def row(self, indicator: str) -> dict[str, Any]:
        """Return one row as plain data; an unknown id raises `UnknownIdError`."""
        self.observations.plan.indicator(indicator)
        return next(row for row in self.rows() if row["indicator"] == indicator)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"plan": self.observations.plan.id, "quality": self.rows(), **self.remarks.to_dict()}

    def _columns(self) -> tuple[Column, ...]:
        return QUALITY

    def _data(self) -> Mapping[str, Any]:
        ids = np.array([i.id for i in self.observations.plan.indicators], dtype=object)
        return {"indicator": ids, **self.columns}


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Derived(_Table):
    """Values worked out from aggregates for reading: rates, and the own amounts of cumulative counts."""

    #: What they were worked out from.
    aggregates: Aggregates
    #: Row of the aggregates behind each value.
    source: NDArray[np.int64]
    #: The values; NaN where there is none.
    value: NDArray[np.float64]
    #: Unit of each value.
    unit: tuple[str, ...]
    #: Code of why a value is missing, or −1.
    reason: NDArray[np.int8]

    @property
    def remarks(self) -> Remarks:
        """What was noticed while adding up."""
        return self.aggregates.remarks

    def row(self, indicator: str, period: object, place: str | None = None, **members: str) -> dict[str, Any]:
        """Return one row as plain data; see :meth:`cpas.tables.aggregates.Aggregates.row`."""
        wanted = self.aggregates.row(indicator, period, place, **members)
        keys = ["indicator", "period", "place", *self.aggregates.request.groups]
        found = (row for row in self.rows() if all(row[key] == wanted[key] for key in keys))
        return next(found, {**{key: wanted[key] for key in keys}, "value": None, "reason": None})

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"plan": self.aggregates.plan.id, "derived": self.rows()}

    def _columns(self) -> tuple[Column, ...]:
        return put_after_place(DERIVED, self.aggregates.request.groups)

    def _data(self) -> Mapping[str, Any]:
        a = self.aggregates
        cells = a.cells.take(self.source)
        members = np.array(a.groups, dtype=object).reshape(len(a.groups), len(a.request.groups))
        members[members == ""] = None
        return {
            "indicator": words_of(cells.indicator, [i.id for i in a.plan.indicators]),
            "period": words_of(cells.period, [str(period) for period in a.periods]),
            "place": words_of(cells.place, a.tree.ids),
            **{name: members[cells.cell, n] for n, name in enumerate(a.request.groups)},
            "value": self.value,
            "unit": np.array(self.unit, dtype=object),
            "reason": words_of(self.reason, a.reasons),
        }
