"""Frames that stay where they are: of an engine, or of Dask, whose partitions are asked one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from cpas.tables.lazy_sources import Query, Source, collected, counted, kinds_of, wrapped

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DaskSource", "FrameSource", "is_dask", "is_lazy"]

#: Rows that an engine hands over together.
_BATCH: Final = 1 << 20
#: So few rows are handed over by an engine, and read, sooner than it groups them by their words.
_FEW: Final = 2_000_000


def is_dask(source: Any) -> bool:
    """Return whether something is a frame of Dask, without loading Dask.

    Examples
    --------
    >>> is_dask([])
    False
    """
    return type(source).__module__.split(".")[0].startswith("dask") and hasattr(source, "to_delayed")


def is_lazy(source: Any) -> bool:
    """Return whether something is a frame whose rows are elsewhere, or not worked out yet.

    Examples
    --------
    >>> is_lazy([{"indicator": "I01"}])
    False
    """
    if isinstance(source, list | tuple | dict) or is_dask(source):
        return is_dask(source)
    import narwhals as nw

    return isinstance(nw.from_native(source, pass_through=True), nw.LazyFrame)


# -- frames of an engine ---------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class _HeldFrame:
    """A frame that somebody else holds."""

    #: The frame.
    frame: Any
    #: What an error calls it.
    what: str = "The table"

    @property
    def few(self) -> int:
        """So few rows are read at once."""
        return _FEW

    def counts(self: Source, header: str) -> Iterator[dict[Any, int]]:
        """Yield how many rows of each part have each content of a column; what is blank is None."""
        return counted(self, header)


@attrs.frozen(eq=False)
class FrameSource(_HeldFrame):
    """A lazy frame of Polars, DuckDB, PySpark or another engine that narwhals knows."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns, as they stand in the table."""
        return tuple(wrapped(self.frame).collect_schema().names())

    def count(self) -> int:
        """Return how many rows there are."""
        import narwhals as nw

        return int(wrapped(self.frame).select(nw.len()).collect().item())

    def ask(self, query: Query) -> Iterator[Any]:
        """Yield what the engine makes of a query."""
        yield collected(query(wrapped(self.frame)))

    @property
    def hands_over(self) -> bool:
        """Whether the engine is Polars, which hands its rows over some at a time, in memory that is bounded."""
        frame = wrapped(self.frame)
        return bool(frame.implementation.is_polars()) and hasattr(frame.to_native(), "collect_batches")

    def batches(self, headers: Sequence[str]) -> Iterator[Any]:
        """Yield some columns as Arrow tables, some rows at a time, in their order."""
        some = wrapped(self.frame).to_native().select(*headers)
        return (batch.to_arrow() for batch in some.collect_batches(chunk_size=_BATCH))

    def kinds(self) -> dict[str, str]:
        """Return the sort of content of each column."""
        return kinds_of(wrapped(self.frame).collect_schema())


# -- Dask ------------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class DaskSource(_HeldFrame):
    """A frame of Dask: each partition is a frame of pandas, and is asked where it lies."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns, as they stand in the table."""
        return tuple(self.frame.columns)

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self.frame)

    def ask(self, query: Query) -> Iterator[Any]:
        """Yield what a query makes of each partition; as many are read at once as Dask has workers."""
        import dask

        ask = dask.delayed(_asked, pure=False)
        parts = [ask(query, part) for part in self.frame.to_delayed()]
        yield from dask.compute(*parts)

    def kinds(self) -> dict[str, str]:
        """Return the sort of content of each column."""
        # Categories that are not known yet have no schema; their words do.
        import narwhals as nw

        return kinds_of(nw.from_native(self.frame._meta).schema)


def _asked(query: Query, part: pd.DataFrame) -> Any:
    return collected(query(wrapped(part)))
