# Types of the front door, for checkers and editors. Kept equal to the table in __init__.py by a test.

from cpas import datasets as datasets
from cpas import errors as errors
from cpas import graph as graph
from cpas import methods as methods
from cpas import model as model
from cpas import periods as periods
from cpas import testing as testing
from cpas import units as units
from cpas._version import __version__ as __version__
from cpas.cycle.assessing import assess
from cpas.cycle.changing import what_if
from cpas.cycle.counting import count
from cpas.cycle.deriving import amounts, rates
from cpas.cycle.differing import compare
from cpas.cycle.explaining import explain
from cpas.cycle.grading import quality
from cpas.cycle.performing import aggregate
from cpas.cycle.planning import check
from cpas.cycle.probing import probe
from cpas.cycle.rating import rate
from cpas.cycle.rescoring import rescore
from cpas.cycle.revising import revisions
from cpas.cycle.scoring import score
from cpas.cycle.simulating import simulate
from cpas.cycle.trending import trends
from cpas.errors import (
    CpasError,
    CpasWarning,
    Fault,
    FileError,
    JudgementError,
    LoopError,
    MethodError,
    MissingExtraError,
    NoDistanceError,
    ObservationError,
    PeriodError,
    PlanError,
    RequestError,
    UnitError,
    UnknownIdError,
)
from cpas.io.observations import read_delivery, read_observations
from cpas.io.plans import plan_schema, read_plan, write_plan
from cpas.io.templates import template
from cpas.model import (
    Activity,
    Assumption,
    Baseline,
    Break,
    Difference,
    Dimension,
    Driver,
    HarmRisk,
    Indicator,
    Influence,
    Judgement,
    Link,
    Measure,
    Methodology,
    Moved,
    Objective,
    Outcome,
    Output,
    Override,
    Place,
    Plan,
    Planned,
    Recommendation,
    Relation,
    Risk,
    Stakeholder,
    Stance,
    Target,
    Threshold,
    chain,
    diff,
    preset,
)
from cpas.periods import Period
from cpas.present.reports import report
from cpas.scales import Band, Rating, Scale
from cpas.sources import Source
from cpas.tables.incidents import Incidents

__all__ = [
    "Activity",
    "Assumption",
    "Band",
    "Baseline",
    "Break",
    "CpasError",
    "CpasWarning",
    "Difference",
    "Dimension",
    "Driver",
    "Fault",
    "FileError",
    "HarmRisk",
    "Incidents",
    "Indicator",
    "Influence",
    "Judgement",
    "JudgementError",
    "Link",
    "LoopError",
    "Measure",
    "MethodError",
    "Methodology",
    "MissingExtraError",
    "Moved",
    "NoDistanceError",
    "Objective",
    "ObservationError",
    "Outcome",
    "Output",
    "Override",
    "Period",
    "PeriodError",
    "Place",
    "Plan",
    "PlanError",
    "Planned",
    "Rating",
    "Recommendation",
    "Relation",
    "RequestError",
    "Risk",
    "Scale",
    "Source",
    "Stakeholder",
    "Stance",
    "Target",
    "Threshold",
    "UnitError",
    "UnknownIdError",
    "aggregate",
    "amounts",
    "assess",
    "chain",
    "check",
    "compare",
    "count",
    "diff",
    "explain",
    "plan_schema",
    "preset",
    "probe",
    "quality",
    "rate",
    "rates",
    "read_delivery",
    "read_observations",
    "read_plan",
    "report",
    "rescore",
    "revisions",
    "score",
    "simulate",
    "template",
    "trends",
    "what_if",
    "write_plan",
]
