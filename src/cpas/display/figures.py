"""Numbers for people: zero is 0, and missing is missing."""

from __future__ import annotations

import math
import re
from numbers import Integral, Real
from typing import Any, Final

from cpas.display.escaping import Html, clean_text

#: Stands where there is no value and no reason.
MISSING: Final = "–"


def is_missing(value: object) -> bool:
    """Return whether there is no value: None, NaN, and what data frames say for them.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing(0)
    (True, False)
    """
    # pandas.NaT and NA are not known on this floor; both are unequal to themselves, or refuse to say.
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def is_number(value: object) -> bool:
    """Return whether a value is a number, which yes and no are not.

    Examples
    --------
    >>> is_number(1.5), is_number(True)
    (True, False)
    """
    return isinstance(value, Real) and not isinstance(value, bool)


def format_missing(reason: str | None = None) -> str:
    """Return how a missing value is printed.

    Examples
    --------
    >>> format_missing("not_due"), format_missing()
    ('missing (not due)', '–')
    """
    return f"missing ({reason.replace('_', ' ')})" if reason else MISSING


def format_number(
    value: Any, *, digits: int | None = 1, signed: bool = False, missing: str = MISSING, reason: str | None = None
) -> str:
    """Return a number for people.

    Parameters
    ----------
    value : number or None
        None and NaN are missing. A whole number of a whole type has no decimals.
    digits : int or None
        Decimals of a float; None prints what is there, to ten digits. What is not zero is never printed as zero.
    signed : bool
        Whether a plus is printed, as for changes.
    missing : str
        What stands for a missing value without a reason.
    reason : str, optional
        Why it is missing.

    Examples
    --------
    >>> format_number(1234567), format_number(12.0), format_number(-0.0), format_number(0.004)
    ('1,234,567', '12.0', '0', '0.004')
    >>> format_number(None, reason="late"), format_number(float("nan")), format_number(float("inf"))
    ('missing (late)', '–', 'infinity')
    """
    if is_missing(value):
        return format_missing(reason) if reason else missing
    if not is_number(value):
        return clean_text(value)
    if value == 0:
        return "0"
    sign = "-" if value < 0 else "+" if signed else ""
    return sign + _magnitude(value, digits)


def _magnitude(value: Any, digits: int | None) -> str:
    if isinstance(value, Integral):
        return f"{abs(int(value)):,}"
    number = abs(float(value))
    if math.isinf(number):
        return "infinity"
    if digits is None or number >= 1e15:
        return f"{number:,.10g}"
    text = f"{number:,.{digits}f}"
    return text if re.search("[1-9]", text) else f"{number:.1g}"


def format_percent(share: Any, *, digits: int = 1, signed: bool = False, reason: str | None = None) -> str:
    """Return a share, of which 1 is all, in per cent.

    Examples
    --------
    >>> format_percent(11 / 12), format_percent(-0.37, signed=True), format_percent(None), format_percent(0)
    ('91.7%', '-37.0%', '–', '0%')
    """
    if is_missing(share):
        return format_missing(reason)
    return format_number(100 * float(share), digits=digits, signed=signed) + "%"


def cell_text(value: object, digits: int | None) -> str:
    """Return what a cell says, as text on one line.

    Examples
    --------
    >>> cell_text(12.0, 1), cell_text(True, 1), cell_text(None, 1)
    ('12.0', 'yes', '–')
    """
    if isinstance(value, Html):
        return clean_text(value.text)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return format_number(value, digits=digits) if not isinstance(value, str) else clean_text(value)
