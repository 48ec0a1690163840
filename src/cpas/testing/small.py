"""Small plans and observations in a line each, for tests of what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cpas.io.observations import read_observations
from cpas.model import Indicator, Plan
from cpas.periods import Period
from cpas.tables.observations import Observations

__all__ = ["observe", "small_indicator"]


def small_indicator(id: str = "I", kind: str = "flow", **said: Any) -> Indicator:
    """Return an indicator of which a test says only what it is about.

    Examples
    --------
    >>> small_indicator(kind="ordinal").levels
    ('worst', 'bad', 'good', 'best')
    """
    usual: dict[str, Any] = {"measures": (), "unit": "%" if kind == "ratio" else "person", "better": "lower"}
    if kind == "ordinal":
        usual |= {"levels": ("worst", "bad", "good", "best"), "unit": "level", "better": "higher"}
    if kind in ("index", "text"):
        usual |= {"unit": "score"}
    return Indicator(id, id, kind=kind, **{**usual, **said})  # type: ignore[arg-type]  # a word of Kind


def observe(
    indicators: Indicator | Iterable[Indicator],
    rows: Iterable[Mapping[str, Any]],
    *,
    coverage: Period | str | None = None,
    **said: Any,
) -> Observations:
    """Return observations of a plan that has only these indicators.

    Parameters
    ----------
    indicators : Indicator or several
        The first is meant where a row names none.
    rows : iterable of mappings
        Cells by column name.
    coverage : Period or text, optional
        The time for which the source claims to be whole.
    **said
        Other fields of the plan.

    Examples
    --------
    >>> observe(small_indicator(), [{"period": "2025-Q1", "value": 3}])
    <Observations of plan 'p': 1 rows, 2025-Q1 to 2025-Q1>
    """
    some = (indicators,) if isinstance(indicators, Indicator) else tuple(indicators)
    plan = Plan("p", "Plan", indicators=some, **said)
    table = [{"indicator": some[0].id, "place": "", **row} for row in rows]
    return read_observations(table, plan, coverage=coverage)
