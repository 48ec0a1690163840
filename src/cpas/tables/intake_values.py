"""What each row of a table of observations says: a value in the indicator's own unit, or why there is none."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import ADDITIVE
from cpas.errors import CpasError, UnitError, did_you_mean
from cpas.model import Indicator, Plan
from cpas.tables.coded import Coded
from cpas.tables.faults import FaultLog
from cpas.tables.intake_keys import Keys
from cpas.tables.readings import Unreadable, as_id, folded, read_each, read_numbers, show
from cpas.tables.rows import STATUSES
from cpas.units import conversion, ratio_factor
from cpas.units.reading import read_unit
from cpas.units.words import CURRENCIES, INDEX_WORDS

__all__ = ["NUMBERS", "TEXTS", "Numbers", "is_counted", "read_number_column", "read_text_column", "read_values"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Columns of text that most rows leave empty.
TEXTS: Final = ("text", "source", "note")
#: Columns of numbers.
NUMBERS: Final = ("value", "numerator", "denominator", "low", "high")
#: Characters that no file format carries to the other side.
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_NIL, _WITHDRAWN = STATUSES.index("nil"), STATUSES.index("withdrawn")
#: How far a computed value may lie from the one given, as a share of it, where both were computed.
_SAME: Final = 1e-12


@attrs.define(eq=False, kw_only=True)
class Numbers:
    """The numbers of the rows, NaN where there is none, and their texts; changed step by step while read."""

    value: Floats
    numerator: Floats
    denominator: Floats
    low: Floats
    high: Floats
    #: By column: text, source, note.
    texts: Mapping[str, Coded]
    #: What was noticed and is no fault: ``{code: {indicator: count}}`` by number of the indicator.
    noticed: dict[str, dict[tuple[int, str], int]] = attrs.field(factory=dict)

    def put(self, name: str, where: NDArray[Any], values: Floats | float) -> None:
        """Put numbers into some rows of a column, which may be shared with the table until then."""
        column: Floats = getattr(self, name)
        if not column.flags.writeable:
            column = column.copy()
            setattr(self, name, column)
        column[where] = values

    def notice(self, code: str, indicator: NDArray[np.int64], where: Truths, detail: str = "") -> None:
        """Count the rows of each indicator where something is true."""
        counts = np.bincount(indicator[where])
        found = {(int(n), detail): int(counts[n]) for n in np.flatnonzero(counts)}
        if found:
            self.noticed.setdefault(code, {}).update(found)


class Kinds:
    """Which rows are of which kind of indicator."""

    def __init__(self, plan: Plan, indicator: NDArray[np.int64]) -> None:
        self._kinds = [i.kind for i in plan.indicators]
        self._indicator = indicator

    def of(self, *kinds: str) -> Truths:
        """Return which rows are of one of some kinds; a row of an unknown indicator is of none."""
        is_one = np.array([kind in kinds for kind in self._kinds] + [False])
        return is_one[self._indicator] if is_one.any() else np.broadcast_to(False, len(self._indicator))


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
    """Return what the rows say, and note what cannot be used."""
    kinds = Kinds(plan, keys.indicator)
    numbers = _read(log, plan, keys, kinds)
    tolerance = _rounding(np.where(np.isnan(numbers.denominator), math.nan, numbers.value))
    factor = _convert(log, plan, keys, numbers)
    _settle_status(log, plan, keys, kinds, numbers)
    _refuse_negative(log, plan, keys, kinds, numbers)
    _settle_ratios(log, plan, keys, kinds, numbers, tolerance * factor)
    _refuse_contradictions(log, plan, keys, kinds, numbers)
    return numbers


# -- reading ---------------------------------------------------------------------------------------------------


def _read(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds) -> Numbers:
    value = read_number_column(log, "value", only=~kinds.of("ordinal", "text"))
    log.add(
        "text_expected",
        "value",
        kinds.of("text") & log.given.is_given("value"),
        "This indicator is described in words. Write them in the column text, and leave value empty.",
    )
    numbers = Numbers(
        value=value,
        numerator=read_number_column(log, "numerator"),
        denominator=read_number_column(log, "denominator"),
        low=read_number_column(log, "low"),
        high=read_number_column(log, "high"),
        texts={name: read_text_column(log, name) for name in TEXTS},
    )
    _read_levels(log, plan, keys, kinds, numbers)
    return numbers


def read_number_column(log: FaultLog, column: str, *, only: Truths | None = None) -> Floats:
    """Return a column of numbers, NaN where blank, and note what is none (in the rows of `only`)."""
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


# -- levels of an ordinal --------------------------------------------------------------------------------------


def _read_levels(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
    """Put the number of the level, 0 for the worst, where an ordinal's level is named."""
    is_ordinal = kinds.of("ordinal")
    if not is_ordinal.any():
        return
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


