"""Probes: what each indicator does to the scores that rest on it.  Methodology §9.8."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from cpas.columns import PROBES, Column, names
from cpas.display import html_table
from cpas.periods import Period
from cpas.tables.frames import Result
from cpas.tables.remarks import Remarks
from cpas.tables.scores import Scores

__all__ = ["Probes"]


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Probes(Result):
    """What each indicator does to each score, one row per indicator × element that rests on it.

    Made by :func:`cpas.probe`.
    """

    #: What was probed.
    scores: Scores
    #: The period.
    at: Period
    #: The columns, by name.
    columns: Mapping[str, Any]

    @property
    def remarks(self) -> Remarks:
        """What was noticed on the way to the scores."""
        return self.scores.remarks

    def of(self, element: str) -> list[dict[str, Any]]:
        """Return the rows of one element, what adds or costs most first.

        Raises
        ------
        RequestError
            If there is no such element.
        """
        self.scores.find(element, self.at, self.columns["place"][0] if len(self) else None)
        mine = [row for row in self.rows() if row["element"] == element]
        return sorted(mine, key=lambda row: (-abs(row["effect"] or 0.0), row["id"]))

    def __len__(self) -> int:
        return len(self.columns["id"])

    def __repr__(self) -> str:
        return f"<Probes of plan {self.scores.plan.id!r} in {self.at}: {len(self)} rows>"

    def _repr_html_(self) -> str:
        shown = names(PROBES)
        return html_table(shown, [[row[n] for n in shown] for row in self.rows()[:60]], caption=f"{self!r}"[1:-1])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "plan": self.scores.plan.id,
            "methodology": f"{self.scores.methodology.name} {self.scores.methodology.version}",
            "at": str(self.at),
            "probes": self.rows(),
            **self.remarks.to_dict(),
        }

    def _columns(self) -> tuple[Column, ...]:
        return PROBES

    def _data(self) -> Mapping[str, Any]:
        return self.columns
