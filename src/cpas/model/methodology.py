"""Which published methods are used, with which constants, and where each comes from.  Methodology §9."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs
from attrs import field

from cpas.choices import Combine, Normalise, Rebase, Seasons, Totals, Weights
from cpas.errors import Fault, UnknownIdError
from cpas.model.fields import Record, as_tuple, number, optional_number
from cpas.scales import Scale
from cpas.sources import Source, to_source

__all__ = ["DEFAULT", "Methodology", "Override", "Threshold"]

_EXTENSION: Final = Source("cpas methodology", "§9", note="cpas extension")
_COMPLETENESS = re.compile(r"all|any|at least [1-9][0-9]*|share (0(\.[0-9]+)?|1(\.0+)?)")


@attrs.frozen(kw_only=True)
class Threshold(Record):
    """A constant of the method, and where it comes from."""

    #: What it is called.
    name: str = field(kw_only=False)
    #: Its value.
    value: float = field(kw_only=False, converter=number)
    #: Where it is written.
    source: Source | None = field(default=None, converter=to_source)


@attrs.frozen(kw_only=True)
class Override(Record):
    """What is done otherwise at one element or indicator."""

    #: Id of the element or indicator.
    id: str = field(kw_only=False)
    #: How a value becomes a score (indicators).
    normalise: Normalise | None = None
    #: How the parts make the score (elements).
    combine: Combine | None = None
    #: Least share of the weight that must have a value (elements).
    min_coverage: float | None = field(default=None, converter=optional_number)
    #: Whether weights are those of the plan, or equal (elements).
    weights: Weights | None = None


#: Constants of the default methodology; a methodology may carry its own.
THRESHOLDS: Final = (
    Threshold("delivered", 60, source=_EXTENSION),
    Threshold("improved", 60, source=_EXTENSION),
    Threshold("on path", 0.9, source=_EXTENSION),
    Threshold("behind", 0.6, source=_EXTENSION),
    Threshold("stable within", 2, source=_EXTENSION),
)


def to_overrides(value: Any) -> tuple[Override, ...]:
    """Return overrides sorted by id; a mapping of id to fields is accepted.

    Examples
    --------
    >>> to_overrides({"OBJ-1": {"combine": "geometric"}})[0].combine
    'geometric'
    """
    if isinstance(value, Mapping):
        value = [item if isinstance(item, Override) else Override(key, **item) for key, item in value.items()]
    return tuple(sorted(value, key=lambda override: override.id))


def to_thresholds(value: Iterable[Threshold] | Mapping[str, float]) -> tuple[Threshold, ...]:
    """Return the default constants with those given in their place.

    Examples
    --------
    >>> [t.value for t in to_thresholds({"delivered": 80}) if t.name == "delivered"]
    [80.0]
    """
    given = [Threshold(k, v) for k, v in value.items()] if isinstance(value, Mapping) else list(value)
    mine = {threshold.name: threshold for threshold in (*THRESHOLDS, *given)}
    return tuple(mine[name] for name in sorted(mine))


@attrs.frozen(kw_only=True)
class Methodology(Record):
    """Every choice of method, by name, so that a result can be made again.

    What an element or an indicator says of itself in the plan comes before these defaults; `nodes` come before both.

    Examples
    --------
    >>> Methodology("strict", "1", nodes={"OBJ-1": {"combine": "minimum"}}).node("OBJ-1").combine
    'minimum'
    """

    #: What it is called.
    name: str = field(kw_only=False)
    #: Its version.
    version: str = field(kw_only=False)
    #: How a value becomes a score, where the indicator has no goalposts and no band.
    normalise: Normalise = "progress"
    #: How scores of parts make the score of an element.
    combine: Combine = "arithmetic"
    #: Least share of the weight that must have a value, 0 to 1; below it a score is flagged.
    min_coverage: float = field(default=0.0, converter=number)
    #: Weights of the plan, or equal ones.
    weights: Weights = "plan"
    #: Which one counts where a total is given beside its parts.
    totals: Totals = "given"
    #: ``per_day`` permits a flow to be compared with a baseline of another length, marked.
    rebase: Rebase | None = None
    #: How many of the expected returns make an aggregate complete: all, any, ``at least 2``, ``share 0.8``.
    completeness: str = "all"
    #: How gaps are filled; nothing fills none.
    gaps: str | None = None
    #: What counts as the same season a year before.
    seasons: Seasons = "calendar"
    #: Scales in place of the library's own, each with the source of its cut points.
    scales: tuple[Scale, ...] = field(default=(), converter=as_tuple)
    #: What is done otherwise at single elements and indicators.
    nodes: tuple[Override, ...] = field(default=(), converter=to_overrides)
    #: The constants: cut points of the diagnosis and the ratings.
    thresholds: tuple[Threshold, ...] = field(default=(), converter=to_thresholds)
    #: Where the choices are argued for.
    sources: tuple[Source, ...] = field(default=(), converter=as_tuple)

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield a coverage that is no share, an unknown policy, and ids given twice."""
        if not 0 <= self.min_coverage <= 1:
            yield Fault("min_coverage", f"{self.min_coverage:g} is not a share from 0 to 1.", "range")
        if not _COMPLETENESS.fullmatch(self.completeness):
            yield Fault(
                "completeness",
                f"{self.completeness!r} is not a policy. Write all, any, 'at least 2', or 'share 0.8'.",
                "field",
            )
        if self.gaps is not None:
            yield Fault("gaps", f"{self.gaps!r} is not a way to fill gaps; none is known yet.", "field")
        ids = [override.id for override in self.nodes]
        if len(set(ids)) < len(ids):
            yield Fault("nodes", f"{ids} names an id twice.", "duplicate")

    def node(self, id: str) -> Override:
        """Return what is done otherwise at an id; an empty override where nothing is."""
        return next((override for override in self.nodes if override.id == id), Override(id))

    def threshold(self, name: str) -> float:
        """Return a constant by name.

        Raises
        ------
        UnknownIdError
            If there is none of that name.
        """
        for threshold in self.thresholds:
            if threshold.name == name:
                return threshold.value
        names = [threshold.name for threshold in self.thresholds]
        raise UnknownIdError.among(name, names, what=f"Methodology {self.name!r} has no threshold")


#: The methodology used where none is given.
DEFAULT: Final = Methodology("cpas-default", "1")
