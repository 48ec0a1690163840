"""Completeness: which returns were due, and which came.  Methodology §3.6.

A return is one indicator × period × place; crossed cells of groups are not counted. What is due follows from the
indicator's frequency and places: a quarter expects three monthly returns from each reporting place. A value that
holds (a stock, a level) is due once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import MissingReason, words
from cpas.methods.aggregation.over_time import Spans
from cpas.methods.aggregation.parts import Parts
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.model import Plan
from cpas.periods import Period, ordinals
from cpas.tables.rows import Rows, new_segments
from cpas.tables.trees import PlaceTree

__all__ = ["Returns", "complete", "count_returns", "units_due"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]
#: Reasons that say a return was not owed.
_EXCUSED: Final = [words(MissingReason).index(word) for word in ("not_due", "not_applicable")]


@attrs.frozen(eq=False, kw_only=True)
class Returns:
    """Returns due and received, by indicator × place asked for, over the periods asked for."""

    #: Number of the indicator, one entry per pair.
    indicator: Codes
    #: Number of the place asked for, one entry per pair.
    place: Codes
    #: Returns due: pairs × periods.
    expected: Codes
    #: Returns that came: pairs × periods.
    received: Codes

    def find(self, indicator: Codes, place: Codes) -> Codes:
        """Return the number of the pair for each indicator and place, or −1 where there is none."""
        width = int(max(self.place.max(initial=0), place.max(initial=0))) + 1
        keys, asked = self.indicator * width + self.place, indicator * width + place
        if not len(keys):
            return np.full(len(asked), -1, dtype=np.int64)
        at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        return np.where(keys[at] == asked, at, -1)


def complete(expected: Codes, received: Codes, policy: str) -> Truths:
    """Whether enough returns came.

    Parameters
    ----------
    expected, received : array of int
        Returns due and received.
    policy : str
        ``all``, ``any``, ``at least n``, or ``share x``.

    Notes
    -----
    Methodology §3.6. Named policies follow the missing-value rules of climate indices (xclim).

    Examples
    --------
    >>> complete(np.array([3, 3]), np.array([3, 2]), "all").tolist()
    [True, False]
    >>> complete(np.array([3]), np.array([2]), "share 0.6").tolist()
    [True]
    """
    if policy == "all":
        return received >= expected
    if policy == "any":
        return received > 0
    if policy.startswith("at least "):
        return received >= np.minimum(int(policy.removeprefix("at least ")), np.maximum(expected, 1))
    return received >= float(policy.removeprefix("share ")) * expected


def units_due(frequency: str | None, targets: Sequence[Period]) -> Codes:
    """Return how many periods of a frequency end in each target and are not longer than it.

    Examples
    --------
    >>> units_due("month", [Period.parse("2025-Q2"), Period.parse("2025-06")]).tolist()
    [3, 1]
    >>> units_due("year", [Period.parse("2025-Q2"), Period.parse("2025-Q4")]).tolist()
    [0, 1]
    """
    if frequency is None or frequency == "dates":
        return np.ones(len(targets), dtype=np.int64)
    due = []
    for target in targets:
        units = Period.spanning(target, target, frequency)  # type: ignore[arg-type]  # a word of Frequency
        due.append(sum(target.start <= unit.end <= target.end for unit in units))
    return np.array(due, dtype=np.int64)


def count_returns(
    rows: Rows,
    picked: Codes,
    parts: Parts,
    *,
    plan: Plan,
    tree: PlaceTree,
    towards: Codes | None,
    spans: Spans,
    targets: Sequence[Period],
    rules: IndicatorRules,
    is_observed: bool,
) -> Returns:
    """Return the returns due and received for every indicator and place asked for.

    Parameters
    ----------
    rows, picked
        The store, and the rows of the vintage asked for.
    parts : Parts
        Partial aggregates over time, before groups and places.
    plan, tree, rules
        The plan, its places and its rules.
    towards : array of int, optional
        For each place the one asked for that it counts in; nothing keeps each place by itself.
    spans, targets
        The periods, as days and as records.
    is_observed : bool
        The periods are those observed: one return is due for each of the indicator's own frequency.

    Notes
    -----
    Methodology §3.6.
    """
    seen_i, seen_p, seen_t, came, excused = _received(rows, picked, parts, spans, rules)
    said_i, said_p = rows.indicator[picked], rows.place[picked]
    pair_i, pair_p = _reporters(plan, tree, said_i, said_p, keep_each=towards is None, rules=rules)
    due = _due_matrix(plan, rows, picked, targets, rules, is_observed)
    expected, received = due[pair_i], np.zeros((len(pair_i), len(targets)), dtype=np.int64)
    row, pair = _covering(tree, pair_i, pair_p, seen_i, seen_p, rules)
    np.maximum.at(received, (pair, seen_t[row]), came[row])
    owed = np.zeros_like(expected)
    np.maximum.at(owed, (pair, seen_t[row]), excused[row])
    expected = np.maximum(expected - owed, 0)
    last = rules.takes_last[pair_i][:, None]
    # A value that still holds answers for a period in which none was due.
    expected = np.where(last & (received > 0), np.maximum(expected, 1), expected)
    expected = np.where(_existing(plan, tree, pair_p, targets), expected, 0)
    received = np.minimum(received, expected)
    return _summed(pair_i, pair_p if towards is None else towards[pair_p], expected, received)


def _received(
    rows: Rows, picked: Codes, parts: Parts, spans: Spans, rules: IndicatorRules
) -> tuple[Codes, Codes, Codes, Codes, Codes]:
    """Indicator, place, target, returns received and returns excused, where anything was said."""
    last = rules.takes_last[parts.indicator]
    excused_part = np.isin(parts.reason, _EXCUSED) & last
    # What was refused did come: it only has no meaning together.
    there = (parts.values.is_there | ~np.isnan(parts.values.denominator) | (parts.values.refused > 0)) & last
    said = there | excused_part
    some = [(parts.indicator[said], parts.place[said], parts.target[said], there[said], excused_part[said])]
    adding = picked[~rules.takes_last[rows.indicator[picked]]]
    has_value = ~np.isnan(rows.value[adding]) | ~np.isnan(rows.denominator[adding]) | ~np.isnan(rows.low[adding])
    is_excused = np.isin(rows.reason[adding], _EXCUSED) & ~has_value
    member = spans.inside()
    for mask, is_value in ((has_value, True), (is_excused, False)):
        i, p, period = _distinct(rows, adding[mask])
        row, target = np.nonzero(member[period])
        flag = np.full(len(row), is_value)
        some.append((i[row], p[row], target, flag, ~flag))
    i, p, t, came, excused = (np.concatenate(columns) for columns in zip(*some, strict=True))
    order = np.lexsort((t, p, i))
    i, p, t = i[order], p[order], t[order]
    starts = new_segments(i, p, t)
    if not len(starts):
        return i, p, t, came.astype(np.int64), excused.astype(np.int64)
    totals = [np.add.reduceat(column[order].astype(np.int64), starts) for column in (came, excused)]
    is_last = rules.takes_last[i[starts]]
    came = np.where(is_last, np.minimum(totals[0], 1), totals[0])
    # Where a cell of a return has a value the return came, whatever another cell says.
    excused = np.where(is_last, np.where(came > 0, 0, np.minimum(totals[1], 1)), totals[1])
    return i[starts], p[starts], t[starts], came, excused


def _distinct(rows: Rows, index: Codes) -> tuple[Codes, Codes, Codes]:
    """Return the distinct combinations of indicator, place and period of some rows."""
    i, p, t = rows.indicator[index], rows.place[index], rows.period[index]
    if len(rows.cells) > 1:
        order = np.lexsort((t, p, i))
        i, p, t = i[order], p[order], t[order]
    starts = new_segments(i, p, t)
    return i[starts], p[starts], t[starts]


def _reporters(
    plan: Plan, tree: PlaceTree, seen_i: Codes, seen_p: Codes, *, keep_each: bool, rules: IndicatorRules
) -> tuple[Codes, Codes]:
    """Return pairs of indicator and reporting place: those the plan names, else those that reported, else the root."""
    width = len(tree.ids)
    seen = np.unique(seen_i * width + seen_p)
    named = [number * width + tree.codes[place] for number, i in enumerate(plan.indicators) for place in i.places]
    has_named = np.zeros(len(plan.indicators), dtype=bool)
    has_named[[key // width for key in named]] = True
    observed = seen if keep_each else seen[~has_named[seen // width]]
    observed = observed if keep_each else _lowest(observed, tree, rules)
    silent = np.setdiff1d(np.flatnonzero(~has_named), observed // width)
    at_root = silent * width + tree.root
    keys = np.unique(np.concatenate([observed, np.array(named, dtype=np.int64), at_root]).astype(np.int64))
    return keys // width, keys % width


def _lowest(keys: Codes, tree: PlaceTree, rules: IndicatorRules) -> Codes:
    """Leave out places that stand above other reporting places of the indicator, unless their own rows add."""
    width = len(tree.ids)
    is_above = np.zeros(len(keys), dtype=bool)
    above = keys % width
    for _ in range(int(tree.depth.max(initial=0))):
        climbing = above != tree.parent[above]
        above = tree.parent[above]
        asked = (keys // width * width + above)[climbing]
        at = np.minimum(np.searchsorted(keys, asked), max(len(keys) - 1, 0))
        is_above[at[keys[at] == asked]] = True
    adds = np.asarray(rules.place_rows[keys // width] == 1, dtype=bool)
    lowest: Codes = keys[~is_above | adds]
    return lowest


def _due_matrix(
    plan: Plan, rows: Rows, picked: Codes, targets: Sequence[Period], rules: IndicatorRules, is_observed: bool
) -> Codes:
    """Returns due from one place: indicators × periods."""
    frequencies = _frequencies(plan, rows, picked)
    by_word = {word: _alike(word, targets) if is_observed else units_due(word, targets) for word in set(frequencies)}
    if not frequencies:
        return np.zeros((0, len(targets)), dtype=np.int64)
    due = np.stack([by_word[word] for word in frequencies])
    owed: Codes = np.where(rules.takes_last[:, None], np.minimum(due, 1), due)
    return owed


def _alike(frequency: str | None, targets: Sequence[Period]) -> Codes:
    """One return is due in each period of the indicator's own frequency."""
    return np.array([frequency in (None, target.frequency) for target in targets], dtype=np.int64)


