"""What each row of a table of observations says: a value in the indicator's own unit, or why there is none."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cpas.choices import ADDITIVE
from cpas.model import Plan
from cpas.tables.coded import Coded
from cpas.tables.faults import FaultLog
from cpas.tables.intake_keys import Keys
from cpas.tables.intake_levels import read_levels
from cpas.tables.intake_numbers import TEXTS, Kinds, Numbers
from cpas.tables.intake_ratios import settle_ratios
from cpas.tables.intake_units import convert
from cpas.tables.pieces import rows_where
from cpas.tables.readings import Unreadable, as_id, read_each, read_numbers
from cpas.tables.rows import NUMBERS, STATUSES, WITHDRAWN, is_blank
from cpas.units.reading import read_unit
from cpas.units.words import CURRENCIES, INDEX_WORDS

__all__ = ["is_counted", "read_number_column", "read_text_column", "read_values"]

Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Characters that no file format carries to the other side.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NIL: Final = STATUSES.index("nil")
_MISSING: Final = "There is no value, and no reason why. Write 0 if there was none, or a reason such as not_collected."


def is_counted(unit: str, declared: tuple[tuple[str, str], ...] = ()) -> bool:
    """Return whether a unit counts things: people, incidents, but not money, shares or kilometres.

    Examples
    --------
    >>> is_counted("people"), is_counted("USD"), is_counted("%"), is_counted("km")
    (True, False, False, False)
    """
    things = read_unit(unit, declared).fixed
    return any(power > 0 and thing not in CURRENCIES | INDEX_WORDS for thing, power in things)


def read_values(log: FaultLog, plan: Plan, keys: Keys) -> Numbers:
    """Return what the rows say, and note what cannot be used.

    Each rule first finds the few rows that it may speak of, and then looks at these alone.
    """
    kinds = Kinds(plan, keys.indicator)
    numbers = _read(log, plan, keys, kinds)
    tolerance = convert(log, plan, keys, numbers)
    _settle_status(log, keys, kinds, numbers)
    _refuse_negative(log, plan, keys, kinds, numbers)
    settle_ratios(log, plan, keys, kinds, numbers, tolerance)
    _refuse_contradictions(log, keys, kinds, numbers)
    return numbers


# -- reading ---------------------------------------------------------------------------------------------------


def _read(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds) -> Numbers:
    value = read_number_column(log, "value", only=lambda rows: ~kinds.of(rows, "ordinal", "text"))
    rows = kinds.rows("text")
    if len(rows):
        said = "This indicator is described in words. Write them in the column text, and leave value empty."
        log.add_rows("text_expected", "value", rows[log.given.is_given("value")[rows]], said)
    numbers = Numbers(
        value=value,
        numerator=read_number_column(log, "numerator"),
        denominator=read_number_column(log, "denominator"),
        low=read_number_column(log, "low"),
        high=read_number_column(log, "high"),
        texts={name: read_text_column(log, name) for name in TEXTS},
    )
    read_levels(log, plan, keys, kinds, numbers)
    return numbers


def read_number_column(log: FaultLog, column: str, *, only: Callable[[Index], Truths] | None = None) -> Floats:
    """Return a column of numbers, NaN where blank, and note what is none (in the rows for which `only` is true).

    It may be shared with the table: `Numbers.put` copies it before it is changed.
    """
    plain = log.given.plain_numbers(column)
    if plain is not None:
        return plain
    numbers, problems = read_numbers(log.given.column(column))
    log.add_values("unreadable_number", column, log.given.column(column), problems, only=only)
    return numbers


def read_text_column(log: FaultLog, column: str) -> Coded:
    """Return a column of texts with one sort of line end, and note what cannot be printed."""
    coded = log.given.column(column)
    reading = read_each(coded, _read_text, default="")
    log.add_values("unreadable_text", column, coded, reading.problems)
    return Coded(tuple(reading.results), coded.codes)


def _read_text(value: Any) -> str:
    text = as_id(value).replace("\r\n", "\n").replace("\r", "\n")
    found = _CONTROL.search(text)
    if found:
        raise Unreadable(f"The text has a character that cannot be read or printed (U+{ord(found[0]):04X}). Remove it.")
    return text


# -- meaning ---------------------------------------------------------------------------------------------------


def _settle_status(log: FaultLog, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
    """A confirmed nil is zero; a row that takes an earlier one back has no value."""
    nil = rows_where(lambda status: status == _NIL, keys.status)
    nil = log.usable(nil[kinds.of(nil, *ADDITIVE)])
    value = numbers.value[nil]
    said = "Status nil says that there was none, and value says how many."
    log.add_rows("contradiction", "status", nil[~np.isnan(value) & (value != 0)], said)
    silent = nil[np.isnan(value) & (keys.reason[nil] < 0)]
    if len(silent):
        numbers.put("value", silent, 0.0)
    withdrawn = rows_where(lambda status: status == WITHDRAWN, keys.status)
    if len(withdrawn):
        has_value = ~np.isnan(numbers.value[withdrawn]) & ~log.is_bad[withdrawn]
        numbers.notice("withdrawn_with_value", keys.indicator[withdrawn[has_value]])
        for name in NUMBERS:
            numbers.put(name, withdrawn, math.nan)


def _refuse_negative(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
    rows = rows_where(lambda value: value < 0, numbers.value)
    rows = log.usable(rows[kinds.of(rows, *ADDITIVE)])
    if len(rows):
        counts = {unit: is_counted(unit, plan.units) for unit in {i.unit for i in plan.indicators}}
        counted = np.array([counts[i.unit] for i in plan.indicators])[keys.indicator[rows]]
        log.add_rows("negative_count", "value", rows[counted], "There is no number of things below zero.")


def _refuse_contradictions(log: FaultLog, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
    """Each row has a value or a reason: not both, and not neither."""
    with_reason = rows_where(lambda reason: reason >= 0, keys.reason)
    with_reason = with_reason[_is_usable(log, keys, with_reason)]
    said = [column for column in (numbers.value, numbers.low, numbers.high) if not is_blank(column)]
    silent = rows_where(
        lambda reason, *said: (reason < 0) & np.logical_and.reduce([column != column for column in said]),
        keys.reason,
        *said,
    )
    silent = silent[_is_usable(log, keys, silent)]
    is_nil = keys.status[with_reason] == _NIL
    why = "Status nil is an answer; a reason says there is none."
    log.add_rows("contradiction", "reason", with_reason[is_nil], why)
    both = with_reason[~is_nil]
    both = both[~np.isnan(numbers.value[both]) | _has_text(log, kinds, both)]
    why = "There is a value, and a reason why there is none. Keep the one that is right."
    log.add_rows("value_and_reason", "reason", both, why)
    silent = silent[~_has_text(log, kinds, silent)]
    is_text = kinds.of(silent, "text")
    log.add_rows("missing_without_reason", "value", silent[~is_text], _MISSING)
    log.add_rows("missing_without_reason", "text", silent[is_text], _MISSING.replace("value", "text"))


def _is_usable(log: FaultLog, keys: Keys, rows: Index) -> Truths:
    return np.asarray(~log.is_bad[rows] & (keys.status[rows] != WITHDRAWN))


def _has_text(log: FaultLog, kinds: Kinds, rows: Index) -> Truths:
    """Return which rows say something in words, where the indicator is described in words."""
    return np.asarray(kinds.of(rows, "text") & (log.given.column("text").codes[rows] >= 0))
