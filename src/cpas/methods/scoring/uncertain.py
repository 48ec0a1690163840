"""How far each value may be off, and what that does to its score: what is drawn.  Methodology §9.10."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpas.methods import bands, normalise
from cpas.methods.scoring.bases import find_bases
from cpas.methods.scoring.drawing import Inputs
from cpas.methods.scoring.facts import Facts, facts_of
from cpas.methods.scoring.made import Made
from cpas.methods.scoring.normalising import by_cut_points
from cpas.model import Indicator, Methodology
from cpas.tables.aggregates import Aggregates

__all__ = ["inputs_at"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


def inputs_at(
    aggregates: Aggregates,
    made: Made,
    slot: int,
    methodology: Methodology,
    *,
    error: Floats,
    spread: Floats,
    is_triangular: bool,
) -> Inputs:
    """Return how the scores of indicators are drawn in one slot.

    Parameters
    ----------
    aggregates : Aggregates
        What the scores were made from.
    made : Made
        The scores.
    slot : int
        Number of a period × place × group.
    methodology : Methodology
        By which they were made.
    error : array, indicators
        Standard errors that are given; NaN where none is.
    spread : array, indicators
        Standard errors as a share of the value, where there is nothing better.
    is_triangular : bool
        Whether values nearer to the one found are likelier between bounds.

    Notes
    -----
    Methodology §9.10. A standard error that is given counts before bounds, and bounds before a share of the value.
    """
    cells, grid = aggregates.cells, made.grid
    row = grid.spread(np.arange(len(cells)), -1)[:, slot]
    there = row >= 0

    def column(values: Floats) -> Floats:
        return np.where(there, values[row], np.nan)

    raw = np.where(np.isnan(made.blocks.given.score[:, slot]), np.nan, made.blocks.given.raw[:, slot])
    value, low, high = column(cells.value), column(cells.low), column(cells.high)
    facts = facts_of(aggregates.plan, methodology)
    slope, baseline = _slopes(aggregates, facts, row, np.flatnonzero(~np.isnan(raw)), methodology)
    bent = dict(_bent(aggregates.plan.indicators, facts, baseline, np.flatnonzero(~np.isnan(raw))))
    # Where it is not known how far a value would be from a band, it is taken as certain.
    fixed = facts.is_band & facts.by_basis & ~np.isin(np.arange(len(raw)), list(bent))
    bounded = (low < high) & np.isnan(error) & ~fixed
    some = np.where(np.isnan(error), np.abs(value) * spread, error)
    return Inputs(
        raw=raw,
        slope=slope,
        value=value,
        error=np.where(np.isnan(some) | bounded | fixed, 0.0, some),
        low=np.where(bounded, low, np.nan),
        high=np.where(bounded, high, np.nan),
        is_triangular=is_triangular,
        ways=bent,
    )


def _slopes(
    aggregates: Aggregates, facts: Facts, row: Codes, some: Codes, methodology: Methodology
) -> tuple[Floats, Floats]:
    """Return points of score for one of the unit, 0 where the way is not straight; and the baseline."""
    slope, baseline = np.zeros(len(row)), np.full(len(row), np.nan)
    straight = some[facts.by_goalposts[some] & ~facts.is_log[some]]
    slope[straight] = 100 / (facts.best[straight] - facts.worst[straight])
    based = some[facts.by_basis[some]]
    if len(based):
        bases = find_bases(aggregates, row[based], methodology)
        baseline[based] = bases.baseline
        with np.errstate(invalid="ignore", divide="ignore"):
            slope[based] = np.where(facts.is_band[based], 0.0, 100 / (bases.target - bases.baseline))
    return slope, baseline


def _bent(
    indicators: tuple[Indicator, ...], facts: Facts, baseline: Floats, some: Codes
) -> Iterator[tuple[int, Callable[[Floats], Any]]]:
    """Yield the indicators whose way from value to score is not straight, and that way."""
    for number in some.tolist():
        if facts.by_steps[number]:
            yield number, partial(by_cut_points, indicator=indicators[number], method=facts.ways[number])
        elif facts.by_goalposts[number] and facts.is_log[number]:
            yield number, partial(_by_logarithm, worst=facts.worst[number], best=facts.best[number])
        elif facts.is_band[number] and facts.by_basis[number]:
            low, high, start = facts.low[number], facts.high[number], baseline[number]
            if start < low or start > high:
                yield number, partial(bands.band, low=low, high=high, baseline=start)


def _by_logarithm(values: Floats, *, worst: float, best: float) -> Any:
    """Return scores on a logarithmic scale; what is drawn at or below nothing is as good as nothing."""
    least = min(worst, best) * 1e-9
    return normalise.goalposts(np.maximum(values, least), worst=worst, best=best, transform="log")
