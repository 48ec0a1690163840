"""The words a choice may take: kinds, statuses, names of methods.

Each is a :class:`typing.Literal`, so that a type checker knows the words, and :func:`words` lists them at run time.
The names of methods are here, below the methods themselves, because records name a method and records are on a lower
floor; a test finds every one of them in :mod:`cpas.methods`.
"""

from __future__ import annotations

from typing import Any, Final, Literal, get_args

Level = Literal["activity", "output", "outcome", "objective"]
#: From what the mission does to what it serves; indicators stand beside, as a level of their own in scores.
LEVELS: Final[tuple[str, ...]] = get_args(Level)

Change = Literal["behaviour", "capacity", "knowledge", "relationship", "policy", "process", "context"]
#: Changes that are nobody's in particular: an outcome of these needs no stakeholder (design, rule 2).
CHANGES_WITHOUT_STAKEHOLDER: Final[frozenset[str]] = frozenset({"policy", "process", "context"})

PlanStatus = Literal["draft", "endorsed", "approved", "in_force", "superseded"]
Component = Literal["civilian", "military", "police", "support", "joint"]
Strength = Literal["strong", "moderate", "weak", "untested"]
AssumptionStatus = Literal["untested", "holds", "in_doubt", "broken"]
Likelihood = Literal["low", "medium", "high"]
Position = Literal["supports", "mixed", "neutral", "obstructs", "unknown"]
InfluenceMode = Literal["capacity", "knowledge", "incentive", "deterrence", "relationship"]

#: From free to read to closed; a result carries the highest of what it was made from (design, rule 15).
Sensitivity = Literal["public", "internal", "confidential", "strictly confidential"]
SENSITIVITIES: Final[tuple[str, ...]] = get_args(Sensitivity)

Kind = Literal["flow", "stock", "cumulative", "ratio", "mean", "distinct", "ordinal", "index", "text"]
#: Kinds that are sums of things: a part that is missing makes them too small (design, rule 6).
ADDITIVE: Final[frozenset[str]] = frozenset({"flow", "stock", "cumulative", "distinct"})
#: Kinds that may be followed below the root with the root's baseline and target (design, Basis).
BELOW_ROOT_INHERITS: Final[frozenset[str]] = frozenset({"ratio", "mean", "ordinal", "index"})
#: Kinds that hold through their own period and ``valid_for`` after it; flows are never carried.
CARRIED: Final[frozenset[str]] = frozenset({"stock", "cumulative", "ratio", "mean", "ordinal", "index"})

Better = Literal["higher", "lower", "inside", "neutral", "ambiguous"]
#: Directions that are never scored (design, rule 7).
UNSCORED: Final[frozenset[str]] = frozenset({"neutral", "ambiguous"})
Axis = Literal["time", "place", "group"]
AxisRule = Literal["sum", "last", "mean", "max", "min", "median", "worst", "count", "refuse"]
Nil = Literal["explicit", "return", "register"]
PlaceRows = Literal["own", "total"]
Transform = Literal["log"]
BaselineStatus = Literal["known", "estimated", "to_be_set"]
Applies = Literal["at", "each", "total"]
TargetRole = Literal["milestone", "final"]

ObservationStatus = Literal["provisional", "verified", "revised", "withdrawn", "nil"]
MissingReason = Literal["not_collected", "not_due", "late", "not_applicable", "suppressed", "no_access"]
DeliveryStatus = Literal["not_started", "under_way", "completed", "delayed", "suspended", "cancelled"]
Vintage = Literal["latest", "first"]
#: Why an aggregate or a score has no value, beside the reasons of :data:`MissingReason`.
ResultReason = Literal[
    "no_return",
    "not_yet_known",
    "cannot_combine",
    "incomplete",
    "not_numeric",
    "division_by_zero",
    "not_scored",
    "no_baseline",
    "no_target",
    "no_target_here",
    "met",
    "not_met",
    "basis_mismatch",
    "break_in_series",
    "no_own_indicators",
    "not_available",
    "below_coverage",
]

About = Literal["progress", "contribution", "assumption", "delivery"]
ABOUT: Final[tuple[str, ...]] = get_args(About)
Contribution = Literal["high", "moderate", "low", "insufficient evidence"]
CONTRIBUTION: Final[tuple[str, ...]] = get_args(Contribution)
JudgedProgress = Literal["achieved", "on path", "behind", "far behind", "worse than baseline", "too early"]
JudgedDelivery = Literal["complete", "on track", "at risk", "off track", "not started", "cancelled"]
RecommendationType = Literal["strategic", "operational", "resource", "coordination", "data", "plan change"]
Decision = Literal["proposed", "submitted", "accepted", "partly accepted", "rejected", "deferred"]
RecommendationStatus = Literal["open", "in progress", "done", "overdue", "overtaken by events"]

#: Only what makes 0 to 100 is here: z-scores, ranks and outranking are functions, never part of a score (rule 14).
Normalise = Literal["progress", "goalposts", "band", "thresholds", "categories"]
#: Only what stays between the worst and the best part is here; a better part never lowers the whole.
Combine = Literal["arithmetic", "geometric", "harmonic", "generalised", "mean_min", "median", "minimum"]
#: What the least coverage is a share of: the weight behind a score, or the indicators due here and upstream.
Availability = Literal["weight", "indicators"]
Weights = Literal["plan", "equal"]
#: How elements are rated: each level by its own rule; by the two worst of their indicators (SDG dashboards); or by the
#: mean of their indicators' progress scores (Statistics Canada).
RatingRule = Literal["level", "worst_two", "statcan"]
Totals = Literal["given", "parts"]
Rebase = Literal["per_day"]
#: How a flow whose period lies across a border is divided.
Straddle = Literal["per_day"]
#: How gaps may be filled, on request and marked.
Gaps = Literal["carry last", "interpolate", "same season"]
#: How shares given only as a number are averaged: each value counts once.
BareRatios = Literal["equal"]
Seasons = Literal["calendar"]
Severity = Literal["error", "warning", "note"]


def words(choice: Any) -> tuple[str, ...]:
    """Return the words of a choice, in the order they are declared.

    Examples
    --------
    >>> words(Axis)
    ('time', 'place', 'group')
    """
    return get_args(choice)
