"""What people judge, recommend and decide.  Methodology §10."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal, get_args

import attrs
from attrs import field

from cpas.choices import (
    About,
    AssumptionStatus,
    Contribution,
    Decision,
    JudgedDelivery,
    JudgedProgress,
    RecommendationStatus,
    RecommendationType,
    Sensitivity,
    Strength,
)
from cpas.errors import Fault, JudgementError, did_you_mean
from cpas.model.fields import Record, as_tuple, texts
from cpas.periods import Period, to_optional_period, to_period
from cpas.sources import Source, to_source

__all__ = ["Action", "Evidence", "Judgement", "Recommendation"]

EvidenceKind = Literal["observation", "document", "survey", "interview", "opinion"]

_VALUES = {
    "progress": get_args(JudgedProgress),
    "contribution": get_args(Contribution),
    "assumption": get_args(AssumptionStatus),
    "delivery": get_args(JudgedDelivery),
}


@attrs.frozen(kw_only=True)
class Evidence(Record):
    """Something that speaks for or against a judgement."""

    #: What it says.
    statement: str = field(kw_only=False)
    #: What it is; an opinion alone carries no claim of a high contribution.
    kind: EvidenceKind = "document"
    #: Id of the indicator, where it is an observation.
    indicator: str | None = None
    #: Where it is written.
    source: Source | None = field(default=None, converter=to_source)


def to_evidence(value: Any) -> tuple[Evidence, ...]:
    """Return evidence as records; a text is a document that says so.

    Examples
    --------
    >>> to_evidence("Signed agreements of six sub-prefectures")[0].kind
    'document'
    """
    if isinstance(value, str | Evidence):
        value = (value,)
    return tuple(item if isinstance(item, Evidence) else Evidence(item) for item in value)


@attrs.frozen(kw_only=True)
class Judgement(Record):
    """What people concluded together about one element at one time. It never overwrites a number.

    Raises
    ------
    JudgementError
        If a "high" contribution has no evidence beyond opinion, or no alternative explanation was examined. Mayne
        (2008): a claim of contribution rests on a verified chain of results and on other influences accounted for.

    Examples
    --------
    >>> Judgement("OC-2", about="contribution", value="low", at="2025-Q2", statement="Violations rose.").value
    'low'
    """

    #: Id of the element; of the assumption where it is about one.
    element: str = field(kw_only=False)
    #: Progress, contribution, assumption, or delivery.
    about: About
    #: A word of the scale of what it is about.
    value: str
    #: The period judged.
    at: Period = field(converter=to_period)
    #: The reasons, in a few sentences.
    statement: str
    #: Id of the place it is for; nothing for all.
    place: str | None = None
    #: What speaks for it.
    evidence: tuple[Evidence, ...] = field(default=(), converter=to_evidence)
    #: What speaks against it.
    against: tuple[Evidence, ...] = field(default=(), converter=to_evidence)
    #: Rival causes that were examined.
    alternatives: tuple[str, ...] = field(default=(), converter=texts)
    #: How strong the evidence is, all in all.
    strength: Strength | None = None
    #: Roles or sections that judged, never persons.
    by: tuple[str, ...] = field(default=(), converter=texts)
    #: Day of the judgement.
    on: date | None = None
    #: What those who disagreed hold.
    dissent: tuple[str, ...] = field(default=(), converter=texts)
    #: Who may read it.
    sensitivity: Sensitivity = "internal"

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.about == "contribution" and self.value == "high":
            self._refuse_unsupported()

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield a value that is not on the scale of what is judged."""
        scale = _VALUES[self.about]
        if self.value not in scale:
            words = ", ".join(scale)
            hint = did_you_mean(self.value, scale)
            yield Fault("value", f"{self.value!r} is not one of {words}, the words for {self.about}.{hint}", "field")

    def _refuse_unsupported(self) -> None:
        lacks = []
        if not any(item.kind != "opinion" for item in self.evidence):
            lacks.append("evidence beyond opinion")
        if not self.alternatives:
            lacks.append("an alternative explanation examined")
        if lacks:
            raise JudgementError(
                f"Judgement of {self.element!r}: a 'high' contribution needs {' and '.join(lacks)}. "
                "Add it (evidence=…, alternatives=…), or judge 'moderate' or 'insufficient evidence'.",
                element=self.element,
                lacks=tuple(lacks),
            )


@attrs.frozen(kw_only=True)
class Action(Record):
    """One step by which a recommendation is carried out."""

    #: What is done.
    text: str = field(kw_only=False)
    #: Section or role that does it.
    owner: str | None = None
    #: Day it is due.
    due: date | None = None
    #: How far it is.
    status: RecommendationStatus = "open"
    #: Anything else a reader must know.
    comment: str = ""


@attrs.frozen(kw_only=True)
class Recommendation(Record):
    """What is recommended to leadership, what was decided, and how far it is.

    Examples
    --------
    >>> Recommendation("R4", "Chase the late alert figures", type="data", to="POC unit").is_open
    True
    """

    #: Unique among recommendations.
    id: str = field(kw_only=False)
    #: What should be done.
    text: str = field(kw_only=False)
    #: Strategic, operational, resource, coordination, data, or plan change.
    type: RecommendationType
    #: Role it is addressed to.
    to: str
    #: Ids of the elements it is about.
    elements: tuple[str, ...] = field(default=(), converter=texts)
    #: Ids of the elements or indicators whose findings support it.
    because: tuple[str, ...] = field(default=(), converter=texts)
    #: The period in whose assessment it was made.
    made_at: Period | None = field(default=None, converter=to_optional_period)
    #: What leadership decided.
    decision: Decision = "proposed"
    #: Day of the decision.
    decided_on: date | None = None
    #: Why it was decided so.
    reason: str = ""
    #: Day it is due.
    due: date | None = None
    #: How far it is.
    status: RecommendationStatus = "open"
    #: The steps that carry it out.
    actions: tuple[Action, ...] = field(default=(), converter=as_tuple)
    #: Who may read it.
    sensitivity: Sensitivity = "internal"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done: not done, not overtaken, not rejected."""
        return self.status not in ("done", "overtaken by events") and self.decision != "rejected"
