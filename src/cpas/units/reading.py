"""From the text of a unit to the unit, by a small grammar of our own: nothing a file says reaches pint unread."""

from __future__ import annotations

import functools
import re
from fractions import Fraction
from typing import Final, Literal

from cpas.errors import UnitError, did_you_mean
from cpas.units.physical import physical_word
from cpas.units.unit import HIGHEST_POWER, Unit, plain
from cpas.units.words import (
    ALIASES,
    COUNTED,
    CURRENCIES,
    INDEX_WORDS,
    NUMBERS,
    PERIODS,
    SOME_PEOPLE,
    is_physical,
    singulars,
    vocabulary,
)

#: Words a plan declares, with what they mean: ``("payam", "count")``, ``("battalion", "700 person")``.
Declared = tuple[tuple[str, str], ...]

_LONGEST: Final = 120
_ONE: Final = Unit(Fraction(1))
_TOKEN: Final = re.compile(
    r"(?P<number>[0-9]{1,3}(?:[ ,\u00a0\u202f][0-9]{3})+(?![0-9.])"
    r"|[0-9]{1,19}(?:\.[0-9]{1,18})?(?:[eE][+-]?[0-9]{1,2})?(?![0-9]))"
    r"|(?P<word>US\$|\$US|°[CF]|[^\W\d²³](?:[^\W²³]|-(?=[^\W\d]))*|[%‰€])"
    r"|(?P<power>(?:\*\*|\^)-?[0-9]{1,2}(?![0-9])|[²³])"
    r"|(?P<mark>[*·×/()])"
    r"|(?P<space>\s+)"
)


@functools.lru_cache(maxsize=4096)
def read_unit(text: str, declared: Declared = ()) -> Unit:
    """Return the unit that `text` says.

    Raises
    ------
    UnitError
        If a word is not known, or the text is none of a unit.

    Examples
    --------
    >>> read_unit("incidents per 100,000 people").things
    (('incident', 1), ('person', -1))
    """
    if not isinstance(text, str):
        raise UnitError(f"A unit is a text, not {type(text).__name__}.", unit=text)
    if len(text) > _LONGEST:
        start = text[:30]
        raise UnitError(f"A unit has at most {_LONGEST} characters; {start!r}… has {len(text)}.", unit=start)
    return _Reader(text, declared).read() if text.strip() not in ("", "1") else _ONE


