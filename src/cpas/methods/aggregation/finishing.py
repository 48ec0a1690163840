"""The end of adding up: one table, with a row for every gap and a reason for every missing value.  Methodology §3.6."""

from __future__ import annotations

from typing import TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.over_groups import Margins
from cpas.methods.aggregation.parts import Parts, number_keys, reason_code
from cpas.methods.aggregation.returns import Returns, complete
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.methods.aggregation.spans import Spans
from cpas.model import Methodology, Plan
from cpas.tables.aggregates import Cells
from cpas.tables.rows import in_order

__all__ = ["Finished", "finished"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)
_NUMBERS = ("value", "numerator", "denominator", "low", "high")


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
    margins: Margins,
    rules: IndicatorRules,
    spans: Spans,
    methodology: Methodology,
    late: Codes,
    plan: Plan,
) -> Finished:
    """Put parts and returns into one table.

    Parameters
    ----------
    parts : Parts
        By indicator × target × place asked for × cell that remains.
    returns : Returns
        What was due and what came.
    margins : Margins
        The cells that remain.
    rules : IndicatorRules
        The plan's rules, compiled.
    spans : Spans
        The periods asked for, as days.
    methodology : Methodology
        When enough came.
    late : array of int
        Rows (indicator, place, target) of what was recorded only later.
    plan : Plan
        The plan.
    """
    blank = margins.cells.index(("",) * len(margins.cells[0]))
    gaps = _gaps(parts, returns, blank)
    n, more = len(parts), len(gaps[0])
    i, p, t, cell = (
        np.concatenate([mine, gap])
        for mine, gap in zip((parts.indicator, parts.place, parts.target, parts.cell), gaps, strict=True)
    )
    numbers = {name: _padded(getattr(parts.values, name), more, np.nan) for name in _NUMBERS}
    # What is too large to be told is no number.
    numbers = {name: np.where(np.isinf(column), np.nan, column) for name, column in numbers.items()}
    numbers["unknown"] = _padded(parts.values.unknown, more, np.nan)
    refused, reason = _padded(parts.values.refused, more, 0), _padded(parts.reason, more, -1)
    expected, received, filled = _looked_up(returns, i, p, t)
    # A cell of some members came only in those returns that were broken down so.
    own = cell != blank
    received = np.where(own, np.minimum(received, _padded(parts.count, more, 0)), received)
    short = _padded(parts.short, more, 0)
    is_complete = complete(expected, np.maximum(received + filled - short, 0), methodology.completeness)
    _bound(numbers, rules, i, is_complete, plan)
    why = _why(numbers, reason, refused, expected)
    missing = np.isnan(numbers["value"])
    why[missing & (why == reason_code("no_return")) & _among(i, p, t, late)] = reason_code("not_yet_known")
    why[rules.is_text[i] & missing & (received > 0)] = reason_code("not_numeric")
    last_day = _padded(parts.end, more, 0)
    age = np.where((last_day > 0) & ~missing, np.maximum(spans.target_end[t] - last_day, 0), np.nan)
    order = in_order([i, t, p, cell])
    order = np.arange(n + more) if order is None else order
    cells = Cells(
        indicator=i, period=t, place=p, cell=cell, **{name: numbers[name] for name in _NUMBERS}, expected=expected,
        received=received, complete=is_complete, age_days=age, reason=why,
        is_estimated=_padded(parts.touched, more, False) & ~missing,
    ).take(order)  # fmt: skip
    return Finished(cells=cells, refused=refused[order], source=_padded(np.arange(n), more, -1)[order])


def _padded(column: NDArray[T], more: int, fill: float) -> NDArray[T]:
    return np.concatenate([column, np.full(more, fill, dtype=column.dtype)])


def _gaps(parts: Parts, returns: Returns, blank: int) -> tuple[Codes, Codes, Codes, Codes]:
    """Return indicator, place, period and cell of every combination due that has no row.

    A cell of some members is due in every period once it has a row in one.
    """
    pair = returns.find(parts.indicator, parts.place)
    known = pair >= 0
    pairs, cells = pair[known], parts.cell[known]
    width = int(parts.cell.max(initial=blank)) + 1
    broken_down = np.unique(pairs[cells != blank])
    whole = np.setdiff1d(np.arange(len(returns.indicator)), broken_down)
    series = np.unique(np.concatenate([pairs * width + cells, whole * width + blank]))
    there = np.zeros((len(series), returns.expected.shape[1]), dtype=bool)
    there[np.searchsorted(series, pairs * width + cells), parts.target[known]] = True
    row, target = np.nonzero(~there)
    pair, cell = series[row] // width, series[row] % width
    return returns.indicator[pair], returns.place[pair], target, cell


def _looked_up(returns: Returns, indicator: Codes, place: Codes, target: Codes) -> tuple[Codes, Codes, Codes]:
    """Returns due, received and filled of each row; a row nobody expected was due once and came."""
    pair = returns.find(indicator, place)
    known = pair >= 0
    found = []
    for matrix, otherwise in ((returns.expected, 1), (returns.received, 1), (returns.filled, 0)):
        column = np.full(len(pair), otherwise, dtype=np.int64)
        column[known] = matrix[pair[known], target[known]]
        found.append(column)
    return found[0], found[1], found[2]


def _bound(numbers: dict[str, Floats], rules: IndicatorRules, i: Codes, is_complete: Truths, plan: Plan) -> None:
    """Say between which bounds a sum or a share lies of which parts are missing.  Methodology §3.6.4.

    The parts of a count that did not come can only add; a share whose numerator is not known everywhere lies between
    none and all of the rest.
    """
    if not len(plan.indicators):
        return
    adds = (rules.rules["place"] == "sum")[i] & rules.is_count[i] & ~is_complete
    value, low = numbers["value"], numbers["low"]
    numbers["low"] = np.where(adds & np.isnan(low), value, low)
    numbers["high"] = np.where(adds, np.nan, numbers["high"])
    waiting = numbers["unknown"]
    open_ = (waiting > 0) & rules.is_share[i]
    with np.errstate(divide="ignore", invalid="ignore"):
        known, rest = np.nan_to_num(numbers["numerator"]), np.nan_to_num(numbers["denominator"]) + waiting
        factor = rules.factor[i]
        numbers["low"] = np.where(open_, factor * known / rest, numbers["low"])
        numbers["high"] = np.where(open_, factor * (known + waiting) / rest, numbers["high"])


def _why(
    numbers: dict[str, Floats], reason: NDArray[np.int8], refused: NDArray[np.int8], expected: Codes
) -> NDArray[np.int8]:
    """Reason of each missing value; none where there is a value."""
    why = reason.copy()
    silent = why < 0
    why[silent & (expected > 0)] = reason_code("no_return")
    why[silent & (expected == 0)] = reason_code("not_due")
    why[silent & ~(np.isnan(numbers["low"]) & np.isnan(numbers["high"]))] = reason_code("not_available")
    why[silent & (numbers["denominator"] == 0)] = reason_code("division_by_zero")
    why[refused > 0] = reason_code("cannot_combine")
    why[~np.isnan(numbers["value"])] = -1
    return why


def _among(indicator: Codes, place: Codes, target: Codes, keys: Codes) -> Truths:
    """Whether each combination is one of `keys`."""
    if not len(keys):
        return np.zeros(len(indicator), dtype=bool)
    both = [np.concatenate([mine, keys[:, n]]) for n, mine in enumerate((indicator, place, target))]
    packed = number_keys(both[0], both[1] + 1, both[2])
    return np.isin(packed[: len(indicator)], packed[len(indicator) :])
