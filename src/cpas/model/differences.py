"""In what two choices of methods differ, field by field.  Methodology §9.7."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from cpas.model.methodology import Methodology

__all__ = ["Difference", "diff"]


@attrs.frozen
class Difference:
    """One choice that differs.

    Examples
    --------
    >>> str(Difference("combine", "arithmetic", "geometric"))
    "combine: 'arithmetic' → 'geometric'"
    """

    #: The field, with the id or name inside it: ``nodes[OBJ-1].combine``, ``thresholds[delivered]``.
    where: str
    #: What the first says; nothing where it is silent.
    before: Any
    #: What the second says.
    after: Any

    def __str__(self) -> str:
        return f"{self.where}: {self.before!r} → {self.after!r}"


def diff(a: Methodology, b: Methodology) -> tuple[Difference, ...]:
    """Return in what two methodologies differ, in the order of their fields.

    Sources are no choice of method and are left out; a name or a version alone is a difference.

    Notes
    -----
    Methodology §9.7. No difference but in name and version means the same numbers.

    Examples
    --------
    >>> from cpas.model.methodologies import preset
    >>> for one in diff(preset("cpas-default"), preset("hdi")):
    ...     print(one)
    name: 'cpas-default' → 'hdi'
    version: '1' → '2010'
    normalise: 'progress' → 'goalposts'
    combine: 'arithmetic' → 'geometric'
    min_coverage: 0.0 → 1.0
    weights: 'plan' → 'equal'
    """
    one, other = _flat(a), _flat(b)
    return tuple(
        Difference(where, one.get(where), other.get(where))
        for where in dict.fromkeys([*one, *other])
        if one.get(where) != other.get(where)
    )


def _flat(methodology: Methodology) -> Mapping[str, Any]:
    """Return every choice by its place; what is said otherwise at an id is said there only."""
    found: dict[str, Any] = {}
    for name in (a.name for a in attrs.fields(Methodology) if a.name != "sources"):
        value = getattr(methodology, name)
        if name == "thresholds":
            found |= {f"thresholds[{one.name}]": one.value for one in value}
        elif name == "scales":
            found |= dict(_scales(value))
        elif name == "nodes":
            found |= dict(_nodes(value))
        else:
            found[name] = value
    return found


def _nodes(nodes: Any) -> Iterator[tuple[str, Any]]:
    for node in nodes:
        for name in (a.name for a in attrs.fields(type(node)) if a.name != "id"):
            if (value := getattr(node, name)) is not None:
                yield f"nodes[{node.id}].{name}", value


def _scales(scales: Any) -> Iterator[tuple[str, Any]]:
    for scale in scales:
        yield f"scales[{scale.id}].levels", scale.levels
        yield f"scales[{scale.id}].what", scale.what
        for band in scale.bands:
            yield f"scales[{scale.id}].{band.name}", "open below" if band.low is None else band.low
