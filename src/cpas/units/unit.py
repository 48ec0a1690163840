"""A unit that has been read: a number, and things raised to powers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

import attrs

from cpas.errors import UnitError
from cpas.units.words import is_period, is_physical

#: A thing and the power it is raised to.
Power = tuple[str, int]
HIGHEST_POWER: Final = 9
_LARGEST: Final = 10**18


@attrs.frozen
class Unit:
    """A unit as the mathematics sees it; ``str`` writes it in the one way of the library.

    Examples
    --------
    >>> str(Unit.of(Fraction(1), {"incident": 1, "quarter": -1}))
    'incident/quarter'
    """

    #: How many of the product of the things; exact.
    scale: Fraction
    #: Sorted. A period after "per" that has a number is a thing of its own: ``"6 month"``.
    things: tuple[Power, ...] = ()

    @classmethod
    def of(cls, scale: Fraction, powers: Mapping[str, int]) -> Unit:
        """Return the unit, refusing numbers and powers that no unit has."""
        too_large = max(scale.numerator, scale.denominator) > _LARGEST
        if not scale or too_large or any(abs(power) > HIGHEST_POWER for power in powers.values()):
            raise UnitError("A unit has a number or a power in it that is out of all bounds.")
        return cls(scale, tuple(sorted((thing, power) for thing, power in powers.items() if power)))

    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.things)
        for thing, power in other.things:
            powers[thing] = powers.get(thing, 0) + power
        return Unit.of(self.scale * other.scale, powers)

    def __pow__(self, power: int) -> Unit:
        return Unit.of(self.scale**power, {thing: old * power for thing, old in self.things})

    @property
    def rhythm(self) -> tuple[Power, ...]:
        """The periods this is per."""
        return tuple((thing, power) for thing, power in self.things if power < 0 and is_period(thing))

    @property
    def physical(self) -> tuple[Power, ...]:
        """What pint converts: physical units and lengths of time, but not the periods this is per."""
        return tuple(
            (thing, power) for thing, power in self.things if is_physical(thing) or (is_period(thing) and power > 0)
        )

    @property
    def fixed(self) -> tuple[Power, ...]:
        """What never converts: things counted, currencies, indices."""
        return tuple(pair for pair in self.things if pair not in self.physical + self.rhythm)

    def __str__(self) -> str:
        if not self.things and self.scale in _SIGNS:
            return _SIGNS[self.scale]
        above = "*".join(_powered(thing, power) for thing, power in self.things if power > 0)
        below = "".join("/" + _powered(thing, -power) for thing, power in self.things if power < 0)
        return _lead(self.scale, above=bool(above), below=bool(below)) + above + below


_SIGNS: Final = {Fraction(1, 100): "%", Fraction(1, 1000): "‰"}


def _powered(thing: str, power: int) -> str:
    return thing if power == 1 else f"{thing}^{power}"


def plain(number: Fraction) -> str:
    """Return a number as a decimal where that is exact, else as a fraction.

    Examples
    --------
    >>> plain(Fraction(1000)), plain(Fraction(1, 8)), plain(Fraction(1, 3))
    ('1000', '0.125', '1/3')
    """
    decimal = str(number) if number.denominator == 1 else f"{float(number):.15g}"
    return decimal if "e" not in decimal and Fraction(decimal) == number else str(number)


def _lead(scale: Fraction, *, above: bool, below: bool) -> str:
    """Return the number a text begins with: none for 1, unless nothing else stands above the line."""
    if scale == 1:
        return "1" if below and not above else ""
    number = plain(scale)
    return number + (" * " if "/" in number else " ") if above else number
