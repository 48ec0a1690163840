"""The whole way of adding up, axis after axis: vintage, time, groups, places.  Methodology §3.2.

``add_up`` is what :func:`cpas.aggregate` runs, and what :func:`cpas.explain` runs again for one indicator with a
trace, so that an explanation cannot differ from the number it explains.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.over_groups import Difference, Margins, over_groups, read_margins
from cpas.methods.aggregation.over_places import over_places
from cpas.methods.aggregation.over_time import Spans, over_time
from cpas.methods.aggregation.parts import Parts, Step, reason_code
from cpas.methods.aggregation.returns import Returns, complete, count_returns
from cpas.methods.aggregation.rules import IndicatorRules, compile_rules
from cpas.model import Methodology
from cpas.periods import ordinals
from cpas.tables.aggregates import Cells, Request
from cpas.tables.observations import Observations
from cpas.tables.rows import moment

__all__ = ["Sums", "add_up", "known_rows"]

Codes = NDArray[np.int64]


@attrs.frozen(eq=False, kw_only=True)
class Sums:
    """What adding up gives, before it is put into a table."""

    #: One row per indicator × period × place × group.
    cells: Cells
    #: The cells of groups that remain.
    groups: tuple[tuple[str, ...], ...]
    #: Code of why a row was refused, by row of `cells`; 0 where it was not.
    refused: NDArray[np.int8]
    #: Totals given that are not the sum of their parts.
    differences: list[Difference]
    #: Row of the last step that each row of `cells` comes from; −1 for a gap.
    source: Codes


def known_rows(observations: Observations, request: Request, only: Codes | None = None) -> Codes:
    """Return the rows of the store that are of the vintage asked for and not withdrawn."""
    store = observations.store
    as_of = None if request.as_of is None else moment(request.as_of)
    picked = store.pick(as_of=as_of, first=request.vintage == "first")
    if only is not None:
        picked = picked[np.isin(store.indicator[picked], only)]
    return picked[~store.is_withdrawn[picked]]


def add_up(
    observations: Observations,
    request: Request,
    methodology: Methodology,
    *,
    only: Codes | None = None,
    trace: list[Step] | None = None,
) -> Sums:
    """Return the aggregates of observations.

    Parameters
    ----------
    observations : Observations
        The values.
    request : Request
        What is asked for.
    methodology : Methodology
        By which methods.
    only : array of int, optional
        Numbers of the indicators to add up; all where none are given.
    trace : list of Step, optional
        Takes the three steps, for following numbers back.

    Notes
    -----
    Methodology §3.2.
    """
    plan, tree, store = observations.plan, observations.tree, observations.store
    rules = compile_rules(plan)
    picked = known_rows(observations, request, only)
    start, end = ordinals(store.periods)
    target_start, target_end = ordinals(request.spans)
    spans = Spans(start=start, end=end, target_start=target_start, target_end=target_end)
    kept = [n for n, dimension in enumerate(plan.dimensions) if dimension.id in request.groups]
    margins = read_margins(store.cells, kept)
    over = over_time(store, picked, spans, rules, trace)
    grouped, differences = over_groups(_with_shares(over, rules), margins, rules, methodology.totals, trace)
    towards = _towards(observations, request)
    placed, _ = over_places(_with_shares(grouped, rules), tree, towards, rules, trace)
    returns = count_returns(
        store,
        picked,
        over,
        plan=plan,
        tree=tree,
        towards=None if request.places == "each" else towards,
        spans=spans,
        targets=request.spans,
        rules=rules,
        is_observed=request.by is None,
    )
    if only is not None:
        returns = _only(returns, only)
    return _finish(
        _with_shares(placed, rules), returns, margins, rules, spans, methodology, differences,
        _late(observations, request, spans, towards), [i.kind == "text" for i in plan.indicators],
    )  # fmt: skip


def _towards(observations: Observations, request: Request) -> Codes:
    tree = observations.tree
    if request.places == "each":
        return np.arange(len(tree.ids))
    return tree.towards([tree.root] if request.places == "all" else tree.at_level(request.places))


def _with_shares(parts: Parts, rules: IndicatorRules) -> Parts:
    """Fill in the value of ratios and means from numerator and denominator."""
    values = parts.values
    with np.errstate(divide="ignore", invalid="ignore"):
        share = rules.factor[parts.indicator] * values.numerator / values.denominator
    has_share = ~np.isnan(values.denominator) & ~np.isnan(values.numerator)
    value = np.where(has_share, np.where(values.denominator == 0, np.nan, share), values.value)
    return attrs.evolve(parts, values=attrs.evolve(values, value=value))


def _only(returns: Returns, only: Codes) -> Returns:
    mine = np.isin(returns.indicator, only)
    return Returns(**{a.name: getattr(returns, a.name)[mine] for a in attrs.fields(Returns)})


def _late(observations: Observations, request: Request, spans: Spans, towards: Codes) -> Codes:
    """Return keys (indicator, place asked for, period) of values that were recorded only after `as_of`, as columns."""
    store = observations.store
    if request.as_of is None:
        return np.zeros((0, 3), dtype=np.int64)
    later = np.flatnonzero(store.recorded_at > moment(request.as_of))
    row, target = np.nonzero(spans.known_in()[store.period[later]])
    place = towards[store.place[later[row]]]
    return np.stack([store.indicator[later[row]], place, target], axis=1)


def _finish(
    parts: Parts,
    returns: Returns,
    margins: Margins,
    rules: IndicatorRules,
    spans: Spans,
    methodology: Methodology,
    differences: list[Difference],
    late: Codes,
    is_text: list[bool],
) -> Sums:
    """Put parts and returns into one table, with a row for every gap."""
    blank = margins.cells.index(("",) * len(margins.cells[0]))
    gap_i, gap_p, gap_t = _gaps(parts, returns)
    n, gaps = len(parts), len(gap_i)
    i, p, t = (np.concatenate(c) for c in ((parts.indicator, gap_i), (parts.place, gap_p), (parts.target, gap_t)))
    cell = np.concatenate([parts.cell, np.full(gaps, blank, dtype=np.int64)])
    pad = np.full(gaps, np.nan)
    numbers = {
        name: np.concatenate([getattr(parts.values, name), pad])
        for name in ("value", "numerator", "denominator", "low", "high")
    }
    expected, received = _looked_up(returns, i, p, t)
    if len(margins.cells) > 1:
        # A cell of an explicit indicator that is absent from a return is missing, not zero.
        count = np.concatenate([parts.count, np.zeros(gaps, dtype=np.int64)])
        received = np.where(rules.is_explicit[i], np.minimum(received, count), received)
    is_complete = complete(expected, received, methodology.completeness)
    numbers["low"] = _floor(numbers, rules, i, is_complete)
    refused = np.concatenate([parts.values.refused, np.zeros(gaps, dtype=np.int8)])
    reason = _why(numbers, np.concatenate([parts.reason, np.full(gaps, -1, dtype=np.int8)]), refused, expected)
    missing = np.isnan(numbers["value"])
    reason[missing & (reason == reason_code("no_return")) & _among(i, p, t, late)] = reason_code("not_yet_known")
    said_text = np.array([*is_text, False])[i] & missing & (np.arange(len(i)) < n) & (received > 0)
    reason[said_text] = reason_code("not_numeric")
    last_day = np.concatenate([parts.end, np.zeros(gaps, dtype=np.int64)])
    age = np.where((last_day > 0) & ~missing, np.maximum(spans.target_end[t] - last_day, 0), np.nan)
    order = np.lexsort((cell, p, t, i))
    cells = Cells(
        indicator=i, period=t, place=p, cell=cell, **numbers, expected=expected, received=received,
        complete=is_complete, age_days=age, reason=reason,
    ).take(order)  # fmt: skip
    source = np.concatenate([np.arange(n), np.full(gaps, -1, dtype=np.int64)])[order]
    return Sums(cells=cells, groups=margins.cells, refused=refused[order], differences=differences, source=source)


def _gaps(parts: Parts, returns: Returns) -> tuple[Codes, Codes, Codes]:
    """Return indicator, place and period of every combination due that has no row."""
    there = np.zeros(returns.expected.shape, dtype=bool)
    pair = returns.find(parts.indicator, parts.place)
    known = pair >= 0
    there[pair[known], parts.target[known]] = True
    row, target = np.nonzero(~there)
    return returns.indicator[row], returns.place[row], target


def _looked_up(returns: Returns, indicator: Codes, place: Codes, target: Codes) -> tuple[Codes, Codes]:
    """Returns due and received of each row; a row nobody expected was due once and came."""
    pair = returns.find(indicator, place)
    known = pair >= 0
    expected, received = np.ones(len(pair), dtype=np.int64), np.ones(len(pair), dtype=np.int64)
    expected[known] = returns.expected[pair[known], target[known]]
    received[known] = returns.received[pair[known], target[known]]
    return expected, received


def _floor(
    numbers: dict[str, NDArray[np.float64]], rules: IndicatorRules, indicator: Codes, is_complete: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """What is known of an incomplete sum is its lower bound: the parts that did not come can only add."""
    adds = (rules.rules["place"] == "sum")[indicator]
    bounded = adds & ~is_complete & np.isnan(numbers["low"]) & (numbers["value"] >= 0)
    return np.where(bounded, numbers["value"], numbers["low"])


def _why(
    numbers: dict[str, NDArray[np.float64]], reason: NDArray[np.int8], refused: NDArray[np.int8], expected: Codes
) -> NDArray[np.int8]:
    """Reason of each missing value; none where there is a value."""
    why = reason.copy()
    silent = why < 0
    why[silent & (expected > 0)] = reason_code("no_return")
    why[silent & (expected == 0)] = reason_code("not_due")
    why[silent & (numbers["denominator"] == 0)] = reason_code("division_by_zero")
    why[refused > 0] = reason_code("cannot_combine")
    why[~np.isnan(numbers["value"])] = -1
    return why


def _among(indicator: Codes, place: Codes, target: Codes, keys: Codes) -> NDArray[np.bool_]:
    """Whether each combination is one of `keys`."""
    if not len(keys):
        return np.zeros(len(indicator), dtype=bool)
    places, targets = (
        int(max(c.max(initial=0), k.max(initial=0))) + 2 for c, k in ((place, keys[:, 1]), (target, keys[:, 2]))
    )
    packed = ((keys[:, 0] * places) + keys[:, 1]) * targets + keys[:, 2]
    return np.isin((indicator * places + place) * targets + target, packed)
