"""Which returns are due: from which places, and how many in each period asked for.  Methodology §3.6.1."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.ground import Ground
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.model import Plan
from cpas.periods import Period, ordinals, to_frequency
from cpas.tables.keys import distinct, new_segments
from cpas.tables.once import once_per_plan
from cpas.tables.trees import PlaceTree, place_tree

__all__ = [
    "Reported",
    "due_matrix",
    "existing",
    "named_pairs",
    "reported_in",
    "reporters",
    "said_frequencies",
    "units_due",
]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


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


def reporters(
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
    named = named_pairs(plan)
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
    keys = distinct(np.concatenate([more, named])) if len(more) else named
    return keys // width, keys % width


@once_per_plan
def named_pairs(plan: Plan) -> Codes:
    """Return indicator and place, packed in one number, of every place that the plan names for an indicator."""
    tree = place_tree(plan)
    width, codes = len(tree.ids), tree.codes
    found = [number * width + codes[place] for number, one in enumerate(plan.indicators) for place in one.places]
    return distinct(np.array(found, dtype=np.int64))


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


def due_matrix(
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
    said, code = said_frequencies(plan)
    if (code >= 0).all():
        return said, code
    words_ = (*said, *sorted({word for one in reported for word in one.frequencies} - set(said)))
    for one in reported:
        # The last entry stands for what is not known.
        number = np.array([*(words_.index(word) for word in one.frequencies), -1], dtype=np.int64)
        code = np.where(code >= 0, code, number[one.usual])
    return words_, code


@once_per_plan
def said_frequencies(plan: Plan) -> tuple[tuple[str, ...], Codes]:
    """Return the frequencies that a plan names, and the number of each indicator's; −1 where it names none.

    Notes
    -----
    Methodology §3.6.1.
    """
    said = [one.frequency for one in plan.indicators]
    words_ = tuple(sorted({word for word in said if word is not None}))
    return words_, np.array([-1 if word is None else words_.index(word) for word in said], dtype=np.int64)


def existing(plan: Plan, tree: PlaceTree, places: Codes, targets: Sequence[Period]) -> Truths:
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
