"""The ground of one value of an indicator: how it was added up, and from which observations.  Methodology §3."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import CpasError
from cpas.methods.aggregation.parts import ALL_REASONS
from cpas.methods.explaining.case import Case
from cpas.methods.explaining.tracing import Slot, Trace, cell_at
from cpas.methods.explaining.value_rules import in_unit, uncounted_rows, value_facts, value_rules
from cpas.methods.explaining.words import (
    clause_of_kind,
    direction_said,
    exact,
    listed,
    reason_said,
)
from cpas.methods.formulas import Reference, read_formula, references
from cpas.model import Indicator
from cpas.tables.aggregates import Request
from cpas.tables.grounds import Ground, Rule

__all__ = ["find_row", "is_hidden_value", "value_ground"]

Codes = NDArray[np.int64]
#: Places told one by one; of more, their observations stand in one list.
_MOST_PLACES = 20


def find_row(case: Case, slot: Slot) -> int:
    """Return the row of the aggregates, or −1: by halving, since they are sorted by indicator, period and place."""
    cells = case.aggregates.cells
    low, high = 0, len(cells)
    cell = case.aggregates.groups.index(slot.members) if slot.members in case.aggregates.groups else -1
    wanted = zip(("indicator", "period", "place", "cell"), (slot.indicator, slot.period, slot.place, cell), strict=True)
    for name, number in wanted:
        column = getattr(cells, name)[low:high]
        edges = np.searchsorted(column, np.array([number, number + 1], dtype=column.dtype))
        low, high = low + int(edges[0]), low + int(edges[1])
    return low if high > low else -1


def value_ground(
    case: Case,
    slot: Slot,
    *,
    request: Request | None = None,
    counts: bool = True,
    titled: str = "",
    is_brief: bool = False,
) -> Ground:
    """Return what one value of an indicator rests on.

    Parameters
    ----------
    case : Case
        Aggregates and ceiling.
    slot : Slot
        The value's row.
    request : Request, optional
        Another request than that of the aggregates, for the members that a formula names.
    counts : bool
        Whether it counts in what it is shown under.
    titled : str
        What it is called; the indicator's id and name where nothing is given.
    is_brief : bool
        Without what was said of the indicator already.
    """
    asked = request or case.aggregates.request
    indicator = case.plan.indicators[slot.indicator]
    title = titled or case.titled(indicator)
    if request is None and find_row(case, slot) in case.aggregates.assumed:
        ground = _assumed(case, slot, indicator)
    elif indicator.formula and request is None:
        ground = _calculated(case, slot, indicator)
    else:
        ground = _observed(case, slot, asked, indicator)
    if case.hides(indicator.sensitivity):
        ground = _closed(case, ground, keep=not indicator.formula)
    if is_brief:
        ground = attrs.evolve(ground, meaning=reason_said(ground.reason), source="", facts=ground.facts[1:])
    return attrs.evolve(ground, what=title, counts=counts)


def _closed(case: Case, ground: Ground, *, keep: bool) -> Ground:
    """Return a ground of which only is left how much is withheld."""
    return attrs.evolve(
        ground, value=None, word="", reason="", meaning="", source="", rules=(), facts=(), is_withheld=True,
        because=case.because, children=ground.children if keep else (),
    )  # fmt: skip


def is_hidden_value(case: Case, slot: Slot) -> bool:
    """Whether a value is withheld: its indicator's, or that of an observation it rests on."""
    if case.hides(case.plan.indicators[slot.indicator].sensitivity):
        return True
    return value_ground(case, slot).is_withheld


def _assumed(case: Case, slot: Slot, indicator: Indicator) -> Ground:
    """Return the ground of a value that nobody observed: what stood in its place."""
    row = find_row(case, slot)
    value, before = float(case.aggregates.cells.value[row]), case.aggregates.assumed[row]
    stood = "a missing value" if np.isnan(before) else f"{exact(before)}{in_unit(indicator)}"
    return Ground(
        "",
        value=None if np.isnan(value) else value,
        unit="" if indicator.kind == "ordinal" else indicator.unit,
        reason="no_return" if np.isnan(value) else "",
        meaning=_meaning(indicator, "no_return" if np.isnan(value) else ""),
        rules=(Rule(f"Assumed in place of {stood}", clause="§9.9", step="what_if"),),
        source=str(indicator.source or ""),
        because=case.because,
    )


# -- added up from observations --------------------------------------------------------------------------------------


def _observed(case: Case, slot: Slot, asked: Request, indicator: Indicator) -> Ground:
    trace = case.trace(slot, asked)
    if asked is case.aggregates.request:
        trace = _as_in_table(case, slot, trace)
    hidden = case.hidden(trace.rows)
    is_missing = np.isnan(trace.cell.get("value", np.nan))
    withheld = bool(hidden.any()) or bool(is_missing and case.hidden(trace.missing).any())
    reason = ALL_REASONS[trace.reason] if trace.reason >= 0 else "no_return" if not trace.cell else ""
    visible = trace.rows[~hidden]
    ground = Ground(
        "",
        value=None if is_missing or withheld else trace.cell["value"],
        unit="" if indicator.kind == "ordinal" else indicator.unit,
        word="" if withheld else _level(indicator, trace),
        reason="" if withheld or not is_missing else reason,
        meaning=_meaning(indicator, reason if is_missing and not withheld else ""),
        rules=tuple(value_rules(case, slot, asked, indicator, trace, withheld=withheld)),
        facts=tuple(value_facts(case, indicator, trace, withheld=withheld)),
        source=str(indicator.source or ""),
        is_withheld=withheld,
        because=case.because,
        withheld=int(hidden.sum()),
        uncounted=tuple(uncounted_rows(case, trace)),
    )
    return _by_place(case, ground, trace, visible, indicator)


