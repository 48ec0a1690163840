"""Frozen records: what a mission plans, judges and decides. No tables, no files, no computing."""

from __future__ import annotations

from cpas.model.differences import Difference, diff
from cpas.model.elements import (
    Activity,
    After,
    Assumption,
    Driver,
    Element,
    HarmRisk,
    Link,
    Objective,
    Outcome,
    Output,
    Planned,
    Risk,
    chain,
)
from cpas.model.indicators import Baseline, Break, Indicator, Measure, Target
from cpas.model.judgements import Action, Evidence, Judgement, Recommendation
from cpas.model.methodologies import METHODOLOGIES, preset
from cpas.model.methodology import DEFAULT, Methodology, Override, Threshold
from cpas.model.places import Dimension, Moved, Place
from cpas.model.plans import Plan
from cpas.model.stakeholders import Influence, Relation, Stakeholder, Stance

__all__ = [
    "DEFAULT",
    "METHODOLOGIES",
    "Action",
    "Activity",
    "After",
    "Assumption",
    "Baseline",
    "Break",
    "Difference",
    "Dimension",
    "Driver",
    "Element",
    "Evidence",
    "HarmRisk",
    "Indicator",
    "Influence",
    "Judgement",
    "Link",
    "Measure",
    "Methodology",
    "Moved",
    "Objective",
    "Outcome",
    "Output",
    "Override",
    "Place",
    "Plan",
    "Planned",
    "Recommendation",
    "Relation",
    "Risk",
    "Stakeholder",
    "Stance",
    "Target",
    "Threshold",
    "chain",
    "diff",
    "preset",
]
