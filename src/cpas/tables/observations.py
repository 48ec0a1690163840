"""Observations: checked values bound to their plan.  Methodology §3."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.choices import SENSITIVITIES
from cpas.columns import OBSERVATIONS, Column
from cpas.display import notebook_rows
from cpas.errors import RequestError
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.blocks import Packed, block_numbers
from cpas.tables.frames import Result, put_after_place, words_of
from cpas.tables.known import known_at
from cpas.tables.packing import pack
from cpas.tables.regularity import Regularity, regularity
from cpas.tables.remarks import Remarks
from cpas.tables.rows import ALWAYS, REASONS, SENSITIVITY_CODES, STATUSES, Rows
from cpas.tables.trees import PlaceTree, place_tree

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Observations"]

#: Rows that a notebook shows.
_SHOWN: Final = 20


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Observations(Result):
    """Values of a plan's indicators, by period, place and group, with every vintage.

    Made by :func:`cpas.read_observations` or :func:`cpas.count`, never by hand.
    """

    #: The plan they belong to.
    plan: Plan
    #: The values, row by row or packed: read them as `store` or `packed`.
    _held: Rows | Packed | None = field(alias="store")
    #: What was noticed while they were read.
    remarks: Remarks = field(factory=Remarks)
    #: Rows that could not be used, where they were to be dropped: as given, with the fault beside.
    dropped: pd.DataFrame | None = None
    #: The time for which the source claims to be whole; inside it, absence in a register is zero.
    coverage: Period | None = None

    @cached_property
    def _table(self) -> Rows | Packed:
        """The values in the form in which they are held."""
        if self._held is None:
            raise RequestError("These observations have no values: make them by read_observations or count.")
        return self._held

    @cached_property
    def store(self) -> Rows:
        """The values row by row, in canonical order."""
        return self._table if isinstance(self._table, Rows) else self._table.rows()

    @cached_property
    def packed(self) -> Packed:
        """The values packed for reckoning."""
        return self._table if isinstance(self._table, Packed) else pack(self._table, block_numbers(self.plan))

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods that occur, sorted."""
        return self._table.periods

    def rows_of(self, indicator: int) -> tuple[Rows, int]:
        """Return the rows of one indicator, by its number in the plan, and the number of their first row in the store.

        Nothing of the others is looked at, however many there are.
        """
        return self.packed.rows(np.array([indicator])), self.packed.first_row(indicator)

    def known_at(self, moment: int) -> Observations:
        """Return the observations as they were known at a moment, in microseconds since 1970."""

        def look_back() -> Observations:
            return attrs.evolve(self, store=known_at(self.packed, moment, block_numbers(self.plan)))

        return self.packed.once((known_at, moment), look_back)

    def with_only(self, indicators: NDArray[np.int64]) -> Observations:
        """Return the observations of some indicators, by their numbers in the plan, rising."""
        return attrs.evolve(self, store=self.packed.rows(indicators))

    @cached_property
    def regularity(self) -> Regularity:
        """Which indicators are reported so regularly that adding them up raises no question."""
        return regularity(self.packed, self.tree, len(self.plan.indicators))

    @cached_property
    def tree(self) -> PlaceTree:
        """The plan's places as a tree."""
        return place_tree(self.plan)

    @cached_property
    def sensitivity(self) -> str:
        """The highest sensitivity of any row."""
        packed = self.packed
        has_rows = np.flatnonzero(np.diff(packed.first_rows) > 0).tolist()
        highest = [SENSITIVITIES.index(self.plan.indicators[number].sensitivity) for number in has_rows]
        own = [block.sensitivity for block in packed.blocks] + [packed.missing.sensitivity, packed.history.sensitivity]
        highest += [int(codes.max(initial=0)) for codes in own]
        return SENSITIVITIES[max(highest, default=0)]

    @property
    def row_sensitivity(self) -> NDArray[np.int64]:
        """Number of the sensitivity of each row: its own, else its indicator's; the higher counts."""
        of_indicator = np.array([SENSITIVITIES.index(i.sensitivity) for i in self.plan.indicators], dtype=np.int64)
        mine = self.store.sensitivity.astype(np.int64)
        return np.maximum(of_indicator[self.store.indicator], mine) if len(self.store) else mine

    def __len__(self) -> int:
        return len(self._table)

    def __repr__(self) -> str:
        span = f", {self.periods[0]} to {self.periods[-1]}" if self.periods else ""
        return f"<Observations of plan {self.plan.id!r}: {len(self)} rows{span}>"

    def _repr_html_(self) -> str:
        first = np.arange(np.searchsorted(self.packed.first_rows, _SHOWN))
        rows = self.packed.rows(first)
        shown = attrs.evolve(self, store=rows.take(np.arange(min(len(rows), _SHOWN)))).rows()
        caption = f"{self!r}"[1:-1] + (f" (first {len(shown)})" if len(self) > len(shown) else "")
        return notebook_rows(shown, caption=caption, value="value")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"plan": self.plan.id, "plan_version": self.plan.version, "observations": self.rows()}

    def _columns(self) -> tuple[Column, ...]:
        return put_after_place(OBSERVATIONS, [dimension.id for dimension in self.plan.dimensions])

    def _data(self) -> Mapping[str, Any]:
        store, plan = self.store, self.plan
        members = np.array(store.cells, dtype=object).reshape(len(store.cells), len(plan.dimensions))
        members[members == ""] = None
        units = np.array([indicator.unit for indicator in plan.indicators], dtype=object)
        return {
            "indicator": words_of(store.indicator, [i.id for i in plan.indicators]),
            "period": words_of(store.period, [str(period) for period in store.periods]),
            "place": words_of(store.place, self.tree.ids),
            **{d.id: members[store.cell, n] for n, d in enumerate(plan.dimensions)},
            "value": store.value,
            "numerator": store.numerator,
            "denominator": store.denominator,
            "low": store.low,
            "high": store.high,
            "unit": units[store.indicator] if len(units) else np.empty(0, dtype=object),
            "status": words_of(store.status, STATUSES),
            "reason": words_of(store.reason, REASONS),
            "sensitivity": words_of(store.sensitivity, SENSITIVITY_CODES),
            "recorded_at": _times(store.recorded_at),
            **{name: _sparse(store.texts.get(name, {}), len(store)) for name in ("text", "source", "note")},
        }


def _times(microseconds: NDArray[np.int64]) -> NDArray[np.datetime64]:
    times = microseconds.astype("datetime64[us]")
    times[microseconds == ALWAYS] = np.datetime64("NaT", "us")
    return times


def _sparse(values: Mapping[int, str], length: int) -> NDArray[np.object_]:
    column = np.full(length, None, dtype=object)
    for row, value in values.items():
        column[row] = value
    return column
