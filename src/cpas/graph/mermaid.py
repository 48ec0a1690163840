"""The chain as Mermaid text, which many editors, wikis and code hosts draw.

Whatever stands in a plan is text to Mermaid too, never syntax: see :func:`mermaid_text`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from cpas.choices import LEVELS, SENSITIVITIES, Sensitivity
from cpas.graph.exchange import chain_links, people_edges, visible
from cpas.graph.steps import causes, effects, one_of, reached
from cpas.model import Indicator, Plan, Stance

__all__ = ["mermaid_text", "to_mermaid"]

_DIRECTIONS: Final = ("LR", "RL", "TB", "TD", "BT")
_TITLES: Final = {"activity": "Activities", "output": "Outputs", "outcome": "Outcomes", "objective": "Objectives"}
#: Quotes and brackets end a label, ``#…;`` is a character, ``<`` and ``&`` are HTML, ``*`` and backticks are Markdown,
#: a colon before ``#`` is read as a colour, ``°`` and ``¶`` stand for characters inside Mermaid.
_SPECIAL: Final = frozenset("\"'`#;&<>[]{}()|\\*_~^$:=@°¶\u200b")
#: What Mermaid still reads once numbers are characters again: mathematics, line breaks, its own marks, icons. A blank
#: of no width parts it.
_READ_LATE: Final = re.compile(r"(?<=\$)(?=\$)|(?<=\\)(?=n)|(?<=ﬂ)(?=°)|(?<=¶)(?=ß)|(?<=:)(?=fa-)")
#: What would begin a list at the start of a line.
_LIST_MARK: Final = re.compile(r"(?:\d+[.)]|[-+])(?=\s|$)")


def to_mermaid(
    plan: Plan,
    *,
    focus: str | None = None,
    direction: str = "LR",
    people: bool = False,
    indicators: bool = False,
    ceiling: Sensitivity = "internal",
) -> str:
    """Return a Mermaid flowchart of the chain, from activities to objectives.

    Parameters
    ----------
    plan : Plan
        The plan to draw.
    focus : str, optional
        Id of an element: only it, what leads to it and what it leads to are drawn.
    direction : str
        ``LR`` (left to right), ``RL``, ``TB`` (top to bottom), ``TD``, or ``BT``.
    people, indicators : bool
        With the stakeholders, with the indicators, of what is drawn.
    ceiling : str
        Highest sensitivity of the stances and indicators to draw. A box says how many were withheld.

    Returns
    -------
    str
        Text ending in a line break. Names of nodes come from places in the plan, so that the same element has the same
        name in a drawing of a part. Assumptions stand on their links.

    Raises
    ------
    UnknownIdError
        If the plan has no such element.
    RequestError
        If the direction or the ceiling is none.

    Examples
    --------
    >>> from cpas.model import *
    >>> plan = Plan("demo", "Demo", links=chain("OP-1", "OC-1"),
    ...             elements=[Outcome("OC-1", "Leaders say [yes]"), Output("OP-1", "Agreements")])
    >>> print(to_mermaid(plan), end="")
    flowchart LR
      subgraph outputs["Outputs"]
        n1["OP-1<br/>Agreements"]
      end
      subgraph outcomes["Outcomes"]
        n0["OC-1<br/>Leaders say #91;yes#93;"]
      end
      n1 --> n0
    """
    one_of("direction", direction, _DIRECTIONS)
    one_of("sensitivity", ceiling, SENSITIVITIES)
    drawing = _drawing(plan, focus, people, indicators, ceiling)
    lines = [f"flowchart {direction}", *_boxes(drawing), *_arrows(drawing)]
    lines += [f"  class {drawing.names[focus]} focus", "  classDef focus stroke-width:4px"] if focus is not None else []
    return "\n".join(lines) + "\n"


def mermaid_text(text: str) -> str:
    """Return text that Mermaid shows as it stands, on one line, inside a quoted label.

    Characters with a meaning become their numbers, white space becomes one blank, and characters that are not seen
    (controls, marks of direction) are left out.

    Examples
    --------
    >>> mermaid_text('Say "no"]; click')
    'Say #34;no#34;#93;#59; click'
    >>> mermaid_text("1. First")
    '1#46; First'
    """
    plain = "".join(character for character in " ".join(text.split()) if _is_seen(character)).strip()
    parted = _READ_LATE.sub("\u200b", plain)
    mark = _LIST_MARK.match(parted)
    at = mark.end() - 1 if mark else -1
    return "".join(f"#{ord(one)};" if one in _SPECIAL or i == at else one for i, one in enumerate(parted))


def _is_seen(character: str) -> bool:
    # The joiner holds many an emoji and many a word together.
    return character in "\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


# -- what is drawn -------------------------------------------------------------------------------------------


@attrs.frozen
class _Drawing:
    plan: Plan
    #: Names of the nodes that are drawn, by id.
    names: dict[str, str]
    stances: tuple[Stance, ...]
    indicators: tuple[Indicator, ...]
    people: bool
    #: What was left out for its sensitivity, in words.
    withheld: tuple[str, ...]


def _drawing(plan: Plan, focus: str | None, people: bool, indicators: bool, ceiling: Sensitivity) -> _Drawing:
    shown = _elements_shown(plan, focus)
    stances = [stance for stance in plan.stances if people and stance.element in shown]
    seen_stances = visible(stances, ceiling)
    shown |= _people_shown(plan, shown, seen_stances, focus) if people else set()
    measuring = [one for one in plan.indicators if indicators and shown.intersection(one.elements)]
    seen_indicators = visible(measuring, ceiling)
    withheld = _withheld(len(stances) - len(seen_stances), len(measuring) - len(seen_indicators))
    names = _names(plan, shown.union(one.id for one in seen_indicators))
    return _Drawing(plan, names, seen_stances, seen_indicators, people, withheld)


def _names(plan: Plan, shown: set[str]) -> dict[str, str]:
    """Return names that no text of the plan can disturb: a letter and the place in the plan."""
    lists: dict[str, Iterable[str]] = {
        "n": plan.elements_by_id,
        "s": plan.stakeholders_by_id,
        "i": plan.indicators_by_id,
    }
    return {id: f"{letter}{i}" for letter, ids in lists.items() for i, id in enumerate(ids) if id in shown}


def _withheld(stances: int, indicators: int) -> tuple[str, ...]:
    counts = (("stance", stances), ("indicator", indicators))
    return tuple(
        f"{count} {word}{'s' if count > 1 else ''} withheld as too sensitive" for word, count in counts if count
    )


def _elements_shown(plan: Plan, focus: str | None) -> set[str]:
    if focus is None:
        return set(plan.elements_by_id)
    plan.element(focus)
    return {focus} | reached([focus], causes(plan)) | reached([focus], effects(plan))


def _people_shown(plan: Plan, elements: set[str], stances: tuple[Stance, ...], focus: str | None) -> set[str]:
    """Return all stakeholders of a whole plan, and of a part those that something joins to it."""
    if focus is None:
        return set(plan.stakeholders_by_id)
    edges = [{source, target} for source, target, _ in people_edges(plan, stances)]
    return {end for ends in edges if ends & elements for end in ends if end in plan.stakeholders_by_id}


# -- lines ---------------------------------------------------------------------------------------------------


def _boxes(drawing: _Drawing) -> Iterator[str]:
    plan, names = drawing.plan, drawing.names
    for level in LEVELS:
        some = [element for element in plan.elements if element.level == level and element.id in names]
        boxes = (f'{names[one.id]}["{_label(one.id, one.statement)}"]' for one in some)
        yield from _group(_TITLES[level], boxes)
    rounded = (f'{names[one.id]}(["{_label(one.id, one.name)}"])' for one in plan.stakeholders if one.id in names)
    yield from _group("Stakeholders", rounded)
    slanted = (f'{names[one.id]}[/"{_label(one.id, one.name)}"/]' for one in drawing.indicators)
    yield from _group("Indicators", slanted)
    for i, note in enumerate(drawing.withheld):
        yield f'  w{i}["{mermaid_text(note)}"]'


def _group(title: str, boxes: Iterable[str]) -> Iterator[str]:
    lines = [f"    {box}" for box in boxes]
    if lines:
        yield from (f'  subgraph {title.lower()}["{title}"]', *lines, "  end")


def _label(id: str, text: str) -> str:
    return f"{mermaid_text(id)}<br/>{mermaid_text(text)}"


def _arrows(drawing: _Drawing) -> Iterator[str]:
    plan, names = drawing.plan, drawing.names
    for link in chain_links(plan):
        if link.source in names and link.target in names:
            yield _arrow(names[link.source], "-->", ", ".join(link.assumptions), names[link.target])
    for source, target, facts in people_edges(plan, drawing.stances) if drawing.people else ():
        if source in names and target in names:
            word = facts.get("position") or facts.get("mode") or facts["kind"]
            yield _arrow(names[source], "-.->", word, names[target])
    for indicator in drawing.indicators:
        for id in indicator.elements:
            if id in names:
                yield _arrow(names[indicator.id], "-.-", "", names[id])


def _arrow(source: str, line: str, label: str, target: str) -> str:
    return f'  {source} {line}|"{mermaid_text(label)}"| {target}' if label else f"  {source} {line} {target}"
