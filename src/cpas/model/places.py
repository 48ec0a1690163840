"""Places in a hierarchy, and the dimensions by which values are broken down.  Methodology §3."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date

import attrs
from attrs import field

from cpas.errors import Fault
from cpas.model.fields import Record, as_tuple, number, texts

__all__ = ["ROOT", "UNKNOWN", "Dimension", "Moved", "Place"]

#: Id of the place above all others where a plan has no common root of its own.
ROOT = "all"
#: The member for what is not known; every dimension has it. It is an answer, not a missing value.
UNKNOWN = "unknown"


def to_point(value: Iterable[float] | None) -> tuple[float, float] | None:
    """Return latitude and longitude as floats, or nothing."""
    if value is None:
        return None
    latitude, longitude = (number(part) for part in value)
    return latitude, longitude


@attrs.frozen(kw_only=True)
class Moved(Record):
    """A day from which a place lies in another.  Methodology §3.5.2."""

    #: First day it lies there.
    on: date = field(kw_only=False)
    #: Id of the place it lies in from that day.
    parent: str = field(kw_only=False)


@attrs.frozen(kw_only=True)
class Place(Record):
    """A place that values are for.

    Examples
    --------
    >>> town = Place("town", "Town", parent="north", moves=[Moved(date(2025, 7, 1), "south")])
    >>> town.parent_on(date(2025, 6, 30)), town.parent_on(date(2025, 7, 1)), town.parent_on(None)
    ('north', 'south', 'south')
    """

    #: Unique among places.
    id: str = field(kw_only=False)
    #: What it is called.
    name: str = field(kw_only=False)
    #: Id of the place it lies in; before its first move, where it has moved.
    parent: str | None = None
    #: Name of its level, such as ``prefecture``; a request for places may name it.
    level: str | None = None
    #: Latitude and longitude, in degrees (WGS 84).
    point: tuple[float, float] | None = field(default=None, converter=to_point)
    #: True where it overlaps its sisters, so that people counted in both would be counted twice.
    overlapping: bool = False
    #: First day it exists.
    begins: date | None = None
    #: Last day it exists.
    ends: date | None = None
    #: Days from which it lies in another place, in their order.
    moves: tuple[Moved, ...] = field(default=(), converter=as_tuple)

    def parent_on(self, day: date | None) -> str | None:
        """Return the id of the place it lies in on a day; of no day, after all its moves."""
        before = [moved.parent for moved in self.moves if day is None or moved.on <= day]
        return before[-1] if before else self.parent

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield a point that is not on the globe, an end before the beginning, and moves out of order."""
        if self.point is not None and not (abs(self.point[0]) <= 90 and abs(self.point[1]) <= 180):
            yield Fault("point", f"{self.point} is not a latitude and a longitude in degrees.", "range")
        if self.begins is not None and self.ends is not None and self.ends < self.begins:
            yield Fault("ends", f"{self.ends} is before {self.begins}.", "order")
        if self.parent == self.id:
            yield Fault("parent", f"{self.id!r} lies in itself.", "loop")
        days = [moved.on for moved in self.moves]
        if any(later <= earlier for earlier, later in itertools.pairwise(days)):
            yield Fault(
                "moves", f"{', '.join(map(str, days))} do not rise: list each move after the one before.", "order"
            )


@attrs.frozen(kw_only=True)
class Dimension(Record):
    """A way to break values down, such as sex or age.

    Examples
    --------
    >>> Dimension("sex", ["female", "male"]).vocabulary
    ('female', 'male', 'unknown')
    """

    #: Unique among dimensions; the name of its column in tables.
    id: str = field(kw_only=False)
    #: Its members. ``unknown`` is a member of every dimension, listed or not.
    members: tuple[str, ...] = field(kw_only=False, converter=texts)
    #: What it is called.
    name: str = ""
    #: True where one thing can be in several members, so that members do not add up.
    overlapping: bool = False

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The members in their order, with ``unknown`` last where it is not listed."""
        return self.members if UNKNOWN in self.members else (*self.members, UNKNOWN)

    def meaning_faults(self) -> Iterator[Fault]:
        """Yield members given twice or empty."""
        if not self.members:
            yield Fault("members", "A dimension needs at least one member.", "empty")
        if len(set(self.members)) < len(self.members):
            yield Fault("members", f"{list(self.members)} names a member twice.", "duplicate")
        if any(not member.strip() for member in self.members):
            yield Fault("members", "A member is empty. A blank in a table means all members.", "empty")
