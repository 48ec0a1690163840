"""Every exception and warning of the library, with one base.

An error says what happened, where, and what to do. It is a :class:`CpasError` and also the built-in a stranger
would catch; it has a stable ``code``, keeps its facts as fields, and survives pickling.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, NamedTuple, Self

__all__ = [
    "CpasError",
    "CpasWarning",
    "Fault",
    "FileError",
    "JudgementError",
    "LoopError",
    "MethodError",
    "MissingExtraError",
    "NoDistanceError",
    "ObservationError",
    "PeriodError",
    "PlanError",
    "RequestError",
    "UnitError",
    "UnknownIdError",
    "did_you_mean",
]

#: A word longer than this was not written by a person, who would have to scroll past it: it is cut where it is told.
_LONGEST_WORD: Final = 400
_LONG: Final = re.compile(rf"\S{{{_LONGEST_WORD},}}")


class Fault(NamedTuple):
    """One thing that is wrong in an input, and where."""

    #: Where: ``outcomes[1].stakeholders[0]`` in a plan file, ``row 17, column value`` in a table.
    where: str
    #: What is wrong, and how to mend it, in one sentence.
    message: str
    #: Stable word for the sort of fault, such as ``unknown_id``.
    code: str = "fault"
    #: Line of the file (1 is the first), where one is known.
    line: int | None = None

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line is not None else ""
        if not (self.where and line):
            return ": ".join(part for part in (self.where or line, self.message) if part)
        return f"{self.where} ({line}): {self.message}"


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return ``" Did you mean 'x'?"`` for the nearest known word, or an empty text.

    Examples
    --------
    >>> did_you_mean("movment", ["movement", "safety"])
    " Did you mean 'movement'?"
    >>> did_you_mean("xyz", ["movement"])
    ''
    """
    text = str(word)
    if len(text) > _LONGEST_WORD:
        return ""
    by_lower = {name.lower(): name for name in sorted(known, reverse=True)}
    near = difflib.get_close_matches(text.lower(), by_lower, n=1, cutoff=0.6)
    return f" Did you mean {by_lower[near[0]]!r}?" if near and by_lower[near[0]] != text else ""


class CpasError(Exception):
    """Base of every error of the library.

    Parameters
    ----------
    message : str
        What happened, where, and what to do. A word of more than 400 characters is cut in it.
    **facts
        What the message speaks of, for programs: each is also an attribute.

    Examples
    --------
    >>> error = CpasError("Plan 'p' has no element 'x'.", plan="p", id="x")
    >>> error.id, error.code
    ('x', 'error')
    """

    #: Stable word for programs; never changes when the message does.
    code: ClassVar[str] = "error"

    def __init__(self, message: str = "", /, **facts: Any) -> None:
        self.message = _LONG.sub(_cut, message)
        super().__init__(self.message)
        self.facts = facts

    def __str__(self) -> str:
        return self.message

    def __getattr__(self, name: str) -> Any:
        # Only asked for names not found otherwise; 'facts' itself may be absent while unpickling.
        facts = self.__dict__.get("facts", {})
        if name in facts:
            return facts[name]
        raise AttributeError(f"{type(self).__name__} has no field {name!r}")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.facts)


def _cut(word: re.Match[str]) -> str:
    """Return the beginning and the end of a long word: what stands around it stays readable."""
    whole = word[0]
    return f"{whole[:60]}… ({len(whole):,} characters) …{whole[-20:]}"


def _rebuild(kind: type[CpasError], message: str, facts: dict[str, Any]) -> CpasError:
    return kind(message, **facts)


class _ManyFaults(CpasError):
    """An error that lists every fault of one input."""

    @classmethod
    def of(cls, faults: Sequence[Fault], *, what: str, **facts: Any) -> Self:
        """Return one error for `faults`, in the order given.

        Parameters
        ----------
        faults : sequence of Fault
            At least one.
        what : str
            The input they were found in: ``"Plan file 'mission.yaml'"``.
        """
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        lines = "\n".join(f"  - {fault}" for fault in faults)
        return cls(f"{what} has {count}:\n{lines}", faults=tuple(faults), **facts)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault found, with its place."""
        return tuple(self.facts.get("faults", ()))


class PlanError(_ManyFaults, ValueError):
    """A plan, or a record of one, that has no meaning."""

    code = "plan"


class UnknownIdError(PlanError, LookupError):
    """An id that nothing carries."""

    code = "unknown_id"

    @classmethod
    def among(cls, wanted: object, known: Iterable[str], *, what: str) -> Self:
        """Return the error for `wanted`, naming the nearest of `known`.

        Examples
        --------
        >>> str(UnknownIdError.among("movment", ["movement"], what="Plan 'p' has no element"))
        "Plan 'p' has no element 'movment'. Did you mean 'movement'?"
        """
        return cls(f"{what} {wanted!r}.{did_you_mean(wanted, known)}", id=wanted)


class LoopError(PlanError):
    """Causal links, an order of activities, places or formulas that form a loop."""

    code = "loop"


class FileError(_ManyFaults, ValueError):
    """A file that cannot be read as what it should be."""

    code = "file"


class PeriodError(CpasError, ValueError):
    """A period that cannot be read, or a question about periods that has no answer."""

    code = "period"


class UnitError(CpasError, ValueError):
    """A unknown unit, or units that cannot be converted into one another."""

    code = "unit"


class ObservationError(_ManyFaults, ValueError):
    """A table of observations or of delivery with rows that cannot be used."""

    code = "observations"

    @property
    def frame(self) -> Any:
        """One row per fault: ``row column code``; a data frame, made on asking."""
        return self.places.frame


class RequestError(CpasError, ValueError):
    """A question to a verb that has no meaning: an unknown level, period, group or place."""

    code = "request"


class MethodError(CpasError, ValueError):
    """Numbers to which a published method does not apply."""

    code = "method"


class NoDistanceError(MethodError):
    """Baseline and target are equal, so that there is no way to travel."""

    code = "no_distance"

    @classmethod
    def at(cls, value: float, *, position: tuple[int, ...] = ()) -> Self:
        """Return the error for a baseline and a target that are both `value`, at `position` of an array."""
        where = f" at position {', '.join(map(str, position))}" if position else ""
        return cls(
            f"Progress has no meaning: baseline and target{where} are both {value:g}. "
            "Give a target that differs, or a band to stay in (better='inside').",
            value=value,
            position=position,
        )


class JudgementError(CpasError, ValueError):
    """A judgement that its evidence does not carry."""

    code = "judgement"


class MissingExtraError(CpasError, ImportError):
    """An optional dependency that is not installed."""

    code = "missing_extra"

    @classmethod
    def named(cls, package: str, *, extra: str, why: str) -> Self:
        """Return the error for `package`, with the command that installs it."""
        return cls(
            f"{why} needs {package}, which is not installed. Install it with: pip install 'cpas[{extra}]'",
            package=package,
            extra=extra,
        )


class CpasWarning(UserWarning):
    """The result is right, but there is something its reader should know."""
