"""Hypothesis strategy for a small plan together with observations of it: what the laws of adding up are tried on."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, Final, get_args

from hypothesis import strategies as st

from cpas.choices import Kind, MissingReason, words
from cpas.model import Baseline, Dimension, Indicator, Objective, Outcome, Place, Plan, Target, chain

__all__ = ["observed_plans"]

Row = dict[str, Any]

_KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
_UNITS: Final = {"ratio": "%", "mean": "day", "ordinal": "level", "index": "index", "text": ""}
_LEVELS: Final = ("none", "some", "most", "all")
_QUARTERS: Final = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2")
_MONTHS: Final = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05", "2024-06")
_FIRST, _LATER = "2025-07-15", "2025-10-15"
#: How a return is broken down: not at all, or by one of the dimensions.
_MARGINS: Final = ("", "sex", "actor")


@st.composite
def observed_plans(
    draw: st.DrawFn, kinds: Sequence[Kind] = _KINDS, *, with_missing: bool = True, with_vintages: bool = True
) -> tuple[Plan, list[Row]]:
    """Return a strategy for a plan and rows of observations that :func:`cpas.read_observations` takes in.

    The plan has an objective and two outcomes, up to four indicators, places in a hierarchy, and two dimensions.
    Numbers are whole, so that sums are exact in any order. Values lie at the lowest places; each return is whole, or
    broken down by one dimension throughout.

    Parameters
    ----------
    kinds : sequence of Kind
        Kinds of indicators to draw from; all by default.
    with_missing : bool
        Whether some rows say why there is no value, and some returns are absent.
    with_vintages : bool
        Whether some rows are recorded anew later.

    Examples
    --------
    >>> from hypothesis import find
    >>> plan, rows = find(observed_plans(["flow"]), lambda both: len(both[1]) >= 2)
    >>> {row["indicator"] for row in rows} <= {indicator.id for indicator in plan.indicators}
    True
    """
    plan = _plan(draw(st.lists(_indicators(kinds), min_size=1, max_size=4)), draw(st.integers(1, 3)))
    rows: list[Row] = []
    for indicator in plan.indicators:
        margin = draw(st.sampled_from(_MARGINS if indicator.dimensions else [""]))
        for key in _keys(plan, indicator, draw(st.integers(1, 6))):
            if with_missing and draw(st.integers(0, 5)) == 0:
                continue
            rows += draw(_return(plan, indicator, key, margin, with_missing, with_vintages))
    return plan, rows


def _indicators(kinds: Sequence[Kind]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "kind": st.sampled_from(list(kinds)),
            "better": st.sampled_from(["higher", "lower"]),
            "element": st.sampled_from(["OBJ-1", "OC-1", "OC-2"]),
            "is_broken_down": st.booleans(),
            "is_monthly": st.booleans(),
            "nil": st.sampled_from(["explicit", "return"]),
            "weight": st.sampled_from([1.0, 1.0, 2.0, 0.5]),
        }
    )


def _plan(drawn: list[dict[str, Any]], places: int) -> Plan:
    """Return the plan of some indicators, with one to three places at the lowest level."""
    towns = [
        Place(f"T{n}", f"Town {n}", parent="north" if n < 3 else "south", level="town") for n in range(1, places + 1)
    ]
    land = [
        Place("land", "The land", level="country"),
        Place("north", "North", parent="land", level="region"),
        Place("south", "South", parent="land", level="region"),
    ]
    lists: dict[str, Any] = {
        "elements": [
            Objective("OBJ-1", "Civilians are safer"),
            Outcome("OC-1", "Rules are kept", change="process"),
            Outcome("OC-2", "Courts sit", change="process"),
        ],
        "links": [*chain("OC-1", "OBJ-1"), *chain("OC-2", "OBJ-1")],
        "indicators": [_indicator(f"I{n:02d}", one) for n, one in enumerate(drawn, 1)],
        "places": [*land, *towns],
        "dimensions": [Dimension("sex", ("female", "male")), Dimension("actor", ("militia", "army"))],
    }
    return Plan("drawn", "A plan for trying laws on", period="2024-01-01/2025-12-31", **lists)


def _indicator(id: str, one: dict[str, Any]) -> Indicator:
    kind, is_text = one["kind"], one["kind"] == "text"
    last, before = ("2025-12", "2023-12") if one["is_monthly"] else ("2025-Q4", "2023-Q4")
    low, high = (0, 3) if kind == "ordinal" else (10, 20)
    start, goal = (low, high) if one["better"] == "higher" else (high, low)
    return Indicator(
        id,
        f"Indicator {id}",
        measures=one["element"],
        unit=_UNITS.get(kind, "incident"),
        kind=kind,
        better="neutral" if is_text else one["better"],
        baseline=() if is_text else Baseline(start, before),
        targets=() if is_text else Target(goal, last),
        levels=_LEVELS if kind == "ordinal" else (),
        dimensions=("sex", "actor") if one["is_broken_down"] else (),
        frequency="month" if one["is_monthly"] else "quarter",
        nil=one["nil"],
        weight=one["weight"],
    )


def _keys(plan: Plan, indicator: Indicator, length: int) -> list[tuple[str, str]]:
    """Return the returns that may be there: place and period."""
    periods = (_MONTHS if indicator.frequency == "month" else _QUARTERS)[:length]
    towns = [place.id for place in plan.places if place.level == "town"]
    return list(itertools.product(towns, periods))


def _return(
    plan: Plan, indicator: Indicator, key: tuple[str, str], margin: str, with_missing: bool, with_vintages: bool
) -> st.SearchStrategy[list[Row]]:
    """Return a strategy for the rows of one return: every member of its margin, and perhaps anew later."""
    members = plan.dimension(margin).vocabulary if margin else ("",)
    where = [{"indicator": indicator.id, "place": key[0], "period": key[1], margin or "sex": m} for m in members]
    value = _value(indicator)
    if with_missing:
        silent = st.sampled_from(words(MissingReason)).map(lambda reason: {"reason": reason})
        value = st.one_of(value, value, value, silent)
    vintages = st.sampled_from([1, 1, 1, 2]) if with_vintages else st.just(1)
    return vintages.flatmap(
        lambda count: st.tuples(*[value] * (count * len(where))).map(
            lambda values: [
                {**where[n % len(where)], **one, "recorded_at": _FIRST if n < len(where) else _LATER}
                for n, one in enumerate(values)
            ]
        )
    )


def _value(indicator: Indicator) -> st.SearchStrategy[Row]:
    """Return a strategy for what a row says; numbers are whole, or whole parts of a ratio or a mean."""
    if indicator.kind == "text":
        return st.sampled_from(["calm", "tense"]).map(lambda text: {"text": text})
    if indicator.kind == "ordinal":
        return st.integers(0, len(_LEVELS) - 1).map(lambda level: {"value": level})
    if indicator.kind in ("ratio", "mean"):
        return st.tuples(st.integers(0, 40), st.integers(1, 40)).map(
            lambda parts: {"numerator": min(parts), "denominator": max(parts)}
        )
    return st.integers(0, 60).map(lambda value: {"value": value})
