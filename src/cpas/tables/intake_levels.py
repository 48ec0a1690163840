"""Levels of ordinal indicators in a table: by their number or by their name, asked once per indicator and value."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cpas.errors import CpasError, did_you_mean
from cpas.model import Indicator, Plan
from cpas.tables.faults import FaultLog
from cpas.tables.intake_keys import Keys
from cpas.tables.intake_numbers import Kinds, Numbers
from cpas.tables.readings import Unreadable, as_id, folded, show

__all__ = ["read_levels"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


def read_levels(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
    """Put the number of the level, 0 for the worst, where an ordinal's level is named."""
    if not kinds.occur("ordinal"):
        return
    is_ordinal = np.zeros(len(log.given), dtype=bool)
    is_ordinal[kinds.rows("ordinal")] = True
    by_value = _levels_of(log, plan, keys, "value", is_ordinal, _read_level)
    not_given = is_ordinal & ~log.given.is_given("value")
    by_text = _levels_of(log, plan, keys, "text", not_given, _read_level_name)
    also = _levels_of(log, plan, keys, "text", is_ordinal & ~not_given, _name_or_nothing)
    log.add(
        "contradiction",
        "text",
        ~np.isnan(by_value) & ~np.isnan(also) & (by_value != also),
        "The level in text is not the one in value. Keep the one that is right.",
    )
    numbers.value = np.where(is_ordinal, np.where(np.isnan(by_value), by_text, by_value), numbers.value)


def _levels_of(
    log: FaultLog, plan: Plan, keys: Keys, column: str, only: Truths, read: Callable[[Indicator, Any], float]
) -> Floats:
    """Return the level that a column names in some rows, asking once per indicator and value."""
    coded = log.given.column(column)
    rows = np.flatnonzero(only & coded.is_given)
    found = np.full(len(only), math.nan)
    if not len(rows):
        return found
    pairs, each = np.unique(
        keys.indicator[rows].astype(np.int64) * len(coded.values) + coded.codes[rows], return_inverse=True
    )
    problems: dict[int, str] = {}
    results = []
    for pair, key in enumerate(pairs.tolist()):
        try:
            results.append(read(plan.indicators[key // len(coded.values)], coded.values[key % len(coded.values)]))
        except CpasError as error:
            results.append(math.nan)
            problems[pair] = str(error)
    found[rows] = np.array(results)[each]
    is_wrong = np.zeros(len(only), dtype=bool)
    is_wrong[rows] = np.isin(each, list(problems))
    pair_of = np.zeros(len(only), dtype=np.int64)
    pair_of[rows] = each
    log.add("unknown_level", column, is_wrong, lambda row: problems[int(pair_of[row])])
    return found


def _read_level(indicator: Indicator, value: Any) -> float:
    """A number is a level's number, from 0 for the worst; a text that is no number is its name."""
    levels = indicator.levels
    named = _name_or_nothing(indicator, value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if math.isnan(number) or isinstance(value, bool):
        return named if not math.isnan(named) else _read_level_name(indicator, value)
    if number not in range(len(levels)):
        raise Unreadable(f"{show(value)} is no level of {indicator.id!r}: 0 is {levels[0]!r}, and so on to "
                         f"{len(levels) - 1}, {levels[-1]!r}.")  # fmt: skip
    return number + 0.0


def _read_level_name(indicator: Indicator, value: Any) -> float:
    found = _name_or_nothing(indicator, value)
    if math.isnan(found):
        near = did_you_mean(as_id(value), indicator.levels)
        raise Unreadable(f"{show(value)} is no level of {indicator.id!r}.{near} "
                         f"Use one of {', '.join(indicator.levels)}.")  # fmt: skip
    return found


def _name_or_nothing(indicator: Indicator, value: Any) -> float:
    word = as_id(value)
    if word in indicator.levels:
        return float(indicator.levels.index(word))
    alike = [n for n, level in enumerate(indicator.levels) if folded(level) == folded(word)]
    return float(alike[0]) if len(alike) == 1 else math.nan
