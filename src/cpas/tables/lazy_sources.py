"""Tables that stay where they are: frames of an engine, partitions of Dask, Parquet files of a folder.

A source takes a *query*, a function from one narwhals frame to another, hands it to the engine that holds the rows,
and returns what comes back, part by part, as Arrow tables. Nothing else of the library knows which engine it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

import attrs

from cpas.errors import FileError, MissingExtraError

__all__ = [
    "THREADS",
    "FolderSource",
    "Query",
    "Source",
    "collected",
    "counted",
    "joined_table",
    "kinds_of",
    "parquet_files",
    "together",
    "wrapped",
]

#: From a narwhals frame, lazy or not, to another.
Query = Callable[[Any], Any]

#: Rows that are looked at together: of a Parquet file where no engine does it, or as an engine hands them over.
_BATCH: Final = 1 << 20
#: So few rows of files are read sooner than they are counted into leaves.
_FEW_IN_FILES: Final = 100_000
#: Parts of Parquet files that are read at once: as many as most machines have cores for, and memory.
THREADS: Final = 2


class Source(Protocol):
    """Rows that are not here: asked by queries, answered by whoever holds them."""

    @property
    def what(self) -> str:
        """What an error calls the table."""

    @property
    def few(self) -> int:
        """So few rows are read at once: to ask for anything else takes longer."""

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns, as they stand in the table."""

    def count(self) -> int:
        """Return how many rows there are."""

    def ask(self, query: Query) -> Iterator[Any]:
        """Yield what a query makes of each part of the table, as Arrow tables.

        Parts are read one after another: what is in memory is one part's answer, and what the engine needs for it.
        """

    def kinds(self) -> dict[str, str]:
        """Return the sort of content of each column: ``number``, ``text``, ``time`` or ``other``."""

    def counts(self, header: str) -> Iterator[dict[Any, int]]:
        """Yield how many rows of each part have each content of a column; what is blank is None."""


def counted(source: Source, header: str) -> Iterator[dict[Any, int]]:
    """Yield how many rows of each part have each content of a column, counted by who holds them."""
    import narwhals as nw

    def query(frame: Any) -> Any:
        return frame.group_by(header).agg(nw.len().alias("rows of it"))

    for table in source.ask(query):
        words, counts = table[header].to_pylist(), table["rows of it"].to_pylist()
        yield together(
            (None if word is None or word != word else word, n) for word, n in zip(words, counts, strict=True)
        )


def together(counts: Iterable[tuple[Any, int]]) -> dict[Any, int]:
    """Return counts added up by what was counted.

    Examples
    --------
    >>> together([("a", 2), ("b", 1), ("a", 3)])
    {'a': 5, 'b': 1}
    """
    found: dict[Any, int] = {}
    for word, count in counts:
        found[word] = found.get(word, 0) + count
    return found


# -- frames -----------------------------------------------------------------------------------------------------------


def wrapped(frame: Any) -> Any:
    """Return a frame of any engine as one of narwhals."""
    import narwhals as nw

    return nw.from_native(frame)


def collected(frame: Any) -> Any:
    """Return the rows of a narwhals frame as an Arrow table; Polars works them out in pieces."""
    try:
        import pyarrow as pa
    except ImportError:
        raise MissingExtraError.named("pyarrow", extra="engines", why="Reading a lazy table") from None
    if not hasattr(frame, "collect"):
        # Without the index that pandas brings along.
        table = frame.to_arrow().select(frame.columns)
    elif frame.implementation.is_polars():
        table = frame.collect(backend="polars", engine="streaming").to_arrow()
    else:
        table = frame.collect(backend="pyarrow").to_native()
    return pa.table(table)


def kinds_of(schema: Any) -> dict[str, str]:
    """Return the sort of content of each column of a schema of narwhals."""
    return {name: _kind(dtype) for name, dtype in schema.items()}


def _kind(dtype: Any) -> str:
    import narwhals as nw

    if dtype.is_float() or dtype.is_integer():
        return "number"
    if dtype in (nw.String, nw.Categorical) or isinstance(dtype, nw.Enum):
        return "text"
    return "time" if dtype.is_temporal() else "other"


# -- folders of Parquet files ----------------------------------------------------------------------------------


