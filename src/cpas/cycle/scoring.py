"""Score: from aggregates to progress, rolled up the results chain.  Methodology §9."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cpas.errors import did_you_mean
from cpas.methods.aggregation.parts import reason_code
from cpas.methods.effective import effective_weights
from cpas.methods.scoring.indicators import IndicatorScores, score_indicators
from cpas.methods.scoring.roll_up import Blocks, deliver_up, roll_up
from cpas.methods.scoring.structure import Edges, Structure, compile_structure
from cpas.model import Methodology, Plan
from cpas.tables.aggregates import Aggregates
from cpas.tables.remarks import Remark
from cpas.tables.rows import in_order, only_used
from cpas.tables.scores import Scores, ScoreTable

__all__ = ["score"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    plan = aggregates.plan
    structure = compile_structure(plan, chosen)
    mine = score_indicators(aggregates, chosen)
    slots, slot_of = _slots(aggregates)
    blocks = _rolled(aggregates, structure, mine, len(slots), slot_of)
    delivery, _ = deliver_up(structure, blocks.own)
    return Scores(
        aggregates=aggregates,
        methodology=chosen,
        table=_table(aggregates, structure, mine, blocks, delivery, slots, slot_of, chosen),
        trend_base=np.append(blocks.raw.ravel(), np.full(len(aggregates.cells), np.nan)),
        weigh=partial(_weights, plan, structure),
        remarks=aggregates.remarks + list(_remarks(aggregates, mine, blocks, chosen, slots)),
    )


def _slots(aggregates: Aggregates) -> tuple[Codes, Codes]:
    """Return the period × place × cell combinations that occur, sorted, and the slot of each row."""
    cells = aggregates.cells
    places, groups = len(aggregates.tree.ids), len(aggregates.groups)
    used, slot_of = only_used((cells.period * places + cells.place) * groups + cells.cell)
    return np.stack([used // groups // places, used // groups % places, used % groups], axis=1), slot_of


def _rolled(aggregates: Aggregates, structure: Structure, mine: IndicatorScores, slots: int, slot_of: Codes) -> Blocks:
    """Spread the indicators' scores into blocks indicators × slots, and roll them up."""
    n = len(aggregates.plan.indicators)
    number = aggregates.cells.indicator

    def block(column: NDArray[np.float64]) -> Floats:
        made = np.full((n, slots), np.nan)
        made[number, slot_of] = column
        return made

    def flags(column: NDArray[np.bool_]) -> NDArray[np.bool_]:
        made = np.zeros((n, slots), dtype=bool)
        made[number, slot_of] = column
        return made

    only_met = np.isin(mine.reason, [reason_code("met"), reason_code("not_met")])
    return roll_up(
        structure,
        score=block(mine.score),
        raw=block(mine.raw),
        path=block(mine.path),
        counts=flags(mine.is_due & ~only_met),
        due=flags(mine.is_due),
        answered=flags(mine.is_answered),
    )


