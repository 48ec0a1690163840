"""Ratings of indicators by their own cut points, and of elements by the rule of the methodology.  Methodology §9.5."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import MethodError
from cpas.methods import cut_points, sdsn, statcan
from cpas.methods.diagnosis import rate_outcomes, scale_for
from cpas.methods.scoring.slots import as_block, block, row_of_cells, slot_of_cells, width
from cpas.methods.scoring.statuses import progress_scores
from cpas.methods.scoring.structure import Structure
from cpas.methods.steps import thresholds
from cpas.model import Indicator, Methodology, Plan
from cpas.scales import FOUR_STEPS, SDG_COLOURS, STATCAN_PROGRESS, THREE_STEPS, TWO_STEPS, Scale
from cpas.tables.frames import words_of
from cpas.tables.once import once_per_plan
from cpas.tables.ratings import RatingRows
from cpas.tables.scores import Scores

__all__ = ["joined", "rate_elements", "rate_indicators", "rate_on_scale", "scale_of_cuts"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
#: Words for indicators, by how many there are.
_STEPS: Final = {len(scale.bands): scale for scale in (TWO_STEPS, THREE_STEPS, FOUR_STEPS)}
_DIRECTED: Final = ("higher", "lower")
_COLUMNS: Final = attrs.fields(RatingRows)


def scale_of_cuts(indicator: Indicator, methodology: Methodology) -> Scale:
    """Return the words for an indicator's own cut points: the methodology's, else the library's, else numbered steps.

    Examples
    --------
    >>> school = Indicator("I", "Children at school", measures=(), unit="%", kind="ratio", better="higher",
    ...                    cuts=[60, 80])
    >>> scale_of_cuts(school, Methodology("m", "1")).names
    ('red', 'amber', 'green')
    """
    count = len(indicator.cuts) + 1
    own = (scale for scale in methodology.scales if "indicator" in scale.levels and len(scale.bands) == count)
    steps = Scale("steps", tuple(f"step {n} of {count}" for n in range(1, count + 1)), levels=("indicator",))
    return next(own, _STEPS.get(count, steps))


def rate_indicators(scores: Scores) -> Iterator[tuple[RatingRows, Scale]]:
    """Yield the ratings of every indicator that has cut points and a better direction, in its own unit.

    Notes
    -----
    Methodology §9.5.
    """
    cells, elements = scores.aggregates.cells, len(scores.plan.elements)
    for number in _rated_by_cuts(scores.plan):
        indicator, rows = scores.plan.indicators[number], _cells_of(scores, number)
        if not len(rows):
            continue
        scale, value = scale_of_cuts(indicator, scores.methodology), cells.value[rows]
        cuts, better = indicator.cuts, indicator.better
        codes = cut_points.steps_reached(value, cuts=cuts, better=better)
        up, down = cut_points.margins(value, cuts=cuts, better=better)
        keys = (np.full(len(rows), number + elements), cells.period[rows], cells.place[rows], cells.cell[rows])
        yield _rows(keys, value, "value", _worded(codes, scale), scale, up, down), scale


@once_per_plan
def _rated_by_cuts(plan: Plan) -> tuple[int, ...]:
    """Return the numbers of the indicators that have cut points and a better direction."""
    return tuple(n for n, one in enumerate(plan.indicators) if one.cuts and one.better in _DIRECTED)


def rate_elements(scores: Scores, structure: Structure) -> Iterator[tuple[RatingRows, Scale]]:
    """Yield the ratings of elements by the methodology's rule.

    Notes
    -----
    Methodology §9.5. By ``level``, outputs and outcomes are rated here; objectives have a trend in place of a rating,
    which an assessment finds.
    """
    rule = scores.methodology.rating
    if not scores.plan.elements:
        return
    if rule == "worst_two":
        yield from _by_worst_two(scores, structure)
    elif rule == "statcan":
        yield from _by_progress_score(scores, structure)
    else:
        yield from _by_level(scores, structure)


def rate_on_scale(scores: Scores, structure: Structure, scale: Scale, levels: Sequence[str]) -> Iterator[RatingRows]:
    """Yield the ratings of elements of some levels on one scale with cut points.

    Raises
    ------
    MethodError
        If the source of the scale uses it for other levels only, or it rates nothing that scores have.

    Notes
    -----
    Methodology §9.5. UNDP rates outputs with its 80 and 60, against the year's milestone, and nothing else.
    """
    refused = [level for level in levels if scale.levels and level not in scale.levels]
    if refused:
        raise MethodError(
            f"Scale {scale.id!r} is for {', '.join(scale.levels)}, says its source, not for {refused[0]}. Where you "
            f"do mean it, say so: attrs.evolve(scale, levels=({refused[0]!r},)).",
            scale=scale.id,
            level=refused[0],
        )
    if scale.what not in ("score", "pace", "delivery"):
        raise MethodError(
            f"Scale {scale.id!r} rates {scale.what}; scores have score, pace and delivery.", scale=scale.id
        )
    nodes = np.flatnonzero(np.isin(structure.levels, levels))
    if len(nodes):
        value = _quantity(scores, nodes, scale)
        yield _on(scores, nodes, value, scale, scale.rate_many(value))


# -- one rule each -----------------------------------------------------------------------------------


def _by_level(scores: Scores, structure: Structure) -> Iterator[tuple[RatingRows, Scale]]:
    for level in ("output", "outcome"):
        nodes = np.flatnonzero(np.array(structure.levels) == level)
        if len(nodes):
            scale = scale_for(level, scores.methodology)
            value = _quantity(scores, nodes, scale)
            rated = _outcome_words(scores, nodes) if level == "outcome" else scale.rate_many(value)
            yield (
                _on(scores, nodes, value, scale, np.where(np.array(rated == np.array(None)), scale.missing, rated)),
                scale,
            )


def _outcome_words(scores: Scores, nodes: Codes) -> NDArray[np.object_]:
    """Return the words of outcomes × slots; none where there is a score and no path."""
    score, path, own = (block(scores, name)[nodes] for name in ("score", "path", "own"))
    raw = as_block(scores, scores.trend_base)[nodes]
    why = words_of(as_block(scores, scores.table.reason)[nodes], scores.aggregates.reasons)
    raw = np.where(np.isnan(raw), own, raw)
    return rate_outcomes(score, path, raw=raw, methodology=scores.methodology, reason=why)


def _by_worst_two(scores: Scores, structure: Structure) -> Iterator[tuple[RatingRows, Scale]]:
    points, due = _dashboard_points(scores)
    least = scores.methodology.threshold("dashboard availability")
    for parent, rows in _own(structure):
        scale = _scale_of_rule(structure.levels[parent], scores.methodology, SDG_COLOURS)
        codes = sdsn.worst_two(points[rows], due=due[rows], least=least)
        low = np.sort(points[rows], axis=0)[:2]
        value = np.where(codes < 0, np.nan, np.nanmean(np.where(np.isnan(low).all(axis=0), 0.0, low), axis=0))
        yield _on(scores, parent, value, scale, _worded(codes, scale), what="worst two", has_margins=False), scale


def _dashboard_points(scores: Scores) -> tuple[Floats, NDArray[np.bool_]]:
    """Return indicators × slots: points on the dashboards' scale from 0 to 3, and whether a value was due."""
    shape = (len(scores.plan.indicators), width(scores))
    points, due = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    cells, slot_of = scores.aggregates.cells, slot_of_cells(scores)
    elements = len(scores.plan.elements)
    table = scores.table
    is_due = table.indicators[elements * width(scores) :] > 0
    due[cells.indicator, slot_of] = is_due[row_of_cells(scores)]
    for number, indicator in enumerate(scores.plan.indicators):
        if indicator.goalposts is None or len(indicator.cuts) < 2 or indicator.better not in _DIRECTED:
            continue  # it counts as due, and has no points
        rows = _cells_of(scores, number)
        worst, best = indicator.goalposts
        red, green = sorted((indicator.cuts[0], indicator.cuts[-1]), reverse=best < worst)
        points[number, slot_of[rows]] = thresholds(cells.value[rows], cuts=(worst, red, green, best))
    return points, due


