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
from cpas.tables.once import once_per_plan
from cpas.tables.pieces import rows_where
from cpas.tables.readings import Unreadable, as_id, folded, read_each, read_numbers, show
from cpas.tables.rows import STATUSES, is_blank
from cpas.units import conversion, ratio_factor
from cpas.units.reading import read_unit
from cpas.units.words import CURRENCIES, INDEX_WORDS

__all__ = ["NUMBERS", "TEXTS", "Numbers", "is_counted", "read_number_column", "read_text_column", "read_values"]

Codes = NDArray[Any]
Index = NDArray[np.int64]
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

    def put(self, name: str, rows: NDArray[Any], values: Floats | float) -> None:
        """Put numbers into some rows of a column, which may be shared with the table until then."""
        column: Floats = getattr(self, name)
        if not column.flags.writeable:
            column = column.copy()
            setattr(self, name, column)
        column[rows] = values

    def taken(self, name: str) -> Floats:
        """Return a column that is not needed here any more."""
        column: Floats = getattr(self, name)
        setattr(self, name, np.broadcast_to(np.float64(math.nan), len(column)))
        return column

    def notice(self, code: str, indicator: Codes, detail: str = "") -> None:
        """Count some rows by their indicator."""
        counts = np.bincount(indicator)
        found = {(int(n), detail): int(counts[n]) for n in np.flatnonzero(counts)}
        if found:
            self.noticed.setdefault(code, {}).update(found)


class Kinds:
    """Which rows are of which kind of indicator."""

    def __init__(self, plan: Plan, indicator: Codes) -> None:
        self._numbers, self._codes = _kinds(plan)
        self._indicator = indicator

    def occur(self, *kinds: str) -> bool:
        """Return whether the plan has an indicator of one of some kinds."""
        return not self._numbers.keys().isdisjoint(kinds)

    def are(self, indicator: Codes, *kinds: str) -> Truths:
        """Return which of some indicators are of one of some kinds; an unknown one is of none."""
        if not self.occur(*kinds):
            return np.zeros(len(indicator), dtype=bool)
        return self._is_one(*kinds).take(indicator, mode="wrap")

    def of(self, rows: Index, *kinds: str) -> Truths:
        """Return which of some rows are of one of some kinds."""
        return self.are(self._indicator[rows], *kinds)

    def rows(self, *kinds: str) -> Index:
        """Return all rows of some kinds."""
        if not self.occur(*kinds):
            return np.empty(0, dtype=np.int64)
        is_one = self._is_one(*kinds)
        return rows_where(lambda indicator: is_one.take(indicator, mode="wrap"), self._indicator)

    def _is_one(self, *kinds: str) -> Truths:
        wanted = np.array([*(kind in kinds for kind in self._numbers), False])
        return wanted[self._codes]


@once_per_plan
def _kinds(plan: Plan) -> tuple[dict[str, int], NDArray[np.int8]]:
    """Return the kinds that occur, numbered, and that of each indicator; −1 for an unknown one, the last."""
    kinds: list[str] = [i.kind for i in plan.indicators]
    number = {kind: code for code, kind in enumerate(sorted(set(kinds)))}
    return number, np.array([*map(number.__getitem__, kinds), -1], dtype=np.int8)


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
    tolerance = _convert(log, plan, keys, numbers)
    _settle_status(log, keys, kinds, numbers)
    _refuse_negative(log, plan, keys, kinds, numbers)
    _settle_ratios(log, plan, keys, kinds, numbers, tolerance)
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
    _read_levels(log, plan, keys, kinds, numbers)
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


# -- levels of an ordinal --------------------------------------------------------------------------------------


def _read_levels(log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers) -> None:
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


# -- units -----------------------------------------------------------------------------------------------------


