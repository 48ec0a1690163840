"""What people judged, recommend and where stakeholders stand: beside the numbers, never in them.  Methodology §10."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from cpas.methods.explaining.scores import Roll
from cpas.methods.explaining.words import listed
from cpas.model import Judgement, Recommendation
from cpas.model.judgements import Evidence
from cpas.tables.assessment import Assessment, Finding
from cpas.tables.grounds import Ground, Rule

__all__ = ["judgement_grounds"]


def judgement_grounds(assessment: Assessment, roll: Roll, finding: Finding) -> Iterator[Ground]:
    """Yield judgements, recommendations and stances of an element; those above the ceiling are counted."""
    case = roll.case
    shown = [one for one in finding.judgements if not case.hides(one.sensitivity)]
    yield _group(roll, "Judged by people", [_judgement(one) for one in shown], len(finding.judgements) - len(shown),
                 what="judgement", empty="not judged")  # fmt: skip
    advice = [one for one in assessment.recommendations if finding.id in (*one.elements, *one.because)]
    open_ = [one for one in advice if not case.hides(one.sensitivity)]
    if advice:
        grounds = [_recommendation(one) for one in open_]
        yield _group(roll, "Recommended", grounds, len(advice) - len(open_), what="recommendation")
    stances = [one for one in assessment.plan.stances if one.element == finding.id]
    seen = [one for one in stances if not case.hides(one.sensitivity)]
    if stances:
        names = assessment.plan.stakeholders_by_id
        grounds = [
            Ground(names[one.stakeholder].name, word=one.position, source=str(one.source or ""), counts=False)
            for one in seen
        ]
        yield _group(roll, "Where stakeholders stand", grounds, len(stances) - len(seen), what="stance")


def _group(roll: Roll, title: str, grounds: Sequence[Ground], withheld: int, *, what: str, empty: str = "") -> Ground:
    return Ground(
        title,
        word=empty if not grounds and not withheld else "",
        counts=False,
        withheld=withheld,
        withheld_what=what,
        because=roll.case.because,
        children=tuple(attrs.evolve(ground, counts=False) for ground in grounds),
    )


def _judgement(one: Judgement) -> Ground:
    facts = [
        ("Evidence", _evidence(one.evidence)),
        ("Against", _evidence(one.against)),
        ("Other explanations examined", "; ".join(one.alternatives)),
        ("Strength of the evidence", one.strength or ""),
        ("Judged by", listed(one.by)),
        ("On", one.on.isoformat() if one.on else ""),
        ("Dissent", "; ".join(one.dissent)),
        ("For", one.place or ""),
    ]
    said = "Judged, never computed; it enters no score"
    return Ground(
        one.about.capitalize(),
        word=one.value,
        meaning=one.statement,
        facts=tuple((name, said) for name, said in facts if said),
        rules=(Rule(said, clause="§10.1", step="judgement"),),
    )


def _evidence(evidence: Iterable[Evidence]) -> str:
    said = []
    for one in evidence:
        where = ", ".join(part for part in (one.kind, one.indicator, str(one.source or "")) if part)
        said.append(f"{one.statement} ({where})")
    return "; ".join(said)


def _recommendation(one: Recommendation) -> Ground:
    facts = [("To", one.to), ("Decision", one.decision), ("Status", one.status), ("Due", str(one.due or ""))]
    return Ground(f"{one.id} {one.text}", facts=tuple((name, said) for name, said in facts if said))
