"""Trends: the series of each indicator up to one period, by place and group.  Methodology §8."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from cpas.columns import TRENDS, Column, names
from cpas.display import html_table
from cpas.errors import RequestError, did_you_mean
from cpas.model import Methodology
from cpas.periods import Period
from cpas.tables.aggregates import Aggregates
from cpas.tables.frames import Result, put_after_place
from cpas.tables.remarks import Remarks

__all__ = ["Trends"]


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Trends(Result):
    """Where each indicator is going, one row per indicator × place × group.

    Made by :func:`cpas.trends`.
    """

    #: Whose series these are.
    aggregates: Aggregates
    #: By which constants.
    methodology: Methodology
    #: The last period of the series; nothing where there are no periods.
    at: Period | None
    #: The columns, by name.
    columns: Mapping[str, Any]

    @property
    def remarks(self) -> Remarks:
        """What was noticed while adding up."""
        return self.aggregates.remarks

    def row(self, indicator: str, place: str | None = None, **members: str) -> dict[str, Any]:
        """Return one row as plain data: the root where no place is given, all members where none are.

        Raises
        ------
        RequestError
            If there is no such row.
        """
        tree = self.aggregates.tree
        where = place or tree.ids[tree.root]
        asked = (indicator, where, *(members.get(name) for name in self.aggregates.request.groups))
        rows = self.rows()
        for row in rows:
            if (row["indicator"], row["place"], *(row[name] for name in self.aggregates.request.groups)) == asked:
                return row
        near = did_you_mean(indicator, sorted({row["indicator"] for row in rows}))
        raise RequestError(f"There is no trend of {indicator!r} at {where!r}.{near}", indicator=indicator, place=where)

    def __len__(self) -> int:
        return len(self.columns["indicator"])

    def __repr__(self) -> str:
        return f"<Trends of plan {self.aggregates.plan.id!r} up to {self.at}: {len(self)} rows>"

    def _repr_html_(self) -> str:
        shown = names(self._columns())
        return html_table(shown, [[row[n] for n in shown] for row in self.rows()[:60]], caption=f"{self!r}"[1:-1])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "plan": self.aggregates.plan.id,
            "methodology": f"{self.methodology.name} {self.methodology.version}",
            "at": None if self.at is None else str(self.at),
            "trends": self.rows(),
            **self.remarks.to_dict(),
        }

    def _columns(self) -> tuple[Column, ...]:
        return put_after_place(TRENDS, self.aggregates.request.groups)

    def _data(self) -> Mapping[str, Any]:
        return self.columns
