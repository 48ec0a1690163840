"""The content hash of an assessment: the same input, the same hash.  Methodology §10."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

import attrs
import numpy as np

from cpas._version import __version__
from cpas.model import Judgement, Recommendation
from cpas.periods import Period
from cpas.tables.delivery import Delivery
from cpas.tables.observations import Observations
from cpas.tables.rows import moment
from cpas.tables.scores import Scores

__all__ = ["content_hash"]

_COLUMNS = ("indicator", "place", "period", "cell", "value", "numerator", "denominator", "low", "high", "recorded_at")


def content_hash(
    scores: Scores,
    at: Period,
    places: Iterable[int],
    delivery: Delivery | None,
    judgements: tuple[Judgement, ...],
    recommendations: tuple[Recommendation, ...],
) -> str:
    """Return a hash of all that went into an assessment.

    It covers the plan, the methodology, the request, the observations known at `as_of` in canonical order, delivery,
    judgements, recommendations, values that are assumed, and the version of the library.

    Notes
    -----
    SHA-256. Rows recorded after `as_of` do not count: what came later does not change what was assessed.
    """
    aggregates = scores.aggregates
    digest = hashlib.sha256()
    plan = attrs.astuple(scores.plan, recurse=False)
    for record in (plan, scores.methodology, aggregates.methodology, judgements, recommendations, str(at)):
        digest.update(repr(record).encode())
    digest.update(repr((aggregates.request.to_dict(), list(places), __version__)).encode())
    for piece in _known(aggregates.observations, None if aggregates.as_of is None else moment(aggregates.as_of)):
        digest.update(piece)
    if aggregates.assumed:
        said = [(row, repr(float(aggregates.cells.value[row]))) for row in sorted(aggregates.assumed)]
        digest.update(repr(said).encode())
    if delivery is not None:
        digest.update(repr(delivery.rows()).encode())
    return digest.hexdigest()


def _known(observations: Observations, as_of: int | None) -> Iterator[bytes]:
    """Yield the bytes of the rows known at a moment, in canonical order and numbered as in a store of their own."""
    store = observations.store
    known = store if as_of is None else store.take(np.flatnonzero(store.recorded_at <= as_of))
    periods, period = np.unique(known.period, return_inverse=True)
    cells, cell = np.unique(known.cell, return_inverse=True)
    yield repr([str(known.periods[n]) for n in periods]).encode()
    yield repr([known.cells[n] for n in cells]).encode()
    for name in _COLUMNS:
        column = {"period": period, "cell": cell}.get(name, getattr(known, name))
        kind = "<f8" if np.asarray(column).dtype.kind == "f" else "<i8"
        yield np.ascontiguousarray(column).astype(kind).tobytes()
    for name in ("status", "reason", "sensitivity"):
        yield getattr(known, name).astype("<i1").tobytes()
    yield repr({name: dict(sorted(some.items())) for name, some in sorted(known.texts.items())}).encode()
