"""YAML as plain data, read event by event.

Nothing is constructed but mappings, lists and words, and a file that nests deeply or grows by aliases is refused before
it is in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cpas.errors import FileError
from cpas.io.found import MAX_ALIASED, MAX_DEPTH, MAX_FOUND, MAX_VALUES, Found, Path, Token, too_deep, twice
from cpas.io.scalars import Odd, resolve, shown

__all__ = ["parse_yaml", "yaml_tokens"]


def parse_yaml(text: str, what: str) -> tuple[Any, list[Found]]:
    """Return the plain data of a YAML text, and the faults of its names."""
    return _build(yaml_tokens(text, what), what)


def yaml_tokens(text: str, what: str) -> Iterator[Token]:
    """Yield the tokens of a YAML text; a tag or a second document is refused.

    Examples
    --------
    >>> [token.sort + token.word for token in yaml_tokens("id: 'no'", "Plan")]
    ['{', '-id', '+no', '.']
    """
    import yaml

    # The C reader where there is one; they differ in speed only.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = 0
    try:
        event: Any
        for event in yaml.parse(text, Loader=loader):
            line = event.start_mark.line + 1
            if getattr(event, "tag", None) is not None:
                raise FileError(
                    f"{what} has a tag, {event.tag[:60]!r} (line {line}). Tags are not read: write the value alone.",
                    line=line,
                )
            if isinstance(event, yaml.ScalarEvent):
                yield Token("-" if event.implicit[0] else "+", event.value, line, event.anchor)
            elif isinstance(event, yaml.CollectionStartEvent):
                sort = "{" if isinstance(event, yaml.MappingStartEvent) else "["
                yield Token(sort, "", line, event.anchor)
            elif isinstance(event, yaml.CollectionEndEvent):
                yield Token(".", "", line)
            elif isinstance(event, yaml.AliasEvent):
                yield Token("*", event.anchor or "", line)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise FileError(f"{what} holds several documents: the second begins at line {line}.", line=line)
    except yaml.YAMLError as error:
        raise _not_yaml(error, text, what) from None


def _not_yaml(error: Any, text: str, what: str) -> FileError:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1
        problem = f"{getattr(error, 'reason', 'it cannot be read')}"
        return FileError(f"{what} has a character that no text holds: {problem} (near line {line}).", line=line)
    line = mark.line + 1
    hint = ""
    if "\t" in "".join(text.splitlines()[mark.line : mark.line + 1])[: mark.column + 1]:
        hint = " There is a tab: indent with spaces."
    elif "mapping values" in (error.problem or ""):
        hint = " A text with ': ' in it needs quotes."
    problem = " ".join(part for part in (error.context, error.problem) if part)
    return FileError(
        f"{what} is not well-formed YAML: {problem} (line {line}, column {mark.column + 1}).{hint}", line=line
    )


class _Open:
    """A mapping or list whose end has not come yet."""

    __slots__ = ("anchor", "before", "content", "is_list", "name")

    def __init__(self, is_list: bool, anchor: str | None, before: int) -> None:
        self.content: Any = [] if is_list else {}
        self.is_list = is_list
        self.anchor = anchor
        #: How many values came before it.
        self.before = before
        #: Name whose value comes next.
        self.name: str | None = None


def _build(tokens: Iterable[Token], what: str) -> tuple[Any, list[Found]]:
    """Return the data of tokens and the faults of its names."""
    stack: list[_Open] = []
    found: list[Found] = []
    anchors: dict[str, tuple[Any, int]] = {}
    root: Any = None
    count = aliased = 0
    for sort, word, line, anchor in tokens:
        count += 1
        if count > MAX_VALUES:
            raise FileError(f"{what} has more than {MAX_VALUES:,} values, the most that are read.", line=line)
        top = stack[-1] if stack else None
        if sort in "{[":
            if top is not None and not top.is_list and top.name is None:
                raise FileError(
                    f"{what} has a name that is a list or a mapping (line {line}). Write a word.", line=line
                )
            if len(stack) >= MAX_DEPTH:
                raise too_deep(what, line)
            if not stack and sort == "[":
                return [], []
            stack.append(_Open(sort == "[", anchor, count))
            continue
        if sort == ".":
            closed = stack.pop()
            value = closed.content
            anchor, size = closed.anchor, count - closed.before
            top = stack[-1] if stack else None
        elif sort == "*":
            if word not in anchors:
                raise FileError(f"{what} repeats *{word} inside itself (line {line}).", line=line)
            value, size = anchors[word]
            aliased += size
            if aliased > MAX_ALIASED:
                raise FileError(
                    f"{what} repeats more than {MAX_ALIASED:,} values by aliases (line {line}). Write them out.",
                    line=line,
                )
        else:
            value, size = (resolve(word) if sort == "-" else word), 1
        if anchor is not None:
            anchors[anchor] = (value, size)
        if top is None:
            root = value
        elif top.is_list:
            top.content.append(value)
        elif top.name is None:
            top.name = _name(value, word, stack, found)
        else:
            # The first of two stands; the second is a fault already.
            top.content.setdefault(top.name, value)
            top.name = None
        if len(found) >= MAX_FOUND:
            found.append(Found((), f"After {MAX_FOUND} faults the rest was not read.", "more"))
            break
    return root, found


def _name(value: Any, word: str, stack: list[_Open], found: list[Found]) -> str:
    """Return the name that a value comes under; note one that is given twice, or is no text."""
    top = stack[-1]
    name = value if isinstance(value, str) else word
    path = (*_way(stack), name)
    if name == "<<":
        found.append(Found(path, "Merging with '<<' is not read: write the fields out.", "name"))
    elif not isinstance(value, str):
        why = str(value) if isinstance(value, Odd) else f"{shown(value)} is not a text"
        found.append(Found(path, f"As a name, {why}. Put it in quotes.", "name"))
    elif name in top.content:
        found.append(twice(path))
    return name


def _way(stack: list[_Open]) -> Path:
    return tuple(len(level.content) if level.is_list else level.name or "" for level in stack[:-1])
