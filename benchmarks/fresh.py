"""Contenders that are measured as whole processes: from the start of the interpreter to its end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contenders import Contender, Numbers

__all__ = ["process"]

_ROOT = Path(__file__).parent.parent


def process(code: str, argument: Callable[[Any], str] = lambda data: "") -> Contender:
    """Return a contender that runs code in a fresh interpreter.

    Parameters
    ----------
    code : str
        It may print one JSON object: ``{"numbers": {name: list}, "facts": {name: number}}``.
    argument : callable
        What it finds in ``sys.argv[1]``, from the data.
    """

    def run(state: str) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-c", code, state], capture_output=True, text=True, check=True, cwd=_ROOT
        )  # fmt: skip
        lines = done.stdout.strip().splitlines()
        found: dict[str, Any] = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
        return found

    def numbers(state: str, found: dict[str, Any]) -> Numbers:
        return {name: np.array(column, dtype=np.float64) for name, column in found.get("numbers", {}).items()}

    def facts(state: str, found: dict[str, Any]) -> Mapping[str, float]:
        return dict(found.get("facts", {}))

    return Contender(argument, run, numbers, facts, repeats=2)
