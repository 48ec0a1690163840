"""Scales: ordered words with cut points, and the rating a value has on one.

Every cut point carries its source. No data is grey, never red, and is never worse than anything. What a scale may be
used for is said by its source: UNDP rates outputs against the year's milestone and does not rate outcomes, so the
scale for outcomes here is an extension of our own.
"""

from cpas.scales.presets import (
    CONTRIBUTION,
    FOUR_STEPS,
    OBJECTIVE_TREND,
    OUTCOME_PATH,
    PRESETS,
    SDG_COLOURS,
    STATCAN_PROGRESS,
    STRENGTH,
    THREE_STEPS,
    TWO_STEPS,
    UNDP_OUTPUT,
)
from cpas.scales.scale import GREY, Band, Rating, Scale

__all__ = [
    "CONTRIBUTION",
    "FOUR_STEPS",
    "GREY",
    "OBJECTIVE_TREND",
    "OUTCOME_PATH",
    "PRESETS",
    "SDG_COLOURS",
    "STATCAN_PROGRESS",
    "STRENGTH",
    "THREE_STEPS",
    "TWO_STEPS",
    "UNDP_OUTPUT",
    "Band",
    "Rating",
    "Scale",
]
