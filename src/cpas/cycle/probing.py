"""Probe: what each indicator does to each score, and how far it must move for a rating to change.  Methodology §9.8."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cpas.columns import PROBES, names
from cpas.errors import RequestError, did_you_mean
from cpas.methods.aggregation.parts import reason_code
from cpas.methods.diagnosis import rate_outcome, scale_for
from cpas.methods.scoring.bases import basis_of_row
from cpas.methods.scoring.indicators import IndicatorScores, score_indicators
from cpas.methods.scoring.normalising import normalisation_of
from cpas.methods.scoring.probing import Slot, linear_elements, reaching_scores, rests_on, without_each
from cpas.methods.scoring.structure import Structure, compile_structure
from cpas.periods import Period, to_period
from cpas.tables.probes import Probes
from cpas.tables.scores import Scores

__all__ = ["probe"]

#: A score that differs from 0 only by rounding.
_NOTHING: Final = 1e-9
Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


def probe(scores: Scores, *, at: Period | str, place: str | None = None) -> Probes:
    """Say what each indicator does to each score: without it, and at which value a rating would change.

    Parameters
    ----------
    scores : Scores
        From :func:`cpas.score`; where they are by group, all groups together are probed.
    at : Period or text
        One of the periods scored.
    place : str, optional
        Id of the place; the root where none is given.

    Returns
    -------
    Probes
        Columns ``id element level place weight score whole without effect rating score_up score_down value_up
        value_down``: one row per indicator and element whose score rests on it. A score or value is missing where the
        indicator alone cannot change the word, or the element has no scale with cut points.

    Raises
    ------
    RequestError
        If the period or the place was not scored.

    Notes
    -----
    Methodology §9.8. The path stays as it is: what was due does not move with the indicator.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> probes = probe(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2")
    >>> row = probes.of("OC-1")[0]
    >>> row["id"], round(row["whole"], 1), round(row["without"], 1), round(row["effect"], 1)
    ('I03', 57.9, 52.8, 5.1)
    >>> round(row["value_up"], 1)
    69.3
    """
    case = _Case(scores, to_period(at), place)
    columns: dict[str, Any] = {name: [] for name in names(PROBES)}
    for row in case.rows():
        for name in columns:
            columns[name].append(row[name])
    return Probes(scores=scores, at=case.at, columns={name: np.array(column) for name, column in columns.items()})


class _Case:
    """One period and place, ready to be rolled up otherwise."""

    def __init__(self, scores: Scores, at: Period, place: str | None) -> None:
        self.scores, self.at, self.aggregates = scores, at, scores.aggregates
        if at not in scores.periods:
            known = [str(period) for period in scores.periods]
            raise RequestError(f"There are no scores in {at}.{did_you_mean(at, known)}", at=str(at))
        self.place = place or scores.tree.ids[scores.tree.root]
        if self.place not in scores.tree.codes:
            near = did_you_mean(self.place, scores.tree.codes)
            raise RequestError(f"There is no place {self.place!r}.{near}", place=self.place)
        self.structure: Structure = compile_structure(scores.plan, scores.methodology)
        blank = ("",) * len(self.aggregates.request.groups)
        key = (scores.periods.index(at), scores.tree.codes[self.place], self.aggregates.groups.index(blank))
        cells = self.aggregates.cells
        self.row_of = np.full(len(scores.plan.indicators), -1, dtype=np.int64)
        mine = np.flatnonzero((cells.period == key[0]) & (cells.place == key[1]) & (cells.cell == key[2]))
        self.row_of[cells.indicator[mine]] = mine
        self.key = key
        self.slot = _slot(score_indicators(self.aggregates, scores.methodology), self.row_of)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one row per indicator with a score and element that rests on it, indicators in the plan's order."""
        there = np.flatnonzero(~np.isnan(self.slot.score))
        elements, which = np.nonzero(rests_on(self.structure, len(self.row_of))[:, there])
        indicators = there[which]
        order = np.lexsort((elements, indicators))
        elements, indicators = elements[order], indicators[order]
        position = np.searchsorted(there, indicators)
        without = without_each(self.structure, self.slot, there)[elements, position]
        linear = linear_elements(self.structure)
        cuts = [self.cuts(int(element)) for element in elements]
        ends = [
            reaching_scores(
                self.structure, self.slot, indicators, elements, np.array([one[n] for one in cuts]), linear=linear
            )
            for n in (0, 1)
        ]
        weight = {(child, parent): share for child, parent, _, share in self.scores.weight_rows}
        for n, (element, indicator) in enumerate(zip(elements.tolist(), indicators.tolist(), strict=True)):
            id, parent = self.scores.plan.indicators[indicator].id, self.scores.plan.elements[element].id
            whole, up, down = self.number("score", element), float(ends[0][n]), float(ends[1][n])
            # No score is below 0: a rating that would change only there does not change.
            down = down if down > _NOTHING else np.nan
            yield {
                "id": id,
                "element": parent,
                "level": self.structure.levels[element],
                "place": self.place,
                "weight": weight.get((id, parent), np.nan),
                "score": float(self.slot.score[indicator]),
                "whole": whole,
                "without": float(without[n]),
                "effect": whole - float(without[n]),
                "rating": cuts[n][2],
                "score_up": up,
                "score_down": down,
                "value_up": self.value_at(indicator, up),
                "value_down": self.value_at(indicator, down),
            }

    def number(self, name: str, node: int) -> float:
        """Return one number of an element's scores."""
        return float(self.scores.table.numbers[name][self.scores.rows_by_key[node, *self.key]])

    def cuts(self, element: int) -> tuple[float, float, str | None]:
        """Return the scores at which an element gains the next better word and loses its own, and the word."""
        level = self.structure.levels[element]
        score, path = self.number("score", element), self.number("path", element)
        if level not in ("output", "outcome") or np.isnan(score):
            return np.nan, np.nan, None
        scale = scale_for(level, self.scores.methodology)
        unit = {"score": 1.0, "pace": path, "delivery": path / 100}.get(scale.what, np.nan)
        if np.isnan(unit) or unit <= 0:
            return np.nan, np.nan, None
        rated = scale.rate(score / unit)
        lows = [cut * unit for cut in scale.cuts]
        place = scale.names.index(rated.band)
        up = lows[place] if place < len(lows) else np.nan
        # No score goes below 0, so a cut point there cannot be lost.
        down = lows[place - 1] if place and lows[place - 1] > 0 else np.nan
        word: str | None = rated.band
        if level == "outcome":
            raw = float(self.scores.trend_base[self.scores.rows_by_key[element, *self.key]])
            raw = score if np.isnan(raw) else raw
            word = rate_outcome(score, path, raw=raw, methodology=self.scores.methodology)
        return up, down, word

    def value_at(self, indicator: int, score: float) -> float:
        """Return the value at which an indicator has a score; missing where the way there is not straight."""
        one = self.scores.plan.indicators[indicator]
        way = normalisation_of(one, self.scores.methodology)
        if np.isnan(score) or one.better == "inside":
            return float("nan")
        if way == "goalposts" and one.goalposts is not None:
            worst, best = np.log(one.goalposts) if one.transform == "log" else one.goalposts
            found = worst + score / 100 * (best - worst)
            return float(np.exp(found) if one.transform == "log" else found)
        if way != "progress":
            return float("nan")
        basis = basis_of_row(self.aggregates, int(self.row_of[indicator]), self.scores.methodology)
        if basis.baseline is None or basis.target is None or basis.is_total:
            return float("nan")
        return float(basis.baseline + score / 100 * (basis.target - basis.baseline))


def _slot(found: IndicatorScores, row_of: Codes) -> Slot:
    """Return the scores of all indicators at one period, place and group."""
    there = row_of >= 0
    only_met = np.isin(found.reason[row_of], [reason_code("met"), reason_code("not_met")])
    return Slot(
        score=np.where(there, found.score[row_of], np.nan),
        counts=there & found.is_due[row_of] & ~only_met,
        due=there & found.is_due[row_of],
        answered=there & found.is_answered[row_of],
    )
