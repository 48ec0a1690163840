"""What a command reads: the plan, its data, and what is kept beside them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cpas.errors import FileError

if TYPE_CHECKING:
    from cpas.model import Plan
    from cpas.tables.observations import Observations

__all__ = ["read_data"]

#: By this name a table from standard input is known in messages.
_STANDARD_INPUT: Final = "standard-input.csv"


def read_data(options: argparse.Namespace, plan: Plan, paths: Sequence[str] | None = None) -> Observations:
    """Return the observations in the files that a command was given; ``-`` is standard input.

    Raises
    ------
    FileError
        If a file cannot be read, or standard input is asked for twice.
    ObservationError
        If rows cannot be used.
    """
    from cpas.io.several import read_several

    wanted = list(options.data if paths is None else paths)
    if wanted.count("-") > 1:
        raise FileError("Standard input ('-') can be read once only.")
    with _as_files(wanted) as files:
        shown = False if options.quiet or options.json else None
        return read_several(files, plan, on_fault=options.on_fault, coverage=options.coverage, progress_bar=shown)


@contextmanager
def _as_files(paths: Sequence[str]) -> Iterator[list[Path]]:
    """Give the paths, with what comes from standard input as a file."""
    if "-" not in paths:
        yield [Path(path) for path in paths]
        return
    with tempfile.TemporaryDirectory() as folder:
        received = Path(folder, _STANDARD_INPUT)
        received.write_bytes(sys.stdin.buffer.read())
        yield [received if path == "-" else Path(path) for path in paths]
