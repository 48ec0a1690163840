"""Change points: the times after which a series has another level.

Methodology §8.9. Least squares: the cuts that leave the smallest sum of squares about the means of the segments,
found exactly by dynamic programming; how many of them there are is decided by BIC.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite

__all__ = ["ChangePoints", "change_points"]


class ChangePoints(NamedTuple):
    """Where the level of a series changes, and to what."""

    #: Positions, from 0, of the first value of each new level; empty where the level never changes.
    starts: tuple[int, ...]
    #: Mean of each segment, one more than there are starts.
    means: tuple[float, ...]
    #: BIC with 0, 1, 2 … breaks; the smallest decides.
    bic: tuple[float, ...]


def change_points(values: ArrayLike, *, shortest: int, most: int = 1) -> ChangePoints:
    """Find where the level of a series changes.

    For m breaks: minimise ``RSS = Σ_segments Σ (y - mean)^2``; ``BIC = n (ln 2π + 1 + ln(RSS / n)) + 2 (m + 1) ln n``,
    which counts a mean for each segment, the breaks and the variance. The m with the smallest BIC is kept.

    Parameters
    ----------
    values : array, one-dimensional
        In order of time, none missing: a gap has no place to break at.
    shortest : int
        Values a segment must have, 2 or more. 15 % of the series is usual.
    most : int
        Breaks looked for at the most.

    Returns
    -------
    ChangePoints

    Raises
    ------
    MethodError
        If a value is missing, or the series is too short for one break.

    Notes
    -----
    Methodology §8.9. Bai and Perron (2003), Journal of Applied Econometrics 18; BIC as in Zeileis, Kleiber, Krämer
    and Hornik (2003), Computational Statistics and Data Analysis 44.

    Examples
    --------
    >>> found = change_points([4, 5, 4, 5, 4, 9, 10, 9, 10, 9], shortest=2)
    >>> found.starts, found.means
    ((5,), (4.4, 9.4))
    """
    series = finite(values, what="value")
    _refuse_short(series, shortest, most)
    cuts = _best_cuts(series, shortest, min(most, series.size // shortest - 1))
    bic = tuple(_bic(series, starts) for starts in cuts)
    starts = cuts[bic.index(min(bic))]
    return ChangePoints(starts, tuple(float(part.mean()) for part in np.split(series, starts)), bic)


def _refuse_short(series: Array, shortest: int, most: int) -> None:
    if series.ndim != 1 or np.isnan(series).any():
        raise MethodError("Change points need one row of values, none of them missing.")
    if shortest < 2 or most < 1 or series.size < 2 * shortest:
        raise MethodError(
            f"{series.size} values cannot be cut into segments of {shortest}: shortest is 2 or more, the series at "
            "least twice as long, and most 1 or more.",
            count=series.size,
            shortest=shortest,
        )


def _best_cuts(series: Array, shortest: int, most: int) -> list[tuple[int, ...]]:
    """Return the cuts that leave the smallest sum of squares, for 0 to `most` breaks."""
    squares, n = _sums_of_squares(series), series.size
    # Of the first `end` values, with the number of breaks reached so far: what is left, and the cuts.
    best: dict[int, tuple[float, tuple[int, ...]]] = {end: (squares(0, end), ()) for end in range(shortest, n + 1)}
    found = [best[n][1]]
    for _ in range(most):
        before = best
        best = {}
        for end in range(min(before) + shortest, n + 1):
            cuts = range(min(before), end - shortest + 1)
            best[end] = min((before[cut][0] + squares(cut, end), (*before[cut][1], cut)) for cut in cuts)
        found.append(best[n][1])
    return found


def _sums_of_squares(series: Array) -> Callable[[int, int], float]:
    """Return the function that gives the squares about the mean from one position to before another."""
    moved = series - series.mean()  # so that little is lost in the difference of two sums
    first = np.concatenate([[0.0], np.cumsum(moved)]).tolist()
    second = np.concatenate([[0.0], np.cumsum(moved**2)]).tolist()

    def squares(start: int, end: int) -> float:
        total = first[end] - first[start]
        return float(second[end] - second[start] - total * total / (end - start))

    return squares


def _bic(series: Array, starts: tuple[int, ...]) -> float:
    rss = sum(float(np.sum((part - part.mean()) ** 2)) for part in np.split(series, starts))
    # What rounding leaves of a perfect fit is no variance; its logarithm would reward any further cut.
    noise = series.size * (4 * np.finfo(np.float64).eps * float(np.abs(series).max())) ** 2
    fit = math.log(rss / series.size) if rss > noise else -math.inf
    return series.size * (math.log(2 * math.pi) + 1 + fit) + 2 * (len(starts) + 1) * math.log(series.size)
