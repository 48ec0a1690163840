"""Count: the events of a register become observations of the indicators that count them.  Methodology §3.9."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.cycle.asked import frequency_asked, periods_asked
from cpas.errors import RequestError, did_you_mean
from cpas.periods import Period, ordinals
from cpas.tables.incidents import Counted, Incidents
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.rows import NO_CODE, REASONS, Rows, sorted_rows
from cpas.tables.trees import PlaceTree, place_tree

__all__ = ["count"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

#: No request makes more rows than this: every combination inside the coverage has one, also where it is zero.
_MOST_ROWS: Final = 20_000_000
_NOT_COLLECTED: Final = REASONS.index("not_collected")


def count(
    incidents: Incidents,
    *,
    by: str | Period | Iterable[Period | str],
    over: str | Iterable[str] = (),
    places: str = "each",
) -> Observations:
    """Count events by period, place and group.

    Inside the coverage that the register declares, no event is zero, and there is a row that says so. Outside it
    nothing is known, and there is no row. A period that lies partly outside is missing, with a remark.

    Parameters
    ----------
    incidents : Incidents
        The events; what each indicator counts of them was said when they were bound to the plan.
    by : str or periods
        A frequency (``day week month quarter half year``, ``year-jul``), or the periods themselves, none of which may
        overlap. An event that lasts into a second period counts in the one in which it began.
    over : str or iterable of str
        Ids of the dimensions to break down by. An indicator that the plan does not break down so is counted whole.
    places : str
        ``each`` as the register has them, ``all`` for the root, or the name of a level: places below it count in it,
        others stay as they are.

    Returns
    -------
    Observations
        One row per indicator × period × place × member, zero rows too: for the places that the indicator names, else
        for every place without places of its own, and wherever there was an event.

    Raises
    ------
    RequestError
        If a frequency, period, dimension or level is unknown or has no meaning, or the rows would be too many.

    Notes
    -----
    Methodology §3.9. An event whose quantity is not known makes the sum it belongs to missing, not smaller.

    Examples
    --------
    >>> import pandas as pd
    >>> from cpas.model import Indicator, Plan
    >>> deaths = Indicator("deaths", "Deaths", measures=(), unit="death", kind="flow", better="lower")
    >>> events = pd.DataFrame({"day": ["2024-01-30", "2024-01-31", "2024-03-02"], "dead": [3, 0, 1]})
    >>> register = Incidents.of(events, Plan("p", "t", indicators=[deaths]), date="day", counts={"deaths": "dead"},
    ...                         coverage="2024-Q1")
    >>> count(register, by="month").frame[["period", "value"]]
        period  value
    0  2024-01    3.0
    1  2024-02    0.0
    2  2024-03    1.0
    """
    plan, tree = incidents.plan, place_tree(incidents.plan)
    grid = _Grid(
        incidents=incidents,
        tree=tree,
        periods=_periods(incidents, by),
        over=_dimensions(incidents, [over] if isinstance(over, str) else list(over)),
        towards=_towards(tree, places),
    )
    return Observations(
        plan=plan,
        store=_store(grid),
        remarks=incidents.remarks + _remarks(grid, places),
        dropped=incidents.dropped,
        coverage=incidents.coverage,
    )


@attrs.frozen(eq=False, kw_only=True)
class _Grid:
    """What is counted, and into what."""

    incidents: Incidents
    tree: PlaceTree
    #: Sorted; they do not overlap.
    periods: tuple[Period, ...]
    #: Dimensions to break down by, in the plan's order.
    over: tuple[str, ...]
    #: For each place the one it counts in.
    towards: Codes

    @cached_property
    def period(self) -> Codes:
        """Number of each event's period, or −1."""
        start, end = ordinals(self.periods)
        day = self.incidents.day
        at = np.searchsorted(start, day, side="right") - 1
        return np.where((at >= 0) & (day <= end[np.maximum(at, 0)]), at, -1) if len(start) else at

    @cached_property
    def partly(self) -> NDArray[np.bool_]:
        """Which periods reach over an end of the coverage."""
        coverage = self.incidents.coverage
        if coverage is None:
            return np.zeros(len(self.periods), dtype=bool)
        return np.array([p.start < coverage.start or p.end > coverage.end for p in self.periods], dtype=bool)


