"""The Analytic Hierarchy Process: weights from comparing two things at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cpas.errors import MethodError
from cpas.methods._elementwise import Array
from cpas.methods._refusals import finite, refuse_where
from cpas.methods.effective import effective_weights

__all__ = [
    "RANDOM_INDEX",
    "RANDOM_INDEX_LATER",
    "Priorities",
    "analytic_hierarchy",
    "group_judgement",
    "pairwise_weights",
]

#: Saaty 1980: consistency index of random matrices, by number of items. One or two items are always consistent.
RANDOM_INDEX: Final[Mapping[int, float]] = MappingProxyType(
    {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
)
#: Saaty's later simulation, which Saaty 2008 and most software use.
RANDOM_INDEX_LATER: Final[Mapping[int, float]] = MappingProxyType(
    {1: 0.0, 2: 0.0, 3: 0.52, 4: 0.89, 5: 1.11, 6: 1.25, 7: 1.35, 8: 1.40, 9: 1.45, 10: 1.49}
)


class Priorities(NamedTuple):
    """What :func:`pairwise_weights` finds."""

    #: Weights of the items, adding up to 1.
    weights: Array
    #: λmax, the principal eigenvalue: equal to the number of items where judgements are consistent, else above.
    eigenvalue: float
    #: CI = (λmax - n) / (n - 1).
    consistency_index: float
    #: CR = CI / RI; missing where there is no random index for so many items.
    consistency_ratio: float

    @property
    def consistent(self) -> bool:
        """Whether the consistency ratio is at most 0.10, Saaty's limit."""
        return self.consistency_ratio <= 0.10


def pairwise_weights(comparisons: ArrayLike, *, random_index: Mapping[int, float] = RANDOM_INDEX) -> Priorities:
    """Weights from a matrix of pairwise comparisons, by its principal eigenvector.

    ``A w = λmax w``; ``CI = (λmax - n) / (n - 1)``; ``CR = CI / RI``.

    Parameters
    ----------
    comparisons : array, items × items
        ``a_ij``: how many times as important i is as j, usually from 1/9 to 9. ``a_ji = 1 / a_ij`` (0.33 for 1/3
        will do), 1 on the diagonal.
    random_index : mapping
        Number of items to RI: :data:`RANDOM_INDEX` or :data:`RANDOM_INDEX_LATER`.

    Returns
    -------
    Priorities
        Inconsistent judgements are returned too, with ``consistent`` false: ask again before using them.

    Raises
    ------
    MethodError
        If the matrix is not square and reciprocal, or a judgement is missing or not above zero.

    Notes
    -----
    Methodology §5.3. Saaty 1980, The Analytic Hierarchy Process; Saaty 2008 (Int. J. Services Sciences 1).

    Examples
    --------
    >>> found = pairwise_weights([[1, 3, 5], [1/3, 1, 3], [1/5, 1/3, 1]])
    >>> found.weights.round(4), round(found.eigenvalue, 4), round(found.consistency_ratio, 4)
    (array([0.637 , 0.2583, 0.1047]), 3.0385, 0.0332)
    """
    matrix = _reciprocal(comparisons)
    items = len(matrix)
    values, vectors = np.linalg.eig(matrix)
    principal = int(np.argmax(values.real))
    weights = np.abs(vectors[:, principal].real)
    largest = float(values[principal].real)
    index = max(0.0, (largest - items) / (items - 1)) if items > 1 else 0.0
    return Priorities(
        weights=weights / weights.sum(),
        eigenvalue=largest,
        consistency_index=index,
        consistency_ratio=_ratio(index, random_index.get(items, np.nan)),
    )


def _ratio(index: float, random: float) -> float:
    return index / random if random != 0 else 0.0


def _reciprocal(comparisons: ArrayLike) -> Array:
    matrix = finite(comparisons, what="judgement")
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not matrix.size:
        raise MethodError(f"Comparisons come as items × items, not in an array of shape {matrix.shape}.")
    refuse_where(~(matrix > 0), matrix, what="judgement", why="is missing or not above zero: compare every pair")
    refuse_where(
        np.abs(matrix * matrix.T - 1) > 0.011,  # 0.33 written for 1/3 is 0.01 off
        matrix,
        what="judgement",
        why="is not the inverse of its mirror: a_ji is 1 / a_ij",
    )
    return matrix


def group_judgement(comparisons: Sequence[ArrayLike]) -> Array:
    """Judgements of a group: the geometric mean of its members', which alone keeps them reciprocal.

    Parameters
    ----------
    comparisons : sequence of arrays, items × items
        One matrix a member.

    Returns
    -------
    array, items × items
        To give to :func:`pairwise_weights`.

    Raises
    ------
    MethodError
        If there is no matrix, one is not reciprocal, or they compare different numbers of items.

    Notes
    -----
    Methodology §5.3. Aczél and Saaty 1983 (Journal of Mathematical Psychology 27).

    Examples
    --------
    >>> group_judgement([[[1, 4], [1/4, 1]], [[1, 1], [1, 1]]])
    array([[1. , 2. ],
           [0.5, 1. ]])
    """
    members = [_reciprocal(matrix) for matrix in comparisons]
    if len({matrix.shape for matrix in members}) != 1:
        raise MethodError("A group judges at least once, and all its members the same items.")
    return np.asarray(np.exp(np.mean(np.log(members), axis=0)))


def analytic_hierarchy(
    judgements: Mapping[str, tuple[Sequence[str], ArrayLike]], *, random_index: Mapping[int, float] = RANDOM_INDEX
) -> dict[str, dict[str, float]]:
    """Weights of the leaves of a hierarchy of any depth, at each of its nodes.

    Parameters
    ----------
    judgements : mapping
        Node to its children and their comparisons.
    random_index : mapping
        As in :func:`pairwise_weights`.

    Returns
    -------
    dict
        Node to leaf to weight: the product of local weights along the way, added over all ways.

    Raises
    ------
    MethodError
        If a matrix does not fit its children, or the hierarchy forms a loop.

    Notes
    -----
    Methodology §5.3. Saaty 1980: global priorities.

    Examples
    --------
    >>> analytic_hierarchy({
    ...     "goal": (["safety", "access"], [[1, 3], [1/3, 1]]),
    ...     "safety": (["incidents", "trust"], [[1, 1], [1, 1]]),
    ... })["goal"]
    {'incidents': 0.375, 'trust': 0.375, 'access': 0.25}
    """
    local = {}
    for node, (children, matrix) in judgements.items():
        weights = pairwise_weights(matrix, random_index=random_index).weights
        if len(children) != len(weights):
            raise MethodError(
                f"Node {node!r} has {len(children)} children, but {len(weights)} are compared.", node=node
            )
        local[node] = dict(zip(children, weights.tolist(), strict=True))
    return effective_weights(local)
