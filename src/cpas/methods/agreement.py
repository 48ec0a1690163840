"""Whether published concepts of progress agree on one indicator, and what each of them says.

Methodology §7.11. The words differ, but every published rule answers one question: will the target be met at
this rate? On track, too slow, or the wrong way. Since the baseline, recently and projected are different
concepts, and each of them is right about what it measures (Bidarbakhtnia 2021, SJI-210868): so a disagreement is
shown beside the answer and never averaged away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import attrs

from cpas.errors import MethodError, did_you_mean
from cpas.methods._elementwise import INSUFFICIENT

__all__ = ["VERDICTS", "Agreement", "agreement"]

ON_TRACK, TOO_SLOW, WRONG_WAY = "on track", "too slow", "wrong way"

#: What each published word says of the target, best first.
VERDICTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # Statistics Canada, also for the linear rate (§7.5)
        "Target achieved": ON_TRACK,
        "On track": ON_TRACK,
        "Progress made but acceleration needed": TOO_SLOW,
        "Limited progress": TOO_SLOW,
        "Deterioration": WRONG_WAY,
        # Sustainable Development Report (§7.6)
        "up": ON_TRACK,
        "moderate": TOO_SLOW,
        "stagnant": TOO_SLOW,
        "down": WRONG_WAY,
        # ESCAP (§7.8)
        "maintain": ON_TRACK,
        "accelerate": TOO_SLOW,
        "reverse": WRONG_WAY,
        # German weather symbols (§7.9)
        "sun": ON_TRACK,
        "sun and cloud": TOO_SLOW,
        "cloud": TOO_SLOW,
        "thunderstorm": WRONG_WAY,
    }
)
_BEST_FIRST: Final = (ON_TRACK, TOO_SLOW, WRONG_WAY)


@attrs.frozen
class Agreement:
    """What several concepts say of one indicator, side by side.

    Examples
    --------
    >>> print(agreement({"linear": "On track", "growth": "Limited progress"}))
    The concepts disagree: linear: on track; growth: too slow.
    """

    #: Concept and its verdict ("on track", "too slow", "wrong way"), in the order given.
    verdicts: tuple[tuple[str, str], ...]
    #: Concepts that had nothing to say.
    silent: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether all concepts that say something say the same; one alone agrees with itself."""
        return len({verdict for _, verdict in self.verdicts}) <= 1

    @property
    def share(self) -> float:
        """Share of the concepts behind the most frequent verdict; NaN where none says anything."""
        counts = Counter(verdict for _, verdict in self.verdicts)
        return max(counts.values()) / counts.total() if counts else float("nan")

    @property
    def range(self) -> tuple[str, ...]:
        """The verdicts given, best first, each once."""
        given = {verdict for _, verdict in self.verdicts}
        return tuple(verdict for verdict in _BEST_FIRST if verdict in given)

    def __str__(self) -> str:
        if not self.verdicts:
            return "No concept has enough data."
        if self.agrees:
            count = "The only concept says" if len(self.verdicts) == 1 else f"All {len(self.verdicts)} concepts say"
            return f"{count}: {self.verdicts[0][1]}."
        return "The concepts disagree: " + "; ".join(f"{name}: {word}" for name, word in self.verdicts) + "."


def agreement(words: Mapping[str, str]) -> Agreement:
    """Say whether published concepts agree.

    ``share = #{the verdict most give} / #{those that speak}``; they agree where the share is 1.

    Parameters
    ----------
    words : mapping of concept to published word
        Such as ``{"linear": "On track", "arrow": "moderate"}``: any word of :data:`VERDICTS`. "insufficient
        data" is silent and neither agrees nor disagrees.

    Returns
    -------
    Agreement
        Its `agrees`, `share` and `range` compare the words on one scale of three steps.

    Raises
    ------
    MethodError
        If a word is none that a published rule gives.

    Notes
    -----
    Methodology §7.11. cpas extension: the common scale is the library's, the rules compared are not.

    Examples
    --------
    100 to 80 in 4 of 10 years, target 50 (methods reference, 3.4: linear 1.00, growth 0.81):

    >>> found = agreement({"linear": "On track", "growth": "Progress made but acceleration needed"})
    >>> found.agrees, found.share, found.range
    (False, 0.5, ('on track', 'too slow'))
    """
    for concept, word in words.items():
        if word not in VERDICTS and word != INSUFFICIENT:
            raise MethodError(
                f"{concept} says {word!r}, which no published rule does.{did_you_mean(word, VERDICTS)}",
                concept=concept,
                word=word,
            )
    return Agreement(
        verdicts=tuple((concept, VERDICTS[word]) for concept, word in words.items() if word in VERDICTS),
        silent=tuple(concept for concept, word in words.items() if word == INSUFFICIENT),
    )
