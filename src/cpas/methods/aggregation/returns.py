"""Completeness: which returns were due, and which came.  Methodology §3.6.

A return is one indicator × period × place; crossed cells of groups are not counted. What is due follows from the
indicator's frequency and places: a quarter expects three monthly returns from each reporting place. A value that
holds (a stock, a level) is due once.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods._once import once_per_plan
from cpas.methods.aggregation.ground import Ground
from cpas.methods.aggregation.parts import IS_EXCUSED, NOT_A_ROW, Parts
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.model import Plan
from cpas.periods import Period, ordinals, to_frequency
from cpas.tables.rows import in_order, new_segments
from cpas.tables.trees import PlaceTree, place_tree

__all__ = ["Reported", "Returns", "Said", "complete", "count_returns", "reported_in", "said_in", "units_due"]

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
        if not len(self.indicator):
            return np.full(len(indicator), -1, dtype=np.int64)
        width = int(max(self.place.max(initial=0), place.max(initial=0))) + 1
        keys, asked = self.indicator * width + self.place, indicator * width + place
        # Rows of one pair mostly stand together: one search does for them.
        starts = new_segments(asked)
        at = np.minimum(np.searchsorted(keys, asked[starts]), len(keys) - 1)
        found = np.where(keys[at] == asked[starts], at, -1)
        return np.repeat(found, np.diff(np.append(starts, len(asked))))


@attrs.frozen(eq=False, kw_only=True)
class Said:
    """What was said of each indicator, place and period asked for."""

    #: Number of the indicator.
    indicator: Codes
    #: Number of the place that said it.
    place: Codes
    #: Number of the period asked for.
    target: Codes
    #: Returns that came.
    received: Codes
    #: Returns that were not due.
    excused: Codes
    #: Returns that did not come and were filled in.
    filled: Codes


_SAID: Final = tuple(attribute.name for attribute in attrs.fields(Said))


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
    return np.array([_units_in(frequency, target) for target in targets], dtype=np.int64)


@lru_cache(maxsize=4096)
def _units_in(frequency: str, target: Period) -> int:
    units = Period.spanning(target, target, to_frequency(frequency))
    return sum(target.start <= unit.end <= target.end for unit in units)


@attrs.frozen(eq=False, kw_only=True)
class Reported:
    """Who reported, and how often: what is due where the plan does not say."""

    #: Indicator and place of every place that reported, each once.
    pairs: tuple[Codes, Codes]
    #: The frequencies that occur.
    frequencies: tuple[str, ...]
    #: Number of the usual frequency of each indicator of the plan, or −1.
    usual: Codes


def count_returns(
    said: Sequence[Said],
    reported: Sequence[Reported],
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
    said : sequence of Said
        What was said, in any number of pieces; no two of one indicator.
    reported : sequence of Reported
        Who said it, piece by piece.
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
    pair_i, pair_p = _reporters(plan, tree, reported, keep_each=towards is None, rules=rules, only=only)
    expected = _due_matrix(plan, reported, targets, rules, is_observed)[pair_i]
    received, excused, filled = _sums_said(expected.shape, said, tree, pair_i, pair_p)
    if excused is not None:
        expected = np.maximum(expected - excused, 0)
    holds = (rules.takes_last | rules.holds)[pair_i][:, None]
    # A value that still holds answers for a period in which none was due.
    expected = np.where(holds & (received > 0), np.maximum(expected, 1), expected)
    if any(place.begins or place.ends for place in plan.places):
        expected = np.where(_existing(plan, tree, pair_p, targets), expected, 0)
    received = np.minimum(received, expected)
    filled = np.minimum(filled, expected - received) if filled is not None else np.zeros_like(expected)
    return _summed(pair_i, pair_p if towards is None else towards[pair_p], expected, received, filled)


def _sums_said(
    shape: tuple[int, ...], said: Sequence[Said], tree: PlaceTree, pair_i: Codes, pair_p: Codes
) -> tuple[Codes, Codes | None, Codes | None]:
    """Return returns received, excused and filled in: pairs × periods; nothing where none was."""
    matrices: dict[str, Codes] = {"received": np.zeros(shape, dtype=np.int64)}
    for some in said:
        row, pair, is_own = _covering(tree, pair_i, pair_p, some.indicator, some.place)
        target = some.target if row is None else some.target[row]
        for name in ("received", "excused", "filled"):
            column = getattr(some, name)
            if name != "received" and not column.any():
                continue
            matrix = matrices.setdefault(name, np.zeros(shape, dtype=np.int64))
            where, column = pair * shape[1] + target, column if row is None else column[row]
            if is_own:
                matrix.ravel()[where] = column
            else:
                np.maximum.at(matrix.ravel(), where, column)
    return matrices["received"], matrices.get("excused"), matrices.get("filled")


def said_in(leaf: Parts, over: Parts, rules: IndicatorRules) -> Said:
    """Return what was said: the returns of values that add up by period; a value that holds for the whole time once.

    Parameters
    ----------
    leaf, over : Parts
        Observations by target, and what they make over time.
    rules : IndicatorRules
        The plan's rules, compiled.
    """
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
    columns = [np.concatenate(column) for column in zip(*pieces, strict=True)]
    return Said(**dict(zip(_SAID, columns, strict=True)))


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
    excused = IS_EXCUSED[parts.reason]
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


def reported_in(ground: Ground, plan: Plan) -> Reported:
    """Return who reported, and how often; what is implied was not reported.

    Parameters
    ----------
    ground : Ground
        The observations of the vintage asked for, and what returns imply.
    plan : Plan
        The plan.
    """
    rows, picked = ground.rows, ground.picked
    starts = new_segments(rows.indicator[picked], rows.place[picked])
    pairs = np.unique(np.stack([rows.indicator[picked[starts]], rows.place[picked[starts]]]).astype(np.int64), axis=1)
    picked = picked[picked < ground.known]
    of_periods = [period.frequency for period in rows.periods]
    named = tuple(sorted(set(of_periods)))
    code = np.array([named.index(word) for word in of_periods], dtype=np.int64)
    which = rows.indicator[picked].astype(np.int64) * max(len(named), 1) + code[rows.period[picked]]
    tally = np.bincount(which, minlength=len(plan.indicators) * max(len(named), 1)).reshape(-1, max(len(named), 1))
    # Of several that are as frequent the first in the order of the alphabet.
    usual = np.where(tally.any(axis=1), tally.argmax(axis=1), -1)
    return Reported(pairs=(pairs[0], pairs[1]), frequencies=named, usual=usual)


def _reporters(
    plan: Plan,
    tree: PlaceTree,
    reported: Sequence[Reported],
    *,
    keep_each: bool,
    rules: IndicatorRules,
    only: Codes | None,
) -> tuple[Codes, Codes]:
    """Return pairs of indicator and reporting place: those the plan names, else those that reported, else the root."""
    width = len(tree.ids)
    seen = np.concatenate([np.zeros(0, dtype=np.int64), *(one.pairs[0] * width + one.pairs[1] for one in reported)])
    seen = seen if len(reported) == 1 else np.sort(seen)
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
    asked[observed // width] = False
    at_root = np.flatnonzero(asked & ~has_named) * width + tree.root
    more = np.concatenate([observed, at_root])
    keys = np.unique(np.concatenate([more, named])) if len(more) else named
    return keys // width, keys % width


@once_per_plan
def _named_pairs(plan: Plan) -> Codes:
    """Return indicator and place, packed in one number, of every place that the plan names for an indicator."""
    tree = place_tree(plan)
    width, codes = len(tree.ids), tree.codes
    found = [number * width + codes[place] for number, one in enumerate(plan.indicators) for place in one.places]
    return np.unique(np.array(found, dtype=np.int64))


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
    plan: Plan, reported: Sequence[Reported], targets: Sequence[Period], rules: IndicatorRules, is_observed: bool
) -> Codes:
    """Returns due from one place: indicators × periods."""
    words_, code = _frequencies(plan, reported)
    due = np.stack([_alike(word, targets) if is_observed else units_due(word, targets) for word in (*words_, None)])
    owed: Codes = np.where(rules.takes_last[:, None], np.minimum(due, 1)[code], due[code])
    return owed


def _alike(frequency: str | None, targets: Sequence[Period]) -> Codes:
    """One return is due in each period of the indicator's own frequency."""
    return np.array([frequency in (None, target.frequency) for target in targets], dtype=np.int64)


