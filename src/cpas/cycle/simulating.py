"""Simulate: what scores and ratings may be where values and weights are not certain.  Methodology §9.10."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.cycle.assuming import made_before
from cpas.errors import RequestError, did_you_mean
from cpas.methods.diagnosis import rate_outcomes, scale_for
from cpas.methods.scoring.drawing import AT_ONCE, Chain, Inputs, chain_of, draw_blocks
from cpas.methods.scoring.made import Made
from cpas.methods.scoring.uncertain import inputs_at
from cpas.periods import Period, to_period
from cpas.scales import Scale
from cpas.tables.frames import words_of
from cpas.tables.remarks import Remark
from cpas.tables.scores import Scores
from cpas.tables.simulations import Simulations
from cpas.waiting import watched

__all__ = ["simulate"]

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
#: Scores of draws are kept to a 600th of a point, in which round cut points are whole numbers.
_PARTS: Final = 600
_NOISE: Final = 1 / (2 * _PARTS)
_RATED: Final = ("output", "outcome")


def simulate(
    scores: Scores,
    *,
    at: Period | str,
    place: str | None = None,
    draws: int = 10_000,
    spread: float | Mapping[str, float] = 0.0,
    errors: Mapping[str, float] | None = None,
    between: Literal["uniform", "triangular"] = "uniform",
    weights: float = 0.0,
    interval: float = 0.9,
    seed: int = 0,
    progress_bar: bool | None = None,
) -> Simulations:
    """Say what scores and ratings may be where values and weights are not certain, by drawing them many times.

    Parameters
    ----------
    scores : Scores
        From :func:`cpas.score`; where they are by group, all groups together are drawn.
    at : Period or text
        One of the periods scored.
    place : str, optional
        Id of the place; the root where none is given.
    draws : int
        How many times; each element takes two bytes a draw while they are made.
    spread : float or mapping
        Standard error as a share of the value, of all indicators or by id: 0.05 is 5 %. Drawn from a normal
        distribution.
    errors : mapping, optional
        Standard errors by id, in the indicator's own unit. Drawn from a normal distribution; they count before bounds,
        and bounds before `spread`.
    between : str
        How values with bounds are drawn between them: ``uniform``, or ``triangular`` with the value as its peak.
    weights : float
        Share by which each weight may be off, up or down: 0.25 draws it between 75 % and 125 % of itself.
    interval : float
        Share of the draws between `low` and `high`, half of the rest on either side.
    seed : int
        The same seed gives the same draws, on every machine.
    progress_bar : bool, optional
        Whether to show how far it is, once it takes a second; at a terminal and in a notebook where not said.

    Returns
    -------
    Simulations
        Columns ``id level period place score mean sd low median high rating probability likeliest``, one row per
        element that can have a score; and `probabilities`, one row per element and word of its scale.

    Raises
    ------
    RequestError
        If the period, the place or an indicator is unknown, or a number is out of its range.

    Notes
    -----
    Methodology §9.10. Errors of indicators are independent. What is missing stays missing in every draw, so coverage
    does not change; what was due stays as it is; delivery and contribution are not drawn.

    Examples
    --------
    >>> import cpas
    >>> plan, observed = cpas.datasets.load("kessara")
    >>> scores = cpas.score(cpas.aggregate(observed, by="quarter"))
    >>> simulated = simulate(scores, at="2025-Q2", spread=0.05, draws=2_000)
    >>> row = simulated.row("OC-1")
    >>> row["rating"], round(row["score"]), round(row["low"]) < 58 < round(row["high"])
    ('behind', 58, True)
    """
    _check(draws=draws, weights=weights, interval=interval, between=between)
    made, at_period = made_before(scores), to_period(at)
    slot, place = _slot(scores, made, at_period, place)
    own, shares = _errors(scores, spread, errors or {})
    inputs = inputs_at(
        scores.aggregates, made, slot, scores.methodology, error=own, spread=shares,
        is_triangular=between == "triangular",
    )  # fmt: skip
    blocks = made.blocks
    chain = chain_of(made.structure, blocks.given.score[:, slot], blocks.score[:, slot])
    drawn = _Drawn(chain, inputs, blocks.score[chain.elements, slot], draws, seed, weights, progress_bar)
    rated = list(_rated(scores, made, slot, drawn))
    return Simulations(
        scores=scores,
        at=at_period,
        draws=draws,
        seed=seed,
        interval=interval,
        numbers=_columns(scores, made, slot, place, drawn, rated, interval),
        chances=_chances(scores, at_period, place, rated),
        remarks=scores.remarks + list(_remarks(scores, inputs, weights)),
    )


class _Drawn:
    """All draws of the elements that have a score."""

    def __init__(
        self, chain: Chain, inputs: Inputs, score: Floats, draws: int, seed: int, weights: float, bar: bool | None
    ) -> None:
        self.chain, self.draws = chain, draws
        #: Elements × draws in parts of a point, each row rising once all are made.
        self.scores = np.empty((len(score), draws), dtype=np.uint16)

        def sums(columns: slice, block: NDArray[np.float32], worse: NDArray[np.bool_]) -> tuple[Floats, Floats, Codes]:
            """Keep the scores of a block; return sums of what they are off, of its squares, and how many are worse."""
            self.scores[:, columns] = block * np.float32(_PARTS) + np.float32(0.5)
            # Measured from the score, which is near, no digit of a small difference is lost.
            off = block - score[:, None]
            return off.sum(axis=1), np.einsum("ij,ij->i", off, off), np.count_nonzero(worse, axis=1)

        made = draw_blocks(chain, inputs, sums, draws=draws, seed=seed, weights=weights)
        found = watched(made, "Drawing", total=-(-draws // AT_ONCE), progress_bar=bar)
        off, squares, self.worse = (np.sum(column, axis=0) for column in zip(*found, strict=True))
        # Numbers of 16 bits are sorted by their digits, several times quicker than floats are by comparing.
        self.scores.sort(axis=1, kind="stable")
        self.mean = score + off / draws
        self.sd = np.sqrt(np.maximum(squares - off * off / draws, 0.0) / (draws - 1))

    def quantile(self, share: float) -> Floats:
        """Return the score that a share of the draws lies below, straight between two draws."""
        position = share * (self.draws - 1)
        lower = math.floor(position)
        low, high = (self.scores[:, n] / _PARTS for n in (lower, min(lower + 1, self.draws - 1)))
        return np.asarray(low + (position - lower) * (high - low))

    def reached(self, rows: Codes, least: Floats) -> Codes:
        """Return how many draws of some elements reach a score; none where that is missing."""
        with np.errstate(invalid="ignore"):
            asked = np.rint(np.where(np.isnan(least), 200.0, np.clip(least, 0.0, 109.0)) * _PARTS).astype(np.uint16)
        # Each row rises, so halving finds the first draw that reaches it: fourteen looks instead of ten thousand.
        first, end = np.zeros(len(rows), dtype=np.int64), np.full(len(rows), self.draws)
        while (first < end).any():
            middle = (first + end) // 2
            is_short = (first < end) & (self.scores[rows, np.minimum(middle, self.draws - 1)] < asked)
            first, end = np.where(is_short, middle + 1, first), np.where(is_short, end, middle)
        return self.draws - first


@attrs.frozen(eq=False)
class _Rated:
    """Elements of one level, and how likely each word of their scale is."""

    #: Numbers of the elements.
    nodes: Codes
    #: The scale.
    scale: Scale
    #: Their words as they stand.
    words: list[str]
    #: The words there are, worst first, those outside the order last.
    known: tuple[str, ...]
    #: Words × elements: the share of draws.
    shares: Floats


# -- what is asked ---------------------------------------------------------------------------------------------------


def _check(*, draws: int, weights: float, interval: float, between: str) -> None:
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < 2:
        raise RequestError(f"At least two draws are needed, not {draws!r}.", draws=draws)
    if not 0 <= weights < 1:
        raise RequestError(f"Weights may be off by a share from 0 to below 1, not {weights!r}.", weights=weights)
    if not 0 < interval < 1:
        raise RequestError(f"An interval holds a share of the draws between 0 and 1, not {interval!r}.")
    if between not in ("uniform", "triangular"):
        near = did_you_mean(str(between), ("uniform", "triangular"))
        raise RequestError(f"Values are drawn between bounds 'uniform' or 'triangular', not {between!r}.{near}")


def _slot(scores: Scores, made: Made, at: Period, place: str | None) -> tuple[int, str]:
    """Return the slot of a period and place, and the place."""
    if at not in scores.periods:
        known = [str(period) for period in scores.periods]
        raise RequestError(f"There are no scores in {at}.{did_you_mean(at, known)}", at=str(at))
    place = place or scores.tree.ids[scores.tree.root]
    if place not in scores.tree.codes:
        raise RequestError(f"There is no place {place!r}.{did_you_mean(place, scores.tree.codes)}", place=place)
    blank = ("",) * len(scores.aggregates.request.groups)
    cell = scores.aggregates.groups.index(blank) if blank in scores.aggregates.groups else -1
    key = (scores.periods.index(at), scores.tree.codes[place], cell)
    found = np.flatnonzero((made.grid.slots == key).all(axis=1))
    if not len(found):
        raise RequestError(f"There are no scores in {at} at {place!r}.", at=str(at), place=place)
    return int(found[0]), place


def _errors(scores: Scores, spread: float | Mapping[str, float], errors: Mapping[str, float]) -> tuple[Floats, Floats]:
    """Return standard errors that are given, NaN where none is; and as shares of the value."""
    number = {one.id: n for n, one in enumerate(scores.plan.indicators)}
    own, shares = np.full(len(number), np.nan), np.zeros(len(number))
    everywhere = 0.0 if isinstance(spread, Mapping) else _positive(spread, "spread")
    shares[:] = everywhere
    for column, given in ((own, errors), (shares, spread if isinstance(spread, Mapping) else {})):
        for id, value in given.items():
            if id not in number:
                near = did_you_mean(id, number)
                raise RequestError(f"Plan {scores.plan.id!r} has no indicator {id!r}.{near}", id=id)
            column[number[id]] = _positive(value, f"error of {id}")
    return own, shares


def _positive(value: float, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise RequestError(f"The {what} is a number from 0 on, not {value!r}.")
    return float(value)


# -- what came of it -------------------------------------------------------------------------------------------------


def _rated(scores: Scores, made: Made, slot: int, drawn: _Drawn) -> Iterator[_Rated]:
    """Yield the elements that are rated by level."""
    levels, nodes = np.array(made.structure.levels, dtype=object), drawn.chain.elements
    for level in _RATED if scores.methodology.rating == "level" else ():
        rows = np.flatnonzero(levels[nodes] == level)
        if len(rows):
            scale = scale_for(level, scores.methodology)
            words = _words(scores, made, slot, nodes[rows], level, scale)
            shares = _shares(drawn, rows, made.blocks.path[nodes[rows], slot], scale, is_outcome=level == "outcome")
            yield _Rated(nodes[rows], scale, words, tuple(shares), np.array(list(shares.values())))


def _words(scores: Scores, made: Made, slot: int, nodes: Codes, level: str, scale: Scale) -> list[str]:
    """Return the words of scores as they stand, as :func:`cpas.rate` gives them."""
    score, path, own, raw = (getattr(made.blocks, name)[nodes, slot] for name in ("score", "path", "own", "raw"))
    if level == "outcome":
        raw = np.where(np.isnan(raw), own, raw)
        said = words_of(made.of_elements("reason")[nodes, slot], scores.alike.reasons)
        rated = rate_outcomes(score, path, raw=raw, methodology=scores.methodology, reason=said)
    else:
        with np.errstate(invalid="ignore", divide="ignore"):
            pace = np.where(path == 0, np.nan, score / path) * (100 if scale.what == "delivery" else 1)
        rated = scale.rate_many(score if scale.what == "score" else pace)
    return [word or scale.missing for word in rated]


def _shares(drawn: _Drawn, rows: Codes, path: Floats, scale: Scale, *, is_outcome: bool) -> dict[str, Floats]:
    """Return for each word the share of draws that have it, by the rule of the scores as they stand."""
    count = len(rows)
    unit = {"score": np.ones(count), "pace": path, "delivery": path / 100}.get(scale.what, np.full(count, np.nan))
    cuts = [cut * unit for cut in scale.cuts]
    reached = [np.full(count, drawn.draws), *(drawn.reached(rows, cut) for cut in cuts), np.zeros(count, dtype=int)]
    at_least = np.array(reached, dtype=np.float64)
    bands = at_least[:-1] - at_least[1:]
    names, states = scale.names, (*(state.name for state in scale.states), scale.missing)
    found = {word: np.zeros(count) for word in (*names, *states)} | dict(zip(names, bands, strict=True))
    # Without a path there is no word; with nothing due it is too early.
    off = np.isnan(unit) | ((unit == 0) & (scale.what != "score"))
    early = "too early" if is_outcome and "too early" in found else scale.missing
    for word in names:
        found[word][off] = 0
    found[scale.missing][np.isnan(unit)] = drawn.draws
    found[early][off & ~np.isnan(unit)] = drawn.draws
    if is_outcome:
        for word, least, moved in (
            ("worse than baseline", 0.0, drawn.worse[rows]),
            ("achieved", 100.0, drawn.reached(rows, np.full(count, 100.0))),
        ):
            if word in found:
                band = np.array([least >= cut - _NOISE for cut in cuts]).sum(axis=0) if cuts else np.zeros(count, int)
                _move(found, [*names], band, np.where(np.isnan(unit), scale.missing, early), off, moved, word)
    return {word: shares / drawn.draws for word, shares in found.items()}


def _move(
    found: dict[str, Floats],
    names: list[str],
    band: Codes,
    without: NDArray[Any],
    off: NDArray[np.bool_],
    moved: Codes,
    word: str,
) -> None:
    """Give some draws of each element a word that holds whatever the path, in place of the one they have."""
    for n in np.flatnonzero(moved).tolist():
        before = str(without[n]) if off[n] else names[band[n]]
        found[before][n] -= moved[n]
        found[word][n] += moved[n]


def _columns(
    scores: Scores, made: Made, slot: int, place: str, drawn: _Drawn, rated: list[_Rated], interval: float
) -> dict[str, Any]:
    levels = np.array(made.structure.levels, dtype=object)
    nodes = np.flatnonzero(made.structure.can_have & (levels != "activity"))
    number = np.full(len(levels), -1, dtype=np.int64)
    number[nodes] = np.arange(len(nodes))
    at = number[drawn.chain.elements]

    def spread(values: Floats) -> Floats:
        column = np.full(len(nodes), np.nan)
        column[at[at >= 0]] = values[at >= 0]
        return column

    rating, likeliest = (np.full(len(nodes), None, dtype=object) for _ in range(2))
    probability = np.full(len(nodes), np.nan)
    for some in rated:
        rows = number[some.nodes]
        rating[rows] = some.words
        likeliest[rows] = np.array(some.known, dtype=object)[some.shares.argmax(axis=0)]
        probability[rows] = some.shares[[some.known.index(word) for word in some.words], np.arange(len(rows))]
    return {
        "id": words_of(nodes, scores.ids[: len(levels)]),
        "level": levels[nodes],
        "period": np.full(len(nodes), str(scores.periods[int(made.grid.slots[slot, 0])]), dtype=object),
        "place": np.full(len(nodes), place, dtype=object),
        "score": made.blocks.score[nodes, slot],
        "mean": spread(drawn.mean),
        "sd": spread(drawn.sd),
        "low": spread(drawn.quantile((1 - interval) / 2)),
        "median": spread(drawn.quantile(0.5)),
        "high": spread(drawn.quantile((1 + interval) / 2)),
        "rating": rating,
        "probability": probability,
        "likeliest": likeliest,
    }


def _chances(scores: Scores, at: Period, place: str, rated: list[_Rated]) -> dict[str, Any]:
    """Return a row for each element and word, elements in the plan's order."""
    node = np.concatenate([np.repeat(some.nodes, len(some.known)) for some in rated] or [np.zeros(0, dtype=np.int64)])
    word = np.concatenate([np.tile(np.array(one.known, dtype=object), len(one.nodes)) for one in rated] or [node])
    share = np.concatenate([some.shares.T.ravel() for some in rated] or [np.zeros(0)])
    scale = np.concatenate([np.full(some.shares.size, some.scale.id, dtype=object) for some in rated] or [node])
    # A word outside the order is told where it occurs.
    names = np.concatenate(
        [np.tile(np.isin(one.known, one.scale.names), len(one.nodes)) for one in rated] or [node > 0]
    )
    kept = np.flatnonzero(names | (share > 0))
    order = kept[np.argsort(node[kept], kind="stable")]
    node = node[order]
    return {
        "id": words_of(node, scores.ids),
        "level": words_of(node, scores.levels),
        "period": np.full(len(node), str(at), dtype=object),
        "place": np.full(len(node), place, dtype=object),
        "scale": scale[order],
        "rating": word[order],
        "probability": share[order],
    }


def _remarks(scores: Scores, inputs: Inputs, weights: float) -> Iterator[Remark]:
    """Yield what a reader must know: of how many values nothing was said, so that they were taken as certain."""
    there = ~np.isnan(inputs.raw)
    certain = int((there & ~inputs.is_drawn).sum())
    if certain:
        off = "" if weights else ", and so are all weights"
        yield Remark(
            "taken_as_certain",
            severity="note",
            where=scores.alike.plan.id,
            message=f"{certain} of {int(there.sum())} indicators are taken as certain{off}: no error and no bounds "
            "are known.",
            hint="Give their errors, or a spread for all.",
        )
