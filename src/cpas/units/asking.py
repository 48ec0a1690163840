"""What is asked of units: are they known, do they convert, and what does a formula's result have."""

from __future__ import annotations

import functools
from typing import Any, Literal

import attrs

from cpas.errors import UnitError
from cpas.units.physical import ask_pint, dimension
from cpas.units.reading import Declared, read_unit
from cpas.units.unit import Power, Unit
from cpas.units.words import INDEX_WORDS


@attrs.frozen
class Conversion:
    """How to say a value of one unit in another: ``value * factor + offset``.

    Examples
    --------
    >>> conversion("thousand USD", "USD")
    Conversion(factor=1000.0, offset=0.0)
    """

    #: What a value is multiplied by.
    factor: float
    #: What is added then; zero but for temperatures.
    offset: float = 0.0

    @property
    def is_identity(self) -> bool:
        """Whether values stay as they are."""
        return self.factor == 1.0 and self.offset == 0.0

    def apply(self, values: Any) -> Any:
        """Return `values`, a number or an array, in the other unit; missing stays missing.

        Examples
        --------
        >>> conversion("share", "%").apply(0.25)
        25.0
        """
        if self.is_identity:
            return values
        return values * self.factor + self.offset if self.offset else values * self.factor


def check_unit(unit: str, declared: Declared = ()) -> None:
    """Refuse a unit that is not known.

    Raises
    ------
    UnitError
        If a word is not known (with the nearest that is), or the text cannot be read.

    Examples
    --------
    >>> check_unit("incidents/quarter")
    >>> check_unit("payams", declared=(("payam", "count"),))
    """
    read_unit(unit, declared)


def canonical(unit: str, declared: Declared = ()) -> str:
    """Return the one way the library writes a unit; it reads back as the same unit.

    Examples
    --------
    >>> canonical("thousand people"), canonical("cases per month"), canonical("per cent")
    ('1000 person', 'case/month', '%')
    """
    return str(read_unit(unit, declared))


@functools.lru_cache(maxsize=4096)
def conversion(source: str, target: str, *, declared: Declared = ()) -> Conversion:
    """Return how values in `source` are said in `target`.

    Parameters
    ----------
    source, target : str
        Texts of units. ``""`` and ``"1"`` are a pure number, in which all of something is 1.
    declared : tuple of pairs
        The plan's own words: ``("payam", "count")`` is a thing of its own, ``("battalion", "700 person")`` a
        multiple.

    Raises
    ------
    UnitError
        If a word is not known; if the two measure different things; or if they are per different periods,
        since a count per month is no count per quarter.

    Notes
    -----
    As lengths of time, a year has 365.25 days and a month is a twelfth of it.

    Examples
    --------
    >>> conversion("km", "m").apply(1.5)
    1500.0
    >>> conversion("incidents", "people")
    Traceback (most recent call last):
    cpas.errors.UnitError: incidents cannot become people: the first is [incident], the second [person].
    """
    one, other = read_unit(source, declared), read_unit(target, declared)
    if one.things == other.things:
        return Conversion(float(one.scale / other.scale))
    if one.fixed != other.fixed or _has_degrees_of(one) or _has_degrees_of(other):
        raise _cannot(source, target, one, other)
    if one.rhythm != other.rhythm:
        raise _other_rhythm(source, target, one, other)
    try:
        factor, offset = ask_pint(one.physical, other.physical)
    except UnitError as fault:
        raise _cannot(source, target, one, other) from fault
    return Conversion(float(factor * one.scale / other.scale), float(offset / other.scale))


def compatible(source: str, target: str, declared: Declared = ()) -> bool:
    """Return whether values in `source` can be said in `target`; a word that is not known is refused.

    Examples
    --------
    >>> compatible("%", "share"), compatible("incidents", "people"), compatible("cases/month", "cases/year")
    (True, False, False)
    """
    check_unit(source, declared)
    check_unit(target, declared)
    try:
        conversion(source, target, declared=declared)
    except UnitError:
        return False
    return True


