"""Arrows and goal colours of the Sustainable Development Report.

Methodology §7.6, §9.5. An arrow is growth over a recent period against the growth needed; the colour of a goal is that
of its two worst indicators. Sachs and others (2019), Sustainable Development Report 2019, and the methodology paper of
the SDG Index 2018. The text says what is compared; the cut at half, the order of the rules and the divisor were
recovered from the published workbook, where they give 96.1 % of 9,691 arrows.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cpas.methods._elementwise import Values, first_word
from cpas.methods._refusals import finite, refuse_where, together

__all__ = ["ARROWS", "COLOURS", "arrow", "worst_two"]

#: Best first: on track or maintaining, moderately improving, stagnating, decreasing.
ARROWS: Final = ("up", "moderate", "stagnant", "down")

#: Sums of floats differ in their last digits with their order; a colour does not (design, rule 16).
_NOISE: Final = 1e-9
#: Worst first.
COLOURS: Final = ("red", "orange", "yellow", "green")


def arrow(
    end: ArrayLike, *, start: ArrayLike, green: ArrayLike, years: ArrayLike, years_to_target: ArrayLike
) -> Values:
    """Arrow of a score: "up", "moderate", "stagnant", "down" or "insufficient data".

    ``slope = (end - start) / years``, ``needed = (green - start) / years_to_target``. In this order: ``end >=
    green`` up; ``slope < 0`` down; ``slope >= needed`` up; ``slope >= needed / 2`` moderate; else stagnant.

    Parameters
    ----------
    end, start : float or array
        Normalised values, higher better and *not clipped*, at the two ends of the recent period.
    green : float or array
        The score to be reached: the green threshold on the same scale (100 in later reports).
    years : float or array
        Divisor of the slope: the years between the two ends. The 2019 workbook divides by one more for its
        older series.
    years_to_target : float or array
        From `start` to the year of the target, 2030.

    Returns
    -------
    str or array of str
        "insufficient data" where anything is missing.

    Raises
    ------
    MethodError
        If `years` or `years_to_target` is not above zero.

    Notes
    -----
    Methodology §7.6. The exceptions known: small declines close to the green threshold are published as
    stagnant, by a rule nobody has written down.

    Examples
    --------
    Afghanistan, under-five mortality, 86.2 in 2011 and 70.4 in 2016, green at 25, worst 130.1, best 2.6
    (Sustainable Development Report 2019: moderate; slope over one year more, see `years`):

    >>> score = [100 * (value - 130.1) / (2.6 - 130.1) for value in (86.2, 70.4, 25)]
    >>> arrow(score[1], start=score[0], green=score[2], years=6, years_to_target=19)
    'moderate'
    """
    last, first, aim = together(end=end, start=start, green=green)
    span, horizon = together(years=years, years_to_target=years_to_target)
    refuse_where(span <= 0, span, what="recent period in years", why="is not above zero")
    refuse_where(horizon <= 0, horizon, what="time to the target in years", why="is not above zero")
    slope, needed = (last - first) / span, (aim - first) / horizon
    return first_word(
        np.isnan(slope) | np.isnan(needed),
        (last >= aim, ARROWS[0]),
        (slope < 0, ARROWS[3]),
        (slope >= needed, ARROWS[0]),
        (slope >= needed / 2, ARROWS[1]),
        otherwise=ARROWS[2],
    )


def worst_two(points: ArrayLike, *, due: ArrayLike | None = None, least: float = 0.5) -> NDArray[np.int64]:
    """Colour of a goal from its two worst indicators.

    Green where both are green (2 or more); red where both are red (below 1); else by their mean: yellow from 1.5 on,
    orange below. One indicator alone gives its own colour.

    Parameters
    ----------
    points : array, indicators (× columns)
        On the scale of the dashboards: worst 0, red threshold 1, green threshold 2, best 3
        (:func:`~cpas.methods.steps.thresholds`). Missing ones drop out.
    due : array of bool, indicators (× columns), optional
        Which of them should be there; all of them if not given.
    least : float
        Least share of those due that must be there.

    Returns
    -------
    array of int, columns
        Place in :data:`COLOURS`; −1, which is gray, where too few are there.

    Notes
    -----
    Methodology §9.5. Sustainable Development Report 2019, dashboards.

    Examples
    --------
    >>> [COLOURS[one] for one in worst_two([[2.4, 0.2, 1.7], [3.0, 0.9, 1.4], [2.0, 3.0, 2.9]])]
    ['green', 'red', 'yellow']
    """
    each = finite(points, what="point")
    each = each.reshape(len(each), -1)
    there = ~np.isnan(each)
    owed = np.broadcast_to(there | (True if due is None else np.asarray(due).reshape(len(each), -1)), each.shape)
    number, ranked = there.sum(axis=0), np.sort(each, axis=0)  # what is missing goes last
    low = ranked[0]
    high = np.where(number > 1, ranked[min(1, len(each) - 1)], low)
    found = np.select(
        [number == 0, low >= 2 - _NOISE, high < 1 - _NOISE, (low + high) / 2 >= 1.5 - _NOISE], [-1, 3, 0, 2], default=1
    )
    return np.asarray(np.where(number < least * owed.sum(axis=0), -1, found), dtype=np.int64)
