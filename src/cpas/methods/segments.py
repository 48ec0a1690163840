"""The means of one node and of a whole level of a graph, by one rule each.

The rows of `values` are edges, sorted by parent; `starts` says where each parent begins.
:mod:`cpas.methods.combine` explains the rules, and hands these functions out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cpas.errors import MethodError, did_you_mean
from cpas.methods._elementwise import Array
from cpas.methods._refusals import Mask, finite, refuse_where

__all__ = [
    "COMBINATIONS",
    "PARAMETERS",
    "checked_weights",
    "segment_combine",
    "segment_coverage",
    "segment_maximum",
    "segment_minimum",
]

Starts: TypeAlias = NDArray[np.intp]
#: Numbers of a table that are worked on at a time, where it is wide: about what a processor keeps at hand.
_BLOCK: Final = 1 << 15


def _arithmetic(values: Array, weights: Array, starts: Starts) -> Array:
    return _divided(_weighted_sums(values, weights, starts), np.add.reduceat(weights, starts, axis=0))


def _weighted_sums(values: Array, weights: Array, starts: Starts) -> Array:
    """Return ``Σ w z`` of each parent, some columns at a time: a second large table would cost more than the sums."""
    table, heavy = (array.reshape(len(values), -1) for array in (values, weights))
    sums = np.empty((len(starts), table.shape[1]))
    step = max(_BLOCK // len(values), 8)
    for some in (slice(first, first + step) for first in range(0, table.shape[1], step)):
        weighted = (heavy[:, some] if heavy.shape[1] > 1 else heavy) * table[:, some]
        np.add.reduceat(weighted, starts, axis=0, out=sums[:, some])
    return sums.reshape(len(starts), *values.shape[1:])


def _geometric(values: Array, weights: Array, starts: Starts) -> Array:
    refuse_where(values < 0, values, what="score", why="has no geometric mean: clip it at 0, or combine otherwise")
    with np.errstate(divide="ignore"):
        logs = np.where(weights > 0, np.log(values), 0.0)  # a zero becomes -inf, and its parent zero
    total = partial(np.add.reduceat, indices=starts, axis=0)
    weighted = np.where(weights > 0, weights * logs, 0.0)
    return np.asarray(np.exp(_divided(total(weighted), total(weights))))


def _harmonic(values: Array, weights: Array, starts: Starts) -> Array:
    refuse_where(values < 0, values, what="score", why="has no harmonic mean: clip it at 0, or combine otherwise")
    total = partial(np.add.reduceat, indices=starts, axis=0)
    # A zero, or what is as good as one, becomes infinite here, and its parent zero.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        parts = np.where(weights > 0, weights / values, 0.0)
        return np.asarray(1 / _divided(total(parts), total(weights)))


def _minimum(values: Array, weights: Array, starts: Starts) -> Array:
    return np.asarray(np.fmin.reduceat(np.where(weights > 0, values, np.nan), starts, axis=0))


def _median(values: Array, weights: Array, starts: Starts) -> Array:
    ends = np.append(starts[1:], len(values))
    weights = np.broadcast_to(weights, values.shape)
    parents = [_one_median(values[a:b], weights[a:b]) for a, b in zip(starts, ends, strict=True)]
    return np.stack(parents) if parents else values[:0]


def _one_median(values: Array, weights: Array) -> Array:
    order = np.argsort(np.where(weights > 0, values, np.inf), axis=0, kind="stable")
    ranked, heavy = np.take_along_axis(values, order, axis=0), np.take_along_axis(weights, order, axis=0)
    below, half = np.cumsum(heavy, axis=0), heavy.sum(axis=0) / 2
    # Half of the weight is met exactly only up to rounding: two neighbours then share the middle.
    lower = np.argmax(below >= half * (1 - 1e-12), axis=0)
    upper = np.argmax(below > half * (1 + 1e-12), axis=0)
    low = np.take_along_axis(ranked, lower[np.newaxis], axis=0)[0]
    high = np.take_along_axis(ranked, upper[np.newaxis], axis=0)[0]
    return np.where(half > 0, low + (high - low) / 2, np.nan)


def _generalised(values: Array, weights: Array, starts: Starts, power: float) -> Array:
    if np.isinf(power):
        sign = 1.0 if power < 0 else -1.0
        return sign * _minimum(sign * values, weights, starts)
    if abs(power) < 1e-12:  # the limit, which the formula itself reaches only by rounding
        return _geometric(values, weights, starts)
    refuse_where(values < 0, values, what="score", why="has no generalised mean: clip it at 0, or combine otherwise")
    return _power_mean(values, weights, starts, power)


def _power_mean(values: Array, weights: Array, starts: Starts, power: float) -> Array:
    total = np.add.reduceat(weights, starts, axis=0)
    lengths = np.diff(np.append(starts, len(values)))
    with np.errstate(divide="ignore"):
        logs = np.where(weights > 0, np.log(np.where(weights > 0, values, 1.0)), -np.inf * np.sign(power))
    # Measured from the part that the power favours, no term of the sum can overflow.
    favoured = np.maximum.reduceat(logs, starts, axis=0) if power > 0 else np.minimum.reduceat(logs, starts, axis=0)
    anchor = np.repeat(favoured, lengths, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = weights / np.repeat(total, lengths, axis=0)
        terms = np.where(weights > 0, shares * np.expm1(power * (logs - anchor)), 0.0)
        mean = np.exp(favoured + np.log1p(np.add.reduceat(terms, starts, axis=0)) / power)
    return np.where(total > 0, np.where(favoured == -np.inf, 0.0, mean), np.nan)


def _mean_min(values: Array, weights: Array, starts: Starts, alpha: float) -> Array:
    return (1 - alpha) * _arithmetic(values, weights, starts) + alpha * _minimum(values, weights, starts)


def _divided(above: Array, below: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)


_Rule: TypeAlias = Callable[[Array, Array, Starts], Array]

_RULES: Final[dict[str, _Rule]] = {
    "arithmetic": _arithmetic,
    "geometric": _geometric,
    "harmonic": _harmonic,
    "median": _median,
    "minimum": _minimum,
}
_RULES_BY_NUMBER: Final[dict[str, Callable[[Array, Array, Starts, float], Array]]] = {
    "generalised": _generalised,
    "mean_min": _mean_min,
}
#: The number that a rule needs beside scores and weights, by the name of the rule.
PARAMETERS: Final[Mapping[str, str]] = MappingProxyType({"generalised": "power", "mean_min": "alpha"})
#: Names of the rules that :func:`segment_combine` knows.
COMBINATIONS: Final[tuple[str, ...]] = (*_RULES, *_RULES_BY_NUMBER)


def segment_combine(
    method: str, values: ArrayLike, weights: ArrayLike, starts: ArrayLike, *, parameter: float | None = None
) -> Array:
    """Combine the edges of each parent, for every column at once.

    Parameters
    ----------
    method : str
        One of :data:`COMBINATIONS`.
    values : array, edges × columns
        Sorted by parent. A missing one drops out of its parent's column.
    weights : array, edges (or edges × columns)
        Not negative. A parent must have some weight.
    starts : array of int
        Where each parent begins: rising, from 0, as for :meth:`numpy.ufunc.reduceat`.
    parameter : float, optional
        The number of :data:`PARAMETERS` that the method needs: the power of ``generalised``, the alpha of ``mean_min``.

    Returns
    -------
    array, parents × columns
        Missing where nothing of positive weight is present.

    Raises
    ------
    MethodError
        If the method is unknown or lacks its parameter, a parent has no edges, weights are negative, missing or all
        zero, or a value is out of the method's range.

    Notes
    -----
    Methodology §6.1. The rule for each parent is that of the function of the method's name.

    Examples
    --------
    >>> segment_combine("arithmetic", [[80.0], [50.0], [20.0], [7.0]], [0.5, 0.3, 0.2, 1.0], [0, 3])
    array([[59.],
           [ 7.]])
    """
    rule = _rule(method, parameter)
    scores = np.asarray(values, dtype=np.float64)
    begin = _checked_starts(starts, len(scores))
    beside = _weights_beside(weights, scores.shape, begin)
    if not len(begin):
        return scores[:0]
    with np.errstate(invalid="ignore"):
        low, high = (extreme.reduceat(scores, begin, axis=0) for extreme in (np.minimum, np.maximum))
    # A lowest and a highest number say that no part is missing and none infinite: most blocks are done here.
    if np.isfinite(low).all() and np.isfinite(high).all() and (beside > 0).all():
        return _within(rule(scores, beside, begin), low, high)
    # A missing value takes part with no weight; 1 is in the range of every rule.
    taking_part = np.where(np.isnan(finite(scores, what="score")), 0.0, beside)
    filled, there = (np.where(taking_part > 0, scores, other) for other in (1.0, np.nan))
    low, high = (extreme.reduceat(there, begin, axis=0) for extreme in (np.fmin, np.fmax))
    return _within(rule(filled, taking_part, begin), low, high)


def _within(whole: Array, low: Array, high: Array) -> Array:
    """Rounding must not carry a whole beyond its parts: a hundred everywhere is a hundred."""
    return np.asarray(np.clip(whole, low, high))


def _rule(method: str, parameter: float | None) -> _Rule:
    if method not in COMBINATIONS:
        raise MethodError(
            f"No way to combine is called {method!r}.{did_you_mean(method, COMBINATIONS)} "
            f"Known: {', '.join(COMBINATIONS)}.",
            method=method,
        )
    if method in _RULES:
        return _RULES[method]
    name = PARAMETERS[method]
    if parameter is None or np.isnan(parameter):
        raise MethodError(f"To combine by {method!r} takes a number, its {name}: none is given.", method=method)
    if method == "mean_min" and not 0 <= parameter <= 1:
        raise MethodError(f"Alpha is a share between 0 (mean) and 1 (minimum), not {parameter!r}.", alpha=parameter)
    numbered, number = _RULES_BY_NUMBER[method], float(parameter)
    return lambda values, weights, starts: numbered(values, weights, starts, number)


def segment_coverage(present: ArrayLike, weights: ArrayLike, starts: ArrayLike) -> Array:
    """Share of each parent's weight that is present, 0 to 1.

    Parameters
    ----------
    present : array, edges × columns
        Whether a value is there; or, further up, the coverage of the child itself, 0 to 1, so that shares of
        shares multiply along the way. A missing share counts as none.
    weights, starts : array
        As in :func:`segment_combine`.

    Returns
    -------
    array, parents × columns
        Never missing.

    Notes
    -----
    Methodology §6.13. SDSN gives no score where more than 20 % of the data are missing; the recursion is a
    cpas extension.

    Examples
    --------
    >>> segment_coverage([[1.0, 0.5], [0.0, 1.0]], [3.0, 1.0], [0])
    array([[0.75 , 0.625]])
    """
    shares = np.nan_to_num(np.asarray(present, dtype=np.float64), nan=0.0)
    refuse_where((shares < 0) | (shares > 1), shares, what="coverage", why="is not a share between 0 and 1")
    begin = _checked_starts(starts, len(shares))
    beside = _weights_beside(weights, shares.shape, begin)
    return _arithmetic(shares, beside, begin) if len(begin) else shares[:0]


def segment_minimum(values: ArrayLike, starts: ArrayLike) -> Array:
    """Lowest value present of each parent, whatever its weight; missing where none is present.

    Notes
    -----
    Methodology §6.6.

    Examples
    --------
    >>> segment_minimum([[3.0], [1.0], [np.nan]], [0, 2])
    array([[ 1.],
           [nan]])
    """
    return _extreme(np.fmin, values, starts)


def segment_maximum(values: ArrayLike, starts: ArrayLike) -> Array:
    """Highest value present of each parent, whatever its weight; with the lowest it gives the dispersion.

    Notes
    -----
    Methodology §6.6.

    Examples
    --------
    >>> segment_maximum([[3.0], [1.0], [np.nan]], [0, 2])
    array([[ 3.],
           [nan]])
    """
    return _extreme(np.fmax, values, starts)


def _extreme(rule: np.ufunc, values: ArrayLike, starts: ArrayLike) -> Array:
    scores = finite(values, what="score")
    begin = _checked_starts(starts, len(scores))
    return np.asarray(rule.reduceat(scores, begin, axis=0)) if len(begin) else scores[:0]


def _checked_starts(starts: ArrayLike, edges: int) -> Starts:
    begin = np.asarray(starts, dtype=np.intp)
    # reduceat would give a parent without edges the first value of its neighbour, without a word.
    rising = np.all(np.diff(begin) > 0) and (begin[-1] < edges if len(begin) else edges == 0)
    if begin.ndim != 1 or not rising or (len(begin) and begin[0] != 0):
        raise MethodError(
            f"Parents must begin at 0 and rise below {edges} edges, each with at least one edge: "
            "leave out parents without children.",
            edges=edges,
        )
    return begin


def checked_weights(weights: ArrayLike, shape: tuple[int, ...], starts: Starts) -> Array:
    """Return `weights` in `shape`: not negative, none missing, some for every parent.

    Examples
    --------
    >>> checked_weights([2, 1], (2, 2), np.array([0]))
    array([[2., 2.],
           [1., 1.]])
    """
    return np.asarray(np.broadcast_to(_weights_beside(weights, shape, starts), shape))


def _weights_beside(weights: ArrayLike, shape: tuple[int, ...], starts: Starts) -> Array:
    """Return `weights`, checked, so that they broadcast to `shape`: one number for an edge stays one."""
    given = finite(weights, what="weight")
    if given.shape not in {shape, shape[:1]}:
        raise MethodError(
            f"{shape[0]} values to combine, but weights of shape {given.shape}: give one for each.",
            expected=shape[0],
            shape=given.shape,
        )
    bad: Mask = np.isnan(given) | (given < 0)
    refuse_where(bad, given, what="weight", why="cannot be used: give a number that is not negative")
    given = given.reshape(given.shape + (1,) * (len(shape) - given.ndim))
    if len(starts):
        sums = np.add.reduceat(given, starts, axis=0)
        refuse_where(sums <= 0, sums, what="sum of weights", why="leaves nothing to combine: weigh at least one part")
    return given
