"""What each published concept of progress says of one indicator on its way to a target.

Methodology §7.11. Since the baseline on a straight line, since the baseline by growth, and projected to the target's
year: three questions, which often have three answers. They are laid side by side for :func:`~cpas.methods.agreement`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from cpas.methods import escap, growth, progress, statcan, weather
from cpas.methods._refusals import refuse_where, travelled
from cpas.methods.slopes import known_points

__all__ = ["words_of_concepts"]

#: Points from which a projection is made; two always lie on a line.
_LEAST = 3
#: Yearly values lie a year apart, and leap years do not matter.
_A_YEAR = 0.99


def words_of_concepts(
    value: float,
    *,
    baseline: float,
    target: float,
    elapsed: float,
    total: float,
    better: Literal["higher", "lower"],
    values: ArrayLike = (),
    times: ArrayLike = (),
) -> dict[str, str]:
    """Published word of each concept that applies: "linear", "growth", "anticipated" and "weather".

    ``linear`` and ``growth`` are the classes of Statistics Canada on the linear rate (§7.3) and the ratio of growth
    (§7.4); ``anticipated`` is ESCAP's (§7.8); ``weather`` the German symbol (§7.9).

    Parameters
    ----------
    value, baseline, target : float
        In one unit.
    elapsed, total : float
        Years from the baseline to the value, and to the target; above zero.
    better : {"higher", "lower"}
        The direction that is an improvement.
    values, times : array, one-dimensional, optional
        The series up to the value, and when, in years since the baseline. Without it nothing is projected.

    Returns
    -------
    dict of str to str
        A concept that does not apply is left out: growth where a number is zero or the sign changes, a projection
        with fewer than three points or no time left, weather symbols where the values are not yearly or fewer than
        six.

    Raises
    ------
    NoDistanceError
        If baseline and target are equal.
    MethodError
        If a time is not above zero.

    Notes
    -----
    Methodology §7.11. The concepts are published; that they are asked together is a cpas extension (Bidarbakhtnia
    2021, SJI-210868, shows that they differ).

    Examples
    --------
    100 to 80 in 4 of 10 years, target 50 (methods reference, 3.4: linear 1.00, growth 0.81), the last years falling
    fast:

    >>> found = words_of_concepts(80, baseline=100, target=50, elapsed=4, total=10, better="lower",
    ...                           values=[100, 100, 96, 88, 80], times=[0, 1, 2, 3, 4])
    >>> for concept, word in found.items():
    ...     print(concept, "-", word)
    linear - On track
    growth - Progress made but acceleration needed
    anticipated - maintain
    """
    travelled(value=value, baseline=baseline, target=target)
    refuse_where(np.asarray(not min(elapsed, total) > 0), min(elapsed, total), what="time", why="is not above zero")
    is_met = bool(statcan.achieved(value, target=target, better=better))
    way = {"baseline": baseline, "target": target, "elapsed": elapsed, "total": total}
    found = {"linear": str(statcan.ratio_class(progress.linear_rate(value, **way), achieved=is_met))}
    if bool(growth.growth_applies(value, baseline, target)):
        found["growth"] = str(statcan.ratio_class(growth.growth_ratio(value, **way, better=better), achieved=is_met))
    series, when = known_points(values, times)
    if series.size >= _LEAST and total > when[-1]:
        there = escap.projected(series, times=when, at=total, weights=escap.recent_weights(when))
        short = escap.anticipated_progress(there, baseline=baseline, target=target, better=better)
        found["anticipated"] = str(escap.anticipated_class(short))
        if series.size >= weather.POINTS and np.diff(when).min() >= _A_YEAR:
            found["weather"] = weather.symbol(series, times=when, target=target, target_time=total, better=better)
    return found