def same(source: str, target: str, declared: Declared = ()) -> bool:
    """Return whether two texts are one unit, so that values need no conversion.

    Examples
    --------
    >>> same("people", "persons"), same("thousand USD", "USD")
    (True, False)
    """
    return compatible(source, target, declared) and conversion(source, target, declared=declared).is_identity


def is_dimensionless(unit: str, declared: Declared = ()) -> bool:
    """Return whether values are pure numbers: shares, per cents, scores, levels of a scale.

    Examples
    --------
    >>> is_dimensionless("%"), is_dimensionless("score"), is_dimensionless("people")
    (True, True, False)
    """
    return all(thing in INDEX_WORDS for thing, _ in read_unit(unit, declared).things)


def ratio_factor(unit: str, declared: Declared = ()) -> float:
    """Return what numerator ÷ denominator, both counted in ones, is multiplied by to be said in `unit`.

    Examples
    --------
    >>> ratio_factor("%"), ratio_factor("incidents per 100,000 people"), ratio_factor("incidents/patrol")
    (100.0, 100000.0, 1.0)
    """
    return float(1 / read_unit(unit, declared).scale)


def combine_units(operator: Literal["+", "-", "*", "/"], left: str, right: str, declared: Declared = ()) -> str:
    """Return the unit of a formula's result, as :func:`canonical` writes it.

    A sum or a difference is in the unit of `left`: convert the values of `right` to it before adding.

    Raises
    ------
    UnitError
        If unlike things are added, or counts per different periods are set against each other.

    Examples
    --------
    >>> combine_units("/", "incidents", "patrols"), combine_units("/", "people", "persons")
    ('incident/patrol', '')
    """
    one, other = read_unit(left, declared), read_unit(right, declared)
    if operator in ("+", "-"):
        conversion(right, left, declared=declared)
        return str(one)
    if operator not in ("*", "/"):
        raise UnitError(f"Units are combined by + - * or /, not by {operator!r}.", operator=operator)
    if one.rhythm and other.rhythm and one.rhythm != other.rhythm:
        raise _other_rhythm(right, left, other, one)
    if any(_is_degree(thing) for thing, _ in one.things + other.things):
        raise UnitError("Degrees are not multiplied or divided: give temperatures in kelvin.", left=left, right=right)
    return str(one * other if operator == "*" else one * other**-1)


def _cannot(source: str, target: str, one: Unit, other: Unit) -> UnitError:
    first, second = _dimensions(one), _dimensions(other)
    return UnitError(
        f"{source.strip() or first} cannot become {target.strip() or second}: "
        f"the first is {first}, the second {second}.",
        source=source,
        target=target,
        dimensions=(first, second),
    )


def _is_degree(thing: str) -> bool:
    return thing.startswith("degree_")


def _has_degrees_of(unit: Unit) -> bool:
    """Return whether degrees are part of a product, where their zero has no meaning: degrees per day."""
    return len(unit.things) > 1 and any(_is_degree(thing) for thing, _ in unit.things)


def _other_rhythm(source: str, target: str, one: Unit, other: Unit) -> UnitError:
    first, second = (_per(unit.rhythm) or "per no period" for unit in (one, other))
    why = f"a count {first} is not rescaled into a count {second}. Give that period's own count; adding up over time"
    if not (one.rhythm and other.rhythm):
        why = f"the first is {first}, the second {second}. Write the same period in both; adding up over time"
    return UnitError(
        f"{source} cannot become {target}: {why} is the work of aggregate().",
        source=source,
        target=target,
        dimensions=(_dimensions(one), _dimensions(other)),
    )


def _per(rhythm: tuple[Power, ...]) -> str:
    return " ".join(f"per {thing}" for thing, _ in rhythm)


def _dimensions(unit: Unit) -> str:
    """Return what a unit measures, for a message."""
    parts = [f"[{thing}]" + (f" ** {power}" if power != 1 else "") for thing, power in unit.fixed]
    if unit.physical:
        parts.append(dimension(unit.physical))
    return " ".join([*parts, *([_per(unit.rhythm)] if unit.rhythm else [])]) or "a pure number"