# -- units -----------------------------------------------------------------------------------------------------


def _convert(log: FaultLog, plan: Plan, keys: Keys, numbers: Numbers) -> Floats:
    """Bring numbers given in another unit into the indicator's own; return the factor of each row."""
    coded = log.given.column("unit")
    factor = np.ones(len(log.given))
    rows = np.flatnonzero(coded.is_given & (keys.indicator >= 0))
    if not len(rows):
        return factor
    pairs, each = np.unique(
        keys.indicator[rows].astype(np.int64) * len(coded.values) + coded.codes[rows], return_inverse=True
    )
    for pair, key in enumerate(pairs.tolist()):
        indicator, unit = plan.indicators[key // len(coded.values)], as_id(coded.values[key % len(coded.values)])
        if unit == indicator.unit:
            continue
        here = rows[each == pair]
        try:
            change = conversion(unit, indicator.unit, declared=plan.units)
        except UnitError as error:
            where = np.zeros(len(log.given), dtype=bool)
            where[here] = True
            log.add("wrong_unit", "unit", where, f"{error} {indicator.id!r} is in {indicator.unit or 'a pure number'}.")
            continue
        if not change.is_identity:
            _apply(numbers, here, change.factor, change.offset, is_mean=indicator.kind == "mean")
            factor[here] = abs(change.factor)
            numbers.notice("unit_converted", keys.indicator[here], np.ones(len(here), dtype=bool), unit)
    return factor


def _apply(numbers: Numbers, here: NDArray[np.int64], factor: float, offset: float, *, is_mean: bool) -> None:
    for name in ("value", "low", "high"):
        numbers.put(name, here, getattr(numbers, name)[here] * factor + offset)
    if is_mean:
        # The numerator of a mean is a sum in its own unit; each of the base carries the offset.
        base = np.nan_to_num(numbers.denominator[here]) if offset else 0.0
        numbers.put("numerator", here, numbers.numerator[here] * factor + offset * base)


def _rounding(value: Floats) -> Floats:
    """Return half a unit of the last decimal of each value: how far rounding may have moved it."""
    tolerance = np.full(len(value), np.inf)
    given = np.flatnonzero(~np.isnan(value))
    rest = given
    for decimals in range(16):
        is_whole = np.round(value[rest], decimals) == value[rest]
        tolerance[rest[is_whole]] = 0.5 * 10.0**-decimals
        rest = rest[~is_whole]
        if not len(rest):
            break
    tolerance[rest] = 0.0
    return tolerance


# -- meaning ---------------------------------------------------------------------------------------------------


def _settle_status(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
    """A confirmed nil is zero; a row that takes an earlier one back has no value."""
    is_nil = (keys.status == _NIL) & kinds.of(*ADDITIVE) & ~log.is_bad
    said = is_nil & ~np.isnan(numbers.value) & (numbers.value != 0)
    log.add("contradiction", "status", said, "Status nil says that there was none, and value says how many.")
    numbers.put("value", is_nil & np.isnan(numbers.value) & (keys.reason < 0), 0.0)
    is_withdrawn = keys.status == _WITHDRAWN
    numbers.notice("withdrawn_with_value", keys.indicator, is_withdrawn & ~np.isnan(numbers.value) & ~log.is_bad)
    if is_withdrawn.any():
        for name in NUMBERS:
            numbers.put(name, is_withdrawn, math.nan)


def _refuse_negative(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
    counts = {unit: is_counted(unit, plan.units) for unit in {i.unit for i in plan.indicators}}
    counted = np.array([counts[i.unit] for i in plan.indicators] + [False])[keys.indicator]
    negative = counted & kinds.of(*ADDITIVE) & (numbers.value < 0) & ~log.is_bad
    log.add("negative_count", "value", negative, "There is no number of things below zero.")


def _settle_ratios(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers, tolerance: Floats) -> None:
    """Compute the value of ratios and means from their parts, and compare it with the value given."""
    is_ratio = kinds.of("ratio", "mean")
    _forget_parts(keys, ~is_ratio & ~log.is_bad, numbers)
    open_rows = is_ratio & ~log.is_bad & (keys.status != _WITHDRAWN)
    _refuse_parts(log, keys, open_rows, kinds.of("mean"), numbers)
    open_rows &= ~log.is_bad & (numbers.denominator > 0)
    bare_mean = open_rows & kinds.of("mean") & np.isnan(numbers.numerator)
    if bare_mean.any():
        numbers.put("numerator", bare_mean, numbers.value[bare_mean] * numbers.denominator[bare_mean])
    by_unit = {unit: ratio_factor(unit, plan.units) for unit in {i.unit for i in plan.indicators if i.kind == "ratio"}}
    factors = [by_unit[i.unit] if i.kind == "ratio" else 1.0 for i in plan.indicators]
    rows = np.flatnonzero(open_rows & ~np.isnan(numbers.numerator))
    factor = np.array([*factors, 1.0])[keys.indicator[rows]]
    computed = np.full(len(open_rows), math.nan)
    computed[rows] = numbers.numerator[rows] / numbers.denominator[rows] * factor
    _compare(log, numbers, rows, computed, tolerance)


def _forget_parts(keys: Keys, where: Truths, numbers: Numbers) -> None:
    """Leave out a numerator or denominator that the indicator's kind has no use for, and say so."""
    has_parts = where & ~(np.isnan(numbers.numerator) & np.isnan(numbers.denominator))
    numbers.notice("parts_not_used", keys.indicator, has_parts)
    if has_parts.any():
        numbers.put("numerator", has_parts, math.nan)
        numbers.put("denominator", has_parts, math.nan)


def _refuse_parts(log: FaultLog, keys: Keys, rows: Truths, is_mean: Truths, numbers: Numbers) -> None:
    has_numerator, has_denominator = ~np.isnan(numbers.numerator), ~np.isnan(numbers.denominator)
    has_reason, has_value = keys.reason >= 0, ~np.isnan(numbers.value)
    log.add("bad_denominator", "denominator", rows & (numbers.denominator < 0), "A denominator is never below zero.")
    empty = rows & (numbers.denominator == 0)
    log.add("bad_denominator", "denominator", empty & has_value, "There is no value of nothing: the denominator is 0.")
    log.add(
        "bad_denominator",
        "denominator",
        empty & ~has_value & ~has_reason,
        "The denominator is 0, so there is no value. Give the reason not_applicable.",
    )
    half = has_numerator & ~has_denominator | (has_denominator & ~has_numerator & ~is_mean)
    log.add(
        "half_a_ratio",
        "denominator",
        rows & ~has_reason & half,
        "Give both numerator and denominator, or the value alone.",
    )


def _compare(log: FaultLog, numbers: Numbers, rows: NDArray[np.int64], computed: Floats, tolerance: Floats) -> None:
    given, made = numbers.value[rows], computed[rows]
    distance = np.abs(given - made)
    # Kept where both are one number but for the last bits, so that reading what was written changes nothing.
    is_same = distance <= _SAME * np.abs(made)
    differs = np.zeros(len(computed), dtype=bool)
    differs[rows] = ~np.isnan(given) & ~is_same & (distance > tolerance[rows] * (1 + 1e-9) + 1e-9 * np.abs(made))
    log.add(
        "parts_disagree",
        "value",
        differs,
        lambda row: (
            f"{numbers.value[row]:g} is not what numerator and denominator make: {computed[row]:.6g}. "
            "Mend one of the three, or leave value empty."
        ),
    )
    if len(rows):
        numbers.put("value", rows, np.where(is_same | differs[rows], given, made))


def _refuse_contradictions(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
    """Each row has a value or a reason: not both, and not neither."""
    usable = ~log.is_bad & (keys.status != _WITHDRAWN)
    has_text = kinds.of("text") & log.given.column("text").is_given
    has_value = ~np.isnan(numbers.value) | has_text
    has_bounds = ~np.isnan(numbers.low) | ~np.isnan(numbers.high)
    has_reason = keys.reason >= 0
    is_nil = usable & (keys.status == _NIL)
    log.add("contradiction", "reason", is_nil & has_reason, "Status nil is an answer; a reason says there is none.")
    log.add(
        "value_and_reason",
        "reason",
        usable & ~is_nil & has_value & has_reason,
        "There is a value, and a reason why there is none. Keep the one that is right.",
    )
    missing = usable & ~has_value & ~has_bounds & ~has_reason
    log.add("missing_without_reason", "value", missing & ~kinds.of("text"), _MISSING)
    log.add("missing_without_reason", "text", missing & kinds.of("text"), _MISSING.replace("value", "text"))


_MISSING: Final = "There is no value, and no reason why. Write 0 if there was none, or a reason such as not_collected."
