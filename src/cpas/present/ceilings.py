"""What a reader may see: need to know, decided once for a whole report, and counted.  Design, rule 15.

An indicator is as sensitive as the most sensitive of its rows and of what its formula refers to. An element's numbers
are as sensitive as the most sensitive indicator here and upstream. What carries no sensitivity of its own (delivery,
assumptions, harm, stakeholders, remarks) is internal: only what somebody has cleared is public.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Final

import attrs
import numpy as np

from cpas.choices import SENSITIVITIES, Sensitivity
from cpas.errors import MethodError, RequestError, did_you_mean
from cpas.graph import order
from cpas.methods.formulas import read_formula, references
from cpas.model import Evidence, Judgement, Plan, Recommendation
from cpas.tables.assessment import Assessment, Finding
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remarks

__all__ = ["Ceiling", "check_ceiling"]

_INTERNAL: Final = SENSITIVITIES.index("internal")


def check_ceiling(ceiling: str) -> str:
    """Return the ceiling, or refuse what is no sensitivity.

    Raises
    ------
    RequestError
        If there is no such sensitivity.

    Examples
    --------
    >>> check_ceiling("publc")
    Traceback (most recent call last):
    ...
    cpas.errors.RequestError: There is no ceiling 'publc'. Did you mean 'public'?
    """
    if ceiling in SENSITIVITIES:
        return ceiling
    near = did_you_mean(ceiling, SENSITIVITIES) or f" There are {', '.join(SENSITIVITIES)}."
    raise RequestError(f"There is no ceiling {ceiling!r}.{near}", ceiling=ceiling)


def indicator_ranks(plan: Plan, observations: Observations) -> dict[str, int]:
    """Return how sensitive each indicator is: itself, its rows, and what its formula refers to."""
    highest = np.array([SENSITIVITIES.index(one.sensitivity) for one in plan.indicators], dtype=np.int64)
    if len(highest):
        np.maximum.at(highest, observations.store.indicator, observations.row_sensitivity)
    ranks = {one.id: int(rank) for one, rank in zip(plan.indicators, highest, strict=True)}
    parts = {one.id: _parts(one.formula) for one in plan.indicators if one.formula}
    for _ in parts:  # formulas may refer to formulas: each round settles at least one more
        ranks |= {id: max([ranks[id], *(ranks.get(part, 0) for part in ids)]) for id, ids in parts.items()}
    return ranks


def _parts(formula: str) -> list[str]:
    """Return the ids of the indicators in a formula; one that cannot be read has no values to protect."""
    try:
        return [part.indicator for part in references(read_formula(formula))]
    except MethodError:
        return []


@attrs.frozen(eq=False)
class Ceiling:
    """What stays under a ceiling of sensitivity, and what is withheld.

    Examples
    --------
    >>> import cpas
    >>> _, observed = cpas.datasets.load("kessara")
    >>> public = Ceiling(cpas.assess(cpas.score(cpas.aggregate(observed, by="quarter")), at="2025-Q2"), "public")
    >>> public.shows_indicator("I01"), public.shows_indicator("I07"), public.shows_progress("OC-2")
    (True, False, False)
    """

    #: What is reported.
    assessment: Assessment
    #: The ceiling: this word of sensitivity and those below it are shown.
    name: str

    @property
    def rank(self) -> int:
        """Place of the ceiling among the words of sensitivity."""
        return SENSITIVITIES.index(self.name)

    def admits(self, sensitivity: Sensitivity) -> bool:
        """Whether something of a sensitivity is shown."""
        return SENSITIVITIES.index(sensitivity) <= self.rank

    @property
    def admits_internal(self) -> bool:
        """Whether what carries no sensitivity of its own is shown."""
        return self.rank >= _INTERNAL

    # -- numbers ------------------------------------------------------------------------------------------------

    @cached_property
    def _indicators(self) -> dict[str, int]:
        return indicator_ranks(self.assessment.plan, self.assessment.scores.aggregates.observations)

    @cached_property
    def _elements(self) -> dict[str, int]:
        """How sensitive progress is: the indicators that can be scored, here and upstream."""
        plan = self.assessment.plan
        ranks: dict[str, int] = {}
        for id in order(plan):
            own = [self._indicators[one.id] for one in plan.indicators_of.get(id, ()) if one.is_scorable]
            ranks[id] = max([0, *own, *(ranks[link.source] for link in plan.links_to.get(id, ()))])
        return ranks

    @cached_property
    def _deliveries(self) -> dict[str, int]:
        """How sensitive delivery is: internal, or more where an output's own indicators stand in for it."""
        plan = self.assessment.plan
        ranks: dict[str, int] = {}
        by_indicators = {one.id for one in self.assessment.findings if one.delivery_basis == "indicators"}
        for id in order(plan):
            mine = self._elements[id] if id in by_indicators else _INTERNAL
            below = [ranks[link.source] for link in plan.links_to.get(id, ())]
            ranks[id] = max([mine, *below]) if plan.elements_by_id[id].level != "activity" else _INTERNAL
        return ranks

    def shows_indicator(self, id: str) -> bool:
        """Whether an indicator is shown."""
        return self._indicators[id] <= self.rank

    def shows_progress(self, id: str) -> bool:
        """Whether progress of an element, and all that rests on it, is shown."""
        return self._elements[id] <= self.rank

    def shows_delivery(self, id: str) -> bool:
        """Whether delivery of an element is shown."""
        return self._deliveries[id] <= self.rank

    # -- what people say ----------------------------------------------------------------------------------------

    def judgements(self, about: str | None = None, element: str | None = None) -> tuple[Judgement, ...]:
        """Return the judgements that are shown, of everything or of one element."""
        return tuple(
            one
            for one in self.assessment.judgements
            if self.admits(one.sensitivity)
            and (about is None or one.about == about)
            and (element is None or one.element == element)
        )

    def evidence(self, given: Iterable[Evidence]) -> tuple[Evidence, ...]:
        """Return evidence without what quotes an indicator that is not shown."""
        return tuple(one for one in given if self._is_quotable(one))

    def _is_quotable(self, one: Evidence) -> bool:
        return one.indicator is None or self._indicators.get(one.indicator, 0) <= self.rank

    @cached_property
    def recommendations(self) -> tuple[Recommendation, ...]:
        """The recommendations that are shown."""
        return tuple(one for one in self.assessment.recommendations if self.admits(one.sensitivity))

    @cached_property
    def remarks(self) -> Remarks:
        """The remarks that are shown: none that names what is withheld."""
        if not self.admits_internal:
            return Remarks()
        unspoken = self._unspoken
        return Remarks(
            one for one in self.assessment.remarks if not (unspoken and unspoken.search(f"{one.where} {one}"))
        )

    @cached_property
    def _unspoken(self) -> re.Pattern[str] | None:
        """Ids and names of what has numbers or judgements that are not shown."""
        plan = self.assessment.plan
        ids = {id for id, rank in (*self._indicators.items(), *self._elements.items()) if rank > self.rank}
        ids |= {one.element for one in self.assessment.judgements if not self.admits(one.sensitivity)}
        names = {one.name for one in plan.indicators if one.id in ids}
        every = "|".join(re.escape(word) for word in sorted(ids | names) if word)
        return re.compile(rf"(?<!\w)({every})(?!\w)") if every else None

    # -- how much is withheld -----------------------------------------------------------------------------------

    def counts(self, *sorts: str) -> dict[str, int]:
        """Return how many of each sort are withheld; of the sorts named, or of all."""
        plan, judged = self.assessment.plan, self.assessment.judgements
        shown = self.judgements()
        evidence = [item for one in shown for item in (*one.evidence, *one.against)]
        around = 0 if self.admits_internal else len([*plan.assumptions, *plan.harms, *plan.drivers, *plan.stakeholders])
        found = {
            "indicators": sum(rank > self.rank for rank in self._indicators.values()),
            "progress": sum(_has_progress(one) and not self.shows_progress(one.id) for one in self.assessment),
            "delivery": sum(_has_delivery(one) and not self.shows_delivery(one.id) for one in self.assessment),
            "judgements": len(judged) - len(shown),
            "evidence": sum(not self._is_quotable(item) for item in evidence),
            "recommendations": len(self.assessment.recommendations) - len(self.recommendations),
            "stances": sum(not self.admits(one.sensitivity) for one in plan.stances),
            "context": around,
            "remarks": len(self.assessment.remarks) - len(self.remarks),
        }
        if "contributions" in sorts:
            contributions = [one for one in judged if one.about == "contribution"]
            found["contributions"] = len(contributions) - len(self.judgements("contribution"))
        return {sort: number for sort, number in found.items() if number and (not sorts or sort in sorts)}


def _has_progress(one: Finding) -> bool:
    return one.progress is not None or one.worst is not None


def _has_delivery(one: Finding) -> bool:
    return one.delivery is not None or one.delivery_status is not None
