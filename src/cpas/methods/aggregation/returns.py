"""Completeness: which returns were due, and which came.  Methodology §3.6.

A return is one indicator × period × place; crossed cells of groups are not counted. What is due follows from the
indicator's frequency and places: a quarter expects three monthly returns from each reporting place. A value that
holds (a stock, a level) is due once.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods._once import once_per_plan
from cpas.methods.aggregation.ground import Ground
from cpas.methods.aggregation.parts import EXCUSED, NOT_A_ROW, Parts
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.model import Plan
from cpas.periods import Period, ordinals, to_frequency
from cpas.tables.rows import in_order, new_segments
from cpas.tables.trees import PlaceTree, place_tree

__all__ = ["Returns", "complete", "count_returns", "units_due"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


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
    #: Returns that did not come and were filled in: pairs × periods.
    filled: Codes

    def take(self, index: Truths) -> Returns:
        """Return some pairs."""
        return Returns(**{a.name: getattr(self, a.name)[index] for a in attrs.fields(Returns)})

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
        units = Period.spanning(target, target, to_frequency(frequency))
        due.append(sum(target.start <= unit.end <= target.end for unit in units))
    return np.array(due, dtype=np.int64)


def count_returns(
    ground: Ground,
    leaf: Parts,
    over: Parts,
    *,
    plan: Plan,
    tree: PlaceTree,
    towards: Codes | None,
    targets: Sequence[Period],
    rules: IndicatorRules,
    is_observed: bool,
    only: Codes | None = None,
) -> Returns:
    """Return the returns due and received for every indicator and place asked for.

    Parameters
    ----------
    ground : Ground
        The observations of the vintage asked for, and what returns imply.
    leaf, over : Parts
        The same by target, and what they make over time.
    plan, tree, rules
        The plan, its places and its rules.
    towards : array of int, optional
        For each place the one asked for that it counts in; nothing keeps each place by itself.
    targets : sequence of Period
        The periods asked for.
    is_observed : bool
        The periods are those observed: one return is due for each of the indicator's own frequency.
    only : array of int, optional
        Numbers of the indicators to count; all where none are given.

    Notes
    -----
    Methodology §3.6.1.
    """
    said = _said(leaf, over, rules)
    pair_i, pair_p = _reporters(plan, tree, ground, keep_each=towards is None, rules=rules, only=only)
    due = _due_matrix(plan, ground, targets, rules, is_observed)
    expected = due[pair_i]
    row, pair = _covering(tree, pair_i, pair_p, said.indicator, said.place)
    received, excused, filled = (
        _placed(expected.shape, pair, said.target[row], column[row])
        for column in (said.received, said.excused, said.filled)
    )
    expected = np.maximum(expected - excused, 0)
    holds = (rules.takes_last | rules.holds)[pair_i][:, None]
    # A value that still holds answers for a period in which none was due.
    expected = np.where(holds & (received > 0), np.maximum(expected, 1), expected)
    expected = np.where(_existing(plan, tree, pair_p, targets), expected, 0)
    received = np.minimum(received, expected)
    filled = np.minimum(filled, expected - received)
    return _summed(pair_i, pair_p if towards is None else towards[pair_p], expected, received, filled)


def _placed(shape: tuple[int, ...], pair: Codes, target: Codes, column: Codes) -> Codes:
    matrix = np.zeros(shape, dtype=np.int64)
    np.maximum.at(matrix, (pair, target), column)
    return matrix


@attrs.frozen(eq=False)
class _Said:
    """What was said of each indicator × place × target: returns received, excused, and answered by a filled gap."""

    indicator: Codes
    place: Codes
    target: Codes
    received: Codes
    excused: Codes
    filled: Codes


def _said(leaf: Parts, over: Parts, rules: IndicatorRules) -> _Said:
    """Count the returns of values that add up by period; a value that holds for the whole time once."""
    once = rules.takes_last & ~rules.is_text
    # What fills a gap has no row of its own; a value over time says itself whether it rests on one.
    filled = leaf.touched & (leaf.source == NOT_A_ROW)
    each = ~once[leaf.indicator]
    # Where a place gives one cell only, its returns stand in their order.
    several = _gives_several(leaf)
    pieces = [
        _by_return(over, np.flatnonzero(once[over.indicator]), over.touched, rules, by_period=False),
        _by_return(leaf, np.flatnonzero(each & ~several), filled, rules, by_period=True),
        _by_return(leaf, np.flatnonzero(each & several), filled, rules, by_period=True),
    ]
    return _Said(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))


def _gives_several(parts: Parts) -> Truths:
    """Which rows are of an indicator and place that has several cells; rows stand by indicator, place and cell."""
    if not len(parts):
        return np.zeros(0, dtype=bool)
    spots, cells = (new_segments(parts.indicator, parts.place, *more) for more in ((), (parts.cell,)))
    first = np.searchsorted(cells, spots)
    many = np.diff(np.append(first, len(cells))) > 1
    return np.repeat(many, np.diff(np.append(spots, len(parts))))


def _by_return(
    parts: Parts, rows: Codes, filled: Truths, rules: IndicatorRules, *, by_period: bool
) -> tuple[Codes, ...]:
    """Return indicator, place and target of some rows, and how many returns came, were excused and were filled in.

    Where one cell of a return has a value the return came, whatever another cell says.
    """
    in_words = rules.is_text[parts.indicator] & (parts.reason < 0) & (parts.source != NOT_A_ROW)
    # What was refused did come: it only has no meaning together.
    there = parts.values.is_there | (parts.values.refused > 0) | in_words
    excused = np.isin(parts.reason, EXCUSED)
    keys = [parts.indicator[rows], parts.place[rows], parts.target[rows]]
    if not len(rows):
        return *keys, *keys
    keys += [parts.period[rows]] if by_period else []
    order = in_order(keys)
    if order is not None:
        keys, rows = [key[order] for key in keys], rows[order]
    starts = new_segments(*keys)
    came = np.logical_or.reduceat((there & ~filled)[rows], starts)
    replaced = np.logical_or.reduceat(filled[rows], starts) & ~came
    left_out = np.logical_or.reduceat(excused[rows], starts) & ~came & ~replaced
    spots = new_segments(*(key[starts] for key in keys[:3]))
    counts = [np.add.reduceat(column, spots, dtype=np.int64) for column in (came, left_out, replaced)]
    return *(key[starts[spots]] for key in keys[:3]), *counts


def _reporters(
    plan: Plan, tree: PlaceTree, ground: Ground, *, keep_each: bool, rules: IndicatorRules, only: Codes | None
) -> tuple[Codes, Codes]:
    """Return pairs of indicator and reporting place: those the plan names, else those that reported, else the root."""
    width = len(tree.ids)
    rows, picked = ground.rows, ground.picked
    starts = new_segments(rows.indicator[picked], rows.place[picked])
    seen = np.unique(rows.indicator[picked[starts]].astype(np.int64) * width + rows.place[picked[starts]])
    named = _named_pairs(plan)
    asked = np.ones(len(plan.indicators), dtype=bool)
    if only is not None:
        asked[:] = False
        asked[only] = True
        named = named[np.isin(named // width, only)]
    has_named = np.zeros(len(plan.indicators), dtype=bool)
    has_named[named // width] = True
    observed = seen if keep_each else seen[~has_named[seen // width]]
    observed = observed if keep_each else _lowest(observed, tree, rules)
    silent = np.setdiff1d(np.flatnonzero(asked & ~has_named), observed // width)
    at_root = silent * width + tree.root
    keys = np.unique(np.concatenate([observed, named, at_root]).astype(np.int64))
    return keys // width, keys % width


@once_per_plan
def _named_pairs(plan: Plan) -> Codes:
    """Return indicator and place, packed in one number, of every place that the plan names for an indicator."""
    tree = place_tree(plan)
    width, codes = len(tree.ids), tree.codes
    found = [number * width + codes[place] for number, one in enumerate(plan.indicators) for place in one.places]
    return np.array(found, dtype=np.int64)


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
    plan: Plan,
    ground: Ground,
    targets: Sequence[Period],
    rules: IndicatorRules,
    is_observed: bool,
) -> Codes:
    """Returns due from one place: indicators × periods."""
    words_, code = _frequencies(plan, ground)
    due = np.stack([_alike(word, targets) if is_observed else units_due(word, targets) for word in (*words_, None)])
    owed: Codes = np.where(rules.takes_last[:, None], np.minimum(due, 1)[code], due[code])
    return owed


def _alike(frequency: str | None, targets: Sequence[Period]) -> Codes:
    """One return is due in each period of the indicator's own frequency."""
    return np.array([frequency in (None, target.frequency) for target in targets], dtype=np.int64)


