"""What all of a chain is asked at once: a mark for each element, in the plan's order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from cpas.choices import LEVELS
from cpas.model import Plan
from cpas.model.layers import LARGE

__all__ = ["marked", "places_of", "reaching"]

#: After so many waves the rest is gone through link by link: a wave of few elements is not worth an array.
_DEEP: Final = 100


def places_of(plan: Plan, level: str) -> range:
    """Return the places of the elements of a level: they stand side by side.

    Examples
    --------
    >>> from cpas.model import Objective, Outcome
    >>> places_of(Plan("p", "P", elements=[Outcome("OC-1", "a"), Outcome("OC-2", "b"), Objective("J", "c")]), "outcome")
    range(1, 3)
    """
    levels = (plan.objectives, plan.outcomes, plan.outputs, plan.activities)
    counts = dict(zip(reversed(LEVELS), map(len, levels), strict=True))
    ends = dict(zip(counts, accumulate(counts.values()), strict=True))
    return range(ends[level] - counts[level], ends[level])


def marked(plan: Plan, numbers: Iterable[int]) -> bytearray:
    """Return a mark for each element, 1 for those of some numbers."""
    marks = bytearray(len(plan.elements))
    for number in numbers:
        marks[number] = 1
    return marks


def reaching(plan: Plan, numbers: Iterable[int], *, back: bool = False) -> bytearray:
    """Return a mark for each element, 1 for some and for whatever they lead to; or, back, for whatever leads to them.

    Examples
    --------
    >>> from cpas.model import Objective, Outcome, chain
    >>> elements = [Objective("J", "c"), Outcome("OC-1", "a"), Outcome("OC-2", "b")]
    >>> plan = Plan("p", "P", elements=elements, links=chain("OC-2", "J"))
    >>> list(reaching(plan, [0], back=True)), list(reaching(plan, [1]))
    ([1, 0, 1], [0, 1, 0])
    """
    marks = marked(plan, numbers)
    tails, heads = plan.link_ends[::-1] if back else plan.link_ends
    if len(tails) >= LARGE and _in_waves(marks, tails, heads):
        return marks
    # Layer by layer, so that no link need be looked at twice.
    links = sorted(range(len(tails)), key=[plan.layers[tail] for tail in tails].__getitem__, reverse=back)
    for link in links:
        if marks[tails[link]]:
            marks[heads[link]] = 1
    return marks


def _in_waves(marks: bytearray, tails: Sequence[int], heads: Sequence[int]) -> bool:
    """Mark what is one link further, again and again; return whether that came to an end."""
    import numpy as np

    here, leaving, arriving = np.frombuffer(marks, dtype=np.bool_), np.asarray(tails), np.asarray(heads)
    for _ in range(_DEEP):
        further = arriving[here[leaving] & ~here[arriving]]
        if not len(further):
            return True
        here[further] = True
    return False
