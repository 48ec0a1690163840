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

from cpas.methods.aggregation.due import Reported, due_matrix, existing, reporters
from cpas.methods.aggregation.parts import IS_EXCUSED, NOT_A_ROW, Parts
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.keys import in_order, new_segments
from cpas.tables.trees import PlaceTree

__all__ = ["Returns", "Said", "complete", "count_returns", "said_in"]

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
    pair_i, pair_p = reporters(plan, tree, reported, keep_each=towards is None, rules=rules, only=only)
    expected = due_matrix(plan, reported, targets, rules, is_observed)[pair_i]
    received, excused, filled = _sums_said(expected.shape, said, tree, pair_i, pair_p)
    if excused is not None:
        expected = np.maximum(expected - excused, 0)
    holds = (rules.takes_last | rules.holds)[pair_i][:, None]
    # A value that still holds answers for a period in which none was due.
    expected = np.where(holds & (received > 0), np.maximum(expected, 1), expected)
    if any(place.begins or place.ends for place in plan.places):
        expected = np.where(existing(plan, tree, pair_p, targets), expected, 0)
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
