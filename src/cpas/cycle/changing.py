"""What if: another weight, goalpost, target or value, and what it would do to the scores.  Methodology §9.9."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.cycle.assuming import Assumption, asked_of, made_before
from cpas.cycle.scoring import remarks_of, score, weights_of
from cpas.methods.scoring.changing import Change, change_made, lines_of
from cpas.methods.scoring.made import Made
from cpas.methods.scoring.structure import Edges
from cpas.model import Indicator, Link, Plan
from cpas.tables.aggregates import Aggregates
from cpas.tables.asked import AskedColumns
from cpas.tables.once import once_per_plan
from cpas.tables.remarks import Remarks
from cpas.tables.scores import COLUMNS, Scores, ScoreTable

__all__ = ["what_if"]

Codes = NDArray[np.int64]


def what_if(
    scores: Scores, *records: Indicator | Link, values: Mapping[tuple[str, ...], float | None] | None = None
) -> Scores:
    """Ask what the scores would be with another weight, goalpost, target, baseline, or value.

    Only the indicators changed and the elements above them are worked out again; all other numbers are shared with
    `scores`, which stay as they are. The result is what :func:`cpas.score` gives of the plan and values so changed.

    Parameters
    ----------
    scores : Scores
        From :func:`cpas.score`, or from this function: then what was asked there still holds.
    *records : Indicator or Link
        Records of the plan as they would be, from ``attrs.evolve``: an indicator is known by its id, a link by ends.
    values : mapping, optional
        Values of indicators as they would be: ``{("I01", "2025-Q2"): 61.0}``, in the indicator's own unit, with a place
        as third where it is not the root. None makes a value missing. A value assumed counts as complete.

    Returns
    -------
    Scores
        Its plan, aggregates and remarks say what is assumed.

    Raises
    ------
    RequestError
        If the plan has no such indicator or link, there is no such row, a value is none of its indicator, something is
        calculated from it, or a record differs in what decides how values add up: then aggregate again.

    Notes
    -----
    Methodology §9.9. One-at-a-time sensitivity analysis (OECD/JRC Handbook 2008, step 7).

    Examples
    --------
    >>> import attrs
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> scores = cpas.score(cpas.aggregate(observed, by="quarter"))
    >>> round(scores.row("OC-1", "2025-Q2")["score"], 1)
    57.9
    >>> more = what_if(scores, values={("I03", "2025-Q2"): 75.0})
    >>> round(more.row("OC-1", "2025-Q2")["score"], 1)
    68.5
    >>> heavier = what_if(scores, attrs.evolve(plan.indicator("I03"), weight=3.0))
    >>> round(heavier.row("OC-1", "2025-Q2")["score"], 1)
    62.0
    """
    given = scores._aggregates
    before = given if isinstance(given, Assumption) else Assumption(scores, {}, {}, {})
    asked = asked_of(before.base, records, values or {})
    if not (asked.indicators or asked.links or asked.values):
        return scores
    now = Assumption(
        before.base,
        {**before.indicators, **asked.indicators},
        {**before.links, **asked.links},
        {**before.values, **asked.values},
    )
    made = made_before(now.base)
    change = _change(now, made)
    if change is None:
        return score(now(), methodology=scores.methodology)
    changed = change_made(made, change, scores.methodology)
    return Scores(
        aggregates=now,
        methodology=scores.methodology,
        table=ScoreTable(AskedColumns(COLUMNS, changed), changed.rows),
        weigh=partial(weights_of, now.base.plan, changed),
        remarks=partial(_remarks, now, changed),
        alike=now.base.aggregates,
    )


def _remarks(assumption: Assumption, made: Made) -> Remarks:
    """Return what full scores of the changed plan would remark."""
    base = assumption.base
    noticed = remarks_of(base.aggregates, made, base.methodology)
    return Remarks([*base.aggregates.remarks, *assumption.notes(), *noticed])


def _change(assumption: Assumption, made: Made) -> Change | None:
    """Return what is to be worked out again; nothing where the chain itself would be another."""
    plan, structure = assumption.base.plan, made.structure
    if structure.by_count.any():
        return None  # a share of all indicators upstream is no sum over parts
    cells = made.cells
    rows = np.array(list(assumption.values), dtype=np.int64)
    numbers = np.unique(np.array([*assumption.indicators, *cells.indicator[rows].tolist()], dtype=np.int64))
    own: dict[int, float] = {}
    for number, one in assumption.indicators.items():
        weights = _measured(plan, one)
        positions = np.flatnonzero(structure.indicators.child == number).tolist()
        parents = structure.indicators.parent[positions].tolist()
        if one.is_scorable != plan.indicators[number].is_scorable or set(parents) != set(weights):
            return None
        own |= {n: 1.0 if structure.equal[p] else weights[p] for n, p in zip(positions, parents, strict=True)}
    outcomes, outputs = dict[int, float](), dict[int, float]()
    for number, link in assumption.links.items():
        if (link.weight > 0) != (plan.links[number].weight > 0):
            return None
        target, source = structure.links[number].tolist()
        for edges, found in ((structure.outcomes, outcomes), (structure.outputs, outputs)):
            is_equal = edges is structure.outcomes and structure.equal[target]
            found |= dict.fromkeys(_positions(edges, target, source), 1.0 if is_equal else link.weight)
    return Change(
        indicators=numbers,
        aggregates=_alone(assumption, made, numbers),
        own=own,
        outcomes=outcomes,
        outputs=outputs,
        values=assumption.values,
    )


def _measured(plan: Plan, indicator: Indicator) -> dict[int, float]:
    """Return the weight of an indicator at each element that it is a part of."""
    numbers = {measure.element: n for n, measure in enumerate(indicator.measures)}
    found = {}
    for id, n in numbers.items():
        weight = indicator.weight * indicator.measures[n].weight
        if indicator.is_scorable and weight > 0 and id in _elements(plan):
            found[_elements(plan)[id]] = weight
    return found


@once_per_plan
def _elements(plan: Plan) -> dict[str, int]:
    """Return the number of each element."""
    return {element.id: number for number, element in enumerate(plan.elements)}


def _positions(edges: Edges, parent: int, child: int) -> list[int]:
    at = int(np.searchsorted(edges.parents, parent))
    if at == len(edges.parents) or edges.parents[at] != parent:
        return []
    start = int(edges.starts[at])
    mine = edges.child[start : start + int(edges.lengths[at])]
    return (start + np.flatnonzero(mine == child)).tolist()


def _alone(assumption: Assumption, made: Made, numbers: Codes) -> Aggregates:
    """Return the rows of some indicators as they would be, bound to a plan of those indicators alone."""
    aggregates = assumption.base.aggregates
    plan, rows = aggregates.plan, made.grid.rows(lines_of(made.grid, numbers))
    some = (assumption.indicators.get(number, plan.indicators[number]) for number in numbers.tolist())
    # What they measure and are calculated from is not of that plan, and no score of theirs depends on it.
    alone = [attrs.evolve(one, measures=(), formula=None, denominator="") for one in some]
    small = Plan(
        plan.id, plan.title, period=plan.period, places=plan.places, dimensions=plan.dimensions, units=plan.units,
        indicators=alone,
    )  # fmt: skip
    cells = made.cells.take(rows)
    mine = {n: assumption.values[row] for n, row in enumerate(rows.tolist()) if row in assumption.values}
    cells = cells.assuming(mine) if mine else cells
    cells = attrs.evolve(cells, indicator=np.searchsorted(numbers, cells.indicator))
    observations = attrs.evolve(aggregates.observations, plan=small)
    return attrs.evolve(aggregates, observations=observations, cells=cells, remarks=Remarks())
