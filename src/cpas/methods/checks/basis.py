"""Whether values, baseline and target are for periods that can be compared (design, *Basis*)."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from cpas.methods.checks.codes import Code
from cpas.methods.checks.reading import here, needs_distance, shown
from cpas.methods.checks.wording import called
from cpas.model import Indicator, Plan
from cpas.model.fields import Pairs
from cpas.periods import Frequency, nests
from cpas.sources import Source
from cpas.tables.remarks import Remark

__all__ = ["CODES", "RULES", "flow_basis", "seasonal_baseline_incomplete"]

_IATI: Final = Source("IATI guidance on results", note="a baseline carries its year")
#: How many seasons a year has, for the frequencies a baseline is often seasonal in.
_SEASONS: Final[dict[Frequency, int]] = {"month": 12, "quarter": 4, "half": 2}

FLOW_BASIS_MISMATCH: Final = Code(
    "flow_basis_mismatch",
    "warning",
    what="A flow's values, baseline and target are for periods of different lengths.",
    why="A year's count is about four times a quarter's with nothing changed. Such values are never compared, and the "
    "indicator has no score (basis_mismatch).",
    mend="Give baseline and target for the frequency in which the values are compared.",
    source=_IATI,
)
FLOW_BASIS_COARSER: Final = Code(
    "flow_basis_coarser",
    "note",
    what="A flow is due more often than its target is set for.",
    why="It is scored only when added up to the target's frequency; compared as it is due, it is a basis_mismatch.",
    mend="Aggregate by the target's frequency, or give a target for each period (applies 'each').",
)
SEASONAL_BASELINE_INCOMPLETE: Final = Code(
    "seasonal_baseline_incomplete",
    "warning",
    what="Baselines are given for some seasons of the year and not for others.",
    why="Where violence has seasons, a value is compared with its own. In a season without a baseline, it is compared "
    "with another one's, and the season looks like progress.",
    mend="Give a baseline for each season of one year, or a single one.",
    source=Source("UNMISS, brief on violence affecting civilians", section="second quarter of 2022"),
)


def flow_basis(plan: Plan) -> Iterator[Remark]:
    """Yield the flows whose baseline and target are for periods of other lengths than their values.

    Examples
    --------
    >>> from cpas.model import Baseline, Target
    >>> harm = Indicator("I01", "Civilians harmed", measures=(), unit="people", kind="flow", better="lower",
    ...                  frequency="quarter", baseline=Baseline(84, "2023-Q4"), targets=Target(200, "2025"))
    >>> [remark.code for remark in flow_basis(Plan("demo", "Demo", indicators=[harm]))]
    ['flow_basis_mismatch']
    """
    for indicator in plan.indicators:
        if indicator.kind == "flow" and needs_distance(indicator):
            yield from _flow_basis(indicator)


def _flow_basis(indicator: Indicator) -> Iterator[Remark]:
    due = indicator.frequency
    before = {baseline.period.frequency for baseline in indicator.baseline}
    ahead = {target.period.frequency for target in indicator.targets if target.applies != "total"}
    unmatched = ahead - before if before else set()
    unreachable = {frequency for frequency in before | ahead if due is not None and not _adds_up(due, frequency)}
    if unmatched or unreachable:
        yield FLOW_BASIS_MISMATCH.at(indicator.id, _compared(indicator, before, ahead))
    elif due is not None and ahead and due not in ahead:
        yield FLOW_BASIS_COARSER.at(indicator.id, _compared(indicator, before, ahead))


def _compared(indicator: Indicator, before: set[Frequency], ahead: set[Frequency]) -> str:
    due = indicator.frequency
    said = f"its baseline is for a {_any_of(before)}" if before else "it has no baseline"
    said += f", its target for a {_any_of(ahead)}" if ahead else ""
    return f"{called(indicator)}: {said}" + (f", its values for a {due}." if due is not None else ".")


def seasonal_baseline_incomplete(plan: Plan) -> Iterator[Remark]:
    """Yield the indicators with baselines for several seasons of the year, but not for all.

    Examples
    --------
    >>> from cpas.model import Baseline
    >>> seasonal = Indicator("I04", "Incidents", measures=(), unit="incidents", kind="flow", better="lower",
    ...                      baseline=[Baseline(18, "2023-Q2"), Baseline(30, "2023-Q4")])
    >>> [remark.message for remark in seasonal_baseline_incomplete(Plan("demo", "Demo", indicators=[seasonal]))]
    ["Indicator 'I04' (Incidents) has a baseline for 2 of the 4 seasons of a year by quarter."]
    """
    for indicator in filter(needs_distance, plan.indicators):
        seasons: dict[tuple[Pairs, Frequency], set[int]] = defaultdict(set)
        for baseline in indicator.baseline:
            period = baseline.period
            seasons[here(plan, baseline.where), period.frequency].add(period.start.month)
        for (where, frequency), months in seasons.items():
            if 1 < len(months) < _SEASONS.get(frequency, 0):
                share = f"{len(months)} of the {_SEASONS[frequency]} seasons of a year by {frequency}"
                at = f" at {shown(where)}" if where else ""
                message = f"{called(indicator)} has a baseline for {share}{at}."
                yield SEASONAL_BASELINE_INCOMPLETE.at(indicator.id, message)


@functools.cache
def _adds_up(due: Frequency, frequency: Frequency) -> bool:
    # Whole days lie inside any two dates, though dates are no unit of the calendar.
    return due in (frequency, "day") or nests(due, frequency)


def _any_of(frequencies: set[Frequency]) -> str:
    return " or ".join(sorted(frequencies))


CODES: Final = (FLOW_BASIS_MISMATCH, FLOW_BASIS_COARSER, SEASONAL_BASELINE_INCOMPLETE)
RULES: Final = (flow_basis, seasonal_baseline_incomplete)
