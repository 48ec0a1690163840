"""Every normalisation of methodology §4, under one name.

What a plan declares makes a score: a baseline and a target, goalposts, a band, a kept level, thresholds, a
rubric (:mod:`~cpas.methods.distance`, :mod:`~cpas.methods.bands`, :mod:`~cpas.methods.steps`). What needs a
reference population is in :mod:`~cpas.methods.relative`, and :mod:`~cpas.methods.ranks` compares units: no
score of a plan is made from those.
"""

from __future__ import annotations

from cpas.methods.bands import band, maintained, parity, parity_ratio
from cpas.methods.distance import clip, goalposts, has_distance, linear_progress, log_transform
from cpas.methods.ranks import borda, percentile_rank, rank
from cpas.methods.relative import (
    Reference,
    distance_to_best,
    distance_to_reference,
    distance_to_target,
    min_max,
    ratio_to_reference,
    reference_from_sample,
    z_score,
)
from cpas.methods.steps import categories, rubric, thresholds

__all__ = [
    "Reference",
    "band",
    "borda",
    "categories",
    "clip",
    "distance_to_best",
    "distance_to_reference",
    "distance_to_target",
    "goalposts",
    "has_distance",
    "linear_progress",
    "log_transform",
    "maintained",
    "min_max",
    "parity",
    "parity_ratio",
    "percentile_rank",
    "rank",
    "ratio_to_reference",
    "reference_from_sample",
    "rubric",
    "thresholds",
    "z_score",
]
