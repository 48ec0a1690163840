"""What pint is asked: which word names a physical unit, and how two of them relate."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Final

from cpas.errors import UnitError
from cpas.units.unit import Power, Unit
from cpas.units.words import PHYSICAL, PREFIXES

#: Registries fill caches as they are asked, and promise nothing to threads.
_LOCK: Final = threading.RLock()
_OTHER_SPELLINGS: Final = {"°C": "degree_Celsius", "°F": "degree_Fahrenheit", "Celsius": "degree_Celsius"}
_MONTHS: Final = {"quarter": 3, "half_year": 6}


@functools.cache
def _registry() -> Any:
    """Return our own registry, built when first asked for; the host's is left alone. Fractions keep it exact."""
    import pint

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)


@functools.lru_cache(maxsize=1024)
def physical_word(word: str) -> Unit | None:
    """Return the physical unit that `word` names, if it is on our list; nothing is guessed.

    Examples
    --------
    >>> str(physical_word("km")), physical_word("exam")
    ('kilometer', None)
    """
    name = _OTHER_SPELLINGS.get(word, word)
    with _LOCK:
        readings = _registry().parse_unit_name(name)
    for prefix, unit, _ in readings:
        if unit in PHYSICAL and prefix in PREFIXES and _spelled_alike(name, prefix):
            return Unit(Fraction(1), ((prefix + unit, 1),))
    return None


def _spelled_alike(word: str, prefix: str) -> bool:
    """Return whether prefix and unit are both symbols or both whole words: pint reads "kilom" too."""
    if not prefix:
        return True
    return len(word) > len(prefix) + 2 if word.startswith(prefix) else len(word) <= 4


def ask_pint(source: Iterable[Power], target: Iterable[Power]) -> tuple[Fraction, Fraction]:
    """Return factor and offset from one product of physical units and lengths of time to another.

    Raises
    ------
    UnitError
        If they are of different dimensions.

    Examples
    --------
    >>> ask_pint([("degree_Celsius", 1)], [("degree_Fahrenheit", 1)])
    (Fraction(9, 5), Fraction(32, 1))
    """
    import pint

    with _LOCK:
        (scale, unit), (other_scale, other) = _pint_unit(source), _pint_unit(target)
        try:
            offset = _registry().convert(Fraction(0), unit, other)
            factor = _registry().convert(Fraction(1), unit, other) - offset
        except pint.PintError as fault:
            # The caller names the units as they were written; pint cannot even print its fractions.
            raise UnitError("Physical units of different dimensions.") from fault
    return Fraction(factor) * scale / other_scale, Fraction(offset) / other_scale


def dimension(things: Iterable[Power]) -> str:
    """Return what a product of physical units measures.

    Examples
    --------
    >>> dimension([("hectare", 1)])
    '[length] ** 2'
    """
    with _LOCK:
        powers = sorted(dict(_pint_unit(things)[1].dimensionality).items())
    return " ".join(name if power == 1 else f"{name} ** {power}" for name, power in powers)


def _pint_unit(things: Iterable[Power]) -> tuple[Fraction, Any]:
    """Return the number before the pint unit, and the unit; quarters and half-years are told in months."""
    scale, powers = Fraction(1), dict[str, int]()
    for thing, power in things:
        count, _, name = thing.rpartition(" ")
        scale *= (Fraction(count or 1) * _MONTHS.get(name, 1)) ** power
        name = "month" if name in _MONTHS else name
        powers[name] = powers.get(name, 0) + power
    return scale, _registry().Unit(_registry().UnitsContainer(powers))
