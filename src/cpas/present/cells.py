"""Numbers and words as cells: rounded once, here; zero is 0, and what is missing says why."""

from __future__ import annotations

import math
from typing import Any, Final

import attrs

from cpas.display import MISSING, format_number
from cpas.model import Indicator
from cpas.present.document import Cell
from cpas.present.languages import Language

__all__ = ["Cells"]

#: A float that is this near a whole number is one: sums of floats differ in their last digits with their order.
_NOISE: Final = 1e-9
#: The word of a trend of which nothing can be said.
_NO_WORD: Final = "insufficient data"


def as_printed(value: float, digits: int | None) -> float:
    """Return the number that a reader of the printed one has.

    Examples
    --------
    >>> as_printed(57.912457912457924, 1), as_printed(0.0004, 1)
    (57.9, 0.0004)
    """
    number = float(format_number(value, digits=digits).replace(",", ""))
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def digits_of(value: float) -> int:
    """Return how many decimals a value in an indicator's own unit is printed with: none where it is whole.

    Examples
    --------
    >>> [digits_of(value) for value in (61.0, 63.25, 7.125, 0.73142)]
    [0, 1, 2, 3]
    """
    if abs(value - round(value)) <= _NOISE * max(1.0, abs(value)):
        return 0
    return 3 if abs(value) < 1 else 2 if abs(value) < 10 else 1


@attrs.frozen
class Cells:
    """Makes the cells of one report.

    Examples
    --------
    >>> cells = Cells(Language("en"))
    >>> cells.score(12.0).text, cells.score(0.0).text, cells.score(None, "late").text
    ('12.0', '0', 'missing (late)')
    """

    #: The report's language.
    language: Language

    def number(
        self, value: float | None, *, digits: int | None = 1, signed: bool = False, reason: str | None = None
    ) -> Cell:
        """Return a number with so many decimals, or why there is none."""
        if value is None or not math.isfinite(value):
            return self.missing(reason)
        text = self.language.number(value, digits=digits, signed=signed)
        return Cell(text, value=as_printed(value, digits), kind="number")

    def score(self, value: float | None, reason: str | None = None) -> Cell:
        """Return a number from 0 to 100, which may be drawn as a bar."""
        return attrs.evolve(self.number(value, reason=reason), bar=value is not None and math.isfinite(value))

    def measure(self, value: float | None, reason: str | None = None) -> Cell:
        """Return a value in its own unit, with as many decimals as its size needs."""
        if value is None or not math.isfinite(value):
            return self.missing(reason)
        digits = digits_of(value)
        return self.number(float(round(value)) if digits == 0 else value, digits=digits)

    def share(self, value: float | None, reason: str | None = None) -> Cell:
        """Return a share, of which 1 is all, in per cent."""
        if value is None or not math.isfinite(value):
            return self.missing(reason)
        cell = self.number(100 * value, digits=min(1, digits_of(100 * value)))
        return attrs.evolve(cell, text=self.language.percent(cell.text))

    def constant(self, value: float | None) -> Cell:
        """Return a constant of the method, with the decimals it was given."""
        return self.number(value, digits=None)

    def count(self, value: int) -> Cell:
        """Return a whole number."""
        return Cell(self.language.number(int(value)), value=int(value), kind="number")

    def change(self, value: float | None, basis: str, word: str) -> Cell:
        """Return a change with what it is measured in, and the direction it goes in a word beside it."""
        cell = self.number(value, signed=True)
        if cell.kind == "number":
            unit = {"percent": "{}", "percent per day": self.language.label("per_day"), "points": "{}"}
            said = self.language.percent(cell.text) if basis.startswith("percent") else cell.text
            end = " " + self.language.label("points") if basis == "points" else ""
            cell = attrs.evolve(cell, text=unit.get(basis, "{}").format(said) + end)
            if word == _NO_WORD:
                # No smallest change is declared: there is a change, and no word for it.
                return cell
        return attrs.evolve(cell, beside=(("trend", "", self.word(word)),))

    def value(self, value: float | None, indicator: Indicator, reason: str | None = None) -> Cell:
        """Return an indicator's value; of an ordinal, with the name of its level beside it."""
        cell = self.measure(value, reason)
        levels = indicator.levels
        if levels and value is not None and value == int(value) and 0 <= value < len(levels):
            cell = attrs.evolve(cell, beside=(("level", "", Cell(levels[int(value)])),))
        return cell

    def word(self, word: str | None, *, colour: str | None = None, reason: str | None = None) -> Cell:
        """Return a fixed word in the report's language."""
        if word is None:
            return self.missing(reason)
        return Cell(self.language.term(word), kind="word", code=word, colour=colour)

    def missing(self, reason: str | None = None) -> Cell:
        """Return what stands where there is no value."""
        if reason is None:
            return Cell(MISSING, kind="missing")
        text = self.language.label("missing", reason=self.language.term(reason))
        return Cell(text, kind="missing", code=reason)

    def withheld(self) -> Cell:
        """Return what stands where there is a value that the reader may not see."""
        return Cell(self.language.label("withheld"), kind="withheld")

    def text(self, text: Any, *, lang: str | None = None) -> Cell:
        """Return a text as it stands in the plan; a dash where it is empty."""
        return Cell(str(text), lang=lang) if text not in (None, "") else Cell(MISSING, kind="missing")

    def series(self, values: list[tuple[str, float | None]]) -> Cell:
        """Return a series of values, oldest first, with a dash for each that is missing."""
        cells = [self.measure(value) for _, value in values]
        numbers = tuple((period, cell.value) for (period, _), cell in zip(values, cells, strict=True))
        return Cell(" ".join(cell.text for cell in cells) or MISSING, series=numbers)
