"""Plan for impact, follow indicators, judge progress: the publicly described CPAS, as a library.

Names are loaded on first use, so that ``import cpas`` costs next to nothing and a host that only reads plans
never loads pandas. Types for checkers and editors are in ``__init__.pyi``; a test keeps both equal.

Examples
--------
>>> import cpas
>>> cpas.Source("Resolution 2436", year=2018).document
'Resolution 2436'
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import Any

from cpas._version import __version__ as __version__

#: Where each public name lives. To add one: a word here, two in ``__init__.pyi``, one in ``docs/reference``.
_HOMES: dict[str, str] = {
    # what a mission plans
    "cpas.model": """
        Plan Objective Outcome Output Activity Planned Link chain Assumption Risk HarmRisk Driver
        Place Moved Dimension
        Stakeholder Stance Influence Relation
        Indicator Measure Baseline Target Break
        Judgement Recommendation Methodology Override Threshold Difference diff preset
    """,
    "cpas.periods": "Period",
    "cpas.scales": "Scale Band Rating",
    "cpas.sources": "Source",
    # the verbs, in the order of the cycle
    "cpas.io.plans": "read_plan write_plan plan_schema",
    "cpas.cycle.planning": "check",
    "cpas.io.templates": "template",
    "cpas.io.observations": "read_observations read_delivery",
    "cpas.tables.incidents": "Incidents",
    "cpas.cycle.counting": "count",
    "cpas.cycle.performing": "aggregate",
    "cpas.cycle.scoring": "score",
    "cpas.cycle.revising": "revisions",
    "cpas.cycle.grading": "quality",
    "cpas.cycle.deriving": "amounts rates",
    "cpas.cycle.rating": "rate",
    "cpas.cycle.probing": "probe",
    "cpas.cycle.trending": "trends",
    "cpas.cycle.rescoring": "rescore",
    "cpas.cycle.changing": "what_if",
    "cpas.cycle.simulating": "simulate",
    "cpas.cycle.assessing": "assess",
    "cpas.cycle.explaining": "explain",
    "cpas.cycle.differing": "compare",
    "cpas.present.reports": "report",
    # what can go wrong
    "cpas.errors": """
        CpasError CpasWarning Fault FileError JudgementError LoopError MethodError MissingExtraError
        NoDistanceError ObservationError PeriodError PlanError RequestError UnitError UnknownIdError
    """,
}

#: Modules reachable as attributes: ``cpas.datasets.load("kessara")``. Left out of ``__all__``, so that a star
#: import binds no word as common as ``model`` and needs no optional package.
_SUBMODULES = frozenset({"datasets", "errors", "graph", "methods", "model", "periods", "testing", "units"})

_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

# Not a literal list, to keep one table; checkers read the stub.
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    """Load a public name, or a public submodule, the first time it is asked for."""
    if name in _SUBMODULES:
        return _import_module(f"cpas.{name}")
    if name in _HOME_OF:
        value = globals()[name] = getattr(_import_module(_HOME_OF[name]), name)
        return value
    from cpas.errors import did_you_mean

    near = did_you_mean(name, {*_HOME_OF, *_SUBMODULES})
    raise AttributeError(f"module 'cpas' has no attribute {name!r}.{near}", name=name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF, *_SUBMODULES})
