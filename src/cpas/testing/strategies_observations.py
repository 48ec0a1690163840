"""Hypothesis strategy for rows of observations that a plan can take in."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from cpas.choices import ADDITIVE, MissingReason, Sensitivity, words
from cpas.model import Indicator, Plan
from cpas.periods import Frequency
from cpas.testing.strategies_periods import periods

__all__ = ["observation_rows"]

Row = dict[str, Any]

_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=12
).map(str.strip)
_DAYS = st.none() | st.dates(date(2024, 1, 1), date(2025, 12, 31)).map(date.isoformat)
_FREQUENCIES: tuple[Frequency, ...] = ("month", "quarter", "year")


def observation_rows(plan: Plan, *, max_size: int = 12) -> st.SearchStrategy[list[Row]]:
    """Return a strategy for rows that are without a fault against a plan: every kind, vintages, missing values.

    Parameters
    ----------
    plan : Plan
        With at least one indicator.
    max_size : int
        The most rows.

    Examples
    --------
    >>> from hypothesis import find
    >>> plan = Plan("p", "t", indicators=[
    ...     Indicator("I01", "Killed", measures=(), unit="person", kind="flow", better="lower")])
    >>> find(observation_rows(plan), lambda rows: len(rows) == 1)[0]["indicator"]
    'I01'
    """
    one = st.sampled_from(plan.indicators).flatmap(lambda indicator: _row(plan, indicator))
    return st.lists(one, max_size=max_size, unique_by=lambda row: _key(plan, row))


def _key(plan: Plan, row: Row) -> tuple[Any, ...]:
    columns = ["indicator", "period", "place", *(d.id for d in plan.dimensions), "recorded_at"]
    return tuple(row.get(column) or (plan.root if column == "place" else "") for column in columns)


def _row(plan: Plan, indicator: Indicator) -> st.SearchStrategy[Row]:
    where: dict[str, st.SearchStrategy[Any]] = {
        "indicator": st.just(indicator.id),
        "period": periods([indicator.frequency] if indicator.frequency else _FREQUENCIES).map(str),
        "place": st.sampled_from(["", plan.root, *(place.id for place in plan.places)]),
        "recorded_at": _DAYS,
        "source": st.just("") | _TEXTS,
        "note": st.just("") | _TEXTS,
        "sensitivity": st.sampled_from(["", *words(Sensitivity)]),
    }
    for dimension in plan.dimensions:
        if dimension.id in indicator.dimensions:
            where[dimension.id] = st.sampled_from(["", *dimension.vocabulary])
    return st.tuples(st.fixed_dictionaries(where), _answer(indicator)).map(lambda both: {**both[0], **both[1]})


def _answer(indicator: Indicator) -> st.SearchStrategy[Row]:
    """A value, or a reason why there is none, or that an earlier row is taken back."""
    silent = st.sampled_from(words(MissingReason)).map(lambda reason: {"reason": reason})
    withdrawn = st.just({"status": "withdrawn"})
    return st.one_of(_value(indicator), _value(indicator), silent, withdrawn)


def _value(indicator: Indicator) -> st.SearchStrategy[Row]:
    status = st.sampled_from(["", "provisional", "verified", "revised"])
    if indicator.kind == "text":
        return st.fixed_dictionaries({"text": _TEXTS.filter(bool), "status": status})
    if indicator.kind == "ordinal":
        return st.fixed_dictionaries({"value": st.integers(0, len(indicator.levels) - 1), "status": status})
    plain = st.fixed_dictionaries({"value": st.floats(0, 1e9), "status": status})
    if indicator.kind in ADDITIVE:
        bounds = st.fixed_dictionaries({"low": st.floats(0, 10), "high": st.floats(10, 20)})
        return st.one_of(plain, bounds, st.just({"status": "nil"}), st.just({"value": 0}))
    if indicator.kind in ("ratio", "mean"):
        parts = {"numerator": st.floats(0, 1e6), "denominator": st.floats(1e-3, 1e6)}
        return st.one_of(plain, st.fixed_dictionaries(parts))
    return plain
