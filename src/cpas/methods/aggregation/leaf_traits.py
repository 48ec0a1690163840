"""What leaves are judged by: what a plan and its rules say of indicators.  Methodology §3.2."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.plain import OF_VALUES
from cpas.methods.aggregation.rules import IndicatorRules
from cpas.model import Plan
from cpas.tables.once import once_per_plan

__all__ = ["LeafTraits", "leaf_traits"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]

#: Kinds whose rows an engine can judge by their numbers alone.
_KINDS: Final = ("flow", "stock", "distinct", "ratio", "mean")
_AXES: Final = ("time", "group", "place")


@attrs.frozen(eq=False, kw_only=True)
class LeafTraits:
    """One entry per indicator of a plan, in its order."""

    #: Whether its values are made of numerators and denominators alone.
    is_ratio: Truths
    #: Whether its values have denominators.
    is_pair: Truths
    #: Bits of the dimensions of the plan that it has.
    dimensions: Codes
    #: By axis, whether its rule makes of parts of parts what it makes of all of them.
    folds: dict[str, Truths]
    #: Whether it may be folded from leaves, if its rows raise no question either.
    may_fold: Truths


@once_per_plan
def leaf_traits(plan: Plan, rules: IndicatorRules) -> LeafTraits:
    """Return what leaves of a plan's indicators are judged by.

    Examples
    --------
    >>> from cpas.methods.aggregation.rules import compile_rules
    >>> from cpas.model import Indicator
    >>> plan = Plan("p", "t", indicators=[Indicator("A", "A", unit="person", kind="flow", better="lower", measures=())])
    >>> leaf_traits(plan, compile_rules(plan)).may_fold.tolist()
    [True]
    """
    kinds = [one.kind for one in plan.indicators]
    is_pair = np.array([kind in ("ratio", "mean") for kind in kinds], dtype=bool)
    folds = {axis: _folds(rules.rules[axis], is_pair) for axis in _AXES}
    over_time = folds["time"] | ((rules.rules["time"] == "last") & ~is_pair)
    # The other axes are asked only where there is something to combine: a rule that is not known stops it there.
    alone = np.logical_and.reduce([rules.rules[axis] != "count" for axis in _AXES])
    is_of_kind = np.array([kind in _KINDS for kind in kinds], dtype=bool)
    bits = {dimension.id: 1 << n for n, dimension in enumerate(plan.dimensions)}
    had = {names: sum(bits[name] for name in names) for names in {one.dimensions for one in plan.indicators}}
    return LeafTraits(
        is_ratio=np.array([kind == "ratio" for kind in kinds], dtype=bool),
        is_pair=is_pair,
        dimensions=np.array([had[one.dimensions] for one in plan.indicators], dtype=np.int64),
        folds=folds,
        may_fold=is_of_kind & over_time & alone & ~(rules.valid_for > 0) & ~rules.is_register,
    )


def _folds(words: NDArray[np.object_], is_pair: Truths) -> Truths:
    folds: Truths = np.where(is_pair, words == "ratio", np.isin(words, [*OF_VALUES]))
    return folds
