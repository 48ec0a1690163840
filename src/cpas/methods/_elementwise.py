"""What the elementwise methods share: numbers in as float arrays, and out again as they came."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cpas.errors import MethodError

__all__ = ["INSUFFICIENT", "Array", "Values", "as_floats", "as_given", "first_word", "sign_of"]

#: A float array; a missing number is NaN.
Array: TypeAlias = NDArray[np.float64]
#: A float (or a word) where every argument was one number, else an array of the shape they broadcast to.
Values: TypeAlias = Any
#: The word where there is nothing to give another one on.
INSUFFICIENT: Final = "insufficient data"


def as_floats(values: ArrayLike | None) -> Array:
    """Return `values` as floats: None is missing, an infinity is no number and missing as well.

    Examples
    --------
    >>> as_floats([1, None, float("inf")])
    array([ 1., nan, nan])
    """
    floats = np.asarray(np.nan if values is None else values, dtype=np.float64)
    return np.where(np.isinf(floats), np.nan, floats)


def as_given(result: NDArray[Any]) -> Values:
    """Return a plain float (or text) for one number, else the array.

    Examples
    --------
    >>> as_given(np.float64(75) + np.zeros(()))
    75.0
    """
    return np.asarray(result).item() if np.ndim(result) == 0 else result


def first_word(missing: ArrayLike, *rules: tuple[ArrayLike, str], otherwise: str) -> Values:
    """Return the word of the first rule that holds, :data:`INSUFFICIENT` where `missing`.

    Examples
    --------
    >>> first_word([True, False, False], ([True, True, False], "yes"), otherwise="no").tolist()
    ['insufficient data', 'yes', 'no']
    """
    holds = [np.asarray(missing), *(np.asarray(condition) for condition, _ in rules)]
    return as_given(np.select(holds, [INSUFFICIENT, *(word for _, word in rules)], default=otherwise))


def sign_of(better: str) -> float:
    """Return +1 where higher is better and -1 where lower is; refuse every other direction.

    Examples
    --------
    >>> sign_of("lower")
    -1.0
    """
    if better not in ("higher", "lower"):
        raise MethodError(
            f"A change has a direction only where 'higher' or 'lower' is better, not {better!r}. For a band, "
            "give the change of the distance from the band, with better='lower'.",
            better=better,
        )
    return 1.0 if better == "higher" else -1.0