@attrs.frozen(eq=False)
class FolderSource:
    """Parquet files, one part each, read by Polars or DuckDB where one of them is installed, else by pyarrow."""

    #: The files, in the order of their names.
    files: tuple[Path, ...]
    #: What an error calls it.
    what: str
    #: ``polars``, ``duckdb`` or ``pyarrow``.
    engine: str

    @classmethod
    def of(cls, folder: Path, *, engine: str | None = None) -> FolderSource:
        """Return the Parquet files of a folder, which must have some, and of folders in it.

        Raises
        ------
        FileError
            If they do not have the same columns, or one cannot be read.
        MissingExtraError
            If Parquet cannot be read here.
        """
        what = f"Folder {folder.name!r}"
        if find_spec("pyarrow") is None:
            raise MissingExtraError.named("pyarrow", extra="parquet", why="Reading Parquet")
        found = engine or next(name for name in ("polars", "duckdb", "pyarrow") if find_spec(name) is not None)
        made = cls(tuple(sorted(parquet_files(folder))), what, found)
        made.refuse_other_columns()
        return made

    def refuse_other_columns(self) -> None:
        """Raise where a file cannot be read, or has other columns than the first."""
        first = _names(self.files[0])
        for path in self.files[1:]:
            other = set(_names(path)) ^ set(first)
            if other:
                raise FileError(
                    f"{self.what} has files with other columns: {self.files[0].name!r} and {path.name!r} differ in "
                    f"{', '.join(sorted(other))}. Give each file the same columns.",
                    path=str(path),
                )

    @property
    def few(self) -> int:
        """So few rows are read at once."""
        return _FEW_IN_FILES

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns, as they stand in the files."""
        return _names(self.files[0])

    def count(self) -> int:
        """Return how many rows there are, as the files say."""
        import pyarrow.parquet as pq

        return sum(pq.read_metadata(path).num_rows for path in self.files)

    def ask(self, query: Query) -> Iterator[Any]:
        """Yield what a query makes of each file, or of each piece of one where no engine reads it."""
        for path in self.files:
            for frame in _scanned(path, self.engine):
                yield collected(query(frame))

    def kinds(self) -> dict[str, str]:
        """Return the sort of content of each column."""
        import narwhals as nw
        import pyarrow.parquet as pq

        return kinds_of(nw.from_native(pq.read_schema(self.files[0]).empty_table()).schema)

    def counts(self, header: str) -> Iterator[dict[Any, int]]:
        """Yield how many rows of each file have each content of a column; texts are counted as they are stored."""
        if self.kinds()[header] != "text":
            yield from counted(self, header)
            return
        with ThreadPoolExecutor(THREADS) as readers:
            yield from readers.map(lambda path: _words_of(path, header), self.files)


def _words_of(path: Path, header: str) -> dict[Any, int]:
    """Return how many rows of a file have each word of a column."""
    import numpy as np
    import pyarrow.parquet as pq

    from cpas.tables.arrow_arrays import word_numbers

    counts, words = np.zeros(1, dtype=np.int64), None
    found = list[tuple[Any, Any]]()
    with pq.ParquetFile(path, read_dictionary=[header]) as file:
        for group in range(file.num_row_groups):
            for chunk in file.read_row_group(group, [header], use_threads=False)[header].chunks:
                if words is None or not words.equals(chunk.dictionary):
                    words, counts = chunk.dictionary, np.zeros(len(chunk.dictionary) + 1, dtype=np.int64)
                    found.append((words, counts))
                counts += np.bincount(word_numbers(chunk), minlength=len(counts))
    return together(
        (word, count)
        for words, counts in found
        for word, count in zip([*words.to_pylist(), None], counts.tolist(), strict=True)
        if count
    )


def parquet_files(folder: Path) -> Iterator[Path]:
    """Yield the Parquet files of a folder and of folders in it; nothing where it is no folder."""
    return (path for path in folder.rglob("*") if _is_part(path.relative_to(folder)))


def _is_part(path: Path) -> bool:
    """Whether a file belongs to the table: what begins with a dot or an underscore is there for its writer."""
    return path.suffix.casefold() in (".parquet", ".pq") and not any(name[0] in "._" for name in path.parts)


def _names(path: Path) -> tuple[str, ...]:
    import pyarrow
    import pyarrow.parquet as pq

    try:
        return tuple(pq.read_schema(path).names)
    except (pyarrow.ArrowException, OSError) as error:
        why = str(error).split("\n", 1)[0]
        raise FileError(f"{path.name!r} is not a Parquet file that can be read: {why}", path=str(path)) from None


def _scanned(path: Path, engine: str) -> Iterator[Any]:
    if engine == "polars":
        import polars

        yield wrapped(polars.scan_parquet(path))
    elif engine == "duckdb":
        import duckdb

        with duckdb.connect() as connection:
            yield wrapped(connection.read_parquet(str(path)))
    else:
        import pyarrow as pa
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            batches = file.iter_batches(batch_size=_BATCH)
            first = next(batches, pa.RecordBatch.from_pylist([], schema=file.schema_arrow))
            for batch in itertools.chain([first], batches):
                yield wrapped(pa.Table.from_batches([batch]))


# -- answers ---------------------------------------------------------------------------------------------------


def joined_table(tables: Sequence[Any]) -> Any:
    """Return Arrow tables one after another, with the words of each column numbered alike."""
    import pyarrow as pa

    return pa.concat_tables([_numbered(table) for table in tables], promote_options="permissive").unify_dictionaries()


def _numbered(table: Any) -> Any:
    """Return a table whose texts are numbers of words, which is how the reader takes them."""
    import pyarrow as pa

    columns = []
    for column in table.columns:
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
        if any(is_text(kind) for is_text in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)):
            column = pa.chunked_array(map(_worded, column.chunks), pa.dictionary(pa.int32(), pa.string()))
        elif pa.types.is_dictionary(column.type):
            column = column.cast(kind)
        columns.append(column)
    return pa.table(columns, names=table.column_names)


def _worded(texts: Any) -> Any:
    """Return texts as numbers of words, in the one form in which tables of all engines are joined."""
    import pyarrow as pa

    coded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
    # Words are cast once each, not once a row; that the numbers are those of words is known.
    numbers, words = coded.indices.cast(pa.int32(), safe=False), coded.dictionary.cast(pa.string())
    return pa.DictionaryArray.from_arrays(numbers, words, safe=False)
