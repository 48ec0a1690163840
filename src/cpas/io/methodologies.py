"""The choice of methods as a file, so that a mission's own can be kept beside its plan."""

from __future__ import annotations

import os
from typing import Any, Final

from cpas.io.converter import REFUSALS, found_in, to_record
from cpas.io.files import MAX_BYTES, write_text
from cpas.io.layout import to_text
from cpas.io.plain import fields_of, with_texts
from cpas.io.sections import FORMAT, format_faults
from cpas.io.text import form_of, open_text
from cpas.model.methodology import Methodology

__all__ = ["methodology_to_dict", "read_methodology", "write_methodology"]

_KIND: Final = "Methodology file"


def read_methodology(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Methodology:
    r"""Return the methodology in a YAML or JSON file.

    What the file leaves out is as in the library's own methodology. ``nodes`` and ``thresholds`` may be mappings.

    Raises
    ------
    FileError
        If the file cannot be read.
    PlanError
        If what it says is no methodology. Every fault is listed, with its place and its line.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "methods.yaml")
    >>> text = "format: 1\nname: strict\nversion: '2'\nthresholds: {delivered: 80}\n"
    >>> _ = path.write_text(text)
    >>> read_methodology(path).threshold("delivered")
    80.0
    """
    parsed = open_text(path, kind=_KIND, max_bytes=max_bytes)
    found = list(format_faults(parsed.data))
    if not found:
        found = list(parsed.found)
        try:
            methodology = to_record({k: v for k, v in parsed.data.items() if k != "format"}, Methodology)
        except REFUSALS as error:
            found += found_in(error)
    if found:
        raise parsed.refusal(found, path=os.fspath(path))
    return methodology


def write_methodology(methodology: Methodology, path: str | os.PathLike[str]) -> None:
    """Write a methodology to a YAML or JSON file, whole or not at all.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "methods.yaml")
    >>> write_methodology(Methodology("strict", "2", nodes={"OBJ-1": {"combine": "minimum"}}), path)
    >>> print(path.read_text(), end="")
    format: 1
    name: strict
    version: "2"
    nodes: {OBJ-1: {combine: minimum}}
    """
    data = {"format": FORMAT} | fields_of(methodology)
    write_text(to_text(data, form=form_of(path)), path, what=f"{_KIND} {os.fspath(path)!r}")


def methodology_to_dict(methodology: Methodology) -> dict[str, Any]:
    """Return a methodology as plain data, ready for JSON.

    Examples
    --------
    >>> methodology_to_dict(Methodology("mine", "1", thresholds={"delivered": 80}))
    {'format': 1, 'name': 'mine', 'version': '1', 'thresholds': {'delivered': 80}}
    """
    plain: dict[str, Any] = with_texts({"format": FORMAT} | fields_of(methodology))
    return plain
