"""What an explanation is of, and what its reader may see."""

from __future__ import annotations

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import SENSITIVITIES
from cpas.model import Indicator, Plan
from cpas.tables.aggregates import Aggregates
from cpas.tables.observations import Observations

__all__ = ["Case"]

Codes = NDArray[np.int64]


@attrs.frozen(eq=False, kw_only=True, slots=False)
class Case:
    """One set of aggregates, seen by a reader of one ceiling."""

    #: What is explained, or what the scores were made from.
    aggregates: Aggregates
    #: Highest sensitivity the reader may see.
    ceiling: str

    @property
    def plan(self) -> Plan:
        """The plan."""
        return self.aggregates.plan

    @property
    def observations(self) -> Observations:
        """The observations beneath it all."""
        return self.aggregates.observations

    @property
    def because(self) -> str:
        """Why something is withheld."""
        return f"above {self.ceiling!r}"

    def hides(self, sensitivity: str) -> bool:
        """Whether something of a sensitivity is withheld."""
        return SENSITIVITIES.index(sensitivity) > SENSITIVITIES.index(self.ceiling)

    def hidden(self, rows: Codes) -> NDArray[np.bool_]:
        """Which rows of the store are withheld: by their own sensitivity or their indicator's."""
        store = self.observations.store
        mine = self._of_indicators[store.indicator[rows]] if len(rows) else rows
        return np.asarray(np.maximum(mine, store.sensitivity[rows]) > SENSITIVITIES.index(self.ceiling), dtype=bool)

    @cached_property
    def _of_indicators(self) -> Codes:
        """Number of the sensitivity of each indicator."""
        return np.array([SENSITIVITIES.index(one.sensitivity) for one in self.plan.indicators], dtype=np.int64)

    def titled(self, indicator: Indicator) -> str:
        """Return an indicator's id and name; of one that is withheld the id alone."""
        return indicator.id if self.hides(indicator.sensitivity) else f"{indicator.id} {indicator.name}"

    def place_name(self, code: int) -> str:
        """Return the name of a place."""
        place = self.plan.places_by_id.get(self.aggregates.tree.ids[code])
        return "all places" if place is None else place.name
