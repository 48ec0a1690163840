"""The ways to combine parts that occur in a plan, numbered: they are few, elements may be many.  Methodology §9.3."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cpas.errors import MethodError
from cpas.methods.segments import PARAMETERS
from cpas.model import Methodology, Plan

__all__ = ["numbered_ways"]

Codes = NDArray[np.int64]


def numbered_ways(
    said: Sequence[str | None], plan: Plan, methodology: Methodology
) -> tuple[tuple[tuple[str, float], ...], Codes, NDArray[np.bool_]]:
    """Return the ways to combine, method and the number that it needs; which each element has; and if it says so.

    Parameters
    ----------
    said : sequence of str or None
        What is said of each element of the plan; where nothing is, the methodology's default holds.
    plan : Plan
        Whose elements they are.
    methodology : Methodology
        By which methods.

    Raises
    ------
    MethodError
        If a method needs a number that the methodology does not have.

    Examples
    --------
    >>> from cpas.model import Outcome
    >>> plan = Plan("p", "t", elements=[Outcome(id, id) for id in ("OC-1", "OC-2", "OC-3")])
    >>> ways, way, is_said = numbered_ways([None, "generalised", "arithmetic"], plan, Methodology("m", "1", power=2.0))
    >>> ways, way.tolist(), is_said.tolist()
    ((('arithmetic', nan), ('generalised', 2.0)), [0, 1, 0], [False, True, True])
    """
    words = {word: n for n, word in enumerate(dict.fromkeys(said))}
    word = np.zeros(len(said), dtype=np.int64)
    if len(words) > 1:
        word = np.fromiter(map(words.__getitem__, said), dtype=np.int64, count=len(said))
    methods = [word or methodology.combine for word in words]
    # A way without a number has NaN for it, which is equal to nothing: known by its words.
    known: dict[tuple[str, str], int] = {}
    plain = [0 if method in PARAMETERS else known.setdefault((method, "nan"), len(known)) for method in methods]
    way = np.array(plain, dtype=np.int64)[word]
    needing = np.array([method in PARAMETERS for method in methods], dtype=bool)
    for element in np.flatnonzero(needing[word]).tolist():
        method = methods[word[element]]
        number = _parameter(method, plan.elements[element].id, methodology)
        way[element] = known.setdefault((method, repr(number)), len(known))
    is_said = np.array([word is not None for word in words], dtype=bool)
    return tuple((method, float(number)) for method, number in known), way, is_said[word]


def _parameter(method: str, id: str, methodology: Methodology) -> float:
    """Return the number that a way to combine needs at an element, or refuse to do without."""
    name = PARAMETERS[method]
    value = methodology.choice(id, name)
    if value is None:
        raise MethodError(
            f"{id} is combined by {method!r}, which takes a number, its {name}: "
            f"methodology {methodology.name!r} has none. Write Methodology(…, {name}=…).",
            id=id,
            method=method,
        )
    return float(value)
