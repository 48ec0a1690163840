"""Single values of a file as single values of a record: taken as they stand, or refused with what to write instead."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from typing import Any, get_args

from cpas.errors import did_you_mean
from cpas.io.scalars import Odd, resolve, shown
from cpas.periods import Period, to_period

__all__ = ["Hook", "WrongValue", "choice", "day", "number", "period", "subject", "text", "truth", "whole"]

#: A function on a value and the type it shall have.
Hook = Callable[[Any, Any], Any]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class WrongValue(ValueError):
    """A value that is not what its field holds."""


def subject(value: Any) -> str:
    """Return what begins a sentence about a value that does not fit."""
    if value is None:
        return "There is no value"
    if isinstance(value, Odd):
        return f"{value.text} is a word"
    kinds = {bool: "a truth value", int: "a number", float: "a number", str: "a text", date: "a day"}
    kind = kinds.get(type(value))
    if kind is None:
        return f"This is {shown(value)}"
    return f"{shown(value)} is {kind}"


def text(value: Any, _: Any) -> str:
    """Return a text.

    Examples
    --------
    >>> text(resolve("no"), str)
    Traceback (most recent call last):
    ...
    cpas.io.values.WrongValue: no is true or false to some programs, a text to others. Put it in quotes: 'no'.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Odd):
        raise WrongValue(f"{value}. Put it in quotes: {value.text!r}.")
    if value is None:
        raise WrongValue("There is no value. Write one, or leave the field out.")
    if isinstance(value, list | dict | tuple):
        raise WrongValue(f"This is {shown(value)}, where a text should be.")
    raise WrongValue(f"{subject(value)}, where a text should be. Put it in quotes: '{shown(value)}'.")


def choice(cls: Any) -> Hook:
    """Return the function that takes one of the words of a choice.

    Examples
    --------
    >>> from cpas.choices import Better
    >>> choice(Better)("lower", Better)
    'lower'
    """
    words = get_args(cls)
    known = frozenset(words)

    def hook(value: Any, _: Any) -> str:
        word = text(value, str)
        if word not in known:
            raise WrongValue(f"{shown(word)} is not one of {', '.join(words)}.{did_you_mean(word, words)}")
        return word

    return hook


def truth(value: Any, _: Any) -> bool:
    """Return true or false.

    Examples
    --------
    >>> truth(resolve("yes"), bool)
    Traceback (most recent call last):
    ...
    cpas.io.values.WrongValue: yes is true or false to some programs, a text to others. Write true or false.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, Odd):
        raise WrongValue(f"{value}. Write true or false.")
    raise WrongValue(f"{subject(value)}, where true or false should be, without quotes.")


def number(value: Any, _: Any) -> float:
    """Return a finite float.

    Examples
    --------
    >>> number("0.5", float)
    Traceback (most recent call last):
    ...
    cpas.io.values.WrongValue: '0.5' is a text, where a number should be. Write it without quotes.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if abs(value) <= sys.float_info.max:
            return float(value)
        raise WrongValue(f"{shown(value)} is not a finite number. Leave the field out where there is none.")
    raise WrongValue(_no_number(value, "a number"))


def whole(value: Any, _: Any) -> int:
    """Return a whole number.

    Examples
    --------
    >>> whole(28, int)
    28
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float):
        raise WrongValue(f"{value:g} is not written as a whole number.")
    raise WrongValue(_no_number(value, "a whole number"))


def _no_number(value: Any, wanted: str) -> str:
    if isinstance(value, Odd):
        return f"{value}. Write {wanted} with digits alone."
    hint = ""
    if isinstance(value, str):
        plain = isinstance(resolve(value.strip()), int | float) and value.strip().lower() not in ("true", "false")
        hint = " Write it without quotes." if plain else " Write digits, with a point for decimals."
    return f"{subject(value)}, where {wanted} should be.{hint}"


def day(value: Any, _: Any) -> date:
    """Return a day; a text in the form of ISO 8601 is one.

    Examples
    --------
    >>> day("2025-06-13", date)
    datetime.date(2025, 6, 13)
    """
    if type(value) is date:
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise WrongValue(f"There is no day {value!r}.") from None
    if isinstance(value, Odd):
        raise WrongValue(f"{value}. Write a day as 2025-06-13.")
    raise WrongValue(f"{subject(value)}, where a day should be. Write it as 2025-06-13.")


def period(value: Any, _: Any) -> Period:
    """Return a period; a bare year is one.

    Examples
    --------
    >>> period(2025, Period)
    Period.parse('2025')
    """
    if isinstance(value, str | int | date) and not isinstance(value, bool):
        return to_period(value)
    if isinstance(value, Odd):
        raise WrongValue(f"{value}. Write a period in quotes, such as '2025-Q2'.")
    raise WrongValue(f"{subject(value)}, where a period should be. Write one as 2025-Q2, 2025-06, 2025 or 2025/26.")
