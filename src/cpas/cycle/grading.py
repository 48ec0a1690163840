"""Quality: how good the data of each indicator are, said plainly.  Methodology §3.10.

Completeness, timeliness, revisions, values far from the others, unknown members, age, totals that are not the sum of
their parts. Each is a fact about data; none is a grade, and none is about a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cpas.choices import ADDITIVE
from cpas.cycle.performing import aggregate
from cpas.cycle.revising import revisions
from cpas.errors import PeriodError
from cpas.methods.outliers import outliers
from cpas.model import DEFAULT, Indicator, Methodology
from cpas.model.places import UNKNOWN
from cpas.periods import Period
from cpas.tables.aggregates import Aggregates
from cpas.tables.keys import new_segments
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remark, Remarks
from cpas.tables.reviews import Quality
from cpas.tables.rows import ALWAYS, moment

__all__ = ["quality"]

Columns = dict[str, NDArray[Any]]
_DAY: Final = 24 * 3600 * 1_000_000
_EPOCH: Final = date(1970, 1, 1).toordinal()
#: A series shorter than this has no middle to be far from.
_SHORTEST: Final = 8
#: Frequencies that come round every year, and how many there are in one.
_IN_A_YEAR: Final = {"month": 12, "quarter": 4, "half": 2}
#: How many outliers of one indicator are named.
_FEW: Final = 5


def quality(
    observations: Observations,
    *,
    as_of: date | datetime | str | None = None,
    methodology: Methodology | None = None,
) -> Quality:
    """Say how good the data of each indicator are.

    Parameters
    ----------
    observations : Observations
        The values, with every vintage.
    as_of : date, datetime or ISO text, optional
        What was known at the end of that day; revisions are counted over all vintages.
    methodology : Methodology, optional
        Its thresholds ``outlier`` and ``part against total``.

    Returns
    -------
    Quality
        One row per indicator: ``expected received completeness on_time delay_days revised outliers unknown age_days
        totals_differ``; and the same as remarks.

    Notes
    -----
    Methodology §3.10.2. Completeness is of the returns due by each indicator's own frequency and places. A value far
    from the others of its series and season is a question to its source, never a reason to leave it out.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("unmiss")
    >>> found = quality(observed)
    >>> found.row("victims")["revised"]
    1
    >>> found.remarks.of("part_against_total")[0].message.split(", ", 1)[1]
    "victims changed by -15 % since the same season a year before, and 'crsv' (harm) by +218 %."
    """
    chosen = methodology or DEFAULT
    table = aggregate(observations, by=None, as_of=as_of, methodology=chosen)
    expected, received = _returns(observations, table, chosen)
    picked = observations.store.pick(as_of=None if table.as_of is None else moment(table.as_of))
    far = list(_far(observations, picked, chosen.threshold("outlier")))
    columns = {
        "expected": expected,
        "received": received,
        "completeness": _share(received, expected),
        **_timeliness(observations),
        "revised": _counted(observations, revisions(observations).rows()),
        "outliers": np.bincount([number for number, _ in far], minlength=len(expected)),
        "unknown": _unknown(observations, table, chosen),
        "age_days": _age(observations, picked),
        "totals_differ": _totals(table),
    }
    remarks = [*_plainly(observations, columns, far), *_against_total(observations, table, chosen)]
    return Quality(
        observations=observations, columns=columns, remarks=Remarks([*table.remarks.of("total_differs"), *remarks])
    )


def _share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)


# -- returns -------------------------------------------------------------------------------------------------------


def _returns(
    observations: Observations, table: Aggregates, methodology: Methodology
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns due and received of each indicator, by its own frequency."""
    plan, store = observations.plan, observations.store
    expected, received = np.zeros(len(plan.indicators), dtype=np.int64), np.zeros(len(plan.indicators), dtype=np.int64)
    own = [_own_frequency(observations, n) for n in range(len(plan.indicators))]
    for frequency in sorted({word for word in own if word and word != "dates"}) if store.periods else ():
        cells = aggregate(observations, by=frequency, as_of=table.as_of, methodology=methodology).cells
        for number in (n for n, word in enumerate(own) if word == frequency):
            mine = cells.indicator == number
            expected[number], received[number] = cells.expected[mine].sum(), cells.received[mine].sum()
    dates = np.array([word == "dates" for word in own], dtype=bool)
    for number in np.flatnonzero(dates).tolist():
        mine = table.cells.indicator == number
        expected[number] = table.cells.expected[mine].sum()
        received[number] = table.cells.received[mine].sum()
    return expected, received


def _own_frequency(observations: Observations, number: int) -> str | None:
    """Return how often an indicator is due: as the plan says, else as most of its rows are."""
    indicator, store = observations.plan.indicators[number], observations.store
    if indicator.formula is not None:
        return None
    if indicator.frequency is not None:
        return indicator.frequency
    words = [store.periods[p].frequency for p in store.period[store.indicator == number].tolist()]
    return min(set(words), key=lambda word: (-words.count(word), word)) if words else None


