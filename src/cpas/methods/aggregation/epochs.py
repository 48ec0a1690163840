"""Places that change parent: the hierarchy on the last day of each period asked for.  Methodology §3.5.2."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.parts import Parts
from cpas.methods.aggregation.returns import Returns
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.once import once_per_plan
from cpas.tables.trees import PlaceTree, place_tree

__all__ = ["Epoch", "epochs_of", "join_returns", "targets_in", "tree_on"]

Codes = NDArray[np.int64]


@attrs.frozen(eq=False, kw_only=True)
class Epoch:
    """Periods asked for in which the hierarchy of places is the same."""

    #: The places as they lie then.
    tree: PlaceTree
    #: Numbers of the periods; nothing for all of them.
    targets: Codes | None


@once_per_plan
def _moving_days(plan: Plan) -> tuple[date, ...]:
    return tuple(sorted({moved.on for place in plan.places for moved in place.moves}))


@once_per_plan
def _tree_after(plan: Plan, moves: int) -> PlaceTree:
    """Return the places as they lie after a number of days on which some moved."""
    return place_tree(plan, _moving_days(plan)[moves - 1] if moves else date.min)


def _moves_before(plan: Plan, day: date) -> int:
    return sum(moving <= day for moving in _moving_days(plan))


def tree_on(plan: Plan, day: date) -> PlaceTree:
    """Return the places as they lie on a day.

    Examples
    --------
    >>> from cpas.model import Moved, Place
    >>> town = Place("t", "Town", parent="n", moves=[Moved(date(2025, 7, 1), "s")])
    >>> plan = Plan("p", "t", places=[Place("n", "North"), Place("s", "South"), town])
    >>> [tree_on(plan, date(2025, month, 1)).parent[2] for month in (6, 7)] == [0, 1]
    True
    """
    return _tree_after(plan, _moves_before(plan, day))


def epochs_of(plan: Plan, tree: PlaceTree, spans: Sequence[Period]) -> list[Epoch]:
    """Return the hierarchies of the periods asked for: one, `tree`, where no place ever moves.

    Notes
    -----
    Methodology §3.5.2. A period belongs to the hierarchy of its last day.

    Examples
    --------
    >>> len(epochs_of(Plan("p", "t"), place_tree(Plan("p", "t")), [Period.parse("2025")]))
    1
    """
    if not _moving_days(plan) or not spans:
        return [Epoch(tree=tree, targets=None)]
    moves = np.array([_moves_before(plan, span.end) for span in spans], dtype=np.int64)
    several = np.unique(moves)
    if len(several) == 1:
        return [Epoch(tree=_tree_after(plan, int(several[0])), targets=None)]
    return [Epoch(tree=_tree_after(plan, int(n)), targets=np.flatnonzero(moves == n)) for n in several]


def targets_in(parts: Parts, epoch: Epoch) -> Parts:
    """Return the rows of an epoch's periods."""
    return parts if epoch.targets is None else parts.take(np.isin(parts.target, epoch.targets))


def join_returns(some: Sequence[Returns], epochs: Sequence[Epoch]) -> Returns:
    """Return what was due and came, each period as its own hierarchy has it."""
    if len(some) == 1:
        return some[0]
    width = max(int(one.place.max(initial=0)) for one in some) + 1
    keys = [one.indicator * width + one.place for one in some]
    pairs = np.unique(np.concatenate(keys))
    columns = {}
    for name in ("expected", "received", "filled"):
        column = np.zeros((len(pairs), getattr(some[0], name).shape[1]), dtype=np.int64)
        for one, mine, epoch in zip(some, keys, epochs, strict=True):
            targets = np.arange(column.shape[1]) if epoch.targets is None else epoch.targets
            column[np.ix_(np.searchsorted(pairs, mine), targets)] = getattr(one, name)[:, targets]
        columns[name] = column
    return Returns(indicator=pairs // width, place=pairs % width, **columns)
