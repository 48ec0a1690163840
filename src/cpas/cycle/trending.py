"""Trends: where each indicator is going, by tests and words of published methods.  Methodology §8."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.columns import TRENDS, names
from cpas.errors import RequestError, did_you_mean
from cpas.methods.agreement import agreement
from cpas.methods.comparing import earlier_period
from cpas.methods.concepts import words_of_concepts
from cpas.methods.counts import compare_counts, dispersion, independent_events
from cpas.methods.mannkendall import mann_kendall
from cpas.methods.scoring.bases import basis_of_row
from cpas.methods.seasons import same_season
from cpas.methods.series_points import gaps_between, points_of, years_between, years_of
from cpas.methods.slopes import theil_sen
from cpas.methods.trend import change, in_words
from cpas.model import Indicator, Methodology
from cpas.periods import Period, to_period
from cpas.tables.aggregates import Aggregates
from cpas.tables.trend_rows import Trends
from cpas.units.words import COUNTED

__all__ = ["trends"]

_NAN: Final = float("nan")
#: Kinds whose series says nothing in a word, and why.
_WORDLESS: Final = {
    "ordinal": "levels have an order and no distances: the test alone",
    "cumulative": "a running total goes one way by itself: follow its own amounts",
}


def trends(aggregates: Aggregates, *, at: Period | str | None = None, methodology: Methodology | None = None) -> Trends:
    """Say where each indicator is going: slope, test, word, both comparisons, and what concepts of progress say.

    Parameters
    ----------
    aggregates : Aggregates
        From :func:`cpas.aggregate`, by a frequency.
    at : Period or text, optional
        The last period of the series; the last one asked for where none is given.
    methodology : Methodology, optional
        Whose constants hold (``trend points``); that of the aggregates where none is given.

    Returns
    -------
    Trends
        One row per indicator × place × group. Columns ``indicator period place`` (and groups) ``value points gaps
        slope slope_low slope_high p trend previous change_previous p_previous season years change_season p_season
        dispersion concepts agreement note``.

    Raises
    ------
    RequestError
        If the period was not asked for, or the aggregates are of years to date: a part of a year is not compared with
        a whole one.
    MethodError
        If the methodology takes fewer than three points for a trend.
    MissingExtraError
        If scipy is not installed.

    Notes
    -----
    Methodology §8.2, §8.3, §8.4, §8.7, §8.11, §7.11. cpas extension: which periods are points. A gap is missing, not
    zero; nor is an incomplete sum, a filled gap, or a value that only still holds a point, nor what lies before a
    break that nothing bridges. With too few points, or where the plan does not say which change counts
    (``min_change``), the word is "insufficient data". Counts that scatter more than independent events are compared
    with their dispersion.

    Examples
    --------
    Incidents in six quarters, falling by about 2 each time:

    >>> from cpas.cycle.performing import aggregate
    >>> from cpas.testing.small import observe, small_indicator
    >>> periods = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2")
    >>> rows = [{"period": p, "value": v} for p, v in zip(periods, (21, 18, 17, 15, 12, 11))]
    >>> observed = observe(small_indicator(unit="incident", min_change=3), rows)
    >>> row = trends(aggregate(observed, by="quarter")).row("I")
    >>> row["trend"], row["slope"], round(row["p"], 3), row["previous"], row["season"]
    ('improving', -8.0, 0.009, 12.0, 18.0)
    """
    chosen = methodology or aggregates.methodology
    last = _last(aggregates, at)
    columns: dict[str, list[Any]] = {name: [] for name in (*names(TRENDS), *aggregates.request.groups)}
    if last is not None:
        for series in _series(aggregates, last):
            row = series.row(int(chosen.threshold("trend points")), chosen)
            for name, column in columns.items():
                column.append(row[name])
    types = {column.name: {"text": object, "count": np.int64}.get(column.type, np.float64) for column in TRENDS}
    return Trends(
        aggregates=aggregates,
        methodology=chosen,
        at=last,
        columns={name: np.array(column, dtype=types.get(name, object)) for name, column in columns.items()},
    )


def _last(aggregates: Aggregates, at: Period | str | None) -> Period | None:
    if aggregates.request.spans != aggregates.request.periods:
        raise RequestError("Years to date make no series: each is a longer part of a year. Aggregate without to_date.")
    if at is None:
        return max(aggregates.periods, key=lambda period: (period.end, period.start), default=None)
    asked = to_period(at)
    if asked not in aggregates.periods:
        known = [str(period) for period in aggregates.periods]
        raise RequestError(f"The aggregates have no period {asked}.{did_you_mean(str(asked), known)}", at=str(asked))
    return asked


def _series(aggregates: Aggregates, last: Period) -> Iterator[_Series]:
    """Yield the series of each indicator × place × group, in the order of the plan."""
    c = aggregates.cells
    order = np.lexsort((c.period, c.cell, c.place, c.indicator))
    keys = np.stack([c.indicator, c.place, c.cell], axis=1)[order]
    starts = np.flatnonzero((keys[1:] != keys[:-1]).any(axis=1)) + 1
    for rows in np.split(order, starts) if len(order) else []:
        indicator = aggregates.plan.indicators[c.indicator[rows[0]]]
        if indicator.kind != "text":
            yield _Series(aggregates, indicator, rows, last)


@attrs.frozen(eq=False)
class _Series:
    """One indicator at one place, for one group."""

    aggregates: Aggregates
    indicator: Indicator
    rows: NDArray[np.int64]
    last: Period

    @property
    def points(self) -> dict[Period, float]:
        """The values that are points of it."""
        return points_of(self.aggregates, self.indicator, self.rows.tolist(), self.last)

    def row(self, least: int, methodology: Methodology) -> dict[str, Any]:
        """Return all that is said of it, by column."""
        points, c = self.points, self.aggregates.cells
        first = self.rows[0]
        members = self.aggregates.groups[c.cell[first]]
        return {
            "indicator": self.indicator.id,
            "period": str(self.last),
            "place": self.aggregates.tree.ids[c.place[first]],
            **{name: m or None for name, m in zip(self.aggregates.request.groups, members, strict=True)},
            "value": points.get(self.last, _NAN),
            "points": len(points),
            "gaps": gaps_between(list(points)),
            **self._way(points, least),
            **self._compared(points, least),
            **self._concepts(points, methodology),
        }

    def _way(self, points: dict[Period, float], least: int) -> dict[str, Any]:
        """Slope, test and word; with too few points, none of them."""
        found = {"slope": _NAN, "slope_low": _NAN, "slope_high": _NAN, "p": _NAN}
        values, times = list(points.values()), years_of(list(points))
        one, word, note = self.indicator, "insufficient data", None
        if len(points) >= least:
            found["p"] = mann_kendall(values).p
            if one.kind != "ordinal":
                slope = theil_sen(values, times)
                found |= {"slope": slope.slope, "slope_low": slope.low, "slope_high": slope.high}
        if not one.is_scorable or one.kind in _WORDLESS:
            return {**found, "trend": None, "note": _WORDLESS.get(one.kind, "no way of it is better")}
        if len(points) < least:
            note = f"{len(points)} {'point' if len(points) == 1 else 'points'}, {least} are needed"
        elif one.min_change is None:
            note = "the plan does not say which change counts (min_change)"
        else:
            way: Literal["higher", "lower"] = "higher" if one.better == "higher" else "lower"
            word = in_words(self._turned(values), better=way, min_change=one.min_change, min_points=least, times=times)
        return {**found, "trend": word, "note": note}

    def _turned(self, values: list[float]) -> list[float]:
        """Return values as they are; of a band, how far each is outside."""
        if self.indicator.better != "inside" or self.indicator.band is None:
            return values
        low, high = self.indicator.band
        return [max(low - value, value - high, 0.0) for value in values]

    def _compared(self, points: dict[Period, float], least: int) -> dict[str, Any]:
        """The period before, and the same season of earlier years; exactly, where events are counted."""
        now = points.get(self.last, _NAN)
        before = earlier_period(self.last, "previous")
        previous = points.get(before, _NAN) if before is not None else _NAN
        seasons = [value for period, value in points.items() if period != self.last and self.last.same_season(period)]
        season = float(np.mean(seasons)) if seasons and self.indicator.kind != "ordinal" else _NAN
        found = {
            "previous": previous,
            "change_previous": change(now, previous),
            "season": season,
            "years": len(seasons),
            "change_season": change(now, season),
        }
        earlier = [value for period, value in points.items() if period != self.last]
        spread = dispersion(earlier).ratio if len(earlier) >= least and any(earlier) and self._counts(earlier) else _NAN
        used = max(spread, 1.0) if spread == spread else 1.0
        found |= {"dispersion": spread, "p_previous": _NAN, "p_season": _NAN}
        if self._counts([now, previous]):
            found["p_previous"] = _p_of_two(now, previous, used)
        if seasons and self._counts([now, *seasons]):
            # Every second place is another season, which nobody asks for.
            both = np.full(2 * len(seasons) + 1, np.nan)
            both[::2] = [*seasons, now]
            found["p_season"] = same_season(both, period=2, min_years=1, dispersion=used).p
        return found

    def _counts(self, values: list[float]) -> bool:
        """Whether these are numbers of events: a sum of what is counted, whole and not negative."""
        is_count = self.indicator.kind == "flow" and self.indicator.unit in COUNTED
        return is_count and all(value >= 0 and float(value).is_integer() for value in values)

    def _concepts(self, points: dict[Period, float], methodology: Methodology) -> dict[str, Any]:
        """What each concept says of the target; nothing where there is none to travel to."""
        nothing = {"concepts": None, "agreement": _NAN}
        one = self.indicator
        if one.better not in ("higher", "lower") or one.kind == "ordinal" or self.last not in points:
            return nothing
        number = self.aggregates.periods.index(self.last)
        row = next(row for row in self.rows.tolist() if self.aggregates.cells.period[row] == number)
        basis = basis_of_row(self.aggregates, row, methodology)
        start, end = basis.baseline, basis.target
        if basis.of_baseline is None or basis.of_target is None or start is None or end is None or basis.is_total:
            return nothing
        since = basis.of_baseline.period
        elapsed, total = (years_between(since, later) for later in (self.last, basis.of_target.period))
        # Where the baseline has reached the target there is no way to travel (§7.10).
        ahead = end - start if one.better == "higher" else start - end
        if ahead <= 0 or elapsed <= 0 or total <= 0:
            return nothing
        words = words_of_concepts(
            points[self.last], baseline=start, target=end, elapsed=elapsed, total=total, better=one.better,
            values=list(points.values()), times=[years_between(since, period) for period in points],
        )  # fmt: skip
        found = agreement(words)
        return {"concepts": "; ".join(f"{name}: {said}" for name, said in found.verdicts), "agreement": found.share}


def _p_of_two(now: float, before: float, spread: float) -> float:
    """Return the exact p of two counts; 1 where nothing happened in either, so that there is nothing to tell apart."""
    if not any(independent_events([now, before], dispersion=spread)):
        return 1.0
    return compare_counts(int(now), int(before), dispersion=spread).p
