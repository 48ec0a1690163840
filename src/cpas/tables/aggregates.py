"""Aggregates: each indicator by period, place and group, with what was due and what came.  Methodology §3."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.choices import MissingReason, ResultReason, words
from cpas.columns import AGGREGATES, Column
from cpas.display import notebook_rows
from cpas.errors import RequestError, did_you_mean
from cpas.model import Methodology, Plan
from cpas.periods import Period
from cpas.tables.frames import Result, put_after_place, words_of
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remarks
from cpas.tables.trees import PlaceTree

__all__ = ["Aggregates", "Cells", "Request"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

_REASONS = (*words(MissingReason), *words(ResultReason))


@attrs.frozen(kw_only=True)
class Request:
    """What an aggregate was asked for: enough to ask again."""

    #: Frequency, or nothing for the observed periods.
    by: str | None
    #: The periods asked for.
    periods: tuple[Period, ...]
    #: The days each of them stands for: the period itself, or the year to its end.
    spans: tuple[Period, ...]
    #: ``all``, ``each``, or the name of a level.
    places: str
    #: Dimensions that are kept.
    groups: tuple[str, ...]
    #: What was known then; nothing for what is known now.
    as_of: datetime | None
    #: ``latest``, or ``first`` as first published.
    vintage: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "by": self.by,
            "periods": [str(period) for period in self.periods],
            "to_date": [str(span) for span in self.spans] if self.spans != self.periods else None,
            "places": self.places,
            "groups": list(self.groups),
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "vintage": self.vintage,
        }


@attrs.frozen(eq=False, kw_only=True)
class Cells:
    """The columns of an aggregate, sorted by indicator, period, place, cell of groups."""

    #: Number of the indicator in the plan.
    indicator: Codes
    #: Number of the period in the request.
    period: Codes
    #: Number of the place in the tree.
    place: Codes
    #: Number of the cell of groups.
    cell: Codes
    #: The value; NaN where there is none.
    value: Floats
    #: Numerator of a ratio.
    numerator: Floats
    #: Denominator of a ratio.
    denominator: Floats
    #: Lower bound.
    low: Floats
    #: Upper bound.
    high: Floats
    #: Returns due.
    expected: Codes
    #: Returns that came.
    received: Codes
    #: Whether enough came.
    complete: NDArray[np.bool_]
    #: Days since the latest value behind it.
    age_days: Floats
    #: Code of the reason, or −1.
    reason: NDArray[np.int8]
    #: Whether it rests on a gap that was filled or a flow that was divided by days, as the methodology allows.
    is_estimated: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.value)

    def take(self, index: NDArray[Any]) -> Cells:
        """Return some rows."""
        return Cells(**{a.name: getattr(self, a.name)[index] for a in attrs.fields(Cells)})

    def assuming(self, by_row: Mapping[int, float]) -> Cells:
        """Return the same with other values in some rows: as whole as if all of it had come, or missing where NaN."""
        rows, values = np.array(list(by_row), dtype=np.int64), np.array(list(by_row.values()), dtype=np.float64)
        there = ~np.isnan(values)
        said = {
            "value": values, "numerator": np.nan, "denominator": np.nan, "low": np.nan, "high": np.nan,
            "received": np.where(there, self.expected[rows], 0), "complete": there, "age_days": 0.0,
            "reason": np.where(there, -1, _REASONS.index("no_return")), "is_estimated": False,
        }  # fmt: skip
        columns = {name: getattr(self, name).copy() for name in said}
        for name, column in columns.items():
            column[rows] = said[name]
        return attrs.evolve(self, **columns)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Aggregates(Result):
    """What the observations make together, one row per indicator × period × place × group.

    Made by :func:`cpas.aggregate`.
    """

    #: What it was made from.
    observations: Observations
    #: By which methods.
    methodology: Methodology
    #: What was asked for.
    request: Request
    #: The members of each cell of groups, one per kept dimension; empty for all.
    groups: tuple[tuple[str, ...], ...]
    #: The columns.
    cells: Cells
    #: What was noticed while adding up.
    remarks: Remarks = field(factory=Remarks)
    #: The value that was observed in each row whose value is assumed; see :func:`cpas.what_if`.
    assumed: Mapping[int, float] = field(factory=dict)

    @property
    def plan(self) -> Plan:
        """The plan whose indicators these are."""
        return self.observations.plan

    @property
    def tree(self) -> PlaceTree:
        """The plan's places as a tree."""
        return self.observations.tree

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods asked for."""
        return self.request.periods

    @property
    def as_of(self) -> datetime | None:
        """What was known then; nothing for what is known now."""
        return self.request.as_of

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason, by code."""
        return _REASONS

    @cached_property
    def rows_by_key(self) -> dict[tuple[int, int, int, int], int]:
        """Row of each indicator × period × place × cell, by number."""
        c = self.cells
        keys = zip(c.indicator.tolist(), c.period.tolist(), c.place.tolist(), c.cell.tolist(), strict=True)
        return {key: row for row, key in enumerate(keys)}

    def row(self, indicator: str, period: object, place: str | None = None, **members: str) -> dict[str, Any]:
        """Return one row as plain data.

        Parameters
        ----------
        indicator : str
            Id of the indicator.
        period : Period or text
            One of the periods asked for.
        place : str, optional
            Id of the place; the root where none is given.
        **members
            One member per kept dimension; all members where none is given.

        Raises
        ------
        RequestError
            If there is no such row.
        """
        number = self._number(indicator, str(period), place or self.tree.ids[self.tree.root], members)
        one = attrs.evolve(self, cells=self.cells.take(np.array([number])))
        return one.rows()[0]

    def _number(self, indicator: str, period: str, place: str, members: Mapping[str, str]) -> int:
        self.plan.indicator(indicator)
        numbers = {str(p): n for n, p in enumerate(self.periods)}
        if period not in numbers:
            raise RequestError(
                f"The aggregates have no period {period!r}.{did_you_mean(period, numbers)}", period=period
            )
        if place not in self.tree.codes:
            raise RequestError(f"There is no place {place!r}.{did_you_mean(place, self.tree.codes)}", place=place)
        cell = tuple(members.get(name, "") for name in self.request.groups)
        i = [one.id for one in self.plan.indicators].index(indicator)
        key = (i, numbers[period], self.tree.codes[place], self.groups.index(cell) if cell in self.groups else -1)
        if key not in self.rows_by_key:
            where = f"{indicator!r} in {period} at {place!r}" + (f" for {dict(members)}" if members else "")
            raise RequestError(f"The aggregates have no row for {where}.", indicator=indicator, place=place)
        return self.rows_by_key[key]

    def __len__(self) -> int:
        return len(self.cells)

    def __repr__(self) -> str:
        span = f", {self.periods[0]} to {self.periods[-1]}" if self.periods else ""
        return f"<Aggregates of plan {self.plan.id!r}: {len(self)} rows{span}>"

    def _repr_html_(self) -> str:
        shown = attrs.evolve(self, cells=self.cells.take(np.arange(min(len(self), 30)))).rows()
        caption = f"{self!r}"[1:-1] + (f" (first {len(shown)})" if len(self) > len(shown) else "")
        return notebook_rows(shown, caption=caption, value="value")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "plan": self.plan.id,
            "plan_version": self.plan.version,
            "methodology": f"{self.methodology.name} {self.methodology.version}",
            "request": self.request.to_dict(),
            "aggregates": self.rows(),
            **self.remarks.to_dict(),
        }

    def _columns(self) -> tuple[Column, ...]:
        return put_after_place(AGGREGATES, self.request.groups)

    def _data(self) -> Mapping[str, Any]:
        c = self.cells
        members = np.array(self.groups, dtype=object).reshape(len(self.groups), len(self.request.groups))
        members[members == ""] = None
        columns = {name: getattr(c, name) for name in ("value", "numerator", "denominator", "low", "high")}
        return {
            "indicator": words_of(c.indicator, [i.id for i in self.plan.indicators]),
            "period": words_of(c.period, [str(period) for period in self.periods]),
            "place": words_of(c.place, self.tree.ids),
            **{name: members[c.cell, n] for n, name in enumerate(self.request.groups)},
            **columns,
            "expected": c.expected,
            "received": c.received,
            "complete": c.complete,
            "age_days": c.age_days,
            "reason": words_of(c.reason, self.reasons),
        }