def _timeliness(observations: Observations) -> Columns:
    """Share of values recorded within the lag, and the median delay, of the first value of each cell."""
    store, indicators = observations.store, observations.plan.indicators
    first = store.pick(first=True)
    first = first[~np.isnan(store.value[first]) & (store.recorded_at[first] != ALWAYS)]
    end = np.array([period.end.toordinal() for period in store.periods], dtype=np.int64)
    day = store.recorded_at[first].astype(np.int64) // _DAY + _EPOCH
    delay = day - end[store.period[first]] if len(first) else np.zeros(0, dtype=np.int64)
    on_time, median = np.full(len(indicators), np.nan), np.full(len(indicators), np.nan)
    for number, indicator in enumerate(indicators):
        mine = delay[store.indicator[first] == number]
        if len(mine):
            on_time[number], median[number] = (mine <= indicator.lag_days).mean(), np.median(mine)
    return {"on_time": on_time, "delay_days": median}


def _counted(observations: Observations, rows: list[dict[str, Any]]) -> NDArray[np.int64]:
    """How many values of each indicator were changed or taken back."""
    number = {indicator.id: n for n, indicator in enumerate(observations.plan.indicators)}
    changed = [number[row["indicator"]] for row in rows if row["what"] != "supplied"]
    return np.bincount(np.array(changed, dtype=np.int64), minlength=len(number))


# -- values --------------------------------------------------------------------------------------------------------


def _far(observations: Observations, picked: NDArray[np.int64], limit: float) -> Iterator[tuple[int, int]]:
    """Yield indicator and row of each value far from the others of its series and season."""
    store, indicators = observations.store, observations.plan.indicators
    picked = picked[~np.isnan(store.value[picked])]
    can = np.array([i.kind not in ("ordinal", "text", "cumulative") for i in indicators] or [False])
    picked = picked[can[store.indicator[picked]]]
    starts = new_segments(store.indicator[picked], store.place[picked], store.cell[picked])
    for some in np.split(picked, starts[1:]):
        if len(some) < _SHORTEST:
            continue
        periods = [store.periods[p] for p in store.period[some].tolist()]
        for row in some[outliers(store.value[some], limit=limit, seasons=_seasons(periods))].tolist():
            yield int(store.indicator[row]), row


