"""Run a command: what it ends with, and how it says that it could not."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Final, TextIO

from cpas.cli.arguments import read_arguments
from cpas.cli.console import Console, fit_for
from cpas.errors import CpasError, CpasWarning, Fault

__all__ = ["EXIT_CODES", "main"]

DONE: Final = 0
FOUND: Final = 1
REFUSED: Final = 2
BROKEN: Final = 70
INTERRUPTED: Final = 130
CLOSED: Final = 141

#: What a script can rely on.
EXIT_CODES: Final[dict[int, str]] = {
    DONE: "Done. Of `cpas check`: nothing of severity error, though there may be warnings.",
    FOUND: "`cpas check` only: there are remarks of severity error; with `--strict`, any remark.",
    REFUSED: "The input or the command has a fault. It is on standard error.",
    BROKEN: "The library itself has a fault. Please report it.",
    INTERRUPTED: "Interrupted (Ctrl-C). No file is left half-written.",
    CLOSED: "Whoever read the output stopped reading, as `head` does.",
}

#: How an advice for callers of the library is said to somebody who typed a command.
_AS_OPTIONS: Final = {
    "read with on_fault='drop'": "add --on-fault drop",
    "give path=": "give another with -o",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``cpas`` with arguments and return its exit code.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process where none are given.

    Returns
    -------
    int
        One of `EXIT_CODES`.

    Examples
    --------
    >>> main(["convert", "no-such-plan.yaml", "plan.json"])
    2
    """
    try:
        options = read_arguments(argv)
    except SystemExit as error:
        return _flushed(error.code if isinstance(error.code, int) else REFUSED)
    except KeyboardInterrupt:
        return INTERRUPTED
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    console = Console(as_json=options.json, quiet=options.quiet)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            return int(options.run(options, console))
    except BrokenPipeError:
        return _close()
    except KeyboardInterrupt:
        _complain("Interrupted. No file was left half-written.")
        return INTERRUPTED
    except CpasError as error:
        return _refuse(error, error.code, getattr(error, "faults", ()), options)
    except OSError as error:
        return _refuse(error, "file", (), options)
    except Exception as error:  # whatever else there is, is ours
        return _break(error, options)


def _refuse(error: Exception, code: str, faults: Sequence[Fault], options: argparse.Namespace) -> int:
    """Say what is wrong with the input, in its own words."""
    message = str(error)
    for said, option in _AS_OPTIONS.items():
        message = message.replace(said, option)
    if options.traceback:
        traceback.print_exc()
    if options.json:
        listed = [fault._asdict() for fault in faults]
        Console(as_json=True).json({"error": {"code": code, "message": message, "faults": listed}})
    _complain(message)
    return REFUSED


def _break(error: Exception, options: argparse.Namespace) -> int:
    """Say that the fault is ours, and how to tell us."""
    if options.traceback:
        traceback.print_exc()
    if options.json:
        said = {"code": "internal", "message": f"{type(error).__name__}: {error}", "faults": []}
        Console(as_json=True).json({"error": said})
    _complain(
        f"A fault in cpas itself ({type(error).__name__}: {error}). Please report it with the output of the same "
        "command and --traceback, and without data that must not be shared."
    )
    return BROKEN


def _complain(message: str) -> None:
    print(fit_for(f"cpas: {message}", sys.stderr.encoding), file=sys.stderr)


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    text = str(message) if issubclass(category, CpasWarning) else f"{category.__name__}: {message}"
    _complain(f"note: {text}")


def _flushed(code: int) -> int:
    """Return a code once all help is written, or that nobody reads it."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _close()
    return code


def _close() -> int:
    """Let nothing more be written to a pipe that nobody reads, not even when the process ends."""
    # Where no real file is behind it, nothing is written at the end either.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED
