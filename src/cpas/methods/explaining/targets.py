"""What a value is compared with: baseline, target, path, goalposts or band, and the formula with its numbers.

Methodology §9.1, §9.2.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from cpas.methods.explaining.words import exact, listed, scored, where_said
from cpas.methods.scoring.basis import Basis
from cpas.methods.scoring.normalising import normalisation_of
from cpas.model import Baseline, Indicator, Methodology, Target
from cpas.tables.grounds import Ground, Rule

__all__ = ["basis_grounds", "score_rules"]

#: Ways by an indicator's own cut points: the clause of each, and how it is told.
_CLAUSES: Final = {"thresholds": "§4.15", "categories": "§4.14"}
_BY_CUTS: Final = {"thresholds": "Straight between its cut points", "categories": "By the steps of its cut points"}


def score_rules(
    indicator: Indicator, basis: Basis, raw: float, methodology: Methodology, values: Sequence[Ground]
) -> Iterator[Rule]:
    """Yield how a value became a score, with the numbers put in.

    Parameters
    ----------
    indicator, basis, methodology
        What the value is compared with, and how.
    raw : float
        Progress, not clipped.
    values : sequence of Ground
        The value, or all that a running total adds up.
    """
    numbers = [ground.value for ground in values if ground.value is not None]
    if math.isnan(raw) or not numbers or len(numbers) < len(values):
        return
    value = math.fsum(numbers) if basis.is_total else numbers[0]
    if basis.is_total:
        said = f"Added up since the baseline: {' + '.join(exact(one) for one in numbers[::-1])} = {exact(value)}"
        yield Rule(said, clause="§9.1", step="total")
    yield from _formula(indicator, basis, value, raw, methodology)
    if not 0 <= raw <= 100:
        yield Rule(f"{scored(raw)} is kept within 0 and 100: {scored(min(max(raw, 0), 100))}", clause="§4.2")


def _way_of(indicator: Indicator, methodology: Methodology) -> str:
    """Return the way a value becomes a score; nothing where it is never scored."""
    return normalisation_of(indicator, methodology) if indicator.is_scorable else ""


def _formula(indicator: Indicator, basis: Basis, value: float, raw: float, methodology: Methodology) -> Iterator[Rule]:
    way = _way_of(indicator, methodology)
    if way in _CLAUSES:
        told = f"{_ends(indicator, way)}: {exact(value)} is {scored(raw)}"
        yield Rule(f"{_BY_CUTS[way]}, {told}", clause=_CLAUSES[way], step="score", method=way)
    elif way == "goalposts" and indicator.goalposts is not None:
        worst, best = indicator.goalposts
        yield _way(value, worst, best, raw, name="goalposts", clause="§4.2", is_log=indicator.transform == "log")
    elif indicator.better == "inside" and indicator.band is not None:
        low, high = (exact(end) for end in indicator.band)
        if raw == 100:
            yield Rule(f"{exact(value)} is between {low} and {high}: 100", clause="§4.4", step="score", method="band")
        else:
            start = exact(basis.baseline)
            said = f"{exact(value)} is outside {low} to {high}: the way back from {start}, {scored(raw)}"
            yield Rule(said, clause="§4.4", step="score", method="band")
    elif basis.baseline is not None and basis.target is not None:
        yield _way(value, basis.baseline, basis.target, raw, name="progress", clause="§4.1")
        if basis.is_rebased:
            said = "Baseline or target is for a period of another length, and was scaled by days"
            yield Rule(said, clause="§9.1", step="rebase", method="per_day")


def _ends(indicator: Indicator, way: str) -> str:
    """Return the cut points with the score of each step, worst first."""
    cuts = sorted(indicator.cuts, reverse=indicator.better == "lower")
    if way == "thresholds" and indicator.goalposts is not None:
        knots = (indicator.goalposts[0], *cuts, indicator.goalposts[1])
        scores = [100 * n / (len(knots) - 1) for n in range(len(knots))]
        said = [f"{exact(knot)} is {scored(score)}" for knot, score in zip(knots, scores, strict=True)]
        return listed(said, most=len(said))
    steps = [f"{scored(100 * n / len(cuts))} from {exact(cut)} on" for n, cut in enumerate(cuts, start=1)]
    return listed([f"0 before {exact(cuts[0])}", *steps], most=len(steps) + 1)


def _way(value: float, start: float, end: float, raw: float, *, name: str, clause: str, is_log: bool = False) -> Rule:
    """Return the share of the way from start to end, with its numbers."""
    first, last, now = (f"ln {exact(one)}" if is_log else _signed(one) for one in (start, end, value))
    ends = "worst to best" if name == "goalposts" else "baseline to target"
    said = f"The way from {ends}: ({now} − {first}) / ({last} − {first}) × 100 = {scored(raw)}"
    return Rule(said, clause=clause, step="score", method=name)


def _signed(value: float) -> str:
    return f"({exact(value)})" if value < 0 else exact(value)


def basis_grounds(indicator: Indicator, basis: Basis, methodology: Methodology) -> tuple[Ground, ...]:
    """Return what the value of an indicator is compared with."""
    way = _way_of(indicator, methodology)
    if way in _CLAUSES:
        return (Ground("Cut points", word=f"{_ends(indicator, way)}; they hold everywhere (§9.2)"),)
    if way == "goalposts" and indicator.goalposts is not None:
        worst, best = indicator.goalposts
        log = ", compared by their logarithms (§4.3)" if indicator.transform == "log" else ""
        said = f"{exact(worst)} (0 of 100) to {exact(best)} (100 of 100){log}; they hold everywhere (§9.1)"
        return (Ground("Goalposts", word=said),)
    found = []
    if indicator.better == "inside" and indicator.band is not None:
        low, high = indicator.band
        found.append(Ground("Band", word=f"{exact(low)} to {exact(high)}"))
    if basis.of_baseline is not None:
        found.append(_baseline(indicator, basis.of_baseline, basis))
    if basis.of_target is not None:
        found.append(_target(indicator, basis.of_target, basis))
    if basis.path is not None and basis.knots:
        found.append(_path(basis))
    return tuple(found)


def _baseline(indicator: Indicator, baseline: Baseline, basis: Basis) -> Ground:
    scaled = basis.baseline is not None and not basis.is_total and not math.isclose(basis.baseline, baseline.value)
    facts: list[tuple[str, str]] = [("Status", baseline.status)] if baseline.status != "known" else []
    if scaled:
        facts.append(("As compared", f"{exact(basis.baseline)}, scaled to the value's period or across a break"))
    if basis.is_total:
        facts.append(("Counted from", f"the end of {baseline.period}, where the total begins at 0"))
    return Ground(
        f"Baseline, {_where(baseline)}",
        value=baseline.value,
        unit=indicator.unit,
        facts=tuple(facts),
        source=str(baseline.source or ""),
    )


def _target(indicator: Indicator, target: Target, basis: Basis) -> Ground:
    facts = []
    if target.relative:
        facts.append(("As written", f"{target.value:+.0%} of the baseline"))
    elif basis.target is not None and not math.isclose(basis.target, target.value):
        facts.append(("As written", f"{exact(target.value)}, scaled to the value's period"))
    if target.applies != "at":
        facts.append(("Applies", {"each": "to each period of that length", "total": "to the total"}[target.applies]))
    if target.reason:
        facts.append(("Because", target.reason))
    return Ground(
        f"Target, {_where(target)}{f', set on {target.set_on}' if target.set_on else ''}",
        value=basis.target if basis.target is not None else target.value,
        unit=indicator.unit,
        facts=tuple(facts),
        source=str(target.source or ""),
    )


def _where(one: Baseline | Target) -> str:
    pairs = dict(one.where)
    place = pairs.pop("place", "")
    return where_said(str(one.period), place or "the root", tuple(pairs.items())) if one.where else f"in {one.period}"


def _path(basis: Basis) -> Ground:
    """Return the score due by then, and the knots it was read between."""
    if len(basis.knots) == 1:
        said = "The whole is due by now"
    else:
        through = [f"{scored(score)} after {exact(at)}" for at, score in basis.knots[1:-1]]
        way = f", through {listed(through)}," if through else ""
        end = exact(basis.knots[-1][0])
        said = (
            f"A straight line from 0 at the start{way} to 100 after {end} periods; {exact(basis.position)} have passed"
        )
    return Ground(
        "Due by then",
        value=basis.path,
        unit="of 100",
        digits=1,
        rules=(Rule(said, clause="§7.1", step="path"),),
    )
