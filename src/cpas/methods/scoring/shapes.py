"""Which indicators have baselines and targets of one shape, so that a basis is found once for all of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.model import Baseline, Indicator, Plan, Target
from cpas.tables.once import once_per_plan

__all__ = ["Shapes", "shapes_of"]


@attrs.frozen(eq=False, kw_only=True)
class Shapes:
    """One entry per indicator of a plan, in its order."""

    #: Number of its shape; what has milestones or breaks is a shape of its own.
    shape: NDArray[np.int64]
    #: Values of its baselines, in its order; after them, and at −1, NaN.
    baselines: NDArray[np.float64]
    #: Values of its targets.
    targets: NDArray[np.float64]
    #: Whether a baseline or target of it holds for a place or group.
    names_places: NDArray[np.bool_]


@once_per_plan
def shapes_of(plan: Plan) -> Shapes:
    """Return the shapes of a plan's indicators.

    Examples
    --------
    >>> from cpas.model import Baseline, Target
    >>> common = {"measures": (), "unit": "person", "kind": "stock", "better": "higher", "targets": Target(9, "2026")}
    >>> two = [Indicator(id, id, baseline=Baseline(start, "2024"), **common) for id, start in (("A", 1), ("B", 2))]
    >>> shapes = shapes_of(Plan("p", "t", indicators=two))
    >>> shapes.shape.tolist(), shapes.baselines[:, 0].tolist()
    ([0, 0], [1.0, 2.0])
    """
    numbers: dict[Hashable, int] = {}
    shape = [numbers.setdefault(_shape(n, one), len(numbers)) for n, one in enumerate(plan.indicators)]
    return Shapes(
        shape=np.array(shape, dtype=np.int64),
        baselines=_values([one.baseline for one in plan.indicators]),
        targets=_values([one.targets for one in plan.indicators]),
        names_places=np.array([_names_place(one) for one in plan.indicators], dtype=bool),
    )


def _names_place(indicator: Indicator) -> bool:
    return any(one.where for one in indicator.baseline) or any(one.where for one in indicator.targets)


def _shape(number: int, indicator: Indicator) -> Hashable:
    """Return all that the basis of an indicator depends on but the values of baseline and target."""
    if indicator.breaks or any(target.role != "final" for target in indicator.targets):
        return number
    baselines = tuple([(one.period, one.where, one.status) for one in indicator.baseline])
    targets = tuple([(one.period, one.where, one.applies, one.relative, one.set_on) for one in indicator.targets])
    return indicator.kind, indicator.better == "inside", baselines, targets


def _values(of: Sequence[Sequence[Baseline | Target]]) -> NDArray[np.float64]:
    """Return the values of baselines or targets: one row per indicator, ending in NaN."""
    counts = np.fromiter(map(len, of), dtype=np.int64, count=len(of))
    table = np.full((len(of), int(counts.max(initial=0)) + 1), np.nan)
    # One sweep: a hundred thousand small lists would have the garbage collector look at the whole plan.
    values = np.fromiter((one.value for some in of for one in some), dtype=np.float64, count=int(counts.sum()))
    table[np.arange(table.shape[1]) < counts[:, None]] = values
    return table
