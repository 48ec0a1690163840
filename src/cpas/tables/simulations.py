"""Simulations: what scores may be where values and weights are not certain.  Methodology §9.10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
from attrs import field

from cpas.columns import PROBABILITIES, SIMULATIONS, Column, names
from cpas.display import html_table
from cpas.errors import RequestError, did_you_mean
from cpas.periods import Period
from cpas.tables.frames import Result, make_frame
from cpas.tables.remarks import Remarks
from cpas.tables.scores import Scores

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Simulations"]

_SHOWN = 60


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Simulations(Result):
    """What the score of each element may be, one row per element.

    Made by :func:`cpas.simulate`. Delivery and contribution are never drawn, and no units are compared.
    """

    #: What was drawn around.
    scores: Scores
    #: The period.
    at: Period
    #: How many draws.
    draws: int
    #: Seed of the random numbers: the same seed, the same draws.
    seed: int
    #: Share of the draws between `low` and `high`.
    interval: float
    #: The columns, by name.
    numbers: Mapping[str, Any]
    #: The columns of `probabilities`, by name.
    chances: Mapping[str, Any]
    #: What was noticed on the way.
    remarks: Remarks = field(factory=Remarks)

    @property
    def probabilities(self) -> pd.DataFrame:
        """How likely each word is: ``id level period place scale rating probability``, the caller's own copy."""
        return make_frame(PROBABILITIES, self.chances)

    def row(self, id: str) -> dict[str, Any]:
        """Return one row as plain data.

        Raises
        ------
        RequestError
            If there is no such element, or it can have no score.
        """
        ids = list(self.numbers["id"])
        if id not in ids:
            raise RequestError(f"Nothing was drawn for {id!r}.{did_you_mean(id, ids)}", id=id)
        return self.rows()[ids.index(id)]

    def of(self, id: str) -> dict[str, float]:
        """Return how likely each word is for one element, worst first; nothing where it has no scale with cut points.

        Raises
        ------
        RequestError
            If there is no such element, or it can have no score.
        """
        self.row(id)
        some = zip(self.chances["id"], self.chances["rating"], self.chances["probability"], strict=True)
        return {str(word): float(share) for one, word, share in some if one == id}

    def __len__(self) -> int:
        return len(self.numbers["id"])

    def __repr__(self) -> str:
        return f"<Simulations of plan {self.scores.plan.id!r} in {self.at}: {len(self)} rows, {self.draws:,} draws>"

    def _repr_html_(self) -> str:
        shown = names(SIMULATIONS)
        rows = [[_rounded(row[name]) for name in shown] for row in self.rows()[:_SHOWN]]
        return html_table(shown, rows, caption=f"{self!r}"[1:-1])

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        chances = {name: list(map(_plain, self.chances[name])) for name in names(PROBABILITIES)}
        return {
            "plan": self.scores.plan.id,
            "methodology": f"{self.scores.methodology.name} {self.scores.methodology.version}",
            "at": str(self.at),
            "draws": self.draws,
            "seed": self.seed,
            "interval": self.interval,
            "simulations": self.rows(),
            "probabilities": [dict(zip(chances, row, strict=True)) for row in zip(*chances.values(), strict=True)],
            **self.remarks.to_dict(),
        }

    def _columns(self) -> tuple[Column, ...]:
        return SIMULATIONS

    def _data(self) -> Mapping[str, Any]:
        return self.numbers


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, float) else str(value)


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
