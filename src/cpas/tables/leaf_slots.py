"""A slot for every leaf that could be: where it lies, and what lies there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import prod
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.lazy_asked import Asked

__all__ = ["Slots"]

Codes = NDArray[np.int64]


@attrs.frozen(eq=False)
class _Layout:
    """How the slots of an indicator lie that has some of the dimensions: axis inside axis, the last innermost."""

    #: How long each axis is: place, period (its span), then the dimensions, of which 0 stands for all members.
    axes: Mapping[str, int]

    @property
    def room(self) -> int:
        """How many slots there are."""
        return prod(self.axes.values())

    def stride(self, name: str) -> int:
        """Return how far apart neighbours on an axis are; 0 where there is no such axis."""
        sizes = list(self.axes.values())
        return prod(sizes[[*self.axes].index(name) + 1 :]) if name in self.axes else 0

    def positions(self) -> dict[str, Codes]:
        """Return where on each axis each slot lies."""
        found = np.unravel_index(np.arange(self.room), tuple(self.axes.values()))
        return dict(zip(self.axes, found, strict=True))


@attrs.frozen(eq=False, kw_only=True)
class Slots:
    """The slots of some indicators: one indicator's after the other's, from 1."""

    #: The indicators that have slots, rising.
    indicators: Codes
    #: First slot of each of them, and after the last the end.
    first: Codes
    #: Number of the layout of each of them.
    layout: Codes
    #: The layouts that occur.
    layouts: tuple[_Layout, ...]
    #: The table of which they are the slots.
    asked: Asked

    @classmethod
    def of(cls, indicators: Codes, asked: Asked) -> Slots:
        """Return the slots of some indicators."""
        plan = asked.observations.plan
        places = len(asked.observations.tree.ids) if "place" in asked.headers else 1
        sizes = {name: len(plan.dimension(name).vocabulary) + 1 for name in asked.dimensions}
        had = [tuple(n for n in sizes if n in plan.indicators[i].dimensions) for i in indicators.tolist()]
        number = {some: n for n, some in enumerate(dict.fromkeys(had or [()]))}
        around = {"place": places, "period": asked.calendar.spans}
        layouts = tuple(_Layout(around | {name: sizes[name] for name in some}) for some in number)
        layout = np.array([number[some] for some in had], dtype=np.int64)
        rooms = np.array([one.room for one in layouts], dtype=np.int64)
        first = 1 + np.append(0, np.cumsum(rooms[layout])).astype(np.int64)
        return cls(indicators=indicators, first=first, layout=layout, layouts=layouts, asked=asked)

    def __len__(self) -> int:
        """How many slots there are, with the one before the first that is nobody's."""
        return int(self.first[-1])

    def strides(self, name: str) -> Codes:
        """Return by layout how far apart neighbours on an axis are; 0 where there is no such axis."""
        return np.array([one.stride(name) for one in self.layouts], dtype=np.int64)

    def keys_of(self, slots: Codes) -> dict[str, Any]:
        """Return indicator, place, span and cell of some slots, which rise."""
        starts, keys = self._keys
        per_indicator = np.diff(np.searchsorted(slots, self.first))
        inside = slots + np.repeat(starts[self.layout] - self.first[:-1], per_indicator)
        return {
            "indicator": np.repeat(self.indicators, per_indicator),
            **{name: column.take(inside) for name, column in keys.items()},
        }

    @cached_property
    def _keys(self) -> tuple[Codes, dict[str, Codes]]:
        """Return where the slots of each layout begin, one layout after the other, and what lies in each of them."""
        starts = np.append(0, np.cumsum([one.room for one in self.layouts]))[:-1].astype(np.int64)
        columns = [self._keys_of(one) for one in self.layouts]
        names = ("place", "span", "cell")
        return starts, {n: np.concatenate([np.zeros(0, np.int64), *(some[n] for some in columns)]) for n in names}

    def _keys_of(self, layout: _Layout) -> dict[str, Any]:
        found, tree = layout.positions(), self.asked.observations.tree
        cell = np.zeros(layout.room, dtype=np.int64)
        for dimension in self.asked.observations.plan.dimensions:
            cell *= len(dimension.vocabulary) + 1
            cell += found.get(dimension.id, 0)
        place = found["place"] if "place" in self.asked.headers else np.full(layout.room, tree.root)
        return {"place": place, "span": found["period"], "cell": cell}
