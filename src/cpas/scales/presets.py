"""Published scales, and three of our own where nothing is published; each cut point with its source."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cpas.scales.scale import Band, Scale
from cpas.sources import Source

#: Told apart with any common form of colour blindness, and from grey; a test computes it.
RED, ORANGE, YELLOW, GREEN = "#b01d0f", "#df9119", "#fff04d", "#194038"
#: For seven answers, one more than traffic lights have.
DARK_RED, RUST, GOLD, SKY, NAVY, VIOLET = "#66221d", "#d06639", "#fbd917", "#3bc6fa", "#163a67", "#9218df"

_UNDP: Final = Source(
    "UNDP performance app methodology",
    "country programme pages (cpd)",
    url="https://github.com/undp/performance-app-methodology",
    note="Output indicators against the year's milestone only; thresholds may be tailored per indicator.",
)
_UNDP_REVIEW: Final = Source(
    "UNDP Independent Country Programme Review, Belize",
    "rating definitions",
    url="https://issuu.com/undp-evaluation/docs/icpr_belize",
    note="Level of influence: judged, not computed.",
)
_MAYNE: Final = Source(
    "Contribution analysis, after Mayne (2008)",
    "strength of each causal link",
    url="https://taso.org.uk/libraryitem/contribution-analysis",
)
_SDG: Final = Source(
    "Sustainable Development Report 2019",
    "dashboards: worst 0, red threshold 1, green threshold 2, best 3",
    year=2019,
    licence="CC BY 4.0",
    note="Sachs, Schmidt-Traub, Kroll, Lafortune and Fuller; Bertelsmann Stiftung and SDSN.",
)
_STATCAN: Final = Source(
    "Statistics Canada, Progress measurement methodology (Canadian Indicator Framework)",
    "aggregated progress status: score from -5 to 5, cut at -2.5, 0 and 2.5",
    url="https://sdgcif-data-canada-oddcic-donnee.github.io",
    licence="Open Government Licence - Canada",
)
_OURS: Final = Source("cpas extension", note="No public source gives a rating scale for outcomes or objectives.")

#: Outputs, against what was due; UNDP does not use it for outcomes, which an office does not control.
UNDP_OUTPUT: Final = Scale(
    "undp-output",
    (
        Band("red", colour=RED, source=_UNDP),
        Band("amber", 60, colour=ORANGE, source=_UNDP),
        Band("green", 80, colour=GREEN, source=_UNDP),
    ),
    what="delivery",
    name="UNDP output rating",
    source=_UNDP,
    levels=("output",),
)
#: Outcomes, on pace: the score as a share of the score due by then.
OUTCOME_PATH: Final = Scale(
    "outcome-path",
    (
        Band("worse than baseline", colour=DARK_RED, source=_OURS, note="Below where it began."),
        Band("far behind", 0, colour=RUST, source=_OURS),
        Band("behind", 0.6, colour=GOLD, source=_OURS),
        Band("on path", 0.9, colour=SKY, source=_OURS),
    ),
    what="pace",
    name="Outcome against its path",
    source=_OURS,
    states=(
        Band("achieved", colour=NAVY, source=_OURS, note="The final target is reached, whatever the path."),
        Band("too early", colour=VIOLET, source=_OURS, note="Nothing was due yet."),
    ),
    levels=("outcome",),
)
#: Objectives: no traffic light, since they lie beyond a mission's control.
OBJECTIVE_TREND: Final = Scale(
    "objective-trend",
    (
        Band("worsening", colour=RUST, source=_OURS),
        Band("stable", colour=GOLD, source=_OURS),
        Band("improving", colour=NAVY, source=_OURS),
    ),
    what="trend",
    name="Trend of an objective",
    source=_OURS,
    missing="insufficient data",
    levels=("objective",),
)
#: Contribution is judged by people, never computed.
CONTRIBUTION: Final = Scale(
    "contribution",
    (
        Band(
            "low",
            colour=RUST,
            source=_UNDP_REVIEW,
            note="Little or no contribution, or the indicators do not capture it.",
        ),
        Band(
            "moderate",
            colour=GOLD,
            source=_UNDP_REVIEW,
            note="There is a line, but it is modest or the weight of other factors is not known.",
        ),
        Band("high", colour=NAVY, source=_UNDP_REVIEW, note="A clear line, and a major contributor."),
    ),
    what="contribution",
    name="Contribution",
    source=_UNDP_REVIEW,
    missing="insufficient evidence",
)
#: A value on the dashboards' own scale from 0 to 3; halfway between the thresholds orange becomes yellow.
SDG_COLOURS: Final = Scale(
    "sdg-colours",
    (
        Band("red", colour=RED, source=_SDG),
        Band("orange", 1, colour=ORANGE, source=_SDG),
        Band("yellow", 1.5, colour=YELLOW, source=_SDG),
        Band("green", 2, colour=GREEN, source=_SDG),
    ),
    what="dashboard",
    name="SDG dashboard colour",
    source=_SDG,
    missing="gray",
)
#: How well a causal link is supported.
STRENGTH: Final = Scale(
    "strength",
    (
        Band("weak", colour=RUST, source=_MAYNE),
        Band("moderate", colour=GOLD, source=_MAYNE),
        Band("strong", colour=NAVY, source=_MAYNE),
    ),
    what="strength",
    name="Strength of evidence",
    source=_MAYNE,
    missing="untested",
)

#: A score from −5 to 5; after Eurostat.
STATCAN_PROGRESS: Final = Scale(
    "statcan-progress",
    (
        Band("Deterioration", colour=DARK_RED, source=_STATCAN),
        Band("Limited progress", -2.5, colour=RUST, source=_STATCAN),
        Band("Progress made but acceleration needed", 0, colour=GOLD, source=_STATCAN),
        Band("On track", 2.5, colour=SKY, source=_STATCAN),
    ),
    what="progress score",
    name="Progress status",
    source=_STATCAN,
    missing="insufficient data",
    states=(Band("Target achieved", colour=NAVY, source=_STATCAN, note="Every series has met its target."),),
)
_STEPS: Final = Source("cpas extension", note="The cut points are those of the indicator; only the words are here.")
#: Words for an indicator with one cut point of its own.
TWO_STEPS: Final = Scale(
    "two-steps",
    (Band("not reached", colour=RUST, source=_STEPS), Band("reached", colour=NAVY, source=_STEPS)),
    what="value",
    source=_STEPS,
    levels=("indicator",),
)
#: Words for an indicator with two cut points of its own.
THREE_STEPS: Final = Scale(
    "three-steps",
    (
        Band("red", colour=RED, source=_STEPS),
        Band("amber", colour=ORANGE, source=_STEPS),
        Band("green", colour=GREEN, source=_STEPS),
    ),
    what="value",
    source=_STEPS,
    levels=("indicator",),
)
#: Words for an indicator with three cut points of its own: the colours of the SDG dashboards.
FOUR_STEPS: Final = Scale(
    "four-steps",
    tuple(Band(band.name, colour=band.colour, source=_STEPS) for band in SDG_COLOURS.bands),
    what="value",
    source=_STEPS,
    missing="gray",
    levels=("indicator",),
)

#: Every scale above, by id.
PRESETS: Final[Mapping[str, Scale]] = MappingProxyType(
    {
        scale.id: scale
        for scale in (
            UNDP_OUTPUT,
            OUTCOME_PATH,
            OBJECTIVE_TREND,
            CONTRIBUTION,
            SDG_COLOURS,
            STRENGTH,
            STATCAN_PROGRESS,
            TWO_STEPS,
            THREE_STEPS,
            FOUR_STEPS,
        )
    }
)
