"""Rating and diagnosis: what delivery and change say together.  Methodology §9.5, §9.6.

Delivering is not achieving, and change is not contribution: the words say what to look at next, never who is to
blame. Cut points come from the methodology.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cpas.model import Methodology
from cpas.scales import FOUR_STEPS, OBJECTIVE_TREND, OUTCOME_PATH, UNDP_OUTPUT, Scale

__all__ = [
    "DIAGNOSES",
    "diagnose",
    "rate_objective",
    "rate_outcome",
    "rate_outcomes",
    "rate_output",
    "scale_for",
    "together",
]

Floats: TypeAlias = NDArray[np.float64]

#: What is said of targets that were reached at the start and are held, or lost, and have no percentage.
_HELD: Final = {"met": "achieved", "not_met": "worse than baseline"}
#: The words of a diagnosis, after the matrix of design and domain (delivered × improved).
DIAGNOSES: Final = {
    (True, True): "consistent with contribution: test alternatives",
    (True, False): "delivered, change not seen: re-examine the link and its assumptions",
    (False, True): "change seen without our delivery: look for other causes",
    (False, False): "not delivered: look at access, consent, resources, sequence",
}
_SCALES: Final = {"output": UNDP_OUTPUT, "outcome": OUTCOME_PATH, "objective": OBJECTIVE_TREND, "indicator": FOUR_STEPS}


#: Quantities that a report's rule makes of indicators; a score, a pace or a delivery is not in them.
_OF_REPORTS: Final = ("dashboard", "progress score")


def scale_for(level: str, methodology: Methodology) -> Scale:
    """Return the scale of a level: the methodology's own, else the library's.

    A scale of a report's own quantity (the dashboards' 0 to 3, progress scores of −5 to 5) rates what that report's
    rule makes, never a score or a pace.

    Examples
    --------
    >>> scale_for("outcome", Methodology("m", "1")).id
    'outcome-path'
    """
    own = (scale for scale in methodology.scales if level in scale.levels and scale.what not in _OF_REPORTS)
    return next(own, _SCALES[level])


def rate_output(due: float, methodology: Methodology) -> str:
    """Return the rating of an output: what was delivered of what was due, in per cent.

    Notes
    -----
    Methodology §9.5. UNDP's bands, 80 and 60, which UNDP uses for outputs alone.

    Examples
    --------
    >>> rate_output(77.3, Methodology("m", "1")), rate_output(float("nan"), Methodology("m", "1"))
    ('amber', 'no data')
    """
    return scale_for("output", methodology).rate(due).band


def rate_outcome(
    score: float, path: float, *, raw: float, methodology: Methodology, reason: str | None = None
) -> str | None:
    """Return the rating of an outcome: its score against the score due by then.

    Parameters
    ----------
    score, path : float
        0 to 100; NaN where missing.
    raw : float
        Progress of its own indicators, not clipped: below 0 where they are worse than at the start.
    methodology : Methodology
        With the scale.
    reason : str, optional
        Why there is no score: ``met`` or ``not_met`` where all there is to see are targets that were reached at the
        start, which are held or lost and have no percentage.

    Returns
    -------
    str or None
        None where there is a score but no path to hold it against.

    Notes
    -----
    Methodology §9.5 (cpas extension).

    Examples
    --------
    >>> one = Methodology("m", "1")
    >>> [rate_outcome(s, 75, raw=s, methodology=one) for s in (69.4, 57.9, 12.0)]
    ['on path', 'behind', 'far behind']
    """
    numbers, said = np.array([[score], [path], [raw]], dtype=np.float64), np.array([reason or ""], dtype=object)
    word: str | None = rate_outcomes(*numbers[:2], raw=numbers[2], methodology=methodology, reason=said)[0]
    return word


def rate_outcomes(
    score: Floats, path: Floats, *, raw: Floats, methodology: Methodology, reason: NDArray[np.object_] | None = None
) -> NDArray[np.object_]:
    """Return the ratings of outcomes, all at once: arrays of one shape in, words out.

    Notes
    -----
    Methodology §9.5 (cpas extension); see :func:`rate_outcome`.

    Examples
    --------
    >>> score = np.array([69.4, 57.9, 12.0])
    >>> rate_outcomes(score, np.full(3, 75.0), raw=score, methodology=Methodology("m", "1")).tolist()
    ['on path', 'behind', 'far behind']
    """
    scale = scale_for("outcome", methodology)
    known = {band.name for band in (*scale.bands, *scale.states)}
    if scale.what == "score":
        words = scale.rate_many(score)
    else:
        # A scale of delivery, where somebody asks for it here, is in per cent of what was due.
        due = np.where(path == 0, np.nan, path)
        with np.errstate(over="ignore"):
            # Beside a path of almost nothing a score may be too large to be told: it is still above every cut.
            words = scale.rate_many(score / due * (100 if scale.what == "delivery" else 1))
        words[path == 0] = "too early" if "too early" in known else scale.missing
        words[np.isnan(path)] = None
    # What follows holds whatever the path; the last that fits counts.
    if "worse than baseline" in known:
        words[(score <= 0) & (raw < 0)] = "worse than baseline"
    if "achieved" in known:
        words[score >= 100] = "achieved"
    is_missing = np.isnan(score)
    words[is_missing] = scale.missing
    for why, word in _HELD.items() if reason is not None else ():
        if word in known:
            words[is_missing & (reason == why)] = word
    rated: NDArray[np.object_] = words
    return rated


def rate_objective(trend_season: str, trend_previous: str) -> str:
    """Return the rating of an objective: where it is going, the same season counting before the period before.

    Notes
    -----
    Methodology §9.5 (cpas extension). No traffic light: objectives lie beyond a mission's control.

    Examples
    --------
    >>> rate_objective("insufficient data", "improving")
    'improving'
    """
    known = [word for word in (trend_season, trend_previous) if word in ("improving", "stable", "worsening")]
    return known[0] if known else "insufficient data"


def together(words: Sequence[str]) -> str:
    """Return one word for several directions: that of all that moved, ``mixed`` where they move apart.

    Examples
    --------
    >>> together(["improving", "stable"]), together(["improving", "worsening"]), together([])
    ('improving', 'mixed', 'insufficient data')
    """
    said = {word for word in words if word in ("improving", "stable", "worsening")}
    if {"improving", "worsening"} <= said:
        return "mixed"
    return next((word for word in ("improving", "worsening", "stable") if word in said), "insufficient data")


def diagnose(
    *,
    delivery: float,
    score: float,
    path: float,
    has_changed: bool | None,
    is_held: bool,
    is_early: bool,
    methodology: Methodology,
) -> str:
    """Return what delivery and change say together.

    ``delivered = delivery ≥ 60``; ``improved = changed and score ≥ 60 % of path``, both cut points of the methodology.

    Parameters
    ----------
    delivery : float
        Per cent delivered; NaN where unknown.
    score, path : float
        Progress and what was due; NaN where missing.
    has_changed : bool or None
        Whether any indicator has moved the right way by more than its smallest change; None where unknown.
    is_held : bool
        Whether all there is to see is a target that is to be held, and it is.
    is_early : bool
        Whether the lag of its links has not passed since delivery.
    methodology : Methodology
        With the thresholds ``delivered`` and ``improved``.

    Raises
    ------
    UnknownIdError
        If the methodology lacks one of them.

    Notes
    -----
    Methodology §9.6 (cpas extension).

    Examples
    --------
    >>> one = Methodology("m", "1")
    >>> common = dict(path=75.0, has_changed=True, is_held=False, is_early=False, methodology=one)
    >>> diagnose(delivery=77.3, score=12.0, **common)
    'delivered, change not seen: re-examine the link and its assumptions'
    >>> diagnose(delivery=float("nan"), score=12.0, **common)
    'cannot say'
    """
    if is_held:
        return "held"
    if math.isnan(delivery) or math.isnan(score) or has_changed is None:
        return "cannot say"
    due = 0.0 if math.isnan(path) else path
    improved = has_changed and score >= methodology.threshold("improved") / 100 * due and score > 0
    if not improved and is_early:
        return "too early"
    return DIAGNOSES[delivery >= methodology.threshold("delivered"), improved]
