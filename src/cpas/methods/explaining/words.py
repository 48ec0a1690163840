"""The rules and the reasons in words, as a person would tell them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cpas.choices import Kind, words
from cpas.model import Indicator
from cpas.tables.grounds import told

__all__ = [
    "AXES",
    "COMBINED",
    "REASONS",
    "REDUCED",
    "clause_of_kind",
    "direction_said",
    "exact",
    "known_said",
    "listed",
    "reason_said",
    "scored",
    "where_said",
]

#: What each rule over an axis does, and its clause.
REDUCED: Final[dict[str, tuple[str, str]]] = {
    "sum": ("added up", "§3.2.1"),
    "average": ("shares given without numerators are averaged, each counting once", "§3.2.9"),
    "ratio": ("numerators and denominators are added up, and divided at the end", "§3.2.2"),
    "last": ("the last one stands", "§3.2.3"),
    "keep": ("kept as observed, where it stands alone", "§3.2.4"),
    "refuse": ("kept as observed, where it stands alone", "§3.2.4"),
    "bounds": ("may overlap: at least the largest, at most the sum", "§3.2.5"),
    "mean": ("their plain mean", "§3.2.6"),
    "count": ("counted: how many there are", "§3.2.7"),
    "median": ("the middle one, of two the lower", "§3.2.8"),
    "max": ("the largest one", "§3.2"),
    "min": ("the smallest one", "§3.2"),
    "worst": ("the worst level", "§3.2"),
}
#: What is combined over each axis, and the clause of the axis.
AXES: Final[dict[str, tuple[str, str]]] = {
    "time": ("Over time", "§3.3"),
    "group": ("Over groups", "§3.4"),
    "place": ("Over places", "§3.5"),
}
#: How parts make a whole, and the clause.
COMBINED: Final[dict[str, tuple[str, str]]] = {
    "arithmetic": ("weighted mean", "§6.1"),
    "geometric": ("weighted geometric mean", "§6.2"),
    "harmonic": ("weighted harmonic mean", "§6.3"),
    "generalised": ("weighted generalised mean", "§6.4"),
    "mean_min": ("mean, drawn towards the lowest part,", "§6.7"),
    "median": ("weighted median", "§6.5"),
    "minimum": ("lowest part", "§6.6"),
}
#: Why there is no value, in a sentence.
REASONS: Final[dict[str, str]] = {
    "not_collected": "It was not collected.",
    "not_due": "No value was due.",
    "late": "The return is late.",
    "not_applicable": "It does not apply here.",
    "suppressed": "It was suppressed, so that nobody can be recognised.",
    "no_access": "There was no access.",
    "no_return": "Nothing was reported. That is not zero.",
    "not_yet_known": "It was not known yet on the day asked for; it was recorded later.",
    "cannot_combine": "What was observed cannot be combined in this way.",
    "incomplete": "Returns are missing, so the sum is too small to be scored: silence would look like success.",
    "not_numeric": "It is a text, which is listed and never computed.",
    "division_by_zero": "The denominator is zero.",
    "not_scored": "It is followed, not scored: no direction of it is better.",
    "no_baseline": "There is no baseline to start from.",
    "no_target": "There is no target to go to.",
    "no_target_here": "Baseline and target are for the whole area; this place or group has none of its own.",
    "met": "The baseline had reached the target already, and the target is met. There is no way to travel.",
    "not_met": "The target was to be kept, and it is not met. There is no way to travel.",
    "basis_mismatch": "Baseline or target is for a period of another length, and so is not comparable.",
    "break_in_series": "The definition changed on the way, and nothing bridges the break.",
    "no_own_indicators": "It has no indicators of its own, and does not say that outcomes below make its score.",
    "not_available": "None of its parts has a score.",
    "below_coverage": "Too little of its weight has a value.",
}


def reason_said(reason: str) -> str:
    """Return why there is no value, in a sentence.

    Examples
    --------
    >>> reason_said("late")
    'The return is late.'
    """
    return REASONS.get(reason, f"{reason.replace('_', ' ').capitalize()}." if reason else "")


def clause_of_kind(kind: str) -> str:
    """Return the clause of a kind.

    Examples
    --------
    >>> clause_of_kind("flow"), clause_of_kind("text")
    ('§3.1.1', '§3.1.9')
    """
    return f"§3.1.{words(Kind).index(kind) + 1}"


def exact(value: float | None) -> str:
    """Return a number with the decimals that are there, four at most.

    Examples
    --------
    >>> exact(61.0), exact(-0.25), exact(None)
    ('61', '-0.25', '–')
    """
    return told(value)


def scored(value: float | None) -> str:
    """Return a score, with one decimal.

    Examples
    --------
    >>> scored(57.93), scored(float("nan"))
    ('57.9', '–')
    """
    return told(value, 1)


def listed(items: Sequence[str], *, most: int = 12) -> str:
    """Return items as people list them.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"]), listed(["a", "b", "c"], most=1)
    ('a, b and c', 'a', 'a and 2 more')
    """
    shown = [*items[:most], *([f"{len(items) - most} more"] if len(items) > most else [])]
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1]) if part) if shown else ""


def direction_said(indicator: Indicator) -> str:
    """Return which way is better.

    Examples
    --------
    >>> direction_said(Indicator("I", "Alerts", measures=(), unit="alert", kind="flow", better="ambiguous"))
    'More may be better or worse: it is not scored.'
    """
    if indicator.better == "inside" and indicator.band is not None:
        return f"Between {exact(indicator.band[0])} and {exact(indicator.band[1])} is good."
    return {
        "higher": "Higher is better.",
        "lower": "Lower is better.",
        "inside": "Close to its range is good.",
        "neutral": "Context: no direction is better, and it is not scored.",
        "ambiguous": "More may be better or worse: it is not scored.",
    }[indicator.better]


def known_said(as_of: datetime | None, vintage: str) -> str:
    """Return what was known.

    Examples
    --------
    >>> known_said(None, "latest")
    'all that is recorded, each value as last reported'
    >>> known_said(datetime(2021, 10, 1), "first")
    'what was recorded by 2021-10-01, each value as first reported'
    """
    time = "all that is recorded" if as_of is None else f"what was recorded by {as_of:%Y-%m-%d}"
    return f"{time}, each value as {'first' if vintage == 'first' else 'last'} reported"


def where_said(period: str, place: str, members: Sequence[tuple[str, str]] = ()) -> str:
    """Return period, place and group in words.

    Examples
    --------
    >>> where_said("2025-Q2", "Amara", [("sex", "female")])
    'in 2025-Q2 at Amara, sex female'
    """
    groups = "".join(f", {name} {member}" for name, member in members if member)
    return f"in {period} at {place}{groups}"
