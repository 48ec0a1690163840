"""The hierarchy of places as arrays, so that a roll-up never walks records."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.errors import RequestError, did_you_mean
from cpas.model import Plan
from cpas.model.places import ROOT

__all__ = ["PlaceTree", "place_tree"]

Codes = NDArray[np.int64]


@attrs.frozen(eq=False, kw_only=True)
class PlaceTree:
    """Places of a plan by number, in the plan's order; the implicit root, where there is one, comes last."""

    #: Id of each place.
    ids: tuple[str, ...]
    #: Number of each place's parent; its own number for the root.
    parent: Codes
    #: Name of each place's level; empty where it has none.
    levels: tuple[str, ...]
    #: Number of the root.
    root: int

    @cached_property
    def codes(self) -> dict[str, int]:
        """Number of each id."""
        return {place: code for code, place in enumerate(self.ids)}

    @cached_property
    def depth(self) -> Codes:
        """Steps from the root to each place."""
        depth = np.zeros(len(self.ids), dtype=np.int64)
        above = self.parent.copy()
        moving = above != np.arange(len(self.ids))
        while moving.any():
            depth += moving
            moving = moving & (above != self.root)
            above = self.parent[above]
        return depth

    @cached_property
    def ancestors(self) -> Codes:
        """Array (depth + 1) × places: row k is each place's ancestor k steps up, ending at the root."""
        rows = [np.arange(len(self.ids), dtype=np.int64)]
        for _ in range(int(self.depth.max(initial=0))):
            rows.append(self.parent[rows[-1]])
        return np.stack(rows)

    def towards(self, targets: Iterable[int]) -> Codes:
        """Return for each place the nearest of `targets` at or above it, or −1 where there is none."""
        wanted = np.zeros(len(self.ids), dtype=bool)
        wanted[list(targets)] = True
        found = np.full(len(self.ids), -1, dtype=np.int64)
        for row in self.ancestors[::-1]:
            found = np.where(wanted[row], row, found)
        return found

    def at_level(self, level: str) -> tuple[int, ...]:
        """Return the numbers of the places of a level.

        Raises
        ------
        RequestError
            If no place is of that level.
        """
        known = {name for name in self.levels if name}
        if level not in known:
            raise RequestError(
                f"No place is of level {level!r}.{did_you_mean(level, known)} "
                f"Ask for 'all', 'each', or a level: {', '.join(sorted(known)) or 'the plan names none'}.",
                level=level,
            )
        return tuple(code for code, name in enumerate(self.levels) if name == level)

    def descendants(self, code: int) -> Codes:
        """Return the numbers of the places at or below one."""
        return np.flatnonzero((self.ancestors == code).any(axis=0))


def place_tree(plan: Plan, on: date | None = None) -> PlaceTree:
    """Return the places of a plan as a tree, with an implicit root where it has no common one.

    Places that change parent lie where they lay on the day `on`; where no day is given, after their last move.

    Examples
    --------
    >>> from cpas.model import Place
    >>> tree = place_tree(Plan("p", "t", places=[Place("n", "North"), Place("s", "South")]))
    >>> tree.ids, tree.depth.tolist()
    (('n', 's', 'all'), [1, 1, 0])
    """
    places = plan.places
    implicit = plan.root == ROOT and ROOT not in plan.places_by_id
    ids = tuple(place.id for place in places) + ((ROOT,) if implicit else ())
    codes = {place: code for code, place in enumerate(ids)}
    root = codes[plan.root]
    parents = [place.parent_on(on) if place.moves else place.parent for place in places]
    parent = [codes[above] if above is not None else root for above in parents] + [root] * implicit
    levels = tuple(place.level or "" for place in places) + ("",) * implicit
    return PlaceTree(ids=ids, parent=np.array(parent, dtype=np.int64), levels=levels, root=root)
