"""Calculated indicators: a formula over others, read and worked out, never run as code.  Methodology §3.8."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, cast

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.errors import MethodError
from cpas.units import combine_units, conversion

__all__ = [
    "Formula",
    "Operation",
    "Reference",
    "divides_by_zero",
    "evaluate",
    "in_one_unit",
    "read_formula",
    "references",
    "unit_of",
]

_TOKEN: Final = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|(\{[^{}]*\})|([-+*/()]))")
_DEPTH: Final = 100
#: More parts are no formula that a person can check.
_LONGEST: Final = 400
Sign = Literal["+", "-", "*", "/"]


@attrs.frozen(kw_only=True)
class Reference:
    """An indicator in a formula, or one of its members."""

    #: Id of the indicator.
    indicator: str = field(kw_only=False)
    #: Place or members, as pairs; empty for all members.
    where: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class Operation:
    """Two operands and a sign."""

    #: One of ``+ - * /``.
    sign: Sign = field(kw_only=False)
    #: First operand.
    left: Formula = field(kw_only=False)
    #: Second operand.
    right: Formula = field(kw_only=False)


#: A formula as read: a number, a reference, or an operation on two formulas.
Formula = float | Reference | Operation


def read_formula(text: str) -> Formula:
    """Return a formula as read.

    Parameters
    ----------
    text : str
        References such as ``{I-07}`` or ``{I-08|sex=female}``, numbers, ``+ - * / ( )`` and unary minus.

    Raises
    ------
    MethodError
        If it is no formula; the message says where.

    Notes
    -----
    Methodology §3.8.

    Examples
    --------
    >>> read_formula("{I-07} / {I-08|sex=female}").sign
    '/'
    >>> read_formula("__import__('os')")
    Traceback (most recent call last):
    ...
    cpas.errors.MethodError: The formula "__import__('os')" cannot be read at character 1: "__import__('os')".
    """
    tokens = list(itertools.islice(_tokens(text), _LONGEST + 1))
    if len(tokens) > _LONGEST:
        raise MethodError(f"The formula has more than {_LONGEST} parts: give its parts indicators of their own.", at=0)
    reader = _Reader(text, tokens)
    formula = reader.sum(0)
    if reader.peek() is not None:
        raise _unreadable(text, reader.place())
    return formula


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    at = 0
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at + len(text[at:]) - len(text[at:].lstrip()))
        yield match.start(match.lastindex or 0), match.group(match.lastindex or 0)
        at = match.end()


def _unreadable(text: str, at: int) -> MethodError:
    shown = text if len(text) <= 80 else text[:80] + "…"
    rest = text[at : at + 20] or "its end"
    return MethodError(f"The formula {shown!r} cannot be read at character {at + 1}: {rest!r}.", formula=text, at=at)


class _Reader:
    """Recursive descent over the tokens: sums of products of factors."""

    def __init__(self, text: str, tokens: list[tuple[int, str]]) -> None:
        self.text, self.tokens, self.next = text, tokens, 0

    def peek(self) -> str | None:
        return self.tokens[self.next][1] if self.next < len(self.tokens) else None

    def place(self) -> int:
        return self.tokens[self.next][0] if self.next < len(self.tokens) else len(self.text)

    def take(self) -> str:
        if self.next >= len(self.tokens):
            raise _unreadable(self.text, len(self.text))
        self.next += 1
        return self.tokens[self.next - 1][1]

    def sum(self, depth: int) -> Formula:
        return self._chain(("+", "-"), self.product, depth)

    def product(self, depth: int) -> Formula:
        return self._chain(("*", "/"), self.factor, depth)

    def _chain(self, signs: tuple[str, ...], part: Callable[[int], Formula], depth: int) -> Formula:
        if depth > _DEPTH:
            raise MethodError(f"The formula has more than {_DEPTH} brackets in one another.", formula=self.text)
        left = part(depth)
        while self.peek() in signs:
            sign = cast(Sign, self.take())
            left = Operation(sign, left, part(depth))
        return left

    def factor(self, depth: int) -> Formula:
        at, token = self.place(), self.take()
        if token == "-":
            if depth > _DEPTH:
                raise _unreadable(self.text, at)
            return Operation("*", -1.0, self.factor(depth + 1))
        if token == "(":
            inside = self.sum(depth + 1)
            if self.peek() != ")":
                raise _unreadable(self.text, self.place())
            self.take()
            return inside
        if token.startswith("{"):
            return _reference(self.text, at, token)
        if token[0].isdigit() or token[0] == ".":
            return float(token)
        raise _unreadable(self.text, at)


def _reference(text: str, at: int, token: str) -> Reference:
    indicator, _, rest = token[1:-1].partition("|")
    where = []
    for part in filter(None, (piece.strip() for piece in rest.split(","))):
        key, sign, member = (piece.strip() for piece in part.partition("="))
        if not (key and sign and member):
            raise _unreadable(text, at)
        where.append((key, member))
    if not indicator.strip():
        raise _unreadable(text, at)
    return Reference(indicator.strip(), where=tuple(sorted(where)))


def references(formula: Formula) -> tuple[Reference, ...]:
    """Return the references in a formula, each once, in the order written.

    Examples
    --------
    >>> [one.indicator for one in references(read_formula("({a} + {b}) / {a}"))]
    ['a', 'b']
    """
    if isinstance(formula, Operation):
        return tuple(dict.fromkeys((*references(formula.left), *references(formula.right))))
    return (formula,) if isinstance(formula, Reference) else ()


def evaluate(formula: Formula, values: Mapping[Reference, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the value of a formula; missing where a part is missing or something is divided by zero.

    Parameters
    ----------
    formula : Formula
        As read.
    values : mapping
        An array for each reference, all of one length.

    Examples
    --------
    >>> formula = read_formula("{a} / {b}")
    >>> a, b = references(formula)
    >>> evaluate(formula, {a: np.array([1.0, 1.0]), b: np.array([4.0, 0.0])}).tolist()
    [0.25, nan]
    """
    if isinstance(formula, Reference):
        return values[formula]
    if not isinstance(formula, Operation):
        return np.asarray(formula, dtype=np.float64)
    left, right = evaluate(formula.left, values), evaluate(formula.right, values)
    if formula.sign == "/":
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(right == 0, np.nan, left / right)
    operation: Any = {"+": np.add, "-": np.subtract, "*": np.multiply}[formula.sign]
    with np.errstate(over="ignore", invalid="ignore"):
        return cast("NDArray[np.float64]", operation(left, right))


