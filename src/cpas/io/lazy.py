"""Observations from where they lie: a folder of Parquet files, a lazy frame of an engine."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cpas.errors import RequestError
from cpas.io.headers import HELPERS, match_headers
from cpas.model import Plan
from cpas.periods import Period
from cpas.tables.lazy import LazyObservations
from cpas.tables.lazy_frames import DaskSource, FrameSource, is_dask, is_lazy
from cpas.tables.lazy_sources import FolderSource, Source, parquet_files

__all__ = ["bind_lazy", "stays_where_it_is"]


def stays_where_it_is(source: Any) -> bool:
    """Return whether a table is one that is not read at once: a folder of Parquet files, or a lazy frame.

    Examples
    --------
    >>> stays_where_it_is("observed.csv"), stays_where_it_is([])
    (False, False)
    """
    if isinstance(source, str | os.PathLike):
        return any(parquet_files(Path(source)))
    return is_lazy(source)


def bind_lazy(
    source: Any,
    plan: Plan,
    known: Sequence[str],
    *,
    on_fault: str = "raise",
    columns: Mapping[str, str | None] | None = None,
    coverage: Period | None = None,
) -> LazyObservations:
    """Return a folder or a lazy frame as observations of a plan that stay where they are.

    Parameters
    ----------
    source : path or lazy frame
        What holds the rows.
    plan : Plan
        What they are checked against when they are read.
    known : sequence of str
        Names of columns that may occur.
    on_fault, columns, coverage
        As for :func:`cpas.read_observations`.

    Raises
    ------
    FileError
        If there are no files, or they have unknown, doubled or missing columns.
    RequestError
        If rows with a fault are to be dropped.
    """
    if on_fault != "raise":
        raise RequestError(
            "Rows of a table that stays where it is are not dropped: on_fault='raise' only. Mend them there, leave "
            "them out by a filter of its engine, or read the table into memory first.",
            on_fault=on_fault,
        )
    found = _source_of(source)
    headers = found.headers
    positions = match_headers(headers, known, what=found.what, required=("indicator", "period"), columns=columns)
    return LazyObservations(
        plan=plan,
        source=found,
        headers={name: headers[position] for position, name in positions.items()},
        is_form=HELPERS[0] in [header.strip().casefold() for header in headers],
        coverage=coverage,
    )


def _source_of(source: Any) -> Source:
    if isinstance(source, str | os.PathLike):
        return FolderSource.of(Path(source))
    return DaskSource(source) if is_dask(source) else FrameSource(source)