# -- what is asked ---------------------------------------------------------------------------------------------


def _periods(incidents: Incidents, by: Any) -> tuple[Period, ...]:
    """Return the periods asked for, of those that touch the coverage; sorted, none overlapping."""
    known = _known_time(incidents)
    asked = _asked(known, by)
    for before, after in itertools.pairwise(asked):
        if after.start <= before.end:
            message = f"{before} and {after} overlap: an event in both would count twice. Count them one by one."
            raise RequestError(message, by=by)
    return tuple(p for p in asked if known and p.start <= known.end and p.end >= known.start)


def _asked(known: Period | None, by: Any) -> tuple[Period, ...]:
    frequency = frequency_asked(by)
    if frequency is None:
        return periods_asked(by)
    return Period.spanning(known, known, frequency) if known else ()


def _known_time(incidents: Incidents) -> Period | None:
    """Return the coverage; without one the days from the first event to the last."""
    if incidents.coverage is not None or not len(incidents):
        return incidents.coverage
    return Period.between(*(date.fromordinal(int(incidents.day[n])) for n in (0, -1)))


def _dimensions(incidents: Incidents, over: list[str]) -> tuple[str, ...]:
    for name in over:
        incidents.plan.dimension(name)
        if name not in incidents.members:
            known = incidents.members
            raise RequestError(
                f"The incidents say nothing of {name!r}.{did_you_mean(name, known)} "
                f"They have {', '.join(known) or 'no dimension'}: name its column in Incidents.of(dimensions=…).",
                over=name,
            )
    return tuple(dimension.id for dimension in incidents.plan.dimensions if dimension.id in over)


def _towards(tree: PlaceTree, places: str) -> Codes:
    own = np.arange(len(tree.ids), dtype=np.int64)
    if places == "each":
        return own
    found = tree.towards([tree.root] if places == "all" else tree.at_level(places))
    return np.where(found < 0, own, found)


# -- counting --------------------------------------------------------------------------------------------------


