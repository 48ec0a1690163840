"""Compare two assessments: how much of a change is data, plan or method, and how much is real.  Methodology §10.2.

One thing is changed at a time, from the earlier assessment to the later one: first the data that arrived, then the
data that was revised, the plan, the methodology, and last the period. The parts add up to the whole. The order is a
cpas extension.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from cpas.cycle.performing import aggregate
from cpas.cycle.scoring import score
from cpas.errors import RequestError
from cpas.model import Methodology, Plan
from cpas.tables.aggregates import Request
from cpas.tables.assessment import Assessment
from cpas.tables.changes import STEPS, Changes
from cpas.tables.observations import Observations
from cpas.tables.rebinding import known_at, rebound, with_arrivals
from cpas.tables.scores import Scores

__all__ = ["compare"]

Key = tuple[str, str]
_APPEARS: Final = "a score appears: {}"
_GOES: Final = "the score goes: {}"
_WORDS: Final = {
    "arrived": "data arrived",
    "revised": "data revised",
    "plan": "plan changed",
    "method": "method changed",
    "real": "another period",
}


def compare(a: Assessment, b: Assessment) -> Changes:
    """Say what changed between two assessments, and why.

    Parameters
    ----------
    a, b : Assessment
        The earlier and the later one, of one plan or of two versions of it.

    Returns
    -------
    Changes
        Columns ``id place before after change arrived revised plan method real note``: scores in per cent, and the
        part of the change that is due to data that arrived, data that was revised, the plan, the methodology, and
        what really changed between the two periods. The five parts add up to the change.

    Raises
    ------
    RequestError
        If one of them rests on values that are assumed (:func:`cpas.what_if`).

    Notes
    -----
    Methodology §10.2 (cpas extension): one thing is changed at a time, in this order.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> scores = cpas.score(cpas.aggregate(observed, by="quarter"))
    >>> changes = cpas.compare(cpas.assess(scores, at="2025-Q1"), cpas.assess(scores, at="2025-Q2"))
    >>> row = changes.row("OC-1", "Kessara")
    >>> row["real"] == row["change"]
    True
    """
    for one in (a, b):
        if one.scores.aggregates.assumed:
            raise RequestError(
                f"An assessment of {one.plan.id!r} in {one.at} rests on values that are assumed: they are no change of "
                "data, plan or method. Compare scores with those of what_if themselves, by their frames."
            )
    stages = [*_stages(a, b)]
    activities = {one.id for plan in (a.plan, b.plan) for one in plan.activities}
    ids = [id for id in dict.fromkeys([*a.scores.ids, *b.scores.ids]) if id not in activities]
    places = list(dict.fromkeys([*a.places, *b.places]))
    keys = [(id, place) for id in ids for place in places if any((id, place) in stage for stage in stages)]
    rows = tuple(_row(key, [stage.get(key, math.nan) for stage in stages]) for key in keys)
    return Changes(changes=rows, before=_named(a), after=_named(b))


def _named(one: Assessment) -> str:
    known = "all known" if one.as_of is None else f"as of {one.as_of:%Y-%m-%d}"
    return f"{one.plan.id} version {one.plan.version}, {one.at}, {known}, {one.methodology.name} ({one.hash[:12]})"


def _row(key: Key, values: list[float]) -> dict[str, Any]:
    """Return one row; where a score appears or goes, the parts are missing and a note says at which step."""
    parts = [later - earlier for earlier, later in pairwise(values)]
    notes = []
    for name, (earlier, later) in zip(STEPS, pairwise(values), strict=True):
        if math.isnan(earlier) != math.isnan(later):
            notes.append((_APPEARS if math.isnan(earlier) else _GOES).format(_WORDS[name]))
    numbers = dict(zip(("before", "after", "change"), (values[0], values[-1], values[-1] - values[0]), strict=True))
    told = {**numbers, **dict(zip(STEPS, parts, strict=True))}
    plain = {name: None if math.isnan(value) else value + 0.0 for name, value in told.items()}
    return {"id": key[0], "place": key[1], **plain, "note": "; ".join(notes) or None}


def _stages(a: Assessment, b: Assessment) -> Iterator[dict[Key, float]]:
    """Yield the scores of the earlier assessment, then with one thing after another as in the later one."""
    yield _scores_at(a.scores, a)
    before, after = a.scores.aggregates, b.scores.aggregates
    mine = known_at(before.observations, a.as_of, first=before.request.vintage == "first")
    theirs = known_at(after.observations, b.as_of, first=after.request.vintage == "first")
    for frame, plan, methodology in (
        (with_arrivals(mine, theirs), a.plan, a.methodology),
        (theirs, a.plan, a.methodology),
        (theirs, b.plan, a.methodology),
        (theirs, b.plan, b.methodology),
    ):
        data = rebound(frame, plan, after.observations)
        yield _scores_at(_scored(data, plan, before.request, methodology), a)
    yield _scores_at(b.scores, b)


def _scored(data: Observations, plan: Plan, request: Request, methodology: Methodology) -> Scores:
    """Score data as the earlier assessment did, at its own periods."""
    places = request.places
    if places not in ("all", "each") and places not in {place.level for place in plan.places}:
        places = "all"
    return score(aggregate(data, by=request.periods, places=places, methodology=methodology), methodology=methodology)


def _scores_at(scores: Scores, one: Assessment) -> dict[Key, float]:
    """Return the scores of a period by id and place."""
    if one.at not in scores.periods:
        return {}
    period = scores.periods.index(one.at)
    table, tree = scores.table, scores.tree
    rows = (table.period == period).nonzero()[0]
    column = table.numbers["score"]
    return {(scores.ids[table.node[row]], tree.ids[table.place[row]]): float(column[row]) for row in rows}