def _by_progress_score(scores: Scores, structure: Structure) -> Iterator[tuple[RatingRows, Scale]]:
    found, is_met = progress_scores(scores)
    cells, slot_of, elements = scores.aggregates.cells, slot_of_cells(scores), len(scores.plan.elements)
    each = np.full((len(scores.plan.indicators), width(scores)), np.nan)
    met = np.zeros(each.shape, dtype=bool)
    each[cells.indicator, slot_of], met[cells.indicator, slot_of] = found, is_met
    scale = _scale_of_rule("indicator", scores.methodology, STATCAN_PROGRESS)
    rows = np.flatnonzero([i.is_scorable and i.better in _DIRECTED for i in scores.plan.indicators])
    some = np.flatnonzero(np.isin(cells.indicator, rows))
    keys = (cells.indicator[some] + elements, cells.period[some], cells.place[some], cells.cell[some])
    words = np.where(is_met[some], statcan.CLASSES[0], np.atleast_1d(statcan.score_class(found[some]))).astype(object)
    words[words == "insufficient data"] = scale.missing
    yield _rows(keys, found[some], "progress score", words, scale, *_blank(len(some))), scale
    for parent, own in _own(structure):
        mine = _scale_of_rule(structure.levels[parent], scores.methodology, STATCAN_PROGRESS)
        said = [statcan.overall_class(each[own, s], achieved=met[own, s]) for s in range(each.shape[1])]
        value = np.array([score for score, _ in said])
        word = np.array([mine.missing if name == "insufficient data" else name for _, name in said], dtype=object)
        yield _on(scores, parent, value, mine, word, what="progress score", has_margins=False), mine


