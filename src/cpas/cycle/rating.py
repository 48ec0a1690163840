"""Rate: words with cut points for indicators and elements, and how far each is from another word.  Methodology §9.5."""

from __future__ import annotations

from collections.abc import Iterable

from cpas.errors import RequestError, did_you_mean
from cpas.methods.scoring.ratings import joined, rate_elements, rate_indicators, rate_on_scale
from cpas.methods.scoring.structure import compile_structure
from cpas.scales import Scale
from cpas.tables.ratings import Ratings
from cpas.tables.scores import Scores

__all__ = ["rate"]

_RATED = ("output", "outcome", "objective")


def rate(scores: Scores, *, scale: Scale | None = None, levels: str | Iterable[str] = ()) -> Ratings:
    """Rate scores in words: indicators by their own cut points, elements by the rule of the methodology.

    Parameters
    ----------
    scores : Scores
        From :func:`cpas.score`.
    scale : Scale, optional
        One scale for elements, in place of the methodology's rule; no indicators are rated then.
    levels : str or iterable of str
        ``output outcome objective``, with a scale: those it is for, if not given.

    Returns
    -------
    Ratings
        Columns ``id level period place`` (and groups) ``value what rating scale up down``. Objectives are rated here
        only by a rule that says so: by themselves they have a trend, which :func:`cpas.assess` finds.

    Raises
    ------
    RequestError
        If a level is unknown.
    MethodError
        If a scale is asked for levels that its source does not use it for.

    Notes
    -----
    Methodology §9.5. No data is grey, never red, and never worse than anything.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> ratings = rate(cpas.score(cpas.aggregate(observed, by="quarter")))
    >>> row = ratings.row("OC-1", "2025-Q2")
    >>> row["rating"], round(row["value"], 2), round(row["up"], 2)
    ('behind', 0.77, 0.13)
    """
    structure = compile_structure(scores.plan, scores.methodology)
    if scale is not None:
        some = list(rate_on_scale(scores, structure, scale, _levels(levels) or scale.levels or _RATED))
        return Ratings(scores=scores, table=joined(some), scales={scale.id: scale})
    made = [*rate_elements(scores, structure), *rate_indicators(scores)]
    scales = {used.id: used for _, used in made}
    return Ratings(scores=scores, table=joined([rows for rows, _ in made]), scales=scales)


def _levels(levels: str | Iterable[str]) -> tuple[str, ...]:
    asked = (levels,) if isinstance(levels, str) else tuple(levels)
    for level in asked:
        if level not in _RATED:
            raise RequestError(f"{level!r} is not rated.{did_you_mean(level, _RATED)} Rated are {', '.join(_RATED)}.")
    return asked
