"""The hand-written limit: numpy on columns in canonical order, one block per rule, one `reduceat` each.

It does what `cpas.aggregate` and `cpas.score` do for this data and nothing else: no revisions, no refusals, no margins,
no explanations. What it shows is how fast the arithmetic itself can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.contenders import Numbers
from benchmarks.data import KINDS, MONTHS, YEARS, Data
from benchmarks.plans import COMPLETE

__all__ = ["PACES", "RATINGS", "Blocks", "numbers", "prepare", "run"]

Codes = NDArray[Any]
Floats = NDArray[np.float64]
_FLOW, _STOCK, _RATIO, _MEAN, _MOST = range(len(KINDS))
#: Words for outcomes, the least first, by their codes; and from which pace on they hold.
RATINGS: Final = ("no data", "worse than baseline", "far behind", "behind", "on path", "achieved")
PACES: Final = (0.0, 0.6, 0.9)
#: Kinds whose sums say nothing while returns are missing.
_SHORT: Final = (_FLOW, _STOCK, _MOST)


@dataclass(frozen=True)
class Blocks:
    """Rows in canonical order: by rule, indicator, year, place, groups or month; and the chain as sorted edges."""

    indicator: Codes
    year: Codes
    place: Codes
    month: Codes
    cell: Codes
    value: Floats
    #: Of shares and means only.
    numerator: Floats
    #: Of shares and means only.
    denominator: Floats
    #: Where each kind begins, and the end of the last.
    cuts: Codes
    #: By indicator: kind, expected returns, goal, start, whether by goalposts.
    indicators: dict[str, Codes]
    #: By level: child, first edge of each parent, weight; every parent has a child.
    levels: list[tuple[Codes, Codes, Floats]]


def year_of(month: Codes) -> Codes:
    """Return the year of a code of a period: months first, then quarters."""
    return np.where(month < MONTHS, month // 12, (month - MONTHS) // 4).astype(np.int32)


def prepare(data: Data) -> Blocks:
    """Return the rows in canonical order; what a store pays for once."""
    columns, indicators = data.columns(), data.indicators
    kind = indicators["kind"][columns["indicator"]]
    year = year_of(columns["month"])
    cell = ((columns["sex"] + 1) * 5 + columns["age"] + 1) * 6 + columns["actor"] + 1
    is_last = kind == _STOCK
    # The last value is taken per cell, the others are counted per return: the month stands before or after the cell.
    first, second = np.where(is_last, cell, columns["month"]), np.where(is_last, columns["month"], cell)
    key = (kind.astype(np.int64) << 58) + (columns["indicator"].astype(np.int64) << 30)
    key += (year.astype(np.int64) << 26) + (columns["place"].astype(np.int64) << 20)
    key += (first.astype(np.int64) << 10) + second
    order = np.argsort(key)
    cuts = np.searchsorted(kind[order], np.arange(len(KINDS) + 1))
    shares = order[cuts[_RATIO] : cuts[_MOST]]
    value, denominator = columns["value"], columns["denominator"][shares]
    numerator = np.where(
        np.isnan(columns["numerator"][shares]), value[shares] * denominator, columns["numerator"][shares]
    )
    per_year = np.where(indicators["kind"] == _STOCK, 1, 12 // indicators["step"])
    levels = []
    for child, parent, weight in data.levels:
        levels.append((child, np.flatnonzero(np.diff(parent, prepend=-1)), weight))
    return Blocks(
        indicator=columns["indicator"][order], year=year[order], place=columns["place"][order],
        month=columns["month"][order], cell=cell[order], value=value[order], numerator=numerator,
        denominator=denominator, cuts=cuts, indicators={**indicators, "expected": indicators["wide"] * per_year},
        levels=levels,
    )  # fmt: skip


def run(blocks: Blocks) -> dict[str, Floats]:
    """Aggregate, score, roll up and rate."""
    value, received = _aggregated(blocks)
    return _scored(blocks, value, received)


def _bounds(*keys: Codes) -> Codes:
    changed = np.zeros(len(keys[0]), dtype=bool)
    changed[:1] = True
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed)


def _aggregated(blocks: Blocks) -> tuple[Floats, Floats]:
    """Return value and returns received: indicators × years."""
    n = len(blocks.indicators["kind"])
    value, received = np.full(n * YEARS, np.nan), np.zeros(n * YEARS)
    for kind in range(len(KINDS)):
        some = slice(blocks.cuts[kind], blocks.cuts[kind + 1])
        if some.start == some.stop:
            continue
        keys = [getattr(blocks, name)[some] for name in ("indicator", "year", "place", "cell", "month")]
        columns = [blocks.value[some]]
        if kind in (_RATIO, _MEAN):
            inside = slice(some.start - blocks.cuts[_RATIO], some.stop - blocks.cuts[_RATIO])
            columns = [blocks.numerator[inside], blocks.denominator[inside]]
        if kind == _STOCK:
            starts = _bounds(*keys[:4])
            ends = np.append(starts[1:], len(columns[0])) - 1
            keys, columns = [key[ends] for key in keys], [columns[0][ends]]
            returns = _bounds(*keys[:3])
        else:
            returns = _bounds(*keys[:3], keys[4])
        slots = _bounds(*keys[:2])
        at = keys[0][slots] * np.int64(YEARS) + keys[1][slots]
        came = np.logical_or.reduceat(~np.isnan(columns[-1]), returns)
        received[at] = np.add.reduceat(came, np.searchsorted(returns, slots), dtype=np.int64)
        value[at] = _combined(kind, columns, slots)
    return value.reshape(n, YEARS), received.reshape(n, YEARS)


def _combined(kind: int, columns: list[Floats], starts: Codes) -> Floats:
    if kind == _MOST:
        return np.fmax.reduceat(columns[0], starts)
    there = np.logical_or.reduceat(~np.isnan(columns[0]), starts)
    sums = [np.add.reduceat(np.nan_to_num(column), starts) for column in columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        made = sums[0] if len(sums) == 1 else sums[0] / sums[1] * (100.0 if kind == _RATIO else 1.0)
    return np.where(there, made, np.nan)


def _scored(blocks: Blocks, value: Floats, received: Floats) -> dict[str, Floats]:
    facts = blocks.indicators
    start, goal = facts["start"][:, None], facts["goal"][:, None]
    raw = (value - start) * (100 / (goal - start))
    short = np.isin(facts["kind"], _SHORT)[:, None] & (received < COMPLETE * facts["expected"][:, None])
    raw[short] = np.nan
    score = np.clip(raw, 0, 100)
    found = {"value": value, "received": received, "score 0": score}
    path = np.where(facts["by_goalposts"][:, None], np.nan, 100 * np.arange(1, YEARS + 1) / YEARS)
    path = np.where(np.isnan(raw), np.nan, path)
    share = (~np.isnan(score)).astype(np.float64)
    for level, (child, starts, weight) in enumerate(blocks.levels, start=1):
        parts = score[child]
        there = ~np.isnan(parts)
        known = weight[:, None] * there
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.add.reduceat(np.where(there, parts, 0) * known, starts) / np.add.reduceat(known, starts)
            due = path[child]
            dated = weight[:, None] * ~np.isnan(due)
            path = np.add.reduceat(np.nan_to_num(due) * dated, starts) / np.add.reduceat(dated, starts)
        share = np.add.reduceat(share[child] * known, starts) / np.add.reduceat(weight, starts)[:, None]
        low = np.fmin.reduceat(parts, starts)
        found |= {f"score {level}": score, f"coverage {level}": share, f"worst {level}": low, f"path {level}": path}
        found[f"dispersion {level}"] = np.fmax.reduceat(parts, starts) - low
        if level < len(blocks.levels):
            found[f"rating {level}"] = _rated(score, path, is_first=level == 1)
    return found


def _rated(score: Floats, path: Floats, *, is_first: bool) -> Codes:
    """Return the codes of `RATINGS`; only just above the indicators may anything be worse than it was."""
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = score / path
    code = np.ones(pace.shape, dtype=np.int8)
    for cut in PACES:
        code += pace >= cut - 1e-9
    code[np.isnan(pace)] = 0
    if is_first:
        code[score <= 0] = 1
    code[score >= 100] = 5
    return code


def numbers(state: Blocks, result: dict[str, Floats]) -> Numbers:
    """Return the numbers of a result, which all contenders must give."""
    return result
