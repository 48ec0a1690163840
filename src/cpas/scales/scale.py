"""Ordered words with cut points, and the rating a value has among them."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable
from numbers import Real
from typing import Any, Final

import attrs
from attrs import field

from cpas.errors import MethodError, PlanError, RequestError, did_you_mean
from cpas.sources import Source, to_source

#: No data.
GREY: Final = "#8c8c8c"
#: Sums of floats differ in their last digits with their order; a rating does not (design, rule 16).
_TOLERANCE: Final = 1e-9


def _colour(value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise PlanError(f"A colour is written as in '#8c8c8c', not {value!r}.", colour=value)
    return value


def _low(value: float | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
        raise PlanError(f"A band cannot begin at {value!r}: give a number.", low=value)
    return float(value)


@attrs.frozen(kw_only=True)
class Band:
    """One word of a scale, and from which value on it holds.

    Examples
    --------
    >>> Band("amber", 60).low
    60.0
    """

    #: The word; unique in its scale.
    name: str = field(kw_only=False)
    #: Lowest value of the band, which belongs to it; None for the worst band, open below, or a word without cuts.
    low: float | None = field(default=None, kw_only=False, converter=_low)
    #: ``#rrggbb``; grey where none is given.
    colour: str | None = field(default=None, converter=_colour)
    #: Where the cut point is written.
    source: Source | None = field(default=None, converter=to_source)
    #: What the word means, in a sentence.
    note: str = ""

    def __attrs_post_init__(self) -> None:
        if not self.name:
            raise PlanError("A band of a scale has no name.")


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _bands(values: Iterable[Band | str]) -> tuple[Band, ...]:
    return tuple(Band(value) if isinstance(value, str) else value for value in values)


@attrs.frozen
class Rating:
    """What a value is called on a scale, and how far it is from being called something else.

    Examples
    --------
    >>> from cpas.scales import UNDP_OUTPUT
    >>> rating = UNDP_OUTPUT.rate(77.5)
    >>> rating.band, rating.distance_up, rating.distance_down
    ('amber', 2.5, 17.5)
    """

    #: The word.
    band: str
    #: What was rated, in the scale's own quantity; None where missing, or where the word was given.
    value: float | None
    #: Id of the scale.
    scale: str
    #: ``#rrggbb``.
    colour: str = GREY
    #: How much is lacking to the next better band; None in the best, without cut points, or without a value.
    distance_up: float | None = None
    #: How much may be lost before the next worse band is entered; None in the worst, without cuts or a value.
    distance_down: float | None = None

    def __str__(self) -> str:
        return self.band


@attrs.frozen(kw_only=True)
class Scale:
    """Ordered words, worst first, with strictly increasing cut points; or words alone.

    Raises
    ------
    PlanError
        If there is no band, a name stands twice, or cut points are missing or do not increase.

    Examples
    --------
    >>> scale = Scale("school", ("low", Band("fair", 40), Band("good", 70)))
    >>> scale.rate(70).band, scale.rate(None).band
    ('good', 'no data')
    """

    #: Unique; written beside every rating.
    id: str = field(kw_only=False)
    #: Worst first. A text is a band without cut point.
    bands: tuple[Band, ...] = field(kw_only=False, converter=_bands)
    #: The quantity that is rated: ``score``, ``pace``, ``delivery``.
    what: str = "score"
    #: For people.
    name: str = ""
    #: Where the scale is written.
    source: Source | None = field(default=None, converter=to_source)
    #: The word for no data; always grey.
    missing: str = "no data"
    #: Words outside the order, given by a rule and not by a cut point: ``too early``.
    states: tuple[Band, ...] = field(default=(), converter=_bands)
    #: Levels the source uses it for (``output``); empty for any.
    levels: tuple[str, ...] = field(default=(), converter=_texts)

    def __attrs_post_init__(self) -> None:
        if not self.bands:
            raise PlanError(f"Scale {self.id!r} has no bands. Give at least one word.", scale=self.id)
        words = [*self.names, *(state.name for state in self.states), self.missing]
        twice = sorted({word for word in words if words.count(word) > 1})
        if twice:
            raise PlanError(f"Scale {self.id!r} has {twice[0]!r} twice: each word once.", scale=self.id)
        if any(state.low is not None for state in self.states):
            raise PlanError(f"A state of scale {self.id!r} has a cut point; give it as a band.", scale=self.id)
        self._check_cuts([band.low for band in self.bands])

    def _check_cuts(self, lows: list[float | None]) -> None:
        if all(low is None for low in lows):
            return
        first, rest = lows[0], [low for low in lows[1:] if low is not None]
        if first is not None or len(rest) < len(lows) - 1:
            raise PlanError(
                f"Scale {self.id!r}: the worst band is open below and every other has its lowest value, "
                f"but they begin at {lows}.",
                scale=self.id,
                cuts=tuple(lows),
            )
        if any(later <= earlier for earlier, later in itertools.pairwise(rest)):
            raise PlanError(
                f"Scale {self.id!r}: cut points increase from the worst band to the best, but are {rest}.",
                scale=self.id,
                cuts=tuple(rest),
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The words in order, worst first, without states and the word for no data."""
        return tuple(band.name for band in self.bands)

    @property
    def cuts(self) -> tuple[float, ...]:
        """The lowest value of each band but the worst; empty for words alone."""
        return tuple(band.low for band in self.bands if band.low is not None)

    def band(self, name: str) -> Band:
        """Return the band, the state, or the grey band of no data, by name.

        Raises
        ------
        RequestError
            If the scale has no such word.

        Examples
        --------
        >>> from cpas.scales import UNDP_OUTPUT
        >>> UNDP_OUTPUT.band("amber").low
        60.0
        """
        every = {band.name: band for band in (*self.bands, *self.states, Band(self.missing, colour=GREY))}
        if name not in every:
            raise RequestError(f"Scale {self.id!r} has no word {name!r}.{did_you_mean(name, every)}", word=name)
        return every[name]

    def colour(self, name: str) -> str:
        """Return the colour of a word; grey where it has none.

        Examples
        --------
        >>> from cpas.scales import UNDP_OUTPUT
        >>> UNDP_OUTPUT.colour("no data")
        '#8c8c8c'
        """
        return self.band(name).colour or GREY

    def position(self, name: str) -> int | None:
        """Return the place of a word from the worst, 0, upward; None for states and no data, which have none.

        Examples
        --------
        >>> from cpas.scales import UNDP_OUTPUT
        >>> UNDP_OUTPUT.position("green"), UNDP_OUTPUT.position("no data")
        (2, None)
        """
        if name in self.names:
            return self.names.index(name)
        self.band(name)  # refuses what is no word of the scale
        return None

    def rate(self, value: float | str | None) -> Rating:
        """Return the rating of a value, or of a word of the scale.

        Parameters
        ----------
        value : float, str or None
            In the scale's own quantity. None and NaN are no data, which is grey. A word of the scale is taken as
            judged. A cut point belongs to the better band, and is reached within a billionth of it.

        Raises
        ------
        RequestError
            If the scale has no such word.
        MethodError
            If the scale has no cut points, and the value is a number.

        Examples
        --------
        >>> from cpas.scales import UNDP_OUTPUT
        >>> UNDP_OUTPUT.rate(80).band, UNDP_OUTPUT.rate(float("nan")).band
        ('green', 'no data')
        """
        if isinstance(value, str):
            return Rating(self.band(value).name, None, self.id, colour=self.colour(value))
        if value is None or math.isnan(value):
            return Rating(self.missing, None, self.id)
        value = float(value)
        place = sum(value >= cut for cut in self._reached_from())
        band = self.bands[place]
        return Rating(
            band.name,
            value,
            self.id,
            colour=band.colour or GREY,
            distance_up=self.cuts[place] - value if place < len(self.cuts) else None,
            distance_down=max(value - self.cuts[place - 1], 0.0) if place else None,
        )

    def rate_codes(self, values: Any) -> Any:
        """Return for each value of an array the place of its band from the worst, 0, upward; −1 for no data.

        Examples
        --------
        >>> import numpy as np
        >>> from cpas.scales import UNDP_OUTPUT
        >>> UNDP_OUTPUT.rate_codes(np.array([10.0, 60.0, np.nan, 100.0])).tolist()
        [0, 1, -1, 2]
        """
        # Comparisons that any array answers: this floor does not know numpy. What is not equal to itself is NaN.
        codes = (values == values).astype("int8") - 1
        for cut in self._reached_from():
            codes += values >= cut
        return codes

    def rate_many(self, values: Any) -> Any:
        """Return for each value of an array the word it is rated with, as an array of objects.

        Examples
        --------
        >>> import numpy as np
        >>> from cpas.scales import UNDP_OUTPUT
        >>> UNDP_OUTPUT.rate_many(np.array([10.0, np.nan, 100.0])).tolist()
        ['red', 'no data', 'green']
        """
        codes = self.rate_codes(values)
        words = codes.astype(object)
        for code, name in enumerate((self.missing, *self.names), start=-1):
            words[codes == code] = name
        return words

    def _reached_from(self) -> list[float]:
        """Return the cut points, each less the noise of adding floats."""
        if len(self.bands) > 1 and not self.cuts:
            raise MethodError(
                f"Scale {self.id!r} has words but no cut points: it is judged, not computed. "
                f"Give one of {', '.join(self.names)}.",
                scale=self.id,
            )
        return [cut - _TOLERANCE * max(1.0, abs(cut)) for cut in self.cuts]
