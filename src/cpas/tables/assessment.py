"""The assessment: delivery, progress and contribution side by side, as they stood at one time.  Methodology §9, §10.

A frozen snapshot. Three answers, never one: what the mission did, what its indicators show, what people judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import field

from cpas.choices import SENSITIVITIES
from cpas.columns import ASSESSMENT, COMPARISONS, Column, names
from cpas.display import format_number, format_percent, notebook_rows, notebook_table
from cpas.errors import UnknownIdError
from cpas.model import Judgement, Methodology, Plan, Recommendation
from cpas.periods import Period
from cpas.tables.delivery import Delivery
from cpas.tables.frames import Result, make_frame, plain_rows
from cpas.tables.remarks import Remarks
from cpas.tables.scores import Scores

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FOOT", "Assessment", "Finding", "IndicatorFinding"]

#: What stands at the foot of everything a reader sees (design, rule 14).
FOOT: Final = (
    "Independent software, not endorsed by the United Nations; not a UN rating. Progress describes conditions that "
    "many actors shape; it does not measure the performance of a mission, section or person, and must not be used to "
    "rank them."
)
#: Most rows that a notebook shows.
_SHOWN: Final = 60


@attrs.frozen(kw_only=True)
class Finding:
    """What an assessment finds of one element at one place. A missing number is None."""

    #: Id of the element.
    id: str
    #: Id of the place.
    place: str
    #: Level of the element.
    level: str
    #: The element, in one sentence.
    statement: str
    #: Per cent delivered of what was planned to date.
    delivery: float | None = None
    #: What delivery rests on.
    delivery_basis: str | None = None
    #: Share of what delivery rests on that was reported.
    delivery_coverage: float | None = None
    #: The latest status reported.
    delivery_status: str | None = None
    #: Score, 0 to 100.
    progress: float | None = None
    #: The score due by then.
    path: float | None = None
    #: Progress divided by path.
    pace: float | None = None
    #: What people judged of progress.
    progress_judged: str | None = None
    #: What progress rests on, or why there is none.
    progress_basis: str | None = None
    #: The word of its level's scale.
    rating: str | None = None
    #: Against the period before.
    trend_previous: str | None = None
    #: Against the same season a year before.
    trend_season: str | None = None
    #: What people judged of the mission's contribution.
    contribution: str | None = None
    #: Strength of the evidence for that judgement.
    evidence: str | None = None
    #: Share of the weight behind progress that had a value.
    coverage: float | None = None
    #: Highest less lowest score of its direct parts.
    dispersion: float | None = None
    #: Lowest score of its direct parts.
    worst: float | None = None
    #: Scorable indicators with a value, here and upstream.
    answered: int = 0
    #: Scorable indicators due, here and upstream.
    indicators: int = 0
    #: What delivery and change say together.
    diagnosis: str | None = None
    #: What people judged of it at this time, about anything.
    judgements: tuple[Judgement, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers and words as plain data, without the judgements."""
        return {a.name: getattr(self, a.name) for a in attrs.fields(Finding) if a.name != "judgements"}

    def _repr_html_(self) -> str:
        rows = [(name.replace("_", " "), text) for name, text in self._said()]
        return notebook_table(["", self.id], rows, caption=self.statement)

    def _said(self) -> Iterator[tuple[str, str]]:
        for name, value in self.to_dict().items():
            if name in ("coverage", "delivery_coverage") and value is not None:
                yield name, format_percent(value)
            elif value is not None and name not in ("id", "statement"):
                yield name, format_number(value, digits=2 if name == "pace" else 1)


