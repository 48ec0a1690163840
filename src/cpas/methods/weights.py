"""Every way to weights of methodology §5, under one name.

People set them (:mod:`~cpas.methods.allocation`, :mod:`~cpas.methods.ahp`) or the data do
(:mod:`~cpas.methods.contrast`, :mod:`~cpas.methods.components`); :mod:`~cpas.methods.effective` says what they come to
at each node, and :mod:`~cpas.methods.stability` how much rests on them.
"""

from __future__ import annotations

from cpas.methods.ahp import (
    RANDOM_INDEX,
    RANDOM_INDEX_LATER,
    Priorities,
    analytic_hierarchy,
    group_judgement,
    pairwise_weights,
)
from cpas.methods.allocation import Allocation, budget_allocation, equal
from cpas.methods.components import Components, component_weights, factor_weights, principal_components, varimax
from cpas.methods.contrast import critic, entropy, standard_deviation
from cpas.methods.effective import effective_weights
from cpas.methods.stability import leave_one_out, needed_change, stability_interval

__all__ = [
    "RANDOM_INDEX",
    "RANDOM_INDEX_LATER",
    "Allocation",
    "Components",
    "Priorities",
    "analytic_hierarchy",
    "budget_allocation",
    "component_weights",
    "critic",
    "effective_weights",
    "entropy",
    "equal",
    "factor_weights",
    "group_judgement",
    "leave_one_out",
    "needed_change",
    "pairwise_weights",
    "principal_components",
    "stability_interval",
    "standard_deviation",
    "varimax",
]