def _convert(log: FaultLog, plan: Plan, keys: Keys, numbers: Numbers) -> Floats | None:
    """Bring numbers given in another unit into the indicator's own.

    Returns by how much rounding may have moved the values that were converted; nothing where none was.
    """
    coded = log.given.column("unit")
    if not coded.values:
        return None
    rows, own = _in_other_units(plan, keys, coded)
    if not len(rows):
        return None
    pairs, each = np.unique(keys.indicator[rows].astype(np.int64) * len(own) + coded.codes[rows], return_inverse=True)
    tolerance = None
    for pair, key in enumerate(pairs.tolist()):
        indicator, unit = plan.indicators[key // len(own)], own[key % len(own)]
        here = rows[each == pair]
        try:
            change = conversion(unit, indicator.unit, declared=plan.units)
        except UnitError as error:
            said = f"{error} {indicator.id!r} is in {indicator.unit or 'a pure number'}."
            log.add_rows("wrong_unit", "unit", here, said)
            continue
        if not change.is_identity:
            tolerance = np.full(len(log.given), math.nan) if tolerance is None else tolerance
            tolerance[here] = _rounding(numbers.value[here]) * abs(change.factor)
            _apply(numbers, here, change.factor, change.offset, is_mean=indicator.kind == "mean")
            numbers.notice("unit_converted", keys.indicator[here], unit)
    return tolerance


def _in_other_units(plan: Plan, keys: Keys, coded: Coded) -> tuple[Index, list[str]]:
    """Return the rows whose unit is not written as their indicator's own, and the units as written."""
    written = [as_id(value) for value in coded.values]
    numbers: dict[str, list[int]] = {}
    for number, unit in enumerate(written):
        numbers.setdefault(unit, []).append(number)
    # A unit that is written in one way needs no second look in the row; 1 and 1.0 would be written in two.
    own = np.array([numbers.get(i.unit, [-1])[0] for i in plan.indicators] + [-1])
    rows = rows_where(
        lambda i, unit: (unit >= 0) & (i >= 0) & (unit != own.take(i, mode="wrap")), keys.indicator, coded.codes
    )
    return rows, written


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
    withdrawn = rows_where(lambda status: status == _WITHDRAWN, keys.status)
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


def _settle_ratios(
    log: FaultLog, plan: Plan, keys: Keys, kinds: Kinds, numbers: Numbers, tolerance: Floats | None
) -> None:
    """Compute the value of ratios and means from their parts, and compare it with the value given."""
    rows = rows_where(
        lambda above, below: (above == above) | (below == below),  # what is missing is not itself
        numbers.numerator,
        numbers.denominator,
    )
    rows = log.usable(rows)
    is_ratio = kinds.of(rows, "ratio", "mean")
    _forget_parts(keys, rows[~is_ratio], numbers)
    parts = _Parts.of(rows[is_ratio], keys, numbers)
    _refuse_parts(log, kinds, parts)
    parts = parts.only((parts.denominator > 0) & ~log.is_bad[parts.rows])
    is_bare = np.isnan(parts.numerator) & kinds.are(parts.indicator, "mean")
    if is_bare.any():
        parts.numerator[is_bare] = parts.value[is_bare] * parts.denominator[is_bare]
        numbers.put("numerator", parts.rows[is_bare], parts.numerator[is_bare])
    parts = parts.only(~np.isnan(parts.numerator))
    computed = parts.numerator / parts.denominator * _factors(plan)[parts.indicator]
    _compare(log, numbers, parts, computed, tolerance)


@attrs.frozen(eq=False, kw_only=True)
class _Parts:
    """What some rows of ratios and means say: each column fetched once."""

    rows: Index
    indicator: Codes
    value: Floats
    numerator: Floats
    denominator: Floats
    reason: Codes

    @classmethod
    def of(cls, rows: Index, keys: Keys, numbers: Numbers) -> _Parts:
        columns = {name: getattr(numbers, name)[rows] for name in ("value", "numerator", "denominator")}
        return cls(rows=rows, indicator=keys.indicator[rows], reason=keys.reason[rows], **columns)

    def only(self, keep: Truths) -> _Parts:
        if keep.all():
            return self
        return _Parts(**{field.name: getattr(self, field.name)[keep] for field in attrs.fields(_Parts)})


@once_per_plan
def _factors(plan: Plan) -> Floats:
    """Return by what numerator over denominator is multiplied to be in the unit of each indicator."""
    by_unit = {unit: ratio_factor(unit, plan.units) for unit in {i.unit for i in plan.indicators if i.kind == "ratio"}}
    return np.array([by_unit[i.unit] if i.kind == "ratio" else 1.0 for i in plan.indicators])


def _forget_parts(keys: Keys, rows: Index, numbers: Numbers) -> None:
    """Leave out a numerator or denominator that the indicator's kind has no use for, and say so."""
    if len(rows):
        numbers.notice("parts_not_used", keys.indicator[rows])
        numbers.put("numerator", rows, math.nan)
        numbers.put("denominator", rows, math.nan)


def _refuse_parts(log: FaultLog, kinds: Kinds, parts: _Parts) -> None:
    denominator = parts.denominator
    has_numerator, has_denominator = ~np.isnan(parts.numerator), ~np.isnan(denominator)
    has_reason, has_value = parts.reason >= 0, ~np.isnan(parts.value)
    empty = denominator == 0
    half = has_numerator & ~has_denominator
    half |= has_denominator & ~has_numerator & ~kinds.are(parts.indicator, "mean")
    for code, where, message in (
        ("bad_denominator", denominator < 0, "A denominator is never below zero."),
        ("bad_denominator", empty & has_value, "There is no value of nothing: the denominator is 0."),
        (
            "bad_denominator",
            empty & ~has_value & ~has_reason,
            "The denominator is 0, so there is no value. Give the reason not_applicable.",
        ),
        ("half_a_ratio", ~has_reason & half, "Give both numerator and denominator, or the value alone."),
    ):
        log.add_rows(code, "denominator", parts.rows[where], message)


def _compare(log: FaultLog, numbers: Numbers, parts: _Parts, computed: Floats, tolerance: Floats | None) -> None:
    given = np.flatnonzero(~np.isnan(parts.value))
    value, expected = parts.value[given], computed[given]
    distance = np.abs(value - expected)
    # Kept where both are one number but for the last bits, so that reading what was written changes nothing.
    is_same = distance <= _SAME * np.abs(expected)
    doubtful = np.flatnonzero(~is_same)
    rounding = _rounding(value[doubtful])
    if tolerance is not None:
        of_converted = tolerance[parts.rows[given[doubtful]]]
        rounding = np.where(np.isnan(of_converted), rounding, of_converted)
    differs = doubtful[distance[doubtful] > rounding * (1 + 1e-9) + 1e-9 * np.abs(expected[doubtful])]
    _note_differences(log, numbers, parts.rows, computed, given[differs])
    is_same[differs] = True
    if not is_same.any():
        numbers.put("value", parts.rows, computed)
    elif len(given) < len(computed) or not is_same.all():
        put = np.ones(len(computed), dtype=bool)
        put[given[is_same]] = False
        numbers.put("value", parts.rows[put], computed[put])


def _note_differences(log: FaultLog, numbers: Numbers, rows: Index, computed: Floats, differing: Index) -> None:
    def says(row: int) -> str:
        return (
            f"{numbers.value[row]:g} is not what numerator and denominator make: "
            f"{computed[np.searchsorted(rows, row)]:.6g}. Mend one of the three, or leave value empty."
        )

    log.add_rows("parts_disagree", "value", rows[differing], says)


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
    return np.asarray(~log.is_bad[rows] & (keys.status[rows] != _WITHDRAWN))


def _has_text(log: FaultLog, kinds: Kinds, rows: Index) -> Truths:
    """Return which rows say something in words, where the indicator is described in words."""
    return np.asarray(kinds.of(rows, "text") & (log.given.column("text").codes[rows] >= 0))


_MISSING: Final = "There is no value, and no reason why. Write 0 if there was none, or a reason such as not_collected."
