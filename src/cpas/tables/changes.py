"""What changed between two assessments, and why: data, plan, method, or the world.  Methodology §10."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
from attrs import field

from cpas.columns import Column, names
from cpas.display import html_table, text_table
from cpas.tables.frames import Result
from cpas.tables.remarks import Remarks

__all__ = ["CHANGES", "STEPS", "Changes"]

#: The causes, in the order in which they are told apart.
STEPS: Final = ("arrived", "revised", "plan", "method", "real")
_MEANING: Final = {
    "arrived": "Because data came that was not there before.",
    "revised": "Because data that was there was corrected.",
    "plan": "Because the plan changed: targets, weights, links.",
    "method": "Because the methodology changed.",
    "real": "Because what is measured changed, from the earlier period to the later one.",
}
#: One row per indicator or element × place.
CHANGES: Final = (
    Column("id", "text", "Id of the indicator or element.", may_be_missing=False),
    Column("place", "text", "Id of the place.", may_be_missing=False),
    Column("before", "number", "Score in the earlier assessment.", unit="%"),
    Column("after", "number", "Score in the later assessment.", unit="%"),
    Column("change", "number", "After less before; the sum of the five parts.", unit="%"),
    *(Column(name, "number", _MEANING[name], unit="%") for name in STEPS),
    Column("note", "text", "Where a score appears or goes, and at which step."),
)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Changes(Result):
    """What changed between two assessments, split by cause. Made by :func:`cpas.compare`."""

    #: The rows, one per indicator or element × place, as plain data.
    changes: tuple[Mapping[str, Any], ...]
    #: The earlier assessment: plan, version, period, as of, hash.
    before: str
    #: The later assessment.
    after: str
    #: What was noticed on the way.
    remarks: Remarks = field(factory=Remarks)

    def row(self, id: str, place: str) -> Mapping[str, Any]:
        """Return one row; an unknown id or place raises `LookupError`."""
        for row in self.changes:
            if row["id"] == id and row["place"] == place:
                return row
        raise LookupError(f"There is no change of {id!r} at {place!r}.")

    def __len__(self) -> int:
        return len(self.changes)

    def __repr__(self) -> str:
        table = text_table(names(CHANGES), [[row[name] for name in names(CHANGES)] for row in self.changes], width=120)
        return f"From {self.before}\nto   {self.after}\n{table}"

    def _repr_html_(self) -> str:
        rows = [[row[name] for name in names(CHANGES)] for row in self.changes]
        return html_table(names(CHANGES), rows, caption=f"From {self.before} to {self.after}")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"before": self.before, "after": self.after, "changes": self.rows(), **self.remarks.to_dict()}

    def _columns(self) -> tuple[Column, ...]:
        return CHANGES

    def _data(self) -> Mapping[str, Any]:
        return {name: [row[name] for row in self.changes] for name in names(CHANGES)}
