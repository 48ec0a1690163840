"""The records of a plan from the plain data of its file, with every fault in them and between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, get_type_hints

import attrs

from cpas.errors import Fault, LoopError, PlanError, did_you_mean
from cpas.io.converter import REFUSALS, found_in, path_of, to_record
from cpas.io.found import MAX_FOUND, Found, Path, path_text
from cpas.io.scalars import shown
from cpas.io.sections import LEVELS, SECTIONS
from cpas.model.elements import Link, chain
from cpas.model.plans import Plan

__all__ = ["Gathered", "gather"]

#: Fields of the plan itself: what is in no list.
_OWN: Final = tuple(field.name for field in attrs.fields(Plan) if field.name not in {*SECTIONS, "elements"})
_REQUIRED: Final = tuple(field.name for field in attrs.fields(Plan) if field.default is attrs.NOTHING)
_PLACE = re.compile(rf"\b({'|'.join(SECTIONS)})\[(\d+)\]")


@attrs.define
class Gathered:
    """What could be read of a plan, and what could not."""

    #: Fields of the plan itself, by name.
    own: dict[str, Any] = attrs.Factory(dict)
    #: Records by list.
    records: dict[str, list[Any]] = attrs.Factory(dict)
    #: Ways of those records in the file.
    ways: dict[str, list[Path]] = attrs.Factory(dict)
    #: What is wrong.
    found: list[Found] = attrs.Factory(list)
    #: Ids of records that could not be read: what refers to them is not at fault.
    lost: set[str] = attrs.Factory(set)
    #: Whether a record without a readable id was lost, so that any unknown id may be its own.
    lost_unnamed: bool = False

    def plan(self) -> Plan:
        """Return the plan, or raise what the records say against one another."""
        elements = [record for level in LEVELS for record in self.records.get(level, ())]
        others: dict[str, Any] = {name: records for name, records in self.records.items() if name not in LEVELS}
        own: dict[str, Any] = dict.fromkeys(_REQUIRED, "?") | self.own
        return Plan(elements=elements, **others, **own)

    def in_file(self, where: str) -> Path:
        """Return the way in the file of a place in the plan."""
        path = path_of(where)
        if len(path) < 2 or path[0] not in self.ways or not isinstance(path[1], int):
            return path
        section, rest = path[0], path[2:]
        way = self.ways[str(section)][path[1]]
        # A link of a chain has no ends of its own: they stand in the chain, one after the other.
        if section == "links" and len(way) == 4 and rest:
            ends = {"source": way[-1], "target": int(way[-1]) + 1}
            return (*way[:3], ends[rest[0]]) if rest[0] in ends else (*way[:2], *rest)
        return (*way, *rest)

    def between(self) -> Iterator[Found]:
        """Yield what records say against one another, but for what follows from records that were lost."""
        try:
            self.plan()
        except LoopError as error:
            yield Found((), str(error), "loop")
        except PlanError as error:
            for fault in error.faults or (Fault("", str(error), error.code),):
                if not self._follows(fault.message, fault.code):
                    message = _PLACE.sub(lambda match: path_text(self.in_file(match.group())), fault.message)
                    yield Found(self.in_file(fault.where), message, fault.code)

    def _follows(self, message: str, code: str) -> bool:
        if code == "unknown_id":
            return self.lost_unnamed or any(repr(id) in message.partition(" Did you mean")[0] for id in self.lost)
        return code == "unit" and "units" not in self.own and any(one.path[:1] == ("units",) for one in self.found)


def gather(data: dict[str, Any]) -> Gathered:
    """Return the records of a plan's plain data, and the faults of each.

    Examples
    --------
    >>> gather({"format": 1, "id": "p", "outcomes": [{"id": "OC-1"}]}).found[0]
    Found(path=(), message="The field 'title' is missing.", code='missing_field')
    """
    known = ["format", *_OWN, *SECTIONS]
    result = Gathered()
    for name in _REQUIRED:
        if name not in data:
            result.found.append(Found((), f"The field {name!r} is missing.", "missing_field"))
    for name, value in data.items():
        if name in SECTIONS:
            _gather_list(result, name, value)
        elif name in _OWN:
            _gather_own(result, name, value)
        elif name != "format":
            hint = did_you_mean(name, known)
            result.found.append(Found((str(name),), f"There is no field {name!r}.{hint}", "unknown_field"))
    return result


def _gather_own(result: Gathered, name: str, value: Any) -> None:
    try:
        result.own[name] = to_record(value, get_type_hints(Plan)[name])
    except REFUSALS as error:
        result.found += found_in(error, (name,))


def _gather_list(result: Gathered, name: str, value: Any) -> None:
    records, ways = result.records.setdefault(name, []), result.ways.setdefault(name, [])
    if not isinstance(value, list | tuple):
        message = f"This is {shown(value)}, where a list should be. Begin each of the {name} with '- '."
        result.found.append(Found((name,), message))
        result.lost_unnamed = True
        return
    for i, item in enumerate(value):
        if len(result.found) >= MAX_FOUND:
            result.found.append(Found((name, i), f"After {MAX_FOUND} faults the rest was not read.", "more"))
            return
        try:
            for record, way in _records(name, item, i):
                records.append(record)
                ways.append(way)
        except REFUSALS as error:
            result.found += found_in(error, (name, i))
            _lose(result, name, item)


def _records(name: str, item: Any, position: int) -> list[tuple[Any, Path]]:
    if name == "links" and isinstance(item, dict) and "chain" in item:
        return [(link, (name, position, "chain", i)) for i, link in enumerate(_chain(item))]
    return [(to_record(item, SECTIONS[name]), (name, position))]


@attrs.frozen
class _Chain:
    chain: tuple[str, ...]


def _chain(item: dict[str, Any]) -> tuple[Link, ...]:
    """Return the links of ``{chain: [A01, OP-1, OC-1], strength: weak}``: the other fields hold for each."""
    common = {name: value for name, value in item.items() if name != "chain"}
    if {"source", "target"} & common.keys():
        raise PlanError("A link is a 'chain', or has a 'source' and a 'target', not both.")
    ids = to_record({"chain": item["chain"]}, _Chain).chain
    # Read once, so that a field that is wrong is wrong once; the ends are only there to be replaced.
    common_link = to_record({**common, "source": "cause", "target": "effect"}, Link)
    return tuple(attrs.evolve(common_link, source=link.source, target=link.target) for link in chain(*ids))


def _lose(result: Gathered, name: str, item: Any) -> None:
    record: Any = SECTIONS[name]
    if "id" not in attrs.fields_dict(record):
        return
    id = item.get("id") if isinstance(item, dict) else None
    if isinstance(id, str):
        result.lost.add(id)
    else:
        result.lost_unnamed = True