def _frequencies(plan: Plan, ground: Ground) -> tuple[tuple[str, ...], Codes]:
    """Return how often each indicator is due, as words and codes: as the plan says, else as most of its rows are.

    The code −1 is for those of which nobody knows.
    """
    rows, picked = ground.rows, ground.picked[ground.picked < ground.known]
    of_periods = [period.frequency for period in rows.periods]
    said, coded = _said_frequencies(plan)
    words_ = (*said, *sorted(set(of_periods) - set(said)))
    if not len(picked) or (coded >= 0).all():
        return words_, coded
    code = np.array([words_.index(word) for word in of_periods], dtype=np.int64)
    which = rows.indicator[picked].astype(np.int64) * len(words_) + code[rows.period[picked]]
    tally = np.bincount(which, minlength=len(coded) * len(words_)).reshape(-1, len(words_))
    # Of several that are as frequent the first in the order of the alphabet.
    order = np.argsort(words_)
    usual = np.where(tally.any(axis=1), order[tally[:, order].argmax(axis=1)], -1)
    return words_, np.where(coded >= 0, coded, usual)


@once_per_plan
def _said_frequencies(plan: Plan) -> tuple[tuple[str, ...], Codes]:
    said = [one.frequency for one in plan.indicators]
    words_ = tuple(sorted({word for word in said if word is not None}))
    return words_, np.array([-1 if word is None else words_.index(word) for word in said], dtype=np.int64)


def _covering(tree: PlaceTree, pair_i: Codes, pair_p: Codes, seen_i: Codes, seen_p: Codes) -> tuple[Codes, Codes]:
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


def _summed(indicator: Codes, place: Codes, *counts: Codes) -> Returns:
    """Add up the pairs that count in the same place asked for: returns due, received, and filled in."""
    inside = np.flatnonzero(place >= 0)
    inside = inside[np.lexsort((place[inside], indicator[inside]))]
    indicator, place = indicator[inside], place[inside]
    starts = new_segments(indicator, place)
    rows = [np.add.reduceat(count[inside], starts, axis=0) if len(starts) else count[inside] for count in counts]
    return Returns(indicator=indicator[starts], place=place[starts], expected=rows[0], received=rows[1], filled=rows[2])
