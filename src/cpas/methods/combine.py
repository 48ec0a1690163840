"""Every combination of methodology §6, under one name: one number from several.

What each does with a missing part and with zero is said at its function. The roll-up of a plan knows those of
:data:`COMBINATIONS`; what compares units (outranking) or counts them (Alkire–Foster) stands beside it.
"""

from __future__ import annotations

from cpas.methods.availability import availability, if_available
from cpas.methods.compensation import generalised, mean_min
from cpas.methods.counting import Deprivation, alkire_foster, deprived
from cpas.methods.gender import gender_inequality
from cpas.methods.mazziotta import adjusted_goalposts, adjusted_scale, mazziotta_pareto
from cpas.methods.means import arithmetic, geometric, harmonic, median, minimum
from cpas.methods.ordinal import k_of_n, majority
from cpas.methods.outranking import copeland, outranking_matrix
from cpas.methods.segments import (
    COMBINATIONS,
    PARAMETERS,
    segment_combine,
    segment_coverage,
    segment_maximum,
    segment_minimum,
)

__all__ = [
    "COMBINATIONS",
    "PARAMETERS",
    "Deprivation",
    "adjusted_goalposts",
    "adjusted_scale",
    "alkire_foster",
    "arithmetic",
    "availability",
    "copeland",
    "deprived",
    "gender_inequality",
    "generalised",
    "geometric",
    "harmonic",
    "if_available",
    "k_of_n",
    "majority",
    "mazziotta_pareto",
    "mean_min",
    "median",
    "minimum",
    "outranking_matrix",
    "segment_combine",
    "segment_coverage",
    "segment_maximum",
    "segment_minimum",
]
