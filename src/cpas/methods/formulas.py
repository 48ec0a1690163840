"""Calculated indicators: a formula over others, read and worked out, never run as code.  Methodology §3.8."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, cast

import attrs
import numpy as np
from attrs import field
from numpy.typing import NDArray

from cpas.errors import MethodError
from cpas.units import combine_units

__all__ = ["Formula", "Operation", "Reference", "evaluate", "read_formula", "references", "unit_of"]

_TOKEN: Final = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|(\{[^{}]*\})|([-+*/()]))")
_DEPTH: Final = 100
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
    reader = _Reader(text, list(_tokens(text)))
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
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(right == 0, np.nan, left / right)
    operation: Any = {"+": np.add, "-": np.subtract, "*": np.multiply}[formula.sign]
    return cast("NDArray[np.float64]", operation(left, right))


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
    if formula.sign in "+-" and (isinstance(formula.left, float) or isinstance(formula.right, float)):
        # A bare number takes the unit of what it is added to.
        return right if isinstance(formula.left, float) else left
    return combine_units(formula.sign, left, right, declared)