def _frequencies(plan: Plan, reported: Sequence[Reported]) -> tuple[tuple[str, ...], Codes]:
    """Return how often each indicator is due, as words and codes: as the plan says, else as it usually is.

    The code −1 is for those of which nobody knows.
    """
    said, code = _said_frequencies(plan)
    if (code >= 0).all():
        return said, code
    words_ = (*said, *sorted({word for one in reported for word in one.frequencies} - set(said)))
    for one in reported:
        # The last entry stands for what is not known.
        number = np.array([*(words_.index(word) for word in one.frequencies), -1], dtype=np.int64)
        code = np.where(code >= 0, code, number[one.usual])
    return words_, code


@once_per_plan
def _said_frequencies(plan: Plan) -> tuple[tuple[str, ...], Codes]:
    said = [one.frequency for one in plan.indicators]
    words_ = tuple(sorted({word for word in said if word is not None}))
    return words_, np.array([-1 if word is None else words_.index(word) for word in said], dtype=np.int64)


def _covering(
    tree: PlaceTree, pair_i: Codes, pair_p: Codes, seen_i: Codes, seen_p: Codes
) -> tuple[Codes | None, Codes, bool]:
    """Return which return answers for which reporter: its own, one at a place above it, or one at a place in it.

    Rows, the pairs they answer for, and whether each answers for its own; no rows stands for all of them.
    """
    width = len(tree.ids)
    keys = pair_i * width + pair_p
    asked = seen_i * width + seen_p
    starts = new_segments(asked)
    at = np.minimum(np.searchsorted(keys, asked[starts]), max(len(keys) - 1, 0))
    own = keys[at] == asked[starts] if len(keys) else np.zeros(len(starts), dtype=bool)
    lengths = np.diff(np.append(starts, len(asked)))
    at = np.repeat(at, lengths)
    if own.all():
        return None, at, True
    own = np.repeat(own, lengths)
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
    return np.concatenate(rows), np.concatenate(pairs), False


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
    inside = place >= 0
    some = np.arange(len(place)) if inside.all() else np.flatnonzero(inside)
    order = in_order([indicator[some], place[some]])
    some = some if order is None else some[order]
    indicator, place = indicator[some], place[some]
    starts = new_segments(indicator, place)
    if len(starts) < len(place) or len(some) < len(inside) or order is not None:
        counts = tuple(
            np.add.reduceat(count[some], starts, axis=0) if count.any() else count[starts] for count in counts
        )
    expected, received, filled = counts
    return Returns(
        indicator=indicator[starts], place=place[starts], expected=expected, received=received, filled=filled
    )
