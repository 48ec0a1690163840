"""The rule table: what the kind of a measure allows over time, place and group.  Methodology §3.1.

One rule per kind and axis, as a word that :mod:`cpas.methods.aggregation.reduction` carries out. A plan may set an axis
(``Indicator.over``); what has no meaning is refused there, for that indicator alone.
"""

from __future__ import annotations

from typing import Final, Literal

from cpas.choices import Axis
from cpas.model import Indicator

__all__ = ["RULES", "Rule", "axis_rule"]

Rule = Literal["sum", "last", "ratio", "bounds", "median", "worst", "mean", "max", "min", "count", "keep", "refuse"]

_AXES: Final = ("time", "place", "group")

#: Rule by kind and axis.  Methodology §3.1.1 to §3.1.9, in this order.
RULES: Final[dict[str, dict[str, Rule]]] = {
    "flow": dict.fromkeys(_AXES, "sum"),
    "stock": {"time": "last", "place": "sum", "group": "sum"},
    "cumulative": {"time": "last", "place": "sum", "group": "sum"},
    # Σ numerator / Σ denominator; a mean is the ratio of its sum to its base.
    "ratio": dict.fromkeys(_AXES, "ratio"),
    "mean": dict.fromkeys(_AXES, "ratio"),
    # One person may be reached in two months; over places and groups it depends on whether they overlap.
    "distinct": {"time": "bounds", "place": "sum", "group": "sum"},
    "ordinal": {"time": "last", "place": "median", "group": "median"},
    "index": dict.fromkeys(_AXES, "keep"),
    "text": dict.fromkeys(_AXES, "keep"),
}
#: Rules that a plan may set, by kind; any other is refused when it is asked for.  Methodology §3.1.10.
_MAY_SET: Final[dict[str, frozenset[str]]] = {
    "flow": frozenset({"sum", "max", "min", "mean", "last", "count"}),
    "stock": frozenset({"sum", "last", "mean", "max", "min", "count"}),
    "cumulative": frozenset({"sum", "last", "max", "count"}),
    "ratio": frozenset({"sum", "last", "max", "min", "mean"}),
    "mean": frozenset({"sum", "last", "max", "min", "mean"}),
    "distinct": frozenset({"sum", "max", "last"}),
    "ordinal": frozenset({"last", "median", "worst", "max", "min"}),
    "index": frozenset({"last"}),
    "text": frozenset({"last"}),
}
#: What only time has: an order, in which one is the last.
_ONLY_OVER_TIME: Final = frozenset({"last"})
#: What is there at one moment after another is the same things again, and never adds up over time.
_NEVER_SUMMED_OVER_TIME: Final = frozenset({"stock", "cumulative"})


def axis_rule(indicator: Indicator, axis: Axis) -> Rule:
    """Return the rule by which an indicator is combined over an axis.

    Parameters
    ----------
    indicator : Indicator
        Its ``over`` comes before the table; a rule without meaning for its kind gives ``refuse``.
    axis : str
        Time, place, or group.

    Notes
    -----
    Methodology §3.1.

    Examples
    --------
    >>> stock = Indicator("I", "Bases open", measures=(), unit="base", kind="stock", better="neutral")
    >>> axis_rule(stock, "time"), axis_rule(stock, "place")
    ('last', 'sum')
    """
    asked = indicator.rule(axis)
    if asked is None:
        return RULES[indicator.kind][axis]
    if asked not in _MAY_SET[indicator.kind] or (axis != "time" and asked in _ONLY_OVER_TIME):
        return "refuse"
    if axis == "time" and asked == "sum" and indicator.kind in _NEVER_SUMMED_OVER_TIME:
        return "refuse"
    if indicator.kind in ("ratio", "mean") and asked == "sum":
        return "ratio"
    return asked  # type: ignore[return-value]  # one of the words just tested
