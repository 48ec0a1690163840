"""The conformance runner: cases with published results, in JSON that any implementation can read, and a table of them.

A case names its source and licence, its inputs, its methodology and what must come out, to which tolerance. There are
two sorts. A ``method`` case calls one function of :mod:`cpas.methods`, by its name there, with its arguments by name; a
``plan`` case goes through aggregate, score and rate on a whole plan. null is missing. The cases are shipped with the
package, in ``cpas/testing/cases``; the README there says how to read them.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

import attrs
import numpy as np

from cpas.columns import Column, names
from cpas.cycle.performing import aggregate
from cpas.cycle.rating import rate
from cpas.cycle.scoring import score
from cpas.display import html_table, text_table
from cpas.errors import CpasError, FileError, MissingExtraError
from cpas.io.converter import to_record
from cpas.io.observations import read_observations
from cpas.io.plans import plan_from_dict
from cpas.model import DEFAULT, Methodology
from cpas.tables.frames import Result
from cpas.tables.remarks import Remarks
from cpas.waiting import watched

__all__ = ["CONFORMANCE", "Case", "Conformance", "Outcome", "cases", "run"]

_FORMAT: Final = 1
_KEYS: Final = ("id", "indicator", "period", "place")
#: One row per case.
CONFORMANCE: Final = (
    Column("case", "text", "Name of the case.", may_be_missing=False),
    Column("clause", "text", "Clause of the methodology.", may_be_missing=False),
    Column("status", "text", "passed, failed, or skipped.", may_be_missing=False),
    Column("checks", "count", "Numbers and words compared.", may_be_missing=False),
    Column("failed", "count", "Those that differ by more than the tolerance.", may_be_missing=False),
    Column("worst", "number", "Largest difference between numbers."),
    Column("tolerance", "number", "Largest difference allowed."),
    Column("source", "text", "Document the expected results are from.", may_be_missing=False),
    Column("note", "text", "What differs first, or why it was skipped."),
)


@attrs.frozen(kw_only=True)
class Case:
    """One case: a file."""

    #: Name of the file, without its ending.
    id: str
    #: What the file says.
    data: Mapping[str, Any]

    @property
    def source(self) -> str:
        """The document the expected results are from, with its section."""
        source = self.data["source"]
        return ", ".join(str(source[name]) for name in ("document", "section") if source.get(name))


@attrs.frozen(kw_only=True)
class Outcome:
    """What came of one case."""

    #: The case.
    case: Case
    #: Whether everything is within the tolerance; or why it could not be tried.
    status: Literal["passed", "failed", "skipped"]
    #: Numbers and words compared.
    checks: int = 0
    #: Each that differs: where, what was found, what was expected.
    differences: tuple[tuple[str, Any, Any], ...] = ()
    #: Largest difference between numbers.
    worst: float = math.nan
    #: Why it was skipped.
    note: str = ""


@attrs.frozen(eq=False, kw_only=True, repr=False)
class Conformance(Result):
    """What came of all cases, one row each. Made by :func:`run`."""

    #: One per case, in the order of their names.
    outcomes: tuple[Outcome, ...]
    #: Nothing is remarked here.
    remarks: Remarks = attrs.field(factory=Remarks)

    @property
    def is_passed(self) -> bool:
        """Whether no case failed."""
        return all(one.status != "failed" for one in self.outcomes)

    def __len__(self) -> int:
        return len(self.outcomes)

    def __repr__(self) -> str:
        shown = ("case", "clause", "status", "checks", "failed", "worst", "tolerance", "note")
        return text_table(shown, [[row[name] for name in shown] for row in self.rows()], width=120)

    def _repr_html_(self) -> str:
        shown = names(CONFORMANCE)
        return html_table(shown, [[row[n] for n in shown] for row in self.rows()], caption="Conformance")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, ready for JSON."""
        return {"is_passed": self.is_passed, "conformance": self.rows()}

    def _columns(self) -> tuple[Column, ...]:
        return CONFORMANCE

    def _data(self) -> Mapping[str, Any]:
        rows = [_row(one) for one in self.outcomes]
        return {name: [row[name] for row in rows] for name in names(CONFORMANCE)}


def _row(one: Outcome) -> dict[str, Any]:
    first = next((f"{where}: {found!r} in place of {due!r}" for where, found, due in one.differences), None)
    return {
        "case": one.case.id,
        "clause": one.case.data["clause"],
        "status": one.status,
        "checks": one.checks,
        "failed": len(one.differences),
        "worst": one.worst,
        "tolerance": one.case.data["tolerance"],
        "source": one.case.source,
        "note": first or one.note or None,
    }


def cases(folder: str | os.PathLike[str] | None = None) -> tuple[Case, ...]:
    """Return the cases in a folder, by name; those shipped with the package where none is given.

    Raises
    ------
    FileError
        If a file is no case of the format that is read here.

    Examples
    --------
    >>> "golden-means" in [case.id for case in cases()]
    True
    """
    root: Any = files("cpas.testing") / "cases" if folder is None else Path(folder)
    found = sorted((entry for entry in root.iterdir() if entry.name.endswith(".json")), key=lambda entry: entry.name)
    return tuple(_read(entry) for entry in found)


