"""The periods of a table as they lie in those asked for, each with a bit of its own.  Methodology §3.3."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from cpas.methods.aggregation.spans import Spans
from cpas.periods import Period
from cpas.tables.keys import new_segments
from cpas.tables.leaves import BITS, Calendar, highest_bit

__all__ = ["Timing", "timing_of"]

Codes = NDArray[np.int64]
Truths = NDArray[np.bool_]


@attrs.frozen(eq=False, kw_only=True)
class Timing:
    """The periods of a table as they lie in those asked for."""

    #: The periods that occur, sorted.
    periods: tuple[Period, ...]
    #: How they are dealt out to spans.
    calendar: Calendar
    #: The period asked for of each span, or −1: of every one asked for there is one span at most.
    target: Codes
    #: Number of the period by span and bit, or −1.
    period: Codes
    #: Last day of each period.
    end: Codes
    #: The frequencies that occur.
    frequencies: tuple[str, ...]
    #: Number of the frequency of each period.
    frequency: Codes
    #: Frequencies of which a period does not lie inside one period asked for, or may overlap another of its own.
    asks: Truths

    def frequency_bits(self, number: int) -> Codes:
        """Return the bits of the periods of one frequency in each span."""
        there = (self.period >= 0) & (self.frequency[self.period] == number)
        bits: Codes = (there.astype(np.int64) << np.arange(BITS)).sum(axis=1)
        return bits

    def period_at(self, span: Codes, bits: Codes) -> Codes:
        """Return the latest period of some bits, or −1."""
        position = highest_bit(bits)
        return np.where(position >= 0, self.period[span, position], -1)


def timing_of(words: Sequence[tuple[object, Period]], periods: tuple[Period, ...], spans: Spans) -> Timing | None:
    """Return the periods dealt out to spans, or nothing where one asked for has too many of them.

    Parameters
    ----------
    words : sequence of pairs
        What stands for a period in the table, and the period.
    periods : tuple of Period
        Those that occur, sorted.
    spans : Spans
        Their days, and those of the periods asked for.
    """
    inside = spans.inside
    target = np.full(len(periods), -1, dtype=np.int64)
    target[inside.count > 0] = inside.target[inside.first[inside.count > 0]]
    order = np.lexsort((spans.rank, target))
    starts = new_segments(target[order])
    lengths = np.diff(np.append(starts, len(order)))
    nth = np.arange(len(order)) - np.repeat(starts, lengths)
    if (lengths[target[order[starts]] >= 0] > BITS).any():
        return None
    cut = np.append(True, (nth[1:] % BITS == 0) | (nth[1:] == 0)) if len(order) else np.zeros(0, dtype=bool)
    span_of, position = np.empty(len(order), dtype=np.int64), np.empty(len(order), dtype=np.int64)
    span_of[order], position[order] = np.cumsum(cut) - 1, nth % BITS
    period = np.full((int(cut.sum()), BITS), -1, dtype=np.int64)
    period[span_of, position] = np.arange(len(periods))
    target_of_span = np.full(int(cut.sum()), -1, dtype=np.int64)
    target_of_span[span_of] = target
    frequencies = tuple(sorted({one.frequency for one in periods}))
    frequency = np.array([frequencies.index(one.frequency) for one in periods], dtype=np.int64)
    asks = np.array([word == "dates" for word in frequencies], dtype=bool)
    apart = (spans.across.count > 0) | (spans.longer.count > 0) | (inside.count > 1)
    np.logical_or.at(asks, frequency, apart)
    number = {one: code for code, one in enumerate(periods)}
    codes = np.array([number[one] for _, one in words], dtype=np.int64)
    calendar = Calendar(words=tuple(word for word, _ in words), span=span_of[codes], bit=1 << position[codes])
    return Timing(
        periods=periods, calendar=calendar, target=target_of_span, period=period, end=spans.end,
        frequencies=frequencies, frequency=frequency, asks=asks,
    )  # fmt: skip
