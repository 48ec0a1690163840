"""Revisions: what was changed after it was known. Nothing is revised silently.  Methodology §3.10.1."""

from __future__ import annotations

import numpy as np

from cpas.tables.observations import Observations
from cpas.tables.reviews import Revisions

__all__ = ["revisions"]


def revisions(observations: Observations) -> Revisions:
    """List what changed in observations, when, and by how much.

    Parameters
    ----------
    observations : Observations
        With every vintage, as :func:`cpas.read_observations` keeps them.

    Returns
    -------
    Revisions
        One row for each row that changed what the row of the same indicator, period, place and group before it said:
        ``revised`` to another value, ``withdrawn``, or ``supplied`` where there was only a reason before. In the order
        of indicators, places, groups, periods and time.

    Notes
    -----
    Methodology §3.10.1. That a value was reported again as it was is no revision.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("unmiss")
    >>> changed = revisions(observed).frame
    >>> changed.loc[changed["period"] == "2020-Q3", ["before", "after"]].head(1).values.tolist()
    [[1223.0, 1271.0]]
    """
    store = observations.store
    keys = (store.indicator, store.place, store.cell, store.period)
    same = np.ones(max(len(store) - 1, 0), dtype=bool)
    for key in keys:
        same &= key[1:] == key[:-1]
    before, after = store.value[:-1], store.value[1:]
    had, has = ~np.isnan(before), ~np.isnan(after)
    revised = same & had & has & (before != after)
    withdrawn = same & had & ~has
    supplied = same & ~had & has
    rows = np.flatnonzero(revised | withdrawn | supplied)
    what = np.where(revised[rows], "revised", np.where(withdrawn[rows], "withdrawn", "supplied"))
    return Revisions(observations=observations, before=rows, after=rows + 1, what=tuple(what.tolist()))