def _seasons(periods: list[Period]) -> NDArray[np.int64] | None:
    """Number of each period's season, where all are of one frequency that comes round every year."""
    frequency = periods[0].frequency
    if frequency not in _IN_A_YEAR or any(period.frequency != frequency for period in periods):
        return None
    months = 12 // _IN_A_YEAR[frequency]
    return np.array([(period.start.month - 1) // months for period in periods], dtype=np.int64)


def _unknown(observations: Observations, table: Aggregates, methodology: Methodology) -> NDArray[np.float64]:
    """Share of what is summed over groups whose member is unknown: of several dimensions the largest."""
    plan = observations.plan
    share = np.full(len(plan.indicators), np.nan)
    for dimension in plan.dimensions:
        found = aggregate(observations, by=None, groups=dimension.id, as_of=table.as_of, methodology=methodology)
        members = np.array([cell[0] for cell in found.groups], dtype=object)[found.cells.cell]
        for number, indicator in enumerate(plan.indicators):
            if indicator.kind not in ADDITIVE or dimension.id not in indicator.dimensions:
                continue
            mine = (found.cells.indicator == number) & (members != "")
            value = np.nan_to_num(found.cells.value[mine])
            if value.sum() > 0:
                part = value[members[mine] == UNKNOWN].sum() / value.sum()
                share[number] = np.fmax(share[number], part)
    return share


def _age(observations: Observations, picked: NDArray[np.int64]) -> NDArray[np.float64]:
    """Days from the end of each indicator's latest value to the end of what is observed."""
    store = observations.store
    age = np.full(len(observations.plan.indicators), np.nan)
    picked = picked[~np.isnan(store.value[picked])]
    if len(picked):
        end = np.array([period.end.toordinal() for period in store.periods], dtype=np.int64)[store.period[picked]]
        latest = np.full(len(age), -1, dtype=np.int64)
        np.maximum.at(latest, store.indicator[picked], end)
        age[latest >= 0] = (end.max() - latest)[latest >= 0]
    return age


def _totals(table: Aggregates) -> NDArray[np.int64]:
    """How many totals of each indicator are not the sum of their parts, as far as they are told."""
    number = {indicator.id: n for n, indicator in enumerate(table.plan.indicators)}
    found = [number[remark.where] for remark in table.remarks.of("total_differs")]
    return np.bincount(np.array(found, dtype=np.int64), minlength=len(number))


# -- as remarks ----------------------------------------------------------------------------------------------------


def _plainly(observations: Observations, columns: Columns, far: list[tuple[int, int]]) -> Iterator[Remark]:
    """Yield what the table says of each indicator, in words."""
    for number, indicator in enumerate(observations.plan.indicators):
        row = {name: column[number] for name, column in columns.items()}
        yield from _about_returns(indicator, row)
        if row["revised"]:
            yield Remark(
                "values_revised",
                severity="note",
                where=indicator.id,
                message=f"{row['revised']} values of {indicator.id} were changed or withdrawn after they were known.",
                hint="Look at revisions(observations); say with every percentage which vintage it is of.",
            )
        if row["unknown"] > 0:
            yield Remark(
                "share_unknown",
                severity="note",
                where=indicator.id,
                message=f"Of {indicator.id}, {row['unknown']:.0%} is of an unknown member.",
                hint="Read shares of members with what is unknown beside them.",
            )
        yield from _about_outliers(observations, indicator, [r for n, r in far if n == number])


def _about_returns(indicator: Indicator, row: dict[str, Any]) -> Iterator[Remark]:
    if row["received"] < row["expected"]:
        yield Remark(
            "returns_missing",
            severity="note",
            where=indicator.id,
            message=f"Of {row['expected']} returns of {indicator.id} that were due, {row['received']} came.",
            hint="Ask for the others, or give the reason why they are missing.",
        )
    if row["on_time"] < 1:
        yield Remark(
            "returns_late",
            severity="note",
            where=indicator.id,
            message=f"{1 - row['on_time']:.0%} of the values of {indicator.id} came later than {indicator.lag_days} "
            f"days after their period; half took {row['delay_days']:.0f} days or more.",
            hint="Set lag_days to what is normal, or look at what holds the values up.",
        )


def _about_outliers(observations: Observations, indicator: Indicator, rows: list[int]) -> Iterator[Remark]:
    if not rows:
        return
    store, tree = observations.store, observations.tree
    named = ", ".join(
        f"{store.value[row]:g} in {store.periods[store.period[row]]} at {tree.ids[store.place[row]]}"
        for row in rows[:_FEW]
    )
    more = f" and {len(rows) - _FEW} more" if len(rows) > _FEW else ""
    yield Remark(
        "outlier",
        severity="note",
        where=indicator.id,
        message=f"{indicator.id} has values far from the others of their series: {named}{more}.",
        hint="Ask the source. A value that is true stays, however far it is.",
    )


def _against_total(observations: Observations, table: Aggregates, methodology: Methodology) -> Iterator[Remark]:
    """Yield parts that got worse inside a total that got better, since the same season a year before.

    Of an indicator without a better side both ways are told; of each indicator the latest few.
    """
    plan, least = observations.plan, methodology.threshold("part against total")
    for dimension in plan.dimensions:
        parts = aggregate(observations, by=None, groups=dimension.id, as_of=table.as_of, methodology=methodology)
        for indicator in plan.indicators:
            if indicator.kind in ADDITIVE and dimension.id in indicator.dimensions:
                yield from list(_parts_against(indicator, dimension.id, table, parts, least))[-_FEW:]


def _parts_against(
    indicator: Indicator, dimension: str, table: Aggregates, parts: Aggregates, least: float
) -> Iterator[Remark]:
    root = table.tree.ids[table.tree.root]
    number = [one.id for one in table.plan.indicators].index(indicator.id)
    for period in table.periods:
        total = _change(table, number, period, ())
        for cell in parts.groups:
            change = _change(parts, number, period, cell) if total is not None and cell[0] else None
            if change is None or total is None or change * total >= 0 or abs(change) < least:
                continue
            if indicator.better == ("higher" if change > 0 else "lower"):
                continue
            yield Remark(
                "part_against_total",
                where=indicator.id,
                message=f"In {period} at {root!r}, {indicator.id} changed by {total:+.0f} % since the same season a "
                f"year before, and {cell[0]!r} ({dimension}) by {change:+.0f} %.",
                hint="Show the part beside the total; the total hides it.",
            )


def _change(table: Aggregates, number: int, period: Period, cell: tuple[str, ...]) -> float | None:
    """Return the change since the same season a year before in per cent, or nothing where there is none."""
    try:
        before = period.season_before()
    except PeriodError:
        return None
    if before not in table.periods or cell not in table.groups:
        return None
    values = []
    for one in (before, period):
        key = number, table.periods.index(one), table.tree.root, table.groups.index(cell)
        row = table.rows_by_key.get(key)
        values.append(float(table.cells.value[row]) if row is not None else np.nan)
    if np.isnan(values).any() or values[0] == 0:
        return None
    return 100 * (values[1] - values[0]) / abs(values[0])
