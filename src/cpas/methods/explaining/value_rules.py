"""How one value was added up, in words: the steps with their numbers, and what did not count.  Methodology §3."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cpas.methods.explaining.case import Case
from cpas.methods.explaining.tracing import Slot, Trace
from cpas.methods.explaining.words import AXES, REDUCED, clause_of_kind, exact
from cpas.model import Indicator
from cpas.tables.aggregates import Request
from cpas.tables.grounds import Rule

__all__ = ["in_unit", "uncounted_rows", "value_facts", "value_rules"]

#: Texts of a qualitative indicator that are repeated.
_MOST_TEXTS = 10


def value_rules(
    case: Case, slot: Slot, asked: Request, indicator: Indicator, trace: Trace, *, withheld: bool
) -> Iterator[Rule]:
    """Yield the steps in their order: time, groups, places, and what is divided at the end."""
    count = len(trace.rows)
    if trace.refused:
        yield Rule(f"Not combined: {trace.refused}.", clause="§3.2", step="refusal")
    if count == 1 and "count" not in trace.rules.values():
        carried = _carried(case, asked, slot, trace)
        yield Rule(f"One observation, as it was reported{carried}.", clause=clause_of_kind(indicator.kind))
    elif count:
        yield from _axis_rules(case, trace)
    if trace.straddling:
        said = f"Of {trace.straddling:,} values for longer or crossing periods the share of their days inside counts"
        yield Rule(said, clause="§3.3.3", step="straddle", method=str(case.aggregates.methodology.straddle or ""))
    if trace.implied:
        filled = case.aggregates.methodology.gaps
        what = f"gaps, filled by {filled!r}" if filled else "zeros, since the return came and says nothing else"
        many = f"{trace.implied:,} value{'' if trace.implied == 1 else 's'} that no observation says"
        yield Rule(f"With {many}: {what}", clause="§3.6", step="implied")
    yield from _division(case, slot, indicator, trace, withheld=withheld)
    if not withheld and not any(case.hidden(rows).any() for _, rows in trace.others):
        for given, other, of in trace.differs:
            said = f"A total and the sum of its {of} differ: {exact(given)} counts, {exact(other)} does not"
            yield Rule(said, clause="§3.4" if of == "groups" else "§3.5", step="total")
    yield _returns(case, trace)


def _carried(case: Case, asked: Request, slot: Slot, trace: Trace) -> str:
    """Return that a value is an earlier one that still holds."""
    store, here = case.few(trace.rows)
    period = store.periods[store.period[here[0]]]
    if period.end >= asked.spans[slot.period].start:
        return ""
    return f" for {period}: it still holds, by the plan for {case.plan.indicators[slot.indicator].valid_for} days"


def _axis_rules(case: Case, trace: Trace) -> Iterator[Rule]:
    """Yield the rule over each axis on which there is something to combine."""
    store, here = case.few(trace.rows)
    columns = {"time": store.period, "group": store.cell, "place": store.place}
    several = {axis: len(np.unique(column[here])) for axis, column in columns.items()}
    inside = {"time": ["place", "group"], "group": ["place"], "place": []}
    for axis, rule in trace.rules.items():
        if several[axis] == 1 and rule != "count":
            continue
        name, clause = AXES[axis]
        each = [other for other in inside[axis] if several[other] > 1]
        at = f", for each {' and '.join(each)}" if each else ""
        done, own = REDUCED[rule]
        what = "period" if axis == "time" else axis
        values = f"values of {several[axis]} {what}s" if several[axis] > 1 else f"values of one {what}"
        yield Rule(f"{name}{at}: {values}, {done}", clause=f"{clause}, {own}", step=axis, method=rule)


def _division(case: Case, slot: Slot, indicator: Indicator, trace: Trace, *, withheld: bool) -> Iterator[Rule]:
    numerator, denominator = (trace.cell.get(name, np.nan) for name in ("numerator", "denominator"))
    if withheld or np.isnan(numerator) or np.isnan(denominator):
        return
    value = trace.cell["value"]
    share = numerator / denominator if denominator else np.nan
    times = "" if not share or np.isnan(value) or np.isclose(value, share) else f" × {exact(value / share)}"
    result = f" = {exact(value)}{in_unit(indicator)}" if not np.isnan(value) else ", which has no value"
    said = f"{exact(numerator)} / {exact(denominator)}{times}{result}"
    yield Rule(said, clause="§3.2.2", step="division", method="ratio")


def in_unit(indicator: Indicator) -> str:
    """Return the unit as it follows a number."""
    return indicator.unit if indicator.unit in ("%", "‰") else f" {indicator.unit}" if indicator.unit else ""


def _returns(case: Case, trace: Trace) -> Rule:
    expected, received = (int(trace.cell.get(name, 0)) for name in ("expected", "received"))
    policy = case.aggregates.methodology.completeness
    whole = "complete" if trace.cell.get("complete") else "not complete"
    due = f"{expected:,} return{'' if expected == 1 else 's'} due, {received:,} came"
    said = f"{due}: {whole} (the methodology asks for: {policy})" if expected else "No return was due"
    return Rule(said, clause="§3.6", step="returns", method=policy)


def value_facts(case: Case, indicator: Indicator, trace: Trace, *, withheld: bool) -> Iterator[tuple[str, str]]:
    """Yield what else a reader must know: the kind, bounds, the age, texts."""
    yield "Kind", f"{indicator.kind}, {clause_of_kind(indicator.kind)}"
    low, high, age = (trace.cell.get(name, np.nan) for name in ("low", "high", "age_days"))
    if not withheld and not (np.isnan(low) and np.isnan(high)):
        least = exact(low) if not np.isnan(low) else "not known"
        most = exact(high) if not np.isnan(high) else "not known"
        yield "Bounds", f"at least {least}, at most {most}"
    if trace.cell.get("is_estimated"):
        yield "Estimated", "it rests on a gap that was filled or a value divided by days, as the methodology allows"
    if age > 0:
        yield "Age", f"{age:,.0f} days before the end of the period"
    if indicator.kind == "text":
        rows = np.concatenate([rows for _, rows in trace.others] or [trace.rows[:0]])
        store, at = case.few(trace.missing)
        there = [(store.period[row], store.texts.get("text", {}).get(row)) for row in at.tolist()]
        said = [text for _, text in there if text] if len(rows) and not case.hidden(trace.missing).any() else []
        yield from (("Said", text) for text in said[:_MOST_TEXTS])


def uncounted_rows(case: Case, trace: Trace) -> Iterator[tuple[str, int]]:
    """Yield why rows did not count, and how many; those above the ceiling are counted together."""
    withheld = 0
    for why, rows in trace.others:
        hidden = int(case.hidden(rows).sum())
        withheld += hidden
        if len(rows) > hidden:
            yield why, len(rows) - hidden
    if withheld:
        yield f"withheld: {case.because}", withheld
