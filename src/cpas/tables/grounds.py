"""What one number rests on: a frozen tree from the number down to the observations beneath it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.display import format_missing, format_number
from cpas.units.words import COUNTED

__all__ = ["NO_ROWS", "Ground", "Rule", "told", "unit_told"]

Codes = NDArray[np.int64]

#: No observations.
NO_ROWS: Final[Codes] = np.zeros(0, dtype=np.int64)
#: Units that stand close to their number.
_CLOSE: Final = frozenset({"%", "‰"})


def told(value: float | None, digits: int | None = None) -> str:
    """Return a number as it is told: with so many decimals, or with those that are there, four at most.

    Examples
    --------
    >>> told(61.0), told(49.3333333333), told(0.00001), told(57.93, 1)
    ('61', '49.3333', '1e-05', '57.9')
    """
    if value is None or digits is not None or not 0.001 <= abs(value) < 1e15:
        return format_number(value, digits=digits)
    return format_number(round(value, 4), digits=None)


def unit_told(unit: str, value: float) -> str:
    """Return a unit as it stands after a number: more than one of what is counted are several.

    Examples
    --------
    >>> unit_told("person", 61.0), unit_told("person", 1.0), unit_told("party", 2.0), unit_told("km", 2.0)
    ('persons', 'person', 'party', 'km')
    """
    if unit not in COUNTED or value == 1:
        return unit.replace("_", " ")
    several = f"{unit[:-1]}ies" if unit.endswith("y") and unit[-2:] != "ey" else f"{unit}s"
    return several.replace("_", " ")


@attrs.frozen(kw_only=True)
class Rule:
    """One step by which a number was made, in words, with the clause that says so.

    Examples
    --------
    >>> print(Rule("3 values are added up.", clause="§3.2.1"))
    3 values are added up. (§3.2.1)
    """

    #: The rule, with the numbers put in.
    text: str = field(kw_only=False)
    #: The clause of the methodology.
    clause: str = ""
    #: What it is a step of: ``vintage time group place formula returns score combine path …``.
    step: str = ""
    #: Name of the method, such as ``sum`` or ``arithmetic``.
    method: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.clause})" if self.clause else self.text


@attrs.frozen(eq=False, kw_only=True)
class Ground:
    """One number, word or record, how it was made, and what it was made from.

    A missing value has a reason. What is above the ceiling of an explanation is not in the tree: only how much was
    withheld is.
    """

    #: What it is of.
    what: str = field(kw_only=False)
    #: The value; None where it is missing, withheld, or no number.
    value: float | None = None
    #: Unit of the value.
    unit: str = ""
    #: Decimals that people see; None shows what is there.
    digits: int | None = None
    #: The value in words, where it is a word: a rating, the level of an ordinal.
    word: str = ""
    #: Why there is no value: a code, such as ``late``.
    reason: str = ""
    #: What it means, in a sentence or two.
    meaning: str = ""
    #: How it was made, in the order of the steps.
    rules: tuple[Rule, ...] = ()
    #: What else a reader must know of it, each with a name.
    facts: tuple[tuple[str, str], ...] = ()
    #: Where it is written.
    source: str = ""
    #: Whether it counted in the number above it; what stands beside that number did not.
    counts: bool = True
    #: Whether its own value is withheld.
    is_withheld: bool = False
    #: Why something is withheld: ``above 'internal'``.
    because: str = ""
    #: Observations, or records, of its own that are withheld.
    withheld: int = 0
    #: Word for what is withheld.
    withheld_what: str = "observation"
    #: Positions of its observations in the explanation's table.
    rows: Codes = field(default=NO_ROWS, repr=False)
    #: Columns that its observations share, and that its name has said.
    shared: tuple[str, ...] = ()
    #: Observations that were there and did not count: why, and how many.
    uncounted: tuple[tuple[str, int], ...] = ()
    #: What it was made from.
    children: tuple[Ground, ...] = ()

    @property
    def said(self) -> str:
        """The value as people read it."""
        if self.is_withheld:
            return f"withheld ({self.because})" if self.because else "withheld"
        if self.value is None:
            return self.word or (format_missing(self.reason) if self.reason else "")
        number = told(self.value, self.digits)
        shown = f"{number}{'' if self.unit in _CLOSE else ' '}{unit_told(self.unit, self.value)}".rstrip()
        return f"{self.word} ({shown})" if self.word else shown

    @property
    def withheld_said(self) -> str:
        """How much is withheld, in words; empty where nothing is."""
        if not self.withheld:
            return ""
        plural = "" if self.withheld == 1 else "s"
        return f"{self.withheld} {self.withheld_what}{plural} withheld: {self.because}"

    def walk(self) -> Iterator[Ground]:
        """Yield it and all beneath it, each before what it was made from."""
        yield self
        for child in self.children:
            yield from child.walk()

    def counted_rows(self) -> Codes:
        """Return the positions of the observations that counted, rising, each once."""
        found = [self.rows, *(child.counted_rows() for child in self.children if child.counts)]
        return np.unique(np.concatenate(found)).astype(np.int64)

    def moved(self, place: Codes) -> Ground:
        """Return it with other positions: ``place[old]`` is the new one."""
        return attrs.evolve(self, rows=place[self.rows], children=tuple(child.moved(place) for child in self.children))

    def to_dict(self, observations: list[dict[str, Any]]) -> dict[str, Any]:
        """Return plain data, ready for JSON; `observations` are the rows of the explanation's table."""
        said: dict[str, Any] = {"what": self.what, "value": self.value, "unit": self.unit, "said": self.said}
        said["counts"] = self.counts
        for name in ("word", "reason", "meaning", "source"):
            if getattr(self, name):
                said[name] = getattr(self, name)
        said["rules"] = [attrs.asdict(rule) for rule in self.rules]
        said["facts"] = dict(self.facts)
        if self.is_withheld or self.withheld:
            said["withheld"] = {"value": self.is_withheld, self.withheld_what + "s": self.withheld, "why": self.because}
        if len(self.rows):
            said["observations"] = [observations[row] for row in self.rows.tolist()]
        if self.uncounted:
            said["did_not_count"] = dict(self.uncounted)
        said["children"] = [child.to_dict(observations) for child in self.children]
        return said