def divides_by_zero(formula: Formula, values: Mapping[Reference, NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Whether a formula is missing because it divides by zero, and not because a part of it is missing.

    Examples
    --------
    >>> formula = read_formula("{a} / {b}")
    >>> a, b = references(formula)
    >>> divides_by_zero(formula, {a: np.array([1.0, np.nan]), b: np.array([0.0, 1.0])}).tolist()
    [True, False]
    """
    if not isinstance(formula, Operation):
        return np.zeros(np.shape(evaluate(formula, values)), dtype=bool)
    found = divides_by_zero(formula.left, values) | divides_by_zero(formula.right, values)
    return found | (evaluate(formula.right, values) == 0) if formula.sign == "/" else found


def unit_of(formula: Formula, units: Mapping[str, str], declared: tuple[tuple[str, str], ...] = ()) -> str:
    """Return the unit of a formula; a sum of unlike units raises `UnitError`.

    Examples
    --------
    >>> unit_of(read_formula("{a} / {b}"), {"a": "people", "b": "people"})
    ''
    """
    if isinstance(formula, Reference):
        return units[formula.indicator]
    if not isinstance(formula, Operation):
        return ""
    left, right = unit_of(formula.left, units, declared), unit_of(formula.right, units, declared)
    if formula.sign in "+-" and (_is_number(formula.left) or _is_number(formula.right)):
        # A bare number takes the unit of what it is added to.
        return right if _is_number(formula.left) else left
    return combine_units(formula.sign, left, right, declared)


def _is_number(formula: Formula) -> bool:
    """Whether there is no indicator in a formula."""
    if isinstance(formula, Operation):
        return _is_number(formula.left) and _is_number(formula.right)
    return not isinstance(formula, Reference)


def in_one_unit(
    formula: Formula, units: Mapping[str, str], unit: str, declared: tuple[tuple[str, str], ...] = ()
) -> Formula:
    """Return a formula whose terms are brought to one unit before they are added, and its result to `unit`.

    Raises
    ------
    UnitError
        If unlike things are added, or the result cannot be told in `unit`.

    Notes
    -----
    Methodology §3.8.2.

    Examples
    --------
    >>> formula = in_one_unit(read_formula("{a} + {b}"), {"a": "km", "b": "m"}, "km")
    >>> a, b = references(formula)
    >>> evaluate(formula, {a: np.array([1.0]), b: np.array([500.0])}).tolist()
    [1.5]
    """
    found = unit_of(formula, units, declared)
    return _scaled(_aligned(formula, units, declared), conversion(found, unit, declared=declared).factor)


def _aligned(formula: Formula, units: Mapping[str, str], declared: tuple[tuple[str, str], ...]) -> Formula:
    """Bring the second of two terms to the unit of the first."""
    if not isinstance(formula, Operation):
        return formula
    left, right = _aligned(formula.left, units, declared), _aligned(formula.right, units, declared)
    if formula.sign in "+-" and not _is_number(formula.left) and not _is_number(formula.right):
        of_left, of_right = (unit_of(part, units, declared) for part in (formula.left, formula.right))
        right = _scaled(right, conversion(of_right, of_left, declared=declared).factor)
    return Operation(formula.sign, left, right)


def _scaled(formula: Formula, factor: float) -> Formula:
    return formula if factor == 1 else Operation("*", factor, formula)
