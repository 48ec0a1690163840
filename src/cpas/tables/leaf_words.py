"""From the words of a row to its slot: with each word looked up once, a slot is a sum of looked-up numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.tables.lazy_asked import Asked
from cpas.tables.leaf_slots import Slots
from cpas.tables.rows import REASONS

__all__ = ["NOWHERE", "UNKNOWN_REASON", "Lookup", "keys_of"]

Codes = NDArray[np.int64]

#: What a word counts that has no slot: whatever is added to it stays below the first.
NOWHERE: Final = -(1 << 48)
#: What stands for a reason that nobody knows; −1 for none.
UNKNOWN_REASON: Final = -2
#: Entries of a table of sums: so few that most of those that are asked for stay in the cache.
_ROOM: Final = 1 << 21


def keys_of(asked: Asked) -> tuple[str, ...]:
    """Return the columns of words from which a slot is made."""
    return tuple(name for name in ("indicator", "period", "place", *asked.dimensions) if name in asked.headers)


@attrs.frozen(eq=False)
class _Sums:
    """What the words of some columns count together, by layout."""

    #: The columns, and how many words each has, none among them.
    sizes: Mapping[str, int]
    #: The sums: by layout, then by word of the first column, and so on.
    table: Codes

    def of(self, codes: Mapping[str, NDArray[Any]], layout: Codes) -> Codes:
        """Return the sum of each row, of whose words these are the numbers."""
        index = layout
        for name, size in self.sizes.items():
            index = index * size
            index += codes[name]
        return self.table.take(index)


@attrs.frozen(eq=False, kw_only=True)
class Lookup:
    """What the words of some rows mean."""

    #: The words of each column, as Arrow has them.
    words: Mapping[str, Any]
    #: First slot by word of an indicator.
    first: Codes
    #: Number of the layout by word of an indicator.
    layout: Codes
    #: What the words of the other columns count.
    sums: tuple[_Sums, ...]
    #: Bit in its span by word of a period, as a number that can be added up.
    bit: NDArray[np.float64]
    #: Number by word of a reason.
    reason: NDArray[np.int8]
    #: By word of an indicator whether its latest, least or greatest value is wanted, where it is of any.
    wanted: Mapping[str, NDArray[np.bool_]]

    @classmethod
    def of(cls, words: Mapping[str, Any], slots: Slots) -> Lookup:
        """Look words up."""
        asked = slots.asked
        texts = {name: [*some.to_pylist(), None] for name, some in words.items()}
        numbers = {name: np.array([*map(_reader(name, asked), some)], np.int64) for name, some in texts.items()}
        indicator, reason = numbers.pop("indicator"), numbers.pop("reason", np.zeros(0))
        at = np.searchsorted(slots.indicators, indicator)
        bits = dict(zip(asked.calendar.words, asked.calendar.bit.tolist(), strict=True))
        return cls(
            words=words,
            first=np.where(indicator < 0, NOWHERE, slots.first[at]),
            layout=np.append(slots.layout, 0)[at],
            sums=tuple(_tables(numbers, slots)),
            bit=np.array([float(bits.get(word, 0)) for word in texts["period"]]),
            reason=reason.astype(np.int8),
            wanted={name: np.append(some, False)[indicator] for name, some in _wanted(asked).items() if some.any()},
        )

    def is_of(self, words: Mapping[str, Any]) -> bool:
        """Whether these are the words that were looked up."""
        return all(some.equals(words[name]) for name, some in self.words.items())

    def slots(self, codes: Mapping[str, NDArray[Any]]) -> Codes:
        """Return the slot of each row by the numbers of its words; negative where it has none."""
        layout, slot = self.layout.take(codes["indicator"]), self.first.take(codes["indicator"])
        for sums in self.sums:
            slot += sums.of(codes, layout)
        return slot


def _wanted(asked: Asked) -> dict[str, NDArray[np.bool_]]:
    return {"last": asked.want_last, "least": asked.want_least, "greatest": asked.want_greatest}


def _reader(name: str, asked: Asked) -> Callable[[Any], int]:
    """Return what gives the number of a word of a column, or of none; −1 where it has none."""
    if name == "indicator":
        numbers = asked.observations.census.numbers
        return lambda word: numbers.get(word, -1)
    if name == "period":
        span = dict(zip(asked.calendar.words, asked.calendar.span.tolist(), strict=True))
        return lambda word: span.get(word, -1)
    if name == "place":
        return asked.read_place
    if name == "reason":
        reasons = {word: number for number, word in enumerate(REASONS)}
        return lambda word: -1 if word is None else reasons.get(word, UNKNOWN_REASON)
    return asked.member_reader(name)


def _tables(numbers: Mapping[str, Codes], slots: Slots) -> Iterator[_Sums]:
    """Yield tables of what words count together: of as many columns each as there is room for."""
    together = dict[str, Codes]()
    for name, of_word in numbers.items():
        strides = slots.strides(name)[:, None]
        # An indicator that is not broken down by a dimension has slots for all its members only.
        is_slot = (of_word >= 0) & ((strides > 0) | (of_word == 0))
        mine = np.where(is_slot, strides * of_word, NOWHERE)
        if together and mine.size * np.prod([some.shape[1] for some in together.values()]) > _ROOM:
            yield _summed(together)
            together = {}
        together[name] = mine
    yield _summed(together)


def _summed(parts: Mapping[str, Codes]) -> _Sums:
    first, *others = parts.values()
    table = first
    for part in others:
        table = (table[:, :, None] + part[:, None, :]).reshape(len(part), -1)
    return _Sums({name: part.shape[1] for name, part in parts.items()}, table.ravel())
