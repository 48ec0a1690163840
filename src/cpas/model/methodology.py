"""Which published methods are used, with which constants, and where each comes from.  Methodology §9."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs
from attrs import field

from cpas.choices import (
    Availability,
    BareRatios,
    Combine,
    Gaps,
    Normalise,
    RatingRule,
    Rebase,
    Seasons,
    Straddle,
    Totals,
    Weights,
)
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
    #: Power of the generalised mean (elements).
    power: float | None = field(default=None, converter=optional_number)
    #: Share of the minimum in the mean–min function (elements).
    alpha: float | None = field(default=None, converter=optional_number)
    #: Least share that must have a value; below it there is no score (elements).
    min_coverage: float | None = field(default=None, converter=optional_number)
    #: What that share is of (elements).
    availability: Availability | None = None
    #: Whether weights are those of the plan, or equal (elements).
    weights: Weights | None = None

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield shares outside 0 to 1."""
        for name in ("min_coverage", "alpha"):
            yield from _share_faults(name, getattr(self, name))


def _share_faults(name: str, value: float | None) -> Iterator[Fault]:
    if value is not None and not 0 <= value <= 1:
        yield Fault(name, f"{value:g} is not a share from 0 to 1.", "range")


#: Constants of the default methodology; a methodology may carry its own.
THRESHOLDS: Final = (
    Threshold("delivered", 60, source=_EXTENSION),
    Threshold("improved", 60, source=_EXTENSION),
    Threshold("on path", 0.9, source=_EXTENSION),
    Threshold("behind", 0.6, source=_EXTENSION),
    Threshold("stable within", 2, source=_EXTENSION),
    Threshold("trend points", 4, source=_EXTENSION),
    Threshold("outlier", 3.5, source=Source("Iglewicz & Hoaglin, How to Detect and Handle Outliers", year=1993)),
    Threshold("part against total", 50, source=_EXTENSION),
    Threshold("dashboard availability", 0.5, source=Source("Sustainable Development Report 2019", "dashboards")),
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


# It stands in the keys of what is compiled once: its hash is taken once.
@attrs.frozen(kw_only=True, cache_hash=True)
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
    #: Power of the generalised mean, where it is used: 1 is the mean, 0 the geometric one, −1 the harmonic one.
    power: float | None = field(default=None, converter=optional_number)
    #: Share of the minimum in the mean–min function, 0 to 1, where it is used.
    alpha: float | None = field(default=None, converter=optional_number)
    #: Least share that must have a value, 0 to 1; below it a score is flagged.
    min_coverage: float = field(default=0.0, converter=number)
    #: What that share is of: the weight behind the score, or the indicators due here and upstream.
    availability: Availability = "weight"
    #: Weights of the plan, or equal ones.
    weights: Weights = "plan"
    #: Which one counts where a total is given beside its parts.
    totals: Totals = "given"
    #: ``per_day`` permits a flow to be compared with a baseline of another length, marked.
    rebase: Rebase | None = None
    #: How many of the expected returns make an aggregate complete: all, any, ``at least 2``, ``share 0.8``.
    completeness: str = "all"
    #: How gaps are filled, marked on every number it touches; nothing fills none.
    gaps: Gaps | None = None
    #: ``per_day`` permits a flow whose period lies across a border to be divided by days, marked.
    straddle: Straddle | None = None
    #: ``equal`` permits shares and means given only as a number to be averaged, each counting once, marked.
    bare_ratios: BareRatios | None = None
    #: What counts as the same season a year before.
    seasons: Seasons = "calendar"
    #: How elements are rated: each level by its own rule, by its two worst indicators, or as StatCan does.
    rating: RatingRule = "level"
    #: Scales in place of the library's own, each with the source of its cut points.
    scales: tuple[Scale, ...] = field(default=(), converter=as_tuple)
    #: What is done otherwise at single elements and indicators.
    nodes: tuple[Override, ...] = field(default=(), converter=to_overrides)
    #: The constants: cut points of the diagnosis and the ratings.
    thresholds: tuple[Threshold, ...] = field(default=(), converter=to_thresholds)
    #: Where the choices are argued for.
    sources: tuple[Source, ...] = field(default=(), converter=as_tuple)

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield shares outside 0 to 1, an unknown policy, ids given twice, and two scales for one level."""
        for name in ("min_coverage", "alpha"):
            yield from _share_faults(name, getattr(self, name))
        if not _COMPLETENESS.fullmatch(self.completeness):
            yield Fault(
                "completeness",
                f"{self.completeness!r} is not a policy. Write all, any, 'at least 2', or 'share 0.8'.",
                "field",
            )
        ids = [override.id for override in self.nodes]
        if len(set(ids)) < len(ids):
            yield Fault("nodes", f"{ids} names an id twice.", "duplicate")
        # Indicators may have several: one for each number of cut points.
        levels = [level for scale in self.scales for level in scale.levels if level != "indicator"]
        if twice := sorted({level for level in levels if levels.count(level) > 1}):
            yield Fault("scales", f"Two scales are for {twice[0]!r}: one for each level.", "duplicate")

    def node(self, id: str) -> Override:
        """Return what is done otherwise at an id; an empty override where nothing is."""
        return self._override(id) or Override(id)

    def _override(self, id: str) -> Override | None:
        if not self.nodes:
            return None
        at = bisect_left(self.nodes, id, key=lambda override: override.id)
        return self.nodes[at] if at < len(self.nodes) and self.nodes[at].id == id else None

    def said(self, id: str, name: str) -> Any:
        """Return what is done otherwise at an id in one respect; nothing where nothing is.

        Examples
        --------
        >>> Methodology("strict", "1", nodes={"OBJ-1": {"weights": "equal"}}).said("OBJ-1", "weights")
        'equal'
        """
        override = self._override(id)
        return None if override is None else getattr(override, name)

    def choice(self, id: str, name: str) -> Any:
        """Return a choice as it holds at an id: what is done otherwise there, else the default.

        What the plan itself says of an element stands between the two.

        Examples
        --------
        >>> strict = Methodology("strict", "1", weights="equal", nodes={"OBJ-1": {"weights": "plan"}})
        >>> strict.choice("OBJ-1", "weights"), strict.choice("OC-1", "weights")
        ('plan', 'equal')
        """
        here = self.said(id, name)
        return getattr(self, name) if here is None else here

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