def _table(
    aggregates: Aggregates,
    structure: Structure,
    mine: IndicatorScores,
    blocks: Blocks,
    delivery: Floats,
    slots: Codes,
    slot_of: Codes,
    methodology: Methodology,
) -> ScoreTable:
    """Put elements and indicators into one table."""
    elements, count = len(structure.levels), len(slots)
    node = np.repeat(np.arange(elements), count)
    key = np.tile(slots, (elements, 1)).reshape(-1, 3)
    cells = aggregates.cells
    order = in_order([cells.indicator, cells.period, cells.place, cells.cell])
    order = np.arange(len(cells)) if order is None else order
    blank = np.full(len(cells), np.nan)
    of_elements = {
        "score": blocks.score, "raw": np.full(blocks.score.shape, np.nan), "own": blocks.own, "below": blocks.below,
        "delivery": delivery, "path": blocks.path, "coverage": blocks.coverage, "worst": blocks.worst,
        "dispersion": blocks.dispersion,
    }  # fmt: skip
    present = np.where(mine.is_due, (~np.isnan(mine.score)).astype(float), np.nan)
    of_indicators = {
        "score": mine.score, "raw": mine.raw, "own": blank, "below": blank, "delivery": blank, "path": mine.path,
        "coverage": present, "worst": blank, "dispersion": blank,
    }  # fmt: skip
    numbers = {name: np.concatenate([of_elements[name].ravel(), of_indicators[name][order]]) for name in of_elements}
    with np.errstate(invalid="ignore", divide="ignore"):
        pace = np.where(numbers["path"] == 0, np.nan, numbers["score"] / numbers["path"])
    numbers = {
        **{name: numbers[name] for name in ("score", "raw", "own", "below", "delivery", "path")},
        "pace": pace,
        **{name: numbers[name] for name in ("coverage", "worst", "dispersion")},
    }
    return ScoreTable(
        node=np.concatenate([node, cells.indicator[order] + elements]),
        period=np.concatenate([key[:, 0], cells.period[order]]),
        place=np.concatenate([key[:, 1], cells.place[order]]),
        cell=np.concatenate([key[:, 2], cells.cell[order]]),
        numbers=numbers,
        answered=np.concatenate([blocks.answered.ravel(), mine.is_answered[order].astype(np.int64)]),
        indicators=np.concatenate([blocks.indicators.ravel(), mine.is_due[order].astype(np.int64)]),
        reason=np.concatenate(
            [_element_reasons(structure, mine, blocks, aggregates, slot_of, methodology).ravel(), mine.reason[order]]
        ),
    )


def _element_reasons(
    structure: Structure,
    mine: IndicatorScores,
    blocks: Blocks,
    aggregates: Aggregates,
    slot_of: Codes,
    methodology: Methodology,
) -> NDArray[np.int8]:
    """Why an element has no score; or, beside a score, that too little is behind it."""
    shape = blocks.score.shape
    reason = np.full(shape, reason_code("not_available"), dtype=np.int8)
    reason[~blocks.has_own & ~np.array(structure.takes_below, dtype=bool)] = reason_code("no_own_indicators")
    edges = structure.indicators
    if len(edges.starts):
        # Where all its indicators say the same, the element says so too.
        block = np.full((len(aggregates.plan.indicators), shape[1]), reason_code("no_return"), dtype=np.int8)
        block[aggregates.cells.indicator, slot_of] = mine.reason
        said = block[edges.child]
        low, high = np.minimum.reduceat(said, edges.starts), np.maximum.reduceat(said, edges.starts)
        reason[edges.parents] = np.where((low == high) & (low >= 0), low, reason_code("not_available"))
    reason[blocks.withheld] = reason_code("below_coverage")
    there = ~np.isnan(blocks.score)
    flagged = there & (blocks.available < methodology.min_coverage - 1e-12)
    reason[there] = -1
    reason[flagged] = reason_code("below_coverage")
    return reason


def _weights(plan: Plan, structure: Structure) -> Iterator[tuple[str, str, float, float]]:
    """Yield what each part weighs at each element whose score it makes."""
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


def _remarks(
    aggregates: Aggregates, mine: IndicatorScores, blocks: Blocks, methodology: Methodology, slots: Codes
) -> Iterator[Remark]:
    """Yield what a reader must know: overrides of nothing, scaling per day, and scores that rest on too little."""
    indicators = aggregates.plan.indicators
    yield from _unknown_overrides(aggregates.plan, methodology)
    for number in sorted(set(aggregates.cells.indicator[mine.rebased].tolist())):
        yield Remark(
            "rebased",
            severity="note",
            where=indicators[number].id,
            message=f"{indicators[number].id} is compared with a baseline or target of another length, scaled per day.",
            hint="Give a baseline and a target of the value's own frequency.",
        )
    there = ~np.isnan(blocks.score)
    flagged = there & (blocks.available < methodology.min_coverage - 1e-12)
    for node in np.flatnonzero(flagged.any(axis=1)):
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
