"""Which way a value of an indicator becomes a score, and the ways by its own cut points.  Methodology §9.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods import normalise
from cpas.methods._elementwise import Values
from cpas.model import Indicator, Methodology

__all__ = ["NORMALISATIONS", "by_cut_points", "normalisation_of"]

#: The function behind each word of a methodology.
NORMALISATIONS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType(
    {
        "progress": normalise.linear_progress,
        "goalposts": normalise.goalposts,
        "band": normalise.band,
        "thresholds": normalise.thresholds,
        "categories": normalise.categories,
    }
)
#: What an indicator must say of itself for each of them.
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "progress": (),
        "goalposts": ("goalposts",),
        "band": ("band",),
        "thresholds": ("goalposts", "cuts"),
        "categories": ("cuts",),
    }
)


def normalisation_of(indicator: Indicator, methodology: Methodology) -> str:
    """Return the way a value of an indicator becomes a score.

    What the methodology says of this indicator; else its default, where that goes by the indicator's own cut points and
    it has some; else what the plan gives: goalposts, a band, or a baseline and a target.

    Raises
    ------
    MethodError
        If the methodology says of this indicator what it has not the fields for.

    Notes
    -----
    Methodology §9.2.

    Examples
    --------
    >>> life = Indicator("I", "Life expectancy", measures=(), unit="year", kind="mean", better="higher",
    ...                  goalposts=(20, 85))
    >>> normalisation_of(life, Methodology("m", "1"))
    'goalposts'
    """
    said: str | None = methodology.said(indicator.id, "normalise")
    if said is not None:
        lacking = [name for name in _NEEDS[said] if not getattr(indicator, name)]
        if lacking:
            raise MethodError(
                f"Methodology {methodology.name!r} scores {indicator.id!r} by {said}, but the plan gives it no "
                f"{' and no '.join(lacking)}.",
                indicator=indicator.id,
            )
        return said
    default = methodology.normalise
    if default in ("thresholds", "categories") and all(getattr(indicator, name) for name in _NEEDS[default]):
        return default
    return "goalposts" if indicator.goalposts else "band" if indicator.band else "progress"


def by_cut_points(value: ArrayLike, indicator: Indicator, method: str) -> Values:
    """Return scores by an indicator's own cut points, evenly spaced from 0 to 100.

    ``z = 100 k / n`` at cut point k of n steps; straight between them, or a step each.

    Parameters
    ----------
    value : float or array
        In the indicator's own unit.
    indicator : Indicator
        With cut points; for ``thresholds`` also with goalposts, which are the ends.
    method : str
        ``thresholds``, straight between the cut points; or ``categories``, one step each.

    Raises
    ------
    MethodError
        If the cut points do not run from the worst goalpost to the best.

    Notes
    -----
    Methodology §9.2. The points are evenly spaced, as 0-1-2-3 of the SDG dashboards (cpas extension).

    Examples
    --------
    Poverty at $1.90 a day has worst 72.6, red 13, green 2 and best 0 (Sustainable Development Report 2019).

    >>> poverty = Indicator("sdg1_wpc", "Poverty", measures=(), unit="%", kind="ratio", better="lower",
    ...                     goalposts=(72.6, 0), cuts=(13, 2))
    >>> by_cut_points([72.6, 7.5, 0], poverty, "thresholds").round(6)
    array([  0.,  50., 100.])
    >>> by_cut_points([72.6, 7.5, 0], poverty, "categories")
    array([  0.,  50., 100.])
    """
    is_lower = indicator.better == "lower"
    cuts = tuple(sorted(indicator.cuts, reverse=is_lower))
    if method == "thresholds" and indicator.goalposts is not None:
        ends = (indicator.goalposts[0], *cuts, indicator.goalposts[1])
        return normalise.thresholds(value, cuts=ends, points=np.linspace(0, 100, len(ends)).tolist())
    # One cut point alone says nothing of its direction; turned, all of them rise.
    sign = -1.0 if is_lower else 1.0
    points = np.linspace(0, 100, len(cuts) + 1).tolist()
    return normalise.categories(
        sign * np.asarray(value, dtype=np.float64), cuts=[sign * c for c in cuts], points=points
    )
