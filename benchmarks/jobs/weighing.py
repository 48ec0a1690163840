"""Normalise and weigh 1,000 units by 100 indicators: min–max, some of them lower is better, weighted sum."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.contenders import Contender, Job, Numbers

__all__ = ["JOB"]


def _matrix(data: Any) -> Any:
    rng = np.random.default_rng(4)
    weights = rng.uniform(0.2, 1, 100)
    return rng.lognormal(3, 1, (1000, 100)), weights / weights.sum(), np.where(rng.random(100) < 0.3, -1, 1)


def _numpy(state: Any) -> Any:
    values, weights, sign = state
    low, high = values.min(axis=0), values.max(axis=0)
    scaled = (values - low) / (high - low)
    return np.where(sign > 0, scaled, 1 - scaled) @ weights


def _cpas(state: Any) -> Any:
    from cpas.methods import combine, normalise

    values, weights, sign = state
    worst, best = values.min(axis=0), values.max(axis=0)
    worst, best = np.where(sign > 0, worst, best), np.where(sign > 0, best, worst)
    scores = normalise.goalposts(values, worst=worst, best=best)
    return combine.segment_combine("arithmetic", scores.T, weights, [0])[0] / 100


def _pymcdm(state: Any) -> Any:
    """Return the weighted sum as its users ask for it: with the checks of what is given, as `cpas` makes them."""
    from pymcdm.methods import WSM
    from pymcdm.normalizations import minmax_normalization

    return WSM(normalization_function=minmax_normalization)(*state)


def _pymcdm_unchecked(state: Any) -> Any:
    """Return the same from its parts, nothing checked: beside that, not against it."""
    from pymcdm.helpers import normalize_matrix
    from pymcdm.normalizations import minmax_normalization

    values, weights, sign = state
    return normalize_matrix(values, minmax_normalization, sign) @ weights


def _skcriteria(state: Any) -> Any:
    from skcriteria import mkdm
    from skcriteria.agg.simple import WeightedSumModel
    from skcriteria.pipeline import mkpipe
    from skcriteria.preprocessing.invert_objectives import NegateMinimize
    from skcriteria.preprocessing.scalers import MinMaxScaler

    values, weights, sign = state
    pipe = mkpipe(NegateMinimize(), MinMaxScaler(target="matrix"), WeightedSumModel())
    return pipe.evaluate(mkdm(values, sign.tolist(), weights=weights)).e_.score


def _numbers(state: Any, result: Any) -> Numbers:
    return {"score": np.asarray(result, dtype=np.float64)}


JOB = Job(
    title="Normalise and weigh 1,000 × 100",
    contenders={
        "numpy": Contender(_matrix, _numpy, _numbers, repeats=20),
        "cpas": Contender(_matrix, _cpas, _numbers, repeats=20),
        "pymcdm": Contender(_matrix, _pymcdm, _numbers, repeats=20),
        "pymcdm, its parts unchecked": Contender(_matrix, _pymcdm_unchecked, _numbers, repeats=20),
        "scikit-criteria": Contender(_matrix, _skcriteria, _numbers, repeats=20),
    },
    sizes=("S",),
    goals={"numpy": 2.0, "pymcdm": 1 / 7, "scikit-criteria": 1 / 7},
)
