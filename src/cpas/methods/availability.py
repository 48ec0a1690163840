"""Whether enough of a node's parts is present to say anything about the whole."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Values, as_given
from cpas.methods._refusals import finite, refuse_where
from cpas.methods.means import lined_up

__all__ = ["availability", "if_available"]


def availability(values: ArrayLike, weights: ArrayLike | None = None, *, axis: int = 0) -> Values:
    """Share of the weight that is present, 0 to 1.

    ``Σ_{present} w / Σ w``

    Parameters
    ----------
    values, weights, axis
        As in :func:`~cpas.methods.means.arithmetic`.

    Returns
    -------
    float or array
        Never missing: nothing present is 0.

    Notes
    -----
    Methodology §6.13. For a whole level of a graph, :func:`~cpas.methods.combine.segment_coverage`.

    Examples
    --------
    >>> availability([80, None, 20, 50])
    0.75
    """
    scores, heavy = lined_up(values, weights, axis)
    return as_given(np.where(np.isnan(scores), 0.0, heavy).sum(axis=0) / heavy.sum(axis=0))


def if_available(score: ArrayLike, *, share: ArrayLike, minimum: float) -> Values:
    """Return `score` where at least `minimum` of its parts was present, and missing elsewhere.

    Parameters
    ----------
    score : float or array
        Combined from what was present.
    share : float or array
        The :func:`availability` behind it, 0 to 1.
    minimum : float
        The least share, 0 to 1; a share equal to it is enough.

    Raises
    ------
    MethodError
        If a share or the minimum is not between 0 and 1.

    Notes
    -----
    Methodology §6.13. SDSN gives no index where more than 20 % of the data are missing (minimum 0.8, Sustainable
    Development Report 2019); COINr calls it the data availability threshold.

    Examples
    --------
    >>> if_available([61.5, 48.0], share=[0.8, 0.75], minimum=0.8)
    array([61.5,  nan])
    """
    if not 0 <= minimum <= 1:
        raise MethodError(f"The least availability is a share between 0 and 1, not {minimum!r}.", minimum=minimum)
    present = finite(share, what="share")
    refuse_where((present < 0) | (present > 1 + 1e-12), present, what="share", why="is not between 0 and 1")
    enough = present >= minimum - 1e-12  # 4 of 5 is 0.8, however it was added up
    return as_given(np.where(enough, finite(score, what="score"), np.nan))