@attrs.frozen(kw_only=True)
class IndicatorFinding:
    """One indicator at one place, beside both comparisons. A missing number is None."""

    #: Id of the indicator.
    id: str
    #: Id of the place.
    place: str
    #: The value.
    value: float | None
    #: Value of the period before.
    previous: float | None
    #: Change since then.
    change_previous: float | None
    #: Value of the same season a year before.
    season: float | None
    #: Change since then.
    change_season: float | None
    #: ``percent``, ``percent per day``, or ``points``.
    basis: str
    #: Progress, 0 to 100.
    score: float | None
    #: Progress, not clipped.
    raw: float | None
    #: Direction since the period before, in a word.
    trend_previous: str
    #: Direction since the same season, in a word.
    trend_season: str
    #: Why there is no value or no score.
    reason: str | None
    #: Returns due and received.
    expected: int
    #: Returns that came.
    received: int
    #: Days since the latest value behind it.
    age_days: float | None
    #: Who may read it.
    sensitivity: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return attrs.asdict(self)


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Assessment(Result):
    """What an assessment finds, one row per element × place. Made by :func:`cpas.assess`.

    ``assessment["OC-2"]`` is the finding at the root, ``assessment["OC-2", "nord"]`` the one at a place.
    """

    #: What it was made from.
    scores: Scores
    #: The period assessed.
    at: Period
    #: One finding per element × place, in the plan's order.
    findings: tuple[Finding, ...]
    #: One per indicator × place, in the plan's order.
    indicator_findings: tuple[IndicatorFinding, ...]
    #: What was planned and done, where it was given.
    delivery: Delivery | None
    #: What people judged of this period.
    judgements: tuple[Judgement, ...]
    #: Recommendations: those still open from earlier first.
    recommendations: tuple[Recommendation, ...]
    #: Hash of all that went in: the same input gives the same hash.
    hash: str
    #: What was noticed on the way.
    remarks: Remarks = field(factory=Remarks)

    @property
    def plan(self) -> Plan:
        """The plan assessed."""
        return self.scores.plan

    @property
    def methodology(self) -> Methodology:
        """By which methods."""
        return self.scores.methodology

    @property
    def as_of(self) -> datetime | None:
        """What was known then; nothing for what is known now."""
        return self.scores.aggregates.as_of

    @property
    def root(self) -> str:
        """Id of the place a finding is of where none is named: the root, else the only one."""
        root = self.scores.tree.ids[self.scores.tree.root]
        places = self.places
        return root if root in places or not places else places[0]

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Ids of the places assessed."""
        return tuple(dict.fromkeys(finding.place for finding in self.findings))

    @property
    def open_recommendations(self) -> tuple[Recommendation, ...]:
        """Recommendations from earlier assessments that are still open."""
        return tuple(r for r in self.recommendations if r.is_open and r.made_at is not None and r.made_at < self.at)

    @property
    def sensitivity(self) -> str:
        """The highest sensitivity of anything in it."""
        found = [
            self.scores.aggregates.observations.sensitivity,
            *(one.sensitivity for one in self.judgements),
            *(one.sensitivity for one in self.recommendations),
        ]
        return max(found, key=SENSITIVITIES.index)

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Finding]:
        return {(finding.id, finding.place): finding for finding in self.findings}

    @cached_property
    def _indicators_by_key(self) -> dict[tuple[str, str], IndicatorFinding]:
        return {(finding.id, finding.place): finding for finding in self.indicator_findings}

    def __getitem__(self, key: str | tuple[str, str]) -> Finding:
        id, place = (key, self.root) if isinstance(key, str) else key
        if (id, place) in self._by_key:
            return self._by_key[id, place]
        self.plan.element(id)
        what = f"The assessment has no finding of {id!r} at"
        raise UnknownIdError.among(place, self.places, what=what)

    def indicator(self, id: str, place: str | None = None) -> IndicatorFinding:
        """Return one indicator beside both comparisons; at the root where no place is named."""
        where = place or self.root
        if (id, where) in self._indicators_by_key:
            return self._indicators_by_key[id, where]
        self.plan.indicator(id)
        raise UnknownIdError.among(where, self.places, what=f"The assessment has no indicator {id!r} at")

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def indicators(self) -> pd.DataFrame:
        """One row per indicator × place: value, both comparisons, and what the changes are measured in."""
        return make_frame(COMPARISONS, _columns_of(self.indicator_findings, names(COMPARISONS)))

    def __repr__(self) -> str:
        return f"<Assessment of plan {self.plan.id!r} at {self.at}: {len(self)} findings>"

    def _repr_html_(self) -> str:
        results = [finding for finding in self.findings if finding.level != "activity"]
        rows = [_shown(finding, several=len(self.places) > 1) for finding in results[:_SHOWN]]
        rest = "" if len(results) <= _SHOWN else f"{len(results) - _SHOWN} more are in the frame. "
        caption = f"{self.plan.title}: {self.at}, {self._made_how()}"
        said = [(one.id, one.diagnosis, one.statement) for one in results[:_SHOWN] if one.diagnosis is not None]
        diagnoses = notebook_table(["id", "diagnosis", "statement"], said) if said else ""
        return notebook_rows(rows, caption=caption) + diagnoses + f"<p><small>{rest}{FOOT}</small></p>"

    def _made_how(self) -> str:
        known = "all that is known" if self.as_of is None else f"as known on {self.as_of:%Y-%m-%d}"
        return f"{known}, methodology {self.methodology.name} {self.methodology.version}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {
            "plan": self.plan.id,
            "plan_version": self.plan.version,
            "at": str(self.at),
            "as_of": None if self.as_of is None else self.as_of.isoformat(),
            "methodology": f"{self.methodology.name} {self.methodology.version}",
            "hash": self.hash,
            "findings": [finding.to_dict() for finding in self.findings],
            "indicators": plain_rows(COMPARISONS, _columns_of(self.indicator_findings, names(COMPARISONS))),
            **self.remarks.to_dict(),
            "foot": FOOT,
        }

    def _columns(self) -> tuple[Column, ...]:
        return ASSESSMENT

    def _data(self) -> Mapping[str, Any]:
        return _columns_of(self.findings, names(ASSESSMENT))


def _columns_of(records: tuple[Any, ...], wanted: tuple[str, ...]) -> dict[str, list[Any]]:
    return {name: [getattr(record, name) for record in records] for name in wanted}


def _shown(finding: Finding, *, several: bool) -> dict[str, Any]:
    """Return a row for a notebook: each answer with what it rests on right beside it."""
    order = (
        "delivery delivery_coverage progress coverage dispersion pace rating trend_previous trend_season contribution"
    )
    names = ("id", *(("place",) if several else ()), *order.split())
    return {name: getattr(finding, name) for name in names}