def _as_in_table(case: Case, slot: Slot, trace: Trace) -> Trace:
    """Return a trace with the numbers of the table: a row may be due there only because of other periods."""
    row = find_row(case, slot)
    reason = int(case.aggregates.cells.reason[row]) if row >= 0 else -1
    return attrs.evolve(trace, cell=cell_at(case.aggregates.cells, row), reason=reason)


def _by_place(case: Case, ground: Ground, trace: Trace, visible: Codes, indicator: Indicator) -> Ground:
    """Put observations under the value, or under the places where several make one number before they are joined."""
    if not 2 <= len(trace.parts) <= _MOST_PLACES or len(trace.parts) == len(trace.rows):
        return attrs.evolve(ground, rows=visible)
    store, at = case.few(trace.rows)
    place, children = store.place[at], []
    for code, value in trace.parts:
        mine = trace.rows[place == code]
        hidden = case.hidden(mine)
        children.append(
            Ground(
                f"At {case.place_name(code)}",
                value=None if hidden.any() or np.isnan(value) else value,
                unit=ground.unit,
                is_withheld=bool(hidden.any()),
                because=case.because,
                withheld=int(hidden.sum()),
                rows=mine[~hidden],
                shared=("place",),
            )
        )
    return attrs.evolve(ground, children=tuple(children), withheld=0)


def _level(indicator: Indicator, trace: Trace) -> str:
    """Return the name of an ordinal's level."""
    value = trace.cell.get("value", np.nan)
    if not indicator.levels or np.isnan(value) or value != int(value) or not 0 <= value < len(indicator.levels):
        return ""
    return indicator.levels[int(value)]


def _meaning(indicator: Indicator, reason: str) -> str:
    proxy = f" It stands in for {indicator.proxy_for}." if indicator.proxy_for else ""
    defined = f" {indicator.definition}" if indicator.definition else ""
    return " ".join(part for part in (reason_said(reason), direction_said(indicator)) if part) + defined + proxy


# -- calculated from other indicators --------------------------------------------------------------------------------


def _calculated(case: Case, slot: Slot, indicator: Indicator) -> Ground:
    """Return the ground of a formula: the values it was worked out from."""
    row = find_row(case, slot)
    cells = case.aggregates.cells
    value = float(cells.value[row]) if row >= 0 else float("nan")
    parts = tuple(_part(case, slot, one) for one in _references(indicator))
    withheld = any(part.is_withheld for part in parts)
    code = int(cells.reason[row]) if row >= 0 else -1
    reason = ALL_REASONS[code] if code >= 0 else "no_return"
    missing = bool(np.isnan(value))
    facts = [("Kind", f"calculated from others; {indicator.kind}, {clause_of_kind(indicator.kind)}")]
    if row >= 0 and cells.age_days[row] > 0:
        facts.append(("Age", f"{cells.age_days[row]:,.0f} days before the end of the period"))
    return Ground(
        "",
        value=None if missing or withheld else value,
        unit=indicator.unit,
        reason=reason if missing and not withheld else "",
        meaning=_meaning(indicator, reason if missing and not withheld else ""),
        rules=tuple(_formula_rules(indicator, parts, value, withheld=withheld)),
        facts=tuple(facts),
        source=str(indicator.source or ""),
        is_withheld=withheld,
        because=case.because,
        children=parts,
    )


def _references(indicator: Indicator) -> tuple[Reference, ...]:
    try:
        return references(read_formula(indicator.formula or ""))
    except CpasError:
        return ()


def _part(case: Case, slot: Slot, one: Reference) -> Ground:
    """Return the ground of what a formula refers to."""
    number = case.number(one.indicator)
    members = {key: member for key, member in one.where if key != "place"}
    mine = attrs.evolve(slot, indicator=number)
    if not members:
        return value_ground(case, mine)
    title = f"{case.titled(case.plan.indicators[number])}, {', '.join(f'{k} {m}' for k, m in members.items())}"
    request = case.aggregates.request
    wider = tuple(d.id for d in case.plan.dimensions if d.id in request.groups or d.id in members)
    asked = dict(zip(request.groups, slot.members, strict=True)) | members
    named = tuple(asked[name] for name in wider)
    return value_ground(
        case, attrs.evolve(mine, members=named), request=attrs.evolve(request, groups=wider), titled=title
    )


def _formula_rules(indicator: Indicator, parts: tuple[Ground, ...], value: float, *, withheld: bool) -> Iterator[Rule]:
    yield Rule(f"Formula: {indicator.formula}", clause="§3.8", step="formula")
    if withheld or not parts:
        return
    missing = [part.what for part in parts if part.value is None]
    if missing:
        yield Rule(f"No value without {listed(missing)}", clause="§3.8", step="formula")
        return
    said = {_written(one): part.value for one, part in zip(_references(indicator), parts, strict=True)}
    filled = re.sub(r"\{[^{}]*\}", lambda match: exact(said[_key(match[0])]), indicator.formula or "")
    result = exact(value) if not np.isnan(value) else "no value: something is divided by zero"
    yield Rule(f"{filled} = {result}{in_unit(indicator)}", clause="§3.8", step="formula")


def _written(one: Reference) -> str:
    return "|".join([one.indicator, *(f"{key}={member}" for key, member in one.where)])


def _key(reference: str) -> str:
    """Return a reference as :func:`_written` gives it, however it is spaced."""
    found = references(read_formula(reference))
    return _written(found[0])
