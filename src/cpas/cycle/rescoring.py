"""Do it again by other methods: the same observations, the same request, another methodology.  Methodology §9.7."""

from __future__ import annotations

from typing import Final, overload

import attrs

from cpas.cycle.assessing import assess
from cpas.cycle.rating import rate
from cpas.cycle.scoring import score
from cpas.errors import RequestError
from cpas.methods.aggregation.calculated import with_formulas
from cpas.methods.aggregation.notices import notices
from cpas.methods.aggregation.pipeline import add_up
from cpas.model import Methodology
from cpas.tables.aggregates import Aggregates
from cpas.tables.assessment import Assessment
from cpas.tables.ratings import Ratings
from cpas.tables.scores import Scores

__all__ = ["rescore"]

#: The choices that adding up depends on; all others are about scores.
_OF_AGGREGATES: Final = ("completeness", "gaps", "totals", "straddle", "bare_ratios")


@overload
def rescore(result: Scores, methodology: Methodology) -> Scores: ...
@overload
def rescore(result: Ratings, methodology: Methodology) -> Ratings: ...
@overload
def rescore(result: Assessment, methodology: Methodology) -> Assessment: ...
def rescore(result: Scores | Ratings | Assessment, methodology: Methodology) -> Scores | Ratings | Assessment:
    """Make a result again by another methodology, or by the one it was made with.

    Parameters
    ----------
    result : Scores, Ratings or Assessment
        It keeps what it was made from.
    methodology : Methodology
        By which methods: a record, from :func:`cpas.preset`, or from a file.

    Returns
    -------
    Scores, Ratings or Assessment
        As `result`. With the methodology that the result already has, the same numbers.

    Raises
    ------
    RequestError
        If it is no result that has scores.

    Notes
    -----
    Methodology §9.7.

    Examples
    --------
    >>> import cpas
    >>> from cpas.model import preset
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> scores = cpas.score(cpas.aggregate(observed, by="quarter"))
    >>> worst = rescore(scores, attrs.evolve(preset("cpas-default"), name="worst part", combine="minimum"))
    >>> round(scores.row("OC-1", "2025-Q2")["score"], 1), round(worst.row("OC-1", "2025-Q2")["score"], 1)
    (57.9, 50.0)
    """
    if isinstance(result, Scores):
        return score(_added_up(result.aggregates, methodology))
    if isinstance(result, Ratings):
        return rate(rescore(result.scores, methodology))
    if isinstance(result, Assessment):
        return _assessed(result, methodology)
    raise RequestError(f"There are no scores to make again in {type(result).__name__!r}: give scores or an assessment.")


def _added_up(aggregates: Aggregates, methodology: Methodology) -> Aggregates:
    """Return the aggregates as the methodology makes them; the same ones where it adds up alike."""
    if all(getattr(aggregates.methodology, name) == getattr(methodology, name) for name in _OF_AGGREGATES):
        return attrs.evolve(aggregates, methodology=methodology)
    observations, request = aggregates.observations, aggregates.request
    sums, remarks = with_formulas(observations, request, methodology, add_up(observations, request, methodology))
    values = {row: float(aggregates.cells.value[row]) for row in aggregates.assumed}
    return Aggregates(
        observations=observations,
        methodology=methodology,
        request=request,
        groups=sums.groups,
        # What is assumed stays so, however the rest is added up: the rows are those of the same request.
        cells=sums.cells.assuming(values) if values else sums.cells,
        assumed={row: float(sums.cells.value[row]) for row in values},
        remarks=observations.remarks
        + remarks
        + notices(observations, request, sums)
        + aggregates.remarks.of("assumed"),
    )


def _assessed(result: Assessment, methodology: Methodology) -> Assessment:
    places = result.places
    return assess(
        rescore(result.scores, methodology),
        at=result.at,
        place=places[0] if len(places) == 1 else None,
        delivery=result.delivery,
        judgements=result.judgements,
        recommendations=result.recommendations,
    )