def _frequencies(plan: Plan, rows: Rows, picked: Codes) -> list[str | None]:
    """Return how often each indicator is due: as the plan says, else as most of its rows are."""
    words_ = sorted({period.frequency for period in rows.periods})
    code = np.array([words_.index(period.frequency) for period in rows.periods], dtype=np.int64)
    tally = np.zeros((len(plan.indicators), len(words_) or 1), dtype=np.int64)
    if len(picked):
        np.add.at(tally, (rows.indicator[picked], code[rows.period[picked]]), 1)
    usual = tally.argmax(axis=1)
    found = tally.any(axis=1)
    return [
        i.frequency if i.frequency is not None else (words_[usual[n]] if found[n] else None)
        for n, i in enumerate(plan.indicators)
    ]


def _covering(
    tree: PlaceTree, pair_i: Codes, pair_p: Codes, seen_i: Codes, seen_p: Codes, rules: IndicatorRules
) -> tuple[Codes, Codes]:
    """Return which return answers for which reporter: its own, one at a place above it, or one at a place in it."""
    width = len(tree.ids)
    keys = pair_i * width + pair_p
    asked = seen_i * width + seen_p
    at = np.minimum(np.searchsorted(keys, asked), max(len(keys) - 1, 0))
    own = np.asarray(np.isin(asked, keys), dtype=bool)
    rows, pairs = [np.flatnonzero(own)], [at[own]]
    first = np.searchsorted(pair_i, np.arange(int(pair_i.max(initial=-1)) + 2))
    for key in np.unique(asked[~own]):
        indicator, place = divmod(int(key), width)
        mine = np.arange(first[indicator], first[indicator + 1])
        reporters = pair_p[mine]
        related = (tree.ancestors[:, reporters] == place).any(axis=0) | np.isin(reporters, tree.ancestors[:, place])
        row = np.flatnonzero(asked == key)
        rows.append(np.repeat(row, related.sum()))
        pairs.append(np.tile(mine[related], len(row)))
    return np.concatenate(rows), np.concatenate(pairs)


