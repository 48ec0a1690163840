"""Score: from aggregates to progress, rolled up the results chain.  Methodology §9."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from cpas.errors import did_you_mean
from cpas.methods.effective import effective_weights
from cpas.methods.scoring.made import Made, made_of
from cpas.methods.scoring.structure import Edges, compile_structure
from cpas.model import Methodology, Plan
from cpas.tables.aggregates import Aggregates
from cpas.tables.asked import AskedColumns
from cpas.tables.remarks import Remark
from cpas.tables.scores import COLUMNS, Scores, ScoreTable

__all__ = ["remarks_of", "score", "weights_of"]


def score(aggregates: Aggregates, *, methodology: Methodology | None = None) -> Scores:
    """Score aggregates: how far each indicator and element is on its way.

    Parameters
    ----------
    aggregates : Aggregates
        From :func:`cpas.aggregate`.
    methodology : Methodology, optional
        By which methods; the one the aggregates were made with where none is given.

    Returns
    -------
    Scores
        Columns ``id level period place`` (and groups) ``score raw own below delivery path pace coverage answered
        indicators worst dispersion reason``; scores in per cent of the way from baseline to target.

    Notes
    -----
    Methodology §9. Outputs never enter an outcome's score; an objective takes a score from its outcomes only where it
    declares how (``combine``).

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> scores = cpas.score(cpas.aggregate(observed, by="quarter"))
    >>> round(scores.row("OC-1", "2025-Q2")["score"], 1)
    57.9
    """
    chosen = methodology or aggregates.methodology
    structure = compile_structure(aggregates.plan, chosen)
    made = made_of(aggregates, structure, chosen)
    noticed = list(remarks_of(aggregates, made, chosen))
    return Scores(
        aggregates=aggregates,
        methodology=chosen,
        table=ScoreTable(AskedColumns(COLUMNS, made), made.rows),
        weigh=partial(weights_of, aggregates.plan, made),
        remarks=aggregates.remarks + noticed if noticed else aggregates.remarks,
    )


def weights_of(plan: Plan, made: Made) -> Iterator[tuple[str, str, float, float]]:
    """Yield what each part weighs at each element whose score it makes."""
    structure = made.structure
    ids = [element.id for element in plan.elements]
    names = [indicator.id for indicator in plan.indicators]
    children: dict[str, dict[str, float]] = {}
    for n, id in enumerate(ids):
        own = _children(structure.indicators, n, names)
        children[id] = own or (_children(structure.outcomes, n, ids) if structure.takes_below[n] else {})
    children = {parent: parts for parent, parts in children.items() if parts}
    effective = effective_weights(children)
    for parent in children:
        total = sum(children[parent].values())
        shares = {child: weight / total for child, weight in children[parent].items()}
        for child in dict.fromkeys([*children[parent], *effective[parent]]):
            weight = children[parent].get(child, float("nan"))
            yield child, parent, weight, shares.get(child, effective[parent].get(child, float("nan")))


def _children(edges: Edges, parent: int, ids: list[str]) -> dict[str, float]:
    at = np.searchsorted(edges.parents, parent)
    if at == len(edges.parents) or edges.parents[at] != parent:
        return {}
    end = edges.starts[at + 1] if at + 1 < len(edges.starts) else len(edges.child)
    rows = range(int(edges.starts[at]), int(end))
    return {ids[edges.child[row]]: float(edges.weight[row]) for row in rows}


def remarks_of(aggregates: Aggregates, made: Made, methodology: Methodology) -> Iterator[Remark]:
    """Yield what a reader must know: overrides of nothing, scaling per day, and scores that rest on too little."""
    indicators = aggregates.plan.indicators
    yield from _unknown_overrides(aggregates.plan, methodology)
    for number in np.unique(made.grid.indicator[made.grid.lines(made.mine.rebased).any(axis=1)]).tolist():
        yield Remark(
            "rebased",
            severity="note",
            where=indicators[number].id,
            message=f"{indicators[number].id} is compared with a baseline or target of another length, scaled per day.",
            hint="Give a baseline and a target of the value's own frequency.",
        )
    for node in np.flatnonzero(made.flagged.any(axis=1)):
        id = aggregates.plan.elements[node].id
        behind = "indicators" if methodology.choice(id, "availability") == "indicators" else "weight"
        yield Remark(
            "below_coverage",
            where=id,
            message=f"{id} has scores that rest on less than {methodology.min_coverage:.0%} of their {behind}.",
            hint="Read them with their coverage, or collect what is missing.",
        )


def _unknown_overrides(plan: Plan, methodology: Methodology) -> Iterator[Remark]:
    """Yield the overrides of ids that the plan does not have: one methodology may serve several plans."""
    if not methodology.nodes:
        return
    known = (*plan.elements_by_id, *plan.indicators_by_id)
    for override in methodology.nodes:
        if override.id not in known:
            yield Remark(
                "override_unknown",
                where=override.id,
                message=f"Methodology {methodology.name!r} says what is done otherwise at {override.id!r}, which the "
                f"plan does not have.{did_you_mean(override.id, known)}",
                hint="Write the id as the plan does, or leave that override out.",
            )
