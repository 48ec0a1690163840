"""Run one contender in this process: ``python -m benchmarks.worker JOB CONTENDER SIZE FOLDER OUT [--numbers]``.

Writes its times, memory and facts as JSON to OUT; with ``--numbers`` it runs once and writes its numbers too.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contenders import Contender
from benchmarks.data import make
from benchmarks.jobs import load

__all__ = ["extra_memory", "forget_peak", "main"]


def main(job: str, contender: str, size: str, folder: str, out: str, with_numbers: str = "") -> None:
    """Measure, and write what was measured."""
    one = load(job).contenders[contender]
    state = one.prepare(make(size, Path(folder)))
    gc.collect()
    peak = _peak()
    forget_peak()
    result: Any = None
    times = []
    for _ in range(1 if with_numbers else one.repeats):
        result = None
        start = time.perf_counter()
        result = one.run(state)
        times.append(time.perf_counter() - start)
    extra, peak = extra_memory(), max(peak, _peak())
    found = {"times": times, "peak": peak, "extra": extra, "facts": _facts(one, state, result)}
    Path(out).write_text(json.dumps(found))
    if with_numbers:
        numbers: dict[str, Any] = dict(one.numbers(state, result))
        np.savez(f"{out}.npz", **numbers)


def _facts(one: Contender, state: Any, result: Any) -> dict[str, float]:
    return dict(one.facts(state, result))


def forget_peak() -> None:
    """Begin to watch the memory of this process anew, where the system lets us."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    _BEFORE[:] = [_status("VmRSS")]


def extra_memory() -> float:
    """Most MiB this process had since then, above what it had then."""
    return _status("VmHWM") - _BEFORE[0]


def _status(name: str) -> float:
    """Return a line of what the system says of this process, in MiB; NaN where it does not say it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(name):
                return float(line.split()[1]) / 1024
    return float("nan")


_BEFORE = [float("nan")]


def _peak() -> float:
    """Most memory this process has had since it was last forgotten, in MiB."""
    # What the system counts for a process as a whole begins with what its parent had when it was made.
    found = _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 if math.isnan(found) else found


if __name__ == "__main__":
    main(*sys.argv[1:])
