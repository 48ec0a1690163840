"""Keys of rows as one number each: packed in one way for whoever sorts, compares or merges rows.

Sorting numbers is several times faster than finding the order that would sort them. So the number of the row rides
along behind its key where there is room, and the order is read from the sorted numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.pieces import pieces

__all__ = ["KeyNumbers", "among", "distinct", "in_order", "is_rising", "key_numbers", "new_segments", "sort_with_rows"]

Codes = NDArray[np.int64]

#: Packed keys are smaller than this.
_ROOM: Final = 2**62
#: Numbers further apart are ranked first: times are far apart and few.
_FAR: Final = 2**40
#: Keys of which less than one in so many occurs are sorted.
_SPARSE: Final = 4
#: Rows that stand in order for so long on average are merged.
_RUN: Final = 4


@attrs.frozen(eq=False)
class KeyNumbers:
    """One number for the keys of each row."""

    #: They sort, and compare, as the keys do, the first key first.
    numbers: Codes
    #: How many values each key may take; one step of a key is worth the product of the sizes after it.
    sizes: tuple[int, ...]

    @property
    def room(self) -> int:
        """All numbers are below this."""
        return prod(self.sizes)

    def shift(self, count: int) -> int:
        """Return by how many bits to shift so that only the first keys are left; for numbers packed by bits."""
        return prod(self.sizes[count:]).bit_length() - 1


def key_numbers(keys: Sequence[NDArray[Any]], *, by_bits: bool = False) -> KeyNumbers | None:
    """Return the keys of each row as one number, or nothing where they do not fit.

    Parameters
    ----------
    keys : sequence of array
        Of any types of whole numbers.
    by_bits : bool
        Give each key whole bits, which takes more room: keys are then told apart by a shift, not by a division.

    Examples
    --------
    >>> found = key_numbers([np.array([1, 0]), np.array([7, 5])])
    >>> found.numbers.tolist(), found.sizes
    ([5, 0], (2, 3))
    >>> found = key_numbers([np.array([1, 0]), np.array([7, 5])], by_bits=True)
    >>> found.numbers.tolist(), found.sizes, (found.numbers >> found.shift(1)).tolist()
    ([6, 0], (2, 4), [1, 0])
    """
    near = [_near(key) for key in keys]
    sizes = tuple(1 << (size - 1).bit_length() if by_bits else size for _, _, size in near)
    if prod(sizes) > _ROOM:
        return None
    telling = [(key, low, size) for (key, low, _), size in zip(near, sizes, strict=True) if size > 1]
    numbers = np.zeros(len(keys[0]), dtype=np.int64)
    for piece in pieces(len(numbers) if telling else 0):
        number = numbers[piece]
        for key, low, size in telling:
            number *= size
            number += key[piece]
            if low:
                number -= low
    return KeyNumbers(numbers, sizes)


def _near(key: NDArray[Any]) -> tuple[NDArray[Any], int, int]:
    """Return a key as numbers near one another, the least of them, and how many there may be."""
    if not len(key) or key.strides == (0,):
        return key, 0, 1
    low, high = int(key.min()), int(key.max())
    if high - low > _FAR:
        known, key = np.unique(key, return_inverse=True)
        low, high = 0, len(known) - 1
    return key, low, high - low + 1


def is_rising(numbers: Codes) -> bool:
    """Whether no number is below the one before it.

    Examples
    --------
    >>> is_rising(np.array([1, 1, 2])), is_rising(np.array([2, 1]))
    (True, False)
    """
    return all(
        bool((numbers[piece.start + 1 : piece.stop + 1] >= numbers[piece][: len(numbers) - piece.start - 1]).all())
        for piece in pieces(len(numbers))
    )


def sort_with_rows(numbers: Codes, room: int) -> int:
    """Sort numbers in place, each with the number of its row behind it, and return the bits that this takes.

    Returns 0, and does nothing, where there is no room for that. Those that are alike keep the order of their rows.

    Examples
    --------
    >>> numbers = np.array([5, 3, 5])
    >>> bits = sort_with_rows(numbers, 6)
    >>> (numbers >> bits).tolist(), (numbers & ((1 << bits) - 1)).tolist()
    ([3, 5, 5], [1, 0, 2])
    """
    bits = max(len(numbers) - 1, 1).bit_length()
    if room << bits > _ROOM:
        return 0
    for piece in pieces(len(numbers)):
        number = numbers[piece]
        number <<= bits
        number |= np.arange(piece.start, piece.stop)
    numbers.sort()
    return bits


def in_order(keys: Sequence[NDArray[Any]]) -> Codes | None:
    """Return the rows in the order of keys, the first key first, rows that are alike in their own order.

    Returns nothing where they are in order already. Keys that fit are packed into one number and sorted once.

    Examples
    --------
    >>> in_order([np.array([1, 0, 1]), np.array([0, 5, 0])]).tolist()
    [1, 0, 2]
    >>> in_order([np.array([0, 1, 1])]) is None
    True
    """
    packed = key_numbers(keys)
    if packed is None:
        return None if _is_sorted(keys) else np.lexsort(list(keys)[::-1])
    key, room = packed.numbers, packed.room
    falls = np.count_nonzero(key[1:] < key[:-1])
    if not falls:
        return None
    if falls < len(key) // _RUN:
        # Runs that are in order already are merged, which is quicker than to sort anew.
        return np.argsort(key, kind="stable")
    if room < _SPARSE * len(key):
        order = np.full(room, -1, dtype=np.int64)
        order[key] = np.arange(len(key))
        order = order[order >= 0]
        if len(order) == len(key):
            # Almost as many rows as there may be, and each another: they need no sorting.
            return order
    bits = sort_with_rows(key, room)
    if not bits:
        return np.argsort(key, kind="stable")
    key &= (1 << bits) - 1
    return key


def _is_sorted(keys: Sequence[NDArray[Any]]) -> bool:
    """Whether rows are in the order of `keys`, the first key first."""
    if len(keys[0]) < 2:
        return True
    tied = np.ones(len(keys[0]) - 1, dtype=bool)
    for key in keys:
        if (tied & (key[1:] < key[:-1])).any():
            return False
        tied &= key[1:] == key[:-1]
    return True


def new_segments(*keys: NDArray[Any]) -> Codes:
    """Return where a new combination of keys begins; the keys are sorted.

    Examples
    --------
    >>> new_segments(np.array([1, 1, 2]), np.array([5, 6, 6])).tolist()
    [0, 1, 2]
    """
    if not keys or not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    changed = np.zeros(len(keys[0]), dtype=bool)
    changed[0] = True
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed)


def distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return each number once, rising: sorted, since numpy finds the distinct of many by hashing, far slower.

    Examples
    --------
    >>> distinct(np.array([5, 2, 5])).tolist()
    [2, 5]
    """
    rising = np.sort(numbers)
    return rising[new_segments(rising)]


def among(known: Codes, asked: Codes) -> NDArray[np.bool_]:
    """Return which numbers are among some that rise.

    Examples
    --------
    >>> among(np.array([2, 5]), np.array([5, 3, 7])).tolist()
    [True, False, False]
    """
    if not len(known):
        return np.zeros(len(asked), dtype=bool)
    found: NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, asked), len(known) - 1)] == asked
    return found
