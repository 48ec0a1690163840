"""An explanation as a Mermaid flowchart, from the observations up to the number."""

from __future__ import annotations

from collections.abc import Iterator

from cpas.graph.mermaid import mermaid_text
from cpas.tables.grounds import Ground

__all__ = ["ground_mermaid"]


def ground_mermaid(ground: Ground) -> str:
    """Return a flowchart; what stands beside a number without counting in it is joined by a dotted line.

    Examples
    --------
    >>> part = Ground("I03", value=68.2, digits=1)
    >>> print(ground_mermaid(Ground("OC-1", value=57.9, digits=1, children=(part,))), end="")
    flowchart BT
      n0["OC-1<br/>57.9"]
      n1["I03<br/>68.2"]
      n1 --> n0
    """
    return "\n".join(["flowchart BT", *_lines(ground, _Counter(), "")]) + "\n"


class _Counter:
    """Names nodes in the order in which they are drawn."""

    def __init__(self) -> None:
        self.last = -1

    def next(self) -> str:
        self.last += 1
        return f"n{self.last}"


def _lines(ground: Ground, names: _Counter, above: str) -> Iterator[str]:
    name = names.next()
    yield f'  {name}["{_label(ground.what, ground.said)}"]'
    if above:
        yield f"  {name} {'-->' if ground.counts else '-.->'} {above}"
    if len(ground.rows) or ground.withheld:
        leaf = names.next()
        count = f"{len(ground.rows):,} observation{'' if len(ground.rows) == 1 else 's'}" if len(ground.rows) else ""
        yield f'  {leaf}("{_label(count, ground.withheld_said)}")'
        yield f"  {leaf} --> {name}"
    for child in ground.children:
        yield from _lines(child, names, name)


def _label(*texts: str) -> str:
    return "<br/>".join(mermaid_text(text) for text in texts if text)
