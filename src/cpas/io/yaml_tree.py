"""YAML as plain data: mappings, lists and words, built token by token and never constructed.

A file that nests deeply, or that grows by aliases, is refused before it is in memory.
"""

from __future__ import annotations

from typing import Any, Final

from cpas.errors import FileError
from cpas.io.found import MAX_ALIASED, MAX_DEPTH, MAX_FOUND, MAX_VALUES, Found, Path, too_deep, too_many, twice
from cpas.io.scalars import Odd, resolve, shown
from cpas.io.yaml_text import yaml_tokens

__all__ = ["parse_yaml"]

#: A name of a field that YAML 1.1 has for a truth value; as a name it is clear enough.
_FIELD: Final = "on"


def parse_yaml(text: str, what: str) -> tuple[Any, list[Found]]:
    r"""Return the plain data of a YAML text, and the faults of its names.

    Examples
    --------
    >>> parse_yaml("id: OC-1\nid: OC-2", "Plan")
    ({'id': 'OC-1'}, [Found(path=('id',), message="'id' is given twice. Keep one.", code='duplicate_name')])
    """
    tree = _Tree(what)
    for count, (sort, word, line, anchor) in enumerate(yaml_tokens(text, what)):
        if count >= MAX_VALUES:
            raise too_many(what, line)
        if sort in "-+":
            tree.put(resolve(word) if sort == "-" else word, word, anchor, 1)
        elif sort in "{[":
            tree.begin(sort == "[", line, anchor, count)
            if sort == "[" and tree.depth == 1:
                return [], []  # a list at the top, however long it is
        elif sort == ".":
            tree.end(count)
        else:
            tree.repeat(word, line)
        if len(tree.found) >= MAX_FOUND:
            tree.found.append(Found((), f"After {MAX_FOUND} faults the rest was not read.", "more"))
            break
    return tree.root, tree.found


class _Open:
    """A mapping or list whose end has not come yet."""

    __slots__ = ("anchor", "before", "content", "is_dropped", "is_list", "name")

    def __init__(self, is_list: bool, anchor: str | None, before: int) -> None:
        self.content: Any = [] if is_list else {}
        self.is_list = is_list
        self.anchor = anchor
        #: How many values came before it, those that aliases repeat included.
        self.before = before
        #: Name whose value comes next, and whether that is left out, for the name is at fault.
        self.name: str | None = None
        self.is_dropped = False


class _Tree:
    """What has been read so far."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.root: Any = None
        self.found: list[Found] = []
        self.stack: list[_Open] = []
        #: What may be repeated, and how many values it has.
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.aliased = 0

    @property
    def depth(self) -> int:
        """How many lists and mappings are open."""
        return len(self.stack)

    def begin(self, is_list: bool, line: int, anchor: str | None, before: int) -> None:
        """Open a list or a mapping."""
        top = self.stack[-1] if self.stack else None
        if top is not None and not top.is_list and top.name is None:
            message = f"{self.what} has a name that is a list or a mapping (line {line}). Write a word."
            raise FileError(message, line=line)
        if len(self.stack) >= MAX_DEPTH:
            raise too_deep(self.what, line)
        opened = _Open(is_list, anchor, before + self.aliased)
        if top is None:
            self.root = opened.content
        self.stack.append(opened)

    def end(self, count: int) -> None:
        """Close the innermost list or mapping."""
        closed = self.stack.pop()
        self.put(closed.content, "", closed.anchor, count + self.aliased - closed.before)

    def repeat(self, name: str, line: int) -> None:
        """Put what an alias stands for; it is shared, not copied."""
        if name not in self.anchors:
            message = f"{self.what} has *{name:.60} (line {line}), which repeats nothing that ends before it."
            raise FileError(message, line=line)
        value, size = self.anchors[name]
        self.aliased += size
        if self.aliased > MAX_ALIASED:
            message = f"{self.what} repeats more than {MAX_ALIASED:,} values by aliases (line {line}). Write them out."
            raise FileError(message, line=line)
        self.put(value, name, None, size)

    def put(self, value: Any, word: str, anchor: str | None, size: int) -> None:
        """Put a value where the next one belongs: into a list, under a name, or as a name."""
        if anchor is not None:
            self.anchors[anchor] = (value, size)
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if top.is_list:
            top.content.append(value)
        elif top.name is None:
            self._name(top, value, word)
        else:
            if not top.is_dropped:
                top.content[top.name] = value
            top.name = None

    def _name(self, top: _Open, value: Any, word: str) -> None:
        """Take a name; note one that is given twice, or is no text."""
        top.name = value if isinstance(value, str) else word
        fault = None
        if not isinstance(value, str) and word != _FIELD:
            why = str(value) if isinstance(value, Odd) else f"{shown(value)} is not a text"
            mend = "Write the fields out" if word == "<<" else "Put it in quotes"
            fault = Found((*self._way(), top.name), f"As a name, {why}. {mend}.", "name")
        elif top.name in top.content:
            fault = twice((*self._way(), top.name))
        top.is_dropped = fault is not None
        if fault is not None:
            self.found.append(fault)

    def _way(self) -> Path:
        return tuple(len(level.content) if level.is_list else level.name or "" for level in self.stack[:-1])
