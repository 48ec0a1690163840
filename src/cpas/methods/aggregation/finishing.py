"""The end of adding up: one table, with a row for every gap and a reason for every missing value.  Methodology §3.6."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import Parts, number_keys, reason_code
from cpas.methods.aggregation.returns import Returns, complete
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.model import Methodology, Plan
from cpas.periods import Period, ordinals
from cpas.tables.aggregates import Cells
from cpas.tables.keys import distinct, in_order
from cpas.tables.rows import NUMBERS, is_blank, pick_rows

__all__ = ["Finished", "finished"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)


@attrs.frozen(eq=False, kw_only=True)
class Finished:
    """The table, and beside each row why it was refused and where it comes from."""

    #: One row per indicator × period × place × group.
    cells: Cells
    #: Code of why a row was refused; 0 where it was not.
    refused: NDArray[np.int8]
    #: Row of the parts it comes from; −1 for a gap.
    source: Codes


def finished(
    parts: Parts,
    returns: Returns,
    groups: Sequence[tuple[str, ...]],
    rules: IndicatorRules,
    targets: Sequence[Period],
    methodology: Methodology,
    late: Sequence[Codes],
    plan: Plan,
) -> Finished:
    """Put parts and returns into one table.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place asked for × cell that remains.
    returns : Returns
        What was due and what came.
    groups : sequence of tuple of text
        The cells that remain.
    rules : IndicatorRules
        The plan's rules, compiled.
    targets : sequence of Period
        The periods asked for, as days.
    methodology : Methodology
        When enough came.
    late : sequence of array of int
        Rows (indicator, place, target) of what was recorded only later.
    plan : Plan
        The plan.
    """
    blank = groups.index(("",) * len(groups[0]))
    pair = returns.find(parts.indicator, parts.place)
    gaps = _gaps(parts, pair, returns, blank)
    more = len(gaps.pair)
    order = in_order([_with(getattr(parts, k), getattr(gaps, k)) for k in ("indicator", "target", "place", "cell")])

    def column(of_parts: NDArray[T], of_gaps: NDArray[T] | float) -> NDArray[T]:
        """Return what is said of parts and of gaps in the order of the table."""
        filled = np.full(more, of_gaps, dtype=of_parts.dtype) if np.isscalar(of_gaps) else of_gaps
        whole = np.concatenate([of_parts, filled]) if more else of_parts
        return whole if order is None else pick_rows(whole, order)

    i, t, p, cell, pair = (
        column(mine, theirs)
        for mine, theirs in (
            (parts.indicator, gaps.indicator), (parts.target, gaps.target), (parts.place, gaps.place),
            (parts.cell, gaps.cell), (pair, gaps.pair),
        )
    )  # fmt: skip
    numbers = {name: _told(column(getattr(parts.values, name), np.nan)) for name in NUMBERS}
    unknown = column(parts.values.unknown, np.nan)
    refused, reason = column(parts.values.refused, 0), column(parts.reason, -1)
    expected, received, filled = _looked_up(returns, pair, t)
    # A cell of some members came only in those returns that were broken down so.
    if len(groups) > 1:
        received = np.where(cell != blank, np.minimum(received, column(parts.count, 0)), received)
    came = np.maximum(received + filled - column(parts.short, 0), 0)
    is_complete = complete(expected, came, methodology.completeness)
    _bound(numbers, unknown, rules, i, is_complete)
    missing = np.isnan(numbers["value"])
    why = _why(numbers, reason, refused, expected, missing)
    silent = np.flatnonzero(missing & (why == reason_code("no_return"))) if late else np.zeros(0, dtype=np.int64)
    for keys in late:
        why[silent[_among(i[silent], p[silent], t[silent], keys)]] = reason_code("not_yet_known")
    if rules.is_text.any():
        why[rules.is_text[i] & missing & (received > 0)] = reason_code("not_numeric")
    last_day = column(parts.end, 0)
    with np.errstate(invalid="ignore"):
        age = np.maximum(ordinals(targets)[1][t] - last_day, 0).astype(np.float64)
    age[(last_day <= 0) | missing] = np.nan
    cells = Cells(
        indicator=i, period=t, place=p, cell=cell, **numbers, expected=expected, received=received,
        complete=is_complete, age_days=age, reason=why, is_estimated=column(parts.touched, False) & ~missing,
    )  # fmt: skip
    return Finished(cells=cells, refused=refused, source=column(np.arange(len(parts)), -1))


def _with(some: Codes, more: Codes) -> Codes:
    return np.concatenate([some, more]) if len(more) else some


def _told(column: Floats) -> Floats:
    """Return numbers of which none is too large to be told."""
    if is_blank(column):
        return column
    infinite = np.isinf(column)
    return np.where(infinite, np.nan, column) if infinite.any() else column


@attrs.frozen(eq=False)
class _Gaps:
    """Combinations due that have no row."""

    indicator: Codes
    place: Codes
    target: Codes
    cell: Codes
    pair: Codes


def _gaps(parts: Parts, pair: Codes, returns: Returns, blank: int) -> _Gaps:
    """Return every combination due that has no row.

    A cell of some members is due in every period once it has a row in one.
    """
    known = pair >= 0
    pairs, cells, targets = (
        (pair, parts.cell, parts.target)
        if known.all()
        else (column[known] for column in (pair, parts.cell, parts.target))
    )
    many = returns.expected.shape[1]
    if (cells == blank).all():
        there = np.zeros((len(returns.indicator), many), dtype=bool)
        there.ravel()[pairs * many + targets] = True
        row, target = np.nonzero(~there)
        return _Gaps(returns.indicator[row], returns.place[row], target, np.full(len(row), blank), row)
    width = int(parts.cell.max(initial=blank)) + 1
    is_broken_down = np.zeros(len(returns.indicator), dtype=bool)
    is_broken_down[pairs[cells != blank]] = True
    series = distinct(np.concatenate([pairs * width + cells, np.flatnonzero(~is_broken_down) * width + blank]))
    there = np.zeros((len(series), many), dtype=bool)
    there[np.searchsorted(series, pairs * width + cells), targets] = True
    row, target = np.nonzero(~there)
    pair, cell = series[row] // width, series[row] % width
    return _Gaps(returns.indicator[pair], returns.place[pair], target, cell, pair)


def _looked_up(returns: Returns, pair: Codes, target: Codes) -> tuple[Codes, Codes, Codes]:
    """Returns due, received and filled of each row; a row nobody expected was due once and came."""
    at = pair * returns.expected.shape[1] + target
    unknown = pair < 0
    some = unknown.any()
    found = []
    for matrix, otherwise in ((returns.expected, 1), (returns.received, 1), (returns.filled, 0)):
        column = matrix.ravel()[np.where(unknown, 0, at)] if some and matrix.size else matrix.ravel()[at]
        found.append(np.where(unknown, otherwise, column) if some else column)
    return found[0], found[1], found[2]


def _bound(numbers: dict[str, Floats], unknown: Floats, rules: IndicatorRules, i: Codes, is_complete: Truths) -> None:
    """Say between which bounds a sum or a share lies of which parts are missing.  Methodology §3.6.4.

    The parts of a count that did not come can only add; a share whose numerator is not known everywhere lies between
    none and all of the rest.
    """
    if not len(rules.is_count):
        return
    adds = rules.counts_over_places[i] & ~is_complete
    value, low = numbers["value"], numbers["low"]
    numbers["low"] = np.where(adds, value, np.nan) if is_blank(low) else np.where(adds & np.isnan(low), value, low)
    if not is_blank(numbers["high"]):
        numbers["high"] = np.where(adds, np.nan, numbers["high"])
    if is_blank(unknown):
        return
    waiting = unknown
    open_ = (waiting > 0) & rules.is_share[i]
    with np.errstate(divide="ignore", invalid="ignore"):
        known, rest = np.nan_to_num(numbers["numerator"]), np.nan_to_num(numbers["denominator"]) + waiting
        factor = rules.factor[i]
        numbers["low"] = np.where(open_, factor * known / rest, numbers["low"])
        numbers["high"] = np.where(open_, factor * (known + waiting) / rest, numbers["high"])


def _why(
    numbers: dict[str, Floats], reason: NDArray[np.int8], refused: NDArray[np.int8], expected: Codes, missing: Truths
) -> NDArray[np.int8]:
    """Reason of each missing value; none where there is a value."""
    why = np.full(len(reason), -1, dtype=np.int8)
    rows = np.flatnonzero(missing)
    reason, refused, expected = reason[rows], refused[rows], expected[rows]
    silent = reason < 0
    mine = np.where(silent, np.where(expected > 0, reason_code("no_return"), reason_code("not_due")), reason)
    bounds = ~(np.isnan(numbers["low"][rows]) & np.isnan(numbers["high"][rows]))
    mine[silent & bounds] = reason_code("not_available")
    mine[silent & (numbers["denominator"][rows] == 0)] = reason_code("division_by_zero")
    mine[refused > 0] = reason_code("cannot_combine")
    why[rows] = mine
    return why


def _among(indicator: Codes, place: Codes, target: Codes, keys: Codes) -> Truths:
    """Whether each combination is one of `keys`."""
    if not len(keys):
        return np.zeros(len(indicator), dtype=bool)
    both = [np.concatenate([mine, keys[:, n]]) for n, mine in enumerate((indicator, place, target))]
    packed = number_keys(both[0], both[1] + 1, both[2])
    return np.isin(packed[: len(indicator)], packed[len(indicator) :])