def _scale_of_rule(level: str, methodology: Methodology, usual: Scale) -> Scale:
    """Return the methodology's scale of the quantity that a rule makes; else the one the rule was published with."""
    return next((one for one in methodology.scales if level in one.levels and one.what == usual.what), usual)


# -- shapes ------------------------------------------------------------------------------------------


def _own(structure: Structure) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield outputs, outcomes and objectives with the numbers of their own indicators."""
    for parent, children in structure.indicators.children():
        if structure.levels[parent] != "activity":
            yield parent, children


def _cells_of(scores: Scores, indicator: int) -> Codes:
    """Return the rows of an indicator in the aggregates, which are sorted by indicator."""
    column = scores.aggregates.cells.indicator
    first, last = np.searchsorted(column, np.array([indicator, indicator + 1], dtype=column.dtype))
    return np.arange(first, last)


def _quantity(scores: Scores, nodes: Codes, scale: Scale) -> Floats:
    """Return what a scale rates: the score; the pace; or what was done of what was due, in per cent."""
    rated: Floats = block(scores, "score" if scale.what == "score" else "pace")[nodes]
    return rated * (100 if scale.what == "delivery" else 1)


def _worded(codes: NDArray[np.int64], scale: Scale) -> NDArray[np.object_]:
    return np.array([*scale.names, scale.missing], dtype=object)[codes]


def _blank(count: int) -> tuple[Floats, Floats]:
    return np.full(count, np.nan), np.full(count, np.nan)


def _on(
    scores: Scores,
    nodes: int | Codes,
    value: Floats,
    scale: Scale,
    words: NDArray[np.object_],
    *,
    what: str = "",
    has_margins: bool = True,
) -> RatingRows:
    """Return the rows of one element, or of several: elements × slots."""
    t, count, some = scores.table, width(scores), np.atleast_1d(nodes)
    keys = (np.repeat(some, count), *(np.tile(column[:count], len(some)) for column in (t.period, t.place, t.cell)))
    value = value.ravel()
    up, down = _blank(len(value))
    if has_margins and scale.cuts:
        up, down = cut_points.margins(value, cuts=scale.cuts, better="higher")
    return _rows(keys, value, what or scale.what, words.ravel(), scale, up, down)


def _rows(
    keys: tuple[Any, ...], value: Floats, what: str, words: NDArray[np.object_], scale: Scale, up: Any, down: Any
) -> RatingRows:
    node, period, place, cell = keys
    return RatingRows(
        node=node,
        period=period,
        place=place,
        cell=cell,
        value=value,
        # One word for all rows takes the room of one.
        what=np.broadcast_to(np.array(what, dtype=object), len(node)),
        rating=words,
        scale=np.broadcast_to(np.array(scale.id, dtype=object), len(node)),
        up=np.asarray(up, dtype=np.float64),
        down=np.asarray(down, dtype=np.float64),
    )


def joined(some: Sequence[RatingRows]) -> RatingRows:
    """Return rows of several ratings, each in the order of scores, as one table in that order."""
    if len(some) == 1:
        return some[0]
    nothing = np.zeros(0, dtype=np.int64)
    empty = _rows((nothing, nothing, nothing, nothing), np.zeros(0), "", nothing.astype(object), TWO_STEPS, [], [])
    columns = {a.name: np.concatenate([getattr(rows, a.name) for rows in (empty, *some)]) for a in _COLUMNS}
    order = np.lexsort([columns[name] for name in ("cell", "place", "period", "node")])
    return RatingRows(**{name: column[order] for name, column in columns.items()})
