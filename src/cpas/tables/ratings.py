"""Ratings: words with cut points for indicators and elements, by period, place and group.  Methodology §9.5."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.columns import RATINGS, Column, names
from cpas.display import html_table
from cpas.errors import RequestError
from cpas.scales import Scale
from cpas.tables.frames import Result, put_after_place, words_of
from cpas.tables.remarks import Remarks
from cpas.tables.scores import Scores

__all__ = ["RatingRows", "Ratings"]


@attrs.frozen(eq=False, kw_only=True)
class RatingRows:
    """Columns of ratings, in one order."""

    #: Number of the element, or of the indicator plus the count of elements.
    node: NDArray[np.int64]
    #: Number of the period in the request.
    period: NDArray[np.int64]
    #: Number of the place in the tree.
    place: NDArray[np.int64]
    #: Number of the cell of groups.
    cell: NDArray[np.int64]
    #: What is rated.
    value: NDArray[np.float64]
    #: The quantity it is in.
    what: NDArray[np.object_]
    #: The word.
    rating: NDArray[np.object_]
    #: Id of the scale.
    scale: NDArray[np.object_]
    #: Lacking to the next better word.
    up: NDArray[np.float64]
    #: To lose before the next worse word.
    down: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.node)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Ratings(Result):
    """What indicators and elements are rated, one row per id × period × place × group.

    Made by :func:`cpas.rate`. A row knows how far it is from being called something else.
    """

    #: What was rated.
    scores: Scores
    #: The columns.
    table: RatingRows
    #: The scales used, by id.
    scales: Mapping[str, Scale]

    @property
    def remarks(self) -> Remarks:
        """What was noticed on the way to the scores."""
        return self.scores.remarks

    @cached_property
    def rows_by_key(self) -> dict[tuple[int, int, int, int], int]:
        """Row of each node × period × place × cell."""
        t = self.table
        keys = zip(t.node.tolist(), t.period.tolist(), t.place.tolist(), t.cell.tolist(), strict=True)
        return {key: row for row, key in enumerate(keys)}

    def row(self, id: str, period: object, place: str | None = None, **members: str) -> dict[str, Any]:
        """Return one row as plain data: id, period, place (the root where none is given), one member per group.

        Raises
        ------
        RequestError
            If id, period, place or group is unknown, or it is not rated.
        """
        scored = self.scores.find(id, period, place, members)
        t = self.scores.table
        key = (int(t.node[scored]), int(t.period[scored]), int(t.place[scored]), int(t.cell[scored]))
        if key not in self.rows_by_key:
            raise RequestError(f"{id!r} is not rated: it has no cut points, or is rated in an assessment only.", id=id)
        number, columns = self.rows_by_key[key], self._data()
        row = {name: columns[name][number] for name in columns}
        return {
            name: None if isinstance(value, float) and np.isnan(value) else value
            for name, value in ((n, v.item() if isinstance(v, np.generic) else v) for n, v in row.items())
        }

    def __len__(self) -> int:
        return len(self.table)

    def __repr__(self) -> str:
        return f"<Ratings of plan {self.scores.plan.id!r}: {len(self)} rows on {', '.join(self.scales) or 'no scale'}>"

    def _repr_html_(self) -> str:
        columns = names(self._columns())
        return html_table(columns, [[row[n] for n in columns] for row in self.rows()[:60]], caption=f"{self!r}"[1:-1])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        methodology = self.scores.methodology
        return {
            "plan": self.scores.plan.id,
            "methodology": f"{methodology.name} {methodology.version}",
            "ratings": self.rows(),
            **self.remarks.to_dict(),
        }

    def _columns(self) -> tuple[Column, ...]:
        return put_after_place(RATINGS, self.scores.aggregates.request.groups)

    def _data(self) -> Mapping[str, Any]:
        t, scores = self.table, self.scores
        groups, request = scores.aggregates.groups, scores.aggregates.request
        members = np.array(groups, dtype=object).reshape(len(groups), len(request.groups))
        members[members == ""] = None
        return {
            "id": words_of(t.node, scores.ids),
            "level": words_of(t.node, scores.levels),
            "period": words_of(t.period, [str(period) for period in scores.periods]),
            "place": words_of(t.place, scores.tree.ids),
            **{name: members[t.cell, n] for n, name in enumerate(request.groups)},
            **{name: getattr(t, name) for name in ("value", "what", "rating", "scale", "up", "down")},
        }
