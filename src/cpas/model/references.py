"""Faults of one reference at a time: an id, a place or member, a unit, a formula.  Methodology §1."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from cpas.errors import CpasError, Fault, did_you_mean
from cpas.model.loops import formula_references
from cpas.units import check_unit

if TYPE_CHECKING:
    from cpas.model.plans import Plan

__all__ = ["formula_faults", "unit_fault", "unknown", "unknown_one", "where_faults", "with_nearest"]

#: Among more ids than these, to find the nearest takes time that is felt.
_MANY: Final = 1_000
#: How often it is taken in one plan.
_HINTS: Final = 20


class Unknown(Fault):
    """An id that is not known, until `with_nearest` names the nearest that is."""

    id: str
    known: Collection[str]


def with_nearest(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield faults, those of unknown ids with the nearest id; among many thousand, only the first few have it.

    Examples
    --------
    >>> [fault.message for fault in with_nearest(unknown("places", ["nort"], {"north"}, "place"))]
    ["There is no place 'nort'. Did you mean 'north'?"]
    """
    left = _HINTS
    for fault in faults:
        if isinstance(fault, Unknown):
            # A level left out of a large plan would have each of its links compared with each of its elements.
            left -= len(fault.known) > _MANY
            hint = did_you_mean(fault.id, fault.known) if left >= 0 or len(fault.known) <= _MANY else ""
            yield Fault(fault.where, fault.message + hint, fault.code)
        else:
            yield fault


def unknown(where: str, ids: Iterable[str], known: Collection[str], what: str) -> Iterator[Fault]:
    """Yield a fault for each id that is not known."""
    for i, id in enumerate(ids):
        yield from unknown_one(f"{where}[{i}]", id, known, what)


def unknown_one(where: str, id: str | None, known: Collection[str], what: str) -> Iterator[Fault]:
    """Yield a fault if there is an id and it is not known."""
    if id is not None and id not in known:
        fault = Unknown(where, f"There is no {what} {id!r}.", "unknown_id")
        fault.id, fault.known = id, known
        yield fault


def where_faults(
    plan: Plan, where: str, pairs: tuple[tuple[str, str], ...], dimensions: Mapping[str, Any]
) -> Iterator[Fault]:
    """Yield a place or a member that is not the indicator's own."""
    if len({key for key, _ in pairs}) < len(pairs):
        yield Fault(where, f"{dict(pairs)} names a place or a dimension twice.", "duplicate")
    for key, value in pairs:
        if key == "place":
            if value != plan.root:
                yield from unknown_one(where, value, plan.places_by_id, "place")
        elif key not in dimensions:
            hint = did_you_mean(key, ["place", *dimensions])
            yield Fault(where, f"{key!r} is neither 'place' nor a dimension of the indicator.{hint}", "unknown_id")
        else:
            yield from unknown_one(where, value, dimensions[key].vocabulary, f"member of {key!r}")


def unit_fault(plan: Plan, where: str, unit: str) -> Iterator[Fault]:
    """Yield a fault if a unit cannot be read."""
    try:
        check_unit(unit, plan.units)
    except CpasError as error:
        yield Fault(where, str(error), "unit")


def formula_faults(plan: Plan, where: str, formula: str) -> Iterator[Fault]:
    """Yield what a formula refers to and is not there, or that it refers to nothing."""
    references = formula_references(formula)
    if not references:
        yield Fault(where, f"{formula!r} refers to no indicator. Write one as {{I-07}}.", "formula")
    for id, member in references:
        yield from unknown_one(where, id, plan.indicators_by_id, "indicator")
        for part in filter(None, (text.strip() for text in member.split(","))):
            dimension, _, name = (text.strip() for text in part.partition("="))
            yield from where_faults(plan, where, ((dimension, name),), plan.dimensions_by_id)
