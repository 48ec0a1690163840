"""The explanation of one number: what it means, how it was made, and every observation that counted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.tables.ground_html import ground_html, page
from cpas.tables.ground_mermaid import ground_mermaid
from cpas.tables.ground_text import ground_text
from cpas.tables.grounds import Ground
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remarks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Explanation"]


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Explanation:
    """Why a number is what it is. Made by :func:`cpas.explain`.

    It holds only what may be read under its ceiling: what is above is not in it, only counted.
    """

    #: Id of the indicator or element.
    id: str
    #: The period, as written.
    period: str
    #: Id of the place.
    place: str
    #: Members of the groups, as pairs; empty for all.
    members: tuple[tuple[str, str], ...] = ()
    #: Highest sensitivity it shows.
    ceiling: str
    #: What holds for every number in it: plan, methodology, what was known, and the like.
    context: tuple[tuple[str, str], ...]
    #: The number and what it rests on.
    ground: Ground
    #: The observations named in the tree, in canonical order.
    table: Observations
    #: What stands at the foot.
    foot: str = field(default="")
    #: What was noticed of the number's own id; none where anything is withheld, since a remark may tell numbers.
    remarks: Remarks = field(factory=Remarks)

    @property
    def value(self) -> float | None:
        """The number explained; None where it is missing, withheld, or a word."""
        return self.ground.value

    @property
    def counted(self) -> NDArray[np.int64]:
        """Rows of `table` that counted, rising."""
        return self.ground.counted_rows()

    @property
    def withheld(self) -> int:
        """How many observations and records are withheld, each counted where it would have stood."""
        return sum(ground.withheld for ground in self.ground.walk())

    @property
    def observations(self) -> pd.DataFrame:
        """Exactly the observations that counted, as a data frame of the caller's own."""
        return self.table.frame.iloc[self.counted].reset_index(drop=True)

    @property
    def frame(self) -> pd.DataFrame:
        """The observations that counted; the same as `observations`."""
        return self.observations

    @cached_property
    def _rows(self) -> list[dict[str, Any]]:
        return self.table.rows()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "id": self.id,
            "period": self.period,
            "place": self.place,
            "members": dict(self.members),
            "ceiling": self.ceiling,
            "context": dict(self.context),
            "withheld": self.withheld,
            "explanation": self.ground.to_dict(self._rows),
            "foot": self.foot,
        }

    def to_text(self, *, width: int = 80) -> str:
        """Return it as a person would tell it, in lines of at most `width` columns."""
        return ground_text(self.ground, self._rows, context=self.context, foot=self.foot, width=width)

    def to_html(self) -> str:
        """Return a page of its own, without scripts and without anything from the network."""
        return page(self.ground.what, self._repr_html_())

    def to_mermaid(self) -> str:
        """Return a Mermaid flowchart from the observations up to the number."""
        return ground_mermaid(self.ground)

    def _repr_html_(self) -> str:
        return ground_html(self.ground, self._rows, context=self.context, foot=self.foot)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"<Explanation of {self.id!r} in {self.period} at {self.place!r}: {self.ground.said}>"
