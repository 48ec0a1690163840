"""The way back from one number through the steps that made it, and why other rows were not on it.  Methodology §3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.choices import MissingReason, words
from cpas.methods.aggregation.parts import Step
from cpas.methods.aggregation.pipeline import Sums
from cpas.methods.aggregation.rules import compile_rules
from cpas.methods.aggregation.values import REFUSALS
from cpas.periods import ordinals
from cpas.tables.aggregates import Request
from cpas.tables.observations import Observations
from cpas.tables.rows import moment
from cpas.tables.trees import PlaceTree

__all__ = ["BEARING", "ELSEWHERE", "Back", "Slot", "row_of"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]

_MISSING: Final = "missing"
_NOT_COMBINED: Final = "not combined"
#: What nobody would have expected to count.
ELSEWHERE: Final = ("at other places", "for other periods", "of other groups")
#: What bears on a value that is missing.
BEARING: Final = (_MISSING, _NOT_COMBINED)


@attrs.frozen(kw_only=True)
class Slot:
    """One row of an aggregate, by number."""

    #: Number of the indicator.
    indicator: int
    #: Number of the period in the request.
    period: int
    #: Number of the place.
    place: int
    #: One member per dimension of the request; empty for all.
    members: tuple[str, ...] = ()


def row_of(sums: Sums, slot: Slot) -> int:
    """Return the row of a sum that stands at a slot, or −1; of the place alone, since it is of one period."""
    cells = sums.cells
    cell = sums.groups.index(slot.members) if slot.members in sums.groups else -1
    found = np.flatnonzero((cells.indicator == slot.indicator) & (cells.place == slot.place) & (cells.cell == cell))
    return int(found[0]) if len(found) else -1


class Back:
    """The way back through the three steps: places, groups, time."""

    def __init__(
        self,
        mine: Observations,
        request: Request,
        slot: Slot,
        steps: list[Step],
        sums: Sums,
        row: int,
        *,
        tree: PlaceTree,
        days: tuple[Codes, Codes],
    ) -> None:
        self.mine, self.store, self.request, self.slot, self.steps = mine, mine.store, request, slot, steps
        rules = compile_rules(mine.plan)
        self.rule_of = {axis: str(rules.rules[axis][slot.indicator]) for axis in ("time", "group", "place")}
        self.is_divided = not (rules.takes_last[slot.indicator] or rules.holds[slot.indicator])
        self.row, self.sums = row, sums
        # The places as they lay on the last day of the one period asked for; the first and last day of each period.
        self.tree, self.days = tree, days
        if row >= 0 and sums.cells.is_estimated[row]:
            self.rule_of = {axis: "average" if rule == "ratio" else rule for axis, rule in self.rule_of.items()}
        self.source = int(sums.source[row]) if row >= 0 else -1
        self.reached_all = self.source >= 0 and len(steps) == 3
        self.here = self._here()
        self.inside = frozenset(np.flatnonzero(self.here).tolist())

    def _here(self) -> Truths:
        """Which places count in the one asked for."""
        tree = self.tree
        if self.request.places == "each":
            return np.asarray(np.arange(len(tree.ids)) == self.slot.place, dtype=bool)
        asked = [tree.root] if self.request.places == "all" else tree.at_level(self.request.places)
        return np.asarray(tree.towards(asked) == self.slot.place, dtype=bool)

    def _is_refused(self) -> bool:
        """Whether nothing came of what was there: no value and no bounds."""
        cells = self.sums.cells
        if self.row < 0 or not self.sums.refused[self.row]:
            return False
        return bool(np.isnan(cells.low[self.row]) and np.isnan(cells.high[self.row]))

    @cached_property
    def chain(self) -> tuple[Codes, Codes, Codes]:
        """Return what counted: rows of the step over places, over groups, over time."""
        if not self.reached_all:
            nothing = np.zeros(0, dtype=np.int64)
            return nothing, nothing, nothing
        time, group, place = self.steps
        of_place = np.flatnonzero((place.segment == self.source) & place.used)
        of_group = np.flatnonzero(np.isin(group.segment, place.source[of_place]) & group.used)
        of_time = np.flatnonzero(np.isin(time.segment, group.source[of_group]) & time.used)
        return of_place, of_group, of_time

    @cached_property
    def rows(self) -> Codes:
        """The rows of the store that went into the number."""
        of_time = self.chain[2]
        return np.unique(self.steps[0].source[of_time]) if len(of_time) else of_time

    def split(self) -> tuple[Codes, list[tuple[str, Codes]]]:
        """Return the rows that counted, and all others by the reason why they did not."""
        n = len(self.store)
        counted = _flags(n, self.rows)
        left, refused = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
        if self._is_refused():
            refused, counted = counted, np.zeros(n, dtype=bool)
        left &= ~counted
        found: dict[str, list[Codes]] = {}
        for why, mask in self._reasons(counted, refused):
            rows = np.flatnonzero(mask & left)
            left &= ~mask
            if len(rows):
                found.setdefault(why, []).append(rows)
        return np.flatnonzero(counted), [(why, np.sort(np.concatenate(rows))) for why, rows in found.items()]

    def _reasons(self, counted: Truths, refused: Truths) -> list[tuple[str, Truths]]:
        """Return why a row did not count, the first that fits counting."""
        store, request = self.store, self.request
        as_of = None if request.as_of is None else moment(request.as_of)
        known = np.ones(len(store), dtype=bool) if as_of is None else store.recorded_at <= as_of
        picked = _flags(len(store), store.pick(as_of=as_of, first=request.vintage == "first"))
        other = "other reports of the same value" if request.vintage == "first" else "replaced by a later report"
        reached = _flags(len(store), _positive(self.steps[0].source)) if self.steps else _flags(len(store), [])
        nothing = np.isnan(store.value) & np.isnan(store.denominator) & np.isnan(store.low) & np.isnan(store.high)
        because = [
            (f"{_MISSING}: {word.replace('_', ' ')}", nothing & (store.reason == code))
            for code, word in enumerate(words(MissingReason))
        ]
        return [
            ("at other places", ~self.here[store.place]),
            ("for other periods", ~(self._in_period() | reached)),
            ("of other groups", ~self._in_group()),
            ("recorded later", ~known),
            (other, ~picked),
            ("withdrawn", store.is_withdrawn),
            *because,
            (f"{_MISSING}: a text, which is never computed", nothing),
            (f"{_NOT_COMBINED}: {REFUSALS[self.sums.refused[self.row]]}" if self.row >= 0 else _NOT_COMBINED, refused),
            ("earlier in the period (the last one stands)", reached & ~self._used()),
            *self._beside(counted),
            ("for a period that is not wholly inside", ~self._is_inside()),
            ("not taken", np.ones(len(store), dtype=bool)),
        ]

    def _in_period(self) -> Truths:
        """Which rows are for days of the period asked for."""
        start, end = self.days
        (first,), (last,) = ordinals(self.request.spans)
        return np.asarray(((start <= last) & (end >= first))[self.store.period], dtype=bool)

    def _is_inside(self) -> Truths:
        """Which rows are for days that all lie in the period asked for."""
        start, end = self.days
        (first,), (last,) = ordinals(self.request.spans)
        return np.asarray(((start >= first) & (end <= last))[self.store.period], dtype=bool)

    def straddling(self) -> int:
        """Return how many rows that counted were divided by days: parts of sums that are not wholly inside."""
        if not self.is_divided or self._is_refused():
            return 0
        return int((~self._is_inside()[self.rows]).sum())

    def _in_group(self) -> Truths:
        """Which rows are of the group asked for, or of parts of it."""
        dimensions = enumerate(self.mine.plan.dimensions)
        kept = [n for n, dimension in dimensions if dimension.id in self.request.groups]
        mine = [tuple(cell[n] for n in kept) == self.slot.members for cell in self.store.cells]
        return np.asarray(np.array(mine, dtype=bool)[self.store.cell], dtype=bool)

    def _used(self) -> Truths:
        """Which rows counted when time was combined."""
        if not self.steps:
            return _flags(len(self.store), [])
        return _flags(len(self.store), _positive(self.steps[0].source[self.steps[0].used]))

    def _beside(self, counted: Truths) -> list[tuple[str, Truths]]:
        """Return which rows gave way to others that say the same: parts to totals, or totals to parts."""
        tree, store = self.tree, self.store
        count = len(tree.ids)
        taking = np.zeros(count, dtype=bool)
        taking[store.place[counted]] = True
        above = tree.ancestors
        is_below = np.any([taking[row] & (row != np.arange(count)) for row in above], axis=0)
        is_above = np.zeros(count, dtype=bool)
        for row in above:
            is_above[row[taking & (row != np.arange(count))]] = True
        margins = np.array([[bool(member) for member in cell] for cell in store.cells], dtype=bool)
        margin = (
            (margins @ (1 << np.arange(margins.shape[1])))[store.cell] if margins.size else np.zeros_like(store.cell)
        )
        here = np.isin(margin * count + store.place, np.unique((margin * count + store.place)[counted]))
        at = store.place * (int(store.period.max(initial=0)) + 1) + store.period
        return [
            ("of another margin (a total and its parts never count together)", taking[store.place] & ~here),
            ("of another margin (a total and its parts never count together)", np.isin(at, at[counted])),
            ("below a total that stands for them", is_below[store.place]),
            ("totals, beside the parts that count", is_above[store.place]),
        ]

    def implied(self) -> int:
        """Return how many values no observation says: zeros that a return implies, or gaps that were filled."""
        if not self.reached_all:
            return 0
        time = self.steps[0]
        of_group = self.chain[1]
        return int(((time.source < 0) & np.isin(time.segment, self.steps[1].source[of_group])).sum())

    def parts(self, each: Callable[[], Sums]) -> list[tuple[int, float]]:
        """Return the value of each place that counted, before places are combined, in the order of the places.

        `each` gives the sums of the indicator place by place; it is called only where there are several places.
        """
        places = np.unique(self.store.place[self.rows])
        if len(places) < 2:
            return []
        sums = each()
        rows = [(int(code), row_of(sums, attrs.evolve(self.slot, place=int(code)))) for code in places]
        return [(code, float(sums.cells.value[row])) for code, row in rows if row >= 0]


def _positive(rows: Codes) -> Codes:
    """Leave out what is no row of the store."""
    return rows[rows >= 0]


def _flags(length: int, rows: Codes | Sequence[int]) -> Truths:
    found = np.zeros(length, dtype=bool)
    found[np.asarray(rows, dtype=np.int64)] = True
    return found