def _read(entry: Any) -> Case:
    try:
        data = json.loads(entry.read_text(encoding="utf-8"))
    except ValueError as error:
        raise FileError(f"Case {entry.name!r} is no JSON: {error}", path=entry.name) from error
    lacking = [name for name in ("kind", "clause", "source", "tolerance") if name not in data]
    if data.get("format") != _FORMAT or lacking:
        said = f"lacks {', '.join(lacking)}" if lacking else f"is of format {data.get('format')!r}, not {_FORMAT}"
        raise FileError(f"Case {entry.name!r} {said}.", path=entry.name)
    return Case(id=entry.name.removesuffix(".json"), data=data)


def run(some: Iterable[Case] | None = None, *, progress_bar: bool | None = None) -> Conformance:
    """Run cases, and say of each whether the library gives what is published.

    Parameters
    ----------
    some : iterable of Case, optional
        From :func:`cases`; all that are shipped where none are given.
    progress_bar : bool, optional
        Whether to show how far it is, once it takes a second; at a terminal and in a notebook where not said.

    Returns
    -------
    Conformance
        Columns ``case clause status checks failed worst tolerance source note``. A case is skipped only where an
        optional package that its method needs is not installed.

    Examples
    --------
    >>> run(case for case in cases() if case.id == "golden-means").is_passed
    True
    """
    known = cases() if some is None else some
    return Conformance(outcomes=tuple(map(_outcome, watched(known, "Recomputing", progress_bar=progress_bar))))


def _outcome(case: Case) -> Outcome:
    try:
        pairs = list(_compared(case))
    except MissingExtraError as error:
        return Outcome(case=case, status="skipped", note=str(error).splitlines()[0])
    except CpasError as error:
        return Outcome(case=case, status="failed", checks=1, differences=(("error", str(error), "a result"),))
    tolerance = float(case.data["tolerance"])
    wrong = tuple((where, found, due) for where, found, due in pairs if not _is_near(found, due, tolerance))
    gaps = [abs(found - due) for _, found, due in pairs if _is_number(found) and _is_number(due)]
    return Outcome(
        case=case,
        status="failed" if wrong or not pairs else "passed",
        checks=len(pairs),
        differences=wrong,
        worst=max(gaps, default=math.nan),
    )


def _compared(case: Case) -> Iterator[tuple[str, Any, Any]]:
    """Yield where, what was found, and what was expected, down to single numbers and words."""
    if case.data["kind"] == "method":
        for number, check in enumerate(case.data["checks"]):
            method = check.get("method", case.data.get("method"))
            found = _called(method, check["inputs"])
            yield from _pairs(f"{number}: {method}", found, check["expected"])
    else:
        yield from _of_plan(case.data)


# -- one function ------------------------------------------------------------------------------------


def _called(method: str, inputs: Mapping[str, Any]) -> Any:
    module, _, name = method.rpartition(".")
    home = import_module(f"cpas.methods.{module}")
    if name not in home.__all__:
        raise FileError(f"There is no method {method!r}.", path=method)
    return getattr(home, name)(**{key: _argument(value) for key, value in inputs.items()})


def _argument(value: Any) -> Any:
    """Return a mapping with numbers for keys as Python has them; JSON knows texts only."""
    if isinstance(value, dict) and all(key.isdigit() for key in value):
        return {int(key): one for key, one in value.items()}
    return value


# -- a whole plan ------------------------------------------------------------------------------------


def _of_plan(data: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    plan = plan_from_dict(data["plan"])
    said = {key: value for key, value in data.get("methodology", {}).items() if key != "format"}
    methodology = to_record(said, Methodology) if said else DEFAULT
    request = {"places": "all", **data["request"]}
    aggregates = aggregate(read_observations(data["observations"], plan), methodology=methodology, **request)
    scores = score(aggregates)
    tables: dict[str, Result] = {"aggregates": aggregates, "scores": scores, "ratings": rate(scores)}
    for table, expected in data["expected"].items():
        rows = {_key(row): row for row in tables[table].rows()}
        for wanted in expected:
            found = rows.get(_key(wanted), {})
            for name in (name for name in wanted if name not in _KEYS):
                yield f"{table} {' '.join(_key(wanted))} {name}", found.get(name, "no row"), wanted[name]


def _key(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in _KEYS if name in row)


# -- comparing ---------------------------------------------------------------------------------------


def _pairs(where: str, found: Any, due: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield single values: what is expected of a record or mapping by name, of a list by place."""
    if isinstance(due, Mapping):
        for name, one in due.items():
            inner = found[name] if isinstance(found, Mapping) else getattr(found, name)
            yield from _pairs(f"{where}.{name}", inner, one)
    elif isinstance(due, Sequence) and not isinstance(due, str):
        items = list(found)
        if len(items) != len(due):
            yield f"{where} (length)", len(items), len(due)
        for place, (inner, one) in enumerate(zip(items, due, strict=False)):
            yield from _pairs(f"{where}[{place}]", inner, one)
    else:
        yield where, found.item() if isinstance(found, np.generic) else found, due


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_near(found: Any, due: Any, tolerance: float) -> bool:
    if _is_number(found) and _is_number(due):
        return bool(abs(found - due) <= tolerance + 1e-12 * abs(due))
    if due is None:
        return found is None or (isinstance(found, float) and math.isnan(found))
    return bool(found == due)
