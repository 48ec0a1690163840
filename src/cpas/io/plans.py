"""Plans as files: YAML and JSON, read and written without loss.

Examples
--------
>>> text = '''
... format: 1
... id: demo
... title: A small plan
... objectives:
... - {id: OBJ-1, statement: Civilians are safer}
... outcomes:
... - {id: OC-1, statement: Leaders settle disputes, change: process}
... links:
... - {chain: [OC-1, OBJ-1]}
... '''
>>> plan = plan_from_text(text)
>>> plan_from_text(plan_to_text(plan)) == plan
True
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import attrs

from cpas.errors import LoopError, PlanError
from cpas.io.files import MAX_BYTES, write_text
from cpas.io.found import Form
from cpas.io.gathering import gather
from cpas.io.layout import to_text
from cpas.io.plain import fields_of, to_plain, with_texts
from cpas.io.schema import plan_schema
from cpas.io.sections import FORMAT, SECTIONS, format_faults
from cpas.io.text import Parsed, form_of, open_text, parse
from cpas.model.plans import Plan

__all__ = [
    "plan_from_dict",
    "plan_from_text",
    "plan_schema",
    "plan_to_dict",
    "plan_to_text",
    "read_plan",
    "write_plan",
]


def read_plan(path: str | os.PathLike[str], *, max_bytes: int = MAX_BYTES) -> Plan:
    r"""Return the plan in a YAML or JSON file.

    Parameters
    ----------
    path : str or path
        A name that ends in ``.json`` is JSON, in ``.yaml`` or ``.yml`` YAML; of any other, the first sign decides.
    max_bytes : int
        Larger files are refused before they are read.

    Returns
    -------
    Plan

    Raises
    ------
    FileError
        If the file cannot be read: missing (also a FileNotFoundError), not UTF-8, not well formed, too large or deep.
    PlanError
        If what it says is no plan. Every fault is listed, with its place and its line.
    LoopError
        If causes, activities, parts, places or formulas form a loop; it is named.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mission.yaml")
    >>> _ = path.write_text("format: 1\nid: demo\ntitle: 2025\noutcoms: []\n")
    >>> try:
    ...     read_plan(path)
    ... except PlanError as error:
    ...     print(*error.faults, sep="\n")
    title (line 3): 2025 is a number, where a text should be. Put it in quotes: '2025'.
    outcoms (line 4): There is no field 'outcoms'. Did you mean 'outcomes'?
    """
    return _plan(open_text(path, kind="Plan file", max_bytes=max_bytes), path=os.fspath(path))


def write_plan(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan to a YAML or JSON file, whole or not at all.

    What is not said is left out; the same plan gives the same bytes. Reading the file gives an equal plan.

    Parameters
    ----------
    path : str or path
        It ends in ``.yaml``, ``.yml`` or ``.json``. What was there is replaced.

    Raises
    ------
    FileError
        If the name ends otherwise, or the file cannot be written.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mission.json")
    >>> write_plan(Plan("demo", "A small plan"), path)
    >>> read_plan(path).title
    'A small plan'
    """
    write_text(plan_to_text(plan, form=form_of(path)), path, what=f"Plan file {os.fspath(path)!r}")


def plan_from_text(text: str, *, form: Form = "yaml", what: str = "Plan") -> Plan:
    """Return the plan in a YAML or JSON text; raises as :func:`read_plan` does.

    Parameters
    ----------
    what : str
        What an error calls it.

    Examples
    --------
    >>> plan_from_text('{"format": 1, "id": "demo", "title": "A small plan"}', form="json").id
    'demo'
    """
    return _plan(parse(text, form=form, what=what))


def plan_to_text(plan: Plan, *, form: Form = "yaml") -> str:
    """Return a plan as the text of its file.

    Examples
    --------
    >>> print(plan_to_text(Plan("demo", "A small plan", period="2025")), end="")
    format: 1
    id: demo
    title: A small plan
    period: "2025"
    """
    return to_text(_layout(plan), form=form)


def plan_from_dict(data: Mapping[str, Any], *, what: str = "Plan") -> Plan:
    """Return the plan that plain data describe, as they would stand in a file.

    Examples
    --------
    >>> plan_from_dict({"format": 1, "id": "demo", "title": "A small plan"}).version
    '1'
    """
    return _plan(Parsed(what, dict(data)))


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """Return a plan as plain data, ready for JSON: days and periods are texts.

    Examples
    --------
    >>> plan_to_dict(Plan("demo", "A small plan"))
    {'format': 1, 'id': 'demo', 'title': 'A small plan'}
    """
    plain: dict[str, Any] = with_texts(_layout(plan))
    return plain


def _plan(parsed: Parsed, **facts: Any) -> Plan:
    wrong = list(format_faults(parsed.data))
    if wrong:
        raise parsed.refusal(wrong, **facts)
    gathered = gather(parsed.data)
    found = [*parsed.found, *gathered.found]
    if not found:
        try:
            return gathered.plan()
        except LoopError as error:
            raise LoopError(f"{parsed.what}: {error}", **error.facts, **facts) from None
        except PlanError:
            pass
    raise parsed.refusal([*found, *gathered.between()], **facts)


def _layout(plan: Plan) -> dict[str, Any]:
    """Return a plan as it stands in a file: one list per level, days as days."""
    own = fields_of(plan, [field.name for field in attrs.fields(Plan) if field.name not in {*SECTIONS, "elements"}])
    lists = {name: [to_plain(record) for record in getattr(plan, name)] for name in SECTIONS}
    note = {"note": own.pop("note")} if "note" in own else {}
    return {"format": FORMAT} | own | {name: records for name, records in lists.items() if records} | note
