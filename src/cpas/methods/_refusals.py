"""Numbers in that a method may use, or an error that names the place of the one it may not."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cpas.errors import MethodError, NoDistanceError
from cpas.methods._elementwise import Array

__all__ = ["Mask", "finite", "first", "refuse_where", "together", "travelled"]

Mask: TypeAlias = NDArray[np.bool_]


def finite(values: ArrayLike, *, what: str) -> Array:
    """Return `values` as floats with NaN where one is missing; an infinite one is refused.

    Examples
    --------
    >>> finite([1, None], what="score")
    array([ 1., nan])
    """
    array = np.asarray(values, dtype=np.float64)
    refuse_where(np.isinf(array), array, what=what, why="is infinite; a missing number is NaN")
    return array


def together(**given: ArrayLike) -> tuple[Array, ...]:
    """Return the arguments as finite float arrays of one common shape, in the order given.

    Examples
    --------
    >>> [array.shape for array in together(value=[1, 2], baseline=0)]
    [(2,), (2,)]
    """
    return tuple(np.broadcast_arrays(*(finite(values, what=name) for name, values in given.items())))


def travelled(*, value: ArrayLike, baseline: ArrayLike, target: ArrayLike) -> tuple[Array, Array, Array]:
    """Return the three as :func:`together` does, refused where a value has no distance to travel.

    Examples
    --------
    >>> travelled(value=3, baseline=2, target=2)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    cpas.errors.NoDistanceError: Progress has no meaning: baseline and target are both 2. ...
    """
    now, start, end = together(value=value, baseline=baseline, target=target)
    stuck = (start == end) & ~np.isnan(now)
    if stuck.any():
        raise NoDistanceError.at(float(end[first(stuck)]), position=first(stuck))
    return now, start, end


def first(bad: ArrayLike) -> tuple[int, ...]:
    """Return the position of the first true element, ``()`` for a single one.

    Examples
    --------
    >>> first([[False, False], [False, True]])
    (1, 1)
    """
    mask = np.asarray(bad)
    return tuple(int(axis) for axis in np.unravel_index(int(np.argmax(mask)), mask.shape)) if mask.ndim else ()


def refuse_where(bad: ArrayLike, values: ArrayLike, *, what: str, why: str) -> None:
    """Raise a MethodError that names the first bad element, its place and its value, if there is one.

    Examples
    --------
    >>> refuse_where([False, True], [1, -2], what="weight", why="is negative")
    Traceback (most recent call last):
    ...
    cpas.errors.MethodError: A weight of -2 at position 1 is negative.
    """
    mask = np.asarray(bad)
    if not mask.any():
        return
    position = first(mask)
    value = float(np.broadcast_to(np.asarray(values, dtype=np.float64), mask.shape)[position])
    where = f" at position {', '.join(map(str, position))}" if position else ""
    raise MethodError(f"A {what} of {value:g}{where} {why}.", what=what, value=value, position=position)
