"""Observations as they were known at a moment, bound to a plan that may be another than their own.

For comparing assessments: each step changes one thing, so the data of one plan must be read by the other.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd

from cpas.model import Plan
from cpas.tables.given import Given
from cpas.tables.intake import take_in
from cpas.tables.observations import Observations
from cpas.tables.rows import moment

__all__ = ["known_at", "rebound", "with_arrivals"]


def known_at(observations: Observations, as_of: datetime | None, *, first: bool = False) -> pd.DataFrame:
    """Return one row per cell as it was known at a moment: the latest vintage, or the first.

    Parameters
    ----------
    observations : Observations
        With all vintages.
    as_of : datetime, optional
        Rows recorded later are left out; nothing leaves none out.
    first : bool
        Keep the first vintage of each cell in place of the latest.
    """
    store = observations.store
    picked = store.pick(as_of=None if as_of is None else moment(as_of), first=first)
    picked = picked[~store.is_withdrawn[picked]]
    frame = observations.frame.iloc[picked].copy()
    frame["recorded_at"] = None
    return frame


def with_arrivals(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Return the earlier rows, and those of the later ones whose cell had no value before.

    Parameters
    ----------
    earlier, later : DataFrame
        From `known_at`.
    """
    keys = _keys(earlier.columns, later.columns)
    said = earlier[_has_value(earlier)]
    known = set(map(tuple, said[keys].fillna("").to_numpy().tolist()))
    fresh = np.array([tuple(key) not in known for key in later[keys].fillna("").to_numpy().tolist()], dtype=bool)
    return pd.concat([said, later[fresh]], ignore_index=True)


def _keys(one: pd.Index[str], other: pd.Index[str]) -> list[str]:
    """Return the columns that say which cell a row is for: indicator, period, place and the dimensions."""
    before_value = [list(columns)[: list(columns).index("value")] for columns in (one, other)]
    return [name for name in before_value[0] if name in before_value[1]]


def _has_value(frame: pd.DataFrame) -> pd.Series[bool]:
    found: pd.Series[bool] = frame[["value", "denominator", "low", "text"]].notna().any(axis=1)
    return found


def rebound(frame: pd.DataFrame, plan: Plan, observations: Observations) -> Observations:
    """Return rows read by a plan; what the plan does not know is left out.

    Parameters
    ----------
    frame : DataFrame
        From `known_at` or `with_arrivals`.
    plan : Plan
        The plan to read them by.
    observations : Observations
        Where they come from: its coverage holds.
    """
    dimensions = {dimension.id for dimension in plan.dimensions}
    own = {dimension.id for dimension in observations.plan.dimensions}
    kept = frame[[name for name in frame.columns if name not in own - dimensions]]
    return take_in(Given.of_frame(kept.reset_index(drop=True)), plan, on_fault="drop", coverage=observations.coverage)