def _store(grid: _Grid) -> Rows:
    """Return the rows of all indicators."""
    cells: dict[tuple[str, ...], int] = {}
    tables = [_counted(grid, one, cells) for one in grid.incidents.counted]
    columns = {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
    n = len(columns["value"])
    return sorted_rows(
        periods=grid.periods,
        texts={"text": {}, "source": {}, "note": {}},
        cells=tuple(cells),
        **columns,
        numerator=np.full(n, np.nan),
        denominator=np.full(n, np.nan),
        status=np.full(n, NO_CODE, dtype=np.int8),
        sensitivity=np.full(n, NO_CODE, dtype=np.int8),
        recorded_at=np.full(n, grid.incidents.recorded_at, dtype=np.int64),
    )


def _counted(grid: _Grid, one: Counted, cells: dict[tuple[str, ...], int]) -> dict[str, NDArray[Any]]:
    """Return the rows of one indicator: places × cells × periods, each with what its events add."""
    own_cells, cell = _cells(grid, one)
    spots, spot = _spots(grid, one)
    shape = len(spots), len(own_cells), len(grid.periods)
    _refuse_too_many(int(np.prod(shape)))
    inside = grid.period >= 0
    slot = ((spot * shape[1] + cell) * shape[2] + grid.period)[inside]
    total = {name: _summed(column, inside, slot, shape) for name, column in _columns(one).items()}
    value = total["value"]
    value[:, :, grid.partly] = np.nan
    for bound in ("low", "high"):
        total[bound] = np.where(np.isnan(value), np.nan, total[bound])
    kept = np.ones(shape, dtype=bool)
    if grid.incidents.coverage is None:
        kept = np.bincount(slot, minlength=value.size).reshape(shape) > 0
    place, group, period = np.nonzero(kept)
    number = np.array([cells.setdefault(members, len(cells)) for members in own_cells], dtype=np.int64)
    return {
        "indicator": np.full(len(place), one.indicator, dtype=np.int64),
        "place": spots[place],
        "cell": number[group],
        "period": period.astype(np.int64),
        "reason": np.where(np.isnan(value[kept]), _NOT_COLLECTED, NO_CODE).astype(np.int8),
        **{name: column[kept] for name, column in total.items()},
    }


def _columns(one: Counted) -> dict[str, Floats | None]:
    return {"value": one.value, "low": one.low, "high": one.high}


def _summed(column: Floats | None, inside: NDArray[np.bool_], slot: Codes, shape: tuple[int, ...]) -> Floats:
    """Add a quantity up; NaN where that of one event is not known, and throughout where there is no column."""
    if column is None:
        return np.full(shape, np.nan)
    # bincount adds in the order of the events, which is canonical.
    total = np.bincount(slot, weights=column[inside], minlength=int(np.prod(shape)))
    return total.astype(np.float64).reshape(shape)


def _cells(grid: _Grid, one: Counted) -> tuple[list[tuple[str, ...]], Codes]:
    """Return the combinations of members that an indicator is counted by, and the number of each event's."""
    plan = grid.incidents.plan
    mine = plan.indicators[one.indicator].dimensions
    words = [d.vocabulary if d.id in grid.over and d.id in mine else ("",) for d in plan.dimensions]
    number = np.zeros(len(grid.incidents), dtype=np.int64)
    for dimension, members in zip(plan.dimensions, words, strict=True):
        if members != ("",):
            number = number * len(members) + grid.incidents.members[dimension.id]
    return list(itertools.product(*words)), number


def _spots(grid: _Grid, one: Counted) -> tuple[Codes, Codes]:
    """Return the places that an indicator is counted at, and for each event the position of its own."""
    tree, named = grid.tree, grid.incidents.plan.indicators[one.indicator].places
    if named:
        due = np.array([tree.codes[place] for place in named], dtype=np.int64)
    else:
        is_above = np.zeros(len(tree.ids), dtype=bool)
        is_above[tree.parent[tree.parent != np.arange(len(tree.ids))]] = True
        due = np.flatnonzero(~is_above)
    mine = grid.towards[grid.incidents.place]
    # An indicator without the coverage that makes silence zero has rows only where events are.
    spots = np.unique(np.concatenate([grid.towards[due], mine]))
    return spots, np.searchsorted(spots, mine)


def _refuse_too_many(rows: int) -> None:
    if rows > _MOST_ROWS:
        raise RequestError(
            f"Places × members × periods make {rows:,} rows (at most {_MOST_ROWS:,}). "
            "Ask for longer periods, a level of places, or fewer dimensions.",
            rows=rows,
        )


# -- remarks ---------------------------------------------------------------------------------------------------


def _remarks(grid: _Grid, places: str) -> Remarks:
    return Remarks([*_period_remarks(grid), *_level_remarks(grid, places), *_quantity_remarks(grid)])


def _period_remarks(grid: _Grid) -> Iterator[Remark]:
    period, partly = grid.period, grid.partly
    left_out = int((period < 0).sum())
    if left_out:
        message = f"{left_out} of {len(period)} events are in none of the periods asked for."
        yield Remark("outside_periods", severity="note", message=message)
    for number in np.flatnonzero(partly).tolist():
        found = int((period == number).sum())
        yield Remark(
            "partly_covered",
            where=str(grid.periods[number]),
            message=f"The register covers {grid.incidents.coverage}, not all of {grid.periods[number]}: its values are "
            f"missing, though {found} events are known.",
            hint="Ask for shorter periods, or for those inside the coverage.",
        )


def _level_remarks(grid: _Grid, places: str) -> Iterator[Remark]:
    if places in ("each", "all"):
        return
    at_level = np.array(grid.tree.at_level(places))
    others = int((~np.isin(grid.towards[grid.incidents.place], at_level)).sum())
    if others:
        message = f"{others} events are at no place of level {places!r}; they are counted at their own."
        yield Remark("not_at_level", severity="note", where=places, message=message)


def _quantity_remarks(grid: _Grid) -> Iterator[Remark]:
    for one in grid.incidents.counted:
        unknown = int(np.isnan(one.value).sum())
        if unknown:
            id = grid.incidents.plan.indicators[one.indicator].id
            message = f"Of {unknown} events it is not known how much they add; the sums they belong to are missing."
            yield Remark("quantity_missing", where=id, message=message)
