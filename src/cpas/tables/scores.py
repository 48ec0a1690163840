"""Scores: progress of indicators and elements, by period, place and group.  Methodology §9."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.columns import SCORES, Column
from cpas.display import notebook_rows
from cpas.errors import RequestError, did_you_mean
from cpas.model import Methodology, Plan
from cpas.periods import Period
from cpas.tables.aggregates import Aggregates
from cpas.tables.asked import AskedColumns
from cpas.tables.finding import FoundRows
from cpas.tables.frames import Result, put_after_place, words_of
from cpas.tables.remarks import Remarks
from cpas.tables.trees import PlaceTree

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "NUMBERS", "ScoreTable", "Scores"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
#: The columns of numbers, in their order.
NUMBERS: Final = (
    "score", "raw", "own", "below", "delivery", "path", "pace", "coverage", "worst", "dispersion"
)  # fmt: skip
#: All columns: what a row is of, its numbers, and what stands behind them.
COLUMNS: Final = ("node", "period", "place", "cell", *NUMBERS, "answered", "indicators", "reason", "trend_base")
#: Most rows that a notebook shows.
_SHOWN = 60


@attrs.frozen(eq=False)
class ScoreTable:
    """The columns of scores: elements in the plan's order, then indicators; each by period, place, cell.

    A column is put together when it is first asked for: few readers want all of them.
    """

    #: All columns, by name.
    columns: Mapping[str, NDArray[Any]]
    #: How many rows there are.
    size: int

    @property
    def node(self) -> Codes:
        """Number of the element, or of the indicator plus the count of elements."""
        return self.columns["node"]

    @property
    def period(self) -> Codes:
        """Number of the period in the request."""
        return self.columns["period"]

    @property
    def place(self) -> Codes:
        """Number of the place in the tree."""
        return self.columns["place"]

    @property
    def cell(self) -> Codes:
        """Number of the cell of groups."""
        return self.columns["cell"]

    @cached_property
    def numbers(self) -> Mapping[str, Floats]:
        """The columns of numbers, by name."""
        return AskedColumns(NUMBERS, self.columns.__getitem__)

    @property
    def answered(self) -> Codes:
        """Scorable indicators with a value."""
        return self.columns["answered"]

    @property
    def indicators(self) -> Codes:
        """Scorable indicators due."""
        return self.columns["indicators"]

    @property
    def reason(self) -> NDArray[np.int8]:
        """Code of the reason, or −1."""
        return self.columns["reason"]

    def take(self, rows: Codes) -> ScoreTable:
        """Return some rows."""
        return ScoreTable({name: column[rows] for name, column in self.columns.items()}, len(rows))

    def __len__(self) -> int:
        return self.size


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Scores(Result):
    """How far each indicator and element is, one row per id × period × place × group.

    Made by :func:`cpas.score`.
    """

    #: What it was made from, or what gives that on asking.
    _aggregates: Aggregates | Callable[[], Aggregates]
    #: By which methods.
    methodology: Methodology
    #: The columns.
    table: ScoreTable
    #: Gives the rows of `weights`.
    weigh: Callable[[], Iterable[tuple[str, str, float, float]]] = field(repr=False)
    #: What was noticed while scoring, or what gives that on asking.
    _remarks: Remarks | Callable[[], Remarks] = field(factory=Remarks, repr=False)
    #: Aggregates of the same rows, where those it was made from are given on asking.
    _alike: Aggregates | None = field(default=None, repr=False)

    @cached_property
    def aggregates(self) -> Aggregates:
        """What it was made from."""
        return self._aggregates if isinstance(self._aggregates, Aggregates) else self._aggregates()

    @cached_property
    def remarks(self) -> Remarks:
        """What was noticed while scoring."""
        return self._remarks if isinstance(self._remarks, Remarks) else self._remarks()

    @property
    def alike(self) -> Aggregates:
        """Aggregates with the ids, periods, places and groups of the rows: those it was made from, or others alike."""
        return self.aggregates if self._alike is None else self._alike

    @property
    def trend_base(self) -> Floats:
        """Progress of the elements' own indicators, not clipped, for trends: one number per row of the table."""
        return self.table.columns["trend_base"]

    @property
    def plan(self) -> Plan:
        """The plan whose scores these are."""
        return self.aggregates.plan

    @property
    def tree(self) -> PlaceTree:
        """The plan's places as a tree."""
        return self.alike.tree

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods scored."""
        return self.alike.periods

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Id of each node: elements, then indicators."""
        plan = self.alike.plan
        return (*(e.id for e in plan.elements), *(i.id for i in plan.indicators))

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Level of each node."""
        plan = self.alike.plan
        return (*(e.level for e in plan.elements), *("indicator" for _ in plan.indicators))

    @cached_property
    def nodes(self) -> dict[str, int]:
        """Number of each id."""
        return {id: n for n, id in enumerate(self.ids)}

    @cached_property
    def rows_by_key(self) -> Mapping[tuple[int, ...], int]:
        """Row of each node × period × place × cell."""
        t = self.table
        return FoundRows(t.node, t.period, t.place, t.cell)

    def find(self, id: str, period: object, place: str | None = None, members: Mapping[str, str] | None = None) -> int:
        """Return the number of a row.

        Raises
        ------
        RequestError
            If id, period, place or group is unknown, or there is no such row.
        """
        if id not in self.nodes:
            raise RequestError(f"There is no score of {id!r}.{did_you_mean(id, self.nodes)}", id=id)
        periods = {str(one): n for n, one in enumerate(self.periods)}
        if str(period) not in periods:
            raise RequestError(f"There is no score in {period}.{did_you_mean(period, periods)}", period=str(period))
        place = place or self.tree.ids[self.tree.root]
        if place not in self.tree.codes:
            raise RequestError(f"There is no place {place!r}.{did_you_mean(place, self.tree.codes)}", place=place)
        wanted = tuple((members or {}).get(name, "") for name in self.alike.request.groups)
        cell = self.alike.groups.index(wanted) if wanted in self.alike.groups else -1
        key = (self.nodes[id], periods[str(period)], self.tree.codes[place], cell)
        if key not in self.rows_by_key:
            raise RequestError(f"There is no score of {id!r} in {period} at {place!r}.", id=id, place=place)
        return self.rows_by_key[key]

    def row(self, id: str, period: object, place: str | None = None, **members: str) -> dict[str, Any]:
        """Return one row as plain data: id, period, place (the root where none is given), one member per group."""
        number = self.find(id, period, place, members)
        t = self.table
        numbers = {name: float(column[number]) for name, column in t.numbers.items()}
        return {
            "id": id,
            "level": self.levels[t.node[number]],
            "period": str(self.periods[t.period[number]]),
            "place": self.tree.ids[t.place[number]],
            **{name: None if np.isnan(value) else value for name, value in numbers.items()},
            "answered": int(t.answered[number]),
            "indicators": int(t.indicators[number]),
            "reason": None if t.reason[number] < 0 else self.alike.reasons[t.reason[number]],
        }

    @cached_property
    def weight_rows(self) -> tuple[tuple[str, str, float, float], ...]:
        """Rows ``child parent weight effective``, worked out on asking."""
        return tuple(self.weigh())

    @property
    def weights(self) -> pd.DataFrame:
        """What each part weighs: ``child parent weight effective``.

        `weight` is that of the edge, missing where the child is no direct part; `effective` is the share of the
        parent's score that it makes when nothing is missing.
        """
        import pandas as pd

        frame = pd.DataFrame(list(self.weight_rows), columns=["child", "parent", "weight", "effective"])
        return frame.astype({"child": "object", "parent": "object", "weight": "float64", "effective": "float64"})

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        span = f", {self.periods[0]} to {self.periods[-1]}" if self.periods else ""
        return f"<Scores of plan {self.alike.plan.id!r}: {len(self)} rows{span}>"

    def _repr_html_(self) -> str:
        # The last period alone, elements before indicators: earlier ones are in the frame.
        last = np.flatnonzero(self.table.period == len(self.periods) - 1)
        done = np.array([level == "activity" for level in self.levels] or [False])[self.table.node[last]]
        chosen = last[~done]
        rows = self._rows_at(chosen[:_SHOWN])
        caption = f"{self.alike.plan.title}: scores of {self.periods[-1]}" if self.periods else f"{self!r}"[1:-1]
        known = "all that is known" if self.alike.as_of is None else f"as known on {self.alike.as_of:%Y-%m-%d}"
        method = f"methodology {self.methodology.name} {self.methodology.version}"
        said = f"{len(rows)} of {len(self)} rows; {known}; {method}. Composites are read with coverage and dispersion."
        return notebook_rows(rows, caption=caption, note=said, value="score")

    def _rows_at(self, rows: Codes) -> list[dict[str, Any]]:
        return attrs.evolve(self, table=self.table.take(rows)).rows()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "plan": self.alike.plan.id,
            "plan_version": self.alike.plan.version,
            "methodology": f"{self.methodology.name} {self.methodology.version}",
            "request": self.alike.request.to_dict(),
            "scores": self.rows(),
            **self.remarks.to_dict(),
        }

    def _columns(self) -> tuple[Column, ...]:
        return put_after_place(SCORES, self.alike.request.groups)

    def _data(self) -> Mapping[str, Any]:
        t, request = self.table, self.alike.request
        groups = self.alike.groups
        members = np.array(groups, dtype=object).reshape(len(groups), len(request.groups))
        members[members == ""] = None
        return {
            "id": words_of(t.node, self.ids),
            "level": words_of(t.node, self.levels),
            "period": words_of(t.period, [str(period) for period in self.periods]),
            "place": words_of(t.place, self.tree.ids),
            **{name: members[t.cell, n] for n, name in enumerate(request.groups)},
            **t.numbers,
            "answered": t.answered,
            "indicators": t.indicators,
            "reason": words_of(t.reason, self.alike.reasons),
        }
