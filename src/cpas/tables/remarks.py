"""What a check says of a plan or of data: never a repair, never a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, overload

import attrs
from attrs import field

from cpas.choices import Severity
from cpas.display import notebook_table, wrap_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Remark", "Remarks"]

_RANK: Final = {"error": 0, "warning": 1, "note": 2}
_COLUMNS: Final = ("severity", "code", "where", "message", "hint")


@attrs.frozen(kw_only=True)
class Remark:
    """One thing a reviewer would ask about.

    Examples
    --------
    >>> print(Remark("no_target", where="I07", message="Indicator 'I07' has no target.", hint="Add one."))
    I07: Indicator 'I07' has no target. Add one. [no_target]
    """

    #: Stable word for programs and for the page of the documentation that explains it.
    code: str = field(kw_only=False)
    #: Error, warning, or note.
    severity: Severity = "warning"
    #: Id of the record, or place in the table.
    where: str = ""
    #: What was found.
    message: str
    #: How to mend it.
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        hint = f" {self.hint}" if self.hint else ""
        return f"{place}{self.message}{hint} [{self.code}]"


class Remarks(Sequence[Remark]):
    """Remarks, the gravest first, each sort by code and place.

    Examples
    --------
    >>> remarks = Remarks([Remark("no_target", where="I07", message="No target.")])
    >>> len(remarks), remarks.codes, bool(remarks.of("no_target"))
    (1, ('no_target',), True)
    """

    __slots__ = ("_remarks",)

    def __init__(self, remarks: Iterable[Remark] = ()) -> None:
        unique = dict.fromkeys(remarks)
        self._remarks = tuple(sorted(unique, key=lambda r: (_RANK[r.severity], r.code, r.where, r.message)))

    @overload
    def __getitem__(self, index: int) -> Remark: ...
    @overload
    def __getitem__(self, index: slice) -> Remarks: ...
    def __getitem__(self, index: int | slice) -> Remark | Remarks:
        found = self._remarks[index]
        return found if isinstance(found, Remark) else Remarks(found)

    def __len__(self) -> int:
        return len(self._remarks)

    def __iter__(self) -> Iterator[Remark]:
        return iter(self._remarks)

    def __add__(self, other: Iterable[Remark]) -> Remarks:
        more = list(other)
        return Remarks([*self, *more]) if more else self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Remarks) and self._remarks == other._remarks

    def __hash__(self) -> int:
        return hash(self._remarks)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that occur, sorted, each once."""
        return tuple(sorted({remark.code for remark in self}))

    def of(self, code: str) -> Remarks:
        """Return the remarks of one code."""
        return Remarks(remark for remark in self if remark.code == code)

    def at(self, where: str) -> Remarks:
        """Return the remarks at one place."""
        return Remarks(remark for remark in self if remark.where == where)

    @property
    def remarks(self) -> Remarks:
        """The remarks themselves: every result of the library has this."""
        return self

    @property
    def frame(self) -> pd.DataFrame:
        """One row per remark: ``severity code where message hint``."""
        import pandas as pd

        return pd.DataFrame(self._rows(), columns=list(_COLUMNS), dtype=object)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"remarks": [dict(zip(_COLUMNS, row, strict=True)) for row in self._rows()]}

    def _rows(self) -> list[tuple[str, ...]]:
        return [(r.severity, r.code, r.where, r.message, r.hint) for r in self]

    def __repr__(self) -> str:
        if not self:
            return "no remarks"
        return "\n".join(f"{r.severity}: {r.code}\n{wrap_text(_said(r), indent='    ')}" for r in self)

    def _repr_html_(self) -> str:
        if not self:
            return "<p>no remarks</p>"
        caption = "1 remark" if len(self) == 1 else f"{len(self)} remarks"
        return notebook_table(_COLUMNS, self._rows(), caption=caption)


def _said(remark: Remark) -> str:
    """Return what a remark says, its place named once."""
    where = f"{remark.where}: " if remark.where and not remark.message.startswith(remark.where) else ""
    return f"{where}{remark.message}" + (f" {remark.hint}" if remark.hint else "")
