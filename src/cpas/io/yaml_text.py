"""The tokens of a YAML text, each with its line. Tags are refused, and with them all that could be constructed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cpas.errors import FileError
from cpas.io.found import Token

__all__ = ["yaml_tokens"]


def yaml_tokens(text: str, what: str) -> Iterator[Token]:
    """Yield the tokens of a YAML text; a tag or a second document is refused.

    Examples
    --------
    >>> [sort + word for sort, word, _, _ in yaml_tokens("id: 'no'", "Plan")]
    ['{', '-id', '+no', '.']
    """
    import yaml

    # The C reader where there is one; they differ in speed only.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents = 0
    event: Any
    try:
        for event in yaml.parse(text, Loader=loader):
            sort = _SORTS.get(type(event).__name__, "")
            line = event.start_mark.line + 1
            if sort == "-":
                if event.tag is not None:
                    raise _tagged(event.tag, what, line)
                yield ("-" if event.implicit[0] else "+", event.value, line, event.anchor)
            elif sort == ".":
                yield (sort, "", line, None)
            elif sort == "*":
                yield (sort, event.anchor, line, None)
            elif sort:
                if event.tag is not None:
                    raise _tagged(event.tag, what, line)
                yield (sort, "", line, event.anchor)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise FileError(f"{what} holds several documents: the second begins at line {line}.", line=line)
    except yaml.YAMLError as error:
        raise _not_yaml(error, text, what) from None


_SORTS: Final = {
    "ScalarEvent": "-",
    "MappingStartEvent": "{",
    "SequenceStartEvent": "[",
    "MappingEndEvent": ".",
    "SequenceEndEvent": ".",
    "AliasEvent": "*",
}


def _tagged(tag: str, what: str, line: int) -> FileError:
    short = tag.replace("tag:yaml.org,2002:", "!!")
    return FileError(
        f"{what} has a tag, {short:.60} (line {line}). Tags are not read: write the value alone.", line=line
    )


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