def _existing(plan: Plan, tree: PlaceTree, places: Codes, targets: Sequence[Period]) -> Truths:
    """Whether a place existed in a period: pairs × periods."""
    if not any(place.begins or place.ends for place in plan.places):
        return np.ones((len(places), len(targets)), dtype=bool)
    start, end = ordinals(targets)
    begins = np.full(len(tree.ids), np.iinfo(np.int64).min)
    ends = np.full(len(tree.ids), np.iinfo(np.int64).max)
    for place in plan.places:
        code = tree.codes[place.id]
        begins[code] = place.begins.toordinal() if place.begins else begins[code]
        ends[code] = place.ends.toordinal() if place.ends else ends[code]
    return (begins[places][:, None] <= end) & (ends[places][:, None] >= start)


def _summed(indicator: Codes, place: Codes, expected: Codes, received: Codes) -> Returns:
    """Add up the pairs that count in the same place asked for."""
    inside = place >= 0
    indicator, place, expected, received = indicator[inside], place[inside], expected[inside], received[inside]
    order = np.lexsort((place, indicator))
    indicator, place = indicator[order], place[order]
    starts = new_segments(indicator, place)
    if not len(starts):
        return Returns(indicator=indicator, place=place, expected=expected, received=received)
    return Returns(
        indicator=indicator[starts],
        place=place[starts],
        expected=np.add.reduceat(expected[order], starts, axis=0),
        received=np.add.reduceat(received[order], starts, axis=0),
    )
