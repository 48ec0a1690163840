"""Observations that come in several files: each checked alone, then together."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import attrs

from cpas.errors import Fault, ObservationError
from cpas.io.observations import read_observations
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.adding import put_together
from cpas.tables.data_remarks import OF_READING, recounted
from cpas.tables.intake import OnFault
from cpas.tables.observations import Observations
from cpas.tables.remarks import Remarks
from cpas.waiting import watched

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_several"]

#: How many faults between files an error shows.
_SHOWN: Final = 20


def read_several(
    paths: Sequence[str | os.PathLike[str]],
    plan: Plan,
    *,
    on_fault: OnFault = "raise",
    coverage: Period | str | None = None,
    progress_bar: bool | None = None,
) -> Observations:
    r"""Return what was observed, from one file or several, checked against a plan.

    Parameters
    ----------
    paths : sequence of paths
        At least one; each as for :func:`cpas.read_observations`. Their order does not matter.
    on_fault, coverage
        As for :func:`cpas.read_observations`; what was dropped has the column ``file`` beside it.
    progress_bar : bool, optional
        Whether to show how far it is, once it takes a second; at a terminal and in a notebook where not said.

    Raises
    ------
    FileError
        If a file cannot be read.
    ObservationError
        If rows of any file cannot be used, or two files have a row for the same. The faults of all files are listed.

    Examples
    --------
    >>> import tempfile
    >>> from cpas.model import Indicator
    >>> plan = Plan("p", "t", indicators=[
    ...     Indicator("I01", "Killed", measures=(), unit="person", kind="flow", better="lower")])
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_text("indicator,period,value\nI01,2025-Q1,3\n")
    >>> _ = (folder / "b.csv").write_text("indicator,period,value\nI01,2025-Q2,0\n")
    >>> len(read_several([folder / "a.csv", folder / "b.csv"], plan))
    2
    >>> read_several([folder / "a.csv", folder / "a.csv"], plan)
    Traceback (most recent call last):
    ...
    cpas.errors.ObservationError: Files a.csv, a.csv have 1 fault between them:
      - a.csv, indicator I01, period 2025-Q1, place all: Another file says the same. Remove one of the two.
    Mend the files, or read with on_fault='drop' to go on without these rows.
    """
    read = _each(watched(paths, "Reading", progress_bar=progress_bar), plan, on_fault, coverage)
    if len(read) == 1:
        return read[0]
    files = [Path(path).name for path in paths]
    together = put_together(read)
    if together is not None:
        return attrs.evolve(together, coverage=read[0].coverage, dropped=_dropped(read, files, None, []))
    return _with_the_same(read, files, plan, on_fault, coverage)


def _with_the_same(
    read: list[Observations], files: list[str], plan: Plan, on_fault: OnFault, coverage: Period | str | None
) -> Observations:
    """Return files of which two have a row for the same: told by the rows, and where each stands."""
    import pandas as pd

    frame = pd.concat([one.frame for one in read], ignore_index=True)
    origin = [name for name, one in zip(files, read, strict=True) for _ in range(len(one))]
    both = read_observations(frame, plan, on_fault="drop", coverage=coverage)
    between = _between(both, origin, plan)
    if between and on_fault == "raise":
        raise _error(between, files)
    return attrs.evolve(both, remarks=_remarks(read, both), dropped=_dropped(read, files, both, origin))


def _each(
    paths: Iterable[str | os.PathLike[str]], plan: Plan, on_fault: OnFault, coverage: Period | str | None
) -> list[Observations]:
    """Read each file, and list the faults of all of them in one error."""
    read, errors = [], []
    for path in paths:
        try:
            read.append(read_observations(path, plan, on_fault=on_fault, coverage=coverage))
        except ObservationError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        faults = tuple(fault for error in errors for fault in error.faults)
        raise ObservationError("\n".join(str(error) for error in errors), faults=faults)
    return read


def _error(between: Sequence[Fault], files: list[str]) -> ObservationError:
    shown, more = between[:_SHOWN], len(between) - _SHOWN
    count = "1 fault" if len(between) == 1 else f"{len(between)} faults"
    lines = [f"Files {', '.join(files)} have {count} between them:", *(f"  - {fault}" for fault in shown)]
    lines += [f"  … and {more} more."] if more > 0 else []
    lines.append("Mend the files, or read with on_fault='drop' to go on without these rows.")
    return ObservationError("\n".join(lines), faults=tuple(shown), counts=dict(Counter(f.code for f in between)))


def _between(both: Observations, origin: list[str], plan: Plan) -> tuple[Fault, ...]:
    """Return what is wrong between the files, each named by what the row is about."""
    if both.dropped is None:
        return ()
    return tuple(_faults(both.dropped, origin, ["indicator", "period", "place", *(d.id for d in plan.dimensions)]))


def _faults(dropped: pd.DataFrame, origin: list[str], keys: list[str]) -> Iterator[Fault]:
    for number, row in zip(dropped.index.tolist(), dropped.to_dict("records"), strict=True):
        about = [f"{key} {row[key]}" for key in keys if _is_given(row[key])]
        code = str(row["fault"]).rpartition("[")[2].rstrip("]")
        message = re.sub(r"^\w+: | \[\w+\]$", "", str(row["fault"]))
        if code == "duplicate":
            message = "Another file says the same. Remove one of the two."
        elif code == "conflicting_duplicate":
            message = "Another file says something else. Keep one, or give recorded_at where one revises the other."
        yield Fault(", ".join([origin[number], *about]), message, code)


def _is_given(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _remarks(read: list[Observations], both: Observations) -> Remarks:
    """Return what was noticed of the whole, and what only the reading of each file could notice."""
    of_files = recounted(remark for one in read for remark in one.remarks if remark.code in OF_READING)
    return Remarks([*both.remarks, *of_files])


def _dropped(
    read: list[Observations], files: list[str], both: Observations | None, origin: list[str]
) -> pd.DataFrame | None:
    """Return all rows that were left out, with the file each stands in."""
    parts = [
        one.dropped.assign(file=name)
        for name, one in zip(files, read, strict=True)
        if one.dropped is not None and len(one.dropped)
    ]
    if both is not None and both.dropped is not None:
        parts.append(both.dropped.assign(file=[origin[number] for number in both.dropped.index.tolist()]))
    if not parts:
        return None
    import pandas as pd

    return pd.concat(parts).astype(object)