class _Reader:
    """Reads terms joined by ``*``, ``/`` or "per"; what stands side by side belongs together."""

    def __init__(self, text: str, declared: Declared) -> None:
        self.text = text
        self.declared = declared
        self.tokens = list(self._split())
        self.at = 0

    def read(self) -> Unit:
        try:
            unit = self._terms()
        except UnitError as fault:
            raise fault if fault.facts else self._fault("its numbers or powers are out of all bounds") from fault
        if self.at < len(self.tokens):
            raise self._fault(f"{self.tokens[self.at][1]!r} is not expected there")
        return unit

    def _fault(self, why: str) -> UnitError:
        return UnitError(
            f"{self.text!r} cannot be read as a unit: {why}. Write units as in 'people', 'incidents/quarter' "
            "or 'cases per 100000 people'.",
            unit=self.text,
        )

    def _split(self) -> list[tuple[str, str]]:
        found, at = [], 0
        while at < len(self.text):
            match = _TOKEN.match(self.text, at)
            if match is None:
                raise self._fault(f"{self.text[at]!r} has no meaning in a unit")
            if match.lastgroup != "space":
                found.append((str(match.lastgroup), match.group()))
            at = match.end()
        return found

    def _next(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _terms(self) -> Unit:
        unit = self._side_by_side("above")
        while True:
            token = self._next()[1]
            if token in ("/", "per"):
                self.at += 1
                unit *= self._side_by_side("below") ** -1
            elif token in ("*", "·", "×"):
                self.at += 1
                unit *= self._side_by_side("above")
            else:
                return unit

    def _side_by_side(self, line: Literal["above", "below"]) -> Unit:
        """Return the product of factors with only space between: all of "100000 people" is below the line."""
        parts: list[Unit] = []
        while (factor := self._factor()) is not None:
            if line == "below" and parts and not parts[-1].things and _is_one_period(factor):
                # Per six months is a rhythm of its own: not a sixth of a count per month.
                number = parts.pop().scale
                name = factor.things[0][0]
                factor = Unit(Fraction(1), ((name if number == 1 else f"{plain(number)} {name}", 1),))
            parts.append(factor)
        if not parts:
            where = f"before {self._next()[1]!r}" if self._next()[1] else "at its end"
            raise self._fault(f"a word is missing {where}")
        return functools.reduce(Unit.__mul__, parts)

    def _factor(self) -> Unit | None:
        kind, token = self._next()
        if kind == "number":
            self.at += 1
            if self._next()[0] == "number":
                raise self._fault(f"two numbers, {token} and {self._next()[1]}, stand side by side")
            return self._raised(Unit.of(Fraction(re.sub(r"[\s,]", "", token)), {}))
        if token == "(":
            self.at += 1
            unit = self._terms()
            if self._next()[1] != ")":
                raise self._fault("a bracket is not closed")
            self.at += 1
            return self._raised(unit)
        phrase = self._phrase() if kind == "word" else None
        if kind != "word" or (token == "per" and phrase is None):
            return None
        unit, length = phrase or (_word(token, self.declared), 1)
        self.at += length
        return self._raised(unit)

    def _raised(self, unit: Unit) -> Unit:
        kind, token = self._next()
        if kind != "power":
            return unit
        self.at += 1
        power = {"²": 2, "³": 3}[token] if token in "²³" else int(token.strip("*^"))
        if abs(power) > HIGHEST_POWER:
            raise self._fault(f"no unit is raised to the power {power}")
        return unit**power

    def _phrase(self) -> tuple[Unit, int] | None:
        """Return the longest known run of words from here and its length: "per cent", "survey respondents"."""
        for length in (4, 3, 2):
            run = self.tokens[self.at : self.at + length]
            if len(run) == length and all(kind == "word" for kind, _ in run):
                unit = _own_word("_".join(token for _, token in run), self.declared)
                if unit is not None:
                    return unit, length
        return None


def _is_one_period(unit: Unit) -> bool:
    return unit.scale == 1 and len(unit.things) == 1 and unit.things[0][1] == 1 and unit.things[0][0] in PERIODS


def _word(word: str, declared: Declared) -> Unit:
    """Return the unit of one word: a declared one, one of ours, or a physical one."""
    unit = _own_word(word, declared) or physical_word(word)
    if unit is not None:
        return unit
    if "-" in word:  # person-days
        first, _, rest = word.partition("-")
        return _word(first, declared) * _word(rest, declared)
    if word[-1] in "23" and (unit := physical_word(word[:-1])) is not None:  # m2, km2
        return unit ** int(word[-1])
    raise _unknown(word, declared)


def _own_word(word: str, declared: Declared) -> Unit | None:
    """Return the unit of a declared word or one of our tables, in small letters too, or as a plural."""
    for spelling in dict.fromkeys((word, word.lower())):
        for form in singulars(spelling):
            unit = _declared_word(form, declared) or _table_word(form)
            if unit is not None:
                return unit
    return None


def _table_word(word: str) -> Unit | None:
    if word in NUMBERS:
        return Unit(NUMBERS[word])
    name = ALIASES.get(word, word)
    if any(name in table for table in (COUNTED, INDEX_WORDS, PERIODS, CURRENCIES)):
        return Unit(Fraction(1), ((name, 1),))
    return None


def _declared_word(word: str, declared: Declared) -> Unit | None:
    """Return what the plan says of `word`: a thing counted, or so many of what is counted or known."""
    for name, definition in declared:
        if "_".join(name.split()) == word:
            counted = _is_count(definition)
            # What a plan counts it may define itself: the library may learn a word later, and files must stay readable.
            if (_table_word(word) or is_physical(word)) and not (word in COUNTED and (counted or word != "person")):
                raise UnitError(f"Unit {word!r} is known already: declare another word.", unit=word)
            if counted:
                return Unit(Fraction(1), ((word, 1),))
            # Definitions do not build on one another: no loops, no chains to follow.
            return read_unit(definition, tuple(pair for pair in declared if _is_count(pair[1])))
    return None


def _is_count(definition: str) -> bool:
    return definition.strip() in ("", "count")


def _unknown(word: str, declared: Declared) -> UnitError:
    if not SOME_PEOPLE.isdisjoint(singulars(word.lower())):
        hint = " Write 'people': who they are is told by a dimension of the data (sex, age), not by the unit."
    else:
        hint = did_you_mean(word, vocabulary(name for name, _ in declared))
    return UnitError(
        f"Unit {word!r} is not known.{hint} A plan can declare what it counts: units: {{{word}: count}}.",
        unit=word,
    )
