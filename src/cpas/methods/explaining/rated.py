"""Which word a score was given, and by which rule: beside the score, never in place of it.  Methodology §9.5."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from cpas.methods import cut_points
from cpas.methods.explaining.words import exact, listed
from cpas.methods.scoring.ratings import joined, rate_elements, scale_of_cuts
from cpas.methods.scoring.structure import Structure
from cpas.model import Indicator, Methodology
from cpas.tables.grounds import Rule
from cpas.tables.ratings import RatingRows
from cpas.tables.scores import Scores

__all__ = ["cuts_rule", "element_rule", "ratings_of_elements"]

_BY: Final = {
    "worst_two": "by the mean of its two worst indicators on the dashboards' scale from 0 to 3",
    "statcan": "by the mean of its indicators' progress scores, from −5 to 5 (§7.5)",
}


def cuts_rule(indicator: Indicator, value: float | None, methodology: Methodology) -> Iterator[Rule]:
    """Yield how an indicator with cut points of its own is rated, in its own unit.

    Examples
    --------
    >>> school = Indicator("I", "Children at school", measures=(), unit="%", kind="ratio", better="higher",
    ...                    cuts=[60, 80])
    >>> [rule.text for rule in cuts_rule(school, 65.0, Methodology("m", "1"))]
    ["Rated 'amber' by its own cut points 60 and 80: 65 has reached 1 of 2; 15 more for the next better word"]
    """
    if value is None or np.isnan(value) or not indicator.cuts or indicator.better not in ("higher", "lower"):
        return
    scale = scale_of_cuts(indicator, methodology)
    reached = int(cut_points.steps_reached(value, cuts=indicator.cuts, better=indicator.better))
    up, _ = cut_points.margins(value, cuts=indicator.cuts, better=indicator.better)
    way = "less" if indicator.better == "lower" else "more"
    lacking = "" if np.isnan(up) else f"; {exact(float(up))} {way} for the next better word"
    cuts = listed([exact(cut) for cut in indicator.cuts])
    yield Rule(
        f"Rated {scale.names[reached]!r} by its own cut points {cuts}: {exact(value)} has reached {reached} of "
        f"{len(indicator.cuts)}{lacking}",
        clause="§9.5",
        step="rating",
        method="cuts",
    )


def ratings_of_elements(scores: Scores, structure: Structure) -> RatingRows:
    """Return the ratings of all elements where a rule of a report makes them; none where each level has its own.

    Examples
    --------
    >>> import cpas
    >>> from cpas.methods.scoring.structure import compile_structure
    >>> scores = cpas.score(cpas.aggregate(cpas.datasets.load("kessara")[1], by="year"))
    >>> len(ratings_of_elements(scores, compile_structure(scores.plan, scores.methodology)))
    0
    """
    made = list(rate_elements(scores, structure)) if scores.methodology.rating in _BY else []
    return joined([rows for rows, _ in made])


def element_rule(rows: RatingRows, key: tuple[int, int, int, int], methodology: Methodology) -> Iterator[Rule]:
    """Yield the word that the methodology's rule gives an element, and the number it rests on.

    Parameters
    ----------
    rows : RatingRows
        From :func:`ratings_of_elements`.
    key : (int, int, int, int)
        Node, period, place and cell.

    Examples
    --------
    >>> list(element_rule(joined([]), (0, 0, 0, 0), Methodology("m", "1")))
    []
    """
    is_it = np.ones(len(rows), dtype=bool)
    for name, number in zip(("node", "period", "place", "cell"), key, strict=True):
        is_it &= getattr(rows, name) == number
    for row in np.flatnonzero(is_it):
        value = float(rows.value[row])
        told = "there are not enough of them" if np.isnan(value) else f"it is {exact(value)}"
        said = f"Rated {rows.rating[row]!r} {_BY[methodology.rating]}: {told}. Scale {rows.scale[row]!r}"
        yield Rule(said, clause="§9.5", step="rating", method=methodology.rating)
